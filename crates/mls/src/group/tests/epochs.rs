//! What an epoch looks like, to everybody alike, and why it has to be taken in time.

use super::*;
use crate::nonce::disclosure_nonce;

#[test]
fn every_member_sees_the_same_epoch() {
    for suite in SUITES {
        let groups = three(suite);
        let view = groups[0].view().unwrap();
        assert_eq!((view.epoch, &view.group_id[..], view.suite), (2, GROUP_ID, suite));
        assert_eq!(view.room_uri, uri("mimi://hub.example/r/clubhouse"));
        assert_eq!(view.participants, ["alice", "bob", "carol"].map(participant));
        assert_eq!(view.policy.as_deref(), Some(&b"policy 1"[..]));
        assert!(view.media_types.is_empty() && view.unreadable.is_empty());
        assert_eq!(view.leaves.len(), 3);
        for (index, group) in (0u32..).zip(&groups) {
            assert_eq!(group.view().unwrap(), view);
            assert_eq!(group.own_index(), index);
            let leaf = view.leaf(index).unwrap();
            assert_eq!(&leaf.signature_key, group.member().key().public());
            assert_eq!(&leaf.credential, group.member().credential());
        }
        assert!(view.leaf(3).is_none());
    }
}

#[test]
fn every_epoch_has_its_own_nonce_root() {
    let mut groups = three(Suite::X25519Aes128Ed25519);
    let mut roots = vec![groups[0].view().unwrap().nonce_root];
    for committer in [0, 2, 1] {
        let commit = groups[committer].update().unwrap();
        assert!(groups[committer].has_pending_commit());
        assert_eq!(groups[committer].view().unwrap().nonce_root, *roots.last().unwrap());
        for (index, group) in groups.iter_mut().enumerate() {
            if index == committer {
                group.merge().unwrap();
            } else {
                group.receive(&commit.message).unwrap();
            }
        }
        let views: Vec<_> = groups.iter().map(|group| group.view().unwrap()).collect();
        assert!(views.iter().all(|view| *view == views[0]));
        assert!(!roots.contains(&views[0].nonce_root));
        roots.push(views[0].nonce_root.clone());
    }
}

/// The root comes from the exporter with this label, an empty context and 32 octets; asked of OpenMLS directly.
#[test]
fn the_root_is_the_exporter() {
    let alice = created(Suite::X25519Aes128Ed25519);
    let crypto = alice.member().provider().crypto();
    let exported = alice.mls.export_secret(crypto, "mimi disclosure nonce v1", b"", 32).unwrap();
    let root = alice.view().unwrap().nonce_root;
    assert_eq!(root.to_vec(), exported);
    let key = alice.member().key().public().octets();
    assert!(disclosure_nonce(alice.suite().hash(), &root, key).is_ok());
}

/// mimi-mls 3.5.3 step 1: a message of an old epoch must be judged by the leaf of its epoch; the index may name a newcomer by now.
#[test]
fn a_reused_leaf_index_names_the_old_member_in_the_old_epoch() {
    for suite in [Suite::X25519Aes128Ed25519, Suite::P256Aes128P256] {
        let mut groups = three(suite);
        let before = groups[0].view().unwrap();
        let late = groups[1].send(b"a reveal, sent before I was removed").unwrap();

        let removal = groups[0].remove(&[1]).unwrap();
        groups[0].merge().unwrap();
        let bob = groups.remove(1);
        follow(&mut groups[1..], &removal.message);
        add(&mut groups, &[("dave", member(suite, "dave"))]);

        let after = groups[0].view().unwrap();
        assert_eq!(after.leaf(1).unwrap().credential, Credential::SdCwt(b"dave".to_vec()));
        let Incoming::Application { sender, epoch, .. } = groups[0].receive(&late).unwrap() else { panic!() };
        assert_eq!((sender, epoch), (1, before.epoch));
        // By the snapshot of its epoch it is Bob's; the current epoch would say Dave's.
        let sent_by = before.leaf(sender).unwrap();
        assert_eq!(sent_by.signature_key, *bob.member().key().public());
        assert_eq!(sent_by.credential, Credential::SdCwt(b"bob".to_vec()));
        assert_ne!(after.leaf(sender).unwrap().signature_key, sent_by.signature_key);
    }
}

#[test]
fn five_past_epochs_can_be_read_and_no_more() {
    let mut groups = three(Suite::X25519Aes128Ed25519);
    let [first, second] = [groups[1].send(b"first").unwrap(), groups[1].send(b"second").unwrap()];
    for _ in 0..MAX_PAST_EPOCHS {
        let commit = groups[0].update().unwrap();
        groups[0].merge().unwrap();
        follow(&mut groups[1..], &commit.message);
    }
    assert!(matches!(groups[0].receive(&first).unwrap(), Incoming::Application { epoch: 2, .. }));
    assert_eq!(groups[0].oldest_epoch(), 2);
    groups[0].update().unwrap();
    groups[0].merge().unwrap();
    assert_eq!(groups[0].oldest_epoch(), 3);
    assert_eq!(code(groups[0].receive(&second)), Code::EpochUnavailable);
    // And a message of an epoch to come.
    let early = groups[0].send(b"early").unwrap();
    assert_eq!(code(groups[1].receive(&early)), Code::EpochUnavailable);
}

#[test]
fn a_newcomer_reads_nothing_of_before() {
    let suite = Suite::X25519Aes128Ed25519;
    let mut groups = three(suite);
    let message = groups[1].send(b"before").unwrap();
    add(&mut groups, &[("dave", member(suite, "dave"))]);
    assert_eq!(groups[3].oldest_epoch(), 3);
    assert_eq!(code(groups[3].receive(&message)), Code::EpochUnavailable);
    assert!(groups[0].receive(&message).is_ok());
}

#[test]
fn credential_types_mix() {
    for suite in [Suite::X25519Aes128Ed25519, Suite::P256Aes128P256] {
        let credentials = [
            Credential::X509(vec![vec![0x30, 0x03, 2, 1, 0], vec![0x30, 0]]),
            Credential::SdJwt(SdJwt::new("e30.e30.AA~WzFd~e30.e30.AA", SdJwtForm::Compacted).unwrap()),
            Credential::SdJwt(SdJwt::new("e30.e30.AA~e30.e30.AA", SdJwtForm::Text).unwrap()),
            Credential::Basic(b"nobody".to_vec()),
        ];
        let mut groups = vec![created(suite)];
        for (name, credential) in ["x", "y", "z", "w"].iter().zip(&credentials) {
            add(&mut groups, &[(name, Member::new(suite, leaf_key(suite), credential.clone(), NoRules, SystemRandom).unwrap())]);
        }
        for group in &groups {
            let view = group.view().unwrap();
            let seen: Vec<_> = view.leaves.iter().skip(1).map(|leaf| leaf.credential.clone()).collect();
            assert_eq!(seen, credentials);
        }
        let message = groups[2].send(b"hello").unwrap();
        for reader in [0, 1, 3, 4] {
            assert!(groups[reader].receive(&message).is_ok());
        }
    }
}

#[test]
fn what_cannot_be_read_is_listed_apart() {
    let suite = Suite::P256Aes128P256;
    let leaf = |octets: &[u8], content: &[u8]| {
        let credential = openmls::prelude::Credential::new(openmls::prelude::CredentialType::X509, content.to_vec());
        leaf::leaf_key(suite, octets).and_then(|_| leaf::from_openmls(&credential)).map_err(|error| error.code())
    };
    let key = leaf_key(suite);
    let point = key.public().octets();
    let compressed = [&[2 | (point[64] & 1)], &point[1..33]].concat();
    assert_eq!(leaf(point, b"\x01\x30"), Ok(Credential::X509(vec![vec![0x30]])));
    assert_eq!(leaf(&compressed, b"\x01\x30"), Err(Code::LeafKeyForm));
    assert_eq!(leaf(&[7; 32], b"\x01\x30"), Err(Code::LeafKeyForm));
    assert_eq!(leaf(point, b"\x02\x30"), Err(Code::Truncated));
    assert_eq!(leaf(point, b""), Err(Code::Empty));
}
