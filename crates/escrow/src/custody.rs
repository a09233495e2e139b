//! Custodians and what they share.
//!
//! A [`Custody`] is public: the key that records are sealed to, how many custodians open a record together, and for each of them the
//! point of her share and the key that she countersigns with. [`deal`] makes it, together with a [`CustodianShare`] for each.
//!
//! The dealer sees the key; [`deal`] says where the guarantee therefore begins.

mod deal;
mod share;

pub use deal::deal;
pub use share::CustodianShare;

use std::fmt;

use mimicred_error::At;
use mimicred_keys::group::{POINT_LEN, Point, Scalar};
use mimicred_keys::{Algorithm, PublicKey};

use crate::octets::{Reader, labelled_digest};
use crate::sharing::weights;
use crate::{Code, Error};

/// The most custodians.
pub const CUSTODIANS_MAX: u8 = 16;

/// The public part of a custody: what records are sealed to, and what openings are checked by.
///
/// Encoded, it is `mimicred custody`, the version 1, the threshold and the number of custodians (one octet each), the public key, and
/// for each custodian the point of her share and her Ed25519 key. Points are `04 X Y`.
#[derive(Clone)]
pub struct Custody {
    threshold: u8,
    public: Point,
    custodians: Vec<Custodian>,
    octets: Vec<u8>,
    digest: [u8; 32],
}

/// What everybody knows of a custodian.
#[derive(Clone)]
pub(crate) struct Custodian {
    /// Her share, in the exponent.
    pub(crate) share: Point,
    /// What she countersigns with.
    pub(crate) key: PublicKey,
}

const START: &[u8] = b"mimicred custody\x01";

impl Custody {
    /// Reads a custody.
    ///
    /// # Errors
    /// [`Code::CustodyMalformed`]; [`Code::ParametersInvalid`]; [`Code::CustodyInconsistent`] unless the shares belong to the public key
    /// and to the threshold, and are different, as the countersigning keys are.
    pub fn parse(octets: &[u8]) -> Result<Self, Error> {
        let (threshold, public, custodians) = read(octets).ok_or(Code::CustodyMalformed)?;
        Self::new(threshold, public, custodians)
    }

    fn new(threshold: u8, public: Point, custodians: Vec<Custodian>) -> Result<Self, Error> {
        let count = u8::try_from(custodians.len()).map_err(|_| Code::ParametersInvalid)?;
        check_parameters(threshold, count)?;
        let mut octets = START.to_vec();
        octets.extend_from_slice(&[threshold, count]);
        octets.extend_from_slice(&public.to_octets());
        for custodian in &custodians {
            octets.extend_from_slice(&custodian.share.to_octets());
            octets.extend_from_slice(custodian.key.octets());
        }
        let digest = labelled_digest("mimicred escrow custody 1", &[&octets]);
        let custody = Self { threshold, public, custodians, octets, digest };
        custody.check_shares()?;
        Ok(custody)
    }

    /// The encoding.
    pub fn to_octets(&self) -> &[u8] {
        &self.octets
    }

    /// The SHA-256 digest by which shares, records, countersignatures and proofs name this custody: over the label
    /// `mimicred escrow custody 1`, a zero octet and the encoding.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// How many custodians open a record together.
    pub fn threshold(&self) -> u8 {
        self.threshold
    }

    /// How many custodians there are; they are numbered from 1.
    pub fn count(&self) -> u8 {
        // Checked when it was made.
        u8::try_from(self.custodians.len()).unwrap_or(CUSTODIANS_MAX)
    }

    /// The public key of DHKEM(P-256, HKDF-SHA256), as HPKE writes it.
    pub fn public_key(&self) -> [u8; POINT_LEN] {
        self.public.to_octets()
    }

    /// The key that a custodian countersigns with; nothing if there is no such custodian.
    pub fn countersigning_key(&self, custodian: u8) -> Option<&PublicKey> {
        self.custodian(custodian).map(|custodian| &custodian.key)
    }

    /// The custodian of this number, counted from 1.
    pub(crate) fn custodian(&self, index: u8) -> Option<&Custodian> {
        self.custodians.get(usize::from(index).checked_sub(1)?)
    }

    /// Whether any `threshold` of the shares give the key, and fewer do not: all of them and the key lie on one polynomial, and its
    /// degree is not lower than it should be.
    fn check_shares(&self) -> Result<(), Error> {
        let inconsistent = || Error::new(Code::CustodyInconsistent);
        let threshold = usize::from(self.threshold);
        let lies = |point: &Point, x: usize, on: usize| {
            let scalar = |n: usize| u64::try_from(n).map(Scalar::from_u64).map_err(|_| inconsistent());
            let xs: Result<Vec<Scalar>, Error> = (1..=on).map(scalar).collect();
            let weights = weights(&xs?, &scalar(x)?)?;
            let terms: Vec<_> = weights.iter().zip(&self.custodians).map(|(weight, one)| (weight, &one.share)).collect();
            Ok::<_, Error>(Point::combine(&terms).is_ok_and(|there| there == *point))
        };
        if !lies(&self.public, 0, threshold)? {
            return Err(inconsistent());
        }
        // With a degree of threshold - 1, the polynomial through one share less never has this value at 0.
        if lies(&self.public, 0, threshold - 1)? {
            return Err(inconsistent().note("fewer custodians than the threshold have the key"));
        }
        for (n, custodian) in self.custodians.iter().enumerate().skip(threshold) {
            if !lies(&custodian.share, n + 1, threshold)? {
                return Err(inconsistent().at(At::Item(n)));
            }
        }
        // Who has what another custodian has would count twice, and who has the key for all.
        for (n, custodian) in self.custodians.iter().enumerate() {
            let mut before = self.custodians.iter().take(n);
            let twice = before.any(|other| other.share == custodian.share || other.key == custodian.key);
            if twice || (self.threshold > 1 && custodian.share == self.public) {
                return Err(inconsistent().at(At::Item(n)).note("the same share or key twice"));
            }
        }
        Ok(())
    }
}

impl PartialEq for Custody {
    fn eq(&self, other: &Self) -> bool {
        self.octets == other.octets
    }
}

impl Eq for Custody {}

impl fmt::Debug for Custody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Custody").field("threshold", &self.threshold).field("count", &self.count()).finish_non_exhaustive()
    }
}

fn read(octets: &[u8]) -> Option<(u8, Point, Vec<Custodian>)> {
    let mut reader = Reader::behind(START, octets)?;
    let (threshold, count) = (reader.u8()?, reader.u8()?);
    if count > CUSTODIANS_MAX {
        return None;
    }
    let public = reader.point()?;
    let mut custodian = || {
        let share = reader.point()?;
        let key = PublicKey::from_octets(Algorithm::Ed25519, reader.take(Algorithm::Ed25519.public_len())?).ok()?;
        Some(Custodian { share, key })
    };
    let custodians: Option<Vec<Custodian>> = (0..count).map(|_| custodian()).collect();
    reader.end()?;
    Some((threshold, public, custodians?))
}

/// At least two together, unless there is only one.
fn check_parameters(threshold: u8, count: u8) -> Result<(), Error> {
    let least = if count == 1 { 1 } else { 2 };
    if count > CUSTODIANS_MAX || threshold > count || threshold < least {
        return Err(Error::new(Code::ParametersInvalid).note(format!("{threshold} of {count}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
