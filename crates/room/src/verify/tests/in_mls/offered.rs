//! KeyPackages of Alice's other pseudonym, handed over in the room: used by Bob only if it is she who offers them (mimi-mls.md 3.5.1).

use mimicred_mls::group::{Change, Provider as MlsProvider, UnverifiedKeyPackage};
use mimicred_mls::{BundleItem, KeyPackageOffer, KeyPackageView, OfferContext};

use super::*;
use crate::verdict::OfferedKeyPackage;

const SALT: [u8; 16] = [7; 16];
const NOT_AFTER: u64 = 1_790_600_000;

/// A pseudonym of hers elsewhere, under another key.
fn elsewhere(meeting: &Meeting, seed: u8) -> (Person, Member) {
    let person = Person::new(&meeting.provider, seed);
    let key = Person::new(&meeting.provider, seed).key;
    let member = Member::new(Suite::X25519Aes128Ed25519, key, person.credential.clone(), RoomRules, SystemRandom).unwrap();
    (person, member)
}

/// KeyPackages made for an offer by this leaf key in this room, and the offer.
fn offered(from: &Person, members: &[&Member], room: &str) -> Vec<BundleItem> {
    let room = uri(room);
    let context = OfferContext { room_uri: Some(&room), offerer_key: from.key.public() };
    let made: Vec<Vec<u8>> =
        members.iter().map(|member| member.offered_key_package(&lifetime(), &context, SALT).unwrap()).collect();
    let views: Vec<KeyPackageView> = made.iter().map(|octets| KeyPackageView::decode(octets).unwrap()).collect();
    let prepared = KeyPackageOffer::prepare(&context, NOT_AFTER, &views.iter().collect::<Vec<_>>(), SALT).unwrap();
    let offer = prepared.sign(&members.iter().map(|member| member.key()).collect::<Vec<_>>()).unwrap();
    let mut items: Vec<_> = made.into_iter().map(|octets| BundleItem::key_package(octets).unwrap()).collect();
    items.push(BundleItem::key_package_offer(&offer).unwrap());
    items
}

fn with(meeting: &Meeting, items: Vec<BundleItem>) -> DisclosureBundle {
    let mut sent = meeting.bundle(DisclosureFormat::SdKbt);
    sent.items.extend(items);
    sent
}

fn codes(verdict: &Verdict) -> Vec<VerdictCode> {
    verdict.presentations.iter().map(|presentation| presentation.code).collect()
}

const OK: VerdictCode = VerdictCode::Ok;
const UNBOUND: VerdictCode = VerdictCode::KpUnbound;

fn refused(verdict: &Verdict, note: &str) {
    assert_eq!(verdict.code, OK, "presentations are judged on their own: {verdict}");
    assert!(verdict.key_packages.is_empty());
    for presentation in &verdict.presentations[1..] {
        assert_eq!(presentation.code, UNBOUND, "{verdict}");
        let found = presentation.checks[0].note.as_deref().unwrap_or_default();
        assert!(found.contains(note), "{found}");
    }
}

/// The whole way: offered in one room, added to another group, and proved there.
#[test]
fn an_offer_is_taken_up() {
    let mut meeting = Meeting::new();
    let (hers, member) = elsewhere(&meeting, 9);
    let items = offered(&meeting.alice, &[&member], ROOM);
    let sent = Object::Bundle(with(&meeting, items));
    let verdict = meeting.send(&sent.frame().unwrap());
    assert_eq!(codes(&verdict), [OK, OK, OK], "{verdict}");
    let [offered] = &verdict.key_packages[..] else { panic!("{verdict}") };
    assert_eq!((offered.item, &offered.user[..], offered.salt), (1, hers.user.as_str(), SALT));
    assert!(verdict.to_string().ends_with(&format!("offered: a KeyPackage of {} (item 1)\n", hers.user)));

    // Bob starts another group with her, under another pseudonym.
    let (bob, his) = elsewhere(&meeting, 10);
    let room = RoomState::new(uri("mimi://hub.example/r/two"))
        .with_participants(vec![Participant { user: bob.user, role_index: 2 }])
        .with_policy(policy(&[(&meeting.provider, "a.example")]).encode().unwrap());
    let add = |offered: &OfferedKeyPackage, salt| {
        let parsed = UnverifiedKeyPackage::parse(&offered.octets).unwrap();
        parsed.verify(&MlsProvider::new(SystemRandom)).unwrap().under_offer(salt)
    };
    let mut group = his.create(b"another group", &room, &lifetime()).unwrap();
    let change = Change { add: vec![add(offered, offered.salt)], ..Change::default() };
    let welcome = group.commit(change).unwrap().welcome.unwrap();
    assert!(member.join(&welcome).is_ok());

    // Somebody who got hold of the KeyPackage and not of the offer.
    let again = meeting.send(&Object::Bundle(with(&meeting, self::offered(&meeting.alice, &[&member], ROOM))).frame().unwrap());
    let mut group = his.create(b"a third group", &room, &lifetime()).unwrap();
    let change = Change { add: vec![add(&again.key_packages[0], [0; 16])], ..Change::default() };
    let welcome = group.commit(change).unwrap().welcome.unwrap();
    assert_eq!(member.join(&welcome).unwrap_err().code(), mimicred_mls::Code::AdderUnknown);
    let json = serde_json::to_string(&again.key_packages).unwrap();
    assert!(json.contains("\"reference\":\"") && !json.contains("salt"), "{json}");
    assert!(!format!("{:?}", again.key_packages).contains("salt"));
}

/// Identity misbinding: a member offers another's KeyPackages as her own.
#[test]
fn another_members_key_packages_are_refused() {
    let mut meeting = Meeting::new();
    let (_, victims) = elsewhere(&meeting, 9);
    // The victim's offer, made in this room by Bob; Alice repeats it.
    let bob = Person::new(&meeting.provider, 3);
    let items = offered(&bob, &[&victims], ROOM);
    let sent = with(&meeting, items.clone());
    refused(&meeting.send(&Object::Bundle(sent).frame().unwrap()), "[mls/offer-elsewhere]");
    // The victim's KeyPackages with an offer of Alice's that does not list them.
    let (_, own) = elsewhere(&meeting, 11);
    let mixed = [&items[..1], &offered(&meeting.alice, &[&own], ROOM)[1..]].concat();
    let verdict = meeting.send(&Object::Bundle(with(&meeting, mixed)).frame().unwrap());
    assert_eq!(codes(&verdict), [OK, UNBOUND, UNBOUND]);
    assert_eq!(verdict.presentations[1].checks[0].note.as_deref(), Some("no offer lists it"));
    assert!(verdict.key_packages.is_empty());
}

#[test]
fn an_offer_is_for_its_room_and_time_and_user() {
    let mut meeting = Meeting::new();
    let (_, one) = elsewhere(&meeting, 9);
    let (_, two) = elsewhere(&meeting, 10);
    let sent = with(&meeting, offered(&meeting.alice, &[&one], "mimi://hub.example/r/elsewhere"));
    refused(&meeting.send(&Object::Bundle(sent).frame().unwrap()), "[mls/offer-elsewhere]");
    let sent = with(&meeting, offered(&meeting.alice, &[&one, &two], ROOM));
    refused(&meeting.send(&Object::Bundle(sent).frame().unwrap()), "several users");
    let sent = with(&meeting, offered(&meeting.alice, &[&one], ROOM));
    meeting.bob.received_at = NOW + 700_000;
    let verdict = meeting.send(&Object::Bundle(sent).frame().unwrap());
    assert_eq!(codes(&verdict)[1..], [UNBOUND, UNBOUND], "{verdict}");
}

/// Her credential must hold as a leaf's would; and without an offer, or with one that cannot be read, nothing is bound.
#[test]
fn nobody_known_and_nothing_offered() {
    let mut meeting = Meeting::new();
    let stranger = Provider::new("a.example", 77);
    let person = Person::new(&stranger, 12);
    let key = Person::new(&stranger, 12).key;
    let member = Member::new(Suite::X25519Aes128Ed25519, key, person.credential, RoomRules, SystemRandom).unwrap();
    let sent = with(&meeting, offered(&meeting.alice, &[&member], ROOM));
    refused(&meeting.send(&Object::Bundle(sent).frame().unwrap()), "the credential of a KeyPackage");

    let (_, member) = elsewhere(&meeting, 9);
    let items = offered(&meeting.alice, &[&member], ROOM);
    let sent = with(&meeting, items[..1].to_vec());
    refused(&meeting.send(&Object::Bundle(sent).frame().unwrap()), "no offer lists it");
    let sent = with(&meeting, items[1..].to_vec());
    refused(&meeting.send(&Object::Bundle(sent).frame().unwrap()), "none of its KeyPackages is here");
    let mut cut = items.clone();
    cut[1].data.pop();
    let verdict = meeting.send(&Object::Bundle(with(&meeting, cut)).frame().unwrap());
    assert_eq!(codes(&verdict), [OK, UNBOUND, UNBOUND]);
}

/// W3: KeyPackages as parts, their offer in a bundle beside them, as one unit.
#[test]
fn as_parts_of_a_content() {
    let mut meeting = Meeting::new();
    let (hers, member) = elsewhere(&meeting, 9);
    let sent = with(&meeting, offered(&meeting.alice, &[&member], ROOM));
    let content = meeting.content(Parts::of_bundle(&sent).unwrap());
    let verdict = meeting.send_content(&content);
    assert_eq!(verdict.code, OK, "{verdict}");
    let [offered] = &verdict.key_packages[..] else { panic!("{verdict}") };
    assert_eq!(offered.user, hers.user.as_str());
}
