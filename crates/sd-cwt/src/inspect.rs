//! What a token holds, for people to look at. Nothing here is verified, and the types say so by being no claims at all.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;

use mimicred_claims::{ClaimPath, Content as Opened, Date, Digest, Key, Limits, Map, Step, Value};
use mimicred_cose::key;
use mimicred_error::At;
use mimicred_keys::HashAlgorithm;

use crate::disclosure::{digest, open};
use crate::key_binding::{Kbt, confirmation_key};
use crate::times::Times;
use crate::token::{CBOR, Token};
use crate::{Code, Error};

/// The content of a token or presentation, **unverified**.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Inspection {
    /// The protected header of the SD-CWT.
    pub header: Map<'static>,
    /// Its unprotected header, without the disclosures.
    pub unprotected: Map<'static>,
    /// The hash that `sd_alg` names, or the default.
    pub hash: &'static str,
    /// The claims as a tree, with what is redacted in its place.
    pub claims: Vec<Node>,
    /// The disclosures, in the order received.
    pub disclosures: Vec<InspectedDisclosure>,
    /// The KBT.
    pub key_binding: Option<InspectedBinding>,
    /// Thumbprint of the key in `cnf` (RFC 9679) in hexadecimal, if it is one we can read.
    pub confirmation_thumbprint: Option<String>,
    /// `iat`, `nbf` and `exp` where they are readable.
    pub dates: Vec<(&'static str, Date)>,
}

/// One place in the claim tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What the place is called.
    pub label: Label,
    /// How it comes to be there.
    pub status: Status,
    /// What is there.
    pub content: Content,
}

/// What a place in the claim tree is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// A claim of a map.
    Key(Key<'static>),
    /// An element of an array.
    Index(usize),
    /// A redacted claim, whose key is not known.
    Unnamed,
}

/// How a claim comes to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Always visible.
    Permanent,
    /// By the disclosure at this position.
    Disclosed(usize),
    /// Not there: redacted, or a decoy.
    Redacted,
}

/// What is at a place in the claim tree.
#[derive(Clone, PartialEq)]
pub enum Content {
    /// A value without claims inside; a tagged value is one.
    Leaf(Value<'static>),
    /// A map.
    Map(Vec<Node>),
    /// An array.
    Array(Vec<Node>),
    /// A digest that nothing discloses, in hexadecimal.
    Digest(String),
    /// A digest that a decoy discloses, in hexadecimal.
    Decoy(String),
}

/// Only the shape is printed.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Content::Leaf(value) => value.fmt(f),
            Content::Map(nodes) | Content::Array(nodes) => f.debug_list().entries(nodes).finish(),
            Content::Digest(digest) => f.write_str(digest),
            Content::Decoy(digest) => write!(f, "decoy {digest}"),
        }
    }
}

/// One disclosure.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InspectedDisclosure {
    /// Its digest in hexadecimal.
    pub digest: String,
    /// The key it names; none for an array element or a decoy.
    pub name: Option<String>,
    /// Whether and where its digest stands.
    pub state: DisclosureState,
}

/// Whether a disclosure can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DisclosureState {
    /// Its digest stands at this claim; that of a decoy in this map or array.
    Referenced(ClaimPath),
    /// Its digest stands nowhere.
    Unreferenced,
    /// The same disclosure came before.
    Repeated,
    /// Its digest stands where the other kind of disclosure belongs.
    Misplaced,
    /// It cannot be read.
    Unreadable(Code),
}

/// The KBT.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InspectedBinding {
    /// Its protected header, without the SD-CWT.
    pub header: Map<'static>,
    /// Its claims.
    pub claims: Map<'static>,
}

impl Inspection {
    pub(crate) fn of(token: &Token<'_>, kbt: Option<&Kbt<'_>>) -> Result<Self, Error> {
        let (hash, payload) = (token.hash()?, token.payload()?);
        let dates = Times::read(&payload).map(|times| [("iat", times.iat), ("nbf", times.nbf), ("exp", times.exp)]);
        let cnf = confirmation_key(&payload).ok();

        let mut drawing = Drawing { opened: HashMap::new(), disclosures: Vec::new() };
        let mut limits = CBOR;
        for (n, disclosure) in token.disclosures.iter().enumerate() {
            let opened = open(disclosure, hash, &mut limits).map(|(_, opened)| opened);
            drawing.add(n, opened, &digest(hash, disclosure.encoded));
        }
        let claims = drawing.map(payload, Status::Permanent, &ClaimPath::default(), 0)?;
        Ok(Self {
            header: token.protected.entries().clone().into_owned(),
            unprotected: token.unprotected.entries().clone().into_owned(),
            hash: hash_name(hash),
            claims,
            disclosures: drawing.disclosures,
            key_binding: kbt.map(|kbt| InspectedBinding {
                header: kbt.protected.entries().clone().into_owned(),
                claims: kbt.claims.clone().into_owned(),
            }),
            confirmation_thumbprint: cnf.map(|cnf| hex(&key::thumbprint_sha256(&cnf.public))),
            dates: dates.into_iter().flatten().filter_map(|(name, date)| Some((name, date?))).collect(),
        })
    }
}

/// Draws the tree; each disclosure is used once, so the work is linear whatever the token says.
struct Drawing<'a> {
    opened: HashMap<Digest<'a>, (usize, Opened<'a>)>,
    disclosures: Vec<InspectedDisclosure>,
}

impl<'a> Drawing<'a> {
    fn add(&mut self, n: usize, opened: Result<mimicred_claims::Opened<'a>, Error>, digest: &[u8]) {
        let mut name = None;
        let state = match opened {
            Err(error) => DisclosureState::Unreadable(error.code()),
            Ok(opened) => {
                if let Opened::Claim(key, _) = &opened.content {
                    name = Some(key.to_string());
                }
                match self.opened.entry(opened.digest) {
                    Entry::Occupied(_) => DisclosureState::Repeated,
                    Entry::Vacant(vacant) => {
                        vacant.insert((n, opened.content));
                        DisclosureState::Unreferenced
                    }
                }
            }
        };
        self.disclosures.push(InspectedDisclosure { digest: hex(digest), name, state });
    }

    fn note(&mut self, n: usize, state: DisclosureState) {
        if let Some(disclosure) = self.disclosures.get_mut(n) {
            disclosure.state = state;
        }
    }

    fn map(&mut self, map: Map<'a>, status: Status, path: &ClaimPath, depth: usize) -> Result<Vec<Node>, Error> {
        let mut map = map;
        let digests = std::mem::take(&mut map.redacted);
        let mut nodes = Vec::with_capacity(map.len() + digests.len());
        for (key, value) in map.into_entries() {
            nodes.push(self.claim(key, value, status, path, depth)?);
        }
        for digest in digests {
            nodes.push(match self.opened.remove(&digest) {
                Some((n, Opened::Claim(key, value))) => {
                    self.note(n, DisclosureState::Referenced(path.child(Step::Key(key.clone().into_owned()))));
                    self.claim(key, value, Status::Disclosed(n), path, depth)?
                }
                other => self.nothing(Label::Unnamed, &digest, other, path),
            });
        }
        Ok(nodes)
    }

    fn claim(&mut self, key: Key<'a>, value: Value<'a>, status: Status, path: &ClaimPath, depth: usize) -> Result<Node, Error> {
        let key = key.into_owned();
        let content = self.value(value, status, &path.child(Step::Key(key.clone())), depth + 1)?;
        Ok(Node { label: Label::Key(key), status, content })
    }

    fn value(&mut self, value: Value<'a>, status: Status, path: &ClaimPath, depth: usize) -> Result<Content, Error> {
        if depth > Limits::DEFAULT.depth {
            return Err(Error::new(Code::Limit).at(At::Path(path.to_string())).note("nested too deeply"));
        }
        match value {
            Value::Map(map) => Ok(Content::Map(self.map(map, status, path, depth)?)),
            Value::Array(elements) => {
                let mut nodes = Vec::with_capacity(elements.len());
                for (index, element) in elements.into_iter().enumerate() {
                    nodes.push(self.element(element, status, index, path, depth + 1)?);
                }
                Ok(Content::Array(nodes))
            }
            leaf => Ok(Content::Leaf(leaf.into_owned())),
        }
    }

    fn element(
        &mut self,
        value: Value<'a>,
        status: Status,
        index: usize,
        array: &ClaimPath,
        depth: usize,
    ) -> Result<Node, Error> {
        let (label, path) = (Label::Index(index), array.child(Step::Index(index)));
        let Value::Redacted(digest) = value else {
            return Ok(Node { label, status, content: self.value(value, status, &path, depth)? });
        };
        match self.opened.remove(&digest) {
            Some((n, Opened::Element(value))) => {
                self.note(n, DisclosureState::Referenced(path.clone()));
                let status = Status::Disclosed(n);
                Ok(Node { label, status, content: self.value(value, status, &path, depth)? })
            }
            other => Ok(self.nothing(label, &digest, other, array)),
        }
    }

    /// A digest behind which there is no value.
    fn nothing(&mut self, label: Label, digest: &[u8], found: Option<(usize, Opened<'a>)>, container: &ClaimPath) -> Node {
        let content = match found {
            Some((n, Opened::Decoy)) => {
                self.note(n, DisclosureState::Referenced(container.clone()));
                Content::Decoy(hex(digest))
            }
            Some((n, _)) => {
                self.note(n, DisclosureState::Misplaced);
                Content::Digest(hex(digest))
            }
            None => Content::Digest(hex(digest)),
        };
        Node { label, status: Status::Redacted, content }
    }
}

fn hash_name(hash: HashAlgorithm) -> &'static str {
    match hash {
        HashAlgorithm::Sha256 => "sha-256",
        HashAlgorithm::Sha384 => "sha-384",
        HashAlgorithm::Sha512 => "sha-512",
    }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
