//! What the values mean (CWT-S-009).

use mimicred_claims::Clock;
use mimicred_status::{Bits, Code, Meaning, StatusValue};

use crate::drafts::{NOW, reference, verified};

/// CWT-S-009: of 256 values one lets a token pass.
#[test]
fn only_valid_passes() {
    for number in 0..=255 {
        let (meaning, expected) = match number {
            0 => (Meaning::Valid, Ok(())),
            1 => (Meaning::Invalid, Err(Code::Invalid)),
            2 => (Meaning::Suspended, Err(Code::Suspended)),
            3 | 12 | 13 | 14 | 15 => (Meaning::ApplicationSpecific, Err(Code::ApplicationSpecific)),
            _ => (Meaning::Reserved, Err(Code::Reserved)),
        };
        let value = StatusValue::new(number);
        assert_eq!((value.number(), value.meaning()), (number, meaning));
        assert_eq!(value.check().map_err(|error| error.code()), expected, "{number}");
    }
}

#[test]
fn values_have_names() {
    let names = [0, 1, 2, 3, 4, 15].map(|number| StatusValue::new(number).to_string());
    assert_eq!(names, ["VALID", "INVALID", "SUSPENDED", "3 (application specific)", "4 (reserved)", "15 (application specific)"]);
}

/// CWT-S-009 and CWT-S-008 on a list; who knows what application specific values mean reads them.
#[test]
fn a_list_answers_for_its_entries() {
    let clock = Clock { now: NOW, leeway: 0 };
    let list = verified(Bits::Four, &[0x10, 0xc2, 0x03, 0xf4]);
    let code = |index| list.check(&reference(index), &clock).map_err(|error| error.code());
    let specific = Err(Code::ApplicationSpecific);
    let expected = [Ok(()), Err(Code::Invalid), Err(Code::Suspended), specific, specific, Ok(()), Err(Code::Reserved), specific];
    for (index, expected) in (0..).zip(expected) {
        assert_eq!(code(index), expected, "{index}");
    }
    assert_eq!(code(8), Err(Code::Index));
    assert_eq!(code(u64::MAX), Err(Code::Index));
    assert_eq!(list.value(&reference(3), &clock).unwrap(), StatusValue::new(12));
}
