//! Disclosures, written while the claims are redacted, inside out (CWT-I-012).

use std::collections::HashSet;

use mimicred_claims::{Digest, Key, NewDigests, Redaction, RedactionPlan, Redactor, Value};
use mimicred_keys::{HashAlgorithm, SALT_LEN, Salts, sha256};

use super::{SaltSource, Salted};
use crate::disclosure::{self, Written};
use crate::{Code, Error};

/// Where salts come from. None is used twice (CWT-I-008, CWT-D-002).
pub(super) enum Stock<'s> {
    /// Drawn in bulk; [`Salts`] watches for repeated ones.
    Random(Salts<'s>),
    Source {
        source: &'s mut dyn SaltSource,
        given: HashSet<[u8; SALT_LEN]>,
        last: [u8; SALT_LEN],
    },
}

impl<'s> Stock<'s> {
    pub(super) fn of(source: &'s mut dyn SaltSource) -> Self {
        Self::Source { source, given: HashSet::new(), last: [0; SALT_LEN] }
    }

    #[inline]
    fn take(&mut self, salted: &Salted<'_>) -> Result<&[u8; SALT_LEN], Error> {
        match self {
            Stock::Random(salts) => Ok(salts.take()?),
            Stock::Source { source, given, last } => {
                *last = source.salt(salted)?;
                if given.insert(*last) { Ok(last) } else { Err(Code::SaltRepeated.into()) }
            }
        }
    }
}

/// The format's part of redaction.
pub(super) struct Disclosing<'s> {
    hash: HashAlgorithm,
    salts: Stock<'s>,
    disclosures: Written,
}

impl<'s> Disclosing<'s> {
    pub(super) fn new(hash: HashAlgorithm, salts: Stock<'s>, disclosures: Written) -> Self {
        Self { hash, salts, disclosures }
    }

    /// The disclosures, in the order in which they were made (CWT-I-032).
    pub(super) fn finish(self) -> Written {
        self.disclosures
    }

    #[inline]
    fn disclose(&mut self, salted: &Salted<'_>) -> Result<usize, Error> {
        let salt = self.salts.take(salted)?;
        let (value, key) = match *salted {
            Salted::Claim(key, value) => (Some(value), Some(key)),
            Salted::Element(value) => (Some(value), None),
            Salted::Decoy(_) => (None, None),
        };
        self.disclosures.write(salt, value, key)
    }
}

impl Redactor for Disclosing<'_> {
    type Error = Error;
    /// The number of the disclosure.
    type Kept = usize;

    fn claim(&mut self, key: &Key<'_>, value: &mut Value<'_>) -> Result<usize, Error> {
        self.disclose(&Salted::Claim(key, value))
    }

    fn element(&mut self, value: &mut Value<'_>) -> Result<usize, Error> {
        self.disclose(&Salted::Element(value))
    }

    /// A disclosure of nothing, which the Holder gets like any other (CWT-D-002, CWT-D-003, CWT-D-004).
    fn decoy(&mut self, number: Option<u64>) -> Result<usize, Error> {
        self.disclose(&Salted::Decoy(number))
    }

    fn digest(&mut self, kept: usize) -> Digest<'static> {
        disclosure::digest(self.hash, self.disclosures.encoded(kept))
    }

    fn digests(&mut self, kept: Vec<usize>, digests: &mut NewDigests) {
        let encoded = kept.into_iter().map(|kept| self.disclosures.encoded(kept));
        match self.hash {
            // The usual one, of a length that the compiler knows.
            HashAlgorithm::Sha256 => encoded.for_each(|encoded| digests.push(&sha256(encoded))),
            _ => encoded.for_each(|encoded| digests.push(&self.hash.digest(encoded))),
        }
    }
}

/// Whether the plan says of single claims that they are redacted, which it cannot say of one by meaning all.
pub(super) fn names_claims(plan: &RedactionPlan) -> bool {
    !matches!(plan.redaction(), Redaction::All | Redaction::None)
}
