//! The crypto seam: keys, signatures, hashes, AEAD, HPKE base mode and randomness, and what a key may sign.
//!
//! Everything else in the workspace does its cryptography through this crate; only its private module `backend` names a library.
//!
//! - [`PublicKey`] and [`SecretKey`] are key material: Ed25519, P-256, P-384, P-521, as points, SPKI, PKCS#8 and PEM.
//! - A [`SecretKey`] cannot sign. It becomes a [`LeafKey`] (the key of an MLS LeafNode, and of its owner's key bindings) or an
//!   [`IssuerKey`], and those sign only a [`ToBeSigned`], whose [`Family`] was recognised from the octets themselves. This is
//!   what keeps one key safe in three signing protocols.
//! - Many signatures of Ed25519 cost less together than one by one: [`verify_all`], and [`Unsettled`] for what depends on them.
//! - [`hmac`], [`hkdf_extract`] and [`hkdf_expand`] take a [`HashAlgorithm`]; [`aead`] and [`mod@hpke`] stand for themselves.
//! - [`group`] is the group P-256 without a protocol, for keys that several people share; [`passphrase`] protects files at rest.
//! - Randomness is an argument: `&mut dyn` [`Random`]; [`Salts`] draws from it what redaction needs. The one exception is the nonce
//!   inside an ECDSA signature, which the backend makes itself, because a caller who could choose it could lose the key: drawn at random,
//!   or on wasm32 by RFC 6979.
//!
//! On wasm32 the backend is another one, which judges alike, and [`SystemRandom`] is not there; everything else is.
//!
//! ```
//! use mimicred_keys::{Algorithm, Family, LeafKey, SecretKey, SystemRandom, ToBeSigned};
//!
//! let key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
//! let to_be_signed = ToBeSigned::new(Family::Jws, "eyJ0eXAiOiJrYitqd3QifQ.e30")?;
//! let signature = key.sign(&to_be_signed)?;
//! key.public().verify(Family::Jws, to_be_signed.as_bytes(), signature.as_bytes())?;
//!
//! // The same octets do not pass for anything else, and what belongs to no family is never signed.
//! assert!(ToBeSigned::new(Family::Mls, to_be_signed.as_bytes()).is_err());
//! assert!(ToBeSigned::new(Family::Mls, "a challenge chosen by somebody else").is_err());
//! # Ok::<(), mimicred_keys::Error>(())
//! ```

pub mod aead;
mod algorithm;
mod backend;
mod classify;
mod der;
mod error;
pub mod group;
mod hash;
mod hkdf;
pub mod hpke;
pub mod passphrase;
pub mod pem;
mod public;
mod random;
mod salts;
mod secret;
mod sign;
#[cfg(test)]
mod testing;
mod unsettled;

pub use algorithm::{Algorithm, YParity};
pub use classify::{Family, classify};
pub use error::{Code, Error};
pub use hash::{Hash, HashAlgorithm, Hasher, constant_time_eq, sha256};
pub use hkdf::{hkdf_expand, hkdf_extract, hmac};
pub use public::{PublicKey, Signed, verify_all};
#[cfg(not(target_arch = "wasm32"))]
pub use random::SystemRandom;
pub use random::{Random, SeededRandom};
pub use salts::{SALT_LEN, Salts};
pub use secret::SecretKey;
pub use sign::{IssuerKey, LeafKey, LinkKey, Signature, ToBeSigned};
pub use unsettled::{Deferred, Unsettled};
