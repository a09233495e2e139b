//! Signatures that are put off: what comes out is what [`UnverifiedPresentation::verify`] says at once.

use std::sync::atomic::{AtomicUsize, Ordering};

use mimicred_claims::{Clock, Decision, Key, Limits, Map, Redaction, RedactionPlan, Selection, Value};
use mimicred_keys::{Algorithm, IssuerKey, LeafKey, SecretKey, SystemRandom, Unsettled};
use mimicred_sd_jwt::*;

const CLOCK: Clock = Clock { now: 1_790_000_000, leeway: 0 };
const ISSUER: &str = "https://id.a.example";
const ROOM: &str = "mimi://hub.example/r/clubhouse";

/// A presentation by keys of these algorithms, and the issuer whom the Verifier trusts.
fn made(of_issuer: Algorithm, of_holder: Algorithm) -> (String, [TrustedIssuer; 1]) {
    let issuer_key = IssuerKey::new(SecretKey::generate(of_issuer, &mut SystemRandom).unwrap());
    let leaf_key = LeafKey::new(SecretKey::generate(of_holder, &mut SystemRandom).unwrap()).unwrap();
    let claims = [("iss", ISSUER), ("name", "Alice")].map(|(name, value)| (Key::from(name), Value::from(value)));
    let claims = Map::from_entries(claims.to_vec()).unwrap();
    let plan = RedactionPlan::new(Redaction::All);
    let issuer = Issuer::new(issuer_key.public());
    let token = issuer.prepare(claims, Some(leaf_key.public()), &plan, &mut SystemRandom).unwrap();
    let token = token.sign(&issuer_key).unwrap();
    let issuers = [TrustedIssuer { issuer: ISSUER.to_owned(), key: issuer_key.public().clone() }];
    let accept = AcceptExpectations { issuers: &issuers, confirmation_key: leaf_key.public(), clock: CLOCK };
    let held = Held::accept(token.as_str(), &accept).unwrap();
    let binding = Binding { audience: ROOM, nonce: "n", issued_at: CLOCK.now };
    (held.prepare(&Selection::All, &binding).unwrap().sign(&leaf_key).unwrap().as_str().to_owned(), issuers)
}

fn expected(issuers: &[TrustedIssuer]) -> Expectations<'_> {
    Expectations {
        issuers,
        audience_of_token: None,
        key_binding: KeyBinding::Required { audience: ROOM, nonce: "n", max_age: None },
        clock: CLOCK,
        limits: Limits::DEFAULT,
    }
}

/// Whether a presentation comes out, together with one that is good.
fn settles(text: &str, good: &str, issuers: &[TrustedIssuer]) -> bool {
    let expected = expected(issuers);
    let Ok(received) = UnverifiedPresentation::parse(text) else { return false };
    let Ok(unsettled) = received.verify_unsettled(&expected) else { return false };
    let good = UnverifiedPresentation::parse(good).unwrap();
    let good = good.verify_unsettled(&expected).unwrap();
    let [good, found] = &Unsettled::settle_all(vec![good, unsettled])[..] else { panic!("two went in") };
    assert!(good.is_some(), "the other one holds whatever this one does");
    found.is_some()
}

/// With another signature by the Holder.
fn forged(good: &str) -> String {
    let (input, signature) = good.rsplit_once('.').unwrap();
    let (first, rest) = signature.split_at(1);
    format!("{input}.{}{rest}", if first == "A" { "B" } else { "A" })
}

fn holds(text: &str, issuers: &[TrustedIssuer]) -> bool {
    UnverifiedPresentation::parse(text).is_ok_and(|received| received.verify(&expected(issuers)).is_ok())
}

/// JWT-V-018: every character of a presentation replaced by another.
#[test]
fn what_is_put_off_is_not_forgotten() {
    for algorithms in [(Algorithm::Ed25519, Algorithm::Ed25519), (Algorithm::P256, Algorithm::Ed25519)] {
        let (good, issuers) = made(algorithms.0, algorithms.1);
        assert!(settles(&good, &good, &issuers) && holds(&good, &issuers));
        for (place, found) in good.char_indices() {
            let mut other = good.clone();
            other.replace_range(place..=place, if found == 'A' { "B" } else { "A" });
            assert!(!settles(&other, &good, &issuers), "at {place}");
        }
    }
}

/// What cannot be put off is checked at once.
#[test]
fn other_keys_are_checked_at_once() {
    for (of_issuer, of_holder) in [(Algorithm::P256, Algorithm::P256), (Algorithm::Ed25519, Algorithm::P256)] {
        let (good, issuers) = made(of_issuer, of_holder);
        let forged = forged(&good);
        let received = UnverifiedPresentation::parse(&forged).unwrap();
        assert_eq!(received.verify_unsettled(&expected(&issuers)).unwrap_err().code(), Code::SignatureHolder);
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
    let forged = forged(&good);
    let received = UnverifiedPresentation::parse(&forged).unwrap().with_replay_check(&check);
    assert_eq!(received.verify_unsettled(&expected(&issuers)).unwrap_err().code(), Code::SignatureHolder);
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    let received = UnverifiedPresentation::parse(&good).unwrap().with_replay_check(&check);
    assert!(received.verify_unsettled(&expected(&issuers)).unwrap().settle().is_some());
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}
