use mimicred_claims::{Key, Map, Value};
use mimicred_error::{At, Report};
use mimicred_keys::{Algorithm, IssuerKey, LeafKey, SecretKey, Unsettled};
use proptest::prelude::*;

use super::*;
use crate::{Code, base64url};

/// RFC 7515 appendix A.3: ES256, header and payload with line breaks inside.
const RFC_7515_A3: &str = "eyJhbGciOiJFUzI1NiJ9\
    .eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ\
    .DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
const RFC_7515_A3_D: &str = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI";

/// RFC 7515 appendix A.4: ES512, payload is not JSON.
const RFC_7515_A4: &str = "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.\
    AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZq\
    wqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8Kp\
    EHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn";
const RFC_7515_A4_D: &str = "AY5pb7A0UFiB3RELSD64fTLOSV_jazdF7fLYyuTw8lOfRhWg6Y6rUrPAxerEzgdRhajnu0ferB0d53vM9mE15j2C";

fn key(algorithm: Algorithm, d: &str) -> SecretKey {
    SecretKey::from_octets(algorithm, &base64url::decode(d).unwrap()).unwrap()
}

fn text(header: &str, payload: &str, signature: &str) -> String {
    [header, payload, signature].map(|part| base64url::encode(part.as_bytes())).join(".")
}

fn refused(text: &str) -> Code {
    Compact::parse(text).err().unwrap_or_else(|| panic!("accepted: {text}")).code()
}

#[test]
fn rfc_7515_examples_verify() {
    let jws = Compact::parse(RFC_7515_A3).unwrap();
    jws.verify(key(Algorithm::P256, RFC_7515_A3_D).public()).unwrap();
    assert_eq!(jws.payload(), b"{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");
    let jws = Compact::parse(RFC_7515_A4).unwrap();
    jws.verify(key(Algorithm::P521, RFC_7515_A4_D).public()).unwrap();
    assert_eq!(jws.payload(), b"Payload");
}

/// JWT-E-004.
#[test]
fn three_parts_none_empty() {
    let good = text("{\"alg\":\"ES256\"}", "{}", "x");
    assert!(Compact::parse(&good).is_ok());
    let (input, signature) = good.rsplit_once('.').unwrap();
    let (header, payload) = input.split_once('.').unwrap();
    for bad in [
        "".to_owned(),
        header.to_owned(),
        input.to_owned(),
        format!("{good}.{signature}"),
        format!("{input}."),
        format!("{header}..{signature}"),
        format!(".{payload}.{signature}"),
        "..".to_owned(),
    ] {
        assert_eq!(refused(&bad), Code::Format, "{bad}");
    }
    assert_eq!(refused(&format!("{input}=.{signature}")), Code::B64Malformed);
    assert_eq!(refused(&format!(" {good}")), Code::B64Malformed);
    assert_eq!(refused(&format!("{good}\n")), Code::B64Malformed);
}

/// JWT-E-016, JWT-E-020, JWT-V-001.
#[test]
fn headers_are_strict() {
    let code = |header: &str| refused(&text(header, "{}", "x"));
    assert_eq!(code("{\"alg\":\"ES256\",\"alg\":\"ES256\"}"), Code::MemberDuplicate);
    assert_eq!(code("{\"alg\":\"ES256\"} x"), Code::JsonMalformed);
    assert_eq!(code("[]"), Code::Header);
    assert_eq!(code("{}"), Code::Header);
    assert_eq!(code("{\"alg\":1}"), Code::Header);
    assert_eq!(code("{\"alg\":\"ES256\",\"typ\":1}"), Code::Header);
    assert_eq!(code("{\"alg\":\"ES256\",\"kid\":1}"), Code::Header);
    assert_eq!(code("{\"alg\":\"ES256\",\"crit\":[\"x\"],\"x\":1}"), Code::Header);
    assert_eq!(code("{\"alg\":\"ES256\",\"crit\":[]}"), Code::Header);
    assert_eq!(code("{\"alg\":\"ES256\",\"b64\":false}"), Code::Header);
    assert_eq!(code("{\"alg\":\"none\"}"), Code::AlgUnsupported);
    assert_eq!(code("{\"alg\":\"NonE\"}"), Code::AlgUnsupported);
    // Without a signature too, `none` is called by its name.
    assert_eq!(refused("eyJhbGciOiJub25lIn0.e30."), Code::AlgUnsupported);
    let large = format!("{{\"alg\":\"ES256\",\"x\":\"{}\"}}", "a".repeat(64 * 1024));
    assert_eq!(code(&large), Code::Limit);
}

/// Put off or not, a signature comes to the same.
#[test]
fn a_signature_may_be_settled_later() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        let key = SecretKey::from_octets(algorithm, &[7; 32]).unwrap();
        let (public, key) = (key.public().clone(), LeafKey::new(key).unwrap());
        let alg = AlgorithmName::for_key(algorithm).as_str();
        let header = Map::from_entries(vec![(Key::from("alg"), Value::from(alg))]).unwrap();
        let to_be_signed = prepare(&header, "{}").unwrap();
        let signature = key.sign(&to_be_signed).unwrap();
        let good = finish(to_be_signed, signature.as_bytes());
        let settles = |text: &str| Compact::parse(text).unwrap().verify_unsettled(&public).ok().and_then(Unsettled::settle);
        assert_eq!(settles(&good), Some(()));
        let start = good.rfind('.').unwrap() + 1;
        let other = if good.as_bytes()[start] == b'A' { "B" } else { "A" };
        let wrong = format!("{}{other}{}", &good[..start], &good[start + 1..]);
        assert_eq!(settles(&wrong), None);
        assert_eq!(Compact::parse(&wrong).unwrap().verify(&public).unwrap_err().code(), Code::SignatureInvalid);
        assert_eq!(settles(&good[..start + 40]), None);
    }
}

/// JWT-V-001, JWT-K-005: the header's algorithm is known, and is that of the key.
#[test]
fn algorithm_and_key_agree() {
    let p256 = key(Algorithm::P256, RFC_7515_A3_D);
    let p521 = key(Algorithm::P521, RFC_7515_A4_D);
    let code = |text: &str, key: &SecretKey| Compact::parse(text).unwrap().verify(key.public()).unwrap_err().code();
    assert_eq!(code(RFC_7515_A3, &p521), Code::AlgUnsupported);
    assert_eq!(code(RFC_7515_A4, &p256), Code::AlgUnsupported);
    for alg in ["HS256", "RS256", "PS256", "ES256K", "es256", "Ed448", "ES256 "] {
        assert_eq!(code(&text(&format!("{{\"alg\":\"{alg}\"}}"), "{}", "x"), &p256), Code::AlgUnsupported, "{alg}");
    }
    // One bit of the signature, one of the payload, and a signature of the wrong length.
    assert_eq!(code(&RFC_7515_A3.replace("NU1Q", "NU1A"), &p256), Code::SignatureInvalid);
    assert_eq!(code(&RFC_7515_A3.replace(".eyJp", ".eyJq"), &p256), Code::SignatureInvalid);
    assert_eq!(code(&text("{\"alg\":\"ES256\"}", "{}", "x"), &p256), Code::SignatureInvalid);
}

#[test]
fn every_algorithm_signs_and_verifies_under_each_of_its_names() {
    for algorithm in Algorithm::ALL {
        let scalar = vec![1; algorithm.coordinate_len()];
        let secret = SecretKey::from_octets(algorithm, &scalar).unwrap();
        let key = IssuerKey::new(secret);
        let names =
            [AlgorithmName::Es256, AlgorithmName::Es384, AlgorithmName::Es512, AlgorithmName::EdDsa, AlgorithmName::Ed25519];
        let names: Vec<_> = names.into_iter().filter(|name| name.algorithm() == algorithm).collect();
        assert_eq!(names.first(), Some(&AlgorithmName::for_key(algorithm)));
        for name in names {
            let header = Map::from_entries(vec![(Key::from("alg"), Value::from(name.as_str()))]).unwrap();
            let to_be_signed = prepare(&header, "{}").unwrap();
            let signature = key.sign(&to_be_signed).unwrap();
            let text = finish(to_be_signed, signature.as_bytes());
            let jws = Compact::parse(&text).unwrap();
            assert_eq!(jws.signature().len(), algorithm.signature_len());
            jws.verify(key.public()).unwrap();
        }
    }
}

#[test]
fn certificates_of_x5c_are_standard_base64() {
    let header = |x5c: &str| Header::parse(format!("{{\"alg\":\"ES256\",\"x5c\":{x5c}}}").as_bytes()).unwrap();
    assert_eq!(header("[\"MAA=\",\"+/8=\"]").x5c().unwrap(), [vec![0x30, 0], vec![0xfb, 0xff]]);
    assert_eq!(header("[\"-_8=\"]").x5c().unwrap_err().code(), Code::B64Malformed);
    for bad in ["[]", "\"MAA=\"", "[1]", "{}"] {
        let error = header(bad).x5c().unwrap_err();
        assert_eq!((error.code(), error.place()), (Code::Header, &At::Header("x5c".into())));
    }
    assert!(Header::parse(b"{\"alg\":\"ES256\"}").unwrap().x5c().unwrap().is_empty());
}

proptest! {
    #[test]
    fn never_panics(text in "[A-Za-z0-9_.-]{0,60}|.{0,40}") {
        let _ = Compact::parse(&text);
    }
}
