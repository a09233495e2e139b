//! Secret keys.

mod pkcs8;

use std::fmt;

use zeroize::Zeroizing;

use crate::backend;
use crate::{Algorithm, Code, Error, PublicKey, Random};

/// Secret key material, wiped from memory when dropped, with its public key.
///
/// It can be stored and converted but not sign: for that it becomes a [`LeafKey`](crate::LeafKey) or an
/// [`IssuerKey`](crate::IssuerKey), which decide what may be signed.
///
/// ```
/// use mimicred_keys::{Algorithm, SecretKey, SystemRandom};
///
/// let key = SecretKey::generate(Algorithm::P384, &mut SystemRandom)?;
/// let copy = SecretKey::from_pem(&key.to_pem())?;
/// assert_eq!(copy.public(), key.public());
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
#[derive(Clone)]
pub struct SecretKey {
    octets: Zeroizing<Vec<u8>>,
    public: PublicKey,
}

impl SecretKey {
    /// Draws a key from `random`: a seed of 32 octets for Ed25519 (RFC 8032 5.1.5), a scalar by rejection sampling for the
    /// others (FIPS 186-5 A.2.2).
    ///
    /// # Errors
    /// `keys/backend-failed` when the source fails or gives nothing usable.
    pub fn generate(algorithm: Algorithm, random: &mut dyn Random) -> Result<Self, Error> {
        // P-521 candidates are cut to 521 bits; then any curve takes a candidate with more than even probability, so that a
        // sound source is never refused.
        const ATTEMPTS: usize = 128;
        let mut octets = Zeroizing::new(vec![0; algorithm.coordinate_len()]);
        for _ in 0..ATTEMPTS {
            random.fill(&mut octets)?;
            if let (Algorithm::P521, Some(first)) = (algorithm, octets.first_mut()) {
                *first &= 1;
            }
            if let Ok(key) = Self::from_octets(algorithm, &octets) {
                return Ok(key);
            }
        }
        Err(Error::new(Code::BackendFailed).note("the random source gives no usable key"))
    }

    /// Takes a seed (Ed25519) or a scalar of full length, big-endian.
    ///
    /// # Errors
    /// `keys/secret-key-malformed` for any other length, and for a scalar that is 0 or not below the group order.
    pub fn from_octets(algorithm: Algorithm, octets: &[u8]) -> Result<Self, Error> {
        if octets.len() != algorithm.coordinate_len() {
            return Err(Code::SecretKeyMalformed.into());
        }
        let public = match algorithm.curve() {
            None => backend::ed25519_public_of(octets),
            Some(curve) => backend::point_of(curve, octets),
        };
        let public = PublicKey::from_octets(algorithm, &public.ok_or(Code::SecretKeyMalformed)?)?;
        Ok(Self { octets: Zeroizing::new(octets.to_vec()), public })
    }

    /// The seed or scalar.
    pub fn octets(&self) -> Zeroizing<Vec<u8>> {
        self.octets.clone()
    }

    /// The public key.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The key's algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretKey").field("public", &self.public).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
