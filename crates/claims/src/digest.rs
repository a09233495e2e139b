//! Digests, small enough to be kept where they stand.

mod sort;

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

pub use sort::NewDigests;

/// Longest digest that is kept in place: SHA-256 as octets and as base64url, others as octets up to here.
const SHORT: usize = 47;

/// Characters of the usual digest in base64url.
const TEXT: usize = 43;
/// The same, as the octet that is kept with it.
const TEXT_LEN: u128 = 43;

/// A digest as it stands in the token: raw octets in SD-CWT, the ASCII of its base64url text in SD-JWT.
///
/// It borrows from the token where it can; a digest just made is kept in place, so that a thousand of them are one allocation.
///
/// ```
/// use mimicred_claims::Digest;
///
/// let received = Digest::from(&b"digest"[..]);
/// assert_eq!(received, Digest::copied(b"digest"));
/// assert_eq!(received.len(), 6);
/// ```
#[derive(Clone)]
pub struct Digest<'a>(Repr<'a>);

#[derive(Clone)]
#[repr(u64)]
enum Repr<'a> {
    Borrowed(&'a [u8]),
    Sha256(Whole),
    Short(Short),
    Long(Box<[u8]>),
}

/// The usual digest.
#[derive(Clone, Copy)]
#[repr(align(8))]
struct Whole([u8; 32]);

/// Aligned, so that moving a digest takes few steps, none of which waits for one before it. The last octet is the length.
#[derive(Clone, Copy)]
#[repr(align(8))]
struct Short([u8; SHORT + 1]);

impl Short {
    /// The usual digest as text: made of parts that do not overlap, of the size in which they are moved on.
    #[inline]
    fn of_text(text: &[u8; TEXT]) -> Option<Self> {
        const PART: usize = 16;
        let ([first, second], _) = text.as_chunks::<PART>() else { return None };
        // The last characters, without those that are in the second part too.
        let last = u128::from_le_bytes(*text.last_chunk::<PART>()?) >> (8 * (3 * PART - TEXT));
        let last = last | (TEXT_LEN << (8 * (PART - 1)));
        <[u8; SHORT + 1]>::try_from([*first, *second, last.to_le_bytes()].as_flattened()).ok().map(Self)
    }
}

impl Digest<'_> {
    /// A digest of its own.
    #[inline]
    pub fn copied(octets: &[u8]) -> Digest<'static> {
        if let Ok(whole) = octets.try_into() {
            return Digest(Repr::Sha256(Whole(whole)));
        }
        if let Some(short) = <&[u8; TEXT]>::try_from(octets).ok().and_then(Short::of_text) {
            return Digest(Repr::Short(short));
        }
        let mut short = Short([0; SHORT + 1]);
        let [room @ .., len] = &mut short.0;
        match (room.get_mut(..octets.len()), u8::try_from(octets.len())) {
            (Some(room), Ok(of)) => {
                room.copy_from_slice(octets);
                *len = of;
                Digest(Repr::Short(short))
            }
            _ => Digest(Repr::Long(octets.into())),
        }
    }

    /// The same digest, borrowing nothing.
    pub fn into_owned(self) -> Digest<'static> {
        match self.0 {
            Repr::Borrowed(octets) => Digest::copied(octets),
            Repr::Sha256(whole) => Digest(Repr::Sha256(whole)),
            Repr::Short(short) => Digest(Repr::Short(short)),
            Repr::Long(octets) => Digest(Repr::Long(octets)),
        }
    }

    /// The first octets as a number, for sorting.
    #[inline]
    pub(crate) fn prefix(&self) -> u64 {
        sort::prefix(self)
    }
}

/// No octets.
impl Default for Digest<'_> {
    fn default() -> Self {
        Self(Repr::Borrowed(&[]))
    }
}

impl Deref for Digest<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match &self.0 {
            Repr::Borrowed(octets) => octets,
            Repr::Sha256(whole) => &whole.0,
            Repr::Short(Short([octets @ .., len])) => octets.get(..usize::from(*len)).unwrap_or_default(),
            Repr::Long(octets) => octets,
        }
    }
}

impl<'a> From<&'a [u8]> for Digest<'a> {
    fn from(octets: &'a [u8]) -> Self {
        Self(Repr::Borrowed(octets))
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Digest<'a> {
    fn from(octets: &'a [u8; N]) -> Self {
        Self(Repr::Borrowed(octets))
    }
}

impl From<Vec<u8>> for Digest<'_> {
    fn from(octets: Vec<u8>) -> Self {
        Digest::copied(&octets)
    }
}

impl AsRef<[u8]> for Digest<'_> {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl Borrow<[u8]> for Digest<'_> {
    fn borrow(&self) -> &[u8] {
        self
    }
}

impl PartialEq for Digest<'_> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match (self.as_chunks::<32>(), other.as_chunks::<32>()) {
            // Both of the usual length, which the compiler then knows.
            (([ours], []), ([theirs], [])) => ours == theirs,
            _ => **self == **other,
        }
    }
}

impl Eq for Digest<'_> {}

impl PartialOrd for Digest<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Digest<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl Hash for Digest<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

/// A digest tells nothing that the token does not.
impl fmt::Debug for Digest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_digest_is_the_same_digest() {
        for len in [0, 1, 32, 43, SHORT, SHORT + 1, 64, 86, 300] {
            let octets: Vec<u8> = (0..len).map(|n| u8::try_from(n % 251).unwrap()).collect();
            let forms = [Digest::from(octets.as_slice()), Digest::copied(&octets), Digest::from(octets.clone()).into_owned()];
            for form in &forms {
                assert_eq!(**form, *octets);
                assert_eq!(*form, forms[0]);
                assert_eq!(form.prefix(), forms[0].prefix());
            }
        }
        assert!(Digest::from(b"a") < Digest::copied(b"b"));
        assert!(Digest::from(b"a").prefix() < Digest::copied(b"b").prefix());
    }
}
