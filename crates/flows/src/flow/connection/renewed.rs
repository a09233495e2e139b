//! The KeyPackages that Bob was given have run out: he asks p2 for consent, and is given others, of a third pseudonym (mimi-mls 3.6.4).

use mimicred_mls::component::{CONSENT_USAGE, ConsentUsage, KEY_PACKAGE_OFFER, SALT_LEN, UsageKind};
use mimicred_mls::protocol::{ConsentEntry, ConsentOperation};
use mimicred_mls::{AppDataDictionary, KeyPackageOffer, KeyPackageView, OfferContext};
use mimicred_room::OfferedKeyPackage;
use mimicred_uri::MimiUri;

use super::{BOBS_PHONE, LAPTOP, PHONE};
use crate::Error;
use crate::flow::tell::Told;
use crate::network::{Claims, Named, Network, Offered};

const STEP: &str = "fresh KeyPackages are asked for";

/// What Bob can add in the place of what has run out.
pub(super) struct Fresh {
    pub(super) user: MimiUri,
    pub(super) key_packages: Vec<(Vec<u8>, Option<[u8; SALT_LEN]>)>,
}

/// As q1, for R2.
pub(super) fn ask(
    network: &mut Network,
    told: &mut Told,
    (room, q1): (&MimiUri, &MimiUri),
    expired: &[OfferedKeyPackage],
    alice: &Claims<'_>,
) -> Result<Option<Fresh>, Error> {
    let Some(first) = expired.first() else { return Ok(None) };
    let p2 = MimiUri::parse(&first.user).map_err(|e| Error::step(STEP, e))?;
    let expired = KeyPackageView::decode_message(&first.octets).map_err(|e| Error::step(STEP, e))?;
    let offerer = expired.leaf_node().signature_key().map_err(|e| Error::step(STEP, e))?;
    let usage = ConsentUsage { usages: vec![UsageKind::Offered], any_requester_at_domain: false };
    let mut extensions = AppDataDictionary::default();
    extensions.insert(CONSENT_USAGE, usage.encode().map_err(|e| Error::step(STEP, e))?);
    let request = ConsentEntry {
        operation: ConsentOperation::Request,
        requester: q1.clone(),
        target: p2.clone(),
        room: Some(room.clone()),
        extensions: extensions.clone(),
    };
    network.consent(BOBS_PHONE, &request, "q1 asks p2: the offer has run out")?;

    // Alice answers under a third pseudonym, never under the one that has run out.
    let phones = network.issue(PHONE, &["p3"], &Named::Fresh, alice)?;
    let p3 = phones.first().ok_or_else(|| Error::step(STEP, "no pseudonym"))?.user.clone();
    network.device_mut(PHONE)?.personas.extend(phones);
    let laptops = network.issue(LAPTOP, &["p3"], &Named::Shared(&p3), alice)?;
    network.device_mut(LAPTOP)?.personas.extend(laptops);
    let Offered { octets, offer, .. } = network.offer(None, &offerer, &[(PHONE, "p3"), (LAPTOP, "p3")])?;
    let views = octets.iter().map(|octets| KeyPackageView::decode_message(octets)).collect::<Result<Vec<_>, _>>();
    let views = views.map_err(|e| Error::step(STEP, e))?;
    extensions.insert(KEY_PACKAGE_OFFER, offer.encode().map_err(|e| Error::step(STEP, e))?);
    let grant = ConsentEntry { operation: ConsentOperation::Grant { key_packages: views }, extensions, ..request };
    network.consent(PHONE, &grant, "Alice grants it, with KeyPackages of p3")?;

    // Bob's client reads what it was given, and believes it because p2's key is the one that offers.
    let Some(given) = network.device(BOBS_PHONE)?.consents.last().cloned() else { return Ok(None) };
    let ConsentOperation::Grant { key_packages } = given.operation else { return Ok(None) };
    let offer = given.extensions.get(KEY_PACKAGE_OFFER).ok_or_else(|| Error::step(STEP, "no offer"))?;
    let offer = KeyPackageOffer::decode(offer).map_err(|e| Error::step(STEP, e))?;
    let context = OfferContext { room_uri: None, offerer_key: &offerer };
    let holds = offer.verify(&context, network.seconds(), &key_packages.iter().collect::<Vec<_>>()).is_ok();
    told.must("the new offer is made by the key of the one that has run out", holds, None);
    let mallory = network.device(BOBS_PHONE)?.persona("q1")?.key.public().clone();
    let context = OfferContext { room_uri: None, offerer_key: &mallory };
    let forged = offer.verify(&context, network.seconds(), &key_packages.iter().collect::<Vec<_>>());
    told.must("an offer by any other key is none", forged.is_err(), Some("kp_unbound"));
    let salt: [u8; SALT_LEN] = offer.salt().try_into().map_err(|_| Error::step(STEP, "a salt of another length"))?;
    let key_packages = key_packages.iter().map(|view| (view.to_message(), Some(salt))).collect();
    Ok(holds.then_some(Fresh { user: p3, key_packages }))
}
