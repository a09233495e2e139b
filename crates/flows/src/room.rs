//! A room in one process: real MLS groups, one for each member, and a transport that hands every message to everybody else.

mod seat;

use mimicred_keys::Random;
use mimicred_mls::component::{
    CAN_ADD_PARTICIPANT, CAN_CHANGE_DISCLOSURE_POLICY, CAN_VIEW_RESTRICTED_DISCLOSURES, NOT_A_PARTICIPANT, Participant, Role,
    RoleChange, RolesList,
};
use mimicred_mls::framing::ApplicationFraming;
use mimicred_mls::group::{Commit, Group, Lifetime, Member, RoomState};
use mimicred_mls::{DisclosureBundle, MediaType};
use mimicred_room::{TrustStore, Verdict};
use mimicred_uri::MimiUri;
use serde::Serialize;

use crate::Error;

pub use seat::Seat;
use seat::Understood;

/// Days for which a leaf made for a scenario is valid.
const LIFETIME_DAYS: u16 = 28;

/// Somebody about to take part.
pub struct Guest {
    /// What the scenario calls her.
    pub name: &'static str,
    /// Her user-level URI in the room.
    pub user: MimiUri,
    /// Her role in the room; that of the creator lets her change the disclosure policy.
    pub role: u32,
    /// Her leaf to be.
    pub member: Member,
    /// Whom she trusts.
    pub trust: TrustStore,
}

/// What a room is from its beginning.
#[derive(Clone, Debug)]
pub struct Premises {
    /// Its URI: the audience of every reveal.
    pub uri: MimiUri,
    /// The identifier of its group.
    pub group_id: Vec<u8>,
    /// The TLS form of its disclosure policy.
    pub policy: Vec<u8>,
    /// The media types of its messages, the first of them the default.
    pub media_types: Vec<MediaType>,
}

/// What one member made of a reveal.
#[derive(Clone, Debug, Serialize)]
pub struct Heard {
    /// The member's name.
    pub by: &'static str,
    /// Her verdict.
    pub verdict: Verdict,
}

/// A message on its way to everybody but its sender, and what came of it.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Octets of the MLS message, padded and encrypted.
    pub octets: usize,
    /// What those made of it whom it is for.
    pub heard: Vec<Heard>,
    /// Those to whom it is not sealed.
    pub kept_out: Vec<&'static str>,
}

/// A room and everybody in it.
pub struct Room {
    uri: MimiUri,
    now: i64,
    seats: Vec<Seat>,
    wire: Vec<Vec<u8>>,
}

impl Room {
    /// The first guest creates the room and adds the others.
    ///
    /// # Errors
    /// [`crate::Code::StepFailed`].
    pub fn open(premises: Premises, guests: Vec<Guest>, now: i64, random: &mut dyn Random) -> Result<Self, Error> {
        let step = "a room is created";
        let lifetime = Lifetime::days(u64::try_from(now).unwrap_or_default(), LIFETIME_DAYS).map_err(|e| Error::step(step, e))?;
        let roles = roles(&guests).map_err(|e| Error::step(step, e))?;
        let mut guests = guests.into_iter();
        let creator = guests.next().ok_or_else(|| Error::step(step, "nobody is there"))?;
        let state = RoomState::new(premises.uri.clone())
            .with_participants(vec![participant(&creator)])
            .with_policy(premises.policy)
            .with_media_types(premises.media_types)
            .with_roles(roles);
        let mut group = creator.member.create(&premises.group_id, &state, &lifetime).map_err(|e| Error::step(step, e))?;

        let guests: Vec<Guest> = guests.collect();
        let key_packages = guests.iter().map(|guest| guest.member.key_package(&lifetime)).collect::<Result<Vec<_>, _>>();
        let mut wire = key_packages.map_err(|e| Error::step(step, e))?;
        let key_packages: Vec<&[u8]> = wire.iter().map(Vec::as_slice).collect();
        let participants = guests.iter().map(participant).collect();
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
        Ok(Self { uri: premises.uri, now, seats, wire })
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

    /// What the member of this name has to send so that only the holders of these roles can read the bundle: W4, sealed to their
    /// leaves as she knows them.
    ///
    /// # Errors
    /// [`crate::Code::StepFailed`].
    pub fn seal(&self, from: &str, bundle: &DisclosureBundle, roles: &[u32]) -> Result<ApplicationFraming, Error> {
        let seat = self.seat(from)?;
        let sealed = seat.group().seal(bundle, &seat.leaves_with_roles(roles)?);
        let content = sealed.and_then(|sealed| sealed.encode()).map_err(|e| Error::step("a reveal is sealed", e))?;
        Ok(ApplicationFraming { media_type: Some(MediaType::DisclosureSealed), content })
    }

    /// The member of this name sends application data; everybody else decrypts them, and who can read what is in them judges it.
    ///
    /// # Errors
    /// [`crate::Code::StepFailed`]: only if MLS itself fails; whatever is wrong with the reveal is in the verdicts.
    pub fn send(&mut self, from: &str, framed: &ApplicationFraming) -> Result<Delivery, Error> {
        let step = "a reveal is sent";
        let octets = framed.encode().map_err(|e| Error::step(step, e))?;
        let now = self.now;
        let sender = self.seats.iter_mut().find(|seat| seat.name == from);
        let message = sender.ok_or_else(|| Error::step(step, from.to_owned()))?.send(&octets)?;
        let mut delivery = Delivery { octets: message.len(), heard: Vec::new(), kept_out: Vec::new() };
        for seat in self.seats.iter_mut().filter(|seat| seat.name != from) {
            match seat.hear(&message, now)? {
                Understood::Judged(verdict) => delivery.heard.push(Heard { by: seat.name, verdict: *verdict }),
                Understood::ForOthers => delivery.kept_out.push(seat.name),
            }
        }
        self.wire.push(message);
        Ok(delivery)
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
        let commit = committer.ok_or_else(|| Error::step(step, by.to_owned()))?.commit(change)?;
        for seat in self.seats.iter_mut().filter(|seat| seat.name != by) {
            seat.follow(&commit.message)?;
        }
        self.wire.push(commit.message);
        let now = self.now;
        self.seats.iter_mut().try_for_each(|seat| seat.enter_epoch(now))
    }
}

fn participant(guest: &Guest) -> Participant {
    Participant { user: guest.user.clone(), role_index: guest.role }
}

/// The roles that the guests have: the first guest's may bring in the others, change the disclosure policy and read what is for some
/// roles only.
fn roles(guests: &[Guest]) -> Result<RolesList, mimicred_mls::Error> {
    let mut numbers: Vec<u32> = guests.iter().map(|guest| guest.role).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let creators = guests.first().map(|creator| creator.role);
    let role = |role_index| {
        if creators != Some(role_index) {
            return Role { role_index, ..Role::default() };
        }
        let bring_in = RoleChange { from_role_index: NOT_A_PARTICIPANT, target_role_indexes: numbers.clone() };
        Role {
            role_index,
            role_capabilities: vec![CAN_ADD_PARTICIPANT, CAN_CHANGE_DISCLOSURE_POLICY, CAN_VIEW_RESTRICTED_DISCLOSURES],
            authorized_role_changes: vec![bring_in],
            ..Role::default()
        }
    };
    RolesList::new(numbers.iter().copied().map(role).collect())
}
