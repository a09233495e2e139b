//! The reader of claims sets: as they stand in a payload, and as an Issuer is given them, marks and all. What can be read as the
//! latter is issued, held and presented.

use mimicred_claims::{Key, Limits, Map, Redaction, RedactionPlan, Selection, Value};
use mimicred_cose::cbor::{self, Dialect, Reader, parse, write};
use mimicred_error::Report;
use mimicred_sd_cwt::{Binding, Code, Issuance, Issuer, Preissuance, Recipients, UnverifiedSdCwt};

use crate::cast::{AUDIENCE, CLOCK, Counter, ISSUER, NONCE, NOW, SUBJECT, canonical, cast, client_nonces};

pub fn run(data: &[u8]) -> &'static str {
    read(data);
    let given = match Preissuance::parse(data) {
        Ok(given) => given,
        Err(error) => return error.slug(),
    };
    let (claims, marked) = given.into_parts();
    let all = RedactionPlan::new(Redaction::All).with_min_digests(2);
    issue(with_names(claims.clone()), &all, Copies::InPayload);
    issue(with_names(claims.clone()), &all, Copies::InHeaderToo);
    issue(with_names(claims), &marked, Copies::InPayload)
}

/// Both dialects of the reader, the writer, and the reader that only skips.
fn read(data: &[u8]) {
    let limits = cbor::Limits { depth: 64, ..cbor::Limits::DEFAULT };
    let claims = parse(data, Dialect::Claims { digest_len: 32 }, &limits);
    let plain = parse(data, Dialect::Plain, &limits);
    if let Ok(plain) = &plain {
        let claims = claims.as_ref().expect("what is legal anywhere is legal among claims");
        assert_eq!(write(plain).ok(), write(claims).ok());
    }
    let Ok(claims) = claims else { return };
    let mut reader = Reader::new(data, &limits).expect("it was read before");
    assert_eq!(reader.skip().expect("it was read before").len(), data.len());
    let written = write(&claims).expect("what was read can be written");
    let again = parse(&written, Dialect::Claims { digest_len: 32 }, &limits).expect("what was written can be read");
    assert_eq!(write(&again).expect("what was read can be written"), written);
    // Debug shows no value and does not fail either.
    let _ = format!("{claims:?}");
}

/// The claims with an Issuer and a subject that fit the cast, without which nothing is issued.
fn with_names(mut claims: Map<'_>) -> Map<'_> {
    claims.remove(&Key::Int(1));
    claims.insert(Key::Int(1), Value::from(ISSUER)).expect("it is not there");
    // An error if there is one.
    let _ = claims.insert(Key::Int(2), Value::from(SUBJECT));
    claims
}

/// Where a claims set stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Copies {
    InPayload,
    /// Among the CWT Claims of the protected header too, with nothing redacted.
    InHeaderToo,
}

fn issue(claims: Map<'_>, plan: &RedactionPlan, copies: Copies) -> &'static str {
    let issuer = Issuer::new(cast().issuer.public());
    let in_clear = RedactionPlan::new(Redaction::None);
    let mut issuance = Issuance::new(claims.clone(), cast().holder.public(), plan);
    if copies == Copies::InHeaderToo {
        issuance = issuance.with_header_claims(claims.clone(), &in_clear);
    }
    let prepared = match issuer.prepare_issuance(issuance, &mut Counter(0)) {
        Ok(prepared) => prepared,
        Err(error) => return error.slug(),
    };
    let token = prepared.sign(&cast().issuer).expect("the key it was prepared for");
    let nonces = client_nonces(&claims);
    let received = UnverifiedSdCwt::parse(token.as_bytes()).expect("we read what we write").with_client_nonces(&nonces);
    let held = match received.accept(&cast().acceptable()) {
        Ok(held) => held.with_recipients(Recipients::Anyone),
        // The Issuer has no clock.
        Err(error) if error.code() == Code::Time => return error.slug(),
        Err(error) => panic!("what was issued is not accepted: {error}"),
    };
    let mut wanted = claims.clone();
    wanted.insert(Key::Int(8), held.claims().int(8).expect("cnf is added").clone()).expect("it was not there");
    assert_eq!(canonical(held.claims()), canonical(&wanted));
    if nonces.is_empty() {
        cast().accept(token.as_bytes()).expect("accepted before");
    }

    let binding = Binding { audience: AUDIENCE, nonce: Some(NONCE), issued_at: NOW };
    for selection in [Selection::All, Selection::None] {
        let prepared = match held.prepare(&selection, &binding) {
            Ok(prepared) => prepared,
            // Issued later than now, by its own words (CWT-T-010).
            Err(error) if error.code() == Code::Time && claims.int(6).is_some() => return error.slug(),
            Err(error) => panic!("held but not shown: {error}"),
        };
        let presentation = prepared.sign(&cast().holder).expect("the key of cnf");
        match cast().verify(presentation.as_bytes()) {
            Ok(verified) if selection == Selection::All => assert_eq!(canonical(verified.claims()), canonical(&wanted)),
            Ok(verified) => assert!(verified.claims().len() <= wanted.len()),
            Err(error) => assert!(error.code() == Code::Audience && claims.int(3).is_some(), "not verified: {error}"),
        }
    }
    let reopened = UnverifiedSdCwt::parse(token.as_bytes()).expect("parsed before").reopen(cast().holder.public(), CLOCK);
    assert_eq!(canonical(reopened.expect("accepted before").claims()), canonical(&wanted));
    assert!(claims.len() < Limits::DEFAULT.digests);
    "issued"
}
