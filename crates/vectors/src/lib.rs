//! Interop vectors: their form, what makes them, and what checks an implementation against them.
//!
//! - A [`VectorFile`] holds the cases of one [`Operation`]: what goes in, what must come out, and what is on the way.
//! - [`answer()`] does what a case asks for with this implementation; [`check()`] compares it with what the case says. Outside programs
//!   answer the same questions ([`VectorFile::question`], [`Answer::parse`]) and are compared in the same way ([`compare`]).
//! - [`generate`] makes all files that are published as `test-vectors/`, the same octets every time: keys, salts and nonces are drawn
//!   from one seed by name, ECDSA signs with the nonce of RFC 6979, and time stands still.
//!
//! ```
//! use mimicred_vectors::{VectorFile, check, generate};
//!
//! let files = generate()?;
//! let text = files.get("sd-jwt/verify.json").ok_or("one of the files")?;
//! let file = VectorFile::parse(text)?;
//! for (group, case) in file.cases().take(3) {
//!     assert!(check(&file, group, case)?.is_agreement());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod cast;
mod check;
mod contents;
mod coverage;
mod draft;
mod error;
mod file;
mod generate;
mod notation;
mod object;
mod operation;
mod pitfalls;
mod schema;
mod sign;

pub use answer::{Answer, answer, answer_text};
pub use check::{Outcome, Strictness, check, compare};
pub use contents::contents;
pub use coverage::{Coverage, ELSEWHERE, Elsewhere, Holder};
pub use error::{Code, Error};
pub use file::{Case, Expected, FORM, Group, VectorFile};
pub use generate::generate;
pub use operation::{Form, Member, Need, Operation, operations};
pub use pitfalls::{PITFALLS, Pitfall};
pub use schema::{reference, schema};
