//! A certificate laid open.

use mimicred_keys::Algorithm;
use mimicred_x509::*;

use crate::common::*;

#[test]
fn a_pseudonym_certificate_is_laid_open() {
    let root = root();
    let leaf = pseudonym(&root);
    let inspection = leaf.inspect_unverified();
    assert!(inspection.subject.is_empty());
    let issuer: Vec<(&str, &str)> =
        inspection.issuer.iter().map(|attribute| (attribute.oid.as_str(), attribute.value.as_str())).collect();
    assert_eq!(issuer, [("2.5.4.10", "A Example"), ("2.5.4.3", "A Root")]);
    assert!(!inspection.is_ca && !inspection.is_self_issued);
    let names: Vec<&str> = inspection.alternative_names.iter().map(|name| name.value.as_str()).collect();
    assert_eq!(names, [USER, CLIENT]);
    assert_eq!(inspection.serial, "4405060708090a0b0c0d0e0f10111213");
    assert_eq!(inspection.signature_algorithm, "1.3.101.112");
    assert_eq!(inspection.key_algorithm, "1.3.101.112");
    assert_eq!(inspection.key, Some(leaf_key(9)));
    assert_eq!(inspection.spki_sha256, leaf.spki_sha256());
    assert_eq!(inspection.tbs_sha256, leaf.tbs_sha256());
    assert_eq!(inspection.policies, [PSEUDONYM_POLICY]);
    let extensions: Vec<(Option<&str>, bool)> =
        inspection.extensions.iter().map(|extension| (extension.name, extension.critical)).collect();
    let expected = [
        (Some("authorityKeyIdentifier"), false),
        (Some("subjectAltName"), true),
        (Some("keyUsage"), true),
        (Some("basicConstraints"), true),
        (Some("certificatePolicies"), false),
    ];
    assert_eq!(extensions, expected);
    assert_eq!(inspection.extensions[2].value, [3, 2, 7, 0x80]);
    assert_eq!(inspection.extensions[2].oid, "2.5.29.15");
}

#[test]
fn roots_and_strange_keys_are_laid_open_too() {
    let root = root_named("P", Algorithm::P384, 1).certificate().inspect_unverified();
    assert!(root.is_ca && root.is_self_issued);
    assert_eq!(root.signature_algorithm, "1.2.840.10045.4.3.3");
    assert_eq!(root.key_algorithm, "1.2.840.10045.2.1");

    let mut params = pseudonym_params();
    params.custom_extensions.push(extension(&[1, 2, 3], false, &[5, 0]));
    let strange = odd_root().issue(&params, &OddKey(&rcgen::PKCS_RSA_SHA256, vec![0x30, 0])).inspect_unverified();
    assert_eq!(strange.key, None);
    assert_eq!(strange.key_algorithm, "1.2.840.113549.1.1.1");
    assert_eq!(strange.extensions.last().unwrap().name, None);
}

/// Debug shows no more than is public, and not all the octets.
#[test]
fn debug_output_is_short() {
    let leaf = pseudonym(&root());
    assert!(format!("{leaf:?}").len() < 60);
}
