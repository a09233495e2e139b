//! W3, to be sent: objects put together as one MIMI content.

use mimicred_uri::MimiUri;

use super::object::{Kind, Object};
use crate::bundle::DisclosureBundle;
use crate::content::{Disposition, Expires, Extensions, MessageId, MimiContent, NestedPart, Part, PartSemantics};
use crate::error::{Code, Error};
use crate::framing::ApplicationFraming;
use crate::media_type::MediaType;

/// A content that reveals something, before it is written.
///
/// ```
/// use mimicred_mls::carriage::{ContentDraft, Group, Object};
/// use mimicred_mls::content::{Part, PartSemantics};
///
/// let (room, sender) = ("mimi://hub.example/r/clubhouse".parse()?, "mimi://a.example/p/x".parse()?);
/// let draft = ContentDraft::new(&room, &sender, [7; 16]).expiring(1_790_003_600);
/// // One object is a single part, two are a multi part.
/// let one = draft.compose(vec![Group::One(Object::SdKbt(vec![0xd2]))])?;
/// assert!(matches!(one.nested_part.part, Part::Single { .. }));
/// let two = draft.compose(vec![Group::One(Object::SdKbt(vec![0xd2])), Group::One(Object::SdKbt(vec![0xd3]))])?;
/// assert!(matches!(two.nested_part.part, Part::Multi { semantics: PartSemantics::ProcessAll, .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ContentDraft<'a> {
    room_uri: &'a MimiUri,
    sender_uri: &'a MimiUri,
    salt: Salt,
    expires: Option<u32>,
    in_reply_to: Option<MessageId>,
}

/// Stays out of `Debug`.
#[derive(Clone, Copy)]
struct Salt([u8; 16]);

/// Objects that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Group {
    /// One object.
    One(Object),
    /// Several encodings of one identity, the preferred one first: a chooseOne.
    Alternatives(Vec<Group>),
    /// What counts together or not at all, such as a reveal with the offer it is made for: a singleUnit.
    Unit(Vec<Group>),
}

impl<'a> ContentDraft<'a> {
    /// A draft for this room, from this user, who is the one in the sender's leaf; the salt must be random and is used once.
    pub fn new(room_uri: &'a MimiUri, sender_uri: &'a MimiUri, salt: [u8; 16]) -> Self {
        Self { room_uri, sender_uri, salt: Salt(salt), expires: None, in_reply_to: None }
    }

    /// The same, to be disregarded from this time on, in seconds since 1970. A reveal should say so (mimi-mls 3.5.4).
    #[must_use]
    pub fn expiring(self, time: u32) -> Self {
        Self { expires: Some(time), ..self }
    }

    /// The same as an answer to this message, which is how a request is answered.
    #[must_use]
    pub fn answering(self, request: MessageId) -> Self {
        Self { in_reply_to: Some(request), ..self }
    }

    /// The content with these objects.
    ///
    /// # Errors
    /// `mls/empty` without any object, `mls/limit` for more than a bundle may have items, `mls/content-depth` for groups within groups
    /// within groups, and those of [`Object::encode`].
    pub fn compose(&self, groups: Vec<Group>) -> Result<MimiContent, Error> {
        let content = MimiContent {
            salt: self.salt.0,
            replaces: None,
            topic_id: Vec::new(),
            expires: self.expires.map(Expires::Absolute),
            in_reply_to: self.in_reply_to,
            extensions: Extensions {
                sender_uri: Some(self.sender_uri.to_string()),
                room_uri: Some(self.room_uri.to_string()),
                others: Vec::new(),
            },
            nested_part: multi(PartSemantics::ProcessAll, groups)?,
        };
        // Whatever its receivers would not read is not sent.
        content.encode()?;
        super::ContentReveal::new(content.clone())?;
        Ok(content)
    }
}

impl Group {
    /// The items of a bundle as objects: tokens and KeyPackages as they are, and what only a bundle can carry in one, at the end. Offers
    /// and the KeyPackages that they are for form a unit.
    ///
    /// # Errors
    /// An item cannot be opened.
    pub fn of_bundle(bundle: &DisclosureBundle) -> Result<Vec<Self>, Error> {
        let (mut groups, mut key_packages) = (Vec::new(), Vec::new());
        let (mut presentations, mut offers) = (Vec::new(), Vec::new());
        for item in &bundle.items {
            match Object::of_item(item)? {
                Some(object) if object.kind() == Kind::KeyPackage => key_packages.push(Self::One(object)),
                Some(object) => groups.push(Self::One(object)),
                None if item.item_type == crate::bundle::ItemType::KeyPackageOffer => offers.push(item.clone()),
                None => presentations.push(item.clone()),
            }
        }
        let bundled = |items| Self::One(Object::Bundle(DisclosureBundle { items, ..bundle.clone() }));
        if !presentations.is_empty() {
            groups.push(bundled(presentations));
        }
        if offers.is_empty() {
            groups.append(&mut key_packages);
        } else {
            key_packages.push(bundled(offers));
            groups.push(Self::Unit(key_packages));
        }
        Ok(groups)
    }

    fn into_part(self) -> Result<NestedPart, Error> {
        match self {
            Self::One(object) => {
                let disposition = match object.kind() {
                    Kind::KeyPackage => Disposition::Unspecified,
                    _ => Disposition::Profile,
                };
                let part = Part::Single { content_type: object.media_type().to_string(), content: object.encode()? };
                Ok(NestedPart { disposition, language: String::new(), part })
            }
            Self::Alternatives(groups) => multi(PartSemantics::ChooseOne, groups),
            Self::Unit(groups) => multi(PartSemantics::SingleUnit, groups),
        }
    }
}

/// A multi part; of one group, that group itself.
fn multi(semantics: PartSemantics, groups: Vec<Group>) -> Result<NestedPart, Error> {
    let mut parts = groups.into_iter().map(Group::into_part).collect::<Result<Vec<_>, _>>()?;
    match (parts.len(), parts.pop()) {
        (0, _) | (_, None) => Err(Code::Empty.into()),
        (1, Some(lone)) => Ok(lone),
        (_, Some(last)) => {
            parts.push(last);
            let part = Part::Multi { semantics, parts };
            Ok(NestedPart { disposition: Disposition::Profile, language: String::new(), part })
        }
    }
}

impl MimiContent {
    /// The application data that carry it: W3.
    ///
    /// # Errors
    /// Those of [`MimiContent::encode`].
    pub fn frame(&self) -> Result<ApplicationFraming, Error> {
        Ok(ApplicationFraming { media_type: Some(MediaType::MimiContent), content: self.encode()? })
    }
}

impl std::fmt::Debug for Salt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("16 octets")
    }
}
