//! SD-CWT in its KBT.

use mimicred_claims::{Clock, Key, Limits, Value};
use mimicred_cose::cwt;
use mimicred_error::{At, Report};
use mimicred_keys::{Algorithm, PublicKey, Unsettled};
use mimicred_sd_cwt::{
    Code, DisclosureKey, Error, Expectations, KeyBinding, KnownKey, NamedKey, Nonce, TrustedIssuer, UnverifiedPresentation,
    VerifiedPresentation,
};

use super::sd_jwt::PSEUDONYM_TYPE;
use super::{Bound, BoundNonce, Fault, Opened, OpenedBy, Signatures, StatusReference, screen_token, user_and_client};
use crate::VerdictCode;
use crate::evidence::{Evidence, MIMI_USER};
use crate::trust::TrustStore;

/// Keys that are known beside those of issuers.
#[derive(Clone, Copy)]
pub(crate) struct Known<'k> {
    /// The key of the leaf that shows a token, where it is known: the token may name it by its thumbprint.
    pub(crate) leaf: Option<&'k PublicKey>,
    /// For encrypted disclosures.
    pub(crate) disclosures: &'k [DisclosureKey],
}

/// Verifies everything but audience, nonce and freshness, at the moment when the holder bound it; and the signatures now or later.
pub(crate) fn open(
    octets: &[u8],
    store: &TrustStore,
    audience: Option<&str>,
    algorithm: Option<Algorithm>,
    known: Known<'_>,
    signatures: Signatures,
) -> Result<Unsettled<Opened>, Fault> {
    let leaf: Vec<KnownKey> = known.leaf.into_iter().map(|key| KnownKey { key_id: None, key: key.clone() }).collect();
    let presentation = UnverifiedPresentation::parse(octets).map_err(|e| fault(&e, None))?;
    let presentation = presentation.with_known_keys(&leaf).with_disclosure_keys(known.disclosures);
    if algorithm.is_some() && presentation.key_binding_algorithm() != algorithm {
        return Err(Fault::noted(3, VerdictCode::AlgNotAllowed, "the key binding is not of the group's suite"));
    }
    // Unverified: the caller compares it once the signatures hold.
    let bound_to = presentation.audience().map(str::to_owned);
    let bound_to = bound_to.ok_or_else(|| Fault::noted(3, VerdictCode::Malformed, "the key binding has no audience"))?;
    // A KBT with cti instead of iat can be verified, but this profile wants iat (mimi-mls.md 6 row 21).
    let at = presentation.bound_at().ok_or_else(|| Fault::noted(3, VerdictCode::Malformed, "the key binding has no iat"))?;
    let issuer = presentation.issuer().unwrap_or_default();
    let issuers: Vec<TrustedIssuer> =
        store.named(issuer).filter_map(|entry| Some(TrustedIssuer { issuer: entry.issuer.clone(), key: entry.key()? })).collect();
    let expected = Expectations {
        issuers: &issuers,
        audience_of_token: audience,
        key_binding: KeyBinding::Required { audience: &bound_to, nonce: Nonce::Any, max_age: None },
        clock: Clock { now: at, leeway: 0 },
        limits: Limits::DEFAULT,
    };
    let verified = match signatures {
        Signatures::Now => presentation.verify(&expected).map(|verified| Unsettled::new(verified, [])),
        Signatures::Later => presentation.verify_unsettled(&expected),
    };
    verified.map_err(|e| fault(&e, Some(&presentation)))?.try_map(|verified| opened(verified, bound_to.clone(), at))
}

fn opened(verified: VerifiedPresentation<'_>, bound_to: String, at: i64) -> Result<Opened, Fault> {
    let holder = verified.confirmation_key().cloned().ok_or_else(|| Fault::new(5, VerdictCode::KeyMismatch))?;
    let signer = OpenedBy::Token { issuer: verified.issuer().to_owned(), key: verified.issuer_key().clone() };
    let nonce = BoundNonce::Octets(verified.nonce().map(<[u8]>::to_vec));
    let bound = Bound { audience: bound_to, nonce, expires: verified.binding_expires() };
    let (expires, token_hash, pending) = (verified.expires(), verified.token_hash(), verified.pending().len());
    let claims = verified.into_claims().into_owned();
    let status = claims.int(cwt::STATUS).map(StatusReference::of_claim);
    let marked = claims.int(cwt::VCT).and_then(Value::as_text) == Some(PSEUDONYM_TYPE);
    let evidence = Evidence::of_cwt(claims);
    let (user, client) = user_and_client(&evidence.identifiers())?;
    let kind = super::x509::kind_of(user.as_ref(), marked);
    Ok(Opened { evidence, signer, holder, bound: Some(bound), at, expires, token_hash, status, user, client, kind, pending })
}

/// Whether a token is that of a pseudonym, for this key, by its looks alone: nothing is verified.
pub(crate) fn screen(octets: &[u8], key: &PublicKey) -> Result<(), Fault> {
    let presentation = UnverifiedPresentation::parse(octets).map_err(|e| fault(&e, None))?;
    let inspected = presentation.inspect_claims().map_err(|e| fault(&e, None))?;
    let is_bound = match &inspected.confirmation {
        NamedKey::Key(bound) => bound == key,
        NamedKey::Thumbprint(thumbprint) => *thumbprint == mimicred_cose::key::thumbprint_sha256(key),
        _ => false,
    };
    if !is_bound {
        return Err(Fault::new(5, VerdictCode::KeyMismatch));
    }
    let text = |key: &Key<'_>| inspected.claim(key).and_then(Value::as_text);
    let identifiers = [text(&Key::Int(cwt::SUB)), text(&Key::from(MIMI_USER))];
    let marked = text(&Key::Int(cwt::VCT)) == Some(PSEUDONYM_TYPE);
    let identifiers: Vec<&str> = identifiers.into_iter().flatten().collect();
    screen_token(&identifiers, marked, inspected.disclosures)
}

fn fault(error: &Error, presentation: Option<&UnverifiedPresentation<'_>>) -> Fault {
    let issuer = presentation.and_then(|presentation| presentation.issuer()).map(str::to_owned);
    let of = |step, code| Fault { issuer: issuer.clone(), ..Fault::of(step, code, error) };
    match error.code() {
        Code::AlgUnsupported => of(3, VerdictCode::AlgNotAllowed),
        // That nobody of this name is known is for room and store to say.
        Code::IssuerUntrusted | Code::SignatureIssuer => of(4, VerdictCode::IssuerSignatureInvalid),
        Code::Time if *error.place() == At::Field("exp".into()) => of(4, VerdictCode::Expired),
        Code::Time => of(4, VerdictCode::NotYetValid),
        Code::Audience => of(4, VerdictCode::AudienceMismatch),
        Code::Confirmation => of(5, VerdictCode::KeyMismatch),
        Code::SignatureHolder => Fault {
            bound_to: presentation.and_then(|p| p.inspect().ok()?.confirmation_thumbprint),
            ..of(6, VerdictCode::BindingInvalid)
        },
        Code::Nonce => of(7, VerdictCode::NonceMismatch),
        _ => of(3, VerdictCode::Malformed),
    }
}

/// What a key is called in `bound_to` of this format.
pub(crate) fn thumbprint(key: &PublicKey) -> String {
    mimicred_cose::key::thumbprint_sha256(key).iter().map(|octet| format!("{octet:02x}")).collect()
}
