//! `mimicred provider` as its operator uses it: whole, killed, with custodians, and with a log that names nobody.

#![cfg(test)]

mod abuse;
mod batch;
mod issuing;
mod log;
mod place;
mod status;
mod upkeep;
