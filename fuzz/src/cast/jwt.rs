//! What they do with SD-JWTs.

use mimicred_claims::{Key, Limits, Map, Value};
use mimicred_jose::jws::AlgorithmName;
use mimicred_jose::{base64url, json, jwk};
use mimicred_keys::{Family, HashAlgorithm, Signature, ToBeSigned};
use mimicred_sd_jwt::{
    AcceptExpectations, Error, Expectations, Held, KeyBinding, TrustedIssuer, UnverifiedPresentation, UnverifiedSdJwt,
    VerifiedPresentation,
};

use super::{AUDIENCE, CLOCK, Cast, ISSUER, NOW};

/// That of the other format, as text.
pub const NONCE: &str = "nonce";
/// What the key binding must be.
pub const BOUND: KeyBinding<'static> = KeyBinding::Required { audience: AUDIENCE, nonce: NONCE, max_age: Some(60) };

/// Header and payload as they are signed, whatever they are.
pub fn signing_input(header: &[u8], payload: &[u8]) -> String {
    [base64url::encode(header), base64url::encode(payload)].join(".")
}

/// The claims of a KB-JWT over everything up to the last tilde.
pub fn binding_payload(bound: &str, hash: HashAlgorithm) -> String {
    let sd_hash = base64url::encode(&hash.digest(bound.as_bytes()));
    format!(r#"{{"iat":{NOW},"aud":"{AUDIENCE}","nonce":"{NONCE}","sd_hash":"{sd_hash}"}}"#)
}

/// The hash that a payload names, if it can be read.
pub fn hash_of(payload: &[u8]) -> HashAlgorithm {
    let read = json::parse_octets(payload, &json::Limits::DEFAULT).ok();
    let name = read.as_ref().and_then(Value::as_map).and_then(|payload| payload.text("_sd_alg")?.as_text());
    HashAlgorithm::ALL.into_iter().find(|hash| Some(hash.name()) == name).unwrap_or(HashAlgorithm::Sha256)
}

/// Whom the token is for, as far as it says so.
pub fn audience_of(claims: &Map<'_>) -> Option<String> {
    let aud = claims.text("aud")?;
    aud.as_array().and_then(<[_]>::first).unwrap_or(aud).as_text().map(str::to_owned)
}

/// The claims without regard to the order of members, to be compared.
pub fn canonical(claims: &Map<'_>) -> String {
    json::write(&sorted(Value::Map(claims.clone()))).expect("what was read can be written")
}

fn sorted(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Map(map) => {
            assert!(map.redacted.is_empty(), "a mark is left");
            let mut entries: Vec<_> = map.into_entries().into_iter().map(|(key, value)| (key, sorted(value))).collect();
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Map(Map::from_entries(entries).expect("a map before"))
        }
        Value::Array(elements) => Value::Array(elements.into_iter().map(sorted).collect()),
        other => other,
    }
}

impl Cast {
    /// A JWT of the Issuer. What no key of ours signs, since it is no JWS, has zeros for a signature.
    pub fn issuer_jwt(&self, signing_input: &str) -> String {
        signed(signing_input, |to_be_signed| self.issuer.sign(to_be_signed).expect("a signature"))
    }

    /// A JWT of the Holder.
    pub fn holder_jwt(&self, signing_input: &str) -> String {
        signed(signing_input, |to_be_signed| self.holder.sign(to_be_signed).expect("a signature"))
    }

    /// A header with nothing unusual about it.
    pub fn jwt_header(&self, typ: &str) -> String {
        format!(r#"{{"alg":"{}","typ":"{typ}"}}"#, AlgorithmName::for_key(self.issuer.public().algorithm()).as_str())
    }

    /// A token with a KB-JWT that has nothing unusual about it.
    pub fn bind_jwt(&self, token: &str, hash: HashAlgorithm) -> String {
        let payload = binding_payload(token, hash);
        let input = signing_input(self.jwt_header("kb+jwt").as_bytes(), payload.as_bytes());
        [token, &self.holder_jwt(&input)].concat()
    }

    /// What the Holder makes of a token.
    pub fn accept_jwt(&self, token: &str) -> Result<Held, Error> {
        let trusted = self.trusted_jwt();
        let expected = AcceptExpectations { issuers: &trusted, confirmation_key: self.holder.public(), clock: CLOCK };
        UnverifiedSdJwt::parse(token)?.accept(&expected)
    }

    /// What the Verifier makes of a presentation, being this one to the Issuer.
    pub fn verify_jwt<'p>(
        &self,
        received: &'p UnverifiedPresentation<'_>,
        audience_of_token: Option<&str>,
        key_binding: KeyBinding<'_>,
    ) -> Result<VerifiedPresentation<'p>, Error> {
        let issuers = &self.trusted_jwt();
        received.verify(&Expectations { issuers, audience_of_token, key_binding, clock: CLOCK, limits: Limits::DEFAULT })
    }

    /// What `cnf` is.
    pub fn jwt_confirmation(&self) -> Value<'static> {
        let key = Value::Map(jwk::public_members(self.holder.public()));
        Value::Map(Map::from_entries(vec![(Key::from("jwk"), key)]).expect("one entry"))
    }

    fn trusted_jwt(&self) -> [TrustedIssuer; 1] {
        [TrustedIssuer { issuer: ISSUER.to_owned(), key: self.issuer.public().clone() }]
    }
}

fn signed(signing_input: &str, sign: impl FnOnce(&ToBeSigned) -> Signature) -> String {
    let signature = match ToBeSigned::new(Family::Jws, signing_input) {
        Ok(to_be_signed) => base64url::encode(sign(&to_be_signed).as_bytes()),
        Err(_) => base64url::encode(&[0; 64]),
    };
    [signing_input, &signature].join(".")
}
