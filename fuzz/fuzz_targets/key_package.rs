//! KeyPackages with parts exchanged and signed again: see `mimicred_fuzz::key_package`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    mimicred_fuzz::key_package::run(data);
});
