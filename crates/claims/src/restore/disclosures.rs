//! Disclosures by their digests, for as long as they wait for their place.

use std::collections::HashMap;
use std::collections::hash_map::{Entry, RandomState};
use std::hash::{BuildHasher, Hash, Hasher};

use mimicred_error::At;

use super::{Content, Limits, Opened};
use crate::{Code, Digest, Error};

/// The disclosures of one token, opened by its format, by their digests.
///
/// ```
/// use mimicred_claims::{Content, Digest, Disclosures, Key, Limits, Map, Value};
///
/// let mut token = Map::new();
/// token.redacted.push(Digest::from(b"digest"));
/// let mut disclosures = Disclosures::with_capacity(1);
/// disclosures.add(Digest::from(b"digest"), Content::Claim(Key::from("email"), Value::from("a@b.example")))?;
/// let restored = disclosures.restore(token, &Limits::DEFAULT)?;
/// assert_eq!(restored.claims.text("email"), Some(&Value::from("a@b.example")));
/// # Ok::<(), mimicred_claims::Error>(())
/// ```
pub struct Disclosures<'a> {
    digests: HashMap<Whole<'a>, Standing, Keyed>,
    /// What has not found its place yet, by position.
    waiting: Vec<Option<Content<'a>>>,
}

/// What is known of a digest.
enum Standing {
    /// The disclosure at this position waits for it.
    Awaited(usize),
    /// It stands in the token, once.
    Seen,
}

impl<'a> Disclosures<'a> {
    /// None yet, with room for so many digests.
    pub fn with_capacity(digests: usize) -> Self {
        Self { digests: HashMap::with_capacity_and_hasher(digests, Keyed::new()), waiting: Vec::with_capacity(digests) }
    }

    pub(super) fn of(opened: Vec<Opened<'a>>, digests: usize, limits: &Limits) -> Result<Self, Error> {
        let mut disclosures = Self::with_capacity(opened.len().max(digests.min(limits.digests)));
        opened.into_iter().try_for_each(|opened| disclosures.add(opened.digest, opened.content))?;
        Ok(disclosures)
    }

    /// Adds the next one.
    ///
    /// # Errors
    /// [`Code::DigestDuplicate`] if it was there before.
    #[inline]
    pub fn add(&mut self, digest: Digest<'a>, content: Content<'a>) -> Result<(), Error> {
        let index = self.waiting.len();
        if self.digests.insert(Whole(digest), Standing::Awaited(index)).is_some() {
            return Err(Error::new(Code::DigestDuplicate).at(At::Disclosure(index)));
        }
        self.waiting.push(Some(content));
        Ok(())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// The position and content of the disclosure with this digest.
    pub fn get(&self, digest: &Digest<'a>) -> Option<(usize, &Content<'a>)> {
        match self.digests.get(&Whole(digest.clone()))? {
            Standing::Awaited(index) => Some((*index, self.waiting.get(*index)?.as_ref()?)),
            Standing::Seen => None,
        }
    }

    /// What they hold, in the order added.
    pub fn contents(&self) -> impl Iterator<Item = &Content<'a>> {
        self.waiting.iter().flatten()
    }

    /// The disclosure for a digest that stands in the token, if there is one; a digest met twice is an error even if nothing
    /// discloses it.
    #[inline]
    pub(super) fn take(&mut self, digest: Digest<'a>) -> Result<Option<(usize, Content<'a>)>, Error> {
        match self.digests.entry(Whole(digest)) {
            Entry::Vacant(vacant) => {
                vacant.insert(Standing::Seen);
                Ok(None)
            }
            Entry::Occupied(mut known) => match known.insert(Standing::Seen) {
                Standing::Awaited(index) => {
                    Ok(self.waiting.get_mut(index).and_then(Option::take).map(|content| (index, content)))
                }
                Standing::Seen => Err(Error::new(Code::DigestDuplicate)),
            },
        }
    }
}

/// A digest that hashes by all of its octets, sixteen at a time: what stands in a token need not be the hash of anything, and an
/// Issuer can write as many digests that begin alike as she wants.
#[derive(PartialEq, Eq)]
struct Whole<'a>(Digest<'a>);

impl Hash for Whole<'_> {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        let (chunks, rest) = self.0.as_chunks::<16>();
        chunks.iter().for_each(|chunk| state.write_u128(u128::from_be_bytes(*chunk)));
        if !rest.is_empty() {
            state.write_u128(Digest::from(rest).prefix());
        }
    }
}

/// A hash under a random key, cheap because what it hashes is a hash already: whoever wants many digests to meet in one place
/// has to find them without knowing the key.
#[derive(Clone)]
struct Keyed(u64, u64);

impl Keyed {
    fn new() -> Self {
        let random = RandomState::new();
        Self(random.hash_one(0), random.hash_one(1))
    }
}

impl BuildHasher for Keyed {
    type Hasher = Folding;

    fn build_hasher(&self) -> Folding {
        Folding { key: self.clone(), folded: 0 }
    }
}

struct Folding {
    key: Keyed,
    folded: u64,
}

impl Hasher for Folding {
    #[inline]
    fn write_u128(&mut self, number: u128) {
        let (high, low) = halves(number);
        // What came before goes in with the key, so that nobody can make parts of a digest cancel each other.
        let (high, low) = halves(u128::from(high ^ self.key.0 ^ self.folded) * u128::from(low ^ self.key.1));
        self.folded = high ^ low;
    }

    fn write(&mut self, octets: &[u8]) {
        octets.iter().for_each(|octet| self.write_u128(u128::from(*octet)));
    }

    fn finish(&self) -> u64 {
        self.folded
    }
}

#[inline]
fn halves(number: u128) -> (u64, u64) {
    let octets = number.to_be_bytes();
    let half = |half: Option<&[u8; 8]>| half.map_or(0, |octets| u64::from_be_bytes(*octets));
    (half(octets.first_chunk()), half(octets.last_chunk()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Digests of every length that differ anywhere, or have their halves exchanged, meet nowhere.
    #[test]
    fn every_octet_of_a_digest_counts() {
        let keyed = Keyed::new();
        let hash = |octets: &[u8]| keyed.hash_one(Whole(Digest::copied(octets)));
        for len in [32, 43, 48, 64, 86] {
            let mut seen = vec![hash(&vec![7; len])];
            for n in 0..len {
                let mut octets = vec![7; len];
                octets[n] = 8;
                seen.push(hash(&octets));
            }
            for half in 0..4 {
                let mut octets = vec![7; len];
                octets[half * 8..half * 8 + 8].fill(9);
                seen.push(hash(&octets));
            }
            seen.sort_unstable();
            assert!(seen.windows(2).all(|pair| pair[0] != pair[1]), "{len}");
        }
        // The same sixteen octets twice are not nothing.
        assert_ne!(hash(&[1; 32]), hash(&[2; 32]));
    }
}
