//! `mimicred provider report`: filing reports about pseudonyms, and deciding about them.

use clap::{Subcommand, ValueEnum};
use mimicred_keys::{SystemRandom, sha256};
use mimicred_provider::{Case, Complaint, Desk, Report, ReportId, Signal, TrustedHub, Verdict, make_report, verify_report};
use serde::Serialize;

use super::abuse::DAY;
use super::house::{HouseArgs, pseudonym_uri};
use crate::error::{Code, Done, Failure};
use crate::io::output::{Artefact, ArtefactForm, OutputArgs};
use crate::io::{Inputs, Source};
use crate::now::date;
use crate::octets::decode_hex;
use crate::out::{Out, hex};
use crate::sniff::key::KeyFile;

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// File a report about a pseudonym of this provider.
    Add {
        /// The URI of the pseudonym.
        #[arg(value_parser = pseudonym_uri)]
        pseudonym: String,
        /// What led to it.
        #[arg(long, value_enum)]
        signal: SignalName,
        /// The hub that says so.
        #[arg(long, value_name = "HOST")]
        hub: String,
        /// Something that stands for the room, the same for all reports from it; it is kept as a hash.
        #[arg(long, value_name = "TEXT")]
        room: String,
        /// Something that stands for whoever reports; it is kept as a hash.
        #[arg(long, value_name = "TEXT")]
        reporter: String,
    },
    /// As a hub, make a signed report about a pseudonym of another provider.
    Make {
        /// The URI of the pseudonym.
        #[arg(value_parser = pseudonym_uri)]
        pseudonym: String,
        /// What led to it.
        #[arg(long, value_enum)]
        signal: SignalName,
        /// The URI of the room; a keyed hash of it is sent.
        #[arg(long, value_name = "URI")]
        room: String,
        /// Whoever reports; a keyed hash of it is sent.
        #[arg(long, value_name = "NAME")]
        reporter: String,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// File a signed report of a hub about a pseudonym of this provider.
    Receive {
        /// The report.
        report: Source,
        /// The hub's host.
        #[arg(long, value_name = "HOST")]
        hub: String,
        /// The hub's Assertion Key, as it is known from elsewhere.
        #[arg(long, value_name = "KEY")]
        hub_key: Source,
    },
    /// List reports about which nothing was decided, those with most weight behind them first.
    List {
        /// At most so many.
        #[arg(long, value_name = "N", default_value_t = 100)]
        most: u32,
    },
    /// Decide that a report is true.
    Uphold {
        /// The report, as it is listed.
        id: String,
    },
    /// Decide that a report is not true, or does not matter.
    Dismiss {
        /// The report, as it is listed.
        id: String,
    },
}

impl Verb {
    /// Its name in the log.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Verb::Add { .. } => "report add",
            Verb::Make { .. } => "report make",
            Verb::Receive { .. } => "report receive",
            Verb::List { .. } => "report list",
            Verb::Uphold { .. } => "report uphold",
            Verb::Dismiss { .. } => "report dismiss",
        }
    }
}

/// The signals.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum SignalName {
    /// A user complains.
    Report,
    /// A moderator removed it from a room.
    Kick,
    /// A moderator banned it from a room.
    Ban,
    /// The hub finds a rate or a pattern suspicious.
    Anomaly,
}

impl SignalName {
    fn signal(self) -> Signal {
        match self {
            SignalName::Report => Signal::Report,
            SignalName::Kick => Signal::Kick,
            SignalName::Ban => Signal::Ban,
            SignalName::Anomaly => Signal::Anomaly,
        }
    }
}

/// The object that `--json` prints of a report.
#[derive(Serialize)]
struct Listed {
    id: String,
    /// The same for reports about one pseudonym.
    about: String,
    signal: &'static str,
    hub: String,
    day: i64,
    weight: u64,
    total: u64,
}

#[derive(Serialize)]
struct Filed {
    id: String,
}

#[derive(Serialize)]
struct Cases {
    reports: Vec<Listed>,
}

pub(super) fn run(verb: &Verb, house: &HouseArgs, out: &mut Out) -> Result<Done, Failure> {
    let now = house.now()?;
    if let Verb::Make { pseudonym, signal, room, reporter, output } = verb {
        output.check()?;
        let complaint = Complaint { pseudonym, signal: signal.signal(), room, reporter };
        let text = make_report(&house.config()?.host, &house.issuing_keys()?, &complaint, now, &mut SystemRandom)?;
        output.write(&Artefact { octets: text.as_bytes(), form: ArtefactForm::Text }, out)?;
        return Ok(Done::Accepted);
    }
    let mut desk = house.desk()?;
    match verb {
        Verb::Make { .. } => {}
        Verb::Receive { report, hub, hub_key } => {
            let inputs = Inputs::default();
            let key = KeyFile::read(&inputs, hub_key, "hub's key")?.public;
            let input = inputs.read(report, "report")?;
            let text = input.text().unwrap_or_default();
            let hubs = [TrustedHub { host: hub.clone(), key }];
            let report =
                verify_report(text, &house.config()?.host, &hubs, now).map_err(|error| Failure::from(error).found_in(report))?;
            let id = desk.report(&report, now, &mut SystemRandom)?;
            out.result(&Filed { id: hex(&id) }, |filed| format!("{}\n", filed.id))?;
        }
        Verb::Add { pseudonym, signal, hub, room, reporter } => {
            let (signal, room, reporter) = (signal.signal(), sha256(room.as_bytes()), sha256(reporter.as_bytes()));
            let report = Report { pseudonym: pseudonym.clone(), signal, hub: hub.clone(), room, reporter };
            let id = desk.report(&report, now, &mut SystemRandom)?;
            out.result(&Filed { id: hex(&id) }, |filed| format!("{}\n", filed.id))?;
        }
        Verb::List { most } => {
            let reports = desk.open_cases(*most)?.into_iter().map(listed).collect();
            out.result(&Cases { reports }, |cases| {
                let line = |case: &Listed| {
                    format!(
                        "{}  {:7}  weighs {:3} of {:3}  about {}  by {}, {}\n",
                        case.id,
                        case.signal,
                        case.weight,
                        case.total,
                        case.about,
                        case.hub,
                        date(i128::from(case.day) * i128::from(DAY))
                    )
                };
                cases.reports.iter().map(line).collect()
            })?;
        }
        Verb::Uphold { id } => decide(&mut desk, id, Verdict::Upheld)?,
        Verb::Dismiss { id } => decide(&mut desk, id, Verdict::Dismissed)?,
    }
    Ok(Done::Accepted)
}

fn listed(case: Case) -> Listed {
    let about = case.handle.get(..4).map(hex).unwrap_or_default();
    Listed {
        id: hex(&case.id),
        about,
        signal: case.signal.name(),
        hub: case.hub,
        day: case.day,
        weight: case.weight,
        total: case.total,
    }
}

fn decide(desk: &mut Desk, id: &str, verdict: Verdict) -> Result<(), Failure> {
    let id = decode_hex(id).and_then(|id| ReportId::try_from(id).ok());
    let id = id.ok_or_else(|| Failure::note(Code::OctetsMalformed, "the name of a report has 32 hex digits"))?;
    Ok(desk.decide(&id, verdict)?)
}
