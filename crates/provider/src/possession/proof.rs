//! Key proofs as JWTs (OpenID for Verifiable Credential Issuance 1.0, appendix F.1).

use mimicred_claims::{Key, Map, Value};
use mimicred_jose::jws::{self, AlgorithmName, Compact};
use mimicred_jose::{Jwk, base64url, json, jwk};
use mimicred_keys::{Algorithm, LeafKey, PublicKey, ToBeSigned, Unsettled};
use mimicred_x509::IssuanceBinding;

use crate::{Code, Error};

/// `typ` of a key proof, by which nothing else that the key signs is mistaken for one (mimi-mls.md 5.4).
pub const PROOF_TYPE: &str = "openid4vci-proof+jwt";

const LIMITS: json::Limits = json::Limits { octets: 2048, depth: 3, values: 32 };

/// Prepares a key proof. `issued_at` is for the issuer's eyes only, who keeps it nowhere.
///
/// # Errors
/// [`Code::ProofMalformed`] for a key or a binding that no request can have.
pub fn prepare_proof(key: &PublicKey, binding: &IssuanceBinding<'_>, issued_at: i64) -> Result<PreparedProof, Error> {
    check_algorithm(key)?;
    if !(1..=255).contains(&binding.issuer.len()) || !(16..=64).contains(&binding.nonce.len()) {
        return Err(Error::new(Code::ProofMalformed).note("an issuer of 1 to 255 octets and a nonce of 16 to 64"));
    }
    let name = AlgorithmName::for_key(key.algorithm());
    let header = entries(vec![
        ("alg", Value::from(name.as_str())),
        ("typ", Value::from(PROOF_TYPE)),
        ("jwk", Value::Map(jwk::public_members(key))),
    ])?;
    let nonce = base64url::encode(binding.nonce);
    let payload = entries(vec![
        ("aud", Value::from(binding.issuer)),
        ("iat", Value::Int(issued_at.into())),
        ("nonce", Value::from(nonce.as_str())),
    ])?;
    let payload = json::write_map(&payload).map_err(malformed)?;
    let to_be_signed = jws::prepare(&header, payload).map_err(malformed)?;
    Ok(PreparedProof { to_be_signed, key: key.clone() })
}

/// A key proof that lacks its signature.
#[derive(Clone, Debug)]
pub struct PreparedProof {
    to_be_signed: ToBeSigned,
    key: PublicKey,
}

impl PreparedProof {
    /// What the key has to sign.
    pub fn to_be_signed(&self) -> &ToBeSigned {
        &self.to_be_signed
    }

    /// Puts the proof together, if the signature is that of its key.
    ///
    /// # Errors
    /// [`Code::ProofInvalid`].
    pub fn finish(self, signature: &[u8]) -> Result<String, Error> {
        self.key.verify(self.to_be_signed.family(), self.to_be_signed.as_bytes(), signature).map_err(invalid)?;
        Ok(jws::finish(self.to_be_signed, signature))
    }

    /// Signs with a key that is here.
    ///
    /// # Errors
    /// [`Code::ProofInvalid`] for any key but that of the proof.
    pub fn sign(self, key: &LeafKey) -> Result<String, Error> {
        let signature = key.sign(&self.to_be_signed).map_err(invalid)?;
        self.finish(signature.as_bytes())
    }
}

/// The key of a proof that holds, if its signature does.
pub(super) fn verify(text: &str, binding: &IssuanceBinding<'_>) -> Result<Unsettled<PublicKey>, Error> {
    let proof = Compact::parse(text).map_err(malformed)?;
    let header = proof.header();
    if header.typ() != Some(PROOF_TYPE) {
        return Err(Error::new(Code::ProofInvalid).note("not of the type of a key proof"));
    }
    // One key, in the one place: what else could name one is refused.
    let known = |key: &Key<'_>| matches!(key, Key::Text(name) if matches!(name.as_ref(), "alg" | "typ" | "jwk"));
    let jwk = match header.members().text("jwk") {
        Some(Value::Map(jwk)) if header.members().iter().all(|(key, _)| known(key)) => jwk,
        _ => return Err(Error::new(Code::ProofInvalid).note("the header has alg, typ and jwk, and nothing else")),
    };
    let key = Jwk::parse_public(jwk).map_err(malformed)?.public;
    check_algorithm(&key)?;
    if header.algorithm().map_err(malformed)?.algorithm() != key.algorithm() {
        return Err(Error::new(Code::ProofInvalid).note("alg is not that of the key"));
    }
    let unsettled = proof.verify_unsettled(&key).map_err(invalid)?;
    let payload = std::str::from_utf8(proof.payload()).map_err(malformed)?;
    let payload = json::parse(payload, &LIMITS).map_err(malformed)?;
    let payload = payload.as_map().ok_or(Code::ProofMalformed)?;
    let nonce = base64url::encode(binding.nonce);
    let [aud, said, iat] = payload.texts(["aud", "nonce", "iat"]);
    let is_for_us = aud.and_then(Value::as_text) == Some(binding.issuer) && said.and_then(Value::as_text) == Some(nonce.as_str());
    if !is_for_us || iat.and_then(Value::as_int).is_none() {
        return Err(Error::new(Code::ProofInvalid).note("it is for another issuer or nonce"));
    }
    unsettled.try_map(|()| Ok(key))
}

/// No LeafNode has a key of P-521.
fn check_algorithm(key: &PublicKey) -> Result<(), Error> {
    match key.algorithm() {
        Algorithm::Ed25519 | Algorithm::P256 | Algorithm::P384 => Ok(()),
        Algorithm::P521 => Err(Error::new(Code::ProofMalformed).note("a key of a kind that no LeafNode has")),
    }
}

fn entries<'a>(entries: Vec<(&'static str, Value<'a>)>) -> Result<Map<'a>, Error> {
    Map::from_entries(entries.into_iter().map(|(name, value)| (Key::from(name), value)).collect()).map_err(malformed)
}

fn malformed(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(Code::ProofMalformed).because(cause)
}

fn invalid(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(Code::ProofInvalid).because(cause)
}
