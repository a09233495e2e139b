//! What is confirmed in real groups, and what happens between that and the signature.

use std::time::{SystemTime, UNIX_EPOCH};

use mimicred_claims::Selection;
use mimicred_keys::SystemRandom;
use mimicred_mls::component::Participant;
use mimicred_mls::group::{Group, Lifetime, Member, RoomState};
use mimicred_mls::{Credential, Suite};

use super::*;
use crate::policy::{DisclosureFormat, RoomDisclosurePolicy};
use crate::testing::*;
use crate::{PolicyState, RoomRules, Snapshots, TrustStore};

/// Alice's side of a group with Bob, and whoever comes later.
struct Scene {
    provider: Provider,
    alice: Person,
    group: Group,
    trust: TrustStore,
    snapshots: Snapshots,
    wanted: RoomDisclosurePolicy,
    token: Owned,
    /// Commits need later times.
    now: i64,
}

fn lifetime() -> Lifetime {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    Lifetime::days(now, 28).unwrap()
}

fn participant(person: &Person) -> Participant {
    Participant { user: person.user.clone(), role_index: 2 }
}

impl Scene {
    fn new() -> Self {
        let provider = Provider::new("a.example", 1);
        let alice = Person::new(&provider, 2);
        let wanted = policy(&[(&provider, "a.example")]);
        let room = RoomState::new(uri(ROOM)).with_participants(vec![participant(&alice)]).with_policy(wanted.encode().unwrap());
        let key = Person::new(&provider, 2).key;
        let creator = Member::new(Suite::X25519Aes128Ed25519, key, alice.credential.clone(), RoomRules, SystemRandom).unwrap();
        let group = creator.create(b"0123456789abcdef", &room, &lifetime()).unwrap();
        let mut trust = TrustStore::new();
        trust.extend([provider.trusted_for(&["a.example"])]);
        let token = identity(DisclosureFormat::SdJwtKb, &provider, alice.key.public(), &crate::testing::alice(), NOW + YEAR);
        let mut scene = Self { token, provider, alice, group, trust, snapshots: Snapshots::new(5), wanted, now: NOW - 100 };
        let bob = Person::new(&scene.provider, 3);
        scene.admit(bob);
        scene
    }

    /// Somebody is added, with her own credential.
    fn admit(&mut self, person: Person) {
        let participant = participant(&person);
        let member = Member::new(Suite::X25519Aes128Ed25519, person.key, person.credential, RoomRules, SystemRandom).unwrap();
        self.group.add(&[&member.key_package(&lifetime()).unwrap()], vec![participant]).unwrap();
        self.merge();
    }

    /// A leaf more, and no participant more.
    fn admit_client(&mut self, person: Person) {
        let member = Member::new(Suite::X25519Aes128Ed25519, person.key, person.credential, RoomRules, SystemRandom).unwrap();
        self.group.add(&[&member.key_package(&lifetime()).unwrap()], Vec::new()).unwrap();
        self.merge();
    }

    fn merge(&mut self) {
        self.group.merge().unwrap();
        self.now += 1;
        self.snapshots.enter(&self.group.view().unwrap(), &self.trust, self.now).unwrap();
    }

    fn current(&self) -> &EpochSnapshot {
        self.snapshots.current().unwrap()
    }

    fn prepared(&self, names: &[&str]) -> PreparedBundle {
        let context = self.current().room_context(self.group.own_index(), None).unwrap().unwrap();
        let mut prepared = PreparedBundle::new(context);
        prepared.add(self.token.holding(), &select(DisclosureFormat::SdJwtKb, names), NOW).unwrap();
        prepared
    }

    fn confirmation(&self) -> Confirmation {
        self.prepared(&["name"]).propose(self.current(), self.group.own_index(), Audience::Room).unwrap()
    }
}

fn refused_with(result: Result<DisclosureBundle, Error>, note: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.code(), Code::ConfirmationOutdated);
    assert!(error.to_string().ends_with(&format!(": {note}")), "{error}");
}

/// Names room, epoch, policy, recipients and claims, and what is always visible.
#[test]
fn a_confirmation_names_everything() {
    let scene = Scene::new();
    let confirmation = scene.confirmation();
    let bob = Person::new(&scene.provider, 3);
    assert_eq!(confirmation.context().epoch, scene.current().epoch());
    assert_eq!(*confirmation.policy_hash(), mimicred_keys::sha256(&scene.wanted.encode().unwrap()));
    let Recipients::Leaves(leaves) = confirmation.recipients() else { panic!() };
    let [leaf] = leaves.as_slice() else { panic!("{leaves:?}") };
    assert_eq!((leaf.index, &leaf.user, leaf.role, leaf.is_own), (1, &Some(bob.user.clone()), Some(2), false));
    assert_eq!(leaf.key.as_ref(), Some(bob.key.public()));
    let [item] = confirmation.items() else { panic!() };
    let listed = |claims: &[ShownClaim]| claims.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(listed(&item.reveals), ["name = Alice Adams"]);
    assert_eq!(listed(&item.always_visible), ["sub = mimi://a.example/u/alice"]);
    let hash: String = confirmation.policy_hash().iter().map(|octet| format!("{octet:02x}")).collect();
    let told = format!(
        "to {ROOM}, epoch 1, as {}\npolicy sha256:{hash}\nfor 1 leaves\n  leaf 1: {}, role 2\nreveals by sd_jwt_kb of \
         https://id.a.example\n  name = Alice Adams\n  always visible: sub = mimi://a.example/u/alice\n",
        scene.alice.user, bob.user
    );
    assert_eq!(confirmation.to_string(), told);
    // It is for her eyes only.
    assert!(!format!("{confirmation:?}").contains("Adams"));
    assert!(!format!("{:?}", confirmation.items()).contains("Adams"));
    let confirmed = confirmation.confirm();
    assert!(!format!("{confirmed:?}").contains("Adams"));
    assert_eq!(confirmed.to_be_signed(scene.current()).unwrap().len(), 1);
    let bundle = confirmed.sign(&scene.alice.key, scene.current()).unwrap();
    assert_eq!((bundle.items.len(), bundle.subject_uri), (1, scene.alice.user.clone()));
}

/// A new epoch alone: it is prepared anew, and nobody is asked.
#[test]
fn another_epoch_stops_it() {
    let mut scene = Scene::new();
    let [first, second, third] = [0; 3].map(|_| scene.confirmation().confirm());
    let signature =
        first.to_be_signed(scene.current()).unwrap().into_iter().map(|it| scene.alice.key.sign(it).unwrap().into_bytes());
    let signature: Vec<Vec<u8>> = signature.collect();
    scene.group.update().unwrap();
    scene.merge();
    assert_eq!(first.changes(scene.current()), [Change::Epoch]);
    assert_eq!(first.to_be_signed(scene.current()).unwrap_err().code(), Code::ConfirmationOutdated);
    refused_with(first.finish(&signature, scene.current()), "epoch");
    refused_with(second.sign(&scene.alice.key, scene.current()), "epoch");
    let renewed = third.renewed(scene.prepared(&["name"]), scene.current()).unwrap();
    assert_eq!(renewed.confirmation().context().epoch, scene.current().epoch());
    renewed.sign(&scene.alice.key, scene.current()).unwrap();
}

/// Nothing else than what was agreed to can be put in its place.
#[test]
fn another_claim_is_another_question() {
    let mut scene = Scene::new();
    let [first, second] = [0; 2].map(|_| scene.confirmation().confirm());
    let stale = scene.prepared(&["name"]);
    scene.group.update().unwrap();
    scene.merge();
    let more = first.renewed(scene.prepared(&["name", "email"]), scene.current());
    assert!(more.unwrap_err().to_string().ends_with(": claims"));
    // Prepared for the epoch before, it is out of date itself.
    assert!(second.renewed(stale, scene.current()).unwrap_err().to_string().ends_with(": epoch"));
}

#[test]
fn another_policy_stops_it() {
    let mut scene = Scene::new();
    let [first, second] = [0; 2].map(|_| scene.confirmation().confirm());
    let mut other = scene.wanted.clone();
    other.max_presentation_age += 1;
    scene.group.set_policy(other.encode().unwrap()).unwrap();
    scene.merge();
    assert_eq!(first.changes(scene.current()), [Change::Epoch, Change::Policy]);
    refused_with(first.sign(&scene.alice.key, scene.current()), "epoch, policy");
    // The same reveal would still be taken, and she is asked all the same.
    let again = second.renewed(scene.prepared(&["name"]), scene.current()).unwrap_err();
    assert!(again.to_string().ends_with(": policy"), "{again}");
    scene.confirmation().confirm().sign(&scene.alice.key, scene.current()).unwrap();
}

#[test]
fn another_recipient_stops_it() {
    let mut scene = Scene::new();
    let [first, second] = [0; 2].map(|_| scene.confirmation().confirm());
    scene.admit(Person::new(&scene.provider, 4));
    assert_eq!(first.changes(scene.current()), [Change::Epoch, Change::Recipients]);
    refused_with(first.sign(&scene.alice.key, scene.current()), "epoch, recipients");
    let again = second.renewed(scene.prepared(&["name"]), scene.current()).unwrap_err();
    assert!(again.to_string().ends_with(": recipients"), "{again}");
    // And who has left is missed too.
    let third = scene.confirmation().confirm();
    scene.group.remove(&[2]).unwrap();
    scene.merge();
    refused_with(third.sign(&scene.alice.key, scene.current()), "epoch, recipients");
}

/// Another client of Bob's in the place of his first one: the index is the same, the key is not.
#[test]
fn another_key_is_another_recipient() {
    let scene = Scene::new();
    let confirmed = scene.confirmation().confirm();
    let mut view = scene.group.view().unwrap();
    let other = Person::new(&scene.provider, 4);
    let bob = Person::new(&scene.provider, 3);
    view.leaves[1].signature_key = other.key.public().clone();
    view.leaves[1].credential = Credential::X509(scene.provider.pseudonym(other.key.public(), &bob.user, &other.client));
    let current = EpochSnapshot::enter(&view, &scene.trust, NOW, None).unwrap();
    assert_eq!(confirmed.changes(&current), [Change::Recipients]);
    refused_with(confirmed.sign(&scene.alice.key, &current), "recipients");
}

/// 6 row 49: exactly the expected users, and all of their leaves verified.
#[test]
fn only_who_is_expected_is_told() {
    let mut scene = Scene::new();
    let bob = Person::new(&scene.provider, 3).user;
    let refused = |scene: &Scene, users: &[MimiUri], why: &str| {
        let error = scene.confirmation().expecting(users).unwrap_err();
        assert_eq!(error.code(), Code::RevealRefused);
        assert!(error.to_string().contains(why), "{error}");
    };
    let expected = scene.confirmation().expecting(std::slice::from_ref(&bob)).unwrap();
    refused(&scene, &[], "who is not expected");
    let carol = Person::new(&scene.provider, 4);
    let (name, both) = (carol.user.clone(), [bob.clone(), carol.user.clone()]);
    refused(&scene, &both, &format!("{name} is not there"));
    // What held when she was asked does not let a newcomer in.
    let confirmed = expected.confirm();
    scene.admit(carol);
    refused_with(confirmed.sign(&scene.alice.key, scene.current()), "epoch, recipients");
    refused(&scene, std::slice::from_ref(&bob), "who is not expected");
    scene.confirmation().expecting(&both).unwrap();
    // Another client of her own is nobody else; one that nobody vouches for is.
    let mut own = Person::new(&scene.provider, 5);
    own.user = scene.alice.user.clone();
    own.credential = Credential::X509(scene.provider.pseudonym(own.key.public(), &own.user, &own.client));
    scene.admit_client(own);
    let confirmation = scene.confirmation().expecting(&both).unwrap();
    assert!(confirmation.to_string().contains("your own other client"), "{confirmation}");
    let stranger = Person::new(&Provider::new("z.example", 9), 6);
    scene.admit_client(stranger);
    refused(&scene, &both, "is not verified");
    assert!(scene.confirmation().to_string().contains("for 4 leaves, 1 of them NOT VERIFIED"));
}

/// What is sealed goes to those with the roles, whose credentials hold.
#[test]
fn only_the_roles_that_it_is_sealed_to_are_recipients() {
    let scene = Scene::new();
    let propose = |roles: &[u32]| {
        let prepared = scene.prepared(&["name"]);
        prepared.propose(scene.current(), scene.group.own_index(), Audience::Roles(roles)).unwrap()
    };
    let some = propose(&[2]);
    assert_eq!(some.roles(), Some(&[2][..]));
    assert!(some.to_string().contains("only for members with roles 2"), "{some}");
    assert!(matches!(some.recipients(), Recipients::Leaves(leaves) if leaves.len() == 1));
    let none = propose(&[3]);
    assert!(none.to_string().contains("for nobody"), "{none}");
}

/// What the policy refuses is not even proposed; nor what was prepared for another room.
#[test]
fn what_is_refused_is_not_proposed() {
    let scene = Scene::new();
    let propose = |prepared: PreparedBundle, leaf| prepared.propose(scene.current(), leaf, Audience::Room).unwrap_err();
    let refused = propose(scene.prepared(&["email"]), 0);
    assert_eq!(refused.code(), Code::RevealRefused);
    assert!(refused.to_string().contains("missing_required_claim"), "{refused}");
    // By another leaf than it was prepared for, or by none.
    assert_eq!(propose(scene.prepared(&["name"]), 1).code(), Code::ConfirmationOutdated);
    assert_eq!(propose(scene.prepared(&["name"]), 9).code(), Code::RevealRefused);
    let mut context = scene.prepared(&["name"]).context().clone();
    context.room_uri = uri("mimi://hub.example/r/elsewhere");
    let mut elsewhere = PreparedBundle::new(context);
    elsewhere.add(scene.token.holding(), &Selection::All, NOW).unwrap();
    assert!(propose(elsewhere, 0).to_string().ends_with(": room"));
}

/// On files nobody knows who is there, and it says so.
#[test]
fn on_files_the_recipients_are_not_known() {
    use crate::{FileInputs, GivenLeaf, Input};
    let scene = Scene::new();
    let snapshot = EpochSnapshot::from_files(
        FileInputs {
            room: Input::Given(uri(ROOM)),
            leaf: Input::Given(GivenLeaf { key: None, credential: scene.alice.credential.clone() }),
            group_id: Input::Given(vec![1; 16]),
            epoch: Input::Given(7),
            nonce: Input::Given(vec![0xaa; 32]),
            policy: Input::Given(PolicyState::of_policy(scene.wanted.clone())),
            trust: Input::Given(&scene.trust),
        },
        NOW,
    );
    let context = snapshot.room_context(EpochSnapshot::FILE_SENDER, None).unwrap().unwrap();
    let mut prepared = PreparedBundle::new(context);
    prepared.add(scene.token.holding(), &select(DisclosureFormat::SdJwtKb, &["name"]), NOW).unwrap();
    let confirmation = prepared.propose(&snapshot, EpochSnapshot::FILE_SENDER, Audience::Room).unwrap();
    assert_eq!(*confirmation.recipients(), Recipients::NotKnown);
    assert!(confirmation.to_string().contains("for whoever is in the room"), "{confirmation}");
    assert_eq!(confirmation.expecting(&[]).unwrap_err().code(), Code::RevealRefused);
}
