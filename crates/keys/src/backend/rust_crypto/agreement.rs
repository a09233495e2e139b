//! Key agreement: X25519 (RFC 7748) and ECDH on P-256.

use curve25519_dalek::montgomery::MontgomeryPoint;
use p256::elliptic_curve::point::AffineCoordinates;
use p256::elliptic_curve::sec1::ToSec1Point;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A secret key for key agreement.
pub(crate) struct Agreement(Secret);

enum Secret {
    X25519(Zeroizing<[u8; 32]>),
    P256(p256::SecretKey),
}

impl Agreement {
    pub(crate) fn x25519(secret: &[u8]) -> Option<Self> {
        Some(Self(Secret::X25519(Zeroizing::new(secret.try_into().ok()?))))
    }

    pub(crate) fn p256(secret: &[u8]) -> Option<Self> {
        // `from_slice` would fill up what is too short.
        Some(Self(Secret::P256(p256::SecretKey::from_bytes(secret.try_into().ok()?).ok()?)))
    }

    pub(crate) fn public(&self) -> Option<Vec<u8>> {
        Some(match &self.0 {
            Secret::X25519(secret) => MontgomeryPoint::mul_base_clamped(**secret).to_bytes().to_vec(),
            Secret::P256(secret) => secret.public_key().to_sec1_point(false).as_bytes().to_vec(),
        })
    }

    /// The shared secret; nothing for a point that is none, or when X25519 gives zero. The library takes every form of point,
    /// so the caller has looked at the first octet and the length.
    pub(crate) fn agree(&self, public: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        match &self.0 {
            Secret::X25519(secret) => {
                let shared = Zeroizing::new(MontgomeryPoint(public.try_into().ok()?).mul_clamped(**secret));
                (!bool::from(shared.as_bytes().ct_eq(&[0; 32]))).then(|| Zeroizing::new(shared.as_bytes().to_vec()))
            }
            Secret::P256(secret) => {
                let public = p256::PublicKey::from_sec1_bytes(public).ok()?;
                let shared = Zeroizing::new((public.to_projective() * *secret.to_nonzero_scalar()).to_affine());
                Some(Zeroizing::new(shared.x().to_vec()))
            }
        }
    }
}
