//! Other carriages than the bundle, items that are no presentations, and rooms that cannot be judged.

use mimicred_claims::{Selection, Value};
use mimicred_mls::{
    BundleItem, Credential, CredentialPresentation, DisclosureBundle, ItemType, PresentationContext, SdJwt, SdJwtForm,
};

use crate::policy::{DisclosureFormat, NonceMode, Optionality, RoomDisclosurePolicy};
use crate::testing::*;
use crate::verdict::Outcome;
use crate::{Asked, LeafStanding, NoStatusLists, Reveal, Verdict, VerdictCode, without_reveal};

fn scene_with(change: impl FnOnce(&mut RoomDisclosurePolicy)) -> (Provider, Person, World) {
    let provider = Provider::new("a.example", 1);
    let person = Person::new(&provider, 2);
    let mut wanted = policy(&[(&provider, "a.example")]);
    change(&mut wanted);
    let world = World::new(&wanted, vec![provider.trusted_for(&["a.example"])], &[&person]);
    (provider, person, world)
}

fn judge(world: &mut World, reveal: Reveal<'_>) -> Verdict {
    world.judge(0, 7, reveal, None, &NoStatusLists)
}

/// W1: tokens bind themselves; a bare chain is bound by nothing but the message.
#[test]
fn bare_presentations() {
    let (provider, person, mut world) = scene_with(|_| {});
    let context = world.context(0);
    for format in [DisclosureFormat::SdJwtKb, DisclosureFormat::SdKbt] {
        let owned = identity(format, &provider, person.key.public(), &alice(), NOW + YEAR);
        let sent = bundle(context.clone(), &owned, &select(format, &["name"]), &person.key);
        let verdict = match sent.items[0].open().unwrap() {
            mimicred_mls::Item::SdJwtKb(token) => judge(&mut world, Reveal::SdJwt(token.as_str())),
            _ => judge(&mut world, Reveal::SdKbt(&sent.items[0].data)),
        };
        assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
    }
    let owned = identity(DisclosureFormat::MlsCredential, &provider, person.key.public(), &alice(), NOW + YEAR);
    let Owned::X509(chain, _) = &owned else { unreachable!() };
    let bare = Credential::X509(chain.clone()).encode().unwrap();
    let verdict = judge(&mut world, Reveal::Credential(&bare));
    assert_eq!(verdict.code, VerdictCode::BindingImplicit, "{verdict}");
    assert!(!verdict.is_accepted() && !verdict.claims.is_empty());
    let presentation = bundle(context, &owned, &Selection::All, &person.key).items.remove(0);
    let verdict = judge(&mut world, Reveal::CredentialPresentation(&presentation.data));
    assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
    for broken in [&b"\x00"[..], b"", b"\x00\x02\x00"] {
        assert_eq!(judge(&mut world, Reveal::Credential(broken)).code, VerdictCode::Malformed);
        assert_eq!(judge(&mut world, Reveal::CredentialPresentation(broken)).code, VerdictCode::Malformed);
        assert_eq!(judge(&mut world, Reveal::SdKbt(broken)).code, VerdictCode::Malformed);
    }
    assert_eq!(judge(&mut world, Reveal::SdJwt("a.b.c~")).code, VerdictCode::Malformed);
}

/// basic, and types that nobody knows, are not accepted.
#[test]
fn other_credentials_are_not_accepted() {
    let (_, _, mut world) = scene_with(|_| {});
    for credential in [Credential::Basic(b"alice".to_vec()), Credential::Other { credential_type: 0xf00d, body: vec![0] }] {
        let verdict = judge(&mut world, Reveal::Credential(&credential.encode().unwrap()));
        assert_eq!(verdict.code, VerdictCode::FormatNotAccepted, "{verdict}");
    }
    let item = BundleItem { item_type: ItemType::Unknown(9), data: vec![1] };
    let bundle = DisclosureBundle { room_uri: uri(ROOM), subject_uri: uri("mimi://a.example/p/person2"), items: vec![item] };
    assert_eq!(world.receive(0, &bundle).code, VerdictCode::FormatNotAccepted);
}

/// A token inside a CredentialPresentation must itself be bound to the room; the signature around it does not excuse it.
#[test]
fn tokens_inside_a_credential_presentation() {
    for format in [DisclosureFormat::SdJwtKb, DisclosureFormat::SdKbt] {
        for (room, code) in [(ROOM, VerdictCode::Ok), ("mimi://hub.example/r/other", VerdictCode::AudienceMismatch)] {
            let (provider, person, mut world) = scene_with(|_| {});
            let owned = identity(format, &provider, person.key.public(), &alice(), NOW + YEAR);
            let mut context = world.context(0);
            let (group_id, nonce, hash) = (context.group_id.clone(), context.nonce.clone(), context.hash);
            context.room_uri = uri(room);
            let inner = bundle(context, &owned, &select(format, &["name"]), &person.key).items.remove(0);
            let credential = match inner.open().unwrap() {
                mimicred_mls::Item::SdJwtKb(token) => Credential::SdJwt(SdJwt::new(token.as_str(), SdJwtForm::Text).unwrap()),
                _ => Credential::SdCwt(inner.data),
            };
            let room_uri = uri(ROOM);
            let outer = PresentationContext { room_uri: &room_uri, group_id: &group_id, epoch: 7, hash };
            let issued_at = u64::try_from(NOW).unwrap();
            let presentation =
                CredentialPresentation::prepare(credential, &outer, issued_at, &nonce, person.key.public()).unwrap();
            let item = BundleItem::presentation(&presentation.sign(&person.key).unwrap()).unwrap();
            let bundle = DisclosureBundle { room_uri: room_uri.clone(), subject_uri: person.user.clone(), items: vec![item] };
            let verdict = world.receive(0, &bundle);
            assert_eq!(verdict.code, code, "{verdict}");
            assert_eq!(verdict.presentations[0].format, format.name().unwrap());
        }
    }
}

/// No KeyPackage is used without a valid offer; the presentations beside it are judged on their own.
#[test]
fn key_packages_are_unbound() {
    let (provider, person, mut world) = scene_with(|_| {});
    let owned = identity(DisclosureFormat::SdKbt, &provider, person.key.public(), &alice(), NOW + YEAR);
    let mut sent = bundle(world.context(0), &owned, &select(DisclosureFormat::SdKbt, &["name"]), &person.key);
    sent.items.push(BundleItem { item_type: ItemType::KeyPackage, data: vec![0, 1, 0, 5] });
    sent.items.push(BundleItem { item_type: ItemType::KeyPackageOffer, data: vec![0, 1] });
    let verdict = world.receive(0, &sent);
    assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
    assert_eq!((verdict.presentations[1].code, verdict.presentations[2].code), (VerdictCode::KpUnbound, VerdictCode::KpUnbound));
    sent.items.remove(0);
    assert_eq!(world.receive(0, &sent).code, VerdictCode::UnknownToMe, "a KeyPackage is no reveal");
}

/// Rooms that have no policy, or none that can be satisfied.
#[test]
fn rooms_without_a_usable_policy() {
    let (provider, person, world) = scene_with(|_| {});
    let owned = identity(DisclosureFormat::SdKbt, &provider, person.key.public(), &alice(), NOW + YEAR);
    let sent = bundle(world.context(0), &owned, &Selection::All, &person.key);
    let octets = world.view.policy.clone().unwrap();
    let mut cut = octets.clone();
    cut.pop();
    let mut version = octets.clone();
    version[1] = 2;
    let unknown = RoomDisclosurePolicy { nonce_mode: NonceMode::Other(3), ..policy(&[(&provider, "a.example")]) };
    let mut inconsistent = policy(&[(&provider, "a.example")]);
    inconsistent.unlisted_claims = Optionality::Required;
    for (policy, code) in [
        (None, VerdictCode::PolicyMissing),
        (Some(cut), VerdictCode::PolicyMissing),
        (Some(version), VerdictCode::PolicyUnsupported),
        (Some(unknown.encode().unwrap()), VerdictCode::PolicyUnsupported),
        (Some(inconsistent.encode().unwrap()), VerdictCode::PolicyUnsupported),
    ] {
        let mut view = world.view.clone();
        view.policy = policy;
        let mut other = World::of_view(view, vec![provider.trusted_for(&["a.example"])]);
        let verdict = other.receive(0, &sent);
        assert_eq!(verdict.code, code, "{verdict}");
        assert!(verdict.claims.is_empty());
    }
}

/// Step 0: what a leaf's credential must be.
#[test]
fn leaves_must_be_verified() {
    let (provider, person, world) = scene_with(|_| {});
    let owned = identity(DisclosureFormat::SdKbt, &provider, person.key.public(), &alice(), NOW + YEAR);
    let sent = bundle(world.context(0), &owned, &Selection::All, &person.key);
    let other = Person::new(&provider, 3);
    let nameless = {
        let profile = mimicred_x509::IdentityProfile::new(
            person.key.public(),
            mimicred_x509::Validity::new(NOW - YEAR, NOW + YEAR).unwrap(),
        );
        Credential::X509(provider.identity(&profile.with_display_name("Nobody")))
    };
    let stranger = Person::new(&Provider::new("c.example", 9), 2);
    for credential in [
        Credential::Basic(b"me".to_vec()),
        other.credential,
        nameless,
        stranger.credential,
        Credential::X509(vec![vec![0x30, 0]]),
    ] {
        let mut view = world.view.clone();
        view.leaves[0].credential = credential;
        let mut world = World::of_view(view, vec![provider.trusted_for(&["a.example"])]);
        assert!(matches!(world.snapshots.current().unwrap().leaf(0).unwrap().standing(), LeafStanding::Unverified { .. }));
        assert_eq!(world.receive(0, &sent).code, VerdictCode::LeafUnverified);
    }
    let mut view = world.view.clone();
    view.leaves.clear();
    view.unreadable.push(mimicred_mls::UnreadableLeaf { index: 0, code: mimicred_mls::Code::Truncated });
    let mut unreadable = World::of_view(view, vec![provider.trusted_for(&["a.example"])]);
    assert_eq!(unreadable.receive(0, &sent).code, VerdictCode::LeafUnverified);
    // An issuer that may vouch for claims but not for leaves, and the other way round.
    for (names, code) in
        [(vec!["name".to_owned()], VerdictCode::LeafUnverified), (vec!["leaf".to_owned(), "name".to_owned()], VerdictCode::Ok)]
    {
        let mut wanted = policy(&[(&provider, "a.example")]);
        wanted.trusted_issuers[0].claim_names = names;
        let mut world = World::new(&wanted, vec![provider.trusted_for(&["a.example"])], &[&person]);
        let verdict = world.receive(0, &sent);
        assert_eq!(verdict.code, code, "{verdict}");
    }
    // Neither room nor store alone makes a leaf.
    let mut world = World::new(&policy(&[]), vec![provider.trusted_for(&["a.example"])], &[&person]);
    assert_eq!(world.receive(0, &sent).code, VerdictCode::LeafUnverified);
    let mut world = World::new(&policy(&[(&provider, "a.example")]), vec![], &[&person]);
    assert_eq!(world.receive(0, &sent).code, VerdictCode::LeafUnverified);
}

/// Leaves whose credential is a token: bound to the provider or to this room, naming one user.
#[test]
fn leaves_can_be_tokens() {
    let provider = Provider::new("a.example", 1);
    for format in [DisclosureFormat::SdJwtKb, DisclosureFormat::SdKbt] {
        for (audience, named, code) in [
            ("mimi://a.example", true, VerdictCode::Ok),
            (ROOM, true, VerdictCode::Ok),
            ("mimi://hub.example/r/other", true, VerdictCode::LeafUnverified),
            ("mimi://a.example", false, VerdictCode::LeafUnverified),
        ] {
            let mut person = Person::new(&provider, 2);
            let mut said: Said = vec![("sub", Value::from(person.client.to_string()))];
            said.extend(named.then(|| ("mimi_user", Value::from(person.user.to_string()))));
            said.push(("name", Value::from("Alice Adams")));
            let owned = identity(format, &provider, person.key.public(), &said, NOW + YEAR);
            person.credential = token_credential(format, &owned, audience, &person.key);
            let mut world =
                World::new(&policy(&[(&provider, "a.example")]), vec![provider.trusted_for(&["a.example"])], &[&person]);
            let leaf = world.snapshots.current().unwrap().leaf(0).unwrap();
            assert_eq!(leaf.member().is_some(), code == VerdictCode::Ok, "{:?}", leaf.standing());
            if code != VerdictCode::Ok {
                continue;
            }
            assert_eq!(leaf.member().unwrap().client.as_ref(), Some(&person.client));
            // The preferred layout: leaf and reveal are one token.
            let sent = bundle(world.context(0), &owned, &select(format, &["name"]), &person.key);
            let verdict = world.receive(0, &sent);
            assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
        }
    }
}

/// Members who have revealed nothing.
#[test]
fn of_those_who_came_before_us_we_know_nothing() {
    let (_, _, world) = scene_with(|_| {});
    let joined = NOW - 100;
    let code =
        |world: &World, leaf, now, asked| without_reveal(world.snapshots.current().unwrap(), leaf, now, asked).unwrap().code;
    // The leaf was there before us: we do not know what it said.
    assert_eq!(code(&world, 0, NOW, Asked::NotYet), VerdictCode::UnknownToMe);
    assert_eq!(code(&world, 0, joined + 3601, Asked::NotYet), VerdictCode::UnknownToMe);
    assert_eq!(code(&world, 0, NOW, Asked::Unanswered), VerdictCode::UnknownToMe);
    assert_eq!(code(&world, 0, joined + 3601, Asked::Unanswered), VerdictCode::MissingReveal);
    assert!(without_reveal(world.snapshots.current().unwrap(), 9, NOW, Asked::NotYet).is_err());
}

#[test]
fn newcomers_have_until_the_deadline() {
    let (provider, _, mut world) = scene_with(|_| {});
    let newcomer = Person::new(&provider, 5);
    world.next_epoch(|view| {
        view.leaves.push(mimicred_mls::LeafView::new(1, newcomer.key.public().clone(), newcomer.credential.clone()));
    });
    let came = NOW - 50;
    for (now, code) in [(came + 3600, VerdictCode::Pending), (came + 3601, VerdictCode::MissingReveal)] {
        let verdict = without_reveal(world.snapshots.current().unwrap(), 1, now, Asked::NotYet).unwrap();
        assert_eq!(verdict.code, code, "{verdict}");
        assert!(verdict.checks.iter().all(|check| check.outcome == Outcome::Passed));
    }
    // Without a deadline there is always time.
    let (provider, _, mut world) = scene_with(|policy| policy.disclosure_deadline = 0);
    let newcomer = Person::new(&provider, 5);
    world.next_epoch(|view| {
        view.leaves.push(mimicred_mls::LeafView::new(1, newcomer.key.public().clone(), newcomer.credential.clone()));
    });
    let verdict = without_reveal(world.snapshots.current().unwrap(), 1, NOW + 100 * YEAR, Asked::NotYet).unwrap();
    assert_eq!(verdict.code, VerdictCode::Pending);
}
