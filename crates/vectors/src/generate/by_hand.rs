//! Messages by hand: maps entry by entry, COSE_Sign1 and JWS of any content, signed all the same.

use mimicred_cose::cbor::Writer;
use mimicred_cose::sign1;
use mimicred_jose::base64url;
use mimicred_keys::{Family, ToBeSigned};

use crate::notation::octets;
use crate::object::hex;
use crate::sign::FixedKey;

/// The entries of a map, in the order in which they stand there.
#[derive(Clone, Default)]
pub(in crate::generate) struct Entries(Vec<(Vec<u8>, Vec<u8>)>);

impl Entries {
    pub(in crate::generate) fn of(entries: &[(&str, String)]) -> Self {
        Self(entries.iter().map(|(key, value)| (octets(key), octets(value))).collect())
    }

    /// One entry more, whether there is one of this key or not.
    pub(in crate::generate) fn add(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.0.push((key, value));
    }

    pub(in crate::generate) fn set(&mut self, key: &str, value: Vec<u8>) {
        let key = octets(key);
        match self.0.iter_mut().find(|(other, _)| *other == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((key, value)),
        }
    }

    pub(in crate::generate) fn remove(&mut self, key: &str) {
        let key = octets(key);
        self.0.retain(|(other, _)| *other != key);
    }

    pub(in crate::generate) fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.map(self.0.len());
        for (key, value) in &self.0 {
            writer.raw(key);
            writer.raw(value);
        }
        writer.finish()
    }
}

pub(in crate::generate) fn to_be_signed(protected: &[u8], payload: &[u8]) -> Vec<u8> {
    sign1::PreparedSign1::new(protected, payload).map(|prepared| prepared.to_be_signed().as_bytes().to_vec()).unwrap_or_default()
}

/// A COSE_Sign1 of a protected header, an unprotected one and a payload. What nobody signs has 64 octets of nothing as signature.
pub(in crate::generate) fn message(key: &FixedKey, [protected, unprotected, payload]: [Vec<u8>; 3]) -> Vec<u8> {
    let prepared = sign1::PreparedSign1::new(&protected, &payload).ok();
    let signature = prepared.and_then(|prepared| key.sign(prepared.to_be_signed())).unwrap_or_else(|| vec![0; 64]);
    sign1::encode(&protected, &unprotected, &payload, &signature)
}

/// The octets with another one at this place.
pub(in crate::generate) fn replaced_at(octets: &[u8], at: usize, octet: u8) -> Vec<u8> {
    octets.iter().enumerate().map(|(n, old)| if n == at { octet } else { *old }).collect()
}

/// The octets with one bit of the last one turned over: that of a signature, at the end of a message.
pub(in crate::generate) fn flipped(octets: &[u8]) -> Vec<u8> {
    octets.split_last().map(|(last, rest)| [rest, &[last ^ 1]].concat()).unwrap_or_default()
}

pub(in crate::generate) fn text(text: &str) -> String {
    format!("\"{text}\"")
}

pub(in crate::generate) fn bytes(octets: &[u8]) -> String {
    format!("h'{}'", hex(octets))
}

/// A JWS of these texts. What nobody signs has 64 octets of nothing as signature.
pub(in crate::generate) fn jws(header: &str, payload: &str, key: &FixedKey) -> String {
    let input = format!("{}.{}", base64url::encode(header.as_bytes()), base64url::encode(payload.as_bytes()));
    let signature = ToBeSigned::new(Family::Jws, input.clone()).ok().and_then(|tbs| key.sign(&tbs));
    format!("{input}.{}", base64url::encode(&signature.unwrap_or_else(|| vec![0; 64])))
}
