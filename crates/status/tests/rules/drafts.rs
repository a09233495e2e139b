//! Status List Tokens of any shape, correctly signed: what is odd about one is what the test puts there.

use mimicred_claims::{Clock, Key, Map, Value};
use mimicred_cose::cbor::Writer;
use mimicred_cose::sign1;
use mimicred_keys::{Algorithm, IssuerKey, PublicKey, SecretKey};
use mimicred_status::{Bits, Code, Error, Expectations, Limits, StatusReference, UnverifiedStatusListCwt, VerifiedStatusList};

pub(crate) const URI: &str = "https://a.example/status/1";
pub(crate) const NOW: i64 = 1_790_000_000;

pub(crate) fn key(n: u8) -> IssuerKey {
    IssuerKey::new(SecretKey::from_octets(Algorithm::Ed25519, &[n; 32]).unwrap())
}

/// Octets from hexadecimal; what is no digit is passed over.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

pub(crate) fn map<K: Into<Key<'static>>>(entries: Vec<(K, Value<'static>)>) -> Value<'static> {
    Value::Map(Map::from_entries(entries.into_iter().map(|(key, value)| (key.into(), value)).collect()).unwrap())
}

pub(crate) fn bytes(octets: &[u8]) -> Value<'static> {
    Value::Bytes(octets.to_vec().into())
}

/// The draft's first example: 16 entries of 1 bit, the octets b9 a3.
pub(crate) fn example_list() -> Value<'static> {
    map(vec![("bits", Value::Int(1)), ("lst", bytes(&hex("78da dbb91800 0217015d")))])
}

pub(crate) fn reference(index: u64) -> StatusReference {
    StatusReference::new(URI, index).unwrap()
}

/// A token before it is signed.
#[derive(Clone)]
pub(crate) struct Draft {
    /// What stands before the four parts.
    pub(crate) tags: Vec<u64>,
    pub(crate) protected: Vec<(i128, Value<'static>)>,
    pub(crate) unprotected: Vec<(i128, Value<'static>)>,
    pub(crate) claims: Vec<(i128, Value<'static>)>,
}

impl Draft {
    pub(crate) fn good() -> Self {
        Self {
            tags: vec![18],
            protected: vec![(1, Value::Int(-19)), (16, Value::Int(279))],
            unprotected: Vec::new(),
            claims: vec![
                (2, Value::from(URI)),
                (6, Value::Int((NOW - 60).into())),
                (4, Value::Int((NOW + 3600).into())),
                (65534, Value::Int(43_200)),
                (65533, example_list()),
            ],
        }
    }

    pub(crate) fn without(mut self, claim: i128) -> Self {
        self.claims.retain(|(key, _)| *key != claim);
        self
    }

    pub(crate) fn with(self, claim: i128, value: impl Into<Value<'static>>) -> Self {
        let mut draft = self.without(claim);
        draft.claims.push((claim, value.into()));
        draft
    }

    pub(crate) fn with_list(self, list: Vec<(&'static str, Value<'static>)>) -> Self {
        self.with(65533, map(list))
    }

    pub(crate) fn with_header(mut self, label: i128, value: Option<Value<'static>>) -> Self {
        self.protected.retain(|(key, _)| *key != label);
        self.protected.extend(value.map(|value| (label, value)));
        self
    }

    pub(crate) fn sign(&self, key: &IssuerKey) -> Vec<u8> {
        let encoded = |entries: &[(i128, Value<'static>)]| {
            let mut writer = Writer::new();
            writer.value(&map(entries.to_vec())).unwrap();
            writer.finish()
        };
        let (protected, payload) = (encoded(&self.protected), encoded(&self.claims));
        let signature = key.sign(sign1::PreparedSign1::new(&protected, &payload).unwrap().to_be_signed()).unwrap();
        let mut writer = Writer::new();
        for tag in &self.tags {
            writer.tag(*tag);
        }
        writer.array(4);
        writer.bytes(&protected);
        writer.raw(&encoded(&self.unprotected));
        writer.bytes(&payload);
        writer.bytes(signature.as_bytes());
        writer.finish()
    }

    pub(crate) fn verify(&self) -> Result<VerifiedStatusList, Error> {
        verify(&self.sign(&key(1)))
    }

    pub(crate) fn code(&self) -> Result<(), Code> {
        self.verify().map(drop).map_err(|error| error.code())
    }
}

pub(crate) fn verify(token: &[u8]) -> Result<VerifiedStatusList, Error> {
    verify_under(token, &[key(1).public().clone()])
}

pub(crate) fn verify_under(token: &[u8], keys: &[PublicKey]) -> Result<VerifiedStatusList, Error> {
    let clock = Clock { now: NOW, leeway: 0 };
    let expected = Expectations { keys, uri: URI, clock, max_age: None, limits: Limits::DEFAULT };
    UnverifiedStatusListCwt::parse(token)?.verify(&expected)
}

/// A verified list of these octets.
pub(crate) fn verified(bits: Bits, octets: &[u8]) -> VerifiedStatusList {
    let list = mimicred_status::StatusList::from_octets(bits, octets);
    let number = Value::Int(bits.number().into());
    Draft::good().with_list(vec![("bits", number), ("lst", bytes(&list.compress()))]).verify().unwrap()
}
