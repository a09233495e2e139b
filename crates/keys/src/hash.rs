//! Hashes, and comparing what must not leak.

use std::fmt;
use std::ops::Deref;

use crate::backend;

/// A hash of the SHA-2 family (FIPS 180-4).
///
/// ```
/// use mimicred_keys::HashAlgorithm;
///
/// let hash = HashAlgorithm::Sha384.digest(b"abc");
/// assert_eq!(hash.len(), 48);
/// assert_eq!(hash[..4], [0xcb, 0x00, 0x75, 0x3f]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HashAlgorithm {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl HashAlgorithm {
    /// Every hash.
    pub const ALL: [HashAlgorithm; 3] = [HashAlgorithm::Sha256, HashAlgorithm::Sha384, HashAlgorithm::Sha512];

    /// The name in the IANA registry of named information hashes, as `_sd_alg` spells it.
    ///
    /// ```
    /// assert_eq!(mimicred_keys::HashAlgorithm::Sha256.name(), "sha-256");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            HashAlgorithm::Sha256 => "sha-256",
            HashAlgorithm::Sha384 => "sha-384",
            HashAlgorithm::Sha512 => "sha-512",
        }
    }

    /// The length of a digest in octets.
    #[allow(clippy::len_without_is_empty, reason = "the length of the output, which is never empty")]
    pub const fn len(self) -> usize {
        match self {
            HashAlgorithm::Sha256 => 32,
            HashAlgorithm::Sha384 => 48,
            HashAlgorithm::Sha512 => 64,
        }
    }

    /// The digest of `data`.
    pub fn digest(self, data: &[u8]) -> Hash {
        backend::digest(self, data)
    }

    /// A hasher for data that comes in pieces.
    pub fn hasher(self) -> Hasher {
        Hasher(backend::HashContext::new(self))
    }
}

/// A digest; dereferences to its octets.
#[derive(Clone, Copy)]
pub struct Hash {
    octets: [u8; 64],
    len: usize,
}

impl Hash {
    /// Takes at most 64 octets, which no hash of ours exceeds.
    pub(crate) fn from_slice(digest: &[u8]) -> Self {
        let mut octets = [0; 64];
        octets.iter_mut().zip(digest).for_each(|(to, from)| *to = *from);
        Self { octets, len: digest.len().min(64) }
    }
}

impl Deref for Hash {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.octets.get(..self.len).unwrap_or(&self.octets)
    }
}

impl AsRef<[u8]> for Hash {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl PartialEq for Hash {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Hash {}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

/// Hashes data that comes in pieces.
///
/// ```
/// use mimicred_keys::HashAlgorithm;
///
/// let mut hasher = HashAlgorithm::Sha256.hasher();
/// hasher.update(b"ab");
/// hasher.update(b"c");
/// assert_eq!(hasher.finish(), HashAlgorithm::Sha256.digest(b"abc"));
/// ```
#[derive(Clone)]
pub struct Hasher(backend::HashContext);

impl Hasher {
    /// Takes the next piece.
    pub fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    /// The digest of all pieces.
    pub fn finish(self) -> Hash {
        self.0.finish()
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher").finish_non_exhaustive()
    }
}

/// The SHA-256 digest of `data`.
///
/// ```
/// assert_eq!(mimicred_keys::sha256(b"abc")[..4], [0xba, 0x78, 0x16, 0xbf]);
/// ```
#[inline]
pub fn sha256(data: &[u8]) -> [u8; 32] {
    backend::sha256(data)
}

/// Whether two octet strings are equal, in time that depends on their lengths alone.
///
/// ```
/// assert!(mimicred_keys::constant_time_eq(b"tag", b"tag"));
/// assert!(!mimicred_keys::constant_time_eq(b"tag", b"tug"));
/// assert!(!mimicred_keys::constant_time_eq(b"tag", b"tags"));
/// ```
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    backend::constant_time_eq(a, b)
}

#[cfg(test)]
mod tests;
