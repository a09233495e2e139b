//! CWT-D: digests that stand for nothing.

use mimicred_claims::{DecoyMark, Key, Marks, Redaction, RedactionPlan, Selection, Value};
use mimicred_sd_cwt::{Binding, Code, Preissuance, SdCwt};

use crate::issuance::{Constant, Counting, claims, disclosures, hold, issue, issuer, payload, plan, sign1};
use crate::tokens::*;

fn issue_marked(octets: &[u8]) -> SdCwt {
    let (claims, plan) = Preissuance::parse(octets).unwrap().into_parts();
    let prepared = issuer().prepare(claims, holder_key().public(), &plan, &mut Counting(0)).unwrap();
    prepared.sign(&issuer_key()).unwrap()
}

/// `iss`, `sub` and these entries.
fn set(entries: u8, hexadecimal: &str) -> Vec<u8> {
    [vec![0xa2 + entries, 0x01, 0x71], ISSUER.as_bytes().to_vec(), hex("02 6173"), hex(hexadecimal)].concat()
}

/// What a Verifier sees of a presentation with these disclosures, every one or none.
fn verified(token: &SdCwt, selection: &Selection) -> mimicred_claims::Map<'static> {
    let binding = Binding { audience: AUDIENCE, nonce: Some(NONCE), issued_at: 900 };
    let presentation = hold(token).prepare(selection, &binding).unwrap().sign(&holder_key()).unwrap();
    verify(presentation.as_bytes(), |_| {}).unwrap()
}

/// CWT-D-001, CWT-D-005, CWT-D-012: decoys at the top, in a map and in an array, between claims and alone.
#[test]
fn decoys_stand_in_maps_and_arrays() {
    // {.., 62(1): null, 501: [1, 62(7), 2], 502: {62(3): null}, 503: [62(4), 62(5)], 504: {1: 1, 62(6): null}}
    let octets =
        set(5, "d83e 01 f6 1901f5 83 01 d83e 07 02 1901f6 a1 d83e 03 f6 1901f7 82 d83e 04 d83e 05 1901f8 a2 01 01 d83e 06 f6");
    let token = issue_marked(&octets);
    let payload = payload(&token);
    let digests = |key| payload.int(key).and_then(Value::as_map).map(|map| (map.len(), map.redacted.len()));
    assert_eq!(payload.redacted.len(), 1);
    assert!(matches!(payload.int(501).unwrap().as_array().unwrap(), [Value::Int(1), Value::Redacted(_), Value::Int(2)]));
    assert_eq!(digests(502), Some((0, 1)));
    assert!(matches!(payload.int(503).unwrap().as_array().unwrap(), [Value::Redacted(_), Value::Redacted(_)]));
    assert_eq!(digests(504), Some((1, 1)));

    let claims = verified(&token, &Selection::All);
    assert_eq!(claims.int(501), Some(&array(vec![Value::Int(1), Value::Int(2)])));
    assert_eq!(claims.int(502), Some(&Value::Map(map(vec![]))));
    assert_eq!(claims.int(503), Some(&array(vec![])));
    assert_eq!(claims.int(504), Some(&Value::Map(map(vec![(1, Value::Int(1))]))));
}

/// CWT-D-005: where an array has several decoys and redactions, each keeps its place; in what is redacted itself too.
#[test]
fn decoys_keep_their_place() {
    // 58(501): [62(1), 58("a"), 62(2), "b", 62(3), 62(4)]
    let token = issue_marked(&set(1, "d83a 1901f5 86 d83e 01 d83a 6161 d83e 02 6162 d83e 03 d83e 04"));
    let parent = disclosures(&token).pop().unwrap();
    let claims = mimicred_cose::cbor::Dialect::Claims { digest_len: 32 };
    let parent = mimicred_cose::cbor::parse(&parent, claims, &mimicred_cose::cbor::Limits::DEFAULT).unwrap();
    let elements: Vec<_> =
        parent.as_array().unwrap()[1].as_array().unwrap().iter().map(|value| value.as_text().is_some()).collect();
    assert_eq!(elements, [false, false, false, true, false, false]);
    assert_eq!(hold(&token).claims().int(501), Some(&array(vec![Value::from("a"), Value::from("b")])));
}

/// CWT-D-002, CWT-D-003, CWT-D-004, trap 21: a decoy has a disclosure of one field, the salt, and its digest is that of any other.
#[test]
fn decoys_have_disclosures_that_the_holder_gets() {
    let token = issue(claims(), &plan(&["500"]).with_min_digests(4)).unwrap();
    let held = hold(&token);
    let disclosed = held.disclosed();
    assert_eq!(disclosed.len(), 4);
    assert_eq!(disclosed.iter().filter(|disclosed| disclosed.decoy).count(), 3);
    let decoys: Vec<_> = disclosures(&token).into_iter().filter(|content| content[0] == 0x81).collect();
    assert_eq!(decoys.len(), 3);
    assert!(decoys.iter().all(|content| content.len() == 18 && content[1] == 0x50));
    assert!(payload(&token).redacted.iter().all(|digest| digest.len() == 32));
    assert!(payload(&token).redacted.is_sorted());
    let expected: Vec<_> = decoys.iter().map(|content| digest(&bstr(content))).collect();
    let found = |digest: &Value<'_>| payload(&token).redacted.iter().any(|other| *digest == Value::Redacted(other.clone()));
    assert!(expected.iter().all(found));

    // One salt for two, no disclosure for one, and one that is withheld.
    let prepared = issuer().prepare(claims(), holder_key().public(), &plan(&[]).with_min_digests(2), &mut Constant);
    assert_eq!(prepared.unwrap_err().code(), Code::SaltRepeated);
    let two_alike = Draft::with(|draft| {
        draft.redact(&content(1, &[]));
        draft.redact(&content(1, &[]));
    });
    assert_eq!(two_alike.accept().unwrap_err(), Code::DigestDuplicate);
    let random = Draft::with(|draft| draft.claims.redacted.push(vec![9; 32].into()));
    assert_eq!(random.accept().unwrap_err(), Code::DigestUnmatched);
    let withheld = Draft::with(|draft| {
        draft.redact(&content(1, &[]));
        draft.redact(&content(2, &[]));
        draft.disclosures.pop();
    });
    assert_eq!(withheld.accept().unwrap_err(), Code::DigestUnmatched);
}

/// Trap 21: the number of fields alone tells the kind, and it must fit the place.
#[test]
fn a_decoy_is_told_by_its_single_field() {
    let token = issue(map(vec![(1, Value::from(ISSUER)), (2, Value::from("s")), (9, Value::Null)]), &plan(&["9"])).unwrap();
    assert_eq!(disclosures(&token)[0][0], 0x83, "null is a value");
    assert!(!hold(&token).disclosed()[0].decoy);
    let element_in_a_map = Draft::with(|draft| draft.redact(&content(1, &[Value::Null])));
    assert_eq!(element_in_a_map.accept().unwrap_err(), Code::DisclosureMalformed);
    let decoy = Draft::with(|draft| draft.redact(&content(1, &[])));
    assert!(decoy.accept().unwrap().disclosed()[0].decoy);
}

/// CWT-D-001: a minimum at each level that has redactions. The number of claims stays hidden, an inner map included.
#[test]
fn levels_have_a_minimum_of_digests() {
    let plan = plan(&["500", "503.country"]).with_min_digests(5);
    let token = issue(claims(), &plan).unwrap();
    let payload = payload(&token);
    assert_eq!(payload.redacted.len(), 5);
    assert_eq!(payload.int(503).and_then(Value::as_map).map(|map| map.redacted.len()), Some(5));
    assert_eq!(disclosures(&token).len(), 10);
    // Those of marks count, and those that are missing are added.
    let octets = set(2, "d83e 01 f6 d83a 1901f5 6178");
    let (claims, marked) = Preissuance::parse(&octets).unwrap().into_parts();
    let marked = marked.with_min_digests(6);
    let prepared = issuer().prepare(claims, holder_key().public(), &marked, &mut Counting(0)).unwrap();
    let token = prepared.sign(&issuer_key()).unwrap();
    assert_eq!(super::issuance::payload(&token).redacted.len(), 6);
}

/// CWT-D-009, CWT-D-010, CWT-D-011: a decoy is not presented; if it is, it is nothing; and it cannot be told from a claim that is
/// withheld.
#[test]
fn a_verifier_learns_nothing_from_decoys() {
    let given = || map(vec![(1, Value::from(ISSUER)), (2, Value::from("s")), (500, array(vec![Value::Int(1)]))]);
    let decoy = |position| Marks { decoys: vec![DecoyMark { position, number: 1 }], ..Marks::default() };
    let in_array = RedactionPlan::new(Redaction::Marked(Marks { keys: [(Key::Int(500), decoy(1))].into(), ..Marks::default() }));
    let token = issue(given(), &in_array).unwrap();
    let held = hold(&token);
    let binding = Binding { audience: AUDIENCE, nonce: Some(NONCE), issued_at: 900 };
    let presentation = held.prepare(&Selection::All, &binding).unwrap().sign(&holder_key()).unwrap();
    assert!(presentation.revealed().is_empty());
    let decoy = bstr(&disclosures(&token)[0]);
    assert!(!presentation.as_bytes().windows(decoy.len()).any(|part| part == decoy), "it is not among what is sent");

    // The same digest, presented as a decoy, withheld as a claim or a decoy.
    let shown = |disclosed: bool, fields: &[Value<'static>]| {
        let draft = Draft::with(|draft| {
            draft.redact(&content(1, fields));
            let element = draft.disclose(&content(2, &fields[..fields.len().min(1)]));
            put(&mut draft.claims, 502, array(vec![Value::Int(1), element]));
            if !disclosed {
                draft.disclosures.clear();
            }
        });
        draft.verify().unwrap()
    };
    let (presented, withheld) = (shown(true, &[]), shown(false, &[]));
    assert_eq!(presented, withheld);
    assert_eq!(withheld, shown(false, &[Value::from("x"), Value::Int(501)]));
    assert_eq!(withheld.int(502), Some(&array(vec![Value::Int(1)])));
    let unmatched = Draft::with(|draft| drop(draft.disclose(&content(1, &[]))));
    assert_eq!(unmatched.refused(), Code::DisclosureUnmatched);
}

/// CWT-D-003: a token with decoys is no longer or shorter than one with as many claims of no length.
#[test]
fn decoys_are_as_long_as_other_digests() {
    let two = |plan: &RedactionPlan| sign1(&issue(claims(), plan).unwrap()).payload().len();
    assert_eq!(two(&plan(&[]).with_min_digests(1)) - two(&plan(&[])), 37, "f83b 81 5820 and 32 octets");
}
