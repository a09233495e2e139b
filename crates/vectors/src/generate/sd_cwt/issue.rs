//! Issuing, whose outputs are ours where the draft leaves a choice: the order of entries and digests, the salts.

use mimicred_claims::Value;
use mimicred_keys::Algorithm;

use super::issue_refused;
use super::tokens::*;
use super::verify::SPECIFICATIONS;
use crate::cast::{self, ISSUER, private_jwk, public_jwk};
use crate::draft::{Draft, NewCase, case};
use crate::notation::{self, octets};
use crate::object::Object;

pub(super) fn base(algorithm: Algorithm) -> Object {
    Object::new()
        .with("issuer_key", private_jwk(&cast::key(algorithm, "issuer")))
        .with("holder_key", public_jwk(holder().public()))
        .text("seed", "salts")
}

/// Claims to be issued, which begin with those that every token has.
pub(super) fn given(entries: &str) -> String {
    format!("{{1: \"{ISSUER}\", 2: \"{ALICE}\", 4: {EXPIRES}, {entries}}}")
}

pub(super) fn issuing_of(id: &str, comment: &str, rules: &[&'static str], claims: &str) -> NewCase {
    let octets = octets(claims);
    let written = Object::new().text("claims_edn", notation::line(&octets).unwrap_or_default());
    case(id, comment, rules).input(Object::new().hex("claims", &octets)).intermediates(written)
}

const PERSON: &str = r#"58(170): "Alice", 58(179): "alice@a.example", 187: {58(6): "DE", 3: "Köln"}, 500: ["DE", 58("FR")]"#;

pub(super) fn issuing() -> Draft {
    let about = "Tokens that are issued. Where the draft leaves a choice, the output is this implementation's: deterministic encoding, \
                 digests in ascending order, disclosures in the order of the claims. Another implementation may issue another token.";
    let mut file = Draft::new("sd-cwt/issue", "sd-cwt/issue", about, SPECIFICATIONS);
    marked(&mut file);
    headers(&mut file);
    issue_refused::write(&mut file);
    salts(&mut file);
    file
}

/// A case whose output is this implementation's.
pub(super) fn exact(file: &mut Draft, case: NewCase) {
    file.valid(case.flag("exact-form"), Object::new());
}

fn marked(file: &mut Draft) {
    file.group("What is marked", base(Algorithm::P256));
    exact(
        file,
        issuing_of(
            "nothing",
            "nothing is marked",
            &["CWT-I-014", "CWT-I-034", "CWT-I-035", "CWT-I-002", "CWT-E-001", "CWT-E-031"],
            &given(r#"170: "Alice""#),
        ),
    );
    let rules = ["CWT-I-006", "CWT-I-007", "CWT-I-009", "CWT-I-010", "CWT-I-011", "CWT-I-013", "CWT-I-026", "CWT trap 19"];
    exact(file, issuing_of("marked", "claims, a claim in a map, and an element", &rules, &given(PERSON)));
    let nested = r#"58(187): {58(6): "DE", 58(3): "Köln"}"#;
    exact(file, issuing_of("nested", "claims inside of one that is redacted", &["CWT-I-012", "CWT-I-019"], &given(nested)));
    let empty = r#"58(500): null, 58(501): false, 58(502): 0, 58(503): "", 58(504): [], 58(505): {}"#;
    exact(file, issuing_of("empty-values", "values that are empty", &["CWT-I-033", "CWT trap 20"], &given(empty)));
    exact(file, issuing_of("tagged", "an element below another tag", &["CWT-E-022"], &given("500: 4000([-2, 58(27315)])")));
    let decoys = "500: [62(1), \"DE\"], 62(2): null, 501: {62(3): null}";
    exact(
        file,
        issuing_of(
            "decoys",
            "decoys in an array and in maps",
            &["CWT-D-001", "CWT-D-005", "CWT-D-006", "CWT-D-007", "CWT-D-008"],
            &given(decoys),
        ),
    );
    let status = r#"65535: {"status_list": {"idx": 0, "uri": "https://id.a.example/status/0"}}, 58(500): 1"#;
    exact(file, issuing_of("status", "status stays visible", &["CWT-I-020"], &given(status)));
    let sub = format!("{{1: \"{ISSUER}\", 58(2): \"{ALICE}\"}}");
    exact(file, issuing_of("sub-redacted", "sub is redacted", &["CWT-I-017"], &sub));
    let all = |file: &mut Draft, id: &str, comment: &str, rules: &[&'static str], redact: Value<'static>, min: Option<i128>| {
        let octets = octets(&given(r#"170: "Alice", 187: {6: "DE"}, 500: ["DE", "FR"]"#));
        let input = Object::new().hex("claims", &octets).with("redact", redact).with_some("min_digests", min.map(Value::Int));
        exact(file, case(id, comment, rules).input(input));
    };
    all(file, "all", "no marks, and whatever can be is redacted", &["CWT-I-019", "CWT-I-031"], Value::from("all"), None);
    all(file, "all-decoys", "the same, with decoys", &["CWT-D-001", "CWT-D-003"], Value::from("all"), Some(8));
    let paths = Value::Array(vec![Value::from("170"), Value::from("500[]")]);
    all(file, "paths", "no marks, and paths", &["CWT-I-019"], paths, None);
    for (id, algorithm) in [("ed25519", Algorithm::Ed25519), ("p384", Algorithm::P384), ("p521", Algorithm::P521)] {
        file.group(&format!("Signed with {algorithm}"), base(algorithm));
        exact(file, issuing_of(&format!("by-{id}"), "the hash follows the key", &["CWT-I-003", "CWT-I-005"], &given(PERSON)));
    }
}

fn headers(file: &mut Draft) {
    file.group("What stands in the header", base(Algorithm::P256).hex("claims", &octets(&given(PERSON))));
    let with = |id: &str, comment: &str, rules: &[&'static str], input: Object| case(id, comment, rules).input(input);
    let new = Object::new;
    exact(file, with("header-kid", "kid", &["CWT trap 30"], new().hex("kid", b"key-1")));
    exact(
        file,
        with(
            "header-type",
            "a more specific type",
            &["CWT-I-001", "CWT-Y-006"],
            new().text("type", "application/example+sd-cwt"),
        ),
    );
    exact(file, with("header-hash", "SHA-512", &["CWT-I-004", "CWT-I-005"], new().int("sd_alg", -44)));
    exact(file, with("header-aead", "how disclosures are encrypted", &["CWT-A-023", "CWT trap 23"], new().int("sd_aead", 29)));
    exact(file, with("header-alg-polymorphic", "alg -7, which is deprecated", &["CWT trap 29"], new().int("algorithm", -7)));
    exact(file, with("header-x5chain", "two certificates", &["CWT-I-016"], new().list("x5chain", ["30820001", "30820002"])));
    exact(file, with("header-cnonce", "the nonce of the client", &["CWT-I-021"], new().hex("cnonce", &[1, 2])));
    exact(
        file,
        with("header-thumbprint", "cnf by the thumbprint of the key", &["CWT-K-007"], new().text("confirmation", "thumbprint")),
    );
    exact(
        file,
        with("header-possession", "the Holder has proved to have the key", &["CWT-I-028"], new().text("possession", "proven")),
    );
    let also = octets(&format!("{{1: \"{ISSUER}\", 58(501): 1}}"));
    exact(
        file,
        with("header-claims", "claims in the header, one of them redacted", &["CWT-I-027"], new().hex("header_claims", &also)),
    );
    let refused = |file: &mut Draft, id: &str, comment: &str, rules: &[&'static str], input: Object, code: &str| {
        file.refused(with(id, comment, rules, input).differs_from("header-kid"), code);
    };
    let unproven = new().text("possession", "unproven");
    refused(file, "header-possession-unproven", "she has not", &["CWT-I-028"], unproven, "sd-cwt/confirmation");
    let other = octets("{1: \"https://other.example\"}");
    refused(
        file,
        "header-claims-differ",
        "iss in the header is another one",
        &["CWT-I-027"],
        new().hex("header_claims", &other),
        "sd-cwt/claim-collision",
    );
    let never = octets(&format!("{{58(4): {EXPIRES}}}"));
    refused(
        file,
        "header-claims-redacted",
        "exp in the header is redacted",
        &["CWT-I-018"],
        new().hex("header_claims", &never),
        "sd-cwt/redaction-forbidden",
    );
    for (id, typ) in
        [("header-type-cwt", "application/cwt"), ("header-type-bare", "sd-cwt"), ("header-type-kbt", "application/kb+cwt")]
    {
        refused(
            file,
            id,
            &format!("typ is {typ}"),
            &["CWT-I-001", "CWT trap 16"],
            new().text("type", typ),
            "sd-cwt/type-mismatch",
        );
    }
    for (id, comment, alg) in [
        ("header-alg-other-curve", "alg of another curve", -51),
        ("header-alg-hmac", "alg of a MAC", 5),
        ("header-alg-0", "alg 0", 0),
    ] {
        refused(file, id, comment, &["CWT-I-003", "CWT-K-016"], new().int("algorithm", alg), "sd-cwt/alg-unsupported");
    }
    for (id, comment, hash) in [
        ("header-hash-truncated", "SHA-256 cut to 64 bits", -15),
        ("header-hash-weak", "SHA-1", -14),
        ("header-hash-unknown", "a number that is no hash", 9999),
    ] {
        refused(file, id, comment, &["CWT-I-005"], new().int("sd_alg", hash), "sd-cwt/alg-unsupported");
    }
    refused(
        file,
        "header-aead-banned",
        "AES-CCM",
        &["CWT-A-007", "CWT-A-008"],
        new().int("sd_aead", 3),
        "sd-cwt/alg-unsupported",
    );
    refused(
        file,
        "header-x5chain-empty",
        "a chain without certificates",
        &["CWT-I-016"],
        new().list("x5chain", Vec::<Value<'static>>::new()),
        "sd-cwt/header",
    );
}

fn salts(file: &mut Draft) {
    let claims = octets(&given("58(501): \"ABCD-123456\", 500: [58(1549560720), 62(1)]"));
    file.group("Salts out of a list, as the interop harness has it", base(Algorithm::P256).hex("claims", &claims));
    let name_of = |content: &str| crate::object::hex(&mimicred_keys::sha256(&octets(content)));
    let claim = name_of("[\"ABCD-123456\", 501]");
    let element = name_of("[1549560720]");
    let salt = |octet: &str| octet.repeat(16);
    let list = format!("{claim},{}\n{element},{}\n1,{}\n", salt("01"), salt("02"), salt("03"));
    let with = |id: &str, comment: &str, rules: &[&'static str], salts: &str| {
        case(id, comment, rules).input(Object::new().text("salts", salts))
    };
    exact(
        file,
        with("salts-listed", "salts for a claim, an element and a decoy", &["CWT-C-002", "CWT-D-008", "CWT trap 31"], &list),
    );
    let published = format!("{},{}\n", name_of("[501, \"ABCD-123456\"]"), salt("01"));
    exact(file, with("salts-key-first", "the hash as the published list has it", &["CWT-C-002", "CWT trap 31"], &published));
    exact(file, with("salts-none", "nothing is listed", &["CWT-C-002"], ""));
    for (id, comment, salts) in [
        ("salts-one-column", "a line with one column", format!("{claim}\n")),
        ("salts-three-columns", "a line with three columns", format!("{claim},{},x\n", salt("01"))),
        ("salts-odd", "digits that are odd in number", format!("{claim},{}0\n", salt("01"))),
        ("salts-15", "a salt of 15 octets", format!("{claim},{}\n", "01".repeat(15))),
        ("salts-hash-short", "a hash of 31 octets", format!("{},{}\n", claim.get(2..).unwrap_or_default(), salt("01"))),
        ("salts-number-0", "the number 0", format!("0,{}\n", salt("01"))),
        ("salts-number-twice", "a number twice", format!("1,{}\n1,{}\n", salt("01"), salt("02"))),
        ("salts-twice", "a salt twice", format!("1,{}\n2,{}\n", salt("01"), salt("01"))),
        ("salts-empty-line", "an empty line", format!("\n1,{}\n", salt("01"))),
    ] {
        file.refused(with(id, comment, &["CWT-C-002"], &salts).differs_from("salts-listed"), "sd-cwt/salt-list");
    }
}
