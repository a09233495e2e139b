//! Signatures in chains are judged as everywhere else: by the cofactored rule of Ed25519, and with keys in one form only.

use curve25519_dalek::Scalar;
use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::EdwardsPoint;
use mimicred_keys::{Algorithm, HashAlgorithm};
use mimicred_x509::*;

use crate::common::*;

fn reduced(parts: &[&[u8]]) -> Scalar {
    let mut wide = [0; 64];
    wide.copy_from_slice(&HashAlgorithm::Sha512.digest(&parts.concat()));
    Scalar::from_bytes_mod_order_wide(&wide)
}

/// The signature by the key of this seed, with a component of small order in its nonce point: RFC 8032 5.1.6 but for that.
fn sign_with(component: EdwardsPoint, seed: &[u8], key: &[u8], message: &[u8]) -> [u8; 64] {
    let hash = HashAlgorithm::Sha512.digest(seed);
    let mut scalar: [u8; 32] = hash[..32].try_into().unwrap();
    scalar[0] &= 0xf8;
    scalar[31] = scalar[31] & 0x7f | 0x40;
    let r = reduced(&[&hash[32..], message]);
    let nonce = (EdwardsPoint::mul_base(&r) + component).compress().to_bytes();
    let s = r + reduced(&[&nonce, key, message]) * Scalar::from_bytes_mod_order(scalar);
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&nonce);
    signature[32..].copy_from_slice(s.as_bytes());
    signature
}

/// The strict equation would refuse seven of these eight; whoever finishes a certificate would then hold one that no chain takes.
#[test]
fn ed25519_is_cofactored_in_chains_too() {
    let root = root();
    let mut seed = [1; 32];
    seed[0] = 0;
    let profile = pseudonym_profile(&leaf_key(9));
    let prepared = prepare_pseudonym(&root.ca, &profile, &mut Counter(3)).unwrap();
    let message = prepared.to_be_signed().as_bytes();
    for component in EIGHT_TORSION {
        let signature = sign_with(component, &seed, root.key.public().octets(), message);
        let leaf = prepared.finish(&signature).unwrap();
        verify(&[&leaf], &[root.anchor()], Profile::Pseudonym).unwrap();
        assert!(leaf.check_issuer(root.certificate()).is_ok());
    }
    // Without a component it is the signature that the key makes.
    let signature = sign_with(EIGHT_TORSION[0], &seed, root.key.public().octets(), message);
    assert_eq!(prepared.finish(&signature).unwrap(), prepared.sign(&root.key).unwrap());
    // And another message's signature is none, with a component or without.
    for component in EIGHT_TORSION {
        let signature = sign_with(component, &seed, root.key.public().octets(), &[message, b"."].concat());
        assert_eq!(code(prepared.finish(&signature)), Code::SignatureInvalid);
    }
}

/// Of a CA's key in the compressed form, which RFC 5480 2.2 leaves to the verifier to take.
#[test]
fn keys_of_cas_are_uncompressed() {
    let root = odd_root();
    let key = issuer_key(Algorithm::P256, 7);
    let octets = key.public().octets();
    let compressed = [&[2 + octets[64] % 2], key.public().x()].concat();
    for (octets, holds) in [(octets.to_vec(), true), (compressed, false)] {
        let params = ca_params("Below", None);
        let ca = root.issue(&params, &OddKey(&rcgen::PKCS_ECDSA_P256_SHA256, octets));
        let issuer = rcgen::Issuer::from_params(&params, RcgenKey(&key));
        let leaf = pseudonym_params().signed_by(&odd_key(&leaf_key(9)), &issuer).unwrap();
        let leaf = Certificate::from_der(leaf.der()).unwrap();
        let verified = verify(&[&leaf, &ca], &[root.anchor()], Profile::Any);
        match holds {
            true => assert!(verified.is_ok()),
            false => assert_eq!(code(verified), Code::SignatureInvalid),
        }
    }
}
