//! What is said of octets that are refused.

use mimicred_error::At;

use super::Head;
use crate::cbor::{REDACTED_CLAIM_ELEMENT, TO_BE_DECOY, TO_BE_REDACTED};
use crate::{Code, Error};

/// What stands where something else is expected.
#[cold]
pub(super) fn unexpected(head: &Head, what: &'static str) -> Error {
    if head.major == 6 && is_mark(head.argument) {
        // A mark where none can be is banned, whatever should be there instead (CWT-E-018, CWT-E-020).
        return forbidden(head.offset, "a mark of redaction, tag 58, 60 or 62");
    }
    Error::new(Code::Structure).at(At::Offset(head.offset)).note(format!("{what} is expected"))
}

/// Why no item begins where one should, with so many items left to read.
#[cold]
pub(super) fn no_head(items_left: usize, offset: usize) -> Error {
    match items_left {
        0 => Error::new(Code::Limit).at(At::Offset(offset)).note("too many items"),
        _ => malformed(offset, "the input is cut off"),
    }
}

fn is_mark(tag: u64) -> bool {
    [TO_BE_REDACTED, REDACTED_CLAIM_ELEMENT, TO_BE_DECOY].contains(&tag)
}

#[cold]
pub(in crate::cbor) fn malformed(offset: usize, note: &'static str) -> Error {
    Error::new(Code::CborMalformed).at(At::Offset(offset)).note(note)
}

#[cold]
pub(in crate::cbor) fn forbidden(offset: usize, note: &'static str) -> Error {
    Error::new(Code::CborForbidden).at(At::Offset(offset)).note(note)
}
