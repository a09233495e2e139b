//! A list that was fetched, in whichever form it came.

use mimicred_claims::Clock;
use mimicred_status::{
    Bits, Code, Error, Expectations, Limits, StatusIssuer, StatusList, StatusListToken, UnverifiedStatusList, VerifiedStatusList,
};

use crate::drafts::{NOW, URI, key};

fn token() -> StatusListToken {
    StatusListToken::new(URI, StatusList::from_octets(Bits::One, [0xb9, 0xa3]), NOW).with_ttl(60)
}

/// The same list in both forms.
fn both() -> [Vec<u8>; 2] {
    let issuer = StatusIssuer::new(key(1).public());
    let cwt = issuer.prepare_cwt(&token()).unwrap().sign(&key(1)).unwrap();
    let jwt = issuer.prepare_jwt(&token()).unwrap().sign(&key(1)).unwrap();
    [cwt.into_bytes(), jwt.into_string().into_bytes()]
}

fn verify(octets: &[u8], uri: &str) -> Result<VerifiedStatusList, Error> {
    let (keys, clock) = ([key(1).public().clone()], Clock { now: NOW, leeway: 0 });
    UnverifiedStatusList::parse(octets)?.verify(&Expectations { keys: &keys, uri, clock, max_age: None, limits: Limits::DEFAULT })
}

/// CWT-S-004, JWT-S-003: the form is seen, and the same things are verified and said of both.
#[test]
fn either_form_is_read() {
    let [cwt, jwt] = both();
    assert!(matches!(UnverifiedStatusList::parse(&cwt), Ok(UnverifiedStatusList::Cwt(_))));
    assert!(matches!(UnverifiedStatusList::parse(&jwt), Ok(UnverifiedStatusList::Jwt(_))));
    for octets in [&cwt, &jwt] {
        let received = UnverifiedStatusList::parse(octets).unwrap();
        assert_eq!(received.subject().unwrap(), URI);
        assert_eq!(received.inspect(&Limits::DEFAULT).unwrap(), token());
        assert_eq!(*verify(octets, URI).unwrap().token(), token());
        assert_eq!(verify(octets, "https://a.example/status/2").unwrap_err().code(), Code::Subject);
    }
    assert_eq!(verify(&cwt, URI).unwrap(), verify(&jwt, URI).unwrap());
}

/// A form in the dress of the other is neither.
#[test]
fn what_is_of_no_form_is_malformed() {
    let [cwt, jwt] = both();
    let in_text = mimicred_jose::base64url::encode(&cwt).into_bytes();
    let late = [&jwt[..], &[0xff]].concat();
    for octets in [&[][..], b"{}", &in_text, &late, &cwt[1..], &[0xd2], &[0xff], &[&[0xd2][..], &jwt].concat()] {
        assert_eq!(verify(octets, URI).unwrap_err().code(), Code::Malformed, "{octets:02x?}");
    }
}

/// CWT-S-011, JWT-S-008: the limit is that of the form, to the octet.
#[test]
fn both_forms_are_bounded() {
    for octets in both() {
        let parse = |token| UnverifiedStatusList::parse_within(&octets, &Limits { token, ..Limits::DEFAULT }).map(drop);
        assert!(parse(octets.len()).is_ok());
        assert_eq!(parse(octets.len() - 1).unwrap_err().code(), Code::Limit);
    }
}
