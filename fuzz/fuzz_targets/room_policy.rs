//! Room disclosure policies in all their forms: see `mimicred_fuzz::room_policy`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    mimicred_fuzz::room_policy::run(data);
});
