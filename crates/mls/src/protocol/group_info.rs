//! GroupInfoRequest and its answer (draft-ietf-mimi-protocol, "Claim group key information"): what somebody needs to join from outside.
//!
//! The request names a key made for it alone, and the hub seals its answer to that key; so her own provider passes on what it cannot read.
//! By a join link, her joining code proves that she has the link (mimi-mls 3.6.3).
//!
//! ```
//! use mimicred_keys::{Algorithm, LeafKey, SecretKey, SystemRandom};
//! use mimicred_mls::protocol::{GroupInfoKey, GroupInfoRequest};
//! use mimicred_mls::{Credential, JoinLink, Suite, verify_joining_code};
//! # let link = JoinLink { room_uri: "mimi://hub.example/r/clubhouse".parse()?, seed: [9; 32].into(), group_id: vec![1; 16],
//! #     inviter_key_hash: [3; 32], policy_hash: None, not_after: 1_790_000_000 };
//!
//! let suite = Suite::X25519Aes128Ed25519;
//! let key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
//! let answer_to = GroupInfoKey::generate(suite, &mut SystemRandom)?;
//! let code = link.joining_code(key.public().octets(), answer_to.public())?;
//! let credential = Credential::SdCwt(b"an SD-KBT".to_vec());
//! let request = GroupInfoRequest::prepare(suite, key.public(), &credential, &answer_to, &code)?.sign(&key)?;
//!
//! let received = GroupInfoRequest::decode(&request.encode()?)?;
//! let joiner = received.verify_signature()?;
//! let code = received.joining_code().ok_or("no code")?;
//! verify_joining_code(&link.public_key()?, &link.room_uri, joiner.octets(), received.group_info_key(), code)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod content;
mod response;
#[cfg(test)]
mod tests;

use std::fmt;

use mimicred_keys::hpke::KeyPair;
use mimicred_keys::{PublicKey, Random};

pub use content::{GroupInfoAndTree, PendingProposal};
pub use response::{GroupInfoResponse, SealedGroupInfo};

use super::prepared::{self, Prepared};
use super::{MLS10, read_protocol};
use crate::credential::Credential;
use crate::error::{Code, Error};
use crate::leaf_node::{MAX_KEY, MAX_SIGNATURE, between};
use crate::suite::Suite;
use crate::tls::{Reader, Writer};

const LABEL: &[u8] = b"GroupInfoRequestTBS";
const MAX_JOINING_CODE: usize = 1024;

/// The key pair to which the answer to one request is sealed, made for that request. The secret is wiped when dropped.
#[derive(Clone, Debug)]
pub struct GroupInfoKey(KeyPair);

impl GroupInfoKey {
    /// A fresh one.
    ///
    /// # Errors
    /// `mls/crypto` when the source of randomness fails.
    pub fn generate(suite: Suite, random: &mut dyn Random) -> Result<Self, Error> {
        Ok(Self(suite.hpke().kem.generate_key_pair(random)?))
    }

    /// The one of a secret key that was kept.
    ///
    /// # Errors
    /// `mls/crypto` for what is no secret key of the suite.
    ///
    /// ```
    /// use mimicred_mls::{Suite, protocol::GroupInfoKey};
    ///
    /// let key = GroupInfoKey::from_secret(Suite::X25519Aes128Ed25519, &[0x0b; 32])?;
    /// assert_eq!(key.public()[..4], [0x73, 0xb2, 0xd8, 0xb7]);
    /// assert!(GroupInfoKey::from_secret(Suite::X25519Aes128Ed25519, &[0x0b; 31]).is_err());
    /// # Ok::<(), mimicred_mls::Error>(())
    /// ```
    pub fn from_secret(suite: Suite, secret: &[u8]) -> Result<Self, Error> {
        Ok(Self(suite.hpke().kem.key_pair_of(secret)?))
    }

    /// The public key.
    pub fn public(&self) -> &[u8] {
        self.0.public()
    }

    pub(super) fn secret(&self) -> &[u8] {
        self.0.secret()
    }
}

/// A request for the GroupInfo of a room, as received or made; nothing in it is verified by being read. Which room, the path says.
#[derive(Clone, PartialEq, Eq)]
pub struct GroupInfoRequest {
    /// The GroupInfoRequestTBS as it was signed.
    tbs: Vec<u8>,
    cipher_suite: u16,
    signature_key: Vec<u8>,
    credential: Credential,
    group_info_key: Vec<u8>,
    joining_code: Vec<u8>,
    signature: Vec<u8>,
}

impl GroupInfoRequest {
    /// Everything but the signature. No joining code is an empty one.
    ///
    /// # Errors
    /// `mls/suite-key-mismatch` for a key that is not of the suite, and those of [`GroupInfoRequest::decode`] and [`Credential::encode`].
    pub fn prepare(
        suite: Suite,
        key: &PublicKey,
        credential: &Credential,
        answer_to: &GroupInfoKey,
        joining_code: &[u8],
    ) -> Result<Prepared<Self>, Error> {
        if key.algorithm() != suite.signature_algorithm() || answer_to.public().len() != suite.hpke().kem.public_len() {
            return Err(Code::SuiteKeyMismatch.into());
        }
        let tbs = Writer::new().u8(MLS10).u16(suite.number()).vector(key.octets()).octets(&credential.encode()?);
        let tbs = tbs.vector(answer_to.public()).vector(joining_code);
        // What could not be read is not made.
        let unsigned = Self::decode(&tbs.vector(b"").finish()?)?;
        let tbs = unsigned.tbs.clone();
        Prepared::new(unsigned, LABEL, &tbs, key, |message, signature| Self { signature, ..message })
    }

    /// Reads a request that fills the whole input.
    ///
    /// # Errors
    /// `mls/version-unsupported`, `mls/empty` without a key for the answer, and those of [`Reader`] and [`Credential::read`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let start = reader.clone();
        read_protocol(&mut reader)?;
        let cipher_suite = reader.u16()?;
        let signature_key = reader.vector(MAX_KEY)?.to_vec();
        let credential = Credential::read(&mut reader)?;
        let place = reader.clone();
        let group_info_key = reader.vector(MAX_KEY)?.to_vec();
        if group_info_key.is_empty() {
            return Err(place.error(Code::Empty).note("groupInfoPublicKey"));
        }
        // The draft has an "optional opaque" in what is signed and a vector in what is sent: an empty vector in both (mimi-mls 6 row 26).
        let joining_code = reader.vector(MAX_JOINING_CODE)?.to_vec();
        let tbs = between(&start, &reader).to_vec();
        let signature = reader.vector(MAX_SIGNATURE)?.to_vec();
        reader.finish()?;
        Ok(Self { tbs, cipher_suite, signature_key, credential, group_info_key, joining_code, signature })
    }

    /// The encoded request.
    ///
    /// # Errors
    /// `mls/limit` for what is longer than any vector.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        Writer::new().octets(&self.tbs).vector(&self.signature).finish()
    }

    /// Whether the owner of the key in it made it, and the key is of the suite: that key. The external commit must be by the same.
    ///
    /// # Errors
    /// `mls/protocol-signature-invalid`, `mls/leaf-key-form`, `mls/suite-unsupported`.
    pub fn verify_signature(&self) -> Result<PublicKey, Error> {
        prepared::verify_in_suite(self.suite()?, &self.signature_key, LABEL, &self.tbs, &self.signature)
    }

    /// The suite in which the request is signed and the answer is sealed and signed.
    ///
    /// # Errors
    /// `mls/suite-unsupported`.
    pub fn suite(&self) -> Result<Suite, Error> {
        Suite::from_number(self.cipher_suite)
    }

    /// Who asks, as she says.
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// The octets of her key, in whatever form.
    pub fn signature_key_octets(&self) -> &[u8] {
        &self.signature_key
    }

    /// The key to which the answer is sealed.
    pub fn group_info_key(&self) -> &[u8] {
        &self.group_info_key
    }

    /// What proves that she was invited, if she says so: see [`crate::verify_joining_code`].
    pub fn joining_code(&self) -> Option<&[u8]> {
        (!self.joining_code.is_empty()).then_some(&self.joining_code)
    }
}

/// Without keys, code and signature.
impl fmt::Debug for GroupInfoRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupInfoRequest")
            .field("cipher_suite", &self.cipher_suite)
            .field("credential", &self.credential)
            .field("joining_code", &self.joining_code().map(<[u8]>::len))
            .finish_non_exhaustive()
    }
}
