//! The rules of status lists (CWT-S-001 to CWT-S-013), by topic; each test names the rows it holds.

#![cfg(test)]

mod cache;
mod drafts;
mod issuance;
mod lists;
mod properties;
mod published;
mod references;
mod tokens;
mod values;
mod verification;
