//! From what a message carries, by whatever carriage, to the items in it (mimi-mls.md 3.5.4); with step 2 for those that say whose
//! they are and for which room.

use std::collections::BTreeMap;

use mimicred_error::Report;
use mimicred_mls::carriage::{Carried, ContentItem, ContentReveal, Found, Kind, Object};
use mimicred_mls::{Code, Credential, CredentialPresentation, DisclosureBundle, credential};

use super::content::Content;
use super::item::Examined;
use super::ladder::{check, malformed};
use super::{Reveal, Scene};
use crate::policy::DisclosureFormat;
use crate::snapshot::SnapshotLeaf;
use crate::verdict::{Check, Outcome, VerdictCode};

/// One item, not examined.
pub(super) struct Item {
    pub(super) place: Place,
    pub(super) content: Content,
}

/// Where an item stands in its message.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The place in a bundle, or the index of a part.
    pub(super) item: usize,
    /// The place in a bundle that is a part.
    pub(super) bundle_item: Option<usize>,
    /// The unit with which it counts.
    unit: Option<usize>,
}

/// The items of a reveal.
pub(super) fn items(scene: &Scene<'_>, reveal: Reveal<'_>, checks: &mut Vec<Check>) -> Result<Vec<Item>, Check> {
    let one = |content| vec![Item::alone(content)];
    match reveal {
        Reveal::ApplicationData(octets) => {
            let carried = Carried::decode(octets, scene.snapshot.media_types()).map_err(|e| refused("carriage", &e))?;
            match carried {
                Carried::Object(object) => Item::of_object(object, scene, checks),
                Carried::Content(content) => of_content(content, scene, checks),
                Carried::Sealed(_) => {
                    let note = "it is sealed, and was not opened".to_owned();
                    Err(check(3, "carriage", Outcome::Failed, Some(VerdictCode::FormatNotAccepted), Some(note)))
                }
            }
        }
        Reveal::MimiContent(octets) => {
            of_content(ContentReveal::decode(octets).map_err(|e| refused("content", &e))?, scene, checks)
        }
        Reveal::Bundle(octets) => {
            of_bundle(&DisclosureBundle::decode(octets).map_err(|e| malformed("bundle", &e))?, scene, checks)
        }
        Reveal::Sealed(Ok(bundle)) => of_bundle(bundle, scene, checks),
        // Whoever is shown another text than the others is shown none (mimi-mls.md 3.5.5).
        Reveal::Sealed(Err(e)) => Err(refused("seal", e)),
        Reveal::CredentialPresentation(octets) => {
            let presentation = CredentialPresentation::decode(octets).map_err(|e| malformed("form", &e))?;
            let contents = Content::of_presentation(presentation, None, scene.common.settings.vouched_keys);
            Ok(contents.into_iter().map(Item::alone).collect())
        }
        Reveal::Credential(octets) => Ok(one(Content::bare(Credential::decode(octets).map_err(|e| malformed("form", &e))?))),
        Reveal::SdJwt(text) => Ok(one(Content::SdJwt(text.to_owned(), None))),
        Reveal::SdKbt(octets) => Ok(one(Content::SdKbt(octets.to_vec(), None))),
    }
}

/// What cannot be read, and what a room does not take. Whatever is no reveal, or none for us, is of a format that no room takes.
fn refused(name: &'static str, error: &mimicred_mls::Error) -> Check {
    match error.code() {
        Code::MediaTypesMissing | Code::MediaTypeUnlisted | Code::NotAReveal | Code::SealedForOthers => {
            let note = Some(format!("{error} [{}]", error.slug()));
            check(3, name, Outcome::Failed, Some(VerdictCode::FormatNotAccepted), note)
        }
        _ => malformed(name, error),
    }
}

impl Item {
    fn alone(content: Content) -> Self {
        Self { place: Place { item: 0, bundle_item: None, unit: None }, content }
    }

    /// W1 and W2.
    fn of_object(object: Object, scene: &Scene<'_>, checks: &mut Vec<Check>) -> Result<Vec<Self>, Check> {
        match object {
            Object::Bundle(bundle) => of_bundle(&bundle, scene, checks),
            other => Ok(contents(&other).into_iter().map(Self::alone).collect()),
        }
    }
}

/// W2.
fn of_bundle(bundle: &DisclosureBundle, scene: &Scene<'_>, checks: &mut Vec<Check>) -> Result<Vec<Item>, Check> {
    checks.push(room(scene, Some(bundle.room_uri.as_str()), "bundle")?);
    checks.push(subject(scene, Some(bundle.subject_uri.as_str()), "bundle")?);
    let contents = contents_of_bundle(bundle, scene);
    Ok(contents.map(|(item, content)| Item { place: Place { item, bundle_item: None, unit: None }, content }).collect())
}

/// What the items of a bundle hold, each with the item's place.
fn contents_of_bundle(bundle: &DisclosureBundle, scene: &Scene<'_>) -> impl Iterator<Item = (usize, Content)> {
    let vouched = scene.common.settings.vouched_keys;
    let items = bundle.items.iter().enumerate();
    items
        .flat_map(move |(n, item)| Content::of_item(item, &bundle.room_uri, vouched).into_iter().map(move |content| (n, content)))
}

/// W3.
fn of_content(content: ContentReveal, scene: &Scene<'_>, checks: &mut Vec<Check>) -> Result<Vec<Item>, Check> {
    checks.push(room(scene, content.extensions.room_uri.as_deref(), "content")?);
    checks.push(subject(scene, content.extensions.sender_uri.as_deref(), "content")?);
    let late = content.expires.is_some_and(|expires| expires.is_over(scene.arrival.received_at));
    let outcome = match content.expires {
        _ if late => {
            return Err(check(7, "expiry", Outcome::Failed, Some(VerdictCode::Stale), Some("the content has expired".into())));
        }
        Some(_) => Outcome::Passed,
        None => Outcome::NotApplicable,
    };
    checks.push(check(7, "expiry", outcome, None, None));
    let mut items = Vec::new();
    for ContentItem { index, unit, found } in content.choose(|kind| is_accepted(scene, kind)) {
        let place = Place { item: index, bundle_item: None, unit };
        match found {
            Found::Object(Object::Bundle(bundle)) => {
                // A bundle for another room, or about somebody else, has no business here: the message is refused.
                room(scene, Some(bundle.room_uri.as_str()), "bundle")?;
                subject(scene, Some(bundle.subject_uri.as_str()), "bundle")?;
                let contents = contents_of_bundle(&bundle, scene);
                items.extend(contents.map(|(n, content)| Item { place: Place { bundle_item: Some(n), ..place }, content }));
            }
            Found::Object(object) => items.extend(contents(&object).map(|content| Item { place, content })),
            Found::Unreadable { error, .. } if error.code() == Code::NotAReveal => {
                items.push(Item { place, content: Content::Unaccepted(error.remark().unwrap_or_default().to_owned()) });
            }
            Found::Unreadable { error, .. } => items.push(Item { place, content: Content::unreadable(&error) }),
            Found::Foreign(content_type) => items.push(Item { place, content: Content::Unaccepted(content_type) }),
        }
    }
    Ok(items)
}

/// What an object holds that is no bundle.
fn contents(object: &Object) -> Option<Content> {
    match object {
        Object::Credential(credential) => Some(Content::bare(credential.clone())),
        Object::SdJwt(token) => Some(Content::SdJwt(token.as_str().to_owned(), None)),
        Object::SdKbt(octets) => Some(Content::SdKbt(octets.clone(), None)),
        Object::KeyPackage(octets) => Some(Content::key_package(octets)),
        Object::Bundle(_) => None,
    }
}

/// Whether the room accepts a kind of object: by what it says that it is, so that all members choose the same.
fn is_accepted(scene: &Scene<'_>, kind: Kind) -> bool {
    let format = match kind {
        Kind::Bundle | Kind::KeyPackage => return true,
        Kind::Credential(None | Some(credential::X509)) => DisclosureFormat::MlsCredential,
        Kind::SdJwt | Kind::Credential(Some(credential::SD_JWT | credential::SD_JWT_VEC)) => DisclosureFormat::SdJwtKb,
        Kind::SdKbt | Kind::Credential(Some(credential::SD_CWT)) => DisclosureFormat::SdKbt,
        Kind::Credential(Some(_)) => return false,
    };
    scene.snapshot.policy().known().is_none_or(|policy| policy.accepted_formats.contains(&format))
}

/// Step 2, the room.
fn room(scene: &Scene<'_>, named: Option<&str>, what: &str) -> Result<Check, Check> {
    let expected = scene.snapshot.room_uri().map(|room| room.as_str());
    let wrong = || format!("the {what} is for another room");
    named_as(expected, named, "room", VerdictCode::AudienceMismatch, wrong, || format!("the {what} does not name its room"))
}

/// Step 2, the user.
fn subject(scene: &Scene<'_>, named: Option<&str>, what: &str) -> Result<Check, Check> {
    let expected = scene.leaf.and_then(SnapshotLeaf::member).map(|member| member.user.as_str());
    let wrong = || format!("the {what} is not about the sender's user");
    named_as(expected, named, "subject", VerdictCode::SubjectMismatch, wrong, || format!("the {what} does not name its sender"))
}

fn named_as(
    expected: Option<&str>,
    named: Option<&str>,
    name: &'static str,
    code: VerdictCode,
    wrong: impl FnOnce() -> String,
    missing: impl FnOnce() -> String,
) -> Result<Check, Check> {
    let note = match (expected, named) {
        (None, _) => return Ok(check(2, name, Outcome::Waived, None, None)),
        (Some(expected), Some(named)) if expected == named => return Ok(check(2, name, Outcome::Passed, None, None)),
        (Some(_), Some(_)) => wrong(),
        (Some(_), None) => missing(),
    };
    Err(check(2, name, Outcome::Failed, Some(code), Some(note)))
}

/// If one item of a unit has failed, the others fail with its code.
pub(super) fn hold_units_together(examined: &mut [Examined<'_>]) {
    let mut failed: BTreeMap<usize, (VerdictCode, usize)> = BTreeMap::new();
    for item in examined.iter() {
        if let (Some(unit), Some(code)) = (item.place.unit, item.ladder.failure()) {
            failed.entry(unit).or_insert((code, item.place.item));
        }
    }
    for item in examined.iter_mut().filter(|item| item.ladder.failure().is_none()) {
        if let Some((code, at)) = item.place.unit.and_then(|unit| failed.get(&unit)) {
            item.ladder.fail_beside(*code, format!("item {at}, which belongs to it, fails"));
            item.held = None;
            item.code = item.ladder.code();
        }
    }
}
