//! CWT-V-010, CWT-V-034, CWT-S-001, CWT-S-002, CWT-S-013: what a Verifier checks by rules of its own, and when.

use std::collections::HashSet;
use std::sync::Mutex;

use mimicred_claims::{ClaimPath, Map, Value};
use mimicred_keys::{Algorithm, IssuerKey};
use mimicred_sd_cwt::{Code, Decision, KeyBinding, Nonce, Occurrence, StatusRule, UnverifiedPresentation, Vct};

use crate::judging::*;
use crate::tokens::*;

/// Remembers nonces and identifiers of each Holder.
#[derive(Default)]
struct Seen(Mutex<HashSet<Vec<u8>>>);

impl Seen {
    fn check(&self, occurrence: &Occurrence<'_>) -> Decision {
        let mut seen = self.0.lock().unwrap();
        let holder = occurrence.confirmation_key.octets();
        let mut is_new = |name: Option<&[u8]>| name.is_none_or(|name| seen.insert([holder, b"/", name].concat()));
        let (nonce, cti) = (is_new(occurrence.nonce), is_new(occurrence.cti));
        let is_new = nonce && cti;
        if is_new { Decision::Accept } else { Decision::Refuse("seen before") }
    }

    fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

fn named(nonce: &[u8], cti: Option<&[u8]>) -> Draft {
    Draft::with(|draft| {
        put(&mut draft.kbt_claims, 39, bytes(nonce));
        if let Some(cti) = cti {
            put(&mut draft.kbt_claims, 7, bytes(cti));
        }
    })
}

/// CWT-V-010: the first use passes; the second, by the same nonce or by the same identifier, does not.
#[test]
fn a_kbt_is_used_once() {
    let seen = Seen::default();
    let check = |occurrence: &Occurrence<'_>| seen.check(occurrence);
    let issuers = [trusted(ISSUER, issuer_key().public())];
    let mut expected = usual(&issuers);
    expected.key_binding = KeyBinding::Required { audience: AUDIENCE, nonce: Nonce::Any, max_age: None };
    let show = |draft: &Draft| {
        let octets = draft.presentation();
        let presentation = UnverifiedPresentation::parse(&octets).unwrap().with_replay_check(&check);
        presentation.verify(&expected).map(drop).map_err(|error| error.code())
    };
    assert_eq!(show(&named(b"one", Some(b"first"))), Ok(()));
    assert_eq!(show(&named(b"one", Some(b"first"))), Err(Code::Nonce), "the same");
    assert_eq!(show(&named(b"one", Some(b"second"))), Err(Code::Nonce), "the same nonce");
    assert_eq!(show(&named(b"two", Some(b"first"))), Err(Code::Nonce), "the same cti");
    assert_eq!(show(&named(b"three", Some(b"third"))), Ok(()));

    // What is refused for another reason is not remembered, and can be made anew.
    let before = seen.len();
    let expired = Draft::with(|draft| {
        put(&mut draft.kbt_claims, 39, bytes(b"four"));
        put(&mut draft.kbt_claims, 4, Value::Int(1000));
    });
    assert_eq!(show(&expired), Err(Code::Time));
    let stray = Draft::with(|draft| {
        put(&mut draft.kbt_claims, 39, bytes(b"four"));
        draft.disclosures.push(bstr(&content(1, &[])));
    });
    assert_eq!(show(&stray), Err(Code::DisclosureUnmatched));
    assert_eq!(seen.len(), before);
    assert_eq!(show(&named(b"four", None)), Ok(()));
}

/// What tells one use from another, and how long it must be remembered.
#[test]
fn an_occurrence_has_all_that_names_it() {
    let noted = Mutex::new(Vec::new());
    let check = |occurrence: &Occurrence<'_>| {
        noted.lock().unwrap().push((
            occurrence.audience.to_owned(),
            occurrence.nonce.map(<[u8]>::to_vec),
            occurrence.cti.map(<[u8]>::to_vec),
            occurrence.expires,
            occurrence.token_hash,
        ));
        Decision::Accept
    };
    let show = |draft: &Draft| {
        let octets = draft.presentation();
        let issuers = [trusted(ISSUER, issuer_key().public())];
        let presentation = UnverifiedPresentation::parse(&octets).unwrap().with_replay_check(&check);
        presentation.verify(&usual(&issuers)).unwrap().token_hash()
    };
    let plain = show(&Draft::new());
    let short = show(&Draft::with(|draft| {
        put(&mut draft.kbt_claims, 4, Value::Int(1200));
        put(&mut draft.kbt_claims, 7, bytes(b"id"));
    }));
    assert_eq!(plain, short);
    let date = |seconds: i64| Some(mimicred_claims::Date::from(seconds));
    let expected = [
        (AUDIENCE.to_owned(), Some(NONCE.to_vec()), None, date(2000), plain),
        (AUDIENCE.to_owned(), Some(NONCE.to_vec()), Some(b"id".to_vec()), date(1200), plain),
    ];
    assert_eq!(noted.into_inner().unwrap(), expected);
}

fn two_claims() -> Draft {
    Draft::with(|draft| {
        draft.redact(&content(1, &[Value::from("a"), Value::Int(501)]));
        let mut location = Map::new();
        location.redacted.push(draft.hide(&content(2, &[Value::from("us"), Value::from("country")])));
        put(&mut draft.claims, 502, Value::Map(location));
    })
}

/// CWT-V-034: required claims, visible or disclosed; and any other rule.
#[test]
fn an_application_has_rules_of_its_own() {
    let required = |draft: &Draft, paths: &[&str]| {
        let paths: Vec<ClaimPath> = paths.iter().map(|path| path.parse().unwrap()).collect();
        let octets = draft.presentation();
        let issuers = [trusted(ISSUER, issuer_key().public())];
        let presentation = UnverifiedPresentation::parse(&octets).unwrap().with_required_claims(&paths);
        presentation.verify(&usual(&issuers)).map(drop).map_err(|error| (error.code(), error.to_string()))
    };
    assert_eq!(required(&two_claims(), &["500", "501", "502.country"]), Ok(()));
    for (withheld, path) in [(0, "501"), (1, "502.country")] {
        let mut draft = two_claims();
        draft.disclosures.remove(withheld);
        let (code, message) = required(&draft, &["500", "501", "502.country"]).unwrap_err();
        assert_eq!(code, Code::ClaimMissing);
        assert!(message.contains(path), "{message}");
    }
    for nothing in ["999", "502.country.x", "502[0]", "502[]"] {
        assert_eq!(required(&two_claims(), &[nothing]).unwrap_err().0, Code::ClaimMissing, "{nothing}");
    }
    // Who wants a type wants the claim.
    let octets = two_claims().presentation();
    assert_eq!(verify_as(&octets, |presentation| presentation.with_vct(Vct::Number(1))).unwrap_err(), Code::ClaimMissing);

    let octets = two_claims().presentation();
    let only_a = |claims: &Map<'_>| match claims.int(501).and_then(Value::as_text) {
        Some("a") => Decision::Accept,
        _ => Decision::Refuse("501 is not a"),
    };
    assert!(verify_as(&octets, |presentation| presentation.with_claims_check(&only_a)).is_ok());
    let octets = Draft::new().presentation();
    assert_eq!(verify_as(&octets, |presentation| presentation.with_claims_check(&only_a)).unwrap_err(), Code::PolicyRefused);
}

fn status() -> Value<'static> {
    let list = Map::from_entries(vec![("idx".into(), Value::Int(7)), ("uri".into(), Value::from("https://s.example"))]).unwrap();
    Value::Map(Map::from_entries(vec![("status_list".into(), Value::Map(list))]).unwrap())
}

fn with_status() -> Draft {
    Draft::with(|draft| put(&mut draft.claims, 65535, status()))
}

/// What the check says, and how often it was asked; and what came of it.
fn ask(draft: &Draft, octets: Option<Vec<u8>>, rule: StatusRule, answer: Result<(), &'static str>) -> (Option<Code>, usize) {
    let asked = Mutex::new(Vec::new());
    let check = |status: &Value<'_>| {
        asked.lock().unwrap().push(status.clone().into_owned());
        answer.map_err(Into::into)
    };
    let octets = octets.unwrap_or_else(|| draft.presentation());
    let issuers = [trusted(ISSUER, issuer_key().public())];
    let seen = |_: &Occurrence<'_>| Decision::Accept;
    let presentation = UnverifiedPresentation::parse(&octets).unwrap();
    let presentation = presentation.with_replay_check(&seen).with_status_check(rule, &check);
    let code = presentation.verify(&usual(&issuers)).err().map(|error| error.code());
    let asked = asked.into_inner().unwrap();
    assert!(asked.iter().all(|asked| *asked == status()));
    (code, asked.len())
}

/// CWT-S-001: asked once for a token that is valid, and not at all for one that is not, whatever is wrong with it.
#[test]
fn status_is_asked_for_last() {
    use StatusRule::{IfPresent, Required};
    let good = with_status();
    for rule in [IfPresent, Required] {
        assert_eq!(ask(&good, None, rule, Ok(())), (None, 1));
        assert_eq!(ask(&good, None, rule, Err("revoked")), (Some(Code::Status), 1));
    }
    let mut bad_signature = good.presentation();
    *bad_signature.last_mut().unwrap() ^= 1;
    assert_eq!(ask(&good, Some(bad_signature), Required, Ok(())), (Some(Code::SignatureHolder), 0));
    let kcwt = Some(good.token_signed_by(&IssuerKey::new(secret(Algorithm::Ed25519, 9))));
    let forged = Draft { raw: Raw { kcwt, ..Raw::default() }, ..good.clone() };
    assert_eq!(ask(&forged, None, Required, Ok(())), (Some(Code::SignatureIssuer), 0));
    type Change = fn(&mut Draft);
    let bad: [(Change, Code); 4] = [
        (|draft| put(&mut draft.claims, 4, Value::Int(1000)), Code::Time),
        (|draft| put(&mut draft.kbt_claims, 3, Value::from("another")), Code::Audience),
        (|draft| put(&mut draft.kbt_claims, 39, bytes(b"another")), Code::Nonce),
        (|draft| draft.disclosures.push(bstr(&content(1, &[]))), Code::DisclosureUnmatched),
    ];
    for (change, code) in bad {
        let mut draft = good.clone();
        change(&mut draft);
        assert_eq!(ask(&draft, None, Required, Ok(())), (Some(code), 0), "{code:?}");
    }
}

/// CWT-S-001, CWT-V-010, CWT-V-034: nor for what rules of one's own refuse.
#[test]
fn status_is_asked_for_after_all_other_rules() {
    let octets = with_status().presentation();
    let asked = Mutex::new(0);
    let check = |_: &Value<'_>| {
        *asked.lock().unwrap() += 1;
        Ok(())
    };
    let (refuse_claims, refuse_use) = (|_: &Map<'_>| Decision::Refuse("never"), |_: &Occurrence<'_>| Decision::Refuse("never"));
    let paths = ["999".parse().unwrap()];
    assert_eq!(
        verify_as(&octets, |p| p.with_status_check(StatusRule::Required, &check).with_claims_check(&refuse_claims)),
        Err(Code::PolicyRefused)
    );
    assert_eq!(
        verify_as(&octets, |p| p.with_status_check(StatusRule::Required, &check).with_replay_check(&refuse_use)),
        Err(Code::Nonce)
    );
    assert_eq!(
        verify_as(&octets, |p| p.with_status_check(StatusRule::Required, &check).with_required_claims(&paths)),
        Err(Code::ClaimMissing)
    );
    assert_eq!(*asked.lock().unwrap(), 0);
    assert!(verify_as(&octets, |p| p.with_status_check(StatusRule::Required, &check)).is_ok());
    assert_eq!(*asked.lock().unwrap(), 1);
}

/// CWT-S-013, trap 10: where it is wanted, it must be there and disclosed.
#[test]
fn a_status_may_be_required() {
    use StatusRule::{IfPresent, Required};
    let none = Draft::new();
    assert_eq!(ask(&none, None, IfPresent, Err("never asked")), (None, 0));
    assert_eq!(ask(&none, None, Required, Ok(())), (Some(Code::Status), 0));
    let mut redacted = Draft::with(|draft| draft.redact(&content(1, &[status(), Value::Int(65535)])));
    assert_eq!(ask(&redacted, None, Required, Ok(())), (None, 1));
    redacted.disclosures.clear();
    assert_eq!(ask(&redacted, None, Required, Ok(())), (Some(Code::Status), 0));
    assert_eq!(ask(&redacted, None, IfPresent, Err("never asked")), (None, 0));
    let in_header = Draft::with(|draft| put(&mut draft.protected, 15, Value::Map(map(vec![(65535, status())]))));
    assert_eq!(ask(&in_header, None, Required, Ok(())), (None, 1));
}

/// CWT-S-002: in a KBT it means nothing.
#[test]
fn a_status_in_the_kbt_is_none() {
    let in_kbt = Draft::with(|draft| put(&mut draft.kbt_claims, 65535, status()));
    assert_eq!(ask(&in_kbt, None, StatusRule::IfPresent, Err("never asked")), (None, 0));
    assert_eq!(ask(&in_kbt, None, StatusRule::Required, Ok(())), (Some(Code::Status), 0));
}

/// Many presentations can be verified at once, rules and all.
#[test]
fn presentations_go_to_other_threads() {
    fn is_shared<T: Send + Sync>(_: &T) {}
    let octets = with_status().presentation();
    let issuers = [trusted(ISSUER, issuer_key().public())];
    let (accept, good) = (|_: &Occurrence<'_>| Decision::Accept, |_: &Value<'_>| Ok(()));
    let presentation = UnverifiedPresentation::parse(&octets).unwrap().with_replay_check(&accept);
    let presentation = presentation.with_status_check(StatusRule::Required, &good);
    is_shared(&presentation);
    is_shared(&presentation.verify(&usual(&issuers)).unwrap());
    let all = std::thread::scope(|scope| {
        let threads = [(); 2].map(|()| scope.spawn(|| presentation.verify(&usual(&issuers)).is_ok()));
        threads.map(|thread| thread.join().unwrap())
    });
    assert_eq!(all, [true, true]);
}
