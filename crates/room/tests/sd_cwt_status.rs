//! SD-CWT and status lists together: when the status is asked for, and what it changes (CWT-S-001, CWT-S-002, CWT-S-008 to
//! CWT-S-010, CWT-S-013). Neither crate knows the other; this is one that knows both.

#![cfg(test)]

use std::error::Error as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use mimicred_claims::{Clock, Key, Limits, Map, Redaction, RedactionPlan, Selection, Value};
use mimicred_cose::cbor::{self, Dialect, Writer};
use mimicred_cose::sign1::{self, CwtTag, Sign1};
use mimicred_cose::{cwt, header};
use mimicred_keys::{Algorithm, IssuerKey, LeafKey, SecretKey, SystemRandom};
use mimicred_sd_cwt::{
    Binding, Code, Error, Expectations, Issuer, KeyBinding, Nonce, StatusRule, TrustedIssuer, UnverifiedPresentation,
    UnverifiedSdCwt,
};
use mimicred_status::{
    Bits, StatusIssuer, StatusList, StatusListToken, StatusReference, StatusValue, UnverifiedStatusListCwt, VerifiedStatusList,
    checker,
};

const NOW: i64 = 1_790_000_000;
const EXP: i64 = NOW + 1000;
const AUDIENCE: &str = "mimi://hub.example/r/clubhouse";
const ISSUER: &str = "https://id.a.example";
const LIST: &str = "https://status.a.example/1";

fn secret(n: u8) -> SecretKey {
    SecretKey::from_octets(Algorithm::Ed25519, &[n; 32]).unwrap()
}

fn issuer_key() -> IssuerKey {
    IssuerKey::new(secret(1))
}

fn holder_key() -> LeafKey {
    LeafKey::new(secret(2)).unwrap()
}

/// For status, another key than the Issuer's.
fn status_key() -> IssuerKey {
    IssuerKey::new(secret(3))
}

fn status(index: u64) -> (Key<'static>, Value<'static>) {
    (Key::Int(cwt::STATUS), StatusReference::new(LIST, index).unwrap().to_claim())
}

/// A presentation of a token with these claims beside the usual ones, redacted and disclosed like this.
fn present(more: Vec<(Key<'static>, Value<'static>)>, redaction: Redaction, selection: &Selection) -> Vec<u8> {
    let mut claims = vec![
        (Key::Int(cwt::ISS), Value::from(ISSUER)),
        (Key::Int(cwt::SUB), Value::from("mimi://a.example/u/alice")),
        (Key::Int(cwt::EXP), Value::Int(EXP.into())),
        (Key::Int(170), Value::from("Alice")),
    ];
    claims.extend(more);
    let issuer = Issuer::new(issuer_key().public()).with_redactable_status();
    let plan = RedactionPlan::new(redaction);
    let prepared = issuer.prepare(Map::from_entries(claims).unwrap(), holder_key().public(), &plan, &mut SystemRandom).unwrap();
    let token = prepared.sign(&issuer_key()).unwrap();
    let held = UnverifiedSdCwt::parse(token.as_bytes()).unwrap();
    let held = held.reopen(holder_key().public(), Clock { now: NOW, leeway: 0 }).unwrap();
    let binding = Binding { audience: AUDIENCE, nonce: Some(&[7; 32]), issued_at: NOW };
    held.prepare(selection, &binding).unwrap().sign(&holder_key()).unwrap().into_bytes()
}

fn with_status(index: u64) -> Vec<u8> {
    present(vec![status(index)], Redaction::None, &Selection::None)
}

/// Sixteen tokens: 1 is revoked, 2 suspended, 3 in a state of the Issuer's own, 4 in one without a meaning.
fn list(key: &IssuerKey) -> Vec<u8> {
    let mut list = StatusList::new(Bits::Four, 16);
    for number in 1..=4 {
        list.set(number.into(), StatusValue::new(number)).unwrap();
    }
    let token = StatusListToken::new(LIST, list, NOW - 10).with_expiry(EXP + 1000).with_ttl(600);
    StatusIssuer::new(key.public()).prepare_cwt(&token).unwrap().sign(key).unwrap().into_bytes()
}

fn verify_list(octets: &[u8], now: i64) -> Result<VerifiedStatusList, mimicred_status::Error> {
    let keys = [status_key().public().clone()];
    let clock = Clock { now, leeway: 0 };
    let limits = mimicred_status::Limits::DEFAULT;
    let expected = mimicred_status::Expectations { keys: &keys, uri: LIST, clock, max_age: None, limits };
    UnverifiedStatusListCwt::parse(octets)?.verify(&expected)
}

/// What a Verifier does, and how often it asked for the status.
struct Outcome {
    result: Result<(), Error>,
    asked: usize,
}

impl Outcome {
    fn code(&self) -> Result<(), Code> {
        self.result.as_ref().map_or_else(|error| Err(error.code()), |()| Ok(()))
    }

    /// Why the status was refused.
    fn cause(&self) -> Option<mimicred_status::Code> {
        self.result.as_ref().err()?.source()?.downcast_ref().map(mimicred_status::Error::code)
    }
}

struct Asking {
    now: i64,
    audience: &'static str,
    nonce: [u8; 32],
    issuer: &'static str,
    rule: StatusRule,
}

const ASKING: Asking = Asking { now: NOW, audience: AUDIENCE, nonce: [7; 32], issuer: ISSUER, rule: StatusRule::IfPresent };

impl Asking {
    fn verify(&self, presentation: &[u8]) -> Outcome {
        let issuers = [TrustedIssuer { issuer: self.issuer.to_owned(), key: issuer_key().public().clone() }];
        let clock = Clock { now: self.now, leeway: 0 };
        let nonce = Nonce::Exactly(&self.nonce);
        let key_binding = KeyBinding::Required { audience: self.audience, nonce, max_age: None };
        let expected = Expectations { issuers: &issuers, audience_of_token: None, key_binding, clock, limits: Limits::DEFAULT };
        let lists = [verify_list(&list(&status_key()), NOW).unwrap()];
        let asked = AtomicUsize::new(0);
        let check = |claim: &Value<'_>| {
            asked.fetch_add(1, Ordering::Relaxed);
            checker(&lists, clock)(claim)
        };
        let received = UnverifiedPresentation::parse(presentation);
        let result = received.and_then(|received| received.with_status_check(self.rule, &check).verify(&expected).map(drop));
        Outcome { result, asked: asked.into_inner() }
    }
}

/// The presentation with another payload of its KBT, signed again by the Holder.
fn with_binding_claim(presentation: &[u8], claim: (Key<'static>, Value<'static>)) -> Vec<u8> {
    let kbt = Sign1::parse(presentation, CwtTag::Refused, &cbor::Limits::DEFAULT).unwrap();
    let claims = cbor::parse(kbt.payload(), Dialect::Plain, &cbor::Limits::DEFAULT).unwrap();
    let mut claims = claims.as_map().unwrap().clone();
    claims.insert(claim.0, claim.1).unwrap();
    let mut payload = Writer::new();
    payload.entries(&claims).unwrap();
    let payload = payload.finish();
    let signature = holder_key().sign(sign1::PreparedSign1::new(kbt.protected(), &payload).unwrap().to_be_signed()).unwrap();
    sign1::encode(kbt.protected(), kbt.unprotected(), &payload, signature.as_bytes())
}

/// CWT-S-001: a token that is valid otherwise is asked about, once, and its status decides.
#[test]
fn a_valid_token_is_asked_about_and_its_status_decides() {
    use mimicred_status::Code as Status;
    let accepted = ASKING.verify(&with_status(0));
    assert_eq!((accepted.code(), accepted.asked), (Ok(()), 1));
    // CWT-S-008, CWT-S-009, and a list that is not at hand.
    let expected = [
        (1, Status::Invalid),
        (2, Status::Suspended),
        (3, Status::ApplicationSpecific),
        (4, Status::Reserved),
        (16, Status::Index),
    ];
    for (index, cause) in expected {
        let refused = ASKING.verify(&with_status(index));
        assert_eq!((refused.code(), refused.cause(), refused.asked), (Err(Code::Status), Some(cause), 1), "{index}");
    }
    let elsewhere = StatusReference::new("https://status.a.example/2", 0).unwrap().to_claim();
    let refused = ASKING.verify(&present(vec![(Key::Int(cwt::STATUS), elsewhere)], Redaction::None, &Selection::None));
    assert_eq!((refused.code(), refused.cause()), (Err(Code::Status), Some(Status::ListMissing)));
    // CWT-S-003.
    let odd = present(vec![(Key::Int(cwt::STATUS), Value::from("fine"))], Redaction::None, &Selection::None);
    assert_eq!(ASKING.verify(&odd).cause(), Some(Status::Reference));
}

/// CWT-S-001: whatever else is wrong comes first, and nobody is asked, so that a token that fails causes no fetch. CWT-S-010: to be
/// expired is among it, whatever the list says.
#[test]
fn a_token_that_fails_is_not_asked_about() {
    let good = with_status(0);
    let mut signature = good.clone();
    *signature.last_mut().unwrap() ^= 1;
    let cases = [
        (signature, ASKING, Code::SignatureHolder),
        (good.clone(), Asking { now: EXP, ..ASKING }, Code::Time),
        (good.clone(), Asking { audience: "mimi://hub.example/r/elsewhere", ..ASKING }, Code::Audience),
        (good.clone(), Asking { nonce: [8; 32], ..ASKING }, Code::Nonce),
        (good, Asking { issuer: "https://id.b.example", ..ASKING }, Code::IssuerUntrusted),
        // A status that refuses changes nothing: the first failure is the error.
        (with_status(1), Asking { now: EXP, ..ASKING }, Code::Time),
    ];
    for (presentation, asking, code) in cases {
        let refused = asking.verify(&presentation);
        assert_eq!((refused.code(), refused.asked), (Err(code), 0));
    }
    // A disclosure that belongs to no digest, which is found last: the one of another token.
    let disclosing = |index| present(vec![status(index)], Redaction::Paths(vec!["170".parse().unwrap()]), &Selection::All);
    let (one, other) = (disclosing(0), disclosing(0));
    let mixed = ASKING.verify(&with_disclosures_of(&one, &other));
    assert_eq!((mixed.code(), mixed.asked), (Err(Code::DisclosureUnmatched), 0));
    let own = ASKING.verify(&with_disclosures_of(&one, &one));
    assert_eq!((own.code(), own.asked), (Ok(()), 1));
}

/// The presentation with the disclosures of another one, signed again by the Holder.
fn with_disclosures_of(presentation: &[u8], other: &[u8]) -> Vec<u8> {
    let limits = &cbor::Limits::DEFAULT;
    let parts = |octets: &[u8]| {
        let kbt = Sign1::parse(octets, CwtTag::Refused, limits).unwrap();
        let kcwt = header::Header::read(kbt.protected(), &[header::KCWT], limits).unwrap();
        (kbt.payload().to_vec(), kcwt.raw(header::KCWT).unwrap().to_vec())
    };
    let ((payload, kcwt), (_, other)) = (parts(presentation), parts(other));
    let token = Sign1::parse(&kcwt, CwtTag::Refused, limits).unwrap();
    let disclosures = Sign1::parse(&other, CwtTag::Refused, limits).unwrap();
    let kcwt = sign1::encode(token.protected(), disclosures.unprotected(), token.payload(), token.signature());
    let mut protected = Writer::new();
    protected.map(3);
    protected.int(1);
    protected.int(-19);
    protected.int(13);
    protected.raw(&kcwt);
    protected.int(16);
    protected.int(294);
    let protected = protected.finish();
    let signature = holder_key().sign(sign1::PreparedSign1::new(&protected, &payload).unwrap().to_be_signed()).unwrap();
    sign1::encode(&protected, &[0xa0], &payload, signature.as_bytes())
}

/// CWT-S-002: a status in the KBT is nobody's, neither for good nor for bad.
#[test]
fn a_status_in_the_kbt_means_nothing() {
    let plain = present(Vec::new(), Redaction::None, &Selection::None);
    for index in [0, 1] {
        let accepted = ASKING.verify(&with_binding_claim(&plain, status(index)));
        assert_eq!((accepted.code(), accepted.asked), (Ok(()), 0));
        let required = Asking { rule: StatusRule::Required, ..ASKING }.verify(&with_binding_claim(&plain, status(index)));
        assert_eq!((required.code(), required.asked), (Err(Code::Status), 0));
    }
    let accepted = ASKING.verify(&with_binding_claim(&with_status(0), status(1)));
    assert_eq!((accepted.code(), accepted.asked), (Ok(()), 1));
    let revoked = ASKING.verify(&with_binding_claim(&with_status(1), status(0)));
    assert_eq!(revoked.cause(), Some(mimicred_status::Code::Invalid));
}

/// CWT-S-010: the list counts only under a key trusted for status; the Issuer's own is none, unless it is named for that too.
#[test]
fn a_list_by_somebody_else_is_no_list() {
    use mimicred_status::Code as Status;
    assert!(verify_list(&list(&status_key()), NOW).is_ok());
    for forger in [issuer_key(), IssuerKey::new(secret(9))] {
        assert_eq!(verify_list(&list(&forger), NOW).unwrap_err().code(), Status::Signature);
    }
    // One that has expired is none either.
    assert_eq!(verify_list(&list(&status_key()), EXP + 1000).unwrap_err().code(), Status::Expired);
}

/// CWT-S-013: a Holder who withholds the status of her token shows none.
#[test]
fn a_status_that_is_required_and_withheld_is_refused() {
    let required = Asking { rule: StatusRule::Required, ..ASKING };
    let redacted =
        |selection| present(vec![status(0)], Redaction::Paths(vec![cwt::STATUS.to_string().parse().unwrap()]), selection);
    let shown = required.verify(&redacted(&Selection::All));
    assert_eq!((shown.code(), shown.asked), (Ok(()), 1));
    for presentation in [redacted(&Selection::None), present(Vec::new(), Redaction::None, &Selection::None)] {
        let withheld = required.verify(&presentation);
        assert_eq!((withheld.code(), withheld.asked), (Err(Code::Status), 0));
        let optional = ASKING.verify(&presentation);
        assert_eq!((optional.code(), optional.asked), (Ok(()), 0));
    }
}
