//! `mimicred provider open` and `audit`: what custodians open, and the log of it.

use std::error::Error as _;

use clap::{Subcommand, ValueEnum};
use mimicred_error::Report;
use mimicred_escrow::{CaseReference, Countersignature, Custody, Log, PartialDecryption, Purpose, audit as check};
use mimicred_jose::base64url;
use mimicred_provider::Opened;
use serde::Serialize;

use super::house::{HouseArgs, pseudonym_uri};
use super::log::Facts;
use crate::cmd::custodian::file::OpeningFile;
use crate::error::{Code, Done, Failure};
use crate::io::output::{Artefact, ArtefactForm, OutputArgs};
use crate::io::{Inputs, Source};
use crate::now::date;
use crate::out::{Out, hex};
use crate::sniff::key::KeyFile;

const AFTER_HELP: &str = "\
One record is opened in five steps, and the log shows the first of them to everybody who checks it. The second and the fourth are taken \
by each custodian, with what is hers:

  mimicred provider open enter PSEUDONYM --case 2026-17 --purpose abuse -o opening
  mimicred custodian sign opening --share custodian-1.keys --memory memory-1 -o sig-1
  mimicred provider open sign PSEUDONYM --entry 0 sig-1 sig-2 -o signed
  mimicred custodian part signed --share custodian-1.keys --memory memory-1 -o part-1
  mimicred provider open finish PSEUDONYM --entry 0 part-1 part-2";

#[derive(Debug, Subcommand)]
#[command(after_long_help = AFTER_HELP)]
pub(super) enum Verb {
    /// Enter in the log that a pseudonym is to be opened, and write the file that custodians need.
    Enter {
        /// The URI of the pseudonym.
        #[arg(value_parser = pseudonym_uri)]
        pseudonym: String,
        /// The case, by a number that names nobody: at most 64 octets.
        #[arg(long)]
        case: String,
        /// What it is for.
        #[arg(long, value_enum)]
        purpose: PurposeName,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// File the signatures of custodians under the entry, and write the file anew with them.
    Sign {
        /// The URI of the pseudonym.
        #[arg(value_parser = pseudonym_uri)]
        pseudonym: String,
        /// The number of the entry.
        #[arg(long)]
        entry: u64,
        /// What custodians signed.
        signatures: Vec<Source>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Put the parts of custodians together.
    Finish {
        /// The URI of the pseudonym.
        #[arg(value_parser = pseudonym_uri)]
        pseudonym: String,
        /// The number of the entry.
        #[arg(long)]
        entry: u64,
        /// What custodians sent.
        parts: Vec<Source>,
        /// The certificate of the pseudonym, or its key: it shows that the point is that of this pseudonym (mode threshold).
        #[arg(long, value_name = "CERTIFICATE|KEY")]
        key: Option<Source>,
    },
    /// Name the accounts of which enough pseudonyms were reported and opened (mode threshold).
    Accounts,
}

impl Verb {
    /// Its name in the log.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Verb::Enter { .. } => "open enter",
            Verb::Sign { .. } => "open sign",
            Verb::Finish { .. } => "open finish",
            Verb::Accounts => "open accounts",
        }
    }
}

/// What an opening is for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum PurposeName {
    /// A report of abuse was upheld.
    Abuse,
    /// A court or an authority ordered it.
    LegalOrder,
    /// Somebody is in danger.
    Emergency,
    /// The owner of the account asked.
    OwnerRequest,
    /// An exercise.
    Exercise,
}

#[derive(clap::Args, Debug)]
pub(super) struct AuditArgs {
    /// Also write the log to FILE, for others to check.
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Serialize)]
struct Entered {
    entry: u64,
    file: Option<String>,
}

#[derive(Serialize)]
struct Finished {
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    /// What all opened pseudonyms of one account have in common.
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<u64>,
}

#[derive(Serialize)]
struct Accounts {
    accounts: Vec<String>,
}

#[derive(Serialize)]
struct Audited {
    entries: Vec<Entry>,
    head: String,
    findings: Vec<Finding>,
}

#[derive(Serialize)]
struct Entry {
    at: u64,
    case: String,
    purpose: &'static str,
    countersigned_by: Vec<u8>,
    /// Whether something was opened by it.
    opened: bool,
}

#[derive(Serialize)]
struct Finding {
    entry: u64,
    code: &'static str,
    sentence: &'static str,
}

pub(super) fn run(verb: &Verb, house: &HouseArgs, facts: &mut Facts, out: &mut Out) -> Result<Done, Failure> {
    let now = house.now()?;
    let custody = custody(house)?;
    let mut desk = house.desk()?;
    match verb {
        Verb::Enter { pseudonym, case, purpose, output } => {
            output.check()?;
            let purpose = match purpose {
                PurposeName::Abuse => Purpose::Abuse,
                PurposeName::LegalOrder => Purpose::LegalOrder,
                PurposeName::Emergency => Purpose::Emergency,
                PurposeName::OwnerRequest => Purpose::OwnerRequest,
                PurposeName::Exercise => Purpose::Exercise,
            };
            let case = CaseReference::new(case.as_bytes())?;
            let entry = desk.enter_opening(pseudonym, &custody, &case, purpose, now).map_err(reasoned)?;
            facts.purpose = Some(purpose.name());
            let text = OpeningFile::of(&custody, desk.opening(pseudonym, entry).map_err(reasoned)?).to_text()?;
            output.write(&Artefact { octets: text.as_bytes(), form: ArtefactForm::Text }, out)?;
            out.remark(&format!("entry {entry}: {} custodians have to sign it first", custody.threshold()));
            if out.is_json() {
                let file = output.file().map(|file| file.display().to_string());
                out.result(&Entered { entry, file }, |_| String::new())?;
            }
        }
        Verb::Sign { pseudonym, entry, signatures, output } => {
            output.check()?;
            for source in signatures {
                let text = text(source, "custodian's signature")?;
                let signature = Countersignature::parse(text.trim()).map_err(|error| Failure::from(error).found_in(source))?;
                desk.add_countersignature(&custody, &signature).map_err(|error| reasoned(error).found_in(source))?;
            }
            let text = OpeningFile::of(&custody, desk.opening(pseudonym, *entry).map_err(reasoned)?).to_text()?;
            output.write(&Artefact { octets: text.as_bytes(), form: ArtefactForm::Text }, out)?;
        }
        Verb::Finish { pseudonym, entry, parts, key } => {
            let key = key
                .as_ref()
                .map(|key| KeyFile::read(&Inputs::default(), key, "pseudonym's key"))
                .transpose()?
                .map(|key| key.public);
            let mut partials = Vec::new();
            for source in parts {
                let octets = base64url::decode(text(source, "custodian's part")?.trim());
                let octets = octets.map_err(|error| Failure::from(error).reading(&source.to_string()))?;
                partials.push(PartialDecryption::parse(&octets).map_err(|error| Failure::from(error).found_in(source))?);
            }
            let finished = match desk.open(pseudonym, *entry, &custody, &partials, key.as_ref()).map_err(reasoned)? {
                Opened::Account(name) => Finished { account: Some(name), tag: None, points: None },
                Opened::Point { tag, points } => Finished { account: None, tag: Some(hex(&tag)), points: Some(points) },
            };
            out.result(&finished, |finished| match (&finished.account, &finished.tag, finished.points) {
                (Some(account), ..) => format!("account {account}\n"),
                (None, Some(tag), Some(points)) => {
                    format!("a point of account {tag}, which is not known; {points} of it are here\n")
                }
                _ => String::new(),
            })?;
        }
        Verb::Accounts => {
            let accounts = desk.accounts_by_reports().map_err(reasoned)?;
            out.result(&Accounts { accounts }, |found| found.accounts.iter().map(|name| format!("{name}\n")).collect())?;
        }
    }
    Ok(Done::Accepted)
}

pub(super) fn audit(args: &AuditArgs, house: &HouseArgs, facts: &mut Facts, out: &mut Out) -> Result<Done, Failure> {
    args.output.check()?;
    let custody = custody(house)?;
    let mut desk = house.desk()?;
    let (log, opened): (Log, Vec<u64>) = (desk.log()?, desk.opened_entries()?);
    if args.output.file().is_some() {
        args.output.write(&Artefact { octets: log.to_text().as_bytes(), form: ArtefactForm::Text }, out)?;
    }
    let report = check(&log, &custody, &opened);
    let entries = (0..log.len()).filter_map(|n| {
        let entry = log.entry(n)?;
        let by = usize::try_from(n).ok().and_then(|n| report.countersigned_by.get(n)).cloned().unwrap_or_default();
        let case = String::from_utf8_lossy(entry.case().as_bytes()).into_owned();
        Some(Entry { at: entry.at(), case, purpose: entry.purpose().name(), countersigned_by: by, opened: opened.contains(&n) })
    });
    let findings = report.findings.iter().map(|finding| {
        let entry = finding.code.entry();
        Finding { entry: finding.entry, code: entry.slug, sentence: entry.sentence }
    });
    let audited = Audited { entries: entries.collect(), head: hex(&report.head), findings: findings.collect() };
    out.result(&audited, |audited| {
        let mut text = String::new();
        for (n, entry) in audited.entries.iter().enumerate() {
            let case = crate::out::printable(&entry.case);
            let at = date(entry.at.into());
            text.push_str(&format!(
                "{n:4}  {at}  {:13}  case {case}  signed by {:?}{}\n",
                entry.purpose,
                entry.countersigned_by,
                if entry.opened { "  opened" } else { "" }
            ));
        }
        for finding in &audited.findings {
            text.push_str(&format!("entry {}: {} [{}]\n", finding.entry, finding.sentence, finding.code));
        }
        let whole = if audited.findings.is_empty() { "the log is whole" } else { "the log is not whole" };
        text.push_str(&format!("{whole}; compare its head with what custodians remember: {}\n", audited.head));
        text
    })?;
    if audited.findings.is_empty() {
        return Ok(Done::Accepted);
    }
    facts.attention.push("log-not-whole");
    Ok(Done::Rejected)
}

/// A failure of the escrow with the hint of its reason: that an opening is refused helps nobody.
fn reasoned(error: mimicred_provider::Error) -> Failure {
    let reason = error.source().and_then(|cause| cause.downcast_ref::<mimicred_escrow::Error>()).map(Report::entry);
    match reason {
        Some(reason) => Failure::from(error).hint(format!("{} (mimicred explain {})", reason.hint, reason.slug)),
        None if error.code() == mimicred_provider::Code::OpeningRefused => Failure::from(error).hint(
            "--entry is the number that open enter printed for this pseudonym; in the mode threshold --key is its certificate or key",
        ),
        None => error.into(),
    }
}

fn custody(house: &HouseArgs) -> Result<Custody, Failure> {
    let config = house.config()?;
    let mode = config.escrow.name();
    house.custody(&config)?.ok_or_else(|| {
        let error = mimicred_provider::Error::new(mimicred_provider::Code::EscrowUnsupported);
        error.note(format!("escrow mode {mode} has no custodians")).into()
    })
}

fn text(source: &Source, role: &str) -> Result<String, Failure> {
    let input = Inputs::default().read(source, role)?;
    input.text().map(str::to_owned).ok_or_else(|| Failure::new(Code::ContentUnexpected).reading(&input.name))
}
