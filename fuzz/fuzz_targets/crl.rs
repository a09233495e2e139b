//! Certificate revocation lists: see `mimicred_fuzz::crl`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    mimicred_fuzz::crl::run(data);
});
