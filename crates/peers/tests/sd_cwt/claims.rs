//! Claims as either side has them, and the choice that the Holder makes.

use cbor2::Value as Cbor;
use cose2::Label;
use mimicred_claims::{Clock, Map, Selection};
use mimicred_cose::cbor::{self, Dialect};
use sd_cwt_peer::{Disclosure, DisclosureKind, TO_BE_DECOY_TAG, TO_BE_REDACTED_TAG};

pub(crate) const ISSUER: &str = "https://id.a.example";
pub(crate) const SUBJECT: &str = "mimi://a.example/p/crazykoala75";
pub(crate) const ROOM: &str = "mimi://hub.example/r/clubhouse";
pub(crate) const NONCE: &[u8] = b"\x00\x01nonce of the room";
pub(crate) const NOW: i64 = 1_790_000_000;
pub(crate) const CLOCK: Clock = Clock { now: NOW, leeway: 0 };
/// Map keys may come in any order; with them sorted, equal claims have equal octets.
pub(crate) fn sorted(claims: &Cbor) -> Vec<u8> {
    cbor2::to_canonical_vec(claims).unwrap()
}

/// Claims as the peer has them, in our hands.
pub(crate) fn ours(claims: &Cbor) -> Map<'static> {
    let octets = sorted(claims);
    let value = cbor::parse(&octets, Dialect::Plain, &cbor::Limits::DEFAULT).unwrap().into_owned();
    value.as_map().unwrap().clone()
}

/// Verified claims of ours as the peer would have them.
pub(crate) fn theirs(claims: &Map<'_>) -> Cbor {
    cbor2::from_slice(&cbor::write(&mimicred_claims::Value::Map(claims.clone())).unwrap()).unwrap()
}

pub(crate) fn entries(map: &Cbor) -> &[(Cbor, Cbor)] {
    match map {
        Cbor::Map(entries) => entries,
        other => panic!("a map, not {other:?}"),
    }
}

pub(crate) fn get(map: &Cbor, key: i64) -> Option<&Cbor> {
    entries(map).iter().find(|(known, _)| *known == Cbor::from(key)).map(|(_, value)| value)
}

/// The claims with the confirmation key, which the Issuer adds, taken out.
pub(crate) fn without_cnf(claims: &Cbor) -> Cbor {
    assert!(get(claims, 8).is_some(), "there is a confirmation key");
    Cbor::Map(entries(claims).iter().filter(|(key, _)| *key != Cbor::from(8)).cloned().collect())
}

pub(crate) fn claims() -> Cbor {
    map! {
        1 => ISSUER,
        2 => SUBJECT,
        4 => NOW + 86_400,
        6 => NOW - 60,
        170 => "Zoë Müller",
        179 => "zoe@a.example",
        180 => true,
        188 => -12.5,
        "height" => 1.1,
        "photo" => Cbor::Bytes(vec![0xff; 300]),
        "nothing" => Cbor::Null,
        "born" => Cbor::Tag(1, Box::new(Cbor::from(500_000_000))),
        "address" => map! { "country" => "DE", "locality" => "Köln", "lines" => array!["Hof 1", "Hinterhaus"] },
        "nationalities" => array!["DE", "FR", "CH"],
        "cars" => array![map! { "make" => "Lada", "year" => 1984 }, map! { "make" => "Trabant" }],
    }
}

/// What the Holder shows: a whole claim, one member of a map, some elements of an array, one member of an element's map.
pub(crate) fn our_choice() -> Selection {
    let paths = ["179", "address.country", "nationalities[0]", "nationalities[2]", "cars[0].make"];
    Selection::Paths(paths.iter().map(|path| path.parse().unwrap()).collect())
}

/// The same in terms of disclosures.
pub(crate) fn their_choice(disclosure: &Disclosure) -> bool {
    match disclosure.kind() {
        DisclosureKind::Claim { key: Label::Int(key), .. } => *key == 179,
        DisclosureKind::Claim { key: Label::Text(key), value, .. } => match key.as_str() {
            "address" | "country" | "nationalities" | "cars" => true,
            "make" => *value == Cbor::from("Lada"),
            _ => false,
        },
        // The first car is the map with two redacted claims.
        DisclosureKind::Element { value, .. } => match value {
            Cbor::Text(text) => text == "DE" || text == "CH",
            Cbor::Map(entries) => matches!(entries.as_slice(), [(_, Cbor::Array(digests))] if digests.len() == 2),
            _ => false,
        },
        DisclosureKind::Decoy { .. } => false,
    }
}

pub(crate) fn chosen_claims() -> Cbor {
    map! {
        1 => ISSUER,
        4 => NOW + 86_400,
        6 => NOW - 60,
        179 => "zoe@a.example",
        "address" => map! { "country" => "DE" },
        "nationalities" => array!["DE", "CH"],
        "cars" => array![map! { "make" => "Lada" }],
    }
}

/// The draft's input to issuance: every claim and element marked for redaction that may be, and a decoy.
pub(crate) fn everything_marked(claims: &Cbor) -> Cbor {
    fn marked(value: &Cbor) -> Cbor {
        Cbor::Tag(TO_BE_REDACTED_TAG, Box::new(value.clone()))
    }
    fn below(value: &Cbor) -> Cbor {
        match value {
            Cbor::Map(entries) => Cbor::Map(entries.iter().map(|(key, value)| (marked(key), below(value))).collect()),
            Cbor::Array(elements) => Cbor::Array(elements.iter().map(|element| marked(&below(element))).collect()),
            other => other.clone(),
        }
    }
    let stays = |key: &Cbor| [1, 3, 4, 5, 6, 7, 8, 39].iter().any(|never| *key == Cbor::from(*never));
    let mark = |(key, value): &(Cbor, Cbor)| {
        if stays(key) { (key.clone(), value.clone()) } else { (marked(key), below(value)) }
    };
    let decoy = (Cbor::Tag(TO_BE_DECOY_TAG, Box::new(Cbor::from(1))), Cbor::Null);
    Cbor::Map(entries(claims).iter().map(mark).chain([decoy]).collect())
}

#[track_caller]
pub(crate) fn assert_equal(claims: &Cbor, expected: &Cbor) {
    assert_eq!(sorted(claims), sorted(expected), "{claims:?} instead of {expected:?}");
}
