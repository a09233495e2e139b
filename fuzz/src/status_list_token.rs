//! Status List Tokens in both forms: as they come, with the input as claims under a signature that holds, and with the input as the
//! compressed list.

use mimicred_claims::Value;
use mimicred_cose::cbor::{self, Dialect, Writer, parse};
use mimicred_error::Report;
use mimicred_jose::{base64url, jws};
use mimicred_keys::{Family, ToBeSigned};
use mimicred_status::{Bits, Error, Expectations, Limits, StatusList, StatusReference, UnverifiedStatusList};

use crate::cast::{CLOCK, NOW, cast};

/// Few enough octets that a list beyond them is noticed at once.
const LIMITS: Limits = Limits { token: 1 << 18, list: 1 << 16 };
pub const URI: &str = "https://i.example/1";

pub fn run(data: &[u8]) -> &'static str {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    match first {
        0 => inspect(rest),
        1 => verify(&cast().sign_token(&header(), &[0xa0], rest)),
        2 => reference(rest),
        3 => verify(&sign_jwt(rest)),
        n => decompress(Bits::ALL[usize::from(*n) % 4], rest),
    }
}

/// A whole token, octet by octet, in either form.
fn inspect(data: &[u8]) -> &'static str {
    let token = match UnverifiedStatusList::parse_within(data, &LIMITS) {
        Ok(token) => token,
        Err(error) => return error.slug(),
    };
    let _ = (token.subject().is_ok(), format!("{token:?}"));
    match token.inspect(&LIMITS) {
        Ok(content) => {
            assert!(content.list().as_octets().len() <= LIMITS.list);
            verify(data)
        }
        Err(error) => error.slug(),
    }
}

fn verify(token: &[u8]) -> &'static str {
    let keys = [cast().issuer.public().clone()];
    let expected = Expectations { keys: &keys, uri: URI, clock: CLOCK, max_age: None, limits: LIMITS };
    let verified = UnverifiedStatusList::parse_within(token, &LIMITS).and_then(|token| token.verify(&expected));
    let list = match verified {
        Ok(list) => list,
        Err(error) => return error.slug(),
    };
    let len = list.token().list().len();
    for index in [0, len.saturating_sub(1), len, u64::MAX] {
        let reference = StatusReference::new(URI, index).expect("a URI");
        assert_eq!(list.value(&reference, &CLOCK).is_ok(), index < len);
    }
    let _ = list.fresh_until(NOW, None, &Default::default());
    "verified"
}

/// The value of a `status` claim.
fn reference(data: &[u8]) -> &'static str {
    let Ok(claim) = parse(data, Dialect::Plain, &cbor::Limits::DEFAULT) else { return "no-cbor" };
    match StatusReference::from_claim(&claim) {
        Ok(reference) => {
            assert_eq!(StatusReference::from_claim(&reference.to_claim()).expect("our own"), reference);
            "reference"
        }
        Err(error) => error.slug(),
    }
}

/// A compressed list by itself, and inside a token that holds, of either form.
fn decompress(bits: Bits, data: &[u8]) -> &'static str {
    let alone = StatusList::decompress(bits, data, &LIMITS);
    let inside = verify(&token_of(bits, data));
    assert_eq!(inside, verify(&jwt_of(bits, data)));
    match alone {
        Ok(list) => {
            assert!(list.as_octets().len() <= LIMITS.list);
            assert_eq!(inside, "verified");
            let total: u64 = list.counts().iter().map(|(_, count)| count).sum();
            assert_eq!(total, list.len());
            let again = StatusList::decompress(bits, &list.compress(), &LIMITS);
            assert_eq!(again.expect("what we compress"), list);
            "decompressed"
        }
        Err(error) => {
            assert_eq!(inside, Error::slug(&error));
            inside
        }
    }
}

/// A token for this compressed list.
pub fn token_of(bits: Bits, compressed: &[u8]) -> Vec<u8> {
    let mut payload = Writer::new();
    payload.map(3);
    payload.int(2);
    payload.text(URI);
    payload.int(6);
    payload.int(NOW);
    payload.int(65533);
    payload.map(2);
    payload.text("lst");
    payload.bytes(compressed);
    payload.text("bits");
    payload.value(&Value::Int(bits.number().into())).expect("a small number");
    cast().sign_token(&header(), &[0xa0], &payload.finish())
}

/// The same as a JWT.
pub fn jwt_of(bits: Bits, compressed: &[u8]) -> Vec<u8> {
    let list = format!(r#"{{"bits":{},"lst":"{}"}}"#, bits.number(), base64url::encode(compressed));
    sign_jwt(format!(r#"{{"sub":"{URI}","iat":{NOW},"status_list":{list}}}"#).as_bytes())
}

/// A JWS over these octets.
fn sign_jwt(payload: &[u8]) -> Vec<u8> {
    let header = base64url::encode(br#"{"alg":"ES256","typ":"statuslist+jwt"}"#);
    let input = format!("{header}.{}", base64url::encode(payload));
    let to_be_signed = ToBeSigned::new(Family::Jws, input).expect("a JWS");
    let signature = cast().issuer.sign(&to_be_signed).expect("a signature");
    jws::finish_octets(to_be_signed, signature.as_bytes())
}

fn header() -> Vec<u8> {
    let mut header = Writer::new();
    header.map(2);
    header.int(1);
    header.int(-9);
    header.int(16);
    header.int(279);
    header.finish()
}
