//! Handshakes on their way: wrapped and opened; and the one by which a member leaves.

use openmls::prelude::LeaveGroupError;
use openmls_traits::OpenMlsProvider;

use crate::error::{Code, Error};
use crate::group::key_package::write_message;
use crate::group::provider::LeafSigner;
use crate::group::room_state::RoomState;
use crate::group::{Group, Handshakes, config};
use crate::handshake::{Handshake, HandshakeKey, WRAP_LABEL, WrappedHandshake};

impl Group {
    /// The key of this epoch's wrapped handshakes.
    ///
    /// # Errors
    /// `mls/group-inactive`.
    pub fn handshake_key(&self) -> Result<HandshakeKey, Error> {
        if !self.is_active() {
            return Err(Code::GroupInactive.into());
        }
        let length = self.suite.hpke().aead.key_len();
        let exported = self.mls.export_secret(self.member.provider().crypto(), WRAP_LABEL, b"", length);
        exported.map(HandshakeKey::new).map_err(super::failed)
    }

    /// Wraps a handshake of this epoch for the members and for the hub that the room names (mimi-mls 2.8). A commit of this member's
    /// own is wrapped before it is merged.
    ///
    /// # Errors
    /// `mls/hub-unknown`, `mls/group-inactive`, and those of [`WrappedHandshake::wrap`].
    pub fn wrap(&self, handshake: &[u8]) -> Result<Vec<u8>, Error> {
        let hub = RoomState::from_extensions(self.mls.extensions())?.hub.ok_or(Code::HubUnknown)?;
        let (place, random) = ((self.id(), self.epoch()), &mut self.member.provider().crypto());
        WrappedHandshake::wrap(self.suite, place, &self.handshake_key()?, &hub.receiver_key, handshake, random)?.to_message()
    }

    /// Whether a handshake is sealed to this member. A provider cannot tell to which of its clients one is: they try.
    pub fn opens(&self, octets: &[u8]) -> bool {
        matches!(Handshake::decode(octets), Ok(Handshake::Sealed(sealed)) if sealed.open(self.suite, &self.recipient).is_ok())
    }

    /// What is inside a wrapped or sealed handshake; nothing for a message that is neither.
    pub(super) fn unwrap(&self, octets: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let (group_id, epoch, opened) = match Handshake::decode(octets)? {
            Handshake::Clear(_) => return Ok(None),
            Handshake::Wrapped(wrapped) => {
                let opened = self.handshake_key().and_then(|key| wrapped.open(self.suite, &key));
                (wrapped.group_id, wrapped.epoch, opened)
            }
            Handshake::Sealed(sealed) => {
                let opened = sealed.open(self.suite, &self.recipient);
                (sealed.group_id, sealed.epoch, opened)
            }
        };
        if group_id != self.id() {
            return Err(Error::new(Code::MessageInvalid).note("of another group"));
        }
        if epoch != self.epoch() {
            return Err(Error::new(Code::EpochUnavailable).note(format!("epoch {epoch}")));
        }
        opened.map(Some)
    }

    /// Says that this member leaves (SelfRemove). She is in the group, and has its keys, until somebody else commits to it. The
    /// message is public: it is to be wrapped.
    ///
    /// # Errors
    /// `mls/group-inactive`, `mls/commit-pending`.
    pub fn leave(&mut self) -> Result<Vec<u8>, Error> {
        let provider = self.member.provider();
        let public = config::join(Handshakes::Public, config::smallest_bucket());
        self.mls.set_configuration(provider.storage(), &public).map_err(super::failed)?;
        let message =
            self.mls.leave_group_via_self_remove(provider, &LeafSigner(self.member.key())).map_err(|error| match error {
                LeaveGroupError::GroupStateError(state) => super::state_error(state),
                other => super::failed(other),
            })?;
        self.waiting.extend(self.mls.pending_proposals().cloned().collect::<Vec<_>>());
        self.withdraw_proposals()?;
        write_message(&message)
    }
}
