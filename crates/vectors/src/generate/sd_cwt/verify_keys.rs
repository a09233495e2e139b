//! Presentations: the key that `cnf` names.

use mimicred_claims::Value;
use mimicred_cose::key;
use mimicred_keys::Algorithm;

use super::tokens::*;
use super::verify::of;
use crate::cast::{self, public_jwk};
use crate::draft::{Draft, NewCase, case};
use crate::notation;
use crate::object::{Object, hex};
use crate::sign::FixedKey;

pub(super) fn write(file: &mut Draft) {
    members(file);
    uses(file);
    known(file);
}

fn members(file: &mut Draft) {
    file.group("The key in cnf", bound());
    let own = key_text(&holder());
    let thumbprint = bytes(&key::thumbprint_sha256(holder().public()));
    let with = |cnf: &str| Token::new().claim("8", cnf);
    file.valid(of("cnf-key", "a COSE_Key", &["CWT-K-001", "RFC 8747 3.1"], &Token::new()), claims(""));
    let more = with(&format!("{{1: {own}, 99: \"x\"}}"));
    let expected = Object::new().hex("confirmation_key", &key::thumbprint_sha256(holder().public()));
    file.valid(of("cnf-member-unknown", "a member that nobody knows besides", &["CWT-K-001"], &more), expected);
    for (id, comment, cnf) in [
        ("cnf-nothing", "it names nothing", "{}".to_owned()),
        ("cnf-unknown-only", "a member that nobody knows, alone", "{99: \"x\"}".to_owned()),
        ("cnf-text", "it is text", "\"key\"".to_owned()),
        ("cnf-key-and-kid", "a key and a kid", format!("{{1: {own}, 3: 'alice'}}")),
        ("cnf-key-and-thumbprint", "a key and a thumbprint", format!("{{1: {own}, 5: {thumbprint}}}")),
        ("cnf-key-and-encrypted", "a key and an encrypted key", format!("{{1: {own}, 2: [h'', {{}}, h'']}}")),
        ("cnf-encrypted", "an encrypted key", "{2: [h'', {}, h'']}".to_owned()),
        ("cnf-key-octets", "the key is in a byte string", format!("{{1: <<{own}>>}}")),
    ] {
        file.refused(of(id, comment, &["CWT-K-001"], &with(&cnf)).differs_from("cnf-key"), "sd-cwt/confirmation");
    }
    let missing = Token::new().without(Layer::Payload, "8");
    file.refused(
        of("cnf-missing", "there is none", &["CWT-I-015", "CWT-V-006"], &missing).differs_from("cnf-key"),
        "sd-cwt/claim-missing",
    );

    let p256 = cast::key(Algorithm::P256, "holder");
    let changed = |key: &FixedKey, from: &str, to: &str| {
        let text = cnf(key.public());
        let other = text.replacen(from, to, 1);
        Token::new().of_holder(key.clone()).claim("8", &other)
    };
    let x = bytes(p256.public().x());
    let y = bytes(p256.public().y().unwrap_or_default());
    let is_odd = p256.public().y().and_then(<[u8]>::last).is_some_and(|last| last % 2 == 1);
    let expected = || Object::new().hex("confirmation_key", &key::thumbprint_sha256(p256.public()));
    let compressed = |odd: bool| changed(&p256, &y, if odd { "true" } else { "false" });
    file.valid(of("cnf-p256", "a key on P-256", &["CWT-K-004", "CWT-K-009"], &changed(&p256, "", "")), expected());
    file.valid(of("cnf-compressed", "its y by its sign", &["CWT-K-006", "CWT-K-011"], &compressed(is_odd)), expected());
    let new = of("cnf-compressed-other", "the other sign, which is another key", &["CWT-K-006"], &compressed(!is_odd));
    file.refused(new, "sd-cwt/signature-holder");
    let secret = bytes(&p256.secret().octets());
    let short = bytes(p256.public().x().get(1..).unwrap_or_default());
    for (id, comment, from, to, rules) in [
        ("cnf-private", "a private key", "{1: {", format!("{{1: {{-4: {secret}, "), ["CWT-K-003"].as_slice()),
        ("cnf-y-missing", "no y", &format!(", -3: {y}"), String::new(), &["CWT-K-006"]),
        ("cnf-x-short", "x of 31 octets", &x, short, &["CWT-K-004", "CWT-K-012"]),
        ("cnf-off-the-curve", "a point that is not on the curve", &x, bytes(&[7; 32]), &["CWT-K-004"]),
        (
            "cnf-another-curve",
            "the coordinates of one curve under the number of another",
            "-1: 1",
            "-1: 2".to_owned(),
            &["CWT-K-004"],
        ),
        ("cnf-kid-text", "a kid in the key that is text", "{1: {", "{1: {2: \"kid\", ".to_owned(), &["CWT trap 30"]),
    ] {
        file.refused(of(id, comment, rules, &changed(&p256, from, &to)).differs_from("cnf-p256"), "sd-cwt/confirmation");
    }
    let ed25519 = holder();
    for (id, comment, from, to, rules) in [
        ("cnf-x25519", "X25519, which does not sign", "-1: 6", "-1: 4", ["CWT-K-004", "CWT trap 33"].as_slice()),
        ("cnf-ed448", "Ed448, which is not supported", "-1: 6", "-1: 7", &["CWT-K-004"]),
        ("cnf-symmetric", "a symmetric key", "1: 1", "1: 4", &["CWT-K-004"]),
    ] {
        let token = Token::new().claim("8", &format!("{{1: {}}}", key_text(&ed25519).replacen(from, to, 1)));
        file.refused(of(id, comment, rules, &token).differs_from("cnf-key"), "sd-cwt/confirmation");
    }
}

/// The COSE_Key of a public key.
fn key_text(key: &FixedKey) -> String {
    notation::line(&key::public_octets(key.public())).unwrap_or_default()
}

fn uses(file: &mut Draft) {
    file.group("What the key in cnf says of its use", bound());
    let p256 = cast::key(Algorithm::P256, "holder");
    let with = |members: &str| {
        let text = format!("{{1: {}}}", key_text(&p256).replacen('{', &format!("{{{members}, "), 1));
        Token::new().of_holder(p256.clone()).claim("8", &text)
    };
    let rules = ["CWT-K-005", "CWT trap 29"];
    let expected = || Object::new().hex("confirmation_key", &key::thumbprint_sha256(p256.public()));
    for (id, comment, members) in [
        ("key-alg", "alg -9, as in the header", "3: -9"),
        ("key-alg-polymorphic", "alg -7, which is the same on this curve", "3: -7"),
        ("key-ops-verify", "key_ops with verify", "4: [2]"),
        ("key-ops-more", "key_ops with verify and others", "4: [9, 2]"),
    ] {
        file.valid(of(id, comment, &rules, &with(members)), expected());
    }
    for (id, comment, members) in [
        ("key-alg-other-curve", "alg -51", "3: -51"),
        ("key-alg-hmac", "alg 5, a MAC", "3: 5"),
        ("key-ops-sign", "key_ops with sign only", "4: [1]"),
        ("key-ops-empty", "key_ops with nothing", "4: []"),
        ("key-ops-number", "key_ops is a number", "4: 2"),
    ] {
        file.refused(of(id, comment, &rules, &with(members)).differs_from("key-alg"), "sd-cwt/confirmation");
    }
}

fn known(file: &mut Draft) {
    file.group("A key that cnf only names", bound());
    let thumbprint = key::thumbprint_sha256(holder().public());
    let named = |cnf: &str, known: &[(&str, Option<&str>)]| -> Object {
        let token = Token::new().claim("8", cnf);
        let known = known.iter().map(|(name, key_id)| {
            let key = cast::key(Algorithm::Ed25519, name);
            let key_id = key_id.map(|key_id| hex(key_id.as_bytes()));
            Value::from(Object::new().with_some("key_id", key_id).with("key", public_jwk(key.public())))
        });
        Object::new().hex("presentation", &token.octets()).list("known_keys", known.collect::<Vec<_>>())
    };
    let by_thumbprint = |thumbprint: &[u8]| format!("{{5: {}}}", bytes(thumbprint));
    let expected = || Object::new().hex("confirmation_key", &thumbprint);
    let own = by_thumbprint(&thumbprint);
    let new = |id: &str, comment: &str, rules: &[&'static str]| -> NewCase { case(id, comment, rules) };
    let input = named(&own, &[("mallory", None), ("holder", None)]);
    file.valid(
        new("cnf-thumbprint", "its thumbprint, and it is known", &["CWT-K-007", "CWT-K-008", "RFC 9679"]).input(input),
        expected(),
    );
    let refused = |file: &mut Draft, id: &str, comment: &str, rules: &[&'static str], input: Object| {
        file.refused(new(id, comment, rules).input(input).differs_from("cnf-thumbprint"), "sd-cwt/confirmation");
    };
    refused(
        file,
        "cnf-thumbprint-unknown",
        "its thumbprint, and another one is known",
        &["CWT-K-008"],
        named(&own, &[("mallory", None)]),
    );
    refused(file, "cnf-thumbprint-nothing", "its thumbprint, and none is known", &["CWT-K-008"], named(&own, &[]));
    let other_order = format!("{{-2: {}, -1: 6, 1: 1}}", bytes(holder().public().x()));
    let other_order = by_thumbprint(&mimicred_keys::sha256(&notation::octets(&other_order)));
    let input = named(&other_order, &[("holder", None)]);
    refused(file, "cnf-thumbprint-order", "the thumbprint of the key in another order", &["CWT-K-010"], input);
    let short = by_thumbprint(thumbprint.get(1..).unwrap_or_default());
    refused(file, "cnf-thumbprint-short", "a thumbprint of 31 octets", &["CWT-K-007"], named(&short, &[("holder", None)]));
    refused(
        file,
        "cnf-thumbprint-text",
        "a thumbprint that is text",
        &["CWT-K-007"],
        named("{5: \"thumbprint\"}", &[("holder", None)]),
    );
    let others = by_thumbprint(&key::thumbprint_sha256(mallory(Algorithm::Ed25519).public()));
    let input = named(&others, &[("mallory", None)]);
    let case_ = new("cnf-thumbprint-stolen", "the thumbprint of another key, which did not sign", &["CWT-K-008"]).input(input);
    file.refused(case_.differs_from("cnf-thumbprint"), "sd-cwt/signature-holder");
    let input = named("{3: 'alice'}", &[("mallory", Some("bob")), ("holder", Some("alice"))]);
    file.valid(new("cnf-kid", "its kid, and it is known", &["CWT-K-014"]).input(input), expected());
    for (id, comment, cnf, known) in [
        ("cnf-kid-unknown", "its kid, and another one is known", "{3: 'alice'}", [("holder", Some("bob"))].as_slice()),
        ("cnf-kid-nothing", "its kid, and none is known", "{3: 'alice'}", &[]),
        (
            "cnf-kid-ambiguous",
            "its kid, which two known keys have",
            "{3: 'alice'}",
            &[("holder", Some("alice")), ("mallory", Some("alice"))],
        ),
        ("cnf-kid-of-text", "a kid that is text", "{3: \"alice\"}", &[("holder", Some("alice"))]),
    ] {
        let case_ = new(id, comment, &["CWT-K-014"]).input(named(cnf, known));
        file.refused(case_.differs_from("cnf-kid"), "sd-cwt/confirmation");
    }
}
