//! JWS in compact form (RFC 7515 section 7.1), checked over the received text, and made in two steps.
//!
//! Reading keeps the text: the signing input that is verified is a slice of what came. Writing hands out a
//! [`ToBeSigned`](mimicred_keys::ToBeSigned), so that any signer, here or elsewhere, can sign it.

mod algorithm;
mod compact;
mod header;

pub use algorithm::AlgorithmName;
pub use compact::{Compact, finish, finish_octets, prepare, prepare_with_room};
pub use header::Header;

#[cfg(test)]
mod tests;
