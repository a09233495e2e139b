//! The PseudonymousCredential of minimal-metadata rooms (draft-ietf-mimi-protocol): parsed, so that such a leaf can be told from
//! others; never trusted here (mimi-mls 6 rows 4 and 47).

use std::fmt;

use mimicred_uri::MimiUri;

use super::MAX_CREDENTIAL;
use crate::component::read_uri;
use crate::error::Error;
use crate::leaf_node::MAX_KEY;
use crate::tls::{Reader, Writer};

/// A credential whose real identity is encrypted, for whoever gets the key of that link from its owner. No draft gives it a number;
/// it travels inside one vector under the private type 0xF007.
///
/// ```
/// use mimicred_mls::{Credential, PseudonymousCredential};
///
/// let credential = Credential::Pseudonymous(PseudonymousCredential {
///     client_pseudonym: "mimi://a.example/d/7b1c".parse()?,
///     user_pseudonym: "mimi://a.example/p/51f0".parse()?,
///     signature_public_key: vec![2; 32],
///     identity_link_ciphertext: vec![7; 3],
/// });
/// let octets = credential.encode()?;
/// assert!(octets.starts_with(b"\xf0\x07\x40\x55\x17mimi://a.example/d/7b1c\x17mimi://"));
/// assert_eq!(Credential::decode(&octets)?, credential);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PseudonymousCredential {
    /// The client's pseudonym.
    pub client_pseudonym: MimiUri,
    /// The user's pseudonym.
    pub user_pseudonym: MimiUri,
    /// The leaf key, a SignaturePublicKey.
    pub signature_public_key: Vec<u8>,
    /// The IdentityLinkTBE, encrypted.
    pub identity_link_ciphertext: Vec<u8>,
}

impl PseudonymousCredential {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self {
            client_pseudonym: read_uri(reader)?,
            user_pseudonym: read_uri(reader)?,
            signature_public_key: reader.vector(MAX_KEY)?.to_vec(),
            identity_link_ciphertext: reader.vector(MAX_CREDENTIAL)?.to_vec(),
        })
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, Error> {
        Writer::new()
            .vector(self.client_pseudonym.as_str().as_bytes())
            .vector(self.user_pseudonym.as_str().as_bytes())
            .vector(&self.signature_public_key)
            .vector(&self.identity_link_ciphertext)
            .finish()
    }
}

/// Without key and ciphertext.
impl fmt::Debug for PseudonymousCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PseudonymousCredential({}, {})", self.user_pseudonym, self.client_pseudonym)
    }
}
