//! Numbers, and tags, which begin like one.

use super::{Cursor, Parser};
use crate::Error;
use crate::cbor::float;
use crate::edn::literal;
use crate::edn::width::{self, Width};

impl<'t> Parser<'t> {
    /// A number, or a tag with what it is about.
    pub(super) fn number(&mut self, level: usize) -> Result<(), Error> {
        let at = self.cursor.clone();
        let sign = self.cursor.take_while(|c| matches!(c, '+' | '-'));
        if sign.len() > 1 {
            return Err(at.fail("a number has one sign"));
        }
        let is_negative = sign == "-";
        if is_negative && self.cursor.eat_text("Infinity") {
            return self.float(&at, f64::NEG_INFINITY);
        }
        for (prefixes, radix) in [(["0x", "0X"], 16), (["0o", "0O"], 8), (["0b", "0B"], 2)] {
            if prefixes.into_iter().any(|prefix| self.cursor.eat_text(prefix)) {
                return self.in_radix(&at, is_negative, radix);
            }
        }
        let digits = self.cursor.take_while(|c| c.is_ascii_digit());
        let fraction = self.fraction(|c| c.is_ascii_digit());
        let exponent = self.exponent(['e', 'E'])?;
        if digits.is_empty() && fraction.is_none_or(str::is_empty) {
            return Err(at.fail("a number has digits"));
        }
        if fraction.is_none() && exponent.is_none() {
            let is_tag = sign.is_empty() && (digits == "0" || !digits.starts_with('0'));
            return self.integer(&at, is_negative, digits.parse().ok(), is_tag.then_some(level));
        }
        let (fraction, exponent) = (fraction.unwrap_or_default(), exponent.unwrap_or("0"));
        let value = format!("{sign}0{digits}.{fraction}0e{exponent}").parse::<f64>().ok().filter(|value| value.is_finite());
        self.float(&at, value.ok_or_else(|| at.fail("a number too large for floating point"))?)
    }

    /// What follows `0x`, `0o` or `0b`.
    fn in_radix(&mut self, at: &Cursor<'_>, is_negative: bool, radix: u32) -> Result<(), Error> {
        let digits = self.cursor.take_while(|c| c.is_digit(radix));
        let (mut fraction, mut exponent) = (None, None);
        if radix == 16 {
            fraction = self.fraction(|c| c.is_ascii_hexdigit());
            exponent = self.exponent(['p', 'P'])?;
        }
        if digits.is_empty() && fraction.is_none_or(str::is_empty) {
            return Err(at.fail("a number has digits"));
        }
        match (fraction, exponent) {
            (fraction, Some(exponent)) => {
                let value = hexadecimal(digits, fraction.unwrap_or_default(), exponent);
                let value = value.ok_or_else(|| at.fail("a hexadecimal number that floating point does not hold exactly"))?;
                self.float(at, if is_negative { -value } else { value })
            }
            (Some(_), None) => Err(at.fail("a hexadecimal fraction needs an exponent, such as p0")),
            (None, None) => self.integer(at, is_negative, u128::from_str_radix(digits, radix).ok(), None),
        }
    }

    /// The digits behind the point, if there is one.
    fn fraction(&mut self, is_digit: impl Fn(char) -> bool) -> Option<&'t str> {
        self.cursor.eat('.').then(|| self.cursor.take_while(is_digit))
    }

    /// The exponent with its sign, if there is one.
    fn exponent(&mut self, marks: [char; 2]) -> Result<Option<&'t str>, Error> {
        if !marks.into_iter().any(|mark| self.cursor.eat(mark)) {
            return Ok(None);
        }
        let at = self.cursor.clone();
        if !self.cursor.eat('-') {
            self.cursor.eat('+');
        }
        let exponent = self.cursor.take_while(|c| c.is_ascii_digit());
        let with_sign = at.rest().get(..at.rest().len() - self.cursor.rest().len()).unwrap_or_default();
        if exponent.is_empty() { Err(at.fail("an exponent has digits")) } else { Ok(Some(with_sign)) }
    }

    /// An integer with its indicator; or, if `tag` names the level, a tag if that is what it is.
    fn integer(&mut self, at: &Cursor<'_>, is_negative: bool, size: Option<u128>, tag: Option<usize>) -> Result<(), Error> {
        let size = size.ok_or_else(|| at.fail("an integer beyond 128 bits: write it as 2(h'…') or 3(h'…')"))?;
        let width = self.definite()?;
        if let (Some(level), Some('(')) = (tag, self.cursor.peek()) {
            let number = u64::try_from(size).map_err(|_| at.fail("a tag beyond 64 bits"))?;
            let start = self.out.len();
            self.insert(at, start, 6, width.unwrap_or(Width::preferred(number)), number)?;
            return self.tagged(level);
        }
        let (major, argument) = match size.checked_sub(1) {
            Some(argument) if is_negative => (1, argument),
            _ => (0, size),
        };
        if let Ok(argument) = u64::try_from(argument) {
            let start = self.out.len();
            return self.insert(at, start, major, width.unwrap_or(Width::preferred(argument)), argument);
        }
        if width.is_some() {
            return Err(at.fail("an integer beyond 64 bits has no encoding indicator: write it as 2(h'…') or 3(h'…')"));
        }
        let octets = argument.to_be_bytes();
        let octets = octets.iter().position(|octet| *octet != 0).and_then(|first| octets.get(first..)).unwrap_or_default();
        self.out.push(0xc2 + major);
        self.out.extend(width::head(2, Width::Immediate, u64::try_from(octets.len()).unwrap_or_default()).unwrap_or_default());
        self.out.extend_from_slice(octets);
        Ok(())
    }

    /// What a tag is about, in parentheses.
    fn tagged(&mut self, level: usize) -> Result<(), Error> {
        self.cursor.advance();
        self.cursor.blank()?;
        self.item(level + 1)?;
        self.cursor.blank()?;
        if self.cursor.eat(')') { Ok(()) } else { Err(self.cursor.fail("the parenthesis of the tag does not close here")) }
    }

    /// A floating-point number with its indicator.
    pub(super) fn float(&mut self, at: &Cursor<'_>, value: f64) -> Result<(), Error> {
        let width = self.definite()?.unwrap_or_else(|| literal::shortest(value));
        if !matches!(width, Width::Two | Width::Four | Width::Eight) {
            return Err(at.fail("the width of a floating-point number is _1, _2 or _3"));
        }
        let bits = bits(value, width).ok_or_else(|| at.fail("the number does not fit into this width without loss"))?;
        let start = self.out.len();
        self.insert(at, start, 7, width, bits)
    }

    /// An encoding indicator that is no indefinite length.
    pub(super) fn definite(&mut self) -> Result<Option<Width>, Error> {
        let at = self.cursor.clone();
        match self.indicator()? {
            Some(Width::Indefinite) => Err(at.fail("only arrays, maps and strings have an indefinite length")),
            width => Ok(width),
        }
    }
}

/// The bits of a number in this width, if it holds it exactly.
pub(super) fn bits(value: f64, width: Width) -> Option<u64> {
    match width {
        Width::Two if value.is_nan() => Some(0x7e00),
        Width::Four if value.is_nan() => Some(0x7fc0_0000),
        Width::Eight if value.is_nan() => Some(0x7ff8_0000_0000_0000),
        Width::Two => float::to_half(value).map(u64::from),
        Width::Four => float::to_single(value).map(u64::from),
        Width::Eight => Some(value.to_bits()),
        _ => None,
    }
}

/// `0x1.8p-3` and the like, if no bit is lost.
fn hexadecimal(digits: &str, fraction: &str, exponent: &str) -> Option<f64> {
    let all = [digits, fraction].concat();
    let significant = all.trim_matches('0');
    if significant.is_empty() {
        return Some(0.0);
    }
    // Sixteen hexadecimal digits hold any mantissa.
    let mantissa = u64::from_str_radix(significant, 16).ok()?;
    let zeros = mantissa.trailing_zeros();
    let mantissa = mantissa >> zeros;
    let trimmed = all.len() - all.trim_end_matches('0').len();
    let places = i64::try_from(trimmed).ok()? - i64::try_from(fraction.len()).ok()?;
    let exponent = exponent.parse::<i64>().ok()?.checked_add(places.checked_mul(4)?)?.checked_add(i64::from(zeros))?;

    let top = 63 - mantissa.leading_zeros();
    let magnitude = exponent.checked_add(i64::from(top))?;
    if top > 52 || magnitude > 1023 {
        return None;
    }
    if magnitude >= -1022 {
        let biased = u64::try_from(magnitude + 1023).ok()?;
        return Some(f64::from_bits(biased << 52 | (mantissa << (52 - top)) & ((1 << 52) - 1)));
    }
    let shift = u32::try_from(exponent.checked_add(1074)?).ok()?;
    Some(f64::from_bits(mantissa << shift))
}
