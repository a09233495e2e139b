//! The members of an object, each as text, to be exchanged one by one.

use arbitrary::Arbitrary;
use mimicred_claims::{Key, Value};
use mimicred_jose::{json, jwk};

use crate::cast::jwt::NONCE;
use crate::cast::{AUDIENCE, ISSUER, NOW, cast};

/// Name and value, both JSON, in some order.
pub(super) struct Members(Vec<(Vec<u8>, Vec<u8>)>);

/// A name that means something in a header, among claims or in the JSON serialization, or nothing at all.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(super) struct Name(u8);

/// A value that could be meant to be there.
#[derive(Arbitrary, Debug)]
pub(super) enum Item {
    /// Seconds around now.
    Date(i8),
    Fraction(i8),
    Number(i64),
    Known(u8),
    Text(String),
    /// The Holder's key, as `cnf` holds it.
    Confirmation,
    Thumbprint,
    Array(Vec<Item>),
    Object(Vec<(Name, Item)>),
    Null,
    Bool(bool),
    /// No value at all, most often.
    Octets(Vec<u8>),
}

impl Name {
    #[rustfmt::skip]
    const KNOWN: [&str; 37] = [
        "alg", "typ", "kid", "cty", "crit", "b64", "jwk", "x5c", "iss", "sub", "aud", "exp", "nbf", "iat", "cnf", "nonce", "sd_hash", "_sd",
        "_sd_alg", "...", "vct", "status", "text", "list", "object", "a", "b", "", "jkt", "disclosures", "kb_jwt", "payload",
        "protected", "signature", "signatures", "header", "é",
    ];

    fn text(self) -> Vec<u8> {
        text(Self::KNOWN[usize::from(self.0) % Self::KNOWN.len()])
    }
}

impl Item {
    #[rustfmt::skip]
    const KNOWN: [&str; 18] = [
        ISSUER, AUDIENCE, NONCE, "ES256", "EdDSA", "Ed25519", "none", "dc+sd-jwt", "application/x+sd-jwt", "kb+jwt", "sha-256", "sha-384",
        "sha-512", "e30", "eyJhbGciOiJFUzI1NiJ9", "WyJzIiwxXQ", "AAAA", "eyJhbGciOiJFUzI1NiJ9.e30.AAAA",
    ];

    fn text(&self) -> Vec<u8> {
        match self {
            Item::Date(offset) => (NOW + i64::from(*offset)).to_string().into_bytes(),
            Item::Fraction(quarters) => (1_790_000_000.0 + f64::from(*quarters) / 4.0).to_string().into_bytes(),
            Item::Number(number) => number.to_string().into_bytes(),
            Item::Known(n) => text(Self::KNOWN[usize::from(*n) % Self::KNOWN.len()]),
            Item::Text(free) => text(free),
            Item::Confirmation => json::write(&cast().jwt_confirmation()).expect("our own").into_bytes(),
            Item::Thumbprint => format!(r#"{{"jkt":"{}"}}"#, jwk::thumbprint(cast().holder.public())).into_bytes(),
            Item::Array(items) => listed(b'[', items.iter().map(Item::text), b']'),
            Item::Object(members) => {
                let members = members.iter().map(|(name, item)| [name.text(), item.text()].join(&b':'));
                listed(b'{', members, b'}')
            }
            Item::Null => b"null".to_vec(),
            Item::Bool(known) => known.to_string().into_bytes(),
            Item::Octets(octets) => octets.clone(),
        }
    }
}

impl Members {
    /// Those of an object.
    pub(super) fn of(object: &str) -> Self {
        let object = json::parse(object, &json::Limits::DEFAULT).expect("our own");
        let object = object.as_map().expect("an object");
        let write = |value: &Value<'_>| json::write(value).expect("what was read can be written").into_bytes();
        let name = |key: &Key<'_>| match key {
            Key::Text(name) => text(name),
            Key::Int(_) => unreachable!("JSON has names"),
        };
        Self(object.iter().map(|(key, value)| (name(key), write(value))).collect())
    }

    /// Puts a value in the place of another one, or at the end; or takes it out.
    pub(super) fn put(&mut self, name: Name, item: Option<&Item>) {
        let name = name.text();
        let known = self.0.iter().position(|(known, _)| *known == name);
        match (known, item) {
            (Some(n), Some(item)) => self.0[n].1 = item.text(),
            (Some(n), None) => drop(self.0.remove(n)),
            (None, Some(item)) => self.0.push((name, item.text())),
            (None, None) => {}
        }
    }

    /// Changes the object that a member is, or the only one in the array that it is.
    pub(super) fn within(&mut self, name: &str, change: impl FnOnce(&mut Members)) {
        let name = text(name);
        let Some((_, value)) = self.0.iter_mut().find(|(known, _)| *known == name) else { return };
        let inner = str::from_utf8(value).expect("our own");
        let bare = inner.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
        let mut members = Members::of(bare.unwrap_or(inner));
        change(&mut members);
        *value = if bare.is_some() { listed(b'[', std::iter::once(members.text()), b']') } else { members.text() };
    }

    pub(super) fn text(&self) -> Vec<u8> {
        listed(b'{', self.0.iter().map(|(name, value)| [name.as_slice(), value].join(&b':')), b'}')
    }
}

fn listed(open: u8, items: impl Iterator<Item = Vec<u8>>, close: u8) -> Vec<u8> {
    [vec![open], items.collect::<Vec<_>>().join(&b','), vec![close]].concat()
}

fn text(text: &str) -> Vec<u8> {
    json::write_text(text).into_bytes()
}
