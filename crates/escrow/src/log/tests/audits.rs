//! What an audit finds.

use super::*;

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
