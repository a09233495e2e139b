//! What the desk does to pseudonyms: look at one, suspend, reinstate, delete.

use mimicred_provider::{Pseudonym, PseudonymState, Reach, Remedy, Urgency};
use serde::Serialize;

use super::house::{HouseArgs, pseudonym_uri};
use crate::error::{Code, Done, Failure};
use crate::now::date;
use crate::out::Out;

pub(super) const DAY: i64 = 86_400;

const REMEDY_HELP: &str = "\
A pseudonym is suspended at once in the store, and published with the next publication, or with --emergency at once. What concerns the \
account is ordered: mimicred provider apply carries it out, on another day unless it is urgent, and tells nobody at the desk whose account \
it was. That works in the escrow modes open and blind. Hubs see pseudonyms suspended, and are not told which rooms they are in; a hub that \
has two of them may guess that they belong together, less so as they are spread over publications.";

#[derive(clap::Args, Debug)]
pub(super) struct ShowArgs {
    /// The URI of the pseudonym.
    #[arg(value_parser = pseudonym_uri)]
    pseudonym: String,
}

#[derive(clap::Args, Debug)]
#[command(after_long_help = REMEDY_HELP)]
pub(super) struct SuspendArgs {
    /// The URI of the pseudonym.
    #[arg(value_parser = pseudonym_uri)]
    pseudonym: String,
    /// Suspend the account behind it instead; its pseudonyms stay where they are.
    #[arg(long, conflicts_with = "everywhere")]
    account: bool,
    /// Suspend the account behind it and all its pseudonyms, in all rooms.
    #[arg(long)]
    everywhere: bool,
    #[command(flatten)]
    how: How,
}

#[derive(clap::Args, Debug)]
#[command(after_long_help = REMEDY_HELP)]
pub(super) struct ReinstateArgs {
    /// The URI of the pseudonym.
    #[arg(value_parser = pseudonym_uri)]
    pseudonym: String,
    /// The account behind it, and all its pseudonyms.
    #[arg(long)]
    account: bool,
    #[command(flatten)]
    how: How,
}

#[derive(clap::Args, Debug)]
#[command(after_long_help = REMEDY_HELP)]
pub(super) struct DeleteArgs {
    /// The URI of the pseudonym.
    #[arg(value_parser = pseudonym_uri)]
    pseudonym: String,
    #[command(flatten)]
    how: How,
}

#[derive(clap::Args, Debug)]
pub(super) struct How {
    /// And accounts that have an email address or a telephone number in common with it.
    #[arg(long)]
    related: bool,
    /// At once, whoever sees it.
    #[arg(long)]
    emergency: bool,
}

impl How {
    pub(super) fn urgency(&self) -> Urgency {
        if self.emergency { Urgency::Emergency } else { Urgency::Ordinary }
    }

    pub(super) fn reach(&self) -> Reach {
        if self.related { Reach::Related } else { Reach::Account }
    }

    fn is_for_accounts_only(&self) -> Result<(), Failure> {
        if self.related {
            Err(Failure::note(Code::Usage, "--related is for accounts").hint("add --account or --everywhere"))
        } else {
            Ok(())
        }
    }
}

/// The object that `--json` prints of a pseudonym.
#[derive(Serialize)]
struct Shown {
    state: &'static str,
    /// The day on which it ends, at its beginning, in seconds since 1970.
    until: i64,
    /// What reports about it weigh.
    weight: u64,
    /// Whether that is enough for somebody to look.
    attention: bool,
    /// Whether something waits to be done with its account.
    ordered: bool,
    /// Whether a change of its status waits to be published.
    changing: bool,
}

pub(super) fn show(args: &ShowArgs, house: &HouseArgs, out: &mut Out) -> Result<Done, Failure> {
    let attention = u64::from(house.config()?.abuse.attention);
    let Pseudonym { state, until_day, weight, is_ordered, is_changing } = house.desk()?.pseudonym(&args.pseudonym)?;
    let shown = Shown {
        state: state.name(),
        until: until_day * DAY,
        weight,
        attention: weight >= attention,
        ordered: is_ordered,
        changing: is_changing,
    };
    out.result(&shown, |shown| {
        let mut text = format!(
            "state    {}\nuntil    {}\nreports  weigh {}{}\n",
            shown.state,
            date(shown.until.into()),
            shown.weight,
            if shown.attention { ": somebody should look" } else { "" }
        );
        for (is_so, what) in
            [(shown.ordered, "waiting  an order for its account\n"), (shown.changing, "waiting  its publication\n")]
        {
            if is_so {
                text.push_str(what);
            }
        }
        text
    })?;
    Ok(Done::Accepted)
}

pub(super) fn suspend(args: &SuspendArgs, house: &HouseArgs, out: &mut Out) -> Result<Done, Failure> {
    let remedy = match (args.account, args.everywhere) {
        (true, _) => Some(Remedy::SuspendAccount),
        (_, true) => Some(Remedy::SuspendEverywhere),
        _ => None,
    };
    act(&args.pseudonym, remedy, PseudonymState::Suspended, &args.how, house, out)
}

pub(super) fn reinstate(args: &ReinstateArgs, house: &HouseArgs, out: &mut Out) -> Result<Done, Failure> {
    let remedy = args.account.then_some(Remedy::Reinstate);
    act(&args.pseudonym, remedy, PseudonymState::Live, &args.how, house, out)
}

pub(super) fn delete(args: &DeleteArgs, house: &HouseArgs, out: &mut Out) -> Result<Done, Failure> {
    act(&args.pseudonym, Some(Remedy::DeleteAccount), PseudonymState::Suspended, &args.how, house, out)
}

/// A remedy for the account, or else a state of the pseudonym.
fn act(
    pseudonym: &str,
    remedy: Option<Remedy>,
    state: PseudonymState,
    how: &How,
    house: &HouseArgs,
    out: &mut Out,
) -> Result<Done, Failure> {
    if remedy.is_none() {
        how.is_for_accounts_only()?;
    }
    let now = house.now()?;
    let mut desk = house.desk()?;
    match remedy {
        Some(remedy) => {
            desk.order(pseudonym, remedy, how.reach(), how.urgency(), now)?;
            out.remark(&format!("ordered: {}; mimicred provider apply carries it out", remedy.name()));
        }
        None => {
            desk.set_state(pseudonym, state, how.urgency(), now)?;
            out.remark(&format!("{}; mimicred provider publish tells it", state.name()));
        }
    }
    Ok(Done::Accepted)
}
