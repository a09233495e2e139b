//! The draft's examples, as its repository has them, where they are at hand: the lists of appendix "Test vectors", octet for octet,
//! and the Status List Token in CWT form with its key.

use std::path::PathBuf;

use mimicred_claims::{Clock, Date, Value};
use mimicred_cose::cbor::{self, Dialect};
use mimicred_jose::{Jwk, json};
use mimicred_status::{Bits, Code, Expectations, Limits, StatusList, StatusReference, StatusValue, UnverifiedStatusListCwt};

use crate::drafts::hex;

/// A file of the examples, or a note that it is not there.
fn file(name: &str) -> Option<String> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../../shared/vectors/ietf-status-list", name].iter().collect();
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        // Straight to the stream: the test harness swallows what passing tests print.
        let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("skipped: {name} not present\n"));
    }
    text
}

/// The list in a file of hexadecimal CBOR.
fn list(name: &str) -> Option<StatusList> {
    let encoded = hex(&file(name)?);
    let value = cbor::parse(&encoded, Dialect::Plain, &cbor::Limits::DEFAULT).unwrap();
    let map = value.as_map().unwrap();
    let bits = Bits::from_number(map.text("bits").and_then(Value::as_int).unwrap()).unwrap();
    Some(StatusList::decompress(bits, map.text("lst").and_then(Value::as_bytes).unwrap(), &Limits::DEFAULT).unwrap())
}

/// CWT-S-006, CWT-S-007: 2^20 entries each, of which few are set.
#[test]
fn the_long_lists_are_read() {
    let some = |list: &StatusList, entries: &[(u64, u8)]| {
        assert_eq!(list.len(), 1 << 20);
        for (index, value) in entries {
            assert_eq!(list.get(*index), Some(StatusValue::new(*value)), "{index}");
        }
    };
    let set = |list: &StatusList| list.counts().iter().skip(1).map(|(_, count)| count).sum::<u64>();
    if let Some(list) = list("status_list_encoding1_long_cbor.md") {
        some(&list, &[(0, 1), (1, 0), (1993, 1), (554_353, 1), (1_000_345, 1)]);
        assert_eq!(set(&list), 11);
    }
    if let Some(list) = list("status_list_encoding2_long_cbor.md") {
        some(&list, &[(0, 1), (1993, 2), (159_495, 3), (723_232, 1), (1_000_345, 3)]);
        assert_eq!(set(&list), 11);
    }
    if let Some(list) = list("status_list_encoding4_cbor.md") {
        some(&list, &[(0, 1), (1993, 2), (923_232, 8), (1_030_203, 13), (1_030_204, 14), (1_030_205, 15)]);
        assert_eq!(set(&list), 15);
    }
    // Each value from 0 to 255 once, beside all the zeros.
    if let Some(list) = list("status_list_encoding8_cbor.md") {
        some(&list, &[(233_478, 0), (52451, 1), (582_738, 24), (152_133, 254), (19535, 255)]);
        assert_eq!(list.counts().iter().skip(1).map(|(value, count)| (value.number(), *count)).collect::<Vec<_>>(), {
            (1..=255).map(|value| (value, 1)).collect::<Vec<_>>()
        });
    }
}

/// CWT-S-004 to CWT-S-010: ES256 (-7), `typ` as a media type, `kid` unprotected.
#[test]
fn the_token_is_verified() {
    let (Some(token), Some(key)) = (file("status_list_cwt.md"), file("issuer.jwk")) else { return };
    let token = hex(&token);
    let key = json::parse(&key, &json::Limits::DEFAULT).unwrap();
    let keys = [Jwk::parse(key.as_map().unwrap()).unwrap().public];
    let uri = "https://example.com/statuslists/1";
    let verify = |now| {
        let clock = Clock { now, leeway: 0 };
        let expected = Expectations { keys: &keys, uri, clock, max_age: None, limits: Limits::DEFAULT };
        UnverifiedStatusListCwt::parse(&token).unwrap().verify(&expected)
    };
    let list = verify(1_686_920_170).unwrap();
    assert_eq!((list.token().issued_at(), list.token().ttl()), (Date::Int(1_686_920_170), Some(43_200)));
    assert_eq!(list.token().expires(), Some(Date::Int(2_291_720_170)));
    assert_eq!(list.token().list().as_octets(), [0xb9, 0xa3]);
    let clock = Clock { now: 1_686_920_170, leeway: 0 };
    assert!(list.check(&StatusReference::new(uri, 1).unwrap(), &clock).is_ok());
    assert_eq!(list.check(&StatusReference::new(uri, 0).unwrap(), &clock).unwrap_err().code(), Code::Invalid);
    assert_eq!(verify(2_291_720_170).unwrap_err().code(), Code::Expired);
}
