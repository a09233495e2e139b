//! What an Issuer refuses: marks that cannot be, and claims that nobody would accept.

use mimicred_keys::Algorithm;

use super::issue::{base, exact, given, issuing_of};
use super::tokens::*;
use crate::cast::{ISSUER, NOW};
use crate::draft::{Draft, case};
use crate::notation::octets;
use crate::object::Object;

pub(super) fn write(file: &mut Draft) {
    malformed_marks(file);
    claims_that_cannot_be(file);
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
