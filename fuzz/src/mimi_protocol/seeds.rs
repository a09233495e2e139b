//! One message of each kind, by hand.

use mimicred_mls::tls::Writer;

/// A PublicMessage with a proposal, one with a commit, a PrivateMessage, one of a private wire format, and a Welcome for two.
const PROPOSAL: &[u8] =
    b"\x00\x01\x00\x01\x03gid\x00\x00\x00\x00\x00\x00\x00\x07\x01\x00\x00\x00\x05\x02aa\x02\x00\x03\x00\x00\x00\x02\x01s\x01m";
const COMMIT: &[u8] = b"\x00\x01\x00\x01\x03gid\x00\x00\x00\x00\x00\x00\x00\x07\x04\x00\x03\x00\x00\x01s\x01t";
const APPLICATION: &[u8] = b"\x00\x01\x00\x02\x03gid\x00\x00\x00\x00\x00\x00\x00\x07\x01\x02aa\x02sd\x03ct!";
const WRAPPED: &[u8] = b"\x00\x01\xf0\x01wrapped";
const WELCOME: &[u8] = b"\x00\x01\x00\x03\x00\x01\x16\x04ref1\x02k1\x02c1\x04ref2\x02k2\x02c2\x02gi";
/// A bare GroupInfo with external_pub.
const GROUP_INFO: &[u8] = b"\x00\x01\x00\x01\x03gid\x00\x00\x00\x00\x00\x00\x00\x07\x02th\x02ct\x03\x0a\x0a\x00\
    \x06\x00\x04\x03pub\x03tag\x00\x00\x00\x03\x03sig";
/// A bare KeyPackage.
const KEY_PACKAGE: &[u8] =
    b"\x00\x01\x00\x01\x04init\x04hpke\x03sig\x00\x05\x03kbt\x02\x00\x01\x02\x00\x01\x02\x00\x06\x00\x02\x00\x05\
    \x01\x00\x00\x00\x00\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x09\x00\x01s\x00\x01s";
const USERS: &[u8] = b"\x14mimi://a.example/p/a\x14mimi://b.example/u/b";
const ROOM: &[u8] = b"\x14mimi://h.example/r/x";
const CREDENTIAL: &[u8] = b"\x00\x05\x03kbt";
/// A mark of the hub, which is there.
const FRANK: &[u8] = b"\x010123456789abcdef0123456789abcdef\x00\x01\x03sig";
const TIME: &[u8] = b"\x00\x00\x01\xa0\xc4\x50\x6c\x00";

/// Seeds, each named for what it is and, behind a point, for what is particular about it.
pub fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let vector = |content: &[u8]| Writer::new().vector(content).finish().expect("short");
    let of = |parts: &[&[u8]]| parts.concat();
    let halves = b"\x00\x01\x0b\x04ref1\x02k1\x02c1\x02gi\x00\x01\x0b\x04ref2\x02k2\x02c2\x02gi";
    let clients = of(&[
        b"\x00\x14mimi://b.example/d/1",
        KEY_PACKAGE,
        b"\x01\x14mimi://b.example/d/2\x02\x14mimi://b.example/d/3\x00\x02\x14mimi://b.example/d/4\x01\x02\x00\x01\x02\x00\x01\x00\x00\x00",
    ]);
    let pending = vector(&of(&[&vector(PROPOSAL), TIME]));
    let event = |message: &[u8], rest: &[u8]| of(&[TIME, &vector(message), rest]);
    let (marked, stapled) = (event(APPLICATION, FRANK), event(COMMIT, &vector(&vector(PROPOSAL))));
    let several = of(&[&marked, &stapled, &event(WELCOME, b"\x01\x02\x01\x00"), &event(WRAPPED, b"\x00")]);
    vec![
        (
            "key_material_request",
            of(&[b"\x01", USERS, ROOM, b"\x02\x00\x01\x02\x00\x06\x02\x00\x08\x02\x00\x05\x03key", CREDENTIAL, b"\x01s"]),
        ),
        ("key_material_response", of(&[b"\x01\x01\x14mimi://b.example/u/b", &vector(&clients)])),
        ("key_material_response.refused", b"\x01\x05\x14mimi://b.example/u/b\x00".to_vec()),
        ("group_info_request", of(&[b"\x01\x00\x01\x03key", CREDENTIAL, b"\x04hpke\x04code\x01s"])),
        ("group_info_response", of(&[b"\x01", ROOM, b"\x01\x00\x01\x03hub", CREDENTIAL, b"\x03enc\x02ct\x01s"])),
        ("group_info_response.refused", of(&[b"\x01", ROOM, b"\x02"])),
        ("group_info_and_tree", of(&[GROUP_INFO, b"\x01\x02\x01\x00", &pending])),
        ("group_info_and_tree.elsewhere", of(&[GROUP_INFO, b"\x02\x13https://a.example/t\x03sig\x00"])),
        ("update_request.commit", of(&[b"\x03", &vector(COMMIT), &vector(halves), b"\x01", GROUP_INFO, b"\x04"])),
        ("update_request.partial", of(&[b"\x03", &vector(WRAPPED), b"\x00\x02\x00\x06\x00\x04\x03pub\x03sig\x03\x03sig"])),
        ("update_request.proposals", of(&[b"\x02", &vector(PROPOSAL), &vector(&vector(WRAPPED))])),
        ("update_response", of(&[b"\x00\x00", TIME])),
        ("update_response.invalid", b"\x03\x02no\x06\x02r1\x02r2".to_vec()),
        ("submit_message_request", of(&[b"\x01", APPLICATION, b"\x14mimi://a.example/p/a"])),
        ("submit_message_response", of(&[b"\x01\x00", TIME, FRANK])),
        ("fanout_message.application", marked),
        ("fanout_message.commit", stapled),
        ("mls/version-unsupported.several", several),
        ("consent_entry.request", of(&[b"\x01", USERS, b"\x01", ROOM, b"\x06\xd0\x56\x03\x01\x01\x00"])),
        ("consent_entry.grant", of(&[b"\x02", USERS, b"\x00", &vector(KEY_PACKAGE), b"\x00"])),
        ("identifier_request", b"\x13\x07\x0agiven_name\x06Xavier\x00".to_vec()),
        (
            "identifier_response",
            b"\x00\x15\x14mimi://b.example/u/b\x1f\x14mimi://b.example/u/b\x09\x08\x03ORG\x03Inc\x00".to_vec(),
        ),
        ("abuse_report", of(&[USERS, b"\x01\x04note", &vector(&of(&[b"\x04text", &FRANK[1..], TIME])), b"\x00"])),
        ("app_data_dictionary", b"\x07\x0a\x0a\x00\xd0\x56\x01\x01".to_vec()),
        ("join_links", of(&[b"\x40\x42\x20", &[1; 32], b"\x20", &[2; 32]])),
        ("join_links_update", of(&[b"\x04\x00\x00\x00\x02\x21\x20", &[7; 32]])),
        ("join_link_policy", b"\x01\x0bhttps://a/x\x01\x00\x00\x00\x3c".to_vec()),
        ("external_receivers", b"\x12\x02k1\x00\x01\x03hub\x02k2\x00\x01\x03hub".to_vec()),
        ("welcome", WELCOME.to_vec()),
        ("message", WRAPPED.to_vec()),
    ]
}
