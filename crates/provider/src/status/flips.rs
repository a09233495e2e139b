//! What changes with a publication: what is due of pseudonyms, and decoys for the rest.

use std::collections::HashMap;

use mimicred_keys::Random;

use super::{Number, lists, serials};
use crate::config::Format;
use crate::database::Transaction;
use crate::{Config, Error};

/// A change that is due.
struct Due {
    handle: Vec<u8>,
    is_set: bool,
    is_urgent: bool,
    list: u32,
    place: i64,
    serial: Vec<u8>,
    /// Whether the entry is set already.
    was_set: bool,
    /// For a fair choice when there is no room for all.
    lot: u32,
}

/// How many entries changed, of a status list or of the revocation list: were set, and cleared before their time.
#[derive(Clone, Copy, Default)]
struct Flips {
    set: u32,
    cleared: u32,
}

impl Flips {
    /// Whether there is room for one more, and takes it if it must.
    fn take(&mut self, is_set: bool, most: Most) -> bool {
        let (count, most) = if is_set { (&mut self.set, most.set) } else { (&mut self.cleared, most.cleared) };
        let has_room = *count < most;
        *count += 1;
        has_room
    }
}

/// How many may change.
#[derive(Clone, Copy)]
struct Most {
    set: u32,
    cleared: u32,
}

impl Most {
    fn times(self, lists: u32) -> Self {
        Self { set: self.set.saturating_mul(lists), cleared: self.cleared.saturating_mul(lists) }
    }
}

/// Sets and clears the entries of pseudonyms whose changes are due, clears those whose time is over, and fills up with decoys; tells how many
/// were of pseudonyms.
pub(super) fn flip(
    transaction: &mut dyn Transaction,
    config: &Config,
    number: &Number,
    today: i64,
    random: &mut dyn Random,
) -> Result<u64, Error> {
    let most = Most { set: config.status.flips, cleared: config.early() };
    // Every token of one of the lists may have a certificate beside it.
    let most_serials = most.times(config.status.lists);
    let stays = i64::try_from(config.stays()).unwrap_or(i64::MAX);
    let clears = number.slot.saturating_add(stays);
    let has_serials = config.formats.contains(&Format::X509);
    let mut due = due(transaction, number.slot, random)?;
    // Urgent ones first, and there is no order among the others.
    due.sort_unstable_by_key(|due| (!due.is_urgent, due.lot));
    let mut flips: HashMap<u32, Flips> = HashMap::new();
    let mut of_serials = Flips::default();
    let mut published = 0;
    for due in &due {
        if due.is_set != due.was_set {
            let of_list = flips.entry(due.list).or_default();
            let (mut list_then, mut serials_then) = (*of_list, of_serials);
            let has_room =
                list_then.take(due.is_set, most) & (due.serial.is_empty() || serials_then.take(due.is_set, most_serials));
            if !due.is_urgent && (number.is_again || !has_room) {
                continue;
            }
            (*of_list, of_serials) = (list_then, serials_then);
            lists::change(transaction, due.list, due.place, if due.is_set { clears } else { 0 })?;
            match (due.serial.is_empty(), due.is_set) {
                (true, _) => {}
                (false, true) => serials::add(transaction, &due.serial, today, clears)?,
                (false, false) => serials::remove(transaction, &due.serial)?,
            }
        }
        transaction.execute("DELETE FROM changes WHERE handle = $1", &[due.handle.clone().into()])?;
        published += 1;
    }
    // Done again within its slot, nothing else may change; what was urgent did.
    if number.is_again && published == 0 {
        return Ok(0);
    }
    // At first there is what would be there if lists had always been published. What is set is chosen before others are cleared: an entry
    // that was both would be one change less.
    let cohorts = if number.is_first { number.slot + 1..=clears } else { clears..=clears };
    // What was set of pseudonyms is of the last cohort.
    let left = |most: u32, done: u32, cohort: i64| if cohort == clears { most.saturating_sub(done) } else { most };
    for cohort in cohorts {
        for list in 0..config.status.lists {
            let done = flips.get(&list).map_or(0, |done| done.set);
            lists::set_decoys(transaction, list, left(most.set, done, cohort), cohort, random)?;
        }
        if has_serials {
            serials::set_decoys(transaction, left(most_serials.set, of_serials.set, cohort), today, cohort, random)?;
        }
    }
    if number.is_first {
        return Ok(published);
    }
    lists::clear_due(transaction, number.slot)?;
    serials::clear_due(transaction, number.slot)?;
    for list in 0..config.status.lists {
        let early = flips.get(&list).map_or(most.cleared, |done| most.cleared.saturating_sub(done.cleared));
        lists::clear_decoys(transaction, list, early, clears, random)?;
    }
    serials::clear_decoys(transaction, most_serials.cleared.saturating_sub(of_serials.cleared), clears, random)?;
    Ok(published)
}

fn due(transaction: &mut dyn Transaction, slot: i64, random: &mut dyn Random) -> Result<Vec<Due>, Error> {
    let due = "SELECT changes.handle, changes.value, changes.urgent, pseudonyms.list, pseudonyms.place, pseudonyms.serial, \
        places.clears FROM changes JOIN pseudonyms ON pseudonyms.handle = changes.handle \
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
            was_set: row.int()? != 0,
            lot: u32::from_be_bytes(lot),
        });
    }
    Ok(all)
}

#[cfg(test)]
mod tests;
