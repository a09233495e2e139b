//! Diagnostic notation, both ways: see `mimicred_fuzz::edn`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    mimicred_fuzz::edn::run(data);
});
