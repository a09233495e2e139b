//! GroupInfoRequest, its answer, and what that has sealed.

use mimicred_mls::Suite;

use super::{SPECIFICATIONS, about, annotated, fields, plain};
use crate::draft::{Draft, case};
use crate::generate::mls::cast::*;
use crate::generate::mls::group::{Info, commit, proposal};
use crate::generate::mls::tls::Tls;
use crate::generate::mls::{and_more, cut, draft, flip_last, octets_of};
use crate::object::Object;
use crate::sign::FixedKey;

/// The private key to which answers are sealed.
const ANSWER_TO: [u8; 32] = [0x0b; 32];

pub(super) fn write(file: &mut Draft) {
    requests(file);
    responses(file);
    contents(file);
}

fn request_of(protocol: u8, key: &FixedKey, suite: u16, answer_to: &[u8], code: &[u8]) -> Tls {
    Tls::new()
        .u8(protocol, "protocol mls10")
        .u16(suite, "cipher_suite")
        .vector(key.public().octets(), "requestingSignatureKey")
        .raw(&X509, "requestingCredential")
        .vector(answer_to, "groupInfoPublicKey")
        .vector(code, "joiningCode")
}

/// A GroupInfoRequest with this key, by this signer, and what of it is signed.
pub(super) fn request(key: &FixedKey, signer: &FixedKey, suite: u16) -> (Tls, Vec<u8>) {
    let tbs = request_of(1, key, suite, &[4; 32], &[]);
    let signature = sign(signer, b"GroupInfoRequestTBS", &tbs.octets());
    (tbs.clone().vector(&signature, "signature"), tbs.octets())
}

fn requests(file: &mut Draft) {
    about(file, "group_info_request");
    let of = |what: &str, comment: &str, tls: &Tls| annotated(&format!("group-info-request-{what}"), comment, tls);
    let made =
        |protocol: u8, answer_to: &[u8], code: &[u8]| request_of(protocol, &leaf(), 1, answer_to, code).vector(b"s", "signature");
    file.valid(
        of("plain", "by who joins without a link: no joining code is one of no octets", &made(1, &[4; 32], b"")),
        Object::new(),
    );
    let good = made(1, &[4; 32], &[7; 64]);
    file.valid(of("code", "with a joining code", &good), Object::new());
    file.refused(of("protocol-0", "of another protocol", &made(0, &[4; 32], &[7; 64])), "mls/version-unsupported");
    file.refused(of("no-key", "no key to seal the answer to", &made(1, b"", &[7; 64])), "mls/empty");
    file.refused(plain("group-info-request-cut", "the last octet is missing", &cut(&good.octets())), "mls/truncated");
}

/// GroupInfoRatchetTreeTBE, with this tree.
fn content(info: &Info, tree: &Tls, pending: &Tls) -> Tls {
    Tls::new().then(&info.signed_by(&mallory())).then(tree).nested(pending, "pending_proposals")
}

fn full_tree() -> Tls {
    Tls::new().u8(1, "representation full").vector(b"\x01\x01", "ratchet_tree")
}

fn by_service() -> Tls {
    Tls::new().u8(4, "representation distributionService")
}

/// EncryptContext of RFC 9420 5.1.3.
fn hpke_info(room: &str) -> Vec<u8> {
    sign_content(b"GroupInfo and ratchet_tree encryption", room.as_bytes())
}

fn seal(suite: Suite, room: &str, content: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let hpke = suite.hpke();
    let (recipient, ephemeral) = (sure(hpke.kem.key_pair_of(&ANSWER_TO)), sure(hpke.kem.key_pair_of(&[0x0c; 32])));
    let mut sender = sure(hpke.sender_with(&ephemeral, recipient.public(), &hpke_info(room)));
    (ephemeral.public().to_vec(), sure(sender.seal(b"", content)))
}

fn head(protocol: u8, room: &str, status: u8) -> Tls {
    Tls::new().u8(protocol, "protocol mls10").text(room, "room_id").u8(status, "status")
}

fn response_of(room: &str, sealed_for: &str, key: &FixedKey, suite: u16, content: &[u8]) -> Tls {
    let sealed_in = Suite::from_number(suite).unwrap_or(Suite::X25519Aes128Ed25519);
    let (kem_output, ciphertext) = seal(sealed_in, sealed_for, content);
    head(1, room, 1)
        .u16(suite, "cipher_suite")
        .vector(key.public().octets(), "hub_sender signature_key")
        .raw(b"\x00\x01\x12mimi://hub.example", "hub_sender credential: basic")
        .vector(&kem_output, "kem_output")
        .vector(&ciphertext, "ciphertext")
}

/// A GroupInfoResponse with this key, by this signer, and what of it is signed.
pub(super) fn response(key: &FixedKey, signer: &FixedKey, suite: u16) -> (Tls, Vec<u8>) {
    let content = content(&Info::without_tree(), &by_service(), &Tls::new());
    let tbs = response_of(ROOM, ROOM, key, suite, &content.octets());
    let signature = sign(signer, b"GroupInfoResponseTBS", &tbs.octets());
    (tbs.clone().vector(&signature, "signature"), tbs.octets())
}

fn responses(file: &mut Draft) {
    about(file, "group_info_response");
    let of = |what: &str, comment: &str, tls: &Tls| annotated(&format!("group-info-response-{what}"), comment, tls);
    let status = |status: &str| fields(Object::new().text("room", ROOM).text("status", status));
    file.valid(of("not-authorized", "a refusal", &head(1, ROOM, 2)), status("not_authorized"));
    file.valid(of("no-room", "no such room", &head(1, ROOM, 3)), status("no_such_room"));
    let (good, _) = response(&leaf(), &leaf(), 1);
    file.valid(of("success", "sealed to the requester", &good), Object::new());
    let refusal = "group-info-response-not-authorized";
    file.refused(of("protocol-0", "of another protocol", &head(0, ROOM, 2)).differs_from(refusal), "mls/version-unsupported");
    file.refused(of("status-0", "a status that does not exist", &head(1, ROOM, 0)).differs_from(refusal), "mls/value-unknown");
    file.refused(of("user", "about a user", &head(1, USER, 2)).differs_from(refusal), "mls/uri-invalid");
    file.refused(of("nowhere", "about no room", &head(1, "", 2)).differs_from(refusal), "mls/uri-invalid");
    let more = and_more(&head(1, ROOM, 2).octets());
    file.refused(
        plain("group-info-response-trailing", "a refusal and an octet", &more).differs_from(refusal),
        "mls/trailing-octets",
    );
    file.refused(plain("group-info-response-cut", "the last octet is missing", &cut(&good.octets())), "mls/truncated");
}

fn contents(file: &mut Draft) {
    about(file, "group_info_and_tree");
    let of = |what: &str, comment: &str, tls: &Tls| annotated(&format!("group-info-and-tree-{what}"), comment, tls);
    let info = Info::without_tree();
    let nothing = Tls::new();
    let in_vector = |message: &Tls| Tls::new().nested(message, "MLSMessage").u64(NOW * 1000, "hub_accepted_time");
    for (what, comment, tree) in [
        ("service", "the tree is served", by_service()),
        (
            "out-of-band",
            "the tree comes by another way",
            Tls::new().u8(3, "representation outOfBand").vector(b"s", "tree_signature"),
        ),
        ("https", "the tree lies at a URL", {
            Tls::new().u8(2, "representation httpsUri").text("https://hub.example/tree", "url").vector(b"s", "tree_signature")
        }),
        ("full", "the tree is here", full_tree()),
    ] {
        file.valid(of(what, comment, &content(&info, &tree, &nothing)), Object::new());
    }
    let pending = content(&info, &full_tree(), &in_vector(&proposal()));
    file.valid(of("pending", "a proposal waits", &pending), Object::new());
    let malformed = "mls/message-malformed";
    let waiting = content(&info, &full_tree(), &in_vector(&commit()));
    file.refused(of("pending-commit", "a commit in the place of a proposal", &waiting), malformed);
    let new = of("tree-inside", "the tree in the GroupInfo", &content(&Info::with_tree(), &by_service(), &nothing));
    file.refused(new.differs_from("group-info-and-tree-service"), malformed);
    let none = Tls::new().u8(1, "representation full").vector(b"", "ratchet_tree");
    let new = of("full-empty", "no tree, said to be here", &content(&info, &none, &nothing));
    file.refused(new.differs_from("group-info-and-tree-full"), "mls/empty");
    let number = Tls::new().u8(5, "representation 5");
    let new = of("representation-5", "the tree in a way that does not exist", &content(&info, &number, &nothing));
    file.refused(new.differs_from("group-info-and-tree-service"), "mls/value-unknown");
    let http = Tls::new().u8(2, "representation httpsUri").text("http://hub.example/tree", "url").vector(b"s", "tree_signature");
    let new = of("http", "a URL without TLS", &content(&info, &http, &nothing));
    file.refused(new.differs_from("group-info-and-tree-https"), "mls/uri-invalid");
}

pub(super) fn opening() -> Draft {
    let about =
        "Answers to a GroupInfoRequest, opened with the key of the request: 32 octets 0b. The ephemeral key is 32 octets 0c.";
    let mut file = draft("mls/group-info-response-open", about, &SPECIFICATIONS);
    let rules = ["draft-ietf-mimi-protocol-06 GroupInfoRatchetTreeTBE", "RFC 9420 5.1.3"];
    file.group("About a room", Object::new().text("room", ROOM).hex("group_info_secret", &ANSWER_TO));
    let inner = content(&Info::without_tree(), &full_tree(), &Tls::new());
    let made = |room: &str, sealed_for: &str, content: &[u8]| {
        let tbs = response_of(room, sealed_for, &leaf(), 1, content);
        let signature = sign(&leaf(), b"GroupInfoResponseTBS", &tbs.octets());
        tbs.vector(&signature, "signature")
    };
    let case_of = |id: &str, comment: &str, tls: &Tls| {
        let on_the_way = inner.lines_as("sealed_content", tls.lines()).hex("hpke_info", &hpke_info(ROOM));
        case(id, comment, &rules).input(octets_of(&tls.octets())).intermediates(on_the_way)
    };
    let good = made(ROOM, ROOM, &inner.octets());
    file.valid(case_of("good", "sealed for this room and key", &good), Object::new());
    let invalid = "mls/group-info-seal-invalid";
    let other_key = octets_of(&good.octets()).hex("group_info_secret", &[0x1b; 32]);
    file.refused(case("other-key", "with the key of another request", &rules).input(other_key), invalid);
    let other_room = octets_of(&good.octets()).text("room", OTHER_ROOM);
    file.refused(case("other-room", "asked about another room", &rules).input(other_room), invalid);
    file.refused(
        case_of("sealed-elsewhere", "sealed for another room than it names", &made(ROOM, OTHER_ROOM, &inner.octets())),
        invalid,
    );
    let tls = response_of(ROOM, ROOM, &leaf(), 1, &inner.octets());
    let flipped = [flip_last(&tls.octets()), vec![1, b's']].concat();
    file.refused(case("flipped", "one bit of the ciphertext is another", &rules).input(octets_of(&flipped)), invalid);
    let new = case_of("content-cut", "what is sealed lacks its last octet", &made(ROOM, ROOM, &cut(&inner.octets())));
    file.refused(new, "mls/truncated");
    file
}
