//! Disclosures, written while the claims are redacted, inside out (JWT-I-013).

use mimicred_claims::{Digest, Key, NewDigests, Redactor, Value};
use mimicred_jose::base64url;
use mimicred_keys::{HashAlgorithm, Random, Salts};

use crate::digest::{digest, digests};
use crate::disclosure::{SaltText, Written};
use crate::{Code, Error};

/// The format's part of redaction.
pub(super) struct Disclosing<'r> {
    hash: HashAlgorithm,
    salts: SaltTexts<'r>,
    disclosures: Written,
    decoys: Vec<SaltText>,
}

impl<'r> Disclosing<'r> {
    /// Draws so many salts at once.
    pub(super) fn new(
        hash: HashAlgorithm,
        salts: usize,
        random: &'r mut dyn Random,
        disclosures: Written,
    ) -> Result<Self, Error> {
        Ok(Self { hash, salts: SaltTexts::draw(salts, random)?, disclosures, decoys: Vec::new() })
    }

    /// The disclosures, in the order in which they were made.
    pub(super) fn finish(mut self) -> Written {
        self.disclosures.encode();
        self.disclosures
    }
}

/// Salts as text, of which many at a time are written.
struct SaltTexts<'r> {
    salts: Salts<'r>,
    texts: Vec<SaltText>,
    given: usize,
}

impl<'r> SaltTexts<'r> {
    fn draw(count: usize, random: &'r mut dyn Random) -> Result<Self, Error> {
        Ok(Self { salts: Salts::draw(count, random)?, texts: Vec::with_capacity(count), given: 0 })
    }

    #[inline]
    fn take(&mut self) -> Result<&SaltText, Error> {
        if self.given == self.texts.len() {
            let texts = &mut self.texts;
            // A salt has no other length than that.
            base64url::encode_each(self.salts.take_all()?.iter().copied(), |text| texts.extend(text.first_chunk()));
        }
        self.given += 1;
        self.texts.get(self.given - 1).ok_or_else(|| Code::Keys.into())
    }
}

impl Redactor for Disclosing<'_> {
    type Error = Error;
    type Kept = Kept;

    fn claim(&mut self, key: &Key<'_>, value: &mut Value<'_>) -> Result<Kept, Error> {
        self.disclosures.write(self.salts.take()?, Some(key), value).map(Kept::Disclosure)
    }

    fn element(&mut self, value: &mut Value<'_>) -> Result<Kept, Error> {
        self.disclosures.write(self.salts.take()?, None, value).map(Kept::Disclosure)
    }

    /// A random value for which there is no disclosure (JWT-D-002 to JWT-D-004).
    fn decoy(&mut self, _: Option<u64>) -> Result<Kept, Error> {
        self.decoys.push(*self.salts.take()?);
        Ok(Kept::Decoy(self.decoys.len() - 1))
    }

    fn digest(&mut self, kept: Kept) -> Digest<'static> {
        self.disclosures.encode();
        digest(self.hash, self.text(kept))
    }

    fn digests(&mut self, kept: Vec<Kept>, made: &mut NewDigests) {
        self.disclosures.encode();
        digests(self.hash, kept.into_iter().map(|kept| self.text(kept)), |digest| made.push(digest));
    }
}

impl Disclosing<'_> {
    #[inline]
    fn text(&self, kept: Kept) -> &[u8] {
        match kept {
            Kept::Disclosure(n) => self.disclosures.text(n),
            Kept::Decoy(n) => self.decoys.get(n).map(SaltText::as_slice).unwrap_or_default(),
        }
    }
}

/// What a digest is of: a number, so that keeping it is a word or two.
#[derive(Clone, Copy)]
pub(super) enum Kept {
    /// The disclosure of this number.
    Disclosure(usize),
    /// Nothing, but the random text of this number.
    Decoy(usize),
}
