use proptest::prelude::*;

use super::*;
use crate::policy::tests::{EXAMPLE, made};

fn parsed(toml: &str) -> RoomDisclosurePolicy {
    RoomDisclosurePolicy::from_toml(toml).unwrap()
}

/// What is said of the published example with these replacements in its TOML.
fn said(replacements: &[(&str, &str)]) -> String {
    let changed = replacements.iter().fold(EXAMPLE.to_owned(), |toml, (line, by)| {
        assert!(toml.contains(line), "{line}");
        toml.replacen(line, by, 1)
    });
    parsed(EXAMPLE).diff(&parsed(&changed)).to_string()
}

#[test]
fn equal_policies_have_no_difference() {
    let diff = parsed(EXAMPLE).diff(&parsed(EXAMPLE));
    assert!(diff.is_empty() && diff.equal && diff.notes.is_empty());
    assert_eq!(diff.to_string(), "");
    assert_eq!(serde_json::to_string(&diff).unwrap(), r#"{"version":1,"equal":true,"changes":[],"notes":[]}"#);
    // Other octets of the file, the same policy.
    assert_eq!(said(&[("max_clock_skew = 60\n", ""), ("version = 1\n", "# no version\n")]), "");
}

/// Each field of the policy itself, and what it means.
#[test]
fn fields_of_the_policy() {
    let cases = [
        (
            "pseudonyms = \"optional\"",
            "pseudonyms = \"required\"",
            "pseudonyms: \"optional\" -> \"required\"\n    members whom no issuer marks as a pseudonym are refused (pseudonym_required)\n",
        ),
        (
            "pseudonyms = \"optional\"",
            "pseudonyms = \"forbidden\"",
            "pseudonyms: \"optional\" -> \"forbidden\"\n    members whom no issuer marks as a real identity are refused (pseudonym_forbidden)\n",
        ),
        (
            "identity_reveal = \"required\"",
            "identity_reveal = \"optional\"",
            "identity_reveal: \"required\" -> \"optional\"\n    a member who reveals nothing is judged by the rules alone\n",
        ),
        (
            "\"sd_jwt_kb\", \"sd_kbt\"]\nunlisted",
            "\"sd_kbt\"]\nunlisted",
            "accepted_formats: - \"sd_jwt_kb\"\n    reveals in the format sd_jwt_kb are refused (format_not_accepted)\n",
        ),
        (
            "[\"mls_credential\", \"sd_jwt_kb\"",
            "[\"sd_jwt_kb\", \"mls_credential\"",
            "accepted_formats: in another order: [\"mls_credential\", \"sd_jwt_kb\", \"sd_kbt\"] -> [\"sd_jwt_kb\", \"mls_credential\", \"sd_kbt\"]\n",
        ),
        (
            "unlisted_claims = \"optional\"",
            "unlisted_claims = \"forbidden\"",
            "unlisted_claims: \"optional\" -> \"forbidden\"\n    showing a claim that no rule names is refused (unlisted_claim), in the leaf too\n",
        ),
        (
            "allow_local_trust = false",
            "allow_local_trust = true",
            "allow_local_trust: false -> true\n    reveals by issuers whom only the verifier trusts are shown, though never accepted (issuer_local_only)\n",
        ),
        (
            "max_presentation_age = 300",
            "max_presentation_age = 299",
            "max_presentation_age: 300 -> 299\n    reveals are stale sooner\n",
        ),
        (
            "max_presentation_age = 300",
            "max_presentation_age = 0",
            "max_presentation_age: 300 -> 0\n    a reveal that arrives after its epoch is stale\n",
        ),
        ("max_clock_skew = 60", "max_clock_skew = 61", "max_clock_skew: 60 -> 61\n"),
        (
            "disclosure_deadline = 3600",
            "disclosure_deadline = 60",
            "disclosure_deadline: 3600 -> 60\n    what is required has to come within 60 seconds\n",
        ),
        (
            "nonce_mode = \"group_exporter\"",
            "nonce_mode = \"challenge\"",
            "nonce_mode: \"group_exporter\" -> \"challenge\"\n    members reveal when asked: the nonce comes from a DisclosureRequest\n",
        ),
        (
            "visible_to_roles = []",
            "visible_to_roles = [3, 4]",
            "visible_to_roles: [] -> [3, 4]\n    reveals go to the roles 3, 4 only; who has read one before keeps it\n",
        ),
        ("franking_allowed = false", "franking_allowed = true", "franking_allowed: false -> true\n"),
    ];
    for (line, by, expected) in cases {
        assert_eq!(said(&[(line, by)]), expected);
    }
}

/// A newly required reveal or rule starts a deadline (mimi-mls.md 3.4.2).
#[test]
fn what_becomes_required_starts_a_deadline() {
    let optional = EXAMPLE.replacen("identity_reveal = \"required\"", "identity_reveal = \"optional\"", 1);
    let said_of = |before: &str, after: &str| parsed(before).diff(&parsed(after)).to_string();
    let expected = "identity_reveal: \"optional\" -> \"required\"\n    whoever reveals nothing is refused (missing_reveal): a new \
                    deadline of 3600 seconds starts with the epoch of the change\n";
    assert_eq!(said_of(&optional, EXAMPLE), expected);
    let expected = "rule \"name\"\n  presence: \"optional\" -> \"required\"\n      whoever does not show it is refused \
                    (missing_required_claim): a new deadline of 3600 seconds starts with the epoch of the change\n";
    assert_eq!(said(&[("presence = \"optional\"", "presence = \"required\"")]), expected);
    let endless = EXAMPLE.replacen("disclosure_deadline = 3600", "disclosure_deadline = 0", 1);
    let said = said_of(&endless, &endless.replacen("presence = \"optional\"", "presence = \"required\"", 1));
    assert!(said.ends_with("(missing_required_claim): there is no deadline\n"), "{said}");
}

#[test]
fn rules_are_told_apart_by_their_label() {
    let rule = "[[claim_rules]]\nclaim_name = \"address\"\npaths = [{ jwt = [\"address\"] }, { cwt = [187] }]\npresence = \"forbidden\"\n";
    let shown = "{ claim_name = \"address\", paths = [{ jwt = [\"address\"] }, { cwt = [187] }], presence = \"forbidden\" }";
    let gone = format!("rule \"address\"\n  removed: {shown}\n      it may be shown unless another rule forbids it\n");
    assert_eq!(said(&[(rule, "")]), gone);
    let without = parsed(&EXAMPLE.replacen(rule, "", 1));
    let come = format!(
        "rule \"address\"\n  added: {shown}\n      whoever shows it, in a reveal or in the leaf, is refused (forbidden_claim)\n"
    );
    assert_eq!(without.diff(&parsed(EXAMPLE)).to_string(), come);
    // The same label, and each field of a rule.
    let expected = "rule \"name\"\n  paths: - { cwt = [170] }\n      a value there does not count any more\n  paths: + { jwt = \
                    [\"nickname\"] }\n      a value there counts too\n  predicates: + { op = \"exists\" }\n      a value that does not \
                    meet this is refused (predicate_failed)\n  visible_to_roles: [3, 4] -> [4]\n      reveals go to the roles 4 only; \
                    who has read one before keeps it\n";
    let predicates = "visible_to_roles = [4]\npredicates = [{ op = \"exists\" }]";
    assert_eq!(said(&[("{ cwt = [170] }", "{ jwt = [\"nickname\"] }"), ("visible_to_roles = [3, 4]", predicates)]), expected);
    let forbidden = [("presence = \"optional\"\nvisible_to_roles = [3, 4]", "presence = \"forbidden\"")];
    let said = said(&forbidden);
    assert!(
        said.contains("presence: \"optional\" -> \"forbidden\"\n      whoever shows it, in a reveal or in the leaf,"),
        "{said}"
    );
    assert!(said.contains("visible_to_roles: [3, 4] -> []\n      reveals go to whom the whole policy names"), "{said}");
}

/// Another order is another policy, by its hash; nothing else changes.
#[test]
fn another_order_is_a_difference() {
    let mut turned = parsed(EXAMPLE);
    turned.claim_rules.rotate_left(1);
    let expected = "claim_rules: in another order: [\"age\", \"name\", \"address\", \"family_name\"] -> [\"name\", \"address\", \
                    \"family_name\", \"age\"]\n    what is accepted stays the same; of several breaches another may be named first\n";
    assert_eq!(parsed(EXAMPLE).diff(&turned).to_string(), expected);
    let paths = ("[{ jwt = [\"address\"] }, { cwt = [187] }]", "[{ cwt = [187] }, { jwt = [\"address\"] }]");
    let expected = "rule \"address\"\n  paths: in another order: [{ jwt = [\"address\"] }, { cwt = [187] }] -> [{ cwt = [187] }, { jwt \
                    = [\"address\"] }]\n      senders show the first of these that they can\n";
    assert_eq!(said(&[paths]), expected);
}

#[test]
fn issuers_are_told_apart_by_name_and_keys() {
    let thumbprint = "{ jwk_thumbprint_sha256 = \"sha256:2ffef2582d74f7a2edf17ef8319ac849469c8943772c906cce7b78276b7a8dcf\" }";
    let heading = format!("issuer \"https://id.a.example\" with [{thumbprint}]\n");
    // Another key of the same name is another issuer: the one comes, the other goes.
    let said_ = said(&[("2ffef2582d74", "3ffef2582d74")]);
    let gone = format!(
        "{heading}  removed: {{ issuer = \"https://id.a.example\", subject_domains = [\"a.example\"], formats = [\"sd_jwt_kb\", \
         \"sd_kbt\"], anchors = [{thumbprint}] }}\n      reveals by it are refused (issuer_untrusted), and leaf credentials by it do \
         not hold (leaf_unverified)\n"
    );
    assert!(said_.ends_with(&gone), "{said_}");
    let come = "count for every verifier who trusts it too\n";
    assert!(said_.starts_with("issuer \"https://id.a.example\" with [{ jwk_thumbprint_sha256 = \"sha256:3ffe"), "{said_}");
    assert!(said_.contains(come), "{said_}");
    // A second key beside the first is the same issuer.
    let second = format!("{thumbprint}, {{ certificate_der = \"AQI\" }}");
    let expected = format!("{heading}  anchors: + {{ certificate_der = \"AQI\" }}\n      what this key signs counts\n");
    assert_eq!(said(&[(thumbprint, &second)]), expected);
    let entry = [
        ("subject_domains = [\"a.example\"]", "subject_domains = [\"c.example\"]"),
        ("formats = [\"sd_jwt_kb\", \"sd_kbt\"]\nanchors", "formats = [\"sd_jwt_kb\"]\nclaim_names = [\"age\"]\nanchors"),
    ];
    let expected = format!(
        "{heading}  subject_domains: - \"a.example\"\n      this entry does not let it speak for a.example any more\n  \
         subject_domains: + \"c.example\"\n      this entry lets it speak for c.example\n  formats: - \"sd_kbt\"\n      this entry \
         does not let it vouch in the format sd_kbt any more\n  claim_names: [] -> [\"age\"]\n      it may vouch for the claims named, \
         and for nothing else: not for leaf credentials\n"
    );
    assert_eq!(said(&entry), expected);
    // The issuer without a name is any issuer.
    let said = said(&[("subject_domains = [\"b.example\"]", "subject_domains = []")]);
    assert!(said.starts_with("any issuer with [{ spki_sha256 = \"sha256:d068"), "{said}");
}

/// An issuer that goes while another entry names its key still counts there.
#[test]
fn a_key_that_two_entries_name_is_not_gone() {
    let mut twice = parsed(EXAMPLE);
    let mut entry = twice.trusted_issuers[0].clone();
    entry.issuer = "https://other.a.example".to_owned();
    twice.trusted_issuers.push(entry);
    let said = twice.diff(&parsed(EXAMPLE)).to_string();
    assert!(said.contains("another entry names one of its keys\n") && !said.contains("issuer_untrusted"), "{said}");
}

/// Values that this version does not know are shown by their numbers, and what they do to the policy is said.
#[test]
fn unknown_values_are_shown() {
    let expected = "nonce_mode: \"group_exporter\" -> 3\nnote: no member can satisfy the second policy (policy_unsupported): the policy \
                    has a value that this version does not know (at nonce_mode)\n";
    assert_eq!(said(&[("nonce_mode = \"group_exporter\"", "nonce_mode = 3")]), expected);
    let said = said(&[("unlisted_claims = \"optional\"", "unlisted_claims = \"required\"")]);
    assert!(
        said.contains("note: no member can satisfy the second policy (policy_unsupported): the policy contradicts"),
        "{said}"
    );
}

#[test]
fn the_json_form_has_each_change() {
    let changed = EXAMPLE.replacen("claim_name = \"name\"", "claim_name = \"n\\u0007\"", 1);
    let changed = changed.replacen("max_clock_skew = 60", "max_clock_skew = 0", 1);
    let diff = parsed(EXAMPLE).diff(&parsed(&changed));
    let json = serde_json::to_string(&diff).unwrap();
    let clock = r#"{"version":1,"equal":false,"changes":[{"about":"policy","field":"max_clock_skew","change":"changed","before":60,"after":0,"meaning":null},"#;
    assert!(json.starts_with(clock), "{json}");
    let added = r#"{"about":"rule","claim_name":"n\u0007","field":null,"change":"added","before":null,"after":{"claim_name":"n\u0007","paths":[{"jwt":["name"]},{"cwt":[170]},{"x509":{"oid":"2.5.4.3"}}],"presence":"optional","visible_to_roles":[3,4]},"meaning":null}"#;
    assert!(json.contains(added), "{json}");
    // Texts of a file cannot write lines of their own.
    assert!(diff.to_string().contains("rule \"n\\u0007\"\n"), "{diff}");
}

/// Takes each part from the one or the other.
fn mixed(a: &RoomDisclosurePolicy, b: &RoomDisclosurePolicy, which: u16) -> RoomDisclosurePolicy {
    let from_b = |bit: u32| which >> bit & 1 == 1;
    macro_rules! pick {
        ($bit:literal, $field:ident) => {
            if from_b($bit) { b.$field.clone() } else { a.$field.clone() }
        };
    }
    RoomDisclosurePolicy {
        pseudonyms: pick!(0, pseudonyms),
        identity_reveal: pick!(1, identity_reveal),
        accepted_formats: pick!(2, accepted_formats),
        claim_rules: pick!(3, claim_rules),
        unlisted_claims: pick!(4, unlisted_claims),
        trusted_issuers: pick!(5, trusted_issuers),
        allow_local_trust: pick!(6, allow_local_trust),
        max_presentation_age: pick!(7, max_presentation_age),
        max_clock_skew: pick!(8, max_clock_skew),
        disclosure_deadline: pick!(9, disclosure_deadline),
        nonce_mode: pick!(10, nonce_mode),
        visible_to_roles: pick!(11, visible_to_roles),
        franking_allowed: pick!(12, franking_allowed),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// A difference is listed exactly when there is one, down to spelling and order.
    #[test]
    fn no_difference_is_overlooked(a in made::policy(), b in made::policy(), bit in 0_u32..13, turn in 0_usize..4) {
        prop_assert!(a.diff(&a).is_empty());
        for other in [mixed(&a, &b, 1 << bit), b.clone()] {
            prop_assert_eq!(a.diff(&other).is_empty(), a == other);
            prop_assert_eq!(other.diff(&a).is_empty(), a == other);
        }
        let mut turned = a.clone();
        match turn {
            0 => turned.claim_rules.reverse(),
            1 => turned.trusted_issuers.reverse(),
            2 => turned.claim_rules.iter_mut().for_each(|rule| rule.paths.reverse()),
            _ => turned.trusted_issuers.iter_mut().for_each(|entry| entry.anchors.reverse()),
        }
        prop_assert_eq!(a.diff(&turned).is_empty(), a == turned);
    }
}
