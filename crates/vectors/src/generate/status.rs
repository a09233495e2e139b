//! Token Status Lists (draft-ietf-oauth-status-list), as JWT and as CWT.

mod check;
mod dates;
mod issue;
mod lists;
mod references;
mod tokens;
mod verify;

use crate::draft::Draft;

const SPECIFICATIONS: &[&str] = &["draft-ietf-oauth-status-list-20", "RFC 1950", "RFC 1951", "RFC 7515", "RFC 9052"];

pub(super) fn files() -> Vec<Draft> {
    vec![references::file(), lists::file(), verify::file(), check::file(), issue::file()]
}
