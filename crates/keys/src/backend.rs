//! The only place that names a crypto library.
//!
//! What is pure Rust is the same wherever we run: `ed25519`, which judges keys and verifies by the one cofactored rule, `group`, which
//! is P-256 without a protocol, and `argon2id`. Everything else goes by target, not by feature: `aws_lc` on native ones, and on wasm32
//! `rust_crypto` behind the same functions, but for randomness, which that target has none of. Failures have no detail here, by
//! design of the libraries: the caller knows which code fits.

mod argon2id;
#[cfg(not(target_arch = "wasm32"))]
mod aws_lc;
mod ed25519;
mod group;
#[cfg(any(test, target_arch = "wasm32"))]
mod rust_crypto;

pub(crate) use argon2id::{Argon2Input, argon2id};
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use aws_lc::*;
pub(crate) use ed25519::{Ed25519Fault, Ed25519Verifier, Equation, all_hold};
pub(crate) use group::{GroupPoint, GroupScalar};
#[cfg(target_arch = "wasm32")]
pub(crate) use rust_crypto::*;

/// The curves of ECDSA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
}

/// How an ECDSA signature is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// DER SEQUENCE of two INTEGERs: MLS and X.509.
    Der,
    /// r ‖ s, both of full length: JWS and COSE.
    Fixed,
}
