//! The room's policy with one rule more, where an attack needs a rule to break.

use mimicred_claims::{ClaimPath, Key, Map};
use mimicred_room::policy::{ClaimRule, CwtPath, JwtPath, Optionality, PolicyPath, RoomDisclosurePolicy, X509Path};

use crate::Error;
use crate::demo::{Format, choose};

/// The policy with a claim that is forbidden and that Alice has: one of its own rules, or one more.
pub(super) fn forbidding(
    policy: &RoomDisclosurePolicy,
    claims: &Map<'_>,
    format: Format,
) -> Result<(RoomDisclosurePolicy, Option<ClaimPath>), Error> {
    let forbidden = policy.claim_rules.iter().filter(|rule| rule.presence == Optionality::Forbidden);
    if let Some(path) = forbidden.into_iter().find_map(|rule| choose::found(rule, claims, format)) {
        return Ok((policy.clone(), Some(path)));
    }
    let mut policy = policy.clone();
    let rule = rule("forbidden_by_the_demo", "name", 170, "2.5.4.3", Optionality::Forbidden)?;
    let path = choose::found(&rule, claims, format);
    policy.claim_rules.push(rule);
    Ok((policy, path))
}

/// The policy with a claim that is required: its own, or one more.
pub(super) fn requiring(policy: &RoomDisclosurePolicy) -> Result<RoomDisclosurePolicy, Error> {
    let mut policy = policy.clone();
    if !policy.claim_rules.iter().any(|rule| rule.presence == Optionality::Required) {
        policy.claim_rules.push(rule("required_by_the_demo", "name", 170, "2.5.4.3", Optionality::Required)?);
        policy.identity_reveal = Optionality::Required;
    }
    Ok(policy)
}

fn rule(label: &str, jwt: &str, cwt: i128, oid: &str, presence: Optionality) -> Result<ClaimRule, Error> {
    let step = "a rule is written";
    let oid = oid.parse().map_err(|e: mimicred_x509::Error| Error::step(step, e))?;
    Ok(ClaimRule {
        claim_name: label.to_owned(),
        paths: vec![
            PolicyPath::Jwt(JwtPath::of_names(&[jwt]).map_err(|e| Error::step(step, e))?),
            PolicyPath::Cwt(CwtPath::of_keys(&[Key::Int(cwt)]).map_err(|e| Error::step(step, e))?),
            PolicyPath::X509(X509Path { oid, general_name_tag: None }),
        ],
        presence,
        predicates: Vec::new(),
        visible_to_roles: Vec::new(),
    })
}
