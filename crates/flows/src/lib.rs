//! Scenarios on real MLS groups between modelled parties
