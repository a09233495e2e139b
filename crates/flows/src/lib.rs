//! Scenarios on real MLS groups between modelled parties.
//!
//! [`demo`] is the main job: a provider issues, a member reveals in every format and by every carriage, the others judge, and
//! every attack is refused. [`Provider`] and [`Room`] are its parts. [`flow`] is how people meet: by a connection, a join link or a
//! knock, with providers that carry it. [`timing`] is no scenario but a simulation: what times alone tell of the connection flow.
//!
//! Who learned what in a scenario: [`record`] keeps every octet that a party sends, receives or sees, [`needle`] looks in it for what
//! must not be there, [`linkage`] asks whether pseudonyms can be told to be of one user, [`report`] says it to people.

pub mod demo;
mod error;
mod faults;
pub mod flow;
pub mod linkage;
pub mod needle;
mod network;
mod provider;
pub mod record;
pub mod report;
mod room;
pub mod timing;

pub use error::{Code, Error};
pub use faults::Faults;
pub use provider::{Issued, Provider, Pseudonym};
pub use room::{Delivery, Guest, Heard, Premises, Room, Seat};
