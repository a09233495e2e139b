//! Certificates.

use mimicred_claims::Value;
use mimicred_x509::{Attribute, Certificate, ExtensionView, Inspection};

use super::picture::{Item, Picture, Section};
use super::times::moment;
use crate::out::hex;
use crate::sniff::key::Thumbprints;

/// Draws a chain.
pub(super) fn chain(certificates: &[Certificate], now: i64) -> Picture {
    let mut drawn = certificates.iter().map(|certificate| one(certificate, now));
    match (drawn.next(), certificates.len()) {
        (Some(only), 1) => only,
        (first, _) => Picture::new("certificate chain", Vec::new()).containing(first.into_iter().chain(drawn).collect()),
    }
}

fn one(certificate: &Certificate, now: i64) -> Picture {
    let seen = certificate.inspect_unverified();
    let kind = match (seen.is_ca, seen.is_self_issued) {
        (true, true) => "CA certificate, self-issued",
        (true, false) => "CA certificate",
        (false, _) => "certificate",
    };
    let names = seen.alternative_names.iter().map(alternative_name).collect();
    let extensions = seen.extensions.iter().map(extension).collect();
    Picture::new(
        kind,
        vec![
            Section::new("subject", name(&seen.subject)),
            Section::new("subject's other names", names),
            Section::new("issuer", name(&seen.issuer)),
            Section::new(
                "validity",
                vec![
                    Item::new("from").value(i128::from(seen.not_before)).note(moment(seen.not_before.into(), now)),
                    Item::new("until").value(i128::from(seen.not_after)).note(moment(seen.not_after.into(), now)),
                ],
            ),
            Section::new("key", key(&seen)),
            Section::new("extensions", extensions),
        ],
    )
}

fn key(seen: &Inspection) -> Vec<Item> {
    let mut items = vec![Item::new("serial number").value(seen.serial.as_str())];
    match &seen.key {
        Some(key) => {
            let thumbprints = Thumbprints::of(key);
            items.push(Item::new("algorithm").value(key.algorithm().name()));
            items.push(Item::new("jwk_thumbprint_sha256").value(thumbprints.jwk_thumbprint_sha256));
            items.push(Item::new("cose_key_thumbprint_sha256").value(thumbprints.cose_key_thumbprint_sha256));
        }
        None => items.push(Item::new("algorithm").value(seen.key_algorithm.as_str()).note("not supported")),
    }
    items.push(Item::new("spki_sha256").value(format!("sha256:{}", hex(&seen.spki_sha256))));
    items
}

pub(super) fn name(attributes: &[Attribute]) -> Vec<Item> {
    if attributes.is_empty() {
        return vec![Item::new("empty")];
    }
    attributes
        .iter()
        .map(|attribute| Item::new(attribute_name(&attribute.oid)).value(Value::from(attribute.value.clone())))
        .collect()
}

/// A certificate in one line, for a place among other things: its subject and its fingerprint.
pub(super) fn line(item: Item, der: &[u8]) -> Item {
    let item = item.value(format!("sha256:{}", hex(&mimicred_keys::sha256(der))));
    let Ok(certificate) = Certificate::from_der(der) else { return item.warning("not a certificate that can be read") };
    let names = certificate.inspect_unverified().subject;
    let names: Vec<_> = names.iter().map(|name| format!("{}={}", attribute_name(&name.oid), name.value)).collect();
    item.note(if names.is_empty() { "empty subject".to_owned() } else { names.join(", ") })
}

fn alternative_name(attribute: &Attribute) -> Item {
    let kind = match attribute.general_name {
        Some(1) => "email",
        Some(2) => "dns",
        Some(4) => "directory name",
        Some(6) => "uri",
        Some(7) => "ip",
        Some(8) => "registered id",
        _ => "other",
    };
    Item::new(kind).value(Value::from(attribute.value.clone()))
}

fn attribute_name(oid: &str) -> &str {
    match oid {
        "2.5.4.3" => "CN",
        "2.5.4.4" => "surname",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.42" => "givenName",
        other => other,
    }
}

fn extension(extension: &ExtensionView) -> Item {
    let item = Item::new(extension.name.unwrap_or(&extension.oid)).value(format!("#{}", hex(&extension.value)));
    if extension.critical { item.note("critical") } else { item }
}
