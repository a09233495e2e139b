//! A custody, a record, its log, its opening, and rows, as another program made them: `scripts/interop/escrow.py`, which shares no code
//! with us and knows the formats from their documentation.
#![cfg(test)]

use std::collections::BTreeMap;

use mimicred_escrow::{
    Binding, CustodianShare, Custody, Log, Memory, Mode, PartialDecryption, PointIssuer, Purpose, Reported, Request, Row,
    SealedRecord, audit, interpolate,
};
use mimicred_keys::SystemRandom;

const VALUES: &str = include_str!("another_implementation.txt");

struct Values(BTreeMap<&'static str, Vec<u8>>);

impl Values {
    fn read() -> Self {
        let octet = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        let line = |line: &'static str| {
            let (name, digits) = line.split_once(' ').unwrap();
            (name, digits.as_bytes().chunks(2).map(octet).collect())
        };
        Self(VALUES.lines().map(line).collect())
    }

    fn get(&self, name: &str) -> &[u8] {
        &self.0[name]
    }

    fn custody(&self) -> Custody {
        Custody::parse(self.get("custody")).unwrap()
    }

    fn log(&self) -> Log {
        Log::parse(std::str::from_utf8(self.get("log")).unwrap()).unwrap()
    }
}

fn binding() -> Binding {
    Binding { mode: Mode::Sealed, handle: std::array::from_fn(|n| u8::try_from(n).unwrap()) }
}

#[test]
fn its_custody_and_shares_are_read() {
    let (values, custody) = (Values::read(), Values::read().custody());
    assert_eq!((custody.threshold(), custody.count()), (3, 5));
    for i in 1..=5 {
        let share = CustodianShare::parse(values.get(&format!("share-{i}"))).unwrap();
        assert_eq!(share.index(), i);
        share.belongs_to(&custody).unwrap();
    }
}

#[test]
fn its_record_opens_with_its_parts_and_with_ours() {
    let (values, custody) = (Values::read(), Values::read().custody());
    let record = SealedRecord::parse(values.get("record")).unwrap();
    record.verify(&custody, &binding()).unwrap();
    let theirs = [2, 4, 5].map(|i| PartialDecryption::parse(values.get(&format!("partial-{i}"))).unwrap());
    assert_eq!(*custody.open(&record, &binding(), &theirs).unwrap(), b"an account of old");

    let log = values.log();
    let request = Request { custody: &custody, log: &log, entry: 1, record: &record, binding: &binding() };
    let memory = Memory::parse(values.get("memory")).unwrap();
    let ours = [1, 3].map(|i| {
        let share = CustodianShare::parse(values.get(&format!("share-{i}"))).unwrap();
        share.partial(&request, &memory, &mut SystemRandom).unwrap().0
    });
    let mixed = [ours[0].clone(), theirs[1].clone(), ours[1].clone()];
    assert_eq!(*custody.open(&record, &binding(), &mixed).unwrap(), b"an account of old");
}

#[test]
fn its_log_is_whole() {
    let (values, custody) = (Values::read(), Values::read().custody());
    let log = values.log();
    let report = audit(&log, &custody, &[1]);
    assert!(report.is_clean(), "{:?}", report.findings);
    assert_eq!(report.countersigned_by, [vec![], vec![1, 3, 5]]);
    let entry = log.entry(1).unwrap();
    assert_eq!((entry.purpose(), entry.case().as_bytes()), (Purpose::Abuse, &b"2027-3"[..]));
    assert_eq!(log.to_text().as_bytes(), values.get("log"));
    Memory::parse(values.get("memory")).unwrap().check(&log, &custody).unwrap();
    // Ed25519 has one signature for one message: ours are theirs.
    let share = CustodianShare::parse(values.get("share-3")).unwrap();
    let (countersignature, memory) = share.countersign(&custody, &log, 1, &Memory::start(&custody)).unwrap();
    assert_eq!(countersignature, log.countersignatures(1)[2]);
    assert_eq!(memory.to_octets(), values.get("memory"));
}

#[test]
fn its_rows_are_ours() {
    let values = Values::read();
    let account = *b"sixteen octets! ";
    let issuer = PointIssuer::new(values.get("issuer").try_into().unwrap(), 4).unwrap();
    let reports: Vec<Reported> = (1..=5_u8)
        .map(|i| {
            let row = Row::parse(values.get(&format!("row-{i}"))).unwrap();
            assert_eq!(row, issuer.row(&account, format!("key {i}").as_bytes()).unwrap());
            Reported { row, room: [i; 32], reporter: [i; 32] }
        })
        .collect();
    assert_eq!(interpolate(4, &reports).unwrap(), account);
    assert_eq!(interpolate(4, &reports[1..]).unwrap(), account);
    assert!(interpolate(4, &reports[2..]).is_err());
}
