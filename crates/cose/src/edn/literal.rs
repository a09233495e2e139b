//! Scalars as text.

use std::fmt::Write;

use super::heads::Head;
use super::width::Width;
use crate::cbor::float;

/// A text string in quotes. What could command a terminal or hide from the eye is escaped, in the way of JSON.
pub(super) fn text(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            c if is_unseen(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a String cannot fail.
                    let _ = write!(quoted, "\\u{unit:04x}");
                }
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Controls, and characters that reorder the text around them, have no width or look like a space.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// A byte string as text in single quotes, if it is printable without an escape.
pub(super) fn quoted(octets: &[u8]) -> Option<String> {
    let is_plain = |octet: &u8| matches!(octet, b' '..=b'~') && !matches!(octet, b'\'' | b'\\');
    let text = std::str::from_utf8(octets).ok()?;
    octets.iter().all(is_plain).then(|| format!("'{text}'"))
}

/// Octets in hexadecimal.
pub(super) fn hex(octets: &[u8]) -> String {
    let digits = octets.iter().flat_map(|octet| [octet >> 4, octet & 0xf]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// A simple value.
pub(super) fn simple(number: u64) -> String {
    match number {
        20 => "false".to_owned(),
        21 => "true".to_owned(),
        22 => "null".to_owned(),
        23 => "undefined".to_owned(),
        _ => format!("simple({number})"),
    }
}

/// A floating-point number, with its width where that is not the shortest. A NaN that is not the usual one is given by its bits.
pub(super) fn float(head: &Head) -> String {
    let bits = head.argument;
    let (value, quiet) = match head.width {
        Width::Two => (float::from_half(u16::try_from(bits).unwrap_or_default()), 0x7e00),
        Width::Four => (f32::from_bits(u32::try_from(bits).unwrap_or_default()).into(), 0x7fc0_0000),
        _ => (f64::from_bits(bits), 0x7ff8_0000_0000_0000),
    };
    let shortest = shortest(value);
    if value.is_nan() && bits != quiet {
        let digits = match head.width {
            Width::Two => 4,
            Width::Four => 8,
            _ => 16,
        };
        return format!("float'{bits:0digits$x}'");
    }
    let number = match value {
        f64::INFINITY => "Infinity".to_owned(),
        f64::NEG_INFINITY => "-Infinity".to_owned(),
        _ => format!("{value:?}"),
    };
    if head.width == shortest { number } else { format!("{number}{}", head.width.indicator()) }
}

/// The shortest width that holds the number exactly; of a NaN, that of the usual one.
pub(super) fn shortest(value: f64) -> Width {
    if value.is_nan() || float::to_half(value).is_some() {
        Width::Two
    } else if float::to_single(value).is_some() {
        Width::Four
    } else {
        Width::Eight
    }
}
