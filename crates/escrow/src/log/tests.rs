use mimicred_error::Report;
use mimicred_jose::jws;
use mimicred_keys::Family;
use mimicred_keys::ToBeSigned;
use proptest::prelude::*;

use super::*;
use crate::testing::{NOW, STRANGERS, TWO_OF_THREE, code, flipped, misfits};

fn case(text: &str) -> CaseReference {
    CaseReference::new(text).unwrap()
}

/// Five entries, the even ones countersigned by all three custodians.
fn five() -> Log {
    let mut log = TWO_OF_THREE.log(&[[0; 32], [1; 32], [2; 32], [3; 32], [4; 32]], &[0, 1, 2]);
    log.lines[1].countersignatures.clear();
    log.lines[3].countersignatures.clear();
    log
}

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
fn entries_follow_each_other_in_time_as_well() {
    let custody = &TWO_OF_THREE.custody;
    let mut log = Log::new();
    for (now, at) in [(7200, 7200), (7201, 7200), (3600, 7200), (u64::MAX, u64::MAX - u64::MAX % 3600)] {
        assert_eq!(log.append(custody, now, [1; 32], case(""), Purpose::Exercise).unwrap().at(), at);
    }
    log.verify(custody).unwrap();
    // A clock that was set back: by whoever writes entries himself.
    let head = log.head(custody);
    let entry = LogEntry::new(4, head, 0, [1; 32], case(""), Purpose::Exercise);
    log.lines.push(Line { entry, countersignatures: Vec::new() });
    assert_eq!(code(log.verify(custody)), Code::LogBroken);
}

#[test]
fn every_link_is_checked() {
    let (log, custody) = (five(), &TWO_OF_THREE.custody);
    log.verify(custody).unwrap();
    assert_eq!(code(log.verify(&STRANGERS.custody)), Code::LogBroken);
    let broken_at = |log: &Log| {
        let error = log.verify(custody).unwrap_err();
        assert_eq!(error.code(), Code::LogBroken);
        error.place().clone()
    };
    for n in 0..5 {
        let mut left_out = log.clone();
        left_out.lines.remove(n);
        // Without the last one it is a shorter log: that is seen by those who remember.
        match n {
            4 => left_out.verify(custody).unwrap(),
            _ => assert_eq!(broken_at(&left_out), At::Item(n)),
        }
        let mut twice = log.clone();
        twice.lines.insert(n, log.lines[n].clone());
        assert_eq!(broken_at(&twice), At::Item(n + 1));
        let mut changed = log.clone();
        let entry = &log.lines[n].entry;
        changed.lines[n].entry =
            LogEntry::new(entry.index(), *entry.previous(), NOW, [77; 32], entry.case().clone(), entry.purpose());
        match n {
            4 => changed.verify(custody).unwrap(),
            _ => assert_eq!(broken_at(&changed), At::Item(n + 1)),
        }
        // Changed, with everything behind written anew: another log, which those who remember do not take.
        let memory = Memory::start(custody).renewed(&log.lines[4].entry);
        let mut anew = Log { lines: changed.lines[..=n].to_vec() };
        for line in &log.lines[n + 1..] {
            anew.append(custody, NOW, *line.entry.record(), case("case"), Purpose::Abuse).unwrap();
        }
        anew.verify(custody).unwrap();
        assert_eq!(code(memory.check(&anew, custody)), Code::LogForked);
    }
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

#[test]
fn the_text_is_strict() {
    let log = five();
    let text = log.to_text();
    assert_eq!(Log::parse(&text).unwrap(), log);
    assert_eq!(Log::parse("").unwrap(), Log::new());
    let first = text.lines().next().unwrap();
    let (entry, signatures) = first.split_once(' ').unwrap();
    let one = signatures.split(' ').next().unwrap();
    for (bad, expected) in [
        (text.trim_end().to_owned(), Code::LogMalformed),
        (format!("{text}\n"), Code::EntryMalformed),
        (format!("\n{text}"), Code::EntryMalformed),
        (text.replace('\n', "\r\n"), Code::CountersignatureMalformed),
        (format!(" {text}"), Code::EntryMalformed),
        (format!("{entry} \n"), Code::CountersignatureMalformed),
        (format!("{entry}  {one}\n"), Code::CountersignatureMalformed),
        (format!("{entry} {one} \n"), Code::CountersignatureMalformed),
        (format!("{entry} {one} {one}\n"), Code::LogMalformed),
        (format!("{entry}= {one}\n"), Code::LogMalformed),
        (format!("{one}\n"), Code::LogMalformed),
        (format!("{} \n", "A".repeat(LINE_MAX)), Code::LogLimit),
    ] {
        assert_eq!(code(Log::parse(&bad)), expected, "{bad}");
    }
    let error = Log::parse(&format!("{text}x\n")).unwrap_err();
    assert_eq!(error.place(), &At::Line(6, 1));
    for length in 1..text.len() {
        // Whole lines are a log, too; that they are too few, a memory tells.
        assert_eq!(Log::parse(&text[..length]).is_ok(), text[..length].ends_with('\n'), "{length}");
    }
}

#[test]
fn a_log_has_an_end() {
    let entry = base64url::encode(&LogEntry::new(0, [0; 32], 0, [0; 32], case(""), Purpose::Abuse).to_octets());
    let text = format!("{entry}\n").repeat(ENTRIES_MAX);
    let mut log = Log::parse(&text).unwrap();
    assert_eq!(code(Log::parse(&format!("{text}{entry}\n"))), Code::LogLimit);
    let appended = log.append(&TWO_OF_THREE.custody, NOW, [0; 32], case(""), Purpose::Abuse).map(drop);
    assert_eq!(code(appended), Code::LogLimit);
}

#[test]
fn a_countersignature_is_as_documented() {
    let (custody, log) = (&TWO_OF_THREE.custody, five());
    let countersignature = &log.countersignatures(2)[1];
    let mut parts = countersignature.as_str().split('.').map(|part| base64url::decode(part).unwrap());
    assert_eq!(parts.next().unwrap(), br#"{"alg":"EdDSA","typ":"escrow-head+jws"}"#);
    let (name, head) = (base64url::encode(custody.digest()), base64url::encode(&log.entry(2).unwrap().head()));
    let payload = format!(r#"{{"custody":"{name}","custodian":2,"entry":2,"head":"{head}"}}"#);
    assert_eq!(parts.next().unwrap(), payload.as_bytes());
    let (input, _) = countersignature.as_str().rsplit_once('.').unwrap();
    let key = custody.countersigning_key(2).unwrap();
    key.verify(Family::Jws, input.as_bytes(), &parts.next().unwrap()).unwrap();
    assert_eq!((countersignature.custodian(), countersignature.entry()), (2, 2));
    // The longest there is.
    let entry = LogEntry::new(u64::MAX, [0; 32], 0, [0; 32], case(""), Purpose::Abuse);
    let longest = Countersignature::sign(&crate::testing::dealt(2, 16, "longest").shares[15], &entry).unwrap();
    assert_eq!(Countersignature::parse(longest.as_str()).unwrap(), longest);
    assert_eq!(longest.as_str().len(), 346);
}

#[test]
fn every_bit_of_a_countersignature_counts() {
    let (custody, log) = (&TWO_OF_THREE.custody, five());
    let (entry, text) = (log.entry(0).unwrap(), log.countersignatures(0)[0].as_str());
    Countersignature::parse(text).unwrap().verify(custody, entry).unwrap();
    for (bit, changed) in flipped(text.as_bytes()) {
        let Ok(changed) = String::from_utf8(changed) else { continue };
        let outcome = Countersignature::parse(&changed).and_then(|changed| changed.verify(custody, entry));
        assert!([Code::CountersignatureMalformed, Code::CountersignatureInvalid].contains(&code(outcome)), "{bit}");
    }
    // Cut within its signature, it may read as another's; it has 64 octets or is none.
    for length in 0..text.len() {
        assert_eq!(code(Countersignature::parse(&text[..length])), Code::CountersignatureMalformed, "{length}");
    }
    assert_eq!(code(Countersignature::parse(&"x".repeat(1 << 20))), Code::CountersignatureMalformed);
}

/// Signed by the right key, and not written as it must be.
#[test]
fn a_countersignature_has_one_form() {
    let (custody, log) = (&TWO_OF_THREE.custody, five());
    let (name, head) = (base64url::encode(custody.digest()), base64url::encode(&log.entry(0).unwrap().head()));
    let header = r#"{"alg":"EdDSA","typ":"escrow-head+jws"}"#;
    let payload = format!(r#"{{"custody":"{name}","custodian":1,"entry":0,"head":"{head}"}}"#);
    let signed = |header: &str, payload: &str| {
        let input = format!("{}.{}", base64url::encode(header.as_bytes()), base64url::encode(payload.as_bytes()));
        let to_be_signed = ToBeSigned::new(Family::Jws, input).unwrap();
        let signature = TWO_OF_THREE.shares[0].signer().sign(&to_be_signed).unwrap();
        Countersignature::parse(&jws::finish(to_be_signed, signature.as_bytes()))
    };
    signed(header, &payload).unwrap().verify(custody, log.entry(0).unwrap()).unwrap();
    let headers = [
        r#"{"typ":"escrow-head+jws","alg":"EdDSA"}"#,
        r#"{"alg":"Ed25519","typ":"escrow-head+jws"}"#,
        r#"{"alg":"EdDSA","typ":"jwt"}"#,
        r#"{"alg":"EdDSA"}"#,
        r#"{"alg":"EdDSA","typ":"escrow-head+jws","kid":"1"}"#,
        r#"{"alg": "EdDSA","typ":"escrow-head+jws"}"#,
    ];
    for header in headers {
        assert_eq!(code(signed(header, &payload)), Code::CountersignatureMalformed, "{header}");
    }
    let payloads = [
        payload.replace(":1,", ":1.0,"),
        payload.replace(":1,", ":257,"),
        payload.replace(":0,", ":-1,"),
        payload.replace(":0,", ":18446744073709551616,"),
        payload.replace(":1,", ":\"1\","),
        payload.replace("\"entry\":0,", ""),
        payload.replace('}', ",\"iat\":1}"),
        payload.replace(&name, &name[1..]),
        payload.replace("{", "{ "),
        "[]".to_owned(),
        "{}".to_owned(),
    ];
    for payload in payloads {
        assert_eq!(code(signed(header, &payload)), Code::CountersignatureMalformed, "{payload}");
    }
}

#[test]
fn a_countersignature_is_of_one_entry_one_custody_and_one_custodian() {
    let (custody, log) = (&TWO_OF_THREE.custody, five());
    let of_first = &log.countersignatures(0)[0];
    assert_eq!(code(of_first.verify(custody, log.entry(1).unwrap())), Code::CountersignatureInvalid);
    assert_eq!(code(of_first.verify(&STRANGERS.custody, log.entry(0).unwrap())), Code::CountersignatureInvalid);
    // Another head under the same number.
    let entry = log.entry(0).unwrap();
    let other = LogEntry::new(0, *entry.previous(), NOW, [5; 32], case("case"), Purpose::Abuse);
    assert_eq!(code(of_first.verify(custody, &other)), Code::CountersignatureInvalid);
    // Signed by another custodian in her name.
    let mut octets = TWO_OF_THREE.shares[1].to_octets();
    octets[15] = 1;
    let impostor = CustodianShare::parse(&octets).unwrap();
    let forged = Countersignature::sign(&impostor, entry).unwrap();
    assert_eq!(forged.custodian(), 1);
    assert_eq!(code(forged.verify(custody, entry)), Code::CountersignatureInvalid);
    assert_eq!(code(impostor.countersign(custody, &log, 0, &Memory::start(custody))), Code::ShareForeign);
    let mut with_forged = log.clone();
    assert_eq!(code(with_forged.add(custody, forged)), Code::CountersignatureInvalid);
    // Not of this log.
    let beyond =
        Countersignature::sign(&TWO_OF_THREE.shares[0], &LogEntry::new(5, [0; 32], NOW, [0; 32], case(""), Purpose::Abuse));
    assert_eq!(code(with_forged.add(custody, beyond.unwrap())), Code::EntryMissing);
    assert_eq!(with_forged, log);
}

#[test]
fn a_custodian_signs_what_continues_her_log() {
    let (custody, log) = (&TWO_OF_THREE.custody, five());
    let share = &TWO_OF_THREE.shares[0];
    let sign = |log: &Log, entry, memory: &Memory| share.countersign(custody, log, entry, memory);
    let (signature, memory) = sign(&log, 3, &Memory::start(custody)).unwrap();
    signature.verify(custody, log.entry(3).unwrap()).unwrap();
    assert_eq!(memory.entries(), 4);
    // Again, and an earlier one.
    assert_eq!(sign(&log, 3, &memory).unwrap(), (signature, memory));
    assert_eq!(sign(&log, 1, &memory).unwrap().1, memory);
    assert_eq!(code(sign(&log, 5, &memory)), Code::EntryMissing);
    let mut shorter = log.clone();
    shorter.lines.truncate(3);
    assert_eq!(code(sign(&shorter, 2, &memory)), Code::LogRolledBack);
    let other = TWO_OF_THREE.log(&[[0; 32], [1; 32], [2; 32], [9; 32]], &[]);
    assert_eq!(code(sign(&other, 3, &memory)), Code::LogForked);
    let mut broken = log.clone();
    broken.lines.remove(0);
    assert_eq!(code(sign(&broken, 0, &memory)), Code::LogBroken);
    assert_eq!(code(STRANGERS.shares[0].countersign(custody, &log, 0, &memory)), Code::ShareForeign);
}

#[test]
fn an_audit_names_what_is_wrong() {
    let (custody, log) = (&TWO_OF_THREE.custody, five());
    let found = |log: &Log, opened: &[u64]| {
        audit(log, custody, opened).findings.iter().map(|finding| (finding.entry, finding.code)).collect::<Vec<_>>()
    };
    // Asked and not opened: nothing wrong with that.
    let report = audit(&log, custody, &[0, 2, 4]);
    assert!(report.is_clean());
    assert_eq!((report.entries, report.head), (5, log.entry(4).unwrap().head()));
    assert_eq!(report.countersigned_by, [&[1, 2, 3][..], &[], &[1, 2, 3], &[], &[1, 2, 3]]);
    assert_eq!(report.asked_only(custody), [1, 3]);
    // Opened with too few.
    assert_eq!(found(&log, &[0, 1]), [(1, Code::CountersignaturesLacking)]);
    let mut one = log.clone();
    one.lines[2].countersignatures.truncate(1);
    assert_eq!(found(&one, &[2, 2]), [(2, Code::CountersignaturesLacking)]);
    one.lines[4].countersignatures.truncate(2);
    assert_eq!(found(&one, &[4]), []);
    assert_eq!(found(&log, &[5]), [(5, Code::EntryMissing)]);
    // A countersignature of another entry: it does not hold, and does not count.
    let mut foreign = log.clone();
    foreign.lines[1].countersignatures = log.lines[0].countersignatures[..2].to_vec();
    assert_eq!(found(&foreign, &[1]), [(1, Code::CountersignatureInvalid), (1, Code::CountersignaturesLacking)]);
    // An entry that was put over another: the link behind it, and what was signed.
    let mut changed = log.clone();
    let entry = &log.lines[2].entry;
    changed.lines[2].entry = LogEntry::new(2, *entry.previous(), NOW, [9; 32], case("case"), Purpose::Abuse);
    assert_eq!(found(&changed, &[]), [(2, Code::CountersignatureInvalid), (3, Code::LogBroken)]);
    assert_eq!(audit(&Log::new(), custody, &[]).head, *Memory::start(custody).head());
}

fn purposes() -> impl Strategy<Value = Purpose> {
    (0..5_usize).prop_map(|n| Purpose::ALL[n])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_is_entered_is_read_again(
        entries in proptest::collection::vec((any::<[u8; 32]>(), 0..1_u64 << 40, proptest::collection::vec(any::<u8>(), 0..=64), purposes()), 0..6),
        signers in proptest::collection::vec(0..3_usize, 0..3),
    ) {
        let custody = &TWO_OF_THREE.custody;
        let mut log = Log::new();
        for (record, now, case, purpose) in entries {
            let case = CaseReference::new(case).unwrap();
            let entry = log.append(custody, now, record, case, purpose).unwrap().clone();
            prop_assert_eq!(&LogEntry::parse(&entry.to_octets()).unwrap(), &entry);
            for signer in &signers {
                let signed = TWO_OF_THREE.shares[*signer].countersign(custody, &log, entry.index(), &Memory::start(custody));
                log.add(custody, signed.unwrap().0).unwrap();
            }
        }
        let read = Log::parse(&log.to_text()).unwrap();
        prop_assert_eq!(&read, &log);
        read.verify(custody).unwrap();
        prop_assert!(audit(&read, custody, &[]).is_clean());
    }

    #[test]
    fn never_panics(octets: Vec<u8>, text in "[A-Za-z0-9_. \n-]{0,200}") {
        let _ = LogEntry::parse(&octets);
        let _ = Memory::parse(&octets);
        let _ = Log::parse(&text);
        let _ = Countersignature::parse(&text);
    }
}
