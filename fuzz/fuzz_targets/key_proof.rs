//! Requests for pseudonyms: see `mimicred_fuzz::key_proof`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    mimicred_fuzz::key_proof::run(data);
});
