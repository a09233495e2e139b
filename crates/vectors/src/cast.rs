//! Who plays in the vectors: keys drawn from a fixed seed by name, a moment, a room.

use mimicred_claims::Value;
use mimicred_jose::{json, jwk};
use mimicred_keys::{Algorithm, HashAlgorithm, PublicKey, SecretKey, SeededRandom, sha256};

use crate::sign::FixedKey;

/// Now, in every vector that does not say otherwise.
pub(crate) const NOW: i64 = 1_790_000_000;
/// The Issuer's name.
pub(crate) const ISSUER: &str = "https://id.a.example";
/// The room.
pub(crate) const ROOM: &str = "mimi://hub.example/r/clubhouse";
/// A nonce, as text.
pub(crate) const NONCE: &str = "XZOUco1u_gEPknxS78sWWg";

/// The seed of everything that is drawn.
fn seed() -> [u8; 32] {
    sha256(b"mimicred vectors 1")
}

/// A source of random octets that depends on its name only.
pub(crate) fn random(name: &str) -> SeededRandom {
    SeededRandom::new(seed(), name)
}

/// Somebody's key.
pub(crate) fn key(algorithm: Algorithm, name: &str) -> FixedKey {
    let mut random = random(&format!("{name} {algorithm}"));
    let secret = SecretKey::generate(algorithm, &mut random);
    // The source never fails, and what it gives has been a key for every name here since the vectors were first written.
    FixedKey::new(secret.unwrap_or_else(|_| unreachable!("a key for {name}")))
}

/// A public key as a JWK.
pub(crate) fn public_jwk(key: &PublicKey) -> Value<'static> {
    Value::Map(jwk::public_members(key))
}

/// A private key as a JWK. These keys are published with the vectors.
pub(crate) fn private_jwk(key: &FixedKey) -> Value<'static> {
    private_jwk_of(key.secret())
}

/// The same of a key that was read.
pub(crate) fn private_jwk_of(key: &SecretKey) -> Value<'static> {
    let text = jwk::secret_text(key);
    json::parse(&text, &json::Limits::DEFAULT).map(Value::into_owned).unwrap_or(Value::Null)
}

/// The digest of a text in base64url, as SD-JWT writes it.
pub(crate) fn text_digest(hash: HashAlgorithm, text: &str) -> String {
    mimicred_jose::base64url::encode(&hash.digest(text.as_bytes()))
}
