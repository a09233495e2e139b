//! One entry.

use std::fmt;

use crate::octets::{Reader, labelled_digest};
use crate::{Code, Error};

/// What an opening is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// A report of abuse was upheld.
    Abuse,
    /// A court or an authority ordered it.
    LegalOrder,
    /// Somebody is in danger.
    Emergency,
    /// The owner of the account asked for what is stored about her.
    OwnerRequest,
    /// An exercise with a record made for it.
    Exercise,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Purpose; 5] =
        [Purpose::Abuse, Purpose::LegalOrder, Purpose::Emergency, Purpose::OwnerRequest, Purpose::Exercise];

    /// The purpose's name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Purpose::Abuse => "abuse",
            Purpose::LegalOrder => "legal-order",
            Purpose::Emergency => "emergency",
            Purpose::OwnerRequest => "owner-request",
            Purpose::Exercise => "exercise",
        }
    }

    const fn number(self) -> u8 {
        match self {
            Purpose::Abuse => 1,
            Purpose::LegalOrder => 2,
            Purpose::Emergency => 3,
            Purpose::OwnerRequest => 4,
            Purpose::Exercise => 5,
        }
    }
}

/// By what the provider's own files name the case: at most 64 octets, which nobody here interprets.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CaseReference(Vec<u8>);

impl CaseReference {
    /// The most octets.
    pub const LEN_MAX: usize = 64;

    /// Takes a reference. The log is for many eyes: no names.
    ///
    /// # Errors
    /// [`Code::CaseTooLong`].
    ///
    /// ```
    /// use mimicred_escrow::CaseReference;
    ///
    /// assert_eq!(CaseReference::new("2026-17")?.as_bytes(), b"2026-17");
    /// assert!(CaseReference::new([0; 65]).is_err());
    /// # Ok::<(), mimicred_escrow::Error>(())
    /// ```
    pub fn new(octets: impl Into<Vec<u8>>) -> Result<Self, Error> {
        let octets = octets.into();
        if octets.len() > Self::LEN_MAX {
            return Err(Code::CaseTooLong.into());
        }
        Ok(Self(octets))
    }

    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// An entry of the log: a record is to be opened.
///
/// Encoded: version 1, number (eight octets), previous head, time (eight octets), the record's digest, purpose (one octet: 1 to 5 in the
/// order above), the case behind its length (one octet). Numbers are big-endian.
#[derive(Clone, PartialEq, Eq)]
pub struct LogEntry {
    index: u64,
    previous: [u8; 32],
    at: u64,
    record: [u8; 32],
    case: CaseReference,
    purpose: Purpose,
}

const VERSION: u8 = 1;
/// Finer times would tell when a custodian sat at her desk.
const HOUR: u64 = 3600;

impl LogEntry {
    pub(super) fn new(index: u64, previous: [u8; 32], now: u64, record: [u8; 32], case: CaseReference, purpose: Purpose) -> Self {
        Self { index, previous, at: now - now % HOUR, record, case, purpose }
    }

    /// Reads an entry.
    ///
    /// # Errors
    /// [`Code::EntryMalformed`], for a time that is no full hour, too.
    pub fn parse(octets: &[u8]) -> Result<Self, Error> {
        let read = || {
            let mut reader = Reader::behind(&[VERSION], octets)?;
            let (index, previous) = (reader.u64()?, reader.array()?);
            let at = reader.u64().filter(|at| at % HOUR == 0)?;
            let (record, purpose) = (reader.array()?, reader.u8()?);
            let purpose = Purpose::ALL.into_iter().find(|known| known.number() == purpose)?;
            let length = reader.u8()?;
            let case = CaseReference::new(reader.take(length.into())?).ok()?;
            reader.end()?;
            Some(Self { index, previous, at, record, case, purpose })
        };
        read().ok_or_else(|| Code::EntryMalformed.into())
    }

    /// The encoding.
    pub fn to_octets(&self) -> Vec<u8> {
        let case = self.case.as_bytes();
        let mut octets = vec![VERSION];
        octets.extend_from_slice(&self.index.to_be_bytes());
        octets.extend_from_slice(&self.previous);
        octets.extend_from_slice(&self.at.to_be_bytes());
        octets.extend_from_slice(&self.record);
        octets.push(self.purpose.number());
        // At most 64.
        octets.push(u8::try_from(case.len()).unwrap_or(u8::MAX));
        octets.extend_from_slice(case);
        octets
    }

    /// What stands for this entry and all before: SHA-256 over the label `mimicred escrow log head 1`, a zero octet and the encoding.
    pub fn head(&self) -> [u8; 32] {
        labelled_digest("mimicred escrow log head 1", &[&self.to_octets()])
    }

    /// The entry's number, counted from 0.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The head of the entry before.
    pub fn previous(&self) -> &[u8; 32] {
        &self.previous
    }

    /// The hour of the entry, in seconds since 1970.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// The digest of the record that is to be opened.
    pub fn record(&self) -> &[u8; 32] {
        &self.record
    }

    /// The case.
    pub fn case(&self) -> &CaseReference {
        &self.case
    }

    /// What it is for.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }
}

impl fmt::Debug for LogEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogEntry")
            .field("index", &self.index)
            .field("at", &self.at)
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}
