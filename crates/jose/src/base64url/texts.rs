//! Octet strings of any length that are encoded together.

use super::{encode_to, encoded_len};

/// Octets that are worth being encoded at once, and few enough for the cache next to the processor.
const ENOUGH: usize = 6 * 1024;

/// Octet strings that become base64url many at a time. A processor that takes many octets at once leaves the last few of each string
/// to a slower way; of strings that stand one behind the other it leaves only those of the last.
///
/// ```
/// use mimicred_jose::base64url::Texts;
///
/// let mut texts = Texts::default();
/// for octets in ["f", "fooba", ""] {
///     texts.push_with(|waiting| {
///         waiting.extend_from_slice(octets.as_bytes());
///         Ok::<_, std::convert::Infallible>(())
///     })?;
/// }
/// texts.encode();
/// assert_eq!(texts.iter().collect::<Vec<_>>(), [&b"Zg"[..], b"Zm9vYmE", b""]);
/// # Ok::<(), std::convert::Infallible>(())
/// ```
#[derive(Clone, Default)]
pub struct Texts {
    /// The strings that are no text yet, each with zeros behind it up to a multiple of three: so each will have its own characters,
    /// and then others that nobody looks at.
    waiting: Vec<u8>,
    /// The characters of those that are.
    text: Vec<u8>,
    /// Where the characters of each begin, or will, and how many of them are its own.
    places: Vec<(usize, usize)>,
}

impl Texts {
    /// None yet, with room for so many strings, and for so many octets of all of them.
    pub fn with_capacity(count: usize, octets: usize) -> Self {
        // Three at most are looked at by nobody.
        let characters = encoded_len(octets).saturating_add(count.saturating_mul(3));
        Self { waiting: Vec::new(), text: Vec::with_capacity(characters), places: Vec::with_capacity(count) }
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
        self.places.push((self.text.len() + encoded_len(start), encoded_len(len)));
        if self.waiting.len() >= ENOUGH {
            self.encode();
        }
        Ok(self.places.len() - 1)
    }

    /// Makes text of whatever waits.
    pub fn encode(&mut self) {
        let start = self.text.len();
        self.text.resize(start + encoded_len(self.waiting.len()), 0);
        encode_to(&self.waiting, self.text.get_mut(start..).unwrap_or_default());
        self.waiting.clear();
    }

    /// The text of this number; none if it waits, or was never there.
    #[inline]
    pub fn get(&self, n: usize) -> &[u8] {
        self.places.get(n).map(|place| self.at(*place)).unwrap_or_default()
    }

    /// The texts, in the order in which they came; empty ones for those that wait.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.places.iter().map(|place| self.at(*place))
    }

    #[inline]
    fn at(&self, (start, len): (usize, usize)) -> &[u8] {
        self.text.get(start..start + len).unwrap_or_default()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// How many characters all of them have together.
    pub fn characters(&self) -> usize {
        self.places.iter().map(|(_, len)| len).sum()
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
        texts.iter().map(|text| String::from_utf8(text.to_vec()).unwrap()).collect()
    }

    /// By the engine that takes no more than a few octets at a time.
    fn expected(octets: &[u8]) -> String {
        base64::Engine::encode(&URL_SAFE_NO_PAD, octets)
    }

    /// RFC 4648 section 10, all of it at once, and again behind it.
    #[test]
    fn each_string_has_its_own_text() {
        let answers = ["", "Zg", "Zm8", "Zm9v", "Zm9vYg", "Zm9vYmE", "Zm9vYmFy"];
        let mut texts = Texts::default();
        for times in 1..3 {
            for (n, octets) in ["", "f", "fo", "foo", "foob", "fooba", "foobar"].iter().enumerate() {
                assert_eq!(push(&mut texts, octets.as_bytes()), (times - 1) * answers.len() + n);
            }
            assert_eq!(encoded(&mut texts), answers.repeat(times));
            assert_eq!(texts.characters(), (2 + 3 + 4 + 6 + 7 + 8) * times);
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
                let mut texts = Texts::with_capacity(2, first + second);
                push(&mut texts, &octets[..first]);
                push(&mut texts, &octets[first..first + second]);
                assert_eq!(encoded(&mut texts), [expected(&octets[..first]), expected(&octets[first..first + second])]);
            }
        }
    }

    #[test]
    fn what_fails_adds_nothing() {
        let mut texts = Texts::default();
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
        let mut texts = Texts::default();
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
        let mut texts = Texts::default();
        push(&mut texts, b"secret");
        assert_eq!(format!("{texts:?}"), "Texts { count: 1, .. }");
    }

    proptest! {
        #[test]
        fn any_strings_are_encoded_as_each_alone(items in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..700), 0..30)) {
            let mut texts = Texts::default();
            let numbers: Vec<_> = items.iter().map(|octets| push(&mut texts, octets)).collect();
            prop_assert!(numbers.into_iter().eq(0..items.len()));
            let expected: Vec<_> = items.iter().map(|octets| expected(octets)).collect();
            prop_assert_eq!(encoded(&mut texts), expected);
        }
    }
}
