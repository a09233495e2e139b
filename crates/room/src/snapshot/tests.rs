use mimicred_mls::LeafView;

use super::*;
use crate::evaluate::MemberKind;
use crate::testing::*;
use crate::trust::Identities;

fn world() -> (Provider, Person, World) {
    let provider = Provider::new("a.example", 1);
    let person = Person::new(&provider, 2);
    let world = World::new(&policy(&[(&provider, "a.example")]), vec![provider.trusted_for(&["a.example"])], &[&person]);
    (provider, person, world)
}

#[test]
fn leaves_have_user_client_kind_and_role() {
    let (_, person, world) = world();
    let snapshot = world.snapshots.current().unwrap();
    let leaf = snapshot.leaf(0).unwrap();
    let member = leaf.member().unwrap();
    assert_eq!((&member.user, member.client.as_ref()), (&person.user, Some(&person.client)));
    assert_eq!((member.kind, member.role), (MemberKind::Pseudonym, Some(2)));
    assert_eq!((leaf.index(), leaf.key(), leaf.credential()), (0, person.key.public(), &person.credential));
    assert_eq!(snapshot.leaves().count(), 1);
    assert!(snapshot.leaf(1).is_none() && snapshot.waived().is_empty());
}

/// Real is what an issuer says, or one that certifies nothing else; `/u/` alone says nothing.
#[test]
fn real_identities_are_marked_by_their_issuer() {
    let provider = Provider::new("a.example", 1);
    let mut person = Person::new(&provider, 2);
    let validity = mimicred_x509::Validity::new(NOW - YEAR, NOW + YEAR).unwrap();
    let profile = mimicred_x509::IdentityProfile::new(person.key.public(), validity).with_user(&uri("mimi://a.example/u/alice"));
    person.credential = mimicred_mls::Credential::X509(provider.identity(&profile));
    for (identities, kind) in [(Identities::Any, MemberKind::Unspecified), (Identities::Real, MemberKind::Real)] {
        let mut trusted = provider.trusted_for(&["a.example"]);
        trusted.identities = identities;
        let world = World::new(&policy(&[(&provider, "a.example")]), vec![trusted], &[&person]);
        assert_eq!(world.snapshots.current().unwrap().leaf(0).unwrap().member().unwrap().kind, kind);
    }
}

/// A leaf stays valid for as long as it stays: it is judged for the moment when it came.
#[test]
fn leaves_are_judged_for_when_they_came() {
    let (provider, _, world) = world();
    let mut view = world.view.clone();
    view.epoch += 1;
    let late = NOW + 3 * YEAR;
    let later = EpochSnapshot::enter(&view, &world.trust, late, world.snapshots.current()).unwrap();
    assert!(later.leaf(0).unwrap().member().is_some());
    assert_eq!(later.leaf(0).unwrap().joined_at(), NOW - 100);
    // With another key it is a newcomer, and its certificate is over.
    let newcomer = Person::new(&provider, 3);
    view.leaves[0] = LeafView::new(0, newcomer.key.public().clone(), newcomer.credential.clone());
    let later = EpochSnapshot::enter(&view, &world.trust, late, world.snapshots.current()).unwrap();
    let LeafStanding::Unverified { code, .. } = later.leaf(0).unwrap().standing() else { panic!() };
    assert_eq!(*code, VerdictCode::Expired);
    assert!(!later.leaf(0).unwrap().is_older_than_me());
}

#[test]
fn epochs_come_in_order_and_of_one_group() {
    let (_, _, mut world) = world();
    let again = world.snapshots.enter(&world.view, &world.trust, NOW).unwrap_err();
    assert_eq!(again.code(), Code::SnapshotRefused);
    let mut other = world.view.clone();
    (other.epoch, other.group_id) = (9, vec![2; 16]);
    assert_eq!(world.snapshots.enter(&other, &world.trust, NOW).unwrap_err().code(), Code::SnapshotRefused);
    assert_eq!(world.snapshots.of(7).unwrap().epoch(), 7);
    assert!(world.snapshots.of(8).is_none());
}

/// mimi-mls.md 3.5.2: the nonce of a leaf is that of the nonce vectors, for the group of this snapshot.
#[test]
fn the_context_is_that_of_the_leaf() {
    let (_, person, world) = world();
    let context = world.context(0);
    let expected = disclosure_nonce(HashAlgorithm::Sha256, &[7; 32], person.key.public().octets()).unwrap();
    assert_eq!(context.nonce, expected);
    assert_eq!((context.room_uri.as_str(), &context.subject_uri, context.epoch), (ROOM, &person.user, 7));
    let snapshot = world.snapshots.current().unwrap();
    assert!(snapshot.room_context(5, None).unwrap().is_none());
    let debug = format!("{snapshot:?}");
    assert!(!debug.contains("[7, 7"), "{debug}");
}

/// The deadline counts from the latest of the member's coming, ours, and the rule's (mimi-mls.md 3.4.2).
#[test]
fn a_rule_that_becomes_required_starts_a_new_deadline() {
    let provider = Provider::new("a.example", 1);
    let (first, second) = (Person::new(&provider, 2), Person::new(&provider, 3));
    let mut lax = policy(&[(&provider, "a.example")]);
    lax.identity_reveal = Optionality::Optional;
    lax.claim_rules.clear();
    let trust = vec![provider.trusted_for(&["a.example"])];
    let mut world = World::new(&lax, trust, &[&first]);
    let octets = lax.encode().unwrap();
    world.view.epoch = 8;
    world.view.policy = Some(octets);
    world.view.leaves.push(LeafView::new(1, second.key.public().clone(), second.credential.clone()));
    world.snapshots.enter(&world.view, &world.trust, NOW).unwrap();
    let strict = policy(&[(&provider, "a.example")]).encode().unwrap();
    world.view.epoch = 9;
    world.view.policy = Some(strict);
    world.snapshots.enter(&world.view, &world.trust, NOW + 10_000).unwrap();
    let snapshot = world.snapshots.current().unwrap();
    let leaf = snapshot.leaf(1).unwrap();
    assert_eq!(leaf.joined_at(), NOW);
    assert_eq!(snapshot.absent(leaf, NOW + 13_600, Asked::NotYet), VerdictCode::Pending);
    assert_eq!(snapshot.absent(leaf, NOW + 13_601, Asked::NotYet), VerdictCode::MissingReveal);
}

/// A token in a leaf cannot have been bound after the leaf came: its validity would be judged for the future.
#[test]
fn leaves_are_not_bound_in_the_future() {
    let provider = Provider::new("a.example", 1);
    let mut person = Person::new(&provider, 2);
    let said: Said = vec![("sub", mimicred_claims::Value::from(person.user.to_string()))];
    let format = crate::policy::DisclosureFormat::SdJwtKb;
    let owned = identity(format, &provider, person.key.public(), &said, NOW + YEAR);
    person.credential = token_credential(format, &owned, ROOM, &person.key);
    let mut trust = TrustStore::new();
    trust.add(provider.trusted_for(&["a.example"]));
    let view = view(&policy(&[(&provider, "a.example")]).encode().unwrap(), &[&person]);
    for (came, holds) in [(NOW - 560, true), (NOW - 561, false)] {
        let snapshot = EpochSnapshot::enter(&view, &trust, came, None).unwrap();
        assert_eq!(snapshot.leaf(0).unwrap().member().is_some(), holds, "{:?}", snapshot.leaf(0).unwrap().standing());
    }
}

/// Many leaves below one CA, good and bad ones, verified together: each comes out as it does alone.
#[test]
fn many_leaves_come_out_as_one_by_one() {
    let provider = Provider::new("a.example", 1);
    let stranger = Provider::new("a.example", 99);
    let mut people: Vec<Person> = (2..60).map(|seed| Person::new(&provider, seed)).collect();
    for (place, person) in people.iter_mut().enumerate() {
        let said: Said = vec![("sub", mimicred_claims::Value::from(person.user.to_string()))];
        let token = |format| {
            let owned = identity(format, &provider, person.key.public(), &said, NOW + YEAR);
            token_credential(format, &owned, ROOM, &person.key)
        };
        match place % 7 {
            1 => person.credential = token(crate::policy::DisclosureFormat::SdJwtKb),
            2 => person.credential = token(crate::policy::DisclosureFormat::SdKbt),
            // Another CA of the same name, another key, octets that are no certificate.
            3 => person.credential = Person::new(&stranger, 2 + u8::try_from(place).unwrap()).credential,
            4 => person.credential = Person::new(&provider, 200).credential,
            5 => person.credential = mimicred_mls::Credential::X509(vec![vec![0x30, 0x00]]),
            _ => {}
        }
    }
    let mut trust = TrustStore::new();
    trust.add(provider.trusted_for(&["a.example"]));
    let everybody: Vec<&Person> = people.iter().collect();
    let octets = policy(&[(&provider, "a.example")]).encode().unwrap();
    let mut whole = view(&octets, &everybody);
    // Of two entries for one user the first counts.
    whole.participants.push(mimicred_mls::component::Participant { user: people[0].user.clone(), role_index: 7 });
    let together = EpochSnapshot::enter(&whole, &trust, NOW, None).unwrap();
    assert_eq!(together.leaves().map(SnapshotLeaf::index).collect::<Vec<_>>(), (0..58).collect::<Vec<_>>());
    assert_eq!(together.leaf(0).unwrap().member().unwrap().role, Some(2));
    let told = |leaf: &SnapshotLeaf| format!("{leaf:?}");
    for leaf in together.leaves() {
        let mut one = whole.clone();
        one.leaves.retain(|seen| seen.index == leaf.index());
        let alone = EpochSnapshot::enter(&one, &trust, NOW, None).unwrap();
        assert_eq!(told(leaf), told(alone.leaf(leaf.index()).unwrap()));
        assert_eq!(leaf.member().is_some(), matches!(leaf.index() % 7, 0 | 1 | 2 | 6), "{leaf:?}");
    }
}
