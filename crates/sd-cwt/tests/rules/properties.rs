//! What holds for all claims and all octets.

pub(crate) mod choosing;
mod flips;
mod full;
mod hostile;
mod nodes;
