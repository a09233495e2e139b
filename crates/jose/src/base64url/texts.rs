//! Octet strings of any length that are encoded together.

use super::{encode_to, encoded_len};

/// Octets that are worth being encoded at once, and few enough for the cache next to the processor.
const ENOUGH: usize = 6 * 1024;

/// Octet strings that become base64url many at a time, one behind the other, each with the same octet behind it. A processor that takes
/// many octets at once leaves the last few of each string to a slower way; of strings that are encoded together it leaves only those of
/// the last.
///
/// ```
/// use mimicred_jose::base64url::Texts;
///
/// let mut texts = Texts::ended_by(b'~');
/// for octets in ["f", "fooba", ""] {
///     texts.push_with(|waiting| {
///         waiting.extend_from_slice(octets.as_bytes());
///         Ok::<_, std::convert::Infallible>(())
///     })?;
/// }
/// texts.encode();
/// assert_eq!(texts.get(1), b"Zm9vYmE");
/// assert_eq!(texts.all(), b"Zg~Zm9vYmE~~");
/// # Ok::<(), std::convert::Infallible>(())
/// ```
#[derive(Clone)]
pub struct Texts {
    /// What stands behind each.
    end: u8,
    /// The strings that are no text yet, each with zeros behind it up to a multiple of three: so each will have its own characters,
    /// and then others that nobody looks at.
    waiting: Vec<u8>,
    /// Room for the characters of those that wait, with the ones between them.
    room: Vec<u8>,
    /// The texts.
    text: Vec<u8>,
    /// Where each begins, or will, and how many characters it has.
    places: Vec<(usize, usize)>,
    /// How many of them are there.
    encoded: usize,
}

impl Texts {
    /// None yet.
    pub fn ended_by(end: u8) -> Self {
        Self::with_capacity(end, 0, 0)
    }

    /// None yet, with room for so many strings, and for so many octets of all of them.
    pub fn with_capacity(end: u8, count: usize, octets: usize) -> Self {
        // Not all lengths are multiples of three, and there is what stands behind.
        let characters = encoded_len(octets).saturating_add(count.saturating_mul(2));
        let waiting = Vec::with_capacity(octets.saturating_add(count.saturating_mul(2)).min(ENOUGH + ENOUGH / 8));
        let (text, places) = (Vec::with_capacity(characters), Vec::with_capacity(count));
        Self { end, waiting, room: Vec::new(), text, places, encoded: 0 }
    }

    /// Adds what is written at the end of the octets that are given, and returns its number. They are for adding, and for nothing else.
    ///
    /// # Errors
    /// That of `write`; then nothing is added.
    #[inline]
    pub fn push_with<E>(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>) -> Result<usize, E> {
        let start = self.waiting.len();
        if let Err(error) = write(&mut self.waiting) {
            self.waiting.truncate(start);
            return Err(error);
        }
        let len = self.waiting.len() - start;
        match len % 3 {
            0 => {}
            1 => self.waiting.extend_from_slice(&[0; 2]),
            _ => self.waiting.push(0),
        }
        let place = self.places.last().map_or(0, |(start, len)| start + len + 1);
        self.places.push((place, encoded_len(len)));
        if self.waiting.len() >= ENOUGH {
            self.encode();
        }
        Ok(self.places.len() - 1)
    }

    /// Makes text of whatever waits.
    pub fn encode(&mut self) {
        let characters = encoded_len(self.waiting.len());
        if self.room.len() < characters {
            self.room.resize(characters, 0);
        }
        let room = self.room.get_mut(..characters).unwrap_or_default();
        encode_to(&self.waiting, room);
        let mut rest = &*room;
        for (_, len) in self.places.iter().skip(self.encoded) {
            let (text, behind) = rest.split_at_checked(len.next_multiple_of(4)).unwrap_or_default();
            self.text.extend_from_slice(text.get(..*len).unwrap_or_default());
            self.text.push(self.end);
            rest = behind;
        }
        self.waiting.clear();
        self.encoded = self.places.len();
    }

    /// The text of this number; none if it waits, or was never there.
    #[inline]
    pub fn get(&self, n: usize) -> &[u8] {
        let place = self.places.get(n).map(|(start, len)| *start..*start + *len);
        place.and_then(|place| self.text.get(place)).unwrap_or_default()
    }

    /// All texts in the order in which they came, each with what stands behind it; without those that wait.
    pub fn all(&self) -> &[u8] {
        &self.text
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

/// What is encoded may be secret.
impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Texts").field("count", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;

    use super::*;

    fn push(texts: &mut Texts, octets: &[u8]) -> usize {
        let write = |waiting: &mut Vec<u8>| {
            waiting.extend_from_slice(octets);
            Ok::<_, ()>(())
        };
        texts.push_with(write).unwrap()
    }

    fn encoded(texts: &mut Texts) -> Vec<String> {
        texts.encode();
        let each: Vec<_> = (0..texts.len()).map(|n| String::from_utf8(texts.get(n).to_vec()).unwrap()).collect();
        assert_eq!(texts.all(), each.iter().map(|text| format!("{text}~")).collect::<String>().as_bytes());
        each
    }

    /// By the engine that takes no more than a few octets at a time.
    fn expected(octets: &[u8]) -> String {
        base64::Engine::encode(&URL_SAFE_NO_PAD, octets)
    }

    /// RFC 4648 section 10, all of it at once, and again behind it.
    #[test]
    fn each_string_has_its_own_text() {
        let answers = ["", "Zg", "Zm8", "Zm9v", "Zm9vYg", "Zm9vYmE", "Zm9vYmFy"];
        let mut texts = Texts::ended_by(b'~');
        for times in 1..3 {
            for (n, octets) in ["", "f", "fo", "foo", "foob", "fooba", "foobar"].iter().enumerate() {
                assert_eq!(push(&mut texts, octets.as_bytes()), (times - 1) * answers.len() + n);
            }
            assert_eq!(encoded(&mut texts), answers.repeat(times));
            assert_eq!(texts.get(3), b"Zm9v");
        }
        assert_eq!(texts.get(14), b"");
    }

    /// Every length before and behind every other.
    #[test]
    fn lengths_do_not_disturb_each_other() {
        let octets: Vec<u8> = (0..256_usize).map(|n| (n * 151).to_le_bytes()[0]).collect();
        for first in 0..=64 {
            for second in 0..=64 {
                let mut texts = Texts::with_capacity(b'~', 2, first + second);
                push(&mut texts, &octets[..first]);
                push(&mut texts, &octets[first..first + second]);
                assert_eq!(encoded(&mut texts), [expected(&octets[..first]), expected(&octets[first..first + second])]);
            }
        }
    }

    #[test]
    fn what_fails_adds_nothing() {
        let mut texts = Texts::ended_by(b'~');
        assert!(texts.is_empty());
        push(&mut texts, b"fo");
        let failed = texts.push_with(|waiting| {
            waiting.extend_from_slice(b"something");
            Err("half written")
        });
        assert_eq!(failed, Err("half written"));
        push(&mut texts, b"f");
        assert_eq!(encoded(&mut texts), ["Zm8", "Zg"]);
        assert_eq!(texts.len(), 2);
    }

    /// When there is enough nobody has to ask; what comes after it waits.
    #[test]
    fn enough_is_encoded_at_once() {
        let mut texts = Texts::ended_by(b'~');
        push(&mut texts, &[0; ENOUGH - 3]);
        assert_eq!(texts.get(0), b"");
        push(&mut texts, b"a");
        assert_eq!((texts.get(0).len(), texts.get(1)), (encoded_len(ENOUGH - 3), &b"YQ"[..]));
        push(&mut texts, b"f");
        assert_eq!(texts.get(2), b"");
        texts.encode();
        assert_eq!(texts.get(2), b"Zg");
    }

    #[test]
    fn debug_shows_nothing_of_it() {
        let mut texts = Texts::ended_by(b'~');
        push(&mut texts, b"secret");
        assert_eq!(format!("{texts:?}"), "Texts { count: 1, .. }");
    }

    proptest! {
        #[test]
        fn any_strings_are_encoded_as_each_alone(items in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..700), 0..30)) {
            let mut texts = Texts::ended_by(b'~');
            let numbers: Vec<_> = items.iter().map(|octets| push(&mut texts, octets)).collect();
            prop_assert!(numbers.into_iter().eq(0..items.len()));
            let expected: Vec<_> = items.iter().map(|octets| expected(octets)).collect();
            prop_assert_eq!(encoded(&mut texts), expected);
        }
    }
}
