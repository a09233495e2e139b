//! The signature algorithms of chains, over `mimicred-keys`: a certificate's signature is judged as any other, by the same rule for
//! Ed25519 and with keys in the one form that the rest of mimicred reads.

use mimicred_keys::{Algorithm, Family, PublicKey};
use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id};

/// An algorithm with its curve and its one hash.
#[derive(Debug)]
pub(super) struct Supported {
    algorithm: Algorithm,
    public_key: AlgorithmIdentifier,
    signature: AlgorithmIdentifier,
}

/// One hash for each curve, as everywhere in mimicred.
pub(super) static SUPPORTED: [Supported; 4] = [
    Supported { algorithm: Algorithm::Ed25519, public_key: alg_id::ED25519, signature: alg_id::ED25519 },
    Supported { algorithm: Algorithm::P256, public_key: alg_id::ECDSA_P256, signature: alg_id::ECDSA_SHA256 },
    Supported { algorithm: Algorithm::P384, public_key: alg_id::ECDSA_P384, signature: alg_id::ECDSA_SHA384 },
    Supported { algorithm: Algorithm::P521, public_key: alg_id::ECDSA_P521, signature: alg_id::ECDSA_SHA512 },
];

impl SignatureVerificationAlgorithm for Supported {
    fn verify_signature(&self, public_key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let key = PublicKey::from_octets(self.algorithm, public_key).map_err(|_| InvalidSignature)?;
        key.verify(Family::TbsCertificate, message, signature).map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.public_key
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.signature
    }
}
