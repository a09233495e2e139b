//! Literals with a prefix: what the text in their quotes stands for.

use base64ct::{Base64UrlUnpadded, Encoding};

use super::Cursor;
use super::number::bits;
use super::string::{ELLIPSIS, Piece};
use crate::Error;
use crate::edn::width::{self, Width};
use crate::edn::{date, literal};

/// The meaning of a literal with a prefix.
pub(super) fn meaning(at: &Cursor<'_>, prefix: &str, content: &str) -> Result<Piece, Error> {
    match prefix {
        "h" => hex(at, content).map(Piece::Bytes),
        "b64" => base64(content).map(Piece::Bytes).ok_or_else(|| at.fail("this is not base64")),
        "float" => {
            let bits = hex(at, content)?;
            let first = match bits.len() {
                2 => 0xf9,
                4 => 0xfa,
                8 => 0xfb,
                _ => return Err(at.fail("a floating-point number has 2, 4 or 8 octets")),
            };
            Ok(Piece::Item([&[first], bits.as_slice()].concat()))
        }
        "dt" | "DT" => {
            let moment = moment(content).ok_or_else(|| at.fail("this is no date like 2026-11-23T08:00:00Z"))?;
            // Tag 1 is the one of seconds.
            Ok(Piece::Item(if prefix == "DT" { [&[0xc1], moment.as_slice()].concat() } else { moment }))
        }
        _ => Err(at.fail("only the prefixes h, b64, float and dt are known")),
    }
}

/// The seconds since 1970 of a date: an integer, or floating point if the date has a fraction.
fn moment(date: &str) -> Option<Vec<u8>> {
    let (seconds, fraction) = date::read(date)?;
    let Some(fraction) = fraction else {
        let (major, argument) = if seconds < 0 { (1, -1 - seconds) } else { (0, seconds) };
        let argument = u64::try_from(argument).ok()?;
        return width::head(major, Width::preferred(argument), argument);
    };
    // Whole seconds of four-digit years are exact as floating point.
    let value = seconds.to_string().parse::<f64>().ok()? + format!("0.{fraction}").parse::<f64>().ok()?;
    let width = literal::shortest(value);
    width::head(7, width, bits(value, width)?)
}

/// Hexadecimal digits with white space and comments between them.
fn hex(at: &Cursor<'_>, content: &str) -> Result<Vec<u8>, Error> {
    let mut inside = Cursor::new(content);
    let mut digits = Vec::with_capacity(content.len());
    loop {
        inside.blank().map_err(|_| at.fail("a comment in h'…' that does not end"))?;
        match inside.next() {
            None => break,
            Some('.') if inside.rest().starts_with("..") => return Err(at.fail(ELLIPSIS)),
            Some(c) => {
                let digit = c.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                digits.push(digit.ok_or_else(|| at.fail("hexadecimal digits, white space and comments stand here"))?);
            }
        }
    }
    match digits.as_chunks::<2>() {
        (pairs, []) => Ok(pairs.iter().map(|[high, low]| high << 4 | low).collect()),
        _ => Err(at.fail("an odd number of hexadecimal digits")),
    }
}

/// Base64 of either alphabet, with padding or without, with white space and `#` comments in between.
fn base64(content: &str) -> Option<Vec<u8>> {
    let uncommented = content.lines().map(|line| line.split('#').next().unwrap_or_default());
    let digits: String = uncommented.flat_map(str::chars).filter(|c| *c != ' ').collect();
    let unpadded = digits.trim_end_matches('=');
    let (padding, rest) = (digits.len() - unpadded.len(), unpadded.len() % 4);
    if padding > 0 && padding + rest != 4 {
        return None;
    }
    // One alphabet, and no bits left over.
    let digits = unpadded.replace('+', "-").replace('/', "_");
    Base64UrlUnpadded::decode_vec(&digits).ok()
}
