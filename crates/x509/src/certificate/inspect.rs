//! A certificate laid open, unverified.

use mimicred_keys::PublicKey;

use crate::attribute::Attribute;
use crate::certificate::Contents;
use crate::oid::Oid;

/// What an unverified certificate says. Nobody has vouched for any of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// The attributes of the subject's name, in order.
    pub subject: Vec<Attribute>,
    /// The attributes of the issuer's name, in order.
    pub issuer: Vec<Attribute>,
    /// Whether subject and issuer have the same name.
    pub is_self_issued: bool,
    /// Whether basicConstraints make it a CA.
    pub is_ca: bool,
    /// The names in the SAN, in order.
    pub alternative_names: Vec<Attribute>,
    /// notBefore in seconds since 1970.
    pub not_before: i64,
    /// notAfter in seconds since 1970.
    pub not_after: i64,
    /// The serial number in hex.
    pub serial: String,
    /// The signature algorithm, dotted.
    pub signature_algorithm: String,
    /// The algorithm of the subject's key, dotted.
    pub key_algorithm: String,
    /// The subject's key, if it is of a kind that we know.
    pub key: Option<PublicKey>,
    /// SHA-256 of the SubjectPublicKeyInfo.
    pub spki_sha256: [u8; 32],
    /// SHA-256 of the tbsCertificate.
    pub tbs_sha256: [u8; 32],
    /// The certificate policies, dotted.
    pub policies: Vec<String>,
    /// Every extension, in order.
    pub extensions: Vec<ExtensionView>,
}

/// An extension of an unverified certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtensionView {
    /// Its identifier, dotted.
    pub oid: String,
    /// Its name in RFC 5280 or RFC 6962, if it has one.
    pub name: Option<&'static str>,
    /// Whether it must be understood.
    pub critical: bool,
    /// The DER inside.
    pub value: Vec<u8>,
}

/// The name of an extension in RFC 5280 or RFC 6962. All of these say something about the certificate, not about its subject,
/// but for the SAN and subjectDirectoryAttributes.
pub(crate) fn extension_name(oid: &Oid) -> Option<&'static str> {
    Some(match oid.contents() {
        [0x55, 0x1d, last] => match last {
            9 => "subjectDirectoryAttributes",
            14 => "subjectKeyIdentifier",
            15 => "keyUsage",
            17 => "subjectAltName",
            18 => "issuerAltName",
            19 => "basicConstraints",
            30 => "nameConstraints",
            31 => "cRLDistributionPoints",
            32 => "certificatePolicies",
            33 => "policyMappings",
            35 => "authorityKeyIdentifier",
            36 => "policyConstraints",
            37 => "extKeyUsage",
            46 => "freshestCRL",
            54 => "inhibitAnyPolicy",
            _ => return None,
        },
        [0x2b, 6, 1, 5, 5, 7, 1, 1] => "authorityInfoAccess",
        [0x2b, 6, 1, 5, 5, 7, 1, 11] => "subjectInfoAccess",
        [0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 2] => "signedCertificateTimestamps",
        _ => return None,
    })
}

pub(super) fn inspect(contents: &Contents) -> Inspection {
    Inspection {
        subject: contents.subject_attributes.clone(),
        issuer: contents.issuer_attributes.clone(),
        is_self_issued: contents.subject == contents.issuer,
        is_ca: contents.basic_constraints.is_some_and(|constraints| constraints.ca),
        alternative_names: contents.alternative_names.clone(),
        not_before: contents.not_before,
        not_after: contents.not_after,
        serial: contents.serial.to_string(),
        signature_algorithm: contents.signature_algorithm.to_string(),
        key_algorithm: contents.key_algorithm.to_string(),
        key: PublicKey::from_spki_der(&contents.spki).ok(),
        spki_sha256: mimicred_keys::sha256(&contents.spki),
        tbs_sha256: mimicred_keys::sha256(&contents.tbs),
        policies: contents.policies.iter().map(|policy| policy.oid.to_string()).collect(),
        extensions: contents
            .extensions
            .iter()
            .map(|extension| ExtensionView {
                oid: extension.oid.to_string(),
                name: extension_name(&extension.oid),
                critical: extension.critical,
                value: extension.value.clone(),
            })
            .collect(),
    }
}
