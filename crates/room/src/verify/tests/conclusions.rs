//! What a verdict says in the end: what is shown, why something lacks, and which checks came first.

use super::files::{files, judge, waive};
use super::pipeline::scene;
use crate::policy::{DisclosureFormat, LEAF, Optionality, PolicyPath, X509Path};
use crate::testing::*;
use crate::verdict::Outcome;
use crate::{RoomContext, VerdictCode, Waivable};

/// A bundle of these names, in this format, for another nonce than that of the room: it is dropped.
fn misbound(
    world: &World,
    provider: &Provider,
    person: &Person,
    format: DisclosureFormat,
    names: &[&str],
) -> mimicred_mls::DisclosureBundle {
    let context = RoomContext { nonce: vec![9; 32], ..world.context(0) };
    let owned = identity(format, provider, person.key.public(), &alice(), NOW + YEAR);
    bundle(context, &owned, &select(format, names), &person.key)
}

/// mimi-mls 3.4.3: of what an issuer says, only that is shown for which the room lets it vouch; everything, if the room says nothing of it.
#[test]
fn only_what_the_issuer_may_vouch_for_is_shown() {
    let some = vec!["name".to_owned(), LEAF.to_owned()];
    for (claim_names, shown) in [(vec![], vec!["birthdate", "email", "name"]), (some, vec!["name"])] {
        let provider = Provider::new("a.example", 1);
        let person = Person::new(&provider, 2);
        let mut policy = policy(&[(&provider, "a.example")]);
        policy.trusted_issuers[0].claim_names = claim_names;
        let mut world = World::new(&policy, vec![provider.trusted_for(&["a.example"])], &[&person]);
        let format = DisclosureFormat::SdJwtKb;
        let owned = identity(format, &provider, person.key.public(), &alice(), NOW + YEAR);
        let selection = select(format, &["name", "email", "birthdate"]);
        let verdict = world.receive(0, &bundle(world.context(0), &owned, &selection, &person.key));
        assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
        let mut found: Vec<_> = verdict.claims.iter().map(|claim| claim.path.to_string()).collect();
        found.sort_unstable();
        assert_eq!(found, shown, "{verdict}");
    }
}

/// mimi-mls 3.5.3: where something lacks, what was dropped is the reason, although another presentation holds.
#[test]
fn what_was_dropped_is_why_something_lacks() {
    let (provider, person, _) = scene();
    let mut policy = policy(&[(&provider, "a.example")]);
    policy.claim_rules[1].presence = Optionality::Required;
    let mut world = World::new(&policy, vec![provider.trusted_for(&["a.example"])], &[&person]);
    let owned = identity(DisclosureFormat::SdJwtKb, &provider, person.key.public(), &alice(), NOW + YEAR);
    let name = bundle(world.context(0), &owned, &select(DisclosureFormat::SdJwtKb, &["name"]), &person.key);
    assert_eq!(world.receive(0, &name).code, VerdictCode::MissingRequiredClaim);

    let mut world = World::new(&policy, vec![provider.trusted_for(&["a.example"])], &[&person]);
    let dropped = misbound(&world, &provider, &person, DisclosureFormat::SdKbt, &["name", "email"]);
    let mut both = name.clone();
    both.items.extend(dropped.items.clone());
    let verdict = world.receive(0, &both);
    assert_eq!(verdict.code, VerdictCode::NonceMismatch, "{verdict}");
    assert_eq!(
        verdict.presentations.iter().map(|one| one.code).collect::<Vec<_>>(),
        [VerdictCode::Ok, VerdictCode::NonceMismatch]
    );
    // Where nothing lacks, it is no more than an item that does not count.
    let mut world = World::new(&policy, vec![provider.trusted_for(&["a.example"])], &[&person]);
    let mut both = bundle(world.context(0), &owned, &select(DisclosureFormat::SdJwtKb, &["name", "email"]), &person.key);
    both.items.extend(dropped.items);
    assert_eq!(world.receive(0, &both).code, VerdictCode::Ok);
}

/// In a room that demands nothing, a reveal of which nothing holds is still a reveal that does not hold.
#[test]
fn a_reveal_that_nobody_asked_for_must_hold_too() {
    let (provider, person, _) = scene();
    let mut policy = policy(&[(&provider, "a.example")]);
    policy.identity_reveal = Optionality::Optional;
    policy.claim_rules.iter_mut().for_each(|rule| rule.presence = Optionality::Optional);
    let mut world = World::new(&policy, vec![provider.trusted_for(&["a.example"])], &[&person]);
    let dropped = misbound(&world, &provider, &person, DisclosureFormat::SdKbt, &["name"]);
    assert_eq!(world.receive(0, &dropped).code, VerdictCode::NonceMismatch);
}

/// A verdict has the checks of the message, also where nothing was revealed; and what people call the issuer.
#[test]
fn the_checks_of_the_message_come_first() {
    for format in FORMATS {
        let (provider, person, mut world) = scene();
        let owned = identity(format, &provider, person.key.public(), &alice(), NOW + YEAR);
        let verdict = world.receive(0, &bundle(world.context(0), &owned, &select(format, &["name"]), &person.key));
        let names: Vec<_> = verdict.checks.iter().map(|check| check.name).collect();
        assert_eq!(&names[..3], ["room policy", "leaf credential", "sender"], "{verdict}");
        assert!(verdict.checks.iter().all(|check| check.outcome == Outcome::Passed), "{verdict}");
        let issuer = verdict.presentations[0].issuer.as_deref().unwrap();
        let expected = match format {
            DisclosureFormat::MlsCredential => "a.example CA (key sha256:",
            _ => provider.issuer.as_str(),
        };
        assert!(issuer.starts_with(expected), "{issuer}");
    }
    let (_, _, world) = scene();
    let verdict = crate::without_reveal(world.snapshots.current().unwrap(), 0, NOW + 3601, crate::Asked::Unanswered).unwrap();
    let names: Vec<_> = verdict.checks.iter().map(|check| check.name).collect();
    assert_eq!(names, ["room policy", "leaf credential", "sender"], "{verdict}");
    assert_eq!(verdict.rules.iter().map(|rule| rule.claim_name.as_str()).collect::<Vec<_>>(), ["name", "email"], "{verdict}");

    // A pseudonym that itself says what nobody may say: of which claim that is, the note tells.
    let (provider, person, _) = scene();
    let mut policy = policy(&[(&provider, "a.example")]);
    policy.identity_reveal = Optionality::Optional;
    policy.claim_rules[0].presence = Optionality::Optional;
    policy.claim_rules[1].presence = Optionality::Forbidden;
    policy.claim_rules[1].predicates.clear();
    // The email's path in a certificate, turned to the URIs that stand beside it.
    let Some(PolicyPath::X509(path)) = policy.claim_rules[1].paths.pop() else { panic!("the last one") };
    policy.claim_rules[1].paths = vec![PolicyPath::X509(X509Path { general_name_tag: Some(6), ..path })];
    let world = World::new(&policy, vec![provider.trusted_for(&["a.example"])], &[&person]);
    let verdict = crate::without_reveal(world.snapshots.current().unwrap(), 0, NOW, crate::Asked::NotYet).unwrap();
    assert_eq!((verdict.code, verdict.note.as_deref()), (VerdictCode::ForbiddenClaim, Some("email")), "{verdict}");
}

/// What is waived is not told as if it were known, and what is not waived is told and judged.
#[test]
fn what_is_waived_is_not_told() {
    let files = files();
    let format = DisclosureFormat::SdJwtKb;
    let owned = identity(format, &files.provider, files.person.key.public(), &alice(), NOW + YEAR);
    let sent =
        |names: &[&str]| bundle(files.world.context(0), &owned, &select(format, names), &files.person.key).encode().unwrap();
    let told = |waived: Waivable, names: &[&str]| {
        let mut inputs = files.inputs();
        waive(&mut inputs, waived);
        judge(inputs, &files.trust, &sent(names))
    };
    let verdict = judge(files.inputs(), &files.trust, &sent(&["name"]));
    assert_eq!((verdict.epoch, verdict.sender.is_some()), (Some(7), true));
    let verdict = told(Waivable::Epoch, &["name"]);
    assert_eq!((verdict.epoch, verdict.sender.is_some()), (None, true));
    let verdict = told(Waivable::Leaf, &["name"]);
    assert_eq!((verdict.epoch, verdict.sender.is_some()), (Some(7), false));
    assert_eq!(verdict.rules[0].claim_name, "name", "the policy was given");
    // Whoever it is: what the policy wants is missing.
    assert_eq!(told(Waivable::Leaf, &["email"]).code, VerdictCode::MissingRequiredClaim);
}
