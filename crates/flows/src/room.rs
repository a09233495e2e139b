//! A room in one process: real MLS groups, one for each member, and a transport that hands every message to everybody else.

use mimicred_keys::Random;
use mimicred_mls::component::Participant;
use mimicred_mls::framing::ApplicationFraming;
use mimicred_mls::group::{Commit, Group, Incoming, Lifetime, MAX_PAST_EPOCHS, Member, RoomState};
use mimicred_mls::{DisclosureBundle, MediaType};
use mimicred_room::{
    Arrival, MemoryReplayStore, NoStatusLists, ReplayKey, Reveal, RoomContext, Settings, Snapshots, TrustStore, Verdict,
    Verifier, verify,
};
use mimicred_uri::MimiUri;
use serde::Serialize;

use crate::Error;

/// The role that every member of the scenarios has: an ordinary participant.
const ROLE: u32 = 2;
/// Days for which a leaf made for a scenario is valid.
const LIFETIME_DAYS: u16 = 28;

/// Somebody about to take part.
pub struct Guest {
    /// What the scenario calls her.
    pub name: &'static str,
    /// Her user-level URI in the room.
    pub user: MimiUri,
    /// Her leaf to be.
    pub member: Member,
    /// Whom she trusts.
    pub trust: TrustStore,
}

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

/// What one member made of a reveal.
#[derive(Clone, Debug, Serialize)]
pub struct Heard {
    /// The member's name.
    pub by: &'static str,
    /// Her verdict.
    pub verdict: Verdict,
}

/// A room and everybody in it.
pub struct Room {
    uri: MimiUri,
    now: i64,
    seats: Vec<Seat>,
    wire: Vec<Vec<u8>>,
}

impl Room {
    /// The first guest creates the room and adds the others. `policy` is the TLS form of its disclosure policy.
    ///
    /// # Errors
    /// [`crate::Code::StepFailed`].
    pub fn open(
        uri: MimiUri,
        group_id: &[u8],
        policy: Vec<u8>,
        guests: Vec<Guest>,
        now: i64,
        random: &mut dyn Random,
    ) -> Result<Self, Error> {
        let step = "a room is created";
        let lifetime = Lifetime::days(u64::try_from(now).unwrap_or_default(), LIFETIME_DAYS).map_err(|e| Error::step(step, e))?;
        let mut guests = guests.into_iter();
        let creator = guests.next().ok_or_else(|| Error::step(step, "nobody is there"))?;
        let state = RoomState::new(uri.clone())
            .with_participants(vec![participant(&creator.user)])
            .with_policy(policy)
            .with_media_types(vec![MediaType::MimiContent, MediaType::DisclosureBundle]);
        let mut group = creator.member.create(group_id, &state, &lifetime).map_err(|e| Error::step(step, e))?;

        let guests: Vec<Guest> = guests.collect();
        let key_packages = guests.iter().map(|guest| guest.member.key_package(&lifetime)).collect::<Result<Vec<_>, _>>();
        let mut wire = key_packages.map_err(|e| Error::step(step, e))?;
        let key_packages: Vec<&[u8]> = wire.iter().map(Vec::as_slice).collect();
        let participants = guests.iter().map(|guest| participant(&guest.user)).collect();
        let commit = group.add(&key_packages, participants).map_err(|e| Error::step(step, e))?;
        group.merge().map_err(|e| Error::step(step, e))?;
        let welcome = commit.welcome.ok_or_else(|| Error::step(step, "no Welcome"))?;
        wire.extend([commit.message, welcome.clone()]);

        let mut seats = vec![Seat::take(creator, group, random)?];
        for guest in guests {
            let group = guest.member.join(&welcome).map_err(|e| Error::step("a member joins", e))?;
            seats.push(Seat::take(guest, group, random)?);
        }
        for seat in &mut seats {
            seat.enter_epoch(now)?;
        }
        Ok(Self { uri, now, seats, wire })
    }

    /// The room's URI.
    pub fn uri(&self) -> &MimiUri {
        &self.uri
    }

    /// Every octet string that has crossed the hub: KeyPackages, Welcomes, commits and messages, in their order.
    pub fn wire(&self) -> &[Vec<u8>] {
        &self.wire
    }

    /// Who is there, the creator first.
    pub fn seats(&self) -> &[Seat] {
        &self.seats
    }

    /// The member of this name.
    ///
    /// # Errors
    /// [`crate::Code::StepFailed`].
    pub fn seat(&self, name: &str) -> Result<&Seat, Error> {
        self.seats.iter().find(|seat| seat.name == name).ok_or_else(|| Error::step("a member is looked up", name.to_owned()))
    }

    /// The member of this name sends a bundle as an application message; everybody else decrypts and judges it. Also says how many
    /// octets travelled.
    ///
    /// # Errors
    /// [`crate::Code::StepFailed`]: only if MLS itself fails; whatever is wrong with the reveal is in the verdicts.
    pub fn reveal(&mut self, from: &str, bundle: &DisclosureBundle) -> Result<(usize, Vec<Heard>), Error> {
        let step = "a reveal is sent";
        let content = bundle.encode().map_err(|e| Error::step(step, e))?;
        let framed = ApplicationFraming { media_type: Some(MediaType::DisclosureBundle), content };
        let octets = framed.encode().map_err(|e| Error::step(step, e))?;
        let now = self.now;
        let sender = self.seats.iter_mut().find(|seat| seat.name == from);
        let sender = sender.ok_or_else(|| Error::step(step, from.to_owned()))?;
        let message = sender.group.send(&octets).map_err(|e| Error::step(step, e))?;
        let receivers = self.seats.iter_mut().filter(|seat| seat.name != from);
        let heard = receivers.map(|seat| seat.hear(&message, now)).collect::<Result<_, _>>()?;
        let octets = message.len();
        self.wire.push(message);
        Ok((octets, heard))
    }

    /// The member of this name commits a change, and everybody enters the new epoch.
    ///
    /// # Errors
    /// [`crate::Code::StepFailed`].
    pub fn change(
        &mut self,
        by: &str,
        change: impl FnOnce(&mut Group) -> Result<Commit, mimicred_mls::Error>,
    ) -> Result<(), Error> {
        let step = "the group changes";
        let committer = self.seats.iter_mut().find(|seat| seat.name == by);
        let committer = committer.ok_or_else(|| Error::step(step, by.to_owned()))?;
        let commit = change(&mut committer.group).map_err(|e| Error::step(step, e))?;
        committer.group.merge().map_err(|e| Error::step(step, e))?;
        for seat in self.seats.iter_mut().filter(|seat| seat.name != by) {
            seat.group.receive(&commit.message).map_err(|e| Error::step(step, e))?;
        }
        self.wire.push(commit.message);
        let now = self.now;
        self.seats.iter_mut().try_for_each(|seat| seat.enter_epoch(now))
    }
}

impl Seat {
    fn take(guest: Guest, group: Group, random: &mut dyn Random) -> Result<Self, Error> {
        let Guest { name, user, trust, member: _ } = guest;
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

    /// Takes the snapshot of the epoch that the group has just entered.
    fn enter_epoch(&mut self, now: i64) -> Result<(), Error> {
        let step = "an epoch is entered";
        let view = self.group.view().map_err(|e| Error::step(step, e))?;
        self.snapshots.enter(&view, &self.trust, now).map_err(|e| Error::step(step, e)).map(drop)
    }

    /// Decrypts a message and judges the reveal in it.
    fn hear(&mut self, message: &[u8], now: i64) -> Result<Heard, Error> {
        let step = "a reveal is received";
        let incoming = self.group.receive(message).map_err(|e| Error::step(step, e))?;
        let Incoming::Application { sender, epoch, octets } = incoming else {
            return Err(Error::step(step, "no application message"));
        };
        let arrival = Arrival { sender, epoch, received_at: now, accepted_at: None, challenge: None };
        let mut verifier = Verifier {
            trust: &self.trust,
            replay: &mut self.replay,
            status: &NoStatusLists,
            disclosure_keys: &[],
            settings: Settings::default(),
        };
        let verdict = verify(&self.snapshots, &arrival, Reveal::ApplicationData(&octets), &mut verifier);
        Ok(Heard { by: self.name, verdict: verdict.map_err(|e| Error::step(step, e))? })
    }
}

fn participant(user: &MimiUri) -> Participant {
    Participant { user: user.clone(), role_index: ROLE }
}
