//! Join links and joining codes (mimi-mls.md 3.6.3), those that it prints among them.

use mimicred_jose::base64url;
use mimicred_keys::sha256;

use super::cast::*;
use super::draft;
use super::tls::Tls;
use crate::draft::{Draft, NewCase, case};
use crate::object::{Object, hex};

const RULES: [&str; 1] = ["mimi-mls.md 3.6.3"];
const SEED: [u8; 32] = [9; 32];
const PUBLIC_KEY: &str = "fd1724385aa0c75b64fb78cd602fa1d991fdebf76b13c58ed702eac835e9f618";
const CODE: &str = concat!(
    "8a35a1cacd4f67afa70857dcf62ecf896016890b6af29a5b6f1613772713d2aa",
    "7c746017595a7b4b189519d5b1fb6fa0039c02919ea2e13301cfb190ba56c706",
);
/// SHA-256 of the policy that mimi-mls.md 3.4.4 prints.
const POLICY_HASH: &str = "e3b189329ae417ef40608ae14ce37867fdcc9c73735ee63a138e486598154f1e";

pub(super) fn files() -> Vec<Draft> {
    vec![parsing(), writing(), codes(), verifying()]
}

fn payload(seed: &[u8], inviter: &[u8], policy: &[u8]) -> Tls {
    Tls::new()
        .vector(seed, "seed")
        .vector(&GROUP, "group_id")
        .vector(inviter, "inviter_key_hash")
        .vector(policy, "policy_hash")
        .u64(NOW, "not_after")
}

fn good() -> Tls {
    payload(&SEED, &sha256(&[3; 32]), &octets(POLICY_HASH))
}

fn link(payload: &[u8]) -> String {
    format!("{ROOM}#jl1.{}", base64url::encode(payload))
}

fn parts() -> Object {
    Object::new()
        .text("room", ROOM)
        .hex("seed", &SEED)
        .hex("group_id", &GROUP)
        .hex("inviter_key_hash", &sha256(&[3; 32]))
        .text("policy_hash", POLICY_HASH)
        .int("not_after", NOW)
}

fn on_the_way(payload: &Tls) -> Object {
    payload.lines_as("payload", Object::new()).hex("payload_sha256", &sha256(&payload.octets()))
}

fn parsing() -> Draft {
    let about = "Join links as text. What they say of group and policy is compared with a GroupInfo later.";
    let mut file = draft("mls/join-link-parse", about, &RULES);
    file.group("The text", Object::new());
    let of =
        |id: &str, comment: &str, text: &str| -> NewCase { case(id, comment, &RULES).input(Object::new().text("link", text)) };
    let without = payload(&SEED, &sha256(&[3; 32]), b"");
    let new = of("no-policy", "of a room without a policy", &link(&without.octets())).intermediates(on_the_way(&without));
    file.valid(new, parts().without("policy_hash").text("public_key", PUBLIC_KEY));
    let text = link(&good().octets());
    let new = of("printed", "as mimi-mls.md describes it", &text).intermediates(on_the_way(&good()));
    file.valid(new, parts().text("public_key", PUBLIC_KEY));
    let malformed = "mls/join-link-malformed";
    for (id, comment, text) in [
        ("no-fragment", "without a fragment", ROOM.to_owned()),
        ("other-mark", "of another kind", text.replace("#jl1.", "#jl2.")),
        ("no-mark", "without its mark", text.replace("#jl1.", "#")),
        ("padding", "base64url with padding", format!("{text}=")),
        ("base64", "base64 of the other alphabet", format!("{}+/", text.get(..text.len() - 2).unwrap_or_default())),
        ("space", "a space at the end", format!("{text} ")),
    ] {
        file.refused(of(id, comment, &text), malformed);
    }
    for (id, comment, payload) in [
        ("seed-31", "a seed of 31 octets", payload(&[9; 31], &sha256(&[3; 32]), b"")),
        ("inviter-31", "a hash of the inviter of 31 octets", payload(&SEED, &[3; 31], b"")),
        ("policy-31", "a hash of the policy of 31 octets", payload(&SEED, &sha256(&[3; 32]), &[7; 31])),
    ] {
        file.refused(of(id, comment, &link(&payload.octets())).intermediates(on_the_way(&payload)), malformed);
    }
    let new = of("cut", "the last octet of the payload is missing", &link(&super::cut(&good().octets())));
    file.refused(new, "mls/truncated");
    let new = of("trailing", "an octet too many in the payload", &link(&super::and_more(&good().octets())));
    file.refused(new, "mls/trailing-octets");
    let to = |uri: &str| text.replace(ROOM, uri);
    file.refused(of("user", "of a user", &to("mimi://hub.example/u/alice")), "mls/uri-invalid");
    file.refused(of("https", "of a web page", &to("https://hub.example/r/clubhouse")), "mls/uri-invalid");
    file.refused(of("query", "of a room with a query", &to("mimi://hub.example/r/clubhouse?x=y")), "mls/uri-invalid");
    let long = format!("{ROOM}#jl1.{}", "A".repeat(2048));
    file.refused(of("long", "longer than any link", &long).flag("limit"), "mls/limit");
    file
}

fn writing() -> Draft {
    let mut file = draft("mls/join-link-write", "Join links, written.", &RULES);
    file.group("The text", Object::new());
    let text = |payload: &Tls| Object::new().text("link", link(&payload.octets()));
    let new = case("printed", "as mimi-mls.md describes it", &RULES).input(parts()).intermediates(on_the_way(&good()));
    file.valid(new, text(&good()));
    let without = payload(&SEED, &sha256(&[3; 32]), b"");
    let new = case("no-policy", "of a room without a policy", &RULES).input(parts().without("policy_hash"));
    file.valid(new.intermediates(on_the_way(&without)), text(&without));
    file
}

/// What a joining code is a signature over.
fn content(room: &str, signature_key: &[u8], group_info_key: &[u8]) -> Tls {
    Tls::new().text(room, "room_uri").vector(signature_key, "requestingSignatureKey").vector(group_info_key, "groupInfoPublicKey")
}

fn request() -> Object {
    Object::new().hex("requesting_signature_key", &[2; 32]).hex("group_info_public_key", &[4; 32])
}

fn codes() -> Draft {
    let mut file =
        draft("mls/joining-code", "Joining codes: plain Ed25519 with the link's key.", &["mimi-mls.md 3.6.3", "RFC 8032"]);
    file.group("With the link that mimi-mls.md describes", Object::new().text("link", link(&good().octets())));
    let signed = content(ROOM, &[2; 32], &[4; 32]);
    let on_the_way = signed.lines_as("signed", Object::new()).hex("signed_sha256", &sha256(&signed.octets()));
    let new = case("printed", "as mimi-mls.md prints it", &RULES).input(request()).intermediates(on_the_way);
    file.valid(new, Object::new().text("joining_code", CODE));
    let key = leaf();
    let input = request().hex("requesting_signature_key", key.public().octets());
    let signed = content(ROOM, key.public().octets(), &[4; 32]);
    let new = case("other-key", "for another leaf key", &RULES).input(input);
    file.valid(new.intermediates(signed.lines_as("signed", Object::new())), Object::new());
    file
}

fn verifying() -> Draft {
    let about = "Joining codes as the hub verifies them: by one of the links that the room lists.";
    let mut file = draft("mls/joining-code-verify", about, &RULES);
    let listed = [hex(&[1; 32]), PUBLIC_KEY.to_owned()];
    file.group("In a room with two live links", request().text("room", ROOM).text("joining_code", CODE).list("links", listed));
    let of = |id: &str, comment: &str, input: Object| case(id, comment, &RULES).input(input);
    let only = Object::new().list("links", [PUBLIC_KEY]);
    file.valid(of("only", "by the only link", only), Object::new().int("link", 0));
    file.valid(of("printed", "by the second link, as mimi-mls.md prints it", Object::new()), Object::new().int("link", 1));
    let invalid = "mls/joining-code-invalid";
    let mut flipped = octets(CODE);
    if let Some(octet) = flipped.get_mut(40) {
        *octet ^= 1;
    }
    for (id, comment, input) in [
        ("removed", "by a link that is no longer listed", Object::new().list("links", [hex(&[1; 32])])),
        ("no-links", "in a room without links", Object::new().list("links", Vec::<String>::new())),
        ("other-room", "for another room", Object::new().text("room", OTHER_ROOM)),
        ("other-leaf-key", "for another leaf key", Object::new().hex("requesting_signature_key", &[3; 32])),
        ("other-answer-key", "for another key of the answer", Object::new().hex("group_info_public_key", &[5; 32])),
        ("flipped", "one bit is another", Object::new().hex("joining_code", &flipped)),
        ("cut", "63 octets", Object::new().hex("joining_code", &super::cut(&octets(CODE)))),
        ("empty", "no octets", Object::new().text("joining_code", "")),
    ] {
        file.refused(of(id, comment, input), invalid);
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    /// mimi-mls.md 3.6.3
    #[test]
    fn what_is_signed_and_written_is_what_the_specification_prints() {
        let signed = content(ROOM, &[2; 32], &[4; 32]).octets();
        assert_eq!(signed.len(), 97);
        assert_eq!(hex(&sha256(&signed)), "347ad6e6f8ce98d3e00277b3e45458277ecc77cbe74e72669ba5ecbdbdfb77c0");
        assert_eq!(good().octets().len(), 124);
        assert_eq!(hex(&sha256(&good().octets())), "ce1bbcb298b240b0b4d7144d85c94731c4442260193894423c37cad4cbb778dc");
    }
}
