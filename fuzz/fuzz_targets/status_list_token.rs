//! Status List Tokens and what is compressed in them: see `mimicred_fuzz::status_list_token`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    mimicred_fuzz::status_list_token::run(data);
});
