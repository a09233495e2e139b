//! Claim values for people and for JSON.

use mimicred_claims::Value;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::out::{hex, printable};

/// A value to be shown.
#[derive(Debug)]
pub(crate) enum Shown {
    /// A claim's value.
    Claim(Value<'static>),
    /// A text of ours or of a fixed form, which needs no quotes.
    Plain(String),
    /// A number of seconds or items.
    Number(i128),
}

impl From<Value<'static>> for Shown {
    fn from(value: Value<'static>) -> Self {
        Shown::Claim(value)
    }
}

impl From<&str> for Shown {
    fn from(text: &str) -> Self {
        Shown::Plain(text.to_owned())
    }
}

impl From<String> for Shown {
    fn from(text: String) -> Self {
        Shown::Plain(text)
    }
}

impl From<i128> for Shown {
    fn from(number: i128) -> Self {
        Shown::Number(number)
    }
}

impl Shown {
    /// The value in diagnostic notation: like JSON, with octets as h'00ff' and tags as 1(…).
    pub(super) fn text(&self) -> String {
        match self {
            Shown::Claim(Value::Bytes(octets)) => quoted(octets).unwrap_or_else(|| diagnostic(&Value::Bytes(octets.clone()))),
            Shown::Claim(value) => diagnostic(value),
            Shown::Plain(text) => printable(text),
            Shown::Number(number) => number.to_string(),
        }
    }
}

/// Octets that somebody wrote as text, such as a key identifier that is a URL.
fn quoted(octets: &[u8]) -> Option<String> {
    const SHORTEST: usize = 8;
    let is_plain = |octet: &u8| matches!(octet, b' '..=b'~') && !matches!(octet, b'\'' | b'\\');
    let text = std::str::from_utf8(octets).ok().filter(|_| octets.len() >= SHORTEST && octets.iter().all(is_plain))?;
    Some(format!("'{text}'"))
}

fn diagnostic(value: &Value<'_>) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Undefined => "undefined".to_owned(),
        Value::Bool(b) => b.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::Decimal(text) => text.to_string(),
        Value::Text(text) => format!("\"{}\"", printable(&text.replace('\\', "\\\\").replace('"', "\\\""))),
        Value::Bytes(octets) => format!("h'{}'", hex(octets)),
        Value::Array(elements) => format!("[{}]", elements.iter().map(diagnostic).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => {
            let entries = map.iter().map(|(key, value)| format!("{key}: {}", diagnostic(value)));
            printable(&format!("{{{}}}", entries.collect::<Vec<_>>().join(", ")))
        }
        Value::Tag(tag, inner) => format!("{tag}({})", diagnostic(inner)),
        Value::Simple(number) => format!("simple({number})"),
        Value::Redacted(_) => "(redacted)".to_owned(),
        _ => "(unknown)".to_owned(),
    }
}

/// JSON: what JSON has not is text in diagnostic notation.
impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Shown::Claim(value) => Borrowed(value).serialize(serializer),
            Shown::Plain(text) => serializer.serialize_str(text),
            Shown::Number(number) => Borrowed(&Value::Int(*number)).serialize(serializer),
        }
    }
}

struct Borrowed<'v>(&'v Value<'v>);

impl Serialize for Borrowed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(b) => serializer.serialize_bool(*b),
            Value::Int(number) => match i64::try_from(*number) {
                Ok(number) => serializer.serialize_i64(number),
                Err(_) => serializer.serialize_str(&number.to_string()),
            },
            Value::Float(number) if number.is_finite() => serializer.serialize_f64(*number),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Array(elements) => {
                let mut seq = serializer.serialize_seq(Some(elements.len()))?;
                elements.iter().try_for_each(|element| seq.serialize_element(&Borrowed(element)))?;
                seq.end()
            }
            Value::Map(map) => {
                let mut object = serializer.serialize_map(Some(map.len()))?;
                map.iter().try_for_each(|(key, value)| object.serialize_entry(&key.to_string(), &Borrowed(value)))?;
                object.end()
            }
            other => serializer.serialize_str(&diagnostic(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_are_text_for_people_where_they_look_like_it() {
        let text = |octets: &'static [u8]| Shown::Claim(Value::Bytes(octets.into())).text();
        assert_eq!(text(b"https://issuer.example/cose-key3"), "'https://issuer.example/cose-key3'");
        assert_eq!(text(b"alice"), "h'616c696365'");
        assert_eq!(text(b"it's alice"), "h'6974277320616c696365'");
        assert_eq!(
            serde_json::to_string(&Shown::Claim(Value::Bytes(b"12345678"[..].into()))).unwrap(),
            "\"h'3132333435363738'\""
        );
    }

    #[test]
    fn every_kind_of_value_has_a_text_and_a_json_form() {
        let value = Value::Array(vec![
            Value::Null,
            Value::Bool(true),
            Value::Int(i128::from(u64::MAX)),
            Value::Int(-7),
            Value::Float(1.5),
            Value::Float(f64::NAN),
            Value::Bytes(vec![0, 255].into()),
            Value::Tag(1, Box::new(Value::Int(3))),
            Value::from("a\"\\"),
        ]);
        let shown = Shown::Claim(value);
        assert_eq!(shown.text(), r#"[null, true, 18446744073709551615, -7, 1.5, NaN, h'00ff', 1(3), "a\"\\"]"#);
        assert_eq!(
            serde_json::to_string(&shown).unwrap(),
            r#"[null,true,"18446744073709551615",-7,1.5,"NaN","h'00ff'","1(3)","a\"\\"]"#
        );
    }
}
