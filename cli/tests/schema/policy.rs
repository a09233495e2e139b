//! The schema of policies: it admits every policy that members can satisfy, and refuses every slip that a schema can see.

use std::path::Path;

use mimicred_room::policy::*;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use super::{names, schema, set, validator};

/// The generators of the library's own tests.
#[path = "../../../crates/room/src/policy/tests/made.rs"]
mod made;

fn json(policy: &RoomDisclosurePolicy) -> Value {
    serde_json::from_str(&policy.to_json()).unwrap()
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)).unwrap()
}

/// The names of every enumeration, and the numbers that bound a field.
#[test]
fn the_enumerations_are_those_of_the_code() {
    let schema = schema("policy");
    assert_eq!(names(&schema, "/$defs/optionality/enum"), set(Optionality::NAMES.iter().copied()));
    assert_eq!(names(&schema, "/$defs/formats/items/enum"), set(DisclosureFormat::NAMES.iter().copied()));
    assert_eq!(names(&schema, "/properties/nonce_mode/enum"), set(NonceMode::NAMES.iter().copied()));
    let anchors = schema["$defs"]["anchor"]["oneOf"].as_array().unwrap();
    let named = anchors.iter().filter_map(|form| form["required"].as_array().filter(|keys| keys.len() == 1)?[0].as_str());
    assert_eq!(set(named), set(AnchorType::NAMES.iter().copied()));
    let generic = anchors.iter().position(|form| form["properties"]["anchor_type"].is_object()).unwrap();
    assert_eq!(
        names(&schema, &format!("/$defs/anchor/oneOf/{generic}/properties/anchor_type/enum")),
        set(AnchorType::NAMES.iter().copied())
    );
    let operations = (0..4).flat_map(|n| names(&schema, &format!("/$defs/predicate/oneOf/{n}/properties/op/enum")));
    assert_eq!(operations.collect::<Vec<_>>().len(), ClaimPredicate::NAMES.len());
    let operations = (0..4).flat_map(|n| names(&schema, &format!("/$defs/predicate/oneOf/{n}/properties/op/enum")));
    assert_eq!(operations.collect::<std::collections::BTreeSet<_>>(), set(ClaimPredicate::NAMES.iter().copied()));
    assert_eq!(schema["properties"]["version"]["const"], VERSION);
}

/// The defaults that the schema names are those that the code takes.
#[test]
fn the_defaults_are_those_of_the_code() {
    let schema = schema("policy");
    let required: Vec<&str> = schema["required"].as_array().unwrap().iter().map(|key| key.as_str().unwrap()).collect();
    let minimal = r#"{"pseudonyms":"optional","identity_reveal":"optional","max_presentation_age":0,"disclosure_deadline":0}"#;
    let written = json(&RoomDisclosurePolicy::from_json(minimal).unwrap());
    let minimal: Value = serde_json::from_str(minimal).unwrap();
    assert_eq!(set(required.iter().copied()), minimal.as_object().unwrap().keys().cloned().collect());
    let properties = schema["properties"].as_object().unwrap();
    assert_eq!(properties.keys().collect::<Vec<_>>(), written.as_object().unwrap().keys().collect::<Vec<_>>());
    for (key, property) in properties.iter().filter(|(key, _)| !required.contains(&key.as_str())) {
        let name = property["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/$defs/"));
        let default = property.get("default").or_else(|| schema["$defs"][name?].get("default")).unwrap();
        assert_eq!(default, &written[key], "{key}");
    }
}

#[test]
fn every_example_is_admitted() {
    let validator = validator(&schema("policy"));
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/policies");
    let mut seen = 0;
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(&path).unwrap();
            validator.validate(&json(&RoomDisclosurePolicy::from_toml(&text).unwrap())).unwrap();
            // As it is written, too: with its defaults left out, and before our own reader has looked at it.
            let written: Value = toml::from_str(&text).unwrap();
            validator.validate(&written).unwrap();
            seen += 1;
        }
    }
    assert_eq!(seen, 4);
    validator.validate(&json(&RoomDisclosurePolicy::from_toml(&fixture("room.toml")).unwrap())).unwrap();
}

/// A policy at random is admitted if members could satisfy it, and refused if they could not: for an unknown value, or for any rule
/// of consistency but that labels are unique, which a schema cannot say.
#[test]
fn random_policies_are_admitted_if_they_can_be_satisfied() {
    let validator = validator(&schema("policy"));
    let mut runner = TestRunner::new(Config::with_cases(300));
    let (mut admitted, mut refused) = (0, 0);
    let policies = prop_oneof![made::policy(), made::policy().prop_map(satisfiable)];
    for _ in 0..300 {
        let policy = policies.new_tree(&mut runner).unwrap().current();
        let mut labels: Vec<&str> = policy.claim_rules.iter().map(|rule| rule.claim_name.as_str()).collect();
        labels.sort_unstable();
        if labels.windows(2).any(|pair| pair[0] == pair[1]) {
            continue;
        }
        let usable = policy.check_supported().and_then(|()| policy.check()).is_ok();
        let json = json(&policy);
        assert_eq!(validator.is_valid(&json), usable, "{json:#}");
        if usable { admitted += 1 } else { refused += 1 }
    }
    assert!(admitted > 50 && refused > 50, "{admitted} {refused}");
}

/// The same policy without what makes it unsatisfiable.
fn satisfiable(mut policy: RoomDisclosurePolicy) -> RoomDisclosurePolicy {
    let known = |optionality: Optionality| if optionality.is_known() { optionality } else { Optionality::Optional };
    policy.pseudonyms = known(policy.pseudonyms);
    policy.identity_reveal = Optionality::Required;
    policy.unlisted_claims = Optionality::Forbidden;
    policy.nonce_mode = NonceMode::Challenge;
    policy.accepted_formats.retain(|format| format.is_known());
    policy.claim_rules.retain(|rule| rule.claim_name != LEAF);
    for rule in &mut policy.claim_rules {
        rule.presence = known(rule.presence);
        let untagged = |path: &PolicyPath| match path {
            PolicyPath::X509(path) => path.general_name_tag.is_none(),
            PolicyPath::Other { .. } => false,
            PolicyPath::Jwt(_) | PolicyPath::Cwt(_) => true,
        };
        rule.paths.retain(untagged);
        rule.predicates.retain(|predicate| predicate.name().is_some());
        if rule.presence == Optionality::Forbidden {
            rule.predicates.clear();
        }
    }
    policy.claim_rules.retain(|rule| !rule.paths.is_empty());
    for issuer in &mut policy.trusted_issuers {
        issuer.formats.retain(|format| format.is_known());
        issuer.anchors.retain(|anchor| anchor.anchor_type.is_known());
    }
    policy
}

/// Every slip that the reader refuses by its place, and that a schema can see.
#[test]
fn slips_are_refused() {
    let validator = validator(&schema("policy"));
    let good = json(&RoomDisclosurePolicy::from_toml(&fixture("room.toml")).unwrap());
    validator.validate(&good).unwrap();
    let rule = |text: &str| format!("/claim_rules/0/{text}");
    let cases = [
        // An unknown key at every level.
        (String::new(), "pseudonims", r#""optional""#),
        (rule(""), "presense", r#""optional""#),
        (rule("paths/0"), "cwt", "[170]"),
        (rule("paths/2/x509"), "odi", r#""2.5.4.3""#),
        ("/trusted_issuers/0".into(), "subject_domain", "[]"),
        ("/trusted_issuers/0/anchors/0".into(), "spki_sha256", r#""sha256:""#),
        (String::new(), "room_disclosure_policy", "{}"),
        // A value that the key cannot have.
        (String::new(), "version", "2"),
        (String::new(), "pseudonyms", r#""requierd""#),
        (String::new(), "pseudonyms", "1"),
        (String::new(), "nonce_mode", "0"),
        (String::new(), "accepted_formats", r#"["x509"]"#),
        (String::new(), "max_clock_skew", "-1"),
        (String::new(), "max_clock_skew", "4294967296"),
        (String::new(), "max_clock_skew", r#""60""#),
        (String::new(), "franking_allowed", "0"),
        (String::new(), "visible_to_roles", "3"),
        (String::new(), "unlisted_claims", r#""required""#),
        (String::new(), "identity_reveal", r#""forbidden""#),
        (rule(""), "claim_name", r#""leaf""#),
        (rule(""), "paths", "[]"),
        (rule(""), "paths", r#"[{"jwt":[]}]"#),
        (rule(""), "paths", r#"[{"jwt":[-1]}]"#),
        (rule(""), "paths", r#"[{"jwt":[true]}]"#),
        (rule(""), "paths", r#"[{"cwt":[1.5]}]"#),
        (rule(""), "paths", r#"[{"claim_family":9,"path":""}]"#),
        (rule("paths/2/x509"), "oid", r#""2.5.4.03""#),
        (rule("paths/2/x509"), "general_name_tag", "1"),
        (rule(""), "predicates", r#"[{"op":"min_age_year","years":18}]"#),
        (rule(""), "predicates", r#"[{"op":"min_age_years","value":18}]"#),
        (rule(""), "predicates", r#"[{"op":"equal","value":null}]"#),
        (rule(""), "predicates", r#"[{"op":"equal"}]"#),
        (rule(""), "predicates", r#"[{"op":10,"value":"InMi"}]"#),
        ("/claim_rules/1".into(), "predicates", r#"[{"op":"exists"}]"#),
        ("/trusted_issuers/0".into(), "issuer", "0"),
        ("/trusted_issuers/0".into(), "anchors", r#"[{"spki_sha256":"AAAA"}]"#),
        ("/trusted_issuers/0".into(), "anchors", r#"[{"anchor_type":5,"anchor_value":""}]"#),
    ];
    for (place, key, value) in cases {
        let mut bad = good.clone();
        let table = bad.pointer_mut(place.trim_end_matches('/')).unwrap();
        table[key] = serde_json::from_str(value).unwrap();
        assert!(!validator.is_valid(&bad), "{place} {key} {value}");
        let read = RoomDisclosurePolicy::from_json(&bad.to_string());
        let usable = read.and_then(|policy| policy.check_supported().and_then(|()| policy.check()));
        assert!(usable.is_err(), "{place} {key} {value}: the reader takes it");
    }
    for key in ["pseudonyms", "identity_reveal", "max_presentation_age", "disclosure_deadline"] {
        let mut bad = good.clone();
        bad.as_object_mut().unwrap().remove(key);
        assert!(!validator.is_valid(&bad), "{key}");
    }
}
