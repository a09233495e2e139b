//! What this version does not know: keys of a file are errors with their place, values and versions make a policy unsatisfiable.

use super::*;

/// At every level of a policy: the key that was meant, the place in both languages, and the line in TOML.
#[test]
fn unknown_keys_are_errors_at_every_level() {
    let cases = [
        ("max_clock_skew", "max_clock_scew", "max_clock_scew"),
        ("presence", "presense", "claim_rules[0].presense"),
        ("visible_to_roles = [3", "visible_for_roles = [3", "claim_rules[1].visible_for_roles"),
        ("cwt", "cvt", "claim_rules[1].paths[1].cvt"),
        ("oid", "oids", "claim_rules[1].paths[2].x509.oids"),
        ("years = 18", "yeers = 18", "claim_rules[0].predicates[0].yeers"),
        ("subject_domains", "subject_domain", "trusted_issuers[0].subject_domain"),
        ("jwk_thumbprint_sha256", "jwk_thumbprint_sha265", "trusted_issuers[0].anchors[0].jwk_thumbprint_sha265"),
    ];
    for (right, wrong, place) in cases {
        let key = right.split(' ').next().unwrap();
        let at = EXAMPLE.find(right).unwrap();
        let error = with(right, wrong).unwrap_err();
        assert_eq!(error.code(), Code::KeyUnknown, "{wrong}");
        assert_eq!(error.remark(), Some(format!("{place}: did you mean {key}?").as_str()));
        let (before, line) = (&EXAMPLE[..at], 1 + EXAMPLE[..at].matches('\n').count());
        // The column is counted in the line that was changed, where what stands before the key is what it was.
        assert_eq!(error.place(), &At::Line(line, at - before.rfind('\n').unwrap()), "{wrong}");
        let (right, wrong) = (right.replace(" = ", "\": "), wrong.replace(" = ", "\": "));
        let json = example().to_json();
        assert!(json.contains(&right), "{json}");
        let error = RoomDisclosurePolicy::from_json(&json.replacen(&right, &wrong, 1)).unwrap_err();
        assert_eq!((error.code(), error.place()), (Code::KeyUnknown, &At::Path(place.into())), "{wrong}");
        assert_eq!(error.remark(), Some(format!("did you mean {key}?").as_str()));
    }
    let error = with("years = 18", "years = 18 }, { op = \"equal\", value = { jsn = \"1\" }").unwrap_err();
    let note = "claim_rules[0].predicates[1].value.jsn: did you mean json?";
    assert_eq!((error.code(), error.remark()), (Code::KeyUnknown, Some(note)));
}

/// A long key is shown as far as it helps.
#[test]
fn long_keys_are_cut_off() {
    let error = RoomDisclosurePolicy::from_json(&format!("{{\"{}\":1}}", "ü".repeat(100_000))).unwrap_err();
    assert_eq!(error.place(), &At::Path("ü".repeat(32)));
}

/// mimi-mls.md 3.4.4 prints the fields under a name; a file has them at top level.
#[test]
fn a_table_around_the_fields_is_refused_with_a_word_about_it() {
    let wrapped = format!("[room_disclosure_policy]\n{}", "pseudonyms = \"optional\"\nidentity_reveal = \"optional\"\n");
    let error = RoomDisclosurePolicy::from_toml(&wrapped).unwrap_err();
    assert_eq!((error.code(), error.place()), (Code::KeyUnknown, &At::Line(1, 2)));
    assert_eq!(
        error.remark(),
        Some("room_disclosure_policy: the fields of a policy stand at top level, without a table around them")
    );
    let error = RoomDisclosurePolicy::from_json(&format!("{{\"policy\":{}}}", example().to_json())).unwrap_err();
    assert_eq!((error.code(), error.place()), (Code::KeyUnknown, &At::Path("policy".into())));
    assert!(error.to_string().contains("without a table around them"), "{error}");
}

/// Another version is never taken for this one, in no form; a member reports `policy_unsupported`.
#[test]
fn unknown_versions_are_refused() {
    for version in ["0", "2", "65535"] {
        let error = with("version = 1", &format!("version = {version}")).unwrap_err();
        assert_eq!((error.code(), error.place()), (Code::PolicyVersion, &At::Line(2, 1)), "{version}");
        let json = example().to_json().replacen("\"version\": 1", &format!("\"version\": {version}"), 1);
        let error = RoomDisclosurePolicy::from_json(&json).unwrap_err();
        assert_eq!((error.code(), error.place()), (Code::PolicyVersion, &At::Path("version".into())));
        let mut octets = example().encode().unwrap();
        octets.splice(..2, version.parse::<u16>().unwrap().to_be_bytes());
        assert_eq!(RoomDisclosurePolicy::decode(&octets).unwrap_err().code(), Code::PolicyVersion);
        assert_eq!(PolicyState::of_component(Some(&octets)), PolicyState::Unsupported);
    }
    assert_eq!(with("version = 1", "version = 65536").unwrap_err().code(), Code::ValueInvalid);
    // What cannot be read at all is no policy.
    assert_eq!(PolicyState::of_component(Some(&[0, 1])), PolicyState::Missing);
}

/// Every enumeration with an unknown or reserved value: kept by all three forms, named by `unsupported`.
#[test]
fn unknown_values_are_kept_and_make_it_unsatisfiable() {
    let cases = [
        ("pseudonyms = \"optional\"", "pseudonyms = 3", "pseudonyms"),
        ("identity_reveal = \"required\"", "identity_reveal = 255", "identity_reveal"),
        ("accepted_formats = [", "accepted_formats = [0, ", "accepted_formats"),
        ("unlisted_claims = \"optional\"", "unlisted_claims = 3", "unlisted_claims"),
        ("nonce_mode = \"group_exporter\"", "nonce_mode = 0", "nonce_mode"),
        ("presence = \"required\"", "presence = 7", "claim_rules[0].presence"),
        ("{ op = \"min_age_years\", years = 18 }", "{ op = 5, value = \"InMi\" }", "claim_rules[0].predicates"),
        ("{ op = \"min_age_years\", years = 18 }", "{ op = 10, value = \"InMi\" }", "claim_rules[0].predicates"),
        ("{ op = \"min_age_years\", years = 18 }", "{ op = 245, value = \"InMi\" }", "claim_rules[0].predicates"),
        ("{ jwt = [\"birthdate\"] }", "{ claim_family = 0, path = \"\" }", "claim_rules[0].paths"),
        ("formats = [\"sd_jwt_kb\", \"sd_kbt\"]", "formats = [9]", "trusted_issuers[0].formats"),
        ("{ jwk_thumbprint_sha256 = ", "{ anchor_type = 0, anchor_value = ", "trusted_issuers[0].anchors"),
        ("{ jwk_thumbprint_sha256 = ", "{ anchor_type = 5, anchor_value = ", "trusted_issuers[0].anchors"),
        ("{ jwk_thumbprint_sha256 = ", "{ anchor_type = 6, anchor_value = ", "trusted_issuers[0].anchors"),
    ];
    for (line, replacement, place) in cases {
        let policy = with(line, replacement).unwrap();
        assert_eq!(policy.unsupported().as_deref(), Some(place), "{replacement}");
        let error = policy.check_supported().unwrap_err();
        assert_eq!((error.code(), error.place()), (Code::PolicyValueUnknown, &At::Path(place.into())), "{replacement}");
        assert_eq!(PolicyState::of_policy(policy.clone()), PolicyState::Unsupported, "{replacement}");
        assert_eq!(PolicyState::of_component(Some(&policy.encode().unwrap())), PolicyState::Unsupported, "{replacement}");
        assert_eq!(RoomDisclosurePolicy::decode(&policy.encode().unwrap()).unwrap(), policy);
        assert_eq!(RoomDisclosurePolicy::from_toml(&policy.to_toml()).unwrap(), policy);
        assert_eq!(RoomDisclosurePolicy::from_json(&policy.to_json()).unwrap(), policy);
    }
}
