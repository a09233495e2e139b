//! Which serial numbers are on the revocation list.

use mimicred_keys::Random;

use crate::Error;
use crate::credential::below;
use crate::database::{Transaction, Value};

/// Puts the serial number of a certificate on the list, to go with a later publication.
pub(super) fn add(transaction: &mut dyn Transaction, serial: &[u8], today: i64, clears: i64) -> Result<(), Error> {
    insert(transaction, &[row(serial, today, clears, 0)])
}

/// Takes it off.
pub(super) fn remove(transaction: &mut dyn Transaction, serial: &[u8]) -> Result<(), Error> {
    transaction.execute("DELETE FROM serials WHERE serial = $1", &[serial.into()])?;
    Ok(())
}

/// Takes those off whose time is over. By then none of them is anybody's.
pub(super) fn clear_due(transaction: &mut dyn Transaction, slot: i64) -> Result<(), Error> {
    transaction.execute("DELETE FROM serials WHERE decoy <> 0 AND clears <= $1", &[slot.into()])?;
    Ok(())
}

/// Takes so many off that are nobody's, chosen at random from those that would go before this.
pub(super) fn clear_decoys(
    transaction: &mut dyn Transaction,
    count: u32,
    before: i64,
    random: &mut dyn Random,
) -> Result<(), Error> {
    let decoys = "SELECT serial FROM serials WHERE decoy <> 0 AND clears < $1 ORDER BY serial";
    let rows = transaction.query(decoys, &[before.into()])?;
    let mut serials = rows.into_iter().map(|mut row| row.octets()).collect::<Result<Vec<_>, _>>()?;
    for _ in 0..count {
        let Some(most) = u32::try_from(serials.len()).ok().filter(|most| *most > 0) else { break };
        let serial = serials.swap_remove(usize::try_from(below(most, random)?).unwrap_or_default());
        remove(transaction, &serial)?;
    }
    Ok(())
}

/// Puts so many on that are nobody's.
pub(super) fn set_decoys(
    transaction: &mut dyn Transaction,
    count: u32,
    today: i64,
    clears: i64,
    random: &mut dyn Random,
) -> Result<(), Error> {
    let mut rows = Vec::new();
    for _ in 0..count {
        let mut serial = [0; 16];
        random.fill(&mut serial)?;
        // As those of certificates are (mimi-mls.md 4.5 B-1).
        if let Some(high) = serial.first_mut() {
            *high = (*high & 0x3f) | 0x40;
        }
        rows.push(row(&serial, today, clears, 1));
    }
    insert(transaction, &rows)
}

fn row(serial: &[u8], revoked: i64, clears: i64, decoy: i64) -> Vec<Value> {
    vec![serial.into(), revoked.into(), clears.into(), decoy.into()]
}

fn insert(transaction: &mut dyn Transaction, rows: &[Vec<Value>]) -> Result<(), Error> {
    transaction.insert_new("serials", &["serial", "revoked", "clears", "decoy"], 1, rows).map(|_| ())
}
