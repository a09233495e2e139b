//! What SD-JWT and SD-CWT share: the claim tree, claim paths, the redaction plan, putting disclosures back, choosing them, the
//! [`picture`] of a token for people, and the time rules. No format and no cryptography: digests come and go as octets, made by the
//! format crates.
//!
//! ```
//! use mimicred_claims::{ClaimPath, Key, Map, Value};
//!
//! let mut address = Map::new();
//! address.insert(Key::from("country"), Value::from("DE"))?;
//! let mut claims = Map::new();
//! claims.insert(Key::from("address"), Value::Map(address))?;
//!
//! let path: ClaimPath = "address.country".parse()?;
//! assert_eq!(claims.at(&path), Some(&Value::from("DE")));
//! # Ok::<(), mimicred_claims::Error>(())
//! ```

mod about_token;
mod application;
mod candidates;
mod digest;
mod error;
mod keyed;
mod path;
mod pattern;
pub mod picture;
mod predicate;
mod redact;
mod restore;
mod select;
mod time;
mod value;

pub use about_token::is_about_token;
pub use application::{ClaimsCheck, Container, Decision, HolderPolicy, Refused, StatusCheck, StatusRule};
pub use candidates::{Candidate, NoIssuer, find_issuer};
pub use digest::{Digest, NewDigests};
pub use error::{Code, Error};
pub use path::{ClaimPath, Step};
pub use predicate::{AgeSource, Day, Number, Predicate, Scalar};
pub use redact::{DecoyMark, Marks, Redaction, RedactionPlan, Redactor, redact};
pub use restore::{Content, Disclosed, Limits, Opened, Restored, Restoring, restore, restore_with};
pub use select::Selection;
pub use time::{Clock, Date};
pub use value::{Key, Map, Value};
