//! What both token formats share, over claims as JSON: paths, dates, predicates, and putting disclosures back.

mod paths;
mod predicates;
mod restoring;
mod values;

use crate::draft::Draft;

pub(super) fn files() -> Vec<Draft> {
    vec![paths::reading(), paths::selecting(), values::maps(), values::dates(), predicates::file(), restoring::file()]
}
