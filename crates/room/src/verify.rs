//! From a message to a [`Verdict`]: the ten steps of mimi-mls.md 3.5.3, for every format.
//!
//! Step 0 was taken when the leaf entered its snapshot. Here come 1 and 2 for the message, 3 to 7 and the subject check of 8 for
//! each presentation, the room's policy for all of them together, and status last; [`verify_all`] does it for many messages.

mod bound;
mod carriage;
mod conclude;
mod content;
mod freshness;
mod item;
mod ladder;
mod message;
mod offer;
mod status;

use mimicred_mls::DisclosureBundle;
use mimicred_sd_cwt::DisclosureKey;

use crate::credential::{Anchored, StatusLists};
use crate::replay::ReplayStore;
use crate::snapshot::{Asked, Challenge, EpochSnapshot, Snapshots};
use crate::trust::TrustStore;
use crate::verdict::Verdict;
use crate::{Error, parallel};

use message::{Common, Message, Scene, climb_together, sender};

/// A message that the MLS library has authenticated, and when it came.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// The index of the leaf that sent it.
    pub sender: u32,
    /// Its epoch.
    pub epoch: u64,
    /// The verifier's clock, when the message arrived.
    pub received_at: i64,
    /// The hub's timestamp, if there is one. It can only tighten.
    pub accepted_at: Option<i64>,
    /// The request that it answers, where the room demands that.
    pub challenge: Option<Challenge<'a>>,
}

/// What a message reveals, by its media type.
#[derive(Clone, Copy, Debug)]
pub enum Reveal<'a> {
    /// The application data of the message, as the group gave them out: whatever its carriage, in a room that lists media types. The
    /// verdict on a message that reveals nothing at all is `format_not_accepted`;
    /// [`Carried::decode`](mimicred_mls::carriage::Carried::decode) tells those apart before.
    ApplicationData(&'a [u8]),
    /// `application/mimi-disclosure-bundle`.
    Bundle(&'a [u8]),
    /// `application/mimi-disclosure-sealed`, sealed to us among others: what came of opening it with our leaf's own key.
    Sealed(Result<&'a DisclosureBundle, &'a mimicred_mls::Error>),
    /// `application/mimi-content`; the items of the verdict have the numbers of its parts, counted depth first.
    MimiContent(&'a [u8]),
    /// A CredentialPresentation outside a bundle, as it may lie in a file.
    CredentialPresentation(&'a [u8]),
    /// `application/mls-credential`: a bare Credential.
    Credential(&'a [u8]),
    /// `application/sd-jwt`: a bare SD-JWT+KB.
    SdJwt(&'a str),
    /// `application/kb+cwt`: a bare SD-KBT.
    SdKbt(&'a [u8]),
}

/// Local settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long a message may have waited for us, in seconds.
    pub max_queue: u32,
    /// What becomes of credentials whose own key vouches for the sender's.
    pub vouched_keys: VouchedKeys,
}

/// What becomes of a `multi` or `weak-multi` credential in a CredentialPresentation (mimi-mls.md 6 row 4): each of its credentials is for
/// a key of its own, which has signed that it knows the leaf key. That is less than to be for the leaf key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VouchedKeys {
    /// `format_not_accepted`.
    #[default]
    Refused,
    /// Each of its credentials is judged, and shown as `vouched` at best: it meets no required rule and is never `ok`.
    Shown,
}

impl Default for Settings {
    /// Seven days, and nothing that is only vouched for.
    fn default() -> Self {
        Self { max_queue: 7 * 86_400, vouched_keys: VouchedKeys::default() }
    }
}

/// Everything that the verifier brings.
pub struct Verifier<'v> {
    /// Whom it trusts.
    pub trust: &'v TrustStore,
    /// What it has seen.
    pub replay: &'v mut dyn ReplayStore,
    /// The status lists and revocation lists that it holds.
    pub status: &'v dyn StatusLists,
    /// Its keys for encrypted disclosures of SD-CWTs. What none of them serves stays closed and is no fault.
    pub disclosure_keys: &'v [DisclosureKey],
    /// Its settings.
    pub settings: Settings,
}

impl<'v> Verifier<'v> {
    fn common<'c>(&self, anchored: &'c Anchored) -> Common<'c>
    where
        'v: 'c,
    {
        Common { trust: self.trust, anchored, disclosure_keys: self.disclosure_keys, settings: self.settings }
    }
}

/// Verifies what a member revealed.
///
/// # Errors
/// `room/replay-store` when the replay store fails: then nothing may be concluded.
pub fn verify(
    snapshots: &Snapshots,
    arrival: &Arrival<'_>,
    reveal: Reveal<'_>,
    verifier: &mut Verifier<'_>,
) -> Result<Verdict, Error> {
    let anchored = Anchored::in_store(verifier.trust);
    let mut message = Message::read(snapshots, arrival, reveal, verifier.common(&anchored));
    message.climb(Vec::new())?;
    let seen = verifier.replay.record_all(&message.to_be_filed())?;
    message.filed(&mut seen.into_iter());
    Ok(message.conclude(verifier.status))
}

/// Verifies what many members of a room revealed: on all cores, signatures of Ed25519 together, and what they have in common once. The
/// verdicts are those of [`verify`] on one message after the other.
///
/// ```
/// # use mimicred_keys::SystemRandom;
/// use mimicred_room::{Arrival, MemoryReplayStore, NoStatusLists, ReplayKey, Reveal, Settings, Snapshots, TrustStore};
/// use mimicred_room::{VerdictCode, Verifier, verify_all};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (trust, snapshots) = (TrustStore::new(), Snapshots::new(5));
/// # let mut replay = MemoryReplayStore::new(ReplayKey::generate(&mut SystemRandom)?);
/// # let mut verifier = Verifier {
/// #     trust: &trust, replay: &mut replay, status: &NoStatusLists, disclosure_keys: &[], settings: Settings::default(),
/// # };
/// // What came while we were away: sender, epoch and time of each, and the application data.
/// let arrived: [(u32, u64, i64, &[u8]); 2] = [(1, 7, 1_790_000_000, b"..."), (2, 7, 1_790_000_060, b"...")];
/// let messages = arrived.map(|(sender, epoch, received_at, octets)| {
///     let arrival = Arrival { sender, epoch, received_at, accepted_at: None, challenge: None };
///     (arrival, Reveal::ApplicationData(octets))
/// });
/// let verdicts = verify_all(&snapshots, &messages, &mut verifier)?;
/// // No snapshot of their epoch is kept.
/// assert!(verdicts.iter().all(|verdict| verdict.code == VerdictCode::Stale));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As [`verify`]: without the replay store nothing may be concluded about any of them.
pub fn verify_all(
    snapshots: &Snapshots,
    messages: &[(Arrival<'_>, Reveal<'_>)],
    verifier: &mut Verifier<'_>,
) -> Result<Vec<Verdict>, Error> {
    let anchored = Anchored::in_store(verifier.trust);
    let common = verifier.common(&anchored);
    let cores = parallel::cores();
    let together = (messages.len() / cores).clamp(LEAST_TOGETHER, MOST_TOGETHER);
    let mut verdicts = Vec::with_capacity(messages.len());
    for messages in messages.chunks(together.saturating_mul(cores).saturating_mul(ROUNDS)) {
        let (replay, status) = (&mut *verifier.replay, verifier.status);
        let climb = |messages| climb_together(snapshots, messages, common);
        let file = |climbed: &mut [&mut Result<Message<'_>, Error>]| file(climbed, replay);
        let conclude = |climbed: Result<Message<'_>, Error>| climbed.map(|message| message.conclude(status));
        let judged = parallel::around(cores, messages, together, climb, file, conclude)?;
        verdicts.extend(judged.into_iter().collect::<Result<Vec<_>, Error>>()?);
    }
    Ok(verdicts)
}

/// Asks the replay store about all of them at once; not if one could not be read, because then there is no verdict on any.
fn file(climbed: &mut [&mut Result<Message<'_>, Error>], replay: &mut dyn ReplayStore) -> Result<(), Error> {
    if climbed.iter().any(|climbed| climbed.is_err()) {
        return Ok(());
    }
    let mut messages: Vec<&mut Message<'_>> = climbed.iter_mut().filter_map(|climbed| climbed.as_mut().ok()).collect();
    let to_be_filed: Vec<_> = messages.iter().flat_map(|message| message.to_be_filed()).collect();
    let mut seen = replay.record_all(&to_be_filed)?.into_iter();
    messages.iter_mut().for_each(|message| message.filed(&mut seen));
    Ok(())
}

/// How many messages' signatures are checked by one equation: with fewer each costs more, with more hardly less. In between, each core
/// gets as many.
const LEAST_TOGETHER: usize = 64;
const MOST_TOGETHER: usize = 512;

/// How many equations each core makes before what was opened is judged. What the messages say is in memory until then, as they are
/// themselves; on the other hand threads that have just been started may wait for a core for some milliseconds.
const ROUNDS: usize = 16;

/// The verdict on a member who has revealed nothing so far.
///
/// # Errors
/// `room/snapshot-refused` when the snapshot has no such leaf.
pub fn without_reveal(snapshot: &EpochSnapshot, leaf: u32, now: i64, asked: Asked) -> Result<Verdict, Error> {
    let seen = snapshot.leaf(leaf).ok_or_else(|| Error::new(crate::Code::SnapshotRefused).note("nobody sits at this leaf"))?;
    let arrival = Arrival { sender: leaf, epoch: snapshot.epoch(), received_at: now, accepted_at: None, challenge: None };
    let (nobody, settings) = (TrustStore::new(), Settings::default());
    let common = Common { trust: &nobody, anchored: &Anchored::in_store(&nobody), disclosure_keys: &[], settings };
    let scene = Scene { snapshot, leaf: Some(seen), is_current: true, arrival: &arrival, common };
    let mut checks = Vec::new();
    if let Err(refusal) = sender(&scene, &mut checks) {
        checks.push(refusal);
        return Ok(conclude::refused(Some(snapshot), Some(seen), &arrival, checks));
    }
    Ok(conclude::absent(&scene, checks, asked))
}

#[cfg(test)]
mod tests;
