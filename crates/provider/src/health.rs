//! How a provider is: numbers, and nobody's names.

use crate::database::{first, transact};
use crate::time::{HOUR, day};
use crate::{Error, Provider};

/// Counts of what there is and what waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Accounts that are not deleted.
    pub accounts: u64,
    /// Those of them that are suspended.
    pub suspended_accounts: u64,
    /// Pseudonyms that have not expired.
    pub pseudonyms: u64,
    /// Those of them that are suspended.
    pub suspended_pseudonyms: u64,
    /// Those that expire within a week.
    pub expiring: u64,
    /// Batches that were not handed over.
    pub batches: u64,
    /// Keys that have no credential yet.
    pub to_make: u64,
    /// Changes of status that wait for a publication.
    pub changes: u64,
    /// Orders that wait to be carried out.
    pub orders: u64,
    /// Reports about which nothing was decided.
    pub reports: u64,
    /// When status was published last: the beginning of that slot, in seconds since 1970.
    pub published: Option<i64>,
}

impl Provider {
    /// How it is.
    ///
    /// # Errors
    /// Those of the store.
    pub fn health(&mut self, now: i64) -> Result<Health, Error> {
        let today = day(now);
        let every = i64::from(self.config.status.every_hours.max(1)) * HOUR;
        transact(&mut *self.database, |transaction| {
            let mut count = |of: &str| {
                let query = format!("SELECT COUNT(*) FROM {of}");
                first(transaction, &query, &[])?.map_or(Ok(0), |mut row| row.count())
            };
            let mut health = Health {
                accounts: count("accounts WHERE state <> 2")?,
                suspended_accounts: count("accounts WHERE state = 1")?,
                pseudonyms: count(&format!("pseudonyms WHERE until > {today}"))?,
                suspended_pseudonyms: count(&format!("pseudonyms WHERE until > {today} AND state = 1"))?,
                expiring: count(&format!("pseudonyms WHERE until > {today} AND until <= {}", today + 7))?,
                batches: count("batches")?,
                to_make: 0,
                changes: count("changes")?,
                orders: count("orders")?,
                reports: count("reports WHERE verdict = 0")?,
                published: None,
            };
            let left = "SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) FROM work";
            health.to_make = first(transaction, left, &[])?.map_or(Ok(0), |mut row| row.count())?;
            let latest = first(transaction, "SELECT slot FROM publications ORDER BY slot DESC LIMIT 1", &[])?;
            health.published = latest.map(|mut row| row.int()).transpose()?.map(|slot| slot * every);
            Ok(health)
        })
    }
}
