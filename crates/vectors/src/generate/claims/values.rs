//! Keys and dates.

use mimicred_claims::Value;

use crate::cast::NOW;
use crate::draft::{Draft, case};
use crate::object::Object;

pub(super) fn maps() -> Draft {
    let about = "Maps, each key of which stands there once.";
    let mut file = Draft::new("claims/map", "claims/map", about, &["RFC 8259", "RFC 8949"]);
    file.group("Entries", Object::new());
    let of = |id: &str, comment: &str, keys: &[Value<'static>]| {
        let entries = keys.iter().map(|key| Value::from(Object::new().with("key", key.clone()).with("value", Value::Null)));
        case(id, comment, &["CWT-E-010", "JWT-E-016"]).input(Object::new().list("entries", entries.collect::<Vec<_>>()))
    };
    let (text, int) = (|text: &'static str| Value::from(text), |number: i128| Value::Int(number));
    for (id, comment, keys) in [
        ("texts", "texts, in any order", vec![text("b"), text("a")]),
        ("number-and-text", "a number, and the text of its digits", vec![int(1), text("1")]),
        ("composed", "one letter in two forms of Unicode", vec![text("\u{fc}"), text("u\u{308}")]),
    ] {
        file.valid(of(id, comment, &keys), Object::new().list("keys", keys.clone()));
    }
    let many: Vec<_> = (0..40).map(|n| int(n % 39)).collect();
    for (id, comment, keys) in [
        ("text-twice", "a text twice", vec![text("a"), text("b"), text("a")]),
        ("number-twice", "a number twice", vec![int(1), int(1)]),
        ("twice-among-many", "the first of forty again as the last", many),
    ] {
        file.refused(of(id, comment, &keys).flag("pitfall-encoding"), "claims/duplicate-key");
    }
    file
}

pub(super) fn dates() -> Draft {
    let about = "Dates in seconds since 1970, compared without losing precision.";
    let mut file = Draft::new("claims/date-compare", "claims/date-compare", about, &["RFC 7519", "RFC 8392"]);
    file.group("Dates, compared", Object::new().int("now", NOW));
    let number = |text: &'static str| match text.parse::<i128>() {
        Ok(number) => Value::Int(number),
        Err(_) => Value::Decimal(text.into()),
    };
    let rules = ["CWT-T-018", "JWT-T-001"];
    for (id, comment, one, other, order) in [
        ("same", "the same number", "1790000000", "1790000000", "same"),
        ("before", "a second before", "1789999999", "1790000000", "before"),
        ("after", "a second after", "1790000001", "1790000000", "after"),
        ("same-float", "a number and a float", "1790000000", "1790000000.0", "same"),
        ("fraction", "half a second after", "1790000000.5", "1790000000", "after"),
        ("fraction-before", "half a second before", "1790000000", "1790000000.5", "before"),
        ("exponent", "a float with an exponent", "1.79e9", "1790000000", "same"),
        ("negative", "before 1970", "-1.5", "-1", "before"),
        ("precise", "2^53 + 1 and the float 2^53", "9007199254740993", "9007199254740992.0", "after"),
        ("beyond-floats", "2^60 and a second more", "1152921504606846976", "1152921504606846977", "before"),
    ] {
        let input = Object::new().with("one", number(one)).with("other", number(other));
        file.valid(case(id, comment, &rules).input(input), Object::new().text("order", order));
    }
    for (id, comment, one) in [
        ("text", "text", Value::from("1790000000")),
        ("null", "null", Value::Null),
        ("true", "true", Value::from(true)),
        ("float-too-large", "a float beyond 2^53", number("9007199254740994.0")),
        ("float-too-small", "a float below -2^53", number("-9007199254740994.0")),
        ("array", "an array", Value::Array(vec![Value::Int(1)])),
    ] {
        let input = Object::new().with("one", one).int("other", NOW);
        let new = case(id, comment, &["CWT-E-024", "CWT-E-025", "JWT-T-002"]).input(input);
        file.refused(new.differs_from("same"), "claims/date-malformed");
    }
    file.group("Dates and the clock", Object::new().int("now", NOW).int("other", NOW));
    for (id, comment, one, leeway, expired, premature) in [
        ("clock-now", "now", NOW, 0, true, false),
        ("clock-next", "the next second", NOW + 1, 0, false, true),
        ("clock-last", "the last second", NOW - 1, 0, true, false),
        ("leeway-past", "ten seconds ago, and clocks may differ by ten", NOW - 10, 10, true, false),
        ("leeway-past-inside", "nine seconds ago", NOW - 9, 10, false, false),
        ("leeway-future-inside", "in ten seconds", NOW + 10, 10, false, false),
        ("leeway-future", "in eleven seconds", NOW + 11, 10, false, true),
    ] {
        let new = case(id, comment, &["CWT-T-014", "JWT-T-001"]).input(Object::new().int("one", one).int("leeway", leeway));
        file.valid(new, Object::new().with("expired", expired).with("premature", premature));
    }
    file
}
