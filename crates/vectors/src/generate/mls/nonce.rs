//! Nonces (mimi-mls.md 3.5.2), those that it prints among them.

use mimicred_keys::{Algorithm, HashAlgorithm, sha256};

use super::cast::*;
use super::draft;
use super::tls::Tls;
use crate::draft::{Draft, case};
use crate::object::{Object, hex};

const RULES: [&str; 1] = ["mimi-mls.md 3.5.2"];

pub(super) fn files() -> Vec<Draft> {
    vec![root(), nonce(), challenge()]
}

/// KDFLabel of RFC 9420 8.
fn kdf_label(label: &str, context: &[u8]) -> Tls {
    Tls::new().u16(32, "length").text(&format!("MLS 1.0 {label}"), "label").vector(context, "context")
}

fn root() -> Draft {
    let about = "The root of an epoch's nonces, from the exporter secret.";
    let mut file = draft("mls/nonce-root", about, &["mimi-mls.md 3.5.2", "RFC 9420 8, 8.5"]);
    file.group("SHA-256, which all suites have", Object::new().int("suite", 1));
    let of = |id: &str, comment: &str, secret: u8| {
        let second = kdf_label("exported", &HashAlgorithm::Sha256.digest(b""));
        let on_the_way = kdf_label("mimi disclosure nonce v1", b"").lines_as("derive_secret_label", Object::new());
        let on_the_way = second.lines_as("export_label", on_the_way);
        case(id, comment, &RULES).input(Object::new().hex("exporter_secret", &[secret; 32])).intermediates(on_the_way)
    };
    let printed = "09e6e492a4d36ccc2abf297dce82763f35b8b9a3d9e0cff6eda8e5276a474476";
    file.valid(of("printed", "as mimi-mls.md prints it", 5), Object::new().text("root", printed));
    file.valid(of("other-secret", "of another secret", 6), Object::new());
    file
}

fn nonce() -> Draft {
    let about = "The nonce of one leaf in a room of nonce_mode group_exporter.";
    let mut file = draft("mls/nonce", about, &["mimi-mls.md 3.5.2", "RFC 9420 8"]);
    file.group("SHA-256, which all suites have", Object::new().int("suite", 1));
    let of = |id: &str, comment: &str, root: u8, key: &[u8]| {
        let input = Object::new().hex("root", &[root; 32]).hex("leaf_key", key);
        case(id, comment, &RULES).input(input).intermediates(kdf_label("disclosure nonce", key).lines())
    };
    let printed = "8720987091c3de2987d40883deab675c8bb21d87e77361ffee00be8835c7863e";
    file.valid(of("printed", "as mimi-mls.md prints it", 7, &[2; 32]), Object::new().text("nonce", printed));
    file.valid(of("other-root", "of another epoch", 8, &[2; 32]), Object::new());
    file.valid(of("ed25519", "an Ed25519 key", 7, leaf().public().octets()), Object::new());
    let p256 = crate::cast::key(Algorithm::P256, "holder");
    file.valid(of("p256", "a P-256 key: 65 octets, uncompressed", 7, p256.public().octets()), Object::new());
    file
}

fn challenge() -> Draft {
    let about = "The nonce by which one leaf answers a request in a room of nonce_mode challenge.";
    let mut file = draft("mls/challenge-nonce", about, &["mimi-mls.md 3.5.2"]);
    file.group("Always SHA-256", Object::new());
    let of = |id: &str, comment: &str, group_id: &[u8], epoch: u64, request: &[u8], key: &[u8]| {
        let hashed = Tls::new()
            .text("mimi challenge v1", "")
            .vector(group_id, "group_id")
            .u64(epoch, "epoch")
            .vector(request, "request nonce")
            .vector(key, "leaf key");
        let input =
            Object::new().hex("group_id", group_id).int("epoch", epoch).hex("request_nonce", request).hex("leaf_key", key);
        let new = case(id, comment, &RULES).input(input).intermediates(hashed.lines());
        (new, Object::new().text("nonce", hex(&sha256(&hashed.octets()))))
    };
    let printed = "ce2ba578cf10d6fb3cf3050eed299cc760d52b033e852208ebc7c807fb6e7881";
    let (new, expected) = of("printed", "as mimi-mls.md prints it", &GROUP, 7, &[0xbb; 32], &[2; 32]);
    file.valid(new, expected.text("nonce", printed));
    for (id, comment, group_id, epoch, request, key) in [
        ("other-group", "in another group", [3; 16], 7, [0xbb; 32], [2; 32]),
        ("other-epoch", "in the next epoch", GROUP, 8, [0xbb; 32], [2; 32]),
        ("other-request", "of another request", GROUP, 7, [0xbc; 32], [2; 32]),
        ("other-leaf", "by another leaf", GROUP, 7, [0xbb; 32], [4; 32]),
    ] {
        let (new, expected) = of(id, comment, &group_id, epoch, &request, &key);
        file.valid(new, expected);
    }
    file
}
