//! Reading and hashing what has a fixed order of fields.

use mimicred_keys::HashAlgorithm;
use mimicred_keys::group::{POINT_LEN, Point, SCALAR_LEN, Scalar};

/// Octets that are taken from the front. Nothing comes back where there are not enough, or where they are not what is asked for.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Begins behind `start`, which names a format and its version.
    pub(crate) fn behind(start: &[u8], octets: &'a [u8]) -> Option<Self> {
        octets.strip_prefix(start).map(Self)
    }

    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    pub(crate) fn scalar(&mut self) -> Option<Scalar> {
        Scalar::from_octets(self.take(SCALAR_LEN)?).ok()
    }

    pub(crate) fn point(&mut self) -> Option<Point> {
        Point::from_octets(self.take(POINT_LEN)?).ok()
    }

    /// Nothing if anything is left.
    pub(crate) fn end(self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

/// SHA-256 over a label, which ends with a zero octet and has none before, and parts, each of which has a fixed length or is the last.
pub(crate) fn labelled_digest(label: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = HashAlgorithm::Sha256.hasher();
    hasher.update(label.as_bytes());
    hasher.update(&[0]);
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finish().first_chunk().copied().unwrap_or_default()
}
