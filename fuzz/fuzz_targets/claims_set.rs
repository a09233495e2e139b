//! Claims sets, as received and as given to an Issuer: see `mimicred_fuzz::claims_set`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    mimicred_fuzz::claims_set::run(data);
});
