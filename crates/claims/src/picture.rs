//! The picture of a token: its claims and disclosures for people to look at.
//!
//! Nothing in a picture is verified, and its types say so by being no claims. A format takes its token apart and opens the
//! disclosures; [`draw`] puts both together, so that every claim has the way in which it comes to be there, and every disclosure
//! whether and where its digest stands. Where [`restore`](fn@crate::restore) stops at the first fault, a picture shows the faults.

mod drawing;

use std::fmt;

use crate::restore::Opened;
use crate::{ClaimPath, Digest, Error, Key, Map, Value};
use drawing::Drawing;

/// What a token holds, **unverified**.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Picture {
    /// The claims as a tree, with what is redacted in its place.
    pub claims: Vec<Node>,
    /// The second claims set of the same token, if it has one. The path of a disclosure does not tell in which of the two it stands.
    pub also: Option<Vec<Node>>,
    /// The disclosures, in the order received.
    pub disclosures: Vec<InspectedDisclosure>,
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
    /// A value without claims inside.
    Leaf(Value<'static>),
    /// A tag over a map or an array; redactions below it count (CWT-E-022).
    Tagged(u64, Box<Content>),
    /// A map or object.
    Map(Vec<Node>),
    /// An array.
    Array(Vec<Node>),
    /// A digest that nothing discloses, as its format writes it for people.
    Digest(String),
    /// A digest that a decoy discloses, likewise.
    Decoy(String),
}

/// Only the shape is printed.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Content::Leaf(value) => value.fmt(f),
            Content::Tagged(tag, inside) => write!(f, "{tag}({inside:?})"),
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
    /// Its digest, as its format writes it for people.
    pub digest: String,
    /// The claim it names; none for an array element, a decoy, and what cannot be read.
    pub name: Option<Key<'static>>,
    /// Whether and where its digest stands.
    pub state: DisclosureState,
}

/// Whether a disclosure can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DisclosureState {
    /// Its digest stands at this claim.
    Referenced(ClaimPath),
    /// It is a decoy, and its digest stands in this map or array.
    Decoy(ClaimPath),
    /// Its digest stands nowhere.
    Unreferenced,
    /// The same disclosure came before.
    Repeated,
    /// Its digest stands where the other kind of disclosure belongs.
    Misplaced,
    /// It cannot be read, for the reason that this code of its format names.
    Unreadable(&'static str),
}

/// A disclosure that its format cannot open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable<'a> {
    /// The digest as it would stand in the token.
    pub digest: Digest<'a>,
    /// The slug of the format's code, `sd-jwt/disclosure-malformed` for instance.
    pub code: &'static str,
}

/// Draws the claims of a token with its disclosures; `write` is how the format writes a digest for people. Each disclosure is used
/// once, so the work is linear whatever the token says.
///
/// # Errors
/// [`Code::Limit`](crate::Code::Limit) for claims deeper than [`Limits::DEFAULT`](crate::Limits::DEFAULT) allows, or whose names are so long that no path could name them.
///
/// ```
/// use mimicred_claims::picture::{self, DisclosureState, Status, Unreadable};
/// use mimicred_claims::{Content, Key, Map, Opened, Value};
///
/// let mut token = Map::from_entries(vec![(Key::from("iss"), Value::from("https://id.a.example"))])?;
/// token.redacted = vec![b"first".into(), b"second".into()];
/// let email = Opened { digest: b"first".into(), content: Content::Claim(Key::from("email"), Value::from("a@b.example")) };
/// let broken = Unreadable { digest: b"third".into(), code: "sd-jwt/disclosure-malformed" };
///
/// let picture = picture::draw(token, [Ok(email), Err(broken)], |digest| String::from_utf8_lossy(digest).into_owned())?;
/// let statuses: Vec<_> = picture.claims.iter().map(|node| node.status).collect();
/// assert_eq!(statuses, [Status::Permanent, Status::Disclosed(0), Status::Redacted]);
/// assert_eq!(picture.disclosures[0].state, DisclosureState::Referenced("email".parse()?));
/// assert_eq!(picture.disclosures[1].state, DisclosureState::Unreadable("sd-jwt/disclosure-malformed"));
/// # Ok::<(), mimicred_claims::Error>(())
/// ```
pub fn draw<'a>(
    claims: Map<'a>,
    disclosures: impl IntoIterator<Item = Result<Opened<'a>, Unreadable<'a>>>,
    write: fn(&[u8]) -> String,
) -> Result<Picture, Error> {
    draw_with(claims, None, disclosures, write)
}

/// The same for two claims sets of one token that share one space of digests, as [`restore_with`](crate::restore_with) takes them.
///
/// # Errors
/// As [`draw`].
///
/// ```
/// use mimicred_claims::picture::{self, Label};
/// use mimicred_claims::{Content, Key, Map, Opened, Value};
///
/// let mut header = Map::default();
/// header.redacted = vec![b"first".into()];
/// let email = Opened { digest: b"first".into(), content: Content::Claim(Key::from("email"), Value::from("a@b.example")) };
/// let picture = picture::draw_with(Map::default(), Some(header), [Ok(email)], |_| String::new())?;
/// assert_eq!(picture.claims, []);
/// assert_eq!(picture.also.unwrap()[0].label, Label::Key(Key::from("email")));
/// # Ok::<(), mimicred_claims::Error>(())
/// ```
pub fn draw_with<'a>(
    claims: Map<'a>,
    also: Option<Map<'a>>,
    disclosures: impl IntoIterator<Item = Result<Opened<'a>, Unreadable<'a>>>,
    write: fn(&[u8]) -> String,
) -> Result<Picture, Error> {
    let mut drawing = Drawing::new(write);
    for disclosure in disclosures {
        drawing.add(disclosure);
    }
    drawing.finish(claims, also)
}

#[cfg(test)]
mod tests;
