use mimicred_error::Report;
use mimicred_keys::SystemRandom;
use proptest::prelude::*;

use super::*;
use crate::Mode;
use crate::testing::{BINDING, Dealt, STRANGERS, TWO_OF_THREE, code, dealt, flipped, misfits};

/// What each custodian gives for a record that the first ones countersigned.
fn partials(dealt: &Dealt, record: &SealedRecord) -> Vec<PartialDecryption> {
    let signers: Vec<usize> = (0..dealt.custody.threshold().into()).collect();
    let log = dealt.log(&[record.digest(&BINDING)], &signers);
    let request = Request { custody: &dealt.custody, log: &log, entry: 0, record, binding: &BINDING };
    let memory = Memory::start(&dealt.custody);
    dealt.shares.iter().map(|share| share.partial(&request, &memory, &mut SystemRandom).unwrap().0).collect()
}

fn asked(dealt: &Dealt, request: &Request<'_>, memory: &Memory) -> Result<(PartialDecryption, Memory), Error> {
    dealt.shares[0].partial(request, memory, &mut SystemRandom)
}

#[test]
fn any_of_them_open_together_and_one_fewer_do_not() {
    let dealt = dealt(3, 5, "opening");
    let record = dealt.record(b"account 1");
    let all = partials(&dealt, &record);
    for a in 0..5 {
        for b in a + 1..5 {
            let two = [all[b].clone(), all[a].clone()];
            assert_eq!(code(dealt.custody.open(&record, &BINDING, &two)), Code::PartialsLacking);
            for c in b + 1..5 {
                let three = [all[c].clone(), all[a].clone(), all[b].clone()];
                assert_eq!(*dealt.custody.open(&record, &BINDING, &three).unwrap(), b"account 1");
            }
        }
    }
    assert_eq!(*dealt.custody.open(&record, &BINDING, &all).unwrap(), b"account 1");
    assert_eq!(code(dealt.custody.open(&record, &BINDING, &[])), Code::PartialsLacking);
}

#[test]
fn one_of_one_opens_alone() {
    let dealt = dealt(1, 1, "alone");
    let record = dealt.record(b"account 1");
    assert_eq!(*dealt.custody.open(&record, &BINDING, &partials(&dealt, &record)).unwrap(), b"account 1");
}

#[test]
fn the_custodian_whose_part_is_wrong_is_named() {
    let custody = &TWO_OF_THREE.custody;
    let record = TWO_OF_THREE.record(b"account 1");
    let all = partials(&TWO_OF_THREE, &record);
    let refused = |partials: &[PartialDecryption]| {
        let error = custody.open(&record, &BINDING, partials).unwrap_err();
        (error.code(), error.place().clone(), error.remark().unwrap_or_default().to_owned())
    };
    // Another's part under her number; a number that nobody has; a part of another record; a part by another share.
    let renumbered = |index| PartialDecryption { index, ..all[1].clone() };
    let name = |n: u8| format!("custodian {n}");
    assert_eq!(refused(&[all[0].clone(), renumbered(3)]), (Code::PartialInvalid, At::Item(1), name(3)));
    assert_eq!(refused(&[renumbered(4), all[0].clone()]), (Code::PartialInvalid, At::Item(0), name(4)));
    assert_eq!(refused(&[all[0].clone(), all[1].clone(), all[0].clone()]), (Code::PartialRepeated, At::Item(2), name(1)));
    let other = custody.seal(&BINDING, b"account 1", &mut SystemRandom).unwrap();
    let of_other = partials(&TWO_OF_THREE, &other);
    assert_eq!(refused(&[all[0].clone(), of_other[1].clone()]), (Code::PartialForeign, At::Item(1), name(2)));
    let relabelled = PartialDecryption { record: all[1].record, ..of_other[1].clone() };
    assert_eq!(refused(&[all[0].clone(), relabelled]), (Code::PartialInvalid, At::Item(1), name(2)));
    let strange = partials(&STRANGERS, &STRANGERS.record(b"account 1"));
    let relabelled = PartialDecryption { record: all[1].record, ..strange[1].clone() };
    assert_eq!(refused(&[all[0].clone(), relabelled]), (Code::PartialInvalid, At::Item(1), name(2)));
    // More than needed, and one of them wrong: still refused.
    assert_eq!(refused(&[all[0].clone(), all[1].clone(), renumbered(3)]).0, Code::PartialInvalid);
}

/// Even the right point is refused with a proof that says nothing, and the right proof with another point.
#[test]
fn point_and_proof_belong_together() {
    let custody = &TWO_OF_THREE.custody;
    let record = TWO_OF_THREE.record(b"account 1");
    let all = partials(&TWO_OF_THREE, &record);
    all[0].verify(custody, &record, &BINDING).unwrap();
    let other_point = PartialDecryption { point: all[1].point.clone(), ..all[0].clone() };
    assert_eq!(code(other_point.verify(custody, &record, &BINDING)), Code::PartialInvalid);
    let other_proof = PartialDecryption { proof: all[1].proof.clone(), ..all[0].clone() };
    assert_eq!(code(other_proof.verify(custody, &record, &BINDING)), Code::PartialInvalid);
}

#[test]
fn every_bit_counts() {
    let record = TWO_OF_THREE.record(b"account 1");
    let partial = &partials(&TWO_OF_THREE, &record)[1];
    let octets = partial.to_octets();
    assert_eq!((octets.len(), octets[0], octets[1]), (PARTIAL_LEN, 1, 2));
    assert_eq!(octets[2..34], record.digest(&BINDING));
    assert_eq!(PartialDecryption::parse(&octets).unwrap(), *partial);
    for (bit, changed) in flipped(&octets) {
        let outcome =
            PartialDecryption::parse(&changed).and_then(|partial| partial.verify(&TWO_OF_THREE.custody, &record, &BINDING));
        let known = [Code::PartialMalformed, Code::PartialForeign, Code::PartialInvalid];
        assert!(known.contains(&code(outcome)), "{bit}");
    }
    for octets in misfits(&octets) {
        assert_eq!(code(PartialDecryption::parse(&octets)), Code::PartialMalformed);
    }
    let mut nobody = octets.to_vec();
    nobody[1] = 0;
    assert_eq!(code(PartialDecryption::parse(&nobody)), Code::PartialMalformed);
    assert_eq!(format!("{partial:?}"), "PartialDecryption { index: 2, .. }");
}

#[test]
fn a_changed_record_or_row_is_not_opened() {
    let custody = &TWO_OF_THREE.custody;
    let record = TWO_OF_THREE.record(b"account 1");
    let all = partials(&TWO_OF_THREE, &record);
    let mut octets = *record.as_bytes();
    octets[100] ^= 1;
    let changed = SealedRecord::parse(&octets).unwrap();
    assert_eq!(code(custody.open(&changed, &BINDING, &all)), Code::RecordUnproven);
    let other = Binding { mode: Mode::Threshold, ..BINDING };
    assert_eq!(code(custody.open(&record, &other, &all)), Code::RecordUnproven);
}

#[test]
fn a_custodian_wants_an_entry_that_enough_have_signed() {
    let custody = &TWO_OF_THREE.custody;
    let (record, start) = (TWO_OF_THREE.record(b"account 1"), Memory::start(custody));
    let digest = record.digest(&BINDING);
    let ask =
        |log: &Log, entry| asked(&TWO_OF_THREE, &Request { custody, log, entry, record: &record, binding: &BINDING }, &start);
    let (partial, memory) = ask(&TWO_OF_THREE.log(&[digest], &[1, 2]), 0).unwrap();
    assert_eq!((partial.index(), memory.entries()), (1, 1));
    assert_eq!(code(ask(&Log::new(), 0)), Code::EntryMissing);
    assert_eq!(code(ask(&TWO_OF_THREE.log(&[digest], &[1, 2]), 1)), Code::EntryMissing);
    assert_eq!(code(ask(&TWO_OF_THREE.log(&[[9; 32]], &[1, 2]), 0)), Code::EntryForeign);
    assert_eq!(code(ask(&TWO_OF_THREE.log(&[digest], &[1]), 0)), Code::CountersignaturesLacking);
    assert_eq!(code(ask(&TWO_OF_THREE.log(&[digest], &[]), 0)), Code::CountersignaturesLacking);
    // The second of two entries, and the first: each by its own number.
    let two = TWO_OF_THREE.log(&[[9; 32], digest], &[0, 1]);
    assert_eq!(code(ask(&two, 0)), Code::EntryForeign);
    assert_eq!(ask(&two, 1).unwrap().1.entries(), 2);
    // One custodian's signature, twice: it counts once. Another entry's signature does not count.
    let mut once = TWO_OF_THREE.log(&[digest], &[1]);
    once.add(custody, once.countersignatures(0)[0].clone()).unwrap();
    assert_eq!(code(ask(&once, 0)), Code::CountersignaturesLacking);
    let line = |log: &Log| log.to_text().trim_end().to_owned();
    let signature = two.countersignatures(0)[0].as_str().to_owned();
    let mixed = Log::parse(&format!("{} {signature}\n", line(&TWO_OF_THREE.log(&[digest], &[1])))).unwrap();
    assert_eq!(code(ask(&mixed, 0)), Code::CountersignatureInvalid);
}

/// The entry names it, the custodians have signed: a record that was derived from another one is still not touched.
#[test]
fn a_custodian_wants_a_record_that_is_proven() {
    let custody = &TWO_OF_THREE.custody;
    let mut octets = *TWO_OF_THREE.record(b"account 1").as_bytes();
    octets[209] ^= 1;
    let record = SealedRecord::parse(&octets).unwrap();
    let log = TWO_OF_THREE.log(&[record.digest(&BINDING)], &[0, 1]);
    let request = Request { custody, log: &log, entry: 0, record: &record, binding: &BINDING };
    assert_eq!(code(asked(&TWO_OF_THREE, &request, &Memory::start(custody))), Code::RecordUnproven);
}

#[test]
fn a_custodian_wants_the_log_that_she_knows() {
    let custody = &TWO_OF_THREE.custody;
    let record = TWO_OF_THREE.record(b"account 1");
    let digest = record.digest(&BINDING);
    let log = TWO_OF_THREE.log(&[digest, [9; 32]], &[0, 1]);
    let request = |log| Request { custody, log, entry: 0, record: &record, binding: &BINDING };
    let (_, memory) = TWO_OF_THREE.shares[0].countersign(custody, &log, 1, &Memory::start(custody)).unwrap();
    // An earlier entry of the log that she knows: given, and nothing is forgotten.
    assert_eq!(asked(&TWO_OF_THREE, &request(&log), &memory).unwrap().1, memory);
    let shorter = TWO_OF_THREE.log(&[digest], &[0, 1]);
    assert_eq!(code(asked(&TWO_OF_THREE, &request(&shorter), &memory)), Code::LogRolledBack);
    let other = TWO_OF_THREE.log(&[digest, [8; 32]], &[0, 1]);
    assert_eq!(code(asked(&TWO_OF_THREE, &request(&other), &memory)), Code::LogForked);
    // Lines in another order.
    let text = log.to_text();
    let swapped: String = text.lines().rev().map(|line| format!("{line}\n")).collect();
    let swapped = Log::parse(&swapped).unwrap();
    assert_eq!(code(asked(&TWO_OF_THREE, &request(&swapped), &memory)), Code::LogBroken);
    assert_eq!(code(asked(&STRANGERS, &request(&log), &memory)), Code::ShareForeign);
    // A share of the same number whose custody digest was written over.
    let mut octets = STRANGERS.shares[0].to_octets();
    octets[16..48].copy_from_slice(custody.digest());
    let disguised = CustodianShare::parse(&octets).unwrap();
    assert_eq!(code(disguised.partial(&request(&log), &memory, &mut SystemRandom)), Code::ShareForeign);
}

proptest! {
    #[test]
    fn never_panics(octets: Vec<u8>) {
        let _ = PartialDecryption::parse(&octets);
        let _ = PartialDecryption::parse(&[&[1, 1][..], &octets].concat());
    }
}
