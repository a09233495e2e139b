//! Looking at the whole log.

use super::{Line, Log};
use crate::{Code, Custody};

/// What [`audit`] found. What it cannot see: that entries are missing at the end (ask the custodians what they remember), and openings
/// that nobody told it of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditReport {
    /// How many entries there are.
    pub entries: u64,
    /// The head: it is to be that which the last custodian remembers.
    pub head: [u8; 32],
    /// Who countersigned each entry, with signatures that hold: the custodians' numbers, ascending.
    pub countersigned_by: Vec<Vec<u8>>,
    /// What is wrong, by entry.
    pub findings: Vec<Finding>,
}

/// Something wrong with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The entry's place in the log, counted from 0.
    pub entry: u64,
    /// [`Code::LogBroken`]: it does not follow from the one before. [`Code::CountersignatureInvalid`]: one of its countersignatures does
    /// not hold. [`Code::CountersignaturesLacking`]: it was opened, and fewer custodians than the threshold had
    /// signed. [`Code::EntryMissing`]: something was opened by it, and it is not there.
    pub code: Code,
}

impl AuditReport {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// The entries that fewer custodians than the threshold have signed: asked for, and not to be opened by the rules.
    pub fn asked_only(&self, custody: &Custody) -> Vec<u64> {
        let threshold = usize::from(custody.threshold());
        let few = (0..).zip(&self.countersigned_by).filter(|(_, custodians)| custodians.len() < threshold);
        few.map(|(entry, _)| entry).collect()
    }
}

/// Checks every link of the log and every countersignature. `opened` are the entries by which something was opened, as far as the
/// auditor knows: from the provider's store, and from the custodians. An entry that nothing was opened by needs no countersignatures.
///
/// [The whole](crate#an-opening) as an example.
pub fn audit(log: &Log, custody: &Custody, opened: &[u64]) -> AuditReport {
    let mut findings = Vec::new();
    let mut find = |entry: usize, code| {
        findings.push(Finding { entry: u64::try_from(entry).unwrap_or(u64::MAX), code });
    };
    log.breaks(custody).for_each(|n| find(n, Code::LogBroken));
    let countersigned_by: Vec<Vec<u8>> = log.lines.iter().map(|line: &Line| line.countersigned_by(custody)).collect();
    for (n, (line, valid)) in log.lines.iter().zip(&countersigned_by).enumerate() {
        if valid.len() < line.countersignatures.len() {
            find(n, Code::CountersignatureInvalid);
        }
    }
    let mut opened = opened.to_vec();
    opened.sort_unstable();
    opened.dedup();
    for entry in opened {
        let valid = usize::try_from(entry).ok().and_then(|n| countersigned_by.get(n));
        match valid {
            None => findings.push(Finding { entry, code: Code::EntryMissing }),
            Some(valid) if valid.len() < usize::from(custody.threshold()) => {
                findings.push(Finding { entry, code: Code::CountersignaturesLacking });
            }
            Some(_) => {}
        }
    }
    findings.sort_by_key(|finding| finding.entry);
    AuditReport { entries: log.len(), head: log.head(custody), countersigned_by, findings }
}
