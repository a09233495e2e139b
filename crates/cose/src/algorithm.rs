//! Algorithm identifiers of COSE headers.

use std::fmt;

use mimicred_keys::Algorithm;

use crate::{Code, Error};

/// A signature algorithm by its COSE identifier. Each is bound to one curve, the polymorphic ones of RFC 9053 too (CWT-K-016).
///
/// ```
/// use mimicred_cose::AlgorithmId;
/// use mimicred_keys::Algorithm;
///
/// assert_eq!(AlgorithmId::for_key(Algorithm::P256).id(), -9);
/// assert_eq!(AlgorithmId::from_id(-7)?.algorithm(), Algorithm::P256);
/// assert!(AlgorithmId::from_id(5).is_err());
/// # Ok::<(), mimicred_cose::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AlgorithmId {
    /// `Ed25519`, -19 (RFC 9864).
    Ed25519,
    /// `ESP256`, -9 (RFC 9864).
    Esp256,
    /// `ESP384`, -51 (RFC 9864).
    Esp384,
    /// `ESP512`, -52 (RFC 9864).
    Esp512,
    /// `EdDSA`, -8: deprecated, written only where somebody asks for it; here always Ed25519.
    EdDsa,
    /// `ES256`, -7: deprecated, written only where somebody asks for it.
    Es256,
    /// `ES384`, -35: deprecated, written only where somebody asks for it.
    Es384,
    /// `ES512`, -36: deprecated, written only where somebody asks for it.
    Es512,
}

impl AlgorithmId {
    /// Every identifier that is read.
    pub const ALL: [AlgorithmId; 8] =
        [Self::Ed25519, Self::Esp256, Self::Esp384, Self::Esp512, Self::EdDsa, Self::Es256, Self::Es384, Self::Es512];

    /// The fully specified identifier, which we write for a key of this algorithm (CWT-I-003).
    pub const fn for_key(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Ed25519 => Self::Ed25519,
            Algorithm::P256 => Self::Esp256,
            Algorithm::P384 => Self::Esp384,
            Algorithm::P521 => Self::Esp512,
        }
    }

    /// The identifier of this number.
    ///
    /// # Errors
    /// [`Code::AlgUnsupported`].
    pub fn from_id(id: i128) -> Result<Self, Error> {
        let known = Self::ALL.into_iter().find(|algorithm| i128::from(algorithm.id()) == id);
        known.ok_or_else(|| Error::new(Code::AlgUnsupported).note(format!("algorithm {id}")))
    }

    /// The number as it stands in a header.
    pub const fn id(self) -> i64 {
        match self {
            Self::Ed25519 => -19,
            Self::Esp256 => -9,
            Self::Esp384 => -51,
            Self::Esp512 => -52,
            Self::EdDsa => -8,
            Self::Es256 => -7,
            Self::Es384 => -35,
            Self::Es512 => -36,
        }
    }

    /// The registered name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "Ed25519",
            Self::Esp256 => "ESP256",
            Self::Esp384 => "ESP384",
            Self::Esp512 => "ESP512",
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
        }
    }

    /// The algorithm that it stands for.
    pub const fn algorithm(self) -> Algorithm {
        match self {
            Self::Ed25519 | Self::EdDsa => Algorithm::Ed25519,
            Self::Esp256 | Self::Es256 => Algorithm::P256,
            Self::Esp384 | Self::Es384 => Algorithm::P384,
            Self::Esp512 | Self::Es512 => Algorithm::P521,
        }
    }
}

impl fmt::Display for AlgorithmId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
