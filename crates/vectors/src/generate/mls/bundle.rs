//! Bundles, their items, and requests for them (mimi-mls.md 3.5.1).

use super::cast::*;
use super::key_package::KeyPackage;
use super::tls::Tls;
use super::{and_more, cut, draft, flip_last, of};
use super::{offer, presentation};
use crate::draft::{Draft, NewCase, case};
use crate::object::Object;

const RULES: [&str; 2] = ["mimi-mls.md 3.5.1", "mimi-mls.md 2.1"];

pub(super) fn files() -> Vec<Draft> {
    vec![bundles(), items(), requests()]
}

fn item(number: u8, name: &str, data: &[u8]) -> Tls {
    Tls::new().u8(number, &format!("item_type {name}")).vector(data, "item_data")
}

fn made(version: u16, room: &str, subject: &str, items: &Tls) -> Tls {
    Tls::new().u16(version, "version").text(room, "room_uri").text(subject, "subject_uri").nested(items, "items")
}

/// The bundle of mimi-mls.md 3.5.5: one item, which is no SD-KBT.
pub(super) fn small() -> Tls {
    made(1, ROOM, USER, &item(3, "sd_kbt", b"\x00\x01\x02\x03"))
}

fn case_of(id: &str, comment: &str, tls: &Tls) -> NewCase {
    of(id, comment, &RULES, &tls.octets()).intermediates(tls.lines())
}

fn bundles() -> Draft {
    let about = "DisclosureBundles on the outside. A malformed item is no malformed bundle.";
    let mut file = draft("mls/bundle-decode", about, &RULES);
    file.group("The structure", Object::new());
    let expected = |items: &[(u8, &str)]| {
        let items = items.iter().map(|(number, data)| Object::new().int("type", *number).text("data", *data));
        Object::new().text("room", ROOM).text("subject", USER).list("items", items)
    };
    let mixed = item(2, "sd_jwt_kb", b"\x02").then(&item(9, "unknown", b"\x01")).then(&item(3, "sd_kbt", b""));
    let new = case_of("items-not-opened", "items that are malformed, unknown and empty", &made(1, ROOM, USER, &mixed));
    file.valid(new, expected(&[(2, "02"), (9, "01"), (3, "")]));
    let good = small();
    file.valid(case_of("good", "one item", &good), expected(&[(3, "00010203")]));
    let octets = good.octets();
    let one = item(3, "sd_kbt", b"\x00");
    file.refused(case_of("version-2", "version 2", &made(2, ROOM, USER, &one)), "mls/version-unsupported");
    file.refused(case_of("no-items", "no item", &made(1, ROOM, USER, &Tls::new())), "mls/empty");
    let new = case_of("room-upper-case", "a room URI with an upper case host", &made(1, "mimi://Hub.example/r/x", USER, &one));
    file.refused(new, "mls/uri-invalid");
    file.refused(case_of("subject-empty", "no subject", &made(1, ROOM, "", &one)), "mls/uri-invalid");
    let mut broken = octets.clone();
    if let Some(octet) = broken.get_mut(10) {
        *octet = 0xff;
    }
    file.refused(of("room-no-text", "a room URI that is not UTF-8", &RULES, &broken), "mls/text-invalid");
    file.refused(of("cut", "the last octet is missing", &RULES, &cut(&octets)), "mls/truncated");
    file.refused(of("trailing", "an octet too many", &RULES, &and_more(&octets)), "mls/trailing-octets");
    let many = |count: usize| made(1, ROOM, USER, &(0..count).fold(Tls::new(), |tls, _| tls.then(&one)));
    file.valid(case_of("32-items", "as many items as are read", &many(32)).flag("limit"), Object::new());
    file.refused(case_of("33-items", "one more", &many(33)).flag("limit"), "mls/limit");
    file
}

fn items() -> Draft {
    let about = "What the items of a bundle hold. Signatures are not looked at.";
    let mut file = draft("mls/bundle-item-open", about, &["mimi-mls.md 3.5.1"]);
    file.group("Every type", Object::new());
    let of = |id: &str, comment: &str, number: u8, data: &[u8]| {
        case(id, comment, &RULES).input(Object::new().int("type", number).hex("data", data))
    };
    let presentation = presentation::good();
    let content = |object: Object| Object::new().with("content", object);
    file.valid(of("presentation", "a CredentialPresentation", 1, &presentation), Object::new().text("kind", "mls_credential"));
    let token = Tls::new().u8(0, "not compacted").text(SD_JWT, "sd_jwt_kb").octets();
    let expected = content(Object::new().text("sd_jwt", SD_JWT).with("compacted", false)).text("kind", "sd_jwt_kb");
    file.valid(of("sd-jwt", "an SdJwt structure", 2, &token), expected);
    let expected = content(Object::new().text("sd_kbt", "00010203")).text("kind", "sd_kbt");
    file.valid(of("sd-kbt", "the octets of an SD-KBT, not looked at", 3, b"\x00\x01\x02\x03"), expected);
    let key_package = KeyPackage::new(&other_pseudonym()).message();
    file.valid(of("key-package", "an MLSMessage with a KeyPackage", 4, &key_package), Object::new().text("kind", "key_package"));
    file.valid(of("offer", "a KeyPackageOffer", 5, &offer::good()), Object::new().text("kind", "key_package_offer"));
    let unknown = "mls/item-type-unknown";
    file.refused(of("type-0", "the reserved type", 0, b"\x00").differs_from("sd-kbt"), unknown);
    file.refused(of("type-6", "a type that does not exist", 6, b"\x00").differs_from("sd-kbt"), unknown);
    file.refused(of("empty", "an item without octets", 3, b"").differs_from("sd-kbt"), "mls/empty");
    let bare = key_package.get(4..).unwrap_or_default();
    let new = of("key-package-bare", "a KeyPackage without the head of an MLSMessage", 4, bare);
    file.refused(new.differs_from("key-package"), "mls/message-malformed");
    let new = of("key-package-welcome", "an MLSMessage with a Welcome", 4, b"\x00\x01\x00\x03\x00\x01");
    file.refused(new.differs_from("key-package"), "mls/message-malformed");
    let new = of("presentation-cut", "the last octet is missing", 1, &cut(&presentation));
    file.refused(new.differs_from("presentation"), "mls/truncated");
    let new = of("offer-trailing", "an octet too many", 5, &and_more(&offer::good())).differs_from("offer");
    file.refused(new, "mls/trailing-octets");
    let new = of("sd-jwt-flag", "compacted is 2", 2, &super::put(&token, 0, &[2])).differs_from("sd-jwt");
    file.refused(new, "mls/flag-invalid");
    let forged = flip_last(&presentation);
    let new = of("presentation-forged", "with a signature that does not hold: here nobody asks", 1, &forged);
    file.valid(new, Object::new().text("kind", "mls_credential"));
    file
}

fn requests() -> Draft {
    let mut file = draft("mls/disclosure-request-decode", "Requests for a reveal.", &["mimi-mls.md 3.5.1"]);
    file.group("The structure", Object::new());
    let made = |version: u16, nonce: &[u8], names: &[&[u8]], formats: &[u8]| {
        let names = names.iter().fold(Tls::new(), |tls, name| tls.vector(name, "claim_name"));
        Tls::new()
            .u16(version, "version")
            .vector(nonce, "nonce")
            .nested(&names, "claim_names")
            .vector(formats, "formats")
            .u64(NOW, "not_after")
    };
    let number = |numbers: &[u8]| {
        Object::new().with("formats", mimicred_claims::Value::Array(numbers.iter().map(|n| i128::from(*n).into()).collect()))
    };
    let age = made(1, b"", &[b"age"], &[3]);
    file.valid(
        case_of("group-exporter", "without a nonce, of one claim", &age),
        number(&[3]).list("claim_names", ["age"]).int("not_after", NOW),
    );
    let new =
        case_of("everything", "no claims and formats: all that the room's policy requires, in any", &made(1, b"", &[], &[]));
    file.valid(new, number(&[]));
    let new = case_of("later-format", "a format of later times is kept", &made(1, b"", &[], &[9]));
    file.valid(new, number(&[9]));
    let challenge = made(1, &[0xbb; 32], &[b"age", b"name"], &[1, 2, 3]);
    let expected = number(&[1, 2, 3]).hex("nonce", &[0xbb; 32]).list("claim_names", ["age", "name"]);
    file.valid(case_of("challenge", "with a nonce of 32 octets", &challenge), expected);
    let octets = challenge.octets();
    for length in [1, 31, 33] {
        let nonce = vec![0xbb; length];
        let new =
            case_of(&format!("nonce-{length}"), "a nonce of another length", &made(1, &nonce, &[b"age", b"name"], &[1, 2, 3]));
        file.refused(new, "mls/request-nonce-length");
    }
    let new = case_of("version-2", "version 2", &made(2, &[0xbb; 32], &[b"age", b"name"], &[1, 2, 3]));
    file.refused(new, "mls/version-unsupported");
    let new = case_of("name-no-text", "a claim name that is not UTF-8", &made(1, &[0xbb; 32], &[b"\xff"], &[1, 2, 3]));
    file.refused(new, "mls/text-invalid");
    file.refused(of("cut", "the last octet is missing", &RULES, &cut(&octets)), "mls/truncated");
    file.refused(of("trailing", "an octet too many", &RULES, &and_more(&octets)), "mls/trailing-octets");
    file
}
