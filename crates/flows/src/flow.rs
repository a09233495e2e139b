//! The three ways in which people meet who know each other by pseudonyms: by a connection, by a join link, by knocking
//! (draft-mahy-mimi-pseudonyms); and what is done when one of them abuses that. Run on real MLS groups between modelled providers, with
//! what everybody could see of it.
//!
//! A run is an executable form of the draft: every message of the MIMI protocol goes over the wire in its encoding, and is recorded
//! with those who see it. At the end the statements of mimi-mls 4.2 about what a party must not learn are searches in what it saw.
//!
//! ```
//! use mimicred_flows::flow::{self, Flow, Options};
//!
//! # fn main() -> Result<(), mimicred_flows::Error> {
//! let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |now| now.as_secs());
//! let options = Options::builtin(i64::try_from(now).unwrap_or(0))?;
//! let outcome = flow::run(Flow::Connection, &options, |_| {})?;
//! assert!(outcome.report.holds());
//! # Ok(())
//! # }
//! ```

mod abuse;
mod cast;
mod connection;
mod facts;
mod join_link;
mod knock;
mod needles;
mod statements;
mod tell;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

use mimicred_claims::{Map, Value};
use mimicred_jose::json;
use mimicred_keys::Algorithm;
use mimicred_room::policy::RoomDisclosurePolicy;

use crate::demo::{self, Format};
use crate::needle::Constant;
use crate::network::Network;
use crate::record::{Message, Record};
use crate::report::FlowReport;
use crate::{Code, Error, Faults};

pub use crate::network::Source;
pub use mimicred_provider::Escrow;

/// A flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flow {
    /// Somebody makes contact with somebody whose name she knows.
    Connection,
    /// Somebody comes by a link.
    JoinLink,
    /// Somebody knocks.
    Knock,
    /// Somebody abuses her pseudonyms.
    Abuse,
}

impl Flow {
    /// All of them.
    pub const ALL: [Flow; 4] = [Flow::Connection, Flow::JoinLink, Flow::Knock, Flow::Abuse];

    /// The name in reports and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Flow::Connection => "connection",
            Flow::JoinLink => "join-link",
            Flow::Knock => "knock",
            Flow::Abuse => "abuse",
        }
    }
}

/// What to run.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// The claims about the one who makes contact, or who is reported, as JSON gives them.
    pub claims: Map<'a>,
    /// The policy of the rooms; its `trusted_issuers` are replaced by the providers of the flow.
    pub policy: RoomDisclosurePolicy,
    /// The algorithm of the leaf keys, and with it the cipher suite: Ed25519 or P-256.
    pub algorithm: Algorithm,
    /// In which format is revealed.
    pub format: Format,
    /// When it begins, in seconds since 1970; must be today's, because OpenMLS compares lifetimes with the system's clock.
    pub now: i64,
    /// Where randomness comes from. From one seed and one time an Ed25519 run has the same octets every time, a P-256 run the same
    /// messages.
    pub source: Source,
    /// The seed, as it is told in the report.
    pub seed: Option<String>,
    /// How many others are in the room of the join link flow: its members in all are three more.
    pub others: usize,
    /// Whether Bob consents, in the connection flow.
    pub consent: Consent,
    /// When Bob answers, in the connection flow.
    pub answer: Answer,
    /// What the provider of whoever is reported keeps of her, in the abuse flow.
    pub escrow: Escrow,
    /// Where that provider keeps its store, in the abuse flow: a directory without one.
    pub directory: Option<PathBuf>,
    /// What is to go wrong.
    pub faults: Faults,
}

/// What Bob consents to when somebody wants to get in touch (mimi-mls 3.6.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Consent {
    /// He is asked, and consents for that room.
    #[default]
    PerRoom,
    /// He has consented beforehand to initial connections with whoever has an account at the asker's provider.
    Blanket,
    /// He is asked, and does not answer.
    Refused,
}

/// When Bob makes use of the KeyPackages that he was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answer {
    /// While their offer holds.
    #[default]
    InTime,
    /// When it has run out: he asks for consent, and is given others, of a third pseudonym (mimi-mls 3.6.4).
    Late,
}

impl Options<'static> {
    /// The flows as they are without arguments: under the claims and the policy of the [`demo`].
    ///
    /// # Errors
    /// [`Code::StepFailed`]: never, the built-in files are tested.
    pub fn builtin(now: i64) -> Result<Self, Error> {
        let step = "the built-in files are read";
        let claims = json::parse(demo::CLAIMS, &json::Limits::DEFAULT).map_err(|e| Error::step(step, e))?;
        let Value::Map(claims) = claims else { return Err(Error::step(step, "not an object")) };
        let policy = RoomDisclosurePolicy::from_toml(POLICY).map_err(|e| Error::step(step, e))?;
        let (algorithm, format) = (Algorithm::Ed25519, Format::SdKbt);
        let (source, seed, faults) = (Source::system(), None, Faults::default());
        let (others, consent, answer) = (0, Consent::default(), Answer::default());
        let (escrow, directory) = (Escrow::Blind, None);
        Ok(Self { claims, policy, algorithm, format, now, source, seed, others, consent, answer, escrow, directory, faults })
    }
}

impl Options<'_> {
    fn seed_repeats(&self) -> bool {
        self.source.is_seeded()
    }
}

/// The policy of the flows' rooms, as TOML; its issuers are added when they exist.
pub const POLICY: &str = include_str!("flow/policy.toml");

/// A run: what there is to tell, and everything that was seen.
#[derive(Debug)]
pub struct Outcome {
    /// What there is to tell.
    pub report: FlowReport,
    /// Every message and every octet that somebody saw.
    pub record: Record,
}

/// Runs a flow; the observer is told every message as it happens.
///
/// # Errors
/// [`Code::ClaimsUnusable`] and [`Code::PolicyUnusable`] for input that nothing can be issued for or no room can be made with,
/// [`Code::DirectoryMissing`] where there is a store to keep, [`Code::StepFailed`]. What a party refuses, or a statement that does not hold, is no error: it is in the report.
pub fn run(flow: Flow, options: &Options<'_>, observer: impl FnMut(&Message) + Send + 'static) -> Result<Outcome, Error> {
    run_among(flow, options, observer, &mut None)
}

/// The same among others whose credentials were looked at in another run of the same seed.
fn run_among(
    flow: Flow,
    options: &Options<'_>,
    observer: impl FnMut(&Message) + Send + 'static,
    others: &mut Option<Arc<Constant>>,
) -> Result<Outcome, Error> {
    if options.seed_repeats() {
        // OpenMLS encrypts to the nodes of a tree on all cores, and who comes first draws first.
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().map_err(|e| Error::step("a thread is started", e))?;
        one.install(|| play(flow, options, observer, others))
    } else {
        play(flow, options, observer, others)
    }
}

fn play(
    flow: Flow,
    options: &Options<'_>,
    observer: impl FnMut(&Message) + Send + 'static,
    others: &mut Option<Arc<Constant>>,
) -> Result<Outcome, Error> {
    let record = Record::new().with_observer(observer);
    let now = u64::try_from(options.now).map_err(|e| Error::step("the time is read", e))?;
    let hosts = ["a.example", "b.example", "c.example"];
    let mut network = Network::new(&hosts, options.algorithm, now, options.source.clone(), options.faults, record)?;
    network.constant.clone_from(others);
    let policy = policy(&network, options)?;
    let told = match flow {
        Flow::Connection => connection::run(&mut network, options, &policy),
        Flow::JoinLink => join_link::run(&mut network, options, &policy),
        Flow::Knock => knock::run(&mut network, options, &policy),
        Flow::Abuse => abuse::run(&mut network, options),
    }?;
    others.clone_from(&network.constant);
    told.tell(network, options)
}

/// The policy with the providers of the flow as its issuers.
fn policy(network: &Network, options: &Options<'_>) -> Result<RoomDisclosurePolicy, Error> {
    let mut policy = options.policy.clone();
    policy.trusted_issuers = network.providers().flat_map(|provider| demo::entries(provider, provider.host())).collect();
    policy.encode().map_err(|e| Error::new(Code::PolicyUnusable).because(e))?;
    Ok(policy)
}
