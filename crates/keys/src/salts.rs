//! Salts for redaction, drawn in bulk.

use std::collections::HashSet;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};

use crate::{Code, Error, Random};

/// Octets of a salt: 128 bits (JWT-I-004, CWT-I-008).
pub const SALT_LEN: usize = 16;

/// Salts drawn at once when the first draw does not suffice, which only decoys can bring about.
const MORE: usize = 64;

/// A stock of salts, each given away once, none of them twice the same (JWT-I-004, CWT-I-008, CWT-D-002).
///
/// ```
/// use mimicred_keys::{Salts, SystemRandom};
///
/// let mut random = SystemRandom;
/// let mut salts = Salts::draw(2, &mut random)?;
/// assert_ne!(salts.take()?, salts.take()?);
/// // What was not foreseen is drawn when it is needed.
/// assert_eq!(salts.take()?.len(), 16);
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
pub struct Salts<'r> {
    random: &'r mut dyn Random,
    stock: std::vec::IntoIter<[u8; SALT_LEN]>,
    given: HashSet<u128, BuildHasherDefault<Folding>>,
}

impl<'r> Salts<'r> {
    /// Draws `count` salts at once.
    ///
    /// # Errors
    /// That of the random source.
    pub fn draw(count: usize, random: &'r mut dyn Random) -> Result<Self, Error> {
        let mut salts =
            Self { random, stock: Vec::new().into_iter(), given: HashSet::with_capacity_and_hasher(count, Default::default()) };
        if count > 0 {
            salts.fill(count)?;
        }
        Ok(salts)
    }

    /// The next salt.
    ///
    /// # Errors
    /// [`Code::SaltRepeated`] if it was given before; that of the random source if there is more to draw.
    pub fn take(&mut self) -> Result<[u8; SALT_LEN], Error> {
        let salt = loop {
            match self.stock.next() {
                Some(salt) => break salt,
                None => self.fill(MORE)?,
            }
        };
        if self.given.insert(u128::from_ne_bytes(salt)) { Ok(salt) } else { Err(Code::SaltRepeated.into()) }
    }

    fn fill(&mut self, count: usize) -> Result<(), Error> {
        let mut stock = vec![[0; SALT_LEN]; count];
        self.random.fill(stock.as_flattened_mut())?;
        self.stock = stock.into_iter();
        Ok(())
    }
}

/// A hash of salts, which are random and our own; one multiplication spreads those of a source that only counts.
#[derive(Default)]
struct Folding(u64);

impl Hasher for Folding {
    /// Salts do not come this way.
    fn write(&mut self, octets: &[u8]) {
        octets.iter().for_each(|octet| self.write_u128(u128::from(*octet)));
    }

    fn write_u128(&mut self, salt: u128) {
        const LOW: u128 = 0xffff_ffff_ffff_ffff;
        const ODD: u128 = 0x9e37_79b9_7f4a_7c15;
        let product = ((salt ^ (salt >> 64)) & LOW) * ODD;
        self.0 ^= u64::try_from((product ^ (product >> 64)) & LOW).unwrap_or_default();
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Salts stay out of logs: who knows them can guess what is redacted.
impl fmt::Debug for Salts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Salts").field("given", &self.given.len()).field("left", &self.stock.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Given, Stuck};

    /// JWT-I-004, CWT-I-008, CWT-D-002.
    #[test]
    fn no_salt_is_given_twice() {
        let mut stuck = Stuck(7);
        let mut salts = Salts::draw(2, &mut stuck).unwrap();
        assert_eq!(salts.take().unwrap(), [7; SALT_LEN]);
        assert_eq!(salts.take().unwrap_err().code(), Code::SaltRepeated);

        let mut again = Given([[1; SALT_LEN], [2; SALT_LEN], [1; SALT_LEN]].concat());
        let mut salts = Salts::draw(3, &mut again).unwrap();
        assert_eq!(salts.take().unwrap(), [1; SALT_LEN]);
        assert_eq!(salts.take().unwrap(), [2; SALT_LEN]);
        assert_eq!(salts.take().unwrap_err().code(), Code::SaltRepeated);
    }

    #[test]
    fn the_random_source_is_asked_once_and_then_as_needed() {
        struct Counting(Vec<usize>);
        impl Random for Counting {
            fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
                self.0.push(out.len());
                crate::SystemRandom.fill(out)
            }
        }
        let mut counting = Counting(Vec::new());
        drop(Salts::draw(0, &mut counting).unwrap());
        assert_eq!(counting.0, [0; 0]);
        let mut salts = Salts::draw(3, &mut counting).unwrap();
        for _ in 0..3 + MORE {
            salts.take().unwrap();
        }
        assert_eq!(counting.0, [3 * SALT_LEN, MORE * SALT_LEN]);
    }

    #[test]
    fn a_source_that_fails_stops_the_issuer() {
        struct Broken;
        impl Random for Broken {
            fn fill(&mut self, _: &mut [u8]) -> Result<(), Error> {
                Err(Code::BackendFailed.into())
            }
        }
        assert_eq!(Salts::draw(1, &mut Broken).unwrap_err().code(), Code::BackendFailed);
        assert_eq!(Salts::draw(0, &mut Broken).unwrap().take().unwrap_err().code(), Code::BackendFailed);
    }

    #[test]
    fn debug_shows_no_salt() {
        let mut stuck = Stuck(173);
        let logged = format!("{:?}", Salts::draw(1, &mut stuck).unwrap());
        assert_eq!(logged, "Salts { given: 0, left: 1, .. }");
    }
}
