//! Dates (JWT-S-003), what a list answers (JWT-S-006, JWT-S-007), and how long it is kept (JWT-S-009).

use mimicred_claims::{Clock, Value};
use mimicred_status::{
    Bits, CacheBounds, Code, Error, Expectations, Limits, StatusReference, StatusValue, UnverifiedStatusListJwt, checker, newest,
};

use super::drafts::*;

fn code_at(draft: &Draft, now: i64, leeway: u32, max_age: Option<u64>) -> Result<(), Code> {
    let (token, keys) = (draft.sign(&key(1)), [key(1).public().clone()]);
    let expected = Expectations { keys: &keys, uri: URI, clock: Clock { now, leeway }, max_age, limits: Limits::DEFAULT };
    let verified = UnverifiedStatusListJwt::parse(&token).unwrap().verify(&expected);
    verified.map(drop).map_err(|error| error.code())
}

/// JWT-S-003: `exp`. Leeway is for the clock; a list that was kept does not outlive it.
#[test]
fn a_list_expires() {
    let draft = Draft::good();
    assert_eq!(code_at(&draft, NOW + 3599, 0, None), Ok(()));
    assert_eq!(code_at(&draft, NOW + 3600, 0, None), Err(Code::Expired));
    assert_eq!(code_at(&draft, NOW + 3600, 1, None), Ok(()));
    assert_eq!(code_at(&draft.clone().without("exp"), NOW + 1_000_000_000, 0, None), Ok(()));
    assert_eq!(code_at(&draft.clone().with("exp", "1790000000.5"), NOW + 1, 0, None), Err(Code::Expired));
    let kept = draft.verify().unwrap();
    let code = |now| kept.check(&reference(1), &Clock { now, leeway: 0 }).map_err(|error| error.code());
    assert_eq!((code(NOW + 3599), code(NOW + 3600)), (Ok(()), Err(Code::Expired)));
}

/// JWT-S-003: a list of tomorrow is no list of today, by `iat` and by `nbf`.
#[test]
fn a_list_is_not_from_the_future() {
    for claim in ["iat", "nbf"] {
        let draft = Draft::good().with(claim, "1790000010");
        assert_eq!(code_at(&draft, NOW + 10, 0, None), Ok(()), "{claim}");
        assert_eq!(code_at(&draft, NOW + 9, 0, None), Err(Code::Premature), "{claim}");
        assert_eq!(code_at(&draft, NOW + 9, 1, None), Ok(()), "{claim}");
    }
}

/// draft-ietf-oauth-status-list-20 8.3: a policy about freshness looks at `iat`.
#[test]
fn a_list_can_be_too_old_for_the_caller() {
    assert_eq!(code_at(&Draft::good(), NOW + 40, 0, Some(100)), Ok(()));
    assert_eq!(code_at(&Draft::good(), NOW + 41, 0, Some(100)), Err(Code::Stale));
}

/// JWT-S-006: the list ends, and what lies beyond is refused.
#[test]
fn an_index_beyond_the_list_is_refused() {
    let clock = Clock { now: NOW, leeway: 0 };
    let list = Draft::good().verify().unwrap();
    let code = |index| list.check(&reference(index), &clock).map_err(|error| error.code());
    assert_eq!(code(14), Ok(()));
    for beyond in [16, 17, u64::MAX] {
        assert_eq!(code(beyond), Err(Code::Index), "{beyond}");
    }
}

/// JWT-S-007: of what 4 bits can say, 0 alone is valid; who knows what an application specific value means reads it.
#[test]
fn only_valid_passes() {
    let clock = Clock { now: NOW, leeway: 0 };
    let list = verified(Bits::Four, &[0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe]);
    for index in 0..16 {
        let expected = match index {
            0 => Ok(()),
            1 => Err(Code::Invalid),
            2 => Err(Code::Suspended),
            3 | 12..=15 => Err(Code::ApplicationSpecific),
            _ => Err(Code::Reserved),
        };
        assert_eq!(list.check(&reference(index), &clock).map_err(|error| error.code()), expected, "{index}");
        let value = list.value(&reference(index), &clock).unwrap();
        assert_eq!(value, StatusValue::new(u8::try_from(index).unwrap()));
    }
}

/// JWT-S-006, JWT-S-007: the check in the form that a token format calls, with the value of the claim as JSON has it.
#[test]
fn the_checker_answers_for_claims() {
    let lists = [Draft::good().verify().unwrap()];
    let check = checker::<Error>(&lists, Clock { now: NOW, leeway: 0 });
    let code = |index: u64| {
        let claim = format!(r#"{{"status_list":{{"idx":{index},"uri":"{URI}"}}}}"#);
        let claim = mimicred_jose::json::parse(&claim, &mimicred_jose::json::Limits::DEFAULT).unwrap();
        check(&claim).map_err(|error| error.code())
    };
    for index in 0..16 {
        let expected = if [0, 3, 4, 5, 7, 8, 9, 13, 15].contains(&index) { Err(Code::Invalid) } else { Ok(()) };
        assert_eq!(code(index), expected, "{index}");
    }
    assert_eq!(code(16), Err(Code::Index));
    assert_eq!(check(&Value::Null).unwrap_err().code(), Code::Reference);
}

/// JWT-S-007: what was revoked stays revoked for who still has the list of before, though the two came in different forms.
#[test]
fn of_two_lists_the_newer_one_answers() {
    let cwt = crate::drafts::Draft::good().verify().unwrap();
    let newer = Draft::good().with("iat", "1789999941").with("status_list", r#"{"bits":1,"lst":"eNr7DwABAAEA"}"#);
    let newer = newer.verify().unwrap();
    assert_eq!(newer.token().list().as_octets(), [0xff]);
    for lists in [[cwt.clone(), newer.clone()], [newer.clone(), cwt]] {
        assert_eq!(newest(&lists, URI), Some(&newer));
        let refused = checker::<Error>(&lists, Clock { now: NOW, leeway: 0 })(&reference(1).to_claim());
        assert_eq!(refused.unwrap_err().code(), Code::Invalid);
    }
}

/// JWT-S-009: `ttl` and `exp` come before what the server says, and the bounds before both.
#[test]
fn ttl_and_exp_outrank_http_and_are_clamped() {
    let bounds = CacheBounds { shortest: 100, longest: 10_000 };
    let fresh = |ttl: Option<&str>, exp: Option<&str>, http| {
        let draft = Draft::good().without("ttl").without("exp");
        let draft = ttl.map_or(draft.clone(), |ttl| draft.with("ttl", ttl));
        let draft = exp.map_or(draft.clone(), |exp| draft.with("exp", exp));
        draft.verify().unwrap().fresh_until(NOW, http, &bounds) - NOW
    };
    assert_eq!(fresh(Some("600"), None, Some(9000)), 600);
    assert_eq!(fresh(None, Some("1790000700"), Some(9000)), 700);
    assert_eq!(fresh(Some("600"), Some("1790000700"), Some(9000)), 600);
    assert_eq!(fresh(Some("800"), Some("1790000700.75"), Some(9000)), 700);
    assert_eq!(fresh(None, None, Some(900)), 900);
    assert_eq!(fresh(None, None, None), 100);
    for huge in ["10001", "1000000000000000000", "170141183460469231731687303715884105727"] {
        assert_eq!(fresh(Some(huge), None, None), 10_000, "{huge}");
    }
    assert_eq!(fresh(Some("1"), None, None), 100);
    assert_eq!(fresh(None, Some("1790000001"), None), 100);
}

/// JWT-S-001, as far as it is not the token's: a list that fails its own verification is none, and no answer comes of it. That of a
/// token that fails nobody asks is held where both are known, in `crates/room`.
#[test]
fn without_a_verified_list_there_is_no_answer() {
    let clock = Clock { now: NOW, leeway: 0 };
    let claim = StatusReference::new(URI, 1).unwrap().to_claim();
    let answer = |lists: Vec<_>| checker::<Error>(&lists, clock)(&claim).map_err(|error| error.code());
    assert_eq!(answer(vec![Draft::good().verify().unwrap()]), Ok(()));
    let forged = verify(&Draft::good().sign(&key(2)));
    assert_eq!(answer(forged.into_iter().collect()), Err(Code::ListMissing));
}
