//! Issuer and Holder with keys that both sides can use, and claims as either side has them.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken_9::jwk::Jwk as TheirJwk;
use jsonwebtoken_9::{Algorithm as Jwa, EncodingKey};
use mimicred_claims::{Clock, Map, Selection};
use mimicred_jose::{json, jwk};
use mimicred_keys::{Algorithm, IssuerKey, LeafKey, PublicKey, SecretKey, SystemRandom};
use mimicred_sd_jwt::TrustedIssuer;
use serde_json::json;

pub(crate) type Json = serde_json::Value;

pub(crate) const ISSUER: &str = "https://id.a.example";
pub(crate) const ROOM: &str = "mimi://hub.example/r/clubhouse";
pub(crate) const NONCE: &str = "n-0S6_WzA2Mj";
/// Year 2100.
pub(crate) const LATER: u64 = 4_102_444_800;

/// Issuer and Holder, each with a key that both sides can use.
pub(crate) struct Cast {
    pub(crate) issuer: SecretKey,
    pub(crate) holder: SecretKey,
}

impl Cast {
    pub(crate) fn new(issuer: Algorithm, holder: Algorithm) -> Self {
        let key = |algorithm| SecretKey::generate(algorithm, &mut SystemRandom).unwrap();
        Self { issuer: key(issuer), holder: key(holder) }
    }

    /// Both algorithms that the room's members use, in every combination.
    pub(crate) fn all() -> Vec<Self> {
        const BOTH: [Algorithm; 2] = [Algorithm::Ed25519, Algorithm::P256];
        BOTH.into_iter().flat_map(|issuer| BOTH.map(|holder| Self::new(issuer, holder))).collect()
    }

    pub(crate) fn our_issuer(&self) -> IssuerKey {
        IssuerKey::new(self.issuer.clone())
    }

    pub(crate) fn our_holder(&self) -> LeafKey {
        LeafKey::new(self.holder.clone()).unwrap()
    }

    pub(crate) fn trusted(&self) -> [TrustedIssuer; 1] {
        [TrustedIssuer { issuer: ISSUER.to_owned(), key: self.issuer.public().clone() }]
    }
}

pub(crate) fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

pub(crate) fn clock() -> Clock {
    Clock { now: now(), leeway: 5 }
}

pub(crate) fn jwa(algorithm: Algorithm) -> Jwa {
    match algorithm {
        Algorithm::Ed25519 => Jwa::EdDSA,
        Algorithm::P256 => Jwa::ES256,
        Algorithm::P384 => Jwa::ES384,
        Algorithm::P521 => unreachable!("the peer has no ES512"),
    }
}

pub(crate) fn name(algorithm: Algorithm) -> String {
    format!("{:?}", jwa(algorithm))
}

pub(crate) fn their_signing_key(key: &SecretKey) -> EncodingKey {
    match key.algorithm() {
        Algorithm::Ed25519 => EncodingKey::from_ed_der(&key.to_pkcs8_der()),
        _ => EncodingKey::from_ec_der(&key.to_pkcs8_der()),
    }
}

pub(crate) fn their_jwk(key: &PublicKey) -> TheirJwk {
    serde_json::from_str(&json::write_map(&jwk::public_members(key)).unwrap()).unwrap()
}

/// Claims as the peer has them, in our hands.
pub(crate) fn ours(claims: &Json) -> Map<'static> {
    let value = json::parse(&claims.to_string(), &json::Limits::DEFAULT).unwrap().into_owned();
    value.as_map().unwrap().clone()
}

/// Verified claims of ours as the peer would have them; the confirmation key is looked at elsewhere.
pub(crate) fn theirs(claims: &Map<'_>) -> Json {
    without_cnf(serde_json::from_str(&json::write_map(claims).unwrap()).unwrap())
}

pub(crate) fn without_cnf(mut claims: Json) -> Json {
    assert!(claims.as_object_mut().unwrap().remove("cnf").is_some(), "there is a confirmation key");
    claims
}

pub(crate) fn claims() -> Json {
    json!({
        "iss": ISSUER,
        "iat": 1_700_000_000,
        "exp": LATER,
        "name": "Zoë \"Z\" Müller",
        "email": "zoe@a.example",
        "email_verified": true,
        "updated_at": -12.5,
        "address": {"country": "DE", "locality": "Köln", "lines": ["Hof 1", "Hinterhaus"]},
        "nationalities": ["DE", "FR", "CH"],
        "cars": [{"make": "Lada", "year": 1984}, {"make": "Trabant"}],
        "nothing": null,
    })
}

/// What the Holder shows: a whole claim, one member of an object, some elements of an array, one member of an element's object.
pub(crate) fn our_choice() -> Selection {
    let paths = ["email", "address.country", "nationalities[0]", "nationalities[2]", "cars[0].make"];
    Selection::Paths(paths.iter().map(|path| path.parse().unwrap()).collect())
}

pub(crate) fn their_choice() -> Json {
    json!({"email": true, "address": {"country": true}, "nationalities": [true, false, true], "cars": [{"make": true}, false]})
}

pub(crate) fn chosen_claims() -> Json {
    json!({
        "iss": ISSUER,
        "exp": LATER,
        "email": "zoe@a.example",
        "address": {"country": "DE"},
        "nationalities": ["DE", "CH"],
        "cars": [{"make": "Lada"}],
    })
}
