//! CWT-H-013 to CWT-H-015: what a Holder does not want, however sound it is.

use std::sync::Mutex;

use mimicred_claims::{Map, Value};
use mimicred_sd_cwt::{Code, Container, Decision, HolderPolicy};

use crate::judging::*;
use crate::tokens::*;

/// Writes down what it is asked, and refuses what it is told to.
#[derive(Default)]
struct Recorder {
    refuse: &'static str,
    asked: Mutex<Vec<String>>,
}

impl Recorder {
    fn refusing(what: &'static str) -> Self {
        Self { refuse: what, ..Self::default() }
    }

    fn note(&self, question: String) -> Decision {
        let is_refused = question == self.refuse;
        self.asked.lock().unwrap().push(question);
        if is_refused { Decision::Refuse("not wanted") } else { Decision::Accept }
    }

    fn asked(self) -> Vec<String> {
        self.asked.into_inner().unwrap()
    }
}

fn keys(claims: &Map<'_>) -> String {
    claims.iter().map(|(key, _)| key.to_string()).collect::<Vec<_>>().join(" ")
}

impl HolderPolicy for Recorder {
    fn clear_claims(&self, claims: &Map<'_>) -> Decision {
        self.note(format!("clear {} and {} redacted", keys(claims), claims.redacted.len()))
    }

    fn container(&self, container: &Container) -> Decision {
        let Container { path, members, digests, decoys } = container;
        self.note(format!("'{path}' has {members}, digests {digests}, decoys {decoys}"))
    }

    fn restored_claims(&self, claims: &Map<'_>) -> Decision {
        self.note(format!("all {}", keys(claims)))
    }
}

/// 501: {"region" redacted, "country" clear}, 502: [clear, redacted, decoy] below a tag, 503 redacted; a decoy at the top.
fn token() -> Vec<u8> {
    Draft::with(|draft| {
        let region = draft.hide(&content(1, &[Value::from("ca"), Value::from("region")]));
        let mut location = Map::from_entries(vec![("country".into(), Value::from("us"))]).unwrap();
        location.redacted.push(region);
        put(&mut draft.claims, 501, Value::Map(location));
        let (element, decoy) = (draft.disclose(&content(2, &[Value::from("x")])), draft.disclose(&content(3, &[])));
        put(&mut draft.claims, 502, Value::Tag(4000, Box::new(array(vec![Value::from("y"), element, decoy]))));
        draft.redact(&content(4, &[Value::from("z"), Value::Int(503)]));
        draft.redact(&content(5, &[]));
        take(&mut draft.claims, 500);
    })
    .token()
}

/// CWT-H-013, CWT-H-014, CWT-H-015: what each question is about.
#[test]
fn a_policy_sees_clear_claims_containers_and_all_claims() {
    let policy = Recorder::default();
    accept_as(&token(), |token| token.with_policy(&policy)).unwrap();
    let expected = [
        "clear 1 2 4 5 6 8 501 502 and 2 redacted",
        "'' has 9, digests 2, decoys 1",
        "'8' has 1, digests 0, decoys 0",
        "'8.1' has 3, digests 0, decoys 0",
        "'501' has 2, digests 1, decoys 0",
        "'502' has 2, digests 2, decoys 1",
        "all 1 2 4 5 6 8 501 502 503",
    ];
    assert_eq!(policy.asked(), expected);
}

/// CWT-H-013, CWT-H-014, CWT-H-015: each refusal ends it, with a code of its own.
#[test]
fn what_a_policy_refuses_is_not_held() {
    for what in [
        "clear 1 2 4 5 6 8 501 502 and 2 redacted",
        "'' has 9, digests 2, decoys 1",
        "'502' has 2, digests 2, decoys 1",
        "all 1 2 4 5 6 8 501 502 503",
    ] {
        let policy = Recorder::refusing(what);
        assert_eq!(accept_as(&token(), |token| token.with_policy(&policy)).unwrap_err(), Code::PolicyRefused, "{what}");
        assert_eq!(policy.asked().last().unwrap(), what, "it is the last question");
    }
    let policy = Recorder::refusing("what nobody asks");
    assert!(accept_as(&token(), |token| token.with_policy(&policy)).is_ok());
}

/// CWT-H-013: the claims of header 15 are clear ones too. A policy that says nothing accepts everything.
#[test]
fn a_policy_sees_the_header_and_may_be_silent() {
    let token = Draft::with(|draft| put(&mut draft.protected, 15, Value::Map(map(vec![(7, bytes(b"id"))])))).token();
    let policy = Recorder::default();
    accept_as(&token, |token| token.with_policy(&policy)).unwrap();
    assert_eq!(policy.asked()[..2], ["clear 1 2 4 5 6 8 500 and 0 redacted", "clear 7 and 0 redacted"]);

    struct Silent;
    impl HolderPolicy for Silent {}
    assert!(accept_as(&token, |token| token.with_policy(&Silent)).is_ok());

    // Nobody is asked about what the Issuer did not sign.
    let policy = Recorder::default();
    let forged = Draft::new().token_signed_by(&mimicred_keys::IssuerKey::new(secret(mimicred_keys::Algorithm::Ed25519, 9)));
    assert_eq!(accept_as(&forged, |token| token.with_policy(&policy)).unwrap_err(), Code::SignatureIssuer);
    assert!(policy.asked().is_empty());
}
