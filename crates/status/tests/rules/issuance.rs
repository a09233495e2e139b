//! Making Status List Tokens (CWT-S-004 to CWT-S-007).

use mimicred_claims::Value;
use mimicred_cose::cbor::{self, Dialect, Limits};
use mimicred_cose::sign1::{CwtTag, Sign1};
use mimicred_error::{Kind, Report};
use mimicred_keys::{Algorithm, IssuerKey, SecretKey};
use mimicred_status::{Bits, Code, Error, StatusIssuer, StatusList, StatusListToken, StatusValue};

use crate::drafts::*;

fn token() -> StatusListToken {
    StatusListToken::new(URI, StatusList::from_octets(Bits::One, [0xb9, 0xa3]), NOW - 1)
}

/// CWT-S-004, CWT-S-005, CWT-S-006: the octets that are signed, by hand. Keys stand in bytewise order.
#[test]
fn a_token_is_written_as_the_draft_has_it() {
    let key = key(1);
    let token = token().with_expiry(NOW).with_ttl(43_200).with_aggregation_uri("x:y");
    let issued = StatusIssuer::new(key.public()).with_kid("12").prepare_cwt(&token).unwrap().sign(&key).unwrap();
    let message = Sign1::parse(issued.as_bytes(), CwtTag::Refused, &Limits::DEFAULT).unwrap();
    assert_eq!(message.protected(), [b"\xa3\x01\x32\x04\x4212\x10\x78\x1aapplication/statuslist+cwt".as_slice()].concat());
    assert_eq!(message.unprotected(), [0xa0]);
    let claims = cbor::parse(message.payload(), Dialect::Plain, &Limits::DEFAULT).unwrap();
    let claims = claims.as_map().unwrap();
    assert_eq!(message.payload()[..4], [0xa5, 0x02, 0x78, 0x1a]);
    assert_eq!(claims.int(2), Some(&Value::from(URI)));
    assert_eq!(claims.int(6), Some(&Value::Int((NOW - 1).into())));
    assert_eq!(claims.int(4), Some(&Value::Int(NOW.into())));
    assert_eq!(claims.int(65534), Some(&Value::Int(43_200)));
    let list = claims.int(65533).and_then(Value::as_map).unwrap();
    assert_eq!((list.text("bits"), list.text("aggregation_uri")), (Some(&Value::Int(1)), Some(&Value::from("x:y"))));
    // The highest level says so in the second octet (RFC 1950 section 2.2).
    assert_eq!(list.text("lst").and_then(Value::as_bytes).unwrap()[..2], [0x78, 0xda]);
    assert_eq!(list.len(), 3);
}

#[test]
fn every_key_of_an_issuer_signs_lists() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384, Algorithm::P521] {
        let mut octets = vec![7; algorithm.coordinate_len()];
        octets[0] = 0;
        let key = IssuerKey::new(SecretKey::from_octets(algorithm, &octets).unwrap());
        let prepared = StatusIssuer::new(key.public()).prepare_cwt(&token()).unwrap();
        let signature = key.sign(prepared.to_be_signed()).unwrap();
        let issued = prepared.finish(signature.as_bytes()).unwrap();
        let list = verify_under(issued.as_bytes(), &[key.public().clone()]).unwrap();
        assert_eq!(*list.token(), token());
        assert_eq!(issued.clone().into_bytes(), issued.as_ref());
    }
}

/// CWT-S-005: what a Verifier would refuse is not signed.
#[test]
fn what_nobody_would_accept_is_not_issued() {
    let issuer = StatusIssuer::new(key(1).public());
    let code = |token: &StatusListToken| issuer.prepare_cwt(token).map(drop).map_err(|error| error.code());
    let list = || StatusList::new(Bits::One, 8);
    assert_eq!(code(&token().with_ttl(1).with_expiry(NOW)), Ok(()));
    assert_eq!(code(&token().with_ttl(0)), Err(Code::Issue));
    assert_eq!(code(&token().with_expiry(NOW - 1)), Err(Code::Issue));
    assert_eq!(code(&StatusListToken::new("status/1", list(), NOW)), Err(Code::Issue));
    assert_eq!(code(&token().with_aggregation_uri("all")), Err(Code::Issue));
}

#[test]
fn a_signature_is_by_the_key_prepared_for() {
    let prepared = || StatusIssuer::new(key(1).public()).prepare_cwt(&token()).unwrap();
    assert_eq!(prepared().sign(&key(2)).unwrap_err().code(), Code::KeyMismatch);
    let other = key(2).sign(prepared().to_be_signed()).unwrap();
    assert_eq!(prepared().finish(other.as_bytes()).unwrap_err().code(), Code::Signature);
    assert_eq!(prepared().finish(&[]).unwrap_err().code(), Code::Signature);
}

/// A failing backend is nobody's fault here.
#[test]
fn what_the_key_library_reports_is_kept_as_the_cause() {
    let error = Error::from(mimicred_keys::Error::new(mimicred_keys::Code::BackendFailed));
    assert_eq!((error.code(), error.kind()), (Code::Keys, Kind::Internal));
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn debug_shows_sizes() {
    let list = StatusList::new(Bits::Two, 10);
    assert_eq!(format!("{list:?}"), "StatusList(12 entries of 2 bits)");
    let prepared = StatusIssuer::new(key(1).public()).prepare_cwt(&token()).unwrap();
    assert!(format!("{prepared:?}").starts_with("PreparedStatusListCwt {"));
    assert_eq!(StatusValue::new(7).to_string(), "7 (reserved)");
}
