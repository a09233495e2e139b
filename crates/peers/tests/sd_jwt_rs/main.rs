//! sd-jwt-rs: SD-JWT+KB, each role played by either side, and what keeps the peer out of the trust path.
//!
//! The peer asks the clock itself, wants `iss` and `exp`, and hashes with SHA-256 only. Its tokens have no `typ`, which our
//! Verifier takes only when told to ([`mimicred_sd_jwt::TypeRule::AnyOrNone`]).
#![cfg(test)]
#![allow(clippy::disallowed_types, reason = "the peer's own types")]

mod cast;
mod departures;
mod roles;

use mimicred_claims::{Redaction, RedactionPlan, Selection};
use mimicred_keys::Algorithm;
use mimicred_sd_jwt::Code;
use sd_jwt_rs::ClaimsForSelectiveDisclosureStrategy as Strategy;
use serde_json::json;

use cast::{Cast, NONCE, ROOM, chosen_claims, claims, our_choice, their_choice};
use roles::{they_issue, they_present, they_verify, we_issue, we_present, we_verify};

#[test]
fn what_we_issue_and_present_whole_the_peer_verifies_with_equal_claims() {
    for cast in Cast::all() {
        for redaction in [Redaction::All, Redaction::None] {
            let plan = RedactionPlan::new(redaction).with_min_digests(5);
            let presentation = we_present(&cast, &we_issue(&cast, &claims(), &plan), &Selection::All);
            assert_eq!(they_verify(&cast, &presentation, ROOM, NONCE).unwrap(), claims());
        }
    }
}

#[test]
fn what_we_issue_and_present_in_part_the_peer_verifies_with_just_the_chosen_claims() {
    for cast in Cast::all() {
        let plan = RedactionPlan::new(Redaction::All);
        let presentation = we_present(&cast, &we_issue(&cast, &claims(), &plan), &our_choice());
        assert_eq!(they_verify(&cast, &presentation, ROOM, NONCE).unwrap(), chosen_claims());
    }
}

/// Redactions inside claims that stay visible: members and elements, the object around them in clear.
#[test]
fn what_we_redact_by_path_the_peer_restores_in_its_place() {
    let cast = Cast::new(Algorithm::P256, Algorithm::Ed25519);
    let paths = ["address.locality", "address.lines[1]", "nationalities[1]", "cars[].make"];
    let plan = RedactionPlan::new(Redaction::Paths(paths.iter().map(|path| path.parse().unwrap()).collect()));
    let token = we_issue(&cast, &claims(), &plan);
    let all = we_present(&cast, &token, &Selection::All);
    assert_eq!(they_verify(&cast, &all, ROOM, NONCE).unwrap(), claims());

    let none = we_present(&cast, &token, &Selection::None);
    let mut expected = claims();
    expected["address"] = json!({"country": "DE", "lines": ["Hof 1"]});
    expected["nationalities"] = json!(["DE", "CH"]);
    expected["cars"] = json!([{"year": 1984}, {}]);
    assert_eq!(they_verify(&cast, &none, ROOM, NONCE).unwrap(), expected);
}

#[test]
fn what_the_peer_issues_and_presents_whole_we_verify_with_equal_claims() {
    let everything = json!({
        "name": true, "email": true, "email_verified": true, "updated_at": true, "nothing": true,
        "address": {"country": true, "locality": true, "lines": [true, true]},
        "nationalities": [true, true, true],
        "cars": [{"make": true, "year": true}, {"make": true}],
    });
    for cast in Cast::all() {
        let presentation = they_present(&cast, &they_issue(&cast, &claims(), Strategy::AllLevels), &everything);
        assert_eq!(we_verify(&cast, &presentation, ROOM, NONCE).unwrap(), claims());
    }
}

#[test]
fn what_the_peer_issues_and_presents_in_part_we_verify_with_just_the_chosen_claims() {
    for cast in Cast::all() {
        let presentation = they_present(&cast, &they_issue(&cast, &claims(), Strategy::AllLevels), &their_choice());
        // The peer never redacts iat, we do under "all".
        let mut expected = chosen_claims();
        expected["iat"] = json!(1_700_000_000);
        assert_eq!(we_verify(&cast, &presentation, ROOM, NONCE).unwrap(), expected);
    }
}

#[test]
fn what_the_peer_issues_we_hold_and_present_back_to_it() {
    for cast in Cast::all() {
        let paths = vec!["$.email", "$.address.country", "$.nationalities[0]", "$.nationalities[1]", "$.cars[1]"];
        let token = they_issue(&cast, &claims(), Strategy::Custom(paths));
        let chosen = ["address.country", "nationalities[1]"].iter().map(|path| path.parse().unwrap()).collect();
        let presentation = we_present(&cast, &token, &Selection::Paths(chosen));
        let mut expected = claims();
        expected.as_object_mut().unwrap().remove("email");
        expected["nationalities"] = json!(["FR", "CH"]);
        expected["cars"] = json!([{"make": "Lada", "year": 1984}]);
        assert_eq!(they_verify(&cast, &presentation, ROOM, NONCE).unwrap(), expected);
        assert_eq!(we_verify(&cast, &presentation, ROOM, NONCE).unwrap(), expected);
    }
}

#[test]
fn what_we_issue_the_peer_holds_and_presents_back_to_us() {
    for cast in Cast::all() {
        let token = we_issue(&cast, &claims(), &RedactionPlan::new(Redaction::All));
        let presentation = they_present(&cast, &token, &their_choice());
        assert_eq!(we_verify(&cast, &presentation, ROOM, NONCE).unwrap(), chosen_claims());
        assert_eq!(they_verify(&cast, &presentation, ROOM, NONCE).unwrap(), chosen_claims());
    }
}

/// JWT-V-019, JWT-V-022, JWT-V-024, JWT-V-025: here both agree.
#[test]
fn both_sides_refuse_a_key_binding_that_is_missing_or_meant_for_another() {
    let cast = Cast::new(Algorithm::P256, Algorithm::Ed25519);
    let token = we_issue(&cast, &claims(), &RedactionPlan::new(Redaction::All));
    let presentation = we_present(&cast, &token, &our_choice());
    let (bound, kb_jwt) = presentation.rsplit_once('~').unwrap();
    let mut disclosures: Vec<&str> = bound.split('~').collect();
    disclosures.pop();
    let one_less = format!("{}~{kb_jwt}", disclosures.join("~"));
    let stripped = format!("{bound}~");
    let other_key = they_present(
        &Cast { issuer: cast.issuer.clone(), ..Cast::new(Algorithm::P256, Algorithm::Ed25519) },
        &token,
        &their_choice(),
    );

    let room = "mimi://hub.example/r/other";
    for (presentation, room, nonce, code) in [
        (&presentation, room, NONCE, Code::Audience),
        (&presentation, ROOM, "another", Code::Nonce),
        (&stripped, ROOM, NONCE, Code::KbMissing),
        (&one_less, ROOM, NONCE, Code::SdHash),
        (&other_key, ROOM, NONCE, Code::SignatureHolder),
    ] {
        assert_eq!(we_verify(&cast, presentation, room, nonce), Err(code));
        assert!(they_verify(&cast, presentation, room, nonce).is_err(), "{code:?}");
    }
    assert!(they_verify(&cast, &presentation, ROOM, NONCE).is_ok());
}
