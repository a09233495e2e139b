//! W3: MIMI contents.

use mimicred_mls::content::{Disposition, NestedPart, Part, PartSemantics};
use mimicred_mls::{BundleItem, ItemType};

use super::*;

fn one(object: Object) -> Parts {
    Parts::One(object)
}

/// A token for another nonce.
fn misbound(meeting: &Meeting) -> Object {
    let context = RoomContext { nonce: vec![9; 32], ..meeting.context() };
    let owned = meeting.holds(DisclosureFormat::SdKbt);
    let sent = bundle(context, &owned, &select(DisclosureFormat::SdKbt, &["name"]), &meeting.alice.key);
    Object::of_item(&sent.items[0]).unwrap().unwrap()
}

#[test]
fn a_lone_part() {
    let mut meeting = Meeting::new();
    let lone = [meeting.object(DisclosureFormat::SdJwtKb), Object::Bundle(meeting.bundle(DisclosureFormat::MlsCredential))];
    for object in lone {
        let content = meeting.content(vec![one(object)]);
        assert!(matches!(content.nested_part.part, Part::Single { .. }));
        let verdict = meeting.send_content(&content);
        assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
        assert_eq!(items(&verdict), [(0, VerdictCode::Ok)]);
    }
    let bare = meeting.object(DisclosureFormat::MlsCredential);
    let content = meeting.content(vec![one(bare)]);
    assert_eq!(meeting.send_content(&content).code, VerdictCode::BindingImplicit);
}

/// Items have the indexes of their parts; a bundle that is a part keeps its items apart.
#[test]
fn several_presentations() {
    let mut meeting = Meeting::new();
    let certificate = meeting.bundle(DisclosureFormat::MlsCredential);
    let tokens = FORMATS[..2].iter().map(|format| one(meeting.object(*format)));
    let parts = tokens.chain([one(Object::Bundle(certificate))]).collect();
    let content = meeting.content(parts);
    let verdict = meeting.send_content(&content);
    assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
    assert_eq!(items(&verdict), [(1, VerdictCode::Ok), (2, VerdictCode::Ok), (3, VerdictCode::Ok)]);
    let places: Vec<String> = verdict.presentations.iter().map(|presentation| presentation.place()).collect();
    assert_eq!(places, ["item 1", "item 2", "item 3.0"]);
    assert_eq!(verdict.rules[0].presentation, Some(1));
    assert_eq!(verdict.claims[0].presentation, 1);
}

/// Of several encodings of one identity the first that the room accepts is taken, and the others are not looked at.
#[test]
fn alternatives() {
    for (accepted, taken) in [
        (vec![DisclosureFormat::SdJwtKb, DisclosureFormat::SdKbt, DisclosureFormat::MlsCredential], 1),
        (vec![DisclosureFormat::SdKbt, DisclosureFormat::MlsCredential], 2),
    ] {
        let mut meeting = Meeting::with(&LISTED, |policy| policy.accepted_formats = accepted);
        let both = FORMATS[..2].iter().map(|format| one(meeting.object(*format))).collect();
        let content = meeting.content(vec![Parts::Alternatives(both)]);
        let verdict = meeting.send_content(&content);
        assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
        assert_eq!(items(&verdict), [(taken, VerdictCode::Ok)]);
    }
    let mut meeting = Meeting::with(&LISTED, |policy| policy.accepted_formats = vec![DisclosureFormat::MlsCredential]);
    let both = FORMATS[..2].iter().map(|format| one(meeting.object(*format))).collect();
    let content = meeting.content(vec![Parts::Alternatives(both)]);
    let verdict = meeting.send_content(&content);
    assert_eq!(verdict.code, VerdictCode::FormatNotAccepted, "{verdict}");
    // Nor is a second one tried because the first does not hold.
    let mut meeting = Meeting::new();
    let both = vec![one(misbound(&meeting)), one(meeting.object(DisclosureFormat::SdJwtKb))];
    let content = meeting.content(vec![Parts::Alternatives(both)]);
    let verdict = meeting.send_content(&content);
    assert_eq!(items(&verdict), [(1, VerdictCode::NonceMismatch)], "{verdict}");
}

/// If one part of a unit fails, all of them do; of parts that stand on their own, only that one.
#[test]
fn units() {
    let mut meeting = Meeting::new();
    let good = meeting.object(DisclosureFormat::SdJwtKb);
    let pair = |other: Object| vec![one(good.clone()), one(other)];
    let held = meeting.content(vec![Parts::Unit(pair(meeting.object(DisclosureFormat::SdKbt)))]);
    let verdict = meeting.send_content(&held);
    assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
    assert_eq!(items(&verdict), [(1, VerdictCode::Ok), (2, VerdictCode::Ok)]);

    let bad = misbound(&meeting);
    let unit = meeting.content(vec![Parts::Unit(pair(bad.clone()))]);
    let verdict = meeting.send_content(&unit);
    assert_eq!(verdict.code, VerdictCode::NonceMismatch, "{verdict}");
    assert_eq!(items(&verdict), [(1, VerdictCode::NonceMismatch), (2, VerdictCode::NonceMismatch)]);
    assert!(verdict.claims.is_empty());
    let last = verdict.presentations[0].checks.last().unwrap();
    assert_eq!((last.name, last.note.as_deref()), ("unit", Some("item 2, which belongs to it, fails")));
    assert_eq!(verdict.presentations[0].checks.len(), 11);

    let apart = meeting.content(pair(bad));
    let verdict = meeting.send_content(&apart);
    assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
    assert_eq!(items(&verdict), [(1, VerdictCode::Ok), (2, VerdictCode::NonceMismatch)]);
}

/// A KeyPackage that nobody offers is used by nobody, and a reveal that belongs to it falls with it.
#[test]
fn key_packages() {
    let mut meeting = Meeting::new();
    let package = meeting.from.member().key_package(&lifetime()).unwrap();
    let reveal = meeting.object(DisclosureFormat::SdKbt);
    let beside = meeting.content(vec![one(reveal.clone()), one(Object::KeyPackage(package.clone()))]);
    let Part::Multi { parts, .. } = &beside.nested_part.part else { panic!() };
    let dispositions = (beside.nested_part.disposition, parts[0].disposition, parts[1].disposition);
    assert_eq!(dispositions, (Disposition::Profile, Disposition::Profile, Disposition::Unspecified));
    let verdict = meeting.send_content(&beside);
    assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
    assert_eq!(items(&verdict), [(1, VerdictCode::Ok), (2, VerdictCode::KpUnbound)]);
    let unit = meeting.content(vec![Parts::Unit(vec![one(reveal), one(Object::KeyPackage(package))])]);
    let verdict = meeting.send_content(&unit);
    assert_eq!(items(&verdict), [(1, VerdictCode::KpUnbound), (2, VerdictCode::KpUnbound)], "{verdict}");
}

/// What else is in a content is for others to show.
#[test]
fn other_parts() {
    let mut meeting = Meeting::new();
    let mut content = meeting.content(vec![one(meeting.object(DisclosureFormat::SdKbt))]);
    let text = NestedPart {
        disposition: Disposition::Render,
        language: "en".into(),
        part: Part::Single { content_type: "text/plain".into(), content: b"It is me".to_vec() },
    };
    let group = |semantics, parts| NestedPart { part: Part::Multi { semantics, parts }, ..text.clone() };
    let reveal = content.nested_part.clone();
    content.nested_part = group(PartSemantics::ProcessAll, vec![text.clone(), reveal.clone()]);
    let verdict = meeting.send_content(&content);
    assert_eq!(items(&verdict), [(2, VerdictCode::Ok)], "{verdict}");
    content.nested_part = group(PartSemantics::SingleUnit, vec![text.clone(), reveal.clone()]);
    let verdict = meeting.send_content(&content);
    assert_eq!(items(&verdict), [(1, VerdictCode::FormatNotAccepted), (2, VerdictCode::FormatNotAccepted)], "{verdict}");
    // An SD-CWT without a key binding is no reveal, and refused by that name; a credential that cannot be read is malformed.
    for (content_type, code) in
        [("application/sd-cwt", VerdictCode::FormatNotAccepted), ("application/mls-credential", VerdictCode::Malformed)]
    {
        let unreadable =
            NestedPart { part: Part::Single { content_type: content_type.into(), content: vec![1] }, ..text.clone() };
        content.nested_part = group(PartSemantics::ProcessAll, vec![unreadable, reveal.clone()]);
        let verdict = meeting.send_content(&content);
        assert_eq!(items(&verdict), [(1, code), (2, VerdictCode::Ok)], "{verdict}");
        let said = verdict.presentations[0].checks.iter().find_map(|check| check.note.as_deref()).unwrap();
        assert!(said.contains(if code == VerdictCode::Malformed { "[mls/" } else { content_type }), "{said}");
    }
    let mut bundle = meeting.bundle(DisclosureFormat::SdKbt);
    bundle.items.push(BundleItem { item_type: ItemType::KeyPackageOffer, data: vec![0, 1] });
    let content = meeting.content(Parts::of_bundle(&bundle).unwrap());
    let verdict = meeting.send_content(&content);
    assert_eq!(items(&verdict), [(1, VerdictCode::Ok), (2, VerdictCode::KpUnbound)], "{verdict}");
}
