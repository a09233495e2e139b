//! Operations of keys: reading them, what they sign, and what is sealed to them.

pub(crate) mod read;
pub(crate) mod seal;
pub(crate) mod sign;
