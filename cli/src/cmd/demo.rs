//! `mimicred demo`: the main job on real MLS groups, and thirteen attacks on it.

use std::fmt::Write;

use clap::ValueEnum;
use mimicred_flows::demo::{self, AttackReport, Format, Options, Report, RevealReport};
use mimicred_keys::{Algorithm, SystemRandom};
use owo_colors::OwoColorize;

use super::verify::shown;
use crate::error::{Done, Failure};
use crate::io::{Inputs, Source};
use crate::now::Moment;
use crate::out::{Out, printable};
use crate::sniff;

const ABOUT: &str = "\
A provider issues a pseudonym and identity credentials for one fresh key; three members are in a real MLS room whose policy is in its \
GroupContext; one of them reveals in each format, the others judge. Then every way to misuse a reveal is tried, live, and must be \
refused.

Exit status 1 if a reveal is refused, which your own claims or policy can bring about, or an attack accepted.";

#[derive(clap::Args, Debug)]
#[command(after_long_help = ABOUT)]
pub(crate) struct Args {
    /// Claims about the member who reveals, as one JSON object, instead of the built-in ones; iss, sub, exp and the like are passed
    /// over, the demo's provider sets them.
    #[arg(long, value_name = "FILE")]
    claims: Option<Source>,
    /// The room's disclosure policy, in TOML, JSON or TLS octets, instead of the built-in one. Its issuers are replaced by the demo's.
    #[arg(long, value_name = "FILE")]
    policy: Option<Source>,
    /// The formats to reveal in; all if not given.
    #[arg(long, value_enum, value_name = "FORMAT", num_args = 1..)]
    format: Vec<FormatArg>,
    /// The algorithm of all keys, and with it the cipher suite.
    #[arg(long, value_enum, default_value_t = AlgorithmArg::Ed25519)]
    alg: AlgorithmArg,
    /// Show every check of every refused attack too.
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
enum AlgorithmArg {
    /// MLS suite 0x0001.
    Ed25519,
    /// MLS suite 0x0002.
    P256,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
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
    options.algorithm = match args.alg {
        AlgorithmArg::Ed25519 => Algorithm::Ed25519,
        AlgorithmArg::P256 => Algorithm::P256,
    };
    let report = demo::run(&options, &mut SystemRandom)?;
    let holds = report.reveals.iter().all(|reveal| reveal.accepted) && report.attacks.iter().all(|attack| attack.refused);
    out.result(&report, |report| text(report, args.verbose))?;
    Ok(if holds { Done::Accepted } else { Done::Rejected })
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

/// The report for people. Writing to a String cannot fail.
fn text(report: &Report, verbose: bool) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}", "the room".bold());
    let _ = writeln!(text, "  {}, {}", report.room, report.suite);
    let _ = writeln!(text, "  its disclosure policy is in the GroupContext: {} octets, component 0xD050", report.policy_octets);
    for member in &report.members {
        let _ = writeln!(text, "  {:5} of {} is there as {}", member.name, member.provider, member.pseudonym);
    }
    let _ = writeln!(text, "\n{}", "what a.example has issued for Alice's leaf key".bold());
    for credential in &report.credentials {
        let visible =
            if credential.visible.is_empty() { "nothing".to_owned() } else { printable(&credential.visible.join(", ")) };
        let hidden = match credential.disclosures {
            0 => String::new(),
            hidden => format!("; {hidden} disclosures are hers alone"),
        };
        let _ = writeln!(text, "  {:21} {:5} octets, shows {visible}{hidden}", credential.kind, credential.octets);
    }
    for reveal in &report.reveals {
        reveal_text(&mut text, reveal);
    }
    attacks_text(&mut text, &report.attacks, verbose);
    conclusion(&mut text, report);
    text
}

fn reveal_text(text: &mut String, reveal: &RevealReport) {
    let disclosed = if reveal.disclosed.is_empty() { "nothing".to_owned() } else { printable(&reveal.disclosed.join(", ")) };
    let title = format!("Alice reveals {disclosed} as {}", reveal.format.name());
    let _ = writeln!(text, "\n{}", title.bold());
    let _ = writeln!(
        text,
        "  {} octets inside one MLS message of {}, which is all the servers see",
        reveal.presentation_octets, reveal.message_octets
    );
    let mut heard = reveal.heard.iter();
    if let Some(first) = heard.next() {
        let _ = writeln!(text, "  {} finds:", first.by);
        for line in shown::verdict(&first.verdict).lines() {
            let _ = writeln!(text, "    {line}");
        }
    }
    for other in heard {
        let _ = writeln!(text, "  {} finds: {}", other.by, other.verdict.code.sentence());
    }
}

fn attacks_text(text: &mut String, attacks: &[AttackReport], verbose: bool) {
    let _ = writeln!(text, "\n{}", "then Mallory tries".bold());
    let mut last = "";
    for attack in attacks {
        if attack.attack != last {
            let _ = writeln!(text, "  {}", attack.sentence);
            last = attack.attack;
        }
        let by = attack.heard.iter().map(|heard| heard.by).collect::<Vec<_>>().join(" and ");
        let outcome = if attack.refused { "refused".green().to_string() } else { "NOT REFUSED".red().bold().to_string() };
        let _ = writeln!(text, "    {:14} {outcome}  {:24} by {by}", attack.format.name(), attack.code);
        if let (true, Some(heard)) = (verbose, attack.heard.first()) {
            for line in shown::verdict(&heard.verdict).lines() {
                let _ = writeln!(text, "      {line}");
            }
        }
    }
}

fn conclusion(text: &mut String, report: &Report) {
    let accepted = report.reveals.iter().filter(|reveal| reveal.accepted).count();
    let refused = report.attacks.iter().filter(|attack| attack.refused).count();
    let line = format!(
        "{accepted} of {} reveals accepted by everybody, {refused} of {} attacks refused by everybody",
        report.reveals.len(),
        report.attacks.len()
    );
    let all = accepted == report.reveals.len() && refused == report.attacks.len();
    let _ = if all { writeln!(text, "\n{}", line.green().bold()) } else { writeln!(text, "\n{}", line.red().bold()) };
}
