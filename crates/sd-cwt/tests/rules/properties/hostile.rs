//! Octets of any kind are read or refused: nothing panics, and what is accepted is clean.

use mimicred_claims::{Map, Value};
use mimicred_cose::cbor;
use mimicred_keys::Algorithm;
use mimicred_sd_cwt::{UnverifiedPresentation, UnverifiedSdCwt};
use proptest::prelude::*;
use proptest::sample::Index;

use super::full::{DISCLOSURES, issued, issued_with, presented};
use super::nodes::{Change, any_change, changed};
use crate::tokens::*;

/// Everything that can be done with octets that somebody sent.
fn handle(presentation: &[u8], token: &[u8]) {
    if let Ok(received) = UnverifiedPresentation::parse(presentation) {
        let _ =
            (received.issuer(), received.key_id(), received.algorithm(), received.key_binding_algorithm(), received.bound_at());
        let _ = (received.inspect(), format!("{received:?}"));
    }
    if let Ok(received) = UnverifiedSdCwt::parse(token) {
        let _ = (received.issuer(), received.key_id(), received.algorithm(), received.inspect(), format!("{received:?}"));
    }
    if let Ok(claims) = verify(presentation, |_| {}) {
        assert_clean(&Value::Map(claims));
    }
    if let Ok(held) = accept(token, holder_key().public()) {
        assert_clean(&Value::Map(held.claims().clone()));
    }
}

/// No mark of redaction, at any depth.
fn assert_clean(value: &Value<'_>) {
    match value {
        Value::Map(Map { redacted, .. }) if !redacted.is_empty() => panic!("a redacted key is left"),
        Value::Map(map) => map.iter().for_each(|(_, value)| assert_clean(value)),
        Value::Array(elements) => elements.iter().for_each(assert_clean),
        Value::Tag(tag, inner) => {
            assert!(![58, 60, 62].contains(tag), "a tag is left");
            assert_clean(inner);
        }
        Value::Redacted(_) => panic!("a redacted element is left"),
        Value::Simple(number) => assert_ne!(*number, 59),
        _ => {}
    }
}

/// The parts of a presentation that a change can be made to, before they are signed.
const PARTS: usize = 6;

fn change_part(draft: &mut Draft, part: usize, at: Index, change: &Change) {
    let encoded = |map: &Map<'static>| cbor::write(&Value::Map(map.clone())).unwrap();
    let raw = match part {
        0 => (draft.payload(), &mut draft.raw.payload),
        1 => (draft.raw.protected.take().unwrap_or_default(), &mut draft.raw.protected),
        2 => (encoded(&draft.kbt_claims), &mut draft.raw.kbt_payload),
        3 => (with_raw_entry(&draft.kbt_protected, 13, Some(&draft.token())), &mut draft.raw.kbt_protected),
        4 => (vec![0xa0], &mut draft.raw.kbt_unprotected),
        _ => {
            let mut list = cbor::Writer::new();
            list.array(draft.disclosures.len());
            draft.disclosures.iter().for_each(|disclosure| list.raw(disclosure));
            (with_raw_entry(&draft.unprotected, 17, Some(&list.finish())), &mut draft.raw.unprotected)
        }
    };
    let (octets, place) = raw;
    let octets = place.take().unwrap_or(octets);
    *place = Some(changed(&octets, |size| at.index(size), change));
}

/// Every shorter input is cut off.
#[test]
fn no_part_of_a_token_is_a_token() {
    let draft = presented(Algorithm::Ed25519, Algorithm::Ed25519);
    let (presentation, token) = (draft.presentation(), draft.token());
    for len in 0..presentation.len() {
        handle(&presentation[..len], &token[..len.min(token.len() - 1)]);
        assert!(UnverifiedPresentation::parse(&presentation[..len]).is_err(), "{len} octets");
    }
    // And every shorter disclosure, claims set and header, correctly signed.
    for n in 0..draft.disclosures.len() {
        for len in 0..draft.disclosures[n].len() {
            let mut shorter = draft.clone();
            shorter.disclosures[n].truncate(len);
            handle(&shorter.presentation(), &shorter.token());
        }
    }
    for len in 0..draft.payload().len() {
        let mut shorter = draft.clone();
        shorter.raw.payload = Some(draft.payload()[..len].to_vec());
        assert!(shorter.verify().is_err(), "{len} octets of the payload");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_octets_are_read_or_refused(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        handle(&octets, &octets);
    }

    /// Behind the right first octets.
    #[test]
    fn any_octets_in_a_message_are_read_or_refused(
        protected in prop::collection::vec(any::<u8>(), 0..40),
        unprotected in prop::collection::vec(any::<u8>(), 0..10),
        payload in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        let message = [&hex("d2 84")[..], &bstr(&protected), &[0xa1], &unprotected, &bstr(&payload), &bstr(&[0; 64])].concat();
        handle(&message, &message);
        let inside = Draft::with(|draft| draft.raw.kcwt = Some(message));
        handle(&inside.presentation(), &inside.token());
    }

    /// Any octets as the payload or as a disclosure of a token that is signed.
    #[test]
    fn senseless_claims_are_read_or_refused(
        payload in prop::collection::vec(any::<u8>(), 1..60),
        disclosure in prop::collection::vec(any::<u8>(), 0..60),
        encoded in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        for draft in [
            Draft::with(|draft| draft.raw.payload = Some(payload.clone())),
            Draft::with(|draft| draft.raw.kbt_payload = Some(payload)),
            Draft::with(|draft| draft.redact(&disclosure)),
            Draft::with(|draft| draft.redact(&[&hex("82 50")[..], &[1; 16], &disclosure].concat())),
            Draft::with(|draft| draft.disclosures.push(encoded)),
        ] {
            handle(&draft.presentation(), &draft.token());
        }
    }

    /// Some octets of a good presentation changed.
    #[test]
    fn damaged_tokens_are_read_or_refused(changes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..4)) {
        let draft = issued(Algorithm::Ed25519, Algorithm::Ed25519);
        let damaged = |mut octets: Vec<u8>| {
            for (at, octet) in &changes {
                let at = at.index(octets.len());
                octets[at] = *octet;
            }
            octets
        };
        handle(&damaged(draft.presentation()), &damaged(draft.token()));
    }

    /// CWT-V-026: whole items of claims, headers, KBT and disclosures changed, and all of it hashed and signed afterwards: what is
    /// accepted has no mark of redaction left.
    #[test]
    fn odd_tokens_are_read_or_refused(
        changes in prop::collection::vec((0..PARTS, any::<Index>(), any_change()), 0..3),
        in_disclosures in prop::collection::vec((0..DISCLOSURES, any::<Index>(), any_change()), 0..3),
    ) {
        let mut number = 0;
        let mut draft = issued_with(Algorithm::Ed25519, Algorithm::Ed25519, |content| {
            let here = in_disclosures.iter().filter(|(n, ..)| *n == number);
            let content = here.fold(content, |content, (_, at, change)| changed(&content, |size| at.index(size), change));
            number += 1;
            content
        });
        for (part, at, change) in &changes {
            change_part(&mut draft, *part, *at, change);
        }
        handle(&draft.presentation(), &draft.token());
    }
}
