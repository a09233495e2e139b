//! KeyMaterialRequest and KeyMaterialResponse (draft-ietf-mimi-protocol, "Fetch Key Material"): KeyPackages of all clients of a user.
//!
//! The request is read by the requester's provider, the hub and the target's provider. The credential in it is that of the pseudonym
//! which will be in the room, and discloses nothing (mimi-mls 3.6.1).
//!
//! ```
//! use mimicred_keys::{Algorithm, LeafKey, SecretKey, SystemRandom};
//! use mimicred_mls::Credential;
//! use mimicred_mls::protocol::{KeyMaterialClaim, KeyMaterialRequest, RequiredCapabilities};
//!
//! let key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
//! let claim = KeyMaterialClaim {
//!     requesting_user: "mimi://a.example/p/crazykoala75".parse()?,
//!     target_user: "mimi://b.example/u/bob".parse()?,
//!     room: Some("mimi://hub.example/r/clubhouse".parse()?),
//!     cipher_suites: vec![1, 3],
//!     required_capabilities: RequiredCapabilities { extensions: vec![6], proposals: vec![8], credentials: vec![5] },
//! };
//! let credential = Credential::SdCwt(b"an SD-KBT".to_vec());
//! let request = KeyMaterialRequest::prepare(&claim, key.public(), &credential)?.sign(&key)?;
//!
//! let received = KeyMaterialRequest::decode(&request.encode()?)?;
//! assert_eq!(&received.verify_signature()?, key.public());
//! assert_eq!((received.claim(), received.credential()), (&claim, &credential));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod response;
#[cfg(test)]
mod tests;

use std::fmt;

use mimicred_keys::PublicKey;
use mimicred_uri::MimiUri;

pub use response::{ClientKeyMaterial, ClientMaterial, KeyMaterialResponse, UserStatus};

use super::prepared::{self, Prepared};
use super::{MLS10, read_optional_room, read_protocol, read_user, write_uri};
use crate::credential::Credential;
use crate::error::{Code, Error};
use crate::leaf_node::{MAX_KEY, MAX_SIGNATURE, between};
use crate::tls::{Reader, Writer};

const LABEL: &[u8] = b"KeyMaterialRequestTBS";
const MAX_NUMBERS: usize = 2048;

/// What is asked for, and for which room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyMaterialClaim {
    /// Who will add the target.
    pub requesting_user: MimiUri,
    /// Whose KeyPackages are wanted.
    pub target_user: MimiUri,
    /// The room into which the target will be added: consent may be for it alone.
    pub room: Option<MimiUri>,
    /// For which suites, at least one.
    pub cipher_suites: Vec<u16>,
    /// What the clients must understand.
    pub required_capabilities: RequiredCapabilities,
}

/// `RequiredCapabilities` (RFC 9420 11.1), beyond what every client understands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequiredCapabilities {
    /// Extension types.
    pub extensions: Vec<u16>,
    /// Proposal types.
    pub proposals: Vec<u16>,
    /// Credential types.
    pub credentials: Vec<u16>,
}

/// A request for KeyPackages, as received or made; nothing in it is verified by being read.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyMaterialRequest {
    /// The KeyMaterialRequestTBS as it was signed.
    tbs: Vec<u8>,
    claim: KeyMaterialClaim,
    signature_key: Vec<u8>,
    credential: Credential,
    signature: Vec<u8>,
}

impl KeyMaterialRequest {
    /// Everything but the signature.
    ///
    /// # Errors
    /// Those of [`KeyMaterialRequest::decode`], for a claim that could not be read, and of [`Credential::encode`].
    pub fn prepare(claim: &KeyMaterialClaim, key: &PublicKey, credential: &Credential) -> Result<Prepared<Self>, Error> {
        let tbs = claim.write(Writer::new().u8(MLS10)).vector(key.octets()).octets(&credential.encode()?);
        // What could not be read is not made.
        let unsigned = Self::decode(&tbs.vector(b"").finish()?)?;
        let tbs = unsigned.tbs.clone();
        Prepared::new(unsigned, LABEL, &tbs, key, |message, signature| Self { signature, ..message })
    }

    /// Reads a request that fills the whole input.
    ///
    /// # Errors
    /// `mls/version-unsupported`, `mls/uri-invalid` unless user and target are users or pseudonyms and the room is a room, `mls/empty`
    /// without a suite, and those of [`Reader`] and [`Credential::read`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let start = reader.clone();
        read_protocol(&mut reader)?;
        let claim = KeyMaterialClaim::read(&mut reader)?;
        let signature_key = reader.vector(MAX_KEY)?.to_vec();
        let credential = Credential::read(&mut reader)?;
        let tbs = between(&start, &reader).to_vec();
        let signature = reader.vector(MAX_SIGNATURE)?.to_vec();
        reader.finish()?;
        Ok(Self { tbs, claim, signature_key, credential, signature })
    }

    /// The encoded request.
    ///
    /// # Errors
    /// `mls/limit` for what is longer than any vector.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        Writer::new().octets(&self.tbs).vector(&self.signature).finish()
    }

    /// Whether the owner of the key in it made it: that key. Whose credential it is, is another question.
    ///
    /// # Errors
    /// `mls/protocol-signature-invalid`, `mls/leaf-key-form`.
    pub fn verify_signature(&self) -> Result<PublicKey, Error> {
        prepared::verify(&self.signature_key, LABEL, &self.tbs, &self.signature)
    }

    /// What is asked for.
    pub fn claim(&self) -> &KeyMaterialClaim {
        &self.claim
    }

    /// Who asks, as she says.
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// The octets of her key, in whatever form.
    pub fn signature_key_octets(&self) -> &[u8] {
        &self.signature_key
    }
}

impl KeyMaterialClaim {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let (requesting_user, target_user) = (read_user(reader)?, read_user(reader)?);
        let room = read_optional_room(reader)?;
        let place = reader.clone();
        let cipher_suites = numbers(reader)?;
        if cipher_suites.is_empty() {
            return Err(place.error(Code::Empty).note("acceptableCiphersuites"));
        }
        let required_capabilities =
            RequiredCapabilities { extensions: numbers(reader)?, proposals: numbers(reader)?, credentials: numbers(reader)? };
        Ok(Self { requesting_user, target_user, room, cipher_suites, required_capabilities })
    }

    fn write(&self, writer: Writer) -> Writer {
        let RequiredCapabilities { extensions, proposals, credentials } = &self.required_capabilities;
        let writer = write_uri(write_uri(writer, &self.requesting_user), &self.target_user)
            .vector(self.room.as_ref().map(MimiUri::as_str).unwrap_or_default().as_bytes());
        let lists = [&self.cipher_suites, extensions, proposals, credentials];
        lists.into_iter().fold(writer, |writer, numbers| writer.list(numbers.iter().copied(), Writer::u16))
    }
}

fn numbers(reader: &mut Reader<'_>) -> Result<Vec<u16>, Error> {
    reader.list(2 * MAX_NUMBERS, MAX_NUMBERS, Reader::u16)
}

/// Without key and signature.
impl fmt::Debug for KeyMaterialRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyMaterialRequest")
            .field("claim", &self.claim)
            .field("credential", &self.credential)
            .finish_non_exhaustive()
    }
}
