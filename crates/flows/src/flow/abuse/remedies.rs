//! What B does: the pseudonym, the account with all its pseudonyms, reinstatement, deletion; and how A learns of it, day by day.

use mimicred_error::Report;
use mimicred_provider::{AccountState, PseudonymState, Reach, Remedy, Urgency};

use super::local::{SPREAD, failed};
use super::{A, ACCOUNT, ADAM, B, DAY, HANNA, Leaves, MALLORY, OTHER_ACCOUNT, Scene, comes_back, custodians, give_role, user};
use crate::Error;
use crate::flow::Escrow;
use crate::flow::tell::Told;
use crate::network::{Call, Channel, Entered, Network, Sent};

pub(super) fn run(network: &mut Network, told: &mut Told, scene: &mut Scene) -> Result<(), Error> {
    scene.remedies_from = network.record().messages().len();
    suspend(network, told, scene)?;
    everywhere(network, told, scene)?;
    reinstate(network, told, scene)?;
    delete(network, told, scene)
}

/// A day ends: B publishes, A fetches the list as on any other day, and has those removed who are on it.
pub(super) fn day(network: &mut Network, told: &mut Told, scene: &mut Scene) -> Result<(), Error> {
    network.wait(DAY);
    scene.local.publish(network)?;
    fetch(network, told, scene)
}

fn fetch(network: &mut Network, told: &mut Told, scene: &mut Scene) -> Result<(), Error> {
    let Some(latest) = scene.local.published.last().map(|published| published.der.clone()) else { return Ok(()) };
    let call = Call {
        kind: "ListRequest",
        answer: "RevocationList",
        path: format!("GET /crl/{B}"),
        channel: Channel::Mimi,
        room: None,
        note: "at its time, whatever happened",
    };
    let list = network.call_between(A, B, &call, b"", |_, _| Ok(latest))?;
    network.follow(A, B, &list)?;
    let number = scene.local.published.len();
    for (room, her) in scene.rooms.clone() {
        while let Some(gone) = network.propose_taken_back(room.as_str())? {
            let is_hers = gone == user(network, her.device, her.label)?;
            let is_silent = is_hers && matches!(network.say(her.device, room.as_str(), "They cannot mean me")?, Sent::Refused(_));
            // The hub does not count her any more from the list on; the next commit of anybody takes her out.
            let sent = give_role(network, (ADAM, &room), &gone, None, Leaves::Stay, "takes out whom the hub has removed")?;
            if is_hers {
                let what = format!("the hub has {} removed, and takes nothing of her before", her.label);
                told.must(&what, sent == Sent::Accepted && is_silent, None);
                scene.gone.push((her.label, number));
            }
            if sent != Sent::Accepted {
                break;
            }
        }
    }
    Ok(())
}

/// So many days, until the last publication over which something was spread.
fn days(network: &mut Network, told: &mut Told, scene: &mut Scene) -> Result<(), Error> {
    (0..SPREAD).try_for_each(|_| day(network, told, scene))
}

fn is_in(network: &Network, scene: &Scene, label: &str) -> Result<bool, Error> {
    let (room, user) = (scene.room(label)?, user(network, MALLORY, label)?);
    Ok(!super::place_of(network, room, &user)?.1.is_empty())
}

/// The pseudonym that was reported, and no more.
fn suspend(network: &mut Network, told: &mut Told, scene: &mut Scene) -> Result<(), Error> {
    told.phase(
        network,
        "m1 is suspended",
        "It is published with the next list, at its time, among decoys; A has m1 removed from X.",
    );
    let m1 = user(network, MALLORY, "m1")?;
    let now = network.time();
    scene.local.desk.set_state(m1.as_str(), PseudonymState::Suspended, Urgency::Ordinary, now).map_err(failed)?;
    if network.faults.decoy_of_somebody {
        let h1 = user(network, HANNA, "h1")?;
        scene.local.desk.set_state(h1.as_str(), PseudonymState::Suspended, Urgency::Ordinary, now).map_err(failed)?;
    }
    let before = is_in(network, scene, "m1")?;
    day(network, told, scene)?;
    let after = is_in(network, scene, "m1")?;
    told.must("m1 is in X until the list is published, and then no more", before && !after, None);
    let entered = comes_back(network, scene, "m1")?;
    told.must("the hub does not answer m1 who is on the list", matches!(entered, Entered::Refused(_)), None);
    let stay = is_in(network, scene, "m2")? && is_in(network, scene, "m3")?;
    told.must("m2 and m3 stay where they are", stay, None);
    Ok(())
}

/// Those of Mallory's pseudonyms that B reaches in its mode, when m1 is what was reported.
fn reached(escrow: Escrow) -> &'static [&'static str] {
    match escrow {
        Escrow::Open | Escrow::Blind => &["m1", "m2", "m3"],
        Escrow::Threshold => &["m1", "m2", "m3"],
        Escrow::Sealed | Escrow::None => &["m1"],
    }
}

/// Something is done with the account behind m1: ordered by the desk and carried out the day after; or by name, where custodians have
/// opened it. Whether anything was done.
fn act(network: &mut Network, told: &mut Told, scene: &mut Scene, remedy: Remedy) -> Result<bool, Error> {
    let m1 = user(network, MALLORY, "m1")?;
    let urgency = if network.faults.hasty_remedy { Urgency::Emergency } else { Urgency::Ordinary };
    let now = network.time();
    let ordered = scene.local.desk.order(m1.as_str(), remedy, Reach::Related, urgency, now);
    if scene.escrow.leads_to_accounts() {
        ordered.map_err(failed)?;
        let mut random = network.source.of("B's orders");
        if urgency == Urgency::Ordinary {
            let early = scene.local.provider.apply(now, &mut random).map_err(failed)?;
            told.must("an order waits for the day to end", early.waiting == 1 && early.accounts == 0, None);
            day(network, told, scene)?;
        }
        let applied = scene.local.provider.apply(network.time(), &mut random).map_err(failed)?;
        told.must(
            &format!("B carries out {}, and tells the desk numbers", remedy.name()),
            applied.orders == 1 && applied.accounts == 2 && applied.pseudonyms == 4,
            None,
        );
        if urgency == Urgency::Emergency {
            scene.local.publish(network)?;
            fetch(network, told, scene)?;
        }
        return Ok(true);
    }
    let code = ordered.as_ref().err().map(|e| e.slug().to_owned());
    told.must("nothing leads from m1 to its account at the desk", ordered.is_err(), code.as_deref());
    if scene.escrow == Escrow::None {
        return Ok(false);
    }
    let mut random = network.source.of("B's orders");
    let account = ACCOUNT;
    let done = scene.local.provider.act(account, remedy, Reach::Account, urgency, now, &mut random).map_err(failed)?;
    told.must(&format!("B does {} by the account's name", remedy.name()), done.accounts == 1 && done.pseudonyms == 0, None);
    let state = if remedy == Remedy::Reinstate { PseudonymState::Live } else { PseudonymState::Suspended };
    // One a day: nobody spreads them but the one who does it.
    for label in reached(scene.escrow) {
        let (uri, now) = (user(network, MALLORY, label)?, network.time());
        scene.local.desk.set_state(uri.as_str(), state, urgency, now).map_err(failed)?;
        day(network, told, scene)?;
    }
    Ok(true)
}

/// The account, with all that B reaches of it.
fn everywhere(network: &mut Network, told: &mut Told, scene: &mut Scene) -> Result<(), Error> {
    told.phase(
        network,
        "The account is suspended",
        "With all its pseudonyms, and those of related accounts: each goes with a publication of its own. B asks nobody for rooms.",
    );
    if network.faults.rooms_asked {
        ask_for_rooms(network, scene)?;
    }
    match scene.escrow {
        Escrow::Sealed => {
            let opened = custodians::open(network, scene, &["m1"])?;
            told.must("two custodians open the record of m1, and find whose it is", opened.as_deref() == Some(ACCOUNT), None);
        }
        Escrow::Threshold => {
            let early = custodians::open(network, scene, &["m1", "m2"])?;
            told.must("what custodians open of m1 and m2 does not tell whose they are", early.is_none(), None);
            let opened = custodians::open(network, scene, &["m3"])?;
            told.must("with m3, the third that was reported, it does", opened.as_deref() == Some(ACCOUNT), None);
        }
        Escrow::Open | Escrow::Blind | Escrow::None => {}
    }
    if !act(network, told, scene, Remedy::SuspendEverywhere)? {
        days(network, told, scene)?;
        let stay = is_in(network, scene, "m2")? && is_in(network, scene, "m3")?;
        told.must("m2 and m3 stay: nothing is kept that leads to them", stay, None);
        return Ok(());
    }
    days(network, told, scene)?;
    for label in ["m1", "m2", "m3"] {
        let is_out = !is_in(network, scene, label)?;
        let expected = reached(scene.escrow).contains(&label);
        let what = if expected { "is in no room any more" } else { "stays until it expires: B cannot tell that it is hers" };
        told.must(&format!("{label} {what}"), is_out == expected, None);
    }
    let now = network.time();
    let refused = scene.local.provider.nonce(ACCOUNT, now, &mut network.source.of("B's nonces")).err();
    told.must("B issues nothing to the account any more", refused.is_some(), refused.as_ref().map(Report::slug));
    let is_suspended = scene.local.provider.account(OTHER_ACCOUNT, now).map_err(failed)?.state == AccountState::Suspended;
    let leads = scene.escrow.leads_to_accounts();
    let what = if leads { "so is her other account, by what it has in common" } else { "her other account is left alone" };
    told.must(what, is_suspended == leads, None);
    for label in reached(scene.escrow) {
        let entered = comes_back(network, scene, label)?;
        told.must(&format!("the hub does not answer {label}"), matches!(entered, Entered::Refused(_)), None);
    }
    Ok(())
}

/// A careless provider asks the hub where the pseudonyms of an account are.
fn ask_for_rooms(network: &mut Network, scene: &Scene) -> Result<(), Error> {
    let users = ["m1", "m2", "m3"].map(|label| user(network, MALLORY, label));
    let users = users.into_iter().collect::<Result<Vec<_>, _>>()?;
    let body = users.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let call = Call {
        kind: "RoomsRequest",
        answer: "Rooms",
        path: format!("POST /rooms/{A}"),
        channel: Channel::Mimi,
        room: None,
        note: "where these are",
    };
    let rooms = scene.rooms.iter().map(|(room, _)| room.to_string()).collect::<Vec<_>>().join("\n");
    network.call_between(B, A, &call, body.as_bytes(), |_, _| Ok(rooms.into_bytes())).map(drop)
}

/// Everything counts again.
fn reinstate(network: &mut Network, told: &mut Told, scene: &mut Scene) -> Result<(), Error> {
    told.phase(
        network,
        "Reinstated",
        "It turns out that a program had sent in Mallory's name. The entries are cleared, and the hub lets her in again.",
    );
    if !act(network, told, scene, Remedy::Reinstate)? {
        let (m1, now) = (user(network, MALLORY, "m1")?, network.time());
        scene.local.desk.set_state(m1.as_str(), PseudonymState::Live, Urgency::Ordinary, now).map_err(failed)?;
    }
    days(network, told, scene)?;
    // With one list no more is cleared than with any other, so that the last one may have to wait.
    while scene.local.waiting > 0 {
        day(network, told, scene)?;
    }
    for label in reached(scene.escrow) {
        let entered = comes_back(network, scene, label)?;
        let room = scene.room(label)?.to_string();
        let speaks = entered == Entered::In && network.say(MALLORY, &room, "It was not me")? == Sent::Accepted;
        told.must(&format!("{label} comes in again, and can speak"), speaks, None);
    }
    let entered = comes_back(network, scene, "m4")?;
    told.must("m4, which the hub's own moderators have banned, does not", matches!(entered, Entered::Refused(_)), None);
    let active = scene.local.provider.account(ACCOUNT, network.time()).map_err(failed)?.state == AccountState::Active;
    told.must("the account is as it was", active, None);
    Ok(())
}

/// She does it again, and there is no account any more.
fn delete(network: &mut Network, told: &mut Told, scene: &mut Scene) -> Result<(), Error> {
    told.phase(network, "Deleted", "She begins anew. The account is deleted, and what is reached of it is suspended for good.");
    let before = scene.gone.len();
    let is_done = act(network, told, scene, Remedy::DeleteAccount)?;
    days(network, told, scene)?;
    let state = scene.local.provider.account(ACCOUNT, network.time()).map_err(failed)?.state;
    let expected = if is_done { AccountState::Deleted } else { AccountState::Active };
    told.must("the account is deleted, where something leads to it", state == expected, None);
    let gone = scene.gone.get(before..).unwrap_or_default().len();
    let expected = if is_done { reached(scene.escrow).len() } else { 0 };
    told.must("what was reached of it is in no room any more", gone == expected, None);
    Ok(())
}
