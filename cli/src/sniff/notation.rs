//! CBOR in diagnostic notation, told from JSON, which is such notation as well.

use mimicred_cose::edn;
use mimicred_jose::json;

use crate::error::Failure;
use crate::io::Input;

/// Whether it is a JSON text. Each is diagnostic notation as well, but nobody means that.
pub(crate) fn is_json(input: &Input) -> bool {
    input.text().is_some_and(|text| json::parse_octets(text.as_bytes(), &json::Limits::DEFAULT).is_ok())
}

/// Whether it is an array, a map or something tagged in this notation; a mere word or number could be anything.
pub(crate) fn is_notation(input: &Input) -> bool {
    let octets = input.text().and_then(|text| edn::parse(text, &edn::Limits::DEFAULT).ok());
    octets.is_some_and(|octets| matches!(octets.first(), Some(0x80..=0xdb))) && !is_json(input)
}

/// The failure to read something else, with the way to octets if it is this notation.
pub(crate) fn with_hint(failure: Failure, input: &Input) -> Failure {
    if is_notation(input) {
        failure.hint("this looks like CBOR in diagnostic notation: mimicred inspect FILE --cbor -o NAME writes the octets")
    } else {
        failure
    }
}
