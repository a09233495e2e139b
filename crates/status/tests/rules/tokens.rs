//! The form of a Status List Token (CWT-S-004 to CWT-S-006), and who signed it (CWT-S-010).

use mimicred_claims::Value;
use mimicred_keys::{Algorithm, IssuerKey, SecretKey};
use mimicred_status::{Bits, Code, Error, Limits, StatusReference, UnverifiedStatusListCwt, checker};

use crate::drafts::*;

fn tagged(tags: &[u64]) -> Draft {
    Draft { tags: tags.to_vec(), ..Draft::good() }
}

/// CWT-S-004: tag 18, and nothing before it.
#[test]
fn a_token_is_a_cose_sign1_without_the_cwt_tag() {
    assert_eq!(Draft::good().code(), Ok(()));
    for tags in [&[61, 18][..], &[], &[18, 18], &[98], &[16]] {
        assert_eq!(tagged(tags).code(), Err(Code::Malformed), "{tags:?}");
    }
    // COSE_Mac0 is allowed by the draft; we cannot check one.
    assert_eq!(tagged(&[17]).code(), Err(Code::MacUnsupported));
    assert_eq!(tagged(&[61, 17]).code(), Err(Code::Malformed));
}

#[test]
fn what_is_no_cbor_is_malformed() {
    let good = Draft::good().sign(&key(1));
    let trailing = [&good[..], &[0]].concat();
    for bad in [&[][..], &good[..good.len() - 1], &trailing, b"eyJhbGciOiJFZERTQSJ9.e30.", &[0xd2, 0x9f]] {
        assert_eq!(verify(bad).unwrap_err().code(), Code::Malformed);
    }
}

/// CWT-S-004: `typ`, protected.
#[test]
fn the_type_is_that_of_a_status_list_token() {
    let typed = |typ: Option<Value<'static>>| Draft::good().with_header(16, typ);
    for good in [Value::Int(279), Value::from("application/statuslist+cwt"), Value::from("Application/StatusList+CWT")] {
        assert_eq!(typed(Some(good)).code(), Ok(()));
    }
    for bad in [
        Value::Int(293),
        Value::Int(61),
        Value::from("statuslist+cwt"),
        Value::from("statuslist+jwt"),
        Value::from("application/statuslist+jwt"),
        Value::from("application/statuslist+cwt; v=1"),
        Value::from("application/cwt"),
        bytes(b"application/statuslist+cwt"),
    ] {
        assert_eq!(typed(Some(bad.clone())).code(), Err(Code::TypeMismatch), "{bad:?}");
    }
    assert_eq!(typed(None).code(), Err(Code::TypeMismatch));
    let unprotected = Draft { unprotected: vec![(16, Value::Int(279))], ..typed(None) };
    assert_eq!(unprotected.code(), Err(Code::TypeMismatch));
    // content type is not typ.
    assert_eq!(typed(None).with_header(3, Some(Value::Int(279))).code(), Err(Code::TypeMismatch));
}

/// A critical header parameter that is not understood is not passed over.
#[test]
fn headers_are_held_to_their_rules() {
    let critical = |label: i128| Draft::good().with_header(2, Some(Value::Array(vec![Value::Int(label)])));
    assert_eq!(critical(16).code(), Ok(()));
    assert_eq!(critical(999).with_header(999, Some(Value::Null)).code(), Err(Code::Malformed));
    assert_eq!(Draft::good().with_header(1, None).code(), Err(Code::Malformed));
    let both = Draft { unprotected: vec![(16, Value::Int(279))], ..Draft::good() };
    assert_eq!(both.code(), Err(Code::Malformed));
    let named = Draft { unprotected: vec![(4, bytes(b"12"))], ..Draft::good() };
    assert_eq!(named.code(), Ok(()));
}

/// CWT-S-005: which claims there must be, and of which type.
#[test]
fn a_token_has_its_claims() {
    let good = Draft::good();
    for optional in [4, 65534] {
        assert_eq!(good.clone().without(optional).code(), Ok(()), "{optional}");
    }
    for required in [2, 6, 65533] {
        assert_eq!(good.clone().without(required).code(), Err(Code::Claim), "{required}");
    }
    let other = good.clone().with(1, "https://a.example").with(-70_000, Value::Null);
    assert_eq!(other.code(), Ok(()));
    for (claim, value) in [
        (2, bytes(URI.as_bytes())),
        (2, Value::Int(1)),
        (4, Value::from("1790003600")),
        (4, Value::Float(f64::NAN)),
        (5, Value::Null),
        (6, Value::from("1789999940")),
        (6, Value::Tag(1, Box::new(Value::Int((NOW - 60).into())))),
        (65534, Value::Int(0)),
        (65534, Value::Int(-1)),
        (65534, Value::Float(60.0)),
        (65534, Value::from("60")),
        (65533, Value::Array(Vec::new())),
        (65533, bytes(&[0xb9, 0xa3])),
    ] {
        assert_eq!(good.clone().with(claim, value.clone()).code(), Err(Code::Claim), "{claim} {value:?}");
    }
    // The dates may have fractions.
    assert_eq!(good.with(6, Value::Float(1_789_999_940.5)).code(), Ok(()));
}

/// CWT-S-005, CWT-S-010: what is not asked for is another list, however well signed.
#[test]
fn the_subject_is_the_uri_of_the_reference() {
    for other in ["https://a.example/status/2", "https://A.example/status/1", "https://a.example/status/1/", ""] {
        assert_eq!(Draft::good().with(2, other).code(), Err(Code::Subject), "{other}");
    }
    let list = Draft::good().verify().unwrap();
    let clock = mimicred_claims::Clock { now: NOW, leeway: 0 };
    let elsewhere = StatusReference::new("https://a.example/status/2", 1).unwrap();
    assert_eq!(list.check(&elsewhere, &clock).unwrap_err().code(), Code::Subject);
    assert_eq!(checker::<Error>(&[list], clock)(&elsewhere.to_claim()).unwrap_err().code(), Code::ListMissing);
}

/// CWT-S-006.
#[test]
fn a_status_list_has_bits_and_lst() {
    let lst = || ("lst", bytes(&hex("78dadbb918000217015d")));
    let bits = |number: i128| ("bits", Value::Int(number));
    let good = |list| Draft::good().with_list(list).verify().unwrap();
    for (number, expected) in [(1, Bits::One), (2, Bits::Two), (4, Bits::Four), (8, Bits::Eight)] {
        let list = good(vec![bits(number), lst()]);
        assert_eq!((list.token().list().bits(), list.token().aggregation_uri()), (expected, None));
    }
    let aggregated = good(vec![lst(), ("aggregation_uri", Value::from("https://a.example/all")), bits(1), ("more", Value::Null)]);
    assert_eq!(aggregated.token().aggregation_uri(), Some("https://a.example/all"));

    for bad in [
        vec![lst()],
        vec![bits(0), lst()],
        vec![bits(3), lst()],
        vec![bits(16), lst()],
        vec![bits(-1), lst()],
        vec![("bits", Value::from("1")), lst()],
        vec![("bits", Value::Float(1.0)), lst()],
        vec![bits(1)],
        vec![bits(1), ("lst", Value::from("eNrbuRgAAhcBXQ"))],
        vec![bits(1), ("lst", Value::Array(Vec::new()))],
        vec![bits(1), lst(), ("aggregation_uri", Value::Int(1))],
    ] {
        assert_eq!(Draft::good().with_list(bad.clone()).code(), Err(Code::Malformed), "{bad:?}");
    }
}

/// CWT-S-007 in a token: base64url octets, raw DEFLATE.
#[test]
fn a_list_that_cannot_be_decompressed_is_refused() {
    for lst in [&b"eNrbuRgAAhcBXQ"[..], &hex("dbb91800"), b""] {
        let draft = Draft::good().with_list(vec![("bits", Value::Int(1)), ("lst", bytes(lst))]);
        assert_eq!(draft.code(), Err(Code::Compression));
    }
}

/// CWT-S-010: under one of the keys trusted for status, and no other.
#[test]
fn the_signature_is_by_a_key_trusted_for_status() {
    let token = Draft::good().sign(&key(1));
    let keys = |all: &[u8]| all.iter().map(|n| key(*n).public().clone()).collect::<Vec<_>>();
    let code = |token: &[u8], trusted: &[u8]| verify_under(token, &keys(trusted)).map(drop).map_err(|error| error.code());
    assert_eq!(code(&token, &[1]), Ok(()));
    assert_eq!(code(&token, &[3, 2, 1]), Ok(()));
    assert_eq!(verify_under(&token, &keys(&[3, 1])).unwrap().key(), key(1).public());
    // Forged, and by somebody who is trusted for other things.
    assert_eq!(code(&token, &[2]), Err(Code::Signature));
    assert_eq!(code(&token, &[]), Err(Code::AlgUnsupported));
    let p256 = IssuerKey::new(SecretKey::from_octets(Algorithm::P256, &[9; 32]).unwrap());
    assert_eq!(verify_under(&token, &[p256.public().clone()]).unwrap_err().code(), Code::AlgUnsupported);
    // An algorithm that nobody here knows.
    assert_eq!(Draft::good().with_header(1, Some(Value::Int(5))).code(), Err(Code::AlgUnsupported));
    // ESP256 and its deprecated name, each with its own curve.
    for alg in [-9, -7] {
        let token = Draft::good().with_header(1, Some(Value::Int(alg))).sign(&p256);
        assert!(verify_under(&token, &[key(1).public().clone(), p256.public().clone()]).is_ok());
    }
}

/// CWT-S-010: each single bit counts. What is flipped in the unprotected header has no meaning, and there is none here.
#[test]
fn every_flipped_bit_is_noticed() {
    let token = Draft::good().sign(&key(1));
    for octet in 0..token.len() {
        for bit in 0..8 {
            let mut forged = token.clone();
            forged[octet] ^= 1 << bit;
            assert!(verify(&forged).is_err(), "bit {bit} of octet {octet}");
        }
    }
}

/// CWT-S-011: in a token too, and of the token itself.
#[test]
fn a_token_is_bounded() {
    let bomb = mimicred_status::StatusList::new(Bits::Eight, 1 << 26).compress();
    let draft = Draft::good().with_list(vec![("bits", Value::Int(1)), ("lst", bytes(&bomb))]);
    assert_eq!(draft.code(), Err(Code::Limit));
    let token = Draft::good().sign(&key(1));
    let parse = |size| UnverifiedStatusListCwt::parse_within(&token, &Limits { token: size, ..Limits::DEFAULT }).map(drop);
    assert!(parse(token.len()).is_ok());
    assert_eq!(parse(token.len() - 1).unwrap_err().code(), Code::Limit);
}

#[test]
fn a_token_can_be_looked_at_unverified() {
    let token = Draft::good().with_header(16, Some(Value::Int(1))).sign(&key(2));
    let received = UnverifiedStatusListCwt::parse(&token).unwrap();
    assert_eq!(received.subject().unwrap(), URI);
    assert_eq!(received.header().int(16), Some(&Value::Int(1)));
    let content = received.inspect(&Limits::DEFAULT).unwrap();
    assert_eq!((content.uri(), content.ttl(), content.list().len()), (URI, Some(43_200), 16));
    assert!(received.inspect(&Limits { list: 1, ..Limits::DEFAULT }).is_err());
}
