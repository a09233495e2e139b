//! What every error of mimicred looks like.
//!
//! Each crate of the workspace has one public `Error` and one `Code` enum; both are written by [`codes!`] from a table, so that
//! every code has a stable slug (`crate/category`), a [`Kind`], the rule it enforces, a sentence and a hint. `mimicred explain`
//! prints that table and `spec-notes/errors.md` holds it for people.
//!
//! An error never carries a secret, a salt or an undisclosed value: it has a code, a place ([`At`]), an optional note written by
//! us, and a source.
//!
//! ```
//! mod fruit {
//!     mimicred_error::codes! {
//!         crate "fruit";
//!         /// The peel is still on.
//!         Unpeeled = "unpeeled", Rejected, "kitchen rule 3", "the fruit still has its peel", "peel it first";
//!     }
//! }
//! use mimicred_error::{At, Kind, Report};
//!
//! let error = fruit::Error::new(fruit::Code::Unpeeled).at(At::Item(2)).note("a banana");
//! assert_eq!(error.slug(), "fruit/unpeeled");
//! assert_eq!(error.kind(), Kind::Rejected);
//! assert_eq!(error.to_string(), "the fruit still has its peel: a banana (item 2)");
//! assert_eq!(fruit::Code::ALL.len(), 1);
//! ```

mod at;
mod codes;

pub use at::At;

use std::error::Error as StdError;

/// Who has to act on an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The bytes are not what they claim to be.
    Malformed,
    /// Well formed, checked, and not acceptable.
    Rejected,
    /// We cannot do this.
    Unsupported,
    /// The caller asked for something that makes no sense.
    Misuse,
    /// Our own fault.
    Internal,
}

impl Kind {
    /// The kind's name in lower case, as the register and the JSON output spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Malformed => "malformed",
            Kind::Rejected => "rejected",
            Kind::Unsupported => "unsupported",
            Kind::Misuse => "misuse",
            Kind::Internal => "internal",
        }
    }
}

/// One line of the register of codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `crate/category`, stable for ever.
    pub slug: &'static str,
    /// Who has to act.
    pub kind: Kind,
    /// The rule that the code enforces: a row id of a rule table, or document and section.
    pub rule: &'static str,
    /// What happened, in lower case and without a full stop.
    pub sentence: &'static str,
    /// What to do about it, in the same form.
    pub hint: &'static str,
}

/// The common face of every crate's `Error`, for those who print errors of several crates.
pub trait Report: StdError {
    /// The code's line in the register.
    fn entry(&self) -> Entry;
    /// Where it happened.
    fn place(&self) -> &At;
    /// What is particular to this occurrence, if anything.
    fn remark(&self) -> Option<&str>;

    /// `crate/category`.
    fn slug(&self) -> &'static str {
        self.entry().slug
    }
    /// Who has to act.
    fn kind(&self) -> Kind {
        self.entry().kind
    }
}
