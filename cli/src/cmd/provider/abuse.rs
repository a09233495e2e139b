//! What the desk does: look at a pseudonym, file and decide about reports, suspend, reinstate, delete.

use clap::{Subcommand, ValueEnum};
use mimicred_keys::{SystemRandom, sha256};
use mimicred_provider::{
    Case, Complaint, Desk, Pseudonym, PseudonymState, Reach, Remedy, Report, ReportId, Signal, TrustedHub, Urgency, Verdict,
    make_report, verify_report,
};
use serde::Serialize;

use super::house::{HouseArgs, pseudonym_uri};
use crate::error::{Code, Done, Failure};
use crate::io::output::{Artefact, ArtefactForm, OutputArgs};
use crate::io::{Inputs, Source};
use crate::now::date;
use crate::octets::decode_hex;
use crate::out::{Out, hex};
use crate::sniff::key::KeyFile;

const DAY: i64 = 86_400;

const REMEDY_HELP: &str = "\
A pseudonym is suspended at once in the store, and published with the next publication, or with --emergency at once. What concerns the \
account is ordered: mimicred provider apply carries it out, on another day unless it is urgent, and tells nobody at the desk whose account \
it was. That works in the escrow modes open and blind. Hubs see pseudonyms suspended, and are not told which rooms they are in; a hub that \
has two of them may guess that they belong together, less so as they are spread over publications.";

#[derive(clap::Args, Debug)]
pub(super) struct ShowArgs {
    /// The URI of the pseudonym.
    #[arg(value_parser = pseudonym_uri)]
    pseudonym: String,
}

#[derive(clap::Args, Debug)]
#[command(after_long_help = REMEDY_HELP)]
pub(super) struct SuspendArgs {
    /// The URI of the pseudonym.
    #[arg(value_parser = pseudonym_uri)]
    pseudonym: String,
    /// Suspend the account behind it instead; its pseudonyms stay where they are.
    #[arg(long, conflicts_with = "everywhere")]
    account: bool,
    /// Suspend the account behind it and all its pseudonyms, in all rooms.
    #[arg(long)]
    everywhere: bool,
    #[command(flatten)]
    how: How,
}

#[derive(clap::Args, Debug)]
#[command(after_long_help = REMEDY_HELP)]
pub(super) struct ReinstateArgs {
    /// The URI of the pseudonym.
    #[arg(value_parser = pseudonym_uri)]
    pseudonym: String,
    /// The account behind it, and all its pseudonyms.
    #[arg(long)]
    account: bool,
    #[command(flatten)]
    how: How,
}

#[derive(clap::Args, Debug)]
#[command(after_long_help = REMEDY_HELP)]
pub(super) struct DeleteArgs {
    /// The URI of the pseudonym.
    #[arg(value_parser = pseudonym_uri)]
    pseudonym: String,
    #[command(flatten)]
    how: How,
}

#[derive(clap::Args, Debug)]
pub(super) struct How {
    /// And accounts that have an email address or a telephone number in common with it.
    #[arg(long)]
    related: bool,
    /// At once, whoever sees it.
    #[arg(long)]
    emergency: bool,
}

impl How {
    pub(super) fn urgency(&self) -> Urgency {
        if self.emergency { Urgency::Emergency } else { Urgency::Ordinary }
    }

    pub(super) fn reach(&self) -> Reach {
        if self.related { Reach::Related } else { Reach::Account }
    }

    fn is_for_accounts_only(&self) -> Result<(), Failure> {
        if self.related {
            Err(Failure::note(Code::Usage, "--related is for accounts").hint("add --account or --everywhere"))
        } else {
            Ok(())
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum ReportVerb {
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

impl ReportVerb {
    /// Its name in the log.
    pub(super) fn name(&self) -> &'static str {
        match self {
            ReportVerb::Add { .. } => "report add",
            ReportVerb::Make { .. } => "report make",
            ReportVerb::Receive { .. } => "report receive",
            ReportVerb::List { .. } => "report list",
            ReportVerb::Uphold { .. } => "report uphold",
            ReportVerb::Dismiss { .. } => "report dismiss",
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

/// The object that `--json` prints of a pseudonym.
#[derive(Serialize)]
struct Shown {
    state: &'static str,
    /// The day on which it ends, at its beginning, in seconds since 1970.
    until: i64,
    /// What reports about it weigh.
    weight: u64,
    /// Whether that is enough for somebody to look.
    attention: bool,
    /// Whether something waits to be done with its account.
    ordered: bool,
    /// Whether a change of its status waits to be published.
    changing: bool,
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

pub(super) fn show(args: &ShowArgs, house: &HouseArgs, out: &mut Out) -> Result<Done, Failure> {
    let attention = u64::from(house.config()?.abuse.attention);
    let Pseudonym { state, until_day, weight, is_ordered, is_changing } = house.desk()?.pseudonym(&args.pseudonym)?;
    let shown = Shown {
        state: state.name(),
        until: until_day * DAY,
        weight,
        attention: weight >= attention,
        ordered: is_ordered,
        changing: is_changing,
    };
    out.result(&shown, |shown| {
        let mut text = format!(
            "state    {}\nuntil    {}\nreports  weigh {}{}\n",
            shown.state,
            date(shown.until.into()),
            shown.weight,
            if shown.attention { ": somebody should look" } else { "" }
        );
        for (is_so, what) in
            [(shown.ordered, "waiting  an order for its account\n"), (shown.changing, "waiting  its publication\n")]
        {
            if is_so {
                text.push_str(what);
            }
        }
        text
    })?;
    Ok(Done::Accepted)
}

pub(super) fn suspend(args: &SuspendArgs, house: &HouseArgs, out: &mut Out) -> Result<Done, Failure> {
    let remedy = match (args.account, args.everywhere) {
        (true, _) => Some(Remedy::SuspendAccount),
        (_, true) => Some(Remedy::SuspendEverywhere),
        _ => None,
    };
    act(&args.pseudonym, remedy, PseudonymState::Suspended, &args.how, house, out)
}

pub(super) fn reinstate(args: &ReinstateArgs, house: &HouseArgs, out: &mut Out) -> Result<Done, Failure> {
    let remedy = args.account.then_some(Remedy::Reinstate);
    act(&args.pseudonym, remedy, PseudonymState::Live, &args.how, house, out)
}

pub(super) fn delete(args: &DeleteArgs, house: &HouseArgs, out: &mut Out) -> Result<Done, Failure> {
    act(&args.pseudonym, Some(Remedy::DeleteAccount), PseudonymState::Suspended, &args.how, house, out)
}

/// A remedy for the account, or else a state of the pseudonym.
fn act(
    pseudonym: &str,
    remedy: Option<Remedy>,
    state: PseudonymState,
    how: &How,
    house: &HouseArgs,
    out: &mut Out,
) -> Result<Done, Failure> {
    if remedy.is_none() {
        how.is_for_accounts_only()?;
    }
    let now = house.now()?;
    let mut desk = house.desk()?;
    match remedy {
        Some(remedy) => {
            desk.order(pseudonym, remedy, how.reach(), how.urgency(), now)?;
            out.remark(&format!("ordered: {}; mimicred provider apply carries it out", remedy.name()));
        }
        None => {
            desk.set_state(pseudonym, state, how.urgency(), now)?;
            out.remark(&format!("{}; mimicred provider publish tells it", state.name()));
        }
    }
    Ok(Done::Accepted)
}

pub(super) fn report(verb: &ReportVerb, house: &HouseArgs, out: &mut Out) -> Result<Done, Failure> {
    let now = house.now()?;
    if let ReportVerb::Make { pseudonym, signal, room, reporter, output } = verb {
        output.check()?;
        let complaint = Complaint { pseudonym, signal: signal.signal(), room, reporter };
        let text = make_report(&house.config()?.host, &house.issuing_keys()?, &complaint, now, &mut SystemRandom)?;
        output.write(&Artefact { octets: text.as_bytes(), form: ArtefactForm::Text }, out)?;
        return Ok(Done::Accepted);
    }
    let mut desk = house.desk()?;
    match verb {
        ReportVerb::Make { .. } => {}
        ReportVerb::Receive { report, hub, hub_key } => {
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
        ReportVerb::Add { pseudonym, signal, hub, room, reporter } => {
            let (signal, room, reporter) = (signal.signal(), sha256(room.as_bytes()), sha256(reporter.as_bytes()));
            let report = Report { pseudonym: pseudonym.clone(), signal, hub: hub.clone(), room, reporter };
            let id = desk.report(&report, now, &mut SystemRandom)?;
            out.result(&Filed { id: hex(&id) }, |filed| format!("{}\n", filed.id))?;
        }
        ReportVerb::List { most } => {
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
        ReportVerb::Uphold { id } => decide(&mut desk, id, Verdict::Upheld)?,
        ReportVerb::Dismiss { id } => decide(&mut desk, id, Verdict::Dismissed)?,
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
