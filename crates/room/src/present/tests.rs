use mimicred_claims::{Selection, Value};

use super::*;
use crate::VerdictCode;
use crate::policy::{DisclosureFormat, Optionality, RoomDisclosurePolicy};
use crate::testing::*;

fn scene(change: impl FnOnce(&mut RoomDisclosurePolicy)) -> (Provider, Person, World) {
    let provider = Provider::new("a.example", 1);
    let person = Person::new(&provider, 2);
    let mut wanted = policy(&[(&provider, "a.example")]);
    change(&mut wanted);
    let world = World::new(&wanted, vec![provider.trusted_for(&["a.example"])], &[&person]);
    (provider, person, world)
}

/// What the sender is told is what receivers find, whatever she chooses.
#[test]
fn the_forecast_is_what_receivers_say() {
    type Change = fn(&mut RoomDisclosurePolicy);
    let changes: [Change; 6] = [
        |_| {},
        |policy| policy.unlisted_claims = Optionality::Forbidden,
        |policy| {
            policy.claim_rules[1].presence = Optionality::Forbidden;
            policy.claim_rules[1].predicates.clear();
        },
        |policy| policy.trusted_issuers[0].claim_names = vec!["leaf".into(), "email".into()],
        |policy| {
            policy.identity_reveal = Optionality::Forbidden;
            policy.claim_rules[0].presence = Optionality::Optional;
        },
        |policy| policy.accepted_formats.clear(),
    ];
    for change in changes {
        for format in FORMATS {
            for chosen in [&[][..], &["name"], &["name", "email"], &["email"], &["name", "birthdate"]] {
                let (provider, person, mut world) = scene(change);
                let owned = identity(format, &provider, person.key.public(), &alice(), NOW + YEAR);
                let mut prepared = PreparedBundle::new(world.context(0));
                prepared.add(owned.holding(), &select(format, chosen), NOW).unwrap();
                let snapshot = world.snapshots.current().unwrap();
                let sender = snapshot.leaf(0).unwrap().member().unwrap();
                let forecast = prepared.forecast(snapshot.policy(), sender).code;
                let may = prepared.check(snapshot.policy(), sender);
                assert_eq!(may.is_ok(), forecast == VerdictCode::Ok);
                if let Err(e) = may {
                    assert_eq!(e.code(), Code::RevealRefused);
                    assert!(e.to_string().contains(forecast.name()), "{e}");
                }
                let verdict = world.receive(0, &prepared.sign(&person.key).unwrap());
                assert_eq!(verdict.code, forecast, "{format:?} {chosen:?} {verdict}");
            }
        }
    }
}

/// The issuer must be one that the room names for the sender's host.
#[test]
fn issuers_unknown_to_the_room_are_refused_before_sending() {
    let (_, person, world) = scene(|_| {});
    let stranger = Provider::new("c.example", 9);
    let owned = identity(DisclosureFormat::SdJwtKb, &stranger, person.key.public(), &alice(), NOW + YEAR);
    let mut prepared = PreparedBundle::new(world.context(0));
    prepared.add(owned.holding(), &Selection::All, NOW).unwrap();
    let snapshot = world.snapshots.current().unwrap();
    let sender = snapshot.leaf(0).unwrap().member().unwrap();
    assert_eq!(prepared.forecast(snapshot.policy(), sender).code, VerdictCode::IssuerUntrusted);
}

/// Signatures made elsewhere: one for each item, each verified.
#[test]
fn signing_takes_two_steps() {
    let (provider, person, world) = scene(|_| {});
    let prepare = || {
        let mut prepared = PreparedBundle::new(world.context(0));
        for format in FORMATS {
            let owned = identity(format, &provider, person.key.public(), &alice(), NOW + YEAR);
            prepared.add(owned.holding(), &select(format, &["name"]), NOW).unwrap();
        }
        prepared
    };
    let prepared = prepare();
    assert_eq!(prepared.revealed().map(<[ClaimPath]>::len).collect::<Vec<_>>(), [1, 1, 0]);
    assert_eq!(prepared.shown().count(), 3);
    assert_eq!(prepared.context(), &world.context(0));
    let families: Vec<_> = prepared.to_be_signed().map(|to_be_signed| to_be_signed.family().name()).collect();
    assert_eq!(families, ["jws", "cose", "mls"]);
    let signatures: Vec<_> = prepared.to_be_signed().map(|tbs| person.key.sign(tbs).unwrap().into_bytes()).collect();
    assert_eq!(prepared.finish(&signatures).unwrap().items.len(), 3);
    let impossible = |result: Result<DisclosureBundle, Error>| assert_eq!(result.unwrap_err().code(), Code::RevealImpossible);
    impossible(prepare().finish(&signatures[..2]));
    impossible(prepare().finish(&[[0; 64], [0; 64], [0; 64]]));
    impossible(prepare().sign(&Person::new(&provider, 3).key));
    impossible(PreparedBundle::new(world.context(0)).sign(&person.key));
}

#[test]
fn what_cannot_be_presented_is_said_at_once() {
    let (provider, person, world) = scene(|_| {});
    let mut prepared = PreparedBundle::new(world.context(0));
    let mut impossible = |owned: &Owned, selection: &Selection, now| {
        let error = prepared.add(owned.holding(), selection, now).unwrap_err();
        assert_eq!(error.code(), Code::RevealImpossible, "{error}");
    };
    let jwt = identity(DisclosureFormat::SdJwtKb, &provider, person.key.public(), &alice(), NOW + YEAR);
    impossible(&jwt, &Selection::Paths(vec!["shoe_size".parse().unwrap()]), NOW);
    let cwt = identity(DisclosureFormat::SdKbt, &provider, person.key.public(), &alice(), NOW + YEAR);
    impossible(&cwt, &Selection::All, NOW + 2 * YEAR);
    let Owned::X509(chain, _) = identity(DisclosureFormat::MlsCredential, &provider, person.key.public(), &alice(), NOW + YEAR)
    else {
        unreachable!()
    };
    impossible(&Owned::X509(chain.clone(), Person::new(&provider, 3).key.public().clone()), &Selection::All, NOW);
    impossible(&Owned::X509(vec![vec![0x30]], person.key.public().clone()), &Selection::All, NOW);
    impossible(&Owned::X509(chain, person.key.public().clone()), &Selection::All, -1);
}

/// What stays is what a receiver will see: arrays close up where elements are withheld.
#[test]
fn pruning_keeps_what_is_chosen() {
    use mimicred_claims::{ClaimPath, Disclosed, Key, Map};
    let path = |text: &str| text.parse::<ClaimPath>().unwrap();
    let claims = Map::from_entries(vec![
        (Key::from("a"), Value::from("visible")),
        (Key::from("b"), Value::Array(vec![Value::from("0"), Value::from("1"), Value::from("2")])),
        (
            Key::from("c"),
            Value::Map(Map::from_entries(vec![(Key::from("d"), Value::from("x")), (Key::from("e"), Value::from("y"))]).unwrap()),
        ),
    ])
    .unwrap();
    let disclosed = |index, text| Disclosed { index, path: path(text), parent: None, decoy: false };
    let all = [disclosed(0, "b[0]"), disclosed(1, "b[2]"), disclosed(2, "c.d"), disclosed(3, "c")];
    let shown = |chosen: &[usize]| mimicred_jose::json::write_map(&prune::shown(&claims, &all, chosen)).unwrap();
    assert_eq!(shown(&[0, 1, 2, 3]), r#"{"a":"visible","b":["0","1","2"],"c":{"d":"x","e":"y"}}"#);
    assert_eq!(shown(&[1, 3]), r#"{"a":"visible","b":["1","2"],"c":{"e":"y"}}"#);
    assert_eq!(shown(&[]), r#"{"a":"visible","b":["1"]}"#);
}

/// A bundle goes to everybody: what only some roles may see is not sent in one (mimi-mls 3.5.5).
#[test]
fn what_is_for_some_roles_only_is_not_sent_to_all() {
    type Change = fn(&mut RoomDisclosurePolicy);
    let refused: [(Change, &str); 2] = [
        (|policy| policy.visible_to_roles = vec![3], "only some roles may see reveals"),
        (|policy| policy.claim_rules[0].visible_to_roles = vec![3], "only some roles may see name"),
    ];
    for format in FORMATS {
        for (change, reason) in refused {
            let (provider, person, world) = scene(change);
            let owned = identity(format, &provider, person.key.public(), &alice(), NOW + YEAR);
            let mut prepared = PreparedBundle::new(world.context(0));
            prepared.add(owned.holding(), &select(format, &["name"]), NOW).unwrap();
            let snapshot = world.snapshots.current().unwrap();
            let error = prepared.check(snapshot.policy(), snapshot.leaf(0).unwrap().member().unwrap()).unwrap_err();
            assert_eq!(error.code(), Code::RevealRefused);
            assert!(error.to_string().contains(reason), "{format:?}: {error}");
            // Sealed to them it may go, and to more of them it may not.
            let sender = snapshot.leaf(0).unwrap().member().unwrap();
            prepared.check_for(Audience::Roles(&[3]), snapshot.policy(), sender).unwrap();
            for roles in [&[2][..], &[2, 3], &[]] {
                let refused = prepared.check_for(Audience::Roles(roles), snapshot.policy(), sender).unwrap_err();
                assert_eq!(refused.code(), Code::RevealRefused);
            }
        }
        let (provider, person, world) = scene(|policy| policy.claim_rules[1].visible_to_roles = vec![3]);
        let owned = identity(format, &provider, person.key.public(), &alice(), NOW + YEAR);
        let mut prepared = PreparedBundle::new(world.context(0));
        prepared.add(owned.holding(), &select(format, &["name"]), NOW).unwrap();
        let snapshot = world.snapshots.current().unwrap();
        let shows_it = prepared.items[0].evidence.subject_claims().iter().any(|claim| {
            let rule = &snapshot.policy().known().unwrap().claim_rules[1];
            rule.paths.iter().any(|path| claim.is_under(path))
        });
        let checked = prepared.check(snapshot.policy(), snapshot.leaf(0).unwrap().member().unwrap());
        assert_eq!(checked.is_ok(), !shows_it, "{format:?}: what is not disclosed may be for whomever");
    }
}
