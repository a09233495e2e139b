//! The rules of status lists in JWT form (JWT-S-001 to JWT-S-009), by topic, beside those of the CWT form.

mod drafts;
mod issuance;
mod lists;
mod properties;
mod published;
mod tokens;
mod verification;
