mod rfc9420;

use mimicred_keys::{Algorithm, Code, Error, Family, LeafKey, PublicKey, SecretKey, SystemRandom};
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::random::OpenMlsRand;
use openmls_traits::signatures::{Signer, SignerError};
use openmls_traits::types::{
    AeadType, Ciphersuite, CryptoError, HashType, HpkeAeadType, HpkeConfig, HpkeKdfType, HpkeKemType, SignatureScheme,
};

use super::*;

const CONTENT: &[u8] = b"\x13MLS 1.0 LeafNodeTBS\x03abc";

fn crypto() -> Crypto {
    Crypto::new(SystemRandom)
}

/// A source that counts.
struct Counting(u8);

impl Random for Counting {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        for octet in out {
            *octet = self.0;
            self.0 = self.0.wrapping_add(1);
        }
        Ok(())
    }
}

/// A source that is empty.
struct Empty;

impl Random for Empty {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), Error> {
        Err(Code::BackendFailed.into())
    }
}

fn config(ciphersuite: Ciphersuite) -> HpkeConfig {
    HpkeConfig(ciphersuite.hpke_kem_algorithm(), ciphersuite.hpke_kdf_algorithm(), ciphersuite.hpke_aead_algorithm())
}

#[test]
fn three_suites_are_supported() {
    let listed = crypto().supported_ciphersuites();
    assert_eq!(listed.iter().map(|suite| u16::from(*suite)).collect::<Vec<_>>(), [1, 2, 3]);
    for number in 1..=7u16 {
        let suite = Ciphersuite::try_from(number).unwrap();
        assert_eq!(crypto().supports(suite).is_ok(), listed.contains(&suite));
    }
}

#[test]
fn everything_is_drawn_from_the_source_given() {
    let provider = Provider::new(Counting(0));
    assert_eq!(provider.rand().random_array::<3>().unwrap(), [0, 1, 2]);
    assert_eq!(provider.rand().random_vec(2).unwrap(), [3, 4]);
    let suite = Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;
    let seal = || {
        let provider = Provider::new(Counting(9));
        let pair = provider.crypto().derive_hpke_keypair(config(suite), &[1; 32]).unwrap();
        provider.crypto().hpke_seal(config(suite), &pair.public, b"info", b"aad", b"text").unwrap()
    };
    assert_eq!(seal(), seal());
    let (secret, public) = Crypto::new(Counting(1)).signature_key_gen(SignatureScheme::ED25519).unwrap();
    assert_eq!(secret, (1..=32).collect::<Vec<u8>>());
    assert_eq!(SecretKey::from_octets(Algorithm::Ed25519, &secret).unwrap().public().octets(), public);
}

#[test]
fn an_empty_source_is_an_error_everywhere() {
    let provider = Provider::new(Empty);
    let suite = Ciphersuite::MLS_128_DHKEMP256_AES128GCM_SHA256_P256;
    let pair = provider.crypto().derive_hpke_keypair(config(suite), &[1; 32]).unwrap();
    assert!(provider.rand().random_array::<3>().is_err());
    assert!(provider.rand().random_vec(3).is_err());
    let sealed = provider.crypto().hpke_seal(config(suite), &pair.public, b"", b"", b"");
    assert_eq!(sealed.unwrap_err(), CryptoError::InsufficientRandomness);
    let exported = provider.crypto().hpke_setup_sender_and_export(config(suite), &pair.public, b"", b"", 32);
    assert_eq!(exported.unwrap_err(), CryptoError::SenderSetupError);
    for scheme in [SignatureScheme::ED25519, SignatureScheme::ECDSA_SECP256R1_SHA256] {
        assert_eq!(provider.crypto().signature_key_gen(scheme).unwrap_err(), CryptoError::InsufficientRandomness);
    }
}

#[test]
fn a_source_that_panicked_is_not_used_again() {
    struct Panicking;
    impl Random for Panicking {
        fn fill(&mut self, _: &mut [u8]) -> Result<(), Error> {
            panic!("unplugged")
        }
    }
    let crypto = std::sync::Arc::new(Crypto::new(Panicking));
    let other = crypto.clone();
    assert!(std::thread::spawn(move || other.random_vec(1)).join().is_err());
    assert_eq!(crypto.random_vec(1).unwrap_err().code(), Code::BackendFailed);
}

/// mimi-mls 1.3: the key has one form, the signature another than JWS has.
#[test]
fn leaf_keys_have_the_form_of_rfc_9420_and_nothing_else_verifies() {
    let key = LeafKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom).unwrap()).unwrap();
    let scheme = SignatureScheme::ECDSA_SECP256R1_SHA256;
    let signature = LeafSigner(&key).sign(CONTENT).unwrap();
    let octets = key.public().octets();
    assert_eq!(crypto().verify_signature(scheme, CONTENT, octets, &signature), Ok(()));
    assert_eq!(crypto().verify_signature(scheme, b"other", octets, &signature), Err(CryptoError::InvalidSignature));

    let parity = octets[64] & 1;
    let compressed = [&[2 | parity], key.public().x()].concat();
    let hybrid = [&[6 | parity], &octets[1..]].concat();
    let mut off_curve = octets.to_vec();
    off_curve[64] ^= 1;
    for bad in [compressed, hybrid, off_curve, octets[1..].to_vec(), key.public().to_spki_der(), vec![]] {
        assert_eq!(crypto().verify_signature(scheme, CONTENT, &bad, &signature), Err(CryptoError::InvalidPublicKey));
    }
    // r ‖ s is for JWS and COSE.
    let fixed = key.sign(&mimicred_keys::ToBeSigned::new(Family::Jws, "eyJ9.e30").unwrap()).unwrap();
    let outcome = crypto().verify_signature(scheme, b"eyJ9.e30", octets, fixed.as_bytes());
    assert_eq!(outcome, Err(CryptoError::InvalidSignature));

    let mut small_order = [0; 32];
    small_order[0] = 1;
    let outcome = crypto().verify_signature(SignatureScheme::ED25519, CONTENT, &small_order, &[0; 64]);
    assert_eq!(outcome, Err(CryptoError::InvalidPublicKey));
    let outcome = crypto().verify_signature(SignatureScheme::ED448, CONTENT, &[0; 57], &[0; 114]);
    assert_eq!(outcome, Err(CryptoError::UnsupportedSignatureScheme));
}

/// mimi-mls 5.5: no raw signing, by either door.
#[test]
fn only_mls_content_is_signed() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384] {
        let secret = SecretKey::generate(algorithm, &mut SystemRandom).unwrap();
        let octets = secret.octets();
        let key = LeafKey::new(secret).unwrap();
        let scheme = LeafSigner(&key).signature_scheme();
        for signature in [LeafSigner(&key).sign(CONTENT).unwrap(), crypto().sign(scheme, CONTENT, &octets).unwrap()] {
            let public = PublicKey::from_octets(algorithm, key.public().octets()).unwrap();
            public.verify(Family::Mls, CONTENT, &signature).unwrap();
            assert_eq!(crypto().verify_signature(scheme, CONTENT, public.octets(), &signature), Ok(()));
        }
        for other in [b"eyJ9.e30".as_slice(), b"\x84\x6aSignature1\x40\x40\x40", b"\x30\x03\x02\x01\x00", b"a challenge", b""] {
            assert_eq!(LeafSigner(&key).sign(other), Err(SignerError::SigningError));
            assert_eq!(crypto().sign(scheme, other, &octets), Err(CryptoError::SigningError));
        }
    }
    let p521 = crypto().sign(SignatureScheme::ECDSA_SECP521R1_SHA512, CONTENT, &[1; 66]);
    assert_eq!(p521, Err(CryptoError::UnsupportedSignatureScheme));
    let short = crypto().sign(SignatureScheme::ED25519, CONTENT, &[1; 31]);
    assert_eq!(short, Err(CryptoError::CryptoLibraryError));
}

#[test]
fn hpke_opens_and_exports_on_both_sides() {
    for suite in crypto().supported_ciphersuites() {
        let crypto = crypto();
        let pair = crypto.derive_hpke_keypair(config(suite), &[7; 32]).unwrap();
        let sealed = crypto.hpke_seal(config(suite), &pair.public, b"info", b"aad", b"text").unwrap();
        assert_eq!(crypto.hpke_open(config(suite), &sealed, &pair.private, b"info", b"aad").unwrap(), b"text");
        let refused = crypto.hpke_open(config(suite), &sealed, &pair.private, b"info", b"add");
        assert_eq!(refused, Err(CryptoError::HpkeDecryptionError));
        let (output, sent) = crypto.hpke_setup_sender_and_export(config(suite), &pair.public, b"info", b"for", 40).unwrap();
        let received = crypto.hpke_setup_receiver_and_export(config(suite), &output, &pair.private, b"info", b"for", 40);
        assert_eq!(*sent, *received.unwrap());
        let long = crypto.hpke_setup_sender_and_export(config(suite), &pair.public, b"info", b"for", 8161);
        assert_eq!(long.unwrap_err(), CryptoError::ExporterError);
        let bad_key = crypto.hpke_seal(config(suite), &[0; 32], b"", b"", b"");
        assert_eq!(bad_key, Err(CryptoError::InvalidPublicKey));
        let bad_output = crypto.hpke_setup_receiver_and_export(config(suite), &[0; 32], &pair.private, b"", b"", 32);
        assert_eq!(bad_output.unwrap_err(), CryptoError::ReceiverSetupError);
    }
    let derive = |kem, kdf, aead| crypto().derive_hpke_keypair(HpkeConfig(kem, kdf, aead), &[7; 32]).unwrap_err();
    let (x25519, sha256) = (HpkeKemType::DhKem25519, HpkeKdfType::HkdfSha256);
    assert_eq!(derive(HpkeKemType::DhKemP521, sha256, HpkeAeadType::AesGcm128), CryptoError::UnsupportedCiphersuite);
    assert_eq!(derive(x25519, HpkeKdfType::HkdfSha512, HpkeAeadType::AesGcm128), CryptoError::UnsupportedKdf);
    assert_eq!(derive(x25519, sha256, HpkeAeadType::Export), CryptoError::UnsupportedAeadAlgorithm);
}

#[test]
fn the_symmetric_parts_are_those_of_keys() {
    let crypto = crypto();
    for (hash, length) in [(HashType::Sha2_256, 32), (HashType::Sha2_384, 48), (HashType::Sha2_512, 64)] {
        assert_eq!(crypto.hash(hash, b"abc").unwrap().len(), length);
        // HKDF-Extract is HMAC with the salt as the key (RFC 5869 2.2).
        let extracted = crypto.hkdf_extract(hash, b"salt", b"input").unwrap();
        assert_eq!(extracted.as_slice(), crypto.hmac(hash, b"salt", b"input").unwrap().as_slice());
        assert_eq!(crypto.hkdf_expand(hash, extracted.as_slice(), b"info", 100).unwrap().as_slice().len(), 100);
        let long = crypto.hkdf_expand(hash, extracted.as_slice(), b"info", 255 * length + 1);
        assert_eq!(long.unwrap_err(), CryptoError::HkdfOutputLengthInvalid);
    }
    for aead in [AeadType::Aes128Gcm, AeadType::Aes256Gcm, AeadType::ChaCha20Poly1305] {
        let key = vec![1; aead.key_size()];
        let sealed = crypto.aead_encrypt(aead, &key, b"text", &[2; 12], b"aad").unwrap();
        assert_eq!(sealed.len(), 4 + aead.tag_size());
        assert_eq!(crypto.aead_decrypt(aead, &key, &sealed, &[2; 12], b"aad").unwrap(), b"text");
        let refused = crypto.aead_decrypt(aead, &key, &sealed, &[2; 12], b"add");
        assert_eq!(refused, Err(CryptoError::AeadDecryptionError));
        assert_eq!(crypto.aead_encrypt(aead, &key[1..], b"", &[2; 12], b""), Err(CryptoError::InvalidLength));
        assert_eq!(crypto.aead_decrypt(aead, &key, &sealed, &[2; 11], b""), Err(CryptoError::InvalidLength));
    }
}

#[test]
fn debug_shows_no_state() {
    assert_eq!(format!("{:?}", Provider::new(SystemRandom)), "Provider { .. }");
    assert_eq!(format!("{:?}", crypto()), "Crypto { .. }");
}
