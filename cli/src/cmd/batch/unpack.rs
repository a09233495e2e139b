//! `mimicred batch unpack`: from one answer to a folder for each pseudonym, after everything was checked.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use mimicred_jose::{json, jwk};
use mimicred_lint::{MAX_OCTETS, Options, Severity};
use mimicred_x509::Anchor;
use serde::Serialize;

use super::answer::Answer;
use super::check::{Checked, Expected};
use super::keys::Keys;
use crate::cmd::lint::{items, split};
use crate::error::{Code, Done, Error, Failure};
use crate::io::output::{beside, failed};
use crate::io::{Input, Inputs, Source};
use crate::now::NowArgs;
use crate::out::progress::Progress;
use crate::out::{Out, counted};
use crate::sniff::certificate;
use crate::sniff::key::KeyFile;

const AFTER_HELP: &str = "\
Nothing is written unless all of it holds: every credential is issued by this CA and this key, is valid now, and is for one of these \
keys; all credentials of a pseudonym are for the same key and the same name; every key has one pseudonym; and mimicred lint finds nothing \
by which the pseudonyms could be linked.

The new directory has a folder for each pseudonym, with what there is of
  key.jwk           its private key
  pseudonym.pem     the certificate
  pseudonym.sdjwt   the SD-JWT
  pseudonym.sdcwt   the SD-CWT
all for their owner only. The names of the folders are hashes of keys. Which pseudonym to use next should be drawn at random, and each be \
used in one room. Delete the answer and the file of keys when the folders are where they belong.";

/// A JSON document of as many credentials as a batch has.
const JSON: json::Limits = json::Limits { octets: MAX_OCTETS, values: 1 << 22, ..json::Limits::DEFAULT };

#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    /// What the provider answered.
    #[arg(value_name = "ANSWER")]
    answer: Source,
    /// The private keys of the batch: the file that batch request wrote, or files of single keys.
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    keys: Vec<Source>,
    /// The certificate of the provider's CA, as it is known from elsewhere; needed if there are certificates.
    #[arg(long, value_name = "CERTIFICATE")]
    ca: Option<Source>,
    /// The key of the provider's tokens, as it is known from elsewhere; needed if there are tokens.
    #[arg(long, value_name = "KEY")]
    issuer_key: Option<Source>,
    /// The directory to make; if it exists, it must be empty.
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// Take the credentials even if they can be linked.
    #[arg(long)]
    allow_linkable: bool,
    #[command(flatten)]
    now: NowArgs,
}

/// The object that `--json` prints.
#[derive(Serialize)]
struct Unpacked {
    issuer: String,
    directory: String,
    pseudonyms: Vec<Pseudonym>,
}

#[derive(Serialize)]
struct Pseudonym {
    /// The folder.
    folder: String,
    user: String,
    client: String,
}

pub(super) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    let is_free = fs::read_dir(&args.into).map_or_else(|_| !args.into.exists(), |mut entries| entries.next().is_none());
    if !is_free {
        return Err(Failure::note(Code::DirectoryNotEmpty, args.into.display().to_string()));
    }
    let (inputs, now) = (Inputs::default(), args.now.seconds()?);
    let ca = args.ca.as_ref().map(|source| anchor(&inputs, source)).transpose()?;
    let issuer_key =
        args.issuer_key.as_ref().map(|source| KeyFile::read(&inputs, source, "issuer's key")?.into_public()).transpose()?;
    let keys = Keys::read(&inputs, &args.keys)?;
    let input = inputs.read_within(&args.answer, "answer", MAX_OCTETS)?;
    let reading = |failure: Failure| failure.reading(&input.name);
    let value = json::parse(input.text().unwrap_or_default(), &JSON)
        .map_err(|error| reading(Error::new(Code::AnswerMalformed).because(error).into()))?;
    let answer = Answer::read(&value).map_err(reading)?;
    let mut progress = Progress::new("checking");
    let mut show = |done: usize, total: usize| {
        progress.show(u64::try_from(done).unwrap_or(0), u64::try_from(total).unwrap_or(0));
    };
    let expected = Expected { ca, issuer_key, keys: &keys, now };
    let checked = expected.check(&answer, &mut show).map_err(|failure| failure.found_in(&args.answer))?;
    if !args.allow_linkable {
        check_unlinkable(&input).map_err(|failure| failure.found_in(&args.answer))?;
    }
    drop(progress);
    write(&args.into, &checked)?;

    let pseudonym = |one: &Checked<'_>| Pseudonym {
        folder: one.name.to_owned(),
        user: one.entry.user.to_string(),
        client: one.entry.client.to_string(),
    };
    let unpacked = Unpacked {
        issuer: answer.issuer.to_owned(),
        directory: args.into.display().to_string(),
        pseudonyms: checked.iter().map(pseudonym).collect(),
    };
    let count = counted(u64::try_from(checked.len()).unwrap_or(u64::MAX), "pseudonym");
    out.remark(&format!("{count} in {}", args.into.display()));
    out.result(&unpacked, |unpacked| unpacked.pseudonyms.iter().map(|one| format!("{}  {}\n", one.folder, one.user)).collect())?;
    Ok(Done::Accepted)
}

fn anchor(inputs: &Inputs, source: &Source) -> Result<Anchor, Failure> {
    let chain = certificate::read(inputs, source, "CA's certificate")?;
    let first = chain.first().ok_or_else(|| Failure::new(Code::PemUnusable).reading(&source.to_string()))?;
    Anchor::from_certificate(first).map_err(|error| Failure::from(error).reading(&source.to_string()))
}

/// Whether anything in the credentials of an answer, in the order in which they came, links them.
fn check_unlinkable(answer: &Input) -> Result<(), Failure> {
    let credentials = split(answer)?;
    let report = mimicred_lint::lint(&items(&credentials), &Options::default())?;
    if report.is_clean() {
        return Ok(());
    }
    let found = report.findings.iter().filter(|finding| finding.severity > Severity::Note);
    let lines = found.map(|finding| format!("{} {}: {}", finding.trap.name(), finding.kind.slug(), finding.field));
    Err(Failure::new(Code::AnswerLinkable).details(lines.collect()))
}

/// Makes the directory beside its place, so that nobody ever sees half of it.
fn write(directory: &Path, checked: &[Checked<'_>]) -> Result<(), Failure> {
    let failed = |e| failed(directory, e);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".mimicred-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    let making = builder.tempdir_in(beside(directory)).map_err(failed)?;
    let mut written = Vec::new();
    for one in checked {
        let folder = making.path().join(one.name);
        fs::create_dir(&folder).map_err(failed)?;
        let mut file = |name: &str, octets: &[u8]| {
            written.push(private(&folder.join(name), octets)?);
            Ok::<(), io::Error>(())
        };
        file("key.jwk", jwk::secret_text(one.key).as_bytes()).map_err(failed)?;
        if let Some(pem) = one.entry.x509 {
            file("pseudonym.pem", pem.as_bytes()).map_err(failed)?;
        }
        if let Some(text) = one.entry.sd_jwt {
            file("pseudonym.sdjwt", text.as_bytes()).map_err(failed)?;
        }
        if let Some(octets) = &one.entry.sd_cwt {
            file("pseudonym.sdcwt", octets).map_err(failed)?;
        }
        if written.len() > OPEN_AT_ONCE {
            settle(&mut written).map_err(failed)?;
        }
    }
    settle(&mut written).map_err(failed)?;
    if directory.exists() {
        fs::remove_dir(directory).map_err(failed)?;
    }
    fs::rename(making.path(), directory).map_err(failed)?;
    // It has another name now, and stays.
    let _ = making.keep();
    Ok(())
}

/// So many files are written before the disk has to have them: one after the other takes it far longer.
const OPEN_AT_ONCE: usize = 200;

fn settle(written: &mut Vec<File>) -> io::Result<()> {
    written.drain(..).try_for_each(|file| file.sync_all())
}

/// A new file for its owner only.
fn private(path: &Path, octets: &[u8]) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(octets)?;
    Ok(file)
}
