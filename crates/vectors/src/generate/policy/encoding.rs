//! From TOML and JSON to octets.

use mimicred_claims::Value;

use super::{EXAMPLE, EXAMPLE_TLS};
use crate::draft::{Draft, NewCase, case};
use crate::object::Object;

const MINIMAL: &str =
    "pseudonyms = \"optional\"\nidentity_reveal = \"optional\"\nmax_presentation_age = 0\ndisclosure_deadline = 0\n";
const RULES: [&str; 1] = ["mimi-mls.md 3.4.4"];

fn toml(id: &str, comment: &str, text: impl Into<String>) -> NewCase {
    case(id, comment, &RULES).input(Object::new().text("toml", text))
}

pub(super) fn file() -> Draft {
    let about = "Policies in TOML or JSON, and what they are in TLS form.";
    let mut file = Draft::new("policy/encode", "policy/encode", about, &["mimi-mls.md 3.4"]);
    file.group("What is written", Object::new());
    let octets = |octets: &str| Object::new().text("octets", octets);
    file.valid(toml("example", "the example of the specification", EXAMPLE), octets(EXAMPLE_TLS));
    let json = r#"{"pseudonyms":"optional","identity_reveal":"optional","max_presentation_age":0,"disclosure_deadline":0}"#;
    // version, two optionals, three empty lists, optional, false, age 0, skew 60, deadline 0, group_exporter, empty list, false, nothing reserved.
    let minimal = "0001".to_owned()
        + "0000"
        + "00"
        + "00"
        + "00"
        + "00"
        + "00"
        + "00000000"
        + "0000003c"
        + "00000000"
        + "01"
        + "00"
        + "00"
        + "00";
    file.valid(toml("minimal", "as little as can be; everything else has its default", MINIMAL), octets(&minimal));
    let new = case("minimal-json", "the same in JSON", &RULES).input(Object::new().text("json", json));
    file.valid(new, octets(&minimal));

    file.group("Texts that are no policy", Object::new());
    let with = |old: &str, new: &str| EXAMPLE.replacen(old, new, 1);
    for (id, comment, text, code) in [
        ("no-toml", "not TOML", "pseudonyms =", "room/file-malformed"),
        (
            "key-unknown",
            "a key that is misspelt",
            &with("presence = \"required\"", "presense = \"required\""),
            "room/key-unknown",
        ),
        ("key-missing", "a rule without a name", &with("claim_name = \"age\"\n", ""), "room/key-missing"),
        (
            "value-unknown",
            "a word that is misspelt",
            &with("presence = \"required\"", "presence = \"requierd\""),
            "room/value-invalid",
        ),
        (
            "value-negative",
            "a number that is negative",
            &with("max_clock_skew = 60", "max_clock_skew = -1"),
            "room/value-invalid",
        ),
        (
            "value-large",
            "a number of more than 32 bits",
            &with("max_clock_skew = 60", "max_clock_skew = 4294967296"),
            "room/value-invalid",
        ),
        (
            "value-text",
            "text in the place of a number",
            &with("max_clock_skew = 60", "max_clock_skew = \"60\""),
            "room/value-invalid",
        ),
        ("path-empty", "a path of no steps", &with("{ cwt = [170] }", "{ cwt = [] }"), "room/value-invalid"),
        ("oid", "an object identifier with a leading zero", &with("\"2.5.4.3\"", "\"2.5.4.03\""), "room/value-invalid"),
        ("version", "another version", &with("version = 1", "version = 2"), "room/policy-version"),
    ] {
        file.refused(toml(id, comment, text).differs_from("example"), code);
    }
    let twice = case("member-twice", "a member of the JSON twice", &RULES).differs_from("minimal-json");
    let text = json.replacen('{', "{\"max_presentation_age\":0,", 1);
    file.refused(twice.input(Object::new().text("json", text)), "room/file-malformed");

    let consistency = ["mimi-mls.md 3.4.1"];
    file.group("Policies that nobody can satisfy", Object::new().text("checked", "usable"));
    file.valid(toml("usable", "one that can be satisfied", EXAMPLE), octets(EXAMPLE_TLS));
    let forbidden = with("identity_reveal = \"required\"", "identity_reveal = \"forbidden\"");
    let new = case("required-of-forbidden", "a claim is required, and reveals are forbidden", &consistency);
    file.refused(new.input(Object::new().text("toml", forbidden)), "room/policy-inconsistent");
    let twice = with("claim_name = \"name\"", "claim_name = \"age\"");
    let new = case("rule-twice", "two rules of one name", &consistency);
    file.refused(new.input(Object::new().text("toml", twice)), "room/policy-inconsistent");
    let unknown = r#"{"pseudonyms":7,"identity_reveal":"optional","max_presentation_age":0,"disclosure_deadline":0}"#;
    let new = case("value-of-tomorrow", "a value that this version does not know", &consistency);
    file.refused(new.input(Object::new().text("json", unknown)), "room/policy-value-unknown");
    let base = |word: &str| Object::new().text("toml", EXAMPLE).with("pseudonyms_allowed", Value::from(word.to_owned()));
    file.valid(
        case("base-policy", "the room's base policy allows pseudonyms", &consistency).input(base("yes")),
        octets(EXAMPLE_TLS),
    );
    let new = case("base-policy-opposite", "it does not, and this one does", &consistency);
    file.refused(new.input(base("no")), "room/policy-inconsistent");
    file
}
