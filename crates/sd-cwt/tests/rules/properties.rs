//! What holds for all claims and all octets.

mod choosing;
mod flips;
mod full;
mod hostile;
mod nodes;
