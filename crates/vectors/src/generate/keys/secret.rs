//! What is sealed under a key that both sides have, or under a passphrase.

use mimicred_keys::aead::{Aead, seal};
use mimicred_keys::passphrase::{self, Cost};
use mimicred_keys::pem;

use crate::cast;
use crate::draft::{Draft, NewCase, case};
use crate::object::{Object, hex};

pub(super) fn aead() -> Draft {
    let about = "Octets sealed by an AEAD.";
    let mut file = Draft::new("keys/aead-open", "keys/aead-open", about, &["RFC 5116", "RFC 8439", "RFC 8452"]);
    let algorithms = [
        (Aead::Aes128Gcm, "aes-128-gcm"),
        (Aead::Aes256Gcm, "aes-256-gcm"),
        (Aead::ChaCha20Poly1305, "chacha20-poly1305"),
        (Aead::Aes128GcmSiv, "aes-128-gcm-siv"),
        (Aead::Aes256GcmSiv, "aes-256-gcm-siv"),
    ];
    for (algorithm, name) in algorithms {
        let key: Vec<u8> = (0..32).take(algorithm.key_len()).collect();
        let nonce: Vec<u8> = (0x40..0x4c).collect();
        let sealed = seal(algorithm, &key, &nonce, b"associated", b"content").unwrap_or_default();
        file.group(name, Object::new().text("aead", name).hex("key", &key));
        let of = |id: &str, comment: &str, nonce: &[u8], aad: &[u8], sealed: &[u8]| -> NewCase {
            let input = Object::new().hex("nonce", nonce).hex("aad", aad).hex("ciphertext", sealed);
            case(format!("{name}-{id}"), comment, &["RFC 5116 2.2"]).input(input)
        };
        file.valid(of("good", "seven octets", &nonce, b"associated", &sealed), Object::new().hex("plaintext", b"content"));
        let mut flipped = sealed.clone();
        if let Some(first) = flipped.first_mut() {
            *first ^= 1;
        }
        let mut refused = |id: &str, comment: &str, nonce: &[u8], aad: &[u8], sealed: &[u8]| {
            file.refused(of(id, comment, nonce, aad, sealed), "keys/aead-invalid");
        };
        refused("flipped", "one bit is another", &nonce, b"associated", &flipped);
        refused("cut", "the last octet is missing", &nonce, b"associated", sealed.get(..sealed.len() - 1).unwrap_or_default());
        refused("other-aad", "other associated data", &nonce, b"associate", &sealed);
        refused("other-nonce", "another nonce", &[0; 12], b"associated", &sealed);
        refused("too-short", "less than a tag", &nonce, b"associated", &[0; 15]);
    }
    file
}

pub(super) fn protected() -> Draft {
    let about = "Files under a passphrase: a PEM block with the costs of Argon2id, salt, nonce, and AES-256-GCM-SIV with all of that as \
                 associated data. The costs are the least there are, so that they are quick to open; no file should be written so.";
    let mut file = Draft::new("keys/unprotect", "keys/unprotect", about, &["RFC 9106", "RFC 8452", "RFC 7468"]);
    let good = passphrase::protect(b"content", "p\u{e4}ss phrase".as_bytes(), Cost::LEAST, &mut cast::random("protected file"));
    let good = good.map(|text| text.to_string()).unwrap_or_default();
    file.group("Files, and a passphrase", Object::new());
    let of = |id: &str, comment: &str, rules: &[&'static str], text: &str, passphrase: &str| {
        case(id, comment, rules).input(Object::new().text("file", text).text("passphrase", passphrase))
    };
    let passphrase = "p\u{e4}ss phrase";
    let octets = pem::parse(&good).map(|block| block.der().to_vec()).unwrap_or_default();
    let part = |from: usize, to: usize| hex(octets.get(from..to).unwrap_or_default());
    let anatomy = Object::new()
        .text("associated_data", part(0, 49))
        .int("memory_kib", 8)
        .int("passes", 1)
        .int("lanes", 1)
        .text("salt", part(21, 37))
        .text("nonce", part(37, 49))
        .text("ciphertext", part(49, octets.len()));
    let new = of("good", "eight KiB, one pass, one lane", &["RFC 9106 3.1", "RFC 8452 4"], &good, passphrase);
    file.valid(new.intermediates(anatomy), Object::new().hex("content", b"content"));
    let mut refused = |id: &str, comment: &str, rules: &[&'static str], text: &str, passphrase: &str, code: &str| {
        file.refused(of(id, comment, rules, text, passphrase).differs_from("good"), code);
    };
    let wrong = &["RFC 8452 4"];
    refused("other-passphrase", "another passphrase", wrong, &good, "pass phrase", "keys/protected-refused");
    refused(
        "decomposed",
        "the same letters, spelt otherwise in UTF-8",
        wrong,
        &good,
        "pa\u{308}ss phrase",
        "keys/protected-refused",
    );
    let changed = |at: usize, to: &[u8]| {
        let mut octets = octets.clone();
        octets.iter_mut().skip(at).zip(to).for_each(|(octet, to)| *octet = *to);
        pem::write(passphrase::LABEL, &octets).to_string()
    };
    refused("salt", "another salt", wrong, &changed(21, &[0; 16]), passphrase, "keys/protected-refused");
    refused(
        "passes",
        "another number of passes, which is not too large",
        wrong,
        &changed(13, &[0, 0, 0, 2]),
        passphrase,
        "keys/protected-refused",
    );
    let cut = pem::write(passphrase::LABEL, octets.get(..octets.len() - 1).unwrap_or_default());
    refused("cut", "the last octet is missing", wrong, &cut, passphrase, "keys/protected-refused");
    let form = &["RFC 9106 3.1"];
    refused("version", "another version", form, &changed(8, &[2]), passphrase, "keys/protected-malformed");
    let short = pem::write(passphrase::LABEL, octets.get(..64).unwrap_or_default());
    refused("no-tag", "less than a tag after the nonce", form, &short, passphrase, "keys/protected-malformed");
    let other = pem::write("PRIVATE KEY", &octets);
    refused("label", "it says that it is a private key", &["RFC 7468 2"], &other, passphrase, "keys/pem-label");
    refused(
        "not-pem",
        "the first character is missing",
        &["RFC 7468 2"],
        good.get(1..).unwrap_or_default(),
        passphrase,
        "keys/pem-malformed",
    );
    let cost = &["RFC 9106 4"];
    let mut limit = |id: &str, comment: &str, at: usize, to: &[u8]| {
        file.refused(
            of(id, comment, cost, &changed(at, to), passphrase).differs_from("good").flag("limit"),
            "keys/protected-cost",
        );
    };
    limit("memory", "more memory than 256 MiB", 9, &[0, 4, 0, 1]);
    limit("many-passes", "17 passes", 13, &[0, 0, 0, 17]);
    limit("many-lanes", "5 lanes", 17, &[0, 0, 0, 5]);
    limit("no-passes", "no passes", 13, &[0, 0, 0, 0]);
    limit("little-memory", "less memory than 8 KiB for each lane", 9, &[0, 0, 0, 7]);
    file
}
