//! Reveals in a room (mimi-mls.md 3.5): every format by every carriage, and what is wrong with some.

mod carriages;
mod refused;
mod requests;
mod reveals;
mod world;

use crate::draft::Draft;

pub(super) fn files() -> Vec<Draft> {
    vec![carriages::file(), refused::file(), requests::file(), reveals::file()]
}
