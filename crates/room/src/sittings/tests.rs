use mimicred_mls::UnreadableLeaf;

use super::*;
use crate::testing::*;

fn scene() -> (Provider, World, Sittings) {
    let provider = Provider::new("a.example", 1);
    let (alice, bob) = (Person::new(&provider, 2), Person::new(&provider, 3));
    let world = World::new(&policy(&[(&provider, "a.example")]), vec![provider.trusted_for(&["a.example"])], &[&alice, &bob]);
    let mut sittings = Sittings::new(2);
    assert!(sittings.enter(&world.view, world.snapshots.current().unwrap()).is_empty());
    (provider, world, sittings)
}

/// The next epoch; who has gone, and why.
fn next(world: &mut World, sittings: &mut Sittings, change: impl FnOnce(&mut EpochView)) -> Vec<(u32, u64, End)> {
    world.next_epoch(change);
    let ended = sittings.enter(&world.view, world.snapshots.current().unwrap());
    ended.into_iter().map(|(sitting, end)| (sitting.leaf, sitting.since, end)).collect()
}

/// mimi-mls 3.5.3, In force: whatever keeps key and user keeps the sitting.
#[test]
fn an_epoch_ends_nothing_by_itself() {
    let (provider, mut world, mut sittings) = scene();
    assert!(next(&mut world, &mut sittings, |_| {}).is_empty());
    // Another role, another credential of the same user and key.
    let again = Person::new(&provider, 2);
    assert!(next(&mut world, &mut sittings, |view| view.participants[0].role_index = 4).is_empty());
    assert!(next(&mut world, &mut sittings, |view| view.leaves[0].credential = again.credential).is_empty());
    assert_eq!(sittings.current(0), Some(Sitting { leaf: 0, since: 7 }));
    assert_eq!(sittings.current(2), None);
}

/// What happens to an epoch.
type Change<'t> = Box<dyn FnOnce(&mut EpochView) + 't>;

/// mimi-mls 3.5.3, In force: each thing that ends a sitting, and whom it ends.
#[test]
fn what_ends_a_sitting() {
    let (provider, ..) = scene();
    let stranger = Person::new(&provider, 4);
    let renamed = Person { user: uri("mimi://a.example/p/other"), ..Person::new(&provider, 2) };
    let chain = provider.pseudonym(renamed.key.public(), &renamed.user, &renamed.client);
    let renamed = mimicred_mls::Credential::X509(chain);
    let rotated = provider.pseudonym(stranger.key.public(), &Person::new(&provider, 2).user, &stranger.client);
    let cases: Vec<(End, Change<'_>)> = vec![
        (End::Removed, Box::new(|view| drop(view.leaves.remove(0)))),
        (
            End::Removed,
            Box::new(|view| {
                view.leaves[0].signature_key = stranger.key.public().clone();
                view.leaves[0].credential = stranger.credential.clone();
            }),
        ),
        (
            End::KeyRotated,
            Box::new(|view| {
                view.leaves[0].signature_key = stranger.key.public().clone();
                view.leaves[0].credential = mimicred_mls::Credential::X509(rotated);
            }),
        ),
        (End::UriChanged, Box::new(|view| view.leaves[0].credential = renamed)),
        (End::LeafUnverified, Box::new(|view| view.leaves[0].credential = mimicred_mls::Credential::Basic(vec![1]))),
        (
            End::LeafUnverified,
            Box::new(|view| {
                view.leaves.remove(0);
                view.unreadable.push(UnreadableLeaf { index: 0, code: mimicred_mls::Code::LeafKeyForm });
            }),
        ),
        (End::Rejoined, Box::new(|view| view.leaves[0].recipient_key = Some(vec![9; 32]))),
    ];
    for (end, change) in cases {
        let (_, mut world, mut sittings) = scene();
        assert_eq!(next(&mut world, &mut sittings, change), [(0, 7, end)]);
        assert_ne!(sittings.current(0), Some(Sitting { leaf: 0, since: 7 }));
        assert_eq!(sittings.current(1), Some(Sitting { leaf: 1, since: 7 }), "the other one stays");
    }
}

/// An epoch that did not come may have been anything.
#[test]
fn a_missed_epoch_ends_all() {
    let (_, mut world, mut sittings) = scene();
    world.view.epoch += 1;
    assert_eq!(next(&mut world, &mut sittings, |_| {}), [(0, 7, End::EpochMissed), (1, 7, End::EpochMissed)]);
}

/// Messages of past epochs are of those who sat there then, as long as they may come.
#[test]
fn past_epochs_have_their_sittings() {
    let (_, mut world, mut sittings) = scene();
    let alice = world.view.leaves[0].clone();
    next(&mut world, &mut sittings, |view| drop(view.leaves.remove(0)));
    next(&mut world, &mut sittings, |view| view.leaves.insert(0, alice));
    let since = |sittings: &Sittings, epoch| sittings.at(0, epoch).map(|sitting| sitting.since);
    assert_eq!([6, 7, 8, 9, 10].map(|epoch| since(&sittings, epoch)), [None, Some(7), None, Some(9), None]);
    let first = Sitting { leaf: 0, since: 7 };
    assert_eq!((sittings.end_of(first), sittings.end_of(Sitting { leaf: 0, since: 9 })), (Some(End::Removed), None));
    // Two past epochs are kept: the last message of epoch 7 may come in epoch 9, and not in epoch 10.
    next(&mut world, &mut sittings, |_| {});
    assert_eq!(since(&sittings, 7), None);
    assert_eq!(since(&sittings, 9), Some(9));
}
