//! What each component says, field by field.

use mimicred_claims::Value;
use mimicred_mls::AppDataDictionary;
use mimicred_mls::component::{
    AppComponents, BaseRoomPolicy, ConsentUsage, DisclosureRecipient, ExternalReceivers, IdentityKind, JoinLinkPolicy, JoinLinks,
    JoinLinksUpdate, KeyPackageProofs, KeyPackageUsage, KnockRoomPolicy, Participant, ParticipantList, ParticipantListUpdate,
    Role, RolesList, RoomMetadata, UsageKind,
};
use mimicred_mls::framing::{decode_media_types, encode_media_types};
use mimicred_uri::MimiUri;

use crate::object::{Input, Object, hex};
use crate::operation::Fault;
use crate::operation::mls::credential::parts;
use crate::operation::mls::{numbers, same};

type Decode = fn(&[u8]) -> Result<Object, Fault>;

/// The components that can be asked for.
pub(super) const NAMES: &[&str] = &[
    "app_components",
    "app_data_dictionary",
    "base_room_policy",
    "consent_usage",
    "content_media_types",
    "disclosure_recipients",
    "external_receivers",
    "identity_kind",
    "join_link_policy",
    "join_links",
    "key_package_proofs",
    "key_package_usage",
    "knock_room_policy",
    "participant_list",
    "roles_list",
    "room_metadata",
];

pub(super) fn decode(input: &Input<'_>) -> Result<Object, Fault> {
    let decode = input.choice::<Decode>(
        "component",
        &[
            ("app_components", app_components),
            ("app_data_dictionary", dictionary),
            ("base_room_policy", base_room_policy),
            ("consent_usage", consent_usage),
            ("content_media_types", content_media_types),
            ("disclosure_recipients", disclosure_recipients),
            ("external_receivers", external_receivers),
            ("identity_kind", identity_kind),
            ("join_link_policy", join_link_policy),
            ("join_links", join_links),
            ("key_package_proofs", key_package_proofs),
            ("key_package_usage", key_package_usage),
            ("knock_room_policy", knock_room_policy),
            ("participant_list", participant_list),
            ("roles_list", roles_list),
            ("room_metadata", room_metadata),
        ],
    )?;
    Ok(Object::new().with("fields", decode(&input.hex("octets")?)?))
}

fn flag(flag: bool) -> Value<'static> {
    Value::Bool(flag)
}

fn text(uri: &MimiUri) -> String {
    uri.as_str().to_owned()
}

fn app_components(octets: &[u8]) -> Result<Object, Fault> {
    // A set: whoever writes it may put it in any order.
    let components: Vec<u16> = AppComponents::decode(octets)?.iter().collect();
    Ok(Object::new().with("component_ids", numbers(&components)))
}

/// Each component with its number.
pub(in crate::operation::mls) fn components<'c>(components: impl Iterator<Item = (u16, &'c [u8])>) -> Value<'static> {
    Value::Array(components.map(|(id, data)| Object::new().int("component_id", id).hex("data", data).into()).collect())
}

fn dictionary(octets: &[u8]) -> Result<Object, Fault> {
    let dictionary = AppDataDictionary::decode(octets)?;
    same(octets, &dictionary.encode()?)?;
    Ok(Object::new().with("component_data", components(dictionary.iter())))
}

fn base_room_policy(octets: &[u8]) -> Result<Object, Fault> {
    let policy = BaseRoomPolicy::decode(octets)?;
    same(octets, &policy.encode()?)?;
    let some = |number: Option<u32>| number.map(|number| Value::Int(number.into()));
    Ok(Object::new()
        .with("fixed_membership", flag(policy.fixed_membership))
        .with("parent_dependant", flag(policy.parent_dependant))
        .with_some("parent_room", policy.parent_room.as_ref().map(text))
        .with("multi_device", flag(policy.multi_device))
        .with_some("max_clients", some(policy.max_clients))
        .with_some("max_users", some(policy.max_users))
        .with("pseudonyms_allowed", flag(policy.pseudonyms_allowed))
        .with("persistent_room", flag(policy.persistent_room))
        .with("discoverable", flag(policy.discoverable))
        .with("policy_component_ids", numbers(&policy.policy_component_ids)))
}

fn usage_name(kind: UsageKind) -> &'static str {
    match kind {
        UsageKind::Any => "any",
        UsageKind::InitialConnection => "initial_connection",
        UsageKind::Offered => "offered",
    }
}

fn consent_usage(octets: &[u8]) -> Result<Object, Fault> {
    let usage = ConsentUsage::decode(octets)?;
    same(octets, &usage.encode()?)?;
    Ok(Object::new()
        .list("usages", usage.usages.iter().map(|usage| usage_name(*usage)))
        .with("any_requester_at_domain", flag(usage.any_requester_at_domain)))
}

fn content_media_types(octets: &[u8]) -> Result<Object, Fault> {
    let media_types = decode_media_types(octets)?;
    // Older spellings, and parameters without meaning, are read and not written again.
    encode_media_types(&media_types)?;
    Ok(Object::new().list("media_types", media_types.iter().map(ToString::to_string)))
}

fn disclosure_recipients(octets: &[u8]) -> Result<Object, Fault> {
    let recipient = DisclosureRecipient::decode(octets)?;
    same(octets, &recipient.encode()?)?;
    Ok(Object::new().hex("recipient_key", &recipient.recipient_key))
}

fn external_receivers(octets: &[u8]) -> Result<Object, Fault> {
    let receivers = ExternalReceivers::decode(octets)?;
    same(octets, &receivers.encode()?)?;
    let receivers = receivers.as_slice().iter().map(|receiver| {
        Object::new().hex("external_receiver_public_key", receiver.public_key()).with("credential", parts(receiver.credential()))
    });
    Ok(Object::new().list("external_receivers", receivers))
}

fn identity_kind(octets: &[u8]) -> Result<Object, Fault> {
    let kind = IdentityKind::decode(octets)?;
    same(octets, &kind.encode()?)?;
    Ok(Object::new().text("kind", kind.name()))
}

fn join_link_policy(octets: &[u8]) -> Result<Object, Fault> {
    let policy = JoinLinkPolicy::decode(octets)?;
    same(octets, &policy.encode()?)?;
    Ok(Object::new()
        .with("on_request", flag(policy.on_request))
        .text("join_link", policy.join_link)
        .with("multiuser", flag(policy.multiuser))
        .int("expiration", policy.expiration))
}

fn join_links(octets: &[u8]) -> Result<Object, Fault> {
    let links = JoinLinks::decode(octets)?;
    same(octets, &links.encode()?)?;
    Ok(Object::new().list("join_links", links.as_slice().iter().map(|link| hex(link))))
}

pub(super) fn join_links_update(update: &JoinLinksUpdate) -> Object {
    Object::new().with("removed_indices", numbers(&update.removed)).list("added_links", update.added.iter().map(|link| hex(link)))
}

fn key_package_proofs(octets: &[u8]) -> Result<Object, Fault> {
    let proofs = KeyPackageProofs::decode(octets)?;
    same(octets, &proofs.encode()?)?;
    Ok(Object::new().list("proofs", proofs.iter().map(|proof| hex(proof))))
}

fn key_package_usage(octets: &[u8]) -> Result<Object, Fault> {
    let usage = KeyPackageUsage::decode(octets)?;
    same(octets, &usage.encode()?)?;
    let object = Object::new().text("usage", usage_name(usage.kind()));
    Ok(match usage {
        KeyPackageUsage::Offered(commitment) => object.hex("context_commitment", &commitment),
        KeyPackageUsage::Any | KeyPackageUsage::InitialConnection => object,
    })
}

fn knock_room_policy(octets: &[u8]) -> Result<Object, Fault> {
    let policy = KnockRoomPolicy::decode(octets)?;
    same(octets, &policy.encode()?)?;
    Ok(Object::new()
        .with_some("target_room", policy.target_room.as_ref().map(text))
        .int("max_messages_per_joiner", policy.max_messages_per_joiner)
        .int("max_stay_seconds", policy.max_stay_seconds)
        .with("moderator_roles", numbers(&policy.moderator_roles))
        .hex("target_disclosure_policy", &policy.target_disclosure_policy))
}

fn participants(participants: &[Participant]) -> Value<'static> {
    let participants = participants
        .iter()
        .map(|participant| Object::new().text("user", text(&participant.user)).int("role_index", participant.role_index).into());
    Value::Array(participants.collect())
}

fn participant_list(octets: &[u8]) -> Result<Object, Fault> {
    let list = ParticipantList::decode(octets)?;
    same(octets, &list.encode()?)?;
    Ok(Object::new().with("participants", participants(list.as_slice())))
}

pub(super) fn participant_list_update(update: &ParticipantListUpdate) -> Object {
    let changed = update.changed_roles.iter();
    let changed = changed.map(|(user, role)| Object::new().int("user_index", *user).int("role_index", *role));
    Object::new()
        .list("changed_role_participants", changed)
        .with("removed_indices", numbers(&update.removed))
        .with("added_participants", participants(&update.added))
}

fn roles_list(octets: &[u8]) -> Result<Object, Fault> {
    let roles = RolesList::decode(octets)?;
    same(octets, &roles.encode()?)?;
    Ok(Object::new().list("roles", roles.as_slice().iter().map(role)))
}

fn role(role: &Role) -> Object {
    let some = |number: Option<u32>| number.map(|number| Value::Int(number.into()));
    let changes = role.authorized_role_changes.iter().map(|change| {
        Object::new()
            .int("from_role_index", change.from_role_index)
            .with("target_role_indexes", numbers(&change.target_role_indexes))
    });
    Object::new()
        .int("role_index", role.role_index)
        .text("role_name", role.role_name.clone())
        .text("role_description", role.role_description.clone())
        .with("role_capabilities", numbers(&role.role_capabilities))
        .int("minimum_participants", role.minimum_participants)
        .with_some("maximum_participants", some(role.maximum_participants))
        .int("minimum_active", role.minimum_active)
        .with_some("maximum_active", some(role.maximum_active))
        .list("authorized_role_changes", changes)
}

fn room_metadata(octets: &[u8]) -> Result<Object, Fault> {
    let metadata = RoomMetadata::decode(octets)?;
    same(octets, &metadata.encode()?)?;
    let descriptions = metadata.room_descriptions.iter().map(|description| {
        Object::new()
            .text("media_type", description.media_type.clone())
            .text("language_tag", description.language_tag.clone())
            .hex("content", &description.content)
    });
    Ok(Object::new()
        .text("room_uri", text(&metadata.room_uri))
        .text("room_name", metadata.room_name.clone())
        .list("room_descriptions", descriptions)
        .text("room_avatar", metadata.room_avatar.clone())
        .text("room_subject", metadata.room_subject.clone())
        .text("room_mood", metadata.room_mood.clone()))
}
