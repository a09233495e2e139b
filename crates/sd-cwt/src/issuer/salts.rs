//! Salts, drawn in bulk.

use std::collections::HashSet;

use mimicred_keys::Random;

use crate::disclosure::SALT_LEN;
use crate::{Code, Error};

/// Salts drawn at once when the first draw does not suffice, which only decoys can bring about.
const MORE: usize = 64;

/// A stock of salts, each given away once, none of them twice the same (CWT-I-008, CWT-D-002).
pub(super) struct Salts<'r> {
    random: &'r mut dyn Random,
    stock: std::vec::IntoIter<[u8; SALT_LEN]>,
    given: HashSet<[u8; SALT_LEN]>,
}

impl<'r> Salts<'r> {
    /// Draws `count` salts at once.
    pub(super) fn draw(count: usize, random: &'r mut dyn Random) -> Result<Self, Error> {
        let mut salts = Self { random, stock: Vec::new().into_iter(), given: HashSet::with_capacity(count) };
        if count > 0 {
            salts.fill(count)?;
        }
        Ok(salts)
    }

    pub(super) fn next(&mut self) -> Result<[u8; SALT_LEN], Error> {
        let salt = match self.stock.next() {
            Some(salt) => salt,
            None => {
                self.fill(MORE)?;
                self.stock.next().unwrap_or_default()
            }
        };
        if self.given.insert(salt) { Ok(salt) } else { Err(Code::SaltRepeated.into()) }
    }

    fn fill(&mut self, count: usize) -> Result<(), Error> {
        let mut stock = vec![[0; SALT_LEN]; count];
        self.random.fill(stock.as_flattened_mut())?;
        self.stock = stock.into_iter();
        Ok(())
    }
}
