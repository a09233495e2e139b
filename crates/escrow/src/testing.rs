//! Helpers of this crate's own tests.

use std::sync::LazyLock;

use mimicred_keys::SeededRandom;

use crate::{Binding, CaseReference, Code, CustodianShare, Custody, Error, Log, Memory, Mode, Purpose, SealedRecord, deal};

pub(crate) const NOW: u64 = 1_800_000_000;
pub(crate) const BINDING: Binding = Binding { mode: Mode::Sealed, handle: [7; 32] };

pub(crate) fn random(name: &str) -> SeededRandom {
    SeededRandom::new([42; 32], name)
}

pub(crate) fn code<T>(outcome: Result<T, Error>) -> Code {
    outcome.err().expect("refused").code()
}

/// Two of three custodians.
pub(crate) struct Dealt {
    pub(crate) custody: Custody,
    pub(crate) shares: Vec<CustodianShare>,
}

pub(crate) static TWO_OF_THREE: LazyLock<Dealt> = LazyLock::new(|| dealt(2, 3, "two of three"));
pub(crate) static STRANGERS: LazyLock<Dealt> = LazyLock::new(|| dealt(2, 3, "strangers"));

pub(crate) fn dealt(threshold: u8, count: u8, name: &str) -> Dealt {
    let (custody, shares) = deal(threshold, count, &mut random(name)).unwrap();
    Dealt { custody, shares }
}

impl Dealt {
    pub(crate) fn record(&self, content: &[u8]) -> SealedRecord {
        self.custody.seal(&BINDING, content, &mut random("record")).unwrap()
    }

    /// A log with an entry for each record, countersigned by these custodians, counted from 0.
    pub(crate) fn log(&self, records: &[[u8; 32]], signers: &[usize]) -> Log {
        let mut log = Log::new();
        for record in records {
            let case = CaseReference::new("case").unwrap();
            log.append(&self.custody, NOW, *record, case, Purpose::Abuse).unwrap();
        }
        for (entry, signer) in (0..log.len()).flat_map(|entry| signers.iter().map(move |signer| (entry, signer))) {
            let (signature, _) =
                self.shares[*signer].countersign(&self.custody, &log, entry, &Memory::start(&self.custody)).unwrap();
            log.add(&self.custody, signature).unwrap();
        }
        log
    }
}

/// Each octet string that differs in one bit.
pub(crate) fn flipped(octets: &[u8]) -> impl Iterator<Item = (usize, Vec<u8>)> {
    (0..8 * octets.len()).map(|bit| {
        let mut changed = octets.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        (bit, changed)
    })
}

/// Everything shorter, and one octet more.
pub(crate) fn misfits(octets: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let longer = [octets, &[0]].concat();
    (0..octets.len()).map(|length| octets[..length].to_vec()).chain([longer])
}
