//! Claim values for people and programs.

use std::fmt::{self, Write as _};

use mimicred_claims::{Key, Value};
use mimicred_jose::base64url;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

/// A claim value, to be shown. Its JSON form: what JSON has is itself; a number with a fraction or exponent is a text in the
/// issuer's spelling, since JSON readers round; CBOR's octets are `{"octets": base64url}`, its tags `{"tag": n, "value": v}`, its
/// simple values `{"simple": n}`, and integer keys are their decimal text.
#[derive(Clone, PartialEq)]
pub struct ShownValue(Value<'static>);

impl ShownValue {
    /// A value to be shown.
    pub fn new(value: Value<'static>) -> Self {
        Self(value)
    }

    /// The value.
    pub fn value(&self) -> &Value<'static> {
        &self.0
    }
}

impl Serialize for ShownValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Borrowed(&self.0).serialize(serializer)
    }
}

struct Borrowed<'v>(&'v Value<'static>);

impl Serialize for Borrowed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Bool(b) => serializer.serialize_bool(*b),
            Value::Int(number) => match i64::try_from(*number) {
                Ok(number) => serializer.serialize_i64(number),
                Err(_) => serializer.serialize_str(&number.to_string()),
            },
            Value::Float(float) => serializer.serialize_str(&float.to_string()),
            Value::Decimal(text) | Value::Text(text) => serializer.serialize_str(text),
            Value::Bytes(octets) => single("octets", &base64url::encode(octets), serializer),
            Value::Simple(number) => single("simple", number, serializer),
            Value::Array(elements) => {
                let mut list = serializer.serialize_seq(Some(elements.len()))?;
                for element in elements {
                    list.serialize_element(&Borrowed(element))?;
                }
                list.end()
            }
            Value::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries.iter() {
                    match key {
                        Key::Text(text) => map.serialize_entry(text.as_ref(), &Borrowed(value))?,
                        Key::Int(number) => map.serialize_entry(&number.to_string(), &Borrowed(value))?,
                    }
                }
                map.end()
            }
            Value::Tag(tag, inner) => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("tag", tag)?;
                map.serialize_entry("value", &Borrowed(inner))?;
                map.end()
            }
            _ => serializer.serialize_unit(),
        }
    }
}

/// An object with one member.
fn single<S: Serializer>(name: &str, value: &impl Serialize, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(name, value)?;
    map.end()
}

/// As JSON, but for texts without quotes; control characters are escaped, so that a claim cannot write to the terminal.
impl fmt::Display for ShownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = serde_json::to_string(self).map_err(|_| fmt::Error)?;
        let plain = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).filter(|text| !text.contains('\\'));
        // JSON escapes C0 only.
        f.write_str(&harmless(plain.unwrap_or(&json)))
    }
}

/// A text that commands no terminal: control characters, separators of lines and marks of direction are escaped.
pub(super) fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        let commands = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || commands {
            // Writing to a String cannot fail.
            let _ = write!(shown, "\\u{:04x}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Only the shape.
impl fmt::Debug for ShownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use mimicred_claims::Map;

    use super::*;

    #[test]
    fn every_value_has_a_json_form() {
        let map = Map::from_entries(vec![(Key::Int(1), Value::Bytes(vec![1, 2].into())), (Key::from("x"), Value::Null)]).unwrap();
        let all = Value::Array(vec![
            Value::Map(map),
            Value::Int(-5),
            Value::Int(1 << 64),
            Value::Decimal("1.50".into()),
            Value::Float(0.5),
            Value::Tag(1004, Box::new(Value::from("1990-01-01"))),
            Value::Simple(99),
            Value::Undefined,
            Value::Bool(true),
        ]);
        let json = serde_json::to_string(&ShownValue::new(all)).unwrap();
        let expected = r#"[{"1":{"octets":"AQI"},"x":null},-5,"18446744073709551616","1.50","0.5",{"tag":1004,"value":"1990-01-01"},{"simple":99},null,true]"#;
        assert_eq!(json, expected);
    }

    #[test]
    fn nothing_shown_commands_a_terminal() {
        let shown = |text: &str| ShownValue::new(Value::from(text.to_owned())).to_string();
        assert_eq!(shown("Alice"), "Alice");
        assert_eq!(shown("\u{1b}[2J"), "\"\\u001b[2J\"");
        assert_eq!(shown("a\u{9b}b\u{202e}c"), "a\\u009bb\\u202ec");
        assert_eq!(shown("a\u{61c}b\u{2028}c"), "a\\u061cb\\u2028c");
    }
}
