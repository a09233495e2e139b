//! The group P-256 by itself, pure Rust and in constant time on every target: the RustCrypto crate `p256`. Multiples of the base point
//! are those of the other library, which has them some twenty times as fast.
//!
//! Its scalars are plain values that can be copied; here they are wiped when dropped, as far as a value that passes through
//! registers can be.

use p256::elliptic_curve::ff::{Field, PrimeField};
use p256::elliptic_curve::group::Group;
use p256::elliptic_curve::ops::LinearCombination;
use p256::elliptic_curve::sec1::{FromSec1Point, ToSec1Point};
use p256::{AffinePoint, FieldBytes, ProjectivePoint, Sec1Point};
use zeroize::{Zeroize, Zeroizing};

use super::{Curve, point_of};

/// A number below the group order.
#[derive(Clone)]
pub(crate) struct GroupScalar(p256::Scalar);

impl GroupScalar {
    /// Big-endian; nothing for the group order and above.
    pub(crate) fn from_octets(octets: &[u8; 32]) -> Option<Self> {
        let octets = Zeroizing::new(FieldBytes::from(*octets));
        Option::<p256::Scalar>::from(p256::Scalar::from_repr(*octets)).map(Self)
    }

    pub(crate) fn from_u64(number: u64) -> Self {
        Self(p256::Scalar::from(number))
    }

    pub(crate) fn to_octets(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_repr().into())
    }

    pub(crate) fn add(&self, other: &Self) -> Self {
        Self(self.0.add(&other.0))
    }

    pub(crate) fn sub(&self, other: &Self) -> Self {
        Self(self.0.sub(&other.0))
    }

    pub(crate) fn mul(&self, other: &Self) -> Self {
        Self(self.0.multiply(&other.0))
    }

    /// Nothing for zero.
    pub(crate) fn invert(&self) -> Option<Self> {
        Option::<p256::Scalar>::from(self.0.invert()).map(Self)
    }

    pub(crate) fn is_zero(&self) -> bool {
        Field::is_zero(&self.0).into()
    }
}

impl PartialEq for GroupScalar {
    /// In constant time, as the library compares them.
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Drop for GroupScalar {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// A point of the curve other than the identity.
#[derive(Clone)]
pub(crate) struct GroupPoint(ProjectivePoint);

impl GroupPoint {
    /// `04 X Y`; nothing for any other form, and for what is not on the curve.
    pub(crate) fn from_octets(octets: &[u8; 65]) -> Option<Self> {
        // Of this length the library knows no other form; should it learn one, it is not ours.
        let point = Sec1Point::from_bytes(octets).ok().filter(|_| octets.first() == Some(&4))?;
        let point = Option::<AffinePoint>::from(AffinePoint::from_sec1_point(&point))?;
        Self::new(ProjectivePoint::from(point))
    }

    pub(crate) fn to_octets(&self) -> [u8; 65] {
        let point = self.0.to_affine().to_sec1_point(false);
        // Uncompressed, and not the identity: 65 octets, always.
        point.as_bytes().first_chunk().copied().unwrap_or([0; 65])
    }

    pub(crate) fn generator() -> Self {
        Self(ProjectivePoint::GENERATOR)
    }

    /// Nothing for zero.
    pub(crate) fn base(scalar: &GroupScalar) -> Option<Self> {
        let octets = Zeroizing::new(point_of(Curve::P256, &*scalar.to_octets())?);
        Self::from_octets(octets.as_slice().try_into().ok()?)
    }

    /// The sum of these multiples; nothing if it is the identity.
    pub(crate) fn combine(terms: &[(&GroupScalar, &Self)]) -> Option<Self> {
        // Two at a time share their doublings; in constant time.
        let (pairs, rest) = terms.as_chunks::<2>();
        let pairs = pairs.iter().map(|[(a, p), (b, q)]| ProjectivePoint::lincomb(&[(p.0, a.0), (q.0, b.0)]));
        let rest = rest.iter().map(|(scalar, point)| point.0.mul(&scalar.0));
        Self::new(pairs.chain(rest).fold(ProjectivePoint::IDENTITY, |sum, point| sum + point))
    }

    pub(crate) fn add(&self, other: &Self) -> Option<Self> {
        Self::new(self.0 + other.0)
    }

    fn new(point: ProjectivePoint) -> Option<Self> {
        (!bool::from(point.is_identity())).then_some(Self(point))
    }
}

impl PartialEq for GroupPoint {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Drop for GroupPoint {
    /// A Diffie-Hellman value is a point, too.
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
