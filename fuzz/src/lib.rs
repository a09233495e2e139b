//! What the fuzz targets do with their input, one module each. They are ordinary functions: the seeds are made with them, and run
//! through them again by `cargo test`, without a fuzzer.
//!
//! Each `run` tells what came of the input, a code or how far it got; a finding is a panic. Beside the library's own, these panic
//! where two ways to the same answer do not give the same answer.
#![forbid(unsafe_code)]

pub mod abuse_report;
pub mod cast;
pub mod certificate;
pub mod certificate_request;
pub mod claims_set;
pub mod crl;
pub mod disclosure;
pub mod disclosure_bundle;
pub mod edn;
pub mod escrow;
pub mod jws_header;
pub mod jwt_disclosure;
pub mod kbt;
pub mod key_package;
pub mod key_proof;
pub mod mimi_content;
pub mod mimi_protocol;
pub mod mls_credential;
pub mod room_policy;
pub mod sd_cwt;
pub mod sd_jwt;
pub mod sd_jwt_kb;
pub mod status_list_token;

/// A target, by name.
pub type Run = fn(&[u8]) -> &'static str;

/// All targets.
pub const TARGETS: [(&str, Run); 22] = [
    ("claims_set", claims_set::run),
    ("sd_cwt", sd_cwt::run),
    ("kbt", kbt::run),
    ("disclosure", disclosure::run),
    ("edn", edn::run),
    ("status_list_token", status_list_token::run),
    ("sd_jwt", sd_jwt::run),
    ("sd_jwt_kb", sd_jwt_kb::run),
    ("jwt_disclosure", jwt_disclosure::run),
    ("jws_header", jws_header::run),
    ("mimi_content", mimi_content::run),
    ("certificate", certificate::run),
    ("certificate_request", certificate_request::run),
    ("crl", crl::run),
    ("mls_credential", mls_credential::run),
    ("disclosure_bundle", disclosure_bundle::run),
    ("room_policy", room_policy::run),
    ("key_package", key_package::run),
    ("mimi_protocol", mimi_protocol::run),
    ("key_proof", key_proof::run),
    ("abuse_report", abuse_report::run),
    ("escrow", escrow::run),
];

#[cfg(test)]
mod tests;
