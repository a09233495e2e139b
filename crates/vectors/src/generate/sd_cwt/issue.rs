//! Issuing, whose outputs are ours where the draft leaves a choice: the order of entries and digests, the salts.

use mimicred_claims::Value;
use mimicred_keys::Algorithm;

use super::tokens::*;
use super::verify::SPECIFICATIONS;
use crate::cast::{self, ISSUER, NOW, private_jwk, public_jwk};
use crate::draft::{Draft, NewCase, case};
use crate::notation::{self, octets};
use crate::object::Object;

fn base(algorithm: Algorithm) -> Object {
    Object::new()
        .with("issuer_key", private_jwk(&cast::key(algorithm, "issuer")))
        .with("holder_key", public_jwk(holder().public()))
        .text("seed", "salts")
}

/// Claims to be issued, which begin with those that every token has.
fn given(entries: &str) -> String {
    format!("{{1: \"{ISSUER}\", 2: \"{ALICE}\", 4: {EXPIRES}, {entries}}}")
}

fn issuing_of(id: &str, comment: &str, rules: &[&'static str], claims: &str) -> NewCase {
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
    malformed_marks(&mut file);
    headers(&mut file);
    claims_that_cannot_be(&mut file);
    salts(&mut file);
    file
}

/// A case whose output is this implementation's.
pub(super) fn exact(file: &mut Draft, case: NewCase) {
    file.valid(case.flag("exact-form"), Object::new());
}

fn marked(file: &mut Draft) {
    file.group("What is marked", base(Algorithm::P256));
    exact(file, issuing_of("nothing", "nothing is marked", &["CWT-I-014", "CWT-I-034", "CWT-E-031"], &given(r#"170: "Alice""#)));
    let rules = ["CWT-I-006", "CWT-I-007", "CWT-I-009", "CWT-I-010", "CWT-I-011", "CWT-I-013", "CWT-I-026", "CWT trap 19"];
    exact(file, issuing_of("marked", "claims, a claim in a map, and an element", &rules, &given(PERSON)));
    let nested = r#"58(187): {58(6): "DE", 58(3): "Köln"}"#;
    exact(file, issuing_of("nested", "claims inside of one that is redacted", &["CWT-I-012", "CWT-I-019"], &given(nested)));
    let empty = r#"58(500): null, 58(501): false, 58(502): 0, 58(503): "", 58(504): [], 58(505): {}"#;
    exact(file, issuing_of("empty-values", "values that are empty", &["CWT-I-033", "CWT trap 20"], &given(empty)));
    exact(file, issuing_of("tagged", "an element below another tag", &["CWT-E-022"], &given("500: 4([-2, 58(27315)])")));
    let decoys = "500: [62(1), \"DE\"], 62(2): null, 501: {62(3): null}";
    exact(
        file,
        issuing_of(
            "decoys",
            "decoys in an array and in maps",
            &["CWT-D-001", "CWT-D-005", "CWT-D-006", "CWT-D-008"],
            &given(decoys),
        ),
    );
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

fn malformed_marks(file: &mut Draft) {
    file.group("Marks that cannot be", base(Algorithm::P256));
    exact(file, issuing_of("marks-good", "a claim and a decoy", &["CWT-I-023", "CWT-D-006"], &given("58(500): 1, 62(1): null")));
    for (id, comment, entries, rules) in [
        ("mark-on-value", "tag 58 on the value of a claim", "500: 58(1)", ["CWT-I-023", "CWT trap 18"].as_slice()),
        ("mark-on-octets", "tag 58 on a key that is a byte string", "58(h'01'): 1", &["CWT-I-023"]),
        ("mark-on-float", "tag 58 on a key that is a float", "58(1.5): 1", &["CWT-I-023"]),
        ("mark-on-mark", "tag 58 on tag 58", "58(58(500)): 1", &["CWT-I-024", "CWT-E-021"]),
        ("mark-on-decoy", "tag 58 on tag 62", "58(62(1)): null", &["CWT-I-024"]),
        ("decoy-on-mark", "tag 62 on tag 58", "62(58(1)): null", &["CWT-I-024"]),
        ("marked-twice", "a claim in clear, and marked", "500: 1, 58(500): 1", &["CWT-I-022"]),
        ("marked-twice-nested", "the same inside of a map", "501: {500: 1, 58(500): 1}", &["CWT-I-022"]),
        ("decoy-0", "a decoy of number 0", "62(0): null", &["CWT-D-006"]),
        ("decoy-negative", "a decoy of a negative number", "62(-1): null", &["CWT-D-006"]),
        ("decoy-text", "a decoy of a text", "62(\"a\"): null", &["CWT-D-006"]),
        ("decoy-float", "a decoy of a float", "62(1.0): null", &["CWT-D-006"]),
        ("decoy-twice", "two decoys of one number", "500: [62(1)], 62(1): null", &["CWT-D-006"]),
        ("decoy-value", "a decoy with a value", "62(1): 1", &["CWT-D-007"]),
        ("redacted-already", "an element that is redacted already", "500: [60(h'00')]", &["CWT-I-026"]),
        ("key-empty", "a key of no octets", "\"\": 1", &["CWT-E-015"]),
    ] {
        file.refused(issuing_of(id, comment, rules, &given(entries)).differs_from("marks-good"), "sd-cwt/preissue");
    }
    let whole = issuing_of("whole-marked", "tag 58 on all claims", &["CWT-I-023"], &format!("58({})", given("500: 1")));
    file.refused(whole.differs_from("marks-good"), "sd-cwt/preissue");
    let cut = octets(&given("500: 1")).split_last().map(|(_, rest)| rest.to_vec()).unwrap_or_default();
    let new = case("cut-off", "the last octet is missing", &["CWT-C-001"]).input(Object::new().hex("claims", &cut));
    file.refused(new.differs_from("marks-good"), "sd-cwt/cbor-malformed");
    let indefinite =
        issuing_of("indefinite", "a map of indefinite length", &["CWT-E-002"], &format!("{{_ 1: \"{ISSUER}\", 2: \"{ALICE}\"}}"));
    file.refused(indefinite.differs_from("marks-good"), "sd-cwt/cbor-forbidden");
    for (id, key) in [("iss", "1"), ("aud", "3"), ("exp", "4"), ("nbf", "5"), ("iat", "6"), ("cti", "7"), ("cnonce", "39")] {
        let value = if matches!(id, "iss" | "aud") {
            "\"x\"".to_owned()
        } else if matches!(id, "cti" | "cnonce") {
            "h'01'".to_owned()
        } else {
            EXPIRES.to_string()
        };
        let mut usual = vec![("1", format!("\"{ISSUER}\"")), ("2", format!("\"{ALICE}\""))];
        usual.retain(|(other, _)| *other != key);
        let usual: Vec<_> = usual.iter().map(|(key, value)| format!("{key}: {value}")).collect();
        let new = issuing_of(
            &format!("redact-{id}"),
            &format!("{id} must stay visible"),
            &["CWT-I-018"],
            &format!("{{{}, 58({key}): {value}}}", usual.join(", ")),
        );
        file.refused(new.differs_from("marks-good"), "sd-cwt/redaction-forbidden");
    }
    let status = "58(65535): {\"status_list\": {\"idx\": 0, \"uri\": \"https://id.a.example/status/0\"}}";
    let new = issuing_of("redact-status", "status must stay visible", &["CWT-I-020", "CWT trap 10"], &given(status));
    file.refused(new.differs_from("marks-good"), "sd-cwt/redaction-forbidden");
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
    let also = octets(&format!("{{1: \"{ISSUER}\", 58(501): 1}}"));
    exact(
        file,
        with("header-claims", "claims in the header, one of them redacted", &["CWT-I-027"], new().hex("header_claims", &also)),
    );
    let refused = |file: &mut Draft, id: &str, comment: &str, rules: &[&'static str], input: Object, code: &str| {
        file.refused(with(id, comment, rules, input).differs_from("header-kid"), code);
    };
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

fn claims_that_cannot_be(file: &mut Draft) {
    file.group("Claims that cannot be", base(Algorithm::P256));
    exact(
        file,
        issuing_of(
            "given-good",
            "the least that a token has",
            &["CWT-I-015", "CWT-I-016", "CWT-I-017"],
            &format!("{{1: \"{ISSUER}\", 2: \"{ALICE}\"}}"),
        ),
    );
    let iss = format!("1: \"{ISSUER}\"");
    let both = format!("{iss}, 2: \"{ALICE}\"");
    for (id, comment, claims, rules, code) in [
        ("given-no-iss", "no iss and no certificate", format!("{{2: \"{ALICE}\"}}"), ["CWT-I-016"].as_slice(), "claim-missing"),
        ("given-no-sub", "no sub", format!("{{{iss}}}"), &["CWT-I-017"], "claim-missing"),
        ("given-sub-number", "sub is a number", format!("{{{iss}, 2: 5}}"), &["CWT-Y-012"], "claim-type"),
        ("given-exp-text", "exp is text", format!("{{{both}, 4: \"1\"}}"), &["CWT-E-024"], "claim-type"),
        ("given-cnonce-text", "cnonce is text", format!("{{{both}, 39: \"x\"}}"), &["CWT-I-021"], "claim-type"),
        (
            "given-vct-octets",
            "vct is a byte string",
            format!("{{{both}, 11: h'01'}}"),
            &["CWT-Y-008", "CWT trap 9"],
            "claim-type",
        ),
        ("given-exp-iat", "exp is iat", format!("{{{both}, 4: {NOW}, 6: {NOW}}}"), &["CWT-I-029", "CWT-T-003"], "time"),
        (
            "given-nbf-after-iat",
            "nbf is after iat",
            format!("{{{both}, 5: {NOW}, 6: {ISSUED}}}"),
            &["CWT-I-029", "CWT-T-001"],
            "time",
        ),
        ("given-cnf", "cnf is there already", format!("{{{both}, 8: {{}}}}"), &["CWT-I-015"], "preissue"),
    ] {
        file.refused(issuing_of(id, comment, rules, &claims).differs_from("given-good"), &format!("sd-cwt/{code}"));
    }
    let deep = |levels: usize| format!("{{{both}, 500: {}1{}}}", "[".repeat(levels), "]".repeat(levels));
    file.refused(
        issuing_of("given-deep", "seventeen levels", &["CWT-E-026"], &deep(16)).differs_from("given-good").flag("limit"),
        "sd-cwt/limit",
    );
    let expired = octets(&format!("{{{both}, 4: {NOW}}}"));
    let new = case("given-expired", "nobody would accept it", &["CWT-T-014"])
        .input(Object::new().hex("claims", &expired).int("now", NOW));
    file.refused(new.differs_from("given-good"), "sd-cwt/time");

    file.group("A confirmation key that the claims bring", base(Algorithm::P256).without("holder_key"));
    let with = |cnf: &str| format!("{{{both}, 8: {cnf}}}");
    exact(file, issuing_of("cnf-given", "a public key", &["CWT-I-015"], &with(&cnf(holder().public()))));
    for (id, comment, cnf, code) in [
        ("cnf-given-nothing", "it names nothing", "{}", "confirmation"),
        ("cnf-given-kid", "a kid alone", "{3: 'alice'}", "confirmation"),
        (
            "cnf-given-short",
            "a thumbprint of 31 octets",
            "{5: h'00000000000000000000000000000000000000000000000000000000000000'}",
            "confirmation",
        ),
    ] {
        file.refused(
            issuing_of(id, comment, &["CWT-I-015", "CWT-K-007"], &with(cnf)).differs_from("cnf-given"),
            &format!("sd-cwt/{code}"),
        );
    }
    let none = issuing_of("cnf-given-none", "there is none", &["CWT-I-015"], &format!("{{{both}}}")).differs_from("cnf-given");
    file.refused(none, "sd-cwt/claim-missing");
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
