//! What one custodian has and nobody else.

use std::fmt;

use mimicred_keys::group::{Point, SCALAR_LEN, Scalar};
use mimicred_keys::{Algorithm, IssuerKey, SecretKey, constant_time_eq};
use zeroize::Zeroizing;

use super::{CUSTODIANS_MAX, Custodian, Custody};
use crate::octets::Reader;
use crate::{Code, Error};

/// A custodian's share of the key, and the key that she countersigns with.
///
/// Encoded, it is `mimicred share`, the version 1, her number (one octet), the custody's digest, the scalar, and the seed of the Ed25519
/// key. It belongs into a file under a passphrase ([`mimicred_keys::passphrase`]).
pub struct CustodianShare {
    index: u8,
    custody: [u8; 32],
    scalar: Scalar,
    secret: SecretKey,
    signer: IssuerKey,
}

const START: &[u8] = b"mimicred share\x01";
const SEED_LEN: usize = 32;

impl CustodianShare {
    pub(super) fn new(index: u8, custody: [u8; 32], scalar: Scalar, secret: SecretKey) -> Self {
        let signer = IssuerKey::new(secret.clone());
        Self { index, custody, scalar, secret, signer }
    }

    /// Reads a share. Whether it is one of a certain custody is seen when it is used; see [`CustodianShare::belongs_to`].
    ///
    /// # Errors
    /// [`Code::ShareMalformed`].
    ///
    /// ```
    /// use mimicred_escrow::{CustodianShare, deal};
    /// use mimicred_keys::SystemRandom;
    ///
    /// let (custody, shares) = deal(2, 3, &mut SystemRandom)?;
    /// let share = CustodianShare::parse(&shares[1].to_octets())?;
    /// assert_eq!(share.index(), 2);
    /// share.belongs_to(&custody)?;
    /// # Ok::<(), mimicred_escrow::Error>(())
    /// ```
    pub fn parse(octets: &[u8]) -> Result<Self, Error> {
        read(octets).ok_or_else(|| Code::ShareMalformed.into())
    }

    /// The encoding, which is secret.
    pub fn to_octets(&self) -> Zeroizing<Vec<u8>> {
        // All the room at once: growing would leave copies behind.
        let mut octets = Zeroizing::new(Vec::with_capacity(START.len() + 1 + 32 + SCALAR_LEN + SEED_LEN));
        octets.extend_from_slice(START);
        octets.push(self.index);
        octets.extend_from_slice(&self.custody);
        octets.extend_from_slice(&*self.scalar.to_octets());
        octets.extend_from_slice(&self.secret.octets());
        octets
    }

    /// The custodian's number, counted from 1.
    pub fn index(&self) -> u8 {
        self.index
    }

    /// The digest of the custody that it was dealt for.
    pub fn custody_digest(&self) -> &[u8; 32] {
        &self.custody
    }

    /// Checks that the share is this custodian's of this custody, in both its parts.
    ///
    /// # Errors
    /// [`Code::ShareForeign`].
    pub fn belongs_to(&self, custody: &Custody) -> Result<(), Error> {
        self.custodian(custody).map(drop)
    }

    /// The custodian in the custody that this is the share of.
    pub(crate) fn custodian<'c>(&self, custody: &'c Custody) -> Result<&'c Custodian, Error> {
        let foreign = || Error::new(Code::ShareForeign);
        let custodian = custody.custodian(self.index).ok_or_else(foreign)?;
        let is_hers = constant_time_eq(&self.custody, custody.digest())
            && Point::base(&self.scalar).is_ok_and(|point| point == custodian.share)
            && *self.signer.public() == custodian.key;
        is_hers.then_some(custodian).ok_or_else(foreign)
    }

    pub(crate) fn scalar(&self) -> &Scalar {
        &self.scalar
    }

    pub(crate) fn signer(&self) -> &IssuerKey {
        &self.signer
    }
}

impl fmt::Debug for CustodianShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustodianShare").field("index", &self.index).finish_non_exhaustive()
    }
}

fn read(octets: &[u8]) -> Option<CustodianShare> {
    let mut reader = Reader::behind(START, octets)?;
    let index = reader.u8().filter(|index| (1..=CUSTODIANS_MAX).contains(index))?;
    let custody = reader.array()?;
    let scalar = reader.scalar().filter(|scalar| !scalar.is_zero())?;
    let secret = SecretKey::from_octets(Algorithm::Ed25519, reader.take(SEED_LEN)?).ok()?;
    reader.end()?;
    Some(CustodianShare::new(index, custody, scalar, secret))
}
