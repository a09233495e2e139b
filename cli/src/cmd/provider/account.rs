//! `mimicred provider account`.

use clap::Subcommand;
use mimicred_keys::SystemRandom;
use mimicred_provider::{Account, Remedy};
use serde::Serialize;

use super::abuse::How;
use super::house::HouseArgs;
use crate::error::{Code, Done, Failure};
use crate::io::{Inputs, Source};
use crate::now::date;
use crate::out::{Out, counted};

/// So many names are read at a time.
const SOME: u32 = 1000;

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Make an account.
    Add {
        /// Its name.
        name: String,
        /// One JSON object of what tokens may say of its owner, like name and email; redacted in every token.
        #[arg(long, value_name = "FILE")]
        claims: Option<Source>,
    },
    /// Show an account: counts, and not which pseudonyms.
    Show {
        /// Its name.
        name: String,
    },
    /// List the names of accounts.
    List,
    /// List accounts that have an email address or a telephone number in common with this one.
    Related {
        /// Its name.
        name: String,
    },
    /// Suspend an account: it may do nothing until it is reinstated.
    Suspend {
        /// Its name.
        name: String,
        /// And all its pseudonyms, in all rooms.
        #[arg(long)]
        everywhere: bool,
        #[command(flatten)]
        how: How,
    },
    /// Let an account and its pseudonyms count again.
    Reinstate {
        /// Its name.
        name: String,
        #[command(flatten)]
        how: How,
    },
    /// Delete an account and suspend its pseudonyms; its name is not given again.
    Delete {
        /// Its name.
        name: String,
        #[command(flatten)]
        how: How,
    },
    /// Set what others think of an account, a number: more pseudonyms may ask for more of it.
    Reputation {
        /// Its name.
        name: String,
        /// The number.
        #[arg(allow_negative_numbers = true)]
        reputation: i64,
    },
}

impl Verb {
    /// Its name in the log.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Verb::Add { .. } => "account add",
            Verb::Show { .. } => "account show",
            Verb::List => "account list",
            Verb::Related { .. } => "account related",
            Verb::Suspend { .. } => "account suspend",
            Verb::Reinstate { .. } => "account reinstate",
            Verb::Delete { .. } => "account delete",
            Verb::Reputation { .. } => "account reputation",
        }
    }
}

/// The object that `--json` prints of an account.
#[derive(Serialize)]
struct Shown {
    name: String,
    state: &'static str,
    /// The day it was made, at its beginning, in seconds since 1970.
    created: i64,
    reputation: i64,
    /// Pseudonyms that have not expired.
    live: u64,
    /// How many it could get now, by its bucket alone.
    ready: u64,
}

/// The object that `--json` prints of many.
#[derive(Serialize)]
struct Names {
    accounts: Vec<String>,
}

pub(super) fn run(verb: &Verb, house: &HouseArgs, out: &mut Out) -> Result<Done, Failure> {
    let now = house.now()?;
    match verb {
        Verb::Add { name, claims } => {
            let text = match claims {
                None => "{}".to_owned(),
                Some(source) => {
                    let input = Inputs::default().read(source, "claims")?;
                    input.text().map(str::to_owned).ok_or_else(|| Failure::new(Code::ClaimsUnusable).reading(&input.name))?
                }
            };
            house.provider()?.add_account(name, &text, now, &mut SystemRandom)?;
            out.remark(&format!("account {name}"));
        }
        Verb::Show { name } => {
            let Account { name, created_day, state, reputation, live, ready } = house.provider()?.account(name, now)?;
            let shown = Shown { name, state: state.name(), created: created_day * 86_400, reputation, live, ready };
            out.result(&shown, |shown| {
                format!(
                    "account     {}\nstate       {}\nsince       {}\nreputation  {}\nlive        {}\nready       {} more by its bucket\n",
                    shown.name,
                    shown.state,
                    date(shown.created.into()),
                    shown.reputation,
                    counted(shown.live, "pseudonym"),
                    shown.ready
                )
            })?;
        }
        Verb::List => {
            let mut provider = house.provider()?;
            let mut accounts: Vec<String> = Vec::new();
            loop {
                let some = provider.account_names(accounts.last().map_or("", String::as_str), SOME)?;
                if some.is_empty() {
                    break;
                }
                accounts.extend(some);
            }
            out.result(&Names { accounts }, lines)?;
        }
        Verb::Related { name } => {
            let accounts = house.provider()?.related_accounts(name)?;
            out.result(&Names { accounts }, lines)?;
        }
        Verb::Suspend { name, everywhere, how } => {
            let remedy = if *everywhere { Remedy::SuspendEverywhere } else { Remedy::SuspendAccount };
            act(name, remedy, how, house, out)?;
        }
        Verb::Reinstate { name, how } => act(name, Remedy::Reinstate, how, house, out)?,
        Verb::Delete { name, how } => act(name, Remedy::DeleteAccount, how, house, out)?,
        Verb::Reputation { name, reputation } => house.provider()?.set_reputation(name, *reputation)?,
    }
    Ok(Done::Accepted)
}

/// Does to an account what an order would do, and tells how far that reaches.
fn act(name: &str, remedy: Remedy, how: &How, house: &HouseArgs, out: &mut Out) -> Result<(), Failure> {
    let now = house.now()?;
    let mut provider = house.provider()?;
    let applied = provider.act(name, remedy, how.reach(), how.urgency(), now, &mut SystemRandom)?;
    let (accounts, pseudonyms) = (counted(applied.accounts, "account"), counted(applied.pseudonyms, "pseudonym"));
    out.remark(&format!("{}: {accounts}, {pseudonyms}", remedy.name()));
    let mode = provider.config().escrow;
    if remedy != Remedy::SuspendAccount && !mode.leads_to_accounts() {
        out.warning(&format!("escrow mode {} does not tell which pseudonyms are its: they count until they expire", mode.name()));
    }
    Ok(())
}

fn lines(names: &Names) -> String {
    names.accounts.iter().map(|name| format!("{name}\n")).collect()
}
