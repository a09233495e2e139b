//! SD-CWT (draft-ietf-spice-sd-cwt): presentations above all, put together by hand so that each is wrong in one thing and still signed.

mod accept;
mod issue;
mod issue_refused;
mod present;
mod sealed;
mod tokens;
mod verify;
mod verify_application;
mod verify_binding;
mod verify_disclosures;
mod verify_encoding;
mod verify_encrypted;
mod verify_headers;
mod verify_keys;
mod verify_marks;
mod verify_times;

use crate::draft::Draft;

pub(super) fn files() -> Vec<Draft> {
    vec![verify::file(), verify_encrypted::file(), accept::file(), issue::issuing(), present::file()]
}
