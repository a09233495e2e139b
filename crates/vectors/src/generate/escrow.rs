//! Escrow: two of three custodians, what is sealed to them, and the log that binds them.

mod custody;
mod log;
mod made;
mod opening;
mod points;
mod records;

use crate::draft::Draft;

pub(super) fn files() -> Vec<Draft> {
    vec![
        custody::custodies(),
        custody::shares(),
        custody::dealing(),
        records::sealing(),
        records::verifying(),
        opening::partials(),
        opening::opening(),
        log::entering(),
        log::countersigning(),
        log::adding(),
        log::auditing(),
        points::rows(),
        points::accounts(),
    ]
}
