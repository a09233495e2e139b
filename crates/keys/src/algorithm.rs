//! The signature algorithms and their lengths.

use std::fmt;

use crate::HashAlgorithm;

/// A signature algorithm together with its curve and its hash (spec/mimi-mls.md 1.3).
///
/// ```
/// use mimicred_keys::Algorithm;
///
/// assert_eq!(Algorithm::P256.name(), "P-256");
/// assert_eq!(Algorithm::P256.public_len(), 65);
/// assert_eq!(Algorithm::P521.signature_len(), 132);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// Ed25519 (RFC 8032), pure.
    Ed25519,
    /// ECDSA on P-256 with SHA-256.
    P256,
    /// ECDSA on P-384 with SHA-384.
    P384,
    /// ECDSA on P-521 with SHA-512; issuers only.
    P521,
}

/// Which of the two points with one x coordinate is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum YParity {
    /// The y coordinate is an even number.
    Even,
    /// The y coordinate is an odd number.
    Odd,
}

impl Algorithm {
    /// Every algorithm.
    pub const ALL: [Algorithm; 4] = [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384, Algorithm::P521];

    /// The name of the curve, as JWK spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Algorithm::Ed25519 => "Ed25519",
            Algorithm::P256 => "P-256",
            Algorithm::P384 => "P-384",
            Algorithm::P521 => "P-521",
        }
    }

    /// The length of a public key in its MLS form: 32 octets for Ed25519, else `04 X Y`.
    pub const fn public_len(self) -> usize {
        match self {
            Algorithm::Ed25519 => 32,
            curve => 1 + 2 * curve.coordinate_len(),
        }
    }

    /// The length of a coordinate, and of a seed or scalar.
    pub const fn coordinate_len(self) -> usize {
        match self {
            Algorithm::Ed25519 | Algorithm::P256 => 32,
            Algorithm::P384 => 48,
            Algorithm::P521 => 66,
        }
    }

    /// The hash whose collision resistance matches that of signatures with this algorithm (JWT-I-011).
    ///
    /// ```
    /// use mimicred_keys::{Algorithm, HashAlgorithm};
    ///
    /// assert_eq!(Algorithm::P384.matching_hash(), HashAlgorithm::Sha384);
    /// ```
    pub const fn matching_hash(self) -> HashAlgorithm {
        match self {
            Algorithm::Ed25519 | Algorithm::P256 => HashAlgorithm::Sha256,
            Algorithm::P384 => HashAlgorithm::Sha384,
            Algorithm::P521 => HashAlgorithm::Sha512,
        }
    }

    /// The length of a signature in the fixed form of JWS and COSE.
    pub const fn signature_len(self) -> usize {
        2 * self.coordinate_len()
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
