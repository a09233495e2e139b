//! Chains that do not lead to an anchor: one breach and its code each.

use mimicred_error::{At, Report};
use mimicred_keys::Algorithm;
use mimicred_x509::*;
use rcgen::{KeyUsagePurpose, NameConstraints};

use crate::common::*;

fn at(certificates: &[&Certificate], anchors: &[Anchor], at: i64) -> Result<VerifiedChain, Error> {
    chain(certificates).verify(&Expectations { anchors, at, profile: Profile::Any })
}

#[track_caller]
fn refused(result: Result<VerifiedChain, Error>, code: Code, place: At) {
    let error = result.expect_err("refused");
    assert_eq!((error.code(), error.place()), (code, &place), "{error}");
}

#[test]
fn times_are_inclusive_at_both_ends() {
    let root = root();
    let leaf = pseudonym(&root);
    let anchors = [root.anchor()];
    let inspection = leaf.inspect_unverified();
    let (first, last) = (inspection.not_before, inspection.not_after);
    assert!(at(&[&leaf], &anchors, first).is_ok());
    assert!(at(&[&leaf], &anchors, last).is_ok());
    refused(at(&[&leaf], &anchors, first - 1), Code::NotYetValid, At::Item(0));
    refused(at(&[&leaf], &anchors, last + 1), Code::Expired, At::Item(0));
    refused(at(&[&leaf], &anchors, i64::MAX), Code::Expired, At::Item(0));
    assert_eq!(code(at(&[&leaf], &anchors, -1)), Code::NotYetValid);
    assert_eq!(code(at(&[&leaf], &anchors, i64::MIN)), Code::NotYetValid);
}

#[test]
fn an_expired_intermediate_breaks_the_chain_and_bounds_its_validity() {
    let root = odd_root();
    let mut params = ca_params("Short", None);
    params.not_after = rcgen::date_time_ymd(2026, 10, 1);
    let short = root.below(params, 41);
    let leaf = short.issue_leaf(&pseudonym_params());
    let path = [&leaf, &short.certificate];
    let anchors = [root.anchor()];
    let october = 1_790_812_800;
    assert_eq!(at(&path, &anchors, NOW).unwrap().not_after(), october);
    refused(at(&path, &anchors, october + 1), Code::Expired, At::Item(1));
}

/// RFC 5280 6.1.1 (d): a trust anchor's own dates are not looked at.
#[test]
fn an_anchor_is_trusted_whatever_its_dates() {
    let mut params = ca_params("Old", None);
    params.not_after = rcgen::date_time_ymd(2026, 9, 2);
    let old = OddCa::root(params, 41);
    assert!(at(&[&old.issue_leaf(&pseudonym_params())], &[old.anchor()], NOW).is_ok());
}

#[test]
fn without_the_anchor_the_issuer_is_untrusted() {
    let root = root();
    let ca = issuing_ca(&root);
    let leaf = pseudonym(&ca);
    let path = [&leaf, ca.certificate()];
    refused(at(&path, &[], NOW), Code::IssuerUntrusted, At::Item(1));
    refused(at(&path, &[root_named("B Root", Algorithm::Ed25519, 50).anchor()], NOW), Code::IssuerUntrusted, At::Item(1));
    // the intermediate is missing
    refused(at(&[&leaf], &[root.anchor()], NOW), Code::IssuerUntrusted, At::Item(0));
}

#[test]
fn another_ca_of_the_same_name_is_untrusted_and_not_a_bad_signature() {
    let leaf = pseudonym(&root());
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        let other = root_named("A Root", algorithm, 50);
        let error = at(&[&leaf], &[other.anchor()], NOW).expect_err("refused");
        assert_eq!(error.code(), Code::IssuerUntrusted);
        assert_eq!(error.remark(), Some("an anchor has the issuer's name but another key"));
    }
}

#[test]
fn the_same_key_under_another_name_is_untrusted() {
    let leaf = pseudonym(&root());
    let renamed = root_named("Renamed", Algorithm::Ed25519, 1);
    let error = at(&[&leaf], &[renamed.anchor()], NOW).expect_err("refused");
    assert_eq!(error.code(), Code::IssuerUntrusted);
    assert_eq!(error.remark(), Some("an anchor has the issuer's key identifier but another name"));
}

fn break_signature(certificate: &Certificate) -> Certificate {
    let mut der = certificate.as_der().to_vec();
    let last = der.len() - 1;
    der[last] ^= 1;
    Certificate::from_der(&der).unwrap()
}

#[test]
fn a_bad_signature_is_named_with_or_without_an_anchor() {
    let root = root();
    let ca = issuing_ca(&root);
    let leaf = pseudonym(&ca);
    let broken = break_signature(&leaf);
    for anchors in [vec![root.anchor()], vec![root_named("B Root", Algorithm::P384, 50).anchor()], vec![]] {
        refused(at(&[&broken, ca.certificate()], &anchors, NOW), Code::SignatureInvalid, At::Item(0));
    }
    refused(at(&[&leaf, &break_signature(ca.certificate())], &[root.anchor()], NOW), Code::SignatureInvalid, At::Item(1));
    refused(at(&[&break_signature(&pseudonym(&root))], &[root.anchor()], NOW), Code::SignatureInvalid, At::Item(0));
}

#[test]
fn an_unsupported_algorithm_is_named_with_or_without_an_anchor() {
    let root = odd_root();
    // Says that it is signed with RSA.
    let params = pseudonym_params();
    let rsa = OddKey(&rcgen::PKCS_RSA_SHA256, vec![0x30, 0]);
    let issuer = rcgen::Issuer::from_params(&root.params, &rsa);
    let leaf = read(&params.signed_by(&odd_key(&leaf_key(9)), &issuer).unwrap());
    refused(at(&[&leaf], &[root.anchor()], NOW), Code::AlgUnsupported, At::Item(0));
    refused(at(&[&leaf], &[], NOW), Code::AlgUnsupported, At::Item(0));

    // An intermediate with an RSA key, an Ed25519 signature below it, and no anchor.
    let intermediate = root.issue(&ca_params("RSA", None), &rsa);
    let below = OddCa { params: ca_params("RSA", None), key: issuer_key(Algorithm::Ed25519, 60), certificate: intermediate };
    let leaf = below.issue_leaf(&params);
    refused(at(&[&leaf, &below.certificate], &[], NOW), Code::AlgUnsupported, At::Item(0));
    refused(at(&[&leaf, &below.certificate], &[root.anchor()], NOW), Code::AlgUnsupported, At::Item(0));

    // An end entity with an RSA key, and one with a P-521 key.
    for key in [OddKey(&rcgen::PKCS_RSA_SHA256, vec![0x30, 0]), odd_key(issuer_key(Algorithm::P521, 5).public())] {
        let leaf = root.issue(&params, &key);
        assert_eq!(code(UnverifiedChain::new(vec![leaf])), Code::AlgUnsupported);
    }
}

/// Keys for which anybody can sign: the neutral point of Ed25519, and octets that are no point of P-256.
#[test]
fn an_end_entity_with_a_weak_or_impossible_key_is_malformed() {
    let mut neutral = vec![0; 32];
    neutral[0] = 1;
    let no_point = [&[4][..], &[1; 64]].concat();
    for key in [OddKey(&rcgen::PKCS_ED25519, neutral), OddKey(&rcgen::PKCS_ECDSA_P256_SHA256, no_point)] {
        let leaf = odd_root().issue(&pseudonym_params(), &key);
        assert_eq!(code(UnverifiedChain::new(vec![leaf])), Code::Malformed);
    }
}

/// P-384 with SHA-256 is a known pair elsewhere; here each curve has one hash.
#[test]
fn a_signature_algorithm_must_fit_the_issuers_key() {
    let key = issuer_key(Algorithm::P384, 61);
    let params = ca_params("Odd", None);
    let mismatched = OddKey(&rcgen::PKCS_ECDSA_P256_SHA256, key.public().octets().to_vec());
    let root = read(&params.self_signed(&RcgenKey(&key)).unwrap());
    let issuer = rcgen::Issuer::from_params(&params, &mismatched);
    let leaf = read(&pseudonym_params().signed_by(&odd_key(&leaf_key(9)), &issuer).unwrap());
    refused(at(&[&leaf], &[Anchor::from_certificate(&root).unwrap()], NOW), Code::AlgUnsupported, At::Item(0));
}

#[test]
fn each_certificate_must_certify_the_one_before() {
    let root = root();
    let ca = issuing_ca(&root);
    let leaf = pseudonym(&ca);
    let anchors = [root.anchor()];
    refused(at(&[&leaf, root.certificate(), ca.certificate()], &anchors, NOW), Code::ChainOrder, At::Item(1));
    refused(at(&[&leaf, ca.certificate(), ca.certificate()], &anchors, NOW), Code::ChainOrder, At::Item(2));
    let stranger = root_named("B Root", Algorithm::Ed25519, 50);
    refused(at(&[&leaf, ca.certificate(), stranger.certificate()], &anchors, NOW), Code::ChainOrder, At::Item(2));
}

#[test]
fn a_ca_is_no_end_entity_and_an_end_entity_no_ca() {
    let root = odd_root();
    let anchors = [root.anchor()];
    let ca = root.below(ca_params("CA", None), 41);
    refused(at(&[&ca.certificate], &anchors, NOW), Code::BasicConstraints, At::Item(0));

    let mut params = ca_params("No CA", None);
    params.is_ca = rcgen::IsCa::ExplicitNoCa;
    let no_ca = root.below(params, 42);
    let leaf = no_ca.issue_leaf(&pseudonym_params());
    refused(at(&[&leaf, &no_ca.certificate], &anchors, NOW), Code::BasicConstraints, At::Whole);
}

#[test]
fn path_lengths_hold() {
    let root = odd_root();
    let anchors = [root.anchor()];
    let one = root.below(ca_params("One", Some(0)), 41);
    let two = one.below(ca_params("Two", None), 42);
    let leaf = two.issue_leaf(&pseudonym_params());
    refused(at(&[&leaf, &two.certificate, &one.certificate], &anchors, NOW), Code::BasicConstraints, At::Whole);
    let leaf = one.issue_leaf(&pseudonym_params());
    assert!(at(&[&leaf, &one.certificate], &anchors, NOW).is_ok());
}

#[test]
fn issuers_need_key_cert_sign() {
    let root = odd_root();
    let anchors = [root.anchor()];
    for usages in [vec![KeyUsagePurpose::DigitalSignature], vec![KeyUsagePurpose::CrlSign], vec![]] {
        let mut params = ca_params("CA", None);
        params.key_usages = usages;
        let ca = root.below(params, 41);
        let leaf = ca.issue_leaf(&pseudonym_params());
        refused(at(&[&leaf, &ca.certificate], &anchors, NOW), Code::KeyUsage, At::Item(1));
    }
}

#[test]
fn an_ext_key_usage_for_something_else_is_refused() {
    let root = odd_root();
    let mut params = pseudonym_params();
    params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
    refused(at(&[&root.issue_leaf(&params)], &[root.anchor()], NOW), Code::KeyUsage, At::Whole);
}

#[test]
fn an_unknown_critical_extension_is_named() {
    let root = odd_root();
    let anchors = [root.anchor()];
    let mut params = pseudonym_params();
    params.custom_extensions.push(extension(&[1, 2, 3, 4], true, &[5, 0]));
    let error = at(&[&root.issue_leaf(&params)], &anchors, NOW).expect_err("refused");
    assert_eq!((error.code(), error.place()), (Code::CriticalExtensionUnknown, &At::Item(0)));
    assert_eq!(error.remark(), Some("1.2.3.4"));

    let mut params = ca_params("CA", None);
    params.custom_extensions.push(extension(&[2, 5, 29, 36], true, &[0x30, 3, 0x80, 1, 0]));
    let ca = root.below(params, 41);
    let leaf = ca.issue_leaf(&pseudonym_params());
    let error = at(&[&leaf, &ca.certificate], &anchors, NOW).expect_err("refused");
    assert_eq!((error.code(), error.place()), (Code::CriticalExtensionUnknown, &At::Item(1)));
    assert_eq!(error.remark(), Some("2.5.29.36"));
}

/// nameConstraints with permitted [0] or excluded [1] subtrees of one URI: rcgen cannot write them.
fn uri_constraints(tag: u8) -> rcgen::CustomExtension {
    let base = b"a.example";
    let mut content = vec![0x30, 15, tag, 13, 0x30, 11, 0x86, 9];
    content.extend(base);
    extension(&[2, 5, 29, 30], true, &content)
}

#[test]
fn uri_constraints_are_unsupported() {
    for tag in [0xa0, 0xa1] {
        let mut params = ca_params("Constrained", None);
        params.custom_extensions.push(uri_constraints(tag));
        // in an intermediate
        let root = odd_root();
        let ca = root.below(params.clone(), 41);
        let leaf = ca.issue_leaf(&pseudonym_params());
        assert_eq!(code(at(&[&leaf, &ca.certificate], &[root.anchor()], NOW)), Code::NameConstraintsUnsupported);
        // in an anchor
        let root = OddCa::root(params, 42);
        let leaf = root.issue_leaf(&pseudonym_params());
        assert_eq!(code(at(&[&leaf], &[root.anchor()], NOW)), Code::NameConstraintsUnsupported);
    }
}

#[test]
fn email_and_directory_name_constraints_are_unsupported() {
    let email = rcgen::GeneralSubtree::Rfc822Name("example.com".into());
    let directory = rcgen::GeneralSubtree::DirectoryName(rcgen::DistinguishedName::new());
    for subtree in [email, directory] {
        let mut params = ca_params("Constrained", None);
        params.name_constraints = Some(NameConstraints { permitted_subtrees: vec![subtree], excluded_subtrees: vec![] });
        let root = OddCa::root(params, 42);
        let mut params = pseudonym_params();
        params.subject_alt_names.push(rcgen::SanType::Rfc822Name("alice@example.com".try_into().unwrap()));
        let leaf = root.issue_leaf(&params);
        assert_eq!(code(at(&[&leaf], &[root.anchor()], NOW)), Code::NameConstraintsUnsupported);
    }
}

#[test]
fn dns_constraints_are_compared() {
    let mut params = ca_params("Constrained", None);
    let permitted = rcgen::GeneralSubtree::DnsName("a.example".into());
    params.name_constraints = Some(NameConstraints { permitted_subtrees: vec![permitted], excluded_subtrees: vec![] });
    let root = OddCa::root(params, 42);
    let with = |name: &str| {
        let mut params = pseudonym_params();
        params.subject_alt_names.push(rcgen::SanType::DnsName(name.try_into().unwrap()));
        at(&[&root.issue_leaf(&params)], &[root.anchor()], NOW)
    };
    assert!(with("alice.a.example").is_ok());
    assert_eq!(code(with("alice.b.example")), Code::NameConstraintsViolated);
    // A constraint on names that do not occur constrains nothing.
    assert!(at(&[&root.issue_leaf(&pseudonym_params())], &[root.anchor()], NOW).is_ok());
}
