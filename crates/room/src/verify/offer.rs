//! KeyPackages that a member hands over: whose they are, and whether they are offered here (mimi-mls.md 3.5.1).

use mimicred_error::Report;
use mimicred_mls::{KeyPackageOffer, KeyPackageView, LeafView, OfferContext};
use mimicred_uri::MimiUri;

use super::Scene;
use super::carriage::Item;
use super::content::Content;
use super::item::Examined;
use super::ladder::Ladder;
use crate::snapshot::{LeafStanding, Waivable};
use crate::verdict::{OfferedKeyPackage, VerdictCode};

/// What becomes of each item that is a KeyPackage or an offer; nothing for the others.
pub(super) fn bind<'s>(items: &[Item], scene: &Scene<'s>) -> Vec<Option<Examined<'s>>> {
    let offers = items.iter().filter_map(|item| match &item.content {
        Content::Offer(offer) => Some(offer.as_ref()),
        _ => None,
    });
    let key_packages = || {
        items.iter().filter_map(|item| match &item.content {
            Content::KeyPackage(key_package) => Some(key_package.as_ref()),
            _ => None,
        })
    };
    let judged: Vec<Judged<'_>> = offers.map(|offer| Judged::new(offer, key_packages(), scene)).collect();
    items
        .iter()
        .map(|item| {
            let found = match &item.content {
                Content::KeyPackage(key_package) => key_package_under(key_package, &judged).map(Some),
                Content::Offer(offer) => the_offer(offer, &judged).map(|()| None),
                _ => return None,
            };
            Some(examined(item, found))
        })
        .collect()
}

/// An offer, and whether it holds for all KeyPackages of the message that it lists.
struct Judged<'i> {
    offer: &'i KeyPackageOffer,
    /// The user whose they all are, or why the offer does not hold.
    user: Result<MimiUri, String>,
}

impl<'i> Judged<'i> {
    fn new(offer: &'i KeyPackageOffer, all: impl Iterator<Item = &'i KeyPackageView>, scene: &Scene<'_>) -> Self {
        let listed: Vec<&KeyPackageView> = all.filter(|key_package| offer.lists(key_package).unwrap_or(false)).collect();
        Self { offer, user: verify(offer, &listed, scene) }
    }
}

/// Whether an offer holds: made by the sender's leaf, in this room, in time, by the keys of all these KeyPackages, which are of one
/// user. Her name is that of credentials that hold as a leaf's would: by the verifier's own trust store.
fn verify(offer: &KeyPackageOffer, listed: &[&KeyPackageView], scene: &Scene<'_>) -> Result<MimiUri, String> {
    let (Some(room), Some(leaf)) = (scene.snapshot.room_uri(), scene.leaf) else {
        return Err("without room and leaf nobody offers anything".to_owned());
    };
    if scene.waives(Waivable::Trust) {
        return Err("without a trust store nobody is known".to_owned());
    }
    let at = u64::try_from(scene.arrival.received_at).map_err(|_| "the clock is before 1970".to_owned())?;
    let context = OfferContext { room_uri: Some(room), offerer_key: leaf.key() };
    offer.verify(&context, at, listed).map_err(|e| said(&e))?;
    let mut user: Option<MimiUri> = None;
    for key_package in listed {
        key_package.verify_signature().map_err(|e| said(&e))?;
        let found = owner(key_package, scene)?;
        if user.as_ref().is_some_and(|user| *user != found) {
            return Err("its KeyPackages are of several users".to_owned());
        }
        user = Some(found);
    }
    user.ok_or_else(|| "none of its KeyPackages is here".to_owned())
}

fn owner(key_package: &KeyPackageView, scene: &Scene<'_>) -> Result<MimiUri, String> {
    let node = key_package.leaf_node();
    let key = node.signature_key().map_err(|e| said(&e))?;
    let leaf =
        scene.snapshot.stranger(&LeafView::new(0, key, node.credential().clone()), scene.common.trust, scene.arrival.received_at);
    match leaf.standing() {
        LeafStanding::Verified(member) => Ok(member.user.clone()),
        LeafStanding::Unverified { code, note } => Err(format!("the credential of a KeyPackage: {note} ({code})")),
    }
}

/// The first offer that lists a KeyPackage decides.
fn key_package_under(key_package: &KeyPackageView, judged: &[Judged<'_>]) -> Result<OfferedKeyPackage, String> {
    let lists = |judged: &&Judged<'_>| judged.offer.lists(key_package).unwrap_or(false);
    let judged = judged.iter().find(lists).ok_or_else(|| "no offer lists it".to_owned())?;
    let user = judged.user.clone()?;
    let suite = key_package.suite().map_err(|e| said(&e))?;
    Ok(OfferedKeyPackage {
        // Filled in where the item is known.
        item: 0,
        user: user.to_string(),
        reference: key_package.reference(suite.hash()).map_err(|e| said(&e))?.to_vec(),
        octets: key_package.to_message(),
        not_after: judged.offer.not_after(),
        salt: judged.offer.salt().try_into().map_err(|_| "its salt has not 16 octets".to_owned())?,
    })
}

fn the_offer(offer: &KeyPackageOffer, judged: &[Judged<'_>]) -> Result<(), String> {
    let judged = judged.iter().find(|judged| judged.offer == offer);
    judged.map_or(Ok(()), |judged| judged.user.as_ref().map(|_| ()).map_err(Clone::clone))
}

fn examined<'s>(item: &Item, found: Result<Option<OfferedKeyPackage>, String>) -> Examined<'s> {
    let mut ladder = Ladder::default();
    let offered = match found {
        Ok(offered) => {
            ladder.pass();
            ladder.skip_rest();
            offered.map(|offered| OfferedKeyPackage { item: item.place.item, ..offered })
        }
        Err(note) => {
            ladder.fail(VerdictCode::KpUnbound, Some(note));
            None
        }
    };
    let code = ladder.code();
    Examined { place: item.place, format: item.content.name(), code, ladder, held: None, offered, is_presentation: false }
}

fn said(error: &mimicred_mls::Error) -> String {
    format!("{error} [{}]", error.slug())
}
