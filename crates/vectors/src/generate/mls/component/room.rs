//! Components of rooms.

use mimicred_claims::Value;

use super::{about, annotated, fields, numbers};
use crate::draft::Draft;
use crate::generate::mls::cast::*;
use crate::generate::mls::tls::Tls;
use crate::generate::mls::{and_more, cut, of};
use crate::object::Object;

pub(super) fn write(file: &mut Draft) {
    metadata(file);
    participants(file);
    roles(file);
    base_policy(file);
    knock(file);
    links(file);
    media_types(file);
}

fn metadata(file: &mut Draft) {
    about(file, "room_metadata");
    let rules = ["draft-ietf-mimi-protocol room metadata"];
    let made = |room: &str, name: &[u8]| {
        let description = Tls::new().text("text/plain", "media_type").text("de", "language_tag").text("Verein", "content");
        Tls::new()
            .text(room, "room_uri")
            .vector(name, "room_name")
            .nested(&description, "room_descriptions")
            .text("https://hub.example/a.png", "room_avatar")
            .text("", "room_subject")
            .text("", "room_mood")
    };
    let good = made(ROOM, b"Clubhouse");
    let description = Object::new().text("media_type", "text/plain").text("language_tag", "de").hex("content", b"Verein");
    let expected = Object::new()
        .text("room_uri", ROOM)
        .text("room_name", "Clubhouse")
        .list("room_descriptions", [description])
        .text("room_avatar", "https://hub.example/a.png")
        .text("room_subject", "")
        .text("room_mood", "");
    file.valid(annotated("metadata", "a name and a description", &rules, &good), fields(expected));
    file.refused(annotated("metadata-no-room", "no room", &rules, &made("", b"Clubhouse")), "mls/uri-invalid");
    file.refused(
        annotated("metadata-host", "an upper case host", &rules, &made("mimi://Hub.example/r/x", b"Clubhouse")),
        "mls/uri-invalid",
    );
    file.refused(annotated("metadata-nul", "a NUL in the name", &rules, &made(ROOM, b"Club\0house")), "mls/text-invalid");
    file.refused(annotated("metadata-no-text", "a name that is not UTF-8", &rules, &made(ROOM, b"\xff")), "mls/text-invalid");
    file.refused(of("metadata-trailing", "an octet too many", &rules, &and_more(&good.octets())), "mls/trailing-octets");
}

fn participants(file: &mut Draft) {
    about(file, "participant_list");
    let rules = ["draft-ietf-mimi-protocol participant list"];
    let made = |users: &[(&str, u32)]| {
        let inner = users.iter().fold(Tls::new(), |tls, (user, role)| tls.text(user, "user").u32(*role, "role_index"));
        Tls::new().nested(&inner, "participants")
    };
    let (alice, bob) = (USER, "mimi://b.example/u/bob");
    let participant = |user: &str, role: u32| Object::new().text("user", user).int("role_index", role);
    let expected = Object::new().list("participants", [participant(alice, 2), participant(bob, 3)]);
    let good = made(&[(alice, 2), (bob, 3)]);
    file.valid(annotated("participants-none", "nobody", &rules, &made(&[])), Object::new());
    file.valid(annotated("participants", "two", &rules, &good), fields(expected));
    let new = annotated("participants-twice", "a user twice, in two roles", &rules, &made(&[(alice, 2), (alice, 3)]));
    file.refused(new, "mls/participant-duplicate");
    file.refused(
        annotated("participants-name", "a user that is no URI", &rules, &made(&[("bob", 2), (alice, 3)])),
        "mls/uri-invalid",
    );
    file.refused(of("participants-cut", "the last octet is missing", &rules, &cut(&good.octets())), "mls/truncated");
}

fn roles(file: &mut Draft) {
    about(file, "roles_list");
    let rules = ["draft-ietf-mimi-room-policy roles_list", "mimi-mls.md 2.7"];
    let role = |index: u32, optional: u8| {
        let changes = Tls::new().u32(0, "from_role_index").nested(&Tls::new().u32(2, ""), "target_role_indexes");
        Tls::new()
            .u32(index, "role_index")
            .text("moderator", "role_name")
            .text("", "role_description")
            .numbers(&[0x0000, 0x000c, 0xf050], "role_capabilities")
            .u32(1, "minimum_participants")
            .u8(optional, "maximum_participants")
            .u32(5, "")
            .u32(0, "minimum_active")
            .u8(0, "no maximum_active")
            .nested(&changes, "authorized_role_changes")
    };
    let made = |inner: &Tls| Tls::new().nested(inner, "roles");
    let change = Object::new().int("from_role_index", 0).with("target_role_indexes", numbers(&[2]));
    let expected = Object::new()
        .int("role_index", 3)
        .text("role_name", "moderator")
        .text("role_description", "")
        .with("role_capabilities", numbers(&[0, 0x000c, 0xf050]))
        .int("minimum_participants", 1)
        .int("maximum_participants", 5)
        .int("minimum_active", 0)
        .list("authorized_role_changes", [change]);
    file.valid(annotated("roles", "one role", &rules, &made(&role(3, 1))), fields(Object::new().list("roles", [expected])));
    let new = annotated("roles-twice", "a role twice", &rules, &made(&role(3, 1).then(&role(3, 1))));
    file.refused(new, "mls/value-duplicate");
    file.refused(annotated("roles-presence", "a presence octet that is 2", &rules, &made(&role(3, 2))), "mls/flag-invalid");
}

fn base_policy(file: &mut Draft) {
    about(file, "base_room_policy");
    let rules = ["draft-ietf-mimi-room-policy base_room_policy", "mimi-mls.md 2.7, 6 row 23"];
    let made = |parents: &[&str], pseudonyms: u8| {
        let parents = parents.iter().fold(Tls::new(), |tls, parent| tls.text(parent, "Uri"));
        Tls::new()
            .u8(0, "fixed_membership")
            .u8(0, "parent_dependant")
            .nested(&parents, "parent_room")
            .u8(1, "multi_device")
            .u8(1, "max_clients")
            .u32(4, "")
            .u8(0, "no max_users")
            .u8(pseudonyms, "pseudonyms_allowed")
            .u8(0, "persistent_room")
            .u8(0, "discoverable")
            .numbers(&[0xd050], "policy_component_ids")
    };
    let flag = |flag: bool| Value::Bool(flag);
    let expected = Object::new()
        .with("fixed_membership", flag(false))
        .with("parent_dependant", flag(false))
        .with("multi_device", flag(true))
        .int("max_clients", 4)
        .with("pseudonyms_allowed", flag(true))
        .with("persistent_room", flag(false))
        .with("discoverable", flag(false))
        .with("policy_component_ids", numbers(&[0xd050]));
    let with_parent = expected.clone().text("parent_room", OTHER_ROOM);
    file.valid(annotated("base-policy-parent", "with a parent room", &rules, &made(&[OTHER_ROOM], 1)), fields(with_parent));
    file.valid(annotated("base-policy", "pseudonyms are allowed", &rules, &made(&[], 1)), fields(expected));
    let new = annotated("base-policy-parents", "two parents", &rules, &made(&[OTHER_ROOM, ROOM], 1));
    file.refused(new, "mls/limit");
    file.refused(annotated("base-policy-bool", "a bool that is 255", &rules, &made(&[], 255)), "mls/flag-invalid");
    let octets = made(&[], 1).octets();
    file.refused(of("base-policy-trailing", "an octet too many", &rules, &and_more(&octets)), "mls/trailing-octets");
}

fn knock(file: &mut Draft) {
    about(file, "knock_room_policy");
    let rules = ["mimi-mls.md 3.6.5"];
    let made = |target: &str| {
        Tls::new()
            .text(target, "target_room")
            .u16(1, "max_messages_per_joiner")
            .u32(3600, "max_stay_seconds")
            .nested(&Tls::new().u32(3, "").u32(4, ""), "moderator_roles")
            .vector(b"", "target_disclosure_policy")
    };
    let expected = Object::new()
        .int("max_messages_per_joiner", 1)
        .int("max_stay_seconds", 3600)
        .with("moderator_roles", numbers(&[3, 4]))
        .text("target_disclosure_policy", "");
    let named = expected.clone().text("target_room", OTHER_ROOM);
    file.valid(annotated("knock-hidden", "for a room that is not named", &rules, &made("")), fields(expected));
    file.valid(annotated("knock", "for a room", &rules, &made(OTHER_ROOM)), fields(named));
    file.refused(annotated("knock-uri", "a target that is no URI", &rules, &made("elsewhere")), "mls/uri-invalid");
    file.refused(of("knock-cut", "the last octet is missing", &rules, &cut(&made(OTHER_ROOM).octets())), "mls/truncated");
}

fn links(file: &mut Draft) {
    about(file, "join_links");
    let rules = ["draft-ietf-mimi-room-policy join links", "mimi-mls.md 3.6.3"];
    let made = |links: &[&[u8]]| {
        let inner = links.iter().fold(Tls::new(), |tls, link| tls.vector(link, "join_link"));
        Tls::new().nested(&inner, "join_links")
    };
    let key = "fd1724385aa0c75b64fb78cd602fa1d991fdebf76b13c58ed702eac835e9f618";
    let good = made(&[&octets(key)]);
    let new = annotated("links", "the public key of the link that mimi-mls.md describes", &rules, &good);
    file.valid(new, fields(Object::new().list("join_links", [key])));
    file.refused(annotated("links-twice", "a link twice", &rules, &made(&[&[1; 32], &[1; 32]])), "mls/value-duplicate");
    file.refused(annotated("links-31", "a link of 31 octets", &rules, &made(&[&[1; 31]])), "mls/join-link-malformed");
    file.refused(annotated("links-33", "a link of 33 octets", &rules, &made(&[&[1; 33]])), "mls/limit");

    about(file, "join_link_policy");
    let made = |link: &str| Tls::new().u8(1, "on_request").text(link, "join_link").u8(0, "multiuser").u32(86_400, "expiration");
    let expected = Object::new()
        .with("on_request", Value::Bool(true))
        .text("join_link", "https://hub.example/join")
        .with("multiuser", Value::Bool(false))
        .int("expiration", 86_400);
    file.valid(
        annotated("link-policy", "links for one user and one day", &rules, &made("https://hub.example/join")),
        fields(expected),
    );
    file.refused(
        annotated("link-policy-space", "a space in the link", &rules, &made("https://hub.example/a b")),
        "mls/text-invalid",
    );
}

fn media_types(file: &mut Draft) {
    about(file, "content_media_types");
    let rules = ["draft-ietf-mls-extensions content_media_types", "mimi-mls.md 2.4, 2.11"];
    let made = |types: &[(&str, &[(&str, &str)])]| {
        let inner = types.iter().fold(Tls::new(), |tls, (essence, parameters)| {
            let parameters = parameters.iter().fold(Tls::new(), |tls, (name, value)| tls.text(name, "name").text(value, "value"));
            tls.text(essence, "media_type").nested(&parameters, "parameters")
        });
        Tls::new().nested(&inner, "media_types")
    };
    let credential = ("application/mls-credential", &[("name", "x509")][..]);
    let good = made(&[("application/mimi-content", &[]), credential]);
    let expected = ["application/mimi-content", "application/mls-credential;name=x509"];
    file.valid(
        annotated("media-types", "two, the first of which is the default", &rules, &good),
        fields(Object::new().list("media_types", expected)),
    );
    let older = made(&[("application/sd+jwt", &[])]);
    let new = annotated("media-types-older", "an older spelling is read as the current one", &rules, &older);
    file.valid(new, fields(Object::new().list("media_types", ["application/sd-jwt"])));
    file.refused(annotated("media-types-none", "no media type", &rules, &made(&[])), "mls/empty");
    file.refused(annotated("media-types-empty", "an empty one", &rules, &made(&[("", &[])])), "mls/empty");
    file.refused(
        annotated("media-types-no-slash", "one without a slash", &rules, &made(&[("application", &[])])),
        "mls/media-type-malformed",
    );
    let twice = made(&[("text/plain", &[("charset", "utf-8"), ("charset", "utf-8")])]);
    file.refused(annotated("media-types-twice", "a parameter twice", &rules, &twice), "mls/media-type-malformed");
}
