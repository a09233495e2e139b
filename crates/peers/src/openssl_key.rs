//! OpenSSL as signer and verifier.

use mimicred_keys::{Algorithm, PublicKey, SecretKey};
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::ecdsa::EcdsaSig;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, Private, Public};
use openssl::sign::{Signer, Verifier};

/// What can go wrong here ends a test.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// A key pair made by OpenSSL.
pub struct OpenSslKey {
    key: PKey<Private>,
    algorithm: Algorithm,
}

impl OpenSslKey {
    /// A fresh key pair.
    ///
    /// # Errors
    /// Those of OpenSSL.
    ///
    /// ```
    /// use mimicred_keys::Algorithm;
    /// use mimicred_peers::{OpenSslKey, verify_fixed};
    ///
    /// let key = OpenSslKey::generate(Algorithm::P384)?;
    /// let signature = key.sign_fixed(b"message")?;
    /// assert!(verify_fixed(&key.public()?, b"message", &signature)?);
    /// assert!(!verify_fixed(&key.public()?, b"another", &signature)?);
    /// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    /// ```
    pub fn generate(algorithm: Algorithm) -> Result<Self> {
        let key = match curve(algorithm) {
            None => PKey::generate_ed25519()?,
            Some(curve) => PKey::from_ec_key(EcKey::generate(&*EcGroup::from_curve_name(curve)?)?)?,
        };
        Ok(Self { key, algorithm })
    }

    /// The key as OpenSSL has it.
    pub fn pkey(&self) -> &PKey<Private> {
        &self.key
    }

    /// Its public half in our hands, from OpenSSL's SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// Those of OpenSSL, and ours for a key that we refuse.
    pub fn public(&self) -> Result<PublicKey> {
        Ok(PublicKey::from_spki_der(&self.key.public_key_to_der()?)?)
    }

    /// Its private half in our hands, from OpenSSL's raw octets.
    ///
    /// # Errors
    /// Those of OpenSSL, and ours for a key that we refuse.
    pub fn secret(&self) -> Result<SecretKey> {
        let octets = match self.algorithm {
            Algorithm::Ed25519 => self.key.raw_private_key()?,
            _ => self.key.ec_key()?.private_key().to_vec_padded(i32::try_from(self.algorithm.coordinate_len())?)?,
        };
        Ok(SecretKey::from_octets(self.algorithm, &octets)?)
    }

    /// A signature as JOSE and COSE write it: 64 octets of Ed25519, or `r` and `s` at their full lengths.
    ///
    /// # Errors
    /// Those of OpenSSL.
    pub fn sign_fixed(&self, message: &[u8]) -> Result<Vec<u8>> {
        let Some(digest) = digest(self.algorithm) else {
            return Ok(Signer::new_without_digest(&self.key)?.sign_oneshot_to_vec(message)?);
        };
        let der = Signer::new(digest, &self.key)?.sign_oneshot_to_vec(message)?;
        let signature = EcdsaSig::from_der(&der)?;
        let length = i32::try_from(self.algorithm.coordinate_len())?;
        Ok([signature.r().to_vec_padded(length)?, signature.s().to_vec_padded(length)?].concat())
    }
}

/// Whether OpenSSL accepts a signature as JOSE and COSE write it.
///
/// # Errors
/// Those of OpenSSL for a key or signature that it cannot read.
///
/// See [`OpenSslKey::generate`] for an example.
pub fn verify_fixed(key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<bool> {
    let pkey = openssl_public(key)?;
    let Some(digest) = digest(key.algorithm()) else {
        return Ok(Verifier::new_without_digest(&pkey)?.verify_oneshot(signature, message)?);
    };
    let length = key.algorithm().coordinate_len();
    let Some((r, s)) = signature.split_at_checked(length).filter(|(_, s)| s.len() == length) else { return Ok(false) };
    let der = EcdsaSig::from_private_components(BigNum::from_slice(r)?, BigNum::from_slice(s)?)?.to_der()?;
    Ok(Verifier::new(digest, &pkey)?.verify_oneshot(&der, message)?)
}

/// From the bare octets of the MLS form, so that our writing of SubjectPublicKeyInfo is not in the way.
fn openssl_public(key: &PublicKey) -> Result<PKey<Public>> {
    let Some(curve) = curve(key.algorithm()) else {
        return Ok(PKey::public_key_from_raw_bytes(key.octets(), Id::ED25519)?);
    };
    let group = EcGroup::from_curve_name(curve)?;
    let mut context = openssl::bn::BigNumContext::new()?;
    let point = openssl::ec::EcPoint::from_bytes(&group, key.octets(), &mut context)?;
    Ok(PKey::from_ec_key(EcKey::from_public_key(&group, &point)?)?)
}

fn curve(algorithm: Algorithm) -> Option<Nid> {
    match algorithm {
        Algorithm::Ed25519 => None,
        Algorithm::P256 => Some(Nid::X9_62_PRIME256V1),
        Algorithm::P384 => Some(Nid::SECP384R1),
        Algorithm::P521 => Some(Nid::SECP521R1),
    }
}

fn digest(algorithm: Algorithm) -> Option<MessageDigest> {
    match algorithm {
        Algorithm::Ed25519 => None,
        Algorithm::P256 => Some(MessageDigest::sha256()),
        Algorithm::P384 => Some(MessageDigest::sha384()),
        Algorithm::P521 => Some(MessageDigest::sha512()),
    }
}
