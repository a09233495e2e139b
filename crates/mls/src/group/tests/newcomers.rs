//! KeyPackages and Welcomes: what OpenMLS does not check.

use mimicred_keys::HashAlgorithm;
use openmls::extensions::{AppDataDictionary, AppDataDictionaryExtension, Extension, Extensions};
use openmls::prelude::{Capabilities, CredentialType, ExtensionType, MlsMessageOut, ProposalType};

use super::*;
use crate::component::{APP_COMPONENTS, AppComponents, ROOM_METADATA};

const SUITE: Suite = Suite::X25519Aes128Ed25519;

fn verified(octets: &[u8]) -> Result<KeyPackage, Error> {
    UnverifiedKeyPackage::parse(octets)?.verify(&Provider::new(SystemRandom))
}

/// A KeyPackage by hand: capabilities, components, lifetime.
struct Foreign {
    credentials: Vec<u16>,
    extensions: Vec<ExtensionType>,
    components: Vec<u16>,
    lifetime: (u64, u64),
}

impl Foreign {
    fn new() -> Self {
        let good = lifetime();
        Self {
            credentials: vec![1, 2, 5, 0xf006],
            extensions: vec![ExtensionType::AppDataDictionary],
            components: vec![0x22, 0x23, 0xd050],
            lifetime: (good.not_before(), good.not_after()),
        }
    }

    fn build(self, member: &Member) -> Vec<u8> {
        let capabilities = Capabilities::builder()
            .credentials(self.credentials.into_iter().map(CredentialType::from).collect())
            .extensions(self.extensions)
            .proposals(vec![ProposalType::AppDataUpdate, ProposalType::SelfRemove])
            .build();
        let mut dictionary = AppDataDictionary::new();
        dictionary.insert(APP_COMPONENTS, AppComponents::from_iter(self.components).encode().unwrap());
        let extension = Extension::AppDataDictionary(AppDataDictionaryExtension::new(dictionary));
        let bundle = openmls::prelude::KeyPackage::builder()
            .key_package_lifetime(openmls::prelude::Lifetime::init(self.lifetime.0, self.lifetime.1))
            .leaf_node_capabilities(capabilities)
            .leaf_node_extensions(Extensions::single(extension).unwrap())
            .build(
                config::ciphersuite(member.suite()),
                member.provider(),
                &LeafSigner(member.key()),
                leaf::with_key(member.credential(), member.key().public()).unwrap(),
            )
            .unwrap();
        MlsMessageOut::from(bundle.into_key_package()).to_bytes().unwrap()
    }
}

#[test]
fn a_key_package_says_what_it_is() {
    for suite in SUITES {
        let dave = member(suite, "dave");
        let octets = dave.key_package(&lifetime()).unwrap();
        let unverified = UnverifiedKeyPackage::parse(&octets).unwrap();
        assert_eq!(unverified.credential().unwrap(), *dave.credential());
        assert_eq!(unverified.signature_key(), dave.key().public().octets());
        let key_package = unverified.verify(&Provider::new(SystemRandom)).unwrap();
        assert_eq!(key_package.suite(), suite);
        assert_eq!(key_package.signature_key(), dave.key().public());
        assert_eq!(key_package.credential(), dave.credential());
        assert_eq!(key_package.lifetime(), lifetime());
        assert!(key_package.components().contains(0xd050));
        assert_eq!(key_package.octets(), octets);
        // RFC 9420 5.2: RefHash over the KeyPackage without its MLSMessage header.
        let input = crate::tls::Writer::new().vector(b"MLS 1.0 KeyPackage Reference").vector(&octets[4..]).finish().unwrap();
        assert_eq!(key_package.reference(), &*HashAlgorithm::Sha256.digest(&input));
    }
}

#[test]
fn a_damaged_key_package_is_refused() {
    let octets = member(SUITE, "dave").key_package(&lifetime()).unwrap();
    let mut flipped = octets.clone();
    *flipped.last_mut().unwrap() ^= 1;
    assert_eq!(code(verified(&flipped)), Code::KeyPackageInvalid);
    assert_eq!(code(verified(&octets[..40])), Code::MessageMalformed);
    assert_eq!(code(verified(&[&octets[..], &[0]].concat())), Code::TrailingOctets);
    let message = created(SUITE).send(b"hello").unwrap();
    assert_eq!(code(verified(&message)), Code::MessageMalformed);
}

#[test]
fn a_leaf_lists_its_own_credential_type() {
    let dave = member(SUITE, "dave");
    assert!(verified(&Foreign::new().build(&dave)).is_ok());
    let octets = Foreign { credentials: vec![1, 2], ..Foreign::new() }.build(&dave);
    assert_eq!(code(verified(&octets)), Code::CredentialTypeUndeclared);
}

/// RFC 9420 7.2: each extension of the leaf is among its capabilities.
#[test]
fn a_leaf_lists_its_own_extensions() {
    let dave = member(SUITE, "dave");
    let octets = Foreign { extensions: vec![], ..Foreign::new() }.build(&dave);
    assert_eq!(code(verified(&octets)), Code::CapabilityUnsupported);
}

#[test]
fn a_newcomer_supports_the_components_of_the_room() {
    let dave = member(SUITE, "dave");
    let octets = Foreign { components: vec![0x22, 0x23], ..Foreign::new() }.build(&dave);
    assert!(verified(&octets).is_ok());
    assert_eq!(code(created(SUITE).add(&[&octets], vec![])), Code::ComponentUnsupported);
    let octets = Foreign::new().build(&dave);
    assert!(created(SUITE).add(&[&octets], vec![]).is_ok());
}

#[test]
fn lifetimes_are_bounded() {
    let dave = member(SUITE, "dave");
    let (not_before, _) = Foreign::new().lifetime;
    let day = 24 * 60 * 60;
    let long = Foreign { lifetime: (not_before, not_before + 85 * day), ..Foreign::new() }.build(&dave);
    assert_eq!(code(verified(&long)), Code::LifetimeInvalid);
    let expired = Foreign { lifetime: (1000, 2000), ..Foreign::new() }.build(&dave);
    assert_eq!(code(verified(&expired)), Code::KeyPackageInvalid);
    assert_eq!(code(Lifetime::new(5, 5)), Code::LifetimeInvalid);
    assert_eq!(code(Lifetime::new(5, 4)), Code::LifetimeInvalid);
    assert!(Lifetime::new(0, 84 * day + 3600).is_ok());
    assert_eq!(code(Lifetime::new(0, 84 * day + 3601)), Code::LifetimeInvalid);
    // In the first hour of a day it begins with the day before.
    assert_eq!(Lifetime::days(10 * day + 3599, 1).unwrap().not_before(), 9 * day);
    assert_eq!(Lifetime::days(10 * day + 3600, 1).unwrap().not_before(), 10 * day);
    assert_eq!(code(Lifetime::days(10 * day, 0)), Code::LifetimeInvalid);
}

/// B-25: the creator's leaf has the same lifetime as one that came by a KeyPackage.
#[test]
fn the_creators_leaf_is_like_any_other() {
    let alice = created(SUITE);
    let own = alice.mls.own_leaf_node().unwrap();
    let dave = verified(&member(SUITE, "dave").key_package(&lifetime()).unwrap()).unwrap();
    let other = dave.inner.leaf_node();
    assert_eq!(own.leaf_node_source(), other.leaf_node_source());
    assert_eq!(own.capabilities(), other.capabilities());
    let listed = |node: &openmls::prelude::LeafNode| leaf::components(node.extensions()).unwrap();
    assert_eq!(listed(own), listed(other));
    // Every leaf has a recipient key of its own, of one length.
    let keys = [own, other].map(|node| leaf::recipient_key(node.extensions()).unwrap().unwrap());
    assert!(keys[0] != keys[1] && keys[0].len() == keys[1].len());
}

#[test]
fn a_leaf_key_has_one_form() {
    let suite = Suite::P256Aes128P256;
    let key = leaf_key(suite);
    let point = key.public().octets();
    assert_eq!(leaf::leaf_key(suite, point).unwrap(), *key.public());
    let compressed = [&[2 | (point[64] & 1)], &point[1..33]].concat();
    for octets in [&compressed[..], &point[1..], &[&[6 | (point[64] & 1)], &point[1..]].concat(), &[4; 65], &[]] {
        assert_eq!(code(leaf::leaf_key(suite, octets)), Code::LeafKeyForm);
    }
    assert_eq!(code(leaf::leaf_key(SUITE, point)), Code::LeafKeyForm);
}

#[test]
fn one_key_is_in_a_group_once() {
    let mut groups = vec![created(SUITE)];
    let dave = member(SUITE, "dave");
    add(&mut groups, &[("dave", dave.clone())]);
    let again = dave.key_package(&lifetime()).unwrap();
    assert_eq!(code(groups[0].add(&[&again], vec![])), Code::CommitRefused);
    let other_suite = member(Suite::P256Aes128P256, "eve").key_package(&lifetime()).unwrap();
    assert_eq!(code(groups[0].add(&[&other_suite], vec![])), Code::CommitRefused);
}

#[test]
fn a_welcome_is_for_one_key_package() {
    let mut alice = created(SUITE);
    let (dave, eve) = (member(SUITE, "dave"), member(SUITE, "eve"));
    let commit = alice.add(&[&dave.key_package(&lifetime()).unwrap()], vec![]).unwrap();
    let welcome = commit.welcome.unwrap();
    assert_eq!(code(eve.join(&welcome)), Code::WelcomeInvalid);
    assert_eq!(code(dave.join(&commit.message)), Code::MessageMalformed);
    assert_eq!(code(dave.join(&welcome[..welcome.len() - 1])), Code::MessageMalformed);
    assert!(dave.join(&welcome).is_ok());
    assert_eq!(code(dave.join(&welcome)), Code::WelcomeInvalid);
}

/// A group of another implementation with what GroupContext dictionary it likes.
fn foreign_welcome(components: &[(u16, Vec<u8>)], newcomer: &Member) -> Vec<u8> {
    let creator = member(SUITE, "creator");
    let mut dictionary = AppDataDictionary::new();
    for (component, octets) in components {
        dictionary.insert(*component, octets.clone());
    }
    let config = openmls::group::MlsGroupCreateConfig::builder()
        .ciphersuite(config::ciphersuite(SUITE))
        .use_ratchet_tree_extension(true)
        .capabilities(config::capabilities())
        .with_group_context_extensions(
            Extensions::single(Extension::AppDataDictionary(AppDataDictionaryExtension::new(dictionary))).unwrap(),
        )
        .build();
    let with_key = leaf::with_key(creator.credential(), creator.key().public()).unwrap();
    let mut mls = MlsGroup::new(creator.provider(), &LeafSigner(creator.key()), &config, with_key).unwrap();
    let key_package = verified(&newcomer.key_package(&lifetime()).unwrap()).unwrap().inner;
    let (_, welcome, _) = mls.add_members(creator.provider(), &LeafSigner(creator.key()), &[key_package]).unwrap();
    welcome.to_bytes().unwrap()
}

#[test]
fn only_rooms_are_joined() {
    let metadata = room().metadata.encode().unwrap();
    let list = |ids: &[u16]| AppComponents::from_iter(ids.iter().copied()).encode().unwrap();
    let joined = |components: &[(u16, Vec<u8>)]| {
        let dave = member(SUITE, "dave");
        dave.join(&foreign_welcome(components, &dave))
    };
    let group = joined(&[(ROOM_METADATA, metadata.clone())]).unwrap();
    assert!(group.view().unwrap().participants.is_empty());
    assert_eq!(code(joined(&[])), Code::RoomUriMissing);
    assert_eq!(code(joined(&[(ROOM_METADATA, b"\x01x".to_vec())])), Code::UriInvalid);
    assert_eq!(code(joined(&[(ROOM_METADATA, metadata.clone()), (0x22, vec![1])])), Code::Truncated);
    assert_eq!(code(joined(&[(ROOM_METADATA, metadata.clone()), (3, vec![0])])), Code::Empty);
    let required = (APP_COMPONENTS, list(&[0x23, 0x24]));
    assert_eq!(code(joined(&[(ROOM_METADATA, metadata.clone()), required])), Code::ComponentUnsupported);
    assert_eq!(
        code(joined(&[(ROOM_METADATA, metadata), (APP_COMPONENTS, b"\x04\0\x23\0\x23".to_vec())])),
        Code::ComponentDuplicate
    );
}

#[test]
fn group_ids_are_bounded() {
    let alice = member(SUITE, "alice");
    assert_eq!(code(alice.create(b"", &room(), &lifetime())), Code::Limit);
    assert_eq!(code(alice.create(&[1; 65], &room(), &lifetime())), Code::Limit);
    assert!(alice.create(GROUP_ID, &room(), &lifetime()).is_ok());
    assert_eq!(code(alice.create(GROUP_ID, &room(), &lifetime())), Code::GroupExists);
    let twice = room().with_participants(vec![participant("x"), participant("x")]);
    assert_eq!(code(alice.create(b"other", &twice, &lifetime())), Code::ParticipantDuplicate);
}

/// A source that has nothing to give.
struct Dry;

impl mimicred_keys::Random for Dry {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), mimicred_keys::Error> {
        Err(mimicred_keys::Code::BackendFailed.into())
    }
}

#[test]
fn without_randomness_nothing_is_made() {
    let dry = Member::new(SUITE, leaf_key(SUITE), Credential::Basic(vec![]), NoRules, Dry).unwrap();
    assert_eq!(code(dry.key_package(&lifetime())), Code::Crypto);
    assert_eq!(code(dry.create(GROUP_ID, &room(), &lifetime())), Code::Crypto);
}
