//! Policies at random. The tests of the tool take this file too: it names nothing but what the crate offers.

use mimicred_claims::Key;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const WITH_VALUE: [fn(PolicyScalar) -> ClaimPredicate; 9] = [
    ClaimPredicate::Equal,
    ClaimPredicate::LessThan,
    ClaimPredicate::LessThanOrEqual,
    ClaimPredicate::GreaterThan,
    ClaimPredicate::GreaterThanOrEqual,
    ClaimPredicate::Contains,
    ClaimPredicate::StartsWith,
    ClaimPredicate::EndsWith,
    ClaimPredicate::HostEqual,
];

fn optionality() -> impl Strategy<Value = Optionality> {
    (0_u8..5).prop_map(Optionality::from_code)
}

fn formats() -> impl Strategy<Value = Vec<DisclosureFormat>> {
    vec((0_u8..6).prop_map(DisclosureFormat::from_code), 0..4)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z_]{1,8}", any::<String>()]
}

fn path() -> impl Strategy<Value = PolicyPath> {
    prop_oneof![
        vec(text(), 1..4).prop_map(|names| {
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            PolicyPath::Jwt(JwtPath::of_names(&names).unwrap())
        }),
        (any::<u32>(), text()).prop_map(|(n, name)| {
            let name = PolicyScalar::text(&name);
            PolicyPath::Jwt(JwtPath::from_json(&format!("[{},{n} ]", name.as_json())).unwrap())
        }),
        vec(any::<i64>(), 1..4).prop_map(|keys| {
            let keys: Vec<_> = keys.into_iter().map(|key| Key::Int(key.into())).collect();
            PolicyPath::Cwt(CwtPath::of_keys(&keys).unwrap())
        }),
        (0_u8..3, 0_u32..40, any::<u64>(), any::<Option<u8>>()).prop_map(|(a, b, c, general_name_tag)| {
            PolicyPath::X509(X509Path { oid: format!("{a}.{b}.{c}").parse().unwrap(), general_name_tag })
        }),
        (4_u8.., vec(any::<u8>(), 0..5)).prop_map(|(family, path)| PolicyPath::Other { family, path }),
    ]
}

fn scalar() -> impl Strategy<Value = PolicyScalar> {
    prop_oneof![
        text().prop_map(|text| PolicyScalar::text(&text)),
        any::<i64>().prop_map(PolicyScalar::integer),
        any::<bool>().prop_map(PolicyScalar::bool),
        "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?".prop_map(|text| PolicyScalar::from_json(&text).unwrap()),
    ]
}

fn predicate() -> impl Strategy<Value = ClaimPredicate> {
    prop_oneof![
        Just(ClaimPredicate::Exists),
        any::<u16>().prop_map(ClaimPredicate::MinAgeYears),
        any::<u16>().prop_map(ClaimPredicate::MaxAgeYears),
        vec(scalar(), 0..3).prop_map(ClaimPredicate::OneOf),
        (0_usize..9, scalar()).prop_map(|(n, value)| WITH_VALUE[n](value)),
        (10_u8..240, vec(any::<u8>(), 0..5)).prop_map(|(op, value)| ClaimPredicate::Other { op, value }),
    ]
}

fn rule() -> impl Strategy<Value = ClaimRule> {
    (text(), vec(path(), 0..4), optionality(), vec(predicate(), 0..3), vec(any::<u32>(), 0..3)).prop_map(
        |(claim_name, paths, presence, predicates, visible_to_roles)| ClaimRule {
            claim_name,
            paths,
            presence,
            predicates,
            visible_to_roles,
        },
    )
}

fn anchor() -> impl Strategy<Value = IssuerAnchor> {
    (0_u8..7, prop_oneof![vec(any::<u8>(), 32..33), vec(any::<u8>(), 0..40)])
        .prop_map(|(anchor_type, anchor_value)| IssuerAnchor { anchor_type: AnchorType::from_code(anchor_type), anchor_value })
}

fn issuer() -> impl Strategy<Value = TrustedIssuer> {
    (text(), vec(text(), 0..3), formats(), vec(anchor(), 0..3), vec(text(), 0..3)).prop_map(
        |(issuer, subject_domains, formats, anchors, claim_names)| TrustedIssuer {
            issuer,
            subject_domains,
            formats,
            anchors,
            claim_names,
        },
    )
}

/// Any policy that the three forms can hold: its values may be unknown, and it may contradict itself.
pub(crate) fn policy() -> impl Strategy<Value = RoomDisclosurePolicy> {
    let head = (optionality(), optionality(), formats(), vec(rule(), 0..3), optionality(), vec(issuer(), 0..3));
    let tail = (any::<bool>(), any::<u32>(), any::<u32>(), any::<u32>(), 0_u8..4, vec(any::<u32>(), 0..3), any::<bool>());
    (head, tail).prop_map(|(head, tail)| RoomDisclosurePolicy {
        pseudonyms: head.0,
        identity_reveal: head.1,
        accepted_formats: head.2,
        claim_rules: head.3,
        unlisted_claims: head.4,
        trusted_issuers: head.5,
        allow_local_trust: tail.0,
        max_presentation_age: tail.1,
        max_clock_skew: tail.2,
        disclosure_deadline: tail.3,
        nonce_mode: NonceMode::from_code(tail.4),
        visible_to_roles: tail.5,
        franking_allowed: tail.6,
    })
}
