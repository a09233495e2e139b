//! Which serial numbers are on the revocation list.

use mimicred_keys::Random;

use crate::credential::below;
use crate::database::{Transaction, Value};
use crate::{Config, Error};

/// Puts the serial number of a certificate on the list.
pub(super) fn add(transaction: &mut dyn Transaction, serial: &[u8], today: i64, until: i64) -> Result<(), Error> {
    insert(transaction, serial, today, until, 0)
}

/// Takes it off.
pub(super) fn remove(transaction: &mut dyn Transaction, serial: &[u8]) -> Result<(), Error> {
    transaction.execute("DELETE FROM serials WHERE serial = $1", &[serial.into()])?;
    Ok(())
}

/// Takes so many off that are nobody's, and puts so many on: as if their certificates ended on a day that others end on as well.
pub(super) fn decoys(
    transaction: &mut dyn Transaction,
    config: &Config,
    today: i64,
    clear: u32,
    set: u32,
    random: &mut dyn Random,
) -> Result<(), Error> {
    let rows = transaction.query("SELECT serial FROM serials WHERE decoy <> 0 ORDER BY serial", &[])?;
    let mut serials = rows.into_iter().map(|mut row| row.octets()).collect::<Result<Vec<_>, _>>()?;
    for _ in 0..clear {
        let Some(most) = u32::try_from(serials.len()).ok().filter(|most| *most > 0) else { break };
        let serial = serials.swap_remove(usize::try_from(below(most, random)?).unwrap_or_default());
        remove(transaction, &serial)?;
    }
    for _ in 0..set {
        let mut serial = [0; 16];
        random.fill(&mut serial)?;
        // As those of certificates are (mimi-mls.md 4.5 B-1).
        if let Some(high) = serial.first_mut() {
            *high = (*high & 0x3f) | 0x40;
        }
        let days = below(config.lifetime_days, random)?;
        insert(transaction, &serial, today, today + 1 + i64::from(days), 1)?;
    }
    Ok(())
}

fn insert(transaction: &mut dyn Transaction, serial: &[u8], revoked: i64, until: i64, decoy: i64) -> Result<(), Error> {
    let insert = "INSERT INTO serials (serial, revoked, until, decoy) VALUES ($1, $2, $3, $4) ON CONFLICT (serial) DO NOTHING";
    let values: [Value; 4] = [serial.into(), revoked.into(), until.into(), decoy.into()];
    transaction.execute(insert, &values)?;
    Ok(())
}
