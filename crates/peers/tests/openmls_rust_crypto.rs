//! One group, one member on our provider, the other on OpenMLS's own for RustCrypto: every message crosses in both directions.
#![cfg(test)]

use mimicred_keys::{Algorithm, LeafKey, SecretKey, SystemRandom};
use mimicred_mls::group::{LeafSigner, Provider};
use openmls::prelude::tls_codec::{DeserializeBytes as _, Serialize as _};
use openmls::prelude::{
    BasicCredential, Ciphersuite, CredentialWithKey, KeyPackage, KeyPackageIn, LeafNodeParameters, MlsGroup, MlsGroupJoinConfig,
    MlsMessageBodyIn, MlsMessageIn, MlsMessageOut, OpenMlsProvider, ProcessedMessageContent, ProtocolVersion, StagedWelcome,
};
use openmls_rust_crypto::{OpenMlsRustCrypto, RustCrypto};
use openmls_traits::crypto::OpenMlsCrypto as _;
use openmls_traits::signatures::{Signer, SignerError};
use openmls_traits::types::SignatureScheme;

const SUITES: [(Ciphersuite, Algorithm); 3] = [
    (Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519, Algorithm::Ed25519),
    (Ciphersuite::MLS_128_DHKEMP256_AES128GCM_SHA256_P256, Algorithm::P256),
    (Ciphersuite::MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519, Algorithm::Ed25519),
];

/// A key that the other side makes and signs with.
struct PeerKey {
    crypto: RustCrypto,
    scheme: SignatureScheme,
    secret: Vec<u8>,
    public: Vec<u8>,
}

impl PeerKey {
    fn generate(suite: Ciphersuite) -> Self {
        let crypto = RustCrypto::default();
        let scheme = suite.signature_algorithm();
        let (secret, public) = crypto.signature_key_gen(scheme).unwrap();
        Self { crypto, scheme, secret, public }
    }
}

impl Signer for PeerKey {
    fn sign(&self, payload: &[u8]) -> Result<Vec<u8>, SignerError> {
        self.crypto.sign(self.scheme, payload, &self.secret).map_err(SignerError::CryptoError)
    }

    fn signature_scheme(&self) -> SignatureScheme {
        self.scheme
    }
}

/// One side: where it computes, what it signs with, who it is.
struct Member<'a, P, S> {
    provider: &'a P,
    signer: &'a S,
    identity: CredentialWithKey,
}

impl<'a, P: OpenMlsProvider, S: Signer> Member<'a, P, S> {
    fn new(name: &str, provider: &'a P, signer: &'a S, public: &[u8]) -> Self {
        let credential = BasicCredential::new(name.as_bytes().to_vec()).into();
        Self { provider, signer, identity: CredentialWithKey { credential, signature_key: public.into() } }
    }

    /// Takes a message off the wire; gives the text of an application message.
    fn receive(&self, group: &mut MlsGroup, octets: &[u8]) -> Option<Vec<u8>> {
        let message = MlsMessageIn::tls_deserialize_exact_bytes(octets).unwrap().try_into_protocol_message().unwrap();
        match group.process_message(self.provider, message).unwrap().into_content() {
            ProcessedMessageContent::ApplicationMessage(message) => Some(message.into_bytes()),
            ProcessedMessageContent::StagedCommitMessage(commit) => {
                group.merge_staged_commit(self.provider, *commit).unwrap();
                None
            }
            _ => panic!("neither a message nor a commit"),
        }
    }
}

fn wire(message: &MlsMessageOut) -> Vec<u8> {
    message.tls_serialize_detached().unwrap()
}

/// The creator adds the joiner; then each of them sends, renews its path and leaf, and sends again.
fn meet<A: OpenMlsProvider, B: OpenMlsProvider, S: Signer, T: Signer>(
    suite: Ciphersuite,
    creator: &Member<'_, A, S>,
    joiner: &Member<'_, B, T>,
) {
    let bundle = KeyPackage::builder().build(suite, joiner.provider, joiner.signer, joiner.identity.clone()).unwrap();
    let octets = bundle.key_package().tls_serialize_detached().unwrap();
    let package = KeyPackageIn::tls_deserialize_exact_bytes(&octets).unwrap();
    let package = package.validate(creator.provider.crypto(), ProtocolVersion::Mls10).unwrap();

    let builder = MlsGroup::builder().ciphersuite(suite).use_ratchet_tree_extension(true);
    let mut at_creator = builder.build(creator.provider, creator.signer, creator.identity.clone()).unwrap();
    let (_, welcome, _) = at_creator.add_members(creator.provider, creator.signer, &[package]).unwrap();
    at_creator.merge_pending_commit(creator.provider).unwrap();

    let MlsMessageBodyIn::Welcome(welcome) = MlsMessageIn::tls_deserialize_exact_bytes(&wire(&welcome)).unwrap().extract() else {
        panic!("not a Welcome");
    };
    let staged = StagedWelcome::new_from_welcome(joiner.provider, &MlsGroupJoinConfig::default(), welcome, None).unwrap();
    let mut at_joiner = staged.into_group(joiner.provider).unwrap();
    agree(creator, &at_creator, joiner, &at_joiner);

    exchange(creator, &mut at_creator, joiner, &mut at_joiner);
    renew(creator, &mut at_creator, joiner, &mut at_joiner);
    renew(joiner, &mut at_joiner, creator, &mut at_creator);
    exchange(creator, &mut at_creator, joiner, &mut at_joiner);
}

fn agree<A: OpenMlsProvider, B: OpenMlsProvider, S: Signer, T: Signer>(
    one: &Member<'_, A, S>,
    at_one: &MlsGroup,
    two: &Member<'_, B, T>,
    at_two: &MlsGroup,
) {
    assert_eq!(at_one.epoch(), at_two.epoch());
    assert_eq!(at_one.epoch_authenticator().as_slice(), at_two.epoch_authenticator().as_slice());
    let exported = at_one.export_secret(one.provider.crypto(), "label", b"context", 40).unwrap();
    assert_eq!(at_two.export_secret(two.provider.crypto(), "label", b"context", 40).unwrap(), exported);
}

fn exchange<A: OpenMlsProvider, B: OpenMlsProvider, S: Signer, T: Signer>(
    one: &Member<'_, A, S>,
    at_one: &mut MlsGroup,
    two: &Member<'_, B, T>,
    at_two: &mut MlsGroup,
) {
    let message = at_one.create_message(one.provider, one.signer, b"there").unwrap();
    assert_eq!(two.receive(at_two, &wire(&message)).unwrap(), b"there");
    let message = at_two.create_message(two.provider, two.signer, b"and back").unwrap();
    assert_eq!(one.receive(at_one, &wire(&message)).unwrap(), b"and back");
}

/// A commit with an update path, made by one and processed by two.
fn renew<A: OpenMlsProvider, B: OpenMlsProvider, S: Signer, T: Signer>(
    one: &Member<'_, A, S>,
    at_one: &mut MlsGroup,
    two: &Member<'_, B, T>,
    at_two: &mut MlsGroup,
) {
    let before = at_one.epoch();
    let commit = at_one.self_update(one.provider, one.signer, LeafNodeParameters::default()).unwrap().into_commit();
    at_one.merge_pending_commit(one.provider).unwrap();
    assert_eq!(two.receive(at_two, &wire(&commit)), None);
    assert_ne!(at_one.epoch(), before);
    agree(one, at_one, two, at_two);
}

fn leaf_key(algorithm: Algorithm) -> LeafKey {
    LeafKey::new(SecretKey::generate(algorithm, &mut SystemRandom).unwrap()).unwrap()
}

#[test]
fn we_create_and_they_join() {
    for (suite, algorithm) in SUITES {
        let (provider, key) = (Provider::new(SystemRandom), leaf_key(algorithm));
        let (peer, peer_key) = (OpenMlsRustCrypto::default(), PeerKey::generate(suite));
        let signer = LeafSigner(&key);
        let ours = Member::new("ours", &provider, &signer, key.public().octets());
        let theirs = Member::new("theirs", &peer, &peer_key, &peer_key.public);
        meet(suite, &ours, &theirs);
    }
}

#[test]
fn they_create_and_we_join() {
    for (suite, algorithm) in SUITES {
        let (provider, key) = (Provider::new(SystemRandom), leaf_key(algorithm));
        let (peer, peer_key) = (OpenMlsRustCrypto::default(), PeerKey::generate(suite));
        let signer = LeafSigner(&key);
        let ours = Member::new("ours", &provider, &signer, key.public().octets());
        let theirs = Member::new("theirs", &peer, &peer_key, &peer_key.public);
        meet(suite, &theirs, &ours);
    }
}

/// RFC 9420 5.1.1 wants the uncompressed point; the peer takes the compressed one all the same, we do not.
#[test]
fn a_compressed_leaf_key_is_refused_by_us_alone() {
    let suite = Ciphersuite::MLS_128_DHKEMP256_AES128GCM_SHA256_P256;
    let (provider, peer, key) = (Provider::new(SystemRandom), OpenMlsRustCrypto::default(), PeerKey::generate(suite));
    let compressed = [&[2 | (key.public[64] & 1)], &key.public[1..33]].concat();
    for (public, taken) in [(&key.public, true), (&compressed, false)] {
        let theirs = Member::new("theirs", &peer, &key, public);
        let bundle = KeyPackage::builder().build(suite, &peer, &key, theirs.identity).unwrap();
        let octets = bundle.key_package().tls_serialize_detached().unwrap();
        let package = || KeyPackageIn::tls_deserialize_exact_bytes(&octets).unwrap();
        assert!(package().validate(peer.crypto(), ProtocolVersion::Mls10).is_ok());
        assert_eq!(package().validate(provider.crypto(), ProtocolVersion::Mls10).is_ok(), taken);
    }
}

/// What one seals the other opens, with key pairs that both derive alike.
#[test]
fn hpke_crosses_in_both_directions() {
    use openmls_traits::types::HpkeConfig;
    let (provider, peer) = (Provider::new(SystemRandom), RustCrypto::default());
    let crypto = provider.crypto();
    for (suite, _) in SUITES {
        let config = || HpkeConfig(suite.hpke_kem_algorithm(), suite.hpke_kdf_algorithm(), suite.hpke_aead_algorithm());
        for seed in 0..8u8 {
            let pair = crypto.derive_hpke_keypair(config(), &[seed; 32]).unwrap();
            let theirs = peer.derive_hpke_keypair(config(), &[seed; 32]).unwrap();
            assert_eq!((&*pair.private, &pair.public), (&*theirs.private, &theirs.public));
            let sealed = crypto.hpke_seal(config(), &pair.public, b"info", b"aad", b"text").unwrap();
            assert_eq!(peer.hpke_open(config(), &sealed, &pair.private, b"info", b"aad").unwrap(), b"text");
            let sealed = peer.hpke_seal(config(), &pair.public, b"info", b"aad", b"text").unwrap();
            assert_eq!(crypto.hpke_open(config(), &sealed, &pair.private, b"info", b"aad").unwrap(), b"text");
            let (output, sent) = peer.hpke_setup_sender_and_export(config(), &pair.public, b"info", b"for", 32).unwrap();
            let received = crypto.hpke_setup_receiver_and_export(config(), &output, &pair.private, b"info", b"for", 32);
            assert_eq!(*received.unwrap(), *sent);
        }
    }
}
