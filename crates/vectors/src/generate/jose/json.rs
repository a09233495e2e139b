//! JSON.

use mimicred_claims::Value;

use crate::draft::{Draft, NewCase, case, object};
use crate::object::Object;

pub(super) fn file() -> Draft {
    let about = "JSON as tokens have it. What two readers would read differently is refused: a member twice, half of a surrogate pair. \
                 Numbers keep their spelling.";
    let mut file = Draft::new("jose/json", "jose/read-json", about, &["RFC 8259", "RFC 7493", "RFC 9901"]);
    values(&mut file);
    numbers(&mut file);
    texts(&mut file);
    structure(&mut file);
    file
}

fn of(id: &str, comment: &str, rules: &[&'static str], text: impl AsRef<[u8]>) -> NewCase {
    let text = text.as_ref();
    let shown = Object::new().text("text", String::from_utf8_lossy(text).chars().take(80).collect::<String>());
    case(id, comment, rules).input(Object::new().hex("octets", text)).intermediates(shown)
}

/// The value of the JSON text, as the output has it.
fn value(text: &str) -> Object {
    let member = object(&format!(r#"{{"value":{text}}}"#));
    Object::new().with("value", member.text("value").cloned().unwrap_or(Value::Null))
}

fn values(file: &mut Draft) {
    file.group("Values", Object::new());
    let rules = &["RFC 8259 2", "RFC 8259 3"];
    let text = " {\"b\" : [ true , false , null , { } , [ ] ] ,\r\n\t\"a\" : \"x\" } ";
    let expected = value(text).text("text", r#"{"b":[true,false,null,{},[]],"a":"x"}"#);
    file.valid(of("all-kinds", "spaces wherever they may be; members keep their order", rules, text), expected);
    for (id, text) in [("null", "null"), ("text", "\"x\""), ("number", "1"), ("array", "[]"), ("object", "{}")] {
        file.valid(of(id, "any value may stand alone", rules, text), value(text).text("text", text));
    }
}

fn numbers(file: &mut Draft) {
    file.group("Numbers", Object::new());
    for (id, comment, text) in [
        ("beyond-2-53", "an integer that binary64 does not hold", "9007199254740993"),
        ("beyond-2-64", "an integer of more than 64 bits", "-18446744073709551617"),
        ("beyond-2-127", "an integer of more than 128 bits", "170141183460469231731687303715884105728"),
        ("trailing-zero", "a zero at the end", "1.10"),
        ("exponent", "a large exponent", "1e300"),
        ("exponent-plus", "an exponent with a plus and a capital letter", "1E+2"),
        ("minus-zero", "minus zero", "-0"),
    ] {
        file.valid(of(id, comment, &["JWT-E-018", "RFC 8259 6"], text), value(text).text("text", text));
    }
    for (id, comment, text) in [
        ("leading-zero", "a zero before", "01"),
        ("plus", "a plus", "+1"),
        ("no-integer", "nothing before the dot", ".5"),
        ("no-fraction", "nothing after the dot", "1."),
        ("no-exponent", "nothing after the e", "1e"),
        ("minus-alone", "a minus alone", "-"),
        ("hexadecimal", "hexadecimal", "0x1"),
        ("infinity", "infinity", "Infinity"),
        ("nan", "not a number", "NaN"),
    ] {
        file.refused(of(id, comment, &["RFC 8259 6"], text).differs_from("number"), "jose/json-malformed");
    }
}

fn texts(file: &mut Draft) {
    file.group("Text", Object::new());
    let rules = &["RFC 8259 7", "RFC 8259 8.2", "JWT-E-006"];
    let text = r#""\"\\\/\b\f\n\r\tM\u00f6\u0000\uD83D\uDE00z""#;
    file.valid(of("escapes", "every escape, a pair of surrogates among them", rules, text), value(text));
    let text = "\"M\u{f6}bius \u{1f600} \u{7f}\u{2028}\"";
    file.valid(of("unescaped", "whatever may stand as it is", rules, text), value(text));
    for (id, comment, text) in [
        ("high-alone", "the first half of a surrogate pair", r#""\ud83d""#),
        ("low-alone", "the second half of one", r#""\ude00""#),
        ("high-and-letter", "the first half, and an escaped letter", r#""\ud83d\u0041""#),
        ("high-twice", "the first half twice", r#""\ud83d\ud83d""#),
        ("escape-not-hex", "four digits of which one is none", r#""\u12g4""#),
        ("escape-short", "three digits", r#""\u123""#),
        ("escape-unknown", "an escape that there is not", r#""\x41""#),
        ("tab", "a tab as it is", "\"a\tb\""),
        ("nul", "an octet of zero", "\"a\0\""),
        ("not-closed", "no quote at the end", "\"abc"),
        ("single-quotes", "single quotes", "'a'"),
    ] {
        file.refused(of(id, comment, rules, text).differs_from("escapes"), "jose/json-malformed");
    }
    let octets: [(&str, &str, &[u8]); 3] = [
        ("latin-1", "a letter in Latin-1", b"\"\xe4\""),
        ("surrogate-in-utf-8", "half of a pair in UTF-8", b"\"\xed\xa0\x80\""),
        ("overlong", "a slash in two octets", b"\"\xc0\xaf\""),
    ];
    for (id, comment, text) in octets {
        let new = of(id, comment, &["RFC 8259 8.1"], text).differs_from("unescaped").flag("pitfall-malformed-disclosure");
        file.refused(new, "jose/json-malformed");
    }
}

fn structure(file: &mut Draft) {
    file.group("Structure", Object::new());
    for (id, comment, text) in [
        ("empty", "nothing", ""),
        ("bom", "a byte order mark", "\u{feff}{}"),
        ("comma-at-end", "a comma after the last element", "[1,]"),
        ("comma-at-end-of-object", "a comma after the last member", r#"{"a":1,}"#),
        ("name-unquoted", "a name without quotes", "{a:1}"),
        ("no-colon", "no colon", r#"{"a" 1}"#),
        ("no-comma", "no comma", r#"{"a":1 "b":2}"#),
        ("two-values", "two values", "{}{}"),
        ("comment", "a comment", "[1]//"),
        ("not-closed-array", "an array that does not end", "[1"),
        ("other-space", "a no-break space", "\u{a0}{}"),
        ("capital", "a word in capitals", "True"),
    ] {
        file.refused(of(id, comment, &["RFC 8259 2"], text).differs_from("all-kinds"), "jose/json-malformed");
    }
    let rules = &["JWT-E-016", "RFC 8259 4", "RFC 7493 2.3"];
    let text = r#"{"a":{"a":1},"b":{"a":1}}"#;
    file.valid(of("same-name-elsewhere", "one name in several objects", rules, text), value(text));
    for (id, comment, text) in [
        ("name-twice", "a name twice", r#"{"a":1,"b":2,"a":1}"#),
        ("name-twice-escaped", "a name twice, spelt otherwise", r#"{"a":1,"\u0061":2}"#),
        ("name-twice-inside", "a name twice, inside", r#"[{"x":{"a":1,"a":2}}]"#),
        ("empty-name-twice", "the empty name twice", r#"{"":1,"":1}"#),
    ] {
        file.refused(of(id, comment, rules, text).flag("pitfall-encoding"), "jose/member-duplicate");
    }
    let text = r#"{"\u00e4":1,"a\u0308":2}"#;
    file.valid(of("names-look-alike", "two names that only look the same", rules, text), value(text));
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    file.valid(of("depth-32", "32 arrays in one another", &["JWT-E-017"], nested(32)), Object::new().text("text", nested(32)));
    file.refused(of("depth-33", "33 arrays in one another", &["JWT-E-017"], nested(33)).flag("limit"), "jose/limit");
}
