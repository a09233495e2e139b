//! The messages of the MIMI protocol, field by field.

mod group_info;
mod room;
mod user;

use mimicred_keys::Algorithm;

use super::cast::*;
use super::tls::Tls;
use super::{draft, of};
use crate::draft::{Draft, NewCase, case};
use crate::object::{Object, hex};
use crate::sign::FixedKey;

const SPECIFICATIONS: [&str; 4] =
    ["draft-ietf-mimi-protocol-06", "draft-mahy-mls-ratchet-tree-options-03", "RFC 9420", "mimi-mls.md 2.8, 3.6, 6"];
const BOB: &str = "mimi://b.example/u/bob";

pub(super) fn files() -> Vec<Draft> {
    vec![decoding(), verifying(), group_info::opening()]
}

fn decoding() -> Draft {
    let about = "Bodies of the HTTP requests and responses between providers. Handshakes stand in a vector, and there is one Welcome \
                 for each provider: mimi-mls.md 2.8 says why.";
    let mut file = draft("mls/protocol-decode", about, &SPECIFICATIONS);
    user::write(&mut file);
    group_info::write(&mut file);
    room::write(&mut file);
    file
}

/// Begins a group for one message.
fn about(file: &mut Draft, message: &str) {
    file.group(message, Object::new().text("message", message));
}

fn annotated(id: &str, comment: &str, tls: &Tls) -> NewCase {
    of(id, comment, &["draft-ietf-mimi-protocol-06", "mimi-mls.md 2.8"], &tls.octets()).intermediates(tls.lines())
}

fn plain(id: &str, comment: &str, octets: &[u8]) -> NewCase {
    of(id, comment, &["draft-ietf-mimi-protocol-06", "mimi-mls.md 2.1"], octets)
}

fn fields(fields: Object) -> Object {
    Object::new().with("fields", fields)
}

fn verifying() -> Draft {
    let about = "The signatures in messages of the MIMI protocol, by the key that stands beside them.";
    let mut file = draft("mls/protocol-verify", about, &["draft-ietf-mimi-protocol-06", "mimi-mls.md 2.8"]);
    let rules = ["draft-ietf-mimi-protocol-06"];
    type Make = fn(&FixedKey, &FixedKey, u16) -> (Tls, Vec<u8>);
    let messages: [(&str, &'static [u8], Make); 3] = [
        ("key_material_request", b"KeyMaterialRequestTBS", |key, signer, _| user::key_material_request(key, signer)),
        ("group_info_request", b"GroupInfoRequestTBS", group_info::request),
        ("group_info_response", b"GroupInfoResponseTBS", group_info::response),
    ];
    for (message, label, make) in messages {
        about_of(&mut file, message);
        let id = |what: &str| format!("{}-{what}", message.replace('_', "-"));
        let good = |what: &str, comment: &str, key: &FixedKey, suite: u16| {
            let (tls, tbs) = make(key, key, suite);
            let new = of(&id(what), comment, &rules, &tls.octets()).intermediates(signed(&tls, label, &tbs));
            (new, Object::new().text("signature_key", hex(key.public().octets())))
        };
        let (new, expected) = good("p256", "a P-256 key: the signature in DER", &leaf_p256(), 2);
        file.valid(new, expected);
        let (new, expected) = good("ed25519", "an Ed25519 key", &leaf(), 1);
        file.valid(new, expected);
        let invalid = "mls/protocol-signature-invalid";
        let (tls, _) = make(&leaf(), &mallory(), 1);
        file.refused(of(&id("other-signer"), "signed by another key", &rules, &tls.octets()), invalid);
        let (tls, _) = make(&leaf(), &leaf(), 1);
        let flipped = super::flip_last(&tls.octets());
        file.refused(of(&id("flipped"), "one bit of the signature is another", &rules, &flipped), invalid);
        let (signed_part, other_label) =
            (make(&leaf(), &leaf(), 1).1, sign(&leaf(), b"LeafNodeTBS", &make(&leaf(), &leaf(), 1).1));
        let other_label = [signed_part, super::tls::vector(&other_label)].concat();
        file.refused(of(&id("other-label"), "signed under another label", &rules, &other_label), invalid);
        if message == "key_material_request" {
            continue;
        }
        let (tls, _) = make(&leaf(), &leaf(), 2);
        file.refused(of(&id("other-suite"), "an Ed25519 key under suite 0x0002", &rules, &tls.octets()), invalid);
        let (tls, _) = make(&leaf(), &leaf(), 9);
        file.refused(of(&id("suite-unknown"), "a suite that is not spoken here", &rules, &tls.octets()), "mls/suite-unsupported");
    }
    about_of(&mut file, "key_material_request");
    let compressed = user::key_material_request_of(&super::tls::vector(&[2; 33]), &leaf());
    let new = of("key-form", "a P-256 key as a compressed point", &["RFC 9420 5.1.1"], &compressed.0.octets());
    file.refused(new.differs_from("key-material-request-p256"), "mls/leaf-key-form");
    let p384 = crate::cast::key(Algorithm::P384, "holder");
    let (tls, tbs) = user::key_material_request(&p384, &p384);
    let new = case("key-material-request-p384", "a P-384 key", &rules).input(Object::new().hex("octets", &tls.octets()));
    let new = new.intermediates(signed(&tls, b"KeyMaterialRequestTBS", &tbs));
    file.valid(new, Object::new().text("signature_key", hex(p384.public().octets())));
    file
}

fn about_of(file: &mut Draft, message: &str) {
    file.group(&format!("{message}, signed"), Object::new().text("message", message));
}
