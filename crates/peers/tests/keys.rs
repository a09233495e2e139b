//! OpenSSL and ours: one key in all its forms (mimi-mls.md 1.3), and signatures in both.
#![cfg(test)]

use mimicred_keys::{Algorithm, Code, Family, IssuerKey, PublicKey, SecretKey, ToBeSigned};
use mimicred_peers::{OpenSslKey, verify_fixed};
use openssl::bn::BigNumContext;
use openssl::ec::PointConversionForm;
use openssl::ecdsa::EcdsaSig;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::{Signer, Verifier};

const ALGORITHMS: [Algorithm; 4] = [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384, Algorithm::P521];

fn digest(algorithm: Algorithm) -> Option<MessageDigest> {
    match algorithm {
        Algorithm::Ed25519 => None,
        Algorithm::P256 => Some(MessageDigest::sha256()),
        Algorithm::P384 => Some(MessageDigest::sha384()),
        Algorithm::P521 => Some(MessageDigest::sha512()),
    }
}

/// What an MLS implementation over OpenSSL would sign: Ed25519 as it is, ECDSA as DER.
fn sign_der(pair: &OpenSslKey, algorithm: Algorithm, message: &[u8]) -> Vec<u8> {
    match digest(algorithm) {
        None => Signer::new_without_digest(pair.pkey()).unwrap().sign_oneshot_to_vec(message).unwrap(),
        Some(digest) => Signer::new(digest, pair.pkey()).unwrap().sign_oneshot_to_vec(message).unwrap(),
    }
}

fn verify_der(pair: &OpenSslKey, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
    let mut verifier = match digest(algorithm) {
        None => Verifier::new_without_digest(pair.pkey()).unwrap(),
        Some(digest) => Verifier::new(digest, pair.pkey()).unwrap(),
    };
    verifier.verify_oneshot(signature, message).unwrap()
}

/// The point as OpenSSL writes it.
fn point(pair: &OpenSslKey, form: PointConversionForm) -> Vec<u8> {
    let key = pair.pkey().ec_key().unwrap();
    key.public_key().to_bytes(key.group(), form, &mut BigNumContext::new().unwrap()).unwrap()
}

#[test]
fn a_public_key_of_openssl_has_the_octets_that_mls_wants_and_one_spki() {
    for algorithm in ALGORITHMS {
        let pair = OpenSslKey::generate(algorithm).unwrap();
        let spki = pair.pkey().public_key_to_der().unwrap();
        let octets = match algorithm {
            Algorithm::Ed25519 => pair.pkey().raw_public_key().unwrap(),
            _ => point(&pair, PointConversionForm::UNCOMPRESSED),
        };
        let key = PublicKey::from_octets(algorithm, &octets).unwrap();
        assert_eq!(key.to_spki_der(), spki, "{algorithm}");
        assert_eq!(PublicKey::from_spki_der(&spki).unwrap(), key);
        assert_eq!(pair.secret().unwrap().public(), &key, "and the private key leads to it");
    }
}

/// Compressed points are accepted in SubjectPublicKeyInfo, where they are read to the same key; as octets of MLS they are not.
#[test]
fn a_compressed_point_of_openssl_is_the_same_key_in_an_spki_and_none_elsewhere() {
    for algorithm in [Algorithm::P256, Algorithm::P384, Algorithm::P521] {
        let pair = OpenSslKey::generate(algorithm).unwrap();
        let compressed = point(&pair, PointConversionForm::COMPRESSED);
        let spki = pair.pkey().public_key_to_der().unwrap();
        // SEQUENCE { algorithm, BIT STRING }: the algorithm stays, all lengths become short.
        let algorithm_at = if spki[1] < 0x80 { 2 } else { 3 };
        let identifier = &spki[algorithm_at..algorithm_at + 2 + usize::from(spki[algorithm_at + 1])];
        let short = |length: usize| u8::try_from(length).unwrap();
        let mut rewritten = vec![0x30, short(identifier.len() + compressed.len() + 3)];
        rewritten.extend_from_slice(identifier);
        rewritten.extend([0x03, short(compressed.len() + 1), 0]);
        rewritten.extend_from_slice(&compressed);
        assert!(PKey::public_key_from_der(&rewritten).unwrap().public_eq(pair.pkey()), "OpenSSL takes it");

        let key = PublicKey::from_spki_der(&rewritten).unwrap();
        assert_eq!(key.to_spki_der(), spki, "{algorithm}");
        assert_eq!(PublicKey::from_octets(algorithm, &compressed).unwrap_err().code(), Code::PublicKeyMalformed);
    }
}

#[test]
fn private_keys_travel_as_pkcs8_in_both_directions() {
    for algorithm in ALGORITHMS {
        let pair = OpenSslKey::generate(algorithm).unwrap();
        let secret = SecretKey::from_pkcs8_der(&pair.pkey().private_key_to_pkcs8().unwrap()).unwrap();
        assert_eq!(secret.public().to_spki_der(), pair.pkey().public_key_to_der().unwrap(), "{algorithm}");
        let back = PKey::private_key_from_der(&secret.to_pkcs8_der()).unwrap();
        assert!(back.public_eq(pair.pkey()));
        assert_eq!(back.private_key_to_pkcs8().unwrap(), pair.pkey().private_key_to_pkcs8().unwrap());
    }
}

/// One key, two encodings: DER where MLS and X.509 sign, `r || s` where JOSE and COSE do. Neither passes for the other.
#[test]
fn signatures_have_the_form_of_their_family_on_both_sides() {
    let mls = b"\x20MLS 1.0 MessageBindingForATestXX\x01x".to_vec();
    let jws = b"eyJhbGciOiJub25zZW5zZSJ9.e30".to_vec();
    for algorithm in ALGORITHMS {
        let pair = OpenSslKey::generate(algorithm).unwrap();
        let (key, public) = (IssuerKey::new(pair.secret().unwrap()), pair.public().unwrap());

        let ours = key.sign(&ToBeSigned::new(Family::Mls, mls.clone()).unwrap()).unwrap();
        assert!(verify_der(&pair, algorithm, &mls, ours.as_bytes()), "{algorithm}");
        let theirs = sign_der(&pair, algorithm, &mls);
        public.verify(Family::Mls, &mls, &theirs).unwrap();

        let ours = key.sign(&ToBeSigned::new(Family::Jws, jws.clone()).unwrap()).unwrap();
        assert!(verify_fixed(&public, &jws, ours.as_bytes()).unwrap(), "{algorithm}");
        let fixed = pair.sign_fixed(&jws).unwrap();
        public.verify(Family::Jws, &jws, &fixed).unwrap();

        if algorithm != Algorithm::Ed25519 {
            assert!(EcdsaSig::from_der(&theirs).is_ok() && EcdsaSig::from_der(&fixed).is_err());
            let refused =
                |family, message: &[u8], signature: &[u8]| public.verify(family, message, signature).unwrap_err().code();
            assert_eq!(refused(Family::Mls, &mls, &pair.sign_fixed(&mls).unwrap()), Code::SignatureInvalid);
            assert_eq!(refused(Family::Jws, &jws, &sign_der(&pair, algorithm, &jws)), Code::SignatureInvalid);
        }
    }
}
