//! Reveals of a member, taken apart and put together again: see `mimicred_fuzz::disclosure_bundle`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    mimicred_fuzz::disclosure_bundle::run(data);
});
