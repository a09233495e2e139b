//! The draft's own Status List Token in JWT form, as its repository prints it (`examples/status_list_jwt_raw.md`), made by jwcrypto.

use mimicred_claims::{Clock, Date};
use mimicred_jose::{Jwk, json};
use mimicred_status::{Code, Expectations, Limits, StatusReference, UnverifiedStatusListJwt};

const TOKEN: &str = "eyJhbGciOiJFUzI1NiIsImtpZCI6IjEyIiwidHlwIjoic3RhdHVzbGlzdCtqd3QifQ.e\
    yJleHAiOjIyOTE3MjAxNzAsImlhdCI6MTY4NjkyMDE3MCwiaXNzIjoiaHR0cHM6Ly9le\
    GFtcGxlLmNvbSIsInN0YXR1c19saXN0Ijp7ImJpdHMiOjEsImxzdCI6ImVOcmJ1UmdBQ\
    WhjQlhRIn0sInN1YiI6Imh0dHBzOi8vZXhhbXBsZS5jb20vc3RhdHVzbGlzdHMvMSIsI\
    nR0bCI6NDMyMDB9.2lKUUNG503R9htu4aHAYi7vjmr3sgApbfoDvPrl65N3URUO1EYqq\
    Ql45Jfzd-Av4QzlKa3oVALpLwOEUOq-U_g";
const KEY: &str = r#"{"kty":"EC","crv":"P-256",
    "x":"I3HWm_0Ds1dPMI-IWmf4mBmH-YaeAVbPVu7vB27CxXo","y":"6N_d5Elj9bs1htgV3okJKIdbHEpkgTmAluYKJemzn1M"}"#;
const URI: &str = "https://example.com/statuslists/1";

/// JWT-S-003, JWT-S-004, JWT-S-005: ES256, with `kid` and `iss`, neither of which is asked about.
#[test]
fn the_token_is_verified() {
    let key = json::parse(KEY, &json::Limits::DEFAULT).unwrap();
    let keys = [Jwk::parse_public(key.as_map().unwrap()).unwrap().public];
    let verify = |token: &str, now| {
        let clock = Clock { now, leeway: 0 };
        let expected = Expectations { keys: &keys, uri: URI, clock, max_age: None, limits: Limits::DEFAULT };
        UnverifiedStatusListJwt::parse(token).and_then(|received| received.verify(&expected))
    };
    let list = verify(TOKEN, 1_686_920_170).unwrap();
    assert_eq!((list.token().issued_at(), list.token().ttl()), (Date::Int(1_686_920_170), Some(43_200)));
    assert_eq!(list.token().expires(), Some(Date::Int(2_291_720_170)));
    assert_eq!(list.token().list().as_octets(), [0xb9, 0xa3]);
    let clock = Clock { now: 1_686_920_170, leeway: 0 };
    assert!(list.check(&StatusReference::new(URI, 1).unwrap(), &clock).is_ok());
    assert_eq!(list.check(&StatusReference::new(URI, 0).unwrap(), &clock).unwrap_err().code(), Code::Invalid);
    assert_eq!(verify(TOKEN, 2_291_720_170).unwrap_err().code(), Code::Expired);
    assert_eq!(verify(TOKEN, 1_686_920_169).unwrap_err().code(), Code::Premature);
    assert_eq!(verify(&TOKEN.replace(".eyJleHAi", ".eyJleHAj"), 1_686_920_170).unwrap_err().code(), Code::Signature);
}
