//! X.509 chains.

use mimicred_claims::Date;
use mimicred_keys::{Algorithm, PublicKey};
use mimicred_uri::{MimiUri, UriKind};
use mimicred_x509::{Anchor, Certificate, Code, Error, Expectations, IdentityMark, PolicyOids, Profile, Seen, UnverifiedChain};

use super::{Fault, Opened, OpenedBy};
use crate::VerdictCode;
use crate::evaluate::MemberKind;
use crate::evidence::Evidence;
use crate::policy::{AnchorType, DisclosureFormat, RoomDisclosurePolicy};
use crate::trust::TrustStore;

/// The CAs of a store, and what was seen below them: made once for all chains that are verified together.
pub(crate) struct Anchored {
    anchors: Vec<Anchor>,
    seen: Seen,
}

impl Anchored {
    pub(crate) fn in_store(store: &TrustStore) -> Self {
        Self { anchors: store.anchors(), seen: Seen::new() }
    }
}

/// Verifies a chain at a moment, against every CA of the store: whether the CA may speak for the host is decided later. It is likely, but
/// not known, to be for the key of a leaf.
pub(crate) fn open(
    chain: &[Vec<u8>],
    anchored: &Anchored,
    likely: Option<&PublicKey>,
    at: i64,
    algorithm: Option<Algorithm>,
) -> Result<Opened, Fault> {
    let Anchored { anchors, seen } = anchored;
    let chain = seen.parse_expecting(chain, likely).map_err(|e| fault(&e))?;
    if algorithm.is_some_and(|demanded| chain.subject_key().algorithm() != demanded) {
        return Err(Fault::noted(3, VerdictCode::AlgNotAllowed, "the certificate's key is not of the group's suite"));
    }
    let expectations = Expectations { anchors, at, profile: Profile::Any };
    let verified = chain.verify_among(&expectations, seen).map_err(|e| fault(&e))?;
    let kind = match verified.identity_mark(&PolicyOids::default()) {
        IdentityMark::Pseudonym => MemberKind::Pseudonym,
        IdentityMark::Real => MemberKind::Real,
        IdentityMark::Unmarked => MemberKind::Unspecified,
    };
    let user = verified.user_uri().cloned();
    Ok(Opened {
        evidence: Evidence::of_certificate(verified.attributes().to_vec(), user.clone()),
        signer: OpenedBy::Path(verified.path().to_vec()),
        holder: verified.subject_key().clone(),
        bound: None,
        at,
        // notAfter is included, `exp` is not.
        expires: Some(Date::from(verified.not_after().saturating_add(1))),
        token_hash: verified.tbs_sha256(),
        status: None,
        pending: 0,
        client: verified.client_uri().cloned(),
        user,
        kind,
    })
}

/// Whether a chain is that of a pseudonym, for this key, by its looks alone: nothing is verified.
pub(crate) fn screen(chain: &[Vec<u8>], key: &PublicKey, seen: &Seen) -> Result<(), Fault> {
    let chain = seen.parse_expecting(chain, Some(key)).map_err(|e| fault(&e))?;
    if chain.subject_key() != key {
        return Err(Fault::new(5, VerdictCode::KeyMismatch));
    }
    chain.check_profile(Profile::Pseudonym).map_err(|e| Fault::of(8, VerdictCode::PseudonymRequired, &e))
}

/// Whether a chain that leads to no CA of the store leads to one that the room names for this host: the policy gives the CA's
/// certificate, or the hash of one that came with the chain.
pub(crate) fn room_anchored(chain: &[Vec<u8>], policy: &RoomDisclosurePolicy, host: Option<&str>, at: i64) -> RoomAnchored {
    let Ok(unverified) = UnverifiedChain::parse(chain.to_vec()) else {
        return RoomAnchored::Nowhere;
    };
    let mut found = RoomAnchored::Nowhere;
    for entry in &policy.trusted_issuers {
        let given = entry.anchors.iter().filter(|anchor| anchor.anchor_type == AnchorType::CertificateDer);
        let given = given.filter_map(|anchor| Certificate::from_der(&anchor.anchor_value).ok());
        let sent =
            unverified.certificates().iter().skip(1).filter(|ca| entry.anchors.iter().any(|anchor| anchor.names_certificate(ca)));
        for ca in given.chain(sent.cloned()) {
            let Ok(anchor) = Anchor::from_certificate(&ca) else { continue };
            if unverified.verify(&Expectations { anchors: &[anchor], at, profile: Profile::Any }).is_err() {
                continue;
            }
            let for_host = host.is_none_or(|host| entry.subject_domains.iter().any(|domain| domain == host));
            if for_host && entry.formats.contains(&DisclosureFormat::MlsCredential) {
                return RoomAnchored::Here;
            }
            found = RoomAnchored::Elsewhere;
        }
    }
    found
}

/// What the room says of a chain that the store does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RoomAnchored {
    /// It names the CA for this host and format.
    Here,
    /// It names the CA for another host or format.
    Elsewhere,
    /// It does not name it.
    Nowhere,
}

/// A pseudonym by its mark or by its URI; a `/u/` proves nothing.
pub(super) fn kind_of(user: Option<&MimiUri>, marked: bool) -> MemberKind {
    if marked || user.is_some_and(|user| user.kind() == UriKind::Pseudonym) {
        MemberKind::Pseudonym
    } else {
        MemberKind::Unspecified
    }
}

fn fault(error: &Error) -> Fault {
    let (step, code) = match error.code() {
        Code::AlgUnsupported => (3, VerdictCode::AlgNotAllowed),
        Code::IssuerUntrusted => (4, VerdictCode::IssuerUntrusted),
        Code::SignatureInvalid => (4, VerdictCode::IssuerSignatureInvalid),
        Code::Expired => (4, VerdictCode::Expired),
        Code::NotYetValid => (4, VerdictCode::NotYetValid),
        _ => (3, VerdictCode::Malformed),
    };
    Fault::of(step, code, error)
}
