//! What we issue is what the profile says, octet for octet.

use mimicred_keys::{Algorithm, Family, sha256};
use mimicred_x509::*;
use rcgen::DnType;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::common::*;

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|octet| !octet.is_ascii_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// The whole tbsCertificate written out by hand from RFC 5280 4.1.
#[test]
fn a_pseudonym_certificate_has_these_octets() {
    let root = root_named("A Root", Algorithm::Ed25519, 1);
    let leaf = leaf_key(9);
    let prepared = prepare_pseudonym(&root.ca, &pseudonym_profile(&leaf), &mut Counter(0xc0)).unwrap();

    let key_id = &sha256(root.key.public().octets())[..20];
    let extensions = [
        // authorityKeyIdentifier: [0] keyIdentifier
        hex("30 1f 06 03 55 1d 23 04 18 30 16 80 14"),
        key_id.to_vec(),
        // subjectAltName, critical: two [6], each 41 octets
        hex("30 62 06 03 55 1d 11 01 01 ff 04 58 30 56"),
        hex("86 29"),
        USER.as_bytes().to_vec(),
        hex("86 29"),
        CLIENT.as_bytes().to_vec(),
        // keyUsage, critical: digitalSignature
        hex("30 0e 06 03 55 1d 0f 01 01 ff 04 04 03 02 07 80"),
        // basicConstraints, critical: cA FALSE by default
        hex("30 0c 06 03 55 1d 13 01 01 ff 04 02 30 00"),
        // certificatePolicies: one, 2.25.UUID.1
        hex("30 22 06 03 55 1d 20 04 1b 30 19 30 17 06 15 69"),
        hex("83 f8 b0 9d a3 83 84 82 a9 eb b0 99 8c 97 eb e6 b3 97 2c 01"),
    ]
    .concat();
    let fields = [
        hex("a0 03 02 01 02"),
        // 16 octets, the first one 01 and six random bits
        hex("02 10 41 c2 c3 c4 c5 c6 c7 c8 c9 ca cb cc cd ce cf d0"),
        hex("30 05 06 03 2b 65 70"),
        // issuer: O=A Example, CN=A Root
        hex("30 25 31 12 30 10 06 03 55 04 0a 0c 09 41 20 45 78 61 6d 70 6c 65"),
        hex("31 0f 30 0d 06 03 55 04 03 0c 06 41 20 52 6f 6f 74"),
        // 260921000000Z to 261021000000Z
        hex("30 1e 17 0d 32 36 30 39 32 31 30 30 30 30 30 30 5a 17 0d 32 36 31 30 32 31 30 30 30 30 30 30 5a"),
        // empty subject
        hex("30 00"),
        hex("30 2a 30 05 06 03 2b 65 70 03 21 00"),
        leaf.octets().to_vec(),
        hex("a3 81 ca 30 81 c7"),
        extensions,
    ]
    .concat();
    let expected = [hex("30 82"), u16::try_from(fields.len()).unwrap().to_be_bytes().to_vec(), fields].concat();
    assert_eq!(prepared.to_be_signed().as_bytes(), expected);
    assert_eq!(prepared.to_be_signed().family(), Family::TbsCertificate);

    let certificate = prepared.sign(&root.key).unwrap();
    let signature = root.key.sign(prepared.to_be_signed()).unwrap();
    let content = [&expected, &hex("30 05 06 03 2b 65 70 03 41 00"), signature.as_bytes()].concat();
    let whole = [hex("30 82"), u16::try_from(content.len()).unwrap().to_be_bytes().to_vec(), content].concat();
    assert_eq!(certificate.as_der(), whole);
}

#[test]
fn a_root_is_a_self_signed_ca_with_room_for_one_more() {
    let root = root();
    let (rest, read) = X509Certificate::from_der(root.certificate().as_der()).unwrap();
    assert!(rest.is_empty());
    assert_eq!(read.subject().to_string(), "O=A Example, CN=A Root");
    assert_eq!(read.subject(), read.issuer());
    let constraints = read.basic_constraints().unwrap().unwrap();
    assert!(constraints.critical && constraints.value.ca);
    assert_eq!(constraints.value.path_len_constraint, Some(1));
    let usage = read.key_usage().unwrap().unwrap();
    assert!(usage.critical && usage.value.key_cert_sign() && usage.value.crl_sign());
    assert!(!usage.value.digital_signature());
    assert_eq!(read.extensions().len(), 3, "keyUsage, subjectKeyIdentifier, basicConstraints");
    assert_eq!(read.raw_serial().len(), 16);
    let key = root.certificate().subject_key().unwrap();
    key.verify(Family::TbsCertificate, read.tbs_certificate.as_ref(), &read.signature_value.data).unwrap();
}

#[test]
fn an_issuing_ca_has_no_ca_below_itself() {
    let root = root();
    let ca = issuing_ca(&root);
    let (_, read) = X509Certificate::from_der(ca.certificate().as_der()).unwrap();
    assert_eq!(read.issuer().to_string(), "O=A Example, CN=A Root");
    assert_eq!(read.basic_constraints().unwrap().unwrap().value.path_len_constraint, Some(0));
    let profile = CaProfile::new("Third", Validity::days(NOW, 30).unwrap());
    assert_eq!(code(prepare_issuing_ca(&ca.ca, &profile, ca.key.public(), &mut Counter(0))), Code::NotACa);
}

#[test]
fn an_identity_certificate_says_what_it_was_told() {
    let root = root();
    let profile = identity_profile(&leaf_key(9)).with_given_name("Alice").with_family_name("Smith");
    let certificate = prepare_identity(&root.ca, &profile, &mut Counter(0)).unwrap().sign(&root.key).unwrap();
    let (_, read) = X509Certificate::from_der(certificate.as_der()).unwrap();
    let subject: Vec<(String, String)> = read
        .subject()
        .iter_attributes()
        .map(|attribute| (attribute.attr_type().to_id_string(), attribute.as_str().unwrap().to_owned()))
        .collect();
    let expected = [("2.5.4.3", "Alice Smith"), ("2.5.4.42", "Alice"), ("2.5.4.4", "Smith")];
    assert_eq!(subject, expected.map(|(oid, value)| (oid.to_owned(), value.to_owned())));
    let names = read.subject_alternative_name().unwrap().unwrap();
    assert!(!names.critical, "the subject is not empty");
    let names: Vec<String> = names.value.general_names.iter().map(ToString::to_string).collect();
    let expected = [
        "URI(mimi://a.example/u/alice)",
        "URI(mimi://a.example/d/BBBBBBBBBBBBBBBBBBBBBA)",
        "URI(https://alice.example/)",
        "RFC822Name(alice@example.com)",
    ];
    assert_eq!(names, expected);
    let inspection = certificate.inspect_unverified();
    assert_eq!(inspection.policies, [REAL_POLICY]);
    assert_eq!(inspection.key, Some(leaf_key(9)));

    // What is said twice counts once, as said last.
    let profile = profile.with_display_name("Alice");
    let certificate = prepare_identity(&root.ca, &profile, &mut Counter(0)).unwrap().sign(&root.key).unwrap();
    let subject = certificate.inspect_unverified().subject;
    assert_eq!(subject.iter().filter(|attribute| attribute.oid == "2.5.4.3").count(), 1);
    assert!(subject.iter().all(|attribute| attribute.value != "Alice Smith"));

    // Without a subject the SAN is critical, and a policy is not needed.
    let profile = IdentityProfile::new(&leaf_key(9), Validity::days(NOW, 30).unwrap()).with_email("alice@example.com");
    let certificate = prepare_identity(&root.ca, &profile, &mut Counter(0)).unwrap().sign(&root.key).unwrap();
    let (_, read) = X509Certificate::from_der(certificate.as_der()).unwrap();
    assert!(read.subject_alternative_name().unwrap().unwrap().critical);
    assert!(certificate.inspect_unverified().policies.is_empty());
}

#[test]
fn every_issuer_algorithm_signs_for_every_subject_algorithm() {
    for issuer in [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384, Algorithm::P521] {
        let root = root_named("A Root", issuer, 1);
        for subject in [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384] {
            let key = secret(subject, 9).public().clone();
            let prepared = prepare_pseudonym(&root.ca, &pseudonym_profile(&key), &mut Counter(3)).unwrap();
            assert_eq!(prepared.issuer_key(), root.key.public());
            let certificate = prepared.sign(&root.key).unwrap();
            assert_eq!(certificate.subject_key().unwrap(), key);
            let verified = verify(&[&certificate], &[root.anchor()], Profile::Pseudonym).unwrap();
            assert_eq!(verified.subject_key(), &key);
        }
        let key = secret_p521();
        assert_eq!(code(prepare_pseudonym(&root.ca, &pseudonym_profile(&key), &mut Counter(3))), Code::AlgUnsupported);
    }
}

fn secret_p521() -> mimicred_keys::PublicKey {
    issuer_key(Algorithm::P521, 5).public().clone()
}

#[test]
fn only_the_issuers_signature_finishes() {
    let root = root();
    let other = issuer_key(Algorithm::Ed25519, 77);
    let prepared = prepare_pseudonym(&root.ca, &pseudonym_profile(&leaf_key(9)), &mut Counter(3)).unwrap();
    assert_eq!(code(prepared.sign(&other)), Code::IssuerKeyMismatch);
    let signature = other.sign(prepared.to_be_signed()).unwrap();
    assert_eq!(code(prepared.finish(signature.as_bytes())), Code::SignatureInvalid);
    assert_eq!(code(prepared.finish(&[])), Code::SignatureInvalid);
    let signature = root.key.sign(prepared.to_be_signed()).unwrap();
    assert_eq!(prepared.finish(signature.as_bytes()).unwrap(), prepared.sign(&root.key).unwrap());
}

/// B-1.
#[test]
fn serial_numbers_are_16_random_octets_of_constant_length() {
    struct Constant(u8);
    impl mimicred_keys::Random for Constant {
        fn fill(&mut self, out: &mut [u8]) -> Result<(), mimicred_keys::Error> {
            out.fill(self.0);
            Ok(())
        }
    }
    let root = root();
    for (random, first) in [(0x00, 0x40), (0xff, 0x7f), (0x80, 0x40), (0x2a, 0x6a)] {
        let prepared = prepare_pseudonym(&root.ca, &pseudonym_profile(&leaf_key(9)), &mut Constant(random)).unwrap();
        let certificate = prepared.sign(&root.key).unwrap();
        let (_, read) = X509Certificate::from_der(certificate.as_der()).unwrap();
        let expected: Vec<u8> = std::iter::once(first).chain(std::iter::repeat_n(random, 15)).collect();
        assert_eq!(read.raw_serial(), expected);
    }
    let refused = prepare_pseudonym(&root.ca, &pseudonym_profile(&leaf_key(9)), &mut Broken);
    assert_eq!(code(refused), Code::RandomFailed);
}

/// B-8, B-9, B-10: two pseudonym certificates differ in serial, URIs, key and signature, and in nothing else.
#[test]
fn pseudonym_certificates_have_one_length_and_one_shape() {
    let root = root();
    let make = |seed: u8| {
        let mut random = [seed; 16];
        random[0] = seed.wrapping_mul(7);
        let host = "a.example".parse().unwrap();
        let user = mimicred_uri::mint_pseudonym(&host, random);
        random.reverse();
        let client = mimicred_uri::mint_client(&host, random);
        // other hours of one day
        let validity = Validity::new(NOW - 3600 * i64::from(seed % 10), NOW + 30 * DAY + 60 * i64::from(seed)).unwrap();
        let profile = PseudonymProfile::new(&leaf_key(seed), &user, &client, validity);
        prepare_pseudonym(&root.ca, &profile, &mut Counter(seed)).unwrap().sign(&root.key).unwrap()
    };
    let template = make(9);
    let (_, template_read) = X509Certificate::from_der(template.as_der()).unwrap();
    for seed in 10..40 {
        let certificate = make(seed);
        assert_eq!(certificate.as_der().len(), template.as_der().len());
        let (_, read) = X509Certificate::from_der(certificate.as_der()).unwrap();
        assert_eq!(read.validity(), template_read.validity());
        let san = "2.5.29.17";
        let constant = |read: &X509Certificate<'_>| -> Vec<(String, bool, Vec<u8>)> {
            let all = read.extensions().iter();
            let all = all.map(|extension| (extension.oid.to_id_string(), extension.critical, extension.value.to_vec()));
            all.filter(|(oid, ..)| oid != san).collect()
        };
        assert_eq!(constant(&read), constant(&template_read));
    }
}

/// B-2.
#[test]
fn validity_is_rounded_down_to_the_day_and_within_the_cas() {
    let root = root();
    let with = |not_before, not_after| {
        let validity = Validity::new(not_before, not_after).unwrap();
        let profile = PseudonymProfile::new(&leaf_key(9), &uri(USER), &uri(CLIENT), validity);
        prepare_pseudonym(&root.ca, &profile, &mut Counter(3)).and_then(|prepared| prepared.sign(&root.key))
    };
    let inspection = with(NOW, NOW + DAY).unwrap().inspect_unverified();
    assert_eq!((inspection.not_before, inspection.not_after), (NOW - NOW % DAY, NOW - NOW % DAY + DAY));
    assert_eq!(code(with(NOW, NOW + 60)), Code::ValidityUnusable);
    let ca_ends = root.certificate().inspect_unverified().not_after;
    assert!(with(NOW, ca_ends + DAY - 1).is_ok());
    assert_eq!(code(with(NOW, ca_ends + DAY)), Code::ValidityUnusable);
    let profile = identity_profile(&leaf_key(9));
    let inspection = prepare_identity(&root.ca, &profile, &mut Counter(3)).unwrap().sign(&root.key).unwrap().inspect_unverified();
    assert_eq!(inspection.not_before % DAY, 0);
}

/// RFC 5280 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 on.
#[test]
fn late_dates_are_written_as_generalized_time() {
    let key = issuer_key(Algorithm::Ed25519, 1);
    let profile = CaProfile::new("Late", Validity::new(2_524_607_999, 253_402_300_799).unwrap());
    let prepared = prepare_root(&profile, key.public(), &mut Counter(0)).unwrap();
    let expected = [b"\x30\x20\x17\x0d491231235959Z".as_slice(), b"\x18\x0f99991231235959Z"].concat();
    assert!(prepared.to_be_signed().as_bytes().windows(expected.len()).any(|window| window == expected));
    assert_eq!(prepared.sign(&key).unwrap().inspect_unverified().not_after, 253_402_300_799);
}

#[test]
fn a_pseudonym_names_one_pseudonym_and_one_client_of_one_provider() {
    let root = root();
    let with = |user: &str, client: &str| {
        let profile = PseudonymProfile::new(&leaf_key(9), &uri(user), &uri(client), Validity::days(NOW, 30).unwrap());
        prepare_pseudonym(&root.ca, &profile, &mut Counter(3))
    };
    assert!(with(USER, CLIENT).is_ok());
    assert_eq!(code(with("mimi://a.example/u/alice", CLIENT)), Code::UriKind);
    assert_eq!(code(with(CLIENT, USER)), Code::UriKind);
    assert_eq!(code(with(USER, "mimi://a.example/r/room")), Code::UriKind);
    assert_eq!(code(with(USER, "mimi://b.example/d/x")), Code::UriKind);
}

#[test]
fn identity_values_must_be_writable() {
    let root = root();
    let bare = || IdentityProfile::new(&leaf_key(9), Validity::days(NOW, 30).unwrap());
    let refused = |profile: IdentityProfile| code(prepare_identity(&root.ca, &profile, &mut Counter(3)));
    assert_eq!(refused(bare()), Code::NameUnusable);
    assert_eq!(refused(bare().with_display_name("")), Code::NameUnusable);
    assert_eq!(refused(bare().with_display_name("a".repeat(65))), Code::NameUnusable);
    assert_eq!(refused(bare().with_display_name("Alice\u{0}")), Code::NameUnusable);
    assert_eq!(refused(bare().with_email("alice")), Code::NameUnusable);
    assert_eq!(refused(bare().with_email("älice@example.com")), Code::NameUnusable);
    assert_eq!(refused(bare().with_email("alice@")), Code::NameUnusable);
    assert_eq!(refused(bare().with_uri("no scheme")), Code::NameUnusable);
    assert_eq!(refused(bare().with_uri("https://ä.example")), Code::NameUnusable);
    assert_eq!(refused(bare().with_uri("mimi://a.example/u/alice")), Code::UriKind);
    assert_eq!(refused(bare().with_user(&uri(CLIENT))), Code::UriKind);
    assert_eq!(refused(bare().with_client(&uri(USER))), Code::UriKind);
    assert_eq!(refused(bare().with_user(&uri(USER)).with_client(&uri("mimi://b.example/d/x"))), Code::UriKind);
    let longest = bare().with_display_name("ä".repeat(64)).with_uri("tel:+1-201-555-0123");
    assert!(prepare_identity(&root.ca, &longest, &mut Counter(3)).is_ok());
    let profile = CaProfile::new("\n", Validity::days(NOW, 30).unwrap());
    assert_eq!(code(prepare_root(&profile, root.key.public(), &mut Counter(0))), Code::NameUnusable);
}

#[test]
fn a_ca_is_taken_from_its_certificate() {
    let root = root();
    assert_eq!(code(Ca::from_certificate(&pseudonym(&root))), Code::NotACa);
    assert_eq!(root.ca.key(), root.key.public());

    // A CA of another maker, with other string types in its name, works as well.
    let mut params = ca_params("Other", None);
    params.distinguished_name.push(DnType::CountryName, rcgen::DnValue::PrintableString("DE".try_into().unwrap()));
    let domain = rcgen::DnValue::Ia5String("example".try_into().unwrap());
    params.distinguished_name.push(DnType::CustomDnType(vec![0, 9, 2342, 19_200_300, 100, 1, 25]), domain);
    let odd = OddCa::root(params, 40);
    let ca = Ca::from_certificate(&odd.certificate).unwrap();
    let certificate = prepare_pseudonym(&ca, &pseudonym_profile(&leaf_key(9)), &mut Counter(3)).unwrap().sign(&odd.key).unwrap();
    assert!(verify(&[&certificate], &[odd.anchor()], Profile::Pseudonym).is_ok());

    // A name type that cannot be written again.
    let mut params = ca_params("Other", None);
    params.distinguished_name.push(DnType::LocalityName, rcgen::DnValue::BmpString("Bonn".try_into().unwrap()));
    assert_eq!(code(Ca::from_certificate(&OddCa::root(params, 40).certificate)), Code::NameUnusable);

    // No subjectKeyIdentifier.
    let mut params = ca_params("Other", None);
    params.is_ca = rcgen::IsCa::NoCa;
    params.custom_extensions = vec![extension(&[2, 5, 29, 19], true, &[0x30, 3, 1, 1, 0xff])];
    assert_eq!(code(Ca::from_certificate(&OddCa::root(params, 40).certificate)), Code::NotACa);

    // keyUsage without keyCertSign.
    let mut params = ca_params("Other", None);
    params.key_usages = vec![rcgen::KeyUsagePurpose::DigitalSignature];
    assert_eq!(code(Ca::from_certificate(&OddCa::root(params, 40).certificate)), Code::NotACa);

    // An RSA key.
    let odd = odd_root();
    let rsa = odd.issue(&ca_params("RSA", None), &OddKey(&rcgen::PKCS_RSA_SHA256, vec![0x30, 0]));
    assert_eq!(code(Ca::from_certificate(&rsa)), Code::AlgUnsupported);
}

/// rcgen cannot write two attributes of one type; name chaining would break.
#[test]
fn a_ca_whose_name_does_not_come_out_the_same_is_refused() {
    let root = root_named("AAAAA", Algorithm::Ed25519, 1);
    // Turn O=A Example, CN=AAAAA into CN=A Example, CN=AAAAA. The signature breaks, but nobody asks for it here.
    let mut der = root.certificate().as_der().to_vec();
    let organization = [0x06, 0x03, 0x55, 0x04, 0x0a];
    for start in 0..der.len() - 5 {
        if der[start..start + 5] == organization {
            der[start + 4] = 0x03;
        }
    }
    assert_eq!(code(Ca::from_certificate(&Certificate::from_der(&der).unwrap())), Code::NameUnusable);
}

/// Found by fuzzing: an attribute 2.52.10, of whose identifier x509-parser makes {3 9 ...}.
#[test]
fn a_ca_may_have_any_attribute_in_its_name() {
    let root = root();
    let mut der = root.certificate().as_der().to_vec();
    let organization = [0x06, 0x03, 0x55, 0x04, 0x0a];
    for start in 0..der.len() - 5 {
        if der[start..start + 5] == organization {
            der[start + 2] = 0x81;
        }
    }
    let odd = Certificate::from_der(&der).unwrap();
    assert_eq!(odd.inspect_unverified().subject[0].oid, "2.52.10");
    let ca = Ca::from_certificate(&odd).unwrap();
    let leaf = prepare_pseudonym(&ca, &pseudonym_profile(&leaf_key(9)), &mut Counter(3)).unwrap().sign(&root.key).unwrap();
    leaf.check_issuer(&odd).unwrap();
}

#[test]
fn certificates_travel_as_pem() {
    let root = root();
    let leaf = pseudonym(&root);
    let text = format!("{}{}", leaf.to_pem(), root.certificate().to_pem());
    assert!(text.starts_with("-----BEGIN CERTIFICATE-----\nMII"));
    assert_eq!(Certificate::from_pem(&text).unwrap(), [leaf.clone(), root.certificate().clone()]);
    assert_eq!(code(Certificate::from_pem(&text.replace("CERTIFICATE", "X509 CRL"))), Code::Malformed);
    assert_eq!(code(Certificate::from_pem("")), Code::Malformed);
}

/// What is issued is not read back before somebody asks; it reads like what is received.
#[test]
fn what_was_issued_reads_like_what_is_received() {
    let root = root();
    let ca = issuing_ca(&root);
    for issued in [root.certificate().clone(), ca.certificate().clone(), pseudonym(&ca), identity(&ca)] {
        let received = Certificate::from_der(issued.as_der()).unwrap();
        assert_eq!(issued.inspect_unverified(), received.inspect_unverified());
        assert_eq!((issued.serial(), issued.tbs_sha256()), (received.serial(), received.tbs_sha256()));
    }
}

#[test]
fn a_certificate_that_nobody_would_read_is_not_issued() {
    let root = root();
    let with = |emails: u32| {
        let profile =
            (0..emails).fold(identity_profile(&leaf_key(9)), |profile, n| profile.with_email(format!("alice{n}@a.example")));
        prepare_identity(&root.ca, &profile, &mut Counter(3)).unwrap().sign(&root.key)
    };
    assert!(with(100).is_ok());
    assert_eq!(code(with(1000)), Code::Limit);
}
