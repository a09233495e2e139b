//! The component knock_room_policy (0xD055), in the GroupContext: how a room takes knocks (mimi-mls 3.6.5).

use mimicred_uri::MimiUri;

use crate::component::room_metadata::read_optional_uri;
use crate::error::Error;
use crate::tls::{Reader, Writer};

const MAX_ROLES: usize = 1024;
const MAX_POLICY: usize = 256 * 1024;

/// `KnockRoomPolicy`.
///
/// ```
/// use mimicred_mls::component::KnockRoomPolicy;
///
/// let policy = KnockRoomPolicy { moderator_roles: vec![3], ..KnockRoomPolicy::default() };
/// assert_eq!(policy.encode()?, b"\x00\x00\x01\x00\x00\x00\x00\x04\x00\x00\x00\x03\x00");
/// assert_eq!(KnockRoomPolicy::decode(&policy.encode()?)?, policy);
/// # Ok::<(), mimicred_mls::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnockRoomPolicy {
    /// The room that one knocks for. Whoever can get at the knock room sees it; nothing where that must not be.
    pub target_room: Option<MimiUri>,
    /// How many messages somebody who knocks may send.
    pub max_messages_per_joiner: u16,
    /// After how many seconds she is removed; 0 for never.
    pub max_stay_seconds: u32,
    /// Whose members may read knocks.
    pub moderator_roles: Vec<u32>,
    /// The octets of the target's disclosure policy, or none.
    pub target_disclosure_policy: Vec<u8>,
}

impl Default for KnockRoomPolicy {
    /// One message each, no limit to the stay, nothing about the target.
    fn default() -> Self {
        Self {
            target_room: None,
            max_messages_per_joiner: 1,
            max_stay_seconds: 0,
            moderator_roles: Vec::new(),
            target_disclosure_policy: Vec::new(),
        }
    }
}

impl KnockRoomPolicy {
    /// Reads the component.
    ///
    /// # Errors
    /// `mls/uri-invalid`, and those of [`Reader`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let policy = Self {
            target_room: read_optional_uri(&mut reader)?,
            max_messages_per_joiner: reader.u16()?,
            max_stay_seconds: reader.u32()?,
            moderator_roles: reader.list(4 * MAX_ROLES, MAX_ROLES, Reader::u32)?,
            target_disclosure_policy: reader.vector(MAX_POLICY)?.to_vec(),
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
            .vector(self.target_room.as_ref().map(MimiUri::as_str).unwrap_or_default().as_bytes())
            .u16(self.max_messages_per_joiner)
            .u32(self.max_stay_seconds)
            .list(self.moderator_roles.iter().copied(), Writer::u32)
            .vector(&self.target_disclosure_policy)
            .finish()
    }
}
