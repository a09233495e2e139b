//! JOSE headers, octet by octet: see `mimicred_fuzz::jws_header`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    mimicred_fuzz::jws_header::run(data);
});
