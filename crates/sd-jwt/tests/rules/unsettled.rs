//! Signatures that are put off: what comes out is what [`UnverifiedPresentation::verify`] says at once.

use std::sync::atomic::{AtomicUsize, Ordering};

use mimicred_claims::{Clock, Decision, Key, Limits, Map, Redaction, RedactionPlan, Selection, Value};
use mimicred_keys::{Algorithm, IssuerKey, LeafKey, SystemRandom, Unsettled};
use mimicred_sd_jwt::*;

use crate::support::{KB_HEADER, jwt, kb_claims, object, secret};

const CLOCK: Clock = Clock { now: 1_790_000_000, leeway: 0 };
const ISSUER: &str = "https://id.a.example";
const ROOM: &str = "mimi://hub.example/r/clubhouse";

/// A presentation by keys of these algorithms, and the issuer whom the Verifier trusts. The keys are the same each time, the salts are not.
fn made(of_issuer: Algorithm, of_holder: Algorithm) -> (String, [TrustedIssuer; 1]) {
    let (issuer_key, leaf_key) = (IssuerKey::new(secret(of_issuer, 1)), LeafKey::new(secret(of_holder, 2)).unwrap());
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

/// A presentation with the Holder's signature over something else, which has the right form: only checking it tells.
fn forged(of_issuer: Algorithm, of_holder: Algorithm) -> (String, [TrustedIssuer; 1]) {
    let ((good, issuers), (another, _)) = (made(of_issuer, of_holder), made(of_issuer, of_holder));
    let (input, signature) = (good.rsplit_once('.').unwrap().0, another.rsplit_once('.').unwrap().1);
    (format!("{input}.{signature}"), issuers)
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
        let (forged, issuers) = forged(of_issuer, of_holder);
        let received = UnverifiedPresentation::parse(&forged).unwrap();
        assert_eq!(received.verify_unsettled(&expected(&issuers)).unwrap_err().code(), Code::SignatureHolder);
    }
}

/// Two of Ed25519 are put off: what nobody signed shows when it is settled, and with [`UnverifiedPresentation::verify`] at once.
#[test]
fn two_of_ed25519_are_put_off() {
    let (forged, issuers) = forged(Algorithm::Ed25519, Algorithm::Ed25519);
    let received = UnverifiedPresentation::parse(&forged).unwrap();
    assert!(received.verify_unsettled(&expected(&issuers)).unwrap().settle().is_none());
    assert_eq!(received.verify(&expected(&issuers)).unwrap_err().code(), Code::SignatureHolder);
}

/// JWT-V-022, pitfall 66: the algorithm that is named is the one used, whether it is put off or not. The Holder's signature is one of
/// Ed25519 in truth.
#[test]
fn the_algorithm_named_is_the_one_used() {
    let (good, issuers) = made(Algorithm::Ed25519, Algorithm::Ed25519);
    let bound = &good[..=good.rfind('~').unwrap()];
    let by_holder = |header: &str| {
        let claims = object(&kb_claims(bound)).replace(crate::support::NONCE, "n");
        let leaf_key = LeafKey::new(secret(Algorithm::Ed25519, 2)).unwrap();
        bound.to_owned() + &jwt(header, &claims, |tbs| leaf_key.sign(tbs).unwrap().into_bytes())
    };
    assert!(settles(&by_holder(KB_HEADER), &good, &issuers) && holds(&by_holder(KB_HEADER), &issuers));
    let misnamed = by_holder(&KB_HEADER.replace("EdDSA", "ES256"));
    let received = UnverifiedPresentation::parse(&misnamed).unwrap();
    assert_eq!(received.verify_unsettled(&expected(&issuers)).unwrap_err().code(), Code::AlgUnsupported);
    assert_eq!(received.verify(&expected(&issuers)).unwrap_err().code(), Code::AlgUnsupported);
}

/// JWT-V-001: whichever of its keys an issuer signs with, [`UnverifiedPresentation::verify`] finds it; what is put off is tried with the
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
    let (forged, _) = forged(Algorithm::Ed25519, Algorithm::Ed25519);
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
