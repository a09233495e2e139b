//! Which entries of a status list are set.

use mimicred_keys::Random;

use crate::Error;
use crate::credential::{PLACES, below};
use crate::database::{Transaction, Value};

/// Sets the entry of a pseudonym, to be cleared with a later publication, or clears it with 0.
pub(super) fn change(transaction: &mut dyn Transaction, list: u32, place: i64, clears: i64) -> Result<(), Error> {
    let update = "UPDATE places SET clears = $1 WHERE list = $2 AND place = $3";
    transaction.execute(update, &[clears.into(), i64::from(list).into(), place.into()])?;
    Ok(())
}

/// Clears the entries whose time is over. By then none of them is anybody's.
pub(super) fn clear_due(transaction: &mut dyn Transaction, slot: i64) -> Result<(), Error> {
    transaction.execute("DELETE FROM places WHERE decoy <> 0 AND clears <= $1", &[slot.into()])?;
    Ok(())
}

/// Clears so many decoys of a list, chosen at random from those that would be cleared before this, and forgets them.
pub(super) fn clear_decoys(
    transaction: &mut dyn Transaction,
    list: u32,
    count: u32,
    before: i64,
    random: &mut dyn Random,
) -> Result<(), Error> {
    let decoys = "SELECT place FROM places WHERE list = $1 AND decoy <> 0 AND clears < $2 ORDER BY place";
    let rows = transaction.query(decoys, &[i64::from(list).into(), before.into()])?;
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
pub(super) fn set_decoys(
    transaction: &mut dyn Transaction,
    list: u32,
    count: u32,
    clears: i64,
    random: &mut dyn Random,
) -> Result<(), Error> {
    let mut left = usize::try_from(count).unwrap_or(usize::MAX);
    // A list that is nearly full would be searched for long; then there are fewer decoys.
    for _ in 0..8 {
        let mut rows: Vec<Vec<Value>> = Vec::with_capacity(left);
        for _ in 0..left {
            let place = PLACES.start + below(PLACES.end - PLACES.start, random)?;
            rows.push(vec![i64::from(list).into(), i64::from(place).into(), clears.into(), 1.into()]);
        }
        let new = transaction.insert_new("places", &["list", "place", "clears", "decoy"], 2, &rows)?;
        left -= new.into_iter().filter(|is_new| *is_new).count();
        if left == 0 {
            break;
        }
    }
    Ok(())
}
