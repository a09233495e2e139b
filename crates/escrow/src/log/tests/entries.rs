//! Entries by themselves, and what custodians remember of them.

use super::*;

#[test]
fn an_entry_is_as_documented() {
    let entry = LogEntry::new(258, [1; 32], 7_199, [2; 32], case("2027-3"), Purpose::Emergency);
    let expected = [
        &[1][..],
        &[0, 0, 0, 0, 0, 0, 1, 2],
        &[1; 32],
        // 3600.
        &[0, 0, 0, 0, 0, 0, 0x0e, 0x10],
        &[2; 32],
        &[3, 6],
        b"2027-3",
    ];
    assert_eq!(entry.to_octets(), expected.concat());
    assert_eq!(entry.head(), mimicred_keys::sha256(&[b"mimicred escrow log head 1\0", &entry.to_octets()[..]].concat()));
    assert_eq!(LogEntry::parse(&entry.to_octets()).unwrap(), entry);
    assert_eq!((entry.index(), entry.at(), entry.purpose()), (258, 3600, Purpose::Emergency));
    assert_eq!(entry.case().as_bytes(), b"2027-3");
    for (bit, changed) in flipped(&entry.to_octets()) {
        match LogEntry::parse(&changed) {
            Ok(other) => assert_ne!(other.head(), entry.head(), "{bit}"),
            Err(error) => assert_eq!(error.code(), Code::EntryMalformed, "{bit}"),
        }
    }
    for octets in misfits(&entry.to_octets()) {
        assert_eq!(code(LogEntry::parse(&octets)), Code::EntryMalformed);
    }
}

#[test]
fn an_entry_has_a_full_hour_a_known_purpose_and_a_short_case() {
    let octets = LogEntry::new(0, [1; 32], NOW, [2; 32], case(""), Purpose::Abuse).to_octets();
    let with = |at: usize, octet: u8| {
        let mut octets = octets.clone();
        octets[at] = octet;
        LogEntry::parse(&octets)
    };
    assert!(with(48, octets[48]).is_ok());
    assert_eq!(code(with(48, octets[48] + 1)), Code::EntryMalformed);
    for purpose in 1..=5 {
        assert_eq!(with(81, purpose).unwrap().purpose(), Purpose::ALL[usize::from(purpose) - 1]);
    }
    assert_eq!(code(with(81, 0)), Code::EntryMalformed);
    assert_eq!(code(with(81, 6)), Code::EntryMalformed);
    let with_case = |length: u8| [&octets[..82], &[length], &vec![b'x'; length.into()]].concat();
    assert!(LogEntry::parse(&with_case(64)).is_ok());
    assert_eq!(code(LogEntry::parse(&with_case(65))), Code::EntryMalformed);
    assert_eq!(code(CaseReference::new([0; 65])), Code::CaseTooLong);
}

#[test]
fn a_memory_knows_the_log_again() {
    let (log, custody) = (five(), &TWO_OF_THREE.custody);
    let start = Memory::start(custody);
    start.check(&Log::new(), custody).unwrap();
    start.check(&log, custody).unwrap();
    let mut memory = start;
    for n in 0..5 {
        memory = memory.renewed(log.entry(n).unwrap());
        assert_eq!((memory.entries(), *memory.head()), (n + 1, log.entry(n).unwrap().head()));
        memory.check(&log, custody).unwrap();
        let shorter = Log { lines: log.lines[..usize::try_from(n).unwrap()].to_vec() };
        assert_eq!(code(memory.check(&shorter, custody)), Code::LogRolledBack);
    }
    // What is known stays known.
    assert_eq!(memory.renewed(log.entry(2).unwrap()), memory);
    // A memory of another custody.
    assert_eq!(code(Memory::start(&STRANGERS.custody).check(&log, custody)), Code::LogForked);
    let octets = memory.to_octets();
    assert_eq!(octets[..24], *b"mimicred memory\x01\0\0\0\0\0\0\0\x05");
    assert_eq!(Memory::parse(&octets).unwrap(), memory);
    for octets in misfits(&octets) {
        assert_eq!(code(Memory::parse(&octets)), Code::MemoryMalformed);
    }
    for (bit, changed) in flipped(&octets) {
        let outcome = Memory::parse(&changed).and_then(|memory| memory.check(&log, custody));
        assert!([Code::MemoryMalformed, Code::LogRolledBack, Code::LogForked].contains(&code(outcome)), "{bit}");
    }
}
