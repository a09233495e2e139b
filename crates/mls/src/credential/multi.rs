//! The bindings of `multi` and `weak-multi` credentials (draft-ietf-mls-extensions): another key vouches for the leaf key.

use std::fmt;

use mimicred_error::At;
use mimicred_keys::{Algorithm, Family, PublicKey};

use super::{Credential, MULTI, SD_JWT_VEC, WEAK_MULTI};
use crate::error::{Code, Error};
use crate::leaf_node::{MAX_KEY, MAX_SIGNATURE};
use crate::signing::sign_content;
use crate::suite::Suite;
use crate::tls::{Reader, Writer};

const LABEL: &[u8] = b"CredentialBindingTBS";

/// One credential inside a `multi` or `weak-multi`, whose own key signs for the leaf key.
///
/// That is not "the key of the assertion is the leaf key" (draft-mahy-mimi-pseudonyms): a binding that verifies says that the two keys
/// know each other, and makes nobody known (mimi-mls 6 row 4).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CredentialBinding {
    /// The suite whose algorithm the credential's key is of.
    pub cipher_suite: u16,
    /// The credential.
    pub credential: Credential,
    /// Its key, a SignaturePublicKey.
    pub credential_key: Vec<u8>,
    /// The signature over all that and the leaf key.
    pub signature: Vec<u8>,
}

impl CredentialBinding {
    /// Reads one binding. What is bound is no `multi` again.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let cipher_suite = reader.u16()?;
        let place = reader.clone();
        // Looked at before it is read: otherwise a credential could be nested as deep as it has octets.
        match reader.clone().u16()? {
            MULTI | WEAK_MULTI => return Err(place.error(Code::CredentialNested)),
            // What is signed is the credential as sd_jwt: the private number is for leaves, and here it would be another encoding of
            // the same, under the same signature.
            SD_JWT_VEC => return Err(place.error(Code::CredentialShapeUnknown).note("sd_jwt_vec is for leaves")),
            _ => {}
        }
        let credential = Credential::read(reader)?;
        let credential_key = reader.vector(MAX_KEY)?.to_vec();
        let signature = reader.vector(MAX_SIGNATURE)?.to_vec();
        Ok(Self { cipher_suite, credential, credential_key, signature })
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, Error> {
        if matches!(self.credential, Credential::Multi(_) | Credential::WeakMulti(_)) {
            return Err(Error::new(Code::CredentialNested).at(At::Field("bindings".into())));
        }
        Writer::new().octets(&self.unsigned()?).vector(&self.signature).finish()
    }

    /// What the credential's key has signed, or has to sign, for a leaf key.
    ///
    /// # Errors
    /// Those of [`Credential::encode`].
    pub fn sign_content(&self, leaf_key: &PublicKey) -> Result<Vec<u8>, Error> {
        sign_content(LABEL, &Writer::new().octets(&self.unsigned()?).vector(leaf_key.octets()).finish()?)
    }

    /// The credential's key, as the binding has it: that it is the credential's is for others to see.
    ///
    /// # Errors
    /// `mls/credential-binding-invalid`, `mls/suite-unsupported`.
    pub fn key(&self) -> Result<PublicKey, Error> {
        let algorithm = match self.cipher_suite {
            0x0007 => Algorithm::P384,
            number => Suite::from_number(number)?.signature_algorithm(),
        };
        PublicKey::from_octets(algorithm, &self.credential_key).map_err(invalid)
    }

    /// Whether the credential's key vouches for a leaf key.
    ///
    /// # Errors
    /// As [`CredentialBinding::key`].
    pub fn verify(&self, leaf_key: &PublicKey) -> Result<(), Error> {
        self.key()?.verify(Family::Mls, &self.sign_content(leaf_key)?, &self.signature).map_err(invalid)
    }

    fn unsigned(&self) -> Result<Vec<u8>, Error> {
        Writer::new().u16(self.cipher_suite).octets(&self.credential.encode()?).vector(&self.credential_key).finish()
    }
}

fn invalid(error: mimicred_keys::Error) -> Error {
    Error::new(Code::CredentialBindingInvalid).because(error)
}

/// Sizes, and what is public anyway.
impl fmt::Debug for CredentialBinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CredentialBinding(suite 0x{:04x}, {:?})", self.cipher_suite, self.credential)
    }
}
