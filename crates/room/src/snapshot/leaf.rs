//! Step 0 of mimi-mls.md 3.5.3: the sender's own credential, verified once when its leaf enters a snapshot.

use std::collections::HashMap;

use mimicred_keys::PublicKey;
use mimicred_mls::component::{IdentityKind, Participant};
use mimicred_mls::{Credential, LeafView};
use mimicred_uri::{Host, MimiUri};

use crate::VerdictCode;
use crate::credential::{Anchored, Fault, Known, Opened, Signatures, open_sd_cwt, open_sd_jwt, open_x509, settled};
use crate::evaluate::{Member, MemberKind, PolicyState};
use crate::policy::LEAF;
use crate::trust::{Identities, TrustStore, decide};

/// Seconds by which the clock of whoever bound a leaf's token may be ahead of ours.
const LEAF_SKEW: i64 = 60;

/// A leaf of a snapshot.
#[derive(Debug)]
pub struct SnapshotLeaf {
    index: u32,
    key: PublicKey,
    credential: Credential,
    recipient_key: Option<Vec<u8>>,
    standing: LeafStanding,
    joined_at: i64,
    older_than_me: bool,
}

/// Whether a leaf's credential holds.
#[derive(Debug)]
pub enum LeafStanding {
    /// It does: the leaf has a host, and maybe a role.
    Verified(Box<Member>),
    /// It does not: the leaf has neither, and nothing it reveals counts.
    Unverified {
        /// Why, by the code that a presentation would have got.
        code: VerdictCode,
        /// What was found.
        note: String,
    },
}

/// What the leaves of an epoch are judged by; what they have in common is got ready once.
pub(super) struct Room<'r> {
    trust: &'r TrustStore,
    anchored: Anchored,
    policy: &'r PolicyState,
    room_uri: Option<&'r MimiUri>,
    roles: HashMap<&'r MimiUri, u32>,
}

impl<'r> Room<'r> {
    pub(super) fn new(
        trust: &'r TrustStore,
        policy: &'r PolicyState,
        room_uri: Option<&'r MimiUri>,
        participants: &'r [Participant],
    ) -> Self {
        let mut roles = HashMap::with_capacity(participants.len());
        for participant in participants {
            // Of two entries for one user the first counts.
            roles.entry(&participant.user).or_insert(participant.role_index);
        }
        Self { trust, anchored: Anchored::in_store(trust), policy, room_uri, roles }
    }
}

impl SnapshotLeaf {
    pub(super) fn verify(seen: &LeafView, joined_at: i64, older_than_me: bool, room: &Room<'_>) -> Self {
        let standing = match member(seen, joined_at, room) {
            Ok(member) => LeafStanding::Verified(Box::new(member)),
            Err(fault) => LeafStanding::Unverified {
                code: fault.code,
                note: fault.note.unwrap_or_else(|| fault.code.sentence().to_owned()),
            },
        };
        let (key, credential) = (seen.signature_key.clone(), seen.credential.clone());
        let recipient_key = seen.recipient_key.clone();
        Self { index: seen.index, key, credential, recipient_key, standing, joined_at, older_than_me }
    }

    /// A leaf that wants to come into a room with this policy, before it is there: what the hub looks at, which lets nobody in by a name
    /// that she only claims.
    pub fn before_entry(seen: &LeafView, (room_uri, policy): (&MimiUri, Option<&[u8]>), trust: &TrustStore, now: i64) -> Self {
        let policy = PolicyState::of_component(policy);
        Self::verify(seen, now, false, &Room::new(trust, &policy, Some(room_uri), &[]))
    }

    /// The leaf index.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// The signature key.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The credential, as the leaf has it.
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// Whether the credential holds.
    pub fn standing(&self) -> &LeafStanding {
        &self.standing
    }

    /// The member, if the credential holds.
    pub fn member(&self) -> Option<&Member> {
        match &self.standing {
            LeafStanding::Verified(member) => Some(member),
            LeafStanding::Unverified { .. } => None,
        }
    }

    /// Since when we see it with this key and credential.
    pub fn joined_at(&self) -> i64 {
        self.joined_at
    }

    /// Whether it was there when we came.
    pub fn is_older_than_me(&self) -> bool {
        self.older_than_me
    }

    /// Whether it has stayed. A member who was removed and added again by one commit has another recipient key, as every newcomer.
    pub(super) fn is_same(&self, seen: &LeafView) -> bool {
        self.key == seen.signature_key && self.credential == seen.credential && self.recipient_key == seen.recipient_key
    }
}

/// The key that a credential is bound to, for a leaf that is given as a credential alone.
pub(super) fn bound_key(credential: &Credential, at: i64, room: &Room<'_>) -> Result<PublicKey, Fault> {
    open(credential, None, at, room).map(|opened| opened.holder)
}

fn open(credential: &Credential, key: Option<&PublicKey>, at: i64, room: &Room<'_>) -> Result<Opened, Fault> {
    let unaccepted = |note: &str| Err(Fault::noted(0, VerdictCode::FormatNotAccepted, note));
    let audience = room.room_uri.map(MimiUri::as_str);
    match credential {
        Credential::X509(chain) => open_x509(chain, &room.anchored, key, at, None),
        Credential::SdJwt(token) => settled(open_sd_jwt(token.as_str(), room.trust, audience, None, Signatures::Now)),
        Credential::SdCwt(token) => {
            // What not everybody can read is nothing that a leaf says.
            let known = Known { leaf: key, disclosures: &[] };
            settled(open_sd_cwt(token, room.trust, audience, None, known, Signatures::Now))
        }
        Credential::Basic(_) => unaccepted("a basic credential proves nothing"),
        other => {
            let number = other.credential_type();
            let name = other.type_name().map_or_else(|| format!("0x{number:04x}"), str::to_owned);
            unaccepted(&format!("credential type {name} is not verified"))
        }
    }
}

/// Who the member is, or why that is not known.
fn member(seen: &LeafView, at: i64, room: &Room<'_>) -> Result<Member, Fault> {
    let key = &seen.signature_key;
    let opened = open(&seen.credential, Some(key), at, room)?;
    if opened.holder != *key {
        return Err(Fault::noted(0, VerdictCode::KeyMismatch, "the credential is for another key"));
    }
    if opened.is_over(at) {
        return Err(Fault::noted(0, VerdictCode::Expired, "the credential had expired when the leaf came"));
    }
    if opened.bound.is_some() && opened.at > at.saturating_add(LEAF_SKEW) {
        return Err(Fault::noted(0, VerdictCode::NotYetValid, "the credential was bound after the leaf came"));
    }
    let user =
        opened.user.clone().ok_or_else(|| Fault::noted(0, VerdictCode::SubjectMismatch, "the credential names no user"))?;
    check_binding(&opened, &user, room)?;
    let format = opened.evidence.format();
    let decision = decide(room.policy.known(), room.trust, Some(user.host()), format, opened.signer.signer());
    // Where the caller waived the policy there is none to restrict.
    let in_room = room.policy.known().is_none() || decision.vouches_for(LEAF);
    if decision.code != VerdictCode::Ok || !in_room {
        let code = if decision.code == VerdictCode::Ok { VerdictCode::IssuerUntrusted } else { decision.code };
        return Err(Fault::noted(0, code, format!("the issuer of the credential: {}", code.sentence())));
    }
    // What she says of herself is a hint, and an error where her issuer says the opposite (mimi-mls.md 3.3).
    if let (MemberKind::Pseudonym, Some(IdentityKind::Real)) | (MemberKind::Real, Some(IdentityKind::Pseudonym)) =
        (opened.kind, seen.identity_kind)
    {
        return Err(Fault::noted(0, VerdictCode::LeafUnverified, "identity_kind in the leaf contradicts the issuer"));
    }
    let certified_real = decision.local.iter().any(|entry| entry.identities == Identities::Real);
    let kind = match opened.kind {
        MemberKind::Unspecified if certified_real => MemberKind::Real,
        kind => kind,
    };
    let role = room.roles.get(&user).copied();
    Ok(Member { user, client: opened.client, kind, role, evidence: opened.evidence })
}

/// A token in a leaf is bound to the issuing provider when its KeyPackage was made beforehand, or to the room (mimi-mls.md 6 row 8).
fn check_binding(opened: &Opened, user: &MimiUri, room: &Room<'_>) -> Result<(), Fault> {
    let Some(bound) = &opened.bound else { return Ok(()) };
    let provider = Host::parse(user.host()).map(|host| MimiUri::provider(&host));
    let for_provider = provider.is_ok_and(|provider| bound.audience == provider.as_str());
    let for_room = room.room_uri.is_none_or(|room| bound.audience == room.as_str());
    if for_provider || for_room {
        return Ok(());
    }
    Err(Fault::noted(0, VerdictCode::AudienceMismatch, "the credential is bound neither to its provider nor to this room"))
}
