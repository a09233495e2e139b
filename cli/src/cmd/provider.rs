//! `mimicred provider`: the issuing side, on a directory with its keys, its configuration and its store.

mod abuse;
mod account;
mod house;
mod init;
mod issue;
mod log;
mod openings;
mod publish;
mod reports;
mod upkeep;

use clap::Subcommand;

use crate::error::{Done, Failure};
use crate::out::Out;
use house::HouseArgs;
use log::{Facts, Log};

const AFTER_HELP: &str = "\
A provider is a directory: provider.toml says what it is, ca.pem and token.jwk are public, issuing.keys and desk.keys are protected by a \
passphrase, and the store is a file in it or a PostgreSQL server (its password in PGPASSWORD). Who issues needs issuing.keys; who handles \
reports needs desk.keys only.

Issuing never links: one template, whole days, random names, serial numbers and places, shuffled answers. mimicred lint looks whether that \
is so.

  mimicred provider --dir a init --host a.example --escrow blind --passphrase-file pass
  mimicred provider --dir a account add alice --claims alice.json --passphrase-file pass
  nonce=$(mimicred provider --dir a nonce alice --passphrase-file pass)
  mimicred batch request 9 --issuer https://id.a.example --nonce $nonce --keys keys -o requests
  mimicred provider --dir a issue --nonce $nonce requests -o answer --passphrase-file pass
  mimicred provider --dir a publish status/ --passphrase-file pass";

/// What to do, where.
#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    #[command(flatten)]
    house: HouseArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a provider: keys, CA certificate, configuration and store, in a new directory.
    Init(init::Args),
    /// Make, show and change accounts.
    #[command(subcommand)]
    Account(account::Verb),
    /// Give an account the nonce for one batch.
    Nonce(issue::NonceArgs),
    /// Issue a batch of pseudonyms for the keys of requests.
    Issue(issue::Args),
    /// Publish status: lists for tokens, a revocation list for certificates.
    Publish(publish::Args),
    /// Show what is known of a pseudonym.
    Show(abuse::ShowArgs),
    /// Suspend a pseudonym, or the account behind it.
    Suspend(abuse::SuspendArgs),
    /// Let a pseudonym, or the account behind it, count again.
    Reinstate(abuse::ReinstateArgs),
    /// Delete the account behind a pseudonym.
    Delete(abuse::DeleteArgs),
    /// Carry out what was ordered for accounts.
    Apply(publish::ApplyArgs),
    /// File and decide about reports.
    #[command(subcommand)]
    Report(reports::Verb),
    /// Open what is kept of a pseudonym, with custodians.
    #[command(subcommand)]
    Open(openings::Verb),
    /// Check the log of openings.
    Audit(openings::AuditArgs),
    /// Tell how the provider is: counts, what waits, what is due.
    Status(upkeep::StatusArgs),
    /// Copy the whole provider into a new directory, from which it can be restored.
    Backup(upkeep::BackupArgs),
    /// Write the store anew, without what was deleted and without the order in which rows came.
    Tidy(upkeep::TidyArgs),
}

impl Verb {
    /// Its name in the log.
    fn name(&self) -> &'static str {
        match self {
            Verb::Init(_) => "init",
            Verb::Account(verb) => verb.name(),
            Verb::Nonce(_) => "nonce",
            Verb::Issue(_) => "issue",
            Verb::Publish(_) => "publish",
            Verb::Show(_) => "show",
            Verb::Suspend(_) => "suspend",
            Verb::Reinstate(_) => "reinstate",
            Verb::Delete(_) => "delete",
            Verb::Apply(_) => "apply",
            Verb::Report(verb) => verb.name(),
            Verb::Open(verb) => verb.name(),
            Verb::Audit(_) => "audit",
            Verb::Status(_) => "status",
            Verb::Backup(_) => "backup",
            Verb::Tidy(_) => "tidy",
        }
    }
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    let (house, mut facts) = (&args.house, Facts::default());
    let Some(path) = &house.log else { return done(args, &mut facts, out) };
    let log = Log::open(path, house.now()?)?;
    let result = done(args, &mut facts, out);
    let escrow = house.config().ok().map(|config| config.escrow.name());
    log.write(args.verb.name(), escrow, &result, facts, out);
    result
}

/// Does what a verb says, and what the log may know of it goes into the facts.
fn done(args: &Args, facts: &mut Facts, out: &mut Out) -> Result<Done, Failure> {
    let house = &args.house;
    match &args.verb {
        Verb::Init(args) => init::run(args, house, out),
        Verb::Account(verb) => account::run(verb, house, out),
        Verb::Nonce(args) => issue::nonce(args, house, out),
        Verb::Issue(args) => issue::run(args, house, out),
        Verb::Publish(args) => publish::run(args, house, out),
        Verb::Show(args) => abuse::show(args, house, out),
        Verb::Suspend(args) => abuse::suspend(args, house, out),
        Verb::Reinstate(args) => abuse::reinstate(args, house, out),
        Verb::Delete(args) => abuse::delete(args, house, out),
        Verb::Apply(args) => publish::apply(args, house, facts, out),
        Verb::Report(verb) => reports::run(verb, house, out),
        Verb::Open(verb) => openings::run(verb, house, facts, out),
        Verb::Audit(args) => openings::audit(args, house, facts, out),
        Verb::Status(args) => upkeep::status(args, house, facts, out),
        Verb::Backup(args) => upkeep::backup(args, house, out),
        Verb::Tidy(args) => upkeep::tidy(args, house, out),
    }
}
