//! The view of the current epoch.

use openmls_traits::OpenMlsProvider;
use zeroize::Zeroizing;

use crate::error::{Code, Error};
use crate::group::room_state::RoomState;
use crate::group::{Group, leaf};
use crate::nonce::ROOT_LABEL;
use crate::view::EpochView;

impl Group {
    /// What the current epoch looks like; the same for every member.
    ///
    /// A member whose key or credential cannot be read does not hide the others: it is listed apart.
    ///
    /// # Errors
    /// `mls/group-inactive`; `mls/room-uri-missing` and those of the components' codecs if the group is not, or no longer, a room.
    pub fn view(&self) -> Result<EpochView, Error> {
        if !self.is_active() {
            return Err(Code::GroupInactive.into());
        }
        let room = RoomState::from_extensions(self.mls.extensions())?;
        let (leaves, unreadable) = leaf::views(self.suite, self.mls.public_group());
        Ok(EpochView {
            group_id: self.id().to_vec(),
            epoch: self.epoch(),
            suite: self.suite,
            leaves,
            unreadable,
            room_uri: room.metadata.room_uri,
            participants: room.participants,
            roles: room.roles,
            policy: room.policy,
            media_types: room.media_types,
            nonce_root: self.nonce_root()?,
        })
    }

    /// The room's state in the current epoch.
    pub fn room_state(&self) -> Result<RoomState, Error> {
        RoomState::from_extensions(self.mls.extensions())
    }

    fn nonce_root(&self) -> Result<Zeroizing<[u8; 32]>, Error> {
        let crypto = self.member.provider().crypto();
        let root = Zeroizing::new(self.mls.export_secret(crypto, ROOT_LABEL, b"", 32).map_err(super::failed)?);
        Ok(Zeroizing::new(root.as_slice().try_into().map_err(|_| Error::new(Code::GroupFailed))?))
    }
}
