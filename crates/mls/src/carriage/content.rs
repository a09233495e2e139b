//! W3, received: the objects in a MIMI content, and which of them count.
//!
//! What the draft leaves to the receiver is decided like this, so that all members of a room, who know the same policy, come to the
//! same objects:
//!
//! - of a chooseOne, the first alternative whose kind the room accepts, whether or not it holds when it is verified; if the room
//!   accepts none, the first that is a reveal at all, so that the verdict can say why;
//! - what stands in a singleUnit shares its outermost unit's fate: [`ContentItem::unit`];
//! - parts of other media types are for others to show and left out, except in a unit, which nobody who cannot read all of it may
//!   take apart;
//! - dispositions and languages are for people.

use std::fmt;

use mimicred_error::At;

use super::object::{Kind, Object, not_a_reveal};
use crate::bundle::MAX_ITEMS;
use crate::content::{Expires, Extensions, MessageId, MimiContent, NestedPart, Part, PartSemantics};
use crate::error::{Code, Error};
use crate::media_type::MediaType;

/// A content in which something is revealed.
pub struct ContentReveal {
    /// Whose it says that it is, and for which room.
    pub extensions: Extensions,
    /// Until when it counts.
    pub expires: Option<Expires>,
    /// The message that it answers.
    pub in_reply_to: Option<MessageId>,
    body: Option<Node>,
}

/// One part that counts.
pub struct ContentItem {
    /// Its part index.
    pub index: usize,
    /// The part index of the outermost singleUnit around it: if one item of a unit fails, all do.
    pub unit: Option<usize>,
    /// What it is.
    pub found: Found,
}

/// What a part is.
pub enum Found {
    /// A readable object.
    Object(Object),
    /// Something that cannot be read as what its media type says, or has no place in a content.
    Unreadable {
        /// What it should have been.
        kind: Option<Kind>,
        /// Why not.
        error: Error,
    },
    /// Something of another media type, in a unit.
    Foreign(String),
}

/// The tree of parts, without those that are null.
enum Node {
    Leaf { index: usize, found: Found },
    Group { index: usize, semantics: PartSemantics, nodes: Vec<Node> },
}

impl ContentReveal {
    /// Reads a content.
    ///
    /// # Errors
    /// Those of [`MimiContent::decode`]; `mls/not-a-reveal` if none of its parts is an object, `mls/reveal-external` if one is and
    /// any part lies elsewhere, `mls/limit` for more objects than a bundle may have items.
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        Self::new(MimiContent::decode(octets)?)
    }

    /// What a content reveals.
    ///
    /// # Errors
    /// As [`ContentReveal::decode`], but for those of reading.
    pub fn new(content: MimiContent) -> Result<Self, Error> {
        let MimiContent { extensions, expires, in_reply_to, nested_part, .. } = content;
        let mut tally = Tally::default();
        let body = tally.node(nested_part);
        match tally.external {
            _ if !tally.reveals => Err(Code::NotAReveal.into()),
            Some(index) => Err(Error::new(Code::RevealExternal).at(At::Item(index))),
            None if tally.items > MAX_ITEMS => Err(Error::new(Code::Limit).at(At::Field("parts".into()))),
            None => Ok(Self { extensions, expires, in_reply_to, body }),
        }
    }

    /// The parts that count, depth first, in a room that accepts objects of some kinds.
    pub fn choose(self, accepts: impl Fn(Kind) -> bool) -> Vec<ContentItem> {
        let mut chosen = Vec::new();
        if let Some(body) = self.body {
            body.gather(None, &accepts, &mut chosen);
        }
        chosen
    }
}

impl Found {
    /// What it is, or says that it is.
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Self::Object(object) => Some(object.kind()),
            Self::Unreadable { kind, .. } => *kind,
            Self::Foreign(_) => None,
        }
    }
}

/// What was seen on the way through the tree.
#[derive(Default)]
struct Tally {
    index: usize,
    reveals: bool,
    external: Option<usize>,
    items: usize,
}

impl Tally {
    fn node(&mut self, nested: NestedPart) -> Option<Node> {
        let index = self.index;
        self.index = index.saturating_add(1);
        match nested.part {
            Part::Null => None,
            Part::Single { content_type, content } => Some(Node::Leaf { index, found: self.found(content_type, &content) }),
            Part::External(part) => {
                self.external.get_or_insert(index);
                self.reveals |= part.content_type.parse().is_ok_and(|media_type| Kind::of(&media_type).is_some());
                Some(Node::Leaf { index, found: Found::Foreign(part.content_type) })
            }
            Part::Multi { semantics, parts } => {
                let nodes: Vec<Node> = parts.into_iter().filter_map(|part| self.node(part)).collect();
                (!nodes.is_empty()).then_some(Node::Group { index, semantics, nodes })
            }
        }
    }

    fn found(&mut self, content_type: String, content: &[u8]) -> Found {
        let media_type = match content_type.parse::<MediaType>() {
            Ok(MediaType::Other(_) | MediaType::MimiContent | MediaType::DisclosureRequest) => {
                return Found::Foreign(content_type);
            }
            Ok(media_type) => media_type,
            // Its essence may be ours all the same: then it is ours, and wrong.
            Err(error) if is_credential(&content_type) => {
                self.reveals = true;
                return Found::Unreadable { kind: Some(Kind::Credential(None)), error };
            }
            Err(_) => return Found::Foreign(content_type),
        };
        let Some(kind) = Kind::of(&media_type) else {
            // An SD-CWT without its key binding, and what is sealed, which travels alone.
            return Found::Unreadable { kind: None, error: not_a_reveal(&media_type) };
        };
        self.reveals = true;
        let object = Object::decode(&media_type, content);
        let items = if let Ok(Object::Bundle(bundle)) = &object { bundle.items.len() } else { 1 };
        self.items = self.items.saturating_add(items);
        object.map_or_else(|error| Found::Unreadable { kind: Some(kind), error }, Found::Object)
    }
}

fn is_credential(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(MediaType::MLS_CREDENTIAL)
}

impl Node {
    fn gather(self, unit: Option<usize>, accepts: &impl Fn(Kind) -> bool, chosen: &mut Vec<ContentItem>) {
        match self {
            Self::Leaf { found: Found::Foreign(_), .. } if unit.is_none() => {}
            Self::Leaf { index, found } => chosen.push(ContentItem { index, unit, found }),
            Self::Group { semantics: PartSemantics::ChooseOne, mut nodes, .. } => {
                let best = nodes.iter().position(|node| node.is_accepted(accepts));
                let best = best.or_else(|| nodes.iter().position(|node| node.is_accepted(&|_| true))).unwrap_or(0);
                if best < nodes.len() {
                    nodes.swap_remove(best).gather(unit, accepts, chosen);
                }
            }
            Self::Group { index, semantics, nodes } => {
                let unit = unit.or((semantics == PartSemantics::SingleUnit).then_some(index));
                nodes.into_iter().for_each(|node| node.gather(unit, accepts, chosen));
            }
        }
    }

    /// Whether anything of it is accepted; of a unit, everything.
    fn is_accepted(&self, accepts: &impl Fn(Kind) -> bool) -> bool {
        match self {
            Self::Leaf { found, .. } => found.kind().is_some_and(accepts),
            Self::Group { semantics: PartSemantics::SingleUnit, nodes, .. } => nodes.iter().all(|node| node.is_accepted(accepts)),
            Self::Group { nodes, .. } => nodes.iter().any(|node| node.is_accepted(accepts)),
        }
    }
}

impl fmt::Debug for ContentReveal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContentReveal")
            .field("extensions", &self.extensions)
            .field("expires", &self.expires)
            .field("in_reply_to", &self.in_reply_to)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ContentItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContentItem").field("index", &self.index).field("unit", &self.unit).field("found", &self.found).finish()
    }
}

/// Sizes only.
impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(object) => object.fmt(f),
            Self::Unreadable { error, .. } => write!(f, "Unreadable({error})"),
            Self::Foreign(content_type) => write!(f, "Foreign({content_type:?})"),
        }
    }
}
