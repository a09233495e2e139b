//! How much is read at most.

use mimicred_claims::Value;
use mimicred_error::{At, Report};
use mimicred_keys::sha256;
use mimicred_sd_cwt::{Code, Expectations, Limits, UnverifiedPresentation};

use super::layers::*;
use crate::judging::usual;
use crate::tokens::*;

/// An array in an array, so many of them.
fn nested(levels: usize) -> Value<'static> {
    (1..levels).fold(Value::Null, |inner, _| array(vec![inner]))
}

/// Disclosures of one level each, one inside the other.
fn chain(length: usize) -> Draft {
    Draft::with(|draft| {
        let mut inner = draft.disclose(&content(0, &[Value::Null]));
        for n in 1..length {
            let salt = u8::try_from(n % 256).unwrap();
            inner = draft.disclose(&content(salt, &[array(vec![inner, Value::Int(n.try_into().unwrap())])]));
        }
        put(&mut draft.claims, 501, array(vec![inner]));
    })
}

/// CWT-E-026: a top-level value is on level 1; an array, a map and a tag add one each. The Verifier may choose another limit.
#[test]
fn depth_is_limited() {
    let tagged = |levels| (1..levels).fold(Value::Null, |inner, _| Value::Tag(4, Box::new(inner)));
    let mapped = |levels| (1..levels).fold(Value::Null, |inner, _| Value::Map(map(vec![(1, inner)])));
    let builds: [fn(usize) -> Value<'static>; 3] = [nested, tagged, mapped];
    for build in builds {
        let with_depth = |levels| Draft::with(|draft| put(&mut draft.claims, 501, build(levels)));
        assert!(with_depth(16).verify().is_ok());
        assert!(with_depth(16).accept().is_ok());
        assert_eq!(with_depth(17).refused(), Code::Limit);
        assert_eq!(with_depth(17).accept().map(drop), Err(Code::Limit));
        assert!(with_depth(17).verify_with(|expected| expected.limits.depth = 17).is_ok());
        assert_eq!(with_depth(5).verify_with(|expected| expected.limits.depth = 4).unwrap_err(), Code::Limit);
    }
}

/// CWT-E-026: the KBT has a claims set too.
#[test]
fn depth_of_the_kbt_is_limited() {
    let with_depth = |levels| Draft::with(|draft| put(&mut draft.kbt_claims, 7000, nested(levels)));
    assert!(with_depth(16).verify().is_ok());
    assert_eq!(with_depth(17).refused(), Code::Limit);
    let octets = with_depth(17).presentation();
    assert!(UnverifiedPresentation::parse_within(&octets, &Limits { depth: 17, ..Limits::DEFAULT }).is_ok());
}

/// CWT-E-027: depth counts with the disclosures in their places, one by one or all at once.
#[test]
fn depth_is_limited_after_disclosure() {
    let disclosed = |levels| Draft::with(|draft| draft.redact(&content(1, &[nested(levels), Value::Int(501)])));
    assert!(disclosed(16).verify().is_ok());
    assert_eq!(disclosed(17).refused(), Code::Limit);
    // 501 is on level 1, so that the innermost of a chain of 15 is on level 16.
    assert!(chain(15).verify().is_ok());
    assert_eq!(chain(16).refused(), Code::Limit);
    assert_eq!(chain(17).refused(), Code::Limit);
    assert!(chain(17).verify_with(|expected| expected.limits.depth = 18).is_ok());
    // Undisclosed it is not there, so that it has no depth.
    assert!(Draft { disclosures: vec![], ..chain(17) }.verify().is_ok());
}

/// CWT-E-027: what is nested without end ends early, in every layer, and without a deep stack.
#[test]
fn hostile_depth_is_refused_early() {
    let deep = |unit: &str, times: usize| format!("19 270f {} 00", unit.repeat(times));
    let entries = [deep("81", 10_000), deep("c1", 10_000), deep("a1 00", 10_000)];
    refuse(&all(), &entries.each_ref().map(|entry| (entry.as_str(), Code::Limit)));
    // Where the SD-CWT, its list of disclosures, a salt and a whole message should be.
    let arrays = [vec![0x81; 100_000], vec![0]].concat();
    assert_eq!(Draft::with(|draft| draft.raw.kcwt = Some(arrays.clone())).refused(), Code::Structure);
    assert_eq!(Draft::with(|draft| draft.raw.sd_claims = Some(arrays.clone())).refused(), Code::Structure);
    assert_eq!(Draft::with(|draft| draft.redact(&arrays)).refused(), Code::DisclosureMalformed);
    assert_eq!(verify(&arrays, |_| {}).unwrap_err(), Code::Structure);
    assert_eq!(verify(&vec![0xc1; 100_000], |_| {}).unwrap_err(), Code::Structure);
}

/// CWT-V-021: a long chain is refused before it is followed to its end.
#[test]
fn a_chain_of_disclosures_is_bounded() {
    assert_eq!(chain(10_000).refused(), Code::Limit);
    assert!(chain(3).verify().is_ok());
}

/// CWT-V-035: number and size are limited before anything is hashed.
#[test]
fn number_and_size_are_limited() {
    let many = Draft::with(|draft| {
        draft.raw.sd_claims = Some([&hex("9a 000f4240")[..], &[0x40; 1_000_000]].concat());
    });
    assert_eq!(many.refused(), Code::Limit);
    let few = Draft::with(|draft| {
        draft.redact(&content(1, &[]));
        draft.redact(&content(2, &[]));
    });
    assert!(few.verify().is_ok());
    assert_eq!(few.verify_with(|expected| expected.limits.disclosures = 1).unwrap_err(), Code::Limit);
    assert_eq!(few.verify_with(|expected| expected.limits.digests = 1).unwrap_err(), Code::Limit);
    let limits = Limits { disclosures: 1, ..Limits::DEFAULT };
    let octets = few.presentation();
    assert_eq!(UnverifiedPresentation::parse_within(&octets, &limits).unwrap_err().code(), Code::Limit);
    // More digests than the Verifier wants to see are refused while they are read, wherever they are.
    let digests = |count: usize| {
        Draft::with(|draft| draft.claims.redacted = (0..count).map(|n| sha256(&n.to_be_bytes()).to_vec().into()).collect())
    };
    let at_most = Limits::DEFAULT.digests;
    assert_eq!(digests(at_most).verify().err(), None);
    assert_eq!(digests(at_most + 1).refused(), Code::Limit);
    let huge = vec![0; (4 << 20) + 1];
    assert_eq!(UnverifiedPresentation::parse(&huge).unwrap_err().code(), Code::Limit);
    // Whoever admits more disclosures admits more octets.
    let more = Limits { disclosures: 100_000, ..Limits::DEFAULT };
    assert_eq!(UnverifiedPresentation::parse_within(&huge, &more).unwrap_err().code(), Code::Structure);
    // More claims than are read at all: an array of half a million.
    let claims = Draft::with(|draft| {
        let array = [&hex("19 270f 9a 00080000")[..], &vec![0; 1 << 19]].concat();
        let payload = draft.payload();
        draft.raw.payload = Some([&[payload[0] + 1], &payload[1..], &array].concat());
    });
    assert_eq!(claims.refused(), Code::Limit);
    // Whoever admits more disclosures admits more of them too.
    let issuers = [trusted(ISSUER, issuer_key().public())];
    let octets = claims.presentation();
    let expected = Expectations { limits: more, ..usual(&issuers) };
    assert!(UnverifiedPresentation::parse_within(&octets, &more).unwrap().verify(&expected).is_ok());
    // And whoever admits more digests reads more of them, verified or not.
    let (octets, more) = (digests(at_most + 1).presentation(), Limits { digests: at_most + 1, ..Limits::DEFAULT });
    let expected = Expectations { limits: more, ..usual(&issuers) };
    assert!(UnverifiedPresentation::parse(&octets).unwrap().verify(&expected).is_ok());
    assert_eq!(UnverifiedPresentation::parse(&octets).unwrap().confirmation().unwrap_err().code(), Code::Limit);
    assert!(UnverifiedPresentation::parse_within(&octets, &more).unwrap().confirmation().is_ok());
}

/// The error names the disclosure, however many there are.
#[test]
fn a_malformed_disclosure_is_named() {
    for place in [0, 31, 32, 69] {
        let draft = Draft::with(|draft| {
            for n in 0..70 {
                draft.redact(&if n == place { vec![0x80] } else { content(n, &[]) });
            }
        });
        let octets = draft.presentation();
        let issuers = [trusted(ISSUER, issuer_key().public())];
        let error = UnverifiedPresentation::parse(&octets).unwrap().verify(&usual(&issuers)).unwrap_err();
        assert_eq!((error.code(), error.place()), (Code::DisclosureMalformed, &At::Disclosure(place.into())));
    }
}
