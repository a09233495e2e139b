//! Replays (mimi-mls.md 3.5.2): a presentation belongs to the first leaf and epoch that it came from.

use std::collections::HashMap;

use mimicred_keys::{HashAlgorithm, PublicKey, Random, hmac, sha256};
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

/// Something that counts once, by whatever uses it first. A challenge is of this kind and no [`Use`]: it is used up by one message,
/// and where that came from does not tell it from the sender's next one in the same epoch.
///
/// ```
/// use mimicred_room::{MemoryReplayStore, OneTime, ReplayKey, ReplayStore, Seen};
///
/// let mut store = MemoryReplayStore::new(ReplayKey::from_octets([7; 32]));
/// let (challenge, first, second) = (b"request nonce and leaf key", [1; 32], [2; 32]);
/// let used_by = |message| OneTime { kind: "challenge", thing: challenge, user: message };
/// assert_eq!(store.use_up(&used_by(&first), 100)?, Seen::Acceptable);
/// assert_eq!(store.use_up(&used_by(&first), 100)?, Seen::Acceptable); // Its presentations share it.
/// assert_eq!(store.use_up(&used_by(&second), 100)?, Seen::Replayed);
/// # Ok::<(), mimicred_room::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct OneTime<'a> {
    /// What kind of thing it is; things of two kinds never meet.
    pub kind: &'a str,
    /// Which one, among those of its kind: for a challenge the nonce of the request and the leaf's key.
    pub thing: &'a [u8],
    /// What uses it, in octets that nothing else has: for a challenge the hash of the message.
    pub user: &'a [u8],
}

/// What a store says of one use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Never before, or from the same leaf in the same epoch; of a [`OneTime`], by the same user.
    Acceptable,
    /// From elsewhere, or by another.
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
        self.mac(&[presented.audience.as_bytes(), presented.nonce, presented.token_hash, presented.leaf_key.octets()])
    }

    /// The tag of what counts once: HMAC-SHA256 over V("mimicred one-time v1") V(kind) V(thing). A use has four parts, so that no tag
    /// is of both.
    ///
    /// # Errors
    /// `room/replay-store` for parts beyond any limit.
    pub fn one_time_tag(&self, once: &OneTime<'_>) -> Result<[u8; 32], Error> {
        self.mac(&[b"mimicred one-time v1", once.kind.as_bytes(), once.thing])
    }

    fn mac(&self, parts: &[&[u8]]) -> Result<[u8; 32], Error> {
        let message = parts.iter().fold(Writer::new(), |message, part| message.vector(part));
        let message = message.finish().map_err(|e| Error::new(Code::ReplayStore).because(e))?;
        let tag = hmac(HashAlgorithm::Sha256, self.0.as_slice(), &message);
        tag.as_slice().try_into().map_err(|_| Error::new(Code::ReplayStore))
    }
}

/// Keeps what was presented and from where. Implementations keep the tag, never the parts of a use. One that outlives the process is
/// `SqliteReplayStore` of the crate `mimicred-replay`.
pub trait ReplayStore {
    /// Files a use under where it came from, unless it is filed already; says whether it may be accepted. Entries are kept until
    /// `keep_until` at least, in seconds since 1970.
    ///
    /// # Errors
    /// `room/replay-store`: the use must then not be accepted.
    fn record(&mut self, presented: &Use<'_>, origin: Origin, keep_until: i64) -> Result<Seen, Error>;

    /// Files many uses, each with where it came from and until when it is kept, and says the same of each as [`record`](Self::record)
    /// would, one after the other. A store on disk files all of them at the price of one.
    ///
    /// # Errors
    /// `room/replay-store`: none of them may be accepted then. Some may have been filed all the same, which refuses nothing later
    /// that comes from where it came from now.
    fn record_all(&mut self, uses: &[(Use<'_>, Origin, i64)]) -> Result<Vec<Seen>, Error> {
        uses.iter().map(|(presented, origin, keep_until)| self.record(presented, *origin, *keep_until)).collect()
    }

    /// Files that a thing was used up, unless it is already; says whether its user may have it. Kept as uses are.
    ///
    /// # Errors
    /// `room/replay-store`: the thing must then not count.
    fn use_up(&mut self, once: &OneTime<'_>, keep_until: i64) -> Result<Seen, Error>;

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
    seen: HashMap<[u8; 32], (Holder, i64)>,
}

/// Whose a tag is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holder {
    Origin(Origin),
    /// The hash of a thing's user.
    User([u8; 32]),
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

    fn file(&mut self, tag: [u8; 32], holder: Holder, keep_until: i64) -> Seen {
        let entry = self.seen.entry(tag).or_insert((holder, keep_until));
        entry.1 = entry.1.max(keep_until);
        if entry.0 == holder { Seen::Acceptable } else { Seen::Replayed }
    }
}

impl ReplayStore for MemoryReplayStore {
    fn record(&mut self, presented: &Use<'_>, origin: Origin, keep_until: i64) -> Result<Seen, Error> {
        let tag = self.key.tag(presented)?;
        Ok(self.file(tag, Holder::Origin(origin), keep_until))
    }

    fn use_up(&mut self, once: &OneTime<'_>, keep_until: i64) -> Result<Seen, Error> {
        let tag = self.key.one_time_tag(once)?;
        Ok(self.file(tag, Holder::User(sha256(once.user)), keep_until))
    }

    fn forget(&mut self, now: i64) -> Result<(), Error> {
        self.seen.retain(|_, (_, keep_until)| *keep_until >= now);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
