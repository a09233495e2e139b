//! From credentials that nobody has to an answer, and to nothing that would tell whose they are.

use super::{Batch, piece};
use crate::database::{first, transact};
use crate::keys::open;
use crate::{Code, Error, Provider};

impl Provider {
    /// Gives out each credential of a batch that is made, in random order: one JSON object each, with `user`, `client` and a member for
    /// each format, `x509` in PEM, `sd-jwt` as it is, `sd-cwt` in base64url.
    ///
    /// # Errors
    /// [`Code::IssueFailed`] if there is anything left to make; what `each` returns; those of the store.
    pub fn hand_over(&mut self, batch: &Batch, each: &mut dyn FnMut(&str) -> Result<(), Error>) -> Result<(), Error> {
        let outbox = &self.secrets.outbox;
        let (key, ready) = transact(&mut *self.database, |transaction| {
            let ready = first(
                transaction,
                "SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) FROM outbox WHERE batch = $1",
                &[(&batch.id).into()],
            )?;
            Ok((batch.key(outbox, transaction)?, ready.map_or(Ok(0), |mut row| row.count())?))
        })?;
        let Some(key) = key.filter(|_| ready == batch.total) else {
            return Err(Error::new(Code::IssueFailed).note(format!("{ready} of {} are made", batch.total)));
        };
        let one = "SELECT piece, credentials FROM outbox WHERE batch = $1 AND piece >= $2 ORDER BY piece LIMIT 1";
        let mut next = Some(0_i64);
        while let Some(from) = next.take() {
            let row = transact(&mut *self.database, |transaction| first(transaction, one, &[(&batch.id).into(), from.into()]))?;
            let Some(mut row) = row else { break };
            let number = row.int()?;
            let answers = open(&key, &row.octets()?, &piece::place(&batch.id, number))?;
            let answers = std::str::from_utf8(&answers).map_err(|_| Error::new(Code::StoreDamaged))?;
            answers.lines().try_for_each(&mut *each)?;
            next = number.checked_add(1);
        }
        Ok(())
    }

    /// Forgets the credentials of a batch, which somebody has now, and whose they are.
    ///
    /// # Errors
    /// [`Code::IssueFailed`] if there is anything left to make; those of the store.
    pub fn acknowledge(&mut self, batch: &Batch) -> Result<(), Error> {
        let id = &[(&batch.id).into()];
        transact(&mut *self.database, |transaction| {
            let left = first(transaction, "SELECT COUNT(*) FROM work WHERE batch = $1", id)?;
            if left.map_or(Ok(0), |mut row| row.count())? != 0 {
                return Err(Error::new(Code::IssueFailed).note("not all are made"));
            }
            // With the batch its salt goes, and what was sealed under it needs no erasing.
            transaction.execute("DELETE FROM batches WHERE id = $1", id)?;
            transaction.delete_sealed("outbox", "batch", &batch.id)?;
            Ok(())
        })
    }
}
