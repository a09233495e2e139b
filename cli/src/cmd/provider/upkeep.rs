//! `mimicred provider status`, `backup` and `tidy`.

use std::fs;
use std::path::PathBuf;

use mimicred_provider::Health;
use serde::Serialize;

use super::house::{CA, CONFIG, CUSTODY, DESK_KEYS, HouseArgs, ISSUING_KEYS, TOKEN_KEY, is_server};
use super::log::{Counts, Facts};
use crate::error::{Code, Done, Failure};
use crate::io::output::{beside, failed};
use crate::now::date;
use crate::out::Out;

const BACKUP_HELP: &str = "\
A backup is a provider directory: restore it by putting it in the place of the lost one. What happened since is lost with it: pseudonyms \
issued since are unknown and cannot be suspended, keys used since could be used again, and what was charged is not. So back up after every \
batch, or keep the store on a server that is replicated. A store on a server is backed up with its own tools; the rest is copied.";

#[derive(clap::Args, Debug)]
pub(super) struct StatusArgs {}

#[derive(clap::Args, Debug)]
#[command(after_long_help = BACKUP_HELP)]
pub(super) struct BackupArgs {
    /// The new directory.
    directory: PathBuf,
}

#[derive(clap::Args, Debug)]
pub(super) struct TidyArgs {}

/// The object that `--json` prints.
#[derive(Serialize)]
struct Shown {
    host: String,
    escrow: &'static str,
    engine: &'static str,
    accounts: u64,
    suspended_accounts: u64,
    pseudonyms: u64,
    suspended_pseudonyms: u64,
    expiring_within_a_week: u64,
    batches: u64,
    credentials_to_make: u64,
    changes_waiting: u64,
    orders_waiting: u64,
    open_reports: u64,
    /// When status was published last, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<i64>,
    /// What should be looked at.
    attention: Vec<&'static str>,
}

/// What somebody should look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attention {
    NeverPublished,
    Overdue,
    Unfinished,
}

impl Attention {
    /// Its name in the log.
    fn slug(self) -> &'static str {
        match self {
            Attention::NeverPublished => "never-published",
            Attention::Overdue => "publication-overdue",
            Attention::Unfinished => "batches-unfinished",
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Attention::NeverPublished => "status was never published: mimicred provider publish",
            Attention::Overdue => "status is overdue: mimicred provider publish",
            Attention::Unfinished => {
                "batches are not finished: issue them again with the same nonce and requests, and --force where the answer is there"
            }
        }
    }
}

pub(super) fn status(_: &StatusArgs, house: &HouseArgs, facts: &mut Facts, out: &mut Out) -> Result<Done, Failure> {
    let now = house.now()?;
    let config = house.config()?;
    let mut provider = house.provider()?;
    let engine = provider.database().engine().name();
    let Health {
        accounts,
        suspended_accounts,
        pseudonyms,
        suspended_pseudonyms,
        expiring,
        batches,
        to_make,
        changes,
        orders,
        reports,
        published,
    } = provider.health(now)?;
    let mut attention = Vec::new();
    let every = i64::from(config.status.every_hours) * 3600;
    match published {
        None => attention.push(Attention::NeverPublished),
        Some(at) if now - at >= 2 * every => attention.push(Attention::Overdue),
        Some(_) => {}
    }
    if to_make > 0 || batches > 0 {
        attention.push(Attention::Unfinished);
    }
    facts.attention.extend(attention.iter().map(|attention| attention.slug()));
    facts.counts = Some(Counts {
        accounts: accounts.into(),
        suspended_accounts: suspended_accounts.into(),
        pseudonyms: pseudonyms.into(),
        suspended_pseudonyms: suspended_pseudonyms.into(),
        changes_waiting: changes.into(),
        orders_waiting: orders.into(),
        open_reports: reports.into(),
    });
    let shown = Shown {
        host: config.host,
        escrow: config.escrow.name(),
        engine,
        accounts,
        suspended_accounts,
        pseudonyms,
        suspended_pseudonyms,
        expiring_within_a_week: expiring,
        batches,
        credentials_to_make: to_make,
        changes_waiting: changes,
        orders_waiting: orders,
        open_reports: reports,
        published,
        attention: attention.into_iter().map(Attention::sentence).collect(),
    };
    out.result(&shown, |shown| {
        let published = shown.published.map_or("never".to_owned(), |at| date(at.into()));
        let mut text = format!(
            "provider    {}, escrow {}, store {}\naccounts    {}, {} suspended\npseudonyms  {}, {} suspended, {} end within a week\n\
             batches     {} open, {} credentials to make\nwaiting     {} changes of status, {} orders, {} reports\npublished   {published}\n",
            shown.host,
            shown.escrow,
            shown.engine,
            shown.accounts,
            shown.suspended_accounts,
            shown.pseudonyms,
            shown.suspended_pseudonyms,
            shown.expiring_within_a_week,
            shown.batches,
            shown.credentials_to_make,
            shown.changes_waiting,
            shown.orders_waiting,
            shown.open_reports
        );
        for line in &shown.attention {
            text.push_str(&format!("look        {line}\n"));
        }
        text
    })?;
    Ok(Done::Accepted)
}

pub(super) fn backup(args: &BackupArgs, house: &HouseArgs, out: &mut Out) -> Result<Done, Failure> {
    let config = house.config()?;
    let mut desk = house.desk()?;
    let failed = |e| failed(&args.directory, e);
    if args.directory.exists() {
        let exists = Failure::note(Code::OutputExists, args.directory.display().to_string());
        return Err(exists.hint("a backup is a new directory: choose another name"));
    }
    let making = tempfile::Builder::new().prefix(".mimicred-").tempdir_in(beside(&args.directory)).map_err(failed)?;
    for name in [CONFIG, CA, TOKEN_KEY, ISSUING_KEYS, DESK_KEYS, CUSTODY] {
        if house.file(name).exists() {
            fs::copy(house.file(name), making.path().join(name)).map_err(failed)?;
        }
    }
    if !is_server(&config) {
        desk.database().back_up(&making.path().join(&config.store))?;
    }
    fs::rename(making.path(), &args.directory).map_err(failed)?;
    // It has another name now, and stays.
    let _ = making.keep();
    if is_server(&config) {
        out.warning("the store is on a server: back it up with pg_dump as well");
    }
    Ok(Done::Accepted)
}

pub(super) fn tidy(_: &TidyArgs, house: &HouseArgs, _: &mut Out) -> Result<Done, Failure> {
    house.desk()?.database().tidy()?;
    Ok(Done::Accepted)
}
