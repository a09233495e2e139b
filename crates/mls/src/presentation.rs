//! CredentialPresentation: an MLS credential shown in a room, with a proof that the sender's leaf key holds it now
//! (mimi-mls 3.5.1). For X.509 it is what the key binding is for tokens.
//!
//! The signature covers room, group, epoch, time, nonce, leaf key and a hash of the encoded credential. It is made in two steps,
//! [`CredentialPresentation::prepare`] and [`PreparedPresentation::finish`], or at once with a local key.
//!
//! ```
//! use mimicred_keys::{Algorithm, HashAlgorithm, LeafKey, SecretKey, SystemRandom};
//! use mimicred_mls::{Credential, CredentialPresentation, PresentationContext};
//!
//! let key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
//! let room = "mimi://hub.example/r/clubhouse".parse()?;
//! let context = PresentationContext { room_uri: &room, group_id: &[1; 16], epoch: 7, hash: HashAlgorithm::Sha256 };
//!
//! let credential = Credential::X509(vec![b"\x30\x03\x02\x01\x00".to_vec()]);
//! let prepared = CredentialPresentation::prepare(credential, &context, 1_790_000_000, &[0xaa; 32], key.public())?;
//! let presentation = prepared.sign(&key)?;
//!
//! let received = CredentialPresentation::decode(&presentation.encode()?)?;
//! received.verify(key.public(), &context)?;
//! let later = PresentationContext { epoch: 8, ..context };
//! assert!(received.verify(key.public(), &later).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(test)]
mod tests;

use mimicred_error::At;
use mimicred_keys::{Family, HashAlgorithm, LeafKey, PublicKey, ToBeSigned};
use mimicred_uri::MimiUri;

use crate::component::CREDENTIAL_PRESENTATION;
use crate::credential::Credential;
use crate::error::{Code, Error};
use crate::signing::{safe_sign_content, safe_to_be_signed};
use crate::tls::{Reader, Writer};

const LABEL: &str = "CredentialPresentationTBS";
const VERSION: u16 = 1;
/// A nonce has 32 octets; a little room, so that a wrong one is a mismatch and not a parse error.
const MAX_NONCE: usize = 64;
/// ECDSA P-521 in DER has at most 139 octets.
const MAX_SIGNATURE: usize = 256;

/// Where and when a presentation is made: what the receiver knows from its own epoch snapshot.
#[derive(Clone, Copy, Debug)]
pub struct PresentationContext<'a> {
    /// The room whose group carries the message.
    pub room_uri: &'a MimiUri,
    /// The group.
    pub group_id: &'a [u8],
    /// The epoch of the message.
    pub epoch: u64,
    /// The hash of the group's suite.
    pub hash: HashAlgorithm,
}

/// A credential with its proof of possession, not verified by being read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialPresentation {
    credential: Credential,
    /// As received: the hash in the signature covers these octets.
    credential_octets: Vec<u8>,
    issued_at: u64,
    nonce: Vec<u8>,
    signature: Vec<u8>,
}

impl CredentialPresentation {
    /// Everything but the signature.
    pub fn prepare(
        credential: Credential,
        context: &PresentationContext<'_>,
        issued_at: u64,
        nonce: &[u8],
        key: &PublicKey,
    ) -> Result<PreparedPresentation, Error> {
        if nonce.len() > MAX_NONCE {
            return Err(Error::new(Code::Limit).at(At::Field("nonce".into())));
        }
        let credential_octets = credential.encode()?;
        let nonce = nonce.to_vec();
        let unsigned = Self { credential, credential_octets, issued_at, nonce, signature: Vec::new() };
        let to_be_signed = safe_to_be_signed(CREDENTIAL_PRESENTATION, LABEL, &unsigned.tbs(key, context)?)?;
        Ok(PreparedPresentation { unsigned, to_be_signed, key: key.clone() })
    }

    /// Reads a presentation that fills the whole input.
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let credential = Credential::read(&mut reader)?;
        let credential_octets = octets.get(..reader.offset()).unwrap_or_default().to_vec();
        let issued_at = reader.u64()?;
        let nonce = reader.vector(MAX_NONCE)?.to_vec();
        let signature = reader.vector(MAX_SIGNATURE)?.to_vec();
        reader.finish()?;
        Ok(Self { credential, credential_octets, issued_at, nonce, signature })
    }

    /// The encoded presentation.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        Writer::new().octets(&self.credential_octets).u64(self.issued_at).vector(&self.nonce).vector(&self.signature).finish()
    }

    /// Whether the holder of `key` made this presentation here; says nothing of the credential itself, nor of time and nonce.
    ///
    /// # Errors
    /// `mls/presentation-signature-invalid`.
    pub fn verify(&self, key: &PublicKey, context: &PresentationContext<'_>) -> Result<(), Error> {
        let content = safe_sign_content(CREDENTIAL_PRESENTATION, LABEL, &self.tbs(key, context)?)?;
        key.verify(Family::Mls, &content, &self.signature)
            .map_err(|error| Error::new(Code::PresentationSignatureInvalid).because(error))
    }

    /// The credential shown, unverified.
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// The credential as received.
    pub fn credential_octets(&self) -> &[u8] {
        &self.credential_octets
    }

    /// When it was made, in seconds, as the sender says.
    pub fn issued_at(&self) -> u64 {
        self.issued_at
    }

    /// The nonce it answers.
    pub fn nonce(&self) -> &[u8] {
        &self.nonce
    }

    fn tbs(&self, key: &PublicKey, context: &PresentationContext<'_>) -> Result<Vec<u8>, Error> {
        Tbs {
            context,
            issued_at: self.issued_at,
            nonce: &self.nonce,
            signature_key: key.octets(),
            credential_hash: &context.hash.digest(&self.credential_octets),
        }
        .encode()
    }
}

/// A presentation that lacks only its signature.
#[derive(Clone, Debug)]
pub struct PreparedPresentation {
    unsigned: CredentialPresentation,
    to_be_signed: ToBeSigned,
    key: PublicKey,
}

impl PreparedPresentation {
    /// What the leaf key has to sign.
    pub fn to_be_signed(&self) -> &ToBeSigned {
        &self.to_be_signed
    }

    /// Takes the signature, in the form of the MLS family, if it verifies.
    pub fn finish(self, signature: &[u8]) -> Result<CredentialPresentation, Error> {
        self.key
            .verify(Family::Mls, self.to_be_signed.as_bytes(), signature)
            .map_err(|error| Error::new(Code::PresentationSignatureInvalid).because(error))?;
        Ok(CredentialPresentation { signature: signature.to_vec(), ..self.unsigned })
    }

    /// Signs with a key at hand.
    pub fn sign(self, key: &LeafKey) -> Result<CredentialPresentation, Error> {
        let signature = key.sign(&self.to_be_signed)?;
        self.finish(signature.as_bytes())
    }
}

/// `CredentialPresentationTBS`.
struct Tbs<'a> {
    context: &'a PresentationContext<'a>,
    issued_at: u64,
    nonce: &'a [u8],
    signature_key: &'a [u8],
    credential_hash: &'a [u8],
}

impl Tbs<'_> {
    fn encode(&self) -> Result<Vec<u8>, Error> {
        Writer::new()
            .u16(VERSION)
            .vector(self.context.room_uri.as_str().as_bytes())
            .vector(self.context.group_id)
            .u64(self.context.epoch)
            .u64(self.issued_at)
            .vector(self.nonce)
            .vector(self.signature_key)
            .vector(self.credential_hash)
            .finish()
    }
}
