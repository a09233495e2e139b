//! Tokens of any shape, correctly signed: what is odd about one is what the test puts there.

use mimicred_claims::{Clock, Digest, Key, Limits, Map, Value};
use mimicred_cose::cbor::{self, Writer};
use mimicred_cose::{key, sign1};
use mimicred_keys::{Algorithm, IssuerKey, LeafKey, PublicKey, SecretKey, sha256};
use mimicred_sd_cwt::{
    AcceptExpectations, Code, Expectations, Held, KeyBinding, Nonce, TrustedIssuer, UnverifiedPresentation, UnverifiedSdCwt,
};

pub(crate) const NOW: i64 = 1000;
pub(crate) const AUDIENCE: &str = "mimi://hub.example/r/r";
pub(crate) const NONCE: &[u8] = b"nonce";
pub(crate) const ISSUER: &str = "https://i.example";

pub(crate) fn secret(algorithm: Algorithm, n: u8) -> SecretKey {
    let mut octets = vec![n; algorithm.coordinate_len()];
    octets[0] = 0;
    SecretKey::from_octets(algorithm, &octets).unwrap()
}

pub(crate) fn issuer_key() -> IssuerKey {
    IssuerKey::new(secret(Algorithm::Ed25519, 1))
}

pub(crate) fn holder_key() -> LeafKey {
    LeafKey::new(secret(Algorithm::Ed25519, 2)).unwrap()
}

pub(crate) fn trusted(issuer: &str, key: &PublicKey) -> TrustedIssuer {
    TrustedIssuer { issuer: issuer.to_owned(), key: key.clone() }
}

pub(crate) fn map(entries: Vec<(i128, Value<'static>)>) -> Map<'static> {
    Map::from_entries(entries.into_iter().map(|(key, value)| (Key::Int(key), value)).collect()).unwrap()
}

pub(crate) fn bytes(octets: &[u8]) -> Value<'static> {
    Value::Bytes(octets.to_vec().into())
}

pub(crate) fn array(elements: Vec<Value<'static>>) -> Value<'static> {
    Value::Array(elements)
}

pub(crate) fn cnf(key: &PublicKey) -> Value<'static> {
    Value::Map(map(vec![(1, Value::Map(key::public_members(key)))]))
}

/// Octets from hexadecimal with spaces.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

pub(crate) fn bstr(content: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.bytes(content);
    writer.finish()
}

/// The content of a disclosure with a salt of sixteen times `salt`.
pub(crate) fn content(salt: u8, fields: &[Value<'static>]) -> Vec<u8> {
    let mut all = vec![bytes(&[salt; 16])];
    all.extend(fields.iter().cloned());
    cbor::write(&Value::Array(all)).unwrap()
}

pub(crate) fn digest(encoded: &[u8]) -> Value<'static> {
    Value::Redacted(sha256(encoded).to_vec().into())
}

/// An SD-CWT in a KBT, before it is signed.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) protected: Map<'static>,
    pub(crate) unprotected: Map<'static>,
    pub(crate) claims: Map<'static>,
    /// Encoded byte strings.
    pub(crate) disclosures: Vec<Vec<u8>>,
    pub(crate) kbt_protected: Map<'static>,
    pub(crate) kbt_unprotected: Map<'static>,
    pub(crate) kbt_claims: Map<'static>,
    pub(crate) raw: Raw,
    pub(crate) issuer: Algorithm,
    pub(crate) holder: Algorithm,
}

/// Octets that stand in for what would be made of the maps.
#[derive(Clone, Default)]
pub(crate) struct Raw {
    pub(crate) protected: Option<Vec<u8>>,
    pub(crate) unprotected: Option<Vec<u8>>,
    pub(crate) sd_claims: Option<Vec<u8>>,
    pub(crate) payload: Option<Vec<u8>>,
    pub(crate) kcwt: Option<Vec<u8>>,
    pub(crate) kbt_protected: Option<Vec<u8>>,
    pub(crate) kbt_unprotected: Option<Vec<u8>>,
    pub(crate) kbt_payload: Option<Vec<u8>>,
}

impl Default for Draft {
    /// A token that passes, with one clear claim, 500.
    fn default() -> Self {
        Self {
            protected: map(vec![(1, Value::Int(-19)), (16, Value::Int(293)), (170, Value::Int(-16))]),
            unprotected: Map::new(),
            claims: map(vec![
                (1, Value::from(ISSUER)),
                (2, Value::from("subject")),
                (4, Value::Int(2000)),
                (5, Value::Int(500)),
                (6, Value::Int(600)),
                (8, cnf(holder_key().public())),
                (500, Value::from(true)),
            ]),
            disclosures: Vec::new(),
            kbt_protected: map(vec![(1, Value::Int(-19)), (16, Value::Int(294))]),
            kbt_unprotected: Map::new(),
            kbt_claims: map(vec![(3, Value::from(AUDIENCE)), (6, Value::Int(900)), (39, bytes(NONCE))]),
            raw: Raw::default(),
            issuer: Algorithm::Ed25519,
            holder: Algorithm::Ed25519,
        }
    }
}

pub(crate) fn put(map: &mut Map<'static>, key: i128, value: Value<'static>) {
    map.remove(&Key::Int(key));
    map.insert(Key::Int(key), value).unwrap();
}

pub(crate) fn take(map: &mut Map<'static>, key: i128) {
    map.remove(&Key::Int(key)).unwrap();
}

impl Draft {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The draft after a change.
    pub(crate) fn with(change: impl FnOnce(&mut Draft)) -> Self {
        let mut draft = Self::new();
        change(&mut draft);
        draft
    }

    /// Adds a disclosure with this content and returns its digest.
    pub(crate) fn hide(&mut self, content: &[u8]) -> Digest<'static> {
        let Value::Redacted(digest) = self.disclose(content) else { unreachable!() };
        digest
    }

    /// The same as an element of an array.
    pub(crate) fn disclose(&mut self, content: &[u8]) -> Value<'static> {
        let encoded = bstr(content);
        let digest = digest(&encoded);
        self.disclosures.push(encoded);
        digest
    }

    /// Adds a disclosure whose digest is at the top level.
    pub(crate) fn redact(&mut self, content: &[u8]) {
        let digest = self.hide(content);
        self.claims.redacted.push(digest);
    }

    pub(crate) fn payload(&self) -> Vec<u8> {
        self.raw.payload.clone().unwrap_or_else(|| cbor::write(&Value::Map(self.claims.clone())).unwrap())
    }

    /// The SD-CWT.
    pub(crate) fn token(&self) -> Vec<u8> {
        self.token_signed_by(&IssuerKey::new(secret(self.issuer, 1)))
    }

    pub(crate) fn token_signed_by(&self, key: &IssuerKey) -> Vec<u8> {
        let protected = self.raw.protected.clone().unwrap_or_else(|| cbor::write(&Value::Map(self.protected.clone())).unwrap());
        let payload = self.payload();
        let signature = key.sign(sign1::PreparedSign1::new(&protected, &payload).unwrap().to_be_signed()).unwrap();
        sign1::encode(&protected, &self.unprotected(), &payload, signature.as_bytes())
    }

    fn unprotected(&self) -> Vec<u8> {
        if let Some(raw) = &self.raw.unprotected {
            return raw.clone();
        }
        let sd_claims = self.raw.sd_claims.clone().or_else(|| {
            let mut writer = Writer::new();
            writer.array(self.disclosures.len());
            self.disclosures.iter().for_each(|disclosure| writer.raw(disclosure));
            (!self.disclosures.is_empty()).then(|| writer.finish())
        });
        with_raw_entry(&self.unprotected, 17, sd_claims.as_deref())
    }

    /// The KBT.
    pub(crate) fn presentation(&self) -> Vec<u8> {
        self.presentation_signed_by(&IssuerKey::new(secret(self.holder, 2)))
    }

    pub(crate) fn presentation_signed_by(&self, key: &IssuerKey) -> Vec<u8> {
        let kcwt = self.raw.kcwt.clone().unwrap_or_else(|| self.token());
        let protected = self.raw.kbt_protected.clone().unwrap_or_else(|| with_raw_entry(&self.kbt_protected, 13, Some(&kcwt)));
        let payload = self.raw.kbt_payload.clone().unwrap_or_else(|| cbor::write(&Value::Map(self.kbt_claims.clone())).unwrap());
        let signature = key.sign(sign1::PreparedSign1::new(&protected, &payload).unwrap().to_be_signed()).unwrap();
        let raw = self.raw.kbt_unprotected.clone();
        let unprotected = raw.unwrap_or_else(|| cbor::write(&Value::Map(self.kbt_unprotected.clone())).unwrap());
        sign1::encode(&protected, &unprotected, &payload, signature.as_bytes())
    }

    /// What the Verifier makes of it.
    pub(crate) fn verify(&self) -> Result<Map<'static>, Code> {
        verify(&self.presentation(), |_| {})
    }

    pub(crate) fn verify_with(&self, change: impl FnOnce(&mut Expectations<'_>)) -> Result<Map<'static>, Code> {
        let mut changed = Some(change);
        verify_among(&self.presentation(), &[trusted(ISSUER, secret(self.issuer, 1).public())], |expected| {
            if let Some(change) = changed.take() {
                change(expected);
            }
        })
    }

    /// The code with which the Verifier refuses it.
    pub(crate) fn refused(&self) -> Code {
        self.verify_with(|_| {}).unwrap_err()
    }

    /// What the Holder makes of the token.
    pub(crate) fn accept(&self) -> Result<Held, Code> {
        accept(&self.token(), secret(self.holder, 2).public())
    }
}

/// The protected header of a draft with CWT Claims in it, which may be redacted.
pub(crate) fn with_header_claims(draft: &Draft, change: impl FnOnce(&mut Map<'static>)) -> Vec<u8> {
    let mut claims = Map::new();
    change(&mut claims);
    let claims = cbor::write(&Value::Map(claims)).unwrap();
    with_raw_entry(&draft.protected, 15, Some(&claims))
}

/// The encoded map with one more entry.
pub(crate) fn with_raw_entry(map: &Map<'_>, key: i64, value: Option<&[u8]>) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.map(map.len() + usize::from(value.is_some()));
    for (key, value) in map.iter() {
        writer.key(key).unwrap();
        writer.value(value).unwrap();
    }
    if let Some(value) = value {
        writer.int(key);
        writer.raw(value);
    }
    writer.finish()
}

pub(crate) fn verify(octets: &[u8], change: impl FnMut(&mut Expectations<'_>)) -> Result<Map<'static>, Code> {
    verify_among(octets, &[trusted(ISSUER, issuer_key().public())], change)
}

pub(crate) fn verify_among(
    octets: &[u8],
    issuers: &[TrustedIssuer],
    mut change: impl FnMut(&mut Expectations<'_>),
) -> Result<Map<'static>, Code> {
    let mut expected = Expectations {
        issuers,
        audience_of_token: None,
        key_binding: KeyBinding::Required { audience: AUDIENCE, nonce: Nonce::Exactly(NONCE), max_age: Some(600) },
        clock: Clock { now: NOW, leeway: 0 },
        limits: Limits::DEFAULT,
    };
    change(&mut expected);
    let verified = UnverifiedPresentation::parse(octets).and_then(|presentation| presentation.verify(&expected));
    verified.map(|verified| verified.into_claims().into_owned()).map_err(|error| error.code())
}

pub(crate) fn accept(token: &[u8], key: &PublicKey) -> Result<Held, Code> {
    let algorithm = UnverifiedSdCwt::parse(token).ok().and_then(|token| token.algorithm()).unwrap_or(Algorithm::Ed25519);
    let issuers = [trusted(ISSUER, secret(algorithm, 1).public())];
    let expected = AcceptExpectations { issuers: &issuers, confirmation_key: key, clock: Clock { now: NOW, leeway: 0 } };
    Held::accept(token, &expected).map_err(|error| error.code())
}
