use mimicred_claims::{Key, Map, Value};
use mimicred_error::{At, Report};
use mimicred_keys::sha256;

use super::*;
use crate::{Code, PolicyState};

mod consistency;
mod forms;
pub(in crate::policy) mod made;
mod roundtrip;
mod unknown;

/// mimi-mls.md 3.4.4, in TOML.
pub(crate) const EXAMPLE: &str = r#"
version = 1
pseudonyms = "optional"
identity_reveal = "required"
accepted_formats = ["mls_credential", "sd_jwt_kb", "sd_kbt"]
unlisted_claims = "optional"
allow_local_trust = false
max_presentation_age = 300
max_clock_skew = 60
disclosure_deadline = 3600
nonce_mode = "group_exporter"
visible_to_roles = []
franking_allowed = false

[[claim_rules]]
claim_name = "age"
paths = [{ jwt = ["age_equal_or_over", "18"] }, { jwt = ["birthdate"] }]
presence = "required"
predicates = [{ op = "min_age_years", years = 18 }]

[[claim_rules]]
claim_name = "name"
paths = [{ jwt = ["name"] }, { cwt = [170] }, { x509 = { oid = "2.5.4.3" } }]
presence = "optional"
visible_to_roles = [3, 4]

[[claim_rules]]
claim_name = "address"
paths = [{ jwt = ["address"] }, { cwt = [187] }]
presence = "forbidden"

[[claim_rules]]
claim_name = "family_name"
paths = [{ jwt = ["family_name"] }, { cwt = [172] }, { x509 = { oid = "2.5.4.4" } }]
presence = "forbidden"

[[trusted_issuers]]
issuer = "https://id.a.example"
subject_domains = ["a.example"]
formats = ["sd_jwt_kb", "sd_kbt"]
anchors = [{ jwk_thumbprint_sha256 = "sha256:2ffef2582d74f7a2edf17ef8319ac849469c8943772c906cce7b78276b7a8dcf" }]

[[trusted_issuers]]
issuer = ""
subject_domains = ["b.example"]
formats = ["mls_credential"]
anchors = [{ spki_sha256 = "sha256:d0684cbc6d2942e0ce8369eaee54bfb33be3be2358f09cdd1ba9163981af7ed1" }]
"#;

/// The 319 octets printed in mimi-mls.md 3.4.4.
const EXAMPLE_TLS: &str = concat!(
    "000100010301020340a8036167652b021a5b226167655f657175616c5f6f725f6f766572222c223138225d",
    "020d5b22626972746864617465225d0103f1001200046e616d651602085b226e616d65225d03038118aa01",
    "0503550403000000080000000300000004076164647265737312020b5b2261646472657373225d03038118",
    "bb0200000b66616d696c795f6e616d651d020f5b2266616d696c795f6e616d65225d03038118ac01050355",
    "0404000200000040791468747470733a2f2f69642e612e6578616d706c650a09612e6578616d706c650202",
    "032203202ffef2582d74f7a2edf17ef8319ac849469c8943772c906cce7b78276b7a8dcf00000a09622e65",
    "78616d706c650101220120d0684cbc6d2942e0ce8369eaee54bfb33be3be2358f09cdd1ba9163981af7ed1",
    "00000000012c0000003c00000e1001000000",
);

fn unhex(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|n| u8::from_str_radix(&hex[n..n + 2], 16).unwrap()).collect()
}

fn example() -> RoomDisclosurePolicy {
    RoomDisclosurePolicy::from_toml(EXAMPLE).unwrap()
}

/// The example with one line of its TOML replaced.
fn with(line: &str, replacement: &str) -> Result<RoomDisclosurePolicy, Error> {
    assert!(EXAMPLE.contains(line), "{line}");
    RoomDisclosurePolicy::from_toml(&EXAMPLE.replacen(line, replacement, 1))
}

#[test]
fn the_published_example_encodes_to_the_published_octets() {
    let octets = example().encode().unwrap();
    assert_eq!(octets, unhex(EXAMPLE_TLS));
    assert_eq!(octets.len(), 319);
    let digest = "e3b189329ae417ef40608ae14ce37867fdcc9c73735ee63a138e486598154f1e";
    assert_eq!(sha256(&octets).to_vec(), unhex(digest));
    assert_eq!(RoomDisclosurePolicy::decode(&octets).unwrap(), example());
    example().check().unwrap();
    assert_eq!(example().unsupported(), None);
}

#[test]
fn the_shared_file_encodes_to_the_same_octets() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/policy/policy.toml");
    let Ok(toml) = std::fs::read_to_string(path) else {
        // Straight to the stream: the test harness swallows what passing tests print.
        let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("skipped: policy.toml not present\n"));
        return;
    };
    assert_eq!(RoomDisclosurePolicy::from_toml(&toml).unwrap().encode().unwrap(), unhex(EXAMPLE_TLS));
}

#[test]
fn json_says_the_same() {
    let json = example().to_json();
    assert_eq!(RoomDisclosurePolicy::from_json(&json).unwrap(), example());
    assert!(json.contains("\"claim_name\": \"age\""), "{json}");
    assert_eq!(RoomDisclosurePolicy::from_toml(&example().to_toml()).unwrap(), example());
}

/// mimi-mls.md 3.4.4: what may be left out, and what may not.
#[test]
fn defaults_are_those_of_the_specification() {
    let minimal =
        ["pseudonyms = \"optional\"", "identity_reveal = \"optional\"", "max_presentation_age = 0", "disclosure_deadline = 0"];
    let policy = RoomDisclosurePolicy::from_toml(&minimal.join("\n")).unwrap();
    assert_eq!(policy.unlisted_claims, Optionality::Optional);
    assert_eq!(policy.nonce_mode, NonceMode::GroupExporter);
    assert_eq!(policy.max_clock_skew, 60);
    assert!(!policy.allow_local_trust && !policy.franking_allowed);
    assert!(policy.accepted_formats.is_empty() && policy.claim_rules.is_empty() && policy.trusted_issuers.is_empty());
    for left_out in 0..minimal.len() {
        let rest: Vec<_> = minimal.iter().enumerate().filter(|(n, _)| *n != left_out).map(|(_, line)| *line).collect();
        assert_eq!(RoomDisclosurePolicy::from_toml(&rest.join("\n")).unwrap_err().code(), Code::KeyMissing);
    }
}

/// Each mistake in the TOML has its code and its line.
#[test]
fn mistakes_are_placed() {
    let cases = [
        ("presence = \"required\"", "presense = \"required\"", Code::KeyUnknown, "did you mean presence?"),
        ("presence = \"required\"", "presence = \"requierd\"", Code::ValueInvalid, "did you mean required?"),
        ("presence = \"required\"", "presence = 1", Code::ValueInvalid, "has a name"),
        ("claim_name = \"age\"\n", "", Code::KeyMissing, "claim_name"),
        ("version = 1", "version = 2", Code::PolicyVersion, "only 1"),
        ("max_clock_skew = 60", "max_clock_skew = -1", Code::ValueInvalid, "whole number"),
        ("max_clock_skew = 60", "max_clock_skew = 4294967296", Code::ValueInvalid, "whole number"),
        ("max_clock_skew = 60", "max_clock_skew = \"60\"", Code::ValueInvalid, "not a text"),
        ("franking_allowed = false", "franking_allowed = 0", Code::ValueInvalid, "true or false"),
        ("visible_to_roles = []", "visible_to_roles = 3", Code::ValueInvalid, "a list"),
        ("op = \"min_age_years\"", "op = \"min_age_year\"", Code::ValueInvalid, "did you mean min_age_years?"),
        ("years = 18", "value = 18", Code::KeyUnknown, "known here: op, years"),
        ("op = \"min_age_years\"", "op = 241", Code::ValueInvalid, "has a name"),
        ("{ cwt = [170] }", "{ cwt = [170], jwt = [\"name\"] }", Code::ValueInvalid, "exactly one key"),
        ("{ cwt = [170] }", "{ cwt = [] }", Code::ValueInvalid, "not a path"),
        ("{ cwt = [170] }", "{ cwt = [1.5] }", Code::ValueInvalid, "whole number"),
        ("{ jwt = [\"name\"] }", "{ jwt = [-1] }", Code::ValueInvalid, "whole number"),
        ("{ jwt = [\"name\"] }", "{ jwt = [true] }", Code::ValueInvalid, "a text"),
        ("{ jwt = [\"name\"] }", "{ path = \"AA\" }", Code::KeyMissing, "claim_family"),
        ("{ jwt = [\"name\"] }", "{ claim_family = 2, path = \"AA\" }", Code::ValueInvalid, "has a name"),
        ("oid = \"2.5.4.3\"", "oid = \"2.5.4.03\"", Code::ValueInvalid, "dotted"),
        ("jwk_thumbprint_sha256 = \"sha256:2f", "jwk_thumbprint_sha256 = \"sha256:", Code::ValueInvalid, "64 hex"),
        ("jwk_thumbprint_sha256", "jwk_thumbprint_sha265", Code::KeyUnknown, "did you mean jwk_thumbprint_sha256?"),
        ("issuer = \"\"", "issuer = 0", Code::ValueInvalid, "a text"),
    ];
    for (line, replacement, code, note) in cases {
        let error = with(line, replacement).unwrap_err();
        assert_eq!(error.code(), code, "{replacement}: {error}");
        assert!(error.to_string().contains(note), "{replacement}: {error}");
        assert!(matches!(error.place(), At::Line(_, _)), "{replacement}: {error}");
    }
    let error = with("presence = \"optional\"", "presence = \"perhaps\"").unwrap_err();
    let line = 1 + EXAMPLE[..EXAMPLE.find("presence = \"optional\"").unwrap()].matches('\n').count();
    assert_eq!(error.place(), &At::Line(line, 1));
    assert_eq!(error.remark(), Some("claim_rules[1].presence: known here: optional, required, forbidden"));
    let hash = with("sha256:d0684cbc6d2942e0ce8369eaee54bfb33be3be2358f09cdd1ba9163981af7ed1", "AAAA").unwrap_err();
    assert_eq!((hash.code(), hash.remark().unwrap().contains("32 octets")), (Code::ValueInvalid, true));
}

/// mimi-mls.md 2.1: one breach each of the example's octets.
#[test]
fn octets_are_read_strictly() {
    let good = unhex(EXAMPLE_TLS);
    let changed = |at: usize, old: u8, new: u8| {
        let mut octets = good.clone();
        assert_eq!(octets[at], old);
        octets[at] = new;
        octets
    };
    let end = good.len();
    let mut trailing = good.clone();
    trailing.push(0);
    let mut reserved = good.clone();
    reserved.splice(end - 1.., [1, 0]);
    let mut long_length = good.clone();
    assert_eq!(long_length[4], 3);
    long_length.splice(4..5, [0x40, 3]);
    let json_broken = good.windows(2).position(|pair| pair == b"[\"").unwrap();
    let cbor = good.windows(4).position(|window| window == [3, 0x81, 0x18, 0xaa]).unwrap();
    let mut cbor_long = good.clone();
    cbor_long.splice(cbor..cbor + 4, [3, 0x81, 0x18, 0x17]);
    for octets in [
        trailing,
        reserved,
        long_length,
        good[..end - 1].to_vec(),
        Vec::new(),
        vec![0],
        changed(end - 2, 0, 2),
        changed(json_broken, b'[', b'{'),
        cbor_long,
        changed(good.windows(3).position(|w| w == [0x55, 4, 3]).unwrap() + 2, 3, 0x83),
        vec![0; 300_000],
    ] {
        let error = RoomDisclosurePolicy::decode(&octets).unwrap_err();
        let version = octets.starts_with(&[0, 0]) && octets.len() < 1000;
        assert_eq!(error.code(), if version { Code::PolicyVersion } else { Code::PolicyMalformed }, "{error}");
    }
    for version in [[0, 0], [0, 2], [1, 0]] {
        let mut octets = good.clone();
        octets.splice(..2, version);
        assert_eq!(RoomDisclosurePolicy::decode(&octets).unwrap_err().code(), Code::PolicyVersion);
    }
}

#[test]
fn what_others_could_not_read_is_not_written() {
    let mut policy = example();
    policy.claim_rules[0].claim_name = "x".repeat(5000);
    assert_eq!(policy.encode().unwrap_err().code(), Code::PolicyMalformed);
}

/// No form has lists that another has no room for.
#[test]
fn lists_have_one_limit() {
    let roles = |count: usize| with("visible_to_roles = []", &format!("visible_to_roles = {:?}", vec![3; count]));
    let policy = roles(1024).unwrap();
    assert_eq!(RoomDisclosurePolicy::decode(&policy.encode().unwrap()).unwrap(), policy);
    let error = roles(1025).unwrap_err();
    assert_eq!((error.code(), error.remark()), (Code::ValueInvalid, Some("visible_to_roles: more than 1024 elements")));
}

#[test]
fn paths_find_exactly_what_they_name() {
    let claims = map([
        ("address", Value::Map(map([("country", Value::from("DE"))]))),
        ("18", Value::from("text key")),
        ("list", Value::Array(vec![Value::from("a"), Value::from("b")])),
    ]);
    let jwt = |json: &str| JwtPath::from_json(json).unwrap().find(&claims).cloned();
    assert_eq!(jwt(r#"["address","country"]"#), Some(Value::from("DE")));
    assert_eq!(jwt(r#" ["list" , 1 ] "#), Some(Value::from("b")));
    for missing in [r#"["address","city"]"#, r#"["list",2]"#, r#"["list","1"]"#, r#"["country"]"#, r#"["address",0]"#, "[0]"] {
        assert_eq!(jwt(missing), None, "{missing}");
    }
    let cwt = |keys: &[Key<'_>]| CwtPath::of_keys(keys).unwrap().find(&claims).cloned();
    assert_eq!(cwt(&[Key::from("address"), Key::from("country")]), Some(Value::from("DE")));
    assert_eq!(cwt(&[Key::Int(18)]), None, "an integer key is not the text of its digits");
    for bad in ["{}", "[]", "[null]", "[1.5]", "[-1]", "[\"a\"", "\"a\"", "[[\"a\"]]"] {
        assert_eq!(JwtPath::from_json(bad).unwrap_err().code(), Code::PolicyMalformed, "{bad}");
    }
    // null, empty, indefinite, long form, float, nested, trailing
    for bad in [
        &[0x81, 0xf6][..],
        &[0x80],
        &[0x9f, 1, 0xff],
        &[0x81, 0x18, 1],
        &[0x81, 0xf9, 0, 0],
        &[0x81, 0x81, 1],
        &[0x81, 1, 1],
        &[],
    ] {
        assert_eq!(CwtPath::from_cbor(bad).unwrap_err().code(), Code::PolicyMalformed, "{bad:?}");
    }
    assert_eq!(CwtPath::from_cbor(&[0x81, 0x18, 0xb6]).unwrap(), CwtPath::of_keys(&[Key::Int(182)]).unwrap());
    assert_eq!(JwtPath::of_names(&["address", "country"]).unwrap().as_json(), r#"["address","country"]"#);
    assert_eq!(JwtPath::of_names(&[]).unwrap_err().code(), Code::PolicyMalformed);
}

pub(crate) fn map<const N: usize>(entries: [(&'static str, Value<'static>); N]) -> Map<'static> {
    Map::from_entries(entries.into_iter().map(|(key, value)| (Key::from(key), value)).collect()).unwrap()
}

/// The spelling of a value is part of the policy: all three forms keep it.
#[test]
fn spellings_survive() {
    for json in
        [r#""a""#, r#""\u0061""#, "1", "1.0", "1e2", "-0", "123456789012345678901234567890", "0.10000000000000000001", "true"]
    {
        let mut policy = example();
        policy.claim_rules[1].predicates = vec![ClaimPredicate::Equal(PolicyScalar::from_json(json).unwrap())];
        policy.claim_rules[1].paths.push(PolicyPath::Jwt(JwtPath::from_json(r#"[ "\u006eame" ]"#).unwrap()));
        assert_eq!(RoomDisclosurePolicy::decode(&policy.encode().unwrap()).unwrap(), policy, "{json}");
        assert_eq!(RoomDisclosurePolicy::from_toml(&policy.to_toml()).unwrap(), policy, "{json}");
        assert_eq!(RoomDisclosurePolicy::from_json(&policy.to_json()).unwrap(), policy, "{json}");
    }
    for bad in ["", "null", "[]", "{}", " 1", "1 ", "01", "\"", "tru"] {
        assert_eq!(PolicyScalar::from_json(bad).unwrap_err().code(), Code::PolicyMalformed, "{bad}");
    }
    // A position fits into 32 bits in all three forms, and on every machine.
    for (json, fits) in [(r#"["a",4294967295]"#, true), (r#"["a",4294967296]"#, false)] {
        assert_eq!(JwtPath::from_json(json).is_ok(), fits, "{json}");
        let typed = with("{ jwt = [\"name\"] }", &format!("{{ jwt = {json} }}"));
        assert_eq!(
            typed.is_ok_and(|policy| RoomDisclosurePolicy::from_toml(&policy.to_toml()).unwrap() == policy),
            fits,
            "{json}"
        );
    }
    let typed = with("{ op = \"min_age_years\", years = 18 }", "{ op = \"equal\", value = 0.50 }").unwrap();
    assert_eq!(typed.claim_rules[0].predicates, [ClaimPredicate::Equal(PolicyScalar::from_json("0.50").unwrap())]);
    let date = with("{ op = \"min_age_years\", years = 18 }", "{ op = \"equal\", value = 1990-01-01 }").unwrap_err();
    assert_eq!(date.code(), Code::ValueInvalid);
}

#[test]
fn every_operation_has_one_octet_and_one_name() {
    const NOTHING: mimicred_claims::Predicate<'static> = mimicred_claims::Predicate::OneOf(Vec::new());
    let a = || PolicyScalar::text("a");
    let all = [
        (ClaimPredicate::Equal(a()), 0, "equal"),
        (ClaimPredicate::LessThan(a()), 1, "less_than"),
        (ClaimPredicate::LessThanOrEqual(a()), 2, "less_than_or_equal"),
        (ClaimPredicate::GreaterThan(a()), 3, "greater_than"),
        (ClaimPredicate::GreaterThanOrEqual(a()), 4, "greater_than_or_equal"),
        (ClaimPredicate::Contains(a()), 7, "contains"),
        (ClaimPredicate::StartsWith(a()), 8, "starts_with"),
        (ClaimPredicate::EndsWith(a()), 9, "ends_with"),
        (ClaimPredicate::OneOf(vec![a()]), 240, "one_of"),
        (ClaimPredicate::MinAgeYears(18), 241, "min_age_years"),
        (ClaimPredicate::MaxAgeYears(17), 242, "max_age_years"),
        (ClaimPredicate::HostEqual(a()), 243, "host_equal"),
        (ClaimPredicate::Exists, 244, "exists"),
    ];
    for (predicate, op, name) in &all {
        assert_eq!((predicate.op(), predicate.name()), (*op, Some(*name)));
        assert_ne!(predicate.predicate(), NOTHING);
    }
    let names: Vec<_> = all.iter().map(|(_, _, name)| *name).collect();
    assert_eq!(names, ClaimPredicate::NAMES);
    let other = ClaimPredicate::Other { op: 10, value: Vec::new() };
    // It holds of nothing, and is not left out.
    assert_eq!((other.name(), other.predicate()), (None, NOTHING));
}
