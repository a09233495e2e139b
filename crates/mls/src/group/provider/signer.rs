//! A leaf key as OpenMLS sees it.

use mimicred_keys::{Algorithm, Family, LeafKey, ToBeSigned};
use openmls_traits::signatures::{Signer, SignerError};
use openmls_traits::types::SignatureScheme;

/// Signs what OpenMLS hands over, if it is MLS content (mimi-mls 5.5).
///
/// ```
/// use mimicred_keys::{Algorithm, LeafKey, SecretKey, SystemRandom};
/// use mimicred_mls::group::LeafSigner;
/// use openmls_traits::signatures::Signer;
///
/// let key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
/// let signer = LeafSigner(&key);
/// assert!(signer.sign(b"\x13MLS 1.0 LeafNodeTBS\x03...").is_ok());
/// assert!(signer.sign(b"eyJ0eXAiOiJrYitqd3QifQ.e30").is_err());
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct LeafSigner<'a>(pub &'a LeafKey);

impl Signer for LeafSigner<'_> {
    fn sign(&self, payload: &[u8]) -> Result<Vec<u8>, SignerError> {
        let to_be_signed = ToBeSigned::new(Family::Mls, payload).map_err(|_| SignerError::SigningError)?;
        let signature = self.0.sign(&to_be_signed).map_err(|_| SignerError::SigningError)?;
        Ok(signature.into_bytes())
    }

    fn signature_scheme(&self) -> SignatureScheme {
        scheme(self.0.public().algorithm())
    }
}

/// The signature scheme of an algorithm (mimi-mls 1.3).
pub(super) const fn scheme(algorithm: Algorithm) -> SignatureScheme {
    match algorithm {
        Algorithm::Ed25519 => SignatureScheme::ED25519,
        Algorithm::P256 => SignatureScheme::ECDSA_SECP256R1_SHA256,
        Algorithm::P384 => SignatureScheme::ECDSA_SECP384R1_SHA384,
        Algorithm::P521 => SignatureScheme::ECDSA_SECP521R1_SHA512,
    }
}
