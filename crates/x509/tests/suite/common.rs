//! A provider with a root and an issuing CA, and odd certificates.

use mimicred_keys::{Algorithm, Family, IssuerKey, PublicKey, Random, SecretKey, ToBeSigned};
use mimicred_uri::MimiUri;
use mimicred_x509::*;
use rcgen::{BasicConstraints, CertificateParams, CustomExtension, DnType, IsCa, KeyIdMethod, KeyUsagePurpose, SanType};

/// 2026-09-21T13:33:20Z
pub(crate) const NOW: i64 = 1_790_000_000;
pub(crate) const DAY: i64 = 86_400;
pub(crate) const USER: &str = "mimi://a.example/p/AAAAAAAAAAAAAAAAAAAAAA";
pub(crate) const CLIENT: &str = "mimi://a.example/d/BBBBBBBBBBBBBBBBBBBBBA";

pub(crate) fn uri(text: &str) -> MimiUri {
    text.parse().unwrap()
}

pub(crate) fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

/// Octets that count up, so that every test sees the same certificates (but for ECDSA signatures).
pub(crate) struct Counter(pub(crate) u8);

impl Random for Counter {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), mimicred_keys::Error> {
        for octet in out {
            self.0 = self.0.wrapping_add(1);
            *octet = self.0;
        }
        Ok(())
    }
}

/// A source that gives nothing.
pub(crate) struct Broken;

impl Random for Broken {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), mimicred_keys::Error> {
        Err(mimicred_keys::Code::BackendFailed.into())
    }
}

pub(crate) fn secret(algorithm: Algorithm, seed: u8) -> SecretKey {
    SecretKey::from_octets(algorithm, &vec![seed; algorithm.coordinate_len()]).unwrap()
}

pub(crate) fn leaf_key(seed: u8) -> PublicKey {
    secret(Algorithm::Ed25519, seed).public().clone()
}

pub(crate) fn issuer_key(algorithm: Algorithm, seed: u8) -> IssuerKey {
    // a P-521 scalar must be below the order
    let mut octets = vec![seed; algorithm.coordinate_len()];
    octets[0] = 0;
    IssuerKey::new(SecretKey::from_octets(algorithm, &octets).unwrap())
}

/// A CA of ours with its key.
pub(crate) struct TestCa {
    pub(crate) key: IssuerKey,
    pub(crate) ca: Ca,
}

impl TestCa {
    pub(crate) fn certificate(&self) -> &Certificate {
        self.ca.certificate()
    }

    pub(crate) fn anchor(&self) -> Anchor {
        Anchor::from_certificate(self.certificate()).unwrap()
    }
}

pub(crate) fn root_named(name: &str, algorithm: Algorithm, seed: u8) -> TestCa {
    let key = issuer_key(algorithm, seed);
    let profile = CaProfile::new(name, Validity::days(NOW, 3650).unwrap()).with_organization("A Example");
    let certificate = prepare_root(&profile, key.public(), &mut Counter(seed)).unwrap().sign(&key).unwrap();
    TestCa { key, ca: Ca::from_certificate(&certificate).unwrap() }
}

pub(crate) fn root() -> TestCa {
    root_named("A Root", Algorithm::Ed25519, 1)
}

pub(crate) fn issuing_ca(root: &TestCa) -> TestCa {
    let key = issuer_key(Algorithm::P256, 2);
    let profile = CaProfile::new("A Issuing CA", Validity::days(NOW, 365).unwrap());
    let prepared = prepare_issuing_ca(&root.ca, &profile, key.public(), &mut Counter(2)).unwrap();
    TestCa { ca: Ca::from_certificate(&prepared.sign(&root.key).unwrap()).unwrap(), key }
}

pub(crate) fn pseudonym_profile(key: &PublicKey) -> PseudonymProfile {
    PseudonymProfile::new(key, &uri(USER), &uri(CLIENT), Validity::days(NOW, 30).unwrap())
}

pub(crate) fn pseudonym(issuer: &TestCa) -> Certificate {
    prepare_pseudonym(&issuer.ca, &pseudonym_profile(&leaf_key(9)), &mut Counter(3)).unwrap().sign(&issuer.key).unwrap()
}

pub(crate) fn identity_profile(key: &PublicKey) -> IdentityProfile {
    IdentityProfile::new(key, Validity::days(NOW, 30).unwrap())
        .with_display_name("Alice Smith")
        .with_email("alice@example.com")
        .with_user(&uri("mimi://a.example/u/alice"))
        .with_client(&uri(CLIENT))
        .with_uri("https://alice.example/")
        .with_policy(oid(REAL_POLICY))
}

pub(crate) fn identity(issuer: &TestCa) -> Certificate {
    prepare_identity(&issuer.ca, &identity_profile(&leaf_key(9)), &mut Counter(4)).unwrap().sign(&issuer.key).unwrap()
}

pub(crate) fn chain(certificates: &[&Certificate]) -> UnverifiedChain {
    UnverifiedChain::parse(certificates.iter().map(|certificate| certificate.as_der().to_vec()).collect()).unwrap()
}

pub(crate) fn verify(certificates: &[&Certificate], anchors: &[Anchor], profile: Profile) -> Result<VerifiedChain, Error> {
    chain(certificates).verify(&Expectations { anchors, at: NOW, profile })
}

pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> Code {
    result.expect_err("refused").code()
}

/// Lets rcgen sign through our issuer keys.
pub(crate) struct RcgenKey<'a>(pub(crate) &'a IssuerKey);

impl rcgen::PublicKeyData for RcgenKey<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.0.public().octets()
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        algorithm(self.0.public())
    }
}

impl rcgen::SigningKey for RcgenKey<'_> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        Ok(self.0.sign(&ToBeSigned::new(Family::TbsCertificate, message).unwrap()).unwrap().into_bytes())
    }
}

/// Octets that pass for a key, with the algorithm given.
pub(crate) struct OddKey(pub(crate) &'static rcgen::SignatureAlgorithm, pub(crate) Vec<u8>);

impl rcgen::PublicKeyData for OddKey {
    fn der_bytes(&self) -> &[u8] {
        &self.1
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        self.0
    }
}

impl rcgen::SigningKey for OddKey {
    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        Ok(vec![0; 64])
    }
}

pub(crate) fn algorithm(key: &PublicKey) -> &'static rcgen::SignatureAlgorithm {
    match key.algorithm() {
        Algorithm::Ed25519 => &rcgen::PKCS_ED25519,
        Algorithm::P256 => &rcgen::PKCS_ECDSA_P256_SHA256,
        Algorithm::P384 => &rcgen::PKCS_ECDSA_P384_SHA384,
        Algorithm::P521 => &rcgen::PKCS_ECDSA_P521_SHA512,
    }
}

pub(crate) fn odd_key(key: &PublicKey) -> OddKey {
    OddKey(algorithm(key), key.octets().to_vec())
}

/// Fields of an end entity that keeps to the pseudonym profile; the tests break one each.
pub(crate) fn pseudonym_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.serial_number = Some(rcgen::SerialNumber::from_slice(&[0x40; 16]));
    params.not_before = rcgen::date_time_ymd(2026, 9, 1);
    params.not_after = rcgen::date_time_ymd(2026, 12, 1);
    params.subject_alt_names = vec![san_uri(USER), san_uri(CLIENT)];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.use_authority_key_identifier_extension = true;
    params.custom_extensions = vec![extension(&[2, 5, 29, 19], true, &[0x30, 0]), policies(&[PSEUDONYM_POLICY])];
    params
}

/// Fields of a CA.
pub(crate) fn ca_params(name: &str, path_len: Option<u8>) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.serial_number = Some(rcgen::SerialNumber::from_slice(&[0x41; 16]));
    params.not_before = rcgen::date_time_ymd(2026, 9, 1);
    params.not_after = rcgen::date_time_ymd(2030, 12, 1);
    params.is_ca = IsCa::Ca(path_len.map_or(BasicConstraints::Unconstrained, BasicConstraints::Constrained));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.key_identifier_method = KeyIdMethod::PreSpecified(name.as_bytes().to_vec());
    params
}

pub(crate) fn san_uri(text: &str) -> SanType {
    SanType::URI(text.try_into().unwrap())
}

pub(crate) fn extension(oid: &[u64], critical: bool, content: &[u8]) -> CustomExtension {
    let mut extension = CustomExtension::from_oid_content(oid, content.to_vec());
    extension.set_criticality(critical);
    extension
}

pub(crate) fn policies(dotted: &[&str]) -> CustomExtension {
    let mut content = Vec::new();
    for policy in dotted {
        let contents = oid(policy).contents().to_vec();
        let length = u8::try_from(contents.len()).unwrap();
        content.extend([0x30, length + 2, 0x06, length]);
        content.extend(contents);
    }
    let mut out = vec![0x30, u8::try_from(content.len()).unwrap()];
    out.extend(content);
    extension(&[2, 5, 29, 32], false, &out)
}

/// An odd CA of rcgen's making.
pub(crate) struct OddCa {
    pub(crate) params: CertificateParams,
    pub(crate) key: IssuerKey,
    pub(crate) certificate: Certificate,
}

impl OddCa {
    pub(crate) fn root(params: CertificateParams, seed: u8) -> Self {
        let key = issuer_key(Algorithm::Ed25519, seed);
        let certificate = read(&params.self_signed(&RcgenKey(&key)).unwrap());
        Self { params, key, certificate }
    }

    pub(crate) fn below(&self, params: CertificateParams, seed: u8) -> Self {
        let key = issuer_key(Algorithm::Ed25519, seed);
        let certificate = self.issue(&params, &odd_key(key.public()));
        Self { params, key, certificate }
    }

    pub(crate) fn issue(&self, params: &CertificateParams, key: &OddKey) -> Certificate {
        self.try_issue(params, key).unwrap()
    }

    /// Issues what may be too odd to be read.
    pub(crate) fn try_issue(&self, params: &CertificateParams, key: &OddKey) -> Result<Certificate, Error> {
        let issuer = rcgen::Issuer::from_params(&self.params, RcgenKey(&self.key));
        Certificate::from_der(params.signed_by(key, &issuer).unwrap().der())
    }

    /// Issues to the usual leaf key.
    pub(crate) fn issue_leaf(&self, params: &CertificateParams) -> Certificate {
        self.issue(params, &odd_key(&leaf_key(9)))
    }

    pub(crate) fn anchor(&self) -> Anchor {
        Anchor::from_certificate(&self.certificate).unwrap()
    }
}

pub(crate) fn odd_root() -> OddCa {
    OddCa::root(ca_params("Odd Root", None), 40)
}

pub(crate) fn read(certificate: &rcgen::Certificate) -> Certificate {
    Certificate::from_der(certificate.der()).unwrap()
}
