use mimicred_keys::{Algorithm, SystemRandom};

use super::*;

const NOW: i64 = 1_790_000_000;
const PSEUDONYM: &str = "mimi://a.example/p/AAAAAAAAAAAAAAAAAAAAAA";
const COMPLAINT: Complaint<'_> =
    Complaint { pseudonym: PSEUDONYM, signal: Signal::Kick, room: "mimi://hub.example/r/x", reporter: "bob" };

fn keys() -> IssuingKeys {
    IssuingKeys::generate(Algorithm::P256, &mut SystemRandom).unwrap()
}

fn made(keys: &IssuingKeys, complaint: &Complaint<'_>) -> String {
    make_report("hub.example", keys, complaint, NOW, &mut SystemRandom).unwrap()
}

fn trusted(keys: &IssuingKeys) -> Vec<TrustedHub> {
    vec![TrustedHub { host: "hub.example".into(), key: keys.token_public().clone() }]
}

fn code(text: &str, host: &str, hubs: &[TrustedHub], now: i64) -> Option<Code> {
    verify_report(text, host, hubs, now).err().map(|error| error.code())
}

/// A report by these keys of this payload.
fn signed(keys: &IssuingKeys, typ: &str, payload: &str) -> String {
    let header = map(vec![("alg", Value::from("ES256")), ("typ", Value::from(typ))]).unwrap();
    let to_be_signed = jws::prepare(&header, payload).unwrap();
    let signature = keys.token().sign(&to_be_signed).unwrap();
    jws::finish(to_be_signed, signature.as_bytes())
}

#[test]
fn rooms_and_reporters_can_be_counted_and_not_known() {
    let keys = keys();
    let received = |complaint: &Complaint<'_>| verify_report(&made(&keys, complaint), "a.example", &trusted(&keys), NOW).unwrap();
    let (one, other) = (received(&COMPLAINT), received(&Complaint { room: "mimi://hub.example/r/y", ..COMPLAINT }));
    assert_eq!(received(&COMPLAINT), one);
    assert!(one.room != other.room && one.reporter == other.reporter);
    // A room and a reporter of one name are two things; and to another hub they are others.
    let same = received(&Complaint { room: "bob", ..COMPLAINT });
    assert_ne!(same.room, same.reporter);
    let elsewhere = self::keys();
    let there = verify_report(&made(&elsewhere, &COMPLAINT), "a.example", &trusted(&elsewhere), NOW).unwrap();
    assert!(there.room != one.room && there.reporter != one.reporter);
    let text = made(&keys, &COMPLAINT);
    let payload = base64url::decode(text.split('.').nth(1).unwrap()).unwrap();
    let payload = String::from_utf8(payload).unwrap();
    assert!(!payload.contains("/r/x") && !payload.contains("bob"), "{payload}");
}

#[test]
fn only_a_trusted_hub_is_believed_and_only_by_whom_it_meant() {
    let (keys, strange) = (keys(), keys());
    let text = made(&keys, &COMPLAINT);
    let hubs = trusted(&keys);
    assert_eq!(code(&text, "a.example", &hubs, NOW), None);
    assert_eq!(code(&text, "b.example", &hubs, NOW), Some(Code::ReportUnusable));
    assert_eq!(code(&text, "a.example", &[], NOW), Some(Code::ReportUntrusted));
    assert_eq!(code(&text, "a.example", &trusted(&strange), NOW), Some(Code::ReportUntrusted));
    // The right key under another name.
    let renamed = [TrustedHub { host: "other.example".into(), key: keys.token_public().clone() }];
    assert_eq!(code(&text, "a.example", &renamed, NOW), Some(Code::ReportUntrusted));
    for (now, expected) in
        [(NOW + 89 * DAY, None), (NOW + 92 * DAY, Some(Code::ReportUnusable)), (NOW - 3 * DAY, Some(Code::ReportUnusable))]
    {
        assert_eq!(code(&text, "a.example", &hubs, now), expected);
    }
}

/// Each member, wrong by itself.
#[test]
fn a_report_is_exact() {
    let keys = keys();
    let hubs = trusted(&keys);
    let text = made(&keys, &COMPLAINT);
    let payload = String::from_utf8(base64url::decode(text.split('.').nth(1).unwrap()).unwrap()).unwrap();
    assert_eq!(code(&signed(&keys, REPORT_TYPE, &payload), "a.example", &hubs, NOW), None);
    assert_eq!(code(&signed(&keys, "kb+jwt", &payload), "a.example", &hubs, NOW), Some(Code::ReportUnusable));
    let wrong = [
        payload.replace("\"signal\":\"kick\"", "\"signal\":\"insult\""),
        payload.replace("\"signal\":\"kick\"", "\"signal\":1"),
        payload.replace("mimi://a.example/p/", "mimi://b.example/p/"),
        payload.replace("mimi://a.example/p/", "a.example/p/"),
        payload.replace("\"iat\":", "\"exp\":"),
        payload.replace("\"jti\":", "\"note\":\"x\",\"jti\":"),
        payload.replace("\"room\":\"", "\"room\":\"AA"),
        payload.replace("\"iat\":1789948800", "\"iat\":\"1789948800\""),
        "[]".to_owned(),
    ];
    for payload in wrong {
        assert_eq!(code(&signed(&keys, REPORT_TYPE, &payload), "a.example", &hubs, NOW), Some(Code::ReportUnusable), "{payload}");
    }
    let nobodys = payload.replace("\"iss\":\"hub.example\"", "\"iss\":\"hub2.example\"");
    assert_eq!(code(&signed(&keys, REPORT_TYPE, &nobodys), "a.example", &hubs, NOW), Some(Code::ReportUntrusted));
    assert_eq!(code(&"a".repeat(9000), "a.example", &hubs, NOW), Some(Code::ReportUnusable));
    assert!(make_report("hub.example", &keys, &Complaint { pseudonym: "bob", ..COMPLAINT }, NOW, &mut SystemRandom).is_err());
}

/// No bit of it can be another.
#[test]
fn a_report_with_any_bit_changed_is_refused() {
    let keys = keys();
    let hubs = trusted(&keys);
    let text = made(&keys, &COMPLAINT);
    for n in 0..text.len() {
        for bit in 0..7 {
            let mut octets = text.clone().into_bytes();
            octets[n] ^= 1 << bit;
            if let Ok(changed) = String::from_utf8(octets) {
                assert!(verify_report(&changed, "a.example", &hubs, NOW).is_err(), "octet {n}, bit {bit}");
            }
        }
    }
}
