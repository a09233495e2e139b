//! Algorithm names of JOSE headers.

use std::fmt;
use std::str::FromStr;

use mimicred_keys::Algorithm;

use crate::{Code, Error};

/// A signature algorithm by its JOSE name (RFC 7518 section 3.1, RFC 8037, RFC 9864). Nothing else is accepted; `none` is no name.
///
/// ```
/// use mimicred_jose::jws::AlgorithmName;
/// use mimicred_keys::Algorithm;
///
/// assert_eq!("ES256".parse::<AlgorithmName>()?.algorithm(), Algorithm::P256);
/// assert_eq!(AlgorithmName::for_key(Algorithm::Ed25519).as_str(), "EdDSA");
/// assert!("none".parse::<AlgorithmName>().is_err());
/// # Ok::<(), mimicred_jose::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AlgorithmName {
    /// `ES256`: ECDSA on P-256 with SHA-256.
    Es256,
    /// `ES384`: ECDSA on P-384 with SHA-384.
    Es384,
    /// `ES512`: ECDSA on P-521 with SHA-512.
    Es512,
    /// `EdDSA`: deprecated by RFC 9864, yet the only name that deployed software knows; here always Ed25519.
    EdDsa,
    /// `Ed25519`: the fully specified name of RFC 9864.
    Ed25519,
}

impl AlgorithmName {
    const ALL: [AlgorithmName; 5] = [Self::Es256, Self::Es384, Self::Es512, Self::EdDsa, Self::Ed25519];

    /// The name that we write for a key of this algorithm: `EdDSA` for Ed25519.
    pub const fn for_key(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Ed25519 => Self::EdDsa,
            Algorithm::P256 => Self::Es256,
            Algorithm::P384 => Self::Es384,
            Algorithm::P521 => Self::Es512,
        }
    }

    /// The algorithm that the name stands for.
    pub const fn algorithm(self) -> Algorithm {
        match self {
            Self::Es256 => Algorithm::P256,
            Self::Es384 => Algorithm::P384,
            Self::Es512 => Algorithm::P521,
            Self::EdDsa | Self::Ed25519 => Algorithm::Ed25519,
        }
    }

    /// The name as the header spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::EdDsa => "EdDSA",
            Self::Ed25519 => "Ed25519",
        }
    }
}

impl fmt::Display for AlgorithmName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for AlgorithmName {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let known = Self::ALL.into_iter().find(|known| known.as_str() == name);
        known.ok_or_else(|| Error::new(Code::AlgUnsupported).note(format!("{:?}", name.chars().take(32).collect::<String>())))
    }
}
