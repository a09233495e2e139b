//! The group P-256 by itself: scalars and points, for what several people do with shares of one key.
//!
//! Who signs, verifies or encrypts has no use for this module; a [`Scalar`] is not a key and signs nothing. It is for threshold
//! decryption: sharing a secret, multiplying a point by a share, proving that this was done. Everything takes the same time whatever
//! the values are.
//!
//! ```
//! use mimicred_keys::SystemRandom;
//! use mimicred_keys::group::{Point, Scalar};
//!
//! // Two people agree on a point, each with the other's public one.
//! let (a, b) = (Scalar::random(&mut SystemRandom)?, Scalar::random(&mut SystemRandom)?);
//! let (public_a, public_b) = (Point::base(&a)?, Point::base(&b)?);
//! assert_eq!(public_b.mul(&a)?, public_a.mul(&b)?);
//! // It is the base point, as often as the product of their secrets says.
//! assert_eq!(public_b.mul(&a)?, Point::base(&a.mul(&b))?);
//! # Ok::<(), mimicred_keys::Error>(())
//! ```

mod hash;

use std::fmt;

use zeroize::Zeroizing;

use crate::backend::{GroupPoint, GroupScalar};
use crate::{Code, Error, Random};

/// The length of a scalar, and of a coordinate.
pub const SCALAR_LEN: usize = 32;

/// The length of a point: `04 X Y`.
pub const POINT_LEN: usize = 65;

/// A number below the order of the group, wiped when dropped. It may be zero.
#[derive(Clone, PartialEq)]
pub struct Scalar(GroupScalar);

impl Scalar {
    /// Draws a scalar that is not zero: 48 octets modulo the group order, which is even but for one part in 2^128.
    ///
    /// # Errors
    /// `keys/backend-failed` when the source fails or gives nothing usable.
    pub fn random(random: &mut dyn Random) -> Result<Self, Error> {
        let mut wide = Zeroizing::new([0; 48]);
        random.fill(&mut *wide)?;
        let scalar = Self::from_wide(&wide);
        if scalar.is_zero() {
            return Err(Error::new(Code::BackendFailed).note("the random source gives no usable scalar"));
        }
        Ok(scalar)
    }

    /// Reads 32 octets, big-endian.
    ///
    /// # Errors
    /// `keys/scalar-malformed` for another length, and for a number that is not below the group order: each has one form only.
    ///
    /// ```
    /// use mimicred_keys::group::Scalar;
    ///
    /// assert!(Scalar::from_octets(&[0; 32])?.is_zero());
    /// assert!(Scalar::from_octets(&[0xff; 32]).is_err());
    /// # Ok::<(), mimicred_keys::Error>(())
    /// ```
    pub fn from_octets(octets: &[u8]) -> Result<Self, Error> {
        let scalar = octets.try_into().ok().and_then(GroupScalar::from_octets);
        scalar.map(Self).ok_or_else(|| Code::ScalarMalformed.into())
    }

    /// The scalar of a small number.
    pub fn from_u64(number: u64) -> Self {
        Self(GroupScalar::from_u64(number))
    }

    /// 48 octets, big-endian, modulo the group order: even but for one part in 2^128 if the octets are.
    ///
    /// ```
    /// use mimicred_keys::group::Scalar;
    ///
    /// let mut seven = [0; 48];
    /// seven[47] = 7;
    /// assert_eq!(Scalar::from_wide(&seven), Scalar::from_u64(7));
    /// ```
    pub fn from_wide(wide: &[u8; 48]) -> Self {
        // Two halves, each below the order: high · 2^192 + low.
        let half = |octets: &[u8]| {
            let mut padded = Zeroizing::new([0; SCALAR_LEN]);
            padded.iter_mut().skip(SCALAR_LEN - 24).zip(octets).for_each(|(to, from)| *to = *from);
            // 192 bits are below the order whatever they are.
            GroupScalar::from_octets(&padded).unwrap_or_else(|| GroupScalar::from_u64(0))
        };
        let (high, low) = wide.split_at(24);
        let two_64 = GroupScalar::from_u64(1 << 32).mul(&GroupScalar::from_u64(1 << 32));
        let two_192 = two_64.mul(&two_64).mul(&two_64);
        Self(half(high).mul(&two_192).add(&half(low)))
    }

    /// A scalar from the parts of a message, by hash_to_field of RFC 9380 (5.2) with expand_message_xmd over SHA-256, the group order
    /// as its modulus, L = 48, and `domain` as its DST. The message is each part behind its length as eight octets, big-endian, so that
    /// no two lists of parts are the same message.
    ///
    /// # Errors
    /// `keys/length-invalid` for a domain that is empty or of more than 255 octets.
    ///
    /// ```
    /// use mimicred_keys::group::Scalar;
    ///
    /// let scalar = Scalar::hash("an example", &[b"ab", b"c"])?;
    /// assert_ne!(scalar, Scalar::hash("an example", &[b"a", b"bc"])?);
    /// assert_ne!(scalar, Scalar::hash("another example", &[b"ab", b"c"])?);
    /// # Ok::<(), mimicred_keys::Error>(())
    /// ```
    pub fn hash(domain: &str, parts: &[&[u8]]) -> Result<Self, Error> {
        let lengths: Vec<[u8; 8]> =
            parts.iter().map(|part| u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes()).collect();
        let framed: Vec<&[u8]> = lengths.iter().zip(parts).flat_map(|(length, part)| [&length[..], *part]).collect();
        Ok(Self::from_wide(&*hash::expand(domain.as_bytes(), &framed)?))
    }

    /// 32 octets, big-endian.
    pub fn to_octets(&self) -> Zeroizing<[u8; SCALAR_LEN]> {
        self.0.to_octets()
    }

    /// The sum.
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        Self(self.0.add(&other.0))
    }

    /// The difference.
    #[must_use]
    pub fn sub(&self, other: &Self) -> Self {
        Self(self.0.sub(&other.0))
    }

    /// The product.
    #[must_use]
    pub fn mul(&self, other: &Self) -> Self {
        Self(self.0.mul(&other.0))
    }

    /// What gives zero together with this.
    #[must_use]
    pub fn negate(&self) -> Self {
        Self::from_u64(0).sub(self)
    }

    /// What gives one when multiplied by this.
    ///
    /// # Errors
    /// `keys/scalar-zero`.
    pub fn invert(&self) -> Result<Self, Error> {
        self.0.invert().map(Self).ok_or_else(|| Code::ScalarZero.into())
    }

    /// Whether this is zero.
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }
}

impl Eq for Scalar {}

impl fmt::Debug for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scalar").finish_non_exhaustive()
    }
}

/// A point of the curve other than the identity, wiped when dropped, because what two parties agree on is one as well.
#[derive(Clone, PartialEq)]
pub struct Point(GroupPoint);

impl Point {
    /// Reads `04 X Y` (SEC 1 2.3.4).
    ///
    /// # Errors
    /// `keys/public-key-malformed` for any other form or length, the identity among them, and for what is not on the curve.
    pub fn from_octets(octets: &[u8]) -> Result<Self, Error> {
        let point = octets.try_into().ok().and_then(GroupPoint::from_octets);
        point.map(Self).ok_or_else(|| Code::PublicKeyMalformed.into())
    }

    /// The base point.
    ///
    /// ```
    /// use mimicred_keys::group::{Point, Scalar};
    ///
    /// assert_eq!(Point::generator(), Point::base(&Scalar::from_u64(1))?);
    /// # Ok::<(), mimicred_keys::Error>(())
    /// ```
    pub fn generator() -> Self {
        Self(GroupPoint::generator())
    }

    /// The base point as often as the scalar says, much quicker than by [`Point::mul`].
    ///
    /// # Errors
    /// `keys/scalar-zero`: that would be the identity.
    pub fn base(scalar: &Scalar) -> Result<Self, Error> {
        or_identity(GroupPoint::base(&scalar.0))
    }

    /// This point as often as the scalar says.
    ///
    /// # Errors
    /// `keys/scalar-zero`: that would be the identity.
    pub fn mul(&self, scalar: &Scalar) -> Result<Self, Error> {
        Self::combine(&[(scalar, self)])
    }

    /// The sum of two points.
    ///
    /// # Errors
    /// `keys/scalar-zero` if one is the opposite of the other: that would be the identity.
    pub fn add(&self, other: &Self) -> Result<Self, Error> {
        or_identity(self.0.add(&other.0))
    }

    /// The sum of these multiples of points.
    ///
    /// # Errors
    /// `keys/scalar-zero` if it is the identity, as it is for no points at all; on the way to it the identity does no harm.
    ///
    /// ```
    /// use mimicred_keys::group::{Point, Scalar};
    ///
    /// let [two, three, six, thirty] = [2, 3, 6, 30].map(Scalar::from_u64);
    /// let (p, q) = (Point::base(&six)?, Point::base(&three)?);
    /// assert_eq!(Point::combine(&[(&three, &p), (&Scalar::from_u64(4), &q)])?, Point::base(&thirty)?);
    /// assert!(Point::combine(&[(&two, &q), (&Scalar::from_u64(1).negate(), &p)]).is_err());
    /// # Ok::<(), mimicred_keys::Error>(())
    /// ```
    pub fn combine(terms: &[(&Scalar, &Self)]) -> Result<Self, Error> {
        let terms: Vec<_> = terms.iter().map(|(scalar, point)| (&scalar.0, &point.0)).collect();
        or_identity(GroupPoint::combine(&terms))
    }

    /// `04 X Y`.
    pub fn to_octets(&self) -> [u8; POINT_LEN] {
        self.0.to_octets()
    }

    /// The x coordinate: what a Diffie-Hellman exchange gives (RFC 9180 4.1).
    pub fn x(&self) -> Zeroizing<[u8; SCALAR_LEN]> {
        let octets = Zeroizing::new(self.to_octets());
        let mut x = Zeroizing::new([0; SCALAR_LEN]);
        x.iter_mut().zip(octets.iter().skip(1)).for_each(|(to, from)| *to = *from);
        x
    }
}

impl Eq for Point {}

/// A point may be a shared secret: not shown.
impl fmt::Debug for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Point").finish_non_exhaustive()
    }
}

fn or_identity(point: Option<GroupPoint>) -> Result<Point, Error> {
    point.map(Point).ok_or_else(|| Code::ScalarZero.into())
}

#[cfg(test)]
mod tests;
