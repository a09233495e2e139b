//! Certificates and chains: see `mimicred_fuzz::certificate`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    mimicred_fuzz::certificate::run(data);
});
