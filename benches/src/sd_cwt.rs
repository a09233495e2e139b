//! SD-CWT: a KBT with ESP256 or Ed25519, and the sd-cwt crate as its peer.

mod floor;
mod peer;
mod tokens;

pub use floor::signatures;
pub use tokens::SdCwt;
