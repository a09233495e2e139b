//! Writing: no whitespace, members in their order, only what must be escaped is.

use mimicred_claims::{Key, Map, Value};

use super::plain::{is_like_base64url, is_plain, is_plain_ascii, plain_len};
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
    let mut out = Vec::new();
    any(value, None, &mut out)?;
    text(out)
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
    let mut out = Vec::new();
    object(map, None, &mut out)?;
    text(out)
}

/// Writes a map as a JSON object, with what is redacted in it; UTF-8.
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
/// assert_eq!(write_map_marked(&claims, Marks { object: "_sd", element: "..." })?, br#"{"_sd":["X9yH0Ajr"]}"#);
/// # Ok::<(), mimicred_jose::Error>(())
/// ```
pub fn write_map_marked(map: &Map<'_>, marks: Marks) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(64 * map.len() + 48 * map.redacted.len());
    object(map, Some(marks), &mut out)?;
    Ok(out)
}

/// Writes a value as JSON, with what is redacted in it, at the end of `out`; UTF-8.
///
/// # Errors
/// As [`write()`], but for the marks.
///
/// ```
/// use mimicred_claims::{Digest, Value};
/// use mimicred_jose::json::{Marks, write_marked_into};
///
/// let mut out = b"[1,".to_vec();
/// write_marked_into(&Value::Redacted(Digest::from(b"X9yH0Ajr")), Marks { object: "_sd", element: "..." }, &mut out)?;
/// assert_eq!(out, br#"[1,{"...":"X9yH0Ajr"}"#);
/// # Ok::<(), mimicred_jose::Error>(())
/// ```
pub fn write_marked_into(value: &Value<'_>, marks: Marks, out: &mut Vec<u8>) -> Result<(), Error> {
    any(value, Some(marks), out)
}

/// What was written, which only a digest can keep from being text.
fn text(out: Vec<u8>) -> Result<String, Error> {
    String::from_utf8(out).map_err(|_| Error::new(Code::Unwritable))
}

fn any(value: &Value<'_>, marks: Option<Marks>, out: &mut Vec<u8>) -> Result<(), Error> {
    let unwritable = |note: &str| Err(Error::new(Code::Unwritable).note(note));
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Int(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Value::Decimal(spelling) => out.extend_from_slice(spelling.as_bytes()),
        // Debug, unlike Display, has an exponent where the number is large or small: always JSON.
        Value::Float(number) if number.is_finite() => out.extend_from_slice(format!("{number:?}").as_bytes()),
        Value::Text(text) => write_text_into(text, out),
        Value::Array(elements) => {
            out.push(b'[');
            for (n, element) in elements.iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                any(element, marks, out)?;
            }
            out.push(b']');
        }
        Value::Map(map) => object(map, marks, out)?,
        Value::Float(_) => return unwritable("a number that is not finite"),
        Value::Bytes(_) => return unwritable("a byte string"),
        Value::Redacted(digest) => {
            let Some(marks) = marks else { return unwritable("a redaction mark") };
            out.push(b'{');
            write_text_into(marks.element, out);
            out.push(b':');
            write_digest(digest, out)?;
            out.push(b'}');
        }
        _ => return unwritable("a CBOR value without JSON form"),
    }
    Ok(())
}

/// Text as a JSON string.
///
/// ```
/// assert_eq!(mimicred_jose::json::write_text("Möbius\u{1}"), "\"Möbius\\u0001\"");
/// ```
pub fn write_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    escaped(text, |part| out.push_str(part));
    out
}

/// Writes text as a JSON string at the end of `out`, in UTF-8.
///
/// ```
/// let mut out = b"[".to_vec();
/// mimicred_jose::json::write_text_into("a", &mut out);
/// assert_eq!(out, b"[\"a\"");
/// ```
pub fn write_text_into(text: &str, out: &mut Vec<u8>) {
    escaped(text, |part| out.extend_from_slice(part.as_bytes()));
}

/// Quotes, and between them what needs no escape as it is.
#[inline]
fn escaped(text: &str, mut push: impl FnMut(&str)) {
    push("\"");
    if is_plain(text.as_bytes()) {
        push(text);
        return push("\"");
    }
    let mut rest = text;
    // What must be escaped is ASCII, so that no character is split.
    while let Some((plain, behind)) = rest.split_at_checked(plain_len(rest.as_bytes())).filter(|(_, behind)| !behind.is_empty()) {
        push(plain);
        let mut behind = behind.chars();
        match behind.next() {
            Some('"') => push("\\\""),
            Some('\\') => push("\\\\"),
            Some('\u{8}') => push("\\b"),
            Some('\u{c}') => push("\\f"),
            Some('\n') => push("\\n"),
            Some('\r') => push("\\r"),
            Some('\t') => push("\\t"),
            Some(control) => push(&format!("\\u{:04x}", u32::from(control))),
            None => break,
        }
        rest = behind.as_str();
    }
    push(rest);
    push("\"");
}

/// A digest, which is the ASCII of its text.
#[inline]
fn write_digest(digest: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
    // The usual one is of a length that the compiler knows.
    if let Ok(usual) = <&[u8; 43]>::try_from(digest)
        && is_like_base64url(usual)
    {
        out.push(b'"');
        out.extend_from_slice(usual);
        out.push(b'"');
        return Ok(());
    }
    if is_plain_ascii(digest) {
        out.push(b'"');
        out.extend_from_slice(digest);
        out.push(b'"');
        return Ok(());
    }
    let text = std::str::from_utf8(digest).map_err(|_| Error::new(Code::Unwritable).note("a digest that is not text"))?;
    write_text_into(text, out);
    Ok(())
}

fn object(map: &Map<'_>, marks: Option<Marks>, out: &mut Vec<u8>) -> Result<(), Error> {
    if marks.is_none() && !map.redacted.is_empty() {
        return Err(Error::new(Code::Unwritable).note("a redaction mark"));
    }
    out.push(b'{');
    for (n, (key, value)) in map.iter().enumerate() {
        let Key::Text(name) = key else {
            return Err(Error::new(Code::Unwritable).note("an integer key"));
        };
        if n > 0 {
            out.push(b',');
        }
        write_text_into(name, out);
        out.push(b':');
        any(value, marks, out)?;
    }
    if let (Some(marks), false) = (marks, map.redacted.is_empty()) {
        if !map.is_empty() {
            out.push(b',');
        }
        write_text_into(marks.object, out);
        out.extend_from_slice(b":[");
        for (n, digest) in map.redacted.iter().enumerate() {
            if n > 0 {
                out.push(b',');
            }
            write_digest(digest, out)?;
        }
        out.push(b']');
    }
    out.push(b'}');
    Ok(())
}
