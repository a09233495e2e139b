//! What stands in a certificate, read once and owned.

use mimicred_keys::Algorithm;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{GeneralName, NameConstraints, ParsedExtension, X509Extension};
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Version;

use crate::attribute::{self, Attribute};
use crate::error::{Code, Error};
use crate::oid::Oid;
use crate::serial::SerialNumber;

pub(crate) struct Contents {
    pub(crate) tbs: Vec<u8>,
    pub(crate) serial: SerialNumber,
    pub(crate) signature_algorithm: Oid,
    pub(crate) signature: Vec<u8>,
    /// The DER of the issuer's Name.
    pub(crate) issuer: Vec<u8>,
    pub(crate) issuer_attributes: Vec<Attribute>,
    /// The DER of the subject's Name.
    pub(crate) subject: Vec<u8>,
    pub(crate) subject_attributes: Vec<Attribute>,
    pub(crate) not_before: i64,
    pub(crate) not_after: i64,
    /// The DER of SubjectPublicKeyInfo.
    pub(crate) spki: Vec<u8>,
    pub(crate) key_algorithm: Oid,
    pub(crate) extensions: Vec<Extension>,
    pub(crate) alternative_names: Vec<Attribute>,
    pub(crate) key_usage: Option<KeyUsage>,
    pub(crate) basic_constraints: Option<BasicConstraints>,
    pub(crate) policies: Vec<Policy>,
    pub(crate) authority_key: Option<AuthorityKey>,
    pub(crate) subject_key_id: Option<Vec<u8>>,
    pub(crate) name_constraints: Option<ConstrainedNames>,
}

pub(crate) struct Extension {
    pub(crate) oid: Oid,
    pub(crate) critical: bool,
    pub(crate) value: Vec<u8>,
}

#[derive(Clone, Copy)]
pub(crate) struct KeyUsage {
    pub(crate) digital_signature: bool,
    pub(crate) cert_sign: bool,
    pub(crate) crl_sign: bool,
}

#[derive(Clone, Copy)]
pub(crate) struct BasicConstraints {
    pub(crate) ca: bool,
    pub(crate) path_len: Option<u32>,
}

pub(crate) struct Policy {
    pub(crate) oid: Oid,
    pub(crate) has_qualifiers: bool,
}

pub(crate) struct AuthorityKey {
    pub(crate) key_id: Option<Vec<u8>>,
    pub(crate) has_issuer_or_serial: bool,
}

/// Which kinds of names a CA constrains.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConstrainedNames {
    /// DNS names and IP addresses only, which webpki compares.
    Comparable,
    /// Some of another kind.
    Other,
}

impl Contents {
    pub(crate) fn read(der: &[u8]) -> Result<Self, Error> {
        let (rest, certificate) = X509Certificate::from_der(der).map_err(|_| Code::Malformed)?;
        if !rest.is_empty() {
            return Err(Error::new(Code::Malformed).note("octets after the certificate"));
        }
        let tbs = &certificate.tbs_certificate;
        if tbs.version != X509Version::V3 {
            return Err(Error::new(Code::Malformed).note("not version 3"));
        }
        if tbs.signature != certificate.signature_algorithm {
            return Err(Error::new(Code::Malformed).note("signatureAlgorithm differs inside and outside"));
        }
        if certificate.signature_value.unused_bits != 0 {
            return Err(Error::new(Code::Malformed).note("the signature has unused bits"));
        }
        let mut contents = Self {
            tbs: tbs.as_ref().to_vec(),
            serial: SerialNumber::from_contents(tbs.raw_serial()).map_err(|error| Error::new(Code::Malformed).because(error))?,
            signature_algorithm: oid(&tbs.signature.algorithm)?,
            signature: certificate.signature_value.data.to_vec(),
            issuer: tbs.issuer.as_raw().to_vec(),
            issuer_attributes: attribute::of_name(&tbs.issuer)?,
            subject: tbs.subject.as_raw().to_vec(),
            subject_attributes: attribute::of_name(&tbs.subject)?,
            not_before: tbs.validity.not_before.timestamp(),
            not_after: tbs.validity.not_after.timestamp(),
            spki: tbs.subject_pki.raw.to_vec(),
            key_algorithm: oid(&tbs.subject_pki.algorithm.algorithm)?,
            extensions: Vec::with_capacity(tbs.extensions().len()),
            alternative_names: Vec::new(),
            key_usage: None,
            basic_constraints: None,
            policies: Vec::new(),
            authority_key: None,
            subject_key_id: None,
            name_constraints: None,
        };
        for extension in tbs.extensions() {
            contents.read_extension(extension)?;
        }
        Ok(contents)
    }

    /// What is said by a certificate that cannot be read: no name, no key, and no time at which it is valid.
    pub(crate) fn nothing() -> Self {
        Self {
            tbs: Vec::new(),
            serial: SerialNumber::NONE,
            signature_algorithm: Oid::constant(""),
            signature: Vec::new(),
            issuer: Vec::new(),
            issuer_attributes: Vec::new(),
            subject: Vec::new(),
            subject_attributes: Vec::new(),
            not_before: i64::MAX,
            not_after: i64::MIN,
            spki: Vec::new(),
            key_algorithm: Oid::constant(""),
            extensions: Vec::new(),
            alternative_names: Vec::new(),
            key_usage: None,
            basic_constraints: None,
            policies: Vec::new(),
            authority_key: None,
            subject_key_id: None,
            name_constraints: None,
        }
    }

    /// The extension with this identifier, given as contents octets.
    pub(crate) fn extension(&self, oid: &[u8]) -> Option<&Extension> {
        self.extensions.iter().find(|extension| extension.oid.contents() == oid)
    }

    /// The algorithm of a key that could have made the signature; nothing for algorithms that we do not do.
    pub(crate) fn signer_algorithm(&self) -> Option<Algorithm> {
        Some(match self.signature_algorithm.contents() {
            [0x2b, 0x65, 0x70] => Algorithm::Ed25519,
            [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02] => Algorithm::P256,
            [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03] => Algorithm::P384,
            [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04] => Algorithm::P521,
            _ => return None,
        })
    }

    fn read_extension(&mut self, extension: &X509Extension<'_>) -> Result<(), Error> {
        let oid = Oid::from_contents(extension.oid.as_bytes()).map_err(|_| Code::Malformed)?;
        if self.extension(oid.contents()).is_some() {
            return Err(Error::new(Code::Malformed).note(format!("extension {oid} twice")));
        }
        match extension.parsed_extension() {
            ParsedExtension::SubjectAlternativeName(names) => {
                self.alternative_names = names.general_names.iter().map(attribute::of_general_name).collect::<Result<_, _>>()?;
            }
            ParsedExtension::KeyUsage(usage) => {
                self.key_usage = Some(KeyUsage {
                    digital_signature: usage.digital_signature(),
                    cert_sign: usage.key_cert_sign(),
                    crl_sign: usage.crl_sign(),
                });
            }
            ParsedExtension::BasicConstraints(constraints) => {
                self.basic_constraints = Some(BasicConstraints { ca: constraints.ca, path_len: constraints.path_len_constraint });
            }
            ParsedExtension::CertificatePolicies(policies) => {
                for policy in policies {
                    let has_qualifiers = policy.policy_qualifiers.is_some();
                    self.policies.push(Policy { oid: self::oid(&policy.policy_id)?, has_qualifiers });
                }
            }
            ParsedExtension::AuthorityKeyIdentifier(key) => {
                self.authority_key = Some(AuthorityKey {
                    key_id: key.key_identifier.as_ref().map(|id| id.0.to_vec()),
                    has_issuer_or_serial: key.authority_cert_issuer.is_some() || key.authority_cert_serial.is_some(),
                });
            }
            ParsedExtension::SubjectKeyIdentifier(id) => self.subject_key_id = Some(id.0.to_vec()),
            ParsedExtension::NameConstraints(constraints) => self.name_constraints = Some(constrained_names(constraints)),
            ParsedExtension::ParseError { .. } => {
                return Err(Error::new(Code::Malformed).note(format!("extension {oid}")));
            }
            _ => {}
        }
        self.extensions.push(Extension { oid, critical: extension.critical, value: extension.value.to_vec() });
        Ok(())
    }
}

fn oid(oid: &x509_parser::der_parser::oid::Oid<'_>) -> Result<Oid, Error> {
    Oid::from_contents(oid.as_bytes()).map_err(|_| Code::Malformed.into())
}

fn constrained_names(constraints: &NameConstraints<'_>) -> ConstrainedNames {
    let permitted = constraints.permitted_subtrees.iter().flatten();
    let comparable = permitted
        .chain(constraints.excluded_subtrees.iter().flatten())
        .all(|subtree| matches!(subtree.base, GeneralName::DNSName(_) | GeneralName::IPAddress(_)));
    if comparable { ConstrainedNames::Comparable } else { ConstrainedNames::Other }
}
