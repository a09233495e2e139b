//! Putting the picture together: one walk through the claims, in which each disclosure is used once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use mimicred_error::At;

use super::{Content, DisclosureState, InspectedDisclosure, Label, Node, Picture, Status, Unreadable};
use crate::path::MAX_TEXT;
use crate::restore::{Content as Disclosed, Limits, Opened};
use crate::{ClaimPath, Code, Digest, Error, Key, Map, Step, Value};

/// The walk through the claims, with the disclosures that are still to be placed.
pub(super) struct Drawing<'a> {
    /// What has not found its digest yet.
    opened: HashMap<Digest<'a>, (usize, Disclosed<'a>)>,
    disclosures: Vec<InspectedDisclosure>,
    /// Where the walk is, how many octets the names in it have, and how many tags there are on the way.
    path: Vec<Step>,
    octets: usize,
    tags: usize,
    write: fn(&[u8]) -> String,
}

impl<'a> Drawing<'a> {
    pub(super) fn new(write: fn(&[u8]) -> String) -> Self {
        Self { opened: HashMap::new(), disclosures: Vec::new(), path: Vec::new(), octets: 0, tags: 0, write }
    }

    pub(super) fn add(&mut self, disclosure: Result<Opened<'a>, Unreadable<'a>>) {
        let inspected = match disclosure {
            Err(Unreadable { digest, code }) => {
                let state = DisclosureState::Unreadable(code);
                InspectedDisclosure { digest: (self.write)(&digest), name: None, state }
            }
            Ok(Opened { digest, content }) => {
                let written = (self.write)(&digest);
                let name = match &content {
                    Disclosed::Claim(key, _) => Some(key.clone().into_owned()),
                    Disclosed::Element(_) | Disclosed::Decoy => None,
                };
                let state = match self.opened.entry(digest) {
                    Entry::Occupied(_) => DisclosureState::Repeated,
                    Entry::Vacant(vacant) => {
                        vacant.insert((self.disclosures.len(), content));
                        DisclosureState::Unreferenced
                    }
                };
                InspectedDisclosure { digest: written, name, state }
            }
        };
        self.disclosures.push(inspected);
    }

    pub(super) fn finish(mut self, claims: Map<'a>, also: Option<Map<'a>>) -> Result<Picture, Error> {
        let claims = self.map(claims, Status::Permanent)?;
        let also = also.map(|also| self.map(also, Status::Permanent)).transpose()?;
        Ok(Picture { claims, also, disclosures: self.disclosures })
    }

    fn note(&mut self, n: usize, state: DisclosureState) {
        if let Some(disclosure) = self.disclosures.get_mut(n) {
            disclosure.state = state;
        }
    }

    /// Notes that a disclosure stands one step below where the walk is.
    fn referenced(&mut self, n: usize, step: Step) {
        let mut steps = self.path.clone();
        steps.push(step);
        self.note(n, DisclosureState::Referenced(ClaimPath::new(steps)));
    }

    fn map(&mut self, mut map: Map<'a>, status: Status) -> Result<Vec<Node>, Error> {
        let digests = std::mem::take(&mut map.redacted);
        let mut nodes = Vec::with_capacity(map.len() + digests.len());
        for (key, value) in map.into_entries() {
            nodes.push(self.claim(key, value, status)?);
        }
        for digest in digests {
            nodes.push(match self.opened.remove(&digest) {
                Some((n, Disclosed::Claim(key, value))) => {
                    self.referenced(n, Step::Key(key.clone().into_owned()));
                    self.claim(key, value, Status::Disclosed(n))?
                }
                other => self.withheld(Label::Unnamed, &digest, other),
            });
        }
        Ok(nodes)
    }

    fn claim(&mut self, key: Key<'a>, value: Value<'a>, status: Status) -> Result<Node, Error> {
        let key = key.into_owned();
        let content = self.below(Step::Key(key.clone()), value, status)?;
        Ok(Node { label: Label::Key(key), status, content })
    }

    fn element(&mut self, index: usize, value: Value<'a>, status: Status) -> Result<Node, Error> {
        let label = Label::Index(index);
        let Value::Redacted(digest) = value else {
            return Ok(Node { label, status, content: self.below(Step::Index(index), value, status)? });
        };
        match self.opened.remove(&digest) {
            Some((n, Disclosed::Element(value))) => {
                self.referenced(n, Step::Index(index));
                let status = Status::Disclosed(n);
                Ok(Node { label, status, content: self.below(Step::Index(index), value, status)? })
            }
            other => Ok(self.withheld(label, &digest, other)),
        }
    }

    /// A digest behind which there is no value.
    fn withheld(&mut self, label: Label, digest: &[u8], found: Option<(usize, Disclosed<'a>)>) -> Node {
        let text = (self.write)(digest);
        let content = match found {
            Some((n, Disclosed::Decoy)) => {
                self.note(n, DisclosureState::Decoy(ClaimPath::new(self.path.clone())));
                Content::Decoy(text)
            }
            Some((n, Disclosed::Claim(..) | Disclosed::Element(_))) => {
                self.note(n, DisclosureState::Misplaced);
                Content::Digest(text)
            }
            None => Content::Digest(text),
        };
        Node { label, status: Status::Redacted, content }
    }

    /// A value one step further down.
    fn below(&mut self, step: Step, value: Value<'a>, status: Status) -> Result<Content, Error> {
        let octets = match &step {
            Step::Key(Key::Text(name)) => name.len(),
            Step::Key(Key::Int(_)) | Step::Index(_) | Step::Every => 0,
        };
        self.path.push(step);
        self.octets += octets;
        if self.octets > MAX_TEXT {
            return Err(Error::new(Code::Limit).note("the names on the way to a claim are too long"));
        }
        self.check_level()?;
        let content = self.value(value, status)?;
        self.path.pop();
        self.octets -= octets;
        Ok(content)
    }

    /// CWT-E-026: arrays, maps and tags count.
    fn check_level(&mut self) -> Result<(), Error> {
        if self.path.len() + self.tags <= Limits::DEFAULT.depth {
            return Ok(());
        }
        let place = ClaimPath::new(std::mem::take(&mut self.path));
        Err(Error::new(Code::Limit).at(At::Path(place.to_string())).note("nested too deeply"))
    }

    fn value(&mut self, value: Value<'a>, status: Status) -> Result<Content, Error> {
        match value {
            Value::Map(map) => Ok(Content::Map(self.map(map, status)?)),
            Value::Array(elements) => {
                let elements = elements.into_iter().enumerate();
                let nodes: Result<_, _> = elements.map(|(index, element)| self.element(index, element, status)).collect();
                nodes.map(Content::Array)
            }
            Value::Tag(tag, inside) => {
                self.tags += 1;
                self.check_level()?;
                let content = self.value(*inside, status)?;
                self.tags -= 1;
                Ok(match content {
                    Content::Leaf(value) => Content::Leaf(Value::Tag(tag, Box::new(value))),
                    other => Content::Tagged(tag, Box::new(other)),
                })
            }
            leaf => Ok(Content::Leaf(leaf.into_owned())),
        }
    }
}
