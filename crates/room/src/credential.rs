//! Credentials of all three formats, verified by the crates of their formats and brought into one shape.
//!
//! Audience and nonce of a token are handed on as they were bound, not compared here: the steps of mimi-mls.md 3.5.3 want them
//! compared after the key, and a leaf credential has no nonce at all.

mod crl;
mod sd_cwt;
mod sd_jwt;
mod status;
mod x509;

pub use crl::{CertificateStatus, HeldCrls, HeldStatus};
pub(crate) use sd_cwt::{Known, open as open_sd_cwt, screen as screen_sd_cwt, thumbprint as sd_cwt_thumbprint};
pub(crate) use sd_jwt::{open as open_sd_jwt, screen as screen_sd_jwt, thumbprint as sd_jwt_thumbprint};
pub use status::{NoStatusLists, Status, StatusLists, StatusReference};
pub(crate) use x509::{Anchored, RoomAnchored, open as open_x509, room_anchored, screen as screen_x509};

use mimicred_claims::{Clock, Date};
use mimicred_error::Report;
use mimicred_keys::{PublicKey, Unsettled};
use mimicred_uri::MimiUri;
use mimicred_x509::Certificate;

use crate::VerdictCode;
use crate::evaluate::MemberKind;
use crate::evidence::Evidence;
use crate::trust::Signer;

/// A credential whose signatures hold.
pub(crate) struct Opened {
    pub(crate) evidence: Evidence,
    pub(crate) signer: OpenedBy,
    /// The key that it is bound to.
    pub(crate) holder: PublicKey,
    /// What the holder bound a token to; a certificate is bound by a CredentialPresentation around it.
    pub(crate) bound: Option<Bound>,
    /// When it was bound, or for which moment a certificate was checked.
    pub(crate) at: i64,
    pub(crate) expires: Option<Date>,
    pub(crate) token_hash: [u8; 32],
    pub(crate) status: Option<StatusReference>,
    pub(crate) user: Option<MimiUri>,
    pub(crate) client: Option<MimiUri>,
    /// What the credential itself says that its subject is.
    pub(crate) kind: MemberKind,
    /// Encrypted disclosures that stayed closed.
    pub(crate) pending: usize,
}

/// When the two signatures of a token are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signatures {
    /// At once.
    Now,
    /// With those of others, if they are of Ed25519.
    Later,
}

/// What was opened with its signatures checked at once.
pub(crate) fn settled(opened: Result<Unsettled<Opened>, Fault>) -> Result<Opened, Fault> {
    opened?.settle().ok_or_else(|| Fault::new(6, VerdictCode::BindingInvalid))
}

/// What a holder binds a token to.
pub(crate) struct Bound {
    pub(crate) audience: String,
    pub(crate) nonce: BoundNonce,
    pub(crate) expires: Option<Date>,
}

/// A nonce as each format writes it.
pub(crate) enum BoundNonce {
    Text(String),
    Octets(Option<Vec<u8>>),
}

/// The issuer, by what verified.
pub(crate) enum OpenedBy {
    Token { issuer: String, key: PublicKey },
    Path(Vec<Certificate>),
}

impl OpenedBy {
    pub(crate) fn signer(&self) -> Signer<'_> {
        match self {
            OpenedBy::Token { issuer, key } => Signer::Token { issuer, key },
            OpenedBy::Path(path) => Signer::Path(path),
        }
    }
}

impl Opened {
    /// Whether the issuer's part is over at this moment.
    pub(crate) fn is_over(&self, at: i64) -> bool {
        self.expires.is_some_and(|expires| Clock { now: at, leeway: 0 }.is_expired(expires))
    }
}

impl BoundNonce {
    pub(crate) fn is(&self, nonce: &[u8]) -> bool {
        match self {
            BoundNonce::Text(text) => *text == mimicred_jose::base64url::encode(nonce),
            BoundNonce::Octets(octets) => octets.as_deref() == Some(nonce),
        }
    }

    /// The octets as they are covered by the replay store.
    pub(crate) fn octets(&self) -> &[u8] {
        match self {
            BoundNonce::Text(text) => text.as_bytes(),
            BoundNonce::Octets(octets) => octets.as_deref().unwrap_or_default(),
        }
    }
}

/// Why a credential does not hold: the step of mimi-mls.md 3.5.3, its code, and what the format's own crate said.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) step: u8,
    pub(crate) code: VerdictCode,
    pub(crate) note: Option<String>,
    /// The `iss` that the token claims, as far as it could be read.
    pub(crate) issuer: Option<String>,
    /// Set when the issuer's signature holds and the holder's does not: the thumbprint of the key that it should be made with.
    pub(crate) bound_to: Option<String>,
}

impl Fault {
    pub(crate) fn new(step: u8, code: VerdictCode) -> Self {
        Self { step, code, note: None, issuer: None, bound_to: None }
    }

    pub(crate) fn noted(step: u8, code: VerdictCode, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..Self::new(step, code) }
    }

    /// With the words and the slug of the crate that found it.
    pub(crate) fn of(step: u8, code: VerdictCode, error: &(dyn Report + 'static)) -> Self {
        Self::noted(step, code, format!("{error} [{}]", error.slug()))
    }
}

/// What the URIs among some texts say: at most one user, at most one client.
pub(crate) fn user_and_client(identifiers: &[&str]) -> Result<(Option<MimiUri>, Option<MimiUri>), Fault> {
    let (mut user, mut client): (Option<MimiUri>, Option<MimiUri>) = (None, None);
    for uri in identifiers.iter().filter_map(|text| MimiUri::parse(text).ok()) {
        let place = if uri.names_user() { &mut user } else { &mut client };
        if place.as_ref().is_some_and(|before| *before != uri) {
            return Err(Fault::noted(8, VerdictCode::SubjectMismatch, "it names two users or two clients"));
        }
        *place = Some(uri);
    }
    Ok((user, client))
}

/// Whether a token, by what is in clear, is that of a pseudonym and shows nothing else; nothing is verified.
fn screen_token(identifiers: &[&str], marked: bool, disclosures: usize) -> Result<(), Fault> {
    let (user, _) = user_and_client(identifiers)?;
    if user.is_none() {
        return Err(Fault::noted(8, VerdictCode::SubjectMismatch, "the credential names no user"));
    }
    if x509::kind_of(user.as_ref(), marked) != MemberKind::Pseudonym {
        return Err(Fault::noted(
            8,
            VerdictCode::PseudonymRequired,
            "neither its type nor its user's URI says that it is a pseudonym",
        ));
    }
    if disclosures > 0 {
        return Err(Fault::noted(8, VerdictCode::PseudonymRequired, "it discloses something"));
    }
    Ok(())
}
