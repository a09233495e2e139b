//! Signatures that are put off: what comes out is what [`UnverifiedPresentation::verify`] says at once.

use std::sync::atomic::{AtomicUsize, Ordering};

use mimicred_claims::{Clock, Decision, Key, Limits, Map, Redaction, RedactionPlan, Selection, Value};
use mimicred_cose::cwt;
use mimicred_keys::{Algorithm, IssuerKey, LeafKey, SystemRandom, Unsettled};
use mimicred_sd_cwt::*;

use crate::tokens::secret;

const CLOCK: Clock = Clock { now: 1_790_000_000, leeway: 0 };
const ISSUER: &str = "https://id.a.example";
const ROOM: &str = "mimi://hub.example/r/clubhouse";

/// A presentation by keys of these algorithms, and the issuer whom the Verifier trusts. The keys are the same each time, the salts are not.
fn made(of_issuer: Algorithm, of_holder: Algorithm) -> (Vec<u8>, [TrustedIssuer; 1]) {
    let (issuer_key, leaf_key) = (IssuerKey::new(secret(of_issuer, 1)), LeafKey::new(secret(of_holder, 2)).unwrap());
    let claims = [("iss", ISSUER), ("sub", "mimi://a.example/u/alice"), ("name", "Alice")];
    let claims = claims.map(|(name, value)| (Key::from(name), Value::from(value)));
    let claims = cwt::from_names(Map::from_entries(claims.to_vec()).unwrap()).unwrap();
    let plan = RedactionPlan::new(Redaction::All).with_visible(vec![Key::Int(2)]);
    let token = Issuer::new(issuer_key.public()).prepare(claims, leaf_key.public(), &plan, &mut SystemRandom).unwrap();
    let token = token.sign(&issuer_key).unwrap();
    let issuers = [TrustedIssuer { issuer: ISSUER.to_owned(), key: issuer_key.public().clone() }];
    let accept = AcceptExpectations { issuers: &issuers, confirmation_key: leaf_key.public(), clock: CLOCK };
    let held = Held::accept(token.as_bytes(), &accept).unwrap();
    let binding = Binding { audience: ROOM, nonce: Some(&[7; 32]), issued_at: CLOCK.now };
    (held.prepare(&Selection::All, &binding).unwrap().sign(&leaf_key).unwrap().into_bytes(), issuers)
}

fn expected(issuers: &[TrustedIssuer]) -> Expectations<'_> {
    Expectations {
        issuers,
        audience_of_token: None,
        key_binding: KeyBinding::Required { audience: ROOM, nonce: Nonce::Any, max_age: None },
        clock: CLOCK,
        limits: Limits::DEFAULT,
    }
}

/// Whether a presentation comes out, together with one that is good.
fn settles(octets: &[u8], good: &[u8], issuers: &[TrustedIssuer]) -> bool {
    let expected = expected(issuers);
    let Ok(received) = UnverifiedPresentation::parse(octets) else { return false };
    let Ok(unsettled) = received.verify_unsettled(&expected) else { return false };
    let good = UnverifiedPresentation::parse(good).unwrap().verify_unsettled(&expected).unwrap();
    let [good, found] = &Unsettled::settle_all(vec![good, unsettled])[..] else { panic!("two went in") };
    assert!(good.is_some(), "the other one holds whatever this one does");
    found.is_some()
}

fn holds(octets: &[u8], issuers: &[TrustedIssuer]) -> bool {
    UnverifiedPresentation::parse(octets).is_ok_and(|received| received.verify(&expected(issuers)).is_ok())
}

/// CWT-V-006, CWT-V-033: every bit of a presentation turned over.
#[test]
fn what_is_put_off_is_not_forgotten() {
    for algorithms in [(Algorithm::Ed25519, Algorithm::Ed25519), (Algorithm::P256, Algorithm::Ed25519)] {
        let (good, issuers) = made(algorithms.0, algorithms.1);
        assert!(settles(&good, &good, &issuers) && holds(&good, &issuers));
        for bit in 0..8 * good.len() {
            let mut flipped = good.clone();
            flipped[bit / 8] ^= 1_u8 << (bit % 8);
            assert!(!settles(&flipped, &good, &issuers), "bit {bit}");
        }
    }
}

/// What cannot be put off is checked at once.
#[test]
fn other_keys_are_checked_at_once() {
    for (of_issuer, of_holder) in [(Algorithm::P256, Algorithm::P256), (Algorithm::Ed25519, Algorithm::P256)] {
        let (mut octets, issuers) = made(of_issuer, of_holder);
        *octets.last_mut().unwrap() ^= 1;
        let error = UnverifiedPresentation::parse(&octets).unwrap().verify_unsettled(&expected(&issuers)).unwrap_err();
        assert_eq!(error.code(), Code::SignatureHolder);
    }
}

/// Two of Ed25519 are put off: what nobody signed shows when it is settled, and with [`UnverifiedPresentation::verify`] at once.
#[test]
fn two_of_ed25519_are_put_off() {
    let (mut octets, issuers) = made(Algorithm::Ed25519, Algorithm::Ed25519);
    // Of the right form still: only checking it tells.
    *octets.last_mut().unwrap() ^= 1;
    let received = UnverifiedPresentation::parse(&octets).unwrap();
    assert!(received.verify_unsettled(&expected(&issuers)).unwrap().settle().is_none());
    assert_eq!(received.verify(&expected(&issuers)).unwrap_err().code(), Code::SignatureHolder);
}

/// CWT-V-002: whichever of its keys an issuer signs with, [`UnverifiedPresentation::verify`] finds it; what is put off is tried with the
/// first that fits, and nothing comes of it with another.
#[test]
fn an_issuer_may_have_several_keys() {
    let (good, [trusted]) = made(Algorithm::Ed25519, Algorithm::Ed25519);
    let key = |n| IssuerKey::new(secret(Algorithm::Ed25519, n)).public().clone();
    let another = TrustedIssuer { key: key(9), ..trusted.clone() };
    let received = UnverifiedPresentation::parse(&good).unwrap();
    for (issuers, settles) in [([trusted.clone(), another.clone()], true), ([another, trusted], false)] {
        assert!(received.verify(&expected(&issuers)).is_ok());
        assert_eq!(received.verify_unsettled(&expected(&issuers)).unwrap().settle().is_some(), settles);
    }
}

/// A function of the caller's may keep what it is shown, and is shown nothing that nobody signed.
#[test]
fn functions_are_asked_after_the_signatures() {
    let (good, issuers) = made(Algorithm::Ed25519, Algorithm::Ed25519);
    let asked = AtomicUsize::new(0);
    let check = |_: &Occurrence<'_>| {
        asked.fetch_add(1, Ordering::Relaxed);
        Decision::Accept
    };
    let mut forged = good.clone();
    *forged.last_mut().unwrap() ^= 1;
    let received = UnverifiedPresentation::parse(&forged).unwrap().with_replay_check(&check);
    assert_eq!(received.verify_unsettled(&expected(&issuers)).unwrap_err().code(), Code::SignatureHolder);
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    let (of_claims, of_status) = (|_: &Map<'_>| panic!("asked about what nobody signed"), |_: &Value<'_>| panic!("asked"));
    let received = || UnverifiedPresentation::parse(&forged).unwrap();
    for received in [received().with_claims_check(&of_claims), received().with_status_check(StatusRule::IfPresent, &of_status)] {
        assert_eq!(received.verify_unsettled(&expected(&issuers)).unwrap_err().code(), Code::SignatureHolder);
    }
    let received = UnverifiedPresentation::parse(&good).unwrap().with_replay_check(&check);
    assert!(received.verify_unsettled(&expected(&issuers)).unwrap().settle().is_some());
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}
