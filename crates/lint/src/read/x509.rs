//! Certificates.

use mimicred_x509::{Certificate, ExtensionView, Inspection, REAL_POLICY};

use super::{Cause, der, name};
use crate::finding::FindingKind;
use crate::seen::{KeyOf, Role, Seen, TimeOf, hex, short};

const POISON: &str = "1.3.6.1.4.1.11129.2.4.3";
/// uniformResourceIdentifier.
const URI: u8 = 6;

pub(super) fn read(octets: &[u8], seen: &mut Seen, at: &str) -> Result<(), Cause> {
    let certificate = Certificate::from_der(octets)?;
    let inspection = certificate.inspect_unverified();
    seen.format = "x509".to_owned();
    if inspection.is_ca {
        seen.role = Role::Authority;
    } else if inspection.policies.iter().any(|policy| policy == REAL_POLICY) {
        seen.role = Role::Identity;
        seen.format = "x509-identity".to_owned();
    }
    seen.issuer_algorithm = inspection.signature_algorithm.clone();
    seen.holder_algorithm = Some(match &inspection.key {
        Some(key) => key.algorithm().name().to_owned(),
        None => inspection.key_algorithm.clone(),
    });
    match &inspection.key {
        Some(key) => seen.key(format!("{at}subjectPublicKeyInfo"), key),
        None => seen.key_named(format!("{at}subjectPublicKeyInfo"), "spki", &inspection.spki_sha256, KeyOf::Holder),
    }
    seen.time(format!("{at}notBefore"), inspection.not_before, TimeOf::Credential);
    seen.time(format!("{at}notAfter"), inspection.not_after, TimeOf::Credential);
    let issuer = distinguished(&inspection.issuer);
    seen.serial_issuer = mimicred_keys::sha256(issuer.as_bytes());
    seen.constant_text(format!("{at}issuer"), FindingKind::IssuerDiffers, issuer);
    let serial = certificate.serial().contents().to_vec();
    // The tbsCertificate: what the issuer signed, without a signature whose length is noise.
    let tbs = der::inside(octets).first().map_or(0, |tbs| tbs.whole.len());
    seen.size += tbs.saturating_sub(serial.len());
    seen.serial = Some(serial);
    subject(&inspection, seen, at);
    names(&inspection, seen, at);
    let order: Vec<&str> = inspection.extensions.iter().map(|extension| extension.oid.as_str()).collect();
    let mut sorted = order.clone();
    sorted.sort_unstable();
    let hash = |list: &[&str]| mimicred_keys::sha256(list.join(" ").as_bytes());
    seen.spellings.push((format!("{at}extensions"), hash(&sorted), hash(&order)));
    inspection.extensions.iter().for_each(|extension| read_extension(extension, &inspection, seen, at));
    Ok(())
}

fn distinguished(attributes: &[mimicred_x509::Attribute]) -> String {
    attributes.iter().map(|attribute| format!("{}={}", attribute.oid, attribute.value)).collect::<Vec<_>>().join(",")
}

fn subject(inspection: &Inspection, seen: &mut Seen, at: &str) {
    if seen.is_identity() {
        return;
    }
    let subject = distinguished(&inspection.subject);
    if !subject.is_empty() {
        seen.fault(format!("{at}subject"), FindingKind::SubjectPresent, subject.clone());
    }
    seen.constant_text(format!("{at}subject"), FindingKind::SubjectDiffers, subject);
}

fn names(inspection: &Inspection, seen: &mut Seen, at: &str) {
    let kinds: Vec<String> = inspection.alternative_names.iter().map(|name| kind_of(name.general_name).to_owned()).collect();
    let kinds = if kinds.is_empty() { "none".to_owned() } else { kinds.join(" ") };
    if !seen.is_identity() {
        seen.constant_text(format!("{at}subjectAltName"), FindingKind::NamesDiffer, kinds);
    }
    let (mut uris, mut extra) = (0, Vec::new());
    for found in &inspection.alternative_names {
        if found.general_name == Some(URI) {
            name(seen, &format!("{at}subjectAltName[{uris}]"), &found.value);
            uris += 1;
        } else {
            extra.push(kind_of(found.general_name));
        }
    }
    if !extra.is_empty() && seen.role == Role::Holder {
        seen.fault(format!("{at}subjectAltName"), FindingKind::NameExtra, extra.join(" "));
    }
}

fn kind_of(tag: Option<u8>) -> &'static str {
    match tag {
        Some(0) => "otherName",
        Some(1) => "rfc822Name",
        Some(2) => "dNSName",
        Some(3) => "x400Address",
        Some(4) => "directoryName",
        Some(5) => "ediPartyName",
        Some(URI) => "URI",
        Some(7) => "iPAddress",
        Some(8) => "registeredID",
        _ => "other",
    }
}

fn read_extension(extension: &ExtensionView, inspection: &Inspection, seen: &mut Seen, at: &str) {
    let path = format!("{at}{}", extension.name.unwrap_or(&extension.oid));
    let marked = [&[u8::from(extension.critical)], extension.value.as_slice()].concat();
    let shown = short(&hex(&extension.value));
    match extension.name {
        // Its names are looked at one by one; what is left is whether it is critical.
        Some("subjectAltName") => {
            let critical = if extension.critical { "critical" } else { "not critical" };
            seen.constant_text(format!("{path} (critical)"), FindingKind::ExtensionDiffers, critical);
        }
        Some("subjectKeyIdentifier") => {
            seen.fault(path.clone(), FindingKind::KeyIdPresent, shown);
            seen.key_identifier = Some(extension.value.clone());
        }
        Some("authorityKeyIdentifier") => {
            // [1] authorityCertIssuer, [2] authorityCertSerialNumber
            if der::inside(&extension.value).iter().any(|part| matches!(part.tag, 0xa1 | 0x82)) {
                seen.fault(path.clone(), FindingKind::AuthorityForm, shown.clone());
            }
            seen.constant(path, FindingKind::IssuerDiffers, &marked, shown);
        }
        Some("certificatePolicies") => {
            seen.constant(path, FindingKind::PoliciesDiffer, &marked, inspection.policies.join(" "));
        }
        Some("authorityInfoAccess" | "subjectInfoAccess" | "cRLDistributionPoints" | "freshestCRL") => {
            seen.constant(path, FindingKind::PointerDiffers, &marked, pointer(&extension.value));
        }
        Some("signedCertificateTimestamps") => seen.fault(path, FindingKind::TransparencyStamp, "SCT list"),
        Some("keyUsage" | "extKeyUsage" | "basicConstraints" | "issuerAltName") => {
            seen.constant(path, FindingKind::ExtensionDiffers, &marked, shown);
        }
        _ if extension.oid == POISON => seen.fault(path, FindingKind::TransparencyStamp, "precertificate"),
        _ => {
            seen.fault(path.clone(), FindingKind::ExtensionOdd, extension.oid.clone());
            seen.constant(path, FindingKind::ExtensionDiffers, &marked, shown);
        }
    }
}

/// The printable part of a pointer: the URI in it, as far as one sees it.
fn pointer(value: &[u8]) -> String {
    let text: String = String::from_utf8_lossy(value).chars().filter(|c| c.is_ascii_graphic()).collect();
    text.find("http").and_then(|start| text.get(start..)).unwrap_or(&text).to_owned()
}
