//! COSE_Sign1.

use mimicred_claims::Value;
use mimicred_cose::AlgorithmId;
use mimicred_keys::Algorithm;

use super::super::by_hand::{flipped, message, replaced_at, to_be_signed};
use crate::cast::{self, public_jwk};
use crate::draft::{Draft, NewCase, case};
use crate::notation::{self, octets};
use crate::object::Object;
use crate::sign::FixedKey;

/// What is signed.
const PAYLOAD: &str = "{1: \"https://id.a.example\"}";

pub(super) fn file() -> Draft {
    let about = "COSE_Sign1 messages with attached payloads, their headers included.";
    let mut file = Draft::new("cose/sign1-verify", "cose/sign1-verify", about, &["RFC 9052", "RFC 9053", "RFC 9864"]);
    algorithms(&mut file);
    shapes(&mut file);
    headers(&mut file);
    file
}

fn signer() -> FixedKey {
    cast::key(Algorithm::P256, "signer")
}

/// A message with these headers.
fn of_headers(protected: &str, unprotected: &str, key: &FixedKey) -> Vec<u8> {
    message(key, [octets(protected), octets(unprotected), octets(PAYLOAD)])
}

fn of(id: &str, comment: &str, rules: &[&'static str], message: &[u8]) -> NewCase {
    case(id, comment, rules).input(Object::new().hex("message", message))
}

fn algorithms(file: &mut Draft) {
    for (algorithm, name, specified, polymorphic) in [
        (Algorithm::P256, "p256", -9_i64, -7_i64),
        (Algorithm::P384, "p384", -51, -35),
        (Algorithm::P521, "p521", -52, -36),
        (Algorithm::Ed25519, "ed25519", -19, -8),
    ] {
        let key = cast::key(algorithm, "signer");
        file.group(&format!("Signed with a key of {algorithm}"), Object::new().with("key", public_jwk(key.public())));
        for (how, id) in [("fully-specified", specified), ("polymorphic", polymorphic)] {
            let (protected, payload) = (octets(&format!("{{1: {id}}}")), octets(PAYLOAD));
            let whole = of_headers(&format!("{{1: {id}}}"), "{}", &key);
            let new = of(&format!("{name}-{how}"), &format!("alg {id}"), &["CWT-K-016", "CWT-E-008", "RFC 9864"], &whole);
            let new = new.intermediates(Object::new().list("annotated", notation::annotated(&whole)));
            let expected = Object::new().int("alg", id).hex("payload", &payload);
            file.valid(new, expected.hex("sig_structure", &to_be_signed(&protected, &payload)));
        }
        let other = if algorithm == Algorithm::P256 { AlgorithmId::Esp384 } else { AlgorithmId::Esp256 };
        let whole = of_headers(&format!("{{1: {}}}", other.id()), "{}", &key);
        let new = of(&format!("{name}-alg-other"), "alg of another curve", &["CWT-K-016"], &whole).flag("pitfall-algorithm");
        file.refused(new, "cose/alg-unsupported");
        let whole = of_headers(&format!("{{1: {specified}}}"), "{}", &key);
        let new = of(&format!("{name}-flipped"), "one bit of the signature is another", &["CWT-E-009"], &flipped(&whole));
        file.refused(new, "cose/signature-invalid");
    }
    let key = signer();
    file.group("Signatures that are none", Object::new().with("key", public_jwk(key.public())));
    let good = of_headers("{1: -9}", "{}", &key);
    file.valid(of("good", "alg and payload", &["RFC 9052 4.4"], &good), Object::new().int("alg", -9));
    let stranger = of_headers("{1: -9}", "{}", &cast::key(Algorithm::P256, "mallory"));
    file.refused(of("other-key", "by another key", &["RFC 9052 4.4"], &stranger), "cose/signature-invalid");
    let signature = good.get(good.len().saturating_sub(64)..).unwrap_or_default();
    let encode = |protected: &str, payload: &str, signature: &[u8]| {
        mimicred_cose::sign1::encode(&octets(protected), &[0xa0], &octets(payload), signature)
    };
    let changed = encode("{1: -9}", "{1: \"https://id.b.example\"}", signature);
    file.refused(of("payload-changed", "another payload", &["CWT-E-008"], &changed), "cose/signature-invalid");
    let respelt = encode("{1: -9_0}", PAYLOAD, signature);
    file.refused(
        of("header-respelt", "the protected header in another spelling", &["CWT-E-008"], &respelt).flag("pitfall-encoding"),
        "cose/signature-invalid",
    );
    let short = encode("{1: -9}", PAYLOAD, signature.get(1..).unwrap_or_default());
    file.refused(of("signature-short", "63 octets", &["CWT-E-009"], &short), "cose/signature-invalid");
    file.refused(of("signature-empty", "no octets", &["CWT-E-009"], &encode("{1: -9}", PAYLOAD, &[])), "cose/signature-invalid");
    let (r, s) = signature.split_at(signature.len() / 2);
    let number = |octets: &[u8]| {
        let octets: Vec<u8> = octets.iter().copied().skip_while(|octet| *octet == 0).collect();
        let zero = if octets.first().is_some_and(|first| *first > 0x7f) { vec![0] } else { vec![] };
        let body = [zero, octets].concat();
        [vec![2, u8::try_from(body.len()).unwrap_or_default()], body].concat()
    };
    let body = [number(r), number(s)].concat();
    let der = [vec![0x30, u8::try_from(body.len()).unwrap_or_default()], body].concat();
    file.refused(of("signature-der", "in DER", &["CWT-E-009"], &encode("{1: -9}", PAYLOAD, &der)), "cose/signature-invalid");
}

fn shapes(file: &mut Draft) {
    let key = signer();
    file.group("The shape of a message", Object::new().with("key", public_jwk(key.public())));
    let good = of_headers("{1: -9}", "{}", &key);
    file.valid(of("shape-good", "tag 18 over four parts", &["CWT-E-004"], &good), Object::new());
    let tagged = [&[0xd8, 0x3d], &good[..]].concat();
    let untagged = good.split_first().map(|(_, rest)| rest.to_vec()).unwrap_or_default();
    let signature = good.get(good.len().saturating_sub(66)..).unwrap_or_default();
    let parts = |protected: &str, unprotected: &str, payload: &str| {
        [&[0xd2, 0x84], &octets(protected)[..], &octets(unprotected), &octets(payload), signature].concat()
    };
    let payload = format!("<<{PAYLOAD}>>");
    for (id, comment, message) in [
        ("tag-61", "tag 61 before it", tagged.clone()),
        ("untagged", "no tag", untagged.clone()),
        ("tag-17", "tag 17", [&[0xd1], &untagged[..]].concat()),
        ("tag-98", "tag 98", [&[0xd8, 0x62], &untagged[..]].concat()),
        ("three-parts", "three parts", replaced_at(good.get(..good.len().saturating_sub(66)).unwrap_or_default(), 1, 0x83)),
        ("five-parts", "five parts", [replaced_at(&good, 1, 0x85), vec![0x40]].concat()),
        ("protected-map", "the protected header is a map", parts("{1: -9}", "{}", &payload)),
        ("unprotected-array", "the unprotected header is an array", parts("<<{1: -9}>>", "[]", &payload)),
        ("payload-detached", "the payload is null", parts("<<{1: -9}>>", "{}", "null")),
        ("payload-empty", "the payload has no octets", parts("<<{1: -9}>>", "{}", "h''")),
        ("payload-map", "the payload is a map", parts("<<{1: -9}>>", "{}", PAYLOAD)),
        (
            "protected-array",
            "there is an array in the protected header",
            message(&key, [vec![0x80], vec![0xa0], octets(PAYLOAD)]),
        ),
    ] {
        file.refused(
            of(id, comment, &["CWT-E-004", "CWT-E-006", "CWT-E-007"], &message).differs_from("shape-good"),
            "cose/structure",
        );
    }
    let cut = good.split_last().map(|(_, rest)| rest.to_vec()).unwrap_or_default();
    for (id, comment, message) in
        [("octet-behind", "an octet behind it", [&good[..], &[0]].concat()), ("cut-off", "the last octet is missing", cut)]
    {
        file.refused(of(id, comment, &["CWT-E-003"], &message).differs_from("shape-good"), "cose/cbor-malformed");
    }
    let indefinite = message(&key, [octets("{1: -9}"), octets("{_ }"), octets(PAYLOAD)]);
    file.refused(
        of("unprotected-indefinite", "the unprotected header has no length", &["CWT-E-002"], &indefinite)
            .differs_from("shape-good"),
        "cose/cbor-forbidden",
    );
    let tolerated = case("tag-61-tolerated", "tag 61 before it, where it may stand", &["CWT-E-005"]);
    file.valid(tolerated.input(Object::new().hex("message", &tagged).text("cwt_tag", "tolerated")), Object::new());
    let twice = case("tag-61-twice", "tag 61 twice", &["CWT-E-005"]);
    let twice = twice.input(Object::new().hex("message", &[&[0xd8, 0x3d], &tagged[..]].concat()).text("cwt_tag", "tolerated"));
    file.refused(twice, "cose/structure");
}

fn headers(file: &mut Draft) {
    let key = signer();
    let understood = Object::new().with("key", public_jwk(key.public())).list("understood", [Value::Int(1), Value::Int(16)]);
    file.group("Headers, of which alg and typ are understood", understood);
    let with = |id: &str, comment: &str, rules: &[&'static str], protected: &str, unprotected: &str| {
        of(id, comment, rules, &of_headers(protected, unprotected, &key))
    };
    for (id, comment, protected, unprotected) in [
        ("header-good", "alg, typ and a kid", "{1: -9, 16: 293}", "{4: 'kid'}"),
        ("header-unknown", "labels that nobody knows", "{1: -9, -65600: [1]}", "{\"x\": 0}"),
        ("crit-known", "crit names typ", "{1: -9, 2: [16], 16: 293}", "{}"),
    ] {
        file.valid(with(id, comment, &["CWT-E-029", "CWT-E-030"], protected, unprotected), Object::new());
    }
    for (id, comment, protected, unprotected, rules) in [
        ("crit-unknown", "crit names what nobody knows", "{1: -9, 2: [9999], 9999: 0}", "{}", ["CWT-E-029"].as_slice()),
        ("crit-absent", "crit names what is not there", "{1: -9, 2: [16]}", "{}", &["CWT-E-029"]),
        ("crit-empty", "crit names nothing", "{1: -9, 2: []}", "{}", &["CWT-E-029"]),
        ("crit-number", "crit is no list", "{1: -9, 2: 16, 16: 293}", "{}", &["CWT-E-029"]),
        ("crit-unprotected", "crit is not protected", "{1: -9, 16: 293}", "{2: [16]}", &["CWT-E-029"]),
        ("label-in-both", "a label in both headers", "{1: -9, 16: 293}", "{16: 293}", &["CWT-E-011"]),
        ("kid-text", "kid is text", "{1: -9, 4: \"kid\"}", "{}", &["CWT trap 30"]),
        ("kid-unprotected-text", "kid is text, unprotected", "{1: -9}", "{4: \"kid\"}", &["CWT trap 30"]),
        ("alg-missing", "no alg", "{16: 293}", "{}", &["CWT-E-007"]),
        ("alg-unprotected", "alg is not protected", "{16: 293}", "{1: -9}", &["CWT-E-007"]),
        ("alg-text", "alg is text", "{1: \"ES256\"}", "{}", &["CWT-I-003"]),
    ] {
        file.refused(with(id, comment, rules, protected, unprotected).differs_from("header-good"), "cose/header");
    }
    let empty = message(&key, [vec![], vec![0xa0], octets(PAYLOAD)]);
    file.refused(
        of("protected-empty", "the protected header has no octets", &["CWT-E-007"], &empty).differs_from("header-good"),
        "cose/header",
    );
    for (id, comment, alg) in
        [("alg-mac", "alg of a MAC", "5"), ("alg-unknown", "alg is not assigned", "-9999"), ("alg-0", "alg 0", "0")]
    {
        let new = with(id, comment, &["CWT-K-016"], &format!("{{1: {alg}}}"), "{}").flag("pitfall-algorithm");
        file.refused(new.differs_from("header-good"), "cose/alg-unsupported");
    }
    let twice = with("label-twice", "alg twice", &["CWT-E-010"], "{1: -9, 1_0: -9}", "{}").flag("pitfall-encoding");
    file.refused(twice.differs_from("header-good"), "cose/cbor-malformed");
    let marked = with("header-marked", "a mark of redaction", &["CWT-E-030"], "{1: -9, -65600: {simple(59): []}}", "{}");
    file.refused(marked.differs_from("header-good"), "cose/cbor-forbidden");
    let deep = format!("{{1: -9, -65600: {}1{}}}", "[".repeat(17), "]".repeat(17));
    file.refused(
        with("header-deep", "seventeen levels", &["CWT-E-026"], &deep, "{}").flag("limit").differs_from("header-good"),
        "cose/limit",
    );
}
