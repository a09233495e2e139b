//! The keys of a batch: a JWK Set (RFC 7517 section 5) of private keys in one file, or files of one key each.
//!
//! They are named and sorted by what nobody chose, a hash of the public key, so that no order of making shows in files (mimi-mls.md 4.5 B-5).

use std::collections::BTreeMap;

use mimicred_claims::Value;
use mimicred_jose::{Jwk, json, jwk};
use mimicred_keys::{PublicKey, SecretKey};
use zeroize::Zeroizing;

use crate::error::{Code, Failure};
use crate::io::{Input, Inputs, Source};
use crate::out::hex;
use crate::sniff::key::KeyFile;

/// Largest file of keys that is read, in octets.
const MAX_KEYS: usize = 64 << 20;
const JSON: json::Limits = json::Limits { octets: MAX_KEYS, values: 1 << 21, ..json::Limits::DEFAULT };

/// Private keys by their names, and so in no order of their making.
#[derive(Default)]
pub(super) struct Keys(BTreeMap<String, SecretKey>);

impl Keys {
    /// Reads every key of these files.
    ///
    /// # Errors
    /// A file cannot be read, holds no keys, or public ones only; `cli/answer-keys` if a key is there twice.
    pub(super) fn read(inputs: &Inputs, sources: &[Source]) -> Result<Self, Failure> {
        let mut keys = Self::default();
        for source in sources {
            let input = inputs.read_within(source, "keys", MAX_KEYS)?;
            for key in of_file(&input)? {
                if !keys.add(key) {
                    return Err(Failure::note(Code::AnswerKeys, "a key is given twice").reading(&input.name));
                }
            }
        }
        Ok(keys)
    }

    /// Adds a key, unless it is there.
    pub(super) fn add(&mut self, key: SecretKey) -> bool {
        self.0.insert(name(key.public()), key).is_none()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them, by their names.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &SecretKey)> {
        self.0.iter().map(|(name, key)| (name.as_str(), key))
    }

    /// The name and the private key that go with a public one.
    pub(super) fn of(&self, key: &PublicKey) -> Option<(&str, &SecretKey)> {
        let (name, secret) = self.0.get_key_value(&name(key))?;
        (secret.public() == key).then_some((name.as_str(), secret))
    }

    /// All of them as a JWK Set.
    pub(super) fn to_text(&self) -> Zeroizing<String> {
        let members: Vec<Zeroizing<String>> = self.0.values().map(jwk::secret_text).collect();
        let length = members.iter().fold(16, |length, member| length + member.len() + 2);
        // Room for all of it, so that no copy is left behind by growing.
        let mut text = Zeroizing::new(String::with_capacity(length));
        text.push_str("{\"keys\":[\n");
        for (n, member) in members.iter().enumerate() {
            text.push_str(if n == 0 { "" } else { ",\n" });
            text.push_str(member);
        }
        text.push_str("\n]}\n");
        text
    }
}

/// A name for a pseudonym's files that says nothing to whoever has not the key: the first half of SHA-256 of its SubjectPublicKeyInfo.
pub(super) fn name(key: &PublicKey) -> String {
    let [half @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = key.spki_sha256();
    hex(&half)
}

fn of_file(input: &Input) -> Result<Vec<SecretKey>, Failure> {
    let reading = |failure: Failure| failure.reading(&input.name);
    let text = input.text().unwrap_or_default();
    if !(text.starts_with('{') && text.contains("\"keys\"")) {
        return Ok(vec![KeyFile::parse(input).map_err(reading)?.into_secret()?]);
    }
    let set = json::parse(text, &JSON).map_err(|error| reading(error.into()))?;
    let members = set.as_map().and_then(|set| set.text("keys")).and_then(Value::as_array);
    let members = members.ok_or_else(|| reading(Failure::note(Code::ContentUnexpected, "JSON, but no JWK Set")))?;
    let key = |member: &Value<'_>| {
        let member = member.as_map().ok_or_else(|| Failure::note(Code::ContentUnexpected, "a member of keys is no JWK"))?;
        Jwk::parse(member)?.secret.ok_or_else(|| Failure::new(Code::SecretMissing))
    };
    members.iter().map(|member| key(member).map_err(reading)).collect()
}
