//! sd-cwt with cose2: SD-CWT and KBT, each role played by either side.
//!
//! The peer signs and verifies through traits, here with OpenSSL behind them, and leaves the KBT to the application:
//! [`roles::they_present`] and [`roles::they_verify`] are what an application would write from its parts. Its own hash of a
//! disclosure leaves out the head of the byte string, as figures 7 to 9 of draft -08 do by mistake; no token with redactions can
//! pass between it and the draft's signed examples, or us. It takes other hashes though, and with [`cast::HeadIncluded`] put
//! there both sides understand each other.
#![cfg(test)]

use cbor2::Value as Cbor;
use cose2::Sign1Message;
use mimicred_claims::{Redaction, RedactionPlan, Selection};
use mimicred_keys::Algorithm;
use mimicred_peers::OpenSslKey;
use mimicred_sd_cwt::Code;
use sd_cwt_peer::{Disclosure, DisclosureKind, RestoreMode, disclosures_from_unprotected, set_disclosures};

macro_rules! map {
    ($($key:expr => $value:expr),* $(,)?) => { Cbor::Map(vec![$((Cbor::from($key), Cbor::from($value))),*]) };
}

macro_rules! array {
    ($($value:expr),* $(,)?) => { Cbor::Array(vec![$(Cbor::from($value)),*]) };
}

mod cast;
mod claims;
mod departures;
mod encrypted;
mod issuance;
mod roles;

use cast::{Cast, HeadIncluded};
use claims::{
    ISSUER, NOW, assert_equal, chosen_claims, claims, entries, everything_marked, our_choice, their_choice, without_cnf,
};
use roles::{they_bind, they_issue, they_present, they_restore, they_validate, they_verify, we_issue, we_present, we_verify};

#[test]
fn what_we_issue_and_present_whole_the_peer_verifies_with_equal_claims() {
    for cast in Cast::all() {
        for redaction in [Redaction::All, Redaction::None] {
            let plan = RedactionPlan::new(redaction).with_min_digests(16);
            let presentation = we_present(&cast, &we_issue(&cast, &claims(), &plan), &Selection::All);
            let theirs = they_verify(&cast, &presentation).unwrap();
            assert_equal(&theirs, &claims());
        }
    }
}

/// A token without redactions, which no hash concerns, goes through all that the peer checks.
#[test]
fn what_we_issue_without_redactions_passes_the_peers_full_validation() {
    for cast in Cast::all() {
        let token = we_issue(&cast, &claims(), &RedactionPlan::new(Redaction::None));
        assert_equal(&they_validate(&cast, &token).unwrap(), &claims());
    }
}

/// The token goes to the peer's Holder with all its disclosures: none may be missing (CWT-I-013), decoys come with theirs.
#[test]
fn what_we_issue_passes_the_strict_check_of_the_peers_holder() {
    let cast = Cast::new(Algorithm::P256, Algorithm::Ed25519);
    let token = we_issue(&cast, &claims(), &RedactionPlan::new(Redaction::All).with_min_digests(16));
    let report = they_restore(&cast, &token, RestoreMode::Holder, &HeadIncluded).unwrap();
    assert_equal(&without_cnf(&report.value), &claims());
    assert_eq!(report.removed_redactions, 0);
    assert!(report.decoys > 0);
}

#[test]
fn what_we_issue_and_present_in_part_the_peer_verifies_with_just_the_chosen_claims() {
    for cast in Cast::all() {
        let token = we_issue(&cast, &claims(), &RedactionPlan::new(Redaction::All));
        let theirs = they_verify(&cast, &we_present(&cast, &token, &our_choice())).unwrap();
        assert_equal(&theirs, &chosen_claims());
        let theirs = they_verify(&cast, &we_present(&cast, &token, &Selection::None)).unwrap();
        assert_equal(&theirs, &map! { 1 => ISSUER, 4 => NOW + 86_400, 6 => NOW - 60 });
    }
}

/// Redactions inside claims that stay visible: members and elements, the map around them in clear.
#[test]
fn what_we_redact_by_path_the_peer_restores_in_its_place() {
    let cast = Cast::new(Algorithm::P256, Algorithm::Ed25519);
    let paths = ["170", "address.locality", "address.lines[1]", "nationalities[1]", "cars[].make"];
    let plan = RedactionPlan::new(Redaction::Paths(paths.iter().map(|path| path.parse().unwrap()).collect()));
    let token = we_issue(&cast, &claims(), &plan);
    let theirs = they_verify(&cast, &we_present(&cast, &token, &Selection::All)).unwrap();
    assert_equal(&theirs, &claims());

    let theirs = they_verify(&cast, &we_present(&cast, &token, &Selection::None)).unwrap();
    let expected = |(key, value): &(Cbor, Cbor)| {
        let value = match key {
            Cbor::Text(key) if key == "address" => map! { "country" => "DE", "lines" => array!["Hof 1"] },
            Cbor::Text(key) if key == "nationalities" => array!["DE", "CH"],
            Cbor::Text(key) if key == "cars" => array![map! { "year" => 1984 }, map! {}],
            _ => value.clone(),
        };
        (*key != Cbor::from(170)).then(|| (key.clone(), value))
    };
    let expected = Cbor::Map(entries(&claims()).iter().filter_map(expected).collect());
    assert_equal(&theirs, &expected);
}

#[test]
fn what_the_peer_issues_and_presents_whole_we_verify_with_equal_claims() {
    for cast in Cast::all() {
        for preissued in [claims(), everything_marked(&claims())] {
            let presentation = they_present(&cast, &they_issue(&cast, &preissued), |_| true);
            assert_equal(&we_verify(&cast, &presentation).unwrap(), &claims());
        }
    }
}

#[test]
fn what_the_peer_issues_and_presents_in_part_we_verify_with_just_the_chosen_claims() {
    for cast in Cast::all() {
        let token = they_issue(&cast, &everything_marked(&claims()));
        assert_equal(&we_verify(&cast, &they_present(&cast, &token, their_choice)).unwrap(), &chosen_claims());
        let nothing = we_verify(&cast, &they_present(&cast, &token, |_| false)).unwrap();
        assert_equal(&nothing, &map! { 1 => ISSUER, 4 => NOW + 86_400, 6 => NOW - 60 });
    }
}

#[test]
fn what_the_peer_issues_we_hold_and_present_back_to_it() {
    for cast in Cast::all() {
        let token = they_issue(&cast, &everything_marked(&claims()));
        let presentation = we_present(&cast, &token, &our_choice());
        let theirs = they_verify(&cast, &presentation).unwrap();
        assert_equal(&theirs, &chosen_claims());
        assert_equal(&we_verify(&cast, &presentation).unwrap(), &chosen_claims());
    }
}

#[test]
fn what_we_issue_the_peer_holds_and_presents_back_to_us() {
    for cast in Cast::all() {
        let token = we_issue(&cast, &claims(), &RedactionPlan::new(Redaction::All));
        let presentation = they_present(&cast, &token, their_choice);
        assert_equal(&we_verify(&cast, &presentation).unwrap(), &chosen_claims());
        let theirs = they_verify(&cast, &presentation).unwrap();
        assert_equal(&theirs, &chosen_claims());
    }
}

/// CWT-V-015, CWT-P-005, CWT-P-019: here both agree.
#[test]
fn both_sides_refuse_stray_disclosures_and_the_wrong_issuer_or_holder() {
    let cast = Cast::new(Algorithm::P256, Algorithm::Ed25519);
    let token = they_issue(&cast, &everything_marked(&claims()));
    let other = Cast::new(Algorithm::P256, Algorithm::Ed25519);

    let mut with_stray = Sign1Message::from_slice(&token).unwrap();
    let mut disclosures = disclosures_from_unprotected(&with_stray.unprotected).unwrap();
    disclosures.push(Disclosure::claim([0xee; 16], "admin", true).unwrap());
    set_disclosures(&mut with_stray.unprotected, &disclosures);
    let is_address = |kind: &DisclosureKind| match kind {
        DisclosureKind::Claim { key, .. } => key.as_text() == Some("address"),
        _ => false,
    };
    let without_parent = |disclosure: &Disclosure| !is_address(disclosure.kind());
    let forged = Cast { issuer: other.issuer, holder: OpenSslKey::generate(Algorithm::Ed25519).unwrap() };
    let stolen = Cast { issuer: OpenSslKey::generate(Algorithm::P256).unwrap(), holder: other.holder };

    for (presentation, code) in [
        (they_bind(&cast, &with_stray), Code::DisclosureUnmatched),
        (they_present(&cast, &token, without_parent), Code::DisclosureUnmatched),
        (they_present(&cast, &they_issue(&forged, &claims()), |_| true), Code::SignatureIssuer),
        (they_present(&stolen, &token, |_| true), Code::SignatureHolder),
    ] {
        assert_eq!(we_verify(&cast, &presentation).unwrap_err(), code);
        assert!(they_verify(&cast, &presentation).is_err(), "{code:?}");
    }
    assert!(they_verify(&cast, &they_present(&cast, &token, |_| true)).is_ok());
}
