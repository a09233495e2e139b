//! How JSON is written: the members in their order, spaces, and the kinds of values, without the values.
//!
//! Two texts of the same shape say the same things; if they are written differently, the difference is free to carry a mark (B-12).

use mimicred_claims::{Key, Value};
use mimicred_keys::sha256;

use crate::seen::Seen;

/// Notes how a JSON text is written.
pub(super) fn note(seen: &mut Seen, path: &str, text: &str, value: &Value<'_>) {
    let mut shape = String::new();
    write_shape(value, &mut shape);
    seen.spellings.push((path.to_owned(), sha256(shape.as_bytes()), sha256(skeleton(text).as_bytes())));
}

/// The members sorted, the values by their kind.
fn write_shape(value: &Value<'_>, out: &mut String) {
    match value {
        Value::Map(map) => {
            let mut members: Vec<(String, &Value<'_>)> = map
                .iter()
                .map(|(key, value)| match key {
                    Key::Text(text) => (text.to_string(), value),
                    Key::Int(number) => (number.to_string(), value),
                })
                .collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            out.push('{');
            for (name, value) in members {
                out.push_str(&name);
                out.push(':');
                // Digests are counted elsewhere.
                if name == "_sd" { out.push('#') } else { write_shape(value, out) }
            }
            out.push('}');
        }
        Value::Array(elements) => {
            out.push('[');
            elements.iter().for_each(|element| write_shape(element, out));
            out.push(']');
        }
        Value::Text(_) => out.push('s'),
        Value::Int(_) | Value::Decimal(_) | Value::Float(_) => out.push('n'),
        _ => out.push('v'),
    }
}

/// The text with its values taken out. It is JSON: that was checked before.
fn skeleton(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut last = String::new();
    while let Some(first) = rest.chars().next() {
        match first {
            '"' => {
                let (content, after) = string(rest);
                rest = after;
                if rest.trim_start().starts_with(':') {
                    out.push_str(content);
                    last = content.to_owned();
                } else {
                    out.push(if content.contains('\\') { 'e' } else { 's' });
                }
            }
            '[' if last == "_sd" => {
                // Spaces between digests count, their number does not.
                let end = rest.find(']').unwrap_or(rest.len());
                let array = rest.get(..end).unwrap_or_default();
                let spaced = array.split('"').skip(2).step_by(2).any(|between| !between.trim_matches(',').is_empty());
                out.push(if spaced { '%' } else { '#' });
                rest = rest.get(end..).and_then(|rest| rest.get(1..)).unwrap_or_default();
                last.clear();
            }
            '-' | '0'..='9' => {
                let end = rest.find(|c: char| !matches!(c, '-' | '+' | '.' | 'e' | 'E' | '0'..='9')).unwrap_or(rest.len());
                let number = rest.get(..end).unwrap_or_default();
                let plain = number.bytes().all(|octet| octet.is_ascii_digit());
                out.push(if plain { 'n' } else { 'f' });
                rest = rest.get(end..).unwrap_or_default();
            }
            't' | 'f' | 'n' => {
                let end = rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len());
                out.push('v');
                rest = rest.get(end..).unwrap_or_default();
            }
            other => {
                out.push(other);
                rest = rest.get(other.len_utf8()..).unwrap_or_default();
            }
        }
    }
    out
}

/// The content of the string that the text begins with, and what follows it.
fn string(text: &str) -> (&str, &str) {
    let mut escaped = false;
    for (place, octet) in text.bytes().enumerate().skip(1) {
        match octet {
            b'\\' if !escaped => escaped = true,
            b'"' if !escaped => {
                return (text.get(1..place).unwrap_or_default(), text.get(place + 1..).unwrap_or_default());
            }
            _ => escaped = false,
        }
    }
    (text.get(1..).unwrap_or_default(), "")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Taken apart by hand.
    #[test]
    fn values_go_and_the_rest_stays() {
        assert_eq!(skeleton(r#"{"a":"x","b":[1, -2.5],"c":true}"#), "{a:s,b:[n, f],c:v}");
        assert_eq!(skeleton(r#"{"a\"b" : "\u0041"}"#), r#"{a\"b : e}"#);
        assert_eq!(skeleton(r#"{"_sd":["x","y"],"_sd_alg":"z"}"#), "{_sd:#,_sd_alg:s}");
        assert_eq!(skeleton(r#"{"_sd":["x", "y"]}"#), "{_sd:%}");
        assert_eq!(skeleton(r#"{"_sd":[]}"#), "{_sd:#}");
        for cut in ["{\"a", "{\"a\":", "[1", "tru"] {
            skeleton(cut);
        }
    }
}
