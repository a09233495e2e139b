//! `mimicred demo connection|join-link|knock|abuse`: a flow between providers as it happens, and what everybody could see of it.

mod text;

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use mimicred_flows::flow::{self, Answer, Consent, Escrow, Flow, Options, Outcome, Source as Randomness};
use mimicred_flows::report::page;
use mimicred_keys::sha256;

use super::{AlgorithmArg, FormatArg};
use crate::cmd::issue::claims;
use crate::error::{Code, Done, Failure};
use crate::io::output::{Artefact, ArtefactForm, OutputArgs};
use crate::io::{Inputs, Source};
use crate::now::{Moment, NowArgs, date};
use crate::out::{Form, Out};
use crate::sniff;
use crate::transcript::directory::Transcript;

const DAY: i64 = 86_400;

/// The flows.
#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Somebody makes contact with somebody whose name she knows, and both go on in a second room under names of their own.
    Connection(ConnectionArgs),
    /// Somebody comes into a room by a link that she was given, under a pseudonym.
    JoinLink(JoinLinkArgs),
    /// Somebody knocks: in a room beside the room she shows who she is to those who let people in.
    Knock(Args),
    /// Somebody abuses her pseudonyms: reports, what a hub does by itself, what her provider does, and how she is let in again.
    ///
    /// Nobody reveals anything in this flow, so that --format changes nothing.
    Abuse(AbuseArgs),
}

const AFTER_HELP: &str = "\
Every message of the MIMI protocol goes over the wire in its encoding, between clients, their providers and the hub, on real MLS groups. \
At the end what must not be learned is searched for, in many encodings, in every octet that a party saw: a statement holds if nothing was \
found. What a party learns though nothing can be done about it is called inherent.

From one --seed, on one day, an Ed25519 run sends the same octets every time; a P-256 run sends the same messages with other signatures. To that end it begins at midnight UTC of the day of \
--now, or of today. The seed is the SHA-256 of TEXT, and whoever has TEXT has every key of the run.

The directory of --transcript gets a file for each message, NNN-KIND.msg: a line that says who sent it to whom, then the octets as they \
went over the wire. mimicred inspect shows such a file; tail -n +2 takes the line off. The file index.json lists them. The directory is \
for its owner only.

Exit status: 0 all statements hold and everything came about as it must; 1 not so; 2 could not run.

  mimicred demo connection --seed try --transcript messages --report report.html
  mimicred inspect messages/001-*";

/// What to run, and what to keep of it.
#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(super) struct Args {
    /// Claims about the one who makes contact, or who is reported, as one JSON object, instead of the built-in ones; iss, sub, exp and the like are passed
    /// over, the providers set them.
    #[arg(long, value_name = "FILE")]
    claims: Option<Source>,
    /// The disclosure policy of the rooms, in TOML, JSON or TLS octets, instead of the built-in one. Its issuers are replaced by the
    /// providers of the flow.
    #[arg(long, value_name = "FILE")]
    policy: Option<Source>,
    /// The format to reveal in.
    #[arg(long, value_enum, default_value_t = FormatArg::SdCwt)]
    format: FormatArg,
    /// The algorithm of the leaf keys, and with it the cipher suite.
    #[arg(long, value_enum, default_value_t = AlgorithmArg::Ed25519)]
    alg: AlgorithmArg,
    /// Draw everything random from this, so that the run can be repeated that day; it begins at midnight UTC.
    #[arg(long, value_name = "TEXT")]
    seed: Option<String>,
    /// Write what came of it as a page for a browser: one file, without scripts, that asks nobody for anything.
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Overwrite the file of --report if it exists.
    #[arg(long, requires = "report")]
    force: bool,
    /// Keep every message in a new or empty directory.
    #[arg(long, value_name = "DIR")]
    transcript: Option<PathBuf>,
    #[command(flatten)]
    now: NowArgs,
}

/// And how the connection goes.
#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(super) struct ConnectionArgs {
    #[command(flatten)]
    run: Args,
    /// Whether the one who is asked consents.
    #[arg(long, value_enum, default_value_t = ConsentArg::PerRoom)]
    consent: ConsentArg,
    /// He answers when the KeyPackages that he was given have run out, and has to ask for others.
    #[arg(long)]
    late: bool,
}

/// And how many there are.
#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(super) struct JoinLinkArgs {
    #[command(flatten)]
    run: Args,
    /// So many others are in the room, clients of all three providers; at most 2000.
    #[arg(long, value_name = "NUMBER", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=2000))]
    others: u16,
}

/// And what her provider keeps of whoever is reported.
#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(super) struct AbuseArgs {
    #[command(flatten)]
    run: Args,
    /// The escrow mode of her provider: what it can do to an account that it is told one pseudonym of.
    #[arg(long, value_enum, default_value_t = EscrowArg::Blind)]
    escrow: EscrowArg,
}

/// The escrow modes of `mimicred provider init`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum EscrowArg {
    /// A table from pseudonym to account.
    Open,
    /// Two of three custodians open one record.
    Sealed,
    /// The desk acts on an account and does not learn which.
    Blind,
    /// Custodians open an account when three of its pseudonyms were reported.
    Threshold,
    /// Nothing is kept.
    None,
}

/// What he consents to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ConsentArg {
    /// He is asked, and consents for that room.
    PerRoom,
    /// He has consented beforehand to whoever has an account at the asker's provider.
    Blanket,
    /// He is asked, and does not answer.
    Refused,
}

impl EscrowArg {
    fn mode(self) -> Escrow {
        match self {
            EscrowArg::Open => Escrow::Open,
            EscrowArg::Sealed => Escrow::Sealed,
            EscrowArg::Blind => Escrow::Blind,
            EscrowArg::Threshold => Escrow::Threshold,
            EscrowArg::None => Escrow::None,
        }
    }
}

impl Verb {
    pub(super) fn name(&self) -> &'static str {
        self.flow().name()
    }

    fn flow(&self) -> Flow {
        match self {
            Verb::Connection(_) => Flow::Connection,
            Verb::JoinLink(_) => Flow::JoinLink,
            Verb::Knock(_) => Flow::Knock,
            Verb::Abuse(_) => Flow::Abuse,
        }
    }

    fn args(&self) -> &Args {
        match self {
            Verb::Connection(ConnectionArgs { run, .. })
            | Verb::JoinLink(JoinLinkArgs { run, .. })
            | Verb::Knock(run)
            | Verb::Abuse(AbuseArgs { run, .. }) => run,
        }
    }
}

pub(super) fn run(verb: &Verb, out: &mut Out) -> Result<Done, Failure> {
    let (flow, args) = (verb.flow(), verb.args());
    // What cannot be written is told before anything runs.
    let page = args.report.as_ref().map(|file| OutputArgs::to(file, args.force));
    page.as_ref().map(OutputArgs::check).transpose()?;
    let transcript = args.transcript.as_deref().map(Transcript::into).transpose()?;
    let mut options = options(args)?;
    // The store of a provider lives as long as the run.
    let mut store = None;
    match verb {
        Verb::Connection(args) => {
            options.consent = match args.consent {
                ConsentArg::PerRoom => Consent::PerRoom,
                ConsentArg::Blanket => Consent::Blanket,
                ConsentArg::Refused => Consent::Refused,
            };
            options.answer = if args.late { Answer::Late } else { Answer::InTime };
        }
        Verb::JoinLink(args) => options.others = usize::from(args.others),
        Verb::Knock(_) => {}
        Verb::Abuse(args) => {
            let directory = tempfile::tempdir();
            let directory = directory.map_err(|e| Failure::note(Code::OutputFailed, format!("a temporary directory: {e}")))?;
            options.directory = Some(store.insert(directory).path().to_owned());
            options.escrow = args.escrow.mode();
        }
    }

    let Outcome { report, record } = if out.is_json() {
        flow::run(flow, &options, |_| {})?
    } else {
        out.text(&text::title(flow))?;
        let (mut live, mut printed) = (text::Live::for_stdout(), Out::new(Form::Human));
        // Whether standard output takes them is told by what is printed at the end.
        flow::run(flow, &options, move |message| drop(printed.text(&live.step(message))))?
    };
    if let Some(transcript) = &transcript {
        transcript.write(&report, record.messages())?;
    }
    if let Some(page) = &page {
        page.write(&Artefact { octets: page::html(&report).as_bytes(), form: ArtefactForm::Text }, out)?;
    }
    out.result(&report, text::report)?;
    if let (Some(_), Some(directory)) = (&transcript, &args.transcript) {
        out.remark(&format!("{} messages are in {}", record.messages().len(), directory.display()));
    }
    Ok(if report.holds() { Done::Accepted } else { Done::Rejected })
}

fn options(args: &Args) -> Result<Options<'static>, Failure> {
    let inputs = Inputs::default();
    let mut options = Options::builtin(begin(args)?)?;
    if let Some(source) = &args.claims {
        options.claims = claims::read(&inputs, Some(source))?;
    }
    if let Some(source) = &args.policy {
        options.policy = sniff::policy::read(&inputs, source)?.0;
    }
    options.format = args.format.format();
    options.algorithm = args.alg.algorithm();
    if let Some(seed) = &args.seed {
        options.source = Randomness::seeded(sha256(seed.as_bytes()));
        options.seed = Some(seed.clone());
    }
    Ok(options)
}

/// When the run begins. OpenMLS compares lifetimes with the system's clock, so another day will not do.
fn begin(args: &Args) -> Result<i64, Failure> {
    let (Moment(clock), wanted) = (Moment::by_the_clock()?, args.now.seconds()?);
    let begin = if args.seed.is_some() { wanted.div_euclid(DAY) * DAY } else { wanted };
    if wanted.div_euclid(DAY) != clock.div_euclid(DAY) || begin > clock {
        return Err(Failure::note(Code::TimeUnusable, format!("{} is not today, or to come", date(wanted.into()))));
    }
    Ok(begin)
}
