//! CBOR and COSE below tokens, and diagnostic notation.

mod cbor;
mod edn;
mod keys;
mod sign1;

use crate::draft::Draft;

pub(super) fn files() -> Vec<Draft> {
    vec![
        cbor::reading(),
        cbor::deterministic(),
        keys::keys(),
        keys::symmetric(),
        keys::uris(),
        sign1::file(),
        edn::reading(),
        edn::writing(),
    ]
}

/// Octets that the source has as hexadecimal digits.
fn raw(digits: &str) -> Vec<u8> {
    crate::object::unhex(&digits.replace(' ', "")).unwrap_or_else(|| unreachable!("{digits}"))
}
