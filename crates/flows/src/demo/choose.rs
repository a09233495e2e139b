//! What the member reveals: for every rule of the policy that asks for a claim or allows one, the first path at which she has it (in
//! the order of a Holder, a birthdate last), and nothing else. The demo shows what is allowed too, so that there is something to see.

use mimicred_claims::{ClaimPath, Key, Map, Step};
use mimicred_cose::cwt;
use mimicred_room::paths_for_holder;
use mimicred_room::policy::{ClaimRule, Optionality, PolicyPath, RoomDisclosurePolicy, X509Path};

use super::Format;

/// Claims that a certificate can hold, and where.
const CERTIFIABLE: [(&str, &str, Option<u8>); 4] = [
    ("name", "2.5.4.3", None),
    ("given_name", "2.5.4.42", None),
    ("family_name", "2.5.4.4", None),
    ("email", "2.5.29.17", Some(1)),
];

/// The paths to disclose in this format, by the claims' JSON names.
pub(crate) fn chosen(policy: &RoomDisclosurePolicy, claims: &Map<'_>, format: Format) -> Vec<ClaimPath> {
    // What only some roles may see is shown where reveals are sealed to holders of these roles, and to nobody else.
    let audience = &policy.visible_to_roles;
    let may_see =
        |allowed: &[u32]| allowed.is_empty() || (!audience.is_empty() && audience.iter().all(|role| allowed.contains(role)));
    let is_wanted = |rule: &&ClaimRule| rule.presence != Optionality::Forbidden && may_see(&rule.visible_to_roles);
    let wanted = policy.claim_rules.iter().filter(is_wanted);
    wanted.filter_map(|rule| found(rule, claims, format)).collect()
}

/// The first path of a rule at which the claims have something that this format can show.
pub(super) fn found(rule: &ClaimRule, claims: &Map<'_>, format: Format) -> Option<ClaimPath> {
    paths_for_holder(rule).into_iter().find_map(|path| match (path, format) {
        (PolicyPath::Jwt(path), Format::SdJwtKb) => path.find(claims).map(|_| path.steps().clone()),
        (PolicyPath::Cwt(path), Format::SdKbt) => {
            let claims = cwt::from_names(claims.clone()).ok()?;
            path.find(&claims).map(|_| path.steps().clone())
        }
        (PolicyPath::X509(path), Format::MlsCredential) => certified(path).filter(|path| claims.at(path).is_some()),
        _ => None,
    })
}

/// The claim that a certificate shows at this place.
fn certified(path: &X509Path) -> Option<ClaimPath> {
    let oid = path.oid.to_string();
    let (name, ..) = CERTIFIABLE.into_iter().find(|(_, known, tag)| *known == oid && *tag == path.general_name_tag)?;
    Some(ClaimPath::new(vec![Step::Key(Key::from(name))]))
}

/// What people call the claim at this path: CWT keys by their names.
pub(super) fn named(path: &ClaimPath, format: Format) -> String {
    match (path.steps(), format) {
        ([Step::Key(Key::Int(key)), rest @ ..], Format::SdKbt) => match cwt::name_for_key(*key) {
            Some(name) => ClaimPath::new([&[Step::Key(Key::Text(name.into()))], rest].concat()).to_string(),
            None => path.to_string(),
        },
        _ => path.to_string(),
    }
}

/// The claims of these paths alone: what an identity certificate is issued for, because nothing can be left out of it later.
pub(super) fn only<'a>(claims: &Map<'a>, paths: &[ClaimPath]) -> Map<'a> {
    let mut chosen = Map::new();
    for path in paths {
        let [Step::Key(key)] = path.steps() else { continue };
        if let Some(value) = claims.get(key) {
            // Two rules may name one claim.
            let _ = chosen.insert(key.clone(), value.clone());
        }
    }
    chosen
}
