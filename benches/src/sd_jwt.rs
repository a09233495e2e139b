//! SD-JWT: an SD-JWT+KB with ES256 or Ed25519, and three crates as its peers.

mod floor;
mod peers;
mod tokens;

pub use tokens::SdJwt;
