//! What is published of pseudonyms: status lists for tokens and a revocation list for certificates, at fixed times and among decoys.
//!
//! Two lists one after the other differ in as many entries as ever, whatever happened: entries of pseudonyms that were suspended are set
//! together with entries of nobody (mimi-mls.md 4.5 B-7, B-18). What does not fit waits for the next publication, unless it is urgent. All
//! that is not valid has one value: why it is not, and for how long, is nobody's business.
//!
//! Every entry stays set for the same time, whoever it is of and whenever its credential expires: what was set together is cleared together.
//! Only a few are cleared before their time, as many with each publication: pseudonyms that count again, and decoys.

mod flips;
mod lists;
mod serials;

use mimicred_keys::Random;
use mimicred_status::{Bits, StatusIssuer, StatusList, StatusListCwt, StatusListJwt, StatusListToken, StatusValue};
use mimicred_x509::{Crl, CrlProfile, Revocation, SerialNumber, Validity, prepare_crl};

use crate::config::Format;
use crate::credential::PLACES;
use crate::database::{Transaction, first, transact};
use crate::time::{DAY, HOUR, day, hour};
use crate::{Code, Config, Error, Provider};

/// The value of every entry that is set.
const SET: StatusValue = StatusValue::SUSPENDED;

/// Whether something may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// It is published at its time, among decoys.
    Ordinary,
    /// It is published at once, and whoever watches sees that something happened.
    Emergency,
}

/// What is to be put where everybody can fetch it.
pub struct Publication {
    /// The time of it, in seconds since 1970: the beginning of its slot.
    pub at: i64,
    /// When the next one is due.
    pub next: i64,
    /// Each status list; none if no tokens are issued.
    pub lists: Vec<PublishedList>,
    /// The revocation list; none if no certificates are issued.
    pub crl: Option<Crl>,
    /// How many changes were published.
    pub published: u64,
    /// How many wait for their time, or for room.
    pub waiting: u64,
}

/// A status list in both forms.
pub struct PublishedList {
    /// Its number.
    pub number: u32,
    /// Where tokens say that it is.
    pub uri: String,
    /// As a CWT.
    pub cwt: StatusListCwt,
    /// As a JWT.
    pub jwt: StatusListJwt,
}

/// The number of the publication that is current at this time.
pub(crate) fn slot(config: &Config, now: i64) -> i64 {
    hour(now).div_euclid(i64::from(config.status.every_hours.max(1)))
}

impl Provider {
    /// Publishes what is due. Within one slot it can be done again, and is the same but for urgent changes.
    ///
    /// # Errors
    /// [`Code::IssueFailed`]; those of the store.
    pub fn publish(&mut self, now: i64, random: &mut dyn Random) -> Result<Publication, Error> {
        let config = self.config.clone();
        let slot = slot(&config, now);
        let seconds = i64::from(config.status.every_hours.max(1)) * HOUR;
        let (number, published, waiting) = transact(&mut *self.database, |transaction| {
            let number = next_number(transaction, slot, day(now))?;
            if number.is_new_day {
                forget_expired(transaction, now)?;
            }
            let published = flips::flip(transaction, &config, &number, day(number.slot * seconds), random)?;
            let waiting = first(transaction, "SELECT COUNT(*) FROM changes", &[])?.map_or(Ok(0), |mut row| row.count())?;
            Ok((number, published, waiting))
        })?;
        let at = number.slot * seconds;
        let mut lists = Vec::new();
        if config.formats.iter().any(|format| *format != Format::X509) {
            for list in 0..config.status.lists {
                lists.push(self.list(list, at, seconds)?);
            }
        }
        let crl = match config.formats.contains(&Format::X509) {
            true => Some(self.crl(number.crl, at)?),
            false => None,
        };
        Ok(Publication { at, next: at + seconds, lists, crl, published, waiting })
    }

    fn list(&mut self, number: u32, at: i64, seconds: i64) -> Result<PublishedList, Error> {
        let set = transact(&mut *self.database, |transaction| {
            let set = "SELECT place FROM places WHERE list = $1 AND clears <> 0";
            let rows = transaction.query(set, &[i64::from(number).into()])?;
            rows.into_iter().map(|mut row| row.count()).collect::<Result<Vec<_>, _>>()
        })?;
        let mut list = StatusList::new(Bits::Two, PLACES.end);
        for place in set {
            list.set(place, SET).map_err(failed)?;
        }
        let uri = self.config.status.uri.replace("{list}", &number.to_string());
        let ttl = u64::try_from(seconds).unwrap_or(0);
        // Whoever holds a list when the next one is late should not be without.
        let token = StatusListToken::new(&uri, list, at).with_expiry(at + 2 * seconds + DAY).with_ttl(ttl);
        let (issuer, key) = (StatusIssuer::new(self.keys.token_public()), self.keys.token());
        Ok(PublishedList {
            number,
            uri,
            cwt: issuer.prepare_cwt(&token).and_then(|prepared| prepared.sign(&key)).map_err(failed)?,
            jwt: issuer.prepare_jwt(&token).and_then(|prepared| prepared.sign(&key)).map_err(failed)?,
        })
    }

    fn crl(&mut self, number: u64, at: i64) -> Result<Crl, Error> {
        let revocations = transact(&mut *self.database, |transaction| {
            let rows = transaction.query("SELECT serial, revoked FROM serials", &[])?;
            let revocation = |mut row: crate::database::Row| {
                let serial = SerialNumber::from_contents(&row.octets()?);
                let serial = serial.map_err(|cause| Error::new(Code::StoreDamaged).because(cause))?;
                Ok(Revocation { serial, at: row.int()? * DAY })
            };
            rows.into_iter().map(revocation).collect::<Result<Vec<_>, Error>>()
        })?;
        let days = i64::from(self.config.status.every_hours).div_euclid(12) + 2;
        let validity = Validity::new(at, at + days * DAY).map_err(failed)?;
        let profile = CrlProfile::new(number, validity).with_revocations(revocations);
        prepare_crl(&self.ca, &profile).and_then(|prepared| prepared.sign(&self.keys.ca())).map_err(failed)
    }
}

/// Which publication this is.
struct Number {
    slot: i64,
    crl: u64,
    /// Whether there never was one.
    is_first: bool,
    /// Whether this slot was published before.
    is_again: bool,
    /// Whether nothing was published yet on this day.
    is_new_day: bool,
}

fn next_number(transaction: &mut dyn Transaction, slot: i64, today: i64) -> Result<Number, Error> {
    let latest = first(transaction, "SELECT slot, crl, swept FROM publications ORDER BY slot DESC LIMIT 1", &[])?;
    let (number, swept) = match latest {
        None => (Number { slot, crl: 1, is_first: true, is_again: false, is_new_day: true }, today),
        Some(mut row) => {
            let (latest, crl, swept) = (row.int()?, row.count()?, row.int()?);
            // A clock that went back publishes nothing new.
            let is_again = slot <= latest;
            let number = Number { slot: slot.max(latest), crl: crl + 1, is_first: false, is_again, is_new_day: today > swept };
            (number, today.max(swept))
        }
    };
    let crl = i64::try_from(number.crl).unwrap_or(i64::MAX);
    transaction.execute("DELETE FROM publications", &[])?;
    let insert = "INSERT INTO publications (slot, crl, swept) VALUES ($1, $2, $3)";
    transaction.execute(insert, &[number.slot.into(), crl.into(), swept.into()])?;
    Ok(number)
}

/// Forgets what has expired. Entries that are set stay so for their time, and are nobody's.
fn forget_expired(transaction: &mut dyn Transaction, now: i64) -> Result<(), Error> {
    let today = [day(now).into()];
    transaction.execute("DELETE FROM nonces WHERE expires <= $1", &[now.into()])?;
    let expired = "SELECT list, place FROM pseudonyms WHERE until <= $1";
    let set = format!("UPDATE places SET decoy = 1 WHERE clears <> 0 AND decoy = 0 AND (list, place) IN ({expired})");
    transaction.execute(&set, &today)?;
    transaction.execute(&format!("DELETE FROM places WHERE clears = 0 AND (list, place) IN ({expired})"), &today)?;
    let serials = "UPDATE serials SET decoy = 1 WHERE decoy = 0 AND serial IN (SELECT serial FROM pseudonyms WHERE until <= $1)";
    transaction.execute(serials, &today)?;
    for table in ["changes", "orders", "reports", "points"] {
        let forget = format!("DELETE FROM {table} WHERE handle IN (SELECT handle FROM pseudonyms WHERE until <= $1)");
        transaction.execute(&forget, &today)?;
    }
    for (table, column) in [("pseudonyms", "until"), ("live", "day")] {
        transaction.execute(&format!("DELETE FROM {table} WHERE {column} <= $1"), &today)?;
    }
    Ok(())
}

fn failed(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(Code::IssueFailed).because(cause)
}
