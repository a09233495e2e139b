//! From credentials that nobody has to an answer, and to nothing that would tell whose they are.

use super::{Batch, SOME_ROWS};
use crate::database::{first, successor, transact};
use crate::keys::open;
use crate::{Code, Error, Provider};

impl Provider {
    /// Gives out each credential of a batch that is made, in random order: one JSON object each, with `user`, `client` and a member for
    /// each format, `x509` in PEM, `sd-jwt` as it is, `sd-cwt` in base64url.
    ///
    /// # Errors
    /// [`Code::IssueFailed`] if there is anything left to make; what `each` returns; those of the store.
    pub fn hand_over(&mut self, batch: &Batch, each: &mut dyn FnMut(&str) -> Result<(), Error>) -> Result<(), Error> {
        let ready = transact(&mut *self.database, |transaction| {
            let ready = first(transaction, "SELECT COUNT(*) FROM outbox WHERE batch = $1", &[(&batch.id).into()])?;
            ready.map_or(Ok(0), |mut row| row.count())
        })?;
        if ready != batch.total {
            return Err(Error::new(Code::IssueFailed).note(format!("{ready} of {} are made", batch.total)));
        }
        let some = "SELECT place, credential FROM outbox WHERE batch = $1 AND place >= $2 ORDER BY place LIMIT $3";
        let mut next = Some([0; 16]);
        while let Some(from) = next.take() {
            let rows = transact(&mut *self.database, |transaction| {
                transaction.query(some, &[(&batch.id).into(), (&from).into(), SOME_ROWS.into()])
            })?;
            for mut row in rows {
                let place: [u8; 16] = row.array()?;
                let answer = open(&self.secrets.outbox, &row.octets()?, &[&batch.id[..], &place].concat())?;
                each(std::str::from_utf8(&answer).map_err(|_| Error::new(Code::StoreDamaged))?)?;
                next = successor(place);
            }
        }
        Ok(())
    }

    /// Forgets the credentials of a batch, which somebody has now, and whose they are.
    ///
    /// # Errors
    /// [`Code::IssueFailed`] if there is anything left to make; those of the store.
    pub fn acknowledge(&mut self, batch: &Batch) -> Result<(), Error> {
        transact(&mut *self.database, |transaction| {
            let left = first(transaction, "SELECT COUNT(*) FROM work WHERE batch = $1", &[(&batch.id).into()])?;
            if left.map_or(Ok(0), |mut row| row.count())? != 0 {
                return Err(Error::new(Code::IssueFailed).note("not all are made"));
            }
            transaction.execute("DELETE FROM outbox WHERE batch = $1", &[(&batch.id).into()])?;
            transaction.execute("DELETE FROM batches WHERE id = $1", &[(&batch.id).into()])?;
            Ok(())
        })
    }
}
