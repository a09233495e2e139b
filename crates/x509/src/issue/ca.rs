//! CAs: a root, and one issuing CA below it.

use mimicred_keys::{PublicKey, Random, sha256};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, DnValue, IsCa, KeyIdMethod, KeyUsagePurpose, SerialNumber,
};
use x509_parser::certificate::TbsCertificate;
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

use super::{Issuer, PreparedCertificate, Recorder, base_params, check_text, prepare};
use crate::anchor::check_issues;
use crate::certificate::Certificate;
use crate::error::{Code, Error};
use crate::oid::Oid;
use crate::validity::Validity;

/// What a CA is called and how long it lasts.
#[derive(Clone, Debug)]
pub struct CaProfile {
    common_name: String,
    organization: Option<String>,
    validity: Validity,
}

impl CaProfile {
    /// A CA of this name. The validity is taken as it is.
    pub fn new(common_name: impl Into<String>, validity: Validity) -> Self {
        Self { common_name: common_name.into(), organization: None, validity }
    }

    /// The same with an organization in its name.
    #[must_use]
    pub fn with_organization(mut self, organization: impl Into<String>) -> Self {
        self.organization = Some(organization.into());
        self
    }

    fn params(&self, key: &PublicKey, path_len: u8, random: &mut dyn Random) -> Result<CertificateParams, Error> {
        let mut params = base_params(self.validity, random)?;
        if let Some(organization) = &self.organization {
            check_text(organization)?;
            params.distinguished_name.push(DnType::OrganizationName, organization.as_str());
        }
        check_text(&self.common_name)?;
        params.distinguished_name.push(DnType::CommonName, self.common_name.as_str());
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(path_len));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.key_identifier_method = KeyIdMethod::PreSpecified(key_identifier(key));
        Ok(params)
    }
}

/// RFC 7093 2 (1): the leftmost 160 bits of the SHA-256 of the public key.
fn key_identifier(key: &PublicKey) -> Vec<u8> {
    sha256(key.octets()).into_iter().take(20).collect()
}

/// A CA that issues: its certificate, and what goes from there into the certificates it issues.
#[derive(Clone, Debug)]
pub struct Ca {
    certificate: Certificate,
    key: PublicKey,
    /// Holds the name and the key identifier, as rcgen wants them.
    params: CertificateParams,
}

impl Ca {
    /// Takes a CA's certificate, of our making or another's.
    ///
    /// # Errors
    /// `x509/not-a-ca` unless its basicConstraints and keyUsage let it issue and it has a subjectKeyIdentifier;
    /// `x509/alg-unsupported` for its key; `x509/name-unusable` for a name that cannot be written again octet for octet.
    pub fn from_certificate(certificate: &Certificate) -> Result<Self, Error> {
        check_issues(certificate)?;
        let contents = certificate.contents();
        let key_id = contents.subject_key_id.clone();
        let key_id = key_id.ok_or_else(|| Error::new(Code::NotACa).note("it has no subjectKeyIdentifier"))?;
        let mut params = CertificateParams::default();
        params.distinguished_name = distinguished_name(&contents.subject)?;
        params.key_identifier_method = KeyIdMethod::PreSpecified(key_id);
        let ca = Self { key: certificate.subject_key()?, certificate: certificate.clone(), params };
        ca.check_name()?;
        Ok(ca)
    }

    /// The CA's certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The CA's key.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The key identifier in its certificate.
    pub(crate) fn key_id(&self) -> &[u8] {
        self.certificate.contents().subject_key_id.as_deref().unwrap_or_default()
    }

    /// The CA as rcgen takes it, with what stands in for its key.
    pub(crate) fn issuer<'a>(&'a self, recorder: &'a Recorder<'a>) -> rcgen::Issuer<'a, &'a Recorder<'a>> {
        rcgen::Issuer::from_params(&self.params, recorder)
    }

    /// Whether the CA's name comes out as it stands in the CA's certificate, because name chaining compares octets. It is the same in all
    /// that the CA issues, so that one look is enough.
    fn check_name(&self) -> Result<(), Error> {
        let mut sample = CertificateParams::default();
        sample.serial_number = Some(SerialNumber::from_slice(&[1]));
        let sample = prepare(&sample, &self.key, &Issuer { params: &self.params, key: &self.key })?;
        let written = TbsCertificate::from_der(sample.to_be_signed.as_bytes()).map_err(|_| Code::NameUnusable)?.1;
        if written.issuer.as_raw() != self.certificate.contents().subject.as_slice() {
            return Err(Error::new(Code::NameUnusable).note("the CA's name cannot be written as it stands in its certificate"));
        }
        Ok(())
    }

    /// Prepares a certificate of this CA.
    ///
    /// # Errors
    /// `x509/validity-unusable` when it would outlive the CA.
    pub(super) fn prepare(
        &self,
        params: &CertificateParams,
        subject_key: &PublicKey,
        validity: Validity,
    ) -> Result<PreparedCertificate, Error> {
        let contents = self.certificate.contents();
        if validity.not_after() > contents.not_after {
            return Err(Error::new(Code::ValidityUnusable).note("the certificate would outlive its CA"));
        }
        prepare(params, subject_key, &Issuer { params: &self.params, key: &self.key })
    }
}

/// Prepares a root: signed with its own key, and with room for one issuing CA below it.
///
/// # Errors
/// `x509/name-unusable`, `x509/random-failed`.
pub fn prepare_root(profile: &CaProfile, key: &PublicKey, random: &mut dyn Random) -> Result<PreparedCertificate, Error> {
    let params = profile.params(key, 1, random)?;
    prepare(&params, key, &Issuer { params: &params, key })
}

/// Prepares an issuing CA below a root: the one that serves all users (mimi-mls.md 4.5 B-6). It has no CA below itself.
///
/// # Errors
/// `x509/not-a-ca` when the root's path length forbids it, `x509/validity-unusable` when it would outlive the root,
/// `x509/name-unusable`, `x509/random-failed`.
pub fn prepare_issuing_ca(
    root: &Ca,
    profile: &CaProfile,
    key: &PublicKey,
    random: &mut dyn Random,
) -> Result<PreparedCertificate, Error> {
    if root.certificate.contents().basic_constraints.is_some_and(|constraints| constraints.path_len == Some(0)) {
        return Err(Error::new(Code::NotACa).note("its path length is 0"));
    }
    let mut params = profile.params(key, 0, random)?;
    params.use_authority_key_identifier_extension = true;
    root.prepare(&params, key, profile.validity)
}

/// A Name as rcgen takes it. Names of several attributes in one set, or with an attribute twice, do not come out as they were;
/// [`Ca::from_certificate`] sees that.
fn distinguished_name(der: &[u8]) -> Result<DistinguishedName, Error> {
    let unusable = || Error::new(Code::NameUnusable).note("the CA's name");
    let (_, name) = X509Name::from_der(der).map_err(|_| unusable())?;
    let mut out = DistinguishedName::new();
    for attribute in name.iter_attributes() {
        // Our own arcs: x509-parser takes apart those above 2.39 in a way that makes rcgen panic.
        let oid = Oid::from_contents(attribute.attr_type().as_bytes()).map_err(|_| unusable())?;
        let arcs = oid.arcs().ok_or_else(unusable)?;
        let value = attribute.attr_value();
        let text = str::from_utf8(value.data).map_err(|_| unusable())?;
        let value = match value.tag().0 {
            12 => DnValue::Utf8String(text.to_owned()),
            19 => DnValue::PrintableString(text.try_into().map_err(|_| unusable())?),
            22 => DnValue::Ia5String(text.try_into().map_err(|_| unusable())?),
            _ => return Err(unusable()),
        };
        out.push(DnType::from_oid(&arcs), value);
    }
    Ok(out)
}
