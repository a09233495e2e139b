//! Requests: what is asked, what is to be answered, and what it means that nobody did (mimi-mls.md 3.5.1, 3.4.2).

use mimicred_keys::SystemRandom;
use mimicred_mls::content::{MessageId, Part};
use mimicred_mls::framing::ApplicationFraming;
use mimicred_mls::{DisclosureFormat, DisclosureRequest, LeafView, MediaType};

use super::world::*;
use crate::policy::{NonceMode, Optionality, RoomDisclosurePolicy};
use crate::testing::*;
use crate::{
    Asked, Code, Error, MAX_OWN_REQUESTS, MAX_RECEIVED_REQUESTS, MAX_REQUESTS_OF_LEAF, Question, ReceivedRequest, RequestMessage,
    Settings, VerdictCode, request_content,
};

fn request(names: &[&str], formats: &[DisclosureFormat], not_after: i64) -> DisclosureRequest {
    DisclosureRequest {
        challenge: None,
        claim_names: names.iter().map(|name| (*name).to_owned()).collect(),
        formats: formats.to_vec(),
        not_after: u64::try_from(not_after).unwrap(),
    }
}

fn receive(scene: &mut Scene, request: &DisclosureRequest) -> Result<ReceivedRequest, Error> {
    receive_octets(scene, &request.encode().unwrap())
}

fn receive_octets(scene: &mut Scene, octets: &[u8]) -> Result<ReceivedRequest, Error> {
    let epoch = scene.view.epoch;
    let received = scene.room.receive_request(&arrival(BOB, epoch, NOW), RequestMessage::Request(octets))?;
    Ok(received.expect("a request"))
}

/// 3.4.2, Deadline: of those who were there before us nothing is known, until a request of ours has run out; then it is missing.
#[test]
fn who_leaves_a_request_unanswered() {
    let mut scene = Scene::new(|_| {});
    let deadline = NOW - 100 + 3600;
    assert_eq!(scene.code(ALICE, deadline + 1), VerdictCode::UnknownToMe);
    scene.ask(deadline + 600, NOW);
    assert_eq!(scene.say(ALICE, &["name"], NOW), VerdictCode::Ok);
    // With the skew of 60 seconds an answer could still be made.
    let open = deadline + 660;
    assert_eq!([ALICE, BOB].map(|leaf| scene.code(leaf, open)), [VerdictCode::Ok, VerdictCode::UnknownToMe]);
    assert_eq!([ALICE, BOB].map(|leaf| scene.code(leaf, open + 1)), [VerdictCode::Ok, VerdictCode::MissingReveal]);
    assert_eq!([ALICE, BOB].map(|leaf| scene.room.asked(leaf, open + 1)), [Asked::NotYet, Asked::Unanswered]);
    // So it stays when the request is not kept any more.
    let week = NOW + i64::from(Settings::default().max_queue);
    scene.next(week + 90_000, |_| {});
    assert_eq!(scene.code(BOB, week + 90_000), VerdictCode::MissingReveal);
    assert_eq!(scene.say(BOB, &["name"], week + 90_000), VerdictCode::Ok);
    assert_eq!(scene.room.asked(BOB, week + 90_001), Asked::NotYet);
    // What somebody else has asked is nothing that I know to be unanswered.
    assert_eq!(scene.room.asked(ME, week + 90_001), Asked::NotYet);
}

/// An answer that is refused is none; and what was before the request does not answer it.
#[test]
fn only_what_is_accepted_answers() {
    let mut scene = Scene::new(|_| {});
    let before = scene.bundle(ALICE, &["name"], NOW, None);
    scene.next(NOW, |_| {});
    scene.ask(NOW + 600, NOW);
    assert_eq!(scene.receive(ALICE, 7, &before, NOW).code, VerdictCode::Ok);
    assert_eq!(scene.say(BOB, &[], NOW), VerdictCode::MissingRequiredClaim);
    assert_eq!([ALICE, BOB].map(|leaf| scene.room.asked(leaf, NOW + 700)), [Asked::Unanswered; 2]);
    assert_eq!(scene.say(BOB, &["name"], NOW + 1), VerdictCode::Ok);
    assert_eq!(scene.room.asked(BOB, NOW + 700), Asked::NotYet);
}

/// Who comes later was not asked, nor was who comes back.
#[test]
fn who_was_not_there_left_nothing_unanswered() {
    let mut scene = Scene::new(|_| {});
    scene.ask(NOW + 600, NOW);
    let bob = scene.view.leaves[2].clone();
    scene.next(NOW, |view| drop(view.leaves.remove(2)));
    scene.next(NOW, |view| view.leaves.insert(2, bob));
    scene.carol_comes(NOW);
    assert_eq!([BOB, CAROL].map(|leaf| scene.room.asked(leaf, NOW + 700)), [Asked::NotYet; 2]);
    assert_eq!(scene.room.asked(ALICE, NOW + 700), Asked::Unanswered);
}

/// What is to be answered: what the room requires, or what is named and may be shown; in the room's formats.
#[test]
fn what_a_request_is_for() {
    let forbid_email = |policy: &mut RoomDisclosurePolicy| {
        policy.accepted_formats = vec![DisclosureFormat::SdKbt, DisclosureFormat::SdJwtKb];
        policy.claim_rules[1].predicates.clear();
        policy.claim_rules[1].presence = Optionality::Forbidden;
    };
    let mut scene = Scene::new(forbid_email);
    let all = receive(&mut scene, &request(&[], &[], NOW + 600)).unwrap();
    assert_eq!((all.leaf, all.user.as_str(), all.epoch, all.not_after), (BOB, "mimi://a.example/p/person4", 7, NOW + 600));
    assert_eq!(all.claim_names, ["name"]);
    assert_eq!(all.formats, [DisclosureFormat::SdKbt, DisclosureFormat::SdJwtKb]);
    assert!(all.challenge().is_none());
    let asked = request(&["email", "name", "shoe size"], &[DisclosureFormat::SdJwtKb, DisclosureFormat::Other(9)], NOW + 600);
    let some = receive(&mut scene, &asked).unwrap();
    assert_eq!(some.claim_names, ["name"]);
    assert_eq!(some.formats, [DisclosureFormat::SdJwtKb]);
    for nothing in [
        request(&["email"], &[], NOW + 600),
        request(&["shoe size"], &[], NOW + 600),
        request(&[], &[DisclosureFormat::MlsCredential], NOW + 600),
        request(&[], &[], NOW - 1),
    ] {
        assert_eq!(receive(&mut scene, &nothing).unwrap_err().code(), Code::RequestUnanswerable, "{nothing:?}");
    }
    assert!(receive(&mut scene, &request(&[], &[], NOW)).is_ok());
    scene.next_policy(NOW, |policy| {
        policy.identity_reveal = Optionality::Forbidden;
        policy.claim_rules[0].presence = Optionality::Optional;
    });
    assert_eq!(receive(&mut scene, &request(&[], &[], NOW + 600)).unwrap_err().code(), Code::RequestUnanswerable);
    scene.next(NOW, |view| view.policy = None);
    assert_eq!(receive(&mut scene, &request(&[], &[], NOW + 600)).unwrap_err().code(), Code::RequestUnanswerable);
}

/// What I ask is judged like what I am asked.
#[test]
fn i_ask_for_what_can_be_answered() {
    let mut scene = Scene::new(|_| {});
    let name = ["name".to_owned()];
    let question = Question { claim_names: &name, formats: &[DisclosureFormat::SdKbt], not_after: NOW + 600 };
    let asked = scene.room.ask(ME, &question, NOW, &mut SystemRandom).unwrap();
    assert_eq!(asked, request(&["name"], &[DisclosureFormat::SdKbt], NOW + 600));
    let shoes = ["shoe size".to_owned()];
    let more = ["name".to_owned(), "shoe size".to_owned()];
    for unanswerable in [
        Question { claim_names: &more, ..question },
        Question { claim_names: &shoes, ..question },
        Question { formats: &[DisclosureFormat::Other(9)], ..question },
        Question { not_after: NOW - 1, ..question },
    ] {
        let refused = scene.room.ask(ME, &unanswerable, NOW, &mut SystemRandom).unwrap_err();
        assert_eq!(refused.code(), Code::RequestUnanswerable);
    }
    let nobody = crate::Room::new(5, Settings::default()).ask(ME, &question, NOW, &mut SystemRandom).unwrap_err();
    assert_eq!(nobody.code(), Code::SnapshotRefused);
}

/// 3.5.1: challenge: 32 octets; group_exporter: none; anything else is malformed.
#[test]
fn a_nonce_is_of_the_rooms_mode() {
    let mut scene = Scene::new(|_| {});
    let plain = request(&[], &[], NOW + 600);
    let challenge = DisclosureRequest { challenge: Some([7; 32]), ..plain.clone() };
    assert!(receive(&mut scene, &plain).is_ok());
    assert_eq!(receive(&mut scene, &challenge).unwrap_err().code(), Code::RequestMalformed);
    let mut scene = Scene::new(|policy| policy.nonce_mode = NonceMode::Challenge);
    assert!(receive(&mut scene, &challenge).is_ok());
    assert_eq!(receive(&mut scene, &plain).unwrap_err().code(), Code::RequestMalformed);
    let mut short = challenge.encode().unwrap();
    short[2] = 31;
    short.remove(3);
    let refused = receive_octets(&mut scene, &short).unwrap_err();
    assert_eq!(refused.code(), Code::RequestMalformed);
    assert!(refused.to_string().contains("mls/request-nonce-length"), "{refused}");
    let never = DisclosureRequest { challenge: Some([8; 32]), not_after: u64::MAX, ..plain };
    assert_eq!(receive(&mut scene, &never).unwrap_err().code(), Code::RequestMalformed);
}

/// A request of an epoch that is gone is nobody's.
#[test]
fn a_request_belongs_to_its_epoch() {
    let mut scene = Scene::new(|_| {});
    let octets = request(&[], &[], NOW + 600).encode().unwrap();
    for epoch in [6, 8] {
        let refused = scene.room.receive_request(&arrival(BOB, epoch, NOW), RequestMessage::Request(&octets)).unwrap_err();
        assert_eq!(refused.code(), Code::RequestUnanswerable);
    }
}

/// Neither one member nor I can fill the memory, and what has run out makes room.
#[test]
fn requests_are_bounded() {
    let mut scene = Scene::new(|_| {});
    for _ in 0..MAX_REQUESTS_OF_LEAF {
        receive(&mut scene, &request(&[], &[], NOW + 600)).unwrap();
    }
    assert_eq!(receive(&mut scene, &request(&[], &[], NOW + 600)).unwrap_err().code(), Code::RequestLimit);
    let octets = request(&[], &[], NOW + 600).encode().unwrap();
    assert!(scene.room.receive_request(&arrival(ALICE, 7, NOW), RequestMessage::Request(&octets)).is_ok(), "others may");
    // All others together: four fill the room, and the fifth is refused.
    let dave = Person::new(&scene.provider, 6);
    scene.carol_comes(NOW);
    scene.next(NOW, |view| view.leaves.push(LeafView::new(4, dave.key.public().clone(), dave.credential.clone())));
    let mut from = |leaf| scene.room.receive_request(&arrival(leaf, 9, NOW), RequestMessage::Request(&octets));
    let taken = [ME, ALICE, CAROL].map(|leaf| (0..300).filter(|_| from(leaf).is_ok()).count());
    assert_eq!(taken, [MAX_REQUESTS_OF_LEAF, MAX_REQUESTS_OF_LEAF - 1, MAX_REQUESTS_OF_LEAF]);
    assert_eq!(MAX_RECEIVED_REQUESTS, 4 * MAX_REQUESTS_OF_LEAF);
    assert_eq!(from(4).unwrap_err().code(), Code::RequestLimit);
    for _ in 0..MAX_OWN_REQUESTS {
        scene.ask(NOW + 600, NOW);
    }
    let question = Question { claim_names: &[], formats: &[], not_after: NOW + 600 };
    assert_eq!(scene.room.ask(ME, &question, NOW, &mut SystemRandom).unwrap_err().code(), Code::RequestLimit);
    // Until an answer can come: not_after, skew, age and queue.
    let gone = NOW + 600 + 60 + 300 + i64::from(Settings::default().max_queue);
    let later = Question { not_after: gone + 600, ..question };
    assert_eq!(scene.room.ask(ME, &later, gone, &mut SystemRandom).unwrap_err().code(), Code::RequestLimit);
    assert!(scene.room.ask(ME, &later, gone + 1, &mut SystemRandom).is_ok());
}

/// A request travels under its own media type, or as the one part of a content; anything else is none.
#[test]
fn a_request_has_its_carriages() {
    let mut scene = Scene::new(|_| {});
    let listed = |listed: &[&str]| listed.iter().map(|listed| listed.parse().unwrap()).collect::<Vec<MediaType>>();
    scene.next(NOW, |view| view.media_types = listed(&["application/mimi-content", "application/mimi-disclosure-request"]));
    let asked = request(&[], &[], NOW + 600);
    let receive = |scene: &mut Scene, framed: &ApplicationFraming| {
        let octets = framed.encode().unwrap();
        let epoch = scene.view.epoch;
        scene.room.receive_request(&arrival(BOB, epoch, NOW), RequestMessage::ApplicationData(&octets))
    };
    let framed = ApplicationFraming { media_type: Some(MediaType::DisclosureRequest), content: asked.encode().unwrap() };
    assert_eq!(receive(&mut scene, &framed).unwrap().unwrap().message_id, None);
    let (room, bob, other) = (uri(ROOM), scene.people[2].user.clone(), scene.people[1].user.clone());
    let content = request_content(&asked, &room, &bob, [4; 16]).unwrap();
    let id = content.message_id(bob.as_str(), ROOM).unwrap();
    let received = receive(&mut scene, &content.frame().unwrap()).unwrap().unwrap();
    assert_eq!(received.message_id, Some(id));
    // The first media type of the room need not be named.
    let unnamed = ApplicationFraming { media_type: None, content: content.encode().unwrap() };
    assert_eq!(receive(&mut scene, &unnamed).unwrap().unwrap().message_id, Some(id));

    for (room, sender) in [(&uri("mimi://hub.example/r/other"), &bob), (&room, &other)] {
        let wrong = request_content(&asked, room, sender, [4; 16]).unwrap().frame().unwrap();
        assert_eq!(receive(&mut scene, &wrong).unwrap_err().code(), Code::RequestMalformed);
    }
    let mut chat = content.clone();
    chat.nested_part.part = Part::Single { content_type: "text/plain".into(), content: asked.encode().unwrap() };
    let broken = ApplicationFraming { content: vec![1, 2, 3], ..unnamed };
    let bundle = ApplicationFraming { media_type: Some(MediaType::DisclosureBundle), content: asked.encode().unwrap() };
    for none in [chat.frame().unwrap(), broken, bundle] {
        assert_eq!(receive(&mut scene, &none).unwrap(), None);
    }
    let cut = ApplicationFraming { content: vec![0, 1], ..framed.clone() };
    assert_eq!(receive(&mut scene, &cut).unwrap_err().code(), Code::RequestMalformed);
    let garbage = scene.room.receive_request(&arrival(BOB, 8, NOW), RequestMessage::ApplicationData(&[9])).unwrap();
    assert_eq!(garbage, None);
    scene.next(NOW, |view| view.media_types = listed(&["application/mimi-content"]));
    assert_eq!(receive(&mut scene, &framed).unwrap_err().code(), Code::RequestForbidden);
}

/// Only a challenge of ours is looked for by its message.
#[test]
fn what_was_not_asked_was_not_sent() {
    let mut scene = Scene::new(|policy| policy.nonce_mode = NonceMode::Challenge);
    let id = MessageId::compute("s", "r", b"content", &[0; 16]).unwrap();
    let asked = scene.ask(NOW + 600, NOW);
    assert!(scene.room.sent_as(&asked, id).is_ok());
    for other in [DisclosureRequest { challenge: None, ..asked.clone() }, DisclosureRequest { challenge: Some([1; 32]), ..asked }]
    {
        assert_eq!(scene.room.sent_as(&other, id).unwrap_err().code(), Code::RequestUnanswerable);
    }
}
