//! Random values of single claims: usual ones, and those on both sides of a boundary.

use crate::data::{Key, Value};
use crate::random::{Mood, Random};

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(crate) fn name(random: &mut Random, mood: Mood) -> Value {
    if mood.is_friendly() && random.percent(93) {
        return text("Alice");
    }
    random.one_of(&[
        text("Alice"),
        text("alice"),
        text("Bob"),
        text(""),
        Value::Null,
        Value::Int(1),
        Value::List(vec![text("Alice")]),
    ])
}

pub(crate) fn email(random: &mut Random, mood: Mood) -> Value {
    if mood.is_friendly() && random.percent(95) {
        return text("alice@a.example");
    }
    random.one_of(&[
        text("alice@a.example"),
        text("alice@A.example"),
        text("alice@b.example"),
        text("@a.example"),
        text("alice@b.example@a.example"),
        text("https://x@a.example:443/?b.example"),
        text("https://a.example@b.example/"),
        text("https://a.example:x/"),
        text("a.example"),
        text("a.example/"),
        Value::Bool(true),
    ])
}

pub(crate) fn birthdate(random: &mut Random, mood: Mood) -> Value {
    if mood.is_friendly() {
        return text("1990-05-17");
    }
    let day = random.one_of(&[
        "1990-05-17",
        "2008-02-29",
        "2008-02-28",
        "2008-03-01",
        "2008-09-21",
        "2008-09-22",
        "2007-12-31",
        "2030-01-01",
        "0000-05-17",
        "2007-02-29",
        "1990",
        "1990-5-17",
    ]);
    random.weighted(&[
        (70, text(day)),
        (20, Value::Tag(1004, Box::new(text(day)))),
        (3, Value::Tag(0, Box::new(text("1990-05-17T00:00:00Z")))),
        (3, Value::Tag(1, Box::new(Value::Int(1_772_323_200)))),
        (2, Value::Tag(1, Box::new(Value::Float(0.5)))),
        (2, Value::Tag(100, Box::new(Value::Int(7000)))),
    ])
}

pub(crate) fn years(random: &mut Random, mood: Mood) -> Value {
    if mood.is_friendly() {
        return Value::Int(36);
    }
    random.one_of(&[
        Value::Int(17),
        Value::Int(18),
        Value::Int(36),
        Value::Int(65),
        Value::Int(-1),
        text("18"),
        Value::Decimal("18.0"),
    ])
}

pub(crate) fn birth_year(random: &mut Random, mood: Mood) -> Value {
    if mood.is_friendly() {
        return Value::Int(1990);
    }
    random.one_of(&[
        Value::Int(1990),
        Value::Int(2007),
        Value::Int(2008),
        Value::Int(2009),
        Value::Int(2030),
        Value::Int(0),
        Value::Int(-44),
        text("1990"),
    ])
}

pub(crate) fn over(random: &mut Random, names: [Key; 3], mood: Mood) -> Value {
    let each = names.into_iter().map(|key| {
        let value = if mood.is_friendly() {
            Value::Bool(true)
        } else {
            random.one_of(&[Value::Bool(true), Value::Bool(false), Value::Int(1)])
        };
        (key, value)
    });
    Value::Map(each.collect())
}

pub(crate) fn score(random: &mut Random, mood: Mood) -> Value {
    if mood.is_friendly() {
        return random.one_of(&[Value::Int(1), Value::Decimal("1.0"), Value::Int(1), Value::Int(1)]);
    }
    random.one_of(&[
        Value::Int(1),
        Value::Int(2),
        Value::Int(-2),
        Value::Decimal("1.0"),
        Value::Decimal("1.00000000000000000001"),
        Value::Decimal("10e-1"),
        Value::Decimal("-1.5"),
        Value::Float(1.0),
        text("1"),
        Value::Bytes(vec![1]),
    ])
}

pub(crate) fn member(random: &mut Random, mood: Mood) -> Value {
    if mood.is_friendly() {
        return Value::Bool(true);
    }
    random.one_of(&[Value::Bool(true), Value::Bool(false), text("true"), Value::Int(1), Value::Null])
}

pub(crate) fn address(random: &mut Random, country: Key, locality: Key) -> Value {
    let geo = Value::Map(vec![(Key::Name("lat"), Value::Decimal("52.5")), (Key::Name("long"), Value::Int(13))]);
    let whole = Value::Map(vec![(country, text("DE")), (locality, text("Berlin")), (Key::Name("geo"), geo)]);
    random.weighted(&[
        (70, whole.clone()),
        (6, Value::Map(Vec::new())),
        (6, text("Berlin, DE")),
        (6, Value::List(vec![whole.clone()])),
        (6, Value::Tag(999, Box::new(whole))),
        (6, Value::Null),
    ])
}

pub(crate) fn nationalities(random: &mut Random) -> Value {
    let code = |name: &str| Value::Map(vec![(Key::Name("code"), text(name))]);
    random.weighted(&[
        (50, Value::List(vec![text("DE"), text("FR")])),
        (15, Value::List(vec![text("FR"), code("DE")])),
        (10, Value::List(Vec::new())),
        (10, Value::List(vec![Value::List(vec![text("DE")])])),
        (10, text("DE")),
        (5, Value::Map(vec![(Key::Name("0"), text("DE"))])),
    ])
}
