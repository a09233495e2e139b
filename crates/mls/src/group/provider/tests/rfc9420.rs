//! The figures of RFC 9420, by what this crate does itself and by the primitives that OpenMLS is given.

mod crypto_basics;
mod key_schedule;

use mimicred_keys::ToBeSigned;
use openmls_traits::types::HpkeCiphertext;

use super::*;
use crate::Suite;
use crate::nonce::{expand_with_label, exporter};
use crate::signing::sign_content;
use crate::tls::Writer;
use crypto_basics::CRYPTO_BASICS;
use key_schedule::{Epoch, KEY_SCHEDULE};

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn openmls(suite: u16) -> Ciphersuite {
    Ciphersuite::try_from(suite).unwrap()
}

fn ours(suite: u16) -> Suite {
    Suite::from_number(suite).unwrap()
}

/// `KDFLabel` of RFC 9420 section 8, written here once more: what the crate has is tested, and not used to test itself.
fn kdf_label(label: &str, context: &[u8], length: usize) -> Vec<u8> {
    let label = format!("MLS 1.0 {label}");
    let mut out = u16::try_from(length).unwrap().to_be_bytes().to_vec();
    for part in [label.as_bytes(), context] {
        match part.len() {
            short @ 0..64 => out.push(u8::try_from(short).unwrap()),
            long => out.extend((0x4000 | u16::try_from(long).unwrap()).to_be_bytes()),
        }
        out.extend(part);
    }
    out
}

/// `ExpandWithLabel` by the provider's primitive.
fn expand(suite: u16, secret: &[u8], label: &str, context: &[u8], length: usize) -> Vec<u8> {
    let info = kdf_label(label, context, length);
    crypto().hkdf_expand(openmls(suite).hash_algorithm(), secret, &info, length).unwrap().as_slice().to_vec()
}

/// `DeriveSecret`: all suites here have a KDF of 32 octets.
fn derive(suite: u16, secret: &[u8], label: &str) -> Vec<u8> {
    expand(suite, secret, label, b"", 32)
}

fn extract(suite: u16, salt: &[u8], input: &[u8]) -> Vec<u8> {
    crypto().hkdf_extract(openmls(suite).hash_algorithm(), salt, input).unwrap().as_slice().to_vec()
}

/// RFC 9420 5.2.
#[test]
fn references_are_those_of_the_working_group() {
    for vector in CRYPTO_BASICS {
        let case = &vector.ref_hash;
        let input = Writer::new().vector(case.label.as_bytes()).vector(&hex(case.value)).finish().unwrap();
        assert_eq!(crypto().hash(openmls(vector.suite).hash_algorithm(), &input).unwrap(), hex(case.out));
    }
}

/// RFC 9420 8 and 9: ExpandWithLabel, DeriveSecret, DeriveTreeSecret, by our own function and by the provider's.
#[test]
fn derived_secrets_are_those_of_the_working_group() {
    for vector in CRYPTO_BASICS {
        for case in [&vector.expand_with_label, &vector.derive_secret] {
            let (secret, context) = (hex(case.secret), hex(case.context));
            let hash = ours(vector.suite).hash();
            assert_eq!(expand_with_label(hash, &secret, case.label, &context, case.length).unwrap(), hex(case.out));
            assert_eq!(expand(vector.suite, &secret, case.label, &context, case.length), hex(case.out));
        }
        let case = &vector.derive_tree_secret;
        let (secret, generation) = (hex(case.secret), case.generation.to_be_bytes());
        let hash = ours(vector.suite).hash();
        assert_eq!(expand_with_label(hash, &secret, case.label, &generation, case.length).unwrap(), hex(case.out));
        assert_eq!(expand(vector.suite, &secret, case.label, &generation, case.length), hex(case.out));
    }
}

/// RFC 9420 5.1.2. The published signature verifies and so does ours; over another label neither does.
#[test]
fn signatures_with_a_label_are_those_of_the_working_group() {
    for vector in CRYPTO_BASICS {
        let case = &vector.sign_with_label;
        let scheme = openmls(vector.suite).signature_algorithm();
        let secret = SecretKey::from_octets(ours(vector.suite).signature_algorithm(), &hex(case.secret_key)).unwrap();
        assert_eq!(secret.public().octets(), hex(case.public_key));
        let key = LeafKey::new(secret).unwrap();

        let signed = sign_content(case.label.as_bytes(), &hex(case.content)).unwrap();
        let by_key = key.sign(&ToBeSigned::new(Family::Mls, signed.clone()).unwrap()).unwrap().into_bytes();
        let by_provider = crypto().sign(scheme, &signed, &hex(case.secret_key)).unwrap();
        let other = sign_content(b"SignWithLabels", &hex(case.content)).unwrap();
        for signature in [hex(case.signature), by_key, by_provider] {
            let verify = |content: &[u8]| crypto().verify_signature(scheme, content, &hex(case.public_key), &signature);
            assert_eq!(verify(&signed), Ok(()));
            assert_eq!(verify(&other), Err(CryptoError::InvalidSignature));
        }
        if scheme == SignatureScheme::ED25519 {
            // Deterministic (RFC 8032 5.1.6).
            assert_eq!(crypto().sign(scheme, &signed, &hex(case.secret_key)).unwrap(), hex(case.signature));
        }
    }
}

/// RFC 9420 5.1.3: the EncryptContext has the shape of a SignContent, as `sealed` has it.
#[test]
fn encryption_with_a_label_is_that_of_the_working_group() {
    for vector in CRYPTO_BASICS {
        let case = &vector.encrypt_with_label;
        let suite = openmls(vector.suite);
        let info = sign_content(case.label.as_bytes(), &hex(case.context)).unwrap();
        let published = HpkeCiphertext { kem_output: hex(case.kem_output).into(), ciphertext: hex(case.ciphertext).into() };
        let again = crypto().hpke_seal(config(suite), &hex(case.public_key), &info, b"", &hex(case.plaintext)).unwrap();
        let other = sign_content(b"EncryptWithLabels", &hex(case.context)).unwrap();
        for sealed in [published, again] {
            let open = |info: &[u8]| crypto().hpke_open(config(suite), &sealed, &hex(case.secret_key), info, b"");
            assert_eq!(open(&info).unwrap(), hex(case.plaintext));
            assert_eq!(open(&other), Err(CryptoError::HpkeDecryptionError));
        }
    }
}

/// RFC 9420 8, figure 22: from the secrets of a commit to all secrets of its epoch.
#[test]
fn the_key_schedule_is_that_of_the_working_group() {
    for vector in KEY_SCHEDULE {
        let suite = vector.suite;
        let mut init_secret = hex(vector.initial_init_secret);
        for (number, epoch) in (0..).zip(vector.epochs) {
            let context = group_context(suite, &hex(vector.group_id), number, epoch);
            assert_eq!(context, hex(epoch.group_context));
            let joined = extract(suite, &init_secret, &hex(epoch.commit_secret));
            let joiner_secret = expand(suite, &joined, "joiner", &context, 32);
            assert_eq!(joiner_secret, hex(epoch.joiner_secret));
            let member_secret = extract(suite, &joiner_secret, &hex(epoch.psk_secret));
            assert_eq!(derive(suite, &member_secret, "welcome"), hex(epoch.welcome_secret));
            let epoch_secret = expand(suite, &member_secret, "epoch", &context, 32);

            for (label, expected) in [
                ("sender data", epoch.sender_data_secret),
                ("encryption", epoch.encryption_secret),
                ("exporter", epoch.exporter_secret),
                ("authentication", epoch.epoch_authenticator),
                ("external", epoch.external_secret),
                ("confirm", epoch.confirmation_key),
                ("membership", epoch.membership_key),
                ("resumption", epoch.resumption_psk),
                ("init", epoch.init_secret),
            ] {
                assert_eq!(derive(suite, &epoch_secret, label), hex(expected), "{suite} {number} {label}");
            }
            init_secret = derive(suite, &epoch_secret, "init");
        }
    }
}

/// RFC 9420 8.3: the external key pair of an epoch.
#[test]
fn the_external_key_is_that_of_the_working_group() {
    for vector in KEY_SCHEDULE {
        for epoch in vector.epochs {
            let pair = crypto().derive_hpke_keypair(config(openmls(vector.suite)), &hex(epoch.external_secret)).unwrap();
            assert_eq!(pair.public, hex(epoch.external_pub));
        }
    }
}

/// RFC 9420 8.5: the derivation behind the nonces of an epoch, of any label, context and length.
#[test]
fn the_exporter_is_that_of_the_working_group() {
    for vector in KEY_SCHEDULE {
        for epoch in vector.epochs {
            let case = &epoch.exporter;
            let export = |label: &str, context: &[u8]| {
                exporter(ours(vector.suite).hash(), &hex(epoch.exporter_secret), label, context, case.length).unwrap()
            };
            assert_eq!(export(case.label, &hex(case.context)), hex(case.secret));
            assert_ne!(export(case.label, b""), hex(case.secret));
            assert_ne!(export("", &hex(case.context)), hex(case.secret));
        }
    }
}

/// `GroupContext` (RFC 9420 8.1) of version mls10 without extensions.
fn group_context(suite: u16, group_id: &[u8], number: u64, epoch: &Epoch) -> Vec<u8> {
    Writer::new()
        .u16(1)
        .u16(suite)
        .vector(group_id)
        .u64(number)
        .vector(&hex(epoch.tree_hash))
        .vector(&hex(epoch.confirmed_transcript_hash))
        .vector(b"")
        .finish()
        .unwrap()
}
