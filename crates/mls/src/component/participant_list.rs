//! The component participant_list (0x0022), as in draft-ietf-mimi-protocol, "Participant list": who takes part, and in which
//! role; and the diff that an AppDataUpdate carries for it.

use std::collections::HashSet;

use mimicred_error::At;
use mimicred_uri::MimiUri;

use crate::component::room_metadata::read_uri;
use crate::error::{Code, Error};
use crate::tls::{Reader, Writer};

const MAX_OCTETS: usize = 16 * 1024 * 1024;
const MAX_PARTICIPANTS: usize = 65_536;

/// A user and its role; `UserRolePair`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Participant {
    /// The user-level URI, equal for all clients of the user in this room: in a pseudonymous room the pseudonym.
    pub user: MimiUri,
    /// The role; 0 is "not a participant" and does not belong into a list.
    pub role_index: u32,
}

/// `ParticipantListData`: each user once.
///
/// ```
/// use mimicred_mls::component::{Participant, ParticipantList, ParticipantListUpdate};
///
/// let participant = |user: &str, role_index| Ok::<_, mimicred_uri::Error>(Participant { user: user.parse()?, role_index });
/// let list = ParticipantList::new(vec![participant("mimi://a.example/p/one", 2)?])?;
/// let update = ParticipantListUpdate { added: vec![participant("mimi://b.example/p/two", 3)?], ..Default::default() };
/// let list = list.updated(&update)?;
/// assert_eq!(list.role_of(&"mimi://b.example/p/two".parse()?), Some(3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParticipantList(Vec<Participant>);

impl ParticipantList {
    /// Takes the participants in their order; a user may not occur twice.
    pub fn new(participants: Vec<Participant>) -> Result<Self, Error> {
        if participants.len() > MAX_PARTICIPANTS {
            return Err(Error::new(Code::Limit).at(At::Field("participants".into())));
        }
        let mut seen = HashSet::with_capacity(participants.len());
        match participants.iter().position(|participant| !seen.insert(&participant.user)) {
            Some(twice) => Err(Error::new(Code::ParticipantDuplicate).at(At::Item(twice))),
            None => Ok(Self(participants)),
        }
    }

    /// The participants in their order.
    pub fn as_slice(&self) -> &[Participant] {
        &self.0
    }

    /// The role of a user.
    pub fn role_of(&self, user: &MimiUri) -> Option<u32> {
        self.0.iter().find(|participant| participant.user == *user).map(|participant| participant.role_index)
    }

    /// Where a user stands in the list.
    pub fn index_of(&self, user: &MimiUri) -> Option<u32> {
        self.0.iter().position(|participant| participant.user == *user).and_then(|index| u32::try_from(index).ok())
    }

    /// Reads the component.
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let participants = read_participants(&mut reader)?;
        reader.finish()?;
        Self::new(participants)
    }

    /// The component.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        write_participants(Writer::new(), &self.0).finish()
    }

    /// The list after an update: roles are changed, then users removed, then others appended. Positions are those of the
    /// list before, and no user may be touched twice.
    pub fn updated(&self, update: &ParticipantListUpdate) -> Result<Self, Error> {
        let invalid = |note: &str| Error::new(Code::ParticipantUpdateInvalid).note(note);
        let mut slots: Vec<Option<Participant>> = self.0.iter().cloned().map(Some).collect();
        let mut touched = HashSet::new();
        let mut slot = |index: u32| {
            let index =
                usize::try_from(index).ok().filter(|index| *index < self.0.len()).ok_or_else(|| invalid("no such position"))?;
            if touched.insert(index) { Ok(index) } else { Err(invalid("a user is named twice")) }
        };
        for (user_index, role_index) in &update.changed_roles {
            let index = slot(*user_index)?;
            if let Some(Some(participant)) = slots.get_mut(index) {
                participant.role_index = *role_index;
            }
        }
        for user_index in &update.removed {
            let index = slot(*user_index)?;
            if let Some(participant) = slots.get_mut(index) {
                *participant = None;
            }
        }
        let before: HashSet<&MimiUri> = self.0.iter().map(|participant| &participant.user).collect();
        if update.added.iter().any(|participant| before.contains(&participant.user)) {
            return Err(invalid("a user to be added is there already"));
        }
        Self::new(slots.into_iter().flatten().chain(update.added.iter().cloned()).collect())
            .map_err(|error| Error::new(Code::ParticipantUpdateInvalid).because(error))
    }
}

/// `ParticipantListUpdate`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParticipantListUpdate {
    /// Position in the current list, and new role.
    pub changed_roles: Vec<(u32, u32)>,
    /// Positions in the current list.
    pub removed: Vec<u32>,
    /// To be appended.
    pub added: Vec<Participant>,
}

impl ParticipantListUpdate {
    /// Reads the content of an AppDataUpdate.
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let update = Self {
            changed_roles: reader.list::<_, Error>(MAX_OCTETS, MAX_PARTICIPANTS, |inner| Ok((inner.u32()?, inner.u32()?)))?,
            removed: reader.list(MAX_OCTETS, MAX_PARTICIPANTS, Reader::u32)?,
            added: read_participants(&mut reader)?,
        };
        reader.finish()?;
        Ok(update)
    }

    /// The content of an AppDataUpdate.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        let writer = Writer::new()
            .list(&self.changed_roles, |writer, (user_index, role_index)| writer.u32(*user_index).u32(*role_index))
            .list(&self.removed, |writer, user_index| writer.u32(*user_index));
        write_participants(writer, &self.added).finish()
    }
}

fn read_participants(reader: &mut Reader<'_>) -> Result<Vec<Participant>, Error> {
    reader.list(MAX_OCTETS, MAX_PARTICIPANTS, |inner| Ok(Participant { user: read_uri(inner)?, role_index: inner.u32()? }))
}

fn write_participants(writer: Writer, participants: &[Participant]) -> Writer {
    writer
        .list(participants, |writer, participant| writer.vector(participant.user.as_str().as_bytes()).u32(participant.role_index))
}
