//! What we write ourselves.

use mimicred_claims::{Redaction, RedactionPlan, Selection, Value};
use mimicred_cose::cbor::{Limits, Reader};
use mimicred_cose::header::Header;
use mimicred_cose::sign1::{CwtTag, Sign1};
use mimicred_keys::SystemRandom;
use mimicred_sd_cwt::{Binding, Issuer};

use crate::tokens::*;

/// Passes over every item of every layer, which no indefinite length survives.
fn scan_message(message: &[u8]) {
    let scan = |octets: &[u8]| {
        let mut reader = Reader::new(octets, &Limits::DEFAULT).unwrap();
        reader.skip().unwrap();
        reader.finish().unwrap();
    };
    scan(message);
    let message = Sign1::parse(message, CwtTag::Refused, &Limits::DEFAULT).unwrap();
    scan(message.protected());
    scan(message.payload());
    let mut unprotected = Reader::new(message.unprotected(), &Limits::DEFAULT).unwrap();
    for _ in 0..unprotected.map_head().unwrap() {
        unprotected.key().unwrap();
        for _ in 0..unprotected.array().unwrap() {
            scan(unprotected.bytes().unwrap());
        }
    }
}

/// CWT-E-001: all that we write, of each kind of value, for each kind of disclosure.
#[test]
fn what_we_write_is_definite() {
    let inner = map(vec![(1, Value::from("ca")), (-1, array(vec![Value::from("a"), Value::Null, Value::Float(0.1)]))]);
    let claims = map(vec![
        (1, Value::from(ISSUER)),
        (2, Value::from("subject")),
        (4, Value::Int(2000)),
        (500, Value::Map(inner)),
        (501, array(vec![Value::from("x".repeat(300)), bytes(&[0x9f; 70_000])])),
        (502, Value::Tag(4, Box::new(array(vec![Value::Int(-2), Value::Int(27315)])))),
    ]);
    let plan = RedactionPlan::new(Redaction::All).with_min_digests(4);
    let prepared = Issuer::new(issuer_key().public()).prepare(claims, holder_key().public(), &plan, &mut SystemRandom).unwrap();
    let token = prepared.sign(&issuer_key()).unwrap();
    scan_message(token.as_bytes());
    let held = accept(token.as_bytes(), holder_key().public()).unwrap();
    let binding = Binding { audience: AUDIENCE, nonce: Some(NONCE), issued_at: 900 };
    for selection in [Selection::All, Selection::None] {
        let presentation = held.prepare(&selection, &binding).unwrap().sign(&holder_key()).unwrap();
        scan_message(presentation.as_bytes());
        let kbt = Sign1::parse(presentation.as_bytes(), CwtTag::Refused, &Limits::DEFAULT).unwrap();
        let header = Header::read(kbt.protected(), &[13], &Limits::DEFAULT).unwrap();
        scan_message(header.raw(13).unwrap());
    }
    // The scan finds what is to be found.
    assert!(Reader::new(&hex("81 9f ff"), &Limits::DEFAULT).unwrap().skip().is_err());
}
