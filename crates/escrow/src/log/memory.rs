//! What a custodian keeps of the log.

use super::{Log, LogEntry, start};
use crate::octets::Reader;
use crate::{Code, Custody, Error};

/// How far a custodian knows the log: the last head that she signed, or opened something by.
///
/// It is hers to keep, and to keep where the provider cannot set it back: with an old one she would not see what was dropped since.
/// Encoded: `mimicred memory`, the version 1, the number of entries (eight octets, big-endian), and the head.
///
/// ```
/// use mimicred_escrow::{Memory, deal};
/// use mimicred_keys::SystemRandom;
///
/// let (custody, _) = deal(2, 3, &mut SystemRandom)?;
/// let memory = Memory::start(&custody);
/// assert_eq!(memory.entries(), 0);
/// assert_eq!(Memory::parse(&memory.to_octets())?, memory);
/// # Ok::<(), mimicred_escrow::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    entries: u64,
    head: [u8; 32],
}

const START: &[u8] = b"mimicred memory\x01";

impl Memory {
    /// Before anything was entered.
    pub fn start(custody: &Custody) -> Self {
        Self { entries: 0, head: start(custody) }
    }

    /// Reads a memory.
    ///
    /// # Errors
    /// [`Code::MemoryMalformed`].
    pub fn parse(octets: &[u8]) -> Result<Self, Error> {
        let read = || {
            let mut reader = Reader::behind(START, octets)?;
            let memory = Self { entries: reader.u64()?, head: reader.array()? };
            reader.end()?;
            Some(memory)
        };
        read().ok_or_else(|| Code::MemoryMalformed.into())
    }

    /// The encoding.
    pub fn to_octets(&self) -> Vec<u8> {
        [START, &self.entries.to_be_bytes(), &self.head].concat()
    }

    /// How many entries are known.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// The head after them.
    pub fn head(&self) -> &[u8; 32] {
        &self.head
    }

    /// Checks that the log is a chain and continues what is remembered.
    ///
    /// # Errors
    /// [`Code::LogBroken`]; [`Code::LogRolledBack`] if it ends before; [`Code::LogForked`] if it has something else there.
    pub fn check(&self, log: &Log, custody: &Custody) -> Result<(), Error> {
        log.verify(custody)?;
        match log.head_after(self.entries, custody) {
            None => Err(Error::new(Code::LogRolledBack).note(format!("{} entries of {}", log.len(), self.entries))),
            Some(head) if head == self.head => Ok(()),
            Some(_) => Err(Error::new(Code::LogForked).note(format!("within {} entries", self.entries))),
        }
    }

    /// The same with an entry of a log that continues it.
    pub(crate) fn renewed(&self, entry: &LogEntry) -> Self {
        match entry.index().checked_add(1) {
            Some(entries) if entries > self.entries => Self { entries, head: entry.head() },
            _ => *self,
        }
    }
}
