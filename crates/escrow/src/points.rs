//! Mode `threshold`: an account comes out when t of its pseudonyms have been reported, and not before.
//!
//! For each account the issuing process has a polynomial of degree t - 1 over the scalars of P-256. Its value at 0 is the account with a
//! checksum; its other coefficients come from a PRF under a secret of the issuing process, for this account and this t alone. A
//! pseudonym's row is one point of it: a tag that is the account's, x that is a hash of the pseudonym's key, and y. Rows are sealed to
//! custodians ([`Mode::Threshold`](crate::Mode::Threshold)), who open those of reported pseudonyms.
//!
//! t - 1 points fit every account equally well. What custodians learn before t is which of the *reported* pseudonyms have one tag.

mod interpolate;

pub use interpolate::{Reported, interpolate};

use std::fmt;

use mimicred_keys::group::{SCALAR_LEN, Scalar};
use mimicred_keys::{HashAlgorithm, constant_time_eq, hkdf_expand};
use zeroize::Zeroizing;

use crate::octets::{Reader, labelled_digest};
use crate::sharing::evaluate;
use crate::{Code, Error};

/// An account as the provider's store names it.
pub type AccountId = [u8; 16];

/// The length of a row.
pub const ROW_LEN: usize = TAG_LEN + 2 * SCALAR_LEN;

/// The least and the most pseudonyms that open an account together.
pub const THRESHOLDS: std::ops::RangeInclusive<u8> = 3..=16;

const TAG_LEN: usize = 16;
const CHECKSUM_LEN: usize = 15;

/// One pseudonym's point: tag, x and y, 80 octets. Before it is sealed, and after it was opened, it is secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    tag: [u8; TAG_LEN],
    x: Scalar,
    y: Scalar,
}

impl Row {
    /// Reads a row.
    ///
    /// # Errors
    /// [`Code::RowMalformed`], for an x of zero, too: that point would be the account.
    pub fn parse(octets: &[u8]) -> Result<Self, Error> {
        let read = || {
            let mut reader = Reader::behind(&[], octets)?;
            let tag = reader.array()?;
            let x = reader.scalar().filter(|x| !x.is_zero())?;
            let y = reader.scalar()?;
            reader.end()?;
            Some(Self { tag, x, y })
        };
        read().ok_or_else(|| Code::RowMalformed.into())
    }

    /// The octets that are sealed.
    pub fn to_octets(&self) -> Zeroizing<[u8; ROW_LEN]> {
        let mut octets = Zeroizing::new([0; ROW_LEN]);
        let (x, y) = (self.x.to_octets(), self.y.to_octets());
        let fields = self.tag.iter().chain(x.iter()).chain(y.iter());
        octets.iter_mut().zip(fields).for_each(|(to, from)| *to = *from);
        octets
    }

    /// What the rows of one account have in common, and no other rows.
    pub fn tag(&self) -> &[u8; TAG_LEN] {
        &self.tag
    }

    /// Whether this is the row of the pseudonym with this key, as SubjectPublicKeyInfo in DER: who opens the row of a report checks that
    /// the store gave the right one.
    pub fn is_of(&self, spki: &[u8]) -> bool {
        x_of(spki).is_ok_and(|x| x == self.x)
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row").finish_non_exhaustive()
    }
}

/// The issuing side: makes the rows. Its secret opens nothing that is sealed, but whoever has it can compute every account's polynomial.
pub struct PointIssuer {
    secret: Zeroizing<[u8; 32]>,
    threshold: u8,
}

impl PointIssuer {
    /// Takes the secret, 32 random octets that serve nothing else, and how many pseudonyms open an account. Rows for another threshold
    /// have another tag and another polynomial.
    ///
    /// # Errors
    /// [`Code::ParametersInvalid`] for a threshold outside of [`THRESHOLDS`].
    pub fn new(secret: [u8; 32], threshold: u8) -> Result<Self, Error> {
        let secret = Zeroizing::new(secret);
        if !THRESHOLDS.contains(&threshold) {
            return Err(Error::new(Code::ParametersInvalid).note(format!("{threshold} reports")));
        }
        Ok(Self { secret, threshold })
    }

    /// The row of an account's pseudonym with this key, as SubjectPublicKeyInfo in DER.
    ///
    /// # Errors
    /// [`Code::CryptoFailed`] with a probability too small to be seen.
    ///
    /// ```
    /// use mimicred_escrow::{PointIssuer, Reported, Row, interpolate};
    ///
    /// let issuer = PointIssuer::new([1; 32], 3)?;
    /// let account = *b"account number 1";
    /// let reported = |n: u8| {
    ///     let row = issuer.row(&account, &[n])?;
    ///     Ok(Reported { row: Row::parse(&*row.to_octets())?, room: [n; 32], reporter: [n; 32] })
    /// };
    /// let reports: Result<Vec<Reported>, mimicred_escrow::Error> = (1..=3).map(reported).collect();
    /// let reports = reports?;
    /// assert!(interpolate(3, &reports[..2]).is_err());
    /// assert_eq!(interpolate(3, &reports)?, account);
    /// # Ok::<(), mimicred_escrow::Error>(())
    /// ```
    pub fn row(&self, account: &AccountId, spki: &[u8]) -> Result<Row, Error> {
        let tag = self.tag(account)?;
        let x = x_of(spki)?;
        // All the room at once: growing would leave copies of secrets behind.
        let mut coefficients = Vec::with_capacity(self.threshold.into());
        coefficients.push(encode(self.threshold, &tag, account)?);
        for number in 1..self.threshold {
            let wide = self.prf::<48>(b"mimicred escrow coefficient 1", number, account)?;
            coefficients.push(Scalar::from_wide(&wide));
        }
        let y = evaluate(&coefficients, &x);
        Ok(Row { tag, x, y })
    }

    fn tag(&self, account: &AccountId) -> Result<[u8; TAG_LEN], Error> {
        Ok(*self.prf(b"mimicred escrow tag 1", 0, account)?)
    }

    /// HKDF-Expand over SHA-256: HMAC under the secret, for as many octets as needed. What is different in anything gives other octets.
    fn prf<const N: usize>(&self, label: &[u8], number: u8, account: &AccountId) -> Result<Zeroizing<[u8; N]>, Error> {
        let info = Zeroizing::new([label, &[0, self.threshold, number], account].concat());
        let octets = hkdf_expand(HashAlgorithm::Sha256, &*self.secret, &info, N)?;
        Ok(Zeroizing::new(octets.first_chunk().copied().ok_or(Code::CryptoFailed)?))
    }
}

impl fmt::Debug for PointIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PointIssuer").field("threshold", &self.threshold).finish_non_exhaustive()
    }
}

/// Where the polynomial is looked at for this key.
fn x_of(spki: &[u8]) -> Result<Scalar, Error> {
    let x = Scalar::hash("mimicred escrow pseudonym 1", &[spki])?;
    // Once in 2^256, and then the row would be the account.
    if x.is_zero() { Err(Code::CryptoFailed.into()) } else { Ok(x) }
}

/// The value at 0: a zero octet, the account, and fifteen octets of a digest over threshold, tag and account. A wrong interpolation gives
/// such a scalar once in 2^128.
fn encode(threshold: u8, tag: &[u8; TAG_LEN], account: &AccountId) -> Result<Scalar, Error> {
    let checksum = checksum(threshold, tag, account);
    let octets = Zeroizing::new([&[0], &account[..], &checksum].concat());
    Ok(Scalar::from_octets(&octets)?)
}

fn decode(threshold: u8, tag: &[u8; TAG_LEN], value: &Scalar) -> Option<AccountId> {
    let octets = value.to_octets();
    let mut reader = Reader::behind(&[0], &*octets)?;
    let account: AccountId = reader.array()?;
    let received = reader.take(CHECKSUM_LEN)?;
    constant_time_eq(received, &checksum(threshold, tag, &account)).then_some(account)
}

fn checksum(threshold: u8, tag: &[u8; TAG_LEN], account: &AccountId) -> [u8; CHECKSUM_LEN] {
    let digest = labelled_digest("mimicred escrow account 1", &[&[threshold], tag, account]);
    digest.first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests;
