//! MLS credentials, LeafNodes, presentations and bundles: what is around, and the token or chain inside.

use mimicred_jose::base64url;
use mimicred_mls::{BundleItem, Credential, CredentialPresentation, DisclosureBundle, Item as Opened};
use mimicred_x509::Certificate;

use super::picture::{Item, Picture, Section};
use super::{certificate, sd_cwt, sd_jwt, time_note};
use crate::error::Failure;
use crate::out::hex;
use crate::sniff::key::Thumbprints;
use crate::sniff::leaf::LeafNode;

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
    let leaf = LeafNode::decode(octets)?;
    let thumbprints = Thumbprints::of(&leaf.signature_key);
    let items = vec![
        Item::new("source").value(leaf.source),
        Item::new("algorithm").value(leaf.signature_key.algorithm().name()),
        Item::new("signature key").value(base64url::encode(leaf.signature_key.octets())),
        Item::new("jwk_thumbprint_sha256").value(thumbprints.jwk_thumbprint_sha256),
    ];
    let inside = draw_credential(&leaf.credential, now);
    Ok(Picture::new("LeafNode", vec![Section::new("leaf", items)]).containing(vec![inside]))
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
        Ok(Opened::KeyPackage(octets)) => Ok(opaque("KeyPackage", octets.len())),
        Ok(Opened::KeyPackageOffer(octets)) => Ok(opaque("KeyPackageOffer", octets.len())),
        Err(e) => Err(e.into()),
    };
    drawn.unwrap_or_else(|failure| unreadable(&failure))
}

fn draw_presentation(presentation: &CredentialPresentation, now: i64) -> Picture {
    let issued_at = presentation.issued_at();
    let items = vec![
        Item::new("issued at").value(i128::from(issued_at)).note(time_note(issued_at.into(), now)),
        Item::new("nonce").value(base64url::encode(presentation.nonce())),
    ];
    let inside = draw_credential(presentation.credential(), now);
    Picture::new("CredentialPresentation", vec![Section::new("presentation", items)]).containing(vec![inside])
}

fn draw_credential(credential: &Credential, now: i64) -> Picture {
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
        Credential::Other { body, .. } => Ok(opaque("body", body.len())),
    };
    let inside = inside.unwrap_or_else(|failure| unreadable(&failure));
    Picture::new("MLS credential", vec![Section::new("credential", items)]).containing(vec![inside])
}

fn opaque(kind: &str, octets: usize) -> Picture {
    Picture::new(format!("{kind} of {octets} octets"), Vec::new())
}

fn unreadable(failure: &Failure) -> Picture {
    let shown = failure.shown();
    let items = vec![Item::new(shown.code).value(shown.line)];
    Picture::new("unreadable", vec![Section::new("error", items)])
}
