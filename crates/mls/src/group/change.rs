//! Changing a group: what one commit does, and when it takes effect.

use std::sync::Arc;

use mimicred_keys::LeafKey;
use openmls::extensions::{AppDataDictionary, AppDataDictionaryExtension, Extension};
use openmls::group::{CommitBuilderStageError, CommitMessageBundle, CreateCommitError};
use openmls::prelude::{
    AppDataUpdateProposal, CredentialWithKey, LeafNodeIndex, LeafNodeParameters, MergePendingCommitError, NewSignerBundle,
    Proposal, Sender,
};
use openmls_traits::OpenMlsProvider;

use crate::component::{
    JOIN_LINKS, JoinLinksUpdate, KEY_PACKAGE_OFFER, KeyPackageProofs, PARTICIPANT_LIST, Participant, ParticipantListUpdate,
    ROOM_DISCLOSURE_POLICY, ROOM_METADATA, RoomMetadata,
};
use crate::credential::Credential;
use crate::error::{Code, Error};
use crate::group::key_package::{KeyPackage, UnverifiedKeyPackage, write_message};
use crate::group::member::check_key;
use crate::group::provider::LeafSigner;
use crate::group::room_state::required_components;
use crate::group::{Group, Handshakes, app_data, config, judge, leaf};
use crate::group_info::GroupInfoView;

/// What one commit does, beside the proposals that are pending.
///
/// ```
/// use mimicred_mls::component::ParticipantListUpdate;
/// use mimicred_mls::group::Change;
///
/// let change = Change { remove: vec![2], participants: Some(ParticipantListUpdate { removed: vec![2], ..Default::default() }), ..Change::default() };
/// # let _ = change;
/// ```
#[derive(Debug, Default)]
pub struct Change {
    /// Who comes in.
    pub add: Vec<KeyPackage>,
    /// Leaf indexes of who goes.
    pub remove: Vec<u32>,
    /// What changes in the participant list.
    pub participants: Option<ParticipantListUpdate>,
    /// The new room metadata.
    pub metadata: Option<RoomMetadata>,
    /// What changes in the list of join links.
    pub links: Option<JoinLinksUpdate>,
    /// The octets of the new disclosure policy.
    pub policy: Option<Vec<u8>>,
    /// The new key and credential of this member.
    pub rotate: Option<(Arc<LeafKey>, Credential)>,
}

/// A commit to be sent to the hub. It takes effect here with [`Group::merge`], elsewhere when it is received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// For the members.
    pub message: Vec<u8>,
    /// For those who come in, if anybody does.
    pub welcome: Option<Vec<u8>>,
    /// The GroupInfo of the epoch to come, without its tree, for the hub of a group whose handshakes it follows.
    pub group_info: Option<Vec<u8>>,
}

impl Group {
    /// Adds the owners of these KeyPackages, and participants to the participant list.
    pub fn add(&mut self, key_packages: &[&[u8]], participants: Vec<Participant>) -> Result<Commit, Error> {
        let provider = self.member.provider();
        let add = key_packages
            .iter()
            .map(|octets| UnverifiedKeyPackage::parse(octets)?.verify(provider))
            .collect::<Result<Vec<_>, _>>()?;
        let update = ParticipantListUpdate { added: participants, ..Default::default() };
        let participants = (!update.added.is_empty()).then_some(update);
        self.commit(Change { add, participants, ..Change::default() })
    }

    /// Removes the members at these leaf indexes; the participant list stays as it is.
    pub fn remove(&mut self, leaves: &[u32]) -> Result<Commit, Error> {
        self.commit(Change { remove: leaves.to_vec(), ..Change::default() })
    }

    /// Gives this member's leaf fresh encryption keys, and commits to what is pending: a new epoch.
    pub fn update(&mut self) -> Result<Commit, Error> {
        self.commit(Change::default())
    }

    /// Gives this member another leaf key and credential.
    pub fn rotate(&mut self, key: impl Into<Arc<LeafKey>>, credential: Credential) -> Result<Commit, Error> {
        self.commit(Change { rotate: Some((key.into(), credential)), ..Change::default() })
    }

    /// Replaces the room's disclosure policy.
    pub fn set_policy(&mut self, policy: Vec<u8>) -> Result<Commit, Error> {
        self.commit(Change { policy: Some(policy), ..Change::default() })
    }

    /// Makes one commit of all this and of the pending proposals. Nothing changes here before [`Group::merge`].
    ///
    /// # Errors
    /// `mls/component-unsupported` if a newcomer does not know the room's components, `mls/suite-key-mismatch`,
    /// `mls/participant-update-invalid`, `mls/commit-pending`, `mls/group-inactive`; `mls/commit-refused` for what MLS forbids;
    /// `mls/policy-change-forbidden`, `mls/policy-change-refused`, `mls/successor-refused` and `mls/initial-connection-only` for what the
    /// others would refuse.
    pub fn commit(&mut self, change: Change) -> Result<Commit, Error> {
        if !self.is_active() {
            return Err(Code::GroupInactive.into());
        }
        if self.has_pending_commit() {
            return Err(Code::CommitPending.into());
        }
        let required = required_components(self.mls.extensions())?;
        for key_package in &change.add {
            leaf::check_components(&required, key_package.components())?;
        }
        let proofs = self.proofs(&change.add)?;
        let next = change.rotate.map(|(key, credential)| self.next_leaf(key, credential)).transpose()?;

        let mut proposals = Vec::new();
        let mut propose = |component, octets: Vec<u8>| {
            proposals.push(Proposal::AppDataUpdate(Box::new(AppDataUpdateProposal::update(component, octets))));
        };
        if let Some(update) = &change.participants {
            propose(PARTICIPANT_LIST, update.encode()?);
        }
        if let Some(metadata) = &change.metadata {
            propose(ROOM_METADATA, metadata.encode()?);
        }
        if let Some(links) = &change.links {
            propose(JOIN_LINKS, links.encode()?);
        }
        if let Some(policy) = change.policy {
            propose(ROOM_DISCLOSURE_POLICY, policy);
        }

        let padded = config::join(self.member.handshakes(), config::smallest_bucket());
        self.mls.set_configuration(self.member.provider().storage(), &padded).map_err(super::failed)?;
        // Nobody can commit to her own leaving (RFC 9420 12.4, draft-ietf-mls-extensions SelfRemove).
        let own = Sender::Member(self.mls.own_leaf_index());
        self.offer_proposals(|queued| !(matches!(queued.proposal(), Proposal::SelfRemove) && *queued.sender() == own))?;
        let built = self.build(change.add, change.remove, proposals, proofs, next.as_ref());
        self.withdraw_proposals()?;
        let (message, welcome, group_info) = built?.into_messages();
        if let Err(refusal) = self.judge_pending() {
            self.mls.clear_pending_commit(self.member.provider().storage()).map_err(super::failed)?;
            return Err(refusal);
        }
        let group_info = match (group_info, self.member.handshakes()) {
            (Some(group_info), Handshakes::Public) => {
                let key = next.as_ref().map_or(self.member.key(), |next| &next.key);
                Some(GroupInfoView::decode(&write_message(&group_info)?)?.prepare_for_hub()?.sign(key)?)
            }
            _ => None,
        };
        self.next = next.map(|Next { key, credential, .. }| (key, credential));
        Ok(Commit { message: write_message(&message)?, welcome: welcome.as_ref().map(write_message).transpose()?, group_info })
    }

    fn build(
        &mut self,
        add: Vec<KeyPackage>,
        remove: Vec<u32>,
        proposals: Vec<Proposal>,
        proofs: Option<Extension>,
        next: Option<&Next>,
    ) -> Result<CommitMessageBundle, Error> {
        let provider = self.member.provider();
        let mut builder = self
            .mls
            .commit_builder()
            .propose_adds(add.into_iter().map(|key_package| key_package.inner))
            .propose_removals(remove.into_iter().map(LeafNodeIndex::new))
            .add_proposals(proposals)
            // Always with a path: it heals this member's keys, and takes the lifetime out of the leaf.
            .force_self_update(true)
            .leaf_node_parameters(LeafNodeParameters::default())
            .load_psks(provider.storage())
            .map_err(refused)?;
        if let Some(extension) = proofs {
            // Into the encrypted GroupInfo of the Welcome; the other one that OpenMLS makes is dropped below.
            builder = builder.create_group_info_with_extensions([extension]).map_err(super::failed)?;
        }
        let changes = app_data::changes(builder.app_data_dictionary_updater(), builder.app_data_update_proposals())?;
        builder.with_app_data_dictionary_updates(changes);

        let signer = LeafSigner(self.member.key());
        let (rand, crypto) = (provider.rand(), provider.crypto());
        let built = match next {
            None => builder.build(rand, crypto, &signer, |_| true),
            Some(Next { key, with_key, .. }) => {
                let new_signer = NewSignerBundle { signer: &LeafSigner(key), credential_with_key: with_key.clone() };
                builder.build_with_new_signer(rand, crypto, &signer, new_signer, |_| true)
            }
        };
        built.map_err(refused)?.stage_commit(provider).map_err(|error: CommitBuilderStageError<_>| super::failed(error))
    }

    /// Puts the pending commit into effect: the hub has accepted it.
    ///
    /// # Errors
    /// `mls/no-commit-pending`.
    pub fn merge(&mut self) -> Result<(), Error> {
        if !self.has_pending_commit() {
            return Err(Code::NoCommitPending.into());
        }
        self.mls
            .merge_pending_commit(self.member.provider())
            .map_err(|error: MergePendingCommitError<_>| super::failed(error))?;
        self.waiting.clear();
        if let Some((key, credential)) = self.next.take() {
            self.member.set_leaf(key, credential);
        }
        Ok(())
    }

    /// Forgets the pending commit: the hub has refused it.
    ///
    /// # Errors
    /// `mls/no-commit-pending`.
    pub fn discard(&mut self) -> Result<(), Error> {
        if !self.has_pending_commit() {
            return Err(Code::NoCommitPending.into());
        }
        self.next = None;
        self.mls.clear_pending_commit(self.member.provider().storage()).map_err(super::failed)
    }

    /// The others will judge it by the same rules.
    fn judge_pending(&self) -> Result<(), Error> {
        let pending = self.mls.pending_commit().ok_or(Code::GroupFailed)?;
        let committer = Sender::Member(self.mls.own_leaf_index());
        judge::commit(self.mls.public_group(), pending, &committer, self.initial, self.member.rules())
    }

    /// What proves to the owners of offered KeyPackages that their offers are known here.
    fn proofs(&self, add: &[KeyPackage]) -> Result<Option<Extension>, Error> {
        let mut proofs = KeyPackageProofs::default();
        for (key_package, salt) in add.iter().filter_map(|key_package| Some((key_package, key_package.salt()?))) {
            proofs.add(salt, key_package.reference(), self.id(), self.member.key().public())?;
        }
        if proofs.is_empty() {
            return Ok(None);
        }
        let mut dictionary = AppDataDictionary::new();
        dictionary.insert(KEY_PACKAGE_OFFER, proofs.encode()?);
        Ok(Some(Extension::AppDataDictionary(AppDataDictionaryExtension::new(dictionary))))
    }

    fn next_leaf(&self, key: Arc<LeafKey>, credential: Credential) -> Result<Next, Error> {
        check_key(self.suite, &key)?;
        let with_key = leaf::with_key(&credential, key.public())?;
        leaf::check_own_type(&config::capabilities(), with_key.credential.credential_type())?;
        Ok(Next { key, credential, with_key })
    }
}

struct Next {
    key: Arc<LeafKey>,
    credential: Credential,
    with_key: CredentialWithKey,
}

fn refused(error: CreateCommitError) -> Error {
    match error {
        CreateCommitError::LibraryError(error) => super::failed(error),
        other => Error::new(Code::CommitRefused).because(other),
    }
}
