//! What custodians and providers keep and send: see `mimicred_fuzz::escrow`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    mimicred_fuzz::escrow::run(data);
});
