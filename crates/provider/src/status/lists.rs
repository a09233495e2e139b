//! Which entries are set and cleared with a publication.

use std::collections::HashMap;

use mimicred_keys::Random;

use super::{Number, serials};
use crate::config::Format;
use crate::credential::{PLACES, below};
use crate::database::{Transaction, Value};
use crate::{Config, Error};

/// A change that is due.
struct Due {
    handle: Vec<u8>,
    is_set: bool,
    is_urgent: bool,
    list: u32,
    place: i64,
    serial: Vec<u8>,
    until: i64,
    /// Whether the entry is set already.
    was_set: bool,
    /// For a fair choice when there is no room for all.
    lot: u32,
}

/// How many entries of a list changed already.
#[derive(Clone, Copy, Default)]
struct Flips {
    set: u32,
    cleared: u32,
}

/// Sets and clears the entries of pseudonyms whose changes are due, and fills up with decoys; tells how many were of pseudonyms.
pub(super) fn flip(
    transaction: &mut dyn Transaction,
    config: &Config,
    number: &Number,
    today: i64,
    random: &mut dyn Random,
) -> Result<u64, Error> {
    let mut due = due(transaction, number.slot, random)?;
    // Urgent ones first, and there is no order among the others.
    due.sort_unstable_by_key(|due| (!due.is_urgent, due.lot));
    let most = config.status.flips;
    let mut flips: HashMap<u32, Flips> = HashMap::new();
    let (mut serials_set, mut serials_cleared) = (0, 0);
    let mut published = 0;
    for due in &due {
        let flips = flips.entry(due.list).or_default();
        let count = if due.is_set { &mut flips.set } else { &mut flips.cleared };
        let has_room = *count < most && (if due.is_set { serials_set } else { serials_cleared }) < most && !number.is_again;
        let changes = due.is_set != due.was_set;
        if changes && !has_room && !due.is_urgent {
            continue;
        }
        transaction.execute("DELETE FROM changes WHERE handle = $1", &[due.handle.clone().into()])?;
        published += 1;
        if !changes {
            continue;
        }
        *count += 1;
        let value = i64::from(due.is_set);
        let update = "UPDATE places SET value = $1 WHERE list = $2 AND place = $3";
        transaction.execute(update, &[value.into(), i64::from(due.list).into(), due.place.into()])?;
        if due.serial.is_empty() {
            continue;
        }
        if due.is_set {
            serials_set += 1;
            serials::add(transaction, &due.serial, today, due.until)?;
        } else {
            serials_cleared += 1;
            serials::remove(transaction, &due.serial)?;
        }
    }
    // Done again within its slot, nothing else may change; what was urgent did.
    if number.is_again && published == 0 {
        return Ok(0);
    }
    for list in 0..config.status.lists {
        let done = flips.get(&list).copied().unwrap_or_default();
        let clear = if number.is_first { 0 } else { most.saturating_sub(done.cleared) };
        clear_decoys(transaction, list, clear, random)?;
        let set = if number.is_first { config.status.decoys } else { most.saturating_sub(done.set) };
        set_decoys(transaction, list, set, random)?;
    }
    if config.formats.contains(&Format::X509) {
        let clear = if number.is_first { 0 } else { most.saturating_sub(serials_cleared) };
        let set = if number.is_first { config.status.decoys } else { most.saturating_sub(serials_set) };
        serials::decoys(transaction, config, today, clear, set, random)?;
    }
    Ok(published)
}

fn due(transaction: &mut dyn Transaction, slot: i64, random: &mut dyn Random) -> Result<Vec<Due>, Error> {
    let due = "SELECT changes.handle, changes.value, changes.urgent, pseudonyms.list, pseudonyms.place, pseudonyms.serial, \
        pseudonyms.until, places.value FROM changes JOIN pseudonyms ON pseudonyms.handle = changes.handle \
        JOIN places ON places.list = pseudonyms.list AND places.place = pseudonyms.place \
        WHERE changes.slot <= $1 OR changes.urgent <> 0";
    let mut all = Vec::new();
    for mut row in transaction.query(due, &[slot.into()])? {
        let mut lot = [0; 4];
        random.fill(&mut lot)?;
        all.push(Due {
            handle: row.octets()?,
            is_set: row.int()? != 0,
            is_urgent: row.int()? != 0,
            list: u32::try_from(row.int()?).unwrap_or_default(),
            place: row.int()?,
            serial: row.octets()?,
            until: row.int()?,
            was_set: row.int()? != 0,
            lot: u32::from_be_bytes(lot),
        });
    }
    Ok(all)
}

/// Clears so many decoys of a list, chosen at random, and forgets them.
fn clear_decoys(transaction: &mut dyn Transaction, list: u32, count: u32, random: &mut dyn Random) -> Result<(), Error> {
    let decoys = "SELECT place FROM places WHERE list = $1 AND decoy <> 0 AND value <> 0 ORDER BY place";
    let rows = transaction.query(decoys, &[i64::from(list).into()])?;
    let mut places = rows.into_iter().map(|mut row| row.int()).collect::<Result<Vec<_>, _>>()?;
    for _ in 0..count {
        let Some(most) = u32::try_from(places.len()).ok().filter(|most| *most > 0) else { break };
        let place = places.swap_remove(usize::try_from(below(most, random)?).unwrap_or_default());
        let forget = "DELETE FROM places WHERE list = $1 AND place = $2 AND decoy <> 0";
        transaction.execute(forget, &[i64::from(list).into(), place.into()])?;
    }
    Ok(())
}

/// Sets so many entries of a list that are nobody's.
fn set_decoys(transaction: &mut dyn Transaction, list: u32, count: u32, random: &mut dyn Random) -> Result<(), Error> {
    let insert = "INSERT INTO places (list, place, value, decoy) VALUES ($1, $2, 1, 1) ON CONFLICT (list, place) DO NOTHING";
    let mut set = 0;
    // A list that is nearly full would be searched for long; then there are fewer decoys.
    for _ in 0..count.saturating_mul(8) {
        if set == count {
            break;
        }
        let place = PLACES.start + below(PLACES.end - PLACES.start, random)?;
        let values: [Value; 2] = [i64::from(list).into(), i64::from(place).into()];
        set += u32::try_from(transaction.execute(insert, &values)?).unwrap_or_default();
    }
    Ok(())
}
