//! Random claim sets and presentations, from the alphabet of [`crate::policies`].
//!
//! A token has all its claims; a presentation of it shows some of them, as Selective Disclosure does.

use crate::data::{Case, Family, Key, Kind, Leaf, Name, Presentation, Rule, Shown, State, Value};
use crate::policies::{self, ALL_FORMATS, SAN};
use crate::random::Random;

/// 2026-09-21T14:13:20Z, and the first and last seconds of days around 29 February.
const MOMENTS: [(usize, i64); 6] = [
    (60, 1_790_000_000),
    (8, 1_772_323_200), // 2026-03-01T00:00:00Z
    (8, 1_772_323_199), // 2026-02-28T23:59:59Z
    (8, 1_835_395_200), // 2028-02-29T00:00:00Z
    (8, 1_835_395_199), // 2028-02-28T23:59:59Z
    (8, 1_798_761_599), // 2026-12-31T23:59:59Z
];
pub(crate) const ALICE: &str = "mimi://a.example/u/alice";
const BOB: &str = "mimi://a.example/u/bob";
const PSEUDONYM: &str = "mimi://a.example/p/x";
const CLIENT: &str = "mimi://a.example/d/x";

pub(crate) fn case(random: &mut Random) -> Case {
    if random.percent(4) {
        return halves(random);
    }
    let friendly = random.percent(60);
    let policy = policies::policy(random, friendly);
    let leaf = random.percent(97).then(|| leaf(random, friendly));
    let tokens: Vec<Token> = (0..1 + random.below(3)).map(|n| token(random, n, &policy.rules, friendly)).collect();
    let count = random.weighted(&[(12, 0), (43, 1), (30, 2), (15, 3)]);
    let presentations = (0..count).map(|_| {
        let token = random.below(tokens.len());
        tokens[token].present(random, friendly)
    });
    let presentations = presentations.collect();
    let absent = random.one_of(&["pending", "missing_reveal", "unknown_to_me"]);
    let state = random.weighted(&[(96, State::Known(policy)), (2, State::Missing), (2, State::Unsupported)]);
    Case { state, leaf, presentations, absent }
}

/// Two required claims that no presentation shows together: whether they are about one person is all that is asked.
fn halves(random: &mut Random) -> Case {
    let policy = policies::of_two_halves();
    let tokens: Vec<Token> = (0..2).map(|n| token(random, n, &policy.rules, true)).collect();
    let presentations = (0..2 + random.below(2)).map(|n| {
        let mut presentation = tokens[random.below(tokens.len())].present(random, true);
        keep_half(&mut presentation.shown, n % 2 == 0);
        presentation
    });
    let presentations = presentations.collect();
    Case { state: State::Known(policy), leaf: Some(leaf(random, true)), presentations, absent: "pending" }
}

/// Leaves only the name or only the address, beside what never counts.
fn keep_half(shown: &mut Shown, name: bool) {
    let kept = |key: &Key| match key {
        Key::Name("name") | Key::Number(170) => name,
        Key::Name("email") | Key::Number(179) => !name,
        _ => matches!(key, Key::Name("sub") | Key::Number(2)),
    };
    match shown {
        Shown::Jwt(claims) | Shown::Cwt(claims) => claims.retain(|(key, _)| kept(key)),
        Shown::X509 { names, .. } => names.retain(|entry| match (entry.oid, entry.tag) {
            ("2.5.4.3", _) => name,
            (SAN, Some(1)) => !name,
            _ => true,
        }),
    }
}

fn leaf(random: &mut Random, friendly: bool) -> Leaf {
    let (kind, user) = random.weighted(&[
        (55, (Kind::Pseudonym, PSEUDONYM)),
        (5, (Kind::Pseudonym, ALICE)),
        (28, (Kind::Real, ALICE)),
        (12, (Kind::Unspecified, ALICE)),
    ]);
    let plain = Shown::X509 { names: vec![san(6, user), san(6, CLIENT)], user: Some(user.to_owned()) };
    let shown = if random.percent(if friendly { 95 } else { 70 }) {
        plain
    } else {
        let family = random.one_of(&ALL_FORMATS);
        let whole = content(random, family, Some(user), friendly);
        thin_out(random, whole, 25)
    };
    Leaf { user: user.to_owned(), client: random.percent(80).then(|| CLIENT.to_owned()), kind, shown }
}

fn san(tag: u8, value: &str) -> Name {
    Name { oid: SAN, tag: Some(tag), value: value.to_owned() }
}

struct Token {
    number: u8,
    issuer: &'static str,
    shown: Shown,
    entries: Vec<Vec<String>>,
    /// Whether the room names no issuer of it.
    local_only: bool,
}

fn token(random: &mut Random, number: usize, rules: &[Rule], friendly: bool) -> Token {
    let family = random.one_of(&ALL_FORMATS);
    let subject = random.weighted(&[(45, Some(ALICE)), (10, Some(BOB)), (20, Some(PSEUDONYM)), (10, Some(CLIENT)), (15, None)]);
    let names = |random: &mut Random| {
        if random.percent(if friendly { 90 } else { 65 }) {
            return Vec::new();
        }
        let mut names: Vec<String> = rules.iter().filter(|_| random.percent(50)).map(|rule| rule.name.clone()).collect();
        names.push("leaf".to_owned());
        names
    };
    let local_only = random.percent(7);
    let entries = if local_only { Vec::new() } else { (0..1 + random.below(2)).map(|_| names(random)).collect() };
    Token {
        number: u8::try_from(number).expect("small"),
        issuer: random.one_of(&["https://id.a.example", "https://id.b.example"]),
        shown: content(random, family, subject, friendly),
        entries,
        local_only,
    }
}

impl Token {
    fn present(&self, random: &mut Random, friendly: bool) -> Presentation {
        let chance = if friendly { random.weighted(&[(65, 92), (35, 45)]) } else { 75 };
        let code = match self.local_only {
            true => "issuer_local_only",
            false => {
                random.weighted(&[(80, "ok"), (10, "ok_lapsed"), (4, "binding_implicit"), (3, "check_waived"), (3, "vouched")])
            }
        };
        let entries = if code == "check_waived" && random.percent(30) { Vec::new() } else { self.entries.clone() };
        Presentation {
            shown: thin_out(random, self.shown.clone(), chance),
            entries,
            code,
            issued_at: random.weighted(&MOMENTS),
            token: self.number,
            issuer: self.issuer,
        }
    }
}

/// A part of what a token or certificate says; of a certificate everything is always shown.
fn thin_out(random: &mut Random, shown: Shown, chance: usize) -> Shown {
    match shown {
        Shown::Jwt(claims) => Shown::Jwt(part(random, claims, chance)),
        Shown::Cwt(claims) => Shown::Cwt(part(random, claims, chance)),
        whole @ Shown::X509 { .. } => whole,
    }
}

fn part(random: &mut Random, claims: Vec<(Key, Value)>, chance: usize) -> Vec<(Key, Value)> {
    let mut shown = Vec::new();
    for (key, value) in claims {
        if !random.percent(chance) {
            continue;
        }
        let value = match value {
            Value::Map(members) if random.percent(30) => Value::Map(part(random, members, 60)),
            whole => whole,
        };
        shown.push((key, value));
    }
    shown
}

fn content(random: &mut Random, family: Family, subject: Option<&'static str>, friendly: bool) -> Shown {
    match family {
        Family::Jwt => Shown::Jwt(jwt(random, subject, friendly)),
        Family::Cwt => Shown::Cwt(cwt(random, subject, friendly)),
        Family::X509 => certificate(random, subject, friendly),
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn name(random: &mut Random, friendly: bool) -> Value {
    if friendly && random.percent(93) {
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

fn email(random: &mut Random, friendly: bool) -> Value {
    if friendly && random.percent(95) {
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

fn birthdate(random: &mut Random, friendly: bool) -> Value {
    if friendly {
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

fn years(random: &mut Random, friendly: bool) -> Value {
    if friendly {
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

fn birth_year(random: &mut Random, friendly: bool) -> Value {
    if friendly {
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

fn over(random: &mut Random, names: [Key; 3], friendly: bool) -> Value {
    let each = names.into_iter().map(|key| {
        let value =
            if friendly { Value::Bool(true) } else { random.one_of(&[Value::Bool(true), Value::Bool(false), Value::Int(1)]) };
        (key, value)
    });
    Value::Map(each.collect())
}

fn score(random: &mut Random, friendly: bool) -> Value {
    if friendly {
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

fn member(random: &mut Random, friendly: bool) -> Value {
    if friendly {
        return Value::Bool(true);
    }
    random.one_of(&[Value::Bool(true), Value::Bool(false), text("true"), Value::Int(1), Value::Null])
}

fn address(random: &mut Random, country: Key, locality: Key) -> Value {
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

fn nationalities(random: &mut Random) -> Value {
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

/// Claims, each with some chance, and always those that never count.
fn some(random: &mut Random, friendly: bool, claims: Vec<(Key, Value)>, always: Vec<(Key, Value)>) -> Vec<(Key, Value)> {
    let chance = if friendly { 80 } else { 55 };
    always.into_iter().chain(claims.into_iter().filter(|_| random.percent(chance))).collect()
}

fn jwt(random: &mut Random, subject: Option<&str>, friendly: bool) -> Vec<(Key, Value)> {
    use Key::Name;
    let always =
        [("iss", Some("i")), ("sub", subject), ("mimi_user", Some(PSEUDONYM)), ("vct", Some("v")), ("_sd_alg", Some("sha-256"))];
    let always = always.into_iter().filter_map(|(name, value)| Some((Name(name), text(value?)))).collect();
    let claims = vec![
        (Name("name"), name(random, friendly)),
        (Name("email"), email(random, friendly)),
        (Name("birthdate"), birthdate(random, friendly)),
        (Name("age_in_years"), years(random, friendly)),
        (Name("age_birth_year"), birth_year(random, friendly)),
        (Name("age_equal_or_over"), over(random, [Name("18"), Name("21"), Name("16")], friendly)),
        (Name("address"), address(random, Name("country"), Name("locality"))),
        (Name("nationalities"), nationalities(random)),
        (Name("score"), score(random, friendly)),
        (Name("member"), member(random, friendly)),
        (Name("18"), Value::Bool(true)),
    ];
    // Few claims at times, so that nothing is unlisted.
    if random.percent(35) {
        let kept = random.below(claims.len());
        return some(random, friendly, vec![claims[kept].clone()], always);
    }
    some(random, friendly, claims, always)
}

fn cwt(random: &mut Random, subject: Option<&str>, friendly: bool) -> Vec<(Key, Value)> {
    use Key::{Name, Number};
    let mut always = vec![(Number(1), text("i")), (Name("mimi_user"), text(PSEUDONYM)), (Number(4), Value::Int(1_800_000_000))];
    always.extend(subject.map(|subject| (Number(2), text(subject))));
    let claims = vec![
        (Number(170), name(random, friendly)),
        (Number(179), email(random, friendly)),
        (Number(182), birthdate(random, friendly)),
        (Name("age_in_years"), years(random, friendly)),
        (Name("age_birth_year"), birth_year(random, friendly)),
        (Name("age_equal_or_over"), over(random, [Number(18), Number(21), Name("18")], friendly)),
        (Number(187), address(random, Number(6), Number(3))),
        (Number(-70_001), nationalities(random)),
        (Name("score"), score(random, friendly)),
        (Name("member"), member(random, friendly)),
        (Name("iss"), text("Alice")),
    ];
    if random.percent(35) {
        let kept = random.below(claims.len());
        return some(random, friendly, vec![claims[kept].clone()], always);
    }
    some(random, friendly, claims, always)
}

fn certificate(random: &mut Random, subject: Option<&'static str>, friendly: bool) -> Shown {
    // A certificate names users as its user; a client's URI is another name.
    let user = subject.filter(|subject| *subject != CLIENT);
    let mut names: Vec<Name> = subject.into_iter().map(|subject| san(6, subject)).collect();
    let attribute = |oid, value: &str| Name { oid, tag: None, value: value.to_owned() };
    let as_text = |value: Value| match value {
        Value::Text(text) => text,
        _ => "Alice".to_owned(),
    };
    let chance = if friendly { 80 } else { 50 };
    let few = random.percent(35);
    let mut add = |random: &mut Random, chance: usize, name: Name| {
        if random.percent(if few { chance / 3 } else { chance }) {
            names.push(name);
        }
    };
    let (cn, mail) = (as_text(name(random, friendly)), as_text(email(random, friendly)));
    add(random, chance, attribute("2.5.4.3", &cn));
    add(random, chance, san(1, &mail));
    let second = as_text(name(random, false));
    add(random, 15, attribute("2.5.4.3", &second));
    let second = as_text(email(random, false));
    add(random, 15, san(1, &second));
    add(random, 15, san(2, "a.example"));
    add(random, 10, san(6, "https://a.example/alice"));
    add(random, 6, san(6, "mimi:name=Alice"));
    add(random, 15, attribute("2.5.4.10", "A Ltd"));
    add(random, 10, attribute("1.2.3.4", "#0500"));
    Shown::X509 { names, user: user.map(str::to_owned) }
}
