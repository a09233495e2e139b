//! The components join_links (0x002A) and its diff, and join_link_policy (0x0029), as in draft-ietf-mimi-room-policy 04.
//!
//! The draft leaves open what a link is. Here it is the Ed25519 public key of a [`crate::JoinLink`] (mimi-mls 3.6.3): members, hub and
//! whoever gets the GroupInfo see all live links, and can join by none of them.

use std::collections::BTreeSet;

use mimicred_error::At;
use mimicred_keys::{Algorithm, PublicKey};
use mimicred_uri::MimiUri;

use crate::error::{Code, Error};
use crate::join_link::verify_joining_code;
use crate::tls::{Reader, Writer};

const LINK_LEN: usize = 32;
const MAX_LINKS: usize = 4096;
const MAX_OCTETS: usize = MAX_LINKS * (LINK_LEN + 1);
const MAX_URI: usize = 1024;

/// The public key of one link.
pub type LinkPublicKey = [u8; LINK_LEN];

/// `JoinLinksData`: the live links, each once.
///
/// ```
/// use mimicred_mls::JoinLink;
/// use mimicred_mls::component::{JoinLinks, JoinLinksUpdate};
/// # let link = JoinLink { room_uri: "mimi://hub.example/r/clubhouse".parse()?, seed: [9; 32].into(), group_id: vec![1; 16],
/// #     inviter_key_hash: [3; 32], policy_hash: None, not_after: 1_790_000_000 };
///
/// let update = JoinLinksUpdate { removed: vec![], added: vec![link.public_key()?.octets().try_into()?] };
/// let links = JoinLinks::default().updated(&update)?;
/// assert_eq!(JoinLinks::decode(&links.encode()?)?, links);
///
/// let (signature_key, group_info_key) = ([2; 32], [4; 32]);
/// let code = link.joining_code(&signature_key, &group_info_key)?;
/// assert_eq!(links.verify_joining_code(&link.room_uri, &signature_key, &group_info_key, &code)?, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JoinLinks(Vec<LinkPublicKey>);

/// `JoinLinksUpdate`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JoinLinksUpdate {
    /// Positions in the current list.
    pub removed: Vec<u32>,
    /// To be appended.
    pub added: Vec<LinkPublicKey>,
}

/// `JoinLinkPolicy`. An update of it has the same form and replaces it.
///
/// ```
/// use mimicred_mls::component::JoinLinkPolicy;
///
/// let policy = JoinLinkPolicy { multiuser: true, expiration: 86_400, ..JoinLinkPolicy::default() };
/// assert_eq!(policy.encode()?, b"\x00\x00\x01\x00\x01\x51\x80");
/// assert_eq!(JoinLinkPolicy::decode(&policy.encode()?)?, policy);
/// # Ok::<(), mimicred_mls::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JoinLinkPolicy {
    /// At most one link is live, and has to be asked for.
    pub on_request: bool,
    /// A URI, of any scheme, where one may ask for a link; may be empty.
    pub join_link: String,
    /// A link may serve several users.
    pub multiuser: bool,
    /// For how many seconds a new link is good.
    pub expiration: u32,
}

impl JoinLinks {
    /// Takes the links in their order; none may occur twice.
    ///
    /// # Errors
    /// `mls/value-duplicate`, `mls/limit`.
    pub fn new(links: Vec<LinkPublicKey>) -> Result<Self, Error> {
        if links.len() > MAX_LINKS {
            return Err(Error::new(Code::Limit).at(At::Field("join_links".into())));
        }
        let mut seen = BTreeSet::new();
        match links.iter().position(|link| !seen.insert(link)) {
            Some(twice) => Err(Error::new(Code::ValueDuplicate).at(At::Item(twice)).note("join_link")),
            None => Ok(Self(links)),
        }
    }

    /// The links in their order.
    pub fn as_slice(&self) -> &[LinkPublicKey] {
        &self.0
    }

    /// Reads the component.
    ///
    /// # Errors
    /// `mls/join-link-malformed` for a link that has not 32 octets, `mls/value-duplicate`, and those of [`Reader`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let links = read_links(&mut reader)?;
        reader.finish()?;
        Self::new(links)
    }

    /// The component.
    ///
    /// # Errors
    /// None that can happen.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        write_links(Writer::new(), &self.0).finish()
    }

    /// The list after an update: links are removed, then others appended. Positions are those of the list before.
    ///
    /// # Errors
    /// `mls/join-links-update-invalid` for a position that is not there or named twice, and for a link that is there or added twice.
    pub fn updated(&self, update: &JoinLinksUpdate) -> Result<Self, Error> {
        let invalid = |note: &str| Error::new(Code::JoinLinksUpdateInvalid).note(note);
        let mut removed = BTreeSet::new();
        for index in &update.removed {
            let index = usize::try_from(*index).ok().filter(|index| *index < self.0.len());
            if !removed.insert(index.ok_or_else(|| invalid("no such position"))?) {
                return Err(invalid("a link is named twice"));
            }
        }
        // As for participants: who is to stay is not removed and added again.
        if update.added.iter().any(|link| self.0.contains(link)) {
            return Err(invalid("a link to be added is there already"));
        }
        let kept = self.0.iter().enumerate().filter(|(index, _)| !removed.contains(index)).map(|(_, link)| *link);
        Self::new(kept.chain(update.added.iter().copied()).collect())
            .map_err(|error| Error::new(Code::JoinLinksUpdateInvalid).because(error))
    }

    /// By which live link a joining code was made, for this request: its position.
    ///
    /// # Errors
    /// `mls/joining-code-invalid`.
    pub fn verify_joining_code(
        &self,
        room: &MimiUri,
        requesting_signature_key: &[u8],
        group_info_public_key: &[u8],
        joining_code: &[u8],
    ) -> Result<usize, Error> {
        let made_by = |link: &LinkPublicKey| {
            PublicKey::from_octets(Algorithm::Ed25519, link).is_ok_and(|key| {
                verify_joining_code(&key, room, requesting_signature_key, group_info_public_key, joining_code).is_ok()
            })
        };
        self.0.iter().position(made_by).ok_or_else(|| Error::new(Code::JoiningCodeInvalid).note("of no live link"))
    }
}

impl JoinLinksUpdate {
    /// Reads the content of an AppDataUpdate.
    ///
    /// # Errors
    /// As [`JoinLinks::decode`], but for links that are there twice.
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let update = Self { removed: reader.list(4 * MAX_LINKS, MAX_LINKS, Reader::u32)?, added: read_links(&mut reader)? };
        reader.finish()?;
        Ok(update)
    }

    /// The content of an AppDataUpdate.
    ///
    /// # Errors
    /// `mls/limit` for what is longer than any vector.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        write_links(Writer::new().list(self.removed.iter().copied(), Writer::u32), &self.added).finish()
    }
}

impl JoinLinkPolicy {
    /// Reads the component.
    ///
    /// # Errors
    /// `mls/text-invalid`, and those of [`Reader`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let on_request = reader.flag()?;
        let place = reader.clone();
        let join_link = reader.text(MAX_URI)?.to_owned();
        if !is_uri_text(&join_link) {
            return Err(place.error(Code::TextInvalid).note("join_link"));
        }
        let policy = Self { on_request, join_link, multiuser: reader.flag()?, expiration: reader.u32()? };
        reader.finish()?;
        Ok(policy)
    }

    /// The component.
    ///
    /// # Errors
    /// `mls/text-invalid` for what could not be read.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        if !is_uri_text(&self.join_link) {
            return Err(Error::new(Code::TextInvalid).at(At::Field("join_link".into())));
        }
        let writer = Writer::new().flag(self.on_request).vector(self.join_link.as_bytes());
        writer.flag(self.multiuser).u32(self.expiration).finish()
    }
}

/// No URI has anything but visible ASCII in it.
fn is_uri_text(text: &str) -> bool {
    text.bytes().all(|octet| octet.is_ascii_graphic())
}

/// `JoinLink`: one `opaque join_link<V>`.
fn read_links(reader: &mut Reader<'_>) -> Result<Vec<LinkPublicKey>, Error> {
    reader.list(MAX_OCTETS, MAX_LINKS, |inner| {
        let place = inner.clone();
        inner.vector(LINK_LEN)?.try_into().map_err(|_| place.error(Code::JoinLinkMalformed).note("not 32 octets"))
    })
}

fn write_links(writer: Writer, links: &[LinkPublicKey]) -> Writer {
    writer.list(links, |writer, link| writer.vector(link))
}
