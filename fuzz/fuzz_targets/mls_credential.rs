//! MLS credentials in every place where one stands: see `mimicred_fuzz::mls_credential`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    mimicred_fuzz::mls_credential::run(data);
});
