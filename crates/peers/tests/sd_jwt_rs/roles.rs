//! Issuer, Holder and Verifier, played by us and by the peer.

use jsonwebtoken_9::{DecodingKey, Header};
use mimicred_claims::{Limits, RedactionPlan, Selection};
use mimicred_keys::SystemRandom;
use mimicred_sd_jwt::{
    AcceptExpectations, Binding, Code, Expectations, Issuer, KeyBinding, TypeRule, UnverifiedPresentation, UnverifiedSdJwt,
};
use sd_jwt_rs::{
    ClaimsForSelectiveDisclosureStrategy as Strategy, SDJWTHolder, SDJWTIssuer, SDJWTSerializationFormat, SDJWTVerifier,
};

use crate::cast::{Cast, Json, NONCE, ROOM, clock, name, now, ours, their_jwk, their_signing_key, theirs, without_cnf};

pub(crate) fn we_issue(cast: &Cast, claims: &Json, plan: &RedactionPlan) -> String {
    let issuer = Issuer::new(cast.issuer.public());
    let prepared = issuer.prepare(ours(claims), Some(cast.holder.public()), plan, &mut SystemRandom).unwrap();
    prepared.sign(&cast.our_issuer()).unwrap().into_string()
}

pub(crate) fn they_issue(cast: &Cast, claims: &Json, strategy: Strategy<'_>) -> String {
    let mut issuer = SDJWTIssuer::new(their_signing_key(&cast.issuer), Some(name(cast.issuer.algorithm())));
    let holder = their_jwk(cast.holder.public());
    issuer.issue_sd_jwt(claims.clone(), strategy, Some(holder), true, SDJWTSerializationFormat::Compact).unwrap()
}

pub(crate) fn we_present(cast: &Cast, token: &str, selection: &Selection) -> String {
    let trusted = cast.trusted();
    let expected = AcceptExpectations { issuers: &trusted, confirmation_key: cast.holder.public(), clock: clock() };
    let held = UnverifiedSdJwt::parse(token).unwrap().with_type_rule(TypeRule::AnyOrNone).accept(&expected).unwrap();
    let binding = Binding { audience: ROOM, nonce: NONCE, issued_at: now() };
    held.prepare(selection, &binding).unwrap().sign(&cast.our_holder()).unwrap().into_string()
}

pub(crate) fn they_present(cast: &Cast, token: &str, choice: &Json) -> String {
    let mut holder = SDJWTHolder::new(token.to_owned(), SDJWTSerializationFormat::Compact).unwrap();
    let (nonce, room) = (Some(NONCE.to_owned()), Some(ROOM.to_owned()));
    let (key, alg) = (their_signing_key(&cast.holder), name(cast.holder.algorithm()));
    holder.create_presentation(choice.as_object().unwrap().clone(), nonce, room, Some(key), Some(alg)).unwrap()
}

/// All that is verified, but for the confirmation key.
pub(crate) fn we_verify(cast: &Cast, presentation: &str, room: &str, nonce: &str) -> Result<Json, Code> {
    let trusted = cast.trusted();
    let received = UnverifiedPresentation::parse(presentation).map_err(|e| e.code())?.with_type_rule(TypeRule::AnyOrNone);
    let expected = Expectations {
        issuers: &trusted,
        audience_of_token: None,
        key_binding: KeyBinding::Required { audience: room, nonce, max_age: Some(60) },
        clock: clock(),
        limits: Limits::DEFAULT,
    };
    let verified = received.verify(&expected).map_err(|e| e.code())?;
    assert_eq!(verified.confirmation_key(), Some(cast.holder.public()));
    Ok(theirs(verified.claims()))
}

pub(crate) fn they_verify(cast: &Cast, presentation: &str, room: &str, nonce: &str) -> Result<Json, sd_jwt_rs::error::Error> {
    let key = their_jwk(cast.issuer.public());
    let issuer_key = Box::new(move |_: &str, _: &Header| DecodingKey::from_jwk(&key).unwrap());
    let (room, nonce) = (Some(room.to_owned()), Some(nonce.to_owned()));
    let format = SDJWTSerializationFormat::Compact;
    let verifier = SDJWTVerifier::new(presentation.to_owned(), issuer_key, room, nonce, format)?;
    Ok(without_cnf(verifier.verified_claims))
}
