//! Chains that lead to an anchor.

use mimicred_keys::{Algorithm, sha256};
use mimicred_x509::*;

use crate::common::*;

#[test]
fn a_pseudonym_below_the_issuing_ca_is_verified() {
    let root = root();
    let ca = issuing_ca(&root);
    let leaf = pseudonym(&ca);
    let verified = verify(&[&leaf, ca.certificate()], &[root.anchor()], Profile::Pseudonym).unwrap();
    assert_eq!(verified.subject_key(), &leaf_key(9));
    assert_eq!(verified.user_uri(), Some(&uri(USER)));
    assert_eq!(verified.client_uri(), Some(&uri(CLIENT)));
    assert_eq!(verified.anchor(), 0);
    assert_eq!(verified.path(), [leaf.clone(), ca.certificate().clone(), root.certificate().clone()]);
    assert_eq!(
        verified.path_spki_sha256(),
        [leaf.spki_sha256(), ca.certificate().spki_sha256(), root.certificate().spki_sha256()]
    );
    assert_eq!(verified.path_spki_sha256()[0], sha256(&leaf_key(9).to_spki_der()));
    assert_eq!(verified.tbs_sha256(), leaf.tbs_sha256());
    assert!(verified.is_pseudonym());
    let start = NOW - NOW % DAY;
    assert_eq!((verified.not_before(), verified.not_after()), (start, start + 30 * DAY));
}

#[test]
fn the_token_hash_is_over_what_was_signed() {
    let root = root();
    let prepared = prepare_pseudonym(&root.ca, &pseudonym_profile(&leaf_key(9)), &mut Counter(3)).unwrap();
    let expected = sha256(prepared.to_be_signed().as_bytes());
    assert_eq!(prepared.sign(&root.key).unwrap().tbs_sha256(), expected);

    // Two ECDSA signatures over the same content: two certificates, one hash.
    let root = root_named("P", Algorithm::P256, 1);
    let prepared = prepare_pseudonym(&root.ca, &pseudonym_profile(&leaf_key(9)), &mut Counter(3)).unwrap();
    let (one, two) = (prepared.sign(&root.key).unwrap(), prepared.sign(&root.key).unwrap());
    assert_ne!(one, two);
    assert_eq!(one.tbs_sha256(), two.tbs_sha256());
}

#[test]
fn the_root_may_come_along_and_an_intermediate_may_be_an_anchor() {
    let root = root();
    let ca = issuing_ca(&root);
    let leaf = pseudonym(&ca);
    let whole = [&leaf, ca.certificate(), root.certificate()];
    assert_eq!(verify(&whole, &[root.anchor()], Profile::Any).unwrap().path().len(), 3);
    // Only the issuing CA is trusted: the path ends there, whatever else was sent.
    let verified = verify(&whole, &[ca.anchor()], Profile::Any).unwrap();
    assert_eq!(verified.path(), [leaf.clone(), ca.certificate().clone()]);
    // The issuing CA is known to the verifier and was left out (RFC 9420 5.3).
    assert!(verify(&[&leaf], &[ca.anchor()], Profile::Any).is_ok());
    // Both are trusted: the root stands above the anchor in the path.
    let verified = verify(&[&leaf, ca.certificate()], &[root.anchor(), ca.anchor()], Profile::Any).unwrap();
    assert_eq!(verified.anchor(), 1);
    assert_eq!(verified.path(), [leaf, ca.certificate().clone(), root.certificate().clone()]);
}

#[test]
fn the_right_anchor_is_found_among_others_of_its_name() {
    let root = root();
    let other = root_named("A Root", Algorithm::Ed25519, 33);
    let third = root_named("B Root", Algorithm::Ed25519, 34);
    let leaf = pseudonym(&root);
    let verified = verify(&[&leaf], &[third.anchor(), other.anchor(), root.anchor()], Profile::Pseudonym).unwrap();
    assert_eq!(verified.anchor(), 2);
    assert_eq!(verified.path_spki_sha256()[1], root.anchor().spki_sha256());
}

#[test]
fn an_identity_certificate_gives_its_attributes() {
    let root = root();
    let profile = identity_profile(&leaf_key(9)).with_given_name("Alice").with_family_name("Smith");
    let leaf = prepare_identity(&root.ca, &profile, &mut Counter(4)).unwrap().sign(&root.key).unwrap();
    let verified = verify(&[&leaf], &[root.anchor()], Profile::Identity).unwrap();
    let attribute = |oid: &str, general_name, value: &str| Attribute { oid: oid.into(), general_name, value: value.into() };
    let expected = [
        attribute("2.5.4.3", None, "Alice Smith"),
        attribute("2.5.4.42", None, "Alice"),
        attribute("2.5.4.4", None, "Smith"),
        attribute("2.5.29.17", Some(6), "mimi://a.example/u/alice"),
        attribute("2.5.29.17", Some(6), CLIENT),
        attribute("2.5.29.17", Some(6), "https://alice.example/"),
        attribute("2.5.29.17", Some(1), "alice@example.com"),
    ];
    assert_eq!(verified.attributes(), expected);
    assert_eq!(verified.user_uri(), Some(&uri("mimi://a.example/u/alice")));
    assert_eq!(verified.identity_mark(&PolicyOids::default()), IdentityMark::Real);
    assert_eq!(verified.policies(), [oid(REAL_POLICY)]);
    assert!(!verified.is_pseudonym());
}

/// mimi-mls.md 3.4.2 rule 5: all always-visible content counts.
#[test]
fn other_names_and_unknown_extensions_are_attributes_too() {
    let root = odd_root();
    let mut params = pseudonym_params();
    params.distinguished_name.push(rcgen::DnType::LocalityName, rcgen::DnValue::BmpString("Köln".try_into().unwrap()));
    let teletex = rcgen::DnValue::TeletexString("T".try_into().unwrap());
    params.distinguished_name.push(rcgen::DnType::StateOrProvinceName, teletex);
    params.subject_alt_names.extend([
        rcgen::SanType::DnsName("alice.example".try_into().unwrap()),
        rcgen::SanType::IpAddress("192.0.2.7".parse().unwrap()),
        rcgen::SanType::IpAddress("2001:db8::7".parse().unwrap()),
        rcgen::SanType::OtherName((vec![1, 3, 6, 1, 5, 5, 7, 8, 9], "ü@example".into())),
    ]);
    params.custom_extensions.extend([
        extension(&[1, 2, 3, 4], false, b"\x0c\x05hello"),
        extension(&[1, 2, 3, 5], false, &[0x02, 1, 7]),
        extension(&[2, 5, 29, 9], false, &[0x30, 0]),
        extension(&[1, 3, 6, 1, 5, 5, 7, 1, 1], false, &[0x30, 0]),
    ]);
    let leaf = root.issue_leaf(&params);
    let verified = verify(&[&leaf], &[root.anchor()], Profile::Any).unwrap();
    let found: Vec<(&str, Option<u8>, &str)> = verified
        .attributes()
        .iter()
        .map(|attribute| (attribute.oid.as_str(), attribute.general_name, attribute.value.as_str()))
        .collect();
    let expected = [
        ("2.5.4.7", None, "Köln"),
        ("2.5.4.8", None, "#54"),
        ("2.5.29.17", Some(6), USER),
        ("2.5.29.17", Some(6), CLIENT),
        ("2.5.29.17", Some(2), "alice.example"),
        ("2.5.29.17", Some(7), "192.0.2.7"),
        ("2.5.29.17", Some(7), "2001:db8::7"),
        ("2.5.29.17", Some(0), "1.3.6.1.5.5.7.8.9=#a00c0c0ac3bc406578616d706c65"),
        ("1.2.3.4", None, "hello"),
        ("1.2.3.5", None, "#020107"),
        ("2.5.29.9", None, "#3000"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_mark_is_the_issuers() {
    let root = odd_root();
    let mark = |user: &str, policy: &[&str]| {
        let mut params = pseudonym_params();
        params.subject_alt_names[0] = san_uri(user);
        params.custom_extensions.pop();
        if !policy.is_empty() {
            params.custom_extensions.push(policies(policy));
        }
        let verified = verify(&[&root.issue_leaf(&params)], &[root.anchor()], Profile::Any).unwrap();
        assert_eq!(verified.is_pseudonym(), verified.identity_mark(&PolicyOids::default()) == IdentityMark::Pseudonym);
        verified.identity_mark(&PolicyOids { pseudonym: oid("1.2.3.1"), ..PolicyOids::default() })
    };
    let real_user = "mimi://a.example/u/alice";
    assert_eq!(mark(USER, &[]), IdentityMark::Pseudonym);
    assert_eq!(mark(USER, &[REAL_POLICY]), IdentityMark::Pseudonym, "a contradiction never counts as real");
    assert_eq!(mark(real_user, &[]), IdentityMark::Unmarked);
    assert_eq!(mark(real_user, &[REAL_POLICY]), IdentityMark::Real);
    assert_eq!(mark(real_user, &["1.2.3.1"]), IdentityMark::Pseudonym);
    assert_eq!(mark(real_user, &["1.2.3.1", REAL_POLICY]), IdentityMark::Pseudonym);
    assert_eq!(mark(real_user, &["1.2.3.9"]), IdentityMark::Unmarked);
}

/// mimi-mls.md 1.3: compressed points are accepted in SPKI, and nowhere else, after decompression.
#[test]
fn a_compressed_subject_key_is_the_same_key() {
    let root = odd_root();
    let key = secret(Algorithm::P256, 9).public().clone();
    let sign = if key.y().unwrap().last().unwrap() & 1 == 0 { 2 } else { 3 };
    let compressed = [&[sign], key.x()].concat();
    let leaf = root.issue(&pseudonym_params(), &OddKey(&rcgen::PKCS_ECDSA_P256_SHA256, compressed));
    let verified = verify(&[&leaf], &[root.anchor()], Profile::Pseudonym).unwrap();
    assert_eq!(verified.subject_key(), &key);
    assert_ne!(verified.path_spki_sha256()[0], key.spki_sha256(), "the hash is over the octets as they stand");
}

#[test]
fn an_ext_key_usage_with_client_auth_is_accepted() {
    let root = odd_root();
    let mut params = pseudonym_params();
    params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    assert!(verify(&[&root.issue_leaf(&params)], &[root.anchor()], Profile::Identity).is_ok());
}

#[test]
fn unverified_chains_show_key_and_uris() {
    let leaf = pseudonym(&root());
    let chain = chain(&[&leaf]);
    assert_eq!(chain.subject_key(), &leaf_key(9));
    assert_eq!(chain.uris().user(), Some(&uri(USER)));
    assert_eq!(chain.uris().client(), Some(&uri(CLIENT)));
    assert_eq!(chain.certificates(), [leaf]);
}
