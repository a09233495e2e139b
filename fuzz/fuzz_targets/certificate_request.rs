//! Certification requests: see `mimicred_fuzz::certificate_request`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    mimicred_fuzz::certificate_request::run(data);
});
