//! What passes, in all formats, and one breach of each step.

use mimicred_claims::{Map, Selection, Value};
use mimicred_keys::{Algorithm, LeafKey};
use mimicred_mls::Suite;

use crate::policy::{DisclosureFormat, NonceMode};
use crate::testing::*;
use crate::verdict::Outcome;
use crate::{Challenge, NoStatusLists, Reveal, Status, StatusLists, Verdict, VerdictCode};

/// Provider, sender, world: the room trusts the provider, and so does the receiver.
fn scene() -> (Provider, Person, World) {
    let provider = Provider::new("a.example", 1);
    let person = Person::new(&provider, 2);
    let world = World::new(&policy(&[(&provider, "a.example")]), vec![provider.trusted_for(&["a.example"])], &[&person]);
    (provider, person, world)
}

#[track_caller]
fn assert_step(verdict: &Verdict, step: u8, code: VerdictCode) {
    assert_eq!(verdict.code, code, "{verdict}");
    let all = verdict.checks.iter().chain(verdict.presentations.iter().flat_map(|presentation| &presentation.checks));
    let failed: Vec<_> = all.filter(|check| matches!(check.outcome, Outcome::Failed)).collect();
    assert_eq!(failed.len(), 1, "{verdict}");
    assert_eq!((failed[0].step, failed[0].code), (step, Some(code)), "{verdict}");
    assert!(verdict.claims.is_empty(), "values of a refused reveal: {verdict}");
    let json = serde_json::to_string(verdict).unwrap();
    assert!(!json.contains("Adams") && !verdict.to_string().contains("Adams"), "{json}");
}

#[test]
fn each_format_is_accepted() {
    for format in FORMATS {
        let (provider, person, mut world) = scene();
        let owned = identity(format, &provider, person.key.public(), &alice(), NOW + YEAR);
        let selection = select(format, &["name"]);
        let verdict = world.receive(0, &bundle(world.context(0), &owned, &selection, &person.key));
        assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
        assert!(verdict.is_accepted());
        let presentation = &verdict.presentations[0];
        // The last is status, of which these credentials have none.
        let (status, others) = presentation.checks.split_last().unwrap();
        assert_eq!((status.name, status.outcome), ("status", Outcome::NotApplicable), "{verdict}");
        assert!(others.iter().all(|check| check.outcome == Outcome::Passed), "{verdict}");
        assert_eq!(others.len(), 9);
        assert_eq!(presentation.format, format.name().unwrap());
        let sender = verdict.sender.as_ref().unwrap();
        assert_eq!((sender.user.as_deref(), sender.role), (Some(person.user.as_str()), Some(2)));
        let names: Vec<_> = verdict.claims.iter().filter(|claim| claim.claim_name.as_deref() == Some("name")).collect();
        assert_eq!(names.len(), 1);
        assert_eq!(names[0].value.to_string(), "Alice Adams");
        if format != DisclosureFormat::MlsCredential {
            assert_eq!(verdict.claims.len(), 1, "nothing but what was chosen: {verdict}");
            assert_eq!(names[0].issuer, provider.issuer);
        }
        assert_eq!(verdict.rules[0].claim_name, "name");
        let json = serde_json::to_string(&verdict).unwrap();
        assert!(json.starts_with(r#"{"version":1,"code":"ok","slug":"room/ok","acceptable":"yes""#), "{json}");
    }
}

/// P-256 leaves sign MLS content as DER and tokens as r||s.
#[test]
fn p256_leaves_are_accepted() {
    for format in FORMATS {
        let provider = Provider::new("a.example", 1);
        let mut person = Person::new(&provider, 2);
        person.key = LeafKey::new(secret(Algorithm::P256, 5)).unwrap();
        person.credential = mimicred_mls::Credential::X509(provider.pseudonym(person.key.public(), &person.user, &person.client));
        let mut view = view(&policy(&[(&provider, "a.example")]).encode().unwrap(), &[&person]);
        view.suite = Suite::P256Aes128P256;
        let mut world = World::of_view(view, vec![provider.trusted_for(&["a.example"])]);
        let owned = identity(format, &provider, person.key.public(), &alice(), NOW + YEAR);
        let verdict = world.receive(0, &bundle(world.context(0), &owned, &Selection::All, &person.key));
        assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
    }
}

/// Several presentations in one bundle, of one person.
#[test]
fn formats_can_be_sent_together() {
    let (provider, person, mut world) = scene();
    let mut prepared = crate::PreparedBundle::new(world.context(0));
    for format in FORMATS {
        let owned = identity(format, &provider, person.key.public(), &alice(), NOW + YEAR);
        let selection = select(format, &["name", "email"]);
        prepared.add(owned.holding(), &selection, NOW).unwrap();
    }
    let verdict = world.receive(0, &prepared.sign(&person.key).unwrap());
    assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
    assert_eq!(verdict.claims.len(), 6, "{verdict}");
}

/// Step 1: no snapshot, or nobody at the leaf.
#[test]
fn unknown_epochs_and_leaves_are_stale() {
    let (provider, person, mut world) = scene();
    let owned = identity(DisclosureFormat::SdKbt, &provider, person.key.public(), &alice(), NOW + YEAR);
    let octets = bundle(world.context(0), &owned, &Selection::All, &person.key).encode().unwrap();
    assert_step(&world.judge(0, 6, Reveal::Bundle(&octets), None, &NoStatusLists), 1, VerdictCode::Stale);
    assert_step(&world.judge(1, 7, Reveal::Bundle(&octets), None, &NoStatusLists), 1, VerdictCode::Stale);
}

/// A past epoch is judged by its own snapshot, even when the leaf has another owner by now.
#[test]
fn past_epochs_are_judged_by_their_own_snapshot() {
    let (provider, person, mut world) = scene();
    let owned = identity(DisclosureFormat::SdJwtKb, &provider, person.key.public(), &alice(), NOW + YEAR);
    let octets = bundle(world.context(0), &owned, &Selection::All, &person.key).encode().unwrap();
    let other = Person::new(&provider, 3);
    world.next_epoch(|view| {
        view.leaves[0].signature_key = other.key.public().clone();
        view.leaves[0].credential = other.credential.clone();
    });
    let verdict = world.judge(0, 7, Reveal::Bundle(&octets), None, &NoStatusLists);
    assert_eq!((verdict.code, verdict.sender.unwrap().user.unwrap()), (VerdictCode::Ok, person.user.to_string()));
    // The newcomer cannot be taken for its author.
    assert_step(&world.judge(0, 8, Reveal::Bundle(&octets), None, &NoStatusLists), 2, VerdictCode::SubjectMismatch);
}

#[test]
fn too_many_epochs_ago_is_stale() {
    let (provider, person, mut world) = scene();
    let owned = identity(DisclosureFormat::SdJwtKb, &provider, person.key.public(), &alice(), NOW + YEAR);
    let octets = bundle(world.context(0), &owned, &Selection::All, &person.key).encode().unwrap();
    for _ in 0..5 {
        world.next_epoch(|_| {});
    }
    assert_eq!(world.judge(0, 7, Reveal::Bundle(&octets), None, &NoStatusLists).code, VerdictCode::Ok);
    world.next_epoch(|_| {});
    assert_step(&world.judge(0, 7, Reveal::Bundle(&octets), None, &NoStatusLists), 1, VerdictCode::Stale);
}

/// Step 2.
#[test]
fn the_bundle_is_for_this_room_and_about_the_sender() {
    let (provider, person, mut world) = scene();
    let owned = identity(DisclosureFormat::SdKbt, &provider, person.key.public(), &alice(), NOW + YEAR);
    let good = bundle(world.context(0), &owned, &Selection::All, &person.key);
    let mut other = good.clone();
    other.room_uri = uri("mimi://hub.example/r/other");
    assert_step(&world.receive(0, &other), 2, VerdictCode::AudienceMismatch);
    let mut other = good;
    other.subject_uri = uri("mimi://a.example/p/somebodyelse");
    assert_step(&world.receive(0, &other), 2, VerdictCode::SubjectMismatch);
}

/// Step 3: what cannot be read, what is signed with the wrong algorithm, and what the room does not take.
#[test]
fn form_is_checked_first() {
    let (provider, person, mut world) = scene();
    assert_step(&world.receive_octets(0, b"\x00\x01rubbish"), 3, VerdictCode::Malformed);
    for format in FORMATS {
        let owned = identity(format, &provider, person.key.public(), &alice(), NOW + YEAR);
        let mut cut = bundle(world.context(0), &owned, &Selection::All, &person.key);
        cut.items[0].data.pop();
        assert_step(&world.receive(0, &cut), 3, VerdictCode::Malformed);

        let mut wanted = policy(&[(&provider, "a.example")]);
        wanted.accepted_formats.retain(|accepted| *accepted != format);
        let mut strict = World::new(&wanted, vec![provider.trusted_for(&["a.example"])], &[&person]);
        let sent = bundle(strict.context(0), &owned, &Selection::All, &person.key);
        assert_step(&strict.receive(0, &sent), 3, VerdictCode::FormatNotAccepted);

        // A P-256 key in a group of Ed25519 leaves.
        let foreign = LeafKey::new(secret(Algorithm::P256, 5)).unwrap();
        let owned = identity(format, &provider, foreign.public(), &alice(), NOW + YEAR);
        let sent = bundle(world.context(0), &owned, &Selection::All, &foreign);
        assert_step(&world.receive(0, &sent), 3, VerdictCode::AlgNotAllowed);
    }
}

/// Disclosures that do not belong: a fault of form, found after the signatures held.
#[test]
fn a_disclosure_too_many_is_malformed() {
    let (provider, person, mut world) = scene();
    let owned = identity(DisclosureFormat::SdJwtKb, &provider, person.key.public(), &alice(), NOW + YEAR);
    let Owned::Jwt(held) = &owned else { unreachable!() };
    let nonce = mimicred_jose::base64url::encode(&world.context(0).nonce);
    let binding = mimicred_sd_jwt::Binding { audience: ROOM, nonce: &nonce, issued_at: NOW };
    let none = held.prepare(&Selection::None, &binding).unwrap().sign(&person.key).unwrap();
    // A disclosure slipped in after the holder signed: the binding covers other disclosures.
    let (token, binding) = none.as_str().rsplit_once('~').unwrap();
    let extra = mimicred_jose::base64url::encode(br#"["c2FsdHNhbHRzYWx0c2FsdA","name","Mallory"]"#);
    let text = format!("{token}~{extra}~{binding}");
    let verdict = world.judge(0, 7, Reveal::SdJwt(&text), None, &NoStatusLists);
    assert_step(&verdict, 6, VerdictCode::BindingInvalid);
}

/// Step 4: the table of 3.4.3, in all formats, and broken signatures.
#[test]
fn room_and_store_must_agree_about_the_issuer() {
    let (a, b) = (Provider::new("a.example", 1), Provider::new("b.example", 3));
    let person = Person::new(&a, 2);
    let stranger = Provider::new("c.example", 4);
    for format in FORMATS {
        // The leaf's own issuer is trusted by all throughout; `b` and `stranger` issue the identity.
        let cases = [
            (&b, Some("a.example"), Some("a.example"), false, VerdictCode::Ok),
            (&b, Some("a.example"), None, false, VerdictCode::IssuerRoomOnly),
            (&b, None, Some("a.example"), true, VerdictCode::IssuerLocalOnly),
            (&b, None, Some("a.example"), false, VerdictCode::IssuerUntrusted),
            (&b, Some("b.example"), Some("b.example"), false, VerdictCode::IssuerNotForDomain),
            (&b, None, Some("b.example"), true, VerdictCode::IssuerNotForDomain),
            (&b, Some("b.example"), None, true, VerdictCode::IssuerNotForDomain),
            (&b, Some("a.example"), Some("b.example"), true, VerdictCode::IssuerRoomOnly),
            (&b, Some("b.example"), Some("a.example"), true, VerdictCode::IssuerLocalOnly),
            (&stranger, None, None, true, VerdictCode::IssuerUntrusted),
        ];
        for (issuer, in_room, in_store, allow_local_trust, code) in cases {
            let mut wanted = policy(&[(&a, "a.example")]);
            wanted.allow_local_trust = allow_local_trust;
            wanted.trusted_issuers.extend(in_room.map(|host| entry(issuer, host)));
            let mut trust = vec![a.trusted_for(&["a.example"])];
            trust.extend(in_store.map(|host| issuer.trusted_for(&[host])));
            let mut world = World::new(&wanted, trust, &[&person]);
            let owned = identity(format, issuer, person.key.public(), &alice(), NOW + YEAR);
            let verdict = world.receive(0, &bundle(world.context(0), &owned, &Selection::All, &person.key));
            if matches!(code, VerdictCode::Ok | VerdictCode::IssuerLocalOnly) {
                assert_eq!(verdict.code, code, "{in_room:?} {in_store:?} {verdict}");
                assert!(!verdict.claims.is_empty());
                assert_eq!(verdict.is_accepted(), code == VerdictCode::Ok);
            } else {
                assert_step(&verdict, 4, code);
            }
        }
    }
}

/// A token that another key signed under the issuer's name, and a certificate whose signature was changed. A certificate from a CA
/// that only has the name of the right one has no path to it.
#[test]
fn forged_signatures_are_refused() {
    for format in FORMATS {
        let (provider, person, mut world) = scene();
        let forger = Provider::new("a.example", 66);
        let owned = identity(format, &forger, person.key.public(), &alice(), NOW + YEAR);
        let verdict = world.receive(0, &bundle(world.context(0), &owned, &Selection::All, &person.key));
        if format != DisclosureFormat::MlsCredential {
            assert_step(&verdict, 4, VerdictCode::IssuerSignatureInvalid);
            continue;
        }
        assert_step(&verdict, 4, VerdictCode::IssuerUntrusted);
        let Owned::X509(mut chain, key) = identity(format, &provider, person.key.public(), &alice(), NOW + YEAR) else {
            unreachable!()
        };
        *chain[0].last_mut().unwrap() ^= 1;
        let verdict = world.receive(0, &bundle(world.context(0), &Owned::X509(chain, key), &Selection::All, &person.key));
        assert_step(&verdict, 4, VerdictCode::IssuerSignatureInvalid);
    }
}

/// Step 4, `aud` inside the issuer's token.
#[test]
fn tokens_for_another_verifier_are_refused() {
    for format in [DisclosureFormat::SdJwtKb, DisclosureFormat::SdKbt] {
        for (audience, code) in [(ROOM, VerdictCode::Ok), ("mimi://hub.example/r/other", VerdictCode::AudienceMismatch)] {
            let (provider, person, mut world) = scene();
            let mut said = alice();
            said.push(("aud", Value::from(audience)));
            let owned = match format {
                DisclosureFormat::SdJwtKb => {
                    let text = sd_jwt_text(&provider, person.key.public(), &said, NOW + YEAR);
                    let held = mimicred_sd_jwt::UnverifiedSdJwt::parse(&text).unwrap();
                    let clock = mimicred_claims::Clock { now: NOW, leeway: 0 };
                    held.reopen(person.key.public(), clock).map(|held| Owned::Jwt(Box::new(held)))
                }
                _ => {
                    let octets = sd_cwt_octets(&provider, person.key.public(), &said, NOW + YEAR);
                    let held = mimicred_sd_cwt::UnverifiedSdCwt::parse(&octets).unwrap();
                    let clock = mimicred_claims::Clock { now: NOW, leeway: 0 };
                    Ok(Owned::Cwt(Box::new(held.reopen(person.key.public(), clock).unwrap())))
                }
            }
            .unwrap();
            let verdict = world.receive(0, &bundle(world.context(0), &owned, &Selection::All, &person.key));
            assert_eq!(verdict.code, code, "{verdict}");
            if code != VerdictCode::Ok {
                assert_step(&verdict, 4, code);
            }
        }
    }
}

/// Step 4, validity: judged when the holder made it, so that members who were offline agree; expired since is a mark.
#[test]
fn the_token_must_be_valid_when_presented() {
    for format in FORMATS {
        let (provider, person, mut world) = scene();
        let owned = identity(format, &provider, person.key.public(), &alice(), NOW + 86_400);
        let sent = bundle(world.context(0), &owned, &Selection::All, &person.key);
        world.received_at = NOW + 2 * 86_400;
        let verdict = world.receive(0, &sent);
        assert_eq!(verdict.code, VerdictCode::OkLapsed, "{verdict}");
        assert!(verdict.is_accepted() && !verdict.claims.is_empty());
        assert_eq!(verdict.presentations[0].code, VerdictCode::OkLapsed);
    }
}

/// Step 5: bound to another key than the sender's.
#[test]
fn the_key_must_be_the_senders() {
    let (provider, _, mut world) = scene();
    let other = LeafKey::new(secret(Algorithm::Ed25519, 77)).unwrap();
    for format in FORMATS {
        let owned = identity(format, &provider, other.public(), &alice(), NOW + YEAR);
        let verdict = world.receive(0, &bundle(world.context(0), &owned, &Selection::All, &other));
        assert_step(&verdict, 5, VerdictCode::KeyMismatch);
    }
}

/// Step 6: one octet of the holder's signature changed.
#[test]
fn possession_must_be_proven() {
    for format in FORMATS {
        let (provider, person, mut world) = scene();
        let owned = identity(format, &provider, person.key.public(), &alice(), NOW + YEAR);
        let mut sent = bundle(world.context(0), &owned, &Selection::All, &person.key);
        let data = &mut sent.items[0].data;
        match format {
            DisclosureFormat::SdJwtKb => {
                // The key binding is text: another base64url character in the middle of the signature.
                let at = data.len() - 40;
                data[at] = if data[at] == b'A' { b'B' } else { b'A' };
            }
            _ => *data.last_mut().unwrap() ^= 1,
        }
        assert_step(&world.receive(0, &sent), 6, VerdictCode::BindingInvalid);
    }
}

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
    world.next_epoch(|_| {});
    assert_step(&world.judge(0, 7, Reveal::Bundle(&octets), None, &NoStatusLists), 7, VerdictCode::Stale);
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

/// Step 8: whom the presentation may be about.
#[test]
fn the_subject_is_the_sender_or_her_real_self() {
    let cases = [
        ("mimi://a.example/u/alice", VerdictCode::Ok),
        ("mimi://a.example/p/person2", VerdictCode::Ok),
        ("mimi://a.example/d/anyclient", VerdictCode::Ok),
        ("4711", VerdictCode::Ok),
        ("mimi://a.example/p/person3", VerdictCode::SubjectMismatch),
        ("mimi://b.example/u/alice", VerdictCode::SubjectMismatch),
    ];
    for (sub, code) in cases {
        for format in [DisclosureFormat::SdJwtKb, DisclosureFormat::SdKbt] {
            let (provider, person, mut world) = scene();
            let mut said = alice();
            said[0].1 = Value::from(sub);
            let owned = identity(format, &provider, person.key.public(), &said, NOW + YEAR);
            let verdict = world.receive(0, &bundle(world.context(0), &owned, &Selection::All, &person.key));
            if code == VerdictCode::Ok {
                assert_eq!(verdict.code, code, "{sub} {verdict}");
            } else {
                assert_step(&verdict, 8, code);
            }
        }
    }
}

/// An issuer that both let speak for another host may name somebody there.
#[test]
fn another_host_is_fine_where_the_issuer_has_it_too() {
    let (provider, person, _) = scene();
    let mut wanted = policy(&[(&provider, "a.example")]);
    wanted.trusted_issuers[0].subject_domains.push("b.example".to_owned());
    let mut world = World::new(&wanted, vec![provider.trusted_for(&["a.example", "b.example"])], &[&person]);
    let mut said = alice();
    said[0].1 = Value::from("mimi://b.example/u/alice");
    let owned = identity(DisclosureFormat::SdJwtKb, &provider, person.key.public(), &said, NOW + YEAR);
    let verdict = world.receive(0, &bundle(world.context(0), &owned, &Selection::All, &person.key));
    assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
}

struct Lists(Option<Status>);

impl StatusLists for Lists {
    fn status(&self, uri: &str, index: u64, _at: i64) -> Option<Status> {
        assert_eq!((uri, index), ("https://id.a.example/status/1", 7));
        self.0
    }
}

/// Step 9: a token with a status needs a pinned list that says it is valid.
#[test]
fn status_is_asked_of_pinned_lists_only() {
    let status = |idx: Value<'static>| {
        let map = |entries: Vec<(&'static str, Value<'static>)>| {
            Value::Map(Map::from_entries(entries.into_iter().map(|(key, value)| (key.into(), value)).collect()).unwrap())
        };
        map(vec![("status_list", map(vec![("idx", idx), ("uri", Value::from("https://id.a.example/status/1"))]))])
    };
    for format in [DisclosureFormat::SdJwtKb, DisclosureFormat::SdKbt] {
        let cases = [
            (7, true, Some(Status::Valid), VerdictCode::Ok),
            (7, true, Some(Status::Revoked), VerdictCode::Revoked),
            (7, true, None, VerdictCode::StatusUntrusted),
            (7, false, Some(Status::Valid), VerdictCode::StatusUntrusted),
            (-1, true, Some(Status::Valid), VerdictCode::StatusUntrusted),
        ];
        for (index, pinned, says, code) in cases {
            let provider = Provider::new("a.example", 1);
            let person = Person::new(&provider, 2);
            let mut trusted = provider.trusted_for(&["a.example"]);
            trusted.status_lists.extend(pinned.then(|| "https://id.a.example/status/1".to_owned()));
            let mut world = World::new(&policy(&[(&provider, "a.example")]), vec![trusted], &[&person]);
            let mut said = alice();
            said.push(("status", status(Value::Int(index))));
            let owned = identity(format, &provider, person.key.public(), &said, NOW + YEAR);
            let octets = bundle(world.context(0), &owned, &Selection::All, &person.key).encode().unwrap();
            let verdict = world.judge(0, 7, Reveal::Bundle(&octets), None, &Lists(says));
            if code == VerdictCode::Ok {
                assert_eq!(verdict.code, code, "{verdict}");
            } else {
                assert_step(&verdict, 9, code);
            }
        }
    }
}

/// What is dropped at step 9 meets no rule, but does not spoil what others show.
#[test]
fn the_rest_is_evaluated_without_what_was_dropped() {
    let (provider, person, mut world) = scene();
    let mut said = alice();
    said.push(("status", Value::from("unreadable")));
    let revocable = identity(DisclosureFormat::SdJwtKb, &provider, person.key.public(), &said, NOW + YEAR);
    let plain = identity(DisclosureFormat::SdKbt, &provider, person.key.public(), &alice(), NOW + YEAR);
    let mut prepared = crate::PreparedBundle::new(world.context(0));
    prepared.add(revocable.holding(), &select(DisclosureFormat::SdJwtKb, &["name", "email"]), NOW).unwrap();
    prepared.add(plain.holding(), &select(DisclosureFormat::SdKbt, &["name"]), NOW).unwrap();
    let verdict = world.receive(0, &prepared.sign(&person.key).unwrap());
    assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
    assert_eq!(verdict.presentations[0].code, VerdictCode::StatusUntrusted);
    assert!(verdict.claims.iter().all(|claim| claim.presentation == 1), "{verdict}");
    assert_eq!(verdict.rules[0].presentation, Some(1));
}
