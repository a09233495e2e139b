//! Opening one record: what each custodian gives, and what k of them give together.
//!
//! Custodian i multiplies the record's encapsulated key E by her share s_i. From k such points anybody computes s·E, where s is the key,
//! by Lagrange's weights, without that s comes into being anywhere; s·E opens this record and says nothing about others.

use std::fmt;

use mimicred_error::At;
use mimicred_keys::Random;
use mimicred_keys::group::{POINT_LEN, Point, Scalar};
use zeroize::Zeroizing;

use crate::log::{Log, Memory};
use crate::octets::Reader;
use crate::proof::{Proof, Statement};
use crate::sharing::weights;
use crate::{Binding, Code, CustodianShare, Custody, Error, SealedRecord};

/// The length of a partial decryption.
pub const PARTIAL_LEN: usize = 1 + 1 + 32 + POINT_LEN + Proof::LEN;

const VERSION: u8 = 1;

/// What one custodian computed from one record: k of them open it, so it is for the one who may.
///
/// Encoded: version 1, the custodian's number, the record's digest, the point, and the proof; 163 octets.
#[derive(Clone, PartialEq, Eq)]
pub struct PartialDecryption {
    index: u8,
    record: [u8; 32],
    point: Point,
    proof: Proof,
}

/// What a custodian is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The custody.
    pub custody: &'a Custody,
    /// The opening log, as it now is.
    pub log: &'a Log,
    /// The entry of the log by which the record is to be opened.
    pub entry: u64,
    /// The record.
    pub record: &'a SealedRecord,
    /// The row that it belongs to.
    pub binding: &'a Binding,
}

impl CustodianShare {
    /// The custodian's part in opening a record, with a proof that it was made with her share; and her memory of the log, renewed.
    ///
    /// She gives it only if the log is whole and continues what she remembers, if the entry names this record, if as many custodians as
    /// the threshold have countersigned it, and if the record is proven.
    ///
    /// # Errors
    /// [`Code::ShareForeign`]; those of [`Memory::check`]; [`Code::EntryMissing`]; [`Code::EntryForeign`];
    /// [`Code::CountersignatureInvalid`] with its place in the entry, [`Code::CountersignaturesLacking`]; [`Code::RecordUnproven`];
    /// [`Code::CryptoFailed`] when the random source fails.
    ///
    /// [The whole](crate#an-opening) as an example.
    pub fn partial(
        &self,
        request: &Request<'_>,
        memory: &Memory,
        random: &mut dyn Random,
    ) -> Result<(PartialDecryption, Memory), Error> {
        let Request { custody, log, entry, record, binding } = *request;
        let custodian = self.custodian(custody)?;
        memory.check(log, custody)?;
        let digest = record.digest(binding);
        let logged = log.entry(entry).ok_or(Code::EntryMissing)?;
        if *logged.record() != digest {
            return Err(Code::EntryForeign.into());
        }
        log.check_countersigned(entry, custody)?;
        record.verify(custody, binding)?;

        let point = record.encapsulated().mul(self.scalar())?;
        let generator = Point::generator();
        let pairs = [(&generator, &custodian.share), (record.encapsulated(), &point)];
        let index = [self.index()];
        let context = [&custody.digest()[..], &index, &digest];
        let proof = Proof::new(&Statement { domain: DOMAIN, context: &context, pairs: &pairs }, self.scalar(), random)?;
        let partial = PartialDecryption { index: self.index(), record: digest, point, proof };
        Ok((partial, memory.renewed(logged)))
    }
}

const DOMAIN: &str = "mimicred escrow partial decryption 1";

impl PartialDecryption {
    /// Reads a partial decryption.
    ///
    /// # Errors
    /// [`Code::PartialMalformed`].
    pub fn parse(octets: &[u8]) -> Result<Self, Error> {
        let read = || {
            let mut reader = Reader::behind(&[VERSION], octets)?;
            let index = reader.u8().filter(|index| *index > 0)?;
            let record = reader.array()?;
            let point = reader.point()?;
            let proof = Proof::read(&mut reader)?;
            reader.end()?;
            Some(Self { index, record, point, proof })
        };
        read().ok_or_else(|| Code::PartialMalformed.into())
    }

    /// The encoding, which is secret among those who may open the record.
    pub fn to_octets(&self) -> Zeroizing<Vec<u8>> {
        let mut octets = Zeroizing::new(Vec::with_capacity(PARTIAL_LEN));
        octets.extend_from_slice(&[VERSION, self.index]);
        octets.extend_from_slice(&self.record);
        octets.extend_from_slice(&self.point.to_octets());
        self.proof.write_into(&mut octets);
        octets
    }

    /// The number of the custodian who claims to have made it.
    pub fn index(&self) -> u8 {
        self.index
    }

    /// Checks that the custodian made it from this record with her share.
    ///
    /// # Errors
    /// [`Code::PartialForeign`] for another record, [`Code::PartialInvalid`].
    pub fn verify(&self, custody: &Custody, record: &SealedRecord, binding: &Binding) -> Result<(), Error> {
        let digest = record.digest(binding);
        if self.record != digest {
            return Err(Error::new(Code::PartialForeign).note(format!("custodian {}", self.index)));
        }
        let invalid = || Error::new(Code::PartialInvalid).note(format!("custodian {}", self.index));
        let custodian = custody.custodian(self.index).ok_or_else(invalid)?;
        let generator = Point::generator();
        let pairs = [(&generator, &custodian.share), (record.encapsulated(), &self.point)];
        let index = [self.index];
        let context = [&custody.digest()[..], &index, &digest];
        let holds = self.proof.holds(&Statement { domain: DOMAIN, context: &context, pairs: &pairs });
        holds.then_some(()).ok_or_else(invalid)
    }
}

impl fmt::Debug for PartialDecryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartialDecryption").field("index", &self.index).finish_non_exhaustive()
    }
}

impl Custody {
    /// Opens a record with the partial decryptions of as many custodians as the threshold; each of those given must be right.
    ///
    /// # Errors
    /// [`Code::RecordUnproven`]; [`Code::PartialForeign`], [`Code::PartialInvalid`] and [`Code::PartialRepeated`] with the place in the
    /// list and the custodian's number; [`Code::PartialsLacking`]; [`Code::RecordInvalid`].
    ///
    /// [The whole](crate#an-opening) as an example.
    pub fn open(
        &self,
        record: &SealedRecord,
        binding: &Binding,
        partials: &[PartialDecryption],
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        record.verify(self, binding)?;
        for (n, partial) in partials.iter().enumerate() {
            if partials.iter().take(n).any(|other| other.index == partial.index) {
                let repeated = Error::new(Code::PartialRepeated).note(format!("custodian {}", partial.index));
                return Err(repeated.at(At::Item(n)));
            }
            partial.verify(self, record, binding).map_err(|error| error.at(At::Item(n)))?;
        }
        let (used, _) = partials
            .split_at_checked(usize::from(self.threshold()))
            .ok_or_else(|| Error::new(Code::PartialsLacking).note(format!("{} of {}", partials.len(), self.threshold())))?;
        let xs: Vec<Scalar> = used.iter().map(|partial| Scalar::from_u64(partial.index.into())).collect();
        let weights = weights(&xs, &Scalar::from_u64(0))?;
        let terms: Vec<_> = weights.iter().zip(used).map(|(weight, partial)| (weight, &partial.point)).collect();
        record.open(self, binding, &Point::combine(&terms)?)
    }
}

#[cfg(test)]
mod tests;
