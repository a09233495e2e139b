//! KeyPackages of others: read, then verified.

use mimicred_keys::PublicKey;
use openmls::prelude::{KeyPackageIn, LeafNodeIndex, MlsMessageBodyIn, MlsMessageIn, ProtocolVersion};
use openmls_traits::OpenMlsProvider;
use tls_codec::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::component::{AppComponents, KEY_PACKAGE_USAGE, KeyPackageUsage, SALT_LEN};
use crate::credential::Credential;
use crate::error::{Code, Error};
use crate::group::app_data::component;
use crate::group::provider::Provider;
use crate::group::{Lifetime, MAX_MESSAGE, config, leaf};
use crate::suite::Suite;

/// A KeyPackage as received.
///
/// ```
/// use mimicred_keys::{Algorithm, LeafKey, SecretKey, SystemRandom};
/// use mimicred_mls::group::{Lifetime, Member, Provider, UnverifiedKeyPackage};
/// use mimicred_mls::rules::NoRules;
/// use mimicred_mls::{Credential, Suite};
///
/// let key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
/// let member = Member::new(Suite::X25519Aes128Ed25519, key, Credential::SdCwt(b"an SD-KBT".to_vec()), NoRules, SystemRandom)?;
/// let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
/// let octets = member.key_package(&Lifetime::days(now, 28)?)?;
///
/// let key_package = UnverifiedKeyPackage::parse(&octets)?.verify(&Provider::new(SystemRandom))?;
/// assert_eq!(key_package.signature_key(), member.key().public());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct UnverifiedKeyPackage {
    inner: KeyPackageIn,
    octets: Vec<u8>,
}

impl UnverifiedKeyPackage {
    /// Reads an MLSMessage that holds a KeyPackage.
    ///
    /// # Errors
    /// `mls/message-malformed`, `mls/limit`.
    pub fn parse(octets: &[u8]) -> Result<Self, Error> {
        let MlsMessageBodyIn::KeyPackage(inner) = read_message(octets)?.extract() else {
            return Err(Error::new(Code::MessageMalformed).note("not a KeyPackage"));
        };
        Ok(Self { inner, octets: octets.to_vec() })
    }

    /// The credential in its leaf.
    pub fn credential(&self) -> Result<Credential, Error> {
        leaf::from_openmls(&self.inner.unverified_credential().credential)
    }

    /// The octets of its leaf key, in whatever form.
    pub fn signature_key(&self) -> Vec<u8> {
        self.inner.unverified_credential().signature_key.as_slice().to_vec()
    }

    /// Checks its signatures, its lifetime against the clock, and what OpenMLS does not look at: suite, form of the key, the
    /// credential, its type among the leaf's capabilities, and the length of the lifetime.
    ///
    /// # Errors
    /// `mls/key-package-invalid`, `mls/suite-unsupported`, `mls/leaf-key-form`, `mls/credential-type-undeclared`,
    /// `mls/capability-unsupported` for an extension of the leaf that it does not list,
    /// `mls/lifetime-invalid`, and those of [`Credential::decode`] and of the components' codecs.
    pub fn verify(self, provider: &Provider) -> Result<KeyPackage, Error> {
        let inner = self
            .inner
            .validate(provider.crypto(), ProtocolVersion::Mls10)
            .map_err(|error| Error::new(Code::KeyPackageInvalid).because(error))?;
        let node = inner.leaf_node();
        let suite = config::suite(inner.ciphersuite())?;
        let signature_key = leaf::leaf_key(suite, node.signature_key().as_slice())?;
        let credential = leaf::from_openmls(node.credential())?;
        leaf::check_own_type(node.capabilities(), node.credential().credential_type())?;
        leaf::check_own_extensions(node)?;
        let lifetime = Lifetime::new(inner.life_time().not_before(), inner.life_time().not_after())?;
        let components = leaf::components(node.extensions())?;
        let usage = usage(&inner)?;
        // What nobody could look at as a member later on.
        leaf::view(suite, LeafNodeIndex::new(0), node)?;
        let reference = inner.hash_ref(provider.crypto()).map_err(super::failed)?.as_slice().to_vec();
        let octets = self.octets;
        Ok(KeyPackage { suite, signature_key, credential, lifetime, components, usage, reference, octets, salt: None, inner })
    }
}

/// A KeyPackage whose signatures and lifetime hold; its credential is not verified.
#[derive(Clone, Debug)]
pub struct KeyPackage {
    pub(super) inner: openmls::prelude::KeyPackage,
    suite: Suite,
    signature_key: PublicKey,
    credential: Credential,
    lifetime: Lifetime,
    components: AppComponents,
    usage: KeyPackageUsage,
    reference: Vec<u8>,
    octets: Vec<u8>,
    salt: Option<Zeroizing<[u8; SALT_LEN]>>,
}

impl KeyPackage {
    /// The same KeyPackage as it was handed over under an offer with this salt: its owner is given the proof that she asks for
    /// (mimi-mls 3.2). That the offer holds is for [`KeyPackageOffer::verify`](crate::KeyPackageOffer::verify) to say.
    #[must_use]
    pub fn under_offer(self, salt: [u8; SALT_LEN]) -> Self {
        Self { salt: Some(Zeroizing::new(salt)), ..self }
    }

    /// What it is for.
    pub fn usage(&self) -> KeyPackageUsage {
        self.usage
    }

    pub(super) fn salt(&self) -> Option<&[u8; SALT_LEN]> {
        self.salt.as_deref()
    }

    /// The suite it is for.
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// The key of its leaf.
    pub fn signature_key(&self) -> &PublicKey {
        &self.signature_key
    }

    /// The credential of its leaf.
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// When it may be used.
    pub fn lifetime(&self) -> Lifetime {
        self.lifetime
    }

    /// The components that its leaf supports.
    pub fn components(&self) -> &AppComponents {
        &self.components
    }

    /// Its KeyPackageRef.
    pub fn reference(&self) -> &[u8] {
        &self.reference
    }

    /// The MLSMessage as received.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }
}

/// What a KeyPackage is for.
pub(super) fn usage(key_package: &openmls::prelude::KeyPackage) -> Result<KeyPackageUsage, Error> {
    let usage = component(key_package.extensions(), KEY_PACKAGE_USAGE).map(KeyPackageUsage::decode).transpose()?;
    Ok(usage.unwrap_or(KeyPackageUsage::Any))
}

/// Reads an MLSMessage that fills the whole input.
///
/// Over `Read`: the reader over slices of `tls_codec` panics on cut-off vectors in debug builds.
pub(super) fn read_message(octets: &[u8]) -> Result<MlsMessageIn, Error> {
    if octets.len() > MAX_MESSAGE {
        return Err(Error::new(Code::Limit));
    }
    let mut rest = octets;
    let message = MlsMessageIn::tls_deserialize(&mut rest).map_err(|error| Error::new(Code::MessageMalformed).because(error))?;
    if rest.is_empty() { Ok(message) } else { Err(Code::TrailingOctets.into()) }
}

/// The octets of a message of our own.
pub(super) fn write_message(message: &impl Serialize) -> Result<Vec<u8>, Error> {
    message.tls_serialize_detached().map_err(super::failed)
}
