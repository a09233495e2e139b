//! What stands between the peer and a trust path, beside its having no check of a KBT at all.

use cbor2::Value as Cbor;
use cose2::Sign1Message;
use mimicred_claims::{Redaction, RedactionPlan, Selection};
use mimicred_keys::Algorithm;
use mimicred_sd_cwt::Code;
use sd_cwt_peer::{
    Disclosure, RedactionHasher, RestoreMode, Sha256RedactionHasher, disclosures_from_unprotected, redacted_claim_keys_label,
    restore_payload_with_disclosures,
};

use crate::cast::{Cast, HeadIncluded};
use crate::claims::{ISSUER, SUBJECT, assert_equal, claims, entries, everything_marked};
use crate::roles::{
    they_issue_with, they_present, they_sign, they_validate, they_verify, we_issue, we_present, we_verify, with_cnf,
};

/// CWT-I-009. That it is not we who are wrong is for the working group's signed example to say, whose Issuer is P-384.
#[test]
fn the_peers_own_hash_leaves_out_the_head_and_fits_neither_us_nor_the_published_example() {
    let cast = Cast::new(Algorithm::P256, Algorithm::Ed25519);
    let token = they_issue_with(&cast, &everything_marked(&claims()), &Sha256RedactionHasher);
    assert_equal(&they_validate(&cast, &token).unwrap(), &claims());
    assert_eq!(we_verify(&cast, &they_present(&cast, &token, |_| true)).unwrap_err(), Code::DisclosureUnmatched);
    let token = we_issue(&cast, &claims(), &RedactionPlan::new(Redaction::All));
    assert!(they_validate(&cast, &token).unwrap_err().to_string().contains("without disclosure"));

    const EXAMPLE: &str = "ietf-sd-cwt/issuer_cwt.cbor";
    let path = format!("{}/../../../shared/vectors/{EXAMPLE}", env!("CARGO_MANIFEST_DIR"));
    let Ok(example) = std::fs::read(path) else {
        // Straight to the stream: the test harness swallows what passing tests print.
        let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("skipped: {EXAMPLE} not present\n"));
        return;
    };
    let example = Sign1Message::from_slice(&example).unwrap();
    let disclosures = disclosures_from_unprotected(&example.unprotected).unwrap();
    let restore = |hasher: &dyn RedactionHasher| {
        restore_payload_with_disclosures(&example, disclosures.clone(), hasher, RestoreMode::Holder)
    };
    assert!(restore(&Sha256RedactionHasher).is_err());
    assert_eq!(restore(&HeadIncluded).unwrap().disclosed, disclosures.len());
}

/// CWT-I-019: below the top level a small integer key is like any other. The address of an OpenID Connect user, claim 187, has
/// its country under 6; the peer takes that for `iat`.
#[test]
fn the_peer_refuses_small_integer_keys_in_nested_maps_and_we_do_not() {
    let cast = Cast::new(Algorithm::P256, Algorithm::Ed25519);
    let claims = map! { 1 => ISSUER, 2 => SUBJECT, 187 => map! { 2 => "Hof 1", 6 => "DE" } };
    let plan = RedactionPlan::new(Redaction::Paths(vec!["187.6".parse().unwrap()]));
    let token = we_issue(&cast, &claims, &plan);
    assert!(they_validate(&cast, &token).unwrap_err().to_string().contains("claim 6 must not be redacted"));
    let presentation = we_present(&cast, &token, &Selection::All);
    assert_equal(&we_verify(&cast, &presentation).unwrap(), &claims);
    // Its restoring, without the check, puts the claim where it belongs.
    assert_equal(&they_verify(&cast, &presentation).unwrap(), &claims);
}

/// CWT-V-017: one digest, one place; a token in which a digest stands twice is not from a sound Issuer.
#[test]
fn the_peer_accepts_a_digest_that_stands_twice_and_we_do_not() {
    let cast = Cast::new(Algorithm::P256, Algorithm::Ed25519);
    let disclosure = Disclosure::claim([7; 16], "name", "Zoë").unwrap();
    let digest = Cbor::Bytes(disclosure.redacted_hash(&HeadIncluded));
    let presentation = |digests: Vec<Cbor>| {
        let redacted = (redacted_claim_keys_label(), Cbor::Array(digests));
        let claims = with_cnf(&map! { 1 => ISSUER, 2 => SUBJECT }, &cast.holder);
        let payload = Cbor::Map(entries(&claims).iter().cloned().chain([redacted]).collect());
        they_present(&cast, &they_sign(&cast, &payload, std::slice::from_ref(&disclosure), -9), |_| true)
    };
    let (once, twice) = (presentation(vec![digest.clone()]), presentation(vec![digest.clone(), digest.clone()]));
    assert_equal(&we_verify(&cast, &once).unwrap(), &map! { 1 => ISSUER, 2 => SUBJECT, "name" => "Zoë" });
    assert!(they_verify(&cast, &twice).is_ok());
    assert_eq!(we_verify(&cast, &twice).unwrap_err(), Code::DigestDuplicate);
}

/// The working group's own examples are signed under the polymorphic identifiers of RFC 9053, so we read them, each bound to
/// its curve (CWT-K-016), and never write them (CWT-I-003).
#[test]
fn the_peer_refuses_polymorphic_algorithms_and_we_read_them() {
    for (algorithm, polymorphic) in [(Algorithm::Ed25519, -8), (Algorithm::P256, -7)] {
        let cast = Cast::new(algorithm, Algorithm::Ed25519);
        let claims = map! { 1 => ISSUER, 2 => SUBJECT };
        let token = they_sign(&cast, &with_cnf(&claims, &cast.holder), &[], polymorphic);
        let presentation = they_present(&cast, &token, |_| true);
        assert_equal(&we_verify(&cast, &presentation).unwrap(), &claims);
        assert!(they_verify(&cast, &presentation).unwrap_err().to_string().contains("fully specified"));
    }
}
