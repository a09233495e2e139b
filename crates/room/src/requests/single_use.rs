//! A challenge is used up for a leaf by the first message in which it answers (mimi-mls.md 3.5.2).

use super::Kept;
use crate::Error;
use crate::replay::{OneTime, Origin, ReplayStore, Seen, Use};
use crate::sittings::Sitting;

/// What challenges are called among the things that count once.
const CHALLENGE: &str = "challenge";

/// A replay store for one message that answers a challenge: a presentation that holds up to step 7 is filed there as always, and uses
/// up the challenge; one in a message that comes after that is a replay.
///
/// The mark is kept with the request and filed in the store, both by message: a client that has lost its memory and gets the same request
/// once more takes no other answer.
pub(crate) struct SingleUse<'r> {
    inner: &'r mut dyn ReplayStore,
    request: &'r mut Kept,
    nonce: [u8; 32],
    sitting: Sitting,
    message: [u8; 32],
}

impl<'r> SingleUse<'r> {
    /// For one message, by its hash, of one member.
    pub(crate) fn new(
        inner: &'r mut dyn ReplayStore,
        request: &'r mut Kept,
        nonce: [u8; 32],
        sitting: Sitting,
        message: [u8; 32],
    ) -> Self {
        Self { inner, request, nonce, sitting, message }
    }
}

impl ReplayStore for SingleUse<'_> {
    fn record(&mut self, presented: &Use<'_>, origin: Origin, keep_until: i64) -> Result<Seen, Error> {
        let before = self.request.used.get(&self.sitting).copied();
        if before.is_some_and(|message| message != self.message) {
            return Ok(Seen::Replayed);
        }
        let seen = self.inner.record(presented, origin, keep_until)?;
        if before.is_some() || seen == Seen::Replayed {
            return Ok(seen);
        }
        let thing = [self.nonce.as_slice(), presented.leaf_key.octets()].concat();
        let once = OneTime { kind: CHALLENGE, thing: &thing, user: &self.message };
        let seen = self.inner.use_up(&once, keep_until.max(self.request.gone))?;
        if seen == Seen::Acceptable {
            self.request.used.insert(self.sitting, self.message);
        }
        Ok(seen)
    }

    fn use_up(&mut self, once: &OneTime<'_>, keep_until: i64) -> Result<Seen, Error> {
        self.inner.use_up(once, keep_until)
    }

    fn forget(&mut self, now: i64) -> Result<(), Error> {
        self.inner.forget(now)
    }
}
