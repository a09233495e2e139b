//! SD-JWT (RFC 9901): presentations above all, put together by hand so that each is wrong in one thing and still signed.

mod accept;
mod issue;
mod tokens;
mod verify;
mod verify_binding;
mod verify_disclosures;
mod verify_json;
mod verify_vc;

use crate::draft::Draft;

pub(super) fn files() -> Vec<Draft> {
    vec![verify::file(), accept::file(), issue::issuing(), issue::presenting()]
}
