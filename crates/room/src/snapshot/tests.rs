use mimicred_mls::LeafView;

use super::*;
use crate::evaluate::MemberKind;
use crate::policy::{ClaimPredicate, ClaimRule, JwtPath, Optionality, PolicyPath, PolicyScalar, RoomDisclosurePolicy};
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

/// Removed and added again by one commit, with the same key and credential: the recipient key tells.
#[test]
fn who_comes_again_has_come_anew() {
    let (.., mut world) = world();
    let since = |world: &World| world.snapshots.current().unwrap().leaf(0).unwrap().joined_at();
    world.next_epoch(|view| view.leaves[0].recipient_key = Some(vec![1; 32]));
    assert_eq!(since(&world), NOW - 50);
    let mut again = world.view.clone();
    again.epoch += 1;
    world.snapshots.enter(&again, &world.trust, NOW - 40).unwrap();
    assert_eq!(since(&world), NOW - 50);
    again.epoch += 1;
    again.leaves[0].recipient_key = Some(vec![2; 32]);
    world.snapshots.enter(&again, &world.trust, NOW - 30).unwrap();
    assert_eq!(since(&world), NOW - 30);
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

/// What a later policy asks anew starts a new deadline for everybody, and what it asks less, or as before, does not (mimi-mls.md 6
/// row 37). Each step is an epoch, 1000 seconds after the one before.
#[test]
fn what_is_required_anew_starts_a_new_deadline() {
    type Change = fn(&mut RoomDisclosurePolicy);
    const AGAIN: bool = true;
    const GOES_ON: bool = false;
    let steps: &[(&str, bool, Change)] = &[
        ("nothing changes", GOES_ON, |_| {}),
        ("an optional claim becomes required", AGAIN, |policy| policy.claim_rules[1].presence = Optionality::Required),
        ("and stays it", GOES_ON, |_| {}),
        ("the rules change places", GOES_ON, |policy| policy.claim_rules.swap(0, 1)),
        ("the paths change places", GOES_ON, |policy| policy.claim_rules[1].paths.reverse()),
        ("a predicate comes", AGAIN, |policy| {
            policy.claim_rules[1].predicates.push(ClaimPredicate::StartsWith(PolicyScalar::text("A")));
        }),
        ("a predicate goes", GOES_ON, |policy| policy.claim_rules[1].predicates.clear()),
        ("a path goes", AGAIN, |policy| drop(policy.claim_rules[1].paths.remove(0))),
        ("a path comes", GOES_ON, |policy| {
            policy.claim_rules[1].paths.push(PolicyPath::Jwt(JwtPath::of_names(&["full_name"]).unwrap()));
        }),
        ("a rule comes that is optional", GOES_ON, |policy| {
            let rule = ClaimRule { claim_name: "phone".into(), ..policy.claim_rules[1].clone() };
            policy.claim_rules.push(ClaimRule { presence: Optionality::Optional, ..rule });
        }),
        ("a rule goes", GOES_ON, |policy| drop(policy.claim_rules.remove(0))),
        ("another label is required in its place", AGAIN, |policy| policy.claim_rules[0].claim_name = "called".into()),
        ("a value in another spelling is the same one", AGAIN, |policy| {
            policy.claim_rules[0].predicates = vec![ClaimPredicate::LessThan(PolicyScalar::from_json("1").unwrap())];
        }),
        ("here", GOES_ON, |policy| {
            policy.claim_rules[0].predicates = vec![ClaimPredicate::LessThan(PolicyScalar::from_json("1.0").unwrap())];
        }),
        ("a reveal is not required any more", GOES_ON, |policy| policy.identity_reveal = Optionality::Optional),
        ("and is again", AGAIN, |policy| policy.identity_reveal = Optionality::Required),
    ];
    let provider = Provider::new("a.example", 1);
    let (me, other) = (Person::new(&provider, 2), Person::new(&provider, 3));
    let mut wanted = policy(&[(&provider, "a.example")]);
    wanted.disclosure_deadline = 500;
    let mut world = World::new(&wanted, vec![provider.trusted_for(&["a.example"])], &[&me]);
    let mut now = NOW;
    let mut since = NOW - 100;
    world.view.epoch += 1;
    world.view.leaves.push(LeafView::new(1, other.key.public().clone(), other.credential.clone()));
    world.snapshots.enter(&world.view, &world.trust, since).unwrap();
    for (what, again, change) in steps {
        now += 1000;
        change(&mut wanted);
        since = if *again { now } else { since };
        world.view.epoch += 1;
        world.view.policy = Some(wanted.encode().unwrap());
        world.snapshots.enter(&world.view, &world.trust, now).unwrap();
        let snapshot = world.snapshots.current().unwrap();
        if wanted.identity_reveal == Optionality::Required {
            let at = |now| snapshot.absent(snapshot.leaf(1).unwrap(), now, Asked::NotYet);
            assert_eq!((at(since + 500), at(since + 501)), (VerdictCode::Pending, VerdictCode::MissingReveal), "{what}");
        }
    }
}

/// Rooms in which nothing could be required for a while: what comes back is new.
#[test]
fn a_policy_that_comes_back_starts_a_new_deadline() {
    for gap in [None, Some(vec![0, 2, 0])] {
        let provider = Provider::new("a.example", 1);
        let (me, other) = (Person::new(&provider, 2), Person::new(&provider, 3));
        let wanted = policy(&[(&provider, "a.example")]).encode().unwrap();
        let mut world = World::new(&policy(&[(&provider, "a.example")]), vec![provider.trusted_for(&["a.example"])], &[&me]);
        world.view.leaves.push(LeafView::new(1, other.key.public().clone(), other.credential.clone()));
        for (epoch, policy) in [(8, Some(wanted.clone())), (9, gap), (10, Some(wanted))] {
            (world.view.epoch, world.view.policy) = (epoch, policy);
            world.snapshots.enter(&world.view, &world.trust, NOW + 10_000 * i64::try_from(epoch).unwrap()).unwrap();
        }
        let snapshot = world.snapshots.current().unwrap();
        let at = |now| snapshot.absent(snapshot.leaf(1).unwrap(), NOW + now, Asked::NotYet);
        assert_eq!((at(103_600), at(103_601)), (VerdictCode::Pending, VerdictCode::MissingReveal));
    }
}

/// mimi-mls.md 3.3: what a member says of her own name is a hint, and an error where the issuer says the opposite.
#[test]
fn identity_kind_may_not_contradict_the_issuer() {
    use mimicred_mls::component::IdentityKind;
    let provider = Provider::new("a.example", 1);
    let pseudonym = Person::new(&provider, 2);
    let user = uri("mimi://a.example/u/alice");
    let validity = mimicred_x509::Validity::new(NOW - YEAR, NOW + YEAR).unwrap();
    let unmarked = mimicred_x509::IdentityProfile::new(pseudonym.key.public(), validity).with_user(&user);
    let real = unmarked.clone().with_policy(mimicred_x509::REAL_POLICY.parse().unwrap());
    let [unmarked, real] = [unmarked, real].map(|profile| mimicred_mls::Credential::X509(provider.identity(&profile)));
    let cases = [
        (&pseudonym.credential, None, Some(MemberKind::Pseudonym)),
        (&pseudonym.credential, Some(IdentityKind::Pseudonym), Some(MemberKind::Pseudonym)),
        (&pseudonym.credential, Some(IdentityKind::Unspecified), Some(MemberKind::Pseudonym)),
        (&pseudonym.credential, Some(IdentityKind::Service), Some(MemberKind::Pseudonym)),
        (&pseudonym.credential, Some(IdentityKind::Real), None),
        (&real, None, Some(MemberKind::Real)),
        (&real, Some(IdentityKind::Real), Some(MemberKind::Real)),
        (&real, Some(IdentityKind::Pseudonym), None),
        // Rank 4: where the issuer says nothing, what she says proves nothing.
        (&unmarked, Some(IdentityKind::Pseudonym), Some(MemberKind::Unspecified)),
        (&unmarked, Some(IdentityKind::Real), Some(MemberKind::Unspecified)),
    ];
    for (credential, says, kind) in cases {
        let mut view = view(&policy(&[(&provider, "a.example")]).encode().unwrap(), &[&pseudonym]);
        view.leaves[0].credential = credential.clone();
        view.leaves[0].identity_kind = says;
        let mut trust = TrustStore::new();
        trust.add(provider.trusted_for(&["a.example"]));
        let snapshot = EpochSnapshot::enter(&view, &trust, NOW, None).unwrap();
        let leaf = snapshot.leaf(0).unwrap();
        assert_eq!(leaf.member().map(|member| member.kind), kind, "{says:?} {:?}", leaf.standing());
    }
}

/// mimi-mls.md 3.3, ranks 2 and 4, for tokens: a pseudonym by its type or by its user's URI; a `/u/` alone says nothing.
#[test]
fn tokens_are_marked_by_their_type_or_uri() {
    use crate::policy::DisclosureFormat::{SdJwtKb, SdKbt};
    let provider = Provider::new("a.example", 1);
    for format in [SdJwtKb, SdKbt] {
        for (user, vct, kind) in [
            ("mimi://a.example/p/x", None, MemberKind::Pseudonym),
            ("mimi://a.example/u/x", Some("urn:mimi:pseudonym"), MemberKind::Pseudonym),
            ("mimi://a.example/u/x", Some("urn:mimi:identity"), MemberKind::Unspecified),
            ("mimi://a.example/u/x", None, MemberKind::Unspecified),
        ] {
            let mut person = Person::new(&provider, 2);
            let sub = ("sub", mimicred_claims::Value::from(user));
            let said: Said = [sub].into_iter().chain(vct.map(|vct| ("vct", mimicred_claims::Value::from(vct)))).collect();
            let owned = identity(format, &provider, person.key.public(), &said, NOW + YEAR);
            person.credential = token_credential(format, &owned, ROOM, &person.key);
            let world = World::new(&policy(&[(&provider, "a.example")]), vec![provider.trusted_for(&["a.example"])], &[&person]);
            let leaf = world.snapshots.current().unwrap().leaf(0).unwrap();
            assert_eq!(leaf.member().map(|member| member.kind), Some(kind), "{user} {vct:?} {:?}", leaf.standing());
        }
    }
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
