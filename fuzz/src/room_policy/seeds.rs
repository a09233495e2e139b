//! Policies in their three forms.

use mimicred_room::policy::RoomDisclosurePolicy;

/// As people write them: what it comes to, then what is in it.
const POLICIES: [(&str, &str); 5] = [
    ("known.least", r#"{"pseudonyms":"optional","identity_reveal":"optional","max_presentation_age":0,"disclosure_deadline":0}"#),
    (
        "known.most",
        r#"{"version":1,"pseudonyms":"required","identity_reveal":"required","accepted_formats":["mls_credential","sd_jwt_kb","sd_kbt"],
        "unlisted_claims":"forbidden","allow_local_trust":true,"max_presentation_age":300,"max_clock_skew":5,"disclosure_deadline":3600,
        "nonce_mode":"challenge","visible_to_roles":[1,4294967295],"franking_allowed":true,"claim_rules":[
        {"claim_name":"name","paths":[{"jwt":["name"]},{"cwt":[170]},{"x509":{"oid":"2.5.4.3"}}],"presence":"required",
        "predicates":[{"op":"exists"},{"op":"one_of","values":["Alice Adams",1,true,{"json":"1.50"}]},{"op":"starts_with","value":"Al\u0007"}]},
        {"claim_name":"email","paths":[{"x509":{"oid":"2.5.29.17","general_name_tag":1}},{"jwt":["email"]}],"presence":"optional",
        "predicates":[{"op":"host_equal","value":"a.example"}],"visible_to_roles":[2]},
        {"claim_name":"age","paths":[{"jwt":["birthdate"]}],"presence":"required","predicates":[{"op":"min_age_years","years":18},
        {"op":"max_age_years","years":99}]},{"claim_name":"height","paths":[{"jwt":["height"]}],"presence":"optional",
        "predicates":[{"op":"less_than","value":2},{"op":"greater_than_or_equal","value":{"json":"1e0"}}]},
        {"claim_name":"groups","paths":[{"jwt":["groups",0]},{"jwt_json":"[ \"address\" ]"},{"cwt":["address",-1]}],"presence":"forbidden"}],
        "trusted_issuers":[{"issuer":"https://i.example","subject_domains":["a.example"],"formats":["sd_kbt"],"claim_names":["name","leaf"],
        "anchors":[{"jwk_thumbprint_sha256":"sha256:0000000000000000000000000000000000000000000000000000000000000000"},{"certificate_der":"MAA"}]}]}"#,
    ),
    (
        "unsupported.everywhere",
        r#"{"pseudonyms":9,"identity_reveal":8,"accepted_formats":[7],"max_presentation_age":0,"disclosure_deadline":0,"nonce_mode":6,
        "unlisted_claims":5,"claim_rules":[{"claim_name":"x","paths":[{"claim_family":9,"path":"AAE"}],"presence":4,
        "predicates":[{"op":99,"value":"_w"}]}],"trusted_issuers":[{"issuer":"","formats":[200],"anchors":[{"anchor_type":77,"anchor_value":"AA"}]}]}"#,
    ),
    (
        "inconsistent.labels",
        r#"{"pseudonyms":"optional","identity_reveal":"optional","max_presentation_age":0,"disclosure_deadline":0,"claim_rules":[
        {"claim_name":"x","paths":[{"jwt":["x"]}],"presence":"optional"},{"claim_name":"x","paths":[{"jwt":["y"]}],"presence":"optional"}]}"#,
    ),
    (
        "inconsistent.reveal",
        r#"{"pseudonyms":"forbidden","identity_reveal":"forbidden","max_presentation_age":0,"disclosure_deadline":0,"claim_rules":[
        {"claim_name":"x","paths":[{"jwt":["x",4294967295]}],"presence":"required"}]}"#,
    ),
];

/// A position that does not fit into 32 bits: once it could be read from TLS alone.
const POSITION: &str = r#"{"pseudonyms":"optional","identity_reveal":"optional","max_presentation_age":0,"disclosure_deadline":0,
    "claim_rules":[{"claim_name":"x","paths":[{"jwt_json":"[4294967296]"}],"presence":"optional"}]}"#;

/// Seeds, each named for what comes of it and, behind points, for its content and form.
pub fn seeds() -> Vec<(String, Vec<u8>)> {
    let mut seeds = Vec::new();
    for (name, json) in POLICIES {
        let policy = RoomDisclosurePolicy::from_json(json).expect("a policy of our own");
        let octets = policy.encode().expect("it is small");
        let forms = [("toml", 0, policy.to_toml().into_bytes()), ("json", 1, json.into()), ("tls", 2, octets)];
        seeds.extend(forms.map(|(form, mode, content)| (format!("{name}.{form}"), [&[mode], &content[..]].concat())));
    }
    seeds.push(("room/policy-version.tls".to_owned(), b"\x02\x00\x02\x07".to_vec()));
    seeds.push(("room/value-invalid.json".to_owned(), [b"\x01", POSITION.as_bytes()].concat()));
    seeds.push(("room/policy-malformed.tls".to_owned(), b"\x02\x00\x01\x01".to_vec()));
    seeds
}
