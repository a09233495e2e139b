//! End entities: pseudonyms, and the identities that are shown for them.

use mimicred_keys::{PublicKey, Random};
use mimicred_uri::{MimiUri, UriKind};
use rcgen::{CertificateParams, CustomExtension, DnType, IsCa, KeyUsagePurpose, SanType};

use super::{Ca, PreparedCertificate, base_params, check_text};
use crate::chain::check_subject_algorithm;
use crate::der;
use crate::error::{Code, Error};
use crate::names;
use crate::oid::Oid;
use crate::policy::PSEUDONYM_POLICY;
use crate::validity::Validity;

/// What varies between pseudonym certificates: the key and the two URIs. Validity and policy should be the same for all of one
/// period (mimi-mls.md 4.5).
#[derive(Clone, Debug)]
pub struct PseudonymProfile {
    subject_key: PublicKey,
    user: MimiUri,
    client: MimiUri,
    validity: Validity,
    policy: Oid,
}

impl PseudonymProfile {
    /// A pseudonym's `/p/` URI and its client's `/d/` URI, for this key. The validity is rounded down to the day.
    pub fn new(subject_key: &PublicKey, user: &MimiUri, client: &MimiUri, validity: Validity) -> Self {
        let policy = Oid::constant(PSEUDONYM_POLICY);
        Self { subject_key: subject_key.clone(), user: user.clone(), client: client.clone(), validity, policy }
    }

    /// The same with another policy than [`PSEUDONYM_POLICY`].
    #[must_use]
    pub fn with_policy(mut self, policy: Oid) -> Self {
        self.policy = policy;
        self
    }
}

/// Prepares a pseudonym certificate: empty subject, critical SAN with the two URIs, critical keyUsage digitalSignature, critical
/// basicConstraints without cA, authorityKeyIdentifier with the key identifier alone, one policy, and nothing else.
///
/// # Errors
/// `x509/uri-kind`, `x509/validity-unusable`, `x509/alg-unsupported` for a P-521 key, `x509/random-failed`.
pub fn prepare_pseudonym(ca: &Ca, profile: &PseudonymProfile, random: &mut dyn Random) -> Result<PreparedCertificate, Error> {
    let kinds = (profile.user.kind(), profile.client.kind());
    if kinds != (UriKind::Pseudonym, UriKind::Client) || profile.user.host() != profile.client.host() {
        return Err(Code::UriKind.into());
    }
    let validity = profile.validity.rounded()?;
    let mut params = end_entity_params(&profile.subject_key, validity, random)?;
    params.subject_alt_names = vec![uri(profile.user.as_str())?, uri(profile.client.as_str())?];
    params.custom_extensions.push(certificate_policies(&profile.policy));
    ca.prepare(&params, &profile.subject_key, validity)
}

/// Who a key's owner really is, as far as one certificate says so.
#[derive(Clone, Debug)]
pub struct IdentityProfile {
    subject_key: PublicKey,
    validity: Validity,
    /// Attribute type and value, in the order of the subject's name.
    subject: Vec<(DnType, String)>,
    emails: Vec<String>,
    user: Option<MimiUri>,
    client: Option<MimiUri>,
    uris: Vec<String>,
    policy: Option<Oid>,
}

impl IdentityProfile {
    /// An identity for this key that says nothing yet. The validity is rounded down to the day.
    ///
    /// ```
    /// use mimicred_keys::{Algorithm, SecretKey, SystemRandom};
    /// use mimicred_x509::{IdentityProfile, REAL_POLICY, Validity};
    /// let key = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?;
    /// let profile = IdentityProfile::new(key.public(), Validity::days(1_790_000_000, 30)?)
    ///     .with_display_name("Alice Smith")
    ///     .with_email("alice@example.com")
    ///     .with_user(&"mimi://a.example/u/alice".parse()?)
    ///     .with_policy(REAL_POLICY.parse()?);
    /// # let _ = profile;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(subject_key: &PublicKey, validity: Validity) -> Self {
        Self {
            subject_key: subject_key.clone(),
            validity,
            subject: Vec::new(),
            emails: Vec::new(),
            user: None,
            client: None,
            uris: Vec::new(),
            policy: None,
        }
    }

    /// The same with a display name: commonName.
    #[must_use]
    pub fn with_display_name(self, name: impl Into<String>) -> Self {
        self.with_subject(DnType::CommonName, name.into())
    }

    /// The same with a given name: 2.5.4.42.
    #[must_use]
    pub fn with_given_name(self, name: impl Into<String>) -> Self {
        self.with_subject(DnType::CustomDnType(vec![2, 5, 4, 42]), name.into())
    }

    /// The same with a family name: surname, 2.5.4.4.
    #[must_use]
    pub fn with_family_name(self, name: impl Into<String>) -> Self {
        self.with_subject(DnType::CustomDnType(vec![2, 5, 4, 4]), name.into())
    }

    /// The same with one more email address: rfc822Name in the SAN.
    #[must_use]
    pub fn with_email(mut self, email: impl Into<String>) -> Self {
        self.emails.push(email.into());
        self
    }

    /// The same with the user's URI in the SAN: the real one, `/u/`, or the pseudonym.
    #[must_use]
    pub fn with_user(mut self, user: &MimiUri) -> Self {
        self.user = Some(user.clone());
        self
    }

    /// The same with the client's URI in the SAN.
    #[must_use]
    pub fn with_client(mut self, client: &MimiUri) -> Self {
        self.client = Some(client.clone());
        self
    }

    /// The same with one more URI in the SAN that is no MIMI URI, such as a home page or another network's name for the user.
    #[must_use]
    pub fn with_uri(mut self, uri: impl Into<String>) -> Self {
        self.uris.push(uri.into());
        self
    }

    /// The same with a policy, for example [`crate::REAL_POLICY`]; without one the certificate does not say what it is.
    #[must_use]
    pub fn with_policy(mut self, policy: Oid) -> Self {
        self.policy = Some(policy);
        self
    }

    fn with_subject(mut self, attribute: DnType, value: String) -> Self {
        self.subject.retain(|(present, _)| *present != attribute);
        self.subject.push((attribute, value));
        self
    }

    fn alternative_names(&self) -> Result<Vec<SanType>, Error> {
        let mut names = Vec::new();
        if let Some(user) = &self.user {
            check_kind(user.names_user())?;
            names.push(uri(user.as_str())?);
        }
        if let Some(client) = &self.client {
            let one_provider = self.user.as_ref().is_none_or(|user| user.host() == client.host());
            check_kind(client.kind() == UriKind::Client && one_provider)?;
            names.push(uri(client.as_str())?);
        }
        for text in &self.uris {
            let scheme = names::scheme(text).ok_or_else(|| Error::new(Code::NameUnusable).note("not an absolute URI"))?;
            check_kind(!scheme.eq_ignore_ascii_case("mimi"))?;
            names.push(uri(text)?);
        }
        for email in &self.emails {
            if !names::is_email(email) {
                return Err(Error::new(Code::NameUnusable).note("not an email address"));
            }
            names.push(SanType::Rfc822Name(email.as_str().try_into().map_err(unusable)?));
        }
        Ok(names)
    }
}

/// Prepares an identity certificate. The SAN is critical only if the subject is empty (RFC 5280 4.2.1.6).
///
/// # Errors
/// `x509/name-unusable` for a value that cannot be written, or when there is none at all; `x509/uri-kind`,
/// `x509/validity-unusable`, `x509/alg-unsupported` for a P-521 key, `x509/random-failed`.
pub fn prepare_identity(ca: &Ca, profile: &IdentityProfile, random: &mut dyn Random) -> Result<PreparedCertificate, Error> {
    let validity = profile.validity.rounded()?;
    let mut params = end_entity_params(&profile.subject_key, validity, random)?;
    for (attribute, value) in &profile.subject {
        check_text(value)?;
        params.distinguished_name.push(attribute.clone(), value.as_str());
    }
    params.subject_alt_names = profile.alternative_names()?;
    if profile.subject.is_empty() && params.subject_alt_names.is_empty() {
        return Err(Error::new(Code::NameUnusable).note("the certificate would say nothing"));
    }
    params.custom_extensions.extend(profile.policy.as_ref().map(certificate_policies));
    ca.prepare(&params, &profile.subject_key, validity)
}

fn end_entity_params(key: &PublicKey, validity: Validity, random: &mut dyn Random) -> Result<CertificateParams, Error> {
    check_subject_algorithm(key)?;
    let mut params = base_params(validity, random)?;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.use_authority_key_identifier_extension = true;
    // rcgen's `ExplicitNoCa` would add a subjectKeyIdentifier (B-9). cA is FALSE by default, so the sequence is empty.
    params.is_ca = IsCa::NoCa;
    let mut basic_constraints = CustomExtension::from_oid_content(&[2, 5, 29, 19], der::element(der::SEQUENCE, &[]));
    basic_constraints.set_criticality(true);
    params.custom_extensions.push(basic_constraints);
    Ok(params)
}

/// One policy, without qualifiers.
fn certificate_policies(policy: &Oid) -> CustomExtension {
    let oid = der::element(der::OBJECT_IDENTIFIER, &[policy.contents()]);
    let information = der::element(der::SEQUENCE, &[&oid]);
    CustomExtension::from_oid_content(&[2, 5, 29, 32], der::element(der::SEQUENCE, &[&information]))
}

fn uri(text: &str) -> Result<SanType, Error> {
    Ok(SanType::URI(text.try_into().map_err(unusable)?))
}

fn unusable(error: rcgen::Error) -> Error {
    Error::new(Code::NameUnusable).because(error)
}

fn check_kind(fits: bool) -> Result<(), Error> {
    if fits { Ok(()) } else { Err(Code::UriKind.into()) }
}
