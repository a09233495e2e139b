//! Dates (CWT-S-005), and the check that a token format calls (CWT-S-008, CWT-S-010).

use mimicred_claims::{Clock, Value};
use mimicred_status::{Bits, Code, Error, Expectations, Limits, UnverifiedStatusListCwt, checker, newest};

use crate::drafts::*;

fn code_at(draft: &Draft, now: i64, leeway: u32, max_age: Option<u64>) -> Result<(), Code> {
    let (token, keys) = (draft.sign(&key(1)), [key(1).public().clone()]);
    let expected = Expectations { keys: &keys, uri: URI, clock: Clock { now, leeway }, max_age, limits: Limits::DEFAULT };
    let verified = UnverifiedStatusListCwt::parse(&token).unwrap().verify(&expected);
    verified.map(drop).map_err(|error| error.code())
}

/// CWT-S-005: `exp`, which is iat + 3660 here. Leeway is for the clock.
#[test]
fn a_list_expires() {
    let draft = Draft::good();
    assert_eq!(code_at(&draft, NOW + 3599, 0, None), Ok(()));
    assert_eq!(code_at(&draft, NOW + 3600, 0, None), Err(Code::Expired));
    assert_eq!(code_at(&draft, NOW + 3600, 1, None), Ok(()));
    assert_eq!(code_at(&draft.clone().without(4), NOW + 1_000_000_000, 0, None), Ok(()));
    assert_eq!(code_at(&draft.with(4, Value::Float(1_790_000_000.5)), NOW + 1, 0, None), Err(Code::Expired));
}

/// CWT-S-005: a list of tomorrow is no list of today.
#[test]
fn a_list_is_not_from_the_future() {
    let draft = Draft::good().with(6, i128::from(NOW) + 10);
    assert_eq!(code_at(&draft, NOW + 10, 0, None), Ok(()));
    assert_eq!(code_at(&draft, NOW + 9, 0, None), Err(Code::Premature));
    assert_eq!(code_at(&draft, NOW + 9, 1, None), Ok(()));
    let later = Draft::good().with(5, i128::from(NOW) + 10);
    assert_eq!(code_at(&later, NOW + 10, 0, None), Ok(()));
    assert_eq!(code_at(&later, NOW + 9, 0, None), Err(Code::Premature));
}

/// draft-ietf-oauth-status-list-20 8.3: a policy about freshness looks at `iat`, and holds for lists without `exp` too.
#[test]
fn a_list_can_be_too_old_for_the_caller() {
    let draft = Draft::good().without(4);
    assert_eq!(code_at(&draft, NOW + 40, 0, Some(100)), Ok(()));
    assert_eq!(code_at(&draft, NOW + 41, 0, Some(100)), Err(Code::Stale));
    assert_eq!(code_at(&draft, NOW + 41, 1, Some(100)), Ok(()));
}

/// CWT-S-005: what was verified in time and kept does not outlive its `exp`.
#[test]
fn a_list_that_was_kept_still_expires() {
    let list = Draft::good().verify().unwrap();
    let code = |now| list.check(&reference(1), &Clock { now, leeway: 0 }).map_err(|error| error.code());
    assert_eq!(code(NOW + 3599), Ok(()));
    assert_eq!(code(NOW + 3600), Err(Code::Expired));
    assert_eq!(code(NOW - 61), Err(Code::Premature));
}

/// CWT-S-008, CWT-S-009, CWT-S-010: the check in the form that a token format calls, with the value of the claim.
#[test]
fn the_checker_answers_for_claims() {
    let lists = [verified(Bits::One, &[0xb9, 0xa3])];
    let check = checker::<Error>(&lists, Clock { now: NOW, leeway: 0 });
    let code = |index| check(&reference(index).to_claim()).map_err(|error| error.code());
    for index in 0..16 {
        let expected = if [0, 3, 4, 5, 7, 8, 9, 13, 15].contains(&index) { Err(Code::Invalid) } else { Ok(()) };
        assert_eq!(code(index), expected, "{index}");
    }
    assert_eq!(code(16), Err(Code::Index));
    assert_eq!(check(&Value::Null).unwrap_err().code(), Code::Reference);
    let late = checker::<Error>(&lists, Clock { now: NOW + 3600, leeway: 0 });
    assert_eq!(late(&reference(1).to_claim()).unwrap_err().code(), Code::Expired);
    // It fits where a token format takes any error, and keeps the cause.
    let any = checker::<Box<dyn std::error::Error + Send + Sync>>(&lists, Clock { now: NOW, leeway: 0 });
    let refused = any(&reference(0).to_claim()).unwrap_err();
    assert_eq!(refused.downcast_ref::<Error>().map(Error::code), Some(Code::Invalid));
}

/// CWT-S-009: what was revoked stays revoked for who still has the list of before, in whatever order the lists are.
#[test]
fn of_two_lists_the_newer_one_answers() {
    let list = |iat: i64, octets: &[u8]| {
        let lst = mimicred_status::StatusList::from_octets(Bits::Eight, octets).compress();
        let draft = Draft::good().with(6, i128::from(iat));
        draft.with_list(vec![("bits", Value::Int(8)), ("lst", bytes(&lst))]).verify().unwrap()
    };
    let (old, new) = (list(NOW - 20, &[0]), list(NOW - 10, &[1]));
    for lists in [[old.clone(), new.clone()], [new.clone(), old]] {
        assert_eq!(newest(&lists, URI), Some(&new));
        assert_eq!(newest(&lists, "https://a.example/status/2"), None);
        let check = checker::<Error>(&lists, Clock { now: NOW, leeway: 0 });
        assert_eq!(check(&reference(0).to_claim()).unwrap_err().code(), Code::Invalid);
    }
}
