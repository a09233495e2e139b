//! The consistency rules of mimi-mls.md 3.4.1 that concern a policy alone, and its agreement with the base policy.

use super::*;

/// Per rule one policy that breaks it and nothing else, with the place, and one that comes as near and keeps it.
#[test]
fn each_rule_is_kept_and_broken() {
    let cases = [
        // unlisted_claims: optional or forbidden
        (
            "unlisted_claims = \"optional\"",
            "unlisted_claims = \"required\"",
            "unlisted_claims",
            "unlisted_claims = \"forbidden\"",
        ),
        // identity_reveal=forbidden: no rule with presence=required
        (
            "identity_reveal = \"required\"",
            "identity_reveal = \"forbidden\"",
            "claim_rules[0].presence",
            "identity_reveal = \"optional\"",
        ),
        // claim_name unique
        ("claim_name = \"name\"", "claim_name = \"age\"", "claim_rules[1].claim_name", "claim_name = \"Age\""),
        // and not leaf
        ("claim_name = \"name\"", "claim_name = \"leaf\"", "claim_rules[1].claim_name", "claim_name = \"leaf2\""),
        // paths non-empty
        ("paths = [{ jwt = [\"address\"] }, { cwt = [187] }]", "paths = []", "claim_rules[2].paths", "paths = [{ cwt = [187] }]"),
        // predicates only with presence other than forbidden
        (
            "presence = \"forbidden\"",
            "presence = \"forbidden\"\npredicates = [{ op = \"exists\" }]",
            "claim_rules[2].predicates",
            "presence = \"optional\"\npredicates = [{ op = \"exists\" }]",
        ),
        // a tag only for 2.5.29.17
        (
            "oid = \"2.5.4.3\"",
            "oid = \"2.5.4.3\", general_name_tag = 1",
            "claim_rules[1].paths",
            "oid = \"2.5.29.17\", general_name_tag = 1",
        ),
    ];
    for (line, broken, place, kept) in cases {
        let policy = with(line, broken).unwrap();
        let error = policy.check().unwrap_err();
        assert_eq!((error.code(), error.place()), (Code::PolicyInconsistent, &At::Path(place.into())), "{broken}");
        // A member reports policy_unsupported, whatever form it came in.
        assert_eq!(PolicyState::of_policy(policy.clone()), PolicyState::Unsupported, "{broken}");
        assert_eq!(PolicyState::of_component(Some(&policy.encode().unwrap())), PolicyState::Unsupported, "{broken}");
        let policy = with(line, kept).unwrap();
        policy.check().unwrap();
        assert_eq!(PolicyState::of_policy(policy.clone()).known(), Some(&policy), "{kept}");
    }
    // With reveals forbidden a rule may still be optional or forbidden.
    let toml = EXAMPLE.replacen("identity_reveal = \"required\"", "identity_reveal = \"forbidden\"", 1);
    let toml = toml.replacen("presence = \"required\"", "presence = \"optional\"", 1);
    RoomDisclosurePolicy::from_toml(&toml).unwrap().check().unwrap();
}

#[test]
fn pseudonyms_agree_with_the_base_policy() {
    for (pseudonyms, allowed) in
        [("optional", PseudonymsAllowed::Yes), ("required", PseudonymsAllowed::Yes), ("forbidden", PseudonymsAllowed::No)]
    {
        let policy = with("pseudonyms = \"optional\"", &format!("pseudonyms = \"{pseudonyms}\"")).unwrap();
        policy.check_against(allowed).unwrap();
        let opposite = if allowed == PseudonymsAllowed::Yes { PseudonymsAllowed::No } else { PseudonymsAllowed::Yes };
        assert_eq!(policy.check_against(opposite).unwrap_err().code(), Code::PolicyInconsistent);
    }
}
