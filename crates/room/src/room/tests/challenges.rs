//! mimi-mls.md 3.5.2: a challenge is used up for a leaf by the first message in which it answers.

use mimicred_claims::Selection;
use mimicred_keys::Random;
use mimicred_mls::DisclosureRequest;
use mimicred_mls::component::{CAN_REQUEST_DISCLOSURE, Role, RolesList};

use super::world::*;
use crate::policy::{DisclosureFormat, NonceMode};
use crate::testing::*;
use crate::{Code, PreparedBundle, Question, RequestMessage, Reveal, Room, Settings, VerdictCode};

fn scene() -> Scene {
    Scene::new(|policy| policy.nonce_mode = NonceMode::Challenge)
}

/// Each answers for herself; what nobody has asked for is an answer to somebody else.
#[test]
fn a_challenge_is_answered_by_each_who_received_it() {
    let mut scene = scene();
    let unasked = DisclosureRequest { challenge: Some([7; 32]), claim_names: vec![], formats: vec![], not_after: 2_000_000_000 };
    assert_eq!(scene.answer(ALICE, &unasked, &["name"], NOW), VerdictCode::UnknownToMe);
    assert_eq!(scene.room.standing(ALICE, NOW).unwrap().refused, None, "no fault");
    let request = scene.ask(NOW + 600, NOW);
    assert_eq!(scene.answer(ALICE, &request, &["name"], NOW), VerdictCode::Ok);
    assert_eq!(scene.answer(BOB, &request, &["name"], NOW), VerdictCode::Ok);
    assert_eq!([ALICE, BOB].map(|leaf| scene.code(leaf, NOW)), [VerdictCode::Ok; 2]);
    // Whoever asks has not received her own request.
    assert_eq!(scene.answer(ME, &request, &["name"], NOW), VerdictCode::UnknownToMe);
}

/// The same message once more is nothing new; any other is a replay, and so it stays in later epochs.
#[test]
fn a_second_answer_is_a_replay() {
    let mut scene = scene();
    let request = scene.ask(NOW + 600, NOW);
    let answer = scene.bundle(ALICE, &["name"], NOW, Some(&challenge(&request)));
    for _ in 0..2 {
        assert_eq!(scene.receive(ALICE, 7, &answer, NOW + 1).code, VerdictCode::Ok);
    }
    assert_eq!(scene.room.standing(ALICE, NOW).unwrap().reveals.len(), 1);
    let other = scene.bundle(ALICE, &["name", "email"], NOW + 2, Some(&challenge(&request)));
    let verdict = scene.receive(ALICE, 7, &other, NOW + 2);
    assert_eq!(verdict.code, VerdictCode::Replayed);
    let failed = verdict.presentations[0].checks.iter().find(|check| check.code == Some(VerdictCode::Replayed)).unwrap();
    assert_eq!((failed.step, failed.name), (7, "replay"));
    scene.next(NOW + 10, |_| {});
    assert_eq!(scene.answer(ALICE, &request, &["name"], NOW + 10), VerdictCode::Replayed);
    assert_eq!(scene.shown(ALICE), [["name"]], "the first one stays in force");
    // A new request is answered anew.
    let again = scene.ask(NOW + 600, NOW + 20);
    assert_ne!(again.challenge, request.challenge);
    assert_eq!(scene.answer(ALICE, &again, &["name", "email"], NOW + 20), VerdictCode::Ok);
}

/// Step 7 uses it up: an answer that fails before does not, and one that the policy refuses afterwards does.
#[test]
fn a_challenge_is_used_up_when_step_7_holds() {
    let mut scene = scene();
    let request = scene.ask(NOW + 600, NOW);
    let early = scene.bundle(ALICE, &["name"], NOW + 100, Some(&challenge(&request)));
    assert_eq!(scene.receive(ALICE, 7, &early, NOW).code, VerdictCode::NotYetValid);
    assert_eq!(scene.answer(ALICE, &request, &[], NOW), VerdictCode::MissingRequiredClaim);
    assert_eq!(scene.answer(ALICE, &request, &["name"], NOW + 1), VerdictCode::Replayed);
    // Bob has only failed.
    let early = scene.bundle(BOB, &["name"], NOW + 100, Some(&challenge(&request)));
    assert_eq!(scene.receive(BOB, 7, &early, NOW).code, VerdictCode::NotYetValid);
    assert_eq!(scene.answer(BOB, &request, &["name"], NOW + 1), VerdictCode::Ok);
}

/// The presentations of one message share the challenge.
#[test]
fn presentations_of_one_message_share_a_challenge() {
    let mut scene = scene();
    let request = scene.ask(NOW + 600, NOW);
    let key = &scene.people[1].key;
    let context = scene.room.snapshots().current().unwrap().room_context(ALICE, Some(&challenge(&request))).unwrap().unwrap();
    let mut prepared = PreparedBundle::new(context);
    let owned = FORMATS.map(|format| identity(format, &scene.provider, key.public(), &alice(), NOW + YEAR));
    for (format, owned) in FORMATS.iter().zip(&owned) {
        let selection = match format {
            DisclosureFormat::MlsCredential => Selection::All,
            token => select(*token, &["name"]),
        };
        prepared.add(owned.holding(), &selection, NOW).unwrap();
    }
    let bundle = prepared.sign(key).unwrap().encode().unwrap();
    let verdict = scene.receive(ALICE, 7, &bundle, NOW);
    assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
    assert!(verdict.presentations.iter().all(|presentation| presentation.code == VerdictCode::Ok));
    assert_eq!(verdict.presentations.len(), 3);
}

/// Freshness: iat ≤ not_after of the request + skew, which is 60 seconds.
#[test]
fn an_answer_made_too_late_is_stale() {
    let mut scene = scene();
    let request = scene.ask(NOW + 600, NOW);
    assert_eq!(scene.answer(ALICE, &request, &["name"], NOW + 661), VerdictCode::Stale);
    assert_eq!(scene.answer(ALICE, &request, &["name"], NOW + 660), VerdictCode::Ok);
}

/// Who joined later has not received it: not as one who answers, and not as one who judges. Neither has who came back, or who has
/// another key.
#[test]
fn who_joined_later_did_not_receive_it() {
    let mut scene = scene();
    let request = scene.ask(NOW + 600, NOW);
    scene.carol_comes(NOW + 10);
    assert_eq!(scene.answer(CAROL, &request, &["name"], NOW + 20), VerdictCode::UnknownToMe);
    let mut later = Room::new(5, Settings::default());
    later.enter(&scene.view, &scene.trust, NOW + 10).unwrap();
    std::mem::swap(&mut scene.room, &mut later);
    assert_eq!(scene.answer(ALICE, &request, &["name"], NOW + 20), VerdictCode::UnknownToMe);
    std::mem::swap(&mut scene.room, &mut later);
    assert_eq!(scene.answer(ALICE, &request, &["name"], NOW + 21), VerdictCode::Ok);
    let bob = scene.view.leaves[2].clone();
    scene.next(NOW + 30, |view| drop(view.leaves.remove(2)));
    scene.next(NOW + 40, |view| view.leaves.insert(2, bob));
    assert_eq!(scene.answer(BOB, &request, &["name"], NOW + 40), VerdictCode::UnknownToMe);
    let again = scene.ask(NOW + 600, NOW + 50);
    for leaf in [BOB, CAROL] {
        assert_eq!(scene.answer(leaf, &again, &["name"], NOW + 50), VerdictCode::Ok);
    }
}

/// What another leaf has made answers nothing, and uses nothing up.
#[test]
fn nobody_answers_for_another() {
    let mut scene = scene();
    let request = scene.ask(NOW + 600, NOW);
    let alices = scene.bundle(ALICE, &["name"], NOW, Some(&challenge(&request)));
    assert_eq!(scene.receive(BOB, 7, &alices, NOW).code, VerdictCode::SubjectMismatch);
    let bundle = mimicred_mls::DisclosureBundle::decode(&alices).unwrap();
    let mimicred_mls::Item::SdJwtKb(token) = bundle.items[0].open().unwrap() else { panic!() };
    let mut verifier = crate::Verifier {
        trust: &scene.trust,
        replay: &mut scene.replay,
        status: &crate::NoStatusLists,
        disclosure_keys: &[],
        settings: Settings::default(),
    };
    let copied = scene.room.receive(&arrival(BOB, 7, NOW), Reveal::SdJwt(token.as_str()), &mut verifier).unwrap();
    assert_eq!(copied.code, VerdictCode::KeyMismatch);
    assert_eq!(scene.receive(ALICE, 7, &alices, NOW).code, VerdictCode::Ok);
    assert_eq!(scene.answer(BOB, &request, &["name"], NOW), VerdictCode::Ok);
}

/// Among several requests the one is found whose nonce was answered.
#[test]
fn the_answered_request_is_found() {
    let mut scene = scene();
    let requests: Vec<_> = (0..3).map(|n| scene.ask(NOW + 600, NOW + n)).collect();
    for (n, request) in requests.iter().enumerate().rev() {
        let at = NOW + 10 + i64::try_from(n).unwrap();
        assert_eq!(scene.answer(ALICE, request, &["name"], at), VerdictCode::Ok);
        assert_eq!(scene.answer(ALICE, request, &["name"], at + 20), VerdictCode::Replayed);
    }
}

/// What another member asks is answered for all who received it.
#[test]
fn what_others_ask_counts_too() {
    let mut scene = scene();
    let asked = DisclosureRequest { challenge: Some([7; 32]), claim_names: vec![], formats: vec![], not_after: 1_790_000_600 };
    let octets = asked.encode().unwrap();
    let received = scene.room.receive_request(&arrival(BOB, 7, NOW), RequestMessage::Request(&octets)).unwrap().unwrap();
    assert_eq!(received.challenge().unwrap().nonce, [7; 32]);
    assert_eq!(scene.answer(ALICE, &asked, &["name"], NOW), VerdictCode::Ok);
    assert_eq!(scene.answer(BOB, &asked, &["name"], NOW), VerdictCode::UnknownToMe, "his own");
}

/// The mark is in the replay store too: a client that has forgotten everything else takes no answer from another epoch.
#[test]
fn a_used_up_challenge_survives_a_restart() {
    let mut scene = scene();
    let asked = DisclosureRequest { challenge: Some([7; 32]), claim_names: vec![], formats: vec![], not_after: 1_790_000_600 };
    let octets = asked.encode().unwrap();
    let ask_again = |scene: &mut Scene, epoch| {
        scene.room.receive_request(&arrival(BOB, epoch, NOW), RequestMessage::Request(&octets)).map(|_| ())
    };
    ask_again(&mut scene, 7).unwrap();
    assert_eq!(scene.answer(ALICE, &asked, &["name"], NOW), VerdictCode::Ok);
    assert_eq!(ask_again(&mut scene, 7).unwrap_err().code(), Code::RequestReused);
    scene.next(NOW + 10, |_| {});
    scene.room = Room::new(5, Settings::default());
    scene.room.enter(&scene.view, &scene.trust, NOW + 20).unwrap();
    assert_eq!(scene.answer(ALICE, &asked, &["name"], NOW + 20), VerdictCode::UnknownToMe);
    ask_again(&mut scene, 8).unwrap();
    assert_eq!(scene.answer(ALICE, &asked, &["name"], NOW + 20), VerdictCode::Replayed);
}

/// Even in the epoch of the answer no other message of the same leaf counts.
#[test]
fn after_a_restart_only_one_message_answers() {
    let mut scene = scene();
    let asked = DisclosureRequest { challenge: Some([7; 32]), claim_names: vec![], formats: vec![], not_after: 1_790_000_600 };
    let octets = asked.encode().unwrap();
    let ask = |scene: &mut Scene| {
        scene.room.receive_request(&arrival(BOB, 7, NOW), RequestMessage::Request(&octets)).unwrap();
    };
    ask(&mut scene);
    assert_eq!(scene.answer(ALICE, &asked, &["name"], NOW), VerdictCode::Ok);
    scene.room = Room::new(5, Settings::default());
    scene.room.enter(&scene.view, &scene.trust, NOW).unwrap();
    ask(&mut scene);
    assert_eq!(scene.answer(ALICE, &asked, &["name", "email"], NOW), VerdictCode::Replayed);
}

/// Always the same.
struct Stuck;

impl Random for Stuck {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), mimicred_keys::Error> {
        out.fill(5);
        Ok(())
    }
}

/// Nothing at all.
struct Dry;

impl Random for Dry {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), mimicred_keys::Error> {
        Err(mimicred_keys::Code::BackendFailed.into())
    }
}

/// 3.5.1: 32 random octets, never reused.
#[test]
fn a_nonce_is_never_reused() {
    let mut scene = scene();
    let question = Question { claim_names: &[], formats: &[], not_after: NOW + 600 };
    assert_eq!(scene.room.ask(ME, &question, NOW, &mut Stuck).unwrap().challenge, Some([5; 32]));
    assert_eq!(scene.room.ask(ME, &question, NOW, &mut Stuck).unwrap_err().code(), Code::RequestReused);
    assert_eq!(scene.room.ask(ME, &question, NOW, &mut Dry).unwrap_err().code(), Code::RandomFailed);
    let octets = DisclosureRequest { challenge: Some([5; 32]), claim_names: vec![], formats: vec![], not_after: 1_790_000_600 };
    let octets = octets.encode().unwrap();
    let again = scene.room.receive_request(&arrival(BOB, 7, NOW), RequestMessage::Request(&octets));
    assert_eq!(again.unwrap_err().code(), Code::RequestReused);
}

/// In a room of nonce mode group_exporter a request is no challenge: who is asked reveals as always.
#[test]
fn a_request_without_a_challenge() {
    let mut scene = Scene::new(|_| {});
    let request = scene.ask(NOW + 600, NOW);
    assert_eq!(request.challenge, None);
    for names in [&["name"][..], &["name", "email"]] {
        assert_eq!(scene.say(ALICE, names, NOW + 1), VerdictCode::Ok);
    }
}

/// The role of whoever asks must let her.
#[test]
fn only_some_may_ask() {
    let mut scene = scene();
    let role = |role_index, capability| Role { role_index, role_capabilities: vec![capability], ..Role::default() };
    let roles = RolesList::new(vec![role(2, 0x0100), role(3, CAN_REQUEST_DISCLOSURE)]).unwrap();
    scene.next(NOW, |view| {
        view.roles = Some(roles);
        view.participants[2].role_index = 3;
    });
    let question = Question { claim_names: &[], formats: &[], not_after: NOW + 600 };
    let refused = scene.room.ask(ME, &question, NOW, &mut mimicred_keys::SystemRandom).unwrap_err();
    assert_eq!(refused.code(), Code::RequestForbidden);
    let asked = DisclosureRequest { challenge: Some([7; 32]), claim_names: vec![], formats: vec![], not_after: 1_790_000_600 };
    let octets = asked.encode().unwrap();
    let mut from = |leaf| scene.room.receive_request(&arrival(leaf, 8, NOW), RequestMessage::Request(&octets));
    assert_eq!(from(ALICE).unwrap_err().code(), Code::RequestForbidden);
    assert_eq!(from(9).unwrap_err().code(), Code::RequestForbidden, "nobody");
    assert_eq!(from(BOB).unwrap().unwrap().user.as_str(), "mimi://a.example/p/person4");
    // What was refused is not kept: an answer to it would be one to nobody.
    assert_eq!(scene.answer(ALICE, &asked, &["name"], NOW), VerdictCode::Ok);
    let unverified = mimicred_mls::Credential::Basic(vec![1]);
    scene.next(NOW, |view| {
        view.roles = None;
        view.leaves[2].credential = unverified;
    });
    let asked = DisclosureRequest { challenge: Some([8; 32]), ..asked };
    let octets = asked.encode().unwrap();
    let mut from = |leaf| scene.room.receive_request(&arrival(leaf, 9, NOW), RequestMessage::Request(&octets));
    assert_eq!(from(BOB).unwrap_err().code(), Code::RequestForbidden, "nobody knows who he is");
    assert!(from(ALICE).unwrap().is_some(), "without roles_list nobody is kept from anything by her role");
}
