//! The claim in the token whose status it is (CWT-S-003, CWT-S-013, JWT-S-002).

use mimicred_claims::{Key, Value};
use mimicred_jose::json;
use mimicred_status::{Code, StatusReference};

use crate::drafts::map;

fn list(entries: Vec<(&'static str, Value<'static>)>) -> Value<'static> {
    map(vec![("status_list", map(entries))])
}

fn code(claim: &Value<'_>) -> Result<(), Code> {
    StatusReference::from_claim(claim).map(drop).map_err(|error| error.code())
}

const URI: &str = "https://a.example/status/1";

/// CWT-S-003.
#[test]
fn a_reference_has_idx_and_uri_under_text_keys() {
    let good = list(vec![("idx", Value::Int(412)), ("uri", Value::from(URI))]);
    let reference = StatusReference::from_claim(&good).unwrap();
    assert_eq!((reference.index(), reference.uri()), (412, URI));
    assert_eq!(reference.to_claim(), good);
    assert_eq!(reference, StatusReference::new(URI, 412).unwrap());
    // The largest number that CBOR can write, and more than is needed.
    let last = list(vec![("uri", Value::from(URI)), ("idx", Value::Int(u64::MAX.into())), ("note", Value::Null)]);
    assert_eq!(StatusReference::from_claim(&last).unwrap().index(), u64::MAX);

    for bad in [
        Value::Null,
        Value::from(URI),
        map::<&'static str>(vec![]),
        map(vec![(1, map(vec![("idx", Value::Int(0)), ("uri", Value::from(URI))]))]),
        map(vec![(Key::from("status_list"), Value::Null)]),
        map(vec![("status_list", map(vec![(1, Value::Int(0)), (2, Value::from(URI))]))]),
        map(vec![(
            "status_list",
            map(vec![(Key::from("idx"), Value::Int(0)), (Key::from("uri"), Value::from(URI)), (Key::Int(1), Value::Null)]),
        )]),
        list(vec![("idx", Value::Int(-1)), ("uri", Value::from(URI))]),
        list(vec![("idx", Value::Int(i128::from(u64::MAX) + 1)), ("uri", Value::from(URI))]),
        list(vec![("idx", Value::from("0")), ("uri", Value::from(URI))]),
        list(vec![("idx", Value::Float(1.0)), ("uri", Value::from(URI))]),
        list(vec![("uri", Value::from(URI))]),
        list(vec![("idx", Value::Int(0))]),
        list(vec![("idx", Value::Int(0)), ("uri", Value::Bytes(URI.as_bytes().into()))]),
        list(vec![("idx", Value::Int(0)), ("uri", Value::from("status/1"))]),
    ] {
        assert_eq!(code(&bad), Err(Code::Reference), "{bad:?}");
    }
}

/// CWT-S-003: other mechanisms may stand beside the list, but alone they say nothing to us, and nothing is not yes.
#[test]
fn another_mechanism_alone_is_not_supported() {
    let other = ("identifier_list", map(vec![("id", Value::Int(1))]));
    let ours = ("status_list", map(vec![("idx", Value::Int(0)), ("uri", Value::from(URI))]));
    assert_eq!(code(&map(vec![other.clone(), ours])), Ok(()));
    assert_eq!(code(&map(vec![other])), Err(Code::MechanismUnsupported));
}

/// JWT-S-002: the same claim in JSON, as the draft prints it. A number with a fraction is none, even if that is 0.
#[test]
fn a_jwt_has_the_same_claim() {
    let parse = |text: &'static str| json::parse(text, &json::Limits::DEFAULT).unwrap();
    let good = parse(r#"{"status_list": {"idx": 0, "uri": "https://example.com/statuslists/1"}}"#);
    let reference = StatusReference::from_claim(&good).unwrap();
    assert_eq!((reference.index(), reference.uri()), (0, "https://example.com/statuslists/1"));
    assert_eq!(json::write(&reference.to_claim()).unwrap(), json::write(&good).unwrap());
    let last = parse(r#"{"status_list": {"uri": "x:y", "idx": 18446744073709551615, "note": null}, "other": {}}"#);
    assert_eq!(StatusReference::from_claim(&last).unwrap().index(), u64::MAX);
    for bad in [
        r#"{"status_list": {"idx": -1, "uri": "https://example.com/statuslists/1"}}"#,
        r#"{"status_list": {"idx": -0, "uri": "https://example.com/statuslists/1"}}"#,
        r#"{"status_list": {"idx": "0", "uri": "https://example.com/statuslists/1"}}"#,
        r#"{"status_list": {"idx": 1.5, "uri": "https://example.com/statuslists/1"}}"#,
        r#"{"status_list": {"idx": 0.0, "uri": "https://example.com/statuslists/1"}}"#,
        r#"{"status_list": {"idx": 1e2, "uri": "https://example.com/statuslists/1"}}"#,
        r#"{"status_list": {"idx": 18446744073709551616, "uri": "https://example.com/statuslists/1"}}"#,
        r#"{"status_list": {"idx": null, "uri": "https://example.com/statuslists/1"}}"#,
        r#"{"status_list": {"uri": "https://example.com/statuslists/1"}}"#,
        r#"{"status_list": {"idx": 0}}"#,
        r#"{"status_list": {"idx": 0, "uri": 1}}"#,
        r#"{"status_list": {"idx": 0, "uri": "statuslists/1"}}"#,
        r#"{"status_list": []}"#,
        r#"{}"#,
        r#""https://example.com/statuslists/1""#,
    ] {
        assert_eq!(code(&parse(bad)), Err(Code::Reference), "{bad}");
    }
    // JWT-S-002: another mechanism is for who knows it.
    assert_eq!(code(&parse(r#"{"other": {"idx": 0}}"#)), Err(Code::MechanismUnsupported));
}

/// CWT-S-013, as far as it is not the token's: where a status is required, none is a refusal.
#[test]
fn where_a_status_is_required_none_is_refused() {
    let claim = StatusReference::new(URI, 3).unwrap().to_claim();
    assert_eq!(StatusReference::required(Some(&claim)).unwrap().index(), 3);
    assert_eq!(StatusReference::required(None).unwrap_err().code(), Code::StatusMissing);
    assert_eq!(StatusReference::required(Some(&Value::Null)).unwrap_err().code(), Code::Reference);
}
