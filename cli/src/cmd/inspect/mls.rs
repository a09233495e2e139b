//! MLS credentials, LeafNodes, presentations and bundles: what is around, and the token or chain inside.

use mimicred_jose::base64url;
use mimicred_mls::component::{
    DISCLOSURE_RECIPIENTS, IDENTITY_KIND, IdentityKind, KEY_PACKAGE_USAGE, KeyPackageUsage, ROOM_DISCLOSURE_POLICY,
};
use mimicred_mls::{
    BundleItem, Credential, CredentialBinding, CredentialPresentation, DisclosureBundle, Item as Opened, KeyPackageOffer,
    KeyPackageView, LeafNode, LeafNodeSource, SealedDisclosure,
};
use mimicred_x509::Certificate;

use super::picture::{Item, Picture, Section};
use super::times::moment;
use super::{certificate, sd_cwt, sd_jwt};
use crate::error::Failure;
use crate::out::hex;
use crate::sniff::key::Thumbprints;

/// Draws an encoded Credential.
///
/// # Errors
/// It cannot be read.
pub(super) fn credential(octets: &[u8], now: i64) -> Result<Picture, Failure> {
    Ok(draw_credential(&Credential::decode(octets)?, now))
}

/// Draws an encoded CredentialPresentation.
///
/// # Errors
/// It cannot be read.
pub(super) fn presentation(octets: &[u8], now: i64) -> Result<Picture, Failure> {
    Ok(draw_presentation(&CredentialPresentation::decode(octets)?, now))
}

/// Draws an encoded LeafNode.
///
/// # Errors
/// It cannot be read.
pub(super) fn leaf_node(octets: &[u8], now: i64) -> Result<Picture, Failure> {
    Ok(draw_leaf(&LeafNode::decode(octets)?, None, now))
}

/// Draws an encoded KeyPackage.
///
/// # Errors
/// It cannot be read.
pub(super) fn key_package(octets: &[u8], now: i64) -> Result<Picture, Failure> {
    Ok(draw_key_package(&KeyPackageView::decode(octets)?, now))
}

/// Draws an encoded KeyPackageOffer.
///
/// # Errors
/// It cannot be read.
pub(super) fn key_package_offer(octets: &[u8], now: i64) -> Result<Picture, Failure> {
    Ok(draw_offer(&KeyPackageOffer::decode(octets)?, now))
}

/// Draws an encoded SealedDisclosure: for whom it is, and nothing of what is in it.
///
/// # Errors
/// It cannot be read.
pub(super) fn sealed(octets: &[u8]) -> Result<Picture, Failure> {
    let sealed = SealedDisclosure::decode(octets)?;
    let leaves: Vec<String> = sealed.recipients().map(|leaf| leaf.to_string()).collect();
    let items = vec![Item::new("leaves that can open it").value(leaves.join(" "))];
    Ok(Picture::new("SealedDisclosure", vec![Section::new("sealed disclosure", items)]))
}

pub(super) fn draw_key_package(package: &KeyPackageView, now: i64) -> Picture {
    let suite = package.cipher_suite();
    let suite_name = package.suite().map_or_else(|_| "not supported".to_owned(), |suite| suite.to_string());
    let mut items = vec![
        Item::new("cipher suite").value(suite_name).note(format!("0x{suite:04x}")),
        Item::new("init key").value(base64url::encode(package.init_key())),
    ];
    if let Ok(reference) = package.suite().and_then(|suite| package.reference(suite.hash())) {
        items.push(Item::new("KeyPackageRef").value(hex(&reference)));
    }
    match package.extensions().component(KEY_PACKAGE_USAGE).map(|found| found.map(KeyPackageUsage::decode)) {
        Ok(None) => {}
        Ok(Some(Ok(KeyPackageUsage::Any))) => items.push(Item::new("usage").value("any")),
        Ok(Some(Ok(KeyPackageUsage::InitialConnection))) => items.push(Item::new("usage").value("initial_connection")),
        Ok(Some(Ok(KeyPackageUsage::Offered(commitment)))) => {
            items.push(Item::new("usage").value("offered"));
            items.push(Item::new("context commitment").value(hex(&commitment)));
        }
        Ok(Some(Err(error))) | Err(error) => items.push(Item::new("usage").value("unreadable").note(error.to_string())),
    }
    let inside = draw_leaf(package.leaf_node(), None, now);
    Picture::new("KeyPackage", vec![Section::new("key package", items)]).containing(vec![inside])
}

fn draw_offer(offer: &KeyPackageOffer, now: i64) -> Picture {
    let not_after = offer.not_after();
    let mut items = vec![
        Item::new("room").value(offer.room_uri().map_or("none", |room| room.as_str())),
        Item::new("offerer key").value(base64url::encode(offer.offerer_key())),
        Item::new("until").value(i128::from(not_after)).note(moment(not_after.into(), now)),
    ];
    items.extend(offer.references().map(|reference| Item::new("KeyPackageRef").value(hex(reference))));
    items.extend(offer.signers().map(|key| Item::new("signed by").value(base64url::encode(key))));
    Picture::new("KeyPackageOffer", vec![Section::new("offer", items)])
}

pub(super) fn draw_leaf(leaf: &LeafNode, index: Option<u32>, now: i64) -> Picture {
    let mut items: Vec<Item> = index.iter().map(|index| Item::new("index").value(i128::from(*index))).collect();
    items.push(Item::new("source").value(leaf.source().name()));
    if let LeafNodeSource::KeyPackage { not_before, not_after } = leaf.source() {
        items.push(Item::new("from").value(i128::from(*not_before)).note(moment((*not_before).into(), now)));
        items.push(Item::new("until").value(i128::from(*not_after)).note(moment((*not_after).into(), now)));
    }
    items.push(Item::new("signature key").value(base64url::encode(leaf.signature_key_octets())));
    if let Ok(key) = leaf.signature_key() {
        items.push(Item::new("algorithm").value(key.algorithm().name()));
        items.push(Item::new("jwk_thumbprint_sha256").value(Thumbprints::of(&key).jwk_thumbprint_sha256));
    }
    let types = leaf.capabilities().credentials.iter().map(|number| format!("0x{number:04x}"));
    items.push(Item::new("credential types").value(types.collect::<Vec<_>>().join(" ")));
    let knows_policies =
        leaf.app_components().is_ok_and(|listed| listed.is_some_and(|listed| listed.contains(ROOM_DISCLOSURE_POLICY)));
    items.push(Item::new("understands room_disclosure_policy").value(if knows_policies { "yes" } else { "no" }));
    match leaf.extensions().component(IDENTITY_KIND).map(|found| found.map(IdentityKind::decode)) {
        Ok(None) => {}
        Ok(Some(Ok(kind))) => items.push(Item::new("identity_kind").value(kind.name())),
        Ok(Some(Err(error))) | Err(error) => items.push(Item::new("identity_kind").value("unreadable").note(error.to_string())),
    }
    let has_recipient = leaf.extensions().component(DISCLOSURE_RECIPIENTS).is_ok_and(|found| found.is_some());
    items.push(Item::new("can be sealed to").value(if has_recipient { "yes" } else { "no" }));
    let inside = draw_credential(leaf.credential(), now);
    Picture::new("LeafNode", vec![Section::new("leaf", items)]).containing(vec![inside])
}

/// Draws an encoded DisclosureBundle. An item that cannot be read is said to be so; the others are drawn all the same.
///
/// # Errors
/// The bundle cannot be read.
pub(super) fn bundle(octets: &[u8], now: i64) -> Result<Picture, Failure> {
    let bundle = DisclosureBundle::decode(octets)?;
    let items = vec![
        Item::new("room").value(bundle.room_uri.as_str()),
        Item::new("subject").value(bundle.subject_uri.as_str()),
        Item::new("items").value(bundle.items.len().to_string()),
    ];
    let contains = bundle.items.iter().map(|item| draw_item(item, now)).collect();
    Ok(Picture::new("DisclosureBundle", vec![Section::new("bundle", items)]).containing(contains))
}

fn draw_item(item: &BundleItem, now: i64) -> Picture {
    let drawn = match item.open() {
        Ok(Opened::MlsCredential(presentation)) => Ok(draw_presentation(&presentation, now)),
        Ok(Opened::SdJwtKb(token)) => sd_jwt::token(token.as_str(), now),
        Ok(Opened::SdKbt(octets)) => sd_cwt::key_binding_token(&octets, now),
        Ok(Opened::KeyPackage(package)) => Ok(draw_key_package(&package, now)),
        Ok(Opened::KeyPackageOffer(offer)) => Ok(draw_offer(&offer, now)),
        Err(e) => Err(e.into()),
    };
    drawn.unwrap_or_else(|failure| unreadable(&failure))
}

fn draw_presentation(presentation: &CredentialPresentation, now: i64) -> Picture {
    let issued_at = presentation.issued_at();
    let items = vec![
        Item::new("issued at").value(i128::from(issued_at)).note(moment(issued_at.into(), now)),
        Item::new("nonce").value(base64url::encode(presentation.nonce())),
    ];
    let inside = draw_credential(presentation.credential(), now);
    Picture::new("CredentialPresentation", vec![Section::new("presentation", items)]).containing(vec![inside])
}

pub(super) fn draw_credential(credential: &Credential, now: i64) -> Picture {
    let number = credential.credential_type();
    let mut items = vec![Item::new("type").value(credential.type_name().unwrap_or("unknown")).note(format!("0x{number:04x}"))];
    let inside = match credential {
        Credential::X509(chain) => {
            let certificates = chain.iter().map(|der| Certificate::from_der(der)).collect::<Result<Vec<_>, _>>();
            certificates.map(|certificates| certificate::chain(&certificates, now)).map_err(Failure::from)
        }
        Credential::SdJwt(token) => sd_jwt::token(token.as_str(), now),
        Credential::SdCwt(octets) => sd_cwt::key_binding_token(octets, now),
        Credential::Basic(identity) => {
            items.push(Item::new("identity").value(format!("h'{}'", hex(identity))));
            return Picture::new("MLS credential", vec![Section::new("credential", items)]);
        }
        Credential::Multi(bindings) | Credential::WeakMulti(bindings) => {
            let contains = bindings.iter().map(|binding| draw_binding(binding, now)).collect();
            return Picture::new("MLS credential", vec![Section::new("credential", items)]).containing(contains);
        }
        Credential::Pseudonymous(pseudonymous) => {
            items.push(Item::new("user pseudonym").value(pseudonymous.user_pseudonym.as_str()));
            items.push(Item::new("client pseudonym").value(pseudonymous.client_pseudonym.as_str()));
            items.push(Item::new("signature key").value(base64url::encode(&pseudonymous.signature_public_key)));
            return Picture::new("MLS credential", vec![Section::new("credential", items)]);
        }
        Credential::Other { body, .. } => Ok(opaque("body", body.len())),
    };
    let inside = inside.unwrap_or_else(|failure| unreadable(&failure));
    Picture::new("MLS credential", vec![Section::new("credential", items)]).containing(vec![inside])
}

fn draw_binding(binding: &CredentialBinding, now: i64) -> Picture {
    let items = vec![
        Item::new("cipher suite").value(format!("0x{:04x}", binding.cipher_suite)),
        Item::new("credential key").value(base64url::encode(&binding.credential_key)),
    ];
    let inside = draw_credential(&binding.credential, now);
    Picture::new("CredentialBinding", vec![Section::new("binding", items)]).containing(vec![inside])
}

fn opaque(kind: &str, octets: usize) -> Picture {
    Picture::new(format!("{kind} of {octets} octets"), Vec::new())
}

pub(super) fn unreadable(failure: &Failure) -> Picture {
    let shown = failure.shown();
    let items = vec![Item::new(shown.code).value(shown.line)];
    Picture::new("unreadable", vec![Section::new("error", items)])
}
