//! What can be an anchor.

use mimicred_x509::*;

use crate::common::*;

#[test]
fn a_ca_is_an_anchor() {
    let root = root();
    let anchor = Anchor::from_certificate(root.certificate()).unwrap();
    assert_eq!(anchor.certificate(), root.certificate());
    assert_eq!(anchor.spki_sha256(), mimicred_keys::sha256(&root.key.public().to_spki_der()));
}

#[test]
fn an_end_entity_is_no_anchor() {
    let root = root();
    assert_eq!(code(Anchor::from_certificate(&pseudonym(&root))), Code::NotACa);
    let mut params = ca_params("No signer", None);
    params.key_usages = vec![rcgen::KeyUsagePurpose::CrlSign];
    assert_eq!(code(Anchor::from_certificate(&OddCa::root(params, 40).certificate)), Code::NotACa);
    // RFC 5280 allows an old CA without keyUsage; the caller trusts it by hand.
    let mut params = ca_params("No usage", None);
    params.key_usages.clear();
    let old = OddCa::root(params, 40);
    assert!(verify(&[&old.issue_leaf(&pseudonym_params())], &[old.anchor()], Profile::Pseudonym).is_ok());
}

#[test]
fn a_pin_must_fit() {
    let root = root();
    let pin = root.certificate().spki_sha256();
    assert!(Anchor::pinned(&pin, root.certificate()).is_ok());
    let mut wrong = pin;
    wrong[31] ^= 1;
    assert_eq!(code(Anchor::pinned(&wrong, root.certificate())), Code::AnchorMismatch);
}

/// An anchor's unknown critical extensions are the caller's affair (RFC 5280 6.1.1 (d)).
#[test]
fn an_anchor_may_have_critical_extensions() {
    let mut params = ca_params("Critical", None);
    params.custom_extensions.push(extension(&[1, 2, 3, 4], true, &[5, 0]));
    let root = OddCa::root(params, 40);
    assert!(verify(&[&root.issue_leaf(&pseudonym_params())], &[root.anchor()], Profile::Pseudonym).is_ok());
}
