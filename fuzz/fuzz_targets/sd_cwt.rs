//! SD-CWTs, octet by octet: see `mimicred_fuzz::sd_cwt`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    mimicred_fuzz::sd_cwt::run(data);
});
