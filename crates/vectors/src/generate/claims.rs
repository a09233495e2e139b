//! What both token formats share, over claims as JSON: paths, dates, and putting disclosures back.

mod paths;
mod restoring;
mod values;

use crate::draft::Draft;

pub(super) fn files() -> Vec<Draft> {
    vec![paths::reading(), paths::selecting(), values::maps(), values::dates(), restoring::file()]
}
