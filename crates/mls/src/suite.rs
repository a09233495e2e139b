//! The cipher suites of MLS that are spoken here.

use std::fmt;

use mimicred_keys::aead::Aead;
use mimicred_keys::hpke::{self, Kem};
use mimicred_keys::{Algorithm, HashAlgorithm};

use crate::error::{Code, Error};

/// An MLS cipher suite (RFC 9420 section 17.1).
///
/// ```
/// use mimicred_keys::Algorithm;
/// use mimicred_mls::Suite;
///
/// let suite = Suite::from_number(0x0002)?;
/// assert_eq!(suite.signature_algorithm(), Algorithm::P256);
/// assert_eq!(suite.to_string(), "MLS_128_DHKEMP256_AES128GCM_SHA256_P256");
/// # Ok::<(), mimicred_mls::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Suite {
    /// 0x0001: X25519, AES-128-GCM, SHA-256, Ed25519.
    X25519Aes128Ed25519,
    /// 0x0002: P-256, AES-128-GCM, SHA-256, ECDSA P-256.
    P256Aes128P256,
    /// 0x0003: X25519, ChaCha20-Poly1305, SHA-256, Ed25519.
    X25519ChaCha20Ed25519,
}

impl Suite {
    /// All of them.
    pub const ALL: [Suite; 3] = [Suite::X25519Aes128Ed25519, Suite::P256Aes128P256, Suite::X25519ChaCha20Ed25519];

    /// The number in the registry.
    pub const fn number(self) -> u16 {
        match self {
            Self::X25519Aes128Ed25519 => 0x0001,
            Self::P256Aes128P256 => 0x0002,
            Self::X25519ChaCha20Ed25519 => 0x0003,
        }
    }

    /// The suite with this number, or `mls/suite-unsupported`.
    pub fn from_number(number: u16) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|suite| suite.number() == number)
            .ok_or_else(|| Error::new(Code::SuiteUnsupported).note(format!("0x{number:04x}")))
    }

    /// The usual suite for leaf keys of this algorithm, if there is one.
    pub fn for_algorithm(algorithm: Algorithm) -> Option<Self> {
        match algorithm {
            Algorithm::Ed25519 => Some(Self::X25519Aes128Ed25519),
            Algorithm::P256 => Some(Self::P256Aes128P256),
            Algorithm::P384 | Algorithm::P521 => None,
        }
    }

    /// The hash of the suite.
    pub const fn hash(self) -> HashAlgorithm {
        HashAlgorithm::Sha256
    }

    /// KEM and AEAD of the suite, for HPKE.
    pub const fn hpke(self) -> hpke::Suite {
        let (kem, aead) = match self {
            Self::X25519Aes128Ed25519 => (Kem::X25519, Aead::Aes128Gcm),
            Self::P256Aes128P256 => (Kem::P256, Aead::Aes128Gcm),
            Self::X25519ChaCha20Ed25519 => (Kem::X25519, Aead::ChaCha20Poly1305),
        };
        hpke::Suite { kem, aead }
    }

    /// The algorithm of every leaf key in a group of this suite.
    pub const fn signature_algorithm(self) -> Algorithm {
        match self {
            Self::X25519Aes128Ed25519 | Self::X25519ChaCha20Ed25519 => Algorithm::Ed25519,
            Self::P256Aes128P256 => Algorithm::P256,
        }
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::X25519Aes128Ed25519 => "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
            Self::P256Aes128P256 => "MLS_128_DHKEMP256_AES128GCM_SHA256_P256",
            Self::X25519ChaCha20Ed25519 => "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_registry() {
        for (number, suite) in [1, 2, 3].into_iter().zip(Suite::ALL) {
            assert_eq!(suite.number(), number);
            assert_eq!(Suite::from_number(number).unwrap(), suite);
        }
        for number in [0, 4, 7, 0xf001] {
            assert_eq!(Suite::from_number(number).unwrap_err().code(), Code::SuiteUnsupported);
        }
        assert_eq!(Suite::for_algorithm(Algorithm::P256), Some(Suite::P256Aes128P256));
        assert_eq!(Suite::for_algorithm(Algorithm::P384), None);
    }
}
