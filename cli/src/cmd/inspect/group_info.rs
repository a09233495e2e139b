//! GroupInfo: which group and room, and who is in it.

use mimicred_jose::base64url;
use mimicred_mls::component::{
    APP_COMPONENTS, AppComponents, BASE_ROOM_POLICY, CONTENT_MEDIA_TYPES, EXTERNAL_RECEIVERS, ExternalReceivers,
    JOIN_LINK_POLICY, JOIN_LINKS, JoinLinks, KNOCK_ROOM_POLICY, KnockRoomPolicy, PARTICIPANT_LIST, ParticipantList, ROLES_LIST,
    ROOM_DISCLOSURE_POLICY, ROOM_METADATA, RoomMetadata,
};
use mimicred_mls::framing::decode_media_types;
use mimicred_mls::{GroupInfoView, Suite};

use super::mls::draw_leaf;
use super::picture::{Item, Picture, Section};
use crate::error::Failure;
use crate::out::hex;

/// Draws an encoded GroupInfo. A component that cannot be read is said to be so; the rest is drawn all the same.
///
/// # Errors
/// It cannot be read.
pub(super) fn group_info(octets: &[u8], now: i64) -> Result<Picture, Failure> {
    let group_info = GroupInfoView::decode(octets)?;
    let context = group_info.context();
    let suite = Suite::from_number(context.cipher_suite).map_or_else(|_| "not supported".to_owned(), |suite| suite.to_string());
    let items = vec![
        Item::new("group id").value(hex(&context.group_id)),
        Item::new("epoch").value(i128::from(context.epoch)),
        Item::new("cipher suite").value(suite).note(format!("0x{:04x}", context.cipher_suite)),
        Item::new("signed by leaf").value(i128::from(group_info.signer())),
        Item::new("tree hash").value(base64url::encode(&context.tree_hash)),
    ];
    let mut sections = vec![Section::new("group", items)];
    let components = context.extensions.components()?;
    let room: Vec<Item> = components.iter().map(|(id, data)| draw_component(*id, data)).collect();
    if !room.is_empty() {
        sections.push(Section::new("room", room));
    }
    let leaves = group_info.leaves()?;
    let tree = leaves.as_ref().map_or_else(|| "not in it".to_owned(), |leaves| format!("{} members", leaves.len()));
    sections.push(Section::new("tree", vec![Item::new("tree").value(tree)]));
    let members = leaves.unwrap_or_default();
    let contains = members.iter().map(|(index, leaf)| draw_leaf(leaf, Some(*index), now)).collect();
    Ok(Picture::new("GroupInfo", sections).containing(contains))
}

fn draw_component(id: u16, data: &[u8]) -> Item {
    let number = format!("0x{id:04x}");
    let read: Result<(&str, String), mimicred_mls::Error> = match id {
        APP_COMPONENTS => AppComponents::decode(data).map(|listed| {
            let listed: Vec<String> = listed.iter().map(|id| format!("0x{id:04x}")).collect();
            ("required components", listed.join(" "))
        }),
        CONTENT_MEDIA_TYPES => decode_media_types(data).map(|listed| {
            let listed: Vec<String> = listed.iter().map(ToString::to_string).collect();
            ("media types", listed.join(", "))
        }),
        ROOM_METADATA => RoomMetadata::decode(data).map(|room| ("room", room.room_uri.to_string())),
        PARTICIPANT_LIST => ParticipantList::decode(data).map(|list| {
            let one = |it: &mimicred_mls::component::Participant| format!("{} (role {})", it.user, it.role_index);
            ("participants", list.as_slice().iter().map(one).collect::<Vec<_>>().join(", "))
        }),
        EXTERNAL_RECEIVERS => ExternalReceivers::decode(data).map(|listed| {
            let keys: Vec<String> = listed.as_slice().iter().map(|it| base64url::encode(it.public_key())).collect();
            ("the hub's key", keys.join(" "))
        }),
        JOIN_LINKS => JoinLinks::decode(data).map(|links| {
            let keys: Vec<String> = links.as_slice().iter().map(|key| hex(key)).collect();
            ("join links", if keys.is_empty() { "none".to_owned() } else { keys.join(" ") })
        }),
        ROLES_LIST => Ok(("roles", format!("{} octets", data.len()))),
        BASE_ROOM_POLICY => Ok(("room policy", format!("{} octets", data.len()))),
        JOIN_LINK_POLICY => Ok(("join link policy", format!("{} octets", data.len()))),
        ROOM_DISCLOSURE_POLICY => Ok(("disclosure policy", format!("{} octets", data.len()))),
        KNOCK_ROOM_POLICY => KnockRoomPolicy::decode(data).map(|policy| {
            let target = policy.target_room.map_or_else(|| "not said".to_owned(), |room| room.to_string());
            ("knock room for", target)
        }),
        _ => Ok(("component", format!("{} octets", data.len()))),
    };
    match read {
        Ok((label, value)) => Item::new(label).value(value).note(number),
        Err(error) => Item::new("component").value("unreadable").note(format!("{number}: {error}")),
    }
}
