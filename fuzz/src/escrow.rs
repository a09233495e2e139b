//! What custodians and providers keep and send each other: each of its forms, as it comes, and with octets of a good one exchanged.

use std::sync::LazyLock;

use mimicred_error::Report;
use mimicred_escrow::{
    Binding, CaseReference, Countersignature, CustodianShare, Custody, Error, Log, LogEntry, Memory, Mode, PartialDecryption,
    Purpose, Request, Row, SealedRecord, audit, deal,
};

use crate::cast::x509::edited;
use crate::cast::{Counter, NOW};

/// Two of three custodians, one record, and its opening.
struct Opening {
    custody: Custody,
    shares: Vec<CustodianShare>,
    binding: Binding,
    record: SealedRecord,
    log: Log,
    memory: Memory,
    countersignatures: Vec<Countersignature>,
    partials: Vec<PartialDecryption>,
}

fn opening() -> &'static Opening {
    static OPENING: LazyLock<Opening> = LazyLock::new(|| Opening::new().expect("an opening"));
    &OPENING
}

impl Opening {
    fn new() -> Result<Self, Error> {
        let random = &mut Counter(0);
        let (custody, shares) = deal(2, 3, random)?;
        let binding = Binding { mode: Mode::Sealed, handle: [7; 32] };
        let record = custody.seal(&binding, b"account 1", random)?;
        let mut log = Log::new();
        let now = u64::try_from(NOW).expect("after 1970");
        log.append(&custody, now, record.digest(&binding), CaseReference::new("2026-3")?, Purpose::Abuse)?;
        let (mut countersignatures, mut memories) = (Vec::new(), vec![Memory::start(&custody); shares.len()]);
        for (share, memory) in shares.iter().zip(&mut memories).take(2) {
            let (countersignature, renewed) = share.countersign(&custody, &log, 0, memory)?;
            (*memory, _) = (renewed, log.add(&custody, countersignature.clone())?);
            countersignatures.push(countersignature);
        }
        let request = Request { custody: &custody, log: &log, entry: 0, record: &record, binding: &binding };
        let partials = shares.iter().zip(&memories).map(|(share, memory)| Ok(share.partial(&request, memory, random)?.0));
        let partials = partials.collect::<Result<Vec<_>, Error>>()?;
        let memory = memories.swap_remove(0);
        Ok(Self { custody, shares, binding, record, log, memory, countersignatures, partials })
    }
}

/// A good one of each form, by its number.
fn good(form: u8) -> Vec<u8> {
    let opening = opening();
    let entry = opening.log.entry(0).expect("an entry");
    match form % FORMS {
        0 => opening.custody.to_octets().to_vec(),
        1 => opening.shares[0].to_octets().to_vec(),
        2 => opening.record.as_bytes().to_vec(),
        3 => entry.to_octets(),
        4 => opening.log.to_text().into_bytes(),
        5 => opening.memory.to_octets(),
        6 => opening.partials[0].to_octets().to_vec(),
        7 => opening.countersignatures[0].as_str().as_bytes().to_vec(),
        _ => [&[1; 16][..], &[2; 64]].concat(),
    }
}

const FORMS: u8 = 9;

pub fn run(data: &[u8]) -> &'static str {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    let form = first % FORMS;
    let octets = if (first / FORMS).is_multiple_of(2) { rest.to_vec() } else { edited(&good(form), rest) };
    judged(form, &octets).unwrap_or_else(|error| error.slug())
}

fn judged(form: u8, octets: &[u8]) -> Result<&'static str, Error> {
    let Opening { custody, shares, binding, record, log, partials, countersignatures, .. } = opening();
    Ok(match form {
        0 => {
            let read = Custody::parse(octets)?;
            assert_eq!(read.to_octets(), octets);
            // What is sealed to whomever it names opens for nobody else.
            assert_eq!(record.verify(&read, binding).is_ok(), read.digest() == custody.digest());
            "custody"
        }
        1 => {
            let read = CustodianShare::parse(octets)?;
            assert_eq!(read.to_octets()[..], *octets);
            let is_ours = shares.iter().any(|share| share.to_octets()[..] == *octets);
            assert_eq!(read.belongs_to(custody).is_ok(), is_ours, "another share belongs");
            let _ = format!("{read:?}");
            "share"
        }
        2 => {
            let read = SealedRecord::parse(octets)?;
            assert_eq!(read.as_bytes(), octets);
            assert_eq!(read.verify(custody, binding).is_ok(), octets == record.as_bytes(), "another record is proven");
            "record"
        }
        3 => {
            let read = LogEntry::parse(octets)?;
            assert_eq!(read.to_octets(), octets);
            assert_eq!(read.head() == log.head(custody), octets == good(3));
            "entry"
        }
        4 => {
            let read = Log::parse(std::str::from_utf8(octets).unwrap_or("\u{fffd}"))?;
            assert_eq!(Log::parse(&read.to_text())?.to_text(), read.to_text());
            let report = audit(&read, custody, &[0]);
            let is_signed = report.countersigned_by.iter().any(|by| by.len() >= 2);
            // Two custodians have signed one entry only.
            assert!(!is_signed || read.entry(0).map(LogEntry::to_octets) == log.entry(0).map(LogEntry::to_octets));
            "log"
        }
        5 => {
            let read = Memory::parse(octets)?;
            assert_eq!(read.to_octets(), octets);
            let remembers = |one: &Memory| (one.entries(), *one.head());
            let known = [remembers(&Memory::start(custody)), (1, log.head(custody))];
            assert_eq!(read.check(log, custody).is_ok(), known.contains(&remembers(&read)));
            "memory"
        }
        6 => {
            let read = PartialDecryption::parse(octets)?;
            assert_eq!(read.to_octets()[..], *octets);
            let is_ours = partials.iter().any(|partial| partial.to_octets()[..] == *octets);
            assert_eq!(read.verify(custody, record, binding).is_ok(), is_ours, "another part is proven");
            "partial"
        }
        7 => {
            let read = Countersignature::parse(std::str::from_utf8(octets).unwrap_or("\u{fffd}"))?;
            assert_eq!(read.as_str().as_bytes(), octets);
            let is_ours = countersignatures.iter().any(|one| one.as_str().as_bytes() == octets);
            let entry = log.entry(0).expect("an entry");
            assert_eq!(read.verify(custody, entry).is_ok(), is_ours, "another countersignature holds");
            "countersignature"
        }
        _ => {
            let read = Row::parse(octets)?;
            assert_eq!(read.to_octets()[..], *octets);
            assert!(!read.is_of(&good(2)));
            "row"
        }
    })
}

/// A good one of each form, and edits of each.
pub fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let names = [
        ("custody", "custody-edited"),
        ("share", "share-edited"),
        ("record", "record-edited"),
        ("entry", "entry-edited"),
        ("log", "log-edited"),
        ("memory", "memory-edited"),
        ("partial", "partial-edited"),
        ("countersignature", "countersignature-edited"),
        ("row", "row-edited"),
    ];
    let both = |(form, (name, changed))| {
        let good: Vec<u8> = [&[form], &good(form)[..]].concat();
        [(name, good), (changed, vec![form + FORMS, 0, 20, 1])]
    };
    (0..FORMS).zip(names).flat_map(both).collect()
}
