//! One member at her place: her group, whom she trusts, and what she makes of the others' messages.

use mimicred_keys::Random;
use mimicred_mls::carriage::Carried;
use mimicred_mls::group::{Commit, Group, Incoming, MAX_PAST_EPOCHS};
use mimicred_mls::{DisclosureBundle, MediaType, SealedDisclosure};
use mimicred_room::{
    Arrival, MemoryReplayStore, NoStatusLists, ReplayKey, Reveal, RoomContext, Settings, Snapshots, TrustStore, Verdict,
    Verifier, verify,
};
use mimicred_uri::MimiUri;

use super::Guest;
use crate::Error;

/// A member at her place in the room.
pub struct Seat {
    /// What the scenario calls her.
    pub name: &'static str,
    /// Her user-level URI in the room.
    pub user: MimiUri,
    group: Group,
    trust: TrustStore,
    snapshots: Snapshots,
    replay: MemoryReplayStore,
}

/// What a message is to one member.
pub(super) enum Understood {
    /// She has judged what is in it.
    Judged(Box<Verdict>),
    /// It is sealed, and not to her.
    ForOthers,
}

impl Seat {
    pub(super) fn take(guest: Guest, group: Group, random: &mut dyn Random) -> Result<Self, Error> {
        let Guest { name, user, trust, .. } = guest;
        let replay = ReplayKey::generate(random).map_err(|e| Error::step("a replay store is made", e))?;
        let (snapshots, replay) = (Snapshots::new(MAX_PAST_EPOCHS), MemoryReplayStore::new(replay));
        Ok(Self { name, user, group, trust, snapshots, replay })
    }

    /// Her MLS group.
    pub fn group(&self) -> &Group {
        &self.group
    }

    /// Where she makes her reveals in the current epoch, as her own snapshot says.
    ///
    /// # Errors
    /// [`crate::Code::StepFailed`].
    pub fn context(&self) -> Result<RoomContext, Error> {
        let step = "the nonce is derived";
        let snapshot = self.snapshots.current().ok_or_else(|| Error::step(step, "no snapshot"))?;
        let context = snapshot.room_context(self.group.own_index(), None).map_err(|e| Error::step(step, e))?;
        context.ok_or_else(|| Error::step(step, "her leaf does not hold, or the room wants an answer to a challenge"))
    }

    /// The leaves of those who have one of these roles, in the current epoch, as her own snapshot says.
    ///
    /// # Errors
    /// [`crate::Code::StepFailed`].
    pub fn leaves_with_roles(&self, roles: &[u32]) -> Result<Vec<u32>, Error> {
        let snapshot = self.snapshots.current().ok_or_else(|| Error::step("roles are looked up", "no snapshot"))?;
        Ok(snapshot.leaves_with_roles(roles))
    }

    pub(super) fn send(&mut self, application_data: &[u8]) -> Result<Vec<u8>, Error> {
        self.group.send(application_data).map_err(|e| Error::step("a reveal is sent", e))
    }

    pub(super) fn commit(
        &mut self,
        change: impl FnOnce(&mut Group) -> Result<Commit, mimicred_mls::Error>,
    ) -> Result<Commit, Error> {
        let step = "the group changes";
        let commit = change(&mut self.group).map_err(|e| Error::step(step, e))?;
        self.group.merge().map_err(|e| Error::step(step, e))?;
        Ok(commit)
    }

    pub(super) fn follow(&mut self, commit: &[u8]) -> Result<(), Error> {
        self.group.receive(commit).map(drop).map_err(|e| Error::step("the group changes", e))
    }

    /// Takes the snapshot of the epoch that the group has just entered.
    pub(super) fn enter_epoch(&mut self, now: i64) -> Result<(), Error> {
        let step = "an epoch is entered";
        let view = self.group.view().map_err(|e| Error::step(step, e))?;
        self.snapshots.enter(&view, &self.trust, now).map_err(|e| Error::step(step, e)).map(drop)
    }

    /// Decrypts a message, opens what is sealed in it, and judges the reveal.
    pub(super) fn hear(&mut self, message: &[u8], now: i64) -> Result<Understood, Error> {
        let step = "a reveal is received";
        let incoming = self.group.receive(message).map_err(|e| Error::step(step, e))?;
        let Incoming::Application { sender, epoch, octets } = incoming else {
            return Err(Error::step(step, "no application message"));
        };
        let opened = self.unseal(&octets, sender, epoch);
        let reveal = match &opened {
            None => Reveal::ApplicationData(&octets),
            Some(Err(e)) if e.code() == mimicred_mls::Code::SealedForOthers => return Ok(Understood::ForOthers),
            Some(opened) => Reveal::Sealed(opened.as_ref()),
        };
        let arrival = Arrival { sender, epoch, received_at: now, accepted_at: None, challenge: None };
        let mut verifier = Verifier {
            trust: &self.trust,
            replay: &mut self.replay,
            status: &NoStatusLists,
            disclosure_keys: &[],
            settings: Settings::default(),
        };
        let verdict = verify(&self.snapshots, &arrival, reveal, &mut verifier).map_err(|e| Error::step(step, e))?;
        Ok(Understood::Judged(Box::new(verdict)))
    }

    /// What is sealed in application data, opened with the key of this leaf; nothing for any other carriage, and in a room that
    /// does not list this one.
    fn unseal(&self, octets: &[u8], sender: u32, epoch: u64) -> Option<Result<DisclosureBundle, mimicred_mls::Error>> {
        let listed: &[MediaType] = self.snapshots.of(epoch).map_or(&[], |snapshot| snapshot.media_types());
        let Ok(Carried::Sealed(sealed)) = Carried::decode(octets, listed) else { return None };
        Some(SealedDisclosure::decode(&sealed).and_then(|sealed| self.group.open(&sealed, sender, epoch)))
    }
}
