//! The room: its disclosure policy, the verifier's trust store, epoch snapshots, and the one pipeline from a reveal to a
//! [`Verdict`].

mod error;
mod human;
pub mod policy;

pub use error::{Code, Error};
