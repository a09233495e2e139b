//! Offers of KeyPackages, usage, proof of the adder (mimi-mls.md 3.2, 3.5.1).

use mimicred_keys::{HashAlgorithm, hmac, sha256};

use super::cast::*;
use super::key_package::KeyPackage;
use super::tls::{Tls, vector};
use super::{and_more, cut, draft, flip_last, of, put};
use crate::draft::{Draft, case};
use crate::object::{Object, hex};
use crate::sign::FixedKey;

const LABEL: &[u8] = b"KeyPackageOfferTBS";
const NOT_AFTER: u64 = NOW + 7 * 86_400;
/// 00 to 0f, as mimi-mls.md 3.2 has it.
const SALT: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

pub(super) fn files() -> Vec<Draft> {
    vec![decoding(), verifying(), usage(), proof(), initial_connection()]
}

/// What is hashed for a commitment.
pub(super) fn committed(salt: &[u8], room: &str, offerer_key: &[u8]) -> Tls {
    Tls::new()
        .raw(b"mimi kp usage v1", "\"mimi kp usage v1\", without a length")
        .vector(salt, "salt")
        .text(room, "offering_room_uri")
        .vector(offerer_key, "offerer_key")
}

/// key_package_usage of a KeyPackage that is to be offered.
fn offered(salt: &[u8], room: &str, offerer_key: &[u8]) -> Vec<u8> {
    let commitment = sha256(&committed(salt, room, offerer_key).octets());
    [&[2], &vector(&commitment)[..], &[0]].concat()
}

/// What an offer is made of.
#[derive(Clone)]
struct Made {
    version: u16,
    room: &'static str,
    offerer: FixedKey,
    references: Vec<Vec<u8>>,
    salt: Vec<u8>,
    signers: Vec<FixedKey>,
}

/// The KeyPackage of her other pseudonym that is offered.
fn key_package(salt: &[u8], room: &str, offerer: &FixedKey) -> KeyPackage {
    KeyPackage::with_usage(&other_pseudonym(), offered(salt, room, offerer.public().octets()))
}

impl Made {
    fn new() -> Self {
        let references = vec![key_package(&SALT, ROOM, &leaf()).reference().to_vec()];
        Self { version: 1, room: ROOM, offerer: leaf(), references, salt: SALT.to_vec(), signers: vec![other_pseudonym()] }
    }

    fn tbs(&self) -> Tls {
        let references = self.references.iter().fold(Tls::new(), |tls, reference| tls.vector(reference, "KeyPackageRef"));
        Tls::new()
            .u16(self.version, "version")
            .text(self.room, "offering_room_uri")
            .vector(self.offerer.public().octets(), "offerer_key")
            .u64(NOT_AFTER, "not_after")
            .nested(&references, "key_package_refs")
    }

    fn signed(&self) -> Tls {
        let tbs = self.tbs().octets();
        let signatures = self.signers.iter().fold(Tls::new(), |tls, key| {
            let signature = sign(key, &component_label(0xd057, LABEL), &tbs);
            tls.vector(key.public().octets(), "signature_key").vector(&signature, "signature")
        });
        self.tbs().vector(&self.salt, "usage_salt").nested(&signatures, "signatures")
    }

    fn on_the_way(&self) -> Object {
        signed(&self.signed(), &component_label(0xd057, LABEL), &self.tbs().octets())
    }
}

/// As an item of a bundle.
pub(super) fn good() -> Vec<u8> {
    Made::new().signed().octets()
}

fn parts() -> Object {
    Object::new()
        .text("room", ROOM)
        .hex("offerer_key", leaf().public().octets())
        .int("not_after", NOT_AFTER)
        .list("references", [hex(&key_package(&SALT, ROOM, &leaf()).reference())])
        .hex("salt", &SALT)
        .list("signers", [hex(other_pseudonym().public().octets())])
}

fn decoding() -> Draft {
    let mut file =
        draft("mls/key-package-offer-decode", "What an offer is made of; signatures are not looked at.", &["mimi-mls.md 3.5.1"]);
    let rules = ["mimi-mls.md 3.5.1", "mimi-mls.md 2.1"];
    let case_of =
        |id: &str, comment: &str, made: &Made| of(id, comment, &rules, &made.signed().octets()).intermediates(made.on_the_way());
    file.group("The structure", Object::new());
    let made = Made::new();
    let new = case_of("consent", "in a consent: of no room", &Made { room: "", ..made.clone() });
    file.valid(new, parts().without("room"));
    file.valid(case_of("good", "one KeyPackage", &made), parts());
    let octets = made.signed().octets();
    file.refused(case_of("version-2", "version 2", &Made { version: 2, ..made.clone() }), "mls/version-unsupported");
    file.refused(case_of("room-no-uri", "a room that is no URI", &Made { room: "clubhouse", ..made.clone() }), "mls/uri-invalid");
    for (id, comment, salt) in [("salt-15", "a salt of 15 octets", vec![7; 15]), ("salt-17", "a salt of 17", vec![7; 17])] {
        file.refused(case_of(id, comment, &Made { salt, ..made.clone() }), "mls/offer-salt-length");
    }
    file.refused(case_of("nothing", "no KeyPackage", &Made { references: Vec::new(), ..made.clone() }), "mls/empty");
    let twice = [made.references.clone(), made.references.clone()].concat();
    let new = case_of("reference-twice", "a KeyPackage twice", &Made { references: twice, ..made.clone() });
    file.refused(new, "mls/value-duplicate");
    let new = case_of("signer-twice", "a key that signs twice", &Made { signers: vec![other_pseudonym(); 2], ..made.clone() });
    file.refused(new, "mls/value-duplicate");
    file.refused(of("cut", "the last octet is missing", &rules, &cut(&octets)), "mls/truncated");
    file.refused(of("trailing", "an octet too many", &rules, &and_more(&octets)), "mls/trailing-octets");
    let many = |count: u8| (0..count).map(|n| vec![n; 32]).collect();
    file.valid(
        case_of("64", "as many KeyPackages as are read", &Made { references: many(64), ..made.clone() }).flag("limit"),
        Object::new(),
    );
    file.refused(case_of("65", "one more", &Made { references: many(65), ..made }).flag("limit"), "mls/limit");
    file
}

fn verifying() -> Draft {
    let about = "Offers as the receiver of a bundle judges them: the owner of the KeyPackages' key says that the sender of the message \
                 offers them, in this room.";
    let mut file = draft("mls/key-package-offer-verify", about, &["mimi-mls.md 3.2, 3.5.1"]);
    let rules = ["mimi-mls.md 3.5.1"];
    let made = Made::new();
    let one = key_package(&SALT, ROOM, &leaf());
    let received =
        Object::new().hex("offerer_key", leaf().public().octets()).int("now", NOW).list("key_packages", [hex(&one.message())]);
    let case_of =
        |id: &str, comment: &str, made: &Made| of(id, comment, &rules, &made.signed().octets()).intermediates(made.on_the_way());
    file.group("In a room", received.clone().text("room", ROOM));
    file.valid(case_of("good", "here, now, by the owner of the KeyPackage", &made), parts());
    let octets = made.signed().octets();
    let with = |id: &str, comment: &str, input: Object| {
        case(id, comment, &rules).input(input.hex("octets", &octets)).differs_from("good")
    };
    file.valid(with("last-second", "in its last second", Object::new().int("now", NOT_AFTER)), parts());
    file.refused(with("expired", "a second later", Object::new().int("now", NOT_AFTER + 1)), "mls/offer-expired");
    let elsewhere = Object::new().text("room", OTHER_ROOM);
    file.refused(with("other-room", "received in another room", elsewhere), "mls/offer-elsewhere");
    let passed_on = Object::new().hex("offerer_key", mallory().public().octets());
    file.refused(with("passed-on", "passed on by somebody else", passed_on), "mls/offer-elsewhere");
    let foreign = KeyPackage::with_usage(&mallory(), offered(&SALT, ROOM, leaf().public().octets()));
    let unlisted = Object::new().list("key_packages", [hex(&foreign.message())]);
    file.refused(with("unlisted", "another KeyPackage than is listed", unlisted), "mls/offer-unlisted");
    let input = Object::new().list("key_packages", [hex(&one.message()), hex(&foreign.message())]);
    file.refused(with("one-unlisted", "a KeyPackage that is listed, and another one", input), "mls/offer-unlisted");

    // A KeyPackage for another offer, listed and signed for all the same.
    let other_salt = key_package(&[7; 16], ROOM, &leaf());
    let listed = Made { references: vec![other_salt.reference().to_vec()], ..made.clone() };
    let new = case_of("other-commitment", "a KeyPackage that was made for an offer with another salt", &listed);
    let input = Object::new().hex("octets", &listed.signed().octets()).list("key_packages", [hex(&other_salt.message())]);
    file.refused(new.input(input).differs_from("good"), "mls/offer-commitment-invalid");
    let plain = KeyPackage::new(&other_pseudonym());
    let listed = Made { references: vec![plain.reference().to_vec()], ..made.clone() };
    let new = case_of("no-usage", "a KeyPackage without key_package_usage", &listed);
    let input = Object::new().hex("octets", &listed.signed().octets()).list("key_packages", [hex(&plain.message())]);
    file.refused(new.input(input).differs_from("good"), "mls/offer-commitment-invalid");
    let forged = Made { signers: vec![mallory()], ..made.clone() };
    let new = case_of("other-signer", "signed by a key of another KeyPackage", &forged).differs_from("good");
    file.refused(new, "mls/offer-signature-invalid");
    let new = of("flipped", "one bit of the signature is another", &rules, &flip_last(&octets)).differs_from("good");
    file.refused(new, "mls/offer-signature-invalid");
    let unsigned = Made { signers: Vec::new(), ..made.clone() };
    file.refused(case_of("unsigned", "signed by nobody", &unsigned).differs_from("good"), "mls/offer-signature-invalid");
    // u16 version, the room behind one octet of length, the key behind one more.
    let at = 2 + 1 + ROOM.len() + 1 + 32 + 7;
    let later = put(&octets, at, &[octets.get(at).copied().unwrap_or_default().wrapping_add(1)]);
    let new = of("prolonged", "not_after is later than was signed", &rules, &later).differs_from("good");
    file.refused(new, "mls/offer-signature-invalid");
    let fresh =
        Object::new().list("key_packages", [hex(&one.message())]).hex("octets", &put(&octets, octets.len() - 102, &[0xff]));
    let new = case("other-salt", "another salt than the KeyPackage was made with", &rules).input(fresh).differs_from("good");
    file.refused(new, "mls/offer-commitment-invalid");

    let one = key_package(&SALT, "", &leaf());
    let made = Made { room: "", references: vec![one.reference().to_vec()], ..Made::new() };
    file.group("In a consent", received.list("key_packages", [hex(&one.message())]));
    file.valid(case_of("consent", "of no room", &made), Object::new().int("not_after", NOT_AFTER));
    let new = case_of("consent-of-room", "an offer that was made in a room", &Made::new());
    file.refused(new, "mls/offer-elsewhere");
    file
}

fn usage() -> Draft {
    let about = "The commitment of a KeyPackage that is to be offered: it shows to nobody without the salt where it comes from.";
    let mut file = draft("mls/key-package-usage", about, &["mimi-mls.md 3.2"]);
    file.group("Always SHA-256", Object::new());
    for (id, comment, salt, room, key) in [
        ("good", "for a room", SALT, ROOM, leaf()),
        ("other-salt", "of another offer", [7; 16], ROOM, leaf()),
        ("other-room", "for another room", SALT, OTHER_ROOM, leaf()),
        ("other-offerer", "by another leaf", SALT, ROOM, mallory()),
        ("p256", "by a leaf with a P-256 key", SALT, ROOM, leaf_p256()),
        ("consent", "for no room, in a consent", SALT, "", leaf()),
    ] {
        let offerer_key = key.public().octets();
        let input = Object::new().hex("salt", &salt).hex("offerer_key", offerer_key);
        let input = if room.is_empty() { input } else { input.text("room", room) };
        let new = case(id, comment, &["mimi-mls.md 3.2"]).input(input);
        let new = new.intermediates(committed(&salt, room, offerer_key).lines_as("hashed", Object::new()));
        file.valid(new, Object::new().hex("octets", &offered(&salt, room, offerer_key)));
    }
    file
}

fn proof() -> Draft {
    let about = "The proof in the GroupInfo of a Welcome that whoever adds an offered KeyPackage held its offer.";
    let mut file = draft("mls/key-package-proof", about, &["mimi-mls.md 3.2"]);
    file.group("HMAC-SHA256", Object::new());
    let mut one = |id: &str, comment: &str, reference: [u8; 32], group_id: [u8; 16], adder: Vec<u8>, printed: Option<&str>| {
        let message = Tls::new()
            .text("mimi kp proof v1", "")
            .vector(&reference, "KeyPackageRef")
            .vector(&group_id, "group_id")
            .vector(&adder, "adder_key");
        let proof = hmac(HashAlgorithm::Sha256, &SALT, &message.octets());
        let input =
            Object::new().hex("salt", &SALT).hex("reference", &reference).hex("group_id", &group_id).hex("adder_key", &adder);
        let new =
            case(id, comment, &["mimi-mls.md 3.2"]).input(input).intermediates(message.lines_as("hmac_input", Object::new()));
        let proof = printed.map_or_else(|| hex(&proof), str::to_owned);
        file.valid(new, Object::new().text("octets", format!("2120{proof}")));
    };
    let printed = "ed266af3c203de47da7c06aa92c5334fcb923b47088968fbe7f03e2826c8ab9e";
    one("printed", "as mimi-mls.md prints it", [0xcc; 32], GROUP, vec![3; 32], Some(printed));
    one("other-key-package", "for another KeyPackage", [0xcd; 32], GROUP, vec![3; 32], None);
    one("other-group", "for another group", [0xcc; 32], [2; 16], vec![3; 32], None);
    one("other-adder", "by another adder", [0xcc; 32], GROUP, leaf().public().octets().to_vec(), None);
    file
}

fn initial_connection() -> Draft {
    let about = "Whether a room may take in a KeyPackage for an initial connection, by its base policy.";
    let mut file = draft("mls/initial-connection-check", about, &["mimi-mls.md 3.2, 3.6.2"]);
    let rules = ["mimi-mls.md 3.2"];
    file.group("persistent_room and discoverable", Object::new());
    let policy = |persistent: u8, discoverable: u8| {
        Tls::new()
            .raw(&[0, 0, 0, 1], "fixed_membership, parent_dependant, parent_room, multi_device")
            .u8(0, "no max_clients")
            .u8(1, "max_users")
            .u32(2, "")
            .u8(1, "pseudonyms_allowed")
            .u8(persistent, "persistent_room")
            .u8(discoverable, "discoverable")
            .vector(&[], "policy_component_ids")
    };
    let case_of = |id: &str, comment: &str, tls: &Tls| of(id, comment, &rules, &tls.octets()).intermediates(tls.lines());
    file.valid(case_of("bootstrap", "neither", &policy(0, 0)), Object::new());
    file.refused(case_of("persistent", "a persistent room", &policy(1, 0)), "mls/initial-connection-only");
    file.refused(case_of("discoverable", "a discoverable room", &policy(0, 1)), "mls/initial-connection-only");
    file
}
