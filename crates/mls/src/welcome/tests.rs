use proptest::prelude::*;

use super::*;

pub(crate) const MESSAGE: &[u8] = b"\x00\x01\x00\x03\x00\x01\x16\x04ref1\x02k1\x02c1\x04ref2\x02k2\x02c2\x02gi";

fn code(octets: &[u8]) -> Code {
    Welcome::decode(octets).unwrap_err().code()
}

#[test]
fn fields_are_in_order() {
    let welcome = Welcome::decode(MESSAGE).unwrap();
    assert_eq!(welcome.cipher_suite(), 1);
    assert_eq!(welcome.references().collect::<Vec<_>>(), [b"ref1", b"ref2"]);
    assert_eq!(welcome.secrets[1].encrypted, Sealed { encapsulated: b"k2".to_vec(), ciphertext: b"c2".to_vec() });
    assert_eq!(welcome.encrypted_group_info, b"gi");
    assert_eq!(welcome.to_message().unwrap(), MESSAGE);
    assert_eq!(format!("{welcome:?}"), "Welcome(suite 0x0001, 2 new members, GroupInfo of 2 octets)");
    let octets = [&MESSAGE[4..], b"after"].concat();
    let mut reader = Reader::new(&octets);
    assert_eq!(Welcome::read(&mut reader).unwrap(), welcome);
    assert_eq!(reader.remaining(), b"after");
}

#[test]
fn malformed_welcomes() {
    assert_eq!(code(&[MESSAGE, &[0]].concat()), Code::TrailingOctets);
    assert!((0..MESSAGE.len()).all(|end| code(&MESSAGE[..end]) == Code::Truncated));
    assert_eq!(code(b"\x00\x02\x00\x03"), Code::VersionUnsupported);
    assert_eq!(code(&[b"\x00\x01\x00\x04", &MESSAGE[4..]].concat()), Code::MessageMalformed);
    assert_eq!(code(b"\x00\x01\x00\x03\x00\x01\x00\x02gi"), Code::Empty);
    assert_eq!(code(b"\x00\x01\x00\x03\x00\x01\x03\x00\x00\x00\x02gi"), Code::Empty);
    let twice: Vec<u8> = MESSAGE.iter().map(|octet| if *octet == b'2' { b'1' } else { *octet }).collect();
    assert_eq!(code(&twice), Code::ValueDuplicate);
    assert_eq!(code(&[&b"\x00\x01\x00\x03\x00\x01\x40\x44\x40\x41"[..], &[7; 65], b"\x00\x00\x02gi"].concat()), Code::Limit);
}

#[test]
fn a_welcome_is_filtered_and_nothing_else_changes() {
    let welcome = Welcome::decode(MESSAGE).unwrap();
    let (one, two) = (welcome.only(|it| it == b"ref1").unwrap(), welcome.only(|it| it == b"ref2").unwrap());
    assert_eq!(one.to_message().unwrap(), b"\x00\x01\x00\x03\x00\x01\x0b\x04ref1\x02k1\x02c1\x02gi");
    assert!(one.has_group_info_of(&two) && two.has_group_info_of(&welcome));
    assert_eq!(welcome.only(|_| true).as_ref(), Some(&welcome));
    assert_eq!(welcome.only(|_| false), None);
    let other = Welcome { encrypted_group_info: b"gj".to_vec(), ..one.clone() };
    assert!(!one.has_group_info_of(&other) && !one.has_group_info_of(&Welcome { cipher_suite: 2, ..one.clone() }));
}

proptest! {
    #[test]
    fn welcomes_round_trip(
        cipher_suite in any::<u16>(),
        members in prop::collection::btree_map(prop::collection::vec(any::<u8>(), 1..64), prop::collection::vec(any::<u8>(), 0..70), 1..5),
        encrypted_group_info in prop::collection::vec(any::<u8>(), 0..99),
    ) {
        let secrets = members.into_iter().map(|(new_member, ciphertext)| {
            EncryptedGroupSecrets { new_member, encrypted: Sealed { encapsulated: ciphertext.clone(), ciphertext } }
        });
        let welcome = Welcome { cipher_suite, secrets: secrets.collect(), encrypted_group_info };
        prop_assert_eq!(Welcome::decode(&welcome.to_message().unwrap()).unwrap(), welcome);
    }

    #[test]
    fn never_panics_and_has_one_encoding(at in any::<prop::sample::Index>(), taken in 0usize..3, put in prop::collection::vec(any::<u8>(), 0..3)) {
        let mut octets = MESSAGE.to_vec();
        let at = at.index(octets.len());
        let end = (at + taken).min(octets.len());
        octets.splice(at..end, put);
        if let Ok(read) = Welcome::decode(&octets) {
            prop_assert_eq!(read.to_message().unwrap(), octets);
        }
    }
}

/// What OpenMLS makes for two newcomers is taken apart, and each joins by her half.
#[cfg(feature = "openmls")]
#[test]
fn halves_of_a_real_welcome() {
    use std::time::{SystemTime, UNIX_EPOCH};

    use mimicred_keys::{LeafKey, SecretKey, SystemRandom};

    use crate::group::{Lifetime, Member, RoomState};
    use crate::rules::NoRules;
    use crate::{ContentType, Credential, KeyPackageView, Suite};

    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let lifetime = Lifetime::days(now, 28).unwrap();
    for suite in Suite::ALL {
        let member = |name: &str| {
            let key = LeafKey::new(SecretKey::generate(suite.signature_algorithm(), &mut SystemRandom).unwrap()).unwrap();
            Member::new(suite, key, Credential::SdCwt(name.into()), NoRules, SystemRandom).unwrap()
        };
        let (alice, bob, carol) = (member("alice"), member("bob"), member("carol"));
        let room = RoomState::new("mimi://hub.example/r/clubhouse".parse().unwrap());
        let mut group = alice.create(b"a group", &room, &lifetime).unwrap();
        let key_packages = [&bob, &carol].map(|member| member.key_package(&lifetime).unwrap());
        let references = key_packages.each_ref().map(|it| KeyPackageView::decode(it).unwrap().reference(suite.hash()).unwrap());
        let commit = group.add(&[&key_packages[0], &key_packages[1]], vec![]).unwrap();
        group.merge().unwrap();

        let seen = MessageView::decode(&commit.message).unwrap();
        assert_eq!((seen.group_id(), seen.epoch()), (Some(&b"a group"[..]), Some(0)));
        assert_eq!(seen.content_type(), Some(ContentType::Commit));

        let octets = commit.welcome.unwrap();
        let welcome = Welcome::decode(&octets).unwrap();
        assert_eq!(welcome.to_message().unwrap(), octets);
        assert_eq!(welcome.cipher_suite(), suite.number());
        assert_eq!(welcome.references().count(), 2);
        let [for_bob, for_carol] = references.map(|reference| {
            let half = welcome.only(|it| it == &reference[..]).unwrap();
            assert_eq!(half.references().count(), 1);
            half.to_message().unwrap()
        });
        assert!(bob.join(&for_carol).is_err());
        for (member, half) in [(bob, for_bob), (carol, for_carol)] {
            assert_eq!(member.join(&half).unwrap().view().unwrap(), group.view().unwrap());
        }
    }
}
