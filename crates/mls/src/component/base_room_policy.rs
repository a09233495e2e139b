//! The component base_room_policy (0x0027), as in draft-ietf-mimi-room-policy 04: what a room is, whoever is in it.

use mimicred_uri::MimiUri;

use crate::component::{ComponentId, read_uri};
use crate::error::{Code, Error};
use crate::tls::{Reader, Writer};

const MAX_COMPONENTS: usize = 2048;
/// One URI of 1024 octets with its length.
const MAX_PARENT: usize = 1026;

/// `BaseRoomPolicy`.
///
/// ```
/// use mimicred_mls::component::BaseRoomPolicy;
///
/// // A room of two in which somebody makes contact.
/// let policy = BaseRoomPolicy { max_users: Some(2), pseudonyms_allowed: true, ..BaseRoomPolicy::default() };
/// assert_eq!(policy.encode()?, b"\x00\x00\x00\x00\x00\x01\x00\x00\x00\x02\x01\x00\x00\x00");
/// assert_eq!(BaseRoomPolicy::decode(&policy.encode()?)?, policy);
/// # Ok::<(), mimicred_mls::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BaseRoomPolicy {
    /// Nobody comes in any more.
    pub fixed_membership: bool,
    /// The members are among those of the parent room.
    pub parent_dependant: bool,
    /// The parent room.
    pub parent_room: Option<MimiUri>,
    /// A user may be there with several clients.
    pub multi_device: bool,
    /// At most so many clients.
    pub max_clients: Option<u32>,
    /// At most so many users.
    pub max_users: Option<u32>,
    /// Pseudonyms may stand in MLS credentials; otherwise long-term identifiers must.
    pub pseudonyms_allowed: bool,
    /// It goes on when nobody is there.
    pub persistent_room: bool,
    /// It can be found.
    pub discoverable: bool,
    /// The other components with policies.
    pub policy_component_ids: Vec<ComponentId>,
}

impl BaseRoomPolicy {
    /// Reads the component.
    ///
    /// # Errors
    /// `mls/uri-invalid`, `mls/limit` for more than one parent room, and those of [`Reader`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let policy = Self {
            fixed_membership: reader.flag()?,
            parent_dependant: reader.flag()?,
            // A vector of Uri, of which there is at most one (mimi-mls 6 row 23).
            parent_room: reader.list(MAX_PARENT, 1, read_uri)?.into_iter().next(),
            multi_device: reader.flag()?,
            max_clients: reader.optional(Reader::u32)?,
            max_users: reader.optional(Reader::u32)?,
            pseudonyms_allowed: reader.flag()?,
            persistent_room: reader.flag()?,
            discoverable: reader.flag()?,
            policy_component_ids: reader.list(2 * MAX_COMPONENTS, MAX_COMPONENTS, Reader::u16)?,
        };
        reader.finish()?;
        Ok(policy)
    }

    /// The component.
    ///
    /// # Errors
    /// `mls/limit` for what is longer than any vector.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        Writer::new()
            .flag(self.fixed_membership)
            .flag(self.parent_dependant)
            .list(&self.parent_room, |writer, uri| writer.vector(uri.as_str().as_bytes()))
            .flag(self.multi_device)
            .optional(self.max_clients, Writer::u32)
            .optional(self.max_users, Writer::u32)
            .flag(self.pseudonyms_allowed)
            .flag(self.persistent_room)
            .flag(self.discoverable)
            .list(self.policy_component_ids.iter().copied(), Writer::u16)
            .finish()
    }

    /// Whether a KeyPackage of usage initial_connection may be used here, by what the room is (mimi-mls 3.2).
    ///
    /// # Errors
    /// `mls/initial-connection-only`.
    pub fn check_initial_connection(&self) -> Result<(), Error> {
        if self.persistent_room || self.discoverable {
            return Err(Error::new(Code::InitialConnectionOnly).note("the room is persistent or discoverable"));
        }
        Ok(())
    }
}
