//! How long to keep a list (CWT-S-012).

use mimicred_claims::Value;
use mimicred_status::CacheBounds;

use crate::drafts::*;

const BOUNDS: CacheBounds = CacheBounds { shortest: 100, longest: 10_000 };

/// Seconds after its fetch, at NOW, for which a list with these claims is fresh.
fn fresh(ttl: Option<u64>, exp_in: Option<Value<'static>>, http: Option<u64>) -> i64 {
    let mut draft = Draft::good().without(4).without(65534);
    if let Some(ttl) = ttl {
        draft = draft.with(65534, i128::from(ttl));
    }
    if let Some(exp) = exp_in {
        draft = draft.with(4, exp);
    }
    draft.verify().unwrap().fresh_until(NOW, http, &BOUNDS) - NOW
}

fn in_seconds(seconds: i64) -> Option<Value<'static>> {
    Some(Value::Int((NOW + seconds).into()))
}

/// CWT-S-012: what the list says comes before what the server says.
#[test]
fn ttl_and_exp_outrank_http() {
    assert_eq!(fresh(Some(600), None, Some(9000)), 600);
    assert_eq!(fresh(None, in_seconds(700), Some(9000)), 700);
    assert_eq!(fresh(Some(600), in_seconds(700), Some(9000)), 600);
    assert_eq!(fresh(Some(800), in_seconds(700), Some(9000)), 700);
    assert_eq!(fresh(None, None, Some(900)), 900);
    // Nobody says anything: as short as may be.
    assert_eq!(fresh(None, None, None), 100);
    // exp with a fraction.
    assert_eq!(fresh(None, Some(Value::Float(1_790_000_700.75)), None), 700);
}

/// CWT-S-012: everything is clamped, ttl 1e18 and more among it.
#[test]
fn what_is_said_is_clamped() {
    for huge in [10_001, 1_000_000_000_000_000_000, u64::MAX] {
        assert_eq!(fresh(Some(huge), None, None), 10_000, "{huge}");
        assert_eq!(fresh(None, None, Some(huge)), 10_000, "{huge}");
    }
    assert_eq!(fresh(Some(10_000), None, None), 10_000);
    assert_eq!(fresh(Some(100), None, None), 100);
    assert_eq!(fresh(Some(1), None, None), 100);
    assert_eq!(fresh(None, None, Some(0)), 100);
    assert_eq!(fresh(None, in_seconds(1), None), 100);
    assert_eq!(fresh(None, in_seconds(i64::MAX - NOW), None), 10_000);
    assert_eq!(CacheBounds::default(), CacheBounds { shortest: 60, longest: 86_400 });
}

/// The longest time wins over the shortest, and no sum overflows.
#[test]
fn odd_bounds_do_no_harm() {
    let list = Draft::good().verify().unwrap();
    assert_eq!(list.fresh_until(NOW, None, &CacheBounds { shortest: 20, longest: 10 }), NOW + 10);
    assert_eq!(list.fresh_until(i64::MAX, None, &BOUNDS), i64::MAX);
    assert_eq!(list.fresh_until(i64::MIN, None, &BOUNDS), i64::MIN + 10_000);
    let all = CacheBounds { shortest: u64::MAX, longest: u64::MAX };
    assert_eq!(list.fresh_until(0, None, &all), i64::MAX);
}
