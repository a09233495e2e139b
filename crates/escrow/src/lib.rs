//! Escrow: who is behind a pseudonym, for k of n custodians and nobody else.
//!
//! This is the cryptography of two of a provider's modes; where records, logs and shares are kept is not its business.
//! `spec-notes/abuse.md` has the argument for each mode, and what it does not protect against.
//!
//! - `sealed`: each record is sealed to the custodians' common key ([`Custody::seal`]). They open one record at a time, without that
//!   the key that opens all of them comes into being: each gives a [`PartialDecryption`] with a proof, and [`Custody::open`] puts k of
//!   them together. Before, the opening stands in a [`Log`] whose head k custodians have countersigned.
//! - `threshold`: what is sealed is one point of a polynomial ([`PointIssuer`], [`Row`]); only t reported pseudonyms of one account
//!   give the account ([`interpolate`]).
//!
//! # Who can do what
//!
//! | who | can |
//! | --- | --- |
//! | the dealer, while dealing | everything; see [`deal`] |
//! | fewer than k custodians | nothing to the records; not even together with the store |
//! | k custodians who collude | open what they like, without an entry |
//! | the provider | seal; ask; not open, not make one record pass for another, not drop an entry unseen by the custodians who signed it |
//! | whoever seals | know what it seals: a provider that keeps what it knew when it issued needs no custodian |
//!
//! # An opening
//!
//! ```
//! use mimicred_escrow::{Binding, CaseReference, Log, Memory, Mode, PartialDecryption, Purpose, Request, audit, deal};
//! use mimicred_keys::SystemRandom;
//!
//! let random = &mut SystemRandom;
//! // Once: two of three custodians will open records together.
//! let (custody, shares) = deal(2, 3, random)?;
//! let mut memories = [Memory::start(&custody); 3];
//!
//! // Whenever a pseudonym is issued: anybody can seal.
//! let binding = Binding { mode: Mode::Sealed, handle: [7; 32] };
//! let record = custody.seal(&binding, b"account 1", random)?;
//!
//! // To open it, it is entered first, and two custodians sign.
//! let mut log = Log::new();
//! let now = 1_800_000_000;
//! log.append(&custody, now, record.digest(&binding), CaseReference::new("2027-3")?, Purpose::Abuse)?;
//! for (share, memory) in shares.iter().zip(&mut memories).take(2) {
//!     let countersignature;
//!     (countersignature, *memory) = share.countersign(&custody, &log, 0, memory)?;
//!     log.add(&custody, countersignature)?;
//! }
//!
//! // Then any two of them do their part; the third needs not have signed herself.
//! let request = Request { custody: &custody, log: &log, entry: 0, record: &record, binding: &binding };
//! let mut partials: Vec<PartialDecryption> = Vec::new();
//! for (share, memory) in shares.iter().zip(&mut memories).skip(1) {
//!     let partial;
//!     (partial, *memory) = share.partial(&request, memory, random)?;
//!     partials.push(partial);
//! }
//! assert_eq!(custody.open(&record, &binding, &partials)?[..], *b"account 1");
//! assert!(custody.open(&record, &binding, &partials[..1]).is_err());
//!
//! // Later: the log is whole, and it is the one that the custodians remember.
//! let log = Log::parse(&log.to_text())?;
//! let report = audit(&log, &custody, &[0]);
//! assert!(report.is_clean());
//! assert_eq!(report.countersigned_by, [[1, 2]]);
//! assert_eq!(report.head, *memories[2].head());
//! # Ok::<(), mimicred_escrow::Error>(())
//! ```

mod custody;
mod error;
mod log;
mod octets;
mod opening;
mod points;
mod proof;
mod record;
mod sharing;
#[cfg(test)]
mod testing;

pub use custody::{CUSTODIANS_MAX, CustodianShare, Custody, deal};
pub use error::{Code, Error};
pub use log::{AuditReport, CaseReference, Countersignature, ENTRIES_MAX, Finding, Log, LogEntry, Memory, Purpose, audit};
pub use opening::{PARTIAL_LEN, PartialDecryption, Request};
pub use points::{AccountId, PointIssuer, ROW_LEN, Reported, Row, THRESHOLDS, interpolate};
pub use record::{Binding, CONTENT_MAX, Mode, RECORD_LEN, SealedRecord};
