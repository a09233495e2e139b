use mimicred_error::Report;
use proptest::prelude::*;

use super::*;

fn message(content: &[u8]) -> AbusiveMessage {
    let frank = Frank { server_frank: [7; 32], cipher_suite: 1, integrity_signature: b"sig".to_vec() };
    AbusiveMessage { content: content.to_vec(), frank, accepted_timestamp: 5 }
}

fn report() -> AbuseReport {
    AbuseReport {
        reporting_user: Some("mimi://b.example/u/bob".parse().unwrap()),
        alleged_abuser: "mimi://a.example/p/alice1".parse().unwrap(),
        reason: 2,
        note: "note".to_owned(),
        messages: vec![message(b"text")],
        extensions: AppDataDictionary::default(),
    }
}

fn code(result: Result<AbuseReport, Error>) -> Code {
    result.unwrap_err().code()
}

#[test]
fn fields_are_in_order() {
    let message = [&b"\x04text"[..], &[7; 32], b"\x00\x01\x03sig\x00\x00\x00\x00\x00\x00\x00\x05"].concat();
    let head = &b"\x16mimi://b.example/u/bob\x19mimi://a.example/p/alice1\x02\x04note\x33"[..];
    let octets = [head, &message, b"\x00"].concat();
    assert_eq!(report().encode().unwrap(), octets);
    assert_eq!(AbuseReport::decode(&octets).unwrap(), report());
    assert!((0..octets.len()).all(|end| code(AbuseReport::decode(&octets[..end])) == Code::Truncated));
    assert_eq!(code(AbuseReport::decode(&[&octets[..], &[0]].concat())), Code::TrailingOctets);
    let shown = format!("{:?}", report());
    assert!(shown.contains("messages: [AbusiveMessage(4 octets)]") && !shown.contains("note"), "{shown}");
}

#[test]
fn malformed_reports() {
    let read = |octets: &[u8]| code(AbuseReport::decode(octets));
    let bob = b"\x16mimi://b.example/u/bob";
    assert_eq!(read(&[&b"\x16mimi://b.example/d/bob"[..], bob, b"\x00\x00\x00\x00"].concat()), Code::UriInvalid);
    assert_eq!(read(b"\x00\x16mimi://b.example/d/bob\x00\x00\x00\x00"), Code::UriInvalid);
    assert_eq!(read(b"\x00\x00\x00\x00\x00\x00"), Code::UriInvalid);
    assert_eq!(read(&[&b"\x00"[..], bob, b"\x00\x01\x00\x00\x00"].concat()), Code::TextInvalid);
    let room = "mimi://b.example/r/room".parse::<MimiUri>().unwrap();
    let field = |report: AbuseReport| report.encode().unwrap_err().place().clone();
    assert_eq!(field(AbuseReport { reporting_user: Some(room.clone()), ..report() }), At::Field("reportingUser".into()));
    assert_eq!(field(AbuseReport { alleged_abuser: room, ..report() }), At::Field("allegedAbuserUri".into()));
    assert_eq!(field(AbuseReport { note: "\0".to_owned(), ..report() }), At::Field("note".into()));
}

proptest! {
    #[test]
    fn reports_round_trip(reason in any::<u8>(), note in "[^\u{0}]{0,40}", contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..4)) {
        let report = AbuseReport { reason, note, messages: contents.iter().map(|it| message(it)).collect(), ..report() };
        prop_assert_eq!(AbuseReport::decode(&report.encode().unwrap()).unwrap(), report);
    }

    #[test]
    fn never_panics_and_has_one_encoding(at in any::<prop::sample::Index>(), taken in 0usize..3, put in prop::collection::vec(any::<u8>(), 0..3)) {
        let mut octets = report().encode().unwrap();
        let at = at.index(octets.len());
        let end = (at + taken).min(octets.len());
        octets.splice(at..end, put);
        if let Ok(read) = AbuseReport::decode(&octets) {
            prop_assert_eq!(read.encode().unwrap(), octets);
        }
    }
}
