//! Messages of the MIMI protocol: see `mimicred_fuzz::mimi_protocol`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    mimicred_fuzz::mimi_protocol::run(data);
});
