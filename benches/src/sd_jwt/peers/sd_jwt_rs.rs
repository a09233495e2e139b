//! sd-jwt-rs, which signs and verifies by jsonwebtoken and ring. It asks the clock itself, and for no age of the key binding.

use ::sd_jwt_rs::{
    ClaimsForSelectiveDisclosureStrategy as Strategy, SDJWTHolder, SDJWTIssuer, SDJWTSerializationFormat as Format, SDJWTVerifier,
};
use jsonwebtoken::{DecodingKey, EncodingKey};
use mimicred_keys::{Algorithm, SecretKey};
use serde_json::{Map, Value};

use super::super::tokens::NONCE;
use super::{algorithm, claims, jwk};
use crate::cast::{Cast, ROOM};
use crate::claims::name;
use crate::timing::Case;

pub(super) fn issuing(cast: &Cast, count: usize) -> Case<'_> {
    let (claims, holder) = (claims(count), Some(jwk(cast.holder.public())));
    let mut issuer = issuer(cast);
    let input = move || (claims.clone(), holder.clone());
    // `iss` and `exp` it never redacts.
    Case::with_input("sd-jwt-rs 0.7", input, move |(claims, holder)| {
        issuer.issue_sd_jwt(claims, Strategy::TopLevel, holder, false, Format::Compact).unwrap()
    })
}

pub(super) fn verifying(cast: &Cast, count: usize) -> Case<'_> {
    let presentation = present(cast, count);
    let key = DecodingKey::from_jwk(&jwk(cast.issuer.public())).unwrap();
    Case::new("sd-jwt-rs 0.7, on its own presentation", move || {
        let key = key.clone();
        let issuer_key = Box::new(move |_: &str, _: &jsonwebtoken::Header| key.clone());
        let (room, nonce) = (Some(ROOM.to_owned()), Some(NONCE.to_owned()));
        let verifier = SDJWTVerifier::new(presentation.clone(), issuer_key, room, nonce, Format::Compact).unwrap();
        let disclosed = verifier.verified_claims.as_object().unwrap().len();
        // iss, exp and cnf besides.
        assert_eq!(disclosed, count + 3);
        disclosed
    })
}

fn present(cast: &Cast, count: usize) -> String {
    let holder = Some(jwk(cast.holder.public()));
    let token = issuer(cast).issue_sd_jwt(claims(count), Strategy::TopLevel, holder, false, Format::Compact).unwrap();
    let mut holder = SDJWTHolder::new(token, Format::Compact).unwrap();
    let chosen: Map<String, Value> = (0..count).map(|n| (name(n), Value::Bool(true))).collect();
    let (room, nonce) = (Some(ROOM.to_owned()), Some(NONCE.to_owned()));
    let (key, name) = (signing_key(&cast.secrets.holder), algorithm(cast.holder.public()));
    holder.create_presentation(chosen, nonce, room, Some(key), Some(name.to_owned())).unwrap()
}

fn issuer(cast: &Cast) -> SDJWTIssuer {
    SDJWTIssuer::new(signing_key(&cast.secrets.issuer), Some(algorithm(cast.issuer.public()).to_owned()))
}

fn signing_key(key: &SecretKey) -> EncodingKey {
    match key.algorithm() {
        Algorithm::Ed25519 => EncodingKey::from_ed_der(&key.to_pkcs8_der()),
        _ => EncodingKey::from_ec_der(&key.to_pkcs8_der()),
    }
}
