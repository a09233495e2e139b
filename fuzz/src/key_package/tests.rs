use super::*;

fn outcome(suite: Which, edits: Vec<Edit>) -> &'static str {
    structured(&Input { suite, edits })
}

/// A valid one passes in each suite, and each kind of edit is seen.
#[test]
fn edits_come_as_far_as_they_are_meant_to() {
    for suite in [Which::X25519, Which::P256, Which::ChaCha20] {
        assert_eq!(outcome(suite, vec![]), "verified");
        assert_eq!(outcome(suite, vec![Edit::Lifetime { from: -24, until: 24 }]), "verified");
        assert_eq!(outcome(suite, vec![Edit::Lifetime { from: -24, until: -1 }]), "mls/key-package-invalid");
        assert_eq!(outcome(suite, vec![Edit::Lifetime { from: -24, until: 2000 }]), "mls/lifetime-invalid");
        assert_eq!(outcome(suite, vec![Edit::SameKeys]), "mls/key-package-invalid");
        assert_eq!(outcome(suite, vec![Edit::Forge { of_leaf: true, bit: 200 }]), "mls/leaf-signature-invalid");
        assert_eq!(outcome(suite, vec![Edit::Forge { of_leaf: false, bit: 200 }]), "mls/key-package-invalid");
        let number = |field, number| Edit::Number { field, number };
        assert_eq!(outcome(suite, vec![number(Field::ProposalTypes, Some(9))]), "verified");
        let extension = |number| Edit::Extension { of_leaf: false, number, data: vec![1] };
        assert_eq!(outcome(suite, vec![extension(0xf00d)]), "mls/key-package-invalid");
        assert_eq!(outcome(suite, vec![extension(0xf00d), number(Field::ExtensionTypes, Some(0xf00d))]), "verified");
        let credential = |octets: &[u8]| Edit::Patch { field: Field::Credential, at: 0, cut: 20, put: octets.to_vec() };
        assert_eq!(outcome(suite, vec![credential(b"\x00\x01\x02me")]), "verified");
        assert_eq!(outcome(suite, vec![credential(b"\xf0\x07\x02\x00\x00")]), "mls/uri-invalid");
        assert_eq!(outcome(suite, vec![credential(b"\x0a\x0a\x01x")]), "mls/credential-shape-unknown");
    }
}

/// A key of another algorithm than the suite's.
#[test]
fn keys_belong_to_the_suite() {
    let signer = |is_shown| vec![Edit::Signer { algorithm: Which::P256, is_shown }];
    assert_eq!(outcome(Which::X25519, signer(true)), "mls/key-package-invalid");
    assert_eq!(outcome(Which::X25519, signer(false)), "mls/leaf-signature-invalid");
    let of_suite_7 = vec![Edit::Signer { algorithm: Which::ChaCha20, is_shown: true }, Edit::Suite(7)];
    assert_eq!(outcome(Which::P256, of_suite_7), "mls/suite-unsupported");
}
