//! SD-JWT+KB.

use mimicred_claims::{Clock, Limits, Map, Value};
use mimicred_error::{At, Report};
use mimicred_jose::json;
use mimicred_jose::jws::Compact;
use mimicred_keys::{Algorithm, PublicKey, Unsettled};
use mimicred_sd_jwt::serialization::Parts;
use mimicred_sd_jwt::{
    Code, Error, Expectations, KeyBinding, NamedKey, TrustedIssuer, UnverifiedPresentation, VerifiedPresentation,
};

use super::{Bound, BoundNonce, Fault, Opened, OpenedBy, Signatures, StatusReference, screen_token, user_and_client};
use crate::VerdictCode;
use crate::evidence::{Evidence, MIMI_USER};
use crate::trust::TrustStore;

/// The `vct` that marks a pseudonym.
pub(super) const PSEUDONYM_TYPE: &str = "urn:mimi:pseudonym";

/// Verifies everything but audience, nonce and freshness, at the moment when the holder bound it; and the signatures now or later.
pub(crate) fn open(
    text: &str,
    store: &TrustStore,
    audience: Option<&str>,
    algorithm: Option<Algorithm>,
    signatures: Signatures,
) -> Result<Unsettled<Opened>, Fault> {
    let presentation = UnverifiedPresentation::parse(text).map_err(|e| fault(&e, None))?;
    let header = presentation.key_binding_header();
    let signed_with = header.and_then(|header| header.algorithm().ok()).map(|name| name.algorithm());
    if let (Some(demanded), Some(_)) = (algorithm, header)
        && signed_with != Some(demanded)
    {
        return Err(Fault::noted(3, VerdictCode::AlgNotAllowed, "the key binding is not of the group's suite"));
    }
    let claimed = claimed_binding(text)
        .ok_or_else(|| Fault::noted(6, VerdictCode::BindingInvalid, "no key binding that names audience and nonce"))?;
    let at = presentation.bound_at().ok_or_else(|| Fault::noted(3, VerdictCode::Malformed, "the key binding has no iat"))?;
    let issuer = presentation.issuer().unwrap_or_default();
    let issuers: Vec<TrustedIssuer> =
        store.named(issuer).filter_map(|entry| Some(TrustedIssuer { issuer: entry.issuer.clone(), key: entry.key()? })).collect();
    let expected = Expectations {
        issuers: &issuers,
        audience_of_token: audience,
        key_binding: KeyBinding::Required { audience: &claimed.audience, nonce: &claimed.nonce, max_age: None },
        clock: Clock { now: at, leeway: 0 },
        limits: Limits::DEFAULT,
    };
    let verified = match signatures {
        Signatures::Now => presentation.verify(&expected).map(|verified| Unsettled::new(verified, [])),
        Signatures::Later => presentation.verify_unsettled(&expected),
    };
    verified.map_err(|e| fault(&e, Some(&presentation)))?.try_map(|verified| opened(verified, claimed.clone(), at))
}

fn opened(verified: VerifiedPresentation<'_>, claimed: Claimed, at: i64) -> Result<Opened, Fault> {
    let holder = verified.confirmation_key().cloned().ok_or_else(|| Fault::new(5, VerdictCode::KeyMismatch))?;
    let signer = OpenedBy::Token { issuer: verified.issuer().to_owned(), key: verified.issuer_key().clone() };
    let (expires, token_hash) = (verified.expires(), verified.token_hash());
    let claims = verified.into_claims().into_owned();
    let status = claims.text("status").map(StatusReference::of_claim);
    let marked = claims.text("vct").and_then(Value::as_text) == Some(PSEUDONYM_TYPE);
    let evidence = Evidence::of_jwt(claims);
    let (user, client) = user_and_client(&evidence.identifiers())?;
    let bound = Bound { audience: claimed.audience, nonce: BoundNonce::Text(claimed.nonce), expires: claimed.expires };
    let kind = super::x509::kind_of(user.as_ref(), marked);
    Ok(Opened { evidence, signer, holder, bound: Some(bound), at, expires, token_hash, status, user, client, kind, pending: 0 })
}

/// Whether a token is that of a pseudonym, for this key, by its looks alone: nothing is verified.
pub(crate) fn screen(text: &str, key: &PublicKey) -> Result<(), Fault> {
    let presentation = UnverifiedPresentation::parse(text).map_err(|e| fault(&e, None))?;
    let inspected = presentation.inspect_claims().map_err(|e| fault(&e, None))?;
    // As where it is verified: a leaf's key is in the token itself.
    if !matches!(&inspected.confirmation, NamedKey::Key(bound) if bound == key) {
        return Err(Fault::new(5, VerdictCode::KeyMismatch));
    }
    let text = |name: &str| inspected.claims.text(name).and_then(Value::as_text);
    let identifiers: Vec<&str> = [text("sub"), text(MIMI_USER)].into_iter().flatten().collect();
    screen_token(&identifiers, text("vct") == Some(PSEUDONYM_TYPE), inspected.disclosures)
}

/// What the KB-JWT claims to be bound to, unverified: the caller compares it once the signatures hold.
#[derive(Clone)]
struct Claimed {
    audience: String,
    nonce: String,
    expires: Option<mimicred_claims::Date>,
}

fn claimed_binding(text: &str) -> Option<Claimed> {
    let parts = Parts::split(text, &Limits::DEFAULT).ok()?;
    let jws = Compact::parse(parts.key_binding?).ok()?;
    let payload = json::parse_octets(jws.payload(), &json::Limits::DEFAULT).ok()?;
    let claims: &Map<'_> = payload.as_map()?;
    Some(Claimed {
        audience: claims.text("aud")?.as_text()?.to_owned(),
        nonce: claims.text("nonce")?.as_text()?.to_owned(),
        expires: claims.text("exp").and_then(|exp| mimicred_claims::Date::from_value(exp).ok()),
    })
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
        Code::KbMissing | Code::SdHash => of(6, VerdictCode::BindingInvalid),
        Code::Nonce => of(7, VerdictCode::NonceMismatch),
        _ => of(3, VerdictCode::Malformed),
    }
}

/// What a key is called in `bound_to` of this format.
pub(crate) fn thumbprint(key: &PublicKey) -> String {
    mimicred_jose::jwk::thumbprint(key)
}
