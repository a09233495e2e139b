//! The rules of status lists (CWT-S-001 to CWT-S-013, JWT-S-001 to JWT-S-009), by topic; each test names the rows it holds. What is
//! said of lists, values and references holds for both forms; what differs in a JWT is in `jwt`.

#![cfg(test)]

mod cache;
mod drafts;
mod forms;
mod issuance;
mod jwt;
mod lists;
mod properties;
mod published;
mod references;
mod tokens;
mod values;
mod verification;
