//! What passes, in all formats, and one breach of each step up to the proof of possession.

use mimicred_claims::{Selection, Value};
use mimicred_keys::{Algorithm, LeafKey};
use mimicred_mls::Suite;

use crate::policy::DisclosureFormat;
use crate::testing::*;
use crate::verdict::Outcome;
use crate::{NoStatusLists, Reveal, Verdict, VerdictCode};

/// Provider, sender, world: the room trusts the provider, and so does the receiver.
pub(super) fn scene() -> (Provider, Person, World) {
    let provider = Provider::new("a.example", 1);
    let person = Person::new(&provider, 2);
    let world = World::new(&policy(&[(&provider, "a.example")]), vec![provider.trusted_for(&["a.example"])], &[&person]);
    (provider, person, world)
}

#[track_caller]
pub(super) fn assert_step(verdict: &Verdict, step: u8, code: VerdictCode) {
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
