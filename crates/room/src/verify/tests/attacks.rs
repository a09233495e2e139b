//! The attacks that the room must withstand, each in every format, with its code.

use mimicred_claims::Selection;
use mimicred_keys::{Algorithm, LeafKey};
use mimicred_mls::DisclosureBundle;

use crate::policy::{DisclosureFormat, Optionality, RoomDisclosurePolicy};
use crate::testing::*;
use crate::{NoStatusLists, Reveal, Verdict, VerdictCode};

struct Stage {
    provider: Provider,
    alice: Person,
    mallory: Person,
    world: World,
}

fn stage() -> Stage {
    stage_with(|_, _| {})
}

fn stage_with(change: impl FnOnce(&mut RoomDisclosurePolicy, &Provider)) -> Stage {
    let provider = Provider::new("a.example", 1);
    let (person, mallory) = (Person::new(&provider, 2), Person::new(&provider, 3));
    let mut wanted = policy(&[(&provider, "a.example")]);
    change(&mut wanted, &provider);
    let world = World::new(&wanted, vec![provider.trusted_for(&["a.example"])], &[&person, &mallory]);
    Stage { provider, alice: person, mallory, world }
}

impl Stage {
    fn good(&self, format: DisclosureFormat) -> DisclosureBundle {
        let owned = identity(format, &self.provider, self.alice.key.public(), &alice(), NOW + YEAR);
        bundle(self.world.context(0), &owned, &select(format, &["name"]), &self.alice.key)
    }
}

#[track_caller]
fn refused(verdict: &Verdict, code: VerdictCode) {
    assert_eq!(verdict.code, code, "{verdict}");
    assert!(verdict.claims.is_empty() && !serde_json::to_string(verdict).unwrap().contains("Adams"), "{verdict}");
}

#[test]
fn replayed_into_a_second_room() {
    for format in FORMATS {
        let stage = stage();
        let mut sent = stage.good(format);
        // The second room has the same members, the same policy, and another URI and group.
        let mut view = stage.world.view.clone();
        view.room_uri = uri("mimi://hub.example/r/second");
        view.group_id = vec![2; 16];
        view.nonce_root = [8; 32].into();
        let mut second = World::of_view(view, vec![stage.provider.trusted_for(&["a.example"])]);
        refused(&second.receive(0, &sent), VerdictCode::AudienceMismatch);
        // With the bundle's own URI rewritten, what was signed gives it away.
        sent.room_uri = uri("mimi://hub.example/r/second");
        let inner =
            if format == DisclosureFormat::MlsCredential { VerdictCode::BindingInvalid } else { VerdictCode::AudienceMismatch };
        refused(&second.receive(0, &sent), inner);
    }
}

/// A second room that claims the first one's URI has another nonce.
#[test]
fn replayed_into_a_room_of_the_same_name() {
    for format in FORMATS {
        let stage = stage();
        let mut view = stage.world.view.clone();
        view.nonce_root = [8; 32].into();
        let mut second = World::of_view(view, vec![stage.provider.trusted_for(&["a.example"])]);
        refused(&second.receive(0, &stage.good(format)), VerdictCode::NonceMismatch);
    }
}

#[test]
fn copied_and_sent_by_another_member() {
    for format in FORMATS {
        let mut stage = stage();
        let mut copy = stage.good(format);
        refused(&stage.world.receive(1, &copy), VerdictCode::SubjectMismatch);
        copy.subject_uri = stage.mallory.user.clone();
        refused(&stage.world.receive(1, &copy), VerdictCode::KeyMismatch);
    }
}

#[test]
fn made_with_another_key() {
    for format in FORMATS {
        let mut stage = stage();
        let other = LeafKey::new(secret(Algorithm::Ed25519, 99)).unwrap();
        let owned = identity(format, &stage.provider, other.public(), &alice(), NOW + YEAR);
        let sent = bundle(stage.world.context(0), &owned, &Selection::All, &other);
        refused(&stage.world.receive(0, &sent), VerdictCode::KeyMismatch);
    }
}

/// Mallory has Alice's token, and binds it with her own key.
#[test]
fn a_stolen_token_bound_with_the_thiefs_key() {
    let mut stage = stage();
    let owned = identity(DisclosureFormat::SdJwtKb, &stage.provider, stage.alice.key.public(), &alice(), NOW + YEAR);
    let Owned::Jwt(held) = &owned else { unreachable!() };
    let mut context = stage.world.context(1);
    context.subject_uri = stage.mallory.user.clone();
    let nonce = mimicred_jose::base64url::encode(&context.nonce);
    let binding = mimicred_sd_jwt::Binding { audience: ROOM, nonce: &nonce, issued_at: NOW };
    let prepared = held.prepare(&Selection::All, &binding).unwrap();
    let forged = stage.mallory.key.sign(prepared.to_be_signed()).unwrap();
    assert!(prepared.finish(forged.as_bytes()).is_err(), "our own code does not make it");
    // So by hand: everything up to the signature, and Mallory's signature.
    let prepared = held.prepare(&Selection::All, &binding).unwrap();
    let input = std::str::from_utf8(prepared.to_be_signed().as_bytes()).unwrap().to_owned();
    let signed = prepared.sign(&stage.alice.key).unwrap();
    let (token, _) = signed.as_str().rsplit_once('~').unwrap();
    let text = format!("{token}~{input}.{}", mimicred_jose::base64url::encode(forged.as_bytes()));
    let verdict = stage.world.judge(1, 7, Reveal::SdJwt(&text), None, &NoStatusLists);
    refused(&verdict, VerdictCode::KeyMismatch);
    // Sent from Alice's own leaf it is the signature that is wrong.
    let verdict = stage.world.judge(0, 7, Reveal::SdJwt(&text), None, &NoStatusLists);
    refused(&verdict, VerdictCode::BindingInvalid);
}

#[test]
fn from_an_untrusted_issuer() {
    for format in FORMATS {
        let mut stage = stage();
        let stranger = Provider::new("evil.example", 6);
        let owned = identity(format, &stranger, stage.alice.key.public(), &alice(), NOW + YEAR);
        let sent = bundle(stage.world.context(0), &owned, &Selection::All, &stage.alice.key);
        refused(&stage.world.receive(0, &sent), VerdictCode::IssuerUntrusted);
    }
}

#[test]
fn from_an_issuer_trusted_for_another_domain() {
    for format in FORMATS {
        let other = Provider::new("b.example", 6);
        let mut stage = stage_with(|policy, _| policy.trusted_issuers.push(entry(&other, "b.example")));
        let mut world = World::of_view(
            stage.world.view.clone(),
            vec![stage.provider.trusted_for(&["a.example"]), other.trusted_for(&["b.example"])],
        );
        let owned = identity(format, &other, stage.alice.key.public(), &alice(), NOW + YEAR);
        let sent = bundle(world.context(0), &owned, &Selection::All, &stage.alice.key);
        refused(&world.receive(0, &sent), VerdictCode::IssuerNotForDomain);
        stage.world = world;
    }
}

#[test]
fn from_an_issuer_that_only_the_administrator_vouches_for() {
    for format in FORMATS {
        let minion = Provider::new("evil.example", 6);
        let mut stage = stage_with(|policy, _| policy.trusted_issuers.push(entry(&minion, "a.example")));
        let owned = identity(format, &minion, stage.alice.key.public(), &alice(), NOW + YEAR);
        let sent = bundle(stage.world.context(0), &owned, &Selection::All, &stage.alice.key);
        refused(&stage.world.receive(0, &sent), VerdictCode::IssuerRoomOnly);
    }
}

#[test]
fn disclosing_a_forbidden_claim() {
    for format in FORMATS {
        let mut stage = stage_with(|policy, _| {
            policy.claim_rules[1].presence = Optionality::Forbidden;
            policy.claim_rules[1].predicates.clear();
        });
        let owned = identity(format, &stage.provider, stage.alice.key.public(), &alice(), NOW + YEAR);
        let sent = bundle(stage.world.context(0), &owned, &select(format, &["name", "email"]), &stage.alice.key);
        let verdict = stage.world.receive(0, &sent);
        refused(&verdict, VerdictCode::ForbiddenClaim);
        assert_eq!(verdict.note.as_deref(), Some("email"));
    }
}

#[test]
fn missing_a_required_claim() {
    for format in FORMATS {
        let mut stage = stage();
        let said: Said = alice().into_iter().filter(|(name, _)| *name != "name").collect();
        let owned = identity(format, &stage.provider, stage.alice.key.public(), &said, NOW + YEAR);
        let sent = bundle(stage.world.context(0), &owned, &select(format, &["email"]), &stage.alice.key);
        let verdict = stage.world.receive(0, &sent);
        refused(&verdict, VerdictCode::MissingRequiredClaim);
        assert_eq!(verdict.note.as_deref(), Some("name"));
    }
}

#[test]
fn from_an_older_epoch() {
    for format in FORMATS {
        let mut stage = stage();
        let old = stage.good(format);
        stage.world.next_epoch(|_| {});
        let code =
            if format == DisclosureFormat::MlsCredential { VerdictCode::BindingInvalid } else { VerdictCode::NonceMismatch };
        refused(&stage.world.receive(0, &old), code);
    }
}

#[test]
fn expired() {
    for format in FORMATS {
        let mut stage = stage();
        let exp = NOW - 5 * 86_400;
        let owned = match format {
            // A certificate can be presented at any time; the receiver looks at its dates.
            DisclosureFormat::MlsCredential => identity(format, &stage.provider, stage.alice.key.public(), &alice(), exp),
            _ => identity(format, &stage.provider, stage.alice.key.public(), &alice(), NOW - 10),
        };
        let mut prepared = crate::PreparedBundle::new(stage.world.context(0));
        match prepared.add(owned.holding(), &Selection::All, NOW) {
            Ok(()) => refused(&stage.world.receive(0, &prepared.sign(&stage.alice.key).unwrap()), VerdictCode::Expired),
            // The holder of an SD-CWT refuses to bind what is over.
            Err(e) => assert_eq!((format, e.code()), (DisclosureFormat::SdKbt, crate::Code::RevealImpossible)),
        }
    }
}
