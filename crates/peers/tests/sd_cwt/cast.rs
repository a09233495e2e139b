//! Issuer and Holder with their keys, and OpenSSL behind the peer's traits.

use cbor2::Value as Cbor;
use cose2::{Error as TheirError, Label};
use mimicred_keys::{Algorithm, PublicKey};
use mimicred_peers::{OpenSslKey, verify_fixed};
use mimicred_sd_cwt::TrustedIssuer;
use sd_cwt_peer::{RedactionHasher, Sha256RedactionHasher};

use crate::claims::ISSUER;

/// The identifiers of RFC 9864, spelled here and not taken from our own table.
pub(crate) fn id(algorithm: Algorithm) -> i64 {
    match algorithm {
        Algorithm::Ed25519 => -19,
        Algorithm::P256 => -9,
        Algorithm::P384 => -51,
        Algorithm::P521 => -52,
    }
}

/// The Redacted Claim Hash as the signed examples have it (CWT-I-009): over the encoded byte string, here encoded by the peer.
pub(crate) struct HeadIncluded;

impl RedactionHasher for HeadIncluded {
    fn algorithm(&self) -> i64 {
        Sha256RedactionHasher.algorithm()
    }

    fn digest(&self, content: &[u8]) -> Vec<u8> {
        Sha256RedactionHasher.digest(&cbor2::to_vec(&Cbor::Bytes(content.to_vec())).unwrap())
    }
}

pub(crate) struct Signer<'k> {
    pub(crate) key: &'k OpenSslKey,
    pub(crate) id: i64,
}

impl cose2::Signer for Signer<'_> {
    fn alg(&self) -> Option<Label> {
        Some(self.id.into())
    }

    fn sign(&self, data: &[u8]) -> Result<Vec<u8>, TheirError> {
        self.key.sign_fixed(data).map_err(|e| TheirError::custom(e.to_string()))
    }
}

pub(crate) struct Verifier {
    pub(crate) key: PublicKey,
}

impl cose2::Verifier for Verifier {
    fn alg(&self) -> Option<Label> {
        Some(id(self.key.algorithm()).into())
    }

    fn verify(&self, data: &[u8], signature: &[u8]) -> Result<(), TheirError> {
        match verify_fixed(&self.key, data, signature) {
            Ok(true) => Ok(()),
            _ => Err(TheirError::verify("OpenSSL refuses the signature")),
        }
    }
}

/// Issuer and Holder, each with a key that both sides can use.
pub(crate) struct Cast {
    pub(crate) issuer: OpenSslKey,
    pub(crate) holder: OpenSslKey,
}

impl Cast {
    pub(crate) fn new(issuer: Algorithm, holder: Algorithm) -> Self {
        Self { issuer: OpenSslKey::generate(issuer).unwrap(), holder: OpenSslKey::generate(holder).unwrap() }
    }

    /// Both algorithms that the room's members use, in every combination.
    pub(crate) fn all() -> Vec<Self> {
        const BOTH: [Algorithm; 2] = [Algorithm::Ed25519, Algorithm::P256];
        BOTH.into_iter().flat_map(|issuer| BOTH.map(|holder| Self::new(issuer, holder))).collect()
    }

    pub(crate) fn trusted(&self) -> [TrustedIssuer; 1] {
        [TrustedIssuer { issuer: ISSUER.to_owned(), key: self.issuer.public().unwrap() }]
    }
}
