//! Disclosures of every shape, in every place: see `mimicred_fuzz::disclosure`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    mimicred_fuzz::disclosure::run(data);
});
