//! A client in one room.

use std::fmt;
use std::sync::Arc;

use mimicred_error::At;
use mimicred_keys::{LeafKey, Random};
use openmls::group::{GroupId, MIXED_CIPHERTEXT_WIRE_FORMAT_POLICY, MlsGroup, MlsGroupCreateConfig, StagedWelcome, WelcomeError};
use openmls::prelude::{KeyPackage, MlsMessageBodyIn, MlsMessageOut, NewGroupError};

use crate::credential::Credential;
use crate::error::{Code, Error};
use crate::group::key_package::{read_message, write_message};
use crate::group::provider::{LeafSigner, Provider};
use crate::group::room_state::{RoomState, required_components};
use crate::group::{Group, Lifetime, config, leaf};
use crate::suite::Suite;

/// The longest group id that is made; those of OpenMLS have 16 octets.
const MAX_GROUP_ID: usize = 64;

/// One leaf to be: a key, a credential, and the MLS secrets behind its KeyPackages. Clones share these.
///
/// A key belongs to one pseudonym in one room; used in two, it links them (mimi-mls B-4).
#[derive(Clone)]
pub struct Member {
    provider: Arc<Provider>,
    suite: Suite,
    key: Arc<LeafKey>,
    credential: Credential,
}

impl Member {
    /// A client with this leaf key and credential, and no MLS state yet; its MLS secrets are drawn from `random`.
    ///
    /// # Errors
    /// `mls/suite-key-mismatch` if the key is not of the suite's algorithm, `mls/credential-type-undeclared` for a credential that
    /// our leaves do not carry, and those of [`Credential::encode`].
    pub fn new(
        suite: Suite,
        key: impl Into<Arc<LeafKey>>,
        credential: Credential,
        random: impl Random + Send + 'static,
    ) -> Result<Self, Error> {
        let key = key.into();
        check_key(suite, &key)?;
        // Whatever cannot stand in a leaf is refused now.
        leaf::check_own_type(&config::capabilities(), leaf::to_openmls(&credential)?.credential_type())?;
        Ok(Self { provider: Arc::new(Provider::new(random)), suite, key, credential })
    }

    /// The cipher suite.
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// The leaf key; it also signs reveals.
    pub fn key(&self) -> &LeafKey {
        &self.key
    }

    /// The credential.
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    pub(super) fn provider(&self) -> &Provider {
        &self.provider
    }

    pub(super) fn set_leaf(&mut self, key: Arc<LeafKey>, credential: Credential) {
        self.key = key;
        self.credential = credential;
    }

    /// A fresh KeyPackage, as an MLSMessage.
    pub fn key_package(&self, lifetime: &Lifetime) -> Result<Vec<u8>, Error> {
        let bundle = KeyPackage::builder()
            .key_package_lifetime(lifetime.to_openmls())
            .leaf_node_capabilities(config::capabilities())
            .leaf_node_extensions(leaf::extensions()?)
            .build(config::ciphersuite(self.suite), self.provider(), &LeafSigner(&self.key), self.credential_with_key()?)
            .map_err(super::failed)?;
        write_message(&MlsMessageOut::from(bundle.into_key_package()))
    }

    /// A new group with this member alone in it. The group id should be random (mimi-mls T-11).
    ///
    /// # Errors
    /// `mls/limit` for a group id that is empty or too long, `mls/group-exists` if this member has such a group already, and those
    /// of the components' codecs.
    pub fn create(&self, group_id: &[u8], room: &RoomState, lifetime: &Lifetime) -> Result<Group, Error> {
        if group_id.is_empty() || group_id.len() > MAX_GROUP_ID {
            return Err(Error::new(Code::Limit).at(At::Field("group_id".into())));
        }
        let config = MlsGroupCreateConfig::builder()
            .ciphersuite(config::ciphersuite(self.suite))
            .wire_format_policy(MIXED_CIPHERTEXT_WIRE_FORMAT_POLICY)
            .max_past_epochs(config::MAX_PAST_EPOCHS)
            .padding_size(config::smallest_bucket())
            .use_ratchet_tree_extension(true)
            .capabilities(config::capabilities())
            .lifetime(lifetime.to_openmls())
            .with_group_context_extensions(room.to_extensions()?)
            .with_leaf_node_extensions(leaf::extensions()?)
            .map_err(super::failed)?
            .build();
        let mls = MlsGroup::new_with_group_id(
            self.provider(),
            &LeafSigner(&self.key),
            &config,
            GroupId::from_slice(group_id),
            self.credential_with_key()?,
        )
        .map_err(|error| match error {
            NewGroupError::GroupAlreadyExists => Error::new(Code::GroupExists).because(error),
            other => super::failed(other),
        })?;
        Ok(Group::new(self.clone(), mls))
    }

    /// Joins by a Welcome for one of this member's KeyPackages, which is used up by it.
    ///
    /// # Errors
    /// `mls/welcome-invalid`; `mls/room-uri-missing`, `mls/component-unsupported` and those of the components' codecs if the group
    /// is not a room that this client can take part in.
    pub fn join(&self, welcome: &[u8]) -> Result<Group, Error> {
        let MlsMessageBodyIn::Welcome(welcome) = read_message(welcome)?.extract() else {
            return Err(Error::new(Code::MessageMalformed).note("not a Welcome"));
        };
        let invalid = |error: WelcomeError<_>| Error::new(Code::WelcomeInvalid).because(error);
        let config = config::join(config::smallest_bucket());
        let staged =
            StagedWelcome::build_from_welcome(self.provider(), &config, welcome).map_err(invalid)?.build().map_err(invalid)?;
        let context = staged.group_context();
        if config::suite(context.ciphersuite())? != self.suite {
            return Err(Error::new(Code::WelcomeInvalid).note("of another suite"));
        }
        RoomState::from_extensions(context.extensions())?;
        leaf::check_components(&required_components(context.extensions())?, &config::supported_components())?;
        let own = staged.own_leaf_node().map(|node| node.signature_key().as_slice());
        if own != Some(self.key.public().octets()) {
            return Err(Error::new(Code::WelcomeInvalid).note("for another leaf key"));
        }
        Ok(Group::new(self.clone(), staged.into_group(self.provider()).map_err(invalid)?))
    }

    fn credential_with_key(&self) -> Result<openmls::prelude::CredentialWithKey, Error> {
        leaf::with_key(&self.credential, self.key.public())
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("suite", &self.suite)
            .field("key", self.key.public())
            .field("credential", &self.credential)
            .finish_non_exhaustive()
    }
}

pub(super) fn check_key(suite: Suite, key: &LeafKey) -> Result<(), Error> {
    let found = key.public().algorithm();
    if found == suite.signature_algorithm() {
        Ok(())
    } else {
        Err(Error::new(Code::SuiteKeyMismatch).note(format!("{found} with {suite}")))
    }
}
