//! Replays (mimi-mls.md 3.5.2): a presentation belongs to the first leaf and epoch that it came from.

use std::collections::HashMap;

use mimicred_keys::{HashAlgorithm, PublicKey, Random, hmac};
use mimicred_mls::tls::Writer;
use zeroize::Zeroizing;

use crate::{Code, Error};

/// What identifies one presentation.
#[derive(Clone, Copy, Debug)]
pub struct Use<'a> {
    /// What it is bound to.
    pub audience: &'a str,
    /// Its nonce, as it is written.
    pub nonce: &'a [u8],
    /// The hash of what the issuer signed, without the signature.
    pub token_hash: &'a [u8; 32],
    /// The key of the leaf that sent it.
    pub leaf_key: &'a PublicKey,
}

/// Where a presentation came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The epoch of the message.
    pub epoch: u64,
    /// The index of the leaf that sent it.
    pub leaf: u32,
}

/// What a store says of one use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Never before, or from the same leaf in the same epoch.
    Acceptable,
    /// From elsewhere.
    Replayed,
}

/// A secret under which uses are filed, so that a store that is seized confirms no guess.
pub struct ReplayKey(Zeroizing<[u8; 32]>);

impl ReplayKey {
    /// A new key.
    ///
    /// # Errors
    /// `room/replay-store` if the random source fails.
    pub fn generate(random: &mut dyn Random) -> Result<Self, Error> {
        let mut key = Zeroizing::new([0; 32]);
        random.fill(key.as_mut()).map_err(|e| Error::new(Code::ReplayStore).because(e))?;
        Ok(Self(key))
    }

    /// A key that was kept.
    pub fn from_octets(key: [u8; 32]) -> Self {
        Self(Zeroizing::new(key))
    }

    /// The octets, to keep.
    pub fn octets(&self) -> &[u8; 32] {
        &self.0
    }

    /// The tag of one use: HMAC-SHA256 over V(audience) V(nonce) V(token hash) V(leaf key).
    ///
    /// # Errors
    /// `room/replay-store` for parts beyond any limit.
    pub fn tag(&self, presented: &Use<'_>) -> Result<[u8; 32], Error> {
        let message = Writer::new()
            .vector(presented.audience.as_bytes())
            .vector(presented.nonce)
            .vector(presented.token_hash)
            .vector(presented.leaf_key.octets())
            .finish()
            .map_err(|e| Error::new(Code::ReplayStore).because(e))?;
        let tag = hmac(HashAlgorithm::Sha256, self.0.as_slice(), &message);
        tag.as_slice().try_into().map_err(|_| Error::new(Code::ReplayStore))
    }
}

/// Keeps what was presented and from where. Implementations keep the tag, never the parts of a use.
pub trait ReplayStore {
    /// Files a use under where it came from, unless it is filed already; says whether it may be accepted. Entries are kept until
    /// `keep_until` at least, in seconds since 1970.
    ///
    /// # Errors
    /// `room/replay-store`: the use must then not be accepted.
    fn record(&mut self, presented: &Use<'_>, origin: Origin, keep_until: i64) -> Result<Seen, Error>;

    /// Drops what need not be kept any more.
    ///
    /// # Errors
    /// `room/replay-store`.
    fn forget(&mut self, now: i64) -> Result<(), Error>;
}

/// A replay store in memory.
///
/// ```
/// use mimicred_keys::{Algorithm, SecretKey, SystemRandom};
/// use mimicred_room::{MemoryReplayStore, Origin, ReplayKey, ReplayStore, Seen, Use};
///
/// let key = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?;
/// let presented = Use { audience: "mimi://hub.example/r/one", nonce: b"n", token_hash: &[7; 32], leaf_key: key.public() };
/// let mut store = MemoryReplayStore::new(ReplayKey::generate(&mut SystemRandom)?);
/// let origin = Origin { epoch: 7, leaf: 2 };
/// assert_eq!(store.record(&presented, origin, 100)?, Seen::Acceptable);
/// assert_eq!(store.record(&presented, origin, 100)?, Seen::Acceptable);
/// assert_eq!(store.record(&presented, Origin { epoch: 8, leaf: 2 }, 100)?, Seen::Replayed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct MemoryReplayStore {
    key: ReplayKey,
    seen: HashMap<[u8; 32], (Origin, i64)>,
}

impl MemoryReplayStore {
    /// An empty store.
    pub fn new(key: ReplayKey) -> Self {
        Self { key, seen: HashMap::new() }
    }

    /// How many uses are kept.
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }
}

impl ReplayStore for MemoryReplayStore {
    fn record(&mut self, presented: &Use<'_>, origin: Origin, keep_until: i64) -> Result<Seen, Error> {
        let entry = self.seen.entry(self.key.tag(presented)?).or_insert((origin, keep_until));
        entry.1 = entry.1.max(keep_until);
        Ok(if entry.0 == origin { Seen::Acceptable } else { Seen::Replayed })
    }

    fn forget(&mut self, now: i64) -> Result<(), Error> {
        self.seen.retain(|_, (_, keep_until)| *keep_until >= now);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
