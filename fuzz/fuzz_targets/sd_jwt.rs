//! SD-JWTs, any text: see `mimicred_fuzz::sd_jwt`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    mimicred_fuzz::sd_jwt::run(data);
});
