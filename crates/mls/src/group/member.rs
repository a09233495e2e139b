//! A client in one room.

use std::fmt;
use std::sync::Arc;

use mimicred_error::At;
use mimicred_keys::{LeafKey, PublicKey, Random};
use openmls::extensions::{AppDataDictionary, AppDataDictionaryExtension, Extension, Extensions};
use openmls::group::{GroupId, JoinBuilder, MlsGroup, MlsGroupCreateConfig, ProcessedWelcome, StagedWelcome, WelcomeError};
use openmls::prelude::{KeyPackage, MlsMessageBodyIn, MlsMessageOut, NewGroupError};
use openmls_traits::OpenMlsProvider;
use zeroize::Zeroizing;

use crate::component::{IdentityKind, KEY_PACKAGE_OFFER, KEY_PACKAGE_USAGE, KeyPackageProofs, KeyPackageUsage, SALT_LEN};
use crate::credential::Credential;
use crate::error::{Code, Error};
use crate::group::app_data::component;
use crate::group::judge::Initial;
use crate::group::key_package::{read_message, usage, write_message};
use crate::group::provider::{LeafSigner, Provider};
use crate::group::room_state::{RoomState, required_components};
use crate::group::secrets::Secrets;
use crate::group::{Group, Handshakes, Lifetime, config, judge, leaf};
use crate::offer::OfferContext;
use crate::rules::Rules;
use crate::sealed::RecipientKey;
use crate::suite::Suite;

/// A KeyPackage that was handed over: the salt of its offer, and its reference.
struct Offered {
    salt: Zeroizing<[u8; SALT_LEN]>,
    reference: Vec<u8>,
}

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
    rules: Arc<dyn Rules>,
    handshakes: Handshakes,
    identity_kind: Option<IdentityKind>,
    least_padding: usize,
    secrets: Arc<Secrets>,
}

impl Member {
    /// A client with this leaf key and credential, and no MLS state yet. It judges changes of its groups by `rules`; its MLS secrets are
    /// drawn from `random`.
    ///
    /// # Errors
    /// `mls/suite-key-mismatch` if the key is not of the suite's algorithm, `mls/credential-type-undeclared` for a credential that
    /// our leaves do not carry, and those of [`Credential::encode`].
    pub fn new(
        suite: Suite,
        key: impl Into<Arc<LeafKey>>,
        credential: Credential,
        rules: impl Rules + 'static,
        random: impl Random + Send + 'static,
    ) -> Result<Self, Error> {
        let key = key.into();
        check_key(suite, &key)?;
        // Whatever cannot stand in a leaf is refused now.
        leaf::check_own_type(&config::capabilities(), leaf::to_openmls(&credential)?.credential_type())?;
        Ok(Self {
            provider: Arc::new(Provider::new(random)),
            suite,
            key,
            credential,
            rules: Arc::new(rules),
            handshakes: Handshakes::default(),
            identity_kind: None,
            least_padding: config::smallest_bucket(),
            secrets: Arc::default(),
        })
    }

    /// The same client with handshakes of this kind.
    #[must_use]
    pub fn with_handshakes(self, handshakes: Handshakes) -> Self {
        Self { handshakes, ..self }
    }

    /// The same client with leaves that say what its name is (mimi-mls 3.3).
    #[must_use]
    pub fn with_identity_kind(self, kind: IdentityKind) -> Self {
        Self { identity_kind: Some(kind), ..self }
    }

    /// The same client with application messages that are all padded as if they were at least this long: in a room in which some messages
    /// are reveals, none of them is to stand out (mimi-mls T-4, C-11).
    #[must_use]
    pub fn with_messages_of(self, octets: usize) -> Self {
        Self { least_padding: config::bucket(octets), ..self }
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

    pub(super) fn rules(&self) -> &dyn Rules {
        &*self.rules
    }

    pub(super) fn handshakes(&self) -> Handshakes {
        self.handshakes
    }

    pub(super) fn least_padding(&self) -> usize {
        self.least_padding
    }

    pub(super) fn identity_kind(&self) -> Option<IdentityKind> {
        self.identity_kind
    }

    pub(super) fn set_leaf(&mut self, key: Arc<LeafKey>, credential: Credential) {
        self.key = key;
        self.credential = credential;
    }

    /// A fresh KeyPackage for any use, as an MLSMessage.
    ///
    /// # Errors
    /// `mls/crypto` or `mls/group-failed` when the source of randomness fails.
    pub fn key_package(&self, lifetime: &Lifetime) -> Result<Vec<u8>, Error> {
        self.build_key_package(lifetime, None).map(|(octets, _)| octets)
    }

    /// A fresh KeyPackage for this use, as an MLSMessage. Those of a pseudonym are all marked `Offered`: with 32 random octets, if they
    /// are served from a pool (mimi-mls 3.2).
    ///
    /// # Errors
    /// As [`Member::key_package`].
    pub fn key_package_for(&self, lifetime: &Lifetime, usage: KeyPackageUsage) -> Result<Vec<u8>, Error> {
        self.build_key_package(lifetime, Some(usage)).map(|(octets, _)| octets)
    }

    /// A fresh KeyPackage that is handed over in a room, by the owner of another leaf there, as an MLSMessage. The salt is that of the
    /// [`KeyPackageOffer`](crate::KeyPackageOffer), random and fresh for each offer. Whoever adds the KeyPackage to a group must prove to
    /// know it, or [`Member::join`] refuses.
    ///
    /// # Errors
    /// As [`Member::key_package`].
    pub fn offered_key_package(
        &self,
        lifetime: &Lifetime,
        context: &OfferContext<'_>,
        salt: [u8; SALT_LEN],
    ) -> Result<Vec<u8>, Error> {
        let usage = KeyPackageUsage::offered(&salt, context.room_uri, context.offerer_key)?;
        let (octets, reference) = self.build_key_package(lifetime, Some(usage))?;
        self.secrets.keep_salt(reference, salt);
        Ok(octets)
    }

    /// The KeyPackage and its reference.
    fn build_key_package(&self, lifetime: &Lifetime, usage: Option<KeyPackageUsage>) -> Result<(Vec<u8>, Vec<u8>), Error> {
        let recipient = RecipientKey::generate(self.suite, &mut self.provider.crypto())?;
        let mut builder = KeyPackage::builder()
            .key_package_lifetime(lifetime.to_openmls())
            .leaf_node_capabilities(config::capabilities())
            .leaf_node_extensions(leaf::extensions(&recipient.component(), self.identity_kind)?);
        if let Some(usage) = usage {
            let mut dictionary = AppDataDictionary::new();
            dictionary.insert(KEY_PACKAGE_USAGE, usage.encode()?);
            let extension = Extension::AppDataDictionary(AppDataDictionaryExtension::new(dictionary));
            builder = builder.key_package_extensions(Extensions::single(extension).map_err(super::failed)?);
        }
        let bundle = builder
            .build(config::ciphersuite(self.suite), self.provider(), &LeafSigner(&self.key), self.credential_with_key()?)
            .map_err(super::failed)?;
        let reference = bundle.key_package().hash_ref(self.provider.crypto()).map_err(super::failed)?;
        self.secrets.keep_recipient(recipient);
        Ok((write_message(&MlsMessageOut::from(bundle.into_key_package()))?, reference.as_slice().to_vec()))
    }

    /// A new group with this member alone in it. The group id should be random (mimi-mls T-11).
    ///
    /// # Errors
    /// `mls/limit` for a group id that is empty or too long, `mls/group-exists` if this member has such a group already,
    /// `mls/policy-change-refused`, and those of the components' codecs.
    pub fn create(&self, group_id: &[u8], room: &RoomState, lifetime: &Lifetime) -> Result<Group, Error> {
        if group_id.is_empty() || group_id.len() > MAX_GROUP_ID {
            return Err(Error::new(Code::Limit).at(At::Field("group_id".into())));
        }
        judge::first_policy(room, self.rules())?;
        let recipient = RecipientKey::generate(self.suite, &mut self.provider.crypto())?;
        let config = MlsGroupCreateConfig::builder()
            .ciphersuite(config::ciphersuite(self.suite))
            .wire_format_policy(self.handshakes.wire_format_policy())
            .max_past_epochs(config::MAX_PAST_EPOCHS)
            .padding_size(config::smallest_bucket())
            .use_ratchet_tree_extension(true)
            .capabilities(config::capabilities())
            .lifetime(lifetime.to_openmls())
            .with_group_context_extensions(room.to_extensions()?)
            .with_leaf_node_extensions(leaf::extensions(&recipient.component(), self.identity_kind)?)
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
        Ok(Group::new(self.clone(), mls, recipient, Initial::No))
    }

    /// Joins by a Welcome for one of this member's KeyPackages, which is used up by it.
    ///
    /// # Errors
    /// `mls/welcome-invalid`; `mls/adder-unknown` if the KeyPackage was handed over by an offer and whoever added it does not prove to
    /// have it; `mls/initial-connection-only` if it was for an initial connection and the room is more; `mls/room-uri-missing`, `mls/component-unsupported` and those of the components' codecs if the group
    /// is not a room that this client can take part in.
    pub fn join(&self, welcome: &[u8]) -> Result<Group, Error> {
        let MlsMessageBodyIn::Welcome(welcome) = read_message(welcome)?.extract() else {
            return Err(Error::new(Code::MessageMalformed).note("not a Welcome"));
        };
        let invalid = |error: WelcomeError<_>| Error::new(Code::WelcomeInvalid).because(error);
        let config = config::join(self.handshakes, config::smallest_bucket());
        let processed = ProcessedWelcome::new_from_welcome(self.provider(), &config, welcome).map_err(invalid)?;
        let offered = self.offered(&processed)?;
        let usage = processed.own_key_package().map(usage).transpose()?;
        // Read before the signature over it is verified, believed afterwards.
        let proofs = component(processed.unverified_group_info().extensions(), KEY_PACKAGE_OFFER).map(<[u8]>::to_vec);
        let staged = JoinBuilder::new(self.provider(), processed).build().map_err(invalid)?;
        if let Some(offered) = offered {
            self.check_adder(&staged, &offered, proofs.as_deref())?;
        }
        let context = staged.group_context();
        if config::suite(context.ciphersuite())? != self.suite {
            return Err(Error::new(Code::WelcomeInvalid).note("of another suite"));
        }
        let room = RoomState::from_extensions(context.extensions())?;
        let initial = if usage == Some(KeyPackageUsage::InitialConnection) { Initial::Connection } else { Initial::No };
        if initial == Initial::Connection {
            room.check_initial_connection()?;
        }
        leaf::check_components(&required_components(context.extensions())?, &config::supported_components())?;
        let own = staged.own_leaf_node().map(|node| node.signature_key().as_slice());
        if own != Some(self.key.public().octets()) {
            return Err(Error::new(Code::WelcomeInvalid).note("for another leaf key"));
        }
        let recipient = staged.own_leaf_node().map(|node| leaf::recipient_key(node.extensions())).transpose()?.flatten();
        let recipient = self.secrets.take_recipient(&recipient.unwrap_or_default())?;
        Ok(Group::new(self.clone(), staged.into_group(self.provider()).map_err(invalid)?, recipient, initial))
    }

    /// Under which offer the KeyPackage of a Welcome was handed over, if it was.
    fn offered(&self, processed: &ProcessedWelcome) -> Result<Option<Offered>, Error> {
        let Some(key_package) = processed.own_key_package() else { return Ok(None) };
        let reference = key_package.hash_ref(self.provider.crypto()).map_err(super::failed)?.as_slice().to_vec();
        Ok(self.secrets.take_salt(&reference).map(|salt| Offered { salt, reference }))
    }

    /// mimi-mls 3.2: whoever adds an offered KeyPackage knows the salt of its offer, or she got it from somewhere else.
    fn check_adder(&self, staged: &StagedWelcome, offered: &Offered, proofs: Option<&[u8]>) -> Result<(), Error> {
        let adder = staged.welcome_sender().map_err(super::failed)?;
        let adder: PublicKey = leaf::leaf_key(self.suite, adder.signature_key().as_slice())?;
        let proofs = proofs.map(KeyPackageProofs::decode).transpose()?.unwrap_or_default();
        let group_id = staged.group_context().group_id().as_slice();
        let holds = proofs.holds(&*offered.salt, &offered.reference, group_id, &adder)?;
        if holds { Ok(()) } else { Err(Code::AdderUnknown.into()) }
    }

    pub(super) fn credential_with_key(&self) -> Result<openmls::prelude::CredentialWithKey, Error> {
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
