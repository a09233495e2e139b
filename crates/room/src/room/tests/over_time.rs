//! mimi-mls.md 3.5.3 "In force", 3.4.2 "Deadline", and rows 35 to 37 of its section 6.

use mimicred_mls::Credential;
use mimicred_x509::Certificate;

use super::world::*;
use crate::policy::{ClaimRule, Optionality, RoomDisclosurePolicy};
use crate::testing::*;
use crate::{CertificateStatus, End, MAX_ENDED, Status, StatusLists, VerdictCode};

fn rule<'p>(policy: &'p mut RoomDisclosurePolicy, label: &str) -> &'p mut ClaimRule {
    policy.claim_rules.iter_mut().find(|rule| rule.claim_name == label).unwrap()
}

/// A reveal is there from its arrival on, and what others do leaves it alone.
#[test]
fn a_reveal_counts_as_long_as_its_leaf_stays() {
    let mut scene = Scene::new(|_| {});
    assert_eq!(scene.code(ALICE, NOW), VerdictCode::UnknownToMe);
    assert_eq!(scene.say(ALICE, &["name", "email"], NOW), VerdictCode::Ok);
    scene.carol_comes(NOW + 10);
    let renewed = Person::new(&scene.provider, 3).credential;
    scene.next(NOW + 20, |view| view.leaves[1].credential = renewed);
    scene.next(NOW + 30, |view| drop(view.leaves.remove(2)));
    let standing = scene.room.standing(ALICE, NOW + 9_000_000).unwrap();
    assert_eq!((standing.code, standing.refused), (VerdictCode::Ok, None));
    let reveal = &standing.reveals[0];
    assert_eq!((reveal.epoch(), reveal.since(), reveal.code()), (7, NOW, VerdictCode::Ok));
    let source = &reveal.sources()[0];
    assert_eq!((source.format.as_str(), source.issuer.as_str()), ("sd_jwt_kb", "https://id.a.example"));
    assert_eq!((source.issued_at, source.code), (Some(NOW), VerdictCode::Ok));
    assert_eq!(scene.shown(ALICE), [["email", "name"]]);
    assert!(scene.ends().is_empty());
}

/// What happens to an epoch.
type Change<'t> = Box<dyn FnOnce(&mut mimicred_mls::EpochView) + 't>;

/// In force: removal, another key, another user; each ends it, and says when.
#[test]
fn what_ends_a_reveal() {
    let provider = Provider::new("a.example", 1);
    let stranger = Person::new(&provider, 9);
    let alice_under_new_key = {
        let alice = Person::new(&provider, 3);
        Credential::X509(provider.pseudonym(stranger.key.public(), &alice.user, &alice.client))
    };
    let renamed = {
        let alice = Person::new(&provider, 3);
        Credential::X509(provider.pseudonym(alice.key.public(), &stranger.user, &alice.client))
    };
    let cases: Vec<(End, Change<'_>)> = vec![
        (End::Removed, Box::new(|view| drop(view.leaves.remove(1)))),
        (
            End::KeyRotated,
            Box::new(|view| {
                view.leaves[1].signature_key = stranger.key.public().clone();
                view.leaves[1].credential = alice_under_new_key;
            }),
        ),
        (End::UriChanged, Box::new(|view| view.leaves[1].credential = renamed)),
        (End::LeafUnverified, Box::new(|view| view.leaves[1].credential = Credential::Basic(vec![1]))),
        (End::Rejoined, Box::new(|view| view.leaves[1].recipient_key = Some(vec![9; 32]))),
        (End::EpochMissed, Box::new(|view| view.epoch += 1)),
    ];
    for (why, change) in cases {
        let mut scene = Scene::new(|_| {});
        scene.say(ALICE, &["name"], NOW);
        scene.next(NOW + 50, change);
        assert_eq!(scene.ends(), [(ALICE, why, NOW + 50)]);
        assert!(scene.room.standing(ALICE, NOW + 60).is_none_or(|standing| standing.reveals.is_empty()));
        let ended = scene.room.ended().next().unwrap();
        assert_eq!((ended.epoch, ended.since, ended.code), (7, NOW, VerdictCode::Ok));
        assert_eq!(ended.user.as_deref(), Some("mimi://a.example/p/person3"));
        assert!(!format!("{:?}", scene.room).contains("Alice Adams"));
    }
}

/// Coming back with the same key does not revive a reveal, neither one that came before nor one that comes late.
#[test]
fn coming_back_revives_nothing() {
    let mut scene = Scene::new(|_| {});
    scene.say(ALICE, &["name"], NOW);
    let late = scene.bundle(ALICE, &["name", "email"], NOW + 1, None);
    let leaf = scene.view.leaves[1].clone();
    scene.next(NOW + 10, |view| drop(view.leaves.remove(1)));
    scene.next(NOW + 20, |view| view.leaves.insert(1, leaf));
    assert_eq!(scene.code(ALICE, NOW + 30), VerdictCode::Pending, "she has come anew");
    // It was good in its epoch; whoever made it has gone since.
    assert_eq!(scene.receive(ALICE, 7, &late, NOW + 30).code, VerdictCode::Ok);
    assert_eq!(scene.ends(), [(ALICE, End::Removed, NOW + 10), (ALICE, End::Removed, NOW + 30)]);
    assert!(scene.shown(ALICE).is_empty());
    assert_eq!(scene.code(ALICE, NOW + 30), VerdictCode::Pending);
    assert_eq!(scene.say(ALICE, &["name"], NOW + 40), VerdictCode::Ok);
    assert_eq!(scene.code(ALICE, NOW + 40), VerdictCode::Ok);
}

/// A message of an epoch that is over counts if its sender has stayed.
#[test]
fn a_late_message_of_somebody_who_stayed_counts() {
    let mut scene = Scene::new(|_| {});
    let late = scene.bundle(ALICE, &["name"], NOW, None);
    scene.next(NOW + 10, |view| drop(view.leaves.remove(2)));
    assert_eq!(scene.receive(ALICE, 7, &late, NOW + 20).code, VerdictCode::Ok);
    assert_eq!(scene.code(ALICE, NOW + 20), VerdictCode::Ok);
    assert!(scene.ends().is_empty());
}

/// Row 37: the policy of a message's epoch judges it, so a reveal does not become wrong; the next one is judged by the next policy.
#[test]
fn a_policy_judges_what_is_said_under_it() {
    let mut scene = Scene::new(|_| {});
    assert_eq!(scene.say(ALICE, &["name", "email"], NOW), VerdictCode::Ok);
    scene.next_policy(NOW + 10, |policy| {
        rule(policy, "email").predicates.clear();
        rule(policy, "email").presence = Optionality::Forbidden;
    });
    assert_eq!(scene.code(ALICE, NOW + 10), VerdictCode::Ok);
    assert_eq!(scene.shown(ALICE), [["email", "name"]]);
    assert_eq!(scene.say(ALICE, &["name", "email"], NOW + 20), VerdictCode::ForbiddenClaim);
    let standing = scene.room.standing(ALICE, NOW + 20).unwrap();
    assert_eq!(standing.code, VerdictCode::Ok);
    let refused = standing.refused.unwrap();
    assert_eq!((refused.code, refused.epoch, refused.at), (VerdictCode::ForbiddenClaim, 8, NOW + 20));
}

/// Row 37: a rule that is newly required makes those wait who have not kept it already, and gives them time.
#[test]
fn a_newly_required_rule_begins_a_new_deadline() {
    let mut scene = Scene::new(|_| {});
    scene.carol_comes(NOW);
    for (leaf, names) in [(ALICE, &["name", "email"][..]), (CAROL, &["name"])] {
        assert_eq!(scene.say(leaf, names, NOW), VerdictCode::Ok);
        assert_eq!(scene.code(leaf, NOW + 10), VerdictCode::Ok);
    }
    scene.next_policy(NOW + 10, |policy| rule(policy, "email").presence = Optionality::Required);
    assert_eq!(scene.code(ALICE, NOW + 20), VerdictCode::Ok, "she has shown it");
    assert_eq!(scene.code(CAROL, NOW + 20), VerdictCode::Pending);
    assert_eq!(scene.shown(CAROL), [["name"]], "what she has shown stays");
    assert_eq!(scene.code(CAROL, NOW + 10 + 3601), VerdictCode::MissingRequiredClaim);
    assert_eq!(scene.say(CAROL, &["name"], NOW + 30), VerdictCode::MissingRequiredClaim);
    assert_eq!(scene.say(CAROL, &["name", "email"], NOW + 40), VerdictCode::Ok);
    assert_eq!(scene.code(CAROL, NOW + 10 + 3601), VerdictCode::Ok);
    // A rule that asks for something else is another one.
    scene.next_policy(NOW + 50, |policy| rule(policy, "name").paths.truncate(1));
    assert_eq!(scene.code(CAROL, NOW + 60), VerdictCode::Pending);
}

/// 3.4.2, Deadline, over three epochs: it runs from the latest of the rule's beginning and the member's coming.
#[test]
fn the_deadline_runs_from_the_latest_beginning() {
    let mut scene = Scene::new(|policy| {
        policy.identity_reveal = Optionality::Optional;
        rule(policy, "name").presence = Optionality::Optional;
    });
    assert_eq!(scene.code(BOB, NOW), VerdictCode::Ok, "nothing is required");
    scene.carol_comes(NOW);
    let day = NOW + 86_400;
    scene.next_policy(day, |policy| policy.identity_reveal = Optionality::Required);
    assert_eq!(scene.code(CAROL, day + 3600), VerdictCode::Pending);
    assert_eq!(scene.code(CAROL, day + 3601), VerdictCode::MissingReveal);
    assert_eq!(scene.code(BOB, day + 3601), VerdictCode::UnknownToMe, "he was there before me");
    // Not required any more.
    scene.next_policy(day + 4000, |policy| policy.identity_reveal = Optionality::Optional);
    assert_eq!(scene.code(CAROL, day + 4000), VerdictCode::Ok);
}

/// What satisfies a room is judged again where the member herself is no longer what the room wants.
#[test]
fn a_member_is_judged_by_the_policy_of_now() {
    let mut scene = Scene::new(|_| {});
    scene.say(ALICE, &["name"], NOW);
    scene.next_policy(NOW + 10, |policy| policy.pseudonyms = Optionality::Forbidden);
    assert_eq!(scene.code(ALICE, NOW + 10), VerdictCode::PseudonymForbidden);
    scene.next(NOW + 20, |view| view.policy = None);
    assert_eq!(scene.code(ALICE, NOW + 20), VerdictCode::PolicyMissing);
    assert_eq!(scene.shown(ALICE), [["name"]]);
}

/// `ok_lapsed` stays so, whatever comes of the same message later; only a new presentation of a token that is valid is `ok`.
#[test]
fn what_has_lapsed_is_not_refreshed() {
    let mut scene = Scene::new(|_| {});
    let lapsed = scene.bundle_until(ALICE, &["name"], NOW, None, NOW + 100);
    assert_eq!(scene.receive(ALICE, 7, &lapsed, NOW + 200).code, VerdictCode::OkLapsed);
    assert_eq!(scene.code(ALICE, NOW + 200), VerdictCode::OkLapsed);
    // By a clock that went back.
    assert_eq!(scene.receive(ALICE, 7, &lapsed, NOW + 50).code, VerdictCode::Ok);
    assert_eq!(scene.code(ALICE, NOW + 200), VerdictCode::OkLapsed);
    assert_eq!(scene.say(ALICE, &["name"], NOW + 300), VerdictCode::Ok);
    assert_eq!(scene.code(ALICE, NOW + 300), VerdictCode::Ok);
    assert_eq!(scene.ends(), [(ALICE, End::Superseded, NOW + 300)]);
}

/// What was `ok` when it came stays so when its token expires, and is not made less by a later one that has lapsed.
#[test]
fn what_was_valid_on_arrival_stays() {
    let mut scene = Scene::new(|_| {});
    let sent = scene.bundle_until(ALICE, &["name"], NOW, None, NOW + 100);
    assert_eq!(scene.receive(ALICE, 7, &sent, NOW).code, VerdictCode::Ok);
    assert_eq!(scene.code(ALICE, NOW + YEAR), VerdictCode::Ok);
    let again = scene.bundle_until(ALICE, &["name"], NOW + 50, None, NOW + 100);
    assert_eq!(scene.receive(ALICE, 7, &again, NOW + 200).code, VerdictCode::OkLapsed);
    assert_eq!(scene.code(ALICE, NOW + 200), VerdictCode::Ok);
}

/// Lists that say what the test says.
struct Saying(CertificateStatus);

impl StatusLists for Saying {
    fn status(&self, _: &str, _: u64, _: i64) -> Option<Status> {
        None
    }

    fn certificate_status(&self, _: &Certificate, _: &Certificate, _: i64) -> CertificateStatus {
        self.0
    }
}

/// 3.5.2: revocation is judged at the arrival. It keeps a new reveal out, and leaves the one that was there.
#[test]
fn revocation_is_judged_on_arrival() {
    let mut scene = Scene::new(|_| {});
    let certificate = |scene: &Scene, at| {
        let key = &scene.people[1].key;
        let context = scene.room.snapshots().current().unwrap().room_context(ALICE, None).unwrap().unwrap();
        let format = crate::policy::DisclosureFormat::MlsCredential;
        let owned = identity(format, &scene.provider, key.public(), &alice(), NOW + YEAR);
        bundle_at(context, &owned, &mimicred_claims::Selection::All, key, at).encode().unwrap()
    };
    let (first, second) = (certificate(&scene, NOW), certificate(&scene, NOW + 10));
    let valid = Saying(CertificateStatus::Valid);
    assert_eq!(scene.receive_with(ALICE, 7, &first, NOW, &valid).code, VerdictCode::Ok);
    let revoked = Saying(CertificateStatus::Revoked);
    assert_eq!(scene.receive_with(ALICE, 7, &second, NOW + 10, &revoked).code, VerdictCode::Revoked);
    let standing = scene.room.standing(ALICE, NOW + 10).unwrap();
    assert_eq!((standing.code, standing.reveals.len()), (VerdictCode::Ok, 1));
    assert_eq!(standing.refused.map(|refused| refused.code), Some(VerdictCode::Revoked));
}

/// Row 36: of a refused message nothing is kept but its code; of an accepted one the values are in no debug output.
#[test]
fn a_refused_reveal_leaves_its_code_alone() {
    let mut scene = Scene::new(|policy| {
        rule(policy, "email").predicates.clear();
        rule(policy, "email").presence = Optionality::Forbidden;
    });
    assert_eq!(scene.say(ALICE, &["name", "email"], NOW), VerdictCode::ForbiddenClaim);
    let standing = scene.room.standing(ALICE, NOW).unwrap();
    assert!(standing.reveals.is_empty());
    assert_eq!(standing.refused.map(|refused| refused.code), Some(VerdictCode::ForbiddenClaim));
    assert_eq!(standing.code, VerdictCode::UnknownToMe, "it counts for nothing");
    let values = ["Alice Adams", "alice@a.example", "1990-05-17"];
    let told = |scene: &Scene| {
        let standings: Vec<_> = scene.room.standings(NOW).collect();
        let ended: Vec<_> = scene.room.ended().collect();
        format!("{:?} {standings:?} {}", scene.room, serde_json::to_string(&ended).unwrap())
    };
    assert!(values.iter().all(|value| !told(&scene).contains(value)));
    assert_eq!(scene.say(ALICE, &["name"], NOW + 1), VerdictCode::Ok);
    let shown = scene.room.standing(ALICE, NOW).unwrap().reveals[0].claims().iter().any(|claim| claim.path == "name");
    assert!(shown);
    assert!(values.iter().all(|value| !told(&scene).contains(value)));
    scene.next(NOW + 2, |view| drop(view.leaves.remove(1)));
    assert!(values.iter().all(|value| !told(&scene).contains(value)));
}

/// What a newer one shows takes the place of what an older one showed; order is that of making, not of coming.
#[test]
fn a_newer_reveal_supersedes_what_it_shows_anew() {
    let mut scene = Scene::new(|_| {});
    scene.say(ALICE, &["name", "email"], NOW);
    let older = scene.bundle(ALICE, &["name"], NOW - 10, None);
    scene.say(ALICE, &["name"], NOW + 10);
    assert_eq!(scene.shown(ALICE), [vec!["email"], vec!["name"]]);
    assert!(scene.ends().is_empty());
    scene.receive(ALICE, 7, &older, NOW + 20);
    assert_eq!(scene.shown(ALICE).len(), 2);
    assert_eq!(scene.ends(), [(ALICE, End::Superseded, NOW + 20)]);
    scene.say(ALICE, &["name", "email", "birthdate"], NOW + 30);
    assert_eq!(scene.shown(ALICE), [["birthdate", "email", "name"]]);
    assert_eq!(scene.ends().len(), 3);
}

/// What is shown for information counts for nothing and pushes nothing out.
#[test]
fn information_is_no_reveal_that_counts() {
    let mut scene = Scene::new(|policy| policy.allow_local_trust = true);
    assert_eq!(scene.say(ALICE, &["name"], NOW), VerdictCode::Ok);
    scene.next_policy(NOW + 10, |policy| {
        policy.trusted_issuers[0].formats.retain(|format| *format == crate::policy::DisclosureFormat::MlsCredential)
    });
    assert_eq!(scene.say(ALICE, &["name"], NOW + 20), VerdictCode::IssuerLocalOnly);
    assert_eq!(scene.say(BOB, &["name"], NOW + 20), VerdictCode::IssuerLocalOnly);
    assert_eq!(scene.code(ALICE, NOW + 20), VerdictCode::Ok);
    assert_eq!(scene.code(BOB, NOW + 20), VerdictCode::UnknownToMe);
    let informational = scene.room.standing(BOB, NOW + 20).unwrap().reveals;
    assert_eq!((informational.len(), informational[0].is_accepted()), (1, false));
    assert_eq!(scene.room.standing(ALICE, NOW + 20).unwrap().reveals.len(), 2);
}

/// Neither what one member says nor what has ended grows without bound.
#[test]
fn memory_is_bounded() {
    let mut scene = Scene::new(|_| {});
    let sent = scene.bundle(ALICE, &["name"], NOW, None);
    let mut verdict = scene.receive(ALICE, 7, &sent, NOW);
    for n in 0..400 {
        verdict.claims[0].path = format!("made-up-{n}");
        verdict.presentations[0].issued_at = Some(NOW + n);
        scene.room.record(&arrival(ALICE, 7, NOW + n), &verdict);
    }
    assert!(scene.shown(ALICE).len() <= crate::MAX_REVEALS);
    assert_eq!(scene.ends().len(), MAX_ENDED);
}
