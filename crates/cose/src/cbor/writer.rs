//! The writer: preferred serialization (RFC 8949 4.1), map keys in bytewise order (4.2.1).

use mimicred_claims::{Key, Map, Value};

use super::{REDACTED_CLAIM_ELEMENT, REDACTED_CLAIM_KEYS, float};
use crate::{Code, Error};

/// Deeper trees are refused rather than followed.
const MAX_DEPTH: usize = 128;

/// The octets of a value.
///
/// Redaction marks are written back as simple(59) and tag 60. A JSON number with a fraction or exponent becomes the nearest
/// floating-point number.
///
/// # Errors
/// [`Code::NotEncodable`] for an integer beyond 64 bits, a JSON number that is too large or a reserved simple value;
/// [`Code::Limit`] for a tree of more than 128 levels.
///
/// ```
/// use mimicred_claims::Value;
///
/// assert_eq!(mimicred_cose::cbor::write(&Value::Float(1.5))?, [0xf9, 0x3e, 0x00]);
/// # Ok::<(), mimicred_cose::Error>(())
/// ```
pub fn write(value: &Value<'_>) -> Result<Vec<u8>, Error> {
    let mut writer = Writer::new();
    writer.value(value)?;
    Ok(writer.finish())
}

/// Writes items one after the other; the caller writes as many as an array or map head announces, and map keys in order.
///
/// ```
/// use mimicred_cose::cbor::Writer;
///
/// let mut writer = Writer::new();
/// writer.array(2);
/// writer.bytes(&[0xff]);
/// writer.int(-7);
/// assert_eq!(writer.finish(), [0x82, 0x41, 0xff, 0x26]);
/// ```
#[derive(Clone, Default)]
pub struct Writer {
    out: Vec<u8>,
}

impl Writer {
    /// An empty writer.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty writer with room for so many octets.
    pub fn with_capacity(octets: usize) -> Self {
        Self { out: Vec::with_capacity(octets) }
    }

    /// What was written so far.
    pub fn as_bytes(&self) -> &[u8] {
        &self.out
    }

    /// Begins anew, keeping the room.
    pub fn clear(&mut self) {
        self.out.clear();
    }

    /// What was written.
    pub fn finish(self) -> Vec<u8> {
        self.out
    }

    /// An integer.
    pub fn int(&mut self, number: i64) {
        match u64::try_from(number) {
            Ok(number) => self.head(0, number),
            Err(_) => self.head(1, (-1 - number).unsigned_abs()),
        }
    }

    /// A byte string.
    #[inline]
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.head(2, length(bytes.len()));
        self.out.extend_from_slice(bytes);
    }

    /// A byte string of what `content` writes, about `expected` octets; the better the guess, the less is moved.
    ///
    /// # Errors
    /// Those of `content`; what it had written by then stays.
    ///
    /// ```
    /// use mimicred_cose::cbor::Writer;
    ///
    /// let mut writer = Writer::new();
    /// writer.bytes_of(8, |content| {
    ///     content.array(1);
    ///     content.value(&"inside".into())
    /// })?;
    /// assert_eq!(writer.finish(), b"\x48\x81\x66inside");
    /// # Ok::<(), mimicred_cose::Error>(())
    /// ```
    #[inline]
    pub fn bytes_of<E>(&mut self, expected: usize, content: impl FnOnce(&mut Self) -> Result<(), E>) -> Result<(), E> {
        // The head comes first and its length is known last.
        let start = self.out.len();
        self.bytes_head(expected);
        let head = self.out.len() - start;
        content(self)?;
        let len = self.out.len() - start - head;
        match (head, u8::try_from(len), self.out.get_mut(start + 1)) {
            // The usual one, quickly.
            (2, Ok(len @ 24..), Some(argument)) => *argument = len,
            _ => self.set_head(start, head, len),
        }
        Ok(())
    }

    /// Puts the head of a byte string of this length in place of the one that was expected to fit.
    #[cold]
    fn set_head(&mut self, start: usize, expected: usize, len: usize) {
        let mut head = Self::new();
        head.bytes_head(len);
        self.out.splice(start..start + expected, head.out);
    }

    /// The head of a byte string; as many octets come next, by [`Writer::raw`].
    pub fn bytes_head(&mut self, octets: usize) {
        self.head(2, length(octets));
    }

    /// A text string.
    #[inline]
    pub fn text(&mut self, text: &str) {
        self.head(3, length(text.len()));
        self.out.extend_from_slice(text.as_bytes());
    }

    /// The head of an array.
    #[inline]
    pub fn array(&mut self, elements: usize) {
        self.head(4, length(elements));
    }

    /// The head of a map.
    pub fn map(&mut self, entries: usize) {
        self.head(5, length(entries));
    }

    /// A tag; the item it is about comes next.
    pub fn tag(&mut self, number: u64) {
        self.head(6, number);
    }

    /// Octets that are an item already.
    pub fn raw(&mut self, item: &[u8]) {
        self.out.extend_from_slice(item);
    }

    /// Any value.
    ///
    /// # Errors
    /// As [`write()`].
    #[inline]
    pub fn value(&mut self, value: &Value<'_>) -> Result<(), Error> {
        match value {
            // Most values are, and need no look at what else they could be.
            Value::Text(text) => {
                self.text(text);
                Ok(())
            }
            _ => self.value_at(value, 0),
        }
    }

    /// A whole map.
    ///
    /// # Errors
    /// As [`write()`].
    pub fn entries(&mut self, map: &Map<'_>) -> Result<(), Error> {
        self.entries_at(map, 0)
    }

    /// The key of a map entry.
    ///
    /// # Errors
    /// As [`write()`].
    #[inline]
    pub fn key(&mut self, key: &Key<'_>) -> Result<(), Error> {
        match key {
            Key::Int(number) => self.wide_int(*number),
            Key::Text(text) => {
                self.text(text);
                Ok(())
            }
        }
    }

    fn value_at(&mut self, value: &Value<'_>, level: usize) -> Result<(), Error> {
        if level > MAX_DEPTH {
            return Err(Error::new(Code::Limit).note("nested too deeply"));
        }
        match value {
            Value::Null => self.head(7, 22),
            Value::Undefined => self.head(7, 23),
            Value::Bool(false) => self.head(7, 20),
            Value::Bool(true) => self.head(7, 21),
            Value::Int(number) => self.wide_int(*number)?,
            Value::Float(number) => self.float(*number),
            Value::Decimal(text) => {
                let number = text.parse().ok().filter(|number: &f64| number.is_finite());
                self.float(number.ok_or_else(|| Error::new(Code::NotEncodable).note("a number too large for floating point"))?);
            }
            Value::Text(text) => self.text(text),
            Value::Bytes(bytes) => self.bytes(bytes),
            Value::Array(elements) => {
                self.array(elements.len());
                for element in elements {
                    self.value_at(element, level + 1)?;
                }
            }
            Value::Map(map) => self.entries_at(map, level)?,
            Value::Tag(tag, inner) => {
                self.tag(*tag);
                self.value_at(inner, level + 1)?;
            }
            Value::Simple(20..=31) => return Err(Error::new(Code::NotEncodable).note("a reserved simple value")),
            Value::Simple(number) => self.head(7, u64::from(*number)),
            Value::Redacted(digest) => {
                self.tag(REDACTED_CLAIM_ELEMENT);
                self.bytes(digest);
            }
            // The claim tree may grow kinds that CBOR does not know.
            _ => return Err(Error::new(Code::NotEncodable)),
        }
        Ok(())
    }

    fn entries_at(&mut self, map: &Map<'_>, level: usize) -> Result<(), Error> {
        self.map(map.len() + usize::from(!map.redacted.is_empty()));
        let mut entries: Vec<_> = map.iter().collect();
        entries.sort_by(|(a, _), (b, _)| order(a).cmp(&order(b)));
        for (key, value) in entries {
            self.key(key)?;
            self.value_at(value, level + 1)?;
        }
        // CWT-I-035: no empty array; f8 3b sorts behind every integer and text.
        if !map.redacted.is_empty() {
            self.head(7, u64::from(REDACTED_CLAIM_KEYS));
            self.array(map.redacted.len());
            for digest in &map.redacted {
                self.bytes(digest);
            }
        }
        Ok(())
    }

    fn wide_int(&mut self, number: i128) -> Result<(), Error> {
        let (major, argument) = if number < 0 { (1, u64::try_from(-1 - number)) } else { (0, u64::try_from(number)) };
        match argument {
            Ok(argument) => self.head(major, argument),
            Err(_) => return Err(Error::new(Code::NotEncodable).note("an integer beyond 64 bits")),
        }
        Ok(())
    }

    /// The shortest form that holds the number exactly; every NaN becomes the one of RFC 8949 4.2.2.
    fn float(&mut self, number: f64) {
        if number.is_nan() {
            self.out.extend_from_slice(&[0xf9, 0x7e, 0x00]);
        } else if let Some(half) = float::to_half(number) {
            self.out.push(0xf9);
            self.out.extend_from_slice(&half.to_be_bytes());
        } else if let Some(single) = float::to_single(number) {
            self.out.push(0xfa);
            self.out.extend_from_slice(&single.to_be_bytes());
        } else {
            self.out.push(0xfb);
            self.out.extend_from_slice(&number.to_bits().to_be_bytes());
        }
    }

    /// Most heads have one octet or two.
    #[inline]
    fn head(&mut self, major: u8, argument: u64) {
        match u8::try_from(argument) {
            Ok(short @ ..24) => self.out.push((major << 5) | short),
            Ok(short) => self.out.extend_from_slice(&[(major << 5) | 24, short]),
            Err(_) => self.long_head(major << 5, argument),
        }
    }

    fn long_head(&mut self, major: u8, argument: u64) {
        if let Ok(short) = u16::try_from(argument) {
            self.out.push(major | 25);
            self.out.extend_from_slice(&short.to_be_bytes());
        } else if let Ok(short) = u32::try_from(argument) {
            self.out.push(major | 26);
            self.out.extend_from_slice(&short.to_be_bytes());
        } else {
            self.out.push(major | 27);
            self.out.extend_from_slice(&argument.to_be_bytes());
        }
    }
}

/// Writes on behind what is there.
impl From<Vec<u8>> for Writer {
    fn from(out: Vec<u8>) -> Self {
        Self { out }
    }
}

/// Bytewise order of the encoded keys, without encoding them: unsigned by value, negative by magnitude, text by length and octets.
fn order<'k>(key: &'k Key<'_>) -> (u8, u128, &'k [u8]) {
    match key {
        Key::Int(number) if *number >= 0 => (0, number.unsigned_abs(), &[]),
        Key::Int(number) => (1, number.unsigned_abs(), &[]),
        Key::Text(text) => (3, u128::from(length(text.len())), text.as_bytes()),
    }
}

fn length(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}
