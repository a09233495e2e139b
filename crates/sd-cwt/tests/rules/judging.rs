//! Verifiers and Holders who want more than the usual.

use mimicred_claims::{Clock, Limits, Map};
use mimicred_keys::PublicKey;
use mimicred_sd_cwt::{
    AcceptExpectations, Code, Expectations, Held, KeyBinding, Nonce, TrustedIssuer, UnverifiedPresentation, UnverifiedSdCwt,
};

use crate::tokens::*;

/// What a Verifier expects of the tokens of [`Draft`].
pub(crate) fn usual(issuers: &[TrustedIssuer]) -> Expectations<'_> {
    Expectations {
        issuers,
        audience_of_token: None,
        key_binding: KeyBinding::Required { audience: AUDIENCE, nonce: Nonce::Exactly(NONCE), max_age: Some(600) },
        clock: Clock { now: NOW, leeway: 0 },
        limits: Limits::DEFAULT,
    }
}

/// What a Verifier makes of a presentation after a change to how it is judged.
pub(crate) fn verify_as<'a>(
    octets: &'a [u8],
    change: impl FnOnce(UnverifiedPresentation<'a>) -> UnverifiedPresentation<'a>,
) -> Result<Map<'static>, Code> {
    let issuers = [trusted(ISSUER, issuer_key().public())];
    verify_expecting(octets, &usual(&issuers), change)
}

/// The same, with other expectations.
pub(crate) fn verify_expecting<'a>(
    octets: &'a [u8],
    expected: &Expectations<'_>,
    change: impl FnOnce(UnverifiedPresentation<'a>) -> UnverifiedPresentation<'a>,
) -> Result<Map<'static>, Code> {
    let verified = UnverifiedPresentation::parse(octets).and_then(|presentation| change(presentation).verify(expected));
    verified.map(|verified| verified.into_claims().into_owned()).map_err(|error| error.code())
}

/// What the Holder of [`Draft`] makes of a token after a change to how it is judged.
pub(crate) fn accept_as<'a>(
    token: &'a [u8],
    change: impl FnOnce(UnverifiedSdCwt<'a>) -> UnverifiedSdCwt<'a>,
) -> Result<Held, Code> {
    accept_by(token, holder_key().public(), change)
}

/// The same for the Holder of another key.
pub(crate) fn accept_by<'a>(
    token: &'a [u8],
    key: &PublicKey,
    change: impl FnOnce(UnverifiedSdCwt<'a>) -> UnverifiedSdCwt<'a>,
) -> Result<Held, Code> {
    let issuers = [trusted(ISSUER, issuer_key().public())];
    let expected = AcceptExpectations { issuers: &issuers, confirmation_key: key, clock: Clock { now: NOW, leeway: 0 } };
    let held = UnverifiedSdCwt::parse(token).and_then(|token| change(token).accept(&expected));
    held.map_err(|error| error.code())
}
