//! Random claim sets and presentations, from the alphabet of [`crate::policies`].
//!
//! A token has all its claims; a presentation of it shows some of them, as Selective Disclosure does.

use crate::data::{Case, Family, Key, Kind, Leaf, Name, Presentation, Rule, Shown, State, Value};
use crate::policies::{self, ALL_FORMATS, SAN};
use crate::random::{Mood, Random};
use crate::values::{address, birth_year, birthdate, email, member, name, nationalities, over, score, text, years};

/// The last second of 28 February 2026, and the first of 1 March.
pub(crate) const LEAP_DAY: [i64; 2] = [1_772_323_199, 1_772_323_200];
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
    match random.below(100) {
        0..4 => return halves(random),
        4..10 => return birthday(random),
        _ => {}
    }
    let mood = if random.percent(60) { Mood::Friendly } else { Mood::Wild };
    let policy = policies::policy(random, mood);
    let leaf = random.percent(97).then(|| leaf(random, mood));
    let tokens: Vec<Token> = (0..1 + random.below(3)).map(|n| token(random, n, &policy.rules, mood)).collect();
    let count = random.weighted(&[(12, 0), (43, 1), (30, 2), (15, 3)]);
    let presentations = (0..count).map(|_| {
        let token = random.below(tokens.len());
        tokens[token].present(random, mood)
    });
    let presentations = presentations.collect();
    let absent = random.one_of(&["pending", "missing_reveal", "unknown_to_me"]);
    let state = random.weighted(&[(96, State::Known(policy)), (2, State::Missing), (2, State::Unsupported)]);
    Case { state, leaf, presentations, absent }
}

/// Two required claims that no presentation shows together: whether they are about one person is all that is asked.
fn halves(random: &mut Random) -> Case {
    let policy = policies::of_two_halves();
    let tokens: Vec<Token> = (0..2).map(|n| token(random, n, &policy.rules, Mood::Friendly)).collect();
    let presentations = (0..2 + random.below(2)).map(|n| {
        let mut presentation = tokens[random.below(tokens.len())].present(random, Mood::Friendly);
        keep_half(&mut presentation.shown, if n % 2 == 0 { Half::Name } else { Half::Email });
        presentation
    });
    let presentations = presentations.collect();
    Case { state: State::Known(policy), leaf: Some(leaf(random, Mood::Friendly)), presentations, absent: "pending" }
}

/// One date of birth about 29 February, shown on a day about another.
fn birthday(random: &mut Random) -> Case {
    let policy = policies::of_a_birthday(random);
    let family = random.one_of(&[Family::Jwt, Family::Cwt]);
    let born = random.weighted(&[(6, "2008-02-29"), (2, "2008-02-28"), (2, "2008-03-01")]);
    let born = if random.percent(50) { text(born) } else { Value::Tag(1004, Box::new(text(born))) };
    let shown = match family {
        Family::Cwt => Shown::Cwt(vec![(Key::Number(182), born)]),
        _ => Shown::Jwt(vec![(Key::Name("birthdate"), born)]),
    };
    let moments = if random.percent(50) { LEAP_DAY.to_vec() } else { MOMENTS.map(|(_, moment)| moment).to_vec() };
    let presentation = Presentation {
        shown,
        entries: vec![Vec::new()],
        code: "ok",
        issued_at: random.one_of(&moments),
        token: 1,
        issuer: "https://id.a.example",
    };
    let leaf = Some(leaf(random, Mood::Friendly));
    Case { state: State::Known(policy), leaf, presentations: vec![presentation], absent: "pending" }
}

#[derive(Clone, Copy, PartialEq)]
enum Half {
    Name,
    Email,
}

/// Leaves only the name or only the address, beside what never counts.
fn keep_half(shown: &mut Shown, half: Half) {
    let kept = |key: &Key| match key {
        Key::Name("name") | Key::Number(170) => half == Half::Name,
        Key::Name("email") | Key::Number(179) => half == Half::Email,
        _ => matches!(key, Key::Name("sub") | Key::Number(2)),
    };
    match shown {
        Shown::Jwt(claims) | Shown::Cwt(claims) => claims.retain(|(key, _)| kept(key)),
        Shown::X509 { names, .. } => names.retain(|entry| match (entry.oid, entry.tag) {
            ("2.5.4.3", _) => half == Half::Name,
            (SAN, Some(1)) => half == Half::Email,
            _ => true,
        }),
    }
}

fn leaf(random: &mut Random, mood: Mood) -> Leaf {
    let (kind, user) = random.weighted(&[
        (55, (Kind::Pseudonym, PSEUDONYM)),
        (5, (Kind::Pseudonym, ALICE)),
        (28, (Kind::Real, ALICE)),
        (12, (Kind::Unspecified, ALICE)),
    ]);
    let plain = Shown::X509 { names: vec![san(6, user), san(6, CLIENT)], user: Some(user.to_owned()) };
    let shown = if random.percent(if mood.is_friendly() { 95 } else { 70 }) {
        plain
    } else {
        let family = random.one_of(&ALL_FORMATS);
        let whole = content(random, family, Some(user), mood);
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

fn token(random: &mut Random, number: usize, rules: &[Rule], mood: Mood) -> Token {
    let family = random.one_of(&ALL_FORMATS);
    let subject = random.weighted(&[(45, Some(ALICE)), (10, Some(BOB)), (20, Some(PSEUDONYM)), (10, Some(CLIENT)), (15, None)]);
    let names = |random: &mut Random| {
        if random.percent(if mood.is_friendly() { 90 } else { 65 }) {
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
        shown: content(random, family, subject, mood),
        entries,
        local_only,
    }
}

impl Token {
    fn present(&self, random: &mut Random, mood: Mood) -> Presentation {
        let chance = if mood.is_friendly() { random.weighted(&[(65, 92), (35, 45)]) } else { 75 };
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

fn content(random: &mut Random, family: Family, subject: Option<&'static str>, mood: Mood) -> Shown {
    match family {
        Family::Jwt => Shown::Jwt(jwt(random, subject, mood)),
        Family::Cwt => Shown::Cwt(cwt(random, subject, mood)),
        Family::X509 => certificate(random, subject, mood),
    }
}

/// Claims, each with some chance, and always those that never count.
fn some(random: &mut Random, mood: Mood, claims: Vec<(Key, Value)>, always: Vec<(Key, Value)>) -> Vec<(Key, Value)> {
    let chance = if mood.is_friendly() { 80 } else { 55 };
    always.into_iter().chain(claims.into_iter().filter(|_| random.percent(chance))).collect()
}

fn jwt(random: &mut Random, subject: Option<&str>, mood: Mood) -> Vec<(Key, Value)> {
    use Key::Name;
    let always =
        [("iss", Some("i")), ("sub", subject), ("mimi_user", Some(PSEUDONYM)), ("vct", Some("v")), ("_sd_alg", Some("sha-256"))];
    let always = always.into_iter().filter_map(|(name, value)| Some((Name(name), text(value?)))).collect();
    let claims = vec![
        (Name("name"), name(random, mood)),
        (Name("email"), email(random, mood)),
        (Name("birthdate"), birthdate(random, mood)),
        (Name("age_in_years"), years(random, mood)),
        (Name("age_birth_year"), birth_year(random, mood)),
        (Name("age_equal_or_over"), over(random, [Name("18"), Name("21"), Name("16")], mood)),
        (Name("address"), address(random, Name("country"), Name("locality"))),
        (Name("nationalities"), nationalities(random)),
        (Name("score"), score(random, mood)),
        (Name("member"), member(random, mood)),
        (Name("18"), Value::Bool(true)),
    ];
    // Few claims at times, so that nothing is unlisted.
    if random.percent(35) {
        let kept = random.below(claims.len());
        return some(random, mood, vec![claims[kept].clone()], always);
    }
    some(random, mood, claims, always)
}

fn cwt(random: &mut Random, subject: Option<&str>, mood: Mood) -> Vec<(Key, Value)> {
    use Key::{Name, Number};
    let mut always = vec![(Number(1), text("i")), (Name("mimi_user"), text(PSEUDONYM)), (Number(4), Value::Int(1_800_000_000))];
    always.extend(subject.map(|subject| (Number(2), text(subject))));
    let claims = vec![
        (Number(170), name(random, mood)),
        (Number(179), email(random, mood)),
        (Number(182), birthdate(random, mood)),
        (Name("age_in_years"), years(random, mood)),
        (Name("age_birth_year"), birth_year(random, mood)),
        (Name("age_equal_or_over"), over(random, [Number(18), Number(21), Name("18")], mood)),
        (Number(187), address(random, Number(6), Number(3))),
        (Number(-70_001), nationalities(random)),
        (Name("score"), score(random, mood)),
        (Name("member"), member(random, mood)),
        (Name("iss"), text("Alice")),
    ];
    if random.percent(35) {
        let kept = random.below(claims.len());
        return some(random, mood, vec![claims[kept].clone()], always);
    }
    some(random, mood, claims, always)
}

fn certificate(random: &mut Random, subject: Option<&'static str>, mood: Mood) -> Shown {
    // A certificate names users as its user; a client's URI is another name.
    let user = subject.filter(|subject| *subject != CLIENT);
    let mut names: Vec<Name> = subject.into_iter().map(|subject| san(6, subject)).collect();
    let attribute = |oid, value: &str| Name { oid, tag: None, value: value.to_owned() };
    let as_text = |value: Value| match value {
        Value::Text(text) => text,
        _ => "Alice".to_owned(),
    };
    let chance = if mood.is_friendly() { 80 } else { 50 };
    let few = random.percent(35);
    let mut add = |random: &mut Random, chance: usize, name: Name| {
        if random.percent(if few { chance / 3 } else { chance }) {
            names.push(name);
        }
    };
    let (cn, mail) = (as_text(name(random, mood)), as_text(email(random, mood)));
    add(random, chance, attribute("2.5.4.3", &cn));
    add(random, chance, san(1, &mail));
    let second = as_text(name(random, Mood::Wild));
    add(random, 15, attribute("2.5.4.3", &second));
    let second = as_text(email(random, Mood::Wild));
    add(random, 15, san(1, &second));
    add(random, 15, san(2, "a.example"));
    add(random, 10, san(6, "https://a.example/alice"));
    add(random, 6, san(6, "mimi:name=Alice"));
    add(random, 15, attribute("2.5.4.10", "A Ltd"));
    add(random, 10, attribute("1.2.3.4", "#0500"));
    Shown::X509 { names, user: user.map(str::to_owned) }
}
