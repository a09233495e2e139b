//! Predicates.

use mimicred_claims::Value;

use crate::draft::{Draft, case, object};
use crate::object::Object;

const RULES: &[&str] = &["mimi-mls.md 3.4.2"];

pub(super) fn file() -> Draft {
    let about = "What a policy may ask of a claim. A value of another type meets no predicate but exists.";
    let mut file = Draft::new("claims/predicate", "claims/predicate", about, &["mimi-mls.md"]);
    values(&mut file);
    hosts(&mut file);
    ages(&mut file);
    file
}

/// A value out of its JSON text.
fn json(text: &str) -> Value<'static> {
    object(&format!("{{\"value\":{text}}}")).text("value").cloned().unwrap_or(Value::Null)
}

fn values(file: &mut Draft) {
    file.group("Values", Object::new().text("path", "claim").text("day", "2026-09-21"));
    for (n, (op, value, claim, holds)) in [
        ("equal", "\"a\"", "\"a\"", true),
        ("equal", "\"a\"", "\"A\"", false),
        ("equal", "1.0", "1", true),
        ("equal", "1e2", "100", true),
        ("equal", "1", "\"1\"", false),
        ("equal", "true", "true", true),
        ("equal", "9007199254740993", "9007199254740992", false),
        ("less_than", "2", "1.999", true),
        ("less_than", "2", "2", false),
        ("less_than", "\"b\"", "\"az\"", true),
        ("less_than", "true", "false", false),
        ("less_than_or_equal", "2", "2", true),
        ("less_than_or_equal", "2", "2.0000000000000000000000001", false),
        ("greater_than", "-1", "-0.5", true),
        ("greater_than", "\"Z\"", "\"a\"", true),
        ("greater_than", "1", "1", false),
        ("greater_than_or_equal", "1e2", "100", true),
        ("greater_than_or_equal", "100", "99", false),
        ("contains", "\"ell\"", "\"hello\"", true),
        ("contains", "\"DE\"", "[\"FR\",\"DE\"]", true),
        ("contains", "\"DE\"", "[\"DEU\",[\"DE\"]]", false),
        ("starts_with", "\"he\"", "\"hello\"", true),
        ("starts_with", "\"he\"", "\"ohe\"", false),
        ("starts_with", "1", "12", false),
        ("ends_with", "\"lo\"", "\"hello\"", true),
        ("ends_with", "\"lo\"", "\"lot\"", false),
        ("one_of", "[\"a\",3]", "3", true),
        ("one_of", "[\"a\",3]", "\"3\"", false),
        ("exists", "null", "null", true),
        ("exists", "null", "{}", true),
        ("equal", "1", "null", false),
        ("equal", "1", "[1]", false),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("value-{n}-{}", op.replace('_', "-"));
        let word = if holds { "holds" } else { "does not hold" };
        let new = case(id, format!("{op} {value} {word} for {claim}").replace('"', "'"), RULES);
        let input = Object::new().text("op", op).with("claim", json(claim));
        let input = match op {
            "exists" => input,
            "one_of" => input.with("values", json(value)),
            _ => input.with("value", json(value)),
        };
        file.valid(new.input(input), Object::new().with("holds", holds));
    }
}

fn hosts(file: &mut Draft) {
    let common =
        Object::new().text("path", "claim").text("day", "2026-09-21").text("op", "host_equal").text("value", "a.example");
    file.group("The host a.example, where a claim has one", common);
    for (id, claim, holds) in [
        ("host-alone", "a.example", true),
        ("host-uri", "https://A.Example:8443/x?y#z", true),
        ("host-user", "https://eve:pw@a.example/", true),
        ("host-mimi", "mimi://a.example/u/alice", true),
        ("host-mail", "eve@a.example", true),
        ("host-below", "eve@b.a.example", false),
        ("host-prefix", "https://a.example.evil.example/", false),
        ("host-in-path", "https://evil.example/@a.example", false),
        ("host-as-user", "https://a.example@evil.example", false),
        ("host-in-query", "https://evil.example?x=a.example", false),
        ("host-two-ats", "eve@a.example@evil.example", false),
        ("host-nobody", "@a.example", false),
    ] {
        let new = case(id, claim, RULES).input(Object::new().text("claim", claim));
        file.valid(new, Object::new().with("holds", holds));
    }
}

fn ages(file: &mut Draft) {
    file.group("Eighteen years, on a day", Object::new().text("op", "min_age_years").int("years", 18));
    for (id, path, claim, day, holds) in [
        ("age-birthday", "birthdate", "\"2008-09-21\"", "2026-09-21", true),
        ("age-day-before", "birthdate", "\"2008-09-21\"", "2026-09-20", false),
        ("age-leap-day", "birthdate", "\"2008-02-29\"", "2026-02-28", false),
        ("age-leap-day-after", "birthdate", "\"2008-02-29\"", "2026-03-01", true),
        ("age-no-day", "birthdate", "\"2007-02-29\"", "2026-09-21", false),
        ("age-no-year", "birthdate", "\"0000-09-21\"", "2026-09-21", false),
        ("age-number", "182", "\"2008-09-21\"", "2026-09-21", true),
        ("age-in-years", "age_in_years", "18", "2026-09-21", true),
        ("age-in-years-less", "age_in_years", "17", "2026-09-21", false),
        ("age-birth-year", "age_birth_year", "2007", "2026-09-21", true),
        ("age-birth-year-maybe", "age_birth_year", "2008", "2026-09-21", false),
        ("age-over", "age_equal_or_over.18", "true", "2026-09-21", true),
        ("age-over-more", "age_equal_or_over.21", "true", "2026-09-21", true),
        ("age-over-less", "age_equal_or_over.16", "true", "2026-09-21", false),
        ("age-over-not", "age_equal_or_over.18", "false", "2026-09-21", false),
        ("age-text", "age_in_years", "\"18\"", "2026-09-21", false),
    ] {
        let new = case(id, format!("{path} is {claim}").replace('"', ""), RULES);
        let input = Object::new().text("path", path).with("claim", json(claim)).text("day", day);
        file.valid(new.input(input), Object::new().with("holds", holds));
    }
    file.group(
        "Not more than eighteen years",
        Object::new().text("op", "max_age_years").int("years", 18).text("path", "birthdate"),
    );
    for (id, day, holds) in [("most-last-day", "2027-09-20", true), ("most-next-day", "2027-09-21", false)] {
        let input = Object::new().text("claim", "2008-09-21").text("day", day);
        file.valid(case(id, "born on 2008-09-21", RULES).input(input), Object::new().with("holds", holds));
    }
}
