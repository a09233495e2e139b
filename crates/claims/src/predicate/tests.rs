use super::*;
use crate::{Key, Map};

const TODAY: &str = "2026-09-21";

fn today() -> Day {
    Day::parse(TODAY).unwrap()
}

fn text(text: &str) -> Scalar<'_> {
    Scalar::Text(Cow::Borrowed(text))
}

fn number(text: &str) -> Scalar<'static> {
    Scalar::Number(Number::parse(text).unwrap())
}

fn decimal(text: &str) -> Value<'_> {
    Value::Decimal(Cow::Borrowed(text))
}

fn holds(predicate: &Predicate<'_>, value: &Value<'_>) -> bool {
    predicate.holds(&"claim".parse().unwrap(), value, today())
}

fn age(predicate: &Predicate<'_>, path: &str, value: &Value<'_>, day: &str) -> bool {
    predicate.holds(&path.parse().unwrap(), value, Day::parse(day).unwrap())
}

/// One value that meets each predicate and one that does not.
#[test]
fn each_predicate_passes_and_breaks() {
    let cases = [
        (Predicate::Equal(text("a")), Value::from("a"), Value::from("A")),
        (Predicate::Equal(number("1.0")), Value::Int(1), Value::Int(2)),
        (Predicate::Equal(Scalar::Bool(true)), Value::from(true), Value::from(false)),
        (Predicate::LessThan(number("2")), decimal("1.999"), Value::Int(2)),
        (Predicate::LessThanOrEqual(number("2")), Value::Int(2), decimal("2.0000000000000000000000001")),
        (Predicate::GreaterThan(number("-1")), decimal("-0.5"), Value::Int(-1)),
        (Predicate::GreaterThanOrEqual(number("1e2")), Value::Int(100), Value::Int(99)),
        (Predicate::LessThan(text("b")), Value::from("az"), Value::from("b")),
        (Predicate::GreaterThan(text("Z")), Value::from("a"), Value::from("A")),
        (Predicate::Contains(text("ell")), Value::from("hello"), Value::from("help")),
        (
            Predicate::Contains(text("DE")),
            Value::Array(vec![Value::from("FR"), Value::from("DE")]),
            Value::Array(vec![Value::from("DEU"), Value::Array(vec![Value::from("DE")])]),
        ),
        (Predicate::StartsWith(text("he")), Value::from("hello"), Value::from("ohe")),
        (Predicate::EndsWith(text("lo")), Value::from("hello"), Value::from("lot")),
        (Predicate::OneOf(vec![text("a"), number("3")]), Value::Int(3), Value::from("3")),
        (Predicate::HostEqual(text("a.example")), Value::from("eve@a.example"), Value::from("eve@b.a.example")),
    ];
    for (predicate, good, bad) in cases {
        assert!(holds(&predicate, &good), "{predicate:?} {good:?}");
        assert!(!holds(&predicate, &bad), "{predicate:?} {bad:?}");
        assert_eq!(predicate.clone().into_owned(), predicate);
    }
}

#[test]
fn exists_asks_for_nothing_else() {
    for value in [Value::Null, Value::Map(Map::new()), Value::from("")] {
        assert!(holds(&Predicate::Exists, &value));
    }
}

/// A value of another type, or of none, meets nothing, and is not unequal either: it is just false.
#[test]
fn another_type_is_false() {
    let values = [Value::Null, Value::Map(Map::new()), Value::Bytes(Cow::Borrowed(b"1")), Value::Float(1.0), Value::Undefined];
    let predicates = [
        Predicate::Equal(number("1")),
        Predicate::LessThanOrEqual(number("1")),
        Predicate::GreaterThanOrEqual(number("1")),
        Predicate::Contains(text("1")),
        Predicate::OneOf(vec![number("1"), text("1"), Scalar::Bool(true)]),
        Predicate::HostEqual(text("1")),
        Predicate::MinAgeYears(0),
        Predicate::MaxAgeYears(u16::MAX),
    ];
    for predicate in &predicates {
        for value in &values {
            assert!(!holds(predicate, value), "{predicate:?} {value:?}");
        }
    }
    assert!(!holds(&Predicate::Equal(number("1")), &Value::from("1")));
    assert!(!holds(&Predicate::Equal(text("true")), &Value::from(true)));
    assert!(!holds(&Predicate::LessThanOrEqual(Scalar::Bool(true)), &Value::from(false)), "booleans have no order");
    assert!(!holds(&Predicate::StartsWith(number("1")), &Value::Int(12)));
}

/// Numbers are exact decimals whatever their spelling and size.
#[test]
fn numbers_are_exact() {
    let ascending = [
        "-1e400",
        "-18446744073709551617",
        "-1.5",
        "-0.0001",
        "0",
        "1e-400",
        "0.1",
        "0.10000000000000000001",
        "9007199254740993",
        "1e400",
    ];
    for (n, low) in ascending.iter().enumerate() {
        for high in ascending.iter().skip(n + 1) {
            assert!(Number::parse(low).unwrap() < Number::parse(high).unwrap(), "{low} < {high}");
        }
    }
    for (a, b) in [("0", "-0.00"), ("100", "1E+2"), ("0.05", "5e-2"), ("1200", "1.2e3"), ("0e999", "0")] {
        assert_eq!(Number::parse(a), Number::parse(b), "{a} {b}");
        assert!(Number::parse(a).is_some());
    }
    for n in [0, 7, -10, 1 << 64, i128::MIN, i128::MAX] {
        assert_eq!(Number::parse(&n.to_string()), Some(Number::from(n)));
    }
    for bad in
        ["", "-", "+1", "01", ".5", "1.", "1e", "1e+", "1e--1", "0x1", "NaN", "1_0", " 1", "1e99999999999999999999", "1e1e1"]
    {
        assert_eq!(Number::parse(bad), None, "{bad}");
    }
}

/// Tags 0, 1 and 1004 stand for their content, no other tag does.
#[test]
fn dates_are_mapped() {
    let tag = |tag, value| Value::Tag(tag, Box::new(value));
    assert!(holds(&Predicate::Equal(text("2013-03-21T20:04:00Z")), &tag(0, Value::from("2013-03-21T20:04:00Z"))));
    assert!(holds(&Predicate::Equal(number("1363896240")), &tag(1, Value::Int(1_363_896_240))));
    assert!(holds(&Predicate::Equal(number("1363896240.5")), &tag(1, Value::Float(1_363_896_240.5))));
    assert!(!holds(&Predicate::Equal(number("0.1")), &tag(1, Value::Float(0.1))), "0.1 is no float");
    assert!(holds(&Predicate::Equal(text("1940-10-09")), &tag(1004, Value::from("1940-10-09"))));
    assert!(!holds(&Predicate::Equal(number("5")), &tag(2, Value::Int(5))));
    assert!(!holds(&Predicate::Equal(number("5")), &tag(1, Value::from("5"))));
    assert_eq!(Scalar::from_value(&tag(1, Value::Float(f64::NAN))), None);
}

#[test]
fn hosts_are_found_where_they_are() {
    let is_host = |value: &str| holds(&Predicate::HostEqual(text("a.example")), &Value::from(value));
    for good in [
        "https://a.example",
        "https://A.Example:8443/x?y#z",
        "https://eve:pw@a.example/",
        "mimi://a.example/u/alice",
        "a.example",
        "\"odd@name\"@a.example",
        "https://x@y@a.example",
    ] {
        assert!(is_host(good), "{good}");
    }
    for bad in [
        "https://a.example.evil.example/",
        "https://evil.example/@a.example",
        "https://a.example@evil.example",
        "https://evil.example?x=a.example",
        "https://evil.example#@a.example",
        "eve@a.example@evil.example",
        "@a.example",
        "eve@a.example://x",
        "eve@a.example/",
        "eve@ a.example",
        "://a.example",
        "https:///a.example",
        "",
    ] {
        assert!(!is_host(bad), "{bad}");
    }
}

/// The four sources, each at the boundary of 18 years, and none of them beyond what it says.
#[test]
fn minimum_age_from_each_source() {
    let adult = Predicate::MinAgeYears(18);
    let passing = [
        (r#"age_equal_or_over."18""#, Value::from(true)),
        (r#"age_equal_or_over."21""#, Value::from(true)),
        ("age_equal_or_over.18", Value::from(true)),
        (r#"person.age_equal_or_over."18""#, Value::from(true)),
        ("age_in_years", Value::Int(18)),
        ("age_birth_year", Value::Int(2007)),
        ("birthdate", Value::from("2008-09-21")),
        ("birthdate", Value::Tag(1004, Box::new(Value::from("2008-09-21")))),
        ("172", Value::from("1815-12-10")),
    ];
    for (path, value) in passing {
        assert!(age(&adult, path, &value, TODAY), "{path} {value:?}");
    }
    let breaking = [
        (r#"age_equal_or_over."16""#, Value::from(true)),
        (r#"age_equal_or_over."18""#, Value::from(false)),
        (r#"age_equal_or_over."18""#, Value::Int(1)),
        (r#"age_equal_or_over."18+""#, Value::from(true)),
        (r#"age_equal_or_over."+18""#, Value::from(true)),
        (r#"age_equal_or_over."""#, Value::from(true)),
        ("age_equal_or_over.birthdate", Value::from("1990-01-01")),
        (r#""18""#, Value::from(true)),
        ("180", Value::from(true)),
        ("age_in_years", Value::Int(17)),
        ("age_in_years", Value::from("18")),
        ("age_in_years", decimal("18.5")),
        ("age_birth_year", Value::Int(2008)),
        ("age_birth_year", Value::from("1990")),
        ("age_birth_year", Value::Int(-1)),
        ("birthdate", Value::from("2008-09-22")),
        ("birthdate", Value::from("0000-01-01")),
        ("birthdate", Value::from("1990")),
        ("birthdate", Value::from("1990-02-30")),
        ("birthdate", Value::from("1990-1-01")),
        ("birthdate", Value::from("1990-01-01T00:00:00Z")),
        ("birthdate", Value::Tag(0, Box::new(Value::from("1990-01-01T00:00:00Z")))),
        ("birthdate", Value::Int(1990)),
    ];
    for (path, value) in breaking {
        assert!(!age(&adult, path, &value, TODAY), "{path} {value:?}");
    }
}

/// Upper bounds: an age attestation never proves one, and the unborn have no age.
#[test]
fn maximum_age_from_each_source() {
    let child = Predicate::MaxAgeYears(17);
    for (path, value) in
        [("age_in_years", Value::Int(17)), ("age_birth_year", Value::Int(2009)), ("birthdate", Value::from("2008-09-22"))]
    {
        assert!(age(&child, path, &value, TODAY), "{path} {value:?}");
    }
    for (path, value) in [
        ("age_in_years", Value::Int(18)),
        ("age_in_years", Value::Int(-1)),
        ("age_birth_year", Value::Int(2008)),
        ("age_birth_year", Value::Int(2027)),
        ("birthdate", Value::from("2008-09-21")),
        ("birthdate", Value::from("2026-09-22")),
        (r#"age_equal_or_over."16""#, Value::from(true)),
        (r#"age_equal_or_over."18""#, Value::from(false)),
    ] {
        assert!(!age(&child, path, &value, TODAY), "{path} {value:?}");
    }
}

/// Born on 29 February: 18 on 1 March 2026, a leap year's child on the day itself.
#[test]
fn leap_day_counts_from_the_first_of_march() {
    let born = Value::from("2008-02-29");
    let adult = Predicate::MinAgeYears(18);
    assert!(!age(&adult, "birthdate", &born, "2026-02-28"));
    assert!(age(&adult, "birthdate", &born, "2026-03-01"));
    let twenty = Predicate::MinAgeYears(20);
    assert!(!age(&twenty, "birthdate", &born, "2028-02-28"));
    assert!(age(&twenty, "birthdate", &born, "2028-02-29"));
    let born = Value::from("1896-02-29");
    assert!(!age(&Predicate::MinAgeYears(4), "birthdate", &born, "1900-02-28"), "1900 was no leap year");
    assert!(age(&Predicate::MinAgeYears(4), "birthdate", &born, "1900-03-01"));
    assert!(Day::parse("2000-02-29").is_some() && Day::parse("1900-02-29").is_none() && Day::parse("2026-02-29").is_none());
}

/// Day numbers from `date -u -d @N +%F`.
#[test]
fn days_of_seconds() {
    for (seconds, day) in [
        (0, "1970-01-01"),
        (86_399, "1970-01-01"),
        (86_400, "1970-01-02"),
        (951_782_400, "2000-02-29"),
        (951_868_800, "2000-03-01"),
        (1_790_000_000, TODAY),
        (4_107_542_400, "2100-03-01"),
        (-2_203_891_200, "1900-03-01"),
    ] {
        assert_eq!(Some(Day::of(seconds)), Day::parse(day), "{seconds}");
    }
    assert!(Day::of(i64::MIN) < Day::of(i64::MAX));
}

/// A path that ends in an array element names no age source of its own.
#[test]
fn elements_are_read_as_dates_only() {
    let path = ClaimPath::new(vec![crate::Step::Key(Key::from("dates")), crate::Step::Index(0)]);
    assert!(Predicate::MinAgeYears(18).holds(&path, &Value::from("1990-01-01"), today()));
    assert!(!Predicate::MinAgeYears(18).holds(&path, &Value::from(true), today()));
}
