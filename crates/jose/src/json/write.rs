//! Writing: no whitespace, members in their order, only what must be escaped is.

use mimicred_claims::{Key, Map, Value};

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
    object(map, &mut out)?;
    Ok(out)
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
                write_into(element, out)?;
            }
            out.push(']');
        }
        Value::Map(map) => object(map, out)?,
        Value::Float(_) => return unwritable("a number that is not finite"),
        Value::Bytes(_) => return unwritable("a byte string"),
        Value::Redacted(_) => return unwritable("a redaction mark"),
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
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control @ ..='\u{1f}' => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
}

fn object(map: &Map<'_>, out: &mut String) -> Result<(), Error> {
    if !map.redacted.is_empty() {
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
        write_into(value, out)?;
    }
    out.push('}');
    Ok(())
}
