//! What the measurements share: tokens to measure on, the crypto floor under them, and a clock that is fair.

pub mod floor;
pub mod peer;
pub mod timing;
pub mod tokens;
