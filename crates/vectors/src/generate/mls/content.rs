//! To come.

use crate::draft::Draft;

pub(super) fn files() -> Vec<Draft> {
    Vec::new()
}
