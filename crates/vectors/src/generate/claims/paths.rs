//! Claim paths.

use mimicred_claims::Value;

use crate::draft::{Draft, case, object};
use crate::object::Object;

/// Where the notation is told.
const RULES: &[&str] = &["mimicred claim path"];

pub(super) fn reading() -> Draft {
    let about = "Claim paths as people write them: names and numbers of claims, [n] for an element, [] for every one.";
    let mut file = Draft::new("claims/path-read", "claims/path-read", about, &["mimicred"]);
    file.group("Paths", Object::new());
    let of = |id: &str, comment: &str, text: &str| case(id, comment, RULES).input(Object::new().text("text", text));
    let (index, every) =
        (|n: i128| Value::from(Object::new().int("index", n)), || Value::from(Object::new().with("every", true)));
    let name = |name: &'static str| Value::from(name);
    for (id, comment, text, steps) in [
        ("name", "a name", "address", vec![name("address")]),
        ("names", "a claim inside another", "address.country", vec![name("address"), name("country")]),
        ("element", "an element", "nationalities[0]", vec![name("nationalities"), index(0)]),
        ("every", "a claim of every element", "cars[].make", vec![name("cars"), every(), name("make")]),
        ("elements", "an element of an element", "a[1][2]", vec![name("a"), index(1), index(2)]),
        ("number", "a number, as CWT claims have", "170", vec![Value::Int(170)]),
        ("number-negative", "a negative number", "-65537.x", vec![Value::Int(-65537), name("x")]),
        ("quoted", "a name with dots, in quotes", "\"a.b\".c", vec![name("a.b"), name("c")]),
        ("quoted-number", "digits in quotes are a name", "\"170\"", vec![name("170")]),
        ("quoted-escapes", "quotes and backslashes in quotes", r#""a\"\\b""#, vec![name("a\"\\b")]),
        ("quoted-empty", "a name of no letters", "\"\"", vec![name("")]),
        ("leading-zero", "digits that are no number", "007", vec![name("007")]),
        ("letters", "letters of any script", "größe.名", vec![name("größe"), name("名")]),
    ] {
        file.valid(of(id, comment, text), Object::new().list("steps", steps));
    }
    let long = "a".repeat(4097);
    let many = ["a"; 65].join(".");
    for (id, comment, text) in [
        ("empty", "nothing", ""),
        ("dot-first", "a dot before the name", ".a"),
        ("dot-last", "a dot behind it", "a."),
        ("dot-twice", "two dots", "a..b"),
        ("space", "a space", "a b"),
        ("index-first", "an element of nothing", "[0]"),
        ("index-open", "a bracket that does not close", "a[0"),
        ("index-close", "a bracket that was not opened", "a]"),
        ("index-negative", "a negative index", "a[-1]"),
        ("index-zero", "an index with a zero before it", "a[01]"),
        ("index-star", "a star", "a[*]"),
        ("index-name", "a name behind an index without a dot", "a[0]b"),
        ("quote-open", "a quote that does not close", "\"a"),
        ("quote-escape", "an escape that there is not", r#""\n""#),
        ("quote-behind", "something behind a quote", "\"a\"b"),
        ("too-long", "4097 octets", long.as_str()),
        ("too-many", "65 steps", many.as_str()),
    ] {
        file.refused(of(id, comment, text).differs_from("name"), "claims/path-malformed");
    }
    file
}

pub(super) fn selecting() -> Draft {
    let about = "What claim paths name in claims.";
    let mut file = Draft::new("claims/select", "claims/select", about, &["mimicred"]);
    let claims = r#"{"address":{"country":"DE"},"list":["a",{"b":1}],"170":"Alice","empty":[]}"#;
    file.group("Paths", Object::new().with("claims", Value::Map(object(claims))));
    for (id, comment, path, is_there) in [
        ("member", "a member", "address", true),
        ("below", "a member below", "address.country", true),
        ("below-missing", "one that is not there", "address.street", false),
        ("element", "an element", "list[0]", true),
        ("element-beyond", "one behind the last", "list[2]", false),
        ("every", "a member of every element that has it", "list[].b", true),
        ("every-missing", "one that no element has", "list[].c", false),
        ("every-of-nothing", "every element of an empty array", "empty[]", false),
        ("number", "a number names the member of its digits", "170", true),
        ("quoted-number", "so does the name", "\"170\"", true),
        ("case", "another case is another name", "Address", false),
    ] {
        let missing: Vec<&str> = if is_there { vec![] } else { vec![path] };
        let new = case(id, comment, RULES).input(Object::new().list("paths", [path]));
        file.valid(new, Object::new().list("missing", missing));
    }
    file
}
