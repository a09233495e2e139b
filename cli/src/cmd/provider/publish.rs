//! `mimicred provider publish` and `apply`.

use std::path::{Path, PathBuf};

use mimicred_jose::base64url;
use mimicred_keys::SystemRandom;
use mimicred_provider::{Publication, PublishedList};
use serde::Serialize;

use super::house::HouseArgs;
use super::log::Facts;
use crate::error::{Code, Done, Error, Failure};
use crate::io::output::{Artefact, ArtefactForm, OutputArgs, failed};
use crate::now::date;
use crate::out::{Out, counted};

const AFTER_HELP: &str = "\
Writes 0.cwt, 0.jwt, 1.cwt, .. for the status lists and crl.pem for certificates: put them where the URIs of the tokens point, all at once \
and at fixed times. Two publications one after the other differ in as many entries as ever, decoys among them; what does not fit waits for \
the next one, what is urgent does not. Within one slot of time the command may be repeated.

With - all of it is one JSON object on standard output, for whatever puts it elsewhere: lists, each with its uri, jwt, and cwt in \
base64url, and crl in PEM.";

#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(super) struct Args {
    /// The directory to write to; files of an earlier publication are replaced. - is standard output.
    directory: PathBuf,
}

#[derive(clap::Args, Debug)]
pub(super) struct ApplyArgs {}

/// The object that `--json` prints.
#[derive(Serialize)]
struct Published {
    at: i64,
    next: i64,
    lists: usize,
    revocation_list: bool,
    published: u64,
    waiting: u64,
}

/// The object that goes to standard output in place of files.
#[derive(Serialize)]
struct Whole {
    at: i64,
    next: i64,
    published: u64,
    waiting: u64,
    lists: Vec<List>,
    crl: Option<String>,
}

#[derive(Serialize)]
struct List {
    uri: String,
    jwt: String,
    cwt: String,
}

/// The object that `--json` prints.
#[derive(Serialize)]
struct Applied {
    orders: u64,
    accounts: u64,
    pseudonyms: u64,
    waiting: u64,
    failed: u64,
}

pub(super) fn run(args: &Args, house: &HouseArgs, out: &mut Out) -> Result<Done, Failure> {
    let now = house.now()?;
    if args.directory == Path::new("-") {
        return whole(house.provider()?.publish(now, &mut SystemRandom)?, out);
    }
    if args.directory.exists() && !args.directory.is_dir() {
        return Err(Failure::note(Code::OutputFailed, format!("{}: it is not a directory", args.directory.display())));
    }
    std::fs::create_dir_all(&args.directory).map_err(|e| failed(&args.directory, e))?;
    let Publication { at, next, lists, crl, published, waiting } = house.provider()?.publish(now, &mut SystemRandom)?;
    let mut write = |name: String, octets: &[u8], form| {
        OutputArgs::replacing(args.directory.join(name)).write(&Artefact { octets, form }, out)
    };
    for list in &lists {
        write(format!("{}.cwt", list.number), list.cwt.as_bytes(), ArtefactForm::Binary)?;
        write(format!("{}.jwt", list.number), list.jwt.as_bytes(), ArtefactForm::Text)?;
    }
    if let Some(crl) = &crl {
        write("crl.pem".into(), crl.to_pem().as_bytes(), ArtefactForm::Text)?;
    }
    let done = Published { at, next, lists: lists.len(), revocation_list: crl.is_some(), published, waiting };
    out.result(&done, |done| {
        format!(
            "published {} as of {}, {} waiting; next at {}\n",
            counted(done.published, "change"),
            date(done.at.into()),
            done.waiting,
            date(done.next.into())
        )
    })?;
    Ok(Done::Accepted)
}

fn whole(publication: Publication, out: &mut Out) -> Result<Done, Failure> {
    let Publication { at, next, lists, crl, published, waiting } = publication;
    let list = |list: PublishedList| List {
        jwt: list.jwt.as_str().to_owned(),
        cwt: base64url::encode(list.cwt.as_bytes()),
        uri: list.uri,
    };
    let lists = lists.into_iter().map(list).collect();
    let whole = Whole { at, next, published, waiting, lists, crl: crl.map(|crl| crl.to_pem()) };
    let mut text = serde_json::to_string_pretty(&whole).map_err(|e| Error::new(Code::OutputFailed).because(e))?;
    text.push('\n');
    out.octets(text.as_bytes())?;
    Ok(Done::Accepted)
}

pub(super) fn apply(_: &ApplyArgs, house: &HouseArgs, facts: &mut Facts, out: &mut Out) -> Result<Done, Failure> {
    let now = house.now()?;
    let applied = house.provider()?.apply(now, &mut SystemRandom)?;
    let applied = Applied {
        orders: applied.orders,
        accounts: applied.accounts,
        pseudonyms: applied.pseudonyms,
        waiting: applied.waiting,
        failed: applied.failed,
    };
    out.result(&applied, |applied| {
        let mut text = format!(
            "carried out {}: {}, {}; {} waiting for tomorrow\n",
            counted(applied.orders, "order"),
            counted(applied.accounts, "account"),
            counted(applied.pseudonyms, "pseudonym"),
            applied.waiting
        );
        if applied.failed > 0 {
            text.push_str(&format!(
                "{} not carried out: what is kept of the pseudonym does not open\n",
                counted(applied.failed, "order")
            ));
        }
        text
    })?;
    if applied.failed == 0 {
        return Ok(Done::Accepted);
    }
    facts.attention.push("orders-not-possible");
    Ok(Done::Rejected)
}
