//! Reports of a hub: see `mimicred_fuzz::abuse_report`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    mimicred_fuzz::abuse_report::run(data);
});
