//! Strict JSON (RFC 8259), straight into [`Value`](mimicred_claims::Value) and back.
//!
//! Our own reader, because tokens need what general ones do not promise together: members keep their order, a repeated member is
//! an error (JWT-E-016), text without escapes is borrowed, integers keep every digit and other numbers their spelling (JWT-E-018),
//! and length, depth and count are bounded before anything is built (JWT-E-017).

mod elements;
mod plain;
mod read;
mod write;

pub use elements::Elements;
pub use read::{Limits, parse, parse_octets};
pub use write::{Marks, write, write_map, write_map_marked, write_marked_into, write_text, write_text_into};

#[cfg(test)]
mod tests;
