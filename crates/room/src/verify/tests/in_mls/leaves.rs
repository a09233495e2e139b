//! Pseudonyms as leaves: each credential type in one group of mixed members, on both kinds of suite; who rotates and who succeeds.

use mimicred_keys::{Algorithm, LeafKey, SecretKey};
use mimicred_mls::rules::NoRules;

use super::*;
use crate::snapshot::LeafStanding;
use crate::{Snapshots, TrustStore};

/// A pseudonym: its key, its names, and a credential of some format.
struct Pseudonym {
    key: LeafKey,
    secret: SecretKey,
    user: mimicred_uri::MimiUri,
    credential: Credential,
}

fn pseudonym(provider: &Provider, algorithm: Algorithm, format: Option<DisclosureFormat>, name: &str) -> Pseudonym {
    let secret = SecretKey::generate(algorithm, &mut SystemRandom).unwrap();
    let key = LeafKey::new(secret.clone()).unwrap();
    let user = uri(&format!("mimi://a.example/p/{name}"));
    let credential = credential(provider, &key, format, name);
    Pseudonym { key, secret, user, credential }
}

fn credential(provider: &Provider, key: &LeafKey, format: Option<DisclosureFormat>, name: &str) -> Credential {
    let (user, client) = (uri(&format!("mimi://a.example/p/{name}")), uri(&format!("mimi://a.example/d/{name}")));
    match format {
        None => Credential::Basic(name.into()),
        Some(DisclosureFormat::MlsCredential) => Credential::X509(provider.pseudonym(key.public(), &user, &client)),
        Some(format) => {
            let said: Said =
                vec![("sub", client.to_string().into()), ("mimi_user", user.to_string().into()), ("name", "Nobody".into())];
            let owned = identity(format, provider, key.public(), &said, NOW + YEAR);
            token_credential(format, &owned, "mimi://a.example", key)
        }
    }
}

fn suites() -> [(Suite, Algorithm); 2] {
    [(Suite::X25519Aes128Ed25519, Algorithm::Ed25519), (Suite::P256Aes128P256, Algorithm::P256)]
}

fn member(suite: Suite, who: &Pseudonym) -> Member {
    let key = LeafKey::new(who.secret.clone()).unwrap();
    Member::new(suite, key, who.credential.clone(), RoomRules, SystemRandom).unwrap()
}

fn participant(who: &Pseudonym) -> Participant {
    Participant { user: who.user.clone(), role_index: 2 }
}

/// The first creates the group, the others join one by one.
fn group_of(suite: Suite, provider: &Provider, people: &[Pseudonym]) -> Vec<Group> {
    let room = RoomState::new(uri(ROOM))
        .with_participants(vec![participant(&people[0])])
        .with_policy(policy(&[(provider, "a.example")]).encode().unwrap());
    let mut groups = vec![member(suite, &people[0]).create(b"0123456789abcdef", &room, &lifetime()).unwrap()];
    for newcomer in &people[1..] {
        let joining = member(suite, newcomer);
        let added = joining.key_package(&lifetime()).unwrap();
        let commit = groups[0].add(&[&added], vec![participant(newcomer)]).unwrap();
        groups[0].merge().unwrap();
        for group in &mut groups[1..] {
            group.receive(&commit.message).unwrap();
        }
        groups.push(joining.join(&commit.welcome.unwrap()).unwrap());
    }
    groups
}

fn trusting(provider: &Provider) -> TrustStore {
    let mut trust = TrustStore::new();
    trust.extend(vec![provider.trusted_for(&["a.example"])]);
    trust
}

/// mimi-mls 3.5.3 step 0: x509, sd_cwt and sd_jwt (under 0xF006) hold; basic is in the group, and is nobody.
#[test]
fn every_credential_type_in_one_group() {
    for (suite, algorithm) in suites() {
        let provider = Provider::new("a.example", 1);
        let formats = FORMATS.iter().map(|format| Some(*format)).chain([None]);
        let people: Vec<Pseudonym> = formats
            .zip(["one", "two", "three", "four"])
            .map(|(format, name)| pseudonym(&provider, algorithm, format, name))
            .collect();
        let mut groups = group_of(suite, &provider, &people);
        let trust = trusting(&provider);
        for group in &groups {
            let snapshot = EpochSnapshot::enter(&group.view().unwrap(), &trust, NOW, None).unwrap();
            for (leaf, who) in snapshot.leaves().zip(&people).take(3) {
                let member = leaf.member().unwrap_or_else(|| panic!("{suite}: {:?}", leaf.standing()));
                assert_eq!((&member.user, member.role, leaf.key()), (&who.user, Some(2), who.key.public()));
            }
            let LeafStanding::Unverified { note, .. } = snapshot.leaf(3).unwrap().standing() else { panic!() };
            assert_eq!(note, "a basic credential proves nothing");
        }
        // They all talk to one another.
        for sender in 0..groups.len() {
            let message = groups[sender].send(b"hello").unwrap();
            for reader in (0..groups.len()).filter(|reader| *reader != sender) {
                assert!(matches!(groups[reader].receive(&message).unwrap(), Incoming::Application { .. }));
            }
        }
    }
}

/// A leaf whose credential is bound to another key is nobody, whatever its type.
#[test]
fn a_credential_of_another_key_is_nobodys() {
    for (suite, algorithm) in suites() {
        let provider = Provider::new("a.example", 1);
        for format in FORMATS {
            let alice = pseudonym(&provider, algorithm, Some(format), "alice");
            let mut mallory = pseudonym(&provider, algorithm, Some(format), "mallory");
            mallory.credential = alice.credential.clone();
            mallory.user = alice.user.clone();
            let groups = group_of(suite, &provider, &[mallory]);
            let snapshot = EpochSnapshot::enter(&groups[0].view().unwrap(), &trusting(&provider), NOW, None).unwrap();
            let LeafStanding::Unverified { code, .. } = snapshot.leaf(0).unwrap().standing() else { panic!("{format:?}") };
            assert_eq!(*code, VerdictCode::KeyMismatch);
        }
    }
}

/// Rotation keeps the member and ends what she revealed: a reveal is of the leaf of its message's epoch (mimi-mls 3.5.3, In force).
#[test]
fn rotation_ends_a_reveal_and_keeps_the_user() {
    for (suite, algorithm) in suites() {
        let provider = Provider::new("a.example", 1);
        let format = DisclosureFormat::SdKbt;
        let people = [
            pseudonym(&provider, algorithm, Some(format), "alice"),
            pseudonym(&provider, algorithm, Some(DisclosureFormat::MlsCredential), "bob"),
        ];
        let mut groups = group_of(suite, &provider, &people);
        let trust = trusting(&provider);
        let mut snapshots = Snapshots::new(5);
        snapshots.enter(&groups[1].view().unwrap(), &trust, NOW).unwrap();
        let before = snapshots.current().unwrap().room_context(0, None).unwrap().unwrap();
        let old = identity(format, &provider, people[0].key.public(), &alice(), NOW + YEAR);
        let sent = bundle(before, &old, &select(format, &["name"]), &people[0].key);

        // She rotates to another key, with another format of credential, for the same user.
        let key = LeafKey::new(SecretKey::generate(algorithm, &mut SystemRandom).unwrap()).unwrap();
        let renewed = credential(&provider, &key, Some(DisclosureFormat::MlsCredential), "alice");
        let commit = groups[0].rotate(key, renewed).unwrap();
        groups[0].merge().unwrap();
        groups[1].receive(&commit.message).unwrap();
        let after = snapshots.enter(&groups[1].view().unwrap(), &trust, NOW + 1).unwrap();
        let leaf = after.leaf(0).unwrap();
        assert_eq!(leaf.member().unwrap().user, people[0].user);
        assert_eq!(leaf.joined_at(), NOW + 1, "to us, the leaf is new");

        let mut world = World::of_view(groups[1].view().unwrap(), vec![provider.trusted_for(&["a.example"])]);
        world.snapshots = snapshots;
        let judge =
            |world: &mut World, epoch| world.judge(0, epoch, Reveal::Bundle(&sent.encode().unwrap()), None, &NoStatusLists).code;
        // Sent in the epoch after, the old reveal is of another key; in its own epoch it was good.
        assert_eq!(judge(&mut world, 2), VerdictCode::KeyMismatch);
        assert_eq!(judge(&mut world, 1), VerdictCode::Ok);
    }
}

/// RFC 9420 5.3.1: nobody becomes somebody else, in any format; her own client does not send it, and the others refuse it.
#[test]
fn a_successor_is_the_same_user() {
    for (suite, algorithm) in suites() {
        let provider = Provider::new("a.example", 1);
        let people = [
            pseudonym(&provider, algorithm, Some(DisclosureFormat::SdJwtKb), "alice"),
            pseudonym(&provider, algorithm, Some(DisclosureFormat::SdKbt), "bob"),
        ];
        let mut groups = group_of(suite, &provider, &people);
        for format in FORMATS {
            let key = LeafKey::new(SecretKey::generate(algorithm, &mut SystemRandom).unwrap()).unwrap();
            let other = credential(&provider, &key, Some(format), "carol");
            let refused = groups[0].rotate(key, other).unwrap_err();
            assert_eq!(refused.code(), mimicred_mls::Code::SuccessorRefused);
        }
        // A client without rules sends it.
        let mallory = pseudonym(&provider, algorithm, Some(DisclosureFormat::SdJwtKb), "mallory");
        let key = LeafKey::new(mallory.secret.clone()).unwrap();
        let lawless = Member::new(suite, key, mallory.credential.clone(), NoRules, SystemRandom).unwrap();
        let added = lawless.key_package(&lifetime()).unwrap();
        let commit = groups[0].add(&[&added], vec![participant(&mallory)]).unwrap();
        groups[0].merge().unwrap();
        groups[1].receive(&commit.message).unwrap();
        let mut at_mallory = lawless.join(&commit.welcome.unwrap()).unwrap();
        let key = LeafKey::new(SecretKey::generate(algorithm, &mut SystemRandom).unwrap()).unwrap();
        let stolen = credential(&provider, &key, Some(DisclosureFormat::SdKbt), "bob");
        let commit = at_mallory.rotate(key, stolen).unwrap();
        for group in &mut groups {
            let before = group.view().unwrap();
            assert_eq!(group.receive(&commit.message).unwrap_err().code(), mimicred_mls::Code::SuccessorRefused);
            assert_eq!(group.view().unwrap(), before);
        }
    }
}
