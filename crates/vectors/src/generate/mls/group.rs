//! GroupInfo, ratchet tree, Welcome and MLSMessage, as they are seen from outside.

use super::cast::*;
use super::key_package::{Leaf, dictionary};
use super::tls::Tls;
use super::{and_more, cut, draft, flip_last, octets_of, of, put};
use crate::draft::{Draft, NewCase, case};
use crate::object::{Object, hex};
use crate::sign::FixedKey;

pub(super) fn files() -> Vec<Draft> {
    vec![group_infos(), trees(), welcomes(), messages()]
}

/// A leaf as it stands in a tree, at this place of the group.
fn node(key: &FixedKey, index: u32) -> Tls {
    let source = Tls::new().u8(3, "leaf_node_source commit").vector(b"\xaa\xbb", "parent_hash");
    Tls::new().u8(1, "present").u8(1, "node_type leaf").then(&Leaf::in_group(key, source, &GROUP, index).signed())
}

fn parent() -> Tls {
    Tls::new()
        .u8(1, "present")
        .u8(2, "node_type parent")
        .vector(&[9; 32], "encryption_key")
        .vector(b"", "parent_hash")
        .vector(&1u32.to_be_bytes(), "unmerged_leaves")
}

/// Leaf, parent, leaf.
fn tree() -> Tls {
    Tls::new().nested(&node(&leaf(), 0).then(&parent()).then(&node(&mallory(), 1)), "ratchet_tree")
}

/// What a GroupInfo is made of.
#[derive(Clone)]
pub(super) struct Info {
    pub(super) version: u16,
    pub(super) suite: u16,
    pub(super) extensions: Tls,
    pub(super) signer: u32,
}

impl Info {
    pub(super) fn with_tree() -> Self {
        let extension = Tls::new().u16(2, "extension_type ratchet_tree").nested(&tree(), "extension_data");
        Self { version: 1, suite: 1, extensions: extension, signer: 1 }
    }

    pub(super) fn without_tree() -> Self {
        Self { extensions: Tls::new(), ..Self::with_tree() }
    }

    pub(super) fn context(&self) -> Tls {
        let room = Tls::new().text(ROOM, "").text("", "").vector(b"", "").text("", "").text("", "").text("", "").octets();
        Tls::new()
            .u16(self.version, "version mls10")
            .u16(self.suite, "cipher_suite")
            .vector(&GROUP, "group_id")
            .u64(EPOCH, "epoch")
            .vector(&[0x7e; 32], "tree_hash")
            .vector(&[0xc7; 32], "confirmed_transcript_hash")
            .nested(&dictionary(&[(0x0023, "room_metadata", room)]), "extensions")
    }

    pub(super) fn unsigned(&self) -> Tls {
        self.context().nested(&self.extensions, "extensions").vector(&[0x7a; 32], "confirmation_tag").u32(self.signer, "signer")
    }

    pub(super) fn signed_by(&self, key: &FixedKey) -> Tls {
        self.unsigned().vector(&sign(key, b"GroupInfoTBS", &self.unsigned().octets()), "signature")
    }
}

fn group_infos() -> Draft {
    let about = "GroupInfos. Hashes and the confirmation tag are made up: they are for who joins.";
    let mut file = draft("mls/group-info-verify", about, &["RFC 9420 12.4.3", "draft-ietf-mls-extensions AppDataDictionary"]);
    let rules = ["RFC 9420 12.4.3", "RFC 9420 12.4.3.1"];
    let case_of = |id: &str, comment: &str, info: &Info, key: &FixedKey| -> NewCase {
        let structure = info.signed_by(key);
        let on_the_way = signed(&structure, b"GroupInfoTBS", &info.unsigned().octets());
        of(id, comment, &rules, &structure.octets()).intermediates(on_the_way)
    };
    let expected = || Object::new().hex("group_id", &GROUP).int("epoch", EPOCH).int("signer", 1).int("cipher_suite", 1);
    file.group("With the tree in it", Object::new());
    let info = Info::with_tree();
    let octets = info.signed_by(&mallory()).octets();
    let message = [&b"\x00\x01\x00\x04"[..], &octets].concat();
    file.valid(of("message", "as an MLSMessage", &rules, &message), expected());
    file.valid(case_of("good", "by the second leaf", &info, &mallory()), expected());
    let invalid = "mls/group-info-invalid";
    file.refused(case_of("other-signer", "by the key of the other leaf", &info, &leaf()), invalid);
    file.refused(of("flipped", "one bit of the signature is another", &rules, &flip_last(&octets)), invalid);
    let nobody = Info { signer: 2, ..info.clone() };
    file.refused(case_of("signer-not-there", "by a leaf that is not in the tree", &nobody, &mallory()), invalid);
    let without = Info::without_tree();
    file.refused(case_of("no-tree", "no tree, and no key from elsewhere", &without, &mallory()), invalid);
    file.refused(case_of("suite-2", "Ed25519 in suite 0x0002", &Info { suite: 2, ..info.clone() }, &mallory()), invalid);
    let new = case_of("suite-unknown", "a suite that is not spoken here", &Info { suite: 9, ..info.clone() }, &mallory());
    file.refused(new, "mls/suite-unsupported");
    let new = case_of("version-2", "of MLS 2", &Info { version: 2, ..info.clone() }, &mallory());
    file.refused(new, "mls/version-unsupported");
    let twice = Info { extensions: info.extensions.clone().then(&info.extensions), ..info.clone() };
    file.refused(case_of("extension-twice", "an extension twice", &twice, &mallory()), "mls/extension-duplicate");
    let broken = Tls::new().u16(2, "extension_type ratchet_tree").vector(b"\x01\x00", "extension_data");
    let new = case_of("tree-blank", "a tree of one blank node", &Info { extensions: broken, ..info }, &mallory());
    file.refused(new, "mls/tree-malformed");
    file.refused(of("cut", "the last octet is missing", &rules, &cut(&octets)), "mls/truncated");
    file.refused(of("trailing", "an octet too many", &rules, &and_more(&octets)), "mls/trailing-octets");

    file.group("With the key of its signer from elsewhere", Object::new().hex("signer_key", mallory().public().octets()));
    file.valid(case_of("without-tree", "no tree is needed", &without, &mallory()), expected());
    file.refused(case_of("without-tree-other", "by another key", &without, &leaf()), invalid);
    file
}

fn trees() -> Draft {
    let about = "Ratchet trees: leaves stand at the even places, parents at the odd ones, and the last node is not blank. Signatures \
                 and hashes are not looked at.";
    let mut file = draft("mls/ratchet-tree-decode", about, &["RFC 9420 7.1, 12.4.3.3"]);
    let rules = ["RFC 9420 12.4.3.3"];
    file.group("The nodes", Object::new());
    let case_of = |id: &str, comment: &str, nodes: &Tls| {
        let tls = Tls::new().nested(nodes, "ratchet_tree");
        of(id, comment, &rules, &tls.octets()).intermediates(tls.lines())
    };
    let blank = || Tls::new().u8(0, "blank");
    file.valid(case_of("one-leaf", "one leaf", &node(&leaf(), 0)), Object::new());
    let holes = node(&leaf(), 0).then(&blank()).then(&blank()).then(&blank()).then(&node(&mallory(), 2));
    file.valid(case_of("blanks", "blank nodes between", &holes), Object::new());
    let good = node(&leaf(), 0).then(&parent()).then(&node(&mallory(), 1));
    file.valid(case_of("good", "two leaves and their parent", &good), Object::new());
    let malformed = "mls/tree-malformed";
    file.refused(case_of("empty", "no node", &Tls::new()), malformed);
    file.refused(case_of("last-blank", "the last node is blank", &good.clone().then(&blank()).then(&blank())), malformed);
    let new = case_of("leaf-as-parent", "a leaf in the place of a parent", &node(&leaf(), 0).then(&node(&mallory(), 1)));
    file.refused(new, malformed);
    let new = case_of("parent-as-leaf", "a parent in the place of a leaf", &node(&leaf(), 0).then(&blank()).then(&parent()));
    file.refused(new, malformed);
    let kind = node(&leaf(), 0).then(&parent()).then(&Tls::new().u8(1, "present").u8(3, "node_type 3"));
    file.refused(case_of("node-type-3", "a node of a type that does not exist", &kind), malformed);
    let presence = node(&leaf(), 0).then(&Tls::new().u8(2, "presence 2"));
    file.refused(case_of("presence-2", "a presence octet that is 2", &presence), "mls/flag-invalid");
    let octets = Tls::new().nested(&good, "").octets();
    file.refused(of("cut", "the last octet is missing", &rules, &cut(&octets)), "mls/truncated");
    file.refused(of("trailing", "an octet too many", &rules, &and_more(&octets)), "mls/trailing-octets");
    file
}

/// A Welcome for KeyPackages of these references, without the head of an MLSMessage.
pub(super) fn welcome(references: &[&[u8]]) -> Tls {
    let secrets = references.iter().fold(Tls::new(), |tls, reference| {
        tls.vector(reference, "new_member").vector(b"kem", "kem_output").vector(b"secrets", "ciphertext")
    });
    Tls::new().u16(1, "cipher_suite").nested(&secrets, "secrets").vector(b"group info", "encrypted_group_info")
}

fn welcomes() -> Draft {
    let about = "Welcomes, of which each provider is given what is for its own clients (mimi-mls.md 2.8). Nothing is decrypted.";
    let mut file = draft("mls/welcome-decode", about, &["RFC 9420 12.4.3.1", "mimi-mls.md 2.8"]);
    let rules = ["RFC 9420 12.4.3.1"];
    let head = |format: u16| Tls::new().u16(1, "version mls10").u16(format, "wire_format");
    let (one, two) = ([1; 32], [2; 32]);
    file.group("As an MLSMessage", Object::new());
    let good = head(3).then(&welcome(&[&one, &two]));
    let octets = good.octets();
    let references = || Object::new().int("cipher_suite", 1).list("references", [hex(&one), hex(&two)]);
    let only = |id: &str, comment: &str, only: &[&[u8]]| {
        let input = octets_of(&octets).list("only", only.iter().map(|reference| hex(reference)));
        case(id, comment, &["mimi-mls.md 2.8"]).input(input)
    };
    let filtered = head(3).then(&welcome(&[&two]));
    let new = only("only-one", "what is for one of them", &[&two]).intermediates(filtered.lines_as("filtered", Object::new()));
    file.valid(new, references().hex("filtered", &filtered.octets()));
    file.valid(only("only-others", "nothing is for others", &[&[3; 32]]), references());
    file.valid(of("good", "for two KeyPackages", &rules, &octets).intermediates(good.lines()), references());
    let case_of = |id: &str, comment: &str, tls: &Tls| of(id, comment, &rules, &tls.octets()).intermediates(tls.lines());
    file.refused(case_of("nobody", "for nobody", &head(3).then(&welcome(&[]))), "mls/empty");
    file.refused(case_of("empty-reference", "a reference without octets", &head(3).then(&welcome(&[&one, b""]))), "mls/empty");
    file.refused(case_of("twice", "a KeyPackage twice", &head(3).then(&welcome(&[&one, &one]))), "mls/value-duplicate");
    file.refused(case_of("other-message", "another message", &head(4).then(&welcome(&[&one]))), "mls/message-malformed");
    file.refused(of("version-2", "of MLS 2", &rules, &put(&octets, 0, &[0, 2])), "mls/version-unsupported");
    file.refused(of("cut", "the last octet is missing", &rules, &cut(&octets)), "mls/truncated");
    file.refused(of("trailing", "an octet too many", &rules, &and_more(&octets)), "mls/trailing-octets");
    file
}

/// A PublicMessage by a member with this content.
pub(super) fn public(content_type: u8, content: &[u8]) -> Tls {
    Tls::new()
        .u16(1, "version mls10")
        .u16(1, "wire_format PublicMessage")
        .vector(&GROUP, "group_id")
        .u64(EPOCH, "epoch")
        .u8(1, "sender_type member")
        .u32(5, "leaf_index")
        .vector(b"", "authenticated_data")
        .u8(content_type, "content_type")
        .raw(content, "content, signature, tags")
}

/// A Remove of leaf 2.
pub(super) fn proposal() -> Tls {
    public(2, b"\x00\x03\x00\x00\x00\x02\x01s\x01m")
}

/// An empty commit.
pub(super) fn commit() -> Tls {
    public(3, b"\x00\x00\x01s\x01t\x01m")
}

/// A PrivateMessage of this content type.
pub(super) fn private(content_type: u8) -> Tls {
    Tls::new()
        .u16(1, "version mls10")
        .u16(2, "wire_format PrivateMessage")
        .vector(&GROUP, "group_id")
        .u64(EPOCH, "epoch")
        .u8(content_type, "content_type")
        .vector(b"aad", "authenticated_data")
        .vector(b"sender", "encrypted_sender_data")
        .vector(b"ciphertext", "ciphertext")
}

fn messages() -> Draft {
    let about = "MLSMessages from outside: nothing in them is verified, and of a PublicMessage's content nothing is read.";
    let mut file = draft("mls/message-decode", about, &["RFC 9420 6"]);
    let rules = ["RFC 9420 6"];
    file.group("The head", Object::new());
    let case_of = |id: &str, comment: &str, tls: &Tls| of(id, comment, &rules, &tls.octets()).intermediates(tls.lines());
    let expected = |wire_format: u16, content_type: &str| {
        Object::new()
            .int("wire_format", wire_format)
            .text("content_type", content_type)
            .hex("group_id", &GROUP)
            .int("epoch", EPOCH)
    };
    file.valid(case_of("public-proposal", "a proposal by leaf 5", &proposal()), expected(1, "proposal").int("sender_leaf", 5));
    file.valid(case_of("public-commit", "a commit by leaf 5", &commit()), expected(1, "commit").int("sender_leaf", 5));
    let joiner = [proposal().octets().get(..29).unwrap_or_default(), &[4, 0, 3], &[0, 0, 1, b's', 1, b't', 1, b'm']].concat();
    file.valid(of("public-new-member", "a commit by who joins from outside", &rules, &joiner), expected(1, "commit"));
    let wrapped = Tls::new().u16(1, "version mls10").u16(0xf0d0, "wire_format").raw(b"whatever", "");
    file.valid(
        case_of("private-use", "of a wire format that is not known: nothing else is seen", &wrapped),
        Object::new().int("wire_format", 0xf0d0),
    );
    file.valid(case_of("private-commit", "a commit in a PrivateMessage", &private(3)), expected(2, "commit"));
    file.valid(case_of("private-application", "application data", &private(1)), expected(2, "application"));
    let octets = private(1).octets();
    let malformed = "mls/message-malformed";
    file.refused(of("version-2", "of MLS 2", &rules, &put(&octets, 0, &[0, 2])), "mls/version-unsupported");
    file.refused(of("wire-format-0", "of the reserved wire format", &rules, &put(&octets, 2, &[0, 0])), malformed);
    file.refused(case_of("content-type-0", "of a content type that does not exist", &private(0)), malformed);
    file.refused(case_of("content-type-4", "of a content type that does not exist", &private(4)), malformed);
    file.refused(of("cut", "the last octet is missing", &rules, &cut(&octets)), "mls/truncated");
    file.refused(of("trailing", "an octet too many", &rules, &and_more(&octets)), "mls/trailing-octets");
    let new = case_of("public-application", "application data in a PublicMessage", &public(1, b"\x01a\x01s"));
    file.refused(new.differs_from("public-proposal"), malformed);
    let new = of("sender-type-5", "a sender of a type that does not exist", &rules, &put(&proposal().octets(), 29, &[5]));
    file.refused(new.differs_from("public-proposal"), malformed);
    file
}
