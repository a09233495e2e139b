//! One policy with everything in it, its octets put together by hand.

use super::*;

const EVERYTHING: &str = r#"
pseudonyms = "required"
identity_reveal = "optional"
accepted_formats = ["sd_kbt", "mls_credential"]
unlisted_claims = "forbidden"
allow_local_trust = true
max_presentation_age = 1
max_clock_skew = 2
disclosure_deadline = 3
nonce_mode = "challenge"
visible_to_roles = [3, 4]
franking_allowed = true

[[claim_rules]]
claim_name = "a"
paths = [{ jwt = ["a", 0] }, { cwt = [1, "b"] }, { x509 = { oid = "2.5.29.17", general_name_tag = 6 } }]
presence = "required"
predicates = [
  { op = "equal", value = "x" },
  { op = "less_than", value = 1 },
  { op = "less_than_or_equal", value = 2 },
  { op = "greater_than", value = -3 },
  { op = "greater_than_or_equal", value = true },
  { op = "contains", value = "c" },
  { op = "starts_with", value = "s" },
  { op = "ends_with", value = "e" },
  { op = "one_of", values = ["o", false] },
  { op = "min_age_years", years = 18 },
  { op = "max_age_years", years = 65 },
  { op = "host_equal", value = "h" },
  { op = "exists" },
]
visible_to_roles = [7]

[[trusted_issuers]]
issuer = "i"
subject_domains = ["d.example"]
formats = ["sd_jwt_kb"]
anchors = [
  { spki_sha256 = "sha256:1111111111111111111111111111111111111111111111111111111111111111" },
  { certificate_der = "AQI" },
  { jwk_thumbprint_sha256 = "IiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiI" },
  { cose_key_thumbprint_sha256 = "sha256:3333333333333333333333333333333333333333333333333333333333333333" },
]
claim_names = ["a", "leaf"]
"#;

/// mimi-mls.md 3.4.1, field by field.
const EVERYTHING_TLS: &[&str] = &[
    "0001 01 00 02 0301", // version, pseudonyms, identity_reveal, accepted_formats
    "405d",               // claim_rules: 93 octets
    "01 61",              // claim_name
    "17",                 // paths: 23 octets
    "02 07 5b2261222c305d",
    "03 04 82016162",
    "01 06 03551d11 0106",
    "01", // presence
    "3c", // predicates: 60 octets
    "00 03 227822",
    "01 01 31",
    "02 01 32",
    "03 02 2d33",
    "04 04 74727565",
    "07 03 226322",
    "08 03 227322",
    "09 03 226522",
    "f0 0a 03 226f22 05 66616c7365",
    "f1 0012",
    "f2 0041",
    "f3 03 226822",
    "f4",
    "04 00000007", // visible_to_roles of the rule
    "02",          // unlisted_claims
    "4083",        // trusted_issuers: 131 octets
    "01 69",       // issuer
    "0a 09 642e6578616d706c65",
    "01 02",
    "406a", // anchors: 106 octets
    "01 20 1111111111111111111111111111111111111111111111111111111111111111",
    "02 02 0102",
    "03 20 2222222222222222222222222222222222222222222222222222222222222222",
    "04 20 3333333333333333333333333333333333333333333333333333333333333333",
    "07 01 61 04 6c656166",             // claim_names
    "01 00000001 00000002 00000003 02", // allow_local_trust, ages and skew, deadline, nonce_mode
    "08 00000003 00000004 01 00",       // visible_to_roles, franking_allowed, reserved
];

/// Every field, every operation, every family and every kind of anchor, in all three forms.
#[test]
fn everything_has_three_forms() {
    let policy = RoomDisclosurePolicy::from_toml(EVERYTHING).unwrap();
    let octets = unhex(&EVERYTHING_TLS.concat().replace(' ', ""));
    assert_eq!(policy.encode().unwrap(), octets);
    assert_eq!(RoomDisclosurePolicy::decode(&octets).unwrap(), policy);
    assert_eq!(RoomDisclosurePolicy::from_json(&policy.to_json()).unwrap(), policy);
    assert_eq!(RoomDisclosurePolicy::from_toml(&policy.to_toml()).unwrap(), policy);
    policy.check().and_then(|()| policy.check_supported()).unwrap();
    let operations: Vec<_> = policy.claim_rules[0].predicates.iter().map(|predicate| predicate.name().unwrap()).collect();
    assert!(
        ClaimPredicate::NAMES.iter().all(|name| operations.contains(name)) && operations.len() == ClaimPredicate::NAMES.len()
    );
}

/// Each value of each enumeration by its octet, in the TLS form and by its name.
#[test]
fn every_value_of_an_enumeration_has_its_octet() {
    let octet = |line: &str, value: &str, at: usize| {
        let policy = with(line, value).unwrap();
        assert_eq!(RoomDisclosurePolicy::from_json(&policy.to_json()).unwrap(), policy, "{value}");
        policy.encode().unwrap()[at]
    };
    let end = unhex(EXAMPLE_TLS).len();
    for (name, code) in [("optional", 0), ("required", 1), ("forbidden", 2)] {
        assert_eq!(octet("pseudonyms = \"optional\"", &format!("pseudonyms = \"{name}\""), 2), code, "{name}");
        assert_eq!(octet("identity_reveal = \"required\"", &format!("identity_reveal = \"{name}\""), 3), code, "{name}");
    }
    for (name, code) in [("mls_credential", 1), ("sd_jwt_kb", 2), ("sd_kbt", 3)] {
        let list = format!("accepted_formats = [\"{name}\", \"sd_jwt_kb\", \"sd_kbt\"]");
        assert_eq!(octet("accepted_formats = [\"mls_credential\", \"sd_jwt_kb\", \"sd_kbt\"]", &list, 5), code, "{name}");
    }
    for (name, code) in [("group_exporter", 1), ("challenge", 2)] {
        assert_eq!(octet("nonce_mode = \"group_exporter\"", &format!("nonce_mode = \"{name}\""), end - 4), code, "{name}");
    }
}
