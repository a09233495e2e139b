//! The peers of SD-JWT, each on its own tokens of the same claims. sd-jwt-rs and sdjwt come with cryptography of their own, which is
//! part of what is measured; sd-jwt-payload has none and gets ours.
//!
//! sd-jwt-rs switches on serde_json's `preserve_order` for all of them.
#![allow(clippy::disallowed_types, reason = "the peers' own types")]

mod sd_jwt_payload;
mod sd_jwt_rs;
mod sdjwt;

use mimicred_jose::{json, jwk};
use mimicred_keys::{Algorithm, PublicKey};
use serde_json::{Value, json};

use super::tokens::EXPIRES;
use crate::cast::{Cast, ISSUER};
use crate::claims::{TEXT, name};
use crate::timing::Case;

pub(super) fn verifying(cast: &Cast, count: usize) -> Vec<Case<'_>> {
    // sdjwt is missing: its Verifier takes no Holder's key but RSA.
    vec![sd_jwt_rs::verifying(cast, count), sd_jwt_payload::verifying(cast, count)]
}

pub(super) fn issuing(cast: &Cast, count: usize) -> Vec<Case<'_>> {
    let mut cases = vec![sd_jwt_rs::issuing(cast, count), sd_jwt_payload::issuing(cast, count)];
    // sdjwt has no EdDSA.
    if cast.issuer.public().algorithm() == Algorithm::P256 {
        cases.push(sdjwt::issuing(cast, count));
    }
    cases
}

/// What is to be issued, without the Holder's key.
fn claims(count: usize) -> Value {
    let mut claims = json!({ "iss": ISSUER, "exp": EXPIRES });
    for n in 0..count {
        claims[name(n)] = Value::from(TEXT);
    }
    claims
}

/// The flat claims as JSON pointers.
fn pointers(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("/{}", name(n))).collect()
}

/// A public key as a JWK, in the peer's type.
fn jwk<T: serde::de::DeserializeOwned>(key: &PublicKey) -> T {
    serde_json::from_str(&json::write_map(&jwk::public_members(key)).unwrap()).unwrap()
}

/// The algorithm by the name that peers know.
fn algorithm(key: &PublicKey) -> &'static str {
    if key.algorithm() == Algorithm::Ed25519 { "EdDSA" } else { "ES256" }
}
