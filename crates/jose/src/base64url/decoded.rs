//! Texts of any length that are decoded together.

use base64::Engine;

use super::{decode_into, decoded_len, url_safe};
use crate::{Code, Error};

/// Characters that are worth being decoded at once, and few enough for the cache next to the processor.
const ENOUGH: usize = 8 * 1024;

/// Base64url texts that become octets many at a time, as [`Texts`](super::Texts) the other way round, and as strictly as
/// [`decode`](super::decode).
///
/// ```
/// use mimicred_jose::base64url::Decoded;
///
/// let decoded = Decoded::of(&["Zg", "Zm9vYmE", ""]).map_err(|(_, error)| error)?;
/// assert_eq!(decoded.iter().collect::<Vec<_>>(), [&b"f"[..], b"fooba", b""]);
/// let (n, _) = Decoded::of(&["Zg", "Zh"]).unwrap_err();
/// assert_eq!(n, 1, "trailing bits");
/// # Ok::<(), mimicred_jose::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Decoded {
    /// The strings one behind the other, each with zeros behind it up to a multiple of three.
    octets: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Decoded {
    /// Decodes these.
    ///
    /// # Errors
    /// As [`decode`](super::decode), of the first text that is wrong, and with its number.
    pub fn of(texts: &[&str]) -> Result<Self, (usize, Error)> {
        together(texts).ok_or_else(|| first_wrong(texts))
    }

    /// The octet strings, in the order of their texts.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let octets = self.octets.get(start..*end).unwrap_or_default();
            start = end.next_multiple_of(3);
            octets
        })
    }
}

/// All of them, unless there is something wrong with one.
///
/// With `A` behind it up to a multiple of four, a text is whole groups of characters, and any number of such texts is one. `A` stands for
/// zeros: those that come out behind a string are the bits that its text has to spare and those of the `A`, so that none of them may be
/// anything else.
fn together(texts: &[&str]) -> Option<Decoded> {
    let characters = texts.iter().map(|text| text.len().next_multiple_of(4)).sum::<usize>();
    let (mut octets, mut ends) = (vec![0; characters / 4 * 3], Vec::with_capacity(texts.len()));
    let mut waiting = Vec::with_capacity(characters.min(ENOUGH + 1024));
    let mut done = 0;
    let mut decode = |waiting: &mut Vec<u8>| {
        let until = done + waiting.len() / 4 * 3;
        url_safe().decode_slice(&*waiting, octets.get_mut(done..until)?).ok()?;
        done = until;
        waiting.clear();
        Some(())
    };
    let mut start = 0;
    for text in texts {
        // One character of a group is no octet.
        if text.len() % 4 == 1 {
            return None;
        }
        if waiting.len() >= ENOUGH {
            decode(&mut waiting)?;
        }
        waiting.extend_from_slice(text.as_bytes());
        match text.len() % 4 {
            0 => {}
            2 => waiting.extend_from_slice(b"AA"),
            _ => waiting.push(b'A'),
        }
        ends.push(start + decoded_len(text.len()));
        start += text.len().div_ceil(4) * 3;
    }
    decode(&mut waiting)?;
    let to_spare = |end: &usize| octets.get(*end..end.next_multiple_of(3)).unwrap_or_default();
    let is_clean = ends.iter().all(|end| to_spare(end).iter().all(|octet| *octet == 0));
    is_clean.then_some(Decoded { octets, ends })
}

/// What is wrong, and with which text.
#[cold]
fn first_wrong(texts: &[&str]) -> (usize, Error) {
    let mut octets = Vec::new();
    let wrong = texts.iter().enumerate().find_map(|(n, text)| {
        octets.clear();
        decode_into(text, &mut octets).err().map(|error| (n, error))
    });
    // There is one, or they had been decoded.
    wrong.unwrap_or_else(|| (texts.len(), Code::B64Malformed.into()))
}

/// What was decoded may be secret.
impl std::fmt::Debug for Decoded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoded").field("count", &self.ends.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use mimicred_error::Report;
    use proptest::prelude::*;

    use super::*;
    use crate::base64url::{decode, encode};

    fn octets(texts: &[&str]) -> Vec<Vec<u8>> {
        Decoded::of(texts).unwrap().iter().map(<[u8]>::to_vec).collect()
    }

    /// What is wrong with one of several is what is wrong with it alone.
    fn assert_refused(texts: &[&str]) {
        let (n, error) = Decoded::of(texts).unwrap_err();
        let alone = decode(texts[n]).unwrap_err();
        assert_eq!((error.code(), error.place()), (alone.code(), alone.place()));
        assert!(texts[..n].iter().all(|text| decode(text).is_ok()), "{texts:?}");
    }

    /// RFC 4648 section 10.
    #[test]
    fn each_text_has_its_own_octets() {
        let texts = ["", "Zg", "Zm8", "Zm9v", "Zm9vYg", "Zm9vYmE", "Zm9vYmFy"];
        let answers = ["", "f", "fo", "foo", "foob", "fooba", "foobar"];
        assert_eq!(octets(&texts), answers.map(|answer| answer.as_bytes().to_vec()));
        assert_eq!(octets(&[]), [[0_u8; 0]; 0]);
    }

    /// JWT-E-005: every spelling that is refused alone is refused wherever it stands.
    #[test]
    fn refuses_every_other_spelling_wherever_it_stands() {
        let long = "A".repeat(ENOUGH);
        let wrong = [
            "Zg==", "Zm8=", "=", "A+z_", "A-z/", "Zm9v\n", " Zm9", "Z.9v", "Z", "Zm9vY", "Zm9é", "Zh", "ZB", "Zm9", "Zm8A=", "~~",
        ];
        for wrong in wrong.into_iter().filter(|wrong| decode(wrong).is_err()) {
            for right in ["", "Zg", "Zm8", "Zm9v", &long] {
                assert_refused(&[wrong]);
                assert_refused(&[wrong, right]);
                assert_refused(&[right, wrong]);
                assert_refused(&[right, right, wrong, "Zh", right]);
            }
        }
    }

    /// JWT-E-005: the bits that the last character has to spare, each of them, before whatever comes next.
    #[test]
    fn bits_to_spare_are_zero() {
        for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".chars() {
            for before in ["Z", "Zm", "Zm9"] {
                let text = format!("{before}{last}");
                assert_eq!(Decoded::of(&["Zm8", &text, "AAAA"]).is_ok(), decode(&text).is_ok(), "{text}");
            }
        }
    }

    #[test]
    fn debug_shows_nothing_of_it() {
        assert_eq!(format!("{:?}", Decoded::of(&["c2VjcmV0"]).unwrap()), "Decoded { count: 1, .. }");
    }

    proptest! {
        #[test]
        fn any_texts_are_decoded_as_each_alone(items in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..3000), 0..30)) {
            let texts: Vec<String> = items.iter().map(|octets| encode(octets)).collect();
            prop_assert_eq!(octets(&texts.iter().map(String::as_str).collect::<Vec<_>>()), items);
        }

        #[test]
        fn any_texts_are_refused_as_each_alone(texts in prop::collection::vec("[A-Za-z0-9_~=-]{0,9}", 0..4)) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            if texts.iter().all(|text| decode(text).is_ok()) {
                prop_assert!(Decoded::of(&texts).is_ok());
            } else {
                assert_refused(&texts);
            }
        }
    }
}
