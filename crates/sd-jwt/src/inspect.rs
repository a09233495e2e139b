//! What a token holds, for people to look at. Nothing here is verified, and the types say so by being no claims at all.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;

use mimicred_claims::{ClaimPath, Content as Opened, Date, Digest, Key, Limits, Map, Step, Value};
use mimicred_error::At;
use mimicred_jose::jwk;

use crate::digest::{digest, hash_name, take_hash};
use crate::disclosure::open;
use crate::key_binding::{CNF, KbJwt, confirmation_key};
use crate::marks::mark_map;
use crate::token::{Token, date};
use crate::{Code, Error};

/// The content of a token or presentation, **unverified**.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Inspection {
    /// The header of the Issuer's JWT.
    pub header: Map<'static>,
    /// The hash that `_sd_alg` names, or the default.
    pub hash: &'static str,
    /// The claims as a tree, with what is redacted in its place.
    pub claims: Vec<Node>,
    /// The disclosures, in the order received.
    pub disclosures: Vec<InspectedDisclosure>,
    /// The KB-JWT.
    pub key_binding: Option<InspectedBinding>,
    /// Thumbprint of the key in `cnf` (RFC 7638), if it is one we can read and is not redacted away.
    pub confirmation_thumbprint: Option<String>,
    /// `exp`, `nbf` and `iat` where they are in clear and readable.
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
    /// A redacted claim, whose name is not known.
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
    /// A value without claims inside.
    Leaf(Value<'static>),
    /// An object.
    Map(Vec<Node>),
    /// An array.
    Array(Vec<Node>),
    /// A digest that nothing discloses.
    Digest(String),
}

/// Only the shape is printed.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Content::Leaf(value) => value.fmt(f),
            Content::Map(nodes) | Content::Array(nodes) => f.debug_list().entries(nodes).finish(),
            Content::Digest(digest) => f.write_str(digest),
        }
    }
}

/// One disclosure.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InspectedDisclosure {
    /// Its digest.
    pub digest: String,
    /// The claim it names; none for an array element.
    pub name: Option<String>,
    /// Whether and where its digest stands.
    pub state: DisclosureState,
}

/// Whether a disclosure can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DisclosureState {
    /// Its digest stands at this claim.
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

/// The KB-JWT.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InspectedBinding {
    /// Its header.
    pub header: Map<'static>,
    /// Its claims.
    pub claims: Map<'static>,
}

impl Inspection {
    pub(crate) fn of(token: &Token<'_>, key_binding: Option<&KbJwt<'_>>) -> Result<Self, Error> {
        let mut payload = token.payload()?;
        let hash = take_hash(&mut payload)?;
        mark_map(&mut payload)?;
        let dates = ["iat", "nbf", "exp"].into_iter().filter_map(|name| Some((name, date(&payload, name).ok()??))).collect();
        let cnf = payload.text(CNF).and_then(|cnf| confirmation_key(cnf).ok());

        let mut drawing = Drawing { opened: HashMap::new(), disclosures: Vec::new() };
        for (n, (text, octets)) in token.disclosures().enumerate() {
            drawing.add(n, open(text, octets, hash), digest(hash, text));
        }
        let claims = drawing.map(payload, Status::Permanent, &ClaimPath::default(), 0)?;
        Ok(Self {
            header: token.header().members().clone(),
            hash: hash_name(hash),
            claims,
            disclosures: drawing.disclosures,
            key_binding: key_binding
                .map(|kb| InspectedBinding { header: kb.jws.header().members().clone(), claims: kb.claims.clone() }),
            confirmation_thumbprint: cnf.map(|key| jwk::thumbprint(&key)),
            dates,
        })
    }
}

/// Draws the tree; each disclosure is used once, so the work is linear whatever the token says.
struct Drawing<'t> {
    opened: HashMap<Digest<'t>, (usize, Opened<'t>)>,
    disclosures: Vec<InspectedDisclosure>,
}

impl<'t> Drawing<'t> {
    fn add(&mut self, n: usize, opened: Result<mimicred_claims::Opened<'t>, Error>, digest: Digest<'static>) {
        let mut name = None;
        let state = match opened {
            Err(e) => DisclosureState::Unreadable(e.code()),
            Ok(opened) => {
                if let Opened::Claim(Key::Text(text), _) = &opened.content {
                    name = Some(text.clone().into_owned());
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
        self.disclosures.push(InspectedDisclosure { digest: text(&digest), name, state });
    }

    fn note(&mut self, n: usize, state: DisclosureState) {
        if let Some(disclosure) = self.disclosures.get_mut(n) {
            disclosure.state = state;
        }
    }

    fn map(&mut self, map: Map<'t>, status: Status, path: &ClaimPath, depth: usize) -> Result<Vec<Node>, Error> {
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
                Some((n, _)) => {
                    self.note(n, DisclosureState::Misplaced);
                    redacted(Label::Unnamed, &digest)
                }
                None => redacted(Label::Unnamed, &digest),
            });
        }
        Ok(nodes)
    }

    fn claim(&mut self, key: Key<'t>, value: Value<'t>, status: Status, path: &ClaimPath, depth: usize) -> Result<Node, Error> {
        let key = key.into_owned();
        let content = self.value(value, status, &path.child(Step::Key(key.clone())), depth + 1)?;
        Ok(Node { label: Label::Key(key), status, content })
    }

    fn value(&mut self, value: Value<'t>, status: Status, path: &ClaimPath, depth: usize) -> Result<Content, Error> {
        if depth > Limits::DEFAULT.depth {
            return Err(Error::new(Code::Limit).at(At::Path(path.to_string())).note("nested too deeply"));
        }
        match value {
            Value::Map(map) => Ok(Content::Map(self.map(map, status, path, depth)?)),
            Value::Array(elements) => {
                let mut nodes = Vec::with_capacity(elements.len());
                for (index, element) in elements.into_iter().enumerate() {
                    let below = path.child(Step::Index(index));
                    nodes.push(self.element(element, status, index, &below, depth + 1)?);
                }
                Ok(Content::Array(nodes))
            }
            leaf => Ok(Content::Leaf(leaf.into_owned())),
        }
    }

    fn element(&mut self, value: Value<'t>, status: Status, index: usize, path: &ClaimPath, depth: usize) -> Result<Node, Error> {
        let label = Label::Index(index);
        let Value::Redacted(digest) = value else {
            return Ok(Node { label, status, content: self.value(value, status, path, depth)? });
        };
        match self.opened.remove(&digest) {
            Some((n, Opened::Element(value))) => {
                self.note(n, DisclosureState::Referenced(path.clone()));
                let status = Status::Disclosed(n);
                Ok(Node { label, status, content: self.value(value, status, path, depth)? })
            }
            Some((n, _)) => {
                self.note(n, DisclosureState::Misplaced);
                Ok(redacted(label, &digest))
            }
            None => Ok(redacted(label, &digest)),
        }
    }
}

fn redacted(label: Label, digest: &[u8]) -> Node {
    Node { label, status: Status::Redacted, content: Content::Digest(text(digest)) }
}

fn text(digest: &[u8]) -> String {
    String::from_utf8_lossy(digest).into_owned()
}
