//! Making Status List Tokens (JWT-S-003, JWT-S-004).

use mimicred_jose::{base64url, jws::Compact};
use mimicred_keys::{Algorithm, Family, IssuerKey, SecretKey};
use mimicred_status::{Bits, Code, StatusIssuer, StatusList, StatusListToken};

use super::drafts::*;

fn token() -> StatusListToken {
    StatusListToken::new(URI, StatusList::from_octets(Bits::One, [0xb9, 0xa3]), NOW - 1)
}

/// JWT-S-003, JWT-S-004: the text that is signed, by hand.
#[test]
fn a_token_is_written_as_the_draft_has_it() {
    let key = key(1);
    let token = token().with_expiry(NOW).with_ttl(43_200).with_aggregation_uri("x:y");
    let issuer = StatusIssuer::new(key.public()).with_kid("12");
    let issued = issuer.prepare_jwt(&token).unwrap().sign(&key).unwrap();
    let message = Compact::parse(issued.as_str()).unwrap();
    let header = base64url::encode(br#"{"alg":"EdDSA","typ":"statuslist+jwt","kid":"12"}"#);
    assert!(message.signing_input().starts_with(&format!("{header}.")));
    let payload = concat!(
        r#"{"sub":"https://a.example/status/1","iat":1789999999,"exp":1790000000,"ttl":43200,"#,
        r#""status_list":{"bits":1,"lst":"eNrbuRgAAhcBXQ","aggregation_uri":"x:y"}}"#
    );
    assert_eq!(std::str::from_utf8(message.payload()).unwrap(), payload);
    assert_eq!((issued.to_string().as_str(), issued.as_bytes()), (issued.as_ref(), issued.as_str().as_bytes()));
    assert_eq!(issued.clone().into_string(), issued.as_str());
}

/// Two steps: what is to be signed goes to any signer, and its signature comes back.
#[test]
fn every_key_of_an_issuer_signs_lists() {
    for (algorithm, name) in
        [(Algorithm::Ed25519, "EdDSA"), (Algorithm::P256, "ES256"), (Algorithm::P384, "ES384"), (Algorithm::P521, "ES512")]
    {
        let mut octets = vec![7; algorithm.coordinate_len()];
        octets[0] = 0;
        let key = IssuerKey::new(SecretKey::from_octets(algorithm, &octets).unwrap());
        let prepared = StatusIssuer::new(key.public()).prepare_jwt(&token()).unwrap();
        assert_eq!(prepared.to_be_signed().family(), Family::Jws);
        let signature = key.sign(prepared.to_be_signed()).unwrap();
        let issued = prepared.finish(signature.as_bytes()).unwrap();
        let list = verify_under(issued.as_str(), &[key.public().clone()]).unwrap();
        assert_eq!(*list.token(), token());
        assert_eq!(Compact::parse(issued.as_str()).unwrap().header().alg(), name);
    }
}

/// JWT-S-003: what a Verifier would refuse is not signed.
#[test]
fn what_nobody_would_accept_is_not_issued() {
    let issuer = StatusIssuer::new(key(1).public());
    let code = |token: &StatusListToken| issuer.prepare_jwt(token).map(drop).map_err(|error| error.code());
    let list = || StatusList::new(Bits::One, 8);
    assert_eq!(code(&token().with_ttl(1).with_expiry(NOW)), Ok(()));
    assert_eq!(code(&token().with_ttl(0)), Err(Code::Issue));
    assert_eq!(code(&token().with_expiry(NOW - 1)), Err(Code::Issue));
    assert_eq!(code(&StatusListToken::new("status/1", list(), NOW)), Err(Code::Issue));
    assert_eq!(code(&token().with_aggregation_uri("all")), Err(Code::Issue));
}

/// A `kid` of COSE may be any octets; that of JOSE is text.
#[test]
fn a_kid_is_text() {
    let issuer = |kid: &[u8]| StatusIssuer::new(key(1).public()).with_kid(kid).prepare_jwt(&token()).map(drop);
    assert!(issuer("sch\u{fc}ssel".as_bytes()).is_ok());
    assert_eq!(issuer(&[0xff]).unwrap_err().code(), Code::Issue);
    assert!(StatusIssuer::new(key(1).public()).with_kid([0xff]).prepare_cwt(&token()).is_ok());
}

#[test]
fn a_signature_is_by_the_key_prepared_for() {
    let prepared = || StatusIssuer::new(key(1).public()).prepare_jwt(&token()).unwrap();
    assert_eq!(prepared().sign(&key(2)).unwrap_err().code(), Code::KeyMismatch);
    let other = key(2).sign(prepared().to_be_signed()).unwrap();
    assert_eq!(prepared().finish(other.as_bytes()).unwrap_err().code(), Code::Signature);
    assert_eq!(prepared().finish(&[]).unwrap_err().code(), Code::Signature);
    assert!(format!("{:?}", prepared()).starts_with("PreparedStatusListJwt {"));
}

/// A list that was received and is signed again says what it said, `nbf` among it, in either form.
#[test]
fn what_was_received_can_be_signed_again() {
    let dated = Draft::good().with("nbf", "1789999950.5").with("iat", "1789999940.25").verify().unwrap();
    let issuer = StatusIssuer::new(key(1).public());
    let jwt = issuer.prepare_jwt(dated.token()).unwrap().sign(&key(1)).unwrap();
    assert_eq!(verify(jwt.as_str()).unwrap().token(), dated.token());
    let cwt = issuer.prepare_cwt(dated.token()).unwrap().sign(&key(1)).unwrap();
    assert_eq!(crate::drafts::verify(cwt.as_bytes()).unwrap().token(), dated.token());
}
