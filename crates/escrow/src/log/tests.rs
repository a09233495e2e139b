mod audits;
mod countersignatures;
mod entries;

use mimicred_error::Report;
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
    // The right head before it, and a number that is not its own.
    for index in [0, 3, 5] {
        log.lines[4].entry = LogEntry::new(index, head, u64::MAX, [1; 32], case(""), Purpose::Exercise);
        assert_eq!(code(log.verify(custody)), Code::LogBroken);
    }
    log.lines[4].entry = LogEntry::new(4, head, u64::MAX, [1; 32], case(""), Purpose::Exercise);
    log.verify(custody).unwrap();
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
