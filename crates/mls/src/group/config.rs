//! The one template that every client and every room of ours follows: what differs between clients can be used to tell them
//! apart (mimi-mls T-15).

use mimicred_error::At;
use openmls::group::{
    MIXED_CIPHERTEXT_WIRE_FORMAT_POLICY, MIXED_PLAINTEXT_WIRE_FORMAT_POLICY, MlsGroupJoinConfig, WireFormatPolicy,
};
use openmls::prelude::{
    Capabilities, Ciphersuite, CredentialType, ExtensionType, ProposalType, ProtocolVersion, RequiredCapabilitiesExtension,
};

use crate::component::{
    AppComponents, CONTENT_MEDIA_TYPES, CREDENTIAL_PRESENTATION, DISCLOSURE_RECIPIENTS, IDENTITY_KIND, KEY_PACKAGE_OFFER,
    KEY_PACKAGE_USAGE, KNOCK_ROOM_POLICY, PARTICIPANT_LIST, ROOM_DISCLOSURE_POLICY, ROOM_METADATA,
};
use crate::credential::{BASIC, SD_CWT, SD_JWT_VEC, X509};
use crate::error::{Code, Error};
use crate::suite::Suite;

/// Past epochs whose messages can still be read; an epoch snapshot must be kept just as long (mimi-mls 3.5.2).
pub const MAX_PAST_EPOCHS: usize = 5;

/// Sizes that messages are padded to; beyond the last, to multiples of it (mimi-mls T-4).
const BUCKETS: [usize; 5] = [512, 1024, 2048, 4096, 8192];
/// What is encrypted beside the data: its length, the signature with its length, the AEAD's tag.
const OVERHEAD: usize = 4 + 2 + 72 + 16;

/// The bucket for application data of this length.
pub(super) fn bucket(length: usize) -> usize {
    let needed = length.saturating_add(OVERHEAD);
    let [.., last] = BUCKETS;
    BUCKETS.into_iter().find(|bucket| needed <= *bucket).unwrap_or(last)
}

pub(super) fn smallest_bucket() -> usize {
    let [first, ..] = BUCKETS;
    first
}

/// How the handshakes of a member are framed; application messages are private in any case, and both kinds are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Handshakes {
    /// As PrivateMessages: whoever carries them sees neither leaves nor who sent them, and no hub can follow the group.
    #[default]
    Private,
    /// As PublicMessages, which a [`Hub`](crate::group::Hub) follows. They show every leaf that they touch, with its credential, to
    /// whoever carries them: wrap them for the hub alone (mimi-mls 2.8, T-1).
    Public,
}

impl Handshakes {
    pub(super) fn wire_format_policy(self) -> WireFormatPolicy {
        match self {
            Self::Private => MIXED_CIPHERTEXT_WIRE_FORMAT_POLICY,
            Self::Public => MIXED_PLAINTEXT_WIRE_FORMAT_POLICY,
        }
    }
}

/// How a member runs its group.
pub(super) fn join(handshakes: Handshakes, padding: usize) -> MlsGroupJoinConfig {
    MlsGroupJoinConfig::builder()
        .wire_format_policy(handshakes.wire_format_policy())
        .max_past_epochs(MAX_PAST_EPOCHS)
        .padding_size(padding)
        // The tree travels inside the encrypted GroupInfo of the Welcome, out of sight of the servers (mimi-mls T-2).
        .use_ratchet_tree_extension(true)
        .build()
}

/// What every leaf says it can do. sd_jwt goes by its private number: see [`crate::credential`].
pub(super) fn capabilities() -> Capabilities {
    let other = |number| CredentialType::from(number);
    Capabilities::builder()
        .versions(vec![ProtocolVersion::Mls10])
        .ciphersuites(Suite::ALL.map(ciphersuite).to_vec())
        .extensions(vec![ExtensionType::AppDataDictionary])
        .proposals(vec![ProposalType::AppDataUpdate, ProposalType::SelfRemove])
        .credentials([BASIC, X509, SD_CWT, SD_JWT_VEC].map(other).to_vec())
        .build()
}

/// What a room demands of every member. Credential types are left to its disclosure policy.
pub(super) fn required_capabilities() -> RequiredCapabilitiesExtension {
    RequiredCapabilitiesExtension::new(
        &[ExtensionType::AppDataDictionary],
        &[ProposalType::AppDataUpdate, ProposalType::SelfRemove],
        &[],
    )
}

/// The components every client of ours understands.
pub(super) fn supported_components() -> AppComponents {
    [
        CONTENT_MEDIA_TYPES,
        PARTICIPANT_LIST,
        ROOM_METADATA,
        ROOM_DISCLOSURE_POLICY,
        KEY_PACKAGE_USAGE,
        IDENTITY_KIND,
        CREDENTIAL_PRESENTATION,
        DISCLOSURE_RECIPIENTS,
        KNOCK_ROOM_POLICY,
        KEY_PACKAGE_OFFER,
    ]
    .into_iter()
    .collect()
}

pub(super) fn ciphersuite(suite: Suite) -> Ciphersuite {
    match suite {
        Suite::X25519Aes128Ed25519 => Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519,
        Suite::P256Aes128P256 => Ciphersuite::MLS_128_DHKEMP256_AES128GCM_SHA256_P256,
        Suite::X25519ChaCha20Ed25519 => Ciphersuite::MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519,
    }
}

pub(super) fn suite(ciphersuite: Ciphersuite) -> Result<Suite, Error> {
    Suite::from_number(ciphersuite.into())
}

/// When a leaf may be used, in seconds since 1970: at most 84 days and one hour, and rounded so that it does not tell when exactly
/// it was made (mimi-mls B-2, B-25).
///
/// ```
/// use mimicred_mls::group::Lifetime;
///
/// let lifetime = Lifetime::days(1_790_000_000, 28)?;
/// assert_eq!(lifetime.not_before() % 86_400, 0);
/// assert_eq!(lifetime.not_after() - lifetime.not_before(), 28 * 86_400);
/// assert!(Lifetime::days(1_790_000_000, 85).is_err());
/// # Ok::<(), mimicred_mls::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    not_before: u64,
    not_after: u64,
}

impl Lifetime {
    const DAY: u64 = 24 * 60 * 60;
    const HOUR: u64 = 60 * 60;
    const MAX: u64 = 84 * Self::DAY + Self::HOUR;

    /// From and until these seconds.
    ///
    /// # Errors
    /// `mls/lifetime-invalid` if that is nothing or too much.
    pub fn new(not_before: u64, not_after: u64) -> Result<Self, Error> {
        match not_after.checked_sub(not_before) {
            Some(1..=Self::MAX) => Ok(Self { not_before, not_after }),
            _ => Err(Error::new(Code::LifetimeInvalid).at(At::Field("lifetime".into()))),
        }
    }

    /// A number of whole UTC days, the first of them the day of `now`, or the day before during the first hour, for clocks that
    /// are behind.
    pub fn days(now: u64, days: u16) -> Result<Self, Error> {
        let start = now.saturating_sub(Self::HOUR) / Self::DAY * Self::DAY;
        Self::new(start, start.saturating_add(u64::from(days) * Self::DAY))
    }

    /// The first second.
    pub fn not_before(&self) -> u64 {
        self.not_before
    }

    /// The last second.
    pub fn not_after(&self) -> u64 {
        self.not_after
    }

    pub(super) fn to_openmls(self) -> openmls::prelude::Lifetime {
        openmls::prelude::Lifetime::init(self.not_before, self.not_after)
    }
}
