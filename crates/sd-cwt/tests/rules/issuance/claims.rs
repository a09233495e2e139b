//! Claims that must be there, claims that must not be redacted, and claims that are refused.

use mimicred_claims::{Marks, Redaction, RedactionPlan};
use mimicred_sd_cwt::Issuance;

use super::*;

fn code(change: &dyn Fn(&mut Map<'static>)) -> Option<Code> {
    let mut claims = claims();
    change(&mut claims);
    issue(claims, &plan(&["500"])).err()
}

/// CWT-I-016, CWT-I-017, CWT-I-029, trap 8: `iss` in clear and `sub` in clear or redacted; dates that do not contradict each other.
#[test]
fn claims_that_must_be_there() {
    assert_eq!(code(&|_| {}), None);
    assert_eq!(code(&|claims| take(claims, 1)), Some(Code::ClaimMissing));
    assert_eq!(code(&|claims| take(claims, 2)), Some(Code::ClaimMissing));
    assert!(issue(claims(), &plan(&["2"])).is_ok());
    assert_eq!(code(&|claims| put(claims, 4, Value::Int(600))), Some(Code::Time));
    assert_eq!(code(&|claims| put(claims, 5, Value::Int(601))), Some(Code::Time));
    assert_eq!(code(&|claims| put(claims, 5, Value::Int(600))), None);
    let only_nbf = |nbf| {
        move |claims: &mut Map<'static>| {
            take(claims, 6);
            put(claims, 5, Value::Int(nbf));
        }
    };
    assert_eq!(code(&only_nbf(2000)), Some(Code::Time));
    assert_eq!(code(&only_nbf(1999)), None);
}

/// Trap 9, CWT-Y-008, CWT-Y-009, CWT-Y-012, CWT-I-021: the types of registered claims.
#[test]
fn claims_have_their_types() {
    for (key, value) in [
        (1, Value::Int(1)),
        (2, Value::Null),
        (3, Value::Null),
        (3, array(Vec::new())),
        (4, Value::from("2000")),
        (7, Value::from("cti")),
        (11, Value::Int(65536)),
        (11, Value::Int(-1)),
        (11, Value::Float(1.5)),
        (11, bytes(b"vct")),
        (39, Value::from("cnonce")),
    ] {
        assert_eq!(code(&|claims| put(claims, key, value.clone())), Some(Code::ClaimType), "{key}");
    }
    for (key, value) in [
        (3, Value::from("https://v.example")),
        (7, bytes(b"cti")),
        (11, Value::Int(0)),
        (11, Value::Int(65000)),
        (11, Value::Int(65535)),
        (11, Value::from("https://a/x")),
    ] {
        assert_eq!(code(&|claims| put(claims, key, value.clone())), None, "{key}");
    }
}

/// CWT-I-026, CWT-E-020, CWT-E-014, CWT-E-015, CWT-E-016, CWT-E-026: claims that are marked already, and what no token can hold.
#[test]
fn claims_that_no_token_can_hold() {
    let mut marked = Map::new();
    marked.redacted.push(vec![0; 32].into());
    let with_key = |text: String| Value::Map(Map::from_entries(vec![(Key::Text(text.into()), Value::Null)]).unwrap());
    for value in [
        Value::Map(marked),
        with_key("a".repeat(256)),
        with_key("é".repeat(128)),
        with_key(String::new()),
        array(vec![Value::Redacted(vec![0; 32].into())]),
        Value::Tag(58, Box::new(Value::Null)),
        Value::Tag(60, Box::new(Value::Null)),
        Value::Tag(62, Box::new(Value::Int(1))),
        array(vec![Value::Tag(1, Box::new(Value::Tag(58, Box::new(Value::Null))))]),
        Value::Simple(59),
        Value::Int(1 << 64),
        Value::Decimal("1e999".into()),
    ] {
        assert_eq!(code(&|claims| put(claims, 501, value.clone())), Some(Code::Preissue), "{value:?}");
    }
    for value in [with_key("a".repeat(255)), Value::Tag(4, Box::new(array(vec![Value::Int(-2), Value::Int(27315)])))] {
        assert_eq!(code(&|claims| put(claims, 501, value.clone())), None, "{value:?}");
    }
    let deep = |levels| (1..levels).fold(Value::Null, |inner, _| array(vec![inner]));
    assert_eq!(code(&|claims| put(claims, 501, deep(16))), None);
    assert_eq!(code(&|claims| put(claims, 501, deep(17))), Some(Code::Limit));
    for key in [1 << 64, -(1 << 64) - 1] {
        assert_eq!(code(&|claims| put(claims, key, Value::Null)), Some(Code::Preissue), "{key}");
    }
    for key in [(1 << 64) - 1, -(1 << 64)] {
        assert_eq!(code(&|claims| put(claims, key, Value::Null)), None, "{key}");
    }
}

/// Whoever is refused is told where, and in no more words than a place needs.
#[test]
fn what_cannot_be_issued_has_a_place() {
    let message = |value: Value<'static>| {
        let mut claims = claims();
        put(&mut claims, 501, value);
        issuer().prepare(claims, holder_key().public(), &plan(&[]), &mut Counting(0)).unwrap_err().to_string()
    };
    let in_map = |key: String, value| Value::Map(Map::from_entries(vec![(Key::Text(key.into()), value)]).unwrap());
    let marked = Value::Tag(1, Box::new(array(vec![Value::Null, Value::Tag(58, Box::new(Value::Null))])));
    assert!(message(in_map("a".to_owned(), marked)).ends_with("(at 501.a[1])"));
    let long = message(array(vec![in_map("a".repeat(100_000), Value::Null)]));
    assert!(long.ends_with("a text key has 1 to 255 octets (at 501[0])"), "{long}");
    let deep = (0..17).fold(Value::Null, |inner, _| array(vec![inner]));
    assert!(message(deep).contains("(at 501[0][0]"));
}

/// CWT-I-018, in both places where claims stand; by path and by marks. Inside other maps these keys are like any other (trap 7,
/// CWT-I-019).
#[test]
fn claims_that_stay_visible() {
    let in_header = |plan: &RedactionPlan| {
        let (none, mut in_header) = (RedactionPlan::new(Redaction::None), claims());
        take(&mut in_header, 500);
        let holder = holder_key();
        let issuance = Issuance::new(claims(), holder.public(), &none).with_header_claims(in_header, plan);
        issuer().prepare_issuance(issuance, &mut Counting(0)).map(drop).map_err(|error| error.code())
    };
    for path in ["1", "3", "4", "5", "6", "7", "8", "8.1", "39"] {
        assert_eq!(issue(claims(), &plan(&[path])).unwrap_err(), Code::RedactionForbidden, "{path}");
        assert_eq!(in_header(&plan(&[path])).unwrap_err(), Code::RedactionForbidden, "{path} in the header");
    }
    assert_eq!(in_header(&plan(&["2"])), Ok(()));
    for (key, marks) in [
        (4, Marks { redact: true, ..Marks::default() }),
        (8, Marks { keys: [(Key::Int(1), Marks { redact: true, ..Marks::default() })].into(), ..Marks::default() }),
    ] {
        let plan = RedactionPlan::new(Redaction::Marked(Marks { keys: [(Key::Int(key), marks)].into(), ..Marks::default() }));
        assert_eq!(issue(claims(), &plan).unwrap_err(), Code::RedactionForbidden, "{key}");
        assert_eq!(in_header(&plan).unwrap_err(), Code::RedactionForbidden, "{key} in the header");
    }
    // Of all that may be, these are not.
    let token = issue(claims(), &RedactionPlan::new(Redaction::All)).unwrap();
    assert!([1, 4, 6, 8].into_iter().all(|key| payload(&token).int(key).is_some()));
    let mut nested = claims();
    put(&mut nested, 187, Value::Map(map(vec![(1, Value::Int(1)), (4, Value::Int(4)), (8, Value::Int(8))])));
    hold(&issue(nested, &plan(&["187.1", "187.4", "187.8"])).unwrap());
    assert_eq!(issue(claims(), &plan(&["999"])).unwrap_err(), Code::PathUnmatched);
}

/// Trap 10, CWT-I-020: `status` stays visible, unless the Issuer is told otherwise and the plan names it.
#[test]
fn status_is_redacted_on_request_only() {
    let with_status = || {
        let mut claims = claims();
        put(&mut claims, 65535, Value::Map(Map::new()));
        claims
    };
    let prepare = |issuer: &Issuer, plan: &RedactionPlan| {
        let prepared = issuer.prepare(with_status(), holder_key().public(), plan, &mut Counting(0));
        prepared.and_then(|prepared| prepared.sign(&issuer_key())).map_err(|error| error.code())
    };
    let (named, all) = (plan(&["65535"]), RedactionPlan::new(Redaction::All));
    assert_eq!(prepare(&issuer(), &named).unwrap_err(), Code::RedactionForbidden);
    assert!(payload(&prepare(&issuer(), &all).unwrap()).int(65535).is_some());
    let overridden = issuer().with_redactable_status();
    assert!(payload(&prepare(&overridden, &named).unwrap()).int(65535).is_none());
    assert!(payload(&prepare(&overridden, &all).unwrap()).int(65535).is_some(), "it was not named");
    let marks = Marks { keys: [(Key::Int(65535), Marks { redact: true, ..Marks::default() })].into(), ..Marks::default() };
    assert!(payload(&prepare(&overridden, &RedactionPlan::new(Redaction::Marked(marks))).unwrap()).int(65535).is_none());
}

/// CWT-I-021, trap 11: the client's nonce comes back in the payload, in clear.
#[test]
fn the_nonce_of_the_client_is_given_back() {
    let issue = |claims, cnonce| {
        let all = RedactionPlan::new(Redaction::All);
        let holder = holder_key();
        let issuance = Issuance::new(claims, holder.public(), &all).with_cnonce(cnonce);
        let prepared = issuer().prepare_issuance(issuance, &mut Counting(0));
        prepared.and_then(|prepared| prepared.sign(&issuer_key())).map_err(|error| error.code())
    };
    let token = issue(claims(), b"sent").unwrap();
    assert_eq!(payload(&token).int(39), Some(&bytes(b"sent")));
    let mut with_nonce = claims();
    put(&mut with_nonce, 39, bytes(b"sent"));
    assert_eq!(issue(with_nonce, b"sent").unwrap_err(), Code::Preissue);
}

fn with_header(
    payload: Map<'static>,
    plan: &RedactionPlan,
    in_header: Map<'static>,
    of_header: &RedactionPlan,
) -> Result<SdCwt, Code> {
    let holder = holder_key();
    let issuance = Issuance::new(payload, holder.public(), plan).with_header_claims(in_header, of_header);
    let prepared = issuer().prepare_issuance(issuance, &mut Counting(0));
    prepared.and_then(|prepared| prepared.sign(&issuer_key())).map_err(|error| error.code())
}

/// CWT-I-027: a key in both places has one value, however it is encoded; each is redacted or not, with a salt of its own.
#[test]
fn claims_in_the_header_agree_with_those_of_the_payload() {
    let none = RedactionPlan::new(Redaction::None);
    let (visible, redacted) = (&none, &plan(&["2"]));
    let sub = || map(vec![(2, Value::from("subject"))]);
    for (of_payload, of_header) in [(visible, visible), (redacted, visible), (visible, redacted), (redacted, redacted)] {
        let token = with_header(claims(), of_payload, sub(), of_header).unwrap();
        let expected = [of_payload, of_header].iter().filter(|plan| **plan != visible).count();
        let disclosures = disclosures(&token);
        assert_eq!(disclosures.len(), expected);
        assert!(disclosures.iter().all(|content| content.ends_with(&hex("67 7375626a656374 02"))));
        assert_eq!(hold(&token).claims().int(2), Some(&Value::from("subject")));
    }
    let other = map(vec![(2, Value::from("another"))]);
    assert_eq!(with_header(claims(), visible, other, visible).unwrap_err(), Code::ClaimCollision);
    // The order of entries is no difference, a type is.
    let reordered = |first, second| map(vec![(500, Value::Map(map(vec![first, second])))]);
    let (a, b) = ((1, Value::Int(1)), (2, Value::Int(2)));
    let mut payload = claims();
    payload.remove(&Key::Int(500));
    put(&mut payload, 500, Value::Map(map(vec![a.clone(), b.clone()])));
    assert!(with_header(payload.clone(), visible, reordered(b.clone(), a.clone()), visible).is_ok());
    let float = (1, Value::Float(1.0));
    assert_eq!(with_header(payload, visible, reordered(float, b), visible).unwrap_err(), Code::ClaimCollision);
}

/// Claims in the header count: for what must be there, for dates and for types (CWT-I-016, CWT-I-017, CWT-I-029); and are checked
/// like the others (CWT-I-026).
#[test]
fn claims_in_the_header_count_like_others() {
    let none = RedactionPlan::new(Redaction::None);
    let without = |key| {
        let mut claims = claims();
        take(&mut claims, key);
        claims
    };
    let header = |key, value| map(vec![(key, value)]);
    let issue = |payload, in_header| with_header(payload, &none, in_header, &none);
    assert_eq!(
        hold(&issue(without(2), header(2, Value::from("subject"))).unwrap()).claims().int(2),
        Some(&Value::from("subject"))
    );
    assert_eq!(hold(&issue(without(1), header(1, Value::from(ISSUER))).unwrap()).issuer(), ISSUER);
    assert_eq!(issue(without(1), header(2, Value::from("subject"))).unwrap_err(), Code::ClaimMissing);
    assert_eq!(issue(without(4), header(4, Value::Int(600))).unwrap_err(), Code::Time);
    assert_eq!(issue(without(4), header(4, Value::from("soon"))).unwrap_err(), Code::ClaimType);
    assert_eq!(issue(claims(), header(11, bytes(b"vct"))).unwrap_err(), Code::ClaimType);
    assert_eq!(issue(claims(), header(9, Value::Tag(58, Box::new(Value::Null)))).unwrap_err(), Code::Preissue);
}
