//! ECDSA on P-256, P-384 and P-521, each with the hash of its size.

use p256::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use p256::{ecdsa as ecdsa256, ecdsa::signature::SignatureEncoding};
use p384::ecdsa as ecdsa384;
use p521::ecdsa as ecdsa521;

use super::HashContext;
use crate::backend::{Curve, Encoding};
use crate::hash::{Hash, HashAlgorithm};

fn digest(curve: Curve, message: &[&[u8]]) -> Hash {
    let mut context = HashContext::new(match curve {
        Curve::P256 => HashAlgorithm::Sha256,
        Curve::P384 => HashAlgorithm::Sha384,
        Curve::P521 => HashAlgorithm::Sha512,
    });
    message.iter().for_each(|part| context.update(part));
    context.finish()
}

/// A public key on a curve, checked to lie on it, ready for signatures in both encodings.
pub(crate) enum EcVerifier {
    P256(ecdsa256::VerifyingKey),
    P384(ecdsa384::VerifyingKey),
    P521(ecdsa521::VerifyingKey),
}

impl EcVerifier {
    /// Reads a SEC 1 point. The library takes every form of point, so the caller has looked at the first octet and the length.
    pub(crate) fn new(curve: Curve, point: &[u8]) -> Option<Self> {
        match curve {
            Curve::P256 => ecdsa256::VerifyingKey::from_sec1_bytes(point).ok().map(Self::P256),
            Curve::P384 => ecdsa384::VerifyingKey::from_sec1_bytes(point).ok().map(Self::P384),
            Curve::P521 => ecdsa521::VerifyingKey::from_sec1_bytes(point).ok().map(Self::P521),
        }
    }

    /// Verifies a signature over the parts, one after the other. The point that the key was read from is of no use here.
    pub(crate) fn verify(&self, _point: &[u8], encoding: Encoding, message: &[&[u8]], signature: &[u8]) -> bool {
        match (self, encoding) {
            (Self::P256(key), Encoding::Der) => holds::<ecdsa256::DerSignature>(key, &self.digest(message), signature),
            (Self::P256(key), Encoding::Fixed) => holds::<ecdsa256::Signature>(key, &self.digest(message), signature),
            (Self::P384(key), Encoding::Der) => holds::<ecdsa384::DerSignature>(key, &self.digest(message), signature),
            (Self::P384(key), Encoding::Fixed) => holds::<ecdsa384::Signature>(key, &self.digest(message), signature),
            (Self::P521(key), Encoding::Der) => holds::<ecdsa521::DerSignature>(key, &self.digest(message), signature),
            (Self::P521(key), Encoding::Fixed) => holds::<ecdsa521::Signature>(key, &self.digest(message), signature),
        }
    }

    fn digest(&self, message: &[&[u8]]) -> Hash {
        digest(
            match self {
                Self::P256(_) => Curve::P256,
                Self::P384(_) => Curve::P384,
                Self::P521(_) => Curve::P521,
            },
            message,
        )
    }

    /// `04 X Y`.
    fn uncompressed(&self) -> Vec<u8> {
        match self {
            Self::P256(key) => key.to_sec1_point(false).as_bytes().to_vec(),
            Self::P384(key) => key.to_sec1_point(false).as_bytes().to_vec(),
            Self::P521(key) => key.to_sec1_point(false).as_bytes().to_vec(),
        }
    }
}

/// Whether a signature in the form of `S` can be read and holds.
fn holds<S: for<'s> TryFrom<&'s [u8]>>(key: &impl PrehashVerifier<S>, digest: &[u8], signature: &[u8]) -> bool {
    S::try_from(signature).is_ok_and(|signature| key.verify_prehash(digest, &signature).is_ok())
}

/// The uncompressed form of a compressed point.
pub(crate) fn decompress(curve: Curve, point: &[u8], uncompressed_len: usize) -> Option<Vec<u8>> {
    Some(EcVerifier::new(curve, point)?.uncompressed()).filter(|point| point.len() == uncompressed_len)
}

/// The point of a scalar, uncompressed; nothing when the scalar is 0 or not below the group order.
pub(crate) fn point_of(curve: Curve, scalar: &[u8]) -> Option<Vec<u8>> {
    Some(match Secret::new(curve, scalar)? {
        Secret::P256(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
        Secret::P384(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
        Secret::P521(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
    })
}

/// A key of each curve, wiped when dropped.
enum Secret {
    P256(ecdsa256::SigningKey),
    P384(ecdsa384::SigningKey),
    P521(ecdsa521::SigningKey),
}

impl Secret {
    /// Takes a scalar of full length; `from_slice` would fill up what is too short.
    fn new(curve: Curve, scalar: &[u8]) -> Option<Self> {
        match curve {
            Curve::P256 => ecdsa256::SigningKey::from_bytes(scalar.try_into().ok()?).ok().map(Self::P256),
            Curve::P384 => ecdsa384::SigningKey::from_bytes(scalar.try_into().ok()?).ok().map(Self::P384),
            Curve::P521 => ecdsa521::SigningKey::from_bytes(scalar.try_into().ok()?).ok().map(Self::P521),
        }
    }
}

/// An ECDSA key that signs in both encodings. The nonces are those of RFC 6979.
pub(crate) struct EcSigner {
    curve: Curve,
    secret: Secret,
}

impl EcSigner {
    pub(crate) fn new(curve: Curve, scalar: &[u8], point: &[u8]) -> Option<Self> {
        let secret = Secret::new(curve, scalar)?;
        (point_of(curve, scalar)? == point).then_some(Self { curve, secret })
    }

    pub(crate) fn sign(&self, encoding: Encoding, message: &[u8]) -> Option<Vec<u8>> {
        let digest = digest(self.curve, &[message]);
        match (&self.secret, encoding) {
            (Secret::P256(key), Encoding::Der) => der::<ecdsa256::DerSignature>(key, &digest),
            (Secret::P256(key), Encoding::Fixed) => fixed::<ecdsa256::Signature>(key, &digest),
            (Secret::P384(key), Encoding::Der) => der::<ecdsa384::DerSignature>(key, &digest),
            (Secret::P384(key), Encoding::Fixed) => fixed::<ecdsa384::Signature>(key, &digest),
            (Secret::P521(key), Encoding::Der) => der::<ecdsa521::DerSignature>(key, &digest),
            (Secret::P521(key), Encoding::Fixed) => fixed::<ecdsa521::Signature>(key, &digest),
        }
    }
}

fn der<S: AsRef<[u8]>>(key: &impl PrehashSigner<S>, digest: &[u8]) -> Option<Vec<u8>> {
    Some(key.sign_prehash(digest).ok()?.as_ref().to_vec())
}

fn fixed<S: SignatureEncoding>(key: &impl PrehashSigner<S>, digest: &[u8]) -> Option<Vec<u8>> {
    Some(key.sign_prehash(digest).ok()?.to_bytes().as_ref().to_vec())
}
