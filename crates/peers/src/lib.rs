//! Other implementations as oracles.
//!
//! The tests beside this library import us and them, and hold each against the other in both directions; what is expected always
//! comes from the other side. Nothing in the workspace imports this crate, so nothing of it reaches the tool.
//!
//! The library itself is what several of those tests need: keys that OpenSSL made and uses, in the forms that ours take. Where a
//! peer leaves the cryptography to its caller (coset, cose2), OpenSSL does it, so that no code of ours judges itself.

mod openssl_key;
pub mod peer;

pub use openssl_key::{OpenSslKey, Result, verify_fixed};
