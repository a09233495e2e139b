//! Strict CBOR, COSE keys and COSE_Sign1 messages, the names of CWT claims, and diagnostic notation for people.
//!
//! What is verified is what was received: a message keeps its octets, and nothing is encoded anew between receipt and
//! verification. What is signed is made in two steps, so that any signer can sign it.
//!
//! ```
//! use mimicred_cose::header::{self, Header};
//! use mimicred_cose::sign1::{CwtTag, PreparedSign1, Sign1};
//! use mimicred_cose::{AlgorithmId, cbor};
//! use mimicred_keys::{Algorithm, IssuerKey, SecretKey};
//!
//! let key = IssuerKey::new(SecretKey::from_octets(Algorithm::Ed25519, &[7; 32])?);
//! let mut protected = cbor::Writer::new();
//! protected.map(1);
//! protected.int(1);
//! protected.int(AlgorithmId::for_key(Algorithm::Ed25519).id());
//!
//! let prepared = PreparedSign1::new(&protected.finish(), b"\xa0")?;
//! let signature = key.sign(prepared.to_be_signed())?;
//! let message = prepared.encode(b"\xa0", signature.as_bytes());
//!
//! let received = Sign1::parse(&message, CwtTag::Refused, &cbor::Limits::DEFAULT)?;
//! let header = Header::read(received.protected(), &[], &cbor::Limits::DEFAULT)?;
//! received.verify(header.algorithm()?, key.public())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod algorithm;
pub mod cbor;
pub mod cwt;
pub mod edn;
mod error;
pub mod header;
pub mod key;
pub mod names;
pub mod sign1;

pub use algorithm::AlgorithmId;
pub use error::{Code, Error};
pub use key::{CoseKey, SymmetricKey};
