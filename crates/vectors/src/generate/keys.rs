//! Keys: their formats and names, what they sign, and what is sealed to them.

mod ed25519;
mod families;
mod private;
mod public;
mod scalars;
mod seal;
mod secret;
mod signatures;

use mimicred_keys::Algorithm;

use crate::draft::Draft;

/// Each algorithm with the name that ids have.
const NAMES: [(Algorithm, &str); 4] =
    [(Algorithm::Ed25519, "ed25519"), (Algorithm::P256, "p256"), (Algorithm::P384, "p384"), (Algorithm::P521, "p521")];

pub(super) fn files() -> Vec<Draft> {
    vec![
        public::file(),
        private::file(),
        private::pem(),
        signatures::file(),
        signatures::together(),
        families::file(),
        seal::opening(),
        seal::sealing(),
        secret::aead(),
        secret::protected(),
        scalars::multiplying(),
        scalars::hashing(),
    ]
}
