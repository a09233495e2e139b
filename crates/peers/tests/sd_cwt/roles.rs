//! Issuer, Holder and Verifier, played by us and by the peer.

use cbor2::Value as Cbor;
use cose2::{Error as TheirError, Sign1Message};
use mimicred_claims::{Limits, RedactionPlan, Selection};
use mimicred_keys::{Algorithm, IssuerKey, LeafKey, SystemRandom};
use mimicred_peers::OpenSslKey;
use mimicred_sd_cwt::{
    AcceptExpectations, Binding, Code, DisclosureKey, Encryption, Expectations, Held, Issuer, KeyBinding, Nonce,
    UnverifiedPresentation,
};
use sd_cwt_peer::{
    Disclosure, ProcessingLimits, RedactionHasher, RestoreMode, RestoreReport, SdCwtValidationOptions, Sha256RedactionHasher,
    disclosures_from_unprotected, issue_from_preissuance, restore_payload_with_disclosures, set_disclosures, set_kb_cwt_typ,
    set_sd_alg, set_sd_cwt_typ, verify_and_decode_sd_cwt, verify_validate_and_restore_sd_cwt,
};

use crate::cast::{Cast, HeadIncluded, Signer, Verifier, id};
use crate::claims::{CLOCK, NONCE, NOW, ROOM, entries, get, ours, sorted, theirs, without_cnf};

pub(crate) fn we_issue(cast: &Cast, claims: &Cbor, plan: &RedactionPlan) -> Vec<u8> {
    let key = IssuerKey::new(cast.issuer.secret().unwrap());
    let holder = cast.holder.public().unwrap();
    let prepared = Issuer::new(key.public()).prepare(ours(claims), &holder, plan, &mut SystemRandom).unwrap();
    prepared.sign(&key).unwrap().into_bytes()
}

/// `cnf` with the key as OpenSSL gives it.
pub(crate) fn their_cnf(key: &OpenSslKey) -> Cbor {
    let spki = key.pkey().public_key_to_der().unwrap();
    let algorithm = key.public().unwrap().algorithm();
    let length = algorithm.coordinate_len();
    let (_, point) = spki.split_at(spki.len() - algorithm.public_len());
    let cose_key = match algorithm {
        Algorithm::Ed25519 => map! { 1 => 1, -1 => 6, -2 => Cbor::Bytes(point.to_vec()) },
        _ => {
            let (x, y) = point[1..].split_at(length);
            map! { 1 => 2, -1 => 1, -2 => Cbor::Bytes(x.to_vec()), -3 => Cbor::Bytes(y.to_vec()) }
        }
    };
    map! { 1 => cose_key }
}

pub(crate) fn they_sign(cast: &Cast, payload: &Cbor, disclosures: &[Disclosure], alg: i64) -> Vec<u8> {
    let mut message = Sign1Message::new(Some(cbor2::to_vec(payload).unwrap()));
    set_sd_cwt_typ(&mut message.protected);
    set_sd_alg(&mut message.protected, Sha256RedactionHasher.algorithm());
    set_disclosures(&mut message.unprotected, disclosures);
    message.sign_and_encode(&Signer { key: &cast.issuer, id: alg }, None).unwrap()
}

pub(crate) fn with_cnf(claims: &Cbor, holder: &OpenSslKey) -> Cbor {
    let cnf = (Cbor::from(8), their_cnf(holder));
    Cbor::Map(entries(claims).iter().cloned().chain([cnf]).collect())
}

pub(crate) fn they_issue(cast: &Cast, preissued: &Cbor) -> Vec<u8> {
    they_issue_with(cast, preissued, &HeadIncluded)
}

pub(crate) fn they_issue_with(cast: &Cast, preissued: &Cbor, hasher: &dyn RedactionHasher) -> Vec<u8> {
    let mut counter = 0_u8;
    let mut salts = move || {
        counter += 1;
        [counter; 16]
    };
    let issued = issue_from_preissuance(with_cnf(preissued, &cast.holder), &mut salts, hasher).unwrap();
    they_sign(cast, &issued.value, issued.disclosures.as_slice(), id(cast.issuer.public().unwrap().algorithm()))
}

pub(crate) fn we_present(cast: &Cast, token: &[u8], selection: &Selection) -> Vec<u8> {
    let (trusted, key) = (cast.trusted(), LeafKey::new(cast.holder.secret().unwrap()).unwrap());
    let expected = AcceptExpectations { issuers: &trusted, confirmation_key: key.public(), clock: CLOCK };
    let held = Held::accept(token, &expected).unwrap();
    let binding = Binding { audience: ROOM, nonce: Some(NONCE), issued_at: NOW };
    held.prepare(selection, &binding).unwrap().sign(&key).unwrap().as_bytes().to_vec()
}

/// All in the clear but what is encrypted.
pub(crate) fn we_present_encrypted(cast: &Cast, token: &[u8], encryption: Encryption<'_>) -> Vec<u8> {
    let (trusted, key) = (cast.trusted(), LeafKey::new(cast.holder.secret().unwrap()).unwrap());
    let expected = AcceptExpectations { issuers: &trusted, confirmation_key: key.public(), clock: CLOCK };
    let held = Held::accept(token, &expected).unwrap();
    let binding = Binding { audience: ROOM, nonce: Some(NONCE), issued_at: NOW };
    let prepared = held.prepare_encrypted(&Selection::All, &[encryption], &binding, &mut SystemRandom).unwrap();
    prepared.sign(&key).unwrap().as_bytes().to_vec()
}

pub(crate) fn they_present(cast: &Cast, token: &[u8], choose: impl Fn(&Disclosure) -> bool) -> Vec<u8> {
    let mut token = Sign1Message::from_slice(token).unwrap();
    let mut chosen = disclosures_from_unprotected(&token.unprotected).unwrap();
    chosen.retain(choose);
    set_disclosures(&mut token.unprotected, &chosen);
    they_bind(cast, &token)
}

/// The KBT around a token.
pub(crate) fn they_bind(cast: &Cast, token: &Sign1Message) -> Vec<u8> {
    let kcwt: Cbor = cbor2::from_slice(&token.to_vec().unwrap()).unwrap();
    let payload = map! { 3 => ROOM, 6 => NOW, 39 => Cbor::Bytes(NONCE.to_vec()) };
    let mut kbt = Sign1Message::new(Some(cbor2::to_vec(&payload).unwrap()));
    set_kb_cwt_typ(&mut kbt.protected);
    kbt.protected.insert(sd_cwt_peer::HEADER_KCWT, kcwt);
    let id = id(cast.holder.public().unwrap().algorithm());
    kbt.sign_and_encode(&Signer { key: &cast.holder, id }, None).unwrap()
}

/// All that is verified, but for the confirmation key.
pub(crate) fn we_verify(cast: &Cast, presentation: &[u8]) -> Result<Cbor, Code> {
    we_verify_with(cast, presentation, &[])
}

/// The same, with keys for what is encrypted.
pub(crate) fn we_verify_with(cast: &Cast, presentation: &[u8], keys: &[DisclosureKey]) -> Result<Cbor, Code> {
    let trusted = cast.trusted();
    let received = UnverifiedPresentation::parse(presentation).map_err(|e| e.code())?.with_disclosure_keys(keys);
    let expected = Expectations {
        issuers: &trusted,
        audience_of_token: None,
        key_binding: KeyBinding::Required { audience: ROOM, nonce: Nonce::Exactly(NONCE), max_age: Some(60) },
        clock: CLOCK,
        limits: Limits::DEFAULT,
    };
    let verified = received.verify(&expected).map_err(|e| e.code())?;
    let key = verified.confirmation_key().unwrap();
    assert_eq!(key.to_spki_der(), cast.holder.pkey().public_key_to_der().unwrap());
    Ok(without_cnf(&theirs(verified.claims())))
}

/// The Issuer's signature over the octets of a token, and the claims put together.
pub(crate) fn they_restore(
    cast: &Cast,
    token: &[u8],
    mode: RestoreMode,
    hasher: &dyn RedactionHasher,
) -> Result<RestoreReport, TheirError> {
    let issuer = Verifier { key: cast.issuer.public().unwrap() };
    let message = verify_and_decode_sd_cwt(&issuer, token, None, ProcessingLimits::default())?;
    let disclosures = disclosures_from_unprotected(&message.unprotected)?;
    restore_payload_with_disclosures(&message, disclosures, hasher, mode)
}

/// The token inside a KBT; cose2 has read it to a value, so it is written again.
pub(crate) fn token_of(presentation: &[u8]) -> Vec<u8> {
    let kbt = Sign1Message::from_slice(presentation).unwrap();
    cbor2::to_vec(kbt.protected.get(sd_cwt_peer::HEADER_KCWT).unwrap()).unwrap()
}

pub(crate) fn they_verify(cast: &Cast, presentation: &[u8]) -> Result<Cbor, TheirError> {
    let report = they_restore(cast, &token_of(presentation), RestoreMode::Verifier, &HeadIncluded)?;
    assert_eq!(get(&report.value, 8).map(sorted), Some(sorted(&their_cnf(&cast.holder))));

    let kbt = Sign1Message::from_slice(presentation)?;
    assert_eq!(kbt.protected.get_i64(sd_cwt_peer::HEADER_TYP)?, Some(sd_cwt_peer::CONTENT_FORMAT_KB_CWT));
    kbt.verify(&Verifier { key: cast.holder.public().unwrap() }, None)?;
    let payload: Cbor = cbor2::from_slice(kbt.payload.as_deref().unwrap_or_default())?;
    let expected = map! { 3 => ROOM, 6 => NOW, 39 => Cbor::Bytes(NONCE.to_vec()) };
    assert_eq!(sorted(&payload), sorted(&expected), "audience, time, nonce and nothing else");
    Ok(without_cnf(&report.value))
}

/// The peer's full check of an issued token, with its own hash.
pub(crate) fn they_validate(cast: &Cast, token: &[u8]) -> Result<Cbor, TheirError> {
    let (issuer, options) = (Verifier { key: cast.issuer.public().unwrap() }, SdCwtValidationOptions::default());
    let (_, report) = verify_validate_and_restore_sd_cwt(&issuer, token, None, RestoreMode::Holder, options)?;
    Ok(without_cnf(&report.value))
}
