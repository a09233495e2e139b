//! LeafNodes and KeyPackages, field by field.

use mimicred_keys::Algorithm;

use super::cast::*;
use super::tls::Tls;
use super::{and_more, cut, draft, flip_last, of};
use crate::cast::key;
use crate::draft::{Draft, NewCase};
use crate::object::{Object, hex};
use crate::sign::FixedKey;

pub(super) fn files() -> Vec<Draft> {
    vec![leaves(), key_packages()]
}

/// What a leaf is made of.
#[derive(Clone)]
pub(super) struct Leaf {
    pub(super) key: FixedKey,
    pub(super) credential: Vec<u8>,
    pub(super) source: Tls,
    /// Group and index, where the signature covers them.
    pub(super) place: Vec<u8>,
    pub(super) extensions: Tls,
}

/// An app_data_dictionary with these components, as an extension.
pub(super) fn dictionary(components: &[(u16, &str, Vec<u8>)]) -> Tls {
    let inner = components
        .iter()
        .fold(Tls::new(), |tls, (id, name, data)| tls.u16(*id, &format!("component_id {name}")).vector(data, "data"));
    let data = Tls::new().nested(&inner, "AppDataDictionary");
    Tls::new().u16(6, "extension_type app_data_dictionary").nested(&data, "extension_data")
}

pub(super) fn lifetime() -> Tls {
    Tls::new().u8(1, "leaf_node_source key_package").u64(1_789_948_800, "not_before").u64(1_792_368_000, "not_after")
}

impl Leaf {
    /// That of a KeyPackage.
    pub(super) fn new(key: &FixedKey) -> Self {
        let components = vec![0x04, 0x00, 0x22, 0xd0, 0x50];
        Self {
            key: key.clone(),
            credential: b"\x00\x05\x03\xd2\x84\x40".to_vec(),
            source: lifetime(),
            place: Vec::new(),
            extensions: dictionary(&[(1, "app_components", components), (0xd052, "identity_kind", vec![2])]),
        }
    }

    /// That of a member who has updated, or committed.
    pub(super) fn in_group(key: &FixedKey, source: Tls, group_id: &[u8], index: u32) -> Self {
        let place = [super::tls::vector(group_id), index.to_be_bytes().to_vec()].concat();
        Self { source, place, ..Self::new(key) }
    }

    pub(super) fn unsigned(&self) -> Tls {
        Tls::new()
            .vector(&[9; 32], "encryption_key")
            .vector(self.key.public().octets(), "signature_key")
            .raw(&self.credential, "credential")
            .numbers(&[1], "versions")
            .numbers(&[1, 2], "cipher_suites")
            .numbers(&[6], "extensions")
            .numbers(&[8], "proposals")
            .numbers(&[2, 5, 0xf006], "credentials")
            .then(&self.source)
            .nested(&self.extensions, "extensions")
    }

    pub(super) fn tbs(&self) -> Vec<u8> {
        [self.unsigned().octets(), self.place.clone()].concat()
    }

    pub(super) fn signed(&self) -> Tls {
        self.signed_by(&self.key)
    }

    fn signed_by(&self, key: &FixedKey) -> Tls {
        self.unsigned().vector(&sign(key, b"LeafNodeTBS", &self.tbs()), "signature")
    }
}

fn update() -> Tls {
    Tls::new().u8(2, "leaf_node_source update")
}

fn leaves() -> Draft {
    let about = "LeafNodes, whose signature covers the group and the place in it once they are in one.";
    let mut file =
        draft("mls/leaf-node-verify", about, &["RFC 9420 5.1.1, 7.2, 7.3", "draft-ietf-mls-extensions AppDataDictionary"]);
    let rules = ["RFC 9420 7.2", "RFC 9420 7.3"];
    let case_of = |id: &str, comment: &str, leaf: &Leaf| -> NewCase {
        let structure = leaf.signed();
        of(id, comment, &rules, &structure.octets()).intermediates(signed(&structure, b"LeafNodeTBS", &leaf.tbs()))
    };
    file.group("In a KeyPackage", Object::new());
    for (id, algorithm, comment) in [
        ("key-package-ed25519", Algorithm::Ed25519, "an Ed25519 key: 32 octets"),
        ("key-package-p256", Algorithm::P256, "a P-256 key: 65 octets, uncompressed; the signature in DER"),
        ("key-package-p384", Algorithm::P384, "a P-384 key: 97 octets"),
    ] {
        let leaf_key = key(algorithm, "holder");
        let expected = Object::new()
            .text("source", "key_package")
            .hex("signature_key", leaf_key.public().octets())
            .int("not_before", 1_789_948_800)
            .int("not_after", 1_792_368_000);
        file.valid(case_of(id, comment, &Leaf::new(&leaf_key)), expected);
    }
    let good = Leaf::new(&leaf());
    let octets = good.signed().octets();
    let before = |new: NewCase| new.differs_from("key-package-ed25519");
    let invalid = "mls/leaf-signature-invalid";
    let new = of("other-signer", "signed by another key", &rules, &good.signed_by(&mallory()).octets());
    file.refused(before(new), invalid);
    file.refused(before(of("flipped", "one bit of the signature is another", &rules, &flip_last(&octets))), invalid);
    file.refused(before(of("cut", "the last octet is missing", &rules, &cut(&octets))), "mls/truncated");
    file.refused(before(of("trailing", "an octet too many", &rules, &and_more(&octets))), "mls/trailing-octets");
    let in_group = Leaf { place: [super::tls::vector(&GROUP), vec![0, 0, 0, 3]].concat(), ..good.clone() };
    file.refused(before(case_of("signed-for-group", "signed as if it were in a group", &in_group)), invalid);
    let number = Leaf { source: Tls::new().u8(4, "leaf_node_source 4"), ..good.clone() };
    file.refused(before(case_of("source-4", "a source that does not exist", &number)), "mls/leaf-source-unknown");
    let twice = Leaf { extensions: good.extensions.clone().then(&good.extensions), ..good.clone() };
    let new = case_of("extension-twice", "an extension of the same type twice", &twice);
    file.refused(before(new), "mls/extension-duplicate");
    let reordered = dictionary(&[(0xd052, "identity_kind", vec![2]), (1, "app_components", vec![0])]);
    let reordered = Leaf { extensions: reordered, ..good.clone() };
    file.refused(before(case_of("components-descend", "components out of order", &reordered)), "mls/component-order");
    let reserved = Leaf { credential: vec![0, 0, 0], ..good.clone() };
    file.refused(before(case_of("credential-type-0", "a credential of type 0", &reserved)), "mls/credential-type-reserved");
    let draft_form = Leaf { credential: b"\x0a\x0a\x01\x00".to_vec(), ..good.clone() };
    let new = case_of("credential-unknown", "a credential whose end nobody can tell", &draft_form);
    file.refused(before(new), "mls/credential-shape-unknown");
    // The key compressed: the right point, in another form than RFC 9420 demands.
    let p256 = key(Algorithm::P256, "holder");
    let compressed = p256.public().octets().get(1..33).unwrap_or_default();
    let parity = 2 + (p256.public().octets().last().copied().unwrap_or_default() & 1);
    let structure = Tls::new().vector(&[9; 32], "encryption_key").vector(&[&[parity], compressed].concat(), "signature_key");
    let rest = Leaf::new(&p256).signed().octets().get(33 + 2 + 65..).unwrap_or_default().to_vec();
    let new = of("compressed", "a P-256 key as a compressed point", &["RFC 9420 5.1.1"], &structure.raw(&rest, "").octets());
    file.refused(new.differs_from("key-package-p256"), "mls/leaf-key-form");
    let structure = Tls::new().vector(&[9; 32], "encryption_key").vector(&[0; 57], "signature_key");
    let rest = octets.get(33 + 33..).unwrap_or_default();
    let new = of(
        "key-57-octets",
        "a key as long as one for Ed448, which is not spoken here",
        &["RFC 9420 5.1.1"],
        &structure.raw(rest, "").octets(),
    );
    file.refused(before(new), "mls/leaf-key-form");

    file.group("In a group", Object::new().hex("group_id", &GROUP).int("leaf_index", 3));
    let updated = Leaf::in_group(&leaf(), update(), &GROUP, 3);
    file.valid(case_of("update", "after an Update", &updated), Object::new().text("source", "update"));
    let committed = Tls::new().u8(3, "leaf_node_source commit").vector(b"\xaa\xbb", "parent_hash");
    let committed = Leaf::in_group(&leaf(), committed, &GROUP, 3);
    let expected = Object::new().text("source", "commit").text("parent_hash", "aabb");
    file.valid(case_of("commit", "after a commit", &committed), expected);
    let moved = Leaf::in_group(&leaf(), update(), &GROUP, 4);
    file.refused(case_of("other-index", "signed for another place", &moved).differs_from("update"), invalid);
    let elsewhere = Leaf::in_group(&leaf(), update(), &[2; 16], 3);
    file.refused(case_of("other-group", "signed for another group", &elsewhere).differs_from("update"), invalid);
    file.valid(
        case_of("added", "that of a KeyPackage is in no group by its signature", &good),
        Object::new().text("source", "key_package"),
    );
    file
}

/// What a KeyPackage is made of.
#[derive(Clone)]
pub(super) struct KeyPackage {
    pub(super) version: u16,
    pub(super) suite: u16,
    pub(super) init_key: Vec<u8>,
    pub(super) leaf: Leaf,
    pub(super) extensions: Tls,
}

impl KeyPackage {
    pub(super) fn new(key: &FixedKey) -> Self {
        let suite = if key.public().algorithm() == Algorithm::P256 { 2 } else { 1 };
        Self { version: 1, suite, init_key: vec![8; 32], leaf: Leaf::new(key), extensions: Tls::new() }
    }

    /// One whose usage is that.
    pub(super) fn with_usage(key: &FixedKey, usage: Vec<u8>) -> Self {
        Self { extensions: dictionary(&[(0xd051, "key_package_usage", usage)]), ..Self::new(key) }
    }

    pub(super) fn unsigned(&self) -> Tls {
        Tls::new()
            .u16(self.version, "version mls10")
            .u16(self.suite, "cipher_suite")
            .vector(&self.init_key, "init_key")
            .then(&self.leaf.signed())
            .nested(&self.extensions, "extensions")
    }

    pub(super) fn signed(&self) -> Tls {
        self.signed_by(&self.leaf.key)
    }

    fn signed_by(&self, key: &FixedKey) -> Tls {
        self.unsigned().vector(&sign(key, b"KeyPackageTBS", &self.unsigned().octets()), "signature")
    }

    /// As an MLSMessage.
    pub(super) fn message(&self) -> Vec<u8> {
        [&b"\x00\x01\x00\x05"[..], &self.signed().octets()].concat()
    }

    pub(super) fn reference(&self) -> [u8; 32] {
        reference(&self.signed().octets())
    }
}

/// RefHash of RFC 9420 5.2, for a KeyPackage.
fn reference(octets: &[u8]) -> [u8; 32] {
    let label = super::tls::vector(b"MLS 1.0 KeyPackage Reference");
    mimicred_keys::sha256(&[label, super::tls::vector(octets)].concat())
}

fn key_packages() -> Draft {
    let about = "KeyPackages: two signatures by one key, and the reference by which they are named.";
    let mut file = draft("mls/key-package-verify", about, &["RFC 9420 5.2, 10, 10.1"]);
    let rules = ["RFC 9420 10", "RFC 9420 10.1"];
    let case_of = |id: &str, comment: &str, made: &KeyPackage| {
        let structure = made.signed();
        let on_the_way = signed(&structure, b"KeyPackageTBS", &made.unsigned().octets());
        of(id, comment, &rules, &structure.octets()).intermediates(on_the_way)
    };
    file.group("Bare, and as an MLSMessage", Object::new());
    let p256 = KeyPackage { init_key: key(Algorithm::P256, "init").public().octets().to_vec(), ..KeyPackage::new(&leaf_p256()) };
    file.valid(
        case_of("p256", "in suite 0x0002", &p256),
        Object::new().int("cipher_suite", 2).hex("reference", &p256.reference()),
    );
    let good = KeyPackage::with_usage(&leaf(), b"\x01\x00\x00".to_vec());
    let expected = || Object::new().int("cipher_suite", 1).hex("init_key", &[8; 32]).text("reference", hex(&good.reference()));
    let new = of("message", "as an MLSMessage; its reference is that of the KeyPackage in it", &rules, &good.message());
    file.valid(new, expected());
    file.valid(case_of("good", "in suite 0x0001, with a component", &good), expected());
    let octets = good.signed().octets();
    let invalid = "mls/key-package-invalid";
    file.refused(of("flipped", "one bit of the signature is another", &rules, &flip_last(&octets)), invalid);
    file.refused(of("other-signer", "signed by another key", &rules, &good.signed_by(&mallory()).octets()), invalid);
    let leaf_of_other = KeyPackage { leaf: Leaf { credential: X509.to_vec(), ..good.leaf.clone() }, ..good.clone() };
    let mut forged = leaf_of_other.unsigned().octets();
    let signature_end = forged.len() - super::tls::vector(&good.extensions.octets()).len();
    if let Some(last) = forged.get_mut(signature_end - 1) {
        *last ^= 1;
    }
    let forged = [forged.clone(), super::tls::vector(&sign(&leaf(), b"KeyPackageTBS", &forged))].concat();
    let new = of("leaf-flipped", "one bit of the leaf's signature is another, and the KeyPackage's covers that", &rules, &forged);
    file.refused(new, "mls/leaf-signature-invalid");
    let in_group = KeyPackage { leaf: Leaf::in_group(&leaf(), update(), &GROUP, 3), ..good.clone() };
    file.refused(case_of("leaf-of-update", "its leaf is that of an Update", &in_group), invalid);
    file.refused(
        case_of("suite-of-other-key", "an Ed25519 key in suite 0x0002", &KeyPackage { suite: 2, ..good.clone() }),
        invalid,
    );
    let new = case_of("suite-unknown", "a suite that is not spoken here", &KeyPackage { suite: 4, ..good.clone() });
    file.refused(new, "mls/suite-unsupported");
    file.refused(case_of("version-2", "of MLS 2", &KeyPackage { version: 2, ..good.clone() }), "mls/version-unsupported");
    file.refused(
        case_of("no-init-key", "without an init_key", &KeyPackage { init_key: Vec::new(), ..good.clone() }),
        "mls/empty",
    );
    let twice = KeyPackage { extensions: good.extensions.clone().then(&good.extensions), ..good.clone() };
    file.refused(case_of("extension-twice", "an extension twice", &twice), "mls/extension-duplicate");
    let components = dictionary(&[(0xd051, "key_package_usage", vec![1, 0, 0]), (0xd051, "key_package_usage", vec![1, 0, 0])]);
    let twice = KeyPackage { extensions: components, ..good.clone() };
    file.refused(case_of("component-twice", "a component twice", &twice), "mls/component-duplicate");
    file.refused(of("cut", "the last octet is missing", &rules, &cut(&octets)), "mls/truncated");
    file.refused(of("trailing", "an octet too many", &rules, &and_more(&octets)), "mls/trailing-octets");
    file
}
