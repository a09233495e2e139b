//! Who asks to come in by herself: whom the hub answers, and what of her it verifies.

use mimicred_mls::component::{BANNED, CAN_OPEN_JOIN, CAN_USE_JOIN_CODE, NOT_A_PARTICIPANT};
use mimicred_mls::group::RoomState;
use mimicred_mls::protocol::{GroupInfoAndTree, GroupInfoRequest, PendingProposal, RatchetTreeOption};
use mimicred_mls::{GroupInfoView, LeafView, MessageView};
use mimicred_room::{SnapshotLeaf, TrustStore, claimed_user};

use super::{Followed, Hosted, Moderated, Refused, STEP};
use crate::Error;

impl Hosted {
    /// A request for the GroupInfo: what the answer holds, or why there is none.
    pub(crate) fn group_info(
        &mut self,
        request: &GroupInfoRequest,
        now: u64,
        trust: &TrustStore,
    ) -> Result<Result<GroupInfoAndTree, Refused>, Error> {
        let refused = |why: &str| Ok(Err(Refused(why.to_owned())));
        if self.closed {
            return refused("it has ended");
        }
        let Ok(key) = request.verify_signature() else { return refused("its signature does not hold") };
        let state = self.hub.room_state().map_err(|e| Error::step(STEP, e))?;
        let leaf = LeafView {
            index: 0,
            signature_key: key.clone(),
            credential: request.credential().clone(),
            recipient_key: None,
            identity_kind: None,
        };
        if !is_vouched(&leaf, &state, trust, now) {
            return refused("nobody vouches for her credential");
        }
        let user = claimed_user(request.credential());
        let role = user.as_ref().and_then(|user| state.participants.iter().find(|it| it.user == *user)).map(|it| it.role_index);
        if role == Some(BANNED) {
            return refused("she is kept out");
        }
        let doorkeeper = Doorkeeper { moderated: &self.moderated, followed: &self.followed };
        if let Err(why) = doorkeeper.may_come(&leaf, now) {
            return refused(why);
        }
        let roles = state.roles.unwrap_or_default();
        let link = if roles.allows(NOT_A_PARTICIPANT, CAN_USE_JOIN_CODE) {
            let code = request.joining_code().unwrap_or_default();
            let made_by = state.links.verify_joining_code(&self.uri, key.octets(), request.group_info_key(), code);
            let Ok(position) = made_by else { return refused("no live link made this code") };
            let Some(link) = state.links.as_slice().get(position) else { return refused("no live link made this code") };
            if state.link_policy.is_some_and(|policy| !policy.multiuser) && self.used.contains(link) {
                return refused("this link has been used");
            }
            Some(*link)
        } else if roles.allows(NOT_A_PARTICIPANT, CAN_OPEN_JOIN) {
            None
        } else {
            return refused("nobody comes in by herself");
        };
        let Some(group_info) = self.hub.group_info() else { return refused("no member has given a GroupInfo") };
        let pending = |octets: &Vec<u8>| Ok(PendingProposal { proposal: MessageView::decode(octets)?, hub_accepted_time: 0 });
        let content = GroupInfoAndTree {
            group_info: GroupInfoView::decode(group_info).map_err(|e| Error::step(STEP, e))?,
            tree: RatchetTreeOption::full(&self.hub.ratchet_tree().map_err(|e| Error::step(STEP, e))?)
                .map_err(|e| Error::step(STEP, e))?,
            pending_proposals: self
                .hub
                .leaving()
                .iter()
                .map(pending)
                .collect::<Result<_, mimicred_mls::Error>>()
                .map_err(|e| Error::step(STEP, e))?,
        };
        self.answered.insert(key.octets().to_vec(), link);
        Ok(Ok(content))
    }
}

/// What only the hub knows of those who come, by themselves or with somebody's help.
pub(super) struct Doorkeeper<'h> {
    pub(super) moderated: &'h Moderated,
    pub(super) followed: &'h Followed,
}

impl Doorkeeper<'_> {
    /// Whether a leaf may come in now; if not, why.
    pub(super) fn may_come(&self, leaf: &LeafView, now: u64) -> Result<(), &'static str> {
        if claimed_user(&leaf.credential).is_some_and(|user| self.moderated.keeps_out(&user, now)) {
            return Err("she is kept out for a time");
        }
        if self.followed.has_taken_back(&leaf.credential, now) {
            return Err("her provider has taken the credential back");
        }
        Ok(())
    }
}

/// Whether a credential holds for the key beside it, as members will judge it: roles go by names, and a claimed name is nobody's.
pub(super) fn is_vouched(leaf: &LeafView, state: &RoomState, trust: &TrustStore, now: u64) -> bool {
    let room = (&state.metadata.room_uri, state.policy.as_deref());
    SnapshotLeaf::before_entry(leaf, room, trust, i64::try_from(now).unwrap_or(i64::MAX)).member().is_some()
}
