//! The profiles of end entities: one breach each.

use mimicred_error::{At, Report};
use mimicred_x509::*;
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyUsagePurpose, SanType};

use crate::common::*;

const BASIC_CONSTRAINTS: usize = 0;

fn check(profile: Profile, change: impl FnOnce(&mut CertificateParams)) -> Result<VerifiedChain, Error> {
    let root = odd_root();
    let mut params = pseudonym_params();
    change(&mut params);
    let chain = UnverifiedChain::new(vec![root.try_issue(&params, &odd_key(&leaf_key(9)))?])?;
    chain.verify(&Expectations { anchors: &[root.anchor()], at: NOW, profile })
}

#[track_caller]
fn breach(field: &'static str, change: impl FnOnce(&mut CertificateParams)) {
    let error = check(Profile::Pseudonym, change).expect_err("refused");
    assert_eq!((error.code(), error.place()), (Code::Profile, &At::Field(field.into())), "{error}");
}

#[test]
fn the_template_keeps_to_the_profile() {
    assert!(check(Profile::Pseudonym, |_| {}).is_ok());
    assert!(check(Profile::Identity, |_| {}).is_ok());
    assert!(check(Profile::Any, |_| {}).is_ok());
}

#[test]
fn a_pseudonym_has_an_empty_subject() {
    breach("subjectAltName", |params| params.subject_alt_names.clear());
    breach("subject", |params| params.distinguished_name.push(DnType::CommonName, "Alice"));
}

#[test]
fn a_pseudonym_has_one_pseudonym_and_one_client_uri() {
    breach("subjectAltName", |params| params.subject_alt_names.truncate(1));
    breach("subjectAltName", |params| {
        params.subject_alt_names.remove(0);
    });
    breach("subjectAltName", |params| params.subject_alt_names[0] = san_uri("mimi://a.example/u/alice"));
    breach("subjectAltName", |params| params.subject_alt_names.push(san_uri("https://a.example/")));
    breach("subjectAltName", |params| params.subject_alt_names.push(SanType::DnsName("a.example".try_into().unwrap())));
    // in the other order it is still both
    assert!(check(Profile::Pseudonym, |params| params.subject_alt_names.reverse()).is_ok());
}

/// Step 0 of mimi-mls.md 3.5.3, in every profile.
#[test]
fn nobody_names_two_users_or_two_clients_or_two_providers() {
    for profile in [Profile::Pseudonym, Profile::Identity, Profile::Any] {
        let with = |uri: &str| code(check(profile, |params| params.subject_alt_names.push(san_uri(uri))));
        assert_eq!(with("mimi://a.example/p/CCCCCCCCCCCCCCCCCCCCCA"), Code::Profile);
        assert_eq!(with("mimi://a.example/u/alice"), Code::Profile);
        assert_eq!(with(USER), Code::Profile);
        assert_eq!(with("mimi://a.example/d/Other"), Code::Profile);
        let other_host = check(profile, |params| params.subject_alt_names[1] = san_uri("mimi://b.example/d/x"));
        assert_eq!(code(other_host), Code::Profile);
    }
}

#[test]
fn names_in_the_san_are_well_formed() {
    let with = |name: SanType| code(check(Profile::Any, |params| params.subject_alt_names.push(name)));
    for text in [
        "MIMI://a.example/u/alice",
        "Mimi:x",
        "mimi://A.example/u/alice",
        "mimi://a.example/u/alice?x",
        "mimi://a.example/r/room",
        "mimi://a.example",
        "mimi://b.example/b/bob",
        "no-scheme",
        "1a:b",
        "https:",
        "https://a b",
        "https://a/<>",
    ] {
        assert_eq!(with(san_uri(text)), Code::SanGrammar, "{text}");
    }
    for text in ["alice", "@a.example", "alice@"] {
        assert_eq!(with(SanType::Rfc822Name(text.try_into().unwrap())), Code::SanGrammar, "{text}");
    }
    assert!(check(Profile::Any, |params| params.subject_alt_names.push(san_uri("tel:+1-201-555-0123"))).is_ok());
}

/// What rcgen would not write: an address of three octets, a name that is not ASCII, an unknown kind of name.
#[test]
fn broken_names_are_refused_when_read() {
    let with = |name: &[u8]| {
        let mut params = pseudonym_params();
        params.subject_alt_names.clear();
        let content = [&[0x30, u8::try_from(name.len()).unwrap()], name].concat();
        params.custom_extensions.push(extension(&[2, 5, 29, 17], true, &content));
        odd_root().try_issue(&params, &odd_key(&leaf_key(9)))
    };
    assert!(with(&[0x87, 4, 192, 0, 2, 1]).is_ok());
    assert_eq!(code(with(&[0x87, 3, 192, 0, 2])), Code::SanGrammar);
    assert_eq!(code(with(&[0x86, 3, b'a', 0xc3, 0xbc])), Code::SanGrammar);
    assert_eq!(code(with(&[0x86, 3, b'a', b':', 0])), Code::SanGrammar);
    assert_eq!(code(with(&[0x86, 0])), Code::SanGrammar);
    assert_eq!(code(with(&[0x86, 2, 0xff, 0xfe])), Code::SanGrammar);
    assert_eq!(code(with(&[0x8a, 1, 0])), Code::SanGrammar);
    assert_eq!(with(&[0x88, 3, 0x2b, 0x65, 0x70]).unwrap().inspect_unverified().alternative_names[0].value, "1.3.101.112");
}

#[test]
fn the_san_of_an_empty_subject_is_critical() {
    let uncritical = |params: &mut CertificateParams| {
        let mut content = vec![0x30, 86];
        for uri in [USER, CLIENT] {
            content.extend([0x86, 41]);
            content.extend(uri.bytes());
        }
        params.subject_alt_names.clear();
        params.custom_extensions.push(extension(&[2, 5, 29, 17], false, &content));
    };
    breach("subjectAltName", uncritical);
    assert_eq!(code(check(Profile::Identity, uncritical)), Code::Profile);
    assert!(check(Profile::Any, uncritical).is_ok());
}

#[test]
fn the_key_may_sign_and_nothing_else() {
    for profile in [Profile::Pseudonym, Profile::Identity, Profile::Any] {
        let with = |usages: &[KeyUsagePurpose]| check(profile, |params| params.key_usages = usages.to_vec());
        assert_eq!(code(with(&[KeyUsagePurpose::KeyAgreement])), Code::KeyUsage);
        assert_eq!(code(with(&[KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyCertSign])), Code::KeyUsage);
        assert_eq!(code(with(&[KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::CrlSign])), Code::KeyUsage);
        assert_eq!(with(&[]).is_ok(), profile == Profile::Any);
    }
    // keyAgreement besides is what draft-ietf-mimi-identifiers shows
    let both = [KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyAgreement];
    assert!(check(Profile::Identity, |params| params.key_usages = both.to_vec()).is_ok());
    breach("keyUsage", |params| params.key_usages = both.to_vec());
}

#[test]
fn key_usage_and_basic_constraints_are_critical() {
    let uncritical_usage = |params: &mut CertificateParams| {
        params.key_usages.clear();
        params.custom_extensions.push(extension(&[2, 5, 29, 15], false, &[3, 2, 7, 0x80]));
    };
    breach("keyUsage", uncritical_usage);
    assert_eq!(code(check(Profile::Identity, uncritical_usage)), Code::Profile);
    let uncritical = |params: &mut CertificateParams| params.custom_extensions[BASIC_CONSTRAINTS].set_criticality(false);
    breach("basicConstraints", uncritical);
    assert_eq!(code(check(Profile::Identity, uncritical)), Code::Profile);
    let missing = |params: &mut CertificateParams| {
        params.custom_extensions.remove(BASIC_CONSTRAINTS);
    };
    breach("basicConstraints", missing);
    assert!(check(Profile::Any, missing).is_ok());
}

#[test]
fn the_authority_key_identifier_is_the_identifier_alone() {
    breach("authorityKeyIdentifier", |params| params.use_authority_key_identifier_extension = false);
    // [0] keyIdentifier, [1] authorityCertIssuer, [2] authorityCertSerialNumber
    let serial = [0x30, 17, 0x80, 8, b'O', b'd', b'd', b' ', b'R', b'o', b'o', b't', 0x81, 2, 0x82, 0, 0x82, 1, 1];
    let with_serial = |params: &mut CertificateParams| {
        params.use_authority_key_identifier_extension = false;
        let mut content = serial[..12].to_vec();
        content.extend([0xa1, 4, 0xa4, 2, 0x30, 0, 0x82, 1, 1]);
        content[1] = u8::try_from(content.len() - 2).unwrap();
        params.custom_extensions.push(extension(&[2, 5, 29, 35], false, &content));
    };
    breach("authorityKeyIdentifier", with_serial);
}

#[test]
fn a_pseudonym_has_one_bare_policy() {
    breach("certificatePolicies", |params| {
        params.custom_extensions.pop();
    });
    breach("certificatePolicies", |params| params.custom_extensions[1] = policies(&[PSEUDONYM_POLICY, "1.2.3"]));
    // with a cPSuri qualifier
    let qualified = [
        &[0x30, 29, 0x30, 27, 0x06, 2, 0x2a, 3, 0x30, 21, 0x30, 19, 0x06, 8, 0x2b, 6, 1, 5, 5, 7, 2, 1, 0x16, 7][..],
        b"http://",
    ]
    .concat();
    breach("certificatePolicies", |params| params.custom_extensions[1] = extension(&[2, 5, 29, 32], false, &qualified));
    assert!(check(Profile::Pseudonym, |params| params.custom_extensions[1] = policies(&["1.2.3"])).is_ok());
}

/// B-9, B-17: whatever else could tell certificates apart.
#[test]
fn a_pseudonym_has_no_other_extension() {
    breach("subjectKeyIdentifier", |params| params.custom_extensions.push(extension(&[2, 5, 29, 14], false, &[4, 1, 7])));
    breach("extKeyUsage", |params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]);
    let access = extension(&[1, 3, 6, 1, 5, 5, 7, 1, 1], false, &[0x30, 0]);
    breach("authorityInfoAccess", |params| params.custom_extensions.push(access));
    breach("extensions", |params| params.custom_extensions.push(extension(&[1, 2, 3], false, &[5, 0])));
    assert!(check(Profile::Any, |params| params.custom_extensions.push(extension(&[1, 2, 3], false, &[5, 0]))).is_ok());
}

#[test]
fn an_identity_says_something() {
    let silent = |params: &mut CertificateParams| params.subject_alt_names.clear();
    let error = check(Profile::Identity, silent).expect_err("refused");
    assert_eq!((error.code(), error.place()), (Code::Profile, &At::Field("subject".into())));
    assert!(check(Profile::Any, silent).is_ok());
    assert!(
        check(Profile::Identity, |params| {
            params.subject_alt_names.clear();
            params.distinguished_name.push(DnType::CommonName, "Alice");
        })
        .is_ok()
    );
}

#[test]
fn our_identity_certificates_keep_to_their_profile_and_not_to_the_other() {
    let root = root();
    let leaf = identity(&root);
    assert!(verify(&[&leaf], &[root.anchor()], Profile::Identity).is_ok());
    assert!(verify(&[&leaf], &[root.anchor()], Profile::Any).is_ok());
    assert_eq!(code(verify(&[&leaf], &[root.anchor()], Profile::Pseudonym)), Code::Profile);
}
