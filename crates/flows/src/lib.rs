//! Scenarios on real MLS groups between modelled parties.
//!
//! [`demo`] is the main job: a provider issues, a member reveals in every format and by every carriage, the others judge, and
//! every attack is refused. [`Provider`] and [`Room`] are its parts, for scenarios still to come. [`timing`] is no scenario but a
//! simulation: what times alone tell of the connection flow.

pub mod demo;
mod error;
mod provider;
mod room;
pub mod timing;

pub use error::{Code, Error};
pub use provider::{Issued, Provider, Pseudonym};
pub use room::{Delivery, Guest, Heard, Premises, Room, Seat};
