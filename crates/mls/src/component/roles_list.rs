//! The component roles_list (0x0025), as in draft-ietf-mimi-room-policy 04: what the holders of a role may do.

use std::collections::BTreeSet;

use crate::error::{Code, Error};
use crate::tls::{Reader, Writer};

const MAX_OCTETS: usize = 256 * 1024;
const MAX_ROLES: usize = 1024;
const MAX_TEXT: usize = 4096;
const MAX_CAPABILITIES: usize = 2048;
const MAX_CHANGES: usize = 1024;

/// Adding somebody to the room.
pub const CAN_ADD_PARTICIPANT: u16 = 0x0000;
/// Removing somebody.
pub const CAN_REMOVE_PARTICIPANT: u16 = 0x0001;
/// Adding a client of one's own.
pub const CAN_ADD_OWN_CLIENT: u16 = 0x0002;
/// Removing a client of one's own.
pub const CAN_REMOVE_OWN_CLIENT: u16 = 0x0003;
/// Joining without being asked; for role 0 only.
pub const CAN_OPEN_JOIN: u16 = 0x0004;
/// Joining by what one's credential says.
pub const CAN_JOIN_IF_PREAUTHORIZED: u16 = 0x0005;
/// Leaving.
pub const CAN_REMOVE_SELF: u16 = 0x0006;
/// Making join links; reserved in the draft.
pub const CAN_CREATE_JOIN_CODE: u16 = 0x0007;
/// Removing join links; reserved in the draft.
pub const CAN_DELETE_JOIN_CODE: u16 = 0x0008;
/// Joining by a link.
pub const CAN_USE_JOIN_CODE: u16 = 0x0009;
/// Keeping somebody out.
pub const CAN_BAN: u16 = 0x000A;
/// Keeping somebody out no longer.
pub const CAN_UN_BAN: u16 = 0x000B;
/// Throwing somebody out, who may come again.
pub const CAN_KICK: u16 = 0x000C;
/// Knocking; reserved in the draft, without a meaning.
pub const CAN_KNOCK: u16 = 0x000D;
/// Accepting knocks; reserved in the draft, without a meaning.
pub const CAN_ACCEPT_KNOCK: u16 = 0x000E;
/// Changing the role of somebody.
pub const CAN_CHANGE_USER_ROLE: u16 = 0x000F;
/// Changing one's own.
pub const CAN_CHANGE_OWN_ROLE: u16 = 0x0010;
/// Sending messages.
pub const CAN_SEND_MESSAGE: u16 = 0x0100;
/// Receiving messages: the hub sends none to others.
pub const CAN_RECEIVE_MESSAGE: u16 = 0x0101;
/// Reporting abuse.
pub const CAN_REPORT_ABUSE: u16 = 0x0103;
/// Sending to some members only; reserved in the draft.
pub const CAN_TARGET_MESSAGE: u16 = 0x0111;
/// Changing other attributes of the room's policy; reserved in the draft.
pub const CAN_CHANGE_OTHER_POLICY_ATTRIBUTE: u16 = 0x0505;
/// Private: changing the disclosure policy (mimi-mls 3.0).
pub const CAN_CHANGE_DISCLOSURE_POLICY: u16 = 0xF050;
/// Private: reading disclosures that only some may see.
pub const CAN_VIEW_RESTRICTED_DISCLOSURES: u16 = 0xF051;
/// Private: asking for a reveal.
pub const CAN_REQUEST_DISCLOSURE: u16 = 0xF052;
/// Private: knocking, in the place of 0x000D.
pub const CAN_SUBMIT_KNOCK: u16 = 0xF053;
/// Private: reading knocks, in the place of 0x000E.
pub const CAN_REVIEW_KNOCK: u16 = 0xF054;
/// The role of nobody in the room.
pub const NOT_A_PARTICIPANT: u32 = 0;
/// The role of those who are kept out.
pub const BANNED: u32 = 1;

/// `Role`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Role {
    /// Its number.
    pub role_index: u32,
    /// Its name.
    pub role_name: String,
    /// What it is, for people.
    pub role_description: String,
    /// What its holders may do, by number.
    pub role_capabilities: Vec<u16>,
    /// At least so many participants have it.
    pub minimum_participants: u32,
    /// At most so many.
    pub maximum_participants: Option<u32>,
    /// At least so many of them are active.
    pub minimum_active: u32,
    /// At most so many.
    pub maximum_active: Option<u32>,
    /// Into which roles its holders may put those of another.
    pub authorized_role_changes: Vec<RoleChange>,
}

/// From one role to some others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleChange {
    /// From this one.
    pub from_role_index: u32,
    /// Into one of these.
    pub target_role_indexes: Vec<u32>,
}

/// The roles of a room, each number once.
///
/// ```
/// use mimicred_mls::component::{CAN_CHANGE_DISCLOSURE_POLICY, Role, RolesList};
///
/// let admin = Role {
///     role_index: 4,
///     role_name: "admin".to_owned(),
///     role_capabilities: vec![CAN_CHANGE_DISCLOSURE_POLICY],
///     ..Role::default()
/// };
/// let roles = RolesList::new(vec![admin])?;
/// assert!(roles.allows(4, CAN_CHANGE_DISCLOSURE_POLICY));
/// assert_eq!(RolesList::decode(&roles.encode()?)?, roles);
/// # Ok::<(), mimicred_mls::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RolesList(Vec<Role>);

impl RolesList {
    /// Takes the roles in their order.
    ///
    /// # Errors
    /// `mls/value-duplicate` for a number that is there twice.
    pub fn new(roles: Vec<Role>) -> Result<Self, Error> {
        let mut seen = BTreeSet::new();
        if roles.iter().all(|role| seen.insert(role.role_index)) {
            Ok(Self(roles))
        } else {
            Err(Error::new(Code::ValueDuplicate).note("role_index"))
        }
    }

    /// The roles in their order.
    pub fn as_slice(&self) -> &[Role] {
        &self.0
    }

    /// Whether the holders of a role may do something.
    pub fn allows(&self, role_index: u32, capability: u16) -> bool {
        let role = self.0.iter().find(|role| role.role_index == role_index);
        role.is_some_and(|role| role.role_capabilities.contains(&capability))
    }

    /// Whether the holders of a role may put somebody from one role into another; from role 0, bring her in.
    pub fn authorizes(&self, role_index: u32, from: u32, target: u32) -> bool {
        let role = self.0.iter().find(|role| role.role_index == role_index);
        let changes = role.into_iter().flat_map(|role| &role.authorized_role_changes);
        changes.into_iter().any(|change| change.from_role_index == from && change.target_role_indexes.contains(&target))
    }

    /// Reads the component.
    ///
    /// # Errors
    /// `mls/value-duplicate`, and those of [`Reader`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let roles = reader.list(MAX_OCTETS, MAX_ROLES, Role::read)?;
        reader.finish()?;
        Self::new(roles)
    }

    /// The component.
    ///
    /// # Errors
    /// `mls/limit` for what is longer than any vector.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        Writer::new().list(&self.0, |writer, role| role.write(writer)).finish()
    }
}

impl Role {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self {
            role_index: reader.u32()?,
            role_name: reader.text(MAX_TEXT)?.to_owned(),
            role_description: reader.text(MAX_TEXT)?.to_owned(),
            role_capabilities: reader.list(2 * MAX_CAPABILITIES, MAX_CAPABILITIES, Reader::u16)?,
            minimum_participants: reader.u32()?,
            maximum_participants: reader.optional(Reader::u32)?,
            minimum_active: reader.u32()?,
            maximum_active: reader.optional(Reader::u32)?,
            authorized_role_changes: reader.list::<_, Error>(MAX_OCTETS, MAX_CHANGES, |inner| {
                Ok(RoleChange {
                    from_role_index: inner.u32()?,
                    target_role_indexes: inner.list(4 * MAX_ROLES, MAX_ROLES, Reader::u32)?,
                })
            })?,
        })
    }

    fn write(&self, writer: Writer) -> Writer {
        writer
            .u32(self.role_index)
            .vector(self.role_name.as_bytes())
            .vector(self.role_description.as_bytes())
            .list(self.role_capabilities.iter().copied(), Writer::u16)
            .u32(self.minimum_participants)
            .optional(self.maximum_participants, Writer::u32)
            .u32(self.minimum_active)
            .optional(self.maximum_active, Writer::u32)
            .list(&self.authorized_role_changes, |writer, change| {
                writer.u32(change.from_role_index).list(change.target_role_indexes.iter().copied(), Writer::u32)
            })
    }
}
