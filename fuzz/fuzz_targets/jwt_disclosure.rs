//! Disclosures in JSON and the claims they belong to: see `mimicred_fuzz::jwt_disclosure`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    mimicred_fuzz::jwt_disclosure::run(data);
});
