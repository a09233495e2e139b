//! SD-JWT+KBs with parts exchanged and signed again: see `mimicred_fuzz::sd_jwt_kb`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    mimicred_fuzz::sd_jwt_kb::run(data);
});
