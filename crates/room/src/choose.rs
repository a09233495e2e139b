//! What to reveal: the smallest set of disclosures that satisfies the room's policy (mimi-mls.md 3.4.2, Holder rule).
//!
//! One set is smaller than another by the first of these that differs:
//!
//! 1. it tells fewer birthdates to rules about an age: none where an attestation, an age or a year of birth will do;
//! 2. the rules, in the policy's order, are met by an earlier one of their paths;
//! 3. it is taken from fewer credentials;
//! 4. it tells less: disclosures, with what each brings along, and what the credentials always show.
//!
//! A claim that a rule names is shown whole, but for what the policy forbids inside it; a position in an array is that which the
//! element has in the credential, so that the elements before it are shown as well. What ties several credentials to one person is
//! their subject, which is then disclosed too (3.4.2 point 7).
//!
//! The search is exact within a bound on its work. A policy comes from the room and may be made to exceed it: then the best set found
//! by that time is taken, which satisfies the policy like any other.

mod search;
mod shortfall;
mod stock;

pub use shortfall::{Attempt, Obstacle, Shortfall, Unmet};

use mimicred_claims::{ClaimPath, Predicate, Selection};

use crate::evaluate::{Member, PolicyState};
use crate::policy::{ClaimRule, PolicyPath};
use crate::present::{Audience, Holding, PreparedBundle, RoomContext, forecast};
use crate::{Error, VerdictCode};
use search::Search;
use stock::Shelf;

/// What may be chosen from, and who asks for it.
#[derive(Clone, Copy)]
pub struct Choosing<'a> {
    /// The sender's credentials, of whatever formats.
    pub holdings: &'a [Holding<'a>],
    /// The room's policy.
    pub policy: &'a PolicyState,
    /// The sender, by her own verified leaf.
    pub sender: &'a Member,
    /// Who will be able to read it.
    pub audience: Audience<'a>,
}

/// The smallest set of disclosures that satisfies a policy. Nothing is prepared or signed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is presented, in the order of the holdings; nothing where the room is satisfied without.
    pub items: Vec<ChosenItem>,
    /// What each required rule is met by, in the policy's order.
    pub met: Vec<MetRule>,
    /// Whether a smaller set has been ruled out.
    pub effort: Effort,
}

/// A credential, and what of it is disclosed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenItem {
    /// Its place among the holdings.
    pub holding: usize,
    /// What of it; everything of a certificate.
    pub selection: Selection,
}

/// What meets a required rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetRule {
    /// The rule's label.
    pub claim_name: String,
    /// The holding that meets it.
    pub holding: usize,
    /// The path by which it does.
    pub path: PolicyPath,
}

/// How far the search went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Through all sets: there is no smaller one.
    Exhaustive,
    /// As far as its bound: there may be a smaller one.
    CutShort,
}

/// Chooses what to reveal, as of `now`.
///
/// # Errors
/// Why nothing satisfies the policy, rule by rule.
///
/// ```
/// # use mimicred_claims::{Clock, Key, Map, Redaction, RedactionPlan, Selection, Value};
/// # use mimicred_keys::{Algorithm, HashAlgorithm, IssuerKey, LeafKey, SecretKey, SystemRandom};
/// # use mimicred_room::{policy::RoomDisclosurePolicy, *};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (now, random) = (1_790_000_000, &mut SystemRandom);
/// # let issuer = IssuerKey::new(SecretKey::generate(Algorithm::P256, random)?);
/// # let leaf = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, random)?)?;
/// # let over = Map::from_entries(vec![(Key::from("18"), Value::from(true))])?;
/// # let claims = Map::from_entries(vec![
/// #     (Key::from("iss"), Value::from("https://id.a.example")),
/// #     (Key::from("birthdate"), Value::from("1990-05-17")),
/// #     (Key::from("age_equal_or_over"), Value::Map(over)),
/// # ])?;
/// # let plan = RedactionPlan::new(Redaction::Paths(vec!["birthdate".parse()?, r#"age_equal_or_over."18""#.parse()?]));
/// # let token = mimicred_sd_jwt::Issuer::new(issuer.public()).prepare(claims, Some(leaf.public()), &plan, random)?.sign(&issuer)?;
/// # let clock = Clock { now, leeway: 0 };
/// # let token = mimicred_sd_jwt::UnverifiedSdJwt::parse(token.as_str())?.reopen(leaf.public(), clock)?;
/// // A token with a birthdate and the attestation of an age, in a room of adults.
/// let policy = PolicyState::of_policy(RoomDisclosurePolicy::from_toml(r#"
///     pseudonyms = "optional"
///     identity_reveal = "required"
///     accepted_formats = ["sd_jwt_kb"]
///     max_presentation_age = 300
///     disclosure_deadline = 3600
///     [[claim_rules]]
///     claim_name = "age"
///     paths = [{ jwt = ["birthdate"] }, { jwt = ["age_equal_or_over", "18"] }]
///     presence = "required"
///     predicates = [{ op = "min_age_years", years = 18 }]
///     [[trusted_issuers]]
///     issuer = "https://id.a.example"
///     subject_domains = ["a.example"]
///     formats = ["sd_jwt_kb"]
/// "#)?);
/// # let user: mimicred_uri::MimiUri = "mimi://a.example/p/x".parse()?;
/// # let evidence = Evidence::of_certificate(Vec::new(), None);
/// # let sender = Member { user: user.clone(), client: None, kind: MemberKind::Pseudonym, role: None, evidence };
/// # let context = RoomContext {
/// #     room_uri: "mimi://hub.example/r/adults".parse()?, subject_uri: user, group_id: vec![1], epoch: 7, nonce: vec![0xaa; 32],
/// #     hash: HashAlgorithm::Sha256,
/// # };
/// let holdings = [Holding::SdJwt(&token)];
/// let choosing = Choosing { holdings: &holdings, policy: &policy, sender: &sender, audience: Audience::Room };
/// let choice = choose(&context, &choosing, now)?;
/// assert_eq!(choice.items[0].selection, Selection::Paths(vec![r#"age_equal_or_over."18""#.parse()?]));
///
/// let bundle = choice.prepare(&context, &holdings, now)?;
/// bundle.check(&policy, &sender)?;
/// # Ok(())
/// # }
/// ```
pub fn choose(context: &RoomContext, choosing: &Choosing<'_>, now: i64) -> Result<Choice, Shortfall> {
    let bare = forecast(&[], choosing.policy, choosing.sender);
    let of_the_room = || Shortfall::Room { code: bare.code, note: bare.note.clone() };
    let policy = choosing.policy.known().ok_or_else(of_the_room)?;
    match bare.code {
        VerdictCode::Ok => return Ok(Choice { items: Vec::new(), met: Vec::new(), effort: Effort::Exhaustive }),
        VerdictCode::PseudonymForbidden | VerdictCode::PseudonymRequired => return Err(of_the_room()),
        _ => {}
    }
    if !choosing.audience.may_see_reveals(policy) {
        return Err(Shortfall::Audience { roles: policy.visible_to_roles.clone() });
    }
    let shelf = Shelf::fill(context, choosing, policy, now);
    Search::new(choosing, policy, &shelf, now).run()
}

impl Choice {
    /// Prepares a bundle of what was chosen from these holdings.
    ///
    /// # Errors
    /// As [`PreparedBundle::add`]; and if the holdings are not those that were chosen from.
    pub fn prepare(&self, context: &RoomContext, holdings: &[Holding<'_>], now: i64) -> Result<PreparedBundle, Error> {
        let mut prepared = PreparedBundle::new(context.clone());
        for item in &self.items {
            let holding = holdings.get(item.holding).copied();
            let holding = holding.ok_or_else(|| Error::new(crate::Code::RevealImpossible).note("a credential is missing"))?;
            prepared.add(holding, &item.selection, now)?;
        }
        Ok(prepared)
    }
}

/// The paths of a rule in the order in which the Holder tries them: the rule's own, but a birthdate last.
///
/// ```
/// use mimicred_room::paths_for_holder;
/// use mimicred_room::policy::{ClaimPredicate, ClaimRule, JwtPath, Optionality, PolicyPath};
///
/// let path = |names: &[&str]| JwtPath::of_names(names).map(PolicyPath::Jwt);
/// let rule = ClaimRule {
///     claim_name: "age".into(),
///     paths: vec![path(&["birthdate"])?, path(&["age_in_years"])?, path(&["age_equal_or_over", "18"])?],
///     presence: Optionality::Required,
///     predicates: vec![ClaimPredicate::MinAgeYears(18)],
///     visible_to_roles: Vec::new(),
/// };
/// assert_eq!(paths_for_holder(&rule), [&rule.paths[1], &rule.paths[2], &rule.paths[0]]);
/// # Ok::<(), mimicred_room::Error>(())
/// ```
pub fn paths_for_holder(rule: &ClaimRule) -> Vec<&PolicyPath> {
    let (last, first): (Vec<_>, Vec<_>) = rule.paths.iter().partition(|path| tells_birthdate(rule, path));
    first.into_iter().chain(last).collect()
}

/// Whether a rule about an age is met by a date of birth at this path.
fn tells_birthdate(rule: &ClaimRule, path: &PolicyPath) -> bool {
    rule.predicates.iter().any(|predicate| predicate.is_age())
        && match path {
            PolicyPath::X509(_) => true,
            other => steps(other).is_some_and(Predicate::reads_birthdate),
        }
}

/// The steps of a path in a token.
fn steps(path: &PolicyPath) -> Option<&ClaimPath> {
    match path {
        PolicyPath::Jwt(path) => Some(path.steps()),
        PolicyPath::Cwt(path) => Some(path.steps()),
        PolicyPath::X509(_) | PolicyPath::Other { .. } => None,
    }
}

#[cfg(test)]
mod tests;
