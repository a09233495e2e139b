//! MIMI contents, octet by octet: see `mimicred_fuzz::mimi_content`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    mimicred_fuzz::mimi_content::run(data);
});
