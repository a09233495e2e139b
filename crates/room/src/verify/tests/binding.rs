//! Step 7: audience, nonce, freshness, replay.

use mimicred_claims::Selection;

use super::pipeline::{assert_step, scene};
use crate::policy::{DisclosureFormat, NonceMode};
use crate::testing::*;
use crate::{
    Arrival, Challenge, Error, NoStatusLists, OneTime, Origin, ReplayStore, Reveal, Seen, Use, VerdictCode, Verifier, verify,
};

/// Step 7, audience: the sender signed for another room and then wrote this one's URI around it.
#[test]
fn the_audience_must_be_this_room() {
    for format in [DisclosureFormat::SdJwtKb, DisclosureFormat::SdKbt] {
        let (provider, person, mut world) = scene();
        let owned = identity(format, &provider, person.key.public(), &alice(), NOW + YEAR);
        let mut elsewhere = world.context(0);
        elsewhere.room_uri = uri("mimi://hub.example/r/other");
        let mut sent = bundle(elsewhere, &owned, &Selection::All, &person.key);
        sent.room_uri = uri(ROOM);
        assert_step(&world.receive(0, &sent), 7, VerdictCode::AudienceMismatch);
    }
    // A certificate's proof covers the room's URI: there it is the signature that fails.
    let (provider, person, mut world) = scene();
    let owned = identity(DisclosureFormat::MlsCredential, &provider, person.key.public(), &alice(), NOW + YEAR);
    let mut elsewhere = world.context(0);
    elsewhere.room_uri = uri("mimi://hub.example/r/other");
    let mut sent = bundle(elsewhere, &owned, &Selection::All, &person.key);
    sent.room_uri = uri(ROOM);
    assert_step(&world.receive(0, &sent), 6, VerdictCode::BindingInvalid);
}

/// Step 7, nonce.
#[test]
fn the_nonce_must_be_that_of_epoch_and_leaf() {
    for format in FORMATS {
        let (provider, person, mut world) = scene();
        let owned = identity(format, &provider, person.key.public(), &alice(), NOW + YEAR);
        let mut context = world.context(0);
        context.nonce[31] ^= 1;
        let verdict = world.receive(0, &bundle(context, &owned, &Selection::All, &person.key));
        assert_step(&verdict, 7, VerdictCode::NonceMismatch);
    }
}

/// Step 7: the freshness table of 3.5.2, each row at its boundary.
#[test]
fn freshness_has_its_boundaries() {
    let queue = i64::from(crate::Settings::default().max_queue);
    let cases = [
        // made, received, accepted by the hub, code
        (NOW, NOW - 60, None, VerdictCode::Ok),
        (NOW, NOW - 61, None, VerdictCode::NotYetValid),
        (NOW, NOW + 300 + queue, None, VerdictCode::Ok),
        (NOW, NOW + 301 + queue, None, VerdictCode::Stale),
        (NOW, NOW, Some(NOW - 60), VerdictCode::Ok),
        (NOW, NOW, Some(NOW - 61), VerdictCode::NotYetValid),
        (NOW, NOW + 5000, Some(NOW + 300), VerdictCode::Ok),
        (NOW, NOW + 5000, Some(NOW + 301), VerdictCode::Stale),
    ];
    for format in FORMATS {
        for (made, received, accepted, code) in cases {
            let (provider, person, mut world) = scene();
            let owned = identity(format, &provider, person.key.public(), &alice(), NOW + YEAR);
            let sent = bundle_at(world.context(0), &owned, &Selection::All, &person.key, made);
            (world.received_at, world.accepted_at) = (received, accepted);
            let verdict = world.receive(0, &sent);
            if code == VerdictCode::Ok {
                assert_eq!(verdict.code, code, "{received} {verdict}");
            } else {
                assert_step(&verdict, 7, code);
            }
        }
    }
}

/// max_presentation_age = 0: this epoch only.
#[test]
fn a_room_can_take_reveals_of_the_current_epoch_only() {
    let (provider, person, _) = scene();
    let mut wanted = policy(&[(&provider, "a.example")]);
    wanted.max_presentation_age = 0;
    let mut world = World::new(&wanted, vec![provider.trusted_for(&["a.example"])], &[&person]);
    let owned = identity(DisclosureFormat::SdKbt, &provider, person.key.public(), &alice(), NOW + YEAR);
    let octets = bundle(world.context(0), &owned, &Selection::All, &person.key).encode().unwrap();
    assert_eq!(world.judge(0, 7, Reveal::Bundle(&octets), None, &NoStatusLists).code, VerdictCode::Ok);
    // However long the epoch lasts, and whenever the hub accepted it.
    let long = i64::from(world.settings.max_queue) + 1000;
    (world.received_at, world.accepted_at) = (NOW + long, Some(NOW + long));
    assert_eq!(world.judge(0, 7, Reveal::Bundle(&octets), None, &NoStatusLists).code, VerdictCode::Ok);
    world.next_epoch(|_| {});
    assert_step(&world.judge(0, 7, Reveal::Bundle(&octets), None, &NoStatusLists), 7, VerdictCode::Stale);
}

/// A store that notes until when it is to remember what.
struct Noting(Vec<(Vec<u8>, i64)>);

impl ReplayStore for Noting {
    fn record(&mut self, presented: &Use<'_>, _: Origin, keep_until: i64) -> Result<Seen, Error> {
        self.0.push((presented.nonce.to_vec(), keep_until));
        Ok(Seen::Acceptable)
    }

    fn use_up(&mut self, _: &OneTime<'_>, _: i64) -> Result<Seen, Error> {
        Ok(Seen::Acceptable)
    }

    fn forget(&mut self, _: i64) -> Result<(), Error> {
        Ok(())
    }
}

/// 3.5.2: a use is remembered as long as it could be accepted: 300 s by the policy, seven days in a queue, 60 s between clocks, up to
/// the full hour. Its nonce is that of the room, as the format writes it.
#[test]
fn a_use_is_remembered_as_long_as_it_could_be_accepted() {
    for format in FORMATS {
        let (provider, person, world) = scene();
        let owned = identity(format, &provider, person.key.public(), &alice(), NOW + YEAR);
        let octets = bundle(world.context(0), &owned, &Selection::All, &person.key).encode().unwrap();
        let arrival = Arrival { sender: 0, epoch: 7, received_at: NOW + 5, accepted_at: None, challenge: None };
        let (mut replay, settings) = (Noting(Vec::new()), world.settings);
        let mut verifier =
            Verifier { trust: &world.trust, replay: &mut replay, status: &NoStatusLists, disclosure_keys: &[], settings };
        verify(&world.snapshots, &arrival, Reveal::Bundle(&octets), &mut verifier).unwrap();
        let nonce = world.context(0).nonce;
        let nonce = match format {
            DisclosureFormat::SdJwtKb => mimicred_jose::base64url::encode(&nonce).into_bytes(),
            _ => nonce,
        };
        assert_eq!(replay.0, [(nonce, 1_790_607_600)]);
    }
}

/// Step 7, replay: the same presentation from the same leaf and epoch is one use, from elsewhere it is a replay.
#[test]
fn a_presentation_belongs_to_one_leaf_and_epoch() {
    for format in FORMATS {
        let (provider, person, mut world) = scene();
        let owned = identity(format, &provider, person.key.public(), &alice(), NOW + YEAR);
        let sent = bundle(world.context(0), &owned, &Selection::All, &person.key);
        assert_eq!(world.receive(0, &sent).code, VerdictCode::Ok);
        assert_eq!(world.receive(0, &sent).code, VerdictCode::Ok, "the same again");
        // The same key at another leaf has the same nonce: only the store can tell.
        let twin = world.view.leaves[0].clone();
        let mut view = world.view.clone();
        view.leaves.push(mimicred_mls::LeafView { index: 1, ..twin });
        let mut second = World::of_view(view, vec![provider.trusted_for(&["a.example"])]);
        second.replay = world.replay;
        assert_step(&second.receive(1, &sent), 7, VerdictCode::Replayed);
    }
}

/// Rooms that want answers to challenges: without a request of ours nothing is known, with one the answer counts.
#[test]
fn challenges_are_answered_once_asked() {
    let (provider, person, _) = scene();
    let mut wanted = policy(&[(&provider, "a.example")]);
    wanted.nonce_mode = NonceMode::Challenge;
    let mut world = World::new(&wanted, vec![provider.trusted_for(&["a.example"])], &[&person]);
    let challenge = Challenge { nonce: &[0xbb; 32], not_after: NOW + 10 };
    let snapshot = world.snapshots.current().unwrap();
    assert!(snapshot.room_context(0, None).unwrap().is_none());
    let context = snapshot.room_context(0, Some(&challenge)).unwrap().unwrap();
    let owned = identity(DisclosureFormat::SdKbt, &provider, person.key.public(), &alice(), NOW + YEAR);
    let octets = bundle(context.clone(), &owned, &Selection::All, &person.key).encode().unwrap();
    assert_eq!(world.judge(0, 7, Reveal::Bundle(&octets), Some(challenge), &NoStatusLists).code, VerdictCode::Ok);
    assert_step(&world.judge(0, 7, Reveal::Bundle(&octets), None, &NoStatusLists), 7, VerdictCode::UnknownToMe);
    let other = Challenge { nonce: &[0xbc; 32], ..challenge };
    assert_step(&world.judge(0, 7, Reveal::Bundle(&octets), Some(other), &NoStatusLists), 7, VerdictCode::NonceMismatch);
    let late = bundle_at(context, &owned, &Selection::All, &person.key, NOW + 71).encode().unwrap();
    world.received_at = NOW + 80;
    assert_step(&world.judge(0, 7, Reveal::Bundle(&late), Some(challenge), &NoStatusLists), 7, VerdictCode::Stale);
}
