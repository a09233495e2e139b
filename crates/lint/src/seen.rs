//! One credential in the terms that the checks understand, whatever its format.

use std::collections::BTreeSet;

use mimicred_keys::{PublicKey, sha256};

use crate::finding::FindingKind;

/// What one credential shows.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Where it stands in the input.
    pub(crate) item: usize,
    /// What it is: `x509`, `sd-jwt`, `key-package x509`.
    pub(crate) format: String,
    /// Who it stands for.
    pub(crate) role: Role,
    /// The algorithm of the issuer's signature.
    pub(crate) issuer_algorithm: String,
    /// The algorithm of the holder's key, if the credential tells.
    pub(crate) holder_algorithm: Option<String>,
    /// What should be the same in all credentials of a format.
    pub(crate) constants: Vec<Constant>,
    /// What is a fault by itself.
    pub(crate) faults: Vec<Fault>,
    pub(crate) times: Vec<Time>,
    pub(crate) serial: Option<Vec<u8>>,
    /// The issuer that the serial number is of.
    pub(crate) serial_issuer: [u8; 32],
    pub(crate) ids: Vec<Id>,
    pub(crate) keys: Vec<SeenKey>,
    /// MIMI URIs of persons and clients.
    pub(crate) names: Vec<Name>,
    pub(crate) status: Option<Status>,
    pub(crate) key_identifier: Option<Vec<u8>>,
    /// Salts of disclosures, as octets.
    pub(crate) salts: Vec<Vec<u8>>,
    /// Digests in the claims.
    pub(crate) digests: usize,
    /// Digests in disclosures, of which a presentation has some only.
    pub(crate) digests_inside: usize,
    /// Octets of each disclosure; nothing where the holder has chosen among them.
    pub(crate) disclosures: Option<Vec<usize>>,
    /// What it is written like: for each part its shape without regard to order and spacing, and with it.
    pub(crate) spellings: Vec<(String, [u8; 32], [u8; 32])>,
    pub(crate) grease: Vec<u16>,
    /// Octets without signatures and without what varies freely and is told elsewhere.
    pub(crate) size: usize,
}

/// Who a credential stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Role {
    /// A pseudonym, or somebody of whom it does not say more.
    #[default]
    Holder,
    /// A real identity, by its issuer's mark.
    Identity,
    /// An issuer: no part of a batch.
    Authority,
}

/// A value that should be the same in all.
#[derive(Debug)]
pub(crate) struct Constant {
    pub(crate) path: String,
    /// What it is when it differs.
    pub(crate) kind: FindingKind,
    pub(crate) hash: [u8; 32],
    pub(crate) shown: String,
}

/// A fault of this item alone.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) path: String,
    pub(crate) kind: FindingKind,
    pub(crate) shown: String,
}

/// A moment in seconds since 1970.
#[derive(Debug)]
pub(crate) struct Time {
    pub(crate) path: String,
    pub(crate) seconds: i128,
    /// Whether it has a fraction of a second.
    pub(crate) fraction: bool,
    pub(crate) of: TimeOf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeOf {
    Credential,
    KeyPackage,
}

/// An identifier.
#[derive(Debug)]
pub(crate) struct Id {
    pub(crate) path: String,
    pub(crate) value: IdValue,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum IdValue {
    Text(String),
    Octets(Vec<u8>),
}

/// A key, by all the names under which it may stand elsewhere.
#[derive(Debug)]
pub(crate) struct SeenKey {
    pub(crate) path: String,
    pub(crate) tags: Vec<[u8; 32]>,
    pub(crate) of: KeyOf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyOf {
    Holder,
    /// The init and encryption keys of a KeyPackage.
    Package,
}

/// A MIMI URI.
#[derive(Debug)]
pub(crate) struct Name {
    pub(crate) path: String,
    pub(crate) uri: String,
    /// What stands behind the type letter, if it is to be random.
    pub(crate) id: String,
    pub(crate) of: NameOf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameOf {
    Pseudonym,
    User,
    Client,
}

/// A place in a status list.
#[derive(Debug)]
pub(crate) struct Status {
    pub(crate) path: String,
    pub(crate) uri: String,
    pub(crate) index: u64,
}

impl Seen {
    /// A value that should be the same in all; `shown` is what a finding may say of it.
    pub(crate) fn constant(&mut self, path: impl Into<String>, kind: FindingKind, value: &[u8], shown: impl Into<String>) {
        self.constants.push(Constant { path: path.into(), kind, hash: sha256(value), shown: short(&shown.into()) });
    }

    /// The same for a value that may be shown as it is.
    pub(crate) fn constant_text(&mut self, path: impl Into<String>, kind: FindingKind, text: impl Into<String>) {
        let text = text.into();
        self.constants.push(Constant { path: path.into(), kind, hash: sha256(text.as_bytes()), shown: short(&text) });
    }

    pub(crate) fn fault(&mut self, path: impl Into<String>, kind: FindingKind, shown: impl Into<String>) {
        self.faults.push(Fault { path: path.into(), kind, shown: short(&shown.into()) });
    }

    pub(crate) fn time(&mut self, path: impl Into<String>, seconds: impl Into<i128>, of: TimeOf) {
        self.times.push(Time { path: path.into(), seconds: seconds.into(), fraction: false, of });
    }

    /// A key that can be read: its octets, and both its thumbprints, by which others may name it.
    pub(crate) fn key(&mut self, path: impl Into<String>, key: &PublicKey) {
        let tags = vec![
            tag("key", key.octets()),
            tag("jkt", &mimicred_jose::jwk::thumbprint_sha256(key)),
            tag("ckt", &mimicred_cose::key::thumbprint_sha256(key)),
        ];
        self.keys.push(SeenKey { path: path.into(), tags, of: KeyOf::Holder });
    }

    /// A key by a name that says what kind of name it is.
    pub(crate) fn key_named(&mut self, path: impl Into<String>, kind: &str, name: &[u8], of: KeyOf) {
        self.keys.push(SeenKey { path: path.into(), tags: vec![tag(kind, name)], of });
    }

    /// The pseudonyms named.
    pub(crate) fn pseudonyms(&self) -> BTreeSet<&str> {
        self.names.iter().filter(|name| name.of == NameOf::Pseudonym).map(|name| name.uri.as_str()).collect()
    }

    /// The earliest time of it, as a reference for times hidden elsewhere.
    pub(crate) fn start(&self) -> Option<i128> {
        self.times.iter().map(|time| time.seconds).min()
    }
}

/// A name of a key, so that names of different kinds never meet.
fn tag(kind: &str, name: &[u8]) -> [u8; 32] {
    sha256(&[kind.as_bytes(), b":", name].concat())
}

/// At most 60 characters of a text.
pub(crate) fn short(text: &str) -> String {
    const MAX: usize = 60;
    match text.char_indices().nth(MAX) {
        Some((end, _)) => format!("{}..", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Octets in hex, as a summary.
pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
