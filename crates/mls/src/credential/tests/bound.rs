//! multi, weak-multi and pseudonymous.

use mimicred_error::Report;
use mimicred_keys::{Algorithm, ToBeSigned};

use super::*;
use crate::leaf_node::testing::leaf_key;

/// One binding: suite 1, basic "me", key "k", signature "si".
const BINDING: &[u8] = b"\x00\x01\x00\x01\x02me\x01k\x02si";

fn binding() -> CredentialBinding {
    CredentialBinding {
        cipher_suite: 1,
        credential: Credential::Basic(b"me".to_vec()),
        credential_key: b"k".to_vec(),
        signature: b"si".to_vec(),
    }
}

/// draft-ietf-mls-extensions: cipher_suite, credential, credential_key, signature; mimi-mls 2.2.
#[test]
fn bindings_are_a_vector() {
    let two = [b"\x18", BINDING, BINDING].concat();
    for (credential, number) in
        [(Credential::Multi(vec![binding(); 2]), MULTI), (Credential::WeakMulti(vec![binding(); 2]), WEAK_MULTI)]
    {
        let octets = [&number.to_be_bytes()[..], &two].concat();
        assert_eq!(credential.encode().unwrap(), octets);
        assert_eq!(credential.encode_for_leaf().unwrap(), octets);
        assert_eq!(Credential::decode(&octets).unwrap(), credential);
        let mut reader = Reader::new(&octets);
        assert_eq!(Credential::read(&mut reader).unwrap(), credential);
        assert!(reader.is_empty());
    }
    assert_eq!(Credential::decode(b"\x00\x03\x0c\x00\x01\x00\x01\x02me\x01k\x02si").unwrap().type_name(), Some("multi"));
}

#[test]
fn malformed_bindings() {
    assert_eq!(code(b"\x00\x03\x00"), Code::Empty);
    assert_eq!(code(b"\x00\x03\x0b\x00\x01\x00\x01\x02me\x01k\x02s"), Code::Truncated);
    assert_eq!(code(b"\x00\x04\x0d\x00\x01\x00\x01\x02me\x01k\x02si\x00"), Code::Truncated);
    assert_eq!(code(&[&b"\x00\x03\x40\xcc"[..], &BINDING.repeat(17)].concat()), Code::Limit);
    // A type whose end nobody knows, in the middle of something.
    assert_eq!(code(b"\x00\x03\x0c\x00\x01\x0a\x0a\x02me\x01k\x02si"), Code::CredentialShapeUnknown);
    // One encoding of each: sd_jwt is bound as sd_jwt, not under the number that it has in leaves.
    let sd_jwt = Credential::SdJwt(SdJwt::new("e30.e30.AA~e30.e30.AA", SdJwtForm::Text).unwrap());
    let bound = |inner: &[u8]| {
        let binding = [b"\x00\x01", inner, b"\x01k\x02si"].concat();
        Writer::new().u16(MULTI).vector(&binding).finish().unwrap()
    };
    let octets = bound(&sd_jwt.encode().unwrap());
    assert_eq!(Credential::decode(&octets).unwrap().encode().unwrap(), octets);
    assert_eq!(code(&bound(&sd_jwt.encode_for_leaf().unwrap())), Code::CredentialShapeUnknown);
    for inner in [MULTI, WEAK_MULTI] {
        let octets = [&b"\x00\x03\x0c\x00\x01"[..], &inner.to_be_bytes(), b"\x02me\x01k\x02si"].concat();
        assert_eq!(code(&octets), Code::CredentialNested);
        let nested = CredentialBinding { credential: Credential::Multi(vec![binding()]), ..binding() };
        assert_eq!(Credential::WeakMulti(vec![nested]).encode().unwrap_err().code(), Code::CredentialNested);
    }
    // Nested as deep as the input is long: refused at the second level.
    assert_eq!(code(&b"\x00\x03\x80\x00\x40\x00\x00\x01".repeat(30_000)), Code::CredentialNested);
}

/// draft-ietf-mls-extensions: SignWithLabel(key, "CredentialBindingTBS", suite, credential, key, leaf key).
#[test]
fn a_binding_is_of_one_leaf_key() {
    for (suite, algorithm) in [(1, Algorithm::Ed25519), (2, Algorithm::P256), (7, Algorithm::P384)] {
        let (key, leaf, other) = (leaf_key(algorithm), leaf_key(Algorithm::Ed25519), leaf_key(Algorithm::Ed25519));
        let unsigned = CredentialBinding { cipher_suite: suite, credential_key: key.public().octets().to_vec(), ..binding() };
        let content = unsigned.sign_content(leaf.public()).unwrap();
        assert!(content.starts_with(b"\x1cMLS 1.0 CredentialBindingTBS"));
        let tbs = [&suite.to_be_bytes()[..], b"\x00\x01\x02me"].concat();
        assert!(content.windows(tbs.len()).any(|part| part == tbs));
        let signature = key.sign(&ToBeSigned::new(mimicred_keys::Family::Mls, content).unwrap()).unwrap();
        let binding = CredentialBinding { signature: signature.into_bytes(), ..unsigned };
        binding.verify(leaf.public()).unwrap();
        assert_eq!(binding.verify(other.public()).unwrap_err().code(), Code::CredentialBindingInvalid);
        let renamed = CredentialBinding { credential: Credential::Basic(b"he".to_vec()), ..binding.clone() };
        assert_eq!(renamed.verify(leaf.public()).unwrap_err().code(), Code::CredentialBindingInvalid);
        let unknown = CredentialBinding { cipher_suite: 0x0a0a, ..binding };
        assert_eq!(unknown.verify(leaf.public()).unwrap_err().code(), Code::SuiteUnsupported);
    }
}

/// mimi-mls 2.9: client_pseudonym, user_pseudonym, signature_public_key, identity_link_ciphertext, in one vector.
#[test]
fn pseudonymous_is_one_vector() {
    let octets = b"\xf0\x07\x2f\x14mimi://a.example/d/c\x14mimi://a.example/p/u\x01k\x02ct";
    let credential = Credential::decode(octets).unwrap();
    let Credential::Pseudonymous(read) = &credential else { panic!("{credential:?}") };
    assert_eq!(read.client_pseudonym.as_str(), "mimi://a.example/d/c");
    assert_eq!(read.user_pseudonym.as_str(), "mimi://a.example/p/u");
    assert_eq!((&read.signature_public_key[..], &read.identity_link_ciphertext[..]), (&b"k"[..], &b"ct"[..]));
    assert_eq!(credential.encode().unwrap(), octets);
    let mut reader = Reader::new(octets);
    assert_eq!(Credential::read(&mut reader).unwrap(), credential);

    assert_eq!(code(&[&octets[..], b"x"].concat()), Code::TrailingOctets);
    let longer = b"\xf0\x07\x30\x14mimi://a.example/d/c\x14mimi://a.example/p/u\x01k\x02ctx";
    assert_eq!(code(longer), Code::TrailingOctets);
    let error = Credential::decode(b"\xf0\x07\x2f\x14mimi://a.example/d/c\x14mimi://A.example/p/u\x01k\x02ct").unwrap_err();
    assert_eq!((error.code(), error.place()), (Code::UriInvalid, &At::Offset(24)));
}

#[test]
fn debug_names_no_keys() {
    let shown = format!("{:?}", Credential::Multi(vec![binding()]));
    assert_eq!(shown, "Multi([CredentialBinding(suite 0x0001, Basic(2 octets))])");
}

proptest! {
    #[test]
    fn bindings_round_trip(credentials in prop::collection::vec((any_credential(), 0u16..9, prop::collection::vec(any::<u8>(), 0..40)), 1..4)) {
        let binding = |(credential, cipher_suite, octets): (Credential, u16, Vec<u8>)| {
            let credential = match credential {
                Credential::Other { .. } => Credential::Basic(Vec::new()),
                known => known,
            };
            CredentialBinding { cipher_suite, credential, credential_key: octets.clone(), signature: octets }
        };
        let credential = Credential::Multi(credentials.into_iter().map(binding).collect());
        let octets = credential.encode().unwrap();
        prop_assert_eq!(Credential::decode(&octets).unwrap(), credential);
    }
}
