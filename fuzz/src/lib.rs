//! What the fuzz targets do with their input, one module each. They are ordinary functions: the seeds are made with them, and run
//! through them again by `cargo test`, without a fuzzer.
//!
//! Each `run` tells what came of the input, a code or how far it got; a finding is a panic. Beside the library's own, these panic
//! where two ways to the same answer do not give the same answer.
#![forbid(unsafe_code)]

pub mod cast;
pub mod claims_set;
pub mod disclosure;
pub mod edn;
pub mod kbt;
pub mod sd_cwt;
pub mod status_list_token;

/// A target, by name.
pub type Run = fn(&[u8]) -> &'static str;

/// All targets.
pub const TARGETS: [(&str, Run); 6] = [
    ("claims_set", claims_set::run),
    ("sd_cwt", sd_cwt::run),
    ("kbt", kbt::run),
    ("disclosure", disclosure::run),
    ("edn", edn::run),
    ("status_list_token", status_list_token::run),
];

#[cfg(test)]
mod tests;
