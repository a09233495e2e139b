//! Random policies, from a small alphabet: few claims, each with its alternatives in all families, and conditions near the values
//! that [`crate::claims`] makes.

use crate::data::{Condition, Family, Key, Need, Path, Policy, Rule, Wanted};
use crate::random::{Mood, Random};

pub(crate) const ALL_FORMATS: [Family; 3] = [Family::Jwt, Family::Cwt, Family::X509];
pub(crate) const SAN: &str = "2.5.29.17";

pub(crate) fn policy(random: &mut Random, mood: Mood) -> Policy {
    let reveal = random.weighted(&[(42, Need::Required), (50, Need::Optional), (8, Need::Forbidden)]);
    let count = random.weighted(&[(8, 0), (30, 1), (32, 2), (20, 3), (10, 4)]);
    let mut claims = CLAIMS.to_vec();
    let mut rules = Vec::new();
    for _ in 0..count {
        let claim = claims.remove(random.below(claims.len()));
        let rule = rule(random, claim, reveal, mood);
        rules.push(rule);
    }
    let formats = if random.percent(93) { ALL_FORMATS.to_vec() } else { vec![random.one_of(&ALL_FORMATS)] };
    Policy {
        pseudonyms: random.weighted(&[(76, Need::Optional), (14, Need::Required), (10, Need::Forbidden)]),
        reveal,
        formats,
        rules,
        unlisted: random.weighted(&[(75, Need::Optional), (25, Need::Forbidden)]),
    }
}

/// A policy that asks for a name and an address, which may come from two tokens.
pub(crate) fn of_two_halves() -> Policy {
    let rule =
        |name: &str, claim| Rule { name: name.to_owned(), paths: paths(claim), need: Need::Required, conditions: Vec::new() };
    plain(vec![rule("name", Claim::Name), rule("email", Claim::Email)])
}

/// A policy that asks for an age by a date of birth.
pub(crate) fn of_a_birthday(random: &mut Random) -> Policy {
    let years = random.weighted(&[(1, 17), (6, 18), (1, 19), (2, 20)]);
    let condition = if random.percent(65) { Condition::MinAge(years) } else { Condition::MaxAge(years - 1) };
    let need = random.one_of(&[Need::Required, Need::Optional]);
    let paths = vec![jwt(&["birthdate"]), cwt(&[Key::Number(182)])];
    plain(vec![Rule { name: "age".to_owned(), paths, need, conditions: vec![condition] }])
}

/// A policy that asks for nothing but this.
fn plain(rules: Vec<Rule>) -> Policy {
    Policy { pseudonyms: Need::Optional, reveal: Need::Required, formats: ALL_FORMATS.to_vec(), rules, unlisted: Need::Optional }
}

/// What a rule may be about.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Claim {
    Name,
    Email,
    Age,
    Address,
    Nationality,
    Score,
    Member,
    San,
    Subject,
    Extension,
}

const CLAIMS: [Claim; 14] = [
    Claim::Name,
    Claim::Name,
    Claim::Email,
    Claim::Age,
    Claim::Age,
    Claim::Age,
    Claim::Age,
    Claim::Address,
    Claim::Nationality,
    Claim::Score,
    Claim::Member,
    Claim::San,
    Claim::Subject,
    Claim::Extension,
];

fn rule(random: &mut Random, claim: Claim, reveal: Need, mood: Mood) -> Rule {
    let need = match (mood, reveal) {
        (_, Need::Forbidden) => random.weighted(&[(1, Need::Optional), (1, Need::Forbidden)]),
        (Mood::Friendly, _) => random.weighted(&[(55, Need::Required), (40, Need::Optional), (5, Need::Forbidden)]),
        (Mood::Wild, _) => random.weighted(&[(30, Need::Required), (55, Need::Optional), (15, Need::Forbidden)]),
    };
    let all = paths(claim);
    let mut paths: Vec<Path> = if mood.is_friendly() || random.percent(50) {
        all
    } else {
        (0..1 + random.below(3)).map(|_| random.one_of(&all)).collect()
    };
    if random.percent(10) {
        paths.rotate_left(1);
    }
    let count = if need == Need::Forbidden { 0 } else { random.weighted(&[(25, 0), (55, 1), (20, 2)]) };
    let conditions = (0..count).map(|_| if mood.is_friendly() { met(random, claim) } else { condition(random, claim) }).collect();
    // Two rules may be about one claim: labels differ all the same.
    let name = format!("{}{}", format!("{claim:?}").to_lowercase(), random.below(1_000_000));
    Rule { name, paths, need, conditions }
}

fn jwt(names: &[&'static str]) -> Path {
    Path::Jwt(names.iter().map(|name| Key::Name(name)).collect())
}

fn cwt(keys: &[Key]) -> Path {
    Path::Cwt(keys.to_vec())
}

fn paths(claim: Claim) -> Vec<Path> {
    use Key::{Name, Number};
    match claim {
        Claim::Name => vec![jwt(&["name"]), cwt(&[Number(170)]), Path::X509("2.5.4.3", None)],
        Claim::Email => vec![jwt(&["email"]), cwt(&[Number(179)]), Path::X509(SAN, Some(1))],
        Claim::Age => vec![
            jwt(&["age_equal_or_over", "18"]),
            jwt(&["age_equal_or_over", "21"]),
            cwt(&[Name("age_equal_or_over"), Number(18)]),
            jwt(&["age_in_years"]),
            cwt(&[Name("age_in_years")]),
            jwt(&["age_birth_year"]),
            cwt(&[Name("age_birth_year")]),
            jwt(&["birthdate"]),
            cwt(&[Number(182)]),
        ],
        Claim::Address => vec![
            jwt(&["address"]),
            jwt(&["address", "country"]),
            cwt(&[Number(187), Number(6)]),
            cwt(&[Number(187), Name("6")]),
            jwt(&["address", "geo", "lat"]),
        ],
        Claim::Nationality => vec![
            jwt(&["nationalities"]),
            Path::Jwt(vec![Name("nationalities"), Number(0)]),
            Path::Jwt(vec![Name("nationalities"), Number(1), Name("code")]),
            jwt(&["nationalities", "0"]),
            cwt(&[Number(-70_001)]),
        ],
        Claim::Score => vec![jwt(&["score"]), cwt(&[Name("score")])],
        Claim::Member => vec![jwt(&["member"]), cwt(&[Name("member")])],
        Claim::San => vec![Path::X509(SAN, Some(6)), Path::X509(SAN, Some(2)), Path::X509(SAN, None)],
        Claim::Subject => vec![jwt(&["sub"]), cwt(&[Number(2)]), Path::X509(SAN, Some(6))],
        Claim::Extension => vec![Path::X509("1.2.3.4", None), Path::X509("2.5.4.10", None), jwt(&["18"]), cwt(&[Name("iss")])],
    }
}

/// A condition that the usual values of the claim meet.
fn met(random: &mut Random, claim: Claim) -> Condition {
    let text = |text: &str| Wanted::Text(text.to_owned());
    match claim {
        Claim::Name => random.one_of(&[
            Condition::StartsWith(text("A")),
            Condition::Equal(text("Alice")),
            Condition::Contains(text("lic")),
            Condition::LessThan(text("B")),
        ]),
        Claim::Email => random.one_of(&[Condition::HostEqual(text("a.example")), Condition::EndsWith(text(".example"))]),
        Claim::Age => random.one_of(&[Condition::MinAge(18), Condition::MinAge(16)]),
        Claim::Score => {
            random.one_of(&[Condition::GreaterThanOrEqual(Wanted::Number("1")), Condition::LessThan(Wanted::Number("1e3"))])
        }
        Claim::Member => Condition::OneOf(vec![Wanted::Bool(true), text("yes")]),
        _ => Condition::Exists,
    }
}

fn condition(random: &mut Random, claim: Claim) -> Condition {
    if random.percent(12) {
        return Condition::Exists;
    }
    if claim == Claim::Age && random.percent(85) {
        let years = random.one_of(&[0, 16, 17, 18, 19, 20, 21, 36, 65]);
        return if random.percent(45) { Condition::MinAge(years) } else { Condition::MaxAge(years) };
    }
    let wanted = wanted(random, claim);
    match random.below(10) {
        0 => Condition::Equal(wanted),
        1 => Condition::LessThan(wanted),
        2 => Condition::LessThanOrEqual(wanted),
        3 => Condition::GreaterThan(wanted),
        4 => Condition::GreaterThanOrEqual(wanted),
        5 => Condition::Contains(wanted),
        6 => Condition::StartsWith(wanted),
        7 => Condition::EndsWith(wanted),
        8 => Condition::HostEqual(wanted),
        _ => {
            let more = (0..random.below(3)).map(|_| self::wanted(random, claim));
            Condition::OneOf([wanted].into_iter().chain(more).collect())
        }
    }
}

fn wanted(random: &mut Random, claim: Claim) -> Wanted {
    let text = |text: &str| Wanted::Text(text.to_owned());
    let of_claim: Vec<Wanted> = match claim {
        Claim::Name | Claim::Extension => vec![text("Alice"), text("alice"), text("A"), text("ice"), text("Bob"), text("")],
        Claim::Email => vec![text("a.example"), text("A.EXAMPLE"), text("b.example"), text("alice@a.example"), text("alice")],
        Claim::Age => vec![text("2008-02-29"), Wanted::Number("18"), Wanted::Bool(true), Wanted::Number("1772323200")],
        Claim::Address | Claim::Nationality => vec![text("DE"), text("FR"), text("D"), Wanted::Number("1")],
        Claim::Score => {
            [Wanted::Number("1"), Wanted::Number("1.0"), Wanted::Number("2e0"), Wanted::Number("-1.5"), text("1")].into()
        }
        Claim::Member => vec![Wanted::Bool(true), Wanted::Bool(false), text("true")],
        Claim::San | Claim::Subject => vec![text("a.example"), text("mimi://a.example/u/alice"), text("mimi:")],
    };
    if random.percent(90) {
        return random.one_of(&of_claim);
    }
    random.one_of(&[text("1"), Wanted::Number("1"), Wanted::Bool(true), text("A")])
}
