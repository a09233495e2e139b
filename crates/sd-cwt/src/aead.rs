//! Encrypted disclosures (draft section 10): some disclosures of a presentation travel under a key that only some Verifiers have.
//!
//! The Holder moves disclosures from `sd_claims` (17) to `sd_aead_encrypted_claims` (171), each sealed by itself with no associated
//! data (CWT-A-011). What is sealed is the encoded byte string as it stood in `sd_claims`, its head included (trap 3), so that the
//! same digest serves both forms (CWT-A-014). The algorithm is the one that the Issuer put into the protected header, 172, or
//! AES-128-GCM; the Holder has no choice (trap 23).
//!
//! A Verifier opens what it has the key for and then treats it as if it had come in clear (CWT-A-015). What it has no key for stays
//! closed and is no fault (trap 27): see [`PendingDisclosure`].

mod algorithm;
mod entry;
mod key;
mod opening;
mod sealing;

pub use key::{DisclosureKey, KeyContext};
pub use opening::PendingDisclosure;
pub use sealing::Encryption;

pub(crate) use algorithm::Cipher;
pub(crate) use entry::{Entry, read};
pub(crate) use opening::{open, pending};
pub(crate) use sealing::{Split, seal, split};

#[cfg(test)]
mod tests;
