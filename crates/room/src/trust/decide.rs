//! Room and store together: the table of mimi-mls.md 3.4.3.

use mimicred_keys::PublicKey;
use mimicred_x509::Certificate;

use super::{TrustEntry, TrustStore};
use crate::VerdictCode;
use crate::policy::{DisclosureFormat, RoomDisclosurePolicy, TrustedIssuer};

/// Who signed, after the signature was verified with what the store holds.
#[derive(Clone, Copy, Debug)]
pub enum Signer<'a> {
    /// The issuer of a token.
    Token {
        /// Its `iss`.
        issuer: &'a str,
        /// The key that verified.
        key: &'a PublicKey,
    },
    /// The path of a certificate, the end entity's first.
    Path(&'a [Certificate]),
}

/// What room and store come to for one signer, host and format.
#[derive(Clone, Debug)]
pub struct Decision<'a> {
    /// `Ok` when both agree; `issuer_local_only` when the store alone knows the issuer and the room lets that be shown; otherwise
    /// a refusal.
    pub code: VerdictCode,
    /// The room's entries that fit.
    pub room: Vec<&'a TrustedIssuer>,
    /// The store's entries that fit.
    pub local: Vec<&'a TrustEntry>,
}

impl Decision<'_> {
    /// Whether one of the room's entries lets the issuer vouch for the claim with this label.
    pub fn vouches_for(&self, claim_name: &str) -> bool {
        self.room.iter().any(|entry| entry.vouches_for(claim_name))
    }
}

/// Decides about a signer whose signature holds. `host` is that of the sender's verified leaf; without one every host fits, and
/// without a policy every issuer fits the room: both only where the caller has waived the check.
///
/// ```
/// use mimicred_keys::{Algorithm, SecretKey, SystemRandom};
/// use mimicred_room::{Signer, TrustEntry, TrustStore, VerdictCode, decide, policy::DisclosureFormat};
///
/// let key = SecretKey::generate(Algorithm::P256, &mut SystemRandom)?;
/// let mut store = TrustStore::new();
/// store.add(TrustEntry::of_key("https://id.a.example", key.public().clone(), &["a.example"])?);
/// let signer = Signer::Token { issuer: "https://id.a.example", key: key.public() };
/// let decision = decide(None, &store, Some("b.example"), DisclosureFormat::SdKbt, signer);
/// assert_eq!(decision.code, VerdictCode::IssuerNotForDomain);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn decide<'a>(
    policy: Option<&'a RoomDisclosurePolicy>,
    store: &'a TrustStore,
    host: Option<&str>,
    format: DisclosureFormat,
    signer: Signer<'_>,
) -> Decision<'a> {
    let named: Vec<&TrustedIssuer> =
        policy.iter().flat_map(|policy| &policy.trusted_issuers).filter(|entry| names(entry, signer)).collect();
    let known: Vec<&TrustEntry> = store.entries().iter().filter(|entry| knows(entry, signer)).collect();
    let (mut room, mut local): (Vec<_>, Vec<_>) = (
        named.iter().copied().filter(|entry| fits(entry, host, format)).collect(),
        known.iter().copied().filter(|entry| entry.speaks_for(host)).collect(),
    );
    if let Signer::Path(path) = signer {
        // The anchor of the room must itself be in the store, or a CA above it.
        room.retain(|entry| local.iter().any(|known| stands_above(path, entry, known)) || local.is_empty());
        if !room.is_empty() {
            local.retain(|known| room.iter().any(|entry| stands_above(path, entry, known)));
        }
    }
    let for_another = !named.is_empty() || !known.is_empty();
    let code = combine(policy, !room.is_empty(), !local.is_empty(), for_another);
    Decision { code, room, local }
}

/// Decides by the name of a token's issuer, for a token that fails before it is known which key signed it. `Ok` and
/// `issuer_local_only` say that, as far as the name goes, room and store would let it pass.
pub fn decide_by_name(
    policy: Option<&RoomDisclosurePolicy>,
    store: &TrustStore,
    host: Option<&str>,
    format: DisclosureFormat,
    issuer: &str,
) -> VerdictCode {
    let in_store: Vec<_> = store.named(issuer).collect();
    let keys: Vec<PublicKey> = in_store.iter().filter_map(|entry| entry.key()).collect();
    let named = |entry: &&TrustedIssuer| match entry.issuer.as_str() {
        // Any name under the anchors: then the keys that the store has for this name tell.
        "" => entry.anchors.iter().any(|anchor| keys.iter().any(|key| anchor.names_key(key))),
        name => name == issuer,
    };
    let in_room: Vec<_> = policy.iter().flat_map(|policy| &policy.trusted_issuers).filter(named).collect();
    let room = in_room.iter().any(|entry| fits(entry, host, format));
    let local = in_store.iter().any(|entry| entry.speaks_for(host));
    combine(policy, room, local, !in_room.is_empty() || !in_store.is_empty())
}

fn combine(policy: Option<&RoomDisclosurePolicy>, room: bool, local: bool, for_another: bool) -> VerdictCode {
    match (policy, room, local) {
        (None, _, true) | (Some(_), true, true) => VerdictCode::Ok,
        (Some(_), true, false) => VerdictCode::IssuerRoomOnly,
        (Some(policy), false, true) if policy.allow_local_trust => VerdictCode::IssuerLocalOnly,
        (Some(_), false, true) => VerdictCode::IssuerUntrusted,
        (_, _, false) if for_another => VerdictCode::IssuerNotForDomain,
        (_, _, false) => VerdictCode::IssuerUntrusted,
    }
}

fn fits(entry: &TrustedIssuer, host: Option<&str>, format: DisclosureFormat) -> bool {
    entry.formats.contains(&format) && host.is_none_or(|host| entry.subject_domains.iter().any(|domain| domain == host))
}

/// Whether the room's entry is about this signer, whatever hosts and formats it is for.
fn names(entry: &TrustedIssuer, signer: Signer<'_>) -> bool {
    match signer {
        Signer::Token { issuer, key } => {
            (entry.issuer.is_empty() || entry.issuer == issuer) && entry.anchors.iter().any(|anchor| anchor.names_key(key))
        }
        Signer::Path(path) => issuers(path).any(|ca| entry.anchors.iter().any(|anchor| anchor.names_certificate(ca))),
    }
}

/// Whether the store's entry is about this signer, whatever hosts it is for.
fn knows(entry: &TrustEntry, signer: Signer<'_>) -> bool {
    match signer {
        Signer::Token { issuer, key } => !entry.issuer.is_empty() && entry.issuer == issuer && entry.key().as_ref() == Some(key),
        Signer::Path(path) => entry.place_in(path).is_some(),
    }
}

fn issuers(path: &[Certificate]) -> impl Iterator<Item = &Certificate> {
    path.iter().skip(1)
}

/// Whether the store's CA is the room's anchor or stands above it on the path.
fn stands_above(path: &[Certificate], entry: &TrustedIssuer, known: &TrustEntry) -> bool {
    let anchor = issuers(path).position(|ca| entry.anchors.iter().any(|anchor| anchor.names_certificate(ca)));
    let authority = known.place_in(path).map(|place| place - 1);
    matches!((anchor, authority), (Some(anchor), Some(authority)) if authority >= anchor)
}
