//! Writing: no whitespace, members in their order, only what must be escaped is.

use mimicred_claims::{Key, Map, Value};

use super::plain::plain_len;
use crate::{Code, Error};

/// Writes a value as JSON.
///
/// # Errors
/// [`Code::Unwritable`]: byte strings, tags, `undefined`, simple values, integer keys, numbers that are not finite, and redaction
/// marks, which are the business of the token format.
///
/// ```
/// use mimicred_claims::Value;
/// use mimicred_jose::json;
///
/// let value = Value::Array(vec![Value::Null, Value::Int(7), Value::from("a \"quote\"\n")]);
/// assert_eq!(json::write(&value)?, r#"[null,7,"a \"quote\"\n"]"#);
/// # Ok::<(), mimicred_jose::Error>(())
/// ```
pub fn write(value: &Value<'_>) -> Result<String, Error> {
    let mut out = String::new();
    write_into(value, &mut out)?;
    Ok(out)
}

/// How a token format spells what is redacted: in an object, the name of a member with the array of its digests, which comes last; in
/// an array, that of the only member of the object in place of an element. Digests are text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    /// The name in an object.
    pub object: &'static str,
    /// The name in an array.
    pub element: &'static str,
}

/// Writes a map as a JSON object.
///
/// # Errors
/// As [`write()`].
///
/// ```
/// use mimicred_claims::{Key, Map, Value};
///
/// let mut header = Map::new();
/// header.insert(Key::from("alg"), Value::from("ES256"))?;
/// assert_eq!(mimicred_jose::json::write_map(&header)?, r#"{"alg":"ES256"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_map(map: &Map<'_>) -> Result<String, Error> {
    let mut out = String::new();
    object(map, None, &mut out)?;
    Ok(out)
}

/// Writes a map as a JSON object, with what is redacted in it.
///
/// # Errors
/// As [`write()`], but for the marks.
///
/// ```
/// use mimicred_claims::{Digest, Map};
/// use mimicred_jose::json::{Marks, write_map_marked};
///
/// let mut claims = Map::new();
/// claims.redacted.push(Digest::from(b"X9yH0Ajr"));
/// assert_eq!(write_map_marked(&claims, Marks { object: "_sd", element: "..." })?, r#"{"_sd":["X9yH0Ajr"]}"#);
/// # Ok::<(), mimicred_jose::Error>(())
/// ```
pub fn write_map_marked(map: &Map<'_>, marks: Marks) -> Result<String, Error> {
    let mut out = String::with_capacity(64 * map.len() + 48 * map.redacted.len());
    object(map, Some(marks), &mut out)?;
    Ok(out)
}

/// As [`write_into`], with what is redacted in it.
///
/// # Errors
/// As [`write()`], but for the marks.
pub fn write_marked_into(value: &Value<'_>, marks: Marks, out: &mut String) -> Result<(), Error> {
    any(value, Some(marks), out)
}

/// Writes a value as JSON at the end of `out`.
///
/// # Errors
/// As [`write()`].
///
/// ```
/// let mut out = String::from("[1,");
/// mimicred_jose::json::write_into(&mimicred_claims::Value::Int(2), &mut out)?;
/// assert_eq!(out, "[1,2");
/// # Ok::<(), mimicred_jose::Error>(())
/// ```
pub fn write_into(value: &Value<'_>, out: &mut String) -> Result<(), Error> {
    any(value, None, out)
}

fn any(value: &Value<'_>, marks: Option<Marks>, out: &mut String) -> Result<(), Error> {
    let unwritable = |note: &str| Err(Error::new(Code::Unwritable).note(note));
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Int(number) => out.push_str(&number.to_string()),
        Value::Decimal(spelling) => out.push_str(spelling),
        // Debug, unlike Display, has an exponent where the number is large or small: always JSON.
        Value::Float(number) if number.is_finite() => out.push_str(&format!("{number:?}")),
        Value::Text(text) => write_text_into(text, out),
        Value::Array(elements) => {
            out.push('[');
            for (n, element) in elements.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                any(element, marks, out)?;
            }
            out.push(']');
        }
        Value::Map(map) => object(map, marks, out)?,
        Value::Float(_) => return unwritable("a number that is not finite"),
        Value::Bytes(_) => return unwritable("a byte string"),
        Value::Redacted(digest) => {
            let Some(marks) = marks else { return unwritable("a redaction mark") };
            out.push('{');
            write_text_into(marks.element, out);
            out.push(':');
            write_digest(digest, out)?;
            out.push('}');
        }
        _ => return unwritable("a CBOR value without JSON form"),
    }
    Ok(())
}

/// Writes text as a JSON string at the end of `out`.
///
/// ```
/// let mut out = String::new();
/// mimicred_jose::json::write_text_into("Möbius\u{1}", &mut out);
/// assert_eq!(out, "\"Möbius\\u0001\"");
/// ```
pub fn write_text_into(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    // What must be escaped is ASCII, so that no character is split.
    while let Some((plain, behind)) = rest.split_at_checked(plain_len(rest.as_bytes())).filter(|(_, behind)| !behind.is_empty()) {
        out.push_str(plain);
        let mut behind = behind.chars();
        match behind.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\u{8}') => out.push_str("\\b"),
            Some('\u{c}') => out.push_str("\\f"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(control) => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            None => break,
        }
        rest = behind.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// A digest, which is the ASCII of its text.
fn write_digest(digest: &[u8], out: &mut String) -> Result<(), Error> {
    let text = std::str::from_utf8(digest).map_err(|_| Error::new(Code::Unwritable).note("a digest that is not text"))?;
    write_text_into(text, out);
    Ok(())
}

fn object(map: &Map<'_>, marks: Option<Marks>, out: &mut String) -> Result<(), Error> {
    if marks.is_none() && !map.redacted.is_empty() {
        return Err(Error::new(Code::Unwritable).note("a redaction mark"));
    }
    out.push('{');
    for (n, (key, value)) in map.iter().enumerate() {
        let Key::Text(name) = key else {
            return Err(Error::new(Code::Unwritable).note("an integer key"));
        };
        if n > 0 {
            out.push(',');
        }
        write_text_into(name, out);
        out.push(':');
        any(value, marks, out)?;
    }
    if let (Some(marks), false) = (marks, map.redacted.is_empty()) {
        if !map.is_empty() {
            out.push(',');
        }
        write_text_into(marks.object, out);
        out.push_str(":[");
        for (n, digest) in map.redacted.iter().enumerate() {
            if n > 0 {
                out.push(',');
            }
            write_digest(digest, out)?;
        }
        out.push(']');
    }
    out.push('}');
    Ok(())
}
