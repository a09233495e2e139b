//! How a presentation travels in an application message (mimi-mls.md 3.5.4), and what is written around it.

use mimicred_keys::{Random, SystemRandom};
use mimicred_mls::carriage::{ContentDraft, Group, Object};
use mimicred_mls::framing::ApplicationFraming;
use mimicred_mls::{BundleItem, DisclosureBundle, Item, MediaType};
use mimicred_room::Settings;
use mimicred_uri::MimiUri;
use serde::Serialize;

use super::Format;
use crate::{Error, Room};

/// A carriage of reveals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Carriage {
    /// W1: the object by itself. A certificate goes without a proof of possession.
    Bare,
    /// W2: a DisclosureBundle.
    Bundle,
    /// W3: a MIMI content whose parts are bare objects.
    Content,
    /// W3: a MIMI content whose part is a bundle.
    ContentBundle,
    /// W4: a bundle, sealed to the holders of some roles.
    Sealed,
}

impl Carriage {
    /// All of them, in the order of the specification.
    pub const ALL: [Carriage; 5] =
        [Carriage::Bare, Carriage::Bundle, Carriage::Content, Carriage::ContentBundle, Carriage::Sealed];

    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Carriage::Bare => "bare",
            Carriage::Bundle => "bundle",
            Carriage::Content => "content",
            Carriage::ContentBundle => "content_bundle",
            Carriage::Sealed => "sealed",
        }
    }

    /// Whether a certificate goes with its proof of possession. Tokens always have theirs.
    pub const fn carries_proof(self) -> bool {
        matches!(self, Carriage::Bundle | Carriage::ContentBundle | Carriage::Sealed)
    }

    /// The media types of all of them: what the rooms of the demo list. MIMI content comes first, as the default.
    pub(super) fn media_types() -> Vec<MediaType> {
        vec![
            MediaType::MimiContent,
            MediaType::DisclosureBundle,
            MediaType::DisclosureSealed,
            MediaType::MlsCredential(None),
            MediaType::SdJwt,
            MediaType::KbCwt,
        ]
    }
}

/// What a carriage says around a presentation: for which room, about whom, until when. A bare object says none of it.
#[derive(Clone)]
pub(super) struct Label {
    pub(super) room: MimiUri,
    pub(super) user: MimiUri,
    /// When a MIMI content is over, in seconds since 1970.
    pub(super) expires: i64,
}

impl Label {
    /// What an honest sender writes. A content is over when no receiver would take the presentation any more, however long it had
    /// waited.
    pub(super) fn honest(room: &MimiUri, user: &MimiUri, now: i64) -> Self {
        let expires = now.saturating_add(Settings::default().max_queue.into());
        Self { room: room.clone(), user: user.clone(), expires }
    }

    pub(super) fn bundle(&self, item: &BundleItem) -> DisclosureBundle {
        DisclosureBundle { room_uri: self.room.clone(), subject_uri: self.user.clone(), items: vec![item.clone()] }
    }

    /// A content of these parts.
    pub(super) fn content(&self, parts: Vec<Group>) -> Result<ApplicationFraming, Error> {
        let step = "a content is composed";
        let mut salt = [0; 16];
        SystemRandom.fill(&mut salt).map_err(|e| Error::step(step, e))?;
        let expires = u32::try_from(self.expires).map_err(|e| Error::step(step, e))?;
        let draft = ContentDraft::new(&self.room, &self.user, salt).expiring(expires);
        draft.compose(parts).and_then(|content| content.frame()).map_err(|e| Error::step(step, e))
    }
}

/// The application data with which a member of the room sends a presentation; where they are sealed, to the holders of these
/// roles.
pub(super) fn wrap(
    (room, from, roles): (&Room, &str, &[u32]),
    carriage: Carriage,
    item: &BundleItem,
    label: &Label,
) -> Result<ApplicationFraming, Error> {
    let framed = |object: Object| object.frame().map_err(|e| Error::step("a reveal is framed", e));
    match carriage {
        Carriage::Bare => framed(bare(item)?),
        Carriage::Bundle => framed(Object::Bundle(label.bundle(item))),
        Carriage::Content | Carriage::ContentBundle => label.content(vec![part(carriage, item, label)?]),
        Carriage::Sealed => room.seal(from, &label.bundle(item), roles),
    }
}

/// Octets of a presentation as this carriage takes it.
pub(super) fn octets(carriage: Carriage, item: &BundleItem) -> Result<usize, Error> {
    if carriage.carries_proof() {
        return Ok(item.data.len());
    }
    Ok(bare(item)?.encode().map_err(|e| Error::step("a presentation is measured", e))?.len())
}

/// The part of a MIMI content in which a presentation goes.
pub(super) fn part(carriage: Carriage, item: &BundleItem, label: &Label) -> Result<Group, Error> {
    Ok(Group::One(if carriage.carries_proof() { Object::Bundle(label.bundle(item)) } else { bare(item)? }))
}

/// A presentation by itself: tokens as they are, a certificate without its proof.
fn bare(item: &BundleItem) -> Result<Object, Error> {
    let step = "a presentation is taken out of its bundle";
    if let Some(token) = Object::of_item(item).map_err(|e| Error::step(step, e))? {
        return Ok(token);
    }
    match item.open().map_err(|e| Error::step(step, e))? {
        Item::MlsCredential(presentation) => Ok(Object::Credential(presentation.credential().clone())),
        _ => Err(Error::step(step, "it is no presentation")),
    }
}

/// What an honest reveal comes to: a certificate without a proof is shown with a mark, and never accepted (mimi-mls.md 3.5.4).
pub(super) fn honest(format: Format, carriage: Carriage) -> &'static str {
    match format {
        Format::MlsCredential if !carriage.carries_proof() => "binding_implicit",
        _ => "ok",
    }
}
