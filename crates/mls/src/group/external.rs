//! Coming in by oneself: the external commit (RFC 9420 12.4.3.2).

use openmls::group::{CreateCommitError, ExternalCommitBuilderError, MlsGroup};
use openmls::prelude::{AppDataUpdateProposal, LeafNodeParameters, MlsMessageBodyIn, ProtocolMessage, RatchetTreeIn};
use openmls_traits::OpenMlsProvider;
use tls_codec::Deserialize;

use crate::component::{PARTICIPANT_LIST, ParticipantListUpdate};
use crate::error::{Code, Error};
use crate::group::judge::Initial;
use crate::group::key_package::{read_message, write_message};
use crate::group::member::Member;
use crate::group::provider::LeafSigner;
use crate::group::room_state::{RoomState, required_components};
use crate::group::{Group, MAX_MESSAGE, app_data, config, leaf};
use crate::sealed::RecipientKey;

/// The most proposals that somebody who comes in is given.
const MAX_PROPOSALS: usize = 4096;

/// What somebody needs to come in by herself, as the hub gives it out.
#[derive(Clone, Copy, Debug)]
pub struct Entrance<'a> {
    /// The GroupInfo of the current epoch without its tree, as an MLSMessage.
    pub group_info: &'a [u8],
    /// The ratchet tree.
    pub ratchet_tree: &'a [u8],
    /// The PublicMessages by which members have said that they leave: her commit carries them out.
    pub leaving: &'a [Vec<u8>],
}

/// A member who has come in by herself. Everything here is void if the hub refuses the commit: then another one is made, by another
/// [`Entrance`].
#[derive(Debug)]
pub struct Joined {
    /// The group, in the epoch that the commit begins.
    pub group: Group,
    /// The commit, a PublicMessage: to be sealed to the hub.
    pub message: Vec<u8>,
    /// The GroupInfo of the epoch to come, without its tree, for the hub.
    pub group_info: Vec<u8>,
}

impl Member {
    /// Comes into a group by an external commit that changes the participant list like this: herself in, and those out who leave.
    ///
    /// Whom she finds there she must have judged before: [`GroupInfoView`](crate::GroupInfoView) reads the same octets.
    ///
    /// # Errors
    /// `mls/message-malformed`, `mls/trailing-octets`, `mls/limit`; `mls/group-info-invalid` if GroupInfo and tree do not hold or do not
    /// fit each other, or a proposal does not; `mls/room-uri-missing`, `mls/component-unsupported` and those of the components' codecs
    /// if the group is not a room that this client can take part in; `mls/commit-refused` for what MLS forbids.
    pub fn join_external(&self, entrance: &Entrance<'_>, participants: Option<&ParticipantListUpdate>) -> Result<Joined, Error> {
        let MlsMessageBodyIn::GroupInfo(group_info) = read_message(entrance.group_info)?.extract() else {
            return Err(Error::new(Code::MessageMalformed).note("not a GroupInfo"));
        };
        if config::suite(group_info.ciphersuite())? != self.suite() {
            return Err(Error::new(Code::GroupInfoInvalid).note("of another suite"));
        }
        if entrance.leaving.len() > MAX_PROPOSALS {
            return Err(Error::new(Code::Limit).note("proposals"));
        }
        let mut leaving = Vec::with_capacity(entrance.leaving.len());
        for octets in entrance.leaving {
            let message = read_message(octets)?.try_into_protocol_message();
            let Ok(ProtocolMessage::PublicMessage(message)) = message else {
                return Err(Error::new(Code::MessageMalformed).note("not a PublicMessage"));
            };
            leaving.push(*message);
        }
        let invalid = |error: ExternalCommitBuilderError<_>| Error::new(Code::GroupInfoInvalid).because(error);
        let provider = self.provider();
        let recipient = RecipientKey::generate(self.suite(), &mut provider.crypto())?;
        let parameters = LeafNodeParameters::builder()
            .with_capabilities(config::capabilities())
            .with_extensions(leaf::extensions(&recipient.component(), self.identity_kind())?)
            .build();
        let mut builder = MlsGroup::external_commit_builder()
            .with_config(config::join(self.handshakes(), config::smallest_bucket()))
            .with_ratchet_tree(read_tree(entrance.ratchet_tree)?)
            .with_proposals(leaving)
            .build_group(provider, group_info, self.credential_with_key()?)
            .map_err(invalid)?
            .leaf_node_parameters(parameters);
        if let Some(update) = participants {
            builder = builder.add_app_data_update_proposal(AppDataUpdateProposal::update(PARTICIPANT_LIST, update.encode()?));
        }
        let mut builder = builder.load_psks(provider.storage()).map_err(refused)?.create_group_info(false);
        let changes = app_data::changes(builder.app_data_dictionary_updater(), builder.app_data_update_proposals())?;
        builder.with_app_data_dictionary_updates(changes);
        let (mls, bundle) = builder
            .build(provider.rand(), provider.crypto(), &LeafSigner(self.key()), |_| true)
            .map_err(refused)?
            .finalize(provider)
            .map_err(super::failed)?;
        RoomState::from_extensions(mls.extensions())?;
        leaf::check_components(&required_components(mls.extensions())?, &config::supported_components())?;
        let message = write_message(bundle.commit())?;
        let group = Group::new(self.clone(), mls, recipient, Initial::No);
        let group_info = group.group_info_for_hub()?;
        Ok(Joined { group, message, group_info })
    }
}

/// Over `Read`, as [`read_message`].
fn read_tree(octets: &[u8]) -> Result<RatchetTreeIn, Error> {
    if octets.len() > MAX_MESSAGE {
        return Err(Error::new(Code::Limit).note("ratchet_tree"));
    }
    let mut rest = octets;
    let tree = RatchetTreeIn::tls_deserialize(&mut rest).map_err(|error| Error::new(Code::TreeMalformed).because(error))?;
    if rest.is_empty() { Ok(tree) } else { Err(Error::new(Code::TrailingOctets).note("ratchet_tree")) }
}

fn refused(error: CreateCommitError) -> Error {
    Error::new(Code::CommitRefused).because(error)
}
