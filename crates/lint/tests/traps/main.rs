//! Batches as this toolkit issues them, with status and decoys, for many seeds and two kinds of keys; and the same batches with one fault
//! planted where the issuer makes it: in its randomness, its profile or its claims. What no issuer here can be made to write is in
//! `tests/rules`, octet by octet.
#![cfg(test)]
#![allow(clippy::as_conversions, reason = "the numbers of tests are small, and read as they are written")]

mod clean;
mod ids;
mod keys;
mod made;
mod serials;
mod status;
mod templates;
mod times;
