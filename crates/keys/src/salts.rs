//! Salts for redaction, drawn in bulk.

use std::fmt;

use crate::{Code, Error, Random};

/// Octets of a salt: 128 bits (JWT-I-004, CWT-I-008).
pub const SALT_LEN: usize = 16;

/// Salts drawn at once when the first draw does not suffice, which only decoys can bring about; more of them each time.
const MORE: usize = 64;

/// A stock of salts, each given away once, none of them twice the same (JWT-I-004, CWT-I-008, CWT-D-002).
///
/// ```
/// use mimicred_keys::{Salts, SystemRandom};
///
/// let mut random = SystemRandom;
/// let mut salts = Salts::draw(2, &mut random)?;
/// let first = *salts.take()?;
/// assert_ne!(first, *salts.take()?);
/// // What was not foreseen is drawn when it is needed.
/// assert_eq!(salts.take()?.len(), 16);
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
pub struct Salts<'r> {
    random: &'r mut dyn Random,
    drawn: Vec<[u8; SALT_LEN]>,
    given: usize,
    /// Position of the first salt that equals one before it: there the source has failed.
    repeated: Option<usize>,
}

impl<'r> Salts<'r> {
    /// Draws `count` salts at once.
    ///
    /// # Errors
    /// That of the random source.
    pub fn draw(count: usize, random: &'r mut dyn Random) -> Result<Self, Error> {
        let mut salts = Self { random, drawn: Vec::new(), given: 0, repeated: None };
        if count > 0 {
            salts.fill(count)?;
        }
        Ok(salts)
    }

    /// The next salt.
    ///
    /// # Errors
    /// [`Code::SaltRepeated`] if it was given before; that of the random source if there is more to draw.
    #[inline]
    pub fn take(&mut self) -> Result<&[u8; SALT_LEN], Error> {
        self.restock()?;
        match self.drawn.get(self.given) {
            Some(salt) if self.repeated != Some(self.given) => {
                self.given += 1;
                Ok(salt)
            }
            _ => Err(Code::SaltRepeated.into()),
        }
    }

    /// All that are in stock, of which there is one at least.
    ///
    /// # Errors
    /// [`Code::SaltRepeated`] if one of them was given before or is there twice; that of the random source if there is more to draw.
    ///
    /// ```
    /// use mimicred_keys::{Salts, SystemRandom};
    ///
    /// let mut random = SystemRandom;
    /// let mut salts = Salts::draw(3, &mut random)?;
    /// let first = *salts.take()?;
    /// let others = salts.take_all()?;
    /// assert_eq!(others.len(), 2);
    /// assert!(!others.contains(&first));
    /// # Ok::<(), mimicred_keys::Error>(())
    /// ```
    pub fn take_all(&mut self) -> Result<&[[u8; SALT_LEN]], Error> {
        self.restock()?;
        if self.repeated.is_some() {
            return Err(Code::SaltRepeated.into());
        }
        let given = std::mem::replace(&mut self.given, self.drawn.len());
        Ok(self.drawn.get(given..).unwrap_or_default())
    }

    /// As many again as there were: so often is each salt compared anew.
    #[inline]
    fn restock(&mut self) -> Result<(), Error> {
        if self.given == self.drawn.len() { self.fill(self.drawn.len().max(MORE)) } else { Ok(()) }
    }

    fn fill(&mut self, count: usize) -> Result<(), Error> {
        let before = self.drawn.len();
        self.drawn.resize(before + count, [0; SALT_LEN]);
        let new = self.drawn.get_mut(before..).unwrap_or_default();
        if let Err(error) = self.random.fill(new.as_flattened_mut()) {
            self.drawn.truncate(before);
            return Err(error);
        }
        self.repeated = first_repeated(&self.drawn);
        Ok(())
    }
}

/// The position of the first salt that equals one before it. Positions are kept where a salt's hash says, or in the next free place.
fn first_repeated(salts: &[[u8; SALT_LEN]]) -> Option<usize> {
    const FREE: u32 = u32::MAX;
    // At most a quarter of the places are taken: most salts find theirs free.
    let places = (4 * salts.len()).next_power_of_two();
    let (mut taken, last) = (vec![FREE; places], places - 1);
    for (n, salt) in salts.iter().enumerate() {
        let mut place = spread(salt) & last;
        loop {
            let taken = taken.get_mut(place)?;
            match usize::try_from(*taken).ok().and_then(|other| salts.get(other)) {
                Some(other) if other == salt => return Some(n),
                Some(_) => place = (place + 1) & last,
                None => {
                    // More than fit into 32 bits are 64 GiB of salts; they are taken to be repeated.
                    let Ok(position) = u32::try_from(n) else { return Some(n) };
                    *taken = position;
                    break;
                }
            }
        }
    }
    None
}

/// A hash of salts, which are random and our own; one multiplication spreads those of a source that only counts.
fn spread(salt: &[u8; SALT_LEN]) -> usize {
    const LOW: u128 = 0xffff_ffff_ffff_ffff;
    const ODD: u128 = 0x9e37_79b9_7f4a_7c15;
    let salt = u128::from_ne_bytes(*salt);
    let product = ((salt ^ (salt >> 64)) & LOW) * ODD;
    usize::try_from((product ^ (product >> 64)) & u128::from(u32::MAX)).unwrap_or_default()
}

/// Salts stay out of logs: who knows them can guess what is redacted.
impl fmt::Debug for Salts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Salts")
            .field("given", &self.given)
            .field("left", &(self.drawn.len() - self.given))
            .finish_non_exhaustive()
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
        assert_eq!(*salts.take().unwrap(), [7; SALT_LEN]);
        assert_eq!(salts.take().unwrap_err().code(), Code::SaltRepeated);
        assert_eq!(salts.take_all().unwrap_err().code(), Code::SaltRepeated);

        let mut again = Given([[1; SALT_LEN], [2; SALT_LEN], [1; SALT_LEN]].concat());
        let mut salts = Salts::draw(3, &mut again).unwrap();
        assert_eq!(*salts.take().unwrap(), [1; SALT_LEN]);
        assert_eq!(*salts.take().unwrap(), [2; SALT_LEN]);
        assert_eq!(salts.take().unwrap_err().code(), Code::SaltRepeated);
        assert_eq!(salts.take().unwrap_err().code(), Code::SaltRepeated);
    }

    /// CWT-I-008: many salts, whichever of them is the one that was there before, in the same draw or in a later one.
    #[test]
    fn a_repeated_salt_is_found_wherever_it_stands() {
        let counted = |n: usize| u128::try_from(n).unwrap().to_be_bytes();
        for (count, again, of) in
            [(2, 1, 0), (9, 8, 0), (300, 299, 0), (300, 299, 298), (300, 150, 7), (5, 68, 4), (1000, 1500, 999)]
        {
            let mut source = Given((0..4096).map(|n| counted(if n == again { of } else { n })).collect::<Vec<_>>().concat());
            let mut salts = Salts::draw(count, &mut source).unwrap();
            for n in 0..again {
                assert_eq!(*salts.take().unwrap(), counted(n));
            }
            assert_eq!(salts.take().unwrap_err().code(), Code::SaltRepeated, "{count} {again} {of}");
        }
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
    fn all_are_given_at_once_or_none() {
        let counted: Vec<[u8; SALT_LEN]> = (0..4_u128 + 70).map(u128::to_be_bytes).collect();
        let mut source = Given(counted.concat());
        let mut salts = Salts::draw(4, &mut source).unwrap();
        assert_eq!(*salts.take().unwrap(), counted[0]);
        assert_eq!(salts.take_all().unwrap(), &counted[1..4]);
        assert_eq!(salts.take_all().unwrap(), &counted[4..4 + MORE]);

        let mut repeating = Given([[1; SALT_LEN], [2; SALT_LEN], [2; SALT_LEN]].concat());
        let mut salts = Salts::draw(3, &mut repeating).unwrap();
        assert_eq!(salts.take_all().unwrap_err().code(), Code::SaltRepeated);
        assert_eq!(*salts.take().unwrap(), [1; SALT_LEN]);
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
