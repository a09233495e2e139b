//! Disclosures, written while the claims are redacted, inside out (CWT-I-012).

use std::collections::HashSet;

use mimicred_claims::{Digest, Key, Redaction, RedactionPlan, Redactor, Value};
use mimicred_keys::{HashAlgorithm, SALT_LEN, Salts};

use super::{SaltSource, Salted};
use crate::{Code, Error, disclosure};

/// Where salts come from. None is used twice (CWT-I-008, CWT-D-002).
pub(super) enum Stock<'s> {
    /// Drawn in bulk; [`Salts`] watches for repeated ones.
    Random(Salts<'s>),
    Source {
        source: &'s mut dyn SaltSource,
        given: HashSet<[u8; SALT_LEN]>,
    },
}

impl<'s> Stock<'s> {
    pub(super) fn of(source: &'s mut dyn SaltSource) -> Self {
        Self::Source { source, given: HashSet::new() }
    }

    fn take(&mut self, salted: &Salted<'_>) -> Result<[u8; SALT_LEN], Error> {
        match self {
            Stock::Random(salts) => Ok(salts.take()?),
            Stock::Source { source, given } => {
                let salt = source.salt(salted)?;
                if given.insert(salt) { Ok(salt) } else { Err(Code::SaltRepeated.into()) }
            }
        }
    }
}

/// The format's part of redaction.
pub(super) struct Disclosing<'s> {
    hash: HashAlgorithm,
    salts: Stock<'s>,
    disclosures: Vec<Vec<u8>>,
}

impl<'s> Disclosing<'s> {
    pub(super) fn new(hash: HashAlgorithm, salts: Stock<'s>) -> Self {
        Self { hash, salts, disclosures: Vec::new() }
    }

    /// The disclosures, in the order in which they were made (CWT-I-032).
    pub(super) fn finish(self) -> Vec<Vec<u8>> {
        self.disclosures
    }

    fn disclose(&mut self, salted: &Salted<'_>) -> Result<Digest<'static>, Error> {
        let salt = self.salts.take(salted)?;
        let encoded = match salted {
            Salted::Claim(key, value) => disclosure::write(&salt, Some(value), Some(key))?,
            Salted::Element(value) => disclosure::write(&salt, Some(value), None)?,
            Salted::Decoy(_) => disclosure::write(&salt, None, None)?,
        };
        let digest = disclosure::digest(self.hash, &encoded);
        self.disclosures.push(encoded);
        Ok(digest)
    }
}

impl Redactor for Disclosing<'_> {
    type Error = Error;

    fn claim(&mut self, key: &Key<'_>, value: Value<'_>) -> Result<Digest<'static>, Error> {
        self.disclose(&Salted::Claim(key, &value))
    }

    fn element(&mut self, value: Value<'_>) -> Result<Digest<'static>, Error> {
        self.disclose(&Salted::Element(&value))
    }

    /// A disclosure of nothing, which the Holder gets like any other (CWT-D-002, CWT-D-003, CWT-D-004).
    fn decoy(&mut self, number: Option<u64>) -> Result<Digest<'static>, Error> {
        self.disclose(&Salted::Decoy(number))
    }
}

/// Whether the plan says of single claims that they are redacted, which it cannot say of one by meaning all.
pub(super) fn names_claims(plan: &RedactionPlan) -> bool {
    !matches!(plan.redaction(), Redaction::All | Redaction::None)
}
