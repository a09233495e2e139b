//! `mimicred custodian`: what a custodian of a provider's escrow does, on her own machine.

pub(super) mod file;

use std::path::PathBuf;

use clap::Subcommand;
use mimicred_escrow::{Countersignature, CustodianShare, Memory};
use mimicred_jose::base64url;
use mimicred_keys::{SystemRandom, passphrase};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::error::{Code, Done, Failure};
use crate::io::output::{Artefact, ArtefactForm, OutputArgs};
use crate::io::{Inputs, Source};
use crate::now::date;
use crate::out::{Out, printable};
use file::OpeningFile;

const AFTER_HELP: &str = "\
A custodian signs the head of the log when she agrees to the case, and does her part only when enough custodians have signed. What she \
remembers of the log is in her memory file: a provider that shows her another log later is found out. Keep it with the share.

  mimicred custodian show opening.json
  mimicred custodian sign opening.json --share custodian-1.keys --memory log.memory -o one.signature
  mimicred custodian part opening-signed.json --share custodian-1.keys --memory log.memory -o one.part";

#[derive(Debug, Subcommand)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) enum Verb {
    /// Show what is asked for, and whether the log with it is whole.
    Show(ShowArgs),
    /// Sign the log with this opening in it.
    Sign(Args),
    /// Do one's part in opening the one record.
    Part(Args),
}

#[derive(clap::Args, Debug)]
pub(crate) struct ShowArgs {
    /// What the provider sent.
    opening: Source,
}

/// The object that `--json` prints.
#[derive(Serialize)]
struct Shown {
    mode: &'static str,
    entry: u64,
    /// The hour, in seconds since 1970.
    at: u64,
    case: String,
    purpose: &'static str,
    countersigned_by: Vec<u8>,
    /// How many have to sign.
    needed: u8,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// What the provider sent.
    opening: Source,
    /// The custodian's share, as mimicred provider init wrote it.
    #[arg(long, value_name = "FILE")]
    share: Source,
    /// What she remembers of the log; made if it is not there, and renewed.
    #[arg(long, value_name = "FILE")]
    memory: PathBuf,
    /// The passphrase of the share is the first line of this file; without it, it is asked for.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<Source>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(crate) fn run(verb: &Verb, out: &mut Out) -> Result<Done, Failure> {
    let args = match verb {
        Verb::Show(args) => return show(args, out),
        Verb::Sign(args) | Verb::Part(args) => args,
    };
    args.output.check()?;
    let inputs = Inputs::default();
    let opening = OpeningFile::read(&inputs, &args.opening)?;
    let share = share(&inputs, args)?;
    let memory = match args.memory.exists() {
        false => Memory::start(&opening.custody),
        true => {
            let source = Source::File(args.memory.clone());
            let octets = base64url::decode(&text(&inputs, &source, "memory")?)
                .map_err(|e| Failure::from(e).reading(&source.to_string()))?;
            Memory::parse(&octets).map_err(|error| Failure::from(error).reading(&source.to_string()))?
        }
    };
    let (artefact, renewed) = if matches!(verb, Verb::Sign(_)) {
        let (signature, renewed) = share.countersign(&opening.custody, &opening.log, opening.entry, &memory)?;
        (signature.as_str().to_owned(), renewed)
    } else {
        let (partial, renewed) = share.partial(&opening.request(), &memory, &mut SystemRandom)?;
        (base64url::encode(&partial.to_octets()), renewed)
    };
    // Remembered first: what was signed must not be forgotten.
    let remembered = base64url::encode(&renewed.to_octets());
    OutputArgs::replacing(&args.memory)
        .write(&Artefact { octets: remembered.as_bytes(), form: ArtefactForm::SecretText }, out)?;
    args.output.write(&Artefact { octets: artefact.as_bytes(), form: ArtefactForm::Text }, out)?;
    Ok(Done::Accepted)
}

fn show(args: &ShowArgs, out: &mut Out) -> Result<Done, Failure> {
    let opening = OpeningFile::read(&Inputs::default(), &args.opening)?;
    opening.log.verify(&opening.custody)?;
    let entry =
        opening.log.entry(opening.entry).ok_or(mimicred_escrow::Code::EntryMissing).map_err(mimicred_escrow::Error::from)?;
    let request = opening.request();
    if *entry.record() != request.record.digest(request.binding) {
        return Err(mimicred_escrow::Error::from(mimicred_escrow::Code::EntryForeign).into());
    }
    request.record.verify(&opening.custody, request.binding)?;
    let shown = Shown {
        mode: request.binding.mode.name(),
        entry: opening.entry,
        at: entry.at(),
        case: String::from_utf8_lossy(entry.case().as_bytes()).into_owned(),
        purpose: entry.purpose().name(),
        countersigned_by: opening.log.countersignatures(opening.entry).iter().map(Countersignature::custodian).collect(),
        needed: opening.custody.threshold(),
    };
    out.result(&shown, |shown| {
        format!(
            "case     {}\npurpose  {}\nat       {}\nentry    {} of the log, which is whole\nmode     {}\nsigned   by {:?}, where {} have to\n",
            printable(&shown.case),
            shown.purpose,
            date(shown.at.into()),
            shown.entry,
            shown.mode,
            shown.countersigned_by,
            shown.needed
        )
    })?;
    Ok(Done::Accepted)
}

fn share(inputs: &Inputs, args: &Args) -> Result<CustodianShare, Failure> {
    let file = text(inputs, &args.share, "share")?;
    let passphrase = match &args.passphrase_file {
        Some(source) => Zeroizing::new(text(inputs, source, "passphrase")?.lines().next().unwrap_or_default().to_owned()),
        None => rpassword::prompt_password("passphrase of the share: ").map(Zeroizing::new).map_err(|_| {
            Failure::note(Code::OptionMissing, "--passphrase-file").hint("there is no terminal to ask for the passphrase")
        })?,
    };
    let of = |failure: Failure| failure.reading(&args.share.to_string());
    let octets =
        passphrase::unprotect(&format!("{}\n", file.as_str()), passphrase.as_bytes()).map_err(|error| of(error.into()))?;
    CustodianShare::parse(&octets).map_err(|error| of(error.into()))
}

fn text(inputs: &Inputs, source: &Source, role: &str) -> Result<Zeroizing<String>, Failure> {
    let input = inputs.read(source, role)?;
    let text = input.text().ok_or_else(|| Failure::new(Code::ContentUnexpected).reading(&input.name))?;
    Ok(Zeroizing::new(text.to_owned()))
}
