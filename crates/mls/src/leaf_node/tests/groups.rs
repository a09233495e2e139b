//! Leaves of real groups, made by OpenMLS.

use mimicred_keys::LeafKey;
use openmls::group::{MlsGroupJoinConfig, PURE_PLAINTEXT_WIRE_FORMAT_POLICY};
use openmls::prelude::{
    BasicCredential, Ciphersuite, CredentialWithKey, KeyPackage, LeafNodeIndex, LeafNodeParameters, MlsGroup, MlsMessageIn,
    MlsMessageOut, ProcessedMessageContent, StagedWelcome,
};
use openmls_traits::OpenMlsProvider;
use tls_codec::{Deserialize, Serialize};

use super::*;
use crate::group::{LeafSigner, Provider};

const SUITES: [(Ciphersuite, Algorithm); 3] = [
    (Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519, Algorithm::Ed25519),
    (Ciphersuite::MLS_128_DHKEMP256_AES128GCM_SHA256_P256, Algorithm::P256),
    (Ciphersuite::MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519, Algorithm::Ed25519),
];

struct Client {
    provider: Provider,
    key: LeafKey,
    name: &'static str,
}

impl Client {
    fn new(algorithm: Algorithm, name: &'static str) -> Self {
        Self { provider: Provider::new(SystemRandom), key: leaf_key(algorithm), name }
    }

    fn credential(&self) -> CredentialWithKey {
        let credential = BasicCredential::new(self.name.into()).into();
        CredentialWithKey { credential, signature_key: self.key.public().octets().into() }
    }
}

fn message(message: &MlsMessageOut) -> MlsMessageIn {
    MlsMessageIn::tls_deserialize(&mut &message.tls_serialize_detached().unwrap()[..]).unwrap()
}

/// The leaf at an index, as it stands in the tree, with what OpenMLS says of it.
fn leaf_at(group: &MlsGroup, index: u32) -> Vec<u8> {
    let leaf = group.public_group().leaf(LeafNodeIndex::new(index)).unwrap();
    let octets = leaf.tls_serialize_detached().unwrap();
    let read = LeafNode::decode(&octets).unwrap();
    assert_eq!(read.octets(), octets);
    assert_eq!(read.signature_key_octets(), leaf.signature_key().as_slice());
    assert_eq!(vector(read.encryption_key()), leaf.encryption_key().tls_serialize_detached().unwrap());
    assert_eq!(read.credential(), &Credential::Basic(leaf.credential().serialized_content().to_vec()));
    let numbers: Vec<u16> = leaf.capabilities().ciphersuites().iter().map(|suite| suite.value()).collect();
    assert_eq!(read.capabilities().cipher_suites, numbers);
    let numbers: Vec<u16> = leaf.capabilities().credentials().iter().map(|number| (*number).into()).collect();
    assert_eq!(read.capabilities().credentials, numbers);
    octets
}

/// The leaf says its source and verifies in its place, and with any bit flipped it does not.
fn check(octets: &[u8], name: &str, place: (&[u8], u32)) {
    let leaf = LeafNode::decode(octets).unwrap();
    assert_eq!(leaf.source().name(), name);
    leaf.verify_signature(Some(place)).unwrap();
    let bound = !matches!(leaf.source(), LeafNodeSource::KeyPackage { .. });
    assert_eq!(leaf.verify_signature(None).is_err(), bound);
    assert_eq!(leaf.verify_signature(Some((place.0, place.1 + 1))).is_err(), bound);
    assert_eq!(leaf.verify_signature(Some((b"elsewhere", place.1))).is_err(), bound);
    for at in 0..octets.len() {
        let mut flipped = octets.to_vec();
        flipped[at] ^= 1 << (at % 8);
        assert!(LeafNode::decode(&flipped).and_then(|leaf| leaf.verify_signature(Some(place))).is_err(), "octet {at}");
    }
}

#[test]
fn leaves_of_every_source_verify() {
    for (suite, algorithm) in SUITES {
        let (alice, bob) = (Client::new(algorithm, "alice"), Client::new(algorithm, "bob"));
        let (alice_signer, bob_signer) = (LeafSigner(&alice.key), LeafSigner(&bob.key));
        let mut at_alice = MlsGroup::builder()
            .ciphersuite(suite)
            .with_wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY)
            .use_ratchet_tree_extension(true)
            .build(&alice.provider, &alice_signer, alice.credential())
            .unwrap();
        let id = at_alice.group_id().as_slice().to_vec();
        check(&leaf_at(&at_alice, 0), "key_package", (&id, 0));

        let key_package = KeyPackage::builder().build(suite, &bob.provider, &bob_signer, bob.credential()).unwrap();
        let (_, welcome, _) = at_alice.add_members(&alice.provider, &alice_signer, &[key_package.key_package().clone()]).unwrap();
        at_alice.merge_pending_commit(&alice.provider).unwrap();
        check(&leaf_at(&at_alice, 1), "key_package", (&id, 1));

        let config = MlsGroupJoinConfig::builder().wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY).build();
        let welcome = match message(&welcome).extract() {
            openmls::prelude::MlsMessageBodyIn::Welcome(welcome) => welcome,
            _ => panic!("not a Welcome"),
        };
        let staged = StagedWelcome::new_from_welcome(&bob.provider, &config, welcome, None).unwrap();
        let mut at_bob = staged.into_group(&bob.provider).unwrap();
        let (proposal, _) = at_bob.propose_self_update(&bob.provider, &bob_signer, LeafNodeParameters::default()).unwrap();
        let read = at_alice.process_message(&alice.provider, message(&proposal).try_into_protocol_message().unwrap()).unwrap();
        let ProcessedMessageContent::ProposalMessage(proposal) = read.into_content() else { panic!("not a proposal") };
        at_alice.store_pending_proposal(alice.provider.storage(), *proposal).unwrap();
        at_alice.commit_to_pending_proposals(&alice.provider, &alice_signer).unwrap();
        at_alice.merge_pending_commit(&alice.provider).unwrap();
        check(&leaf_at(&at_alice, 1), "update", (&id, 1));
        check(&leaf_at(&at_alice, 0), "commit", (&id, 0));
    }
}
