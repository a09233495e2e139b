//! `mimicred demo`: the main job on real MLS groups, and every attack on it that we know of.

mod flow;
mod text;

use clap::ValueEnum;
use mimicred_flows::demo::{self, Carriage, Format, Options};
use mimicred_keys::{Algorithm, SystemRandom};

use crate::error::{Code, Done, Failure};
use crate::io::{Inputs, Source};
use crate::now::Moment;
use crate::out::Out;
use crate::sniff;

const ABOUT: &str = "\
A provider issues a pseudonym and identity credentials for one fresh key; four members are in a real MLS room whose policy is in its \
GroupContext; one of them reveals in each format and by each carriage, the others judge. In a second room reveals are sealed to the \
holders of two roles, and the fourth member cannot read them. Then every way to misuse a reveal is tried, live, and must be refused.

A certificate without a proof of possession (--format x509 --carriage bare or content) is shown with a mark and never accepted.

Exit status 1 if a reveal comes to something else than it should, which your own claims or policy can bring about, or an attack is not \
refused.

With the name of a flow behind it, the flow is run instead: how people meet who know each other by pseudonyms, or what is done when one \
abuses hers, with every message between providers, and what everybody could see of it. The options above are for the demo without a flow; each flow has its own, behind its name.";

#[derive(clap::Args, Debug)]
#[command(after_long_help = ABOUT)]
pub(crate) struct Args {
    #[command(subcommand)]
    flow: Option<flow::Verb>,
    /// Claims about the member who reveals, as one JSON object, instead of the built-in ones; iss, sub, exp and the like are
    /// passed over, the demo's provider sets them.
    #[arg(long, value_name = "FILE")]
    claims: Option<Source>,
    /// The room's disclosure policy, in TOML, JSON or TLS octets, instead of the built-in one. Its issuers are replaced by the
    /// demo's.
    #[arg(long, value_name = "FILE")]
    policy: Option<Source>,
    /// The formats to reveal in; all if not given.
    #[arg(long, value_enum, value_name = "FORMAT", num_args = 1..)]
    format: Vec<FormatArg>,
    /// The carriages to reveal by; all if not given, and then only verdicts on bundles are shown in full.
    #[arg(long, value_enum, value_name = "CARRIAGE", num_args = 1..)]
    carriage: Vec<CarriageArg>,
    /// The algorithm of all keys, and with it the cipher suite; ed25519 if not given.
    #[arg(long, value_enum)]
    alg: Option<AlgorithmArg>,
    /// Show the verdict on every reveal, and on every attack in every format and by every carriage.
    #[arg(long)]
    verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatArg {
    /// SD-JWT with key binding.
    SdJwt,
    /// SD-CWT with key binding.
    SdCwt,
    /// X.509 with a CredentialPresentation.
    X509,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum CarriageArg {
    /// The object by itself.
    Bare,
    /// A DisclosureBundle.
    Bundle,
    /// A MIMI content, of bare objects and of a bundle.
    Content,
    /// A bundle that is sealed to some roles.
    Sealed,
    /// Every one, and every verdict shown in full.
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum AlgorithmArg {
    /// MLS suite 0x0001.
    Ed25519,
    /// MLS suite 0x0002.
    P256,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    if let Some(flow) = &args.flow {
        args.none_before(flow)?;
        return flow::run(flow, out);
    }
    let inputs = Inputs::default();
    // No --now here: OpenMLS compares lifetimes with the system's clock.
    let mut options = Options::builtin(Moment::by_the_clock()?.0)?;
    if let Some(source) = &args.claims {
        options.claims = super::issue::claims::read(&inputs, Some(source))?;
    }
    if let Some(source) = &args.policy {
        options.policy = sniff::policy::read(&inputs, source)?.0;
    }
    if !args.format.is_empty() {
        options.formats.retain(|format| args.format.iter().any(|wanted| wanted.format() == *format));
    }
    if !args.carriage.is_empty() {
        options.carriages.retain(|carriage| args.carriage.iter().any(|wanted| wanted.names(*carriage)));
    }
    options.algorithm = args.alg.unwrap_or(AlgorithmArg::Ed25519).algorithm();
    let report = demo::run(&options, &mut SystemRandom)?;
    let holds = report.reveals.iter().all(|reveal| reveal.as_expected) && report.attacks.iter().all(|attack| attack.refused);
    let detail = match (args.verbose, args.carriage.is_empty()) {
        (true, _) => text::Detail::Everything,
        (false, true) => text::Detail::Bundles,
        (false, false) => text::Detail::Reveals,
    };
    out.result(&report, |report| text::report(report, detail))?;
    Ok(if holds { Done::Accepted } else { Done::Rejected })
}

impl Args {
    /// Whether a flow stands alone: the options of the demo mean nothing to it, though it has some of the same name.
    fn none_before(&self, flow: &flow::Verb) -> Result<(), Failure> {
        let given = [
            ("--claims", self.claims.is_some()),
            ("--policy", self.policy.is_some()),
            ("--format", !self.format.is_empty()),
            ("--carriage", !self.carriage.is_empty()),
            ("--alg", self.alg.is_some()),
            ("--verbose", self.verbose),
        ];
        let Some((option, _)) = given.into_iter().find(|(_, is_given)| *is_given) else { return Ok(()) };
        let name = flow.name();
        Err(Failure::note(Code::Usage, format!("{option} before {name} is for the demo without a flow"))
            .hint(format!("options of a flow stand behind its name: mimicred demo {name} --help lists them")))
    }
}

impl AlgorithmArg {
    fn algorithm(self) -> Algorithm {
        match self {
            AlgorithmArg::Ed25519 => Algorithm::Ed25519,
            AlgorithmArg::P256 => Algorithm::P256,
        }
    }
}

impl FormatArg {
    fn format(self) -> Format {
        match self {
            FormatArg::SdJwt => Format::SdJwtKb,
            FormatArg::SdCwt => Format::SdKbt,
            FormatArg::X509 => Format::MlsCredential,
        }
    }
}

impl CarriageArg {
    fn names(self, carriage: Carriage) -> bool {
        match self {
            CarriageArg::Bare => carriage == Carriage::Bare,
            CarriageArg::Bundle => carriage == Carriage::Bundle,
            CarriageArg::Content => matches!(carriage, Carriage::Content | Carriage::ContentBundle),
            CarriageArg::Sealed => carriage == Carriage::Sealed,
            CarriageArg::All => true,
        }
    }
}
