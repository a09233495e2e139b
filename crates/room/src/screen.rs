//! A first look at many leaves, before any signature: what already speaks against them.

use mimicred_keys::PublicKey;
use mimicred_mls::{Credential, LeafView};
use mimicred_x509::Seen;

use crate::credential::{Fault, screen_sd_cwt, screen_sd_jwt, screen_x509};
use crate::{VerdictCode, parallel};

/// What speaks against a leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// The leaf index.
    pub leaf: u32,
    /// The kind of objection.
    pub code: VerdictCode,
    /// What was found.
    pub note: String,
}

/// Looks at the credentials of leaves by themselves: whether each can be read, is for the key of its leaf, and keeps to the profile of
/// a pseudonym (mimi-mls.md 1.2 and 4.5; a token marked as one, that discloses nothing). For a hub, or a client that has just received
/// a tree, this costs a small part of importing it.
///
/// Nothing is verified: a leaf without an objection is not trusted by that. [`EpochSnapshot::enter`](crate::EpochSnapshot::enter) is
/// what verifies. In rooms with members under real names this does not apply to them.
///
/// ```
/// use mimicred_keys::{Algorithm, SecretKey, SystemRandom};
/// use mimicred_mls::{Credential, LeafView};
/// use mimicred_room::{VerdictCode, screen};
///
/// let key = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?.public().clone();
/// let leaf = LeafView::new(3, key, Credential::Basic(b"alice".to_vec()));
/// let objections = screen(&[leaf]);
/// assert_eq!((objections[0].leaf, objections[0].code), (3, VerdictCode::FormatNotAccepted));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn screen(leaves: &[LeafView]) -> Vec<Objection> {
    let seen = Seen::new();
    let objection = |leaf: &LeafView| {
        let fault = look_at(&leaf.credential, &leaf.signature_key, &seen).err()?;
        let note = fault.note.unwrap_or_else(|| fault.code.sentence().to_owned());
        Some(Objection { leaf: leaf.index, code: fault.code, note })
    };
    parallel::map(leaves, objection).into_iter().flatten().collect()
}

fn look_at(credential: &Credential, key: &PublicKey, seen: &Seen) -> Result<(), Fault> {
    match credential {
        Credential::X509(chain) => screen_x509(chain, key, seen),
        Credential::SdCwt(token) => screen_sd_cwt(token, key),
        Credential::SdJwt(token) => screen_sd_jwt(token.as_str(), key),
        _ => Err(Fault::noted(0, VerdictCode::FormatNotAccepted, "no credential of a format that is verified")),
    }
}

#[cfg(test)]
mod tests;
