//! OpenSSL judges our certificates and chains, and makes some for us to judge.
#![cfg(test)]

use mimicred_keys::{Algorithm, IssuerKey, LeafKey, PublicKey, SecretKey, SystemRandom, sha256};
use mimicred_peers::OpenSslKey;
use mimicred_uri::MimiUri;
use mimicred_x509::{
    Anchor, Ca, CaProfile, Certificate, Code, Expectations, IdentityMark, IdentityProfile, IssuanceBinding, PSEUDONYM_POLICY,
    PolicyOids, Profile, PseudonymProfile, REAL_POLICY, UnverifiedChain, UnverifiedRequest, Validity, VerifiedChain,
    prepare_identity, prepare_issuing_ca, prepare_pseudonym, prepare_request, prepare_root,
};
use openssl::asn1::{Asn1Integer, Asn1Object, Asn1OctetString, Asn1Time};
use openssl::bn::BigNum;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Public};
use openssl::stack::Stack;
use openssl::x509::extension::{
    AuthorityKeyIdentifier, BasicConstraints, KeyUsage, SubjectAlternativeName, SubjectKeyIdentifier,
};
use openssl::x509::store::{X509Store, X509StoreBuilder};
use openssl::x509::verify::{X509VerifyFlags, X509VerifyParam};
use openssl::x509::{X509, X509Builder, X509Extension, X509Name, X509NameBuilder, X509Req, X509ReqBuilder, X509StoreContext};

const NOW: i64 = 1_790_000_000;
const DAY: i64 = 86_400;
const USER: &str = "mimi://a.example/p/crazykoala75";
const CLIENT: &str = "mimi://a.example/d/ClientA1";
const REAL_USER: &str = "mimi://a.example/u/alice";

const ISSUERS: [Algorithm; 4] = [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384, Algorithm::P521];
const LEAVES: [Algorithm; 3] = [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384];

fn uri(text: &str) -> MimiUri {
    text.parse().unwrap()
}

fn theirs(certificate: &Certificate) -> X509 {
    X509::from_der(certificate.as_der()).unwrap()
}

fn ours(certificate: &X509) -> Certificate {
    Certificate::from_der(&certificate.to_der().unwrap()).unwrap()
}

/// OpenSSL's verdict in its strict mode, which holds certificates to RFC 5280 beyond the bare path.
fn openssl_verifies(root: &X509, between: &[X509], leaf: &X509, at: i64) -> Result<(), &'static str> {
    let mut parameters = X509VerifyParam::new().unwrap();
    parameters.set_time(at);
    parameters.set_flags(X509VerifyFlags::X509_STRICT | X509VerifyFlags::CHECK_SS_SIGNATURE).unwrap();
    let mut store = X509StoreBuilder::new().unwrap();
    store.set_param(&parameters).unwrap();
    store.add_cert(root.clone()).unwrap();
    let store: X509Store = store.build();
    let mut chain = Stack::new().unwrap();
    for certificate in between {
        chain.push(certificate.clone()).unwrap();
    }
    let mut context = X509StoreContext::new().unwrap();
    context
        .init(&store, leaf, &chain, |context| {
            Ok(if context.verify_cert()? { Ok(()) } else { Err(context.error().error_string()) })
        })
        .unwrap()
}

/// A root and an issuing CA of ours.
struct OurCa {
    root: Certificate,
    issuing: Ca,
    key: IssuerKey,
}

impl OurCa {
    fn new(algorithm: Algorithm) -> Self {
        let key = || IssuerKey::new(OpenSslKey::generate(algorithm).unwrap().secret().unwrap());
        let (root_key, key) = (key(), key());
        let profile = CaProfile::new("A Example Root", Validity::days(NOW, 3650).unwrap()).with_organization("A Example");
        let root = prepare_root(&profile, root_key.public(), &mut SystemRandom).unwrap().sign(&root_key).unwrap();
        let profile = CaProfile::new("A Example Issuing CA", Validity::days(NOW, 365).unwrap());
        let issuing =
            prepare_issuing_ca(&Ca::from_certificate(&root).unwrap(), &profile, key.public(), &mut SystemRandom).unwrap();
        let issuing = Ca::from_certificate(&issuing.sign(&root_key).unwrap()).unwrap();
        Self { root, issuing, key }
    }

    fn pseudonym(&self, leaf: &PublicKey) -> Certificate {
        let profile = PseudonymProfile::new(leaf, &uri(USER), &uri(CLIENT), Validity::days(NOW, 30).unwrap());
        prepare_pseudonym(&self.issuing, &profile, &mut SystemRandom).unwrap().sign(&self.key).unwrap()
    }

    fn identity(&self, leaf: &PublicKey) -> Certificate {
        let profile = IdentityProfile::new(leaf, Validity::days(NOW, 30).unwrap())
            .with_display_name("Zoë Müller")
            .with_given_name("Zoë")
            .with_family_name("Müller")
            .with_email("zoe@a.example")
            .with_user(&uri(REAL_USER))
            .with_policy(REAL_POLICY.parse().unwrap());
        prepare_identity(&self.issuing, &profile, &mut SystemRandom).unwrap().sign(&self.key).unwrap()
    }

    fn openssl_verifies(&self, leaf: &Certificate, at: i64) -> Result<(), &'static str> {
        openssl_verifies(&theirs(&self.root), &[theirs(self.issuing.certificate())], &theirs(leaf), at)
    }
}

#[test]
fn openssl_accepts_our_chains_of_every_issuer_and_leaf_algorithm() {
    for issuer in ISSUERS {
        let ca = OurCa::new(issuer);
        for leaf in LEAVES {
            let leaf_key = OpenSslKey::generate(leaf).unwrap().public().unwrap();
            for certificate in [ca.pseudonym(&leaf_key), ca.identity(&leaf_key)] {
                assert_eq!(ca.openssl_verifies(&certificate, NOW), Ok(()), "{issuer} for {leaf}");
            }
        }
    }
}

#[test]
fn openssl_refuses_our_chains_at_another_time_under_another_root_or_when_changed() {
    for issuer in ISSUERS {
        let (ca, other) = (OurCa::new(issuer), OurCa::new(issuer));
        let leaf_key = OpenSslKey::generate(Algorithm::Ed25519).unwrap().public().unwrap();
        let leaf = ca.pseudonym(&leaf_key);
        assert_eq!(ca.openssl_verifies(&leaf, NOW + 31 * DAY), Err("certificate has expired"));
        assert_eq!(
            ca.openssl_verifies(&leaf, NOW - 2 * DAY),
            Err("certificate is not yet valid or the system clock is incorrect")
        );
        assert!(openssl_verifies(&theirs(&other.root), &[theirs(ca.issuing.certificate())], &theirs(&leaf), NOW).is_err());
        assert!(openssl_verifies(&theirs(&ca.root), &[], &theirs(&leaf), NOW).is_err());

        let mut changed = leaf.as_der().to_vec();
        let user = changed.windows(USER.len()).position(|octets| octets == USER.as_bytes()).unwrap();
        changed[user + USER.len() - 1] = b'6';
        let changed = Certificate::from_der(&changed).unwrap();
        assert_eq!(ca.openssl_verifies(&changed, NOW), Err("certificate signature failure"), "{issuer}");
    }
}

#[test]
fn openssl_reads_in_our_pseudonym_certificate_what_we_put_in_and_nothing_else() {
    let (ca, leaf) = (OurCa::new(Algorithm::P256), OpenSslKey::generate(Algorithm::Ed25519).unwrap());
    let certificate = ca.pseudonym(&leaf.public().unwrap());
    let read = theirs(&certificate);
    assert_eq!(read.version(), 2, "counted from 0");
    assert_eq!(read.subject_name().entries().count(), 0);
    let names = read.subject_alt_names().unwrap();
    assert_eq!(names.iter().map(|name| name.uri()).collect::<Vec<_>>(), [Some(USER), Some(CLIENT)]);
    assert_eq!(read.public_key().unwrap().public_key_to_der().unwrap(), leaf.pkey().public_key_to_der().unwrap());
    assert!(read.subject_key_id().is_none());
    let issuer = theirs(ca.issuing.certificate());
    assert_eq!(read.authority_key_id().map(|id| id.as_slice()), issuer.subject_key_id().map(|id| id.as_slice()));
    assert!(read.authority_issuer().is_none() && read.authority_serial().is_none());
    assert_eq!(read.issuer_name().try_cmp(issuer.subject_name()).unwrap(), std::cmp::Ordering::Equal);
    // 16 octets whose first two bits are 01 (mimi-mls.md 4.5 B-1).
    assert_eq!(read.serial_number().to_bn().unwrap().num_bits(), 127);
    // To the day (B-2).
    let midnight = NOW - NOW % DAY;
    assert!(read.not_before() == &*Asn1Time::from_unix(midnight).unwrap());
    assert!(read.not_after() == &*Asn1Time::from_unix(midnight + 30 * DAY).unwrap());
    // OpenSSL's own encoding of the policy's name is in there.
    let policy: Asn1Object = Asn1Object::from_str(PSEUDONYM_POLICY).unwrap();
    assert!(certificate.as_der().windows(policy.as_slice().len()).any(|octets| octets == policy.as_slice()));
}

#[test]
fn openssl_reads_in_our_identity_certificate_the_names_we_put_in() {
    let (ca, leaf) = (OurCa::new(Algorithm::P384), OpenSslKey::generate(Algorithm::P256).unwrap());
    let read = theirs(&ca.identity(&leaf.public().unwrap()));
    let text = |nid| read.subject_name().entries_by_nid(nid).next().unwrap().data().to_string().unwrap();
    assert_eq!(text(Nid::COMMONNAME), "Zoë Müller");
    assert_eq!(text(Nid::GIVENNAME), "Zoë");
    assert_eq!(text(Nid::SURNAME), "Müller");
    let names = read.subject_alt_names().unwrap();
    assert_eq!(names.iter().find_map(|name| name.email()), Some("zoe@a.example"));
    assert_eq!(names.iter().find_map(|name| name.uri()), Some(REAL_USER));
    assert_eq!(read.public_key().unwrap().public_key_to_der().unwrap(), leaf.pkey().public_key_to_der().unwrap());
}

/// A root made by OpenSSL, without a CA below it.
struct TheirCa {
    root: X509,
    key: OpenSslKey,
}

fn name(common_name: &str) -> X509Name {
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_nid(Nid::ORGANIZATIONNAME, "B Example").unwrap();
    name.append_entry_by_nid(Nid::COMMONNAME, common_name).unwrap();
    name.build()
}

fn digest(algorithm: Algorithm) -> MessageDigest {
    match algorithm {
        Algorithm::Ed25519 => MessageDigest::null(),
        Algorithm::P256 => MessageDigest::sha256(),
        Algorithm::P384 => MessageDigest::sha384(),
        Algorithm::P521 => MessageDigest::sha512(),
    }
}

fn builder(subject: &X509Name, key: &PKey<Public>, days: i64) -> X509Builder {
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    let serial = BigNum::from_u32(0x0012_3456).unwrap();
    builder.set_serial_number(&Asn1Integer::from_bn(&serial).unwrap()).unwrap();
    builder.set_subject_name(subject).unwrap();
    builder.set_pubkey(key).unwrap();
    builder.set_not_before(&Asn1Time::from_unix(NOW - DAY).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::from_unix(NOW + days * DAY).unwrap()).unwrap();
    builder
}

fn public_half(key: &OpenSslKey) -> PKey<Public> {
    PKey::public_key_from_der(&key.pkey().public_key_to_der().unwrap()).unwrap()
}

impl TheirCa {
    fn new(algorithm: Algorithm) -> Self {
        let (key, name) = (OpenSslKey::generate(algorithm).unwrap(), name("B Example Root"));
        let mut root = builder(&name, &public_half(&key), 3650);
        root.set_issuer_name(&name).unwrap();
        root.append_extension(BasicConstraints::new().critical().ca().pathlen(0).build().unwrap()).unwrap();
        root.append_extension(KeyUsage::new().critical().key_cert_sign().crl_sign().build().unwrap()).unwrap();
        let key_id = SubjectKeyIdentifier::new().build(&root.x509v3_context(None, None)).unwrap();
        root.append_extension(key_id).unwrap();
        root.sign(key.pkey(), digest(algorithm)).unwrap();
        Self { root: root.build(), key }
    }

    /// The identifier format of MIMI, as an OpenSSL user would write it down.
    fn leaf(&self, algorithm: Algorithm, subject: &X509Name, policy: &str, key: &OpenSslKey, names: &[&str]) -> X509 {
        let mut leaf = builder(subject, &public_half(key), 30);
        leaf.set_issuer_name(self.root.subject_name()).unwrap();
        let mut alternative_names = SubjectAlternativeName::new();
        if subject.entries().count() == 0 {
            alternative_names.critical();
        }
        for name in names {
            match name.contains("://") {
                true => alternative_names.uri(name),
                false => alternative_names.email(name),
            };
        }
        let context = leaf.x509v3_context(Some(&self.root), None);
        let alternative_names = alternative_names.build(&context).unwrap();
        let authority = AuthorityKeyIdentifier::new().keyid(true).build(&context).unwrap();
        leaf.append_extension(BasicConstraints::new().critical().build().unwrap()).unwrap();
        leaf.append_extension(KeyUsage::new().critical().digital_signature().build().unwrap()).unwrap();
        leaf.append_extension(alternative_names).unwrap();
        leaf.append_extension(authority).unwrap();
        leaf.append_extension(policies(policy)).unwrap();
        leaf.sign(self.key.pkey(), digest(algorithm)).unwrap();
        leaf.build()
    }

    fn we_verify(&self, leaf: &X509, at: i64, profile: Profile) -> Result<VerifiedChain, Code> {
        let anchors = [Anchor::from_certificate(&ours(&self.root)).unwrap()];
        let chain = UnverifiedChain::parse(vec![leaf.to_der().unwrap()]).map_err(|e| e.code())?;
        chain.verify(&Expectations { anchors: &anchors, at, profile }).map_err(|e| e.code())
    }
}

/// `SEQUENCE { SEQUENCE { OBJECT IDENTIFIER } }`, the identifier as OpenSSL encodes it; all lengths are short.
fn policies(policy: &str) -> X509Extension {
    let oid = Asn1Object::from_str(policy).unwrap();
    let short = |length: usize| u8::try_from(length).unwrap();
    let mut der = vec![0x30, short(oid.as_slice().len() + 4), 0x30, short(oid.as_slice().len() + 2)];
    der.extend([0x06, short(oid.as_slice().len())]);
    der.extend_from_slice(oid.as_slice());
    let object = Asn1Object::from_str("2.5.29.32").unwrap();
    X509Extension::new_from_der(&object, false, &Asn1OctetString::new_from_bytes(&der).unwrap()).unwrap()
}

fn empty_name() -> X509Name {
    X509NameBuilder::new().unwrap().build()
}

#[test]
fn we_accept_a_pseudonym_certificate_of_openssl_and_read_its_names_and_key() {
    for issuer in ISSUERS {
        let ca = TheirCa::new(issuer);
        for leaf in LEAVES {
            let key = OpenSslKey::generate(leaf).unwrap();
            let certificate = ca.leaf(issuer, &empty_name(), PSEUDONYM_POLICY, &key, &[USER, CLIENT]);
            let verified = ca.we_verify(&certificate, NOW, Profile::Pseudonym).unwrap();
            assert_eq!(verified.user_uri(), Some(&uri(USER)));
            assert_eq!(verified.client_uri(), Some(&uri(CLIENT)));
            assert_eq!(verified.subject_key().to_spki_der(), key.pkey().public_key_to_der().unwrap());
            assert_eq!(verified.identity_mark(&PolicyOids::default()), IdentityMark::Pseudonym);
            assert_eq!((verified.not_before(), verified.not_after()), (NOW - DAY, NOW + 30 * DAY));
            let spki = |certificate: &X509| sha256(&certificate.public_key().unwrap().public_key_to_der().unwrap());
            assert_eq!(verified.path_spki_sha256(), [spki(&certificate), spki(&ca.root)]);

            assert_eq!(ca.we_verify(&certificate, NOW + 31 * DAY, Profile::Pseudonym).unwrap_err(), Code::Expired);
            let stranger = TheirCa::new(issuer);
            assert!(
                stranger.we_verify(&certificate, NOW, Profile::Pseudonym).is_err(),
                "{issuer}: another root of the same name"
            );
        }
    }
}

#[test]
fn we_accept_an_identity_certificate_of_openssl_and_read_its_claims() {
    let (ca, key) = (TheirCa::new(Algorithm::P256), OpenSslKey::generate(Algorithm::Ed25519).unwrap());
    let certificate = ca.leaf(Algorithm::P256, &name("Zoë Müller"), REAL_POLICY, &key, &[REAL_USER, "zoe@b.example"]);
    let verified = ca.we_verify(&certificate, NOW, Profile::Identity).unwrap();
    assert_eq!(verified.identity_mark(&PolicyOids::default()), IdentityMark::Real);
    let claim = |oid: &str, general_name: Option<u8>| {
        let found = verified.attributes().iter().find(|attribute| attribute.oid == oid && attribute.general_name == general_name);
        found.map(|attribute| attribute.value.as_str())
    };
    assert_eq!(claim("2.5.4.3", None), Some("Zoë Müller"));
    assert_eq!(claim("2.5.4.10", None), Some("B Example"));
    assert_eq!(claim("2.5.29.17", Some(1)), Some("zoe@b.example"));
    assert_eq!(claim("2.5.29.17", Some(6)), Some(REAL_USER));
    assert_eq!(ca.we_verify(&certificate, NOW, Profile::Pseudonym).unwrap_err(), Code::Profile);
}

#[test]
fn a_ca_made_by_openssl_issues_with_our_code_and_openssl_accepts_that() {
    for issuer in ISSUERS {
        let ca = TheirCa::new(issuer);
        let leaf = OpenSslKey::generate(Algorithm::Ed25519).unwrap().public().unwrap();
        let profile = PseudonymProfile::new(&leaf, &uri(USER), &uri(CLIENT), Validity::days(NOW, 30).unwrap());
        let prepared = prepare_pseudonym(&Ca::from_certificate(&ours(&ca.root)).unwrap(), &profile, &mut SystemRandom).unwrap();
        let certificate = prepared.sign(&IssuerKey::new(ca.key.secret().unwrap())).unwrap();
        assert_eq!(openssl_verifies(&ca.root, &[], &theirs(&certificate), NOW), Ok(()), "{issuer}");
        assert!(ca.we_verify(&theirs(&certificate), NOW, Profile::Pseudonym).is_ok());
    }
}

const BINDING: IssuanceBinding<'static> = IssuanceBinding { issuer: "a.example", nonce: b"given to one account" };

#[test]
fn openssl_verifies_our_requests() {
    for algorithm in LEAVES {
        let leaf = LeafKey::new(SecretKey::generate(algorithm, &mut SystemRandom).unwrap()).unwrap();
        let request = prepare_request(leaf.public(), &BINDING).unwrap().sign(&leaf).unwrap();
        for read in [X509Req::from_der(request.as_der()).unwrap(), X509Req::from_pem(request.to_pem().as_bytes()).unwrap()] {
            let key = read.public_key().unwrap();
            assert_eq!(key.public_key_to_der().unwrap(), leaf.public().to_spki_der());
            assert!(read.verify(&key).unwrap(), "{algorithm}");
            assert_eq!((read.version(), read.subject_name().entries().count()), (0, 0));
            assert_eq!(read.to_der().unwrap(), request.as_der());
        }
    }
}

/// What OpenSSL makes is read, and its signature holds; but it is bound to nobody, so that anybody could send it on.
#[test]
fn a_request_of_openssl_is_read_and_not_enough() {
    for algorithm in LEAVES {
        let key = OpenSslKey::generate(algorithm).unwrap();
        let mut request = X509ReqBuilder::new().unwrap();
        request.set_pubkey(&public_half(&key)).unwrap();
        request.sign(key.pkey(), digest(algorithm)).unwrap();
        let request = UnverifiedRequest::from_der(&request.build().to_der().unwrap()).unwrap();
        assert_eq!(request.subject_key().to_spki_der(), key.pkey().public_key_to_der().unwrap());
        assert_eq!(request.verify(&BINDING).unwrap_err().code(), Code::RequestUnbound);
    }
}
