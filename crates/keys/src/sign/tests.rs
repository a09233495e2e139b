use super::*;
use crate::SystemRandom;
use crate::testing::hex;

/// One message of each family.
fn sample(family: Family) -> &'static [u8] {
    match family {
        Family::Mls => b"\x13MLS 1.0 LeafNodeTBS\x03abc",
        Family::Jws => b"eyJ0eXAiOiJrYitqd3QifQ.e30",
        Family::Cose => b"\x84\x6aSignature1\x43\xa1\x01\x26\x40\x41\xa0",
        Family::Csr => b"\x30\x03\x02\x01\x00",
        Family::TbsCertificate => b"\x30\x05\xa0\x03\x02\x01\x02",
        Family::TbsCrl => b"\x30\x03\x02\x01\x01",
        Family::JoiningCode => b"\x14mimi://a.example/r/x\x01k\x01p",
    }
}

fn secret(algorithm: Algorithm) -> SecretKey {
    SecretKey::generate(algorithm, &mut SystemRandom).unwrap()
}

#[test]
fn leaf_and_issuer_keys_sign_their_families_and_no_other() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384] {
        let leaf = LeafKey::new(secret(algorithm)).unwrap();
        let issuer = IssuerKey::new(secret(algorithm));
        for family in Family::ALL {
            let content = ToBeSigned::new(family, sample(family)).unwrap();
            let by_leaf = leaf.sign(&content);
            let by_issuer = issuer.sign(&content);
            match family {
                Family::TbsCertificate | Family::TbsCrl => {
                    assert_eq!(by_leaf.as_ref().unwrap_err().code(), Code::FamilyNotAllowed);
                }
                Family::Csr => assert_eq!(by_issuer.as_ref().unwrap_err().code(), Code::FamilyNotAllowed),
                Family::JoiningCode => {
                    assert_eq!(by_leaf.as_ref().unwrap_err().code(), Code::FamilyNotAllowed);
                    assert_eq!(by_issuer.as_ref().unwrap_err().code(), Code::FamilyNotAllowed);
                }
                _ => {}
            }
            for (key, signature) in [(leaf.public(), by_leaf), (issuer.public(), by_issuer)] {
                let Ok(signature) = signature else { continue };
                key.verify(family, content.as_bytes(), signature.as_bytes()).unwrap();
                let mut other = content.as_bytes().to_vec();
                *other.last_mut().unwrap() ^= 1;
                let error = key.verify(family, &other, signature.as_bytes()).unwrap_err();
                assert_eq!(error.code(), Code::SignatureInvalid);
            }
        }
    }
}

/// mimi-mls 5.5 rule 6.
#[test]
fn the_key_of_a_join_link_signs_joining_codes_only() {
    let key = LinkKey::from_seed(&[9; 32]).unwrap();
    for family in Family::ALL {
        let content = ToBeSigned::new(family, sample(family)).unwrap();
        match (family, key.sign(&content)) {
            (Family::JoiningCode, signature) => {
                key.public().verify(family, content.as_bytes(), signature.unwrap().as_bytes()).unwrap();
            }
            (_, signature) => assert_eq!(signature.unwrap_err().code(), Code::FamilyNotAllowed),
        }
    }
    assert!(LinkKey::from_seed(&[9; 31]).is_err());
    assert!(!format!("{key:?}").contains("9, 9"));
}

#[test]
fn ecdsa_is_der_for_mls_and_fixed_for_jws() {
    for algorithm in [Algorithm::P256, Algorithm::P384, Algorithm::P521] {
        let key = IssuerKey::new(secret(algorithm));
        let mls = key.sign(&ToBeSigned::new(Family::Mls, sample(Family::Mls)).unwrap()).unwrap();
        let jws = key.sign(&ToBeSigned::new(Family::Jws, sample(Family::Jws)).unwrap()).unwrap();
        assert_eq!(mls.as_bytes()[0], 0x30);
        assert_eq!(jws.as_bytes().len(), algorithm.signature_len());
        // The encoding belongs to the family: the other one is refused.
        assert!(key.public().verify(Family::Cose, sample(Family::Mls), mls.as_bytes()).is_err());
        assert!(key.public().verify(Family::Mls, sample(Family::Jws), jws.as_bytes()).is_err());
    }
}

#[test]
fn a_leaf_key_is_not_p521() {
    assert_eq!(LeafKey::new(secret(Algorithm::P521)).unwrap_err().code(), Code::LeafAlgorithm);
}

#[test]
fn only_what_belongs_to_the_family_becomes_to_be_signed() {
    for family in Family::ALL {
        for other in Family::ALL {
            assert_eq!(ToBeSigned::new(family, sample(other)).is_ok(), family == other);
        }
        let error = ToBeSigned::new(family, *b"sixty-four spaces, a challenge, anything").unwrap_err();
        assert_eq!(error.code(), Code::FamilyMismatch);
    }
}

#[test]
fn keys_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<LeafKey>();
    shared::<IssuerKey>();
    shared::<PublicKey>();
    shared::<SecretKey>();
}

/// RFC 8032 7.1, test 3; the message is of no family, so the backend is asked itself.
#[test]
fn ed25519_signatures_are_those_of_rfc_8032() {
    let seed = hex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7");
    let expected = hex("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
         18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
    assert_eq!(Ed25519Signer::new(&seed).unwrap().sign(&[0xaf, 0x82]).unwrap(), expected);
}

#[test]
fn debug_shows_no_secret() {
    let leaf = LeafKey::new(SecretKey::from_octets(Algorithm::Ed25519, &[0xa5; 32]).unwrap()).unwrap();
    let issuer = IssuerKey::new(SecretKey::from_octets(Algorithm::Ed25519, &[0xa5; 32]).unwrap());
    for shown in [format!("{leaf:?}"), format!("{issuer:?}")] {
        assert!(shown.contains("PublicKey(") && !shown.contains("a5a5") && !shown.contains("165, 165"), "{shown}");
    }
}
