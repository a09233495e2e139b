use mimicred_error::Report;

use super::*;
use crate::json;

const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const D: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";

fn read(text: &str) -> Result<Jwk, Error> {
    let value = json::parse(text, &json::Limits::DEFAULT).unwrap();
    Jwk::parse(value.as_map().unwrap())
}

fn okp(more: &str) -> String {
    format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{X}"{more}}}"#)
}

#[track_caller]
fn refused(text: &str, code: Code, field: &'static str) {
    let error = read(text).unwrap_err();
    assert_eq!((error.code(), error.place()), (code, &At::Field(field.into())), "{text}");
}

/// RFC 8037 appendix A.3.
#[test]
fn thumbprint_of_ed25519() {
    let jwk = read(&okp("")).unwrap();
    assert_eq!(thumbprint(&jwk.public), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

/// JWT-K-003: members crv, kty, x, y in that order. The text is written here by hand, from RFC 7517 appendix A.1.
#[test]
fn thumbprint_of_p256() {
    let (x, y) = ("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM");
    let jwk = read(&format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}","use":"enc","kid":"1"}}"#));
    assert_eq!(jwk.unwrap_err().place(), &At::Field("use".into()), "the RFC's example is an encryption key");
    let jwk = read(&format!(r#"{{"y":"{y}","x":"{x}","crv":"P-256","kty":"EC","kid":"1"}}"#)).unwrap();
    assert_eq!(jwk.kid.as_deref(), Some("1"));
    assert_eq!(thumbprint_sha256(&jwk.public), sha256(format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#).as_bytes()));
}

#[test]
fn keys_round_trip() {
    for (algorithm, len) in [(Algorithm::Ed25519, 32), (Algorithm::P256, 32), (Algorithm::P384, 48), (Algorithm::P521, 66)] {
        // The high octet of a P-521 scalar is 0 or 1.
        let scalar = std::iter::once(0).chain(std::iter::repeat_n(0x42, len - 1)).collect::<Vec<u8>>();
        let secret = SecretKey::from_octets(algorithm, &scalar).unwrap();
        let text = secret_text(&secret);
        let jwk = read(&text).unwrap();
        assert_eq!(&jwk.public, secret.public());
        assert_eq!(*jwk.secret.unwrap().octets(), scalar);
        let public = json::write_map(&public_members(secret.public())).unwrap();
        assert!(!public.contains("\"d\""));
        assert_eq!(&read(&public).unwrap().public, secret.public());
    }
}

/// JWT-K-002.
#[test]
fn private_members_are_refused_where_a_public_key_is_wanted() {
    for name in PRIVATE_MEMBERS {
        let text = okp(&format!(r#","{name}":"{D}""#));
        let value = json::parse(&text, &json::Limits::DEFAULT).unwrap();
        let error = Jwk::parse_public(value.as_map().unwrap()).unwrap_err();
        assert_eq!((error.code(), error.place()), (Code::JwkPrivate, &At::Field(name.into())));
    }
    assert!(read(&okp(&format!(r#","d":"{D}""#))).unwrap().secret.is_some());
}

#[test]
fn the_private_key_does_not_show() {
    let jwk = read(&okp(&format!(r#","d":"{D}""#))).unwrap();
    let shown = format!("{jwk:?} {}", read(&okp(r#","d":"AAAA""#)).unwrap_err());
    assert!(!shown.contains(D) && !shown.contains("9d, 97") && !shown.contains("9d61"), "{shown}");
}

#[test]
fn coordinates_have_their_full_length_and_their_only_spelling() {
    refused(r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo="}"#, Code::JwkMalformed, "x");
    refused(r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUQ"}"#, Code::JwkMalformed, "x");
    refused(r#"{"kty":"OKP","crv":"Ed25519","x":7}"#, Code::JwkMalformed, "x");
    refused(r#"{"kty":"OKP","crv":"Ed25519"}"#, Code::JwkMalformed, "x");
    refused(&okp(r#","d":"AAAA""#), Code::JwkMalformed, "d");
    // A private key that belongs to another public one: the seed with its last bits changed.
    refused(&okp(r#","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2E""#), Code::JwkMalformed, "d");
    let (x, y) = ("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM");
    refused(&format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}"}}"#), Code::JwkMalformed, "y");
    // Not on the curve.
    refused(&format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{x}"}}"#), Code::JwkMalformed, "x");
    // A leading zero octet of P-256 must not be dropped; here one too many is there.
    let padded = base64url::encode(&[&[0], base64url::decode(y).unwrap().as_slice()].concat());
    refused(&format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{padded}"}}"#), Code::JwkMalformed, "y");
    refused(&format!(r#"{{"kty":"EC","crv":"P-384","x":"{x}","y":"{y}"}}"#), Code::JwkMalformed, "x");
}

#[test]
fn unknown_keys_are_unsupported() {
    refused(r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#, Code::KeyUnsupported, "kty");
    refused(r#"{"kty":"oct","k":"AQAB"}"#, Code::KeyUnsupported, "kty");
    refused(r#"{"kty":"OKP","crv":"X25519","x":"AQAB"}"#, Code::KeyUnsupported, "crv");
    refused(r#"{"kty":"EC","crv":"Ed25519","x":"AQAB"}"#, Code::KeyUnsupported, "crv");
    refused(r#"{"crv":"Ed25519","x":"AQAB"}"#, Code::JwkMalformed, "kty");
}

#[test]
fn purpose_must_be_signatures() {
    for good in [
        r#","use":"sig""#,
        r#","key_ops":["verify"]"#,
        r#","key_ops":["sign","verify"],"use":"sig""#,
        r#","key_ops":["deriveKey","sign"]"#,
        r#","alg":"EdDSA""#,
        r#","alg":"Ed25519","kid":"a","x5t":"unknown members are ignored""#,
    ] {
        assert!(read(&okp(good)).is_ok(), "{good}");
    }
    for (bad, field) in [
        (r#","use":"enc""#, "use"),
        (r#","use":1"#, "use"),
        (r#","key_ops":["deriveKey"]"#, "key_ops"),
        (r#","key_ops":["verify","verify"]"#, "key_ops"),
        (r#","key_ops":[]"#, "key_ops"),
        (r#","key_ops":"verify""#, "key_ops"),
        (r#","key_ops":[1]"#, "key_ops"),
        (r#","key_ops":["verify","encrypt"],"use":"sig""#, "key_ops"),
        (r#","alg":"ES256""#, "alg"),
        (r#","alg":"none""#, "alg"),
        (r#","kid":7"#, "kid"),
    ] {
        refused(&okp(bad), Code::JwkMalformed, field);
    }
}
