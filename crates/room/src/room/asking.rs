//! What is asked in a room: by this client, and by others.

use mimicred_keys::Random;
use mimicred_mls::DisclosureRequest;
use mimicred_mls::content::MessageId;

use super::Room;
use crate::policy::NonceMode;
use crate::requests::{Asker, Kept, Question, ReceivedRequest, RequestMessage, Wanted, judge};
use crate::snapshot::Asked;
use crate::verify::Arrival;
use crate::{Code, Error};

impl Room {
    /// Whether the member at a leaf has left a request of ours unanswered (mimi-mls.md 3.4.2, Deadline): it has run out, and nothing that
    /// she has revealed since was accepted. What was in force before answers nothing.
    pub fn asked(&self, leaf: u32, now: i64) -> Asked {
        self.sittings.current(leaf).map_or(Asked::NotYet, |sitting| self.requests.asked(sitting, now))
    }

    /// Makes a request to everybody in the current epoch, in which it must be sent: to those who sit there now it is put. `own` is the
    /// leaf of this client. In a room that wants answers to challenges it has a fresh nonce.
    ///
    /// # Errors
    /// `room/request-forbidden` if this client's role does not let it ask, `room/request-unanswerable` for what nobody could answer,
    /// `room/request-limit` when too many are open; `room/snapshot-refused` before an epoch was entered, `room/random-failed` and
    /// `room/request-reused` when the random source fails.
    pub fn ask(
        &mut self,
        own: u32,
        question: &Question<'_>,
        now: i64,
        random: &mut dyn Random,
    ) -> Result<DisclosureRequest, Error> {
        self.requests.settle(&self.sittings, now);
        let snapshot = self.snapshots.current().ok_or(Code::SnapshotRefused)?;
        let wanted = Wanted::of(own, question.claim_names, question.formats, snapshot)?;
        if let Some(label) = question.claim_names.iter().find(|label| !wanted.claim_names.contains(label)) {
            return Err(Error::new(Code::RequestUnanswerable).note(format!("the room has no claim {label:?} to show")));
        }
        let formats = if question.formats.is_empty() { Vec::new() } else { wanted.formats };
        if now > question.not_after {
            return Err(Error::new(Code::RequestUnanswerable).note("its time is over"));
        }
        let not_after = u64::try_from(question.not_after).map_err(|e| Error::new(Code::RequestUnanswerable).because(e))?;
        let mut kept = Kept::new(Asker::Me, own, snapshot, self.settings, question.not_after);
        if snapshot.policy().known().is_some_and(|policy| policy.nonce_mode == NonceMode::Challenge) {
            let mut nonce = [0; 32];
            random.fill(&mut nonce).map_err(|e| Error::new(Code::RandomFailed).because(e))?;
            kept.nonce = Some(nonce);
        }
        let challenge = kept.nonce;
        self.requests.keep(kept)?;
        Ok(DisclosureRequest { challenge, claim_names: question.claim_names.to_vec(), formats, not_after })
    }

    /// Takes down as which message a request of ours was sent, if it was a MIMI content: answers may then be found by what they reply
    /// to (mimi-mls.md 3.5.4).
    ///
    /// # Errors
    /// `room/request-unanswerable` for a request that is not kept, or has no nonce, so that nothing need be found.
    pub fn sent_as(&mut self, request: &DisclosureRequest, message_id: MessageId) -> Result<(), Error> {
        let kept = request.challenge.as_ref().and_then(|nonce| self.requests.own_mut(nonce));
        kept.ok_or(Code::RequestUnanswerable)?.message_id = Some(message_id);
        Ok(())
    }

    /// Judges a request of another member by the snapshot of its epoch, and keeps it, because the others' answers to it count too.
    /// Nothing if the message is no request.
    ///
    /// # Errors
    /// `room/request-malformed`, `room/request-forbidden` for a sender without canRequestDisclosure, `room/request-unanswerable`,
    /// `room/request-reused`, `room/request-limit`. A request that is refused is not answered.
    pub fn receive_request(
        &mut self,
        arrival: &Arrival<'_>,
        message: RequestMessage<'_>,
    ) -> Result<Option<ReceivedRequest>, Error> {
        self.requests.settle(&self.sittings, arrival.received_at);
        let snapshot = self.snapshots.of(arrival.epoch);
        let snapshot = snapshot.ok_or_else(|| Error::new(Code::RequestUnanswerable).note("no snapshot of its epoch is kept"))?;
        let Some(received) = judge(message, arrival, snapshot)? else { return Ok(None) };
        let mut kept = Kept::new(Asker::Other, received.leaf, snapshot, self.settings, received.not_after);
        (kept.nonce, kept.message_id) = (received.nonce, received.message_id);
        self.requests.keep(kept)?;
        Ok(Some(received))
    }
}
