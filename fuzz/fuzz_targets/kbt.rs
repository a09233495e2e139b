//! KBTs with parts exchanged and signed again: see `mimicred_fuzz::kbt`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    mimicred_fuzz::kbt::run(data);
});
