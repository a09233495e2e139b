//! `mimicred provider nonce` and `issue`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};

use mimicred_keys::SystemRandom;
use mimicred_provider::Requests;
use serde::Serialize;

use super::house::{HouseArgs, random};
use crate::error::{Code, Done, Error, Failure};
use crate::io::output::{OutputArgs, Written};
use crate::io::{Source, unreadable};
use crate::now::date;
use crate::octets::Octets;
use crate::out::progress::Progress;
use crate::out::{Out, hex};

/// The length of an answer is a multiple of this, so that it says little of what is in it (mimi-mls.md 4.5 B-16).
const BUCKET: u64 = 16 << 10;

#[derive(clap::Args, Debug)]
pub(super) struct NonceArgs {
    /// The account.
    account: String,
}

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// Requests for pseudonyms, one after the other: certification requests in PEM, or key proofs as JWTs, one in a line.
    #[arg(value_name = "REQUESTS")]
    requests: Source,
    /// The nonce that the account was given for this batch.
    #[arg(long, value_name = "NONCE")]
    nonce: Octets,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Serialize)]
struct Nonce {
    nonce: String,
}

/// The object that `--json` prints, if the answer went into a file.
#[derive(Serialize)]
struct Issued {
    issued: u64,
    valid_from: i64,
    valid_until: i64,
    file: String,
}

pub(super) fn nonce(args: &NonceArgs, house: &HouseArgs, out: &mut Out) -> Result<Done, Failure> {
    let now = house.now()?;
    let nonce = house.provider()?.nonce(&args.account, now, &mut SystemRandom)?;
    out.result(&Nonce { nonce: hex(&nonce) }, |nonce| format!("{}\n", nonce.nonce))?;
    Ok(Done::Accepted)
}

pub(super) fn run(args: &Args, house: &HouseArgs, out: &mut Out) -> Result<Done, Failure> {
    let now = house.now()?;
    let is_free = args.output.check();
    let mut provider = house.provider()?;
    if let Err(failure) = is_free {
        // Ended between the two last steps, it has the whole answer and was not acknowledged.
        return Err(match provider.batch(&args.nonce.0)? {
            Some(_) => failure.hint(
                "this batch was not acknowledged: if the file is its answer, the same command with --force writes it anew and ends the batch",
            ),
            None => failure,
        });
    }
    let requests = Requests::new(reader(&args.requests)?);
    let begun = provider.begin(&args.nonce.0, requests, now, &mut SystemRandom);
    let batch = begun.map_err(|error| Failure::from(error).found_in(&args.requests))?;
    let mut progress = Progress::new("issuing");
    provider.make(&batch, &random, &mut |done, total| progress.show(done, total))?;
    drop(progress);

    let mut answer = Answer::new(args.output.open()?);
    answer.write(&format!("{{\"issuer\":{},\"credentials\":[\n", mimicred_jose::json::write_text(&provider.config().issuer)))?;
    let mut is_first = true;
    let mut broken = None;
    let handed = provider.hand_over(&batch, &mut |credential| {
        let written = answer.write(if is_first { "" } else { ",\n" }).and_then(|()| answer.write(credential));
        is_first = false;
        written.map_err(|failure| {
            broken = Some(failure);
            mimicred_provider::Error::new(mimicred_provider::Code::IssueFailed).note("the answer cannot be written")
        })
    });
    if let Some(failure) = broken {
        return Err(failure);
    }
    handed?;
    answer.pad("\n],\"padding\":\"", "\"}\n")?;
    answer.written.finish()?;
    // Whoever asked has it now, and nothing of it is left here.
    provider.acknowledge(&batch)?;
    let (valid_from, valid_until) = batch.validity();
    out.remark(&format!("issued {}, valid until {}", batch.total(), date(valid_until.into())));
    if let Some(file) = args.output.file() {
        let issued = Issued { issued: batch.total(), valid_from, valid_until, file: file.display().to_string() };
        if out.is_json() {
            out.result(&issued, |_| String::new())?;
        }
    }
    Ok(Done::Accepted)
}

/// The answer, as long as it is so far.
struct Answer {
    written: Written,
    length: u64,
}

impl Answer {
    fn new(written: Written) -> Self {
        Self { written, length: 0 }
    }

    fn write(&mut self, text: &str) -> Result<(), Failure> {
        self.length += u64::try_from(text.len()).unwrap_or(0);
        self.written.write_all(text.as_bytes()).map_err(|e| Error::new(Code::OutputFailed).because(e).into())
    }

    /// Writes so much between these two that the whole fills its last bucket.
    fn pad(&mut self, before: &str, after: &str) -> Result<(), Failure> {
        self.write(before)?;
        let short = self.length + u64::try_from(after.len()).unwrap_or(0);
        let padding = short.next_multiple_of(BUCKET) - short;
        self.write(&"0".repeat(usize::try_from(padding).unwrap_or(0)))?;
        self.write(after)
    }
}

fn reader(source: &Source) -> Result<Box<dyn BufRead>, Failure> {
    let name = source.to_string();
    match source {
        Source::Stdin => Ok(Box::new(BufReader::new(io::stdin()))),
        Source::File(path) if path.is_dir() => Err(unreadable(io::ErrorKind::IsADirectory.into()).reading(&name)),
        Source::File(path) => match File::open(path) {
            Ok(file) => Ok(Box::new(BufReader::new(file))),
            Err(e) => Err(unreadable(e).reading(&name)),
        },
        Source::Unsupported(_) => Err(Failure::new(Code::SchemeUnsupported).reading(&name)),
    }
}
