//! For each trap of mimi-mls.md 4.5 a clean batch in which nothing is found, and the same batch with one fault in which that fault is
//! found and nothing else.
#![cfg(test)]
#![allow(
    clippy::as_conversions,
    clippy::manual_is_multiple_of,
    reason = "the numbers of tests are small, and read as they are written"
)]

mod batches;
mod certificates;
mod clean;
mod foreign;
mod key_packages;
mod support;
mod tokens;
