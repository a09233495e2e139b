//! SD-JWT+KBs as MLS carries them: the very text comes back, and what compacting saves is what arithmetic says.
//!
//! The figures are those of `spec-notes/sd-jwt.md`.

#![cfg(test)]

use mimicred_claims::{Clock, Key, Map, Redaction, RedactionPlan, Selection, Value};
use mimicred_keys::{Algorithm, IssuerKey, LeafKey, SecretKey, SystemRandom};
use mimicred_mls::{SdJwt, SdJwtForm};
use mimicred_sd_jwt::{Binding, Issuer, UnverifiedSdJwt};

/// As many claims of 100 characters, all of them disclosed.
fn presentation(claims: usize) -> String {
    let issuer = IssuerKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom).unwrap());
    let leaf = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom).unwrap()).unwrap();
    let issued = [("iss", Value::from("https://id.a.example")), ("exp", Value::Int(4_102_444_800))];
    let issued = issued.map(|(name, value)| (Key::from(name), value)).into_iter();
    let text = "x".repeat(100);
    let redacted = (0..claims).map(|n| (Key::Text(format!("claim_{n:03}").into()), Value::from(text.as_str())));
    let claims = Map::from_entries(issued.chain(redacted).collect()).unwrap();
    let plan = RedactionPlan::new(Redaction::All);
    let token =
        Issuer::new(issuer.public()).prepare(claims, leaf.public(), &plan, &mut SystemRandom).unwrap().sign(&issuer).unwrap();
    let held = UnverifiedSdJwt::parse(token.as_str()).unwrap();
    let held = held.reopen(leaf.public(), Clock { now: 1_790_000_000, leeway: 0 }).unwrap();
    let nonce = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";
    let binding = Binding { audience: "mimi://hub.example/r/clubhouse", nonce, issued_at: 1_790_000_000 };
    held.prepare(&Selection::All, &binding).unwrap().sign(&leaf).unwrap().into_string()
}

/// The octets of a vector with so many octets inside (RFC 9420 section 2.1.2).
fn vector(len: usize) -> usize {
    match len {
        0..0x40 => 1 + len,
        0x40..0x4000 => 2 + len,
        _ => 4 + len,
    }
}

/// The octets in so many characters of base64url.
fn octets(characters: &str) -> usize {
    characters.len() * 3 / 4
}

#[test]
fn compacting_saves_a_quarter_of_all_but_the_key_binding() {
    for (claims, text_form, compacted_form) in [(0, 717, 629), (5, 1979, 1583), (20, 5734, 4418), (100, 25_763, 19_538)] {
        let text = presentation(claims);
        let encoded = |form| SdJwt::new(&text, form).unwrap().encode().unwrap();
        let (whole, compacted) = (encoded(SdJwtForm::Text), encoded(SdJwtForm::Compacted));
        for form in [&whole, &compacted] {
            assert_eq!(SdJwt::decode(form).unwrap().as_str(), text);
        }
        let parts: Vec<&str> = text.split('~').collect();
        let (Some((jwt, rest)), true) = (parts.split_first(), parts.len() > 1) else { panic!("{text}") };
        let (key_binding, disclosures) = rest.split_last().unwrap();
        let token: usize = jwt.split('.').map(|part| vector(octets(part))).sum();
        let list: usize = disclosures.iter().map(|disclosure| vector(octets(disclosure))).sum();
        assert_eq!(whole.len(), 1 + vector(text.len()));
        assert_eq!(compacted.len(), 1 + token + vector(list) + vector(key_binding.len()));
        assert_eq!((claims, whole.len(), compacted.len()), (claims, text_form, compacted_form));
    }
}
