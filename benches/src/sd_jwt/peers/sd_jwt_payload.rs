//! sd-jwt-payload of IOTA, with our backend behind its trait. It signs and verifies nothing; both signatures, `sd_hash`, audience,
//! nonce, age and `exp` are checked here, as an application would have to.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use ::sd_jwt_payload::{Hasher, JsonObject, JwsSigner, KeyBindingJwt, RequiredKeyBinding, SdJwt, SdJwtBuilder, Sha256Hasher};
use mimicred_jose::{base64url, jws};
use mimicred_keys::{Algorithm, Family, PublicKey, Signature, ToBeSigned};
use serde_json::Value;

use super::super::tokens::NONCE;
use super::{algorithm, claims, jwk, pointers};
use crate::cast::{Cast, MAX_AGE, NOW, ROOM};
use crate::timing::Case;

struct Signer<'k>(&'k (dyn Fn(&ToBeSigned) -> Signature + Sync));

#[async_trait::async_trait]
impl JwsSigner for Signer<'_> {
    type Error = String;

    async fn sign(&self, header: &JsonObject, payload: &JsonObject) -> Result<Vec<u8>, String> {
        let mut signing_input = base64url::encode_ascii(&serde_json::to_vec(header).map_err(|e| e.to_string())?);
        signing_input.push(b'.');
        signing_input.extend(base64url::encode_ascii(&serde_json::to_vec(payload).map_err(|e| e.to_string())?));
        let to_be_signed = ToBeSigned::new(Family::Jws, signing_input).map_err(|e| e.to_string())?;
        let signature = (self.0)(&to_be_signed);
        Ok(jws::finish_octets(to_be_signed, signature.as_bytes()))
    }
}

/// Our signer never waits.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("nothing to wait for"),
    }
}

pub(super) fn issuing(cast: &Cast, count: usize) -> Case<'_> {
    let (claims, pointers) = (claims(count), pointers(count));
    let holder = RequiredKeyBinding::Jwk(jwk(cast.holder.public()));
    let input = move || (claims.clone(), holder.clone());
    Case::with_input("sd-jwt-payload 0.5 by our backend", input, move |(claims, holder)| {
        issue(cast, claims, &pointers, holder).presentation()
    })
}

pub(super) fn verifying(cast: &Cast, count: usize) -> Case<'_> {
    let presentation = present(cast, count);
    Case::new("sd-jwt-payload 0.5 by our backend, on its own presentation", move || {
        let disclosed = verify(&presentation, cast.issuer.public());
        // iss, exp and cnf besides.
        assert_eq!(disclosed, count + 3);
        disclosed
    })
}

fn issue(cast: &Cast, claims: Value, pointers: &[String], holder: RequiredKeyBinding) -> SdJwt {
    let mut builder = SdJwtBuilder::new(claims).unwrap();
    for pointer in pointers {
        builder = builder.make_concealable(pointer).unwrap();
    }
    let signer = Signer(&|message| cast.issuer.sign(message).unwrap());
    at_once(builder.require_key_binding(holder).finish(&signer, algorithm(cast.issuer.public()))).unwrap()
}

fn present(cast: &Cast, count: usize) -> String {
    let mut token = issue(cast, claims(count), &pointers(count), RequiredKeyBinding::Jwk(jwk(cast.holder.public())));
    let signer = Signer(&|message| cast.holder.sign(message).unwrap());
    let (builder, hasher) = (KeyBindingJwt::builder().iat(NOW).aud(ROOM).nonce(NONCE), Sha256Hasher::new());
    let key_binding = at_once(builder.finish(&token, &hasher, algorithm(cast.holder.public()), &signer)).unwrap();
    token.attach_key_binding_jwt(key_binding);
    token.presentation()
}

fn verify(presentation: &str, issuer: &PublicKey) -> usize {
    let (issuer_jwt, _) = presentation.split_once('~').unwrap();
    let (_, key_binding_jwt) = presentation.rsplit_once('~').unwrap();
    let bound = presentation.strip_suffix(key_binding_jwt).unwrap();

    let token = SdJwt::parse(presentation).unwrap();
    assert!(token.headers().get("alg").is_some_and(|alg| alg == algorithm(issuer)));
    verify_signature(issuer_jwt, issuer);
    assert!(token.claims().get("exp").and_then(Value::as_i64).is_some_and(|exp| exp > NOW));

    // The peer has seen to typ of the KB-JWT; its header is not told, and its key's algorithm is what counts.
    verify_signature(key_binding_jwt, &confirmation_key(&token));
    let hasher = Sha256Hasher::new();
    let binding = token.key_binding_jwt().unwrap().claims();
    assert_eq!((binding.aud.as_str(), binding.nonce.as_str()), (ROOM, NONCE));
    assert!(binding.iat <= NOW && NOW.abs_diff(binding.iat) <= MAX_AGE);
    assert_eq!(binding.sd_hash, hasher.encoded_digest(bound));
    token.into_disclosed_object(&hasher).unwrap().len()
}

fn verify_signature(jwt: &str, key: &PublicKey) {
    let (signing_input, signature) = jwt.rsplit_once('.').unwrap();
    key.verify(Family::Jws, signing_input.as_bytes(), &base64url::decode(signature).unwrap()).unwrap();
}

fn confirmation_key(token: &SdJwt) -> PublicKey {
    let Some(RequiredKeyBinding::Jwk(jwk)) = token.required_key_bind() else { panic!("no key") };
    let coordinate = |name: &str| base64url::decode(jwk.get(name).and_then(Value::as_str).unwrap()).unwrap();
    match jwk.get("crv").and_then(Value::as_str) {
        Some("Ed25519") => PublicKey::from_octets(Algorithm::Ed25519, &coordinate("x")).unwrap(),
        Some("P-256") => PublicKey::from_coordinates(Algorithm::P256, &coordinate("x"), &coordinate("y")).unwrap(),
        _ => panic!("another kind of key"),
    }
}
