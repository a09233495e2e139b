//! Encrypted disclosures: the peer reads and writes the entries but leaves the encryption to the application, which is OpenSSL here.

use cbor2::Value as Cbor;
use cose2::Sign1Message;
use mimicred_claims::{Redaction, RedactionPlan, Selection};
use mimicred_cose::SymmetricKey;
use mimicred_keys::{Algorithm, IssuerKey, SystemRandom};
use mimicred_sd_cwt::{DisclosureKey, Encryption, Issuer, KeyContext};
use openssl::symm::{Cipher, decrypt_aead, encrypt_aead};
use sd_cwt_peer::{
    AeadEncryptedDisclosure, AeadKeyContext, Disclosure, RestoreMode, aead_encrypted_disclosures_from_unprotected,
    disclosures_from_unprotected, restore_payload_with_disclosures, sd_aead, set_aead_encrypted_disclosures, set_disclosures,
};

use crate::cast::{Cast, HeadIncluded};
use crate::claims::{assert_equal, claims, ours, their_choice, without_cnf};
use crate::roles::{they_bind, token_of, we_present_encrypted, we_verify, we_verify_with};

/// Number in the registry, cipher and key length of those that OpenSSL has under this interface.
fn ciphers() -> [(u16, Cipher, usize); 3] {
    [(1, Cipher::aes_128_gcm(), 16), (2, Cipher::aes_256_gcm(), 32), (29, Cipher::chacha20_poly1305(), 32)]
}

fn key(length: usize) -> DisclosureKey {
    DisclosureKey::new(SymmetricKey::new(&vec![0x2b; length]))
}

fn issue(cast: &Cast, id: u16) -> Vec<u8> {
    let signer = IssuerKey::new(cast.issuer.secret().unwrap());
    let issuer = Issuer::new(signer.public()).with_aead(id);
    let plan = RedactionPlan::new(Redaction::All);
    let prepared = issuer.prepare(ours(&claims()), &cast.holder.public().unwrap(), &plan, &mut SystemRandom).unwrap();
    prepared.sign(&signer).unwrap().into_bytes()
}

/// CWT-A-003, CWT-A-005, CWT-A-011, CWT-A-012, CWT-A-013.
#[test]
fn what_we_encrypt_the_peer_reads_openssl_opens_and_the_peer_restores() {
    let cast = Cast::new(Algorithm::P256, Algorithm::Ed25519);
    for (id, cipher, length) in ciphers() {
        let selection =
            Selection::Paths(["170", "address", "nationalities[1]"].iter().map(|path| path.parse().unwrap()).collect());
        for (context, named) in [
            (None, None),
            (Some(KeyContext::Number(7)), Some(AeadKeyContext::Uint(7))),
            (Some(KeyContext::Name("room".into())), Some(AeadKeyContext::Text("room".into()))),
            (Some(KeyContext::Thumbprint(vec![9; 32])), Some(AeadKeyContext::Thumbprint(vec![9; 32]))),
        ] {
            let key = context.into_iter().fold(key(length), DisclosureKey::with_context);
            let presentation = we_present_encrypted(&cast, &issue(&cast, id), Encryption { selection: &selection, key: &key });
            let token = Sign1Message::from_slice(&token_of(&presentation)).unwrap();
            assert_eq!(sd_aead(&token.protected).unwrap(), Some(id));
            let entries = aead_encrypted_disclosures_from_unprotected(&token.unprotected).unwrap();
            // The name, the address with its members, their lines and both of them, and a nationality.
            assert_eq!(entries.len(), 1 + 1 + 3 + 2 + 1);
            let opened = entries.iter().map(|entry| {
                assert_eq!(entry.key_context, named);
                let secret = vec![0x2b; length];
                let plain = decrypt_aead(cipher, &secret, Some(&entry.nonce), &[], &entry.ciphertext, &entry.tag).unwrap();
                let Cbor::Bytes(content) = cbor2::from_slice(&plain).unwrap() else { panic!("a byte string") };
                Disclosure::from_encoded(content).unwrap()
            });
            let clear = disclosures_from_unprotected(&token.unprotected).unwrap();
            let all: Vec<_> = clear.into_iter().chain(opened).collect();
            let report = restore_payload_with_disclosures(&token, all, &HeadIncluded, RestoreMode::Holder).unwrap();
            assert_equal(&without_cnf(&report.value), &claims());
        }
    }
}

/// CWT-A-014, CWT-A-015.
#[test]
fn what_openssl_encrypts_and_the_peer_writes_we_open() {
    let cast = Cast::new(Algorithm::P256, Algorithm::Ed25519);
    for (id, cipher, length) in ciphers() {
        for context in [None, Some(AeadKeyContext::Uint(7))] {
            let mut token = Sign1Message::from_slice(&issue(&cast, id)).unwrap();
            let all = disclosures_from_unprotected(&token.unprotected).unwrap();
            let (hidden, clear): (Vec<_>, Vec<_>) = all.into_iter().partition(their_choice);
            set_disclosures(&mut token.unprotected, &clear);
            let entries: Vec<_> = (1..)
                .zip(&hidden)
                .map(|(n, disclosure)| {
                    let plain = cbor2::to_vec(&Cbor::Bytes(disclosure.encoded().to_vec())).unwrap();
                    let (nonce, mut tag) = (vec![n; 12], vec![0; 16]);
                    let ciphertext = encrypt_aead(cipher, &vec![0x2b; length], Some(&nonce), &[], &plain, &mut tag).unwrap();
                    AeadEncryptedDisclosure { nonce, ciphertext, tag, key_context: context.clone() }
                })
                .collect();
            set_aead_encrypted_disclosures(&mut token.unprotected, &entries);
            let presentation = they_bind(&cast, &token);
            let key = match context {
                Some(_) => key(length).with_context(KeyContext::Number(7)),
                None => key(length),
            };
            assert_equal(&we_verify_with(&cast, &presentation, &[key]).unwrap(), &claims());
            // Clear children of encrypted parents, which we would not send (CWT-A-022, trap 26).
            assert!(we_verify(&cast, &presentation).is_err());
        }
    }
}
