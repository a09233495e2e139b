//! The main job on real groups: issue, reveal in three formats by every carriage, judge, and refuse every attack.
//!
//! Four members are in one room under pseudonyms: Alice and Bob of one provider, Carol and Dora of others. Alice reveals; the
//! others judge, each with a trust store of her own. In a second room reveals are sealed to Bob and Carol, by their roles, and
//! Dora cannot read them. Then Mallory's ideas are tried out, live, as MLS messages between the same members; each must be
//! refused by everybody, with the code that names it.

mod attacks;
mod carriage;
mod choose;
mod forge;
mod report;
mod scene;
mod tell;
mod wallet;
mod world;

use mimicred_claims::{Map, Value};
use mimicred_jose::json;
use mimicred_keys::{Algorithm, Random};
use mimicred_mls::Suite;
use mimicred_room::policy::{DisclosureFormat, RoomDisclosurePolicy};
use serde::Serialize;

use crate::{Code, Error};

pub use attacks::Attack;
pub use carriage::Carriage;
pub use report::{AttackReport, CredentialReport, MemberReport, NotApplicable, Report, RevealReport, RoomReport};

pub(crate) use choose::chosen;
use scene::{Circle, Scene};
pub(crate) use wallet::{Leaf, Tokens};
use world::World;
pub(crate) use world::{entries, trust_in};

/// The claims of the demo, as JSON.
pub const CLAIMS: &str = include_str!("demo/claims.json");
/// The policy of the demo's room, as TOML; its issuers are added when they exist.
pub const POLICY: &str = include_str!("demo/policy.toml");

/// A format of reveal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// SD-JWT with a KB-JWT.
    SdJwtKb,
    /// SD-CWT inside a KBT.
    SdKbt,
    /// X.509 with a CredentialPresentation.
    MlsCredential,
}

impl Format {
    /// All of them, in the order of the demo.
    pub const ALL: [Format; 3] = [Format::SdKbt, Format::SdJwtKb, Format::MlsCredential];

    /// The name in the policy.
    pub const fn name(self) -> &'static str {
        match self {
            Format::SdJwtKb => "sd_jwt_kb",
            Format::SdKbt => "sd_kbt",
            Format::MlsCredential => "mls_credential",
        }
    }

    fn of_policy(self) -> DisclosureFormat {
        match self {
            Format::SdJwtKb => DisclosureFormat::SdJwtKb,
            Format::SdKbt => DisclosureFormat::SdKbt,
            Format::MlsCredential => DisclosureFormat::MlsCredential,
        }
    }
}

/// What to run.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// The claims about Alice, as JSON gives them. What a provider says itself, `iss`, `sub`, `exp` and the like, is passed over.
    pub claims: Map<'a>,
    /// The room's policy; its `trusted_issuers` are replaced by those of the demo.
    pub policy: RoomDisclosurePolicy,
    /// The formats in which Alice reveals.
    pub formats: Vec<Format>,
    /// The carriages by which she does. In a room whose policy shows reveals to some roles only, all but sealed ones are left
    /// out.
    pub carriages: Vec<Carriage>,
    /// The algorithm of the leaf keys, and with it the cipher suite: Ed25519 or P-256.
    pub algorithm: Algorithm,
    /// Seconds since 1970; must be today's, because OpenMLS compares lifetimes with the system's clock.
    pub now: i64,
}

impl Options<'static> {
    /// The demo as it is without arguments.
    ///
    /// # Errors
    /// [`Code::StepFailed`]: never, the built-in files are tested.
    pub fn builtin(now: i64) -> Result<Self, Error> {
        let step = "the built-in files are read";
        let claims = json::parse(CLAIMS, &json::Limits::DEFAULT).map_err(|e| Error::step(step, e))?;
        let Value::Map(claims) = claims else { return Err(Error::step(step, "not an object")) };
        let policy = RoomDisclosurePolicy::from_toml(POLICY).map_err(|e| Error::step(step, e))?;
        let (formats, carriages) = (Format::ALL.to_vec(), Carriage::ALL.to_vec());
        Ok(Self { claims, policy, formats, carriages, algorithm: Algorithm::Ed25519, now })
    }
}

/// Runs the demo.
///
/// Randomness is drawn from sources that `random` makes, one for each party.
///
/// # Errors
/// [`Code::ClaimsUnusable`] and [`Code::PolicyUnusable`] for input that nothing can be issued for, [`Code::StepFailed`]. A reveal
/// that the others refuse is no error: it is in the report.
///
/// ```
/// use mimicred_flows::demo::{self, Options};
/// use mimicred_keys::SystemRandom;
///
/// # fn main() -> Result<(), mimicred_flows::Error> {
/// let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |now| now.as_secs());
/// let report = demo::run(&Options::builtin(i64::try_from(now).unwrap_or(0))?, &mut SystemRandom)?;
/// assert!(report.reveals.iter().all(|reveal| reveal.as_expected));
/// assert!(report.attacks.iter().all(|attack| attack.refused));
/// # Ok(())
/// # }
/// ```
pub fn run(options: &Options<'_>, random: &mut dyn Random) -> Result<Report, Error> {
    let suite = Suite::for_algorithm(options.algorithm)
        .ok_or_else(|| Error::new(Code::StepFailed).note(format!("no cipher suite for {}", options.algorithm)))?;
    let world = World::make(options.algorithm, suite, options.now, random)?;
    let mut scenes = Vec::new();
    for circle in [Circle::Everybody, Circle::SomeRoles] {
        let is_open = options.policy.visible_to_roles.is_empty();
        if circle.carriages(&options.carriages).is_empty() || (circle == Circle::Everybody && !is_open) {
            continue;
        }
        scenes.push(Scene::set(&world, options, circle, random)?);
    }
    if scenes.is_empty() {
        return Err(Error::new(Code::PolicyUnusable).note("in this room reveals are sealed to some roles"));
    }
    let (mut reveals, mut attacks, mut not_applicable) = (Vec::new(), Vec::new(), Vec::new());
    for scene in &mut scenes {
        for (format, carriage) in cells(&options.formats, &scene.carriages.clone()) {
            reveals.push(scene.reveal(format, carriage)?);
        }
    }
    for attack in Attack::ALL {
        for scene in &mut scenes {
            let (tried, none) = attacks::mount(scene, attack, &options.formats, random)?;
            attacks.extend(tried);
            not_applicable.extend(none);
        }
    }
    Ok(tell::report(&scenes, reveals, attacks, not_applicable))
}

/// Every format by every carriage.
fn cells(formats: &[Format], carriages: &[Carriage]) -> Vec<(Format, Carriage)> {
    formats.iter().flat_map(|format| carriages.iter().map(|carriage| (*format, *carriage))).collect()
}

#[cfg(test)]
mod tests;
