//! Sealed disclosures (mimi-mls.md 3.5.5), the one that it prints among them. The others are put together here, of HPKE and an AEAD.

use mimicred_keys::{aead, sha256};
use mimicred_mls::Suite;

use super::bundle::small;
use super::cast::*;
use super::tls::{Tls, vector};
use super::{and_more, cut, draft, flip_last, octets_of, of};
use crate::draft::{Draft, NewCase, case};
use crate::object::Object;

const RULES: [&str; 1] = ["mimi-mls.md 3.5.5"];
/// mimi-mls.md 3.5.5
const PRINTED: &str = concat!(
    "000120ffe4d779d30d387e806730035a4031e4fe23e7468e2080bc83d9ceba7cc12ca8404600000005",
    "2097c3b10b4d6c133a78ea5dcc1cf6421d3f81ae37b1f628ce14ca6fce7730f333205c9cfcf054ad8c8e",
    "3a895d02d56f6348de2ee9b4e6f827514ca72f20654876a34069dc28df44b35bae82f73ab8bd39d9595b",
    "0ee1dc6c6d6e6ed36137a86096d6db03a933d0c27e6a41bc84a2779fc6a23ef218d3ca83f1c666dfc67b",
    "673b4dd2c9ade526efeb2d2054ef0e3c0bb02ffc44d519a76ce7263b4b2083121dabfb0d06f533a317a1",
    "d16e248315",
);
const DUMMY: u32 = u32::MAX;

pub(super) fn files() -> Vec<Draft> {
    vec![decoding(), opening()]
}

/// What a sealed disclosure is made of.
#[derive(Clone)]
struct Made {
    version: u16,
    suite: Suite,
    /// Leaf index, and the recipient's private key.
    recipients: Vec<(u32, [u8; 32])>,
    content_key: Vec<u8>,
    salt: Vec<u8>,
    bundle: Vec<u8>,
    /// Another hash than that of the plaintext.
    hash: Option<[u8; 32]>,
    sender_leaf: u32,
}

impl Made {
    /// As mimi-mls.md 3.5.5 has it.
    fn new() -> Self {
        Self {
            version: 1,
            suite: Suite::X25519Aes128Ed25519,
            recipients: vec![(5, [0x0b; 32])],
            content_key: vec![0x0e; 16],
            salt: vec![0x0d; 16],
            bundle: small().octets(),
            hash: None,
            sender_leaf: 3,
        }
    }

    fn content(&self) -> Vec<u8> {
        [vector(&self.salt), self.bundle.clone()].concat()
    }

    fn hash(&self) -> [u8; 32] {
        self.hash.unwrap_or_else(|| sha256(&self.content()))
    }

    /// EncryptContext of RFC 9420 5.1.3, under the label of a component.
    fn info(&self, leaf: u32) -> Vec<u8> {
        let context = Tls::new()
            .vector(&GROUP, "group_id")
            .u64(EPOCH, "epoch")
            .u32(self.sender_leaf, "sender_leaf")
            .u32(leaf, "recipient_leaf")
            .raw(&self.hash(), "plaintext_hash");
        sign_content(&component_label(0xd054, b"DisclosureRecipient"), &context.octets())
    }

    fn entries(&self) -> Tls {
        let suite = self.suite.hpke();
        self.recipients.iter().fold(Tls::new(), |tls, (leaf, secret)| {
            let recipient = sure(suite.kem.key_pair_of(secret));
            // One ephemeral key for one entry: the leaf's number in it, but for the printed one.
            let ephemeral = if *leaf == 5 { [0x0c; 32] } else { sha256(&leaf.to_be_bytes()) };
            let ephemeral = sure(suite.kem.key_pair_of(&ephemeral));
            let mut sender = sure(suite.sender_with(&ephemeral, recipient.public(), &self.info(*leaf)));
            let sealed = sure(sender.seal(b"", &self.content_key));
            tls.u32(*leaf, "recipient_leaf").vector(ephemeral.public(), "kem_output").vector(&sealed, "ciphertext")
        })
    }

    fn ciphertext(&self) -> Vec<u8> {
        sure(aead::seal(self.suite.hpke().aead, &self.content_key, &[0; 12], b"", &self.content()))
    }

    fn structure(&self) -> Tls {
        self.structure_with(&self.entries(), &self.ciphertext())
    }

    fn structure_with(&self, entries: &Tls, ciphertext: &[u8]) -> Tls {
        Tls::new()
            .u16(self.version, "version")
            .vector(&self.hash(), "plaintext_hash")
            .nested(entries, "entries")
            .vector(ciphertext, "ciphertext")
    }

    fn case(&self, id: &str, comment: &str) -> NewCase {
        let first = self.recipients.first().map_or(0, |(leaf, _)| *leaf);
        let structure = self.structure();
        let on_the_way = structure
            .lines()
            .hex("plaintext", &self.content())
            .hex("content_key", &self.content_key)
            .hex("hpke_info_of_first_entry", &self.info(first));
        of(id, comment, &RULES, &structure.octets()).intermediates(on_the_way)
    }
}

fn decoding() -> Draft {
    let about = "Sealed disclosures on the outside. How many recipients there are is hidden up to the next power of two.";
    let mut file = draft("mls/sealed-disclosure-decode", about, &RULES);
    let leaves = |leaves: &[u32]| {
        Object::new().with("recipients", mimicred_claims::Value::Array(leaves.iter().map(|n| i128::from(*n).into()).collect()))
    };
    file.group("The structure", Object::new());
    let made = Made::new();
    let two = Made { recipients: vec![(5, [0x0b; 32]), (9, [0x0b; 32])], ..made.clone() };
    let three =
        Made { recipients: [two.recipients.clone(), vec![(12, [0x0b; 32]), (DUMMY, [0x0f; 32])]].concat(), ..made.clone() };
    file.valid(three.case("three", "three recipients and a dummy"), leaves(&[5, 9, 12]));
    file.valid(two.case("two", "two recipients"), leaves(&[5, 9]));
    let several = [vec![(5, [0x0b; 32])], vec![(DUMMY, [0x0f; 32]); 3]].concat();
    let several = Made { recipients: several, ..made.clone() };
    file.valid(several.case("dummies", "one recipient and three dummies"), leaves(&[5]));
    file.valid(made.case("printed", "one recipient, as mimi-mls.md prints it").input(octets_of(&octets(PRINTED))), leaves(&[5]));
    let count = |id: &str, comment: &str, recipients: Vec<(u32, [u8; 32])>| Made { recipients, ..made.clone() }.case(id, comment);
    file.refused(count("none", "no entry", Vec::new()), "mls/sealed-entry-count");
    file.refused(count("only-dummy", "a dummy and nobody else", vec![(DUMMY, [0x0f; 32])]), "mls/sealed-entry-count");
    let new = count("three-without-dummy", "three entries", vec![(5, [0x0b; 32]), (9, [0x0b; 32]), (12, [0x0b; 32])]);
    file.refused(new, "mls/sealed-entry-count");
    file.refused(count("descending", "entries out of order", vec![(9, [0x0b; 32]), (5, [0x0b; 32])]), "mls/value-order");
    file.refused(count("twice", "a leaf twice", vec![(5, [0x0b; 32]), (5, [0x0b; 32])]), "mls/value-duplicate");
    file.refused(Made { version: 2, ..made.clone() }.case("version-2", "version 2"), "mls/version-unsupported");
    let short = Tls::new().u16(1, "").vector(&[0; 31], "").nested(&made.entries(), "").vector(&made.ciphertext(), "");
    file.refused(of("hash-31", "a hash of 31 octets", &RULES, &short.octets()), "mls/sealed-content-invalid");
    let printed = octets(PRINTED);
    file.refused(of("cut", "the last octet is missing", &RULES, &cut(&printed)), "mls/truncated");
    file.refused(of("trailing", "an octet too many", &RULES, &and_more(&printed)), "mls/trailing-octets");
    file
}

fn opening() -> Draft {
    let about = "Sealed disclosures as one leaf opens them. The intermediates have what only their maker knows.";
    let mut file = draft("mls/sealed-disclosure-open", about, &["mimi-mls.md 3.5.5", "RFC 9180", "RFC 9420 5.1.3"]);
    let place = Object::new()
        .int("suite", 1)
        .hex("group_id", &GROUP)
        .int("epoch", EPOCH)
        .int("sender_leaf", 3)
        .int("leaf", 5)
        .hex("recipient_secret", &[0x0b; 32]);
    let expected = || {
        let item = Object::new().int("type", 3).text("data", "00010203");
        Object::new().text("room", ROOM).text("subject", USER).list("items", [item])
    };
    file.group("Suite 0x0001", place.clone());
    let made = Made::new();
    let two = Made { recipients: vec![(5, [0x0b; 32]), (9, [0x1b; 32])], ..made.clone() };
    file.valid(two.case("first", "the first of two recipients"), expected());
    let second = octets_of(&two.structure().octets()).int("leaf", 9).hex("recipient_secret", &[0x1b; 32]);
    file.valid(two.case("second", "the second of two recipients").input(second), expected());
    file.valid(made.case("printed", "as mimi-mls.md prints it").input(octets_of(&octets(PRINTED))), expected());
    let with = |id: &str, comment: &str, input: Object| case(id, comment, &RULES).input(input.hex("octets", &octets(PRINTED)));
    file.refused(with("other-leaf", "a leaf that is not named", Object::new().int("leaf", 6)), "mls/sealed-for-others");
    let dummy = Object::new().int("leaf", DUMMY);
    file.refused(with("as-dummy", "the leaf index of dummies", dummy), "mls/sealed-for-others");
    for (id, comment, input) in [
        ("other-key", "another private key", Object::new().hex("recipient_secret", &[0x1b; 32])),
        ("other-group", "in another group", Object::new().hex("group_id", &[2; 16])),
        ("other-epoch", "in the next epoch", Object::new().int("epoch", EPOCH + 1)),
        ("other-sender", "by another sender", Object::new().int("sender_leaf", 4)),
        ("other-suite", "under the AEAD of another suite", Object::new().int("suite", 3)),
    ] {
        file.refused(with(id, comment, input), "mls/sealed-key-invalid");
    }
    let printed = octets(PRINTED);
    let moved = super::put(&printed, 37, &6u32.to_be_bytes());
    let new = of("moved", "the entry moved to another leaf, which has the same key", &RULES, &moved);
    let input = octets_of(&moved).int("leaf", 6);
    file.refused(new.input(input), "mls/sealed-key-invalid");
    let new = of("other-hash", "another hash than the key was sealed for", &RULES, &super::put(&printed, 3, &[0]));
    file.refused(new, "mls/sealed-key-invalid");
    let flipped = flip_last(&printed);
    file.refused(of("flipped", "one bit of the ciphertext is another", &RULES, &flipped), "mls/sealed-content-invalid");
    let other = Made { hash: Some([7; 32]), ..made.clone() };
    let new = other.case("hash-not-of-plaintext", "a hash that is not the plaintext's, and sealed for");
    file.refused(new, "mls/sealed-content-invalid");
    let salt = Made { salt: vec![0x0d; 15], ..made.clone() };
    file.refused(salt.case("salt-15", "a salt of 15 octets"), "mls/sealed-content-invalid");
    let no_bundle = Made { bundle: cut(&small().octets()), ..made.clone() };
    file.refused(no_bundle.case("bundle-cut", "a bundle whose last octet is missing"), "mls/truncated");

    file.group("Other suites", place);
    let p256 = Made { suite: Suite::P256Aes128P256, ..made.clone() };
    let new = p256.case("p256", "suite 0x0002: DHKEM(P-256), AES-128-GCM");
    file.valid(new.input(octets_of(&p256.structure().octets()).int("suite", 2)), expected());
    let chacha = Made { suite: Suite::X25519ChaCha20Ed25519, content_key: vec![0x0e; 32], ..made };
    let new = chacha.case("chacha20", "suite 0x0003: DHKEM(X25519), ChaCha20-Poly1305, a content key of 32 octets");
    file.valid(new.input(octets_of(&chacha.structure().octets()).int("suite", 3)), expected());
    let unknown = octets_of(&chacha.structure().octets()).int("suite", 4);
    file.refused(case("suite-unknown", "a suite that is not spoken here", &RULES).input(unknown), "mls/suite-unsupported");
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::hex;

    /// mimi-mls.md 3.5.5, its maker's half too: the ephemeral key is 32 octets 0c.
    #[test]
    fn what_is_made_here_is_what_the_specification_prints() {
        let made = Made::new();
        assert_eq!(made.content().len(), 89);
        assert_eq!(made.info(5).len(), 112);
        assert_eq!(hex(&sha256(&made.info(5))), "66f0b806bfdabddb8b55cb9d80e85d38bc12a14c3ae34daf821a139c50ccec2b");
        assert_eq!(hex(&made.structure().octets()), PRINTED);
    }
}
