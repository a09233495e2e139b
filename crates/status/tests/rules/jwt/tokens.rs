//! The form of a Status List Token, and who signed it (JWT-S-003).

use mimicred_error::{At, Report};
use mimicred_keys::{Algorithm, IssuerKey, SecretKey};
use mimicred_status::{Code, Error, Limits, StatusReference, UnverifiedStatusListJwt, checker};

use super::drafts::*;

#[test]
fn what_is_no_jws_is_malformed() {
    let good = Draft::good().sign(&key(1));
    let (input, signature) = good.rsplit_once('.').unwrap();
    let (header, payload) = input.split_once('.').unwrap();
    for bad in [
        String::new(),
        input.to_owned(),
        format!("{input}."),
        format!("{header}..{signature}"),
        format!(".{payload}.{signature}"),
        format!("{good}.{signature}"),
        format!("{good}~"),
        format!("{good}="),
        format!("{good}\n"),
        format!(" {good}"),
        format!("{{\"payload\":\"{payload}\",\"protected\":\"{header}\",\"signature\":\"{signature}\"}}"),
    ] {
        assert_eq!(verify(&bad).unwrap_err().code(), Code::Malformed, "{bad}");
    }
}

/// JWT-S-003: `typ`. RFC 7515 lets the media type be written whole; the draft says how it is written, and so it is no other way.
#[test]
fn the_type_is_that_of_a_status_list_token() {
    assert_eq!(Draft::good().code(), Ok(()));
    for bad in ["JWT", "application/statuslist+jwt", "StatusList+JWT", "statuslist+jwt ", "statuslist+cwt", "kb+jwt", ""] {
        let error = Draft::good().with_header("typ", Some(&format!("\"{bad}\""))).verify().unwrap_err();
        assert_eq!((error.code(), error.place()), (Code::TypeMismatch, &At::Header("typ".into())), "{bad}");
    }
    assert_eq!(Draft::good().with_header("typ", None).code(), Err(Code::TypeMismatch));
    assert_eq!(
        Draft::good().with_header("typ", None).with_header("cty", Some("\"statuslist+jwt\"")).code(),
        Err(Code::TypeMismatch)
    );
}

/// JWT-S-003: by a key that was trusted before, and not by one that the token brings along.
#[test]
fn a_token_brings_no_key() {
    let jwk = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    for (name, value) in [("jwk", jwk), ("jku", "\"https://a.example/keys\""), ("x5u", "\"https://a.example/chain\"")] {
        let error = Draft::good().with_header(name, Some(value)).verify().unwrap_err();
        assert_eq!((error.code(), error.place()), (Code::Malformed, &At::Header(name.into())));
    }
    // What only names a key, or says who speaks for it, changes nothing, and is believed as little.
    let named = Draft::good().with_header("kid", Some("\"12\"")).with_header("x5c", Some("[\"MAA=\"]"));
    assert_eq!(named.code(), Ok(()));
    assert_eq!(verify(&named.sign(&key(2))).unwrap_err().code(), Code::Signature);
}

/// An extension that must be understood is not passed over; one that is unknown is.
#[test]
fn headers_are_held_to_their_rules() {
    assert_eq!(Draft::good().with_header("x", Some("1")).code(), Ok(()));
    for (name, value) in [("crit", "[\"x\"]"), ("crit", "[]"), ("b64", "false"), ("kid", "1"), ("typ", "1"), ("alg", "1")] {
        assert_eq!(Draft::good().with_header(name, Some(value)).code(), Err(Code::Malformed), "{name}");
    }
    assert_eq!(Draft::good().with_header("alg", None).code(), Err(Code::Malformed));
    let mut twice = Draft::good();
    twice.header.push(("typ".to_owned(), "\"statuslist+jwt\"".to_owned()));
    assert_eq!(twice.code(), Err(Code::Malformed));
}

/// JWT-S-003: the algorithm is that of the key; `none` and MACs are never one.
#[test]
fn the_algorithm_is_that_of_a_trusted_key() {
    let with = |alg: &str| Draft::good().with_header("alg", Some(&format!("\"{alg}\"")));
    assert_eq!(with("Ed25519").code(), Ok(()));
    for alg in ["none", "None", "ES256", "ES384", "RS256", "PS256", "ES256K", "Ed448", "eddsa", "hs256"] {
        assert_eq!(with(alg).code(), Err(Code::AlgUnsupported), "{alg}");
    }
    for alg in ["HS256", "HS384", "HS512"] {
        assert_eq!(with(alg).code(), Err(Code::MacUnsupported), "{alg}");
    }
    // Without a signature too.
    let (input, _) = with("none").sign(&key(1)).rsplit_once('.').map(|(input, rest)| (input.to_owned(), rest.len())).unwrap();
    assert_eq!(verify(&format!("{input}.")).unwrap_err().code(), Code::AlgUnsupported);
}

/// JWT-S-003: under one of the keys trusted for status, and no other.
#[test]
fn the_signature_is_by_a_key_trusted_for_status() {
    let token = Draft::good().sign(&key(1));
    let keys = |all: &[u8]| all.iter().map(|n| key(*n).public().clone()).collect::<Vec<_>>();
    let code = |trusted: &[u8]| verify_under(&token, &keys(trusted)).map(drop).map_err(|error| error.code());
    assert_eq!(code(&[1]), Ok(()));
    assert_eq!(code(&[3, 2, 1]), Ok(()));
    assert_eq!(verify_under(&token, &keys(&[3, 1])).unwrap().key(), key(1).public());
    // Forged, and by somebody who is trusted for other things.
    assert_eq!(code(&[2]), Err(Code::Signature));
    assert_eq!(code(&[]), Err(Code::AlgUnsupported));
    let p256 = IssuerKey::new(SecretKey::from_octets(Algorithm::P256, &[9; 32]).unwrap());
    assert_eq!(verify_under(&token, &[p256.public().clone()]).unwrap_err().code(), Code::AlgUnsupported);
    let es256 = Draft::good().with_header("alg", Some("\"ES256\"")).sign(&p256);
    assert!(verify_under(&es256, &[key(1).public().clone(), p256.public().clone()]).is_ok());
}

/// JWT-S-003: which claims there must be, and of which type.
#[test]
fn a_token_has_its_claims() {
    let good = Draft::good();
    for optional in ["exp", "ttl"] {
        assert_eq!(good.clone().without(optional).code(), Ok(()), "{optional}");
    }
    for required in ["sub", "iat", "status_list"] {
        let error = good.clone().without(required).verify().unwrap_err();
        assert_eq!((error.code(), error.place()), (Code::Claim, &At::Field(required.into())));
    }
    assert_eq!(good.clone().with("iss", "\"https://a.example\"").with("more", "[null]").code(), Ok(()));
    for (claim, value) in [
        ("sub", "1"),
        ("sub", "null"),
        ("iat", "\"1789999940\""),
        ("iat", "1e400"),
        ("exp", "\"1790003600\""),
        ("exp", "true"),
        ("nbf", "null"),
        ("ttl", "0"),
        ("ttl", "-1"),
        ("ttl", "-0"),
        ("ttl", "60.5"),
        ("ttl", "\"60\""),
        ("status_list", "[]"),
        ("status_list", "\"eNrbuRgAAhcBXQ\""),
    ] {
        assert_eq!(good.clone().with(claim, value).code(), Err(Code::Claim), "{claim} {value}");
    }
    // The dates may have fractions and exponents.
    assert_eq!(good.clone().with("iat", "1789999940.5").code(), Ok(()));
    assert_eq!(good.clone().with("exp", "1.790003600e9").code(), Ok(()));
    assert_eq!(good.with("ttl", "1").code(), Ok(()));
}

/// One object, each member of it once, at every depth.
#[test]
fn the_payload_is_strict_json() {
    for claim in ["sub", "iat", "status_list"] {
        let (_, value) = Draft::good().claims.into_iter().find(|(name, _)| name == claim).unwrap();
        assert_eq!(Draft::good().and(claim, &value).code(), Err(Code::Malformed), "{claim}");
    }
    let inside = r#"{"bits":1,"lst":"eNrbuRgAAhcBXQ","bits":1}"#;
    assert_eq!(Draft::good().with("status_list", inside).code(), Err(Code::Malformed));
    let header = r#"{"alg":"EdDSA","typ":"statuslist+jwt"}"#;
    for payload in ["[]", "1", "{}x", "{\"sub\":}", "\u{feff}{}", "{'sub':1}"] {
        assert_eq!(verify(&sign(header, payload, &key(1))).unwrap_err().code(), Code::Malformed, "{payload}");
    }
    // An object without claims is one, and short of claims.
    assert_eq!(verify(&sign(header, "{}", &key(1))).unwrap_err().code(), Code::Claim);
}

/// JWT-S-003: `sub` is the `uri` of the reference. What is not asked for is another list, however well signed.
#[test]
fn the_subject_is_the_uri_of_the_reference() {
    for other in ["https://a.example/status/2", "https://A.example/status/1", "https://a.example/status/1/", ""] {
        assert_eq!(Draft::good().with("sub", &format!("\"{other}\"")).code(), Err(Code::Subject), "{other}");
    }
    // An escape is another way to write the same text.
    assert_eq!(Draft::good().with("sub", r#""https:\/\/a.example\/status\/\u0031""#).code(), Ok(()));
    let list = Draft::good().verify().unwrap();
    let clock = mimicred_claims::Clock { now: NOW, leeway: 0 };
    let elsewhere = StatusReference::new("https://a.example/status/2", 1).unwrap();
    assert_eq!(list.check(&elsewhere, &clock).unwrap_err().code(), Code::Subject);
    assert_eq!(checker::<Error>(&[list], clock)(&elsewhere.to_claim()).unwrap_err().code(), Code::ListMissing);
}

/// JWT-S-003: each single bit counts, and so each character. No other text says the same.
#[test]
fn every_flipped_bit_is_noticed() {
    let token = Draft::good().sign(&key(1));
    for at in 0..token.len() {
        for bit in 0..7 {
            let mut forged = token.clone().into_bytes();
            forged[at] ^= 1 << bit;
            let forged = String::from_utf8(forged).unwrap();
            assert!(verify(&forged).is_err(), "bit {bit} of character {at}");
        }
        let without = [&token[..at], &token[at + 1..]].concat();
        assert!(verify(&without).is_err(), "without character {at}");
    }
}

#[test]
fn a_token_can_be_looked_at_unverified() {
    let token = Draft::good().with_header("typ", Some("\"JWT\"")).with_header("jku", Some("\"x:\"")).sign(&key(2));
    let received = UnverifiedStatusListJwt::parse(&token).unwrap();
    assert_eq!(received.subject().unwrap(), URI);
    assert_eq!(received.header().text("typ").and_then(mimicred_claims::Value::as_text), Some("JWT"));
    let content = received.inspect(&Limits::DEFAULT).unwrap();
    assert_eq!((content.uri(), content.ttl(), content.list().len()), (URI, Some(43_200), 16));
    assert!(received.inspect(&Limits { list: 1, ..Limits::DEFAULT }).is_err());
}
