//! Signatures in chains, and the keys and algorithms of issuers and end entities.

use mimicred_keys::Algorithm;

use super::made::*;
use super::path::{below_root, hexes, of};
use crate::cast::{self, public_jwk};
use crate::draft::Draft;
use crate::generate::der::{self, oid, sequence};
use crate::object::Object;

pub(super) fn write(file: &mut Draft) {
    signatures(file);
    algorithms(file);
}

/// The last bit turned over: it is of the signature.
fn flipped(der: &[u8]) -> Vec<u8> {
    let mut der = der.to_vec();
    if let Some(last) = der.last_mut() {
        *last ^= 1;
    }
    der
}

fn signatures(file: &mut Draft) {
    let (root, ca) = (root(), issuing());
    let made = ca.pseudonym();
    let (leaf, ca_cert) = (made.signed_by(&ca.key), ca.certificate(&root));
    file.group("Signatures", below_root());
    let rules = &["RFC 5280 6.1.3 (a)(1)"];
    file.valid(of("signatures-good", "each by the CA above", rules, &[&leaf, &ca_cert]), Object::new());
    let mallory = cast::key(Algorithm::P256, "mallory");
    let mut refused = |id: &str, comment: &str, certificates: &[&[u8]]| {
        file.refused(of(id, comment, rules, certificates), "x509/signature-invalid")
    };
    refused("leaf-flipped", "one bit of the end entity's signature is another", &[&flipped(&leaf), &ca_cert]);
    refused("ca-flipped", "one bit of the CA's signature is another", &[&leaf, &flipped(&ca_cert)]);
    refused("leaf-forged", "the end entity's certificate is signed with another key", &[&made.signed_by(&mallory), &ca_cert]);
    refused(
        "ca-forged",
        "the CA's certificate is signed with another key",
        &[&leaf, &ca.certified_by(&root).signed_by(&mallory)],
    );
    refused(
        "leaf-self-signed",
        "the end entity has signed its certificate itself",
        &[&made.signed_by(&cast::key(Algorithm::P256, "holder")), &ca_cert],
    );
}

fn algorithms(file: &mut Draft) {
    let rules = &["mimi-mls.md 1.3", "RFC 5280 4.1.1.2"];
    for (algorithm, id) in
        [(Algorithm::Ed25519, "ed25519"), (Algorithm::P256, "p256"), (Algorithm::P384, "p384"), (Algorithm::P521, "p521")]
    {
        let root = Authority { name: "A Root", key: cast::key(algorithm, "root") };
        let anchor = root.certificate(&root);
        file.group(&format!("A root with a key of {algorithm}"), below_root().with("anchors", hexes(&[&anchor])));
        let leaf = root.pseudonym().signed_by(&root.key);
        file.valid(of(&format!("root-{id}"), &format!("signed with {algorithm}"), rules, &[&leaf]), Object::new());
    }
    let root = root();
    file.group("Keys of end entities", below_root());
    for (algorithm, id) in [(Algorithm::Ed25519, "ed25519"), (Algorithm::P256, "p256"), (Algorithm::P384, "p384")] {
        let key = cast::key(algorithm, "holder");
        let leaf = Made { spki: key.public().to_spki_der(), ..root.pseudonym() }.signed_by(&root.key);
        let expected = Object::new().with("subject_key", public_jwk(key.public()));
        file.valid(of(&format!("leaf-{id}"), &format!("a key of {algorithm}"), rules, &[&leaf]), expected);
    }
    let p256 = cast::key(Algorithm::P256, "holder");
    let short = der::spki(&der::key_identifier(Algorithm::P256), &der::compressed(p256.public()));
    let leaf = Made { spki: short, ..root.pseudonym() }.signed_by(&root.key);
    let expected = Object::new().with("subject_key", public_jwk(p256.public()));
    file.valid(of("leaf-p256-compressed", "its point is compressed: the same key", rules, &[&leaf]), expected);
    let rsa = der::spki(
        &sequence(&[&oid("1.2.840.113549.1.1.1"), &[5, 0]]),
        &sequence(&[&der::unsigned(&[0xab; 256]), &der::unsigned(&[1, 0, 1])]),
    );
    let ed25519 = der::key_identifier(Algorithm::Ed25519);
    let neutral = der::spki(&ed25519, &[&[1], [0; 31].as_slice()].concat());
    let p521 = cast::key(Algorithm::P521, "holder").public().to_spki_der();
    for (id, comment, spki, code) in [
        ("leaf-p521", "a key of P-521, which is for issuers only", p521, "x509/alg-unsupported"),
        ("leaf-rsa", "an RSA key", rsa, "x509/alg-unsupported"),
        ("leaf-weak", "a point of small order, for which anybody can sign", neutral, "x509/malformed"),
        (
            "leaf-off-curve",
            "octets that are no point of P-256",
            der::spki(&der::key_identifier(Algorithm::P256), &[&[4], [1; 64].as_slice()].concat()),
            "x509/malformed",
        ),
    ] {
        let leaf = Made { spki, ..root.pseudonym() }.signed_by(&root.key);
        file.refused(of(id, comment, rules, &[&leaf]).differs_from("leaf-p256"), code);
    }
    file.group("Algorithms of signatures", below_root());
    let good = root.pseudonym();
    file.valid(
        of("algorithm-good", "ECDSA with SHA-256, by a key on P-256", rules, &[&good.signed_by(&root.key)]),
        Object::new(),
    );
    for (id, comment, algorithm) in [
        ("algorithm-rsa", "it says that it is RSA", sequence(&[&oid("1.2.840.113549.1.1.11"), &[5, 0]])),
        ("algorithm-sha-384", "it says SHA-384, and the key is on P-256", signature_algorithm(Algorithm::P384)),
        ("algorithm-ed25519", "it says Ed25519, and the key is on P-256", signature_algorithm(Algorithm::Ed25519)),
        ("algorithm-sha-1", "it says SHA-1", sequence(&[&oid("1.2.840.10045.4.1")])),
    ] {
        let leaf = Made { algorithm, ..good.clone() }.signed_by(&root.key);
        file.refused(of(id, comment, rules, &[&leaf]), "x509/alg-unsupported");
    }
    let differing = Made { outer_algorithm: Some(signature_algorithm(Algorithm::P384)), ..good }.signed_by(&root.key);
    file.refused(of("algorithm-differs", "another algorithm outside than inside", rules, &[&differing]), "x509/malformed");
}
