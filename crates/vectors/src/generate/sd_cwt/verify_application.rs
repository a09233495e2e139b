//! Presentations: what a Verifier wants besides.

use super::tokens::*;
use super::verify::{alice, good};
use crate::draft::{Draft, case};
use crate::object::Object;

pub(super) fn write(file: &mut Draft) {
    file.group("Credential types, status, and what the Verifier wants besides", bound());
    let input = |token: &Token| Object::new().hex("presentation", &token.octets());
    let numbered = Token::new().claim("11", "65000");
    let named = Token::new().claim("11", "\"https://a.example/membership\"");
    let new = case("vct-number", "the type that is wanted, a number", &["CWT-Y-008"]);
    file.valid(new.input(input(&numbered).int("vct", 65000)), claims("11: 65000"));
    let new = case("vct-text", "the type that is wanted, a text", &["CWT-Y-008", "CWT-Y-009"]);
    let vct = claims("11: \"https://a.example/membership\"");
    file.valid(new.input(input(&named).text("vct", "https://a.example/membership")), vct);
    let new = case("vct-case", "the same in another case", &["CWT-Y-009"]);
    file.refused(new.input(input(&named).text("vct", "https://a.example/Membership")), "sd-cwt/policy-refused");
    let new = case("vct-absent", "a type is wanted, and the token has none", &["CWT-Y-009"]).flag("pitfall-duplicate");
    file.refused(new.input(input(&Token::new()).text("vct", "https://a.example/membership")), "sd-cwt/claim-missing");
    for (id, comment, vct) in [
        ("vct-large", "a number of 17 bits", "65536"),
        ("vct-negative", "a number below 0", "-1"),
        ("vct-float", "a float", "1.5"),
        ("vct-octets", "a byte string", "h'01'"),
    ] {
        let new = case(id, comment, &["CWT-Y-008", "CWT-Y-010", "CWT trap 9"]).differs_from("vct-number");
        file.refused(new.input(input(&Token::new().claim("11", vct))), "sd-cwt/claim-type");
    }
    let new = case("vct-octets-admitted", "a byte string, for who takes it", &["CWT-Y-010", "CWT trap 9"]);
    let octets = input(&Token::new().claim("11", "h'01'")).text("vct_rule", "byte-string-too");
    file.valid(new.input(octets), claims("11: h'01'"));
    let required = |path: &'static str| input(&good()).list("required_claims", [path]);
    let new = case("claim-there", "a claim that must be there is", &["CWT-V-034"]);
    file.valid(new.input(required("170")), alice());
    file.refused(case("claim-not-there", "one is not", &["CWT-V-034"]).input(required("179")), "sd-cwt/claim-missing");
    let new = case("claims-refused", "a rule of the application refuses the claims", &["CWT-V-034"]);
    file.refused(new.input(input(&good()).text("claims_answer", "bad")), "sd-cwt/policy-refused");
    let status = "65535: {\"status_list\": {\"idx\": 7, \"uri\": \"https://id.a.example/status/0\"}}";
    let with_status = Token::new().claim("65535", status.trim_start_matches("65535: "));
    let asked = |token: &Token, answer: &str| input(token).text("status", "required").text("status_answer", answer);
    let new = case("status-good", "the status is good", &["CWT-S-001"]);
    file.valid(new.input(asked(&with_status, "good")), claims(status));
    file.refused(case("status-bad", "the status is bad", &["CWT-S-001"]).input(asked(&with_status, "bad")), "sd-cwt/status");
    let new = case("status-missing", "there is none", &["CWT-S-013"]);
    file.refused(new.input(asked(&Token::new(), "good")), "sd-cwt/status");
    let hidden = salted(1, status.trim_start_matches("65535: "), "65535");
    let new = case("status-withheld", "it is redacted and withheld", &["CWT-S-013", "CWT trap 10"]);
    file.refused(new.input(asked(&Token::new().digest(&hidden.digest()), "good")), "sd-cwt/status");
    let in_kbt = Token::new().with(Layer::KbtPayload, "65535", status.trim_start_matches("65535: "));
    let new = case("status-in-kbt", "a status in the KBT means nothing", &["CWT-S-002"]);
    file.valid(new.input(input(&in_kbt).text("status", "if-present").text("status_answer", "bad")), claims(""));
}
