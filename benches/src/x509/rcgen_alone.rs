//! rcgen by itself: the same fields, its own aws-lc-rs signature, and nothing read back.

use mimicred_keys::{Algorithm, PublicKey, Random, SystemRandom};
use rcgen::{
    CertificateParams, CustomExtension, DistinguishedName, DnType, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose,
    PublicKeyData, SanType, SerialNumber, SignatureAlgorithm,
};
use rustls_pki_types::PrivatePkcs8KeyDer;

use super::cast::{CLIENT, EMAIL, NAME, NOW, Provider, USER};

const DAY: u64 = 86_400;

/// An issuer of rcgen's with the provider's name and key.
pub struct Rcgen {
    issuer: Issuer<'static, KeyPair>,
    leaf: Leaf,
    policies: Vec<u8>,
}

struct Leaf(PublicKey);

impl PublicKeyData for Leaf {
    fn der_bytes(&self) -> &[u8] {
        self.0.octets()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        algorithm(&self.0)
    }
}

fn algorithm(key: &PublicKey) -> &'static SignatureAlgorithm {
    match key.algorithm() {
        Algorithm::Ed25519 => &rcgen::PKCS_ED25519,
        Algorithm::P256 => &rcgen::PKCS_ECDSA_P256_SHA256,
        Algorithm::P384 => &rcgen::PKCS_ECDSA_P384_SHA384,
        Algorithm::P521 => &rcgen::PKCS_ECDSA_P521_SHA512,
    }
}

impl Rcgen {
    pub fn new(provider: &Provider) -> Self {
        let pkcs8 = provider.secret().to_pkcs8_der();
        let pkcs8 = PrivatePkcs8KeyDer::from(pkcs8.as_slice());
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8, algorithm(provider.key().public())).unwrap();
        let extensions = provider.issuing().inspect_unverified().extensions;
        let value = |name| extensions.iter().find(|extension| extension.name == Some(name)).unwrap().value.clone();
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::OrganizationName, "A Example");
        params.distinguished_name.push(DnType::CommonName, "A Example users");
        params.key_identifier_method = KeyIdMethod::PreSpecified(value("subjectKeyIdentifier")[2..].to_vec());
        let certificate = mimicred_x509::prepare_identity(provider.ca(), &provider.identity(), &mut SystemRandom).unwrap();
        let certificate = certificate.sign(provider.key()).unwrap().inspect_unverified();
        let policies = certificate.extensions.iter().find(|extension| extension.name == Some("certificatePolicies")).unwrap();
        Self { issuer: Issuer::new(params, key), leaf: Leaf(provider.leaf().clone()), policies: policies.value.clone() }
    }

    /// From names and a public key to the same certificate that mimicred makes, but for serial number and signature.
    pub fn issue(&self) -> rcgen::Certificate {
        let mut serial = [0; 16];
        SystemRandom.fill(&mut serial).unwrap();
        serial[0] = serial[0] & 0x3f | 0x40;
        let mut params = CertificateParams::default();
        params.serial_number = Some(SerialNumber::from_slice(&serial));
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, NAME);
        let start = rcgen::date_time_ymd(1970, 1, 1) + std::time::Duration::from_secs(NOW.unsigned_abs() / DAY * DAY);
        params.not_before = start;
        params.not_after = start + std::time::Duration::from_secs(30 * DAY);
        params.subject_alt_names = vec![
            SanType::URI(USER.try_into().unwrap()),
            SanType::URI(CLIENT.try_into().unwrap()),
            SanType::Rfc822Name(EMAIL.try_into().unwrap()),
        ];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        params.is_ca = IsCa::NoCa;
        let mut basic_constraints = CustomExtension::from_oid_content(&[2, 5, 29, 19], vec![0x30, 0]);
        basic_constraints.set_criticality(true);
        let policies = CustomExtension::from_oid_content(&[2, 5, 29, 32], self.policies.clone());
        params.custom_extensions = vec![basic_constraints, policies];
        params.signed_by(&self.leaf, &self.issuer).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use mimicred_x509::Certificate;

    use super::*;

    /// What is compared is the same work: all but serial number and signature is equal.
    #[test]
    fn rcgen_makes_the_same_certificate() {
        for keys in super::super::KEYS {
            let provider = Provider::new(keys);
            let theirs = Certificate::from_der(Rcgen::new(&provider).issue().der()).unwrap();
            let ours = Certificate::from_der(&provider.chain()[0]).unwrap();
            let fields = |certificate: &Certificate| {
                let seen = certificate.inspect_unverified();
                (seen.subject, seen.issuer, seen.not_before, seen.not_after, seen.spki_sha256, seen.extensions)
            };
            assert_eq!(fields(&theirs), fields(&ours));
            assert!(theirs.check_issuer(provider.issuing()).is_ok());
        }
    }
}
