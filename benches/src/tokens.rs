//! Tokens to measure on.

use mimicred_claims::{Clock, Key, Limits, Map, Redaction, RedactionPlan, Selection, Value};
use mimicred_keys::{Algorithm, HashAlgorithm, IssuerKey, LeafKey, SecretKey, SystemRandom};
use mimicred_sd_cwt::{
    AcceptExpectations, Binding, Expectations, Issuer, KeyBinding, Nonce, TrustedIssuer, UnverifiedPresentation, UnverifiedSdCwt,
};

pub const ISSUER: &str = "https://id.a.example";
pub const SUBJECT: &str = "mimi://a.example/p/crazykoala75";
pub const ROOM: &str = "mimi://hub.example/r/clubhouse";
pub const NONCE: &[u8] = &[7; 32];
pub const NOW: i64 = 1_790_000_000;
/// Room for the largest of them.
const LIMITS: Limits = Limits { disclosures: 1 << 20, digests: 1 << 21, ..Limits::DEFAULT };

/// Issuer and Holder with their keys.
pub struct Cast {
    pub issuer: IssuerKey,
    pub holder: LeafKey,
    /// What an Issuer keeps from token to token.
    issuing: (Issuer, RedactionPlan),
    pub trusted: [TrustedIssuer; 1],
}

impl Cast {
    pub fn new(algorithm: Algorithm) -> Self {
        let issuer = IssuerKey::new(SecretKey::generate(algorithm, &mut SystemRandom).unwrap());
        let holder = LeafKey::new(SecretKey::generate(algorithm, &mut SystemRandom).unwrap()).unwrap();
        let trusted = [TrustedIssuer { issuer: ISSUER.to_owned(), key: issuer.public().clone() }];
        let issuing = (Issuer::new(issuer.public()).with_hash(HashAlgorithm::Sha256), plan());
        Self { issuer, holder, issuing, trusted }
    }

    pub fn issue(&self, claims: Map<'_>) -> Vec<u8> {
        let (issuer, plan) = &self.issuing;
        issuer.prepare(claims, self.holder.public(), plan, &mut SystemRandom).unwrap().sign(&self.issuer).unwrap().into_bytes()
    }

    pub fn present(&self, token: &[u8], selection: &Selection) -> Vec<u8> {
        let clock = Clock { now: NOW, leeway: 0 };
        let expected = AcceptExpectations { issuers: &self.trusted, confirmation_key: self.holder.public(), clock };
        let held = UnverifiedSdCwt::parse_within(token, &LIMITS).unwrap().accept(&expected).unwrap();
        let binding = Binding { audience: ROOM, nonce: Some(NONCE), issued_at: NOW };
        held.prepare(selection, &binding).unwrap().sign(&self.holder).unwrap().into_bytes()
    }

    pub fn expectations(&self) -> Expectations<'_> {
        Expectations {
            issuers: &self.trusted,
            audience_of_token: None,
            key_binding: KeyBinding::Required { audience: ROOM, nonce: Nonce::Exactly(NONCE), max_age: Some(60) },
            clock: Clock { now: NOW, leeway: 0 },
            limits: LIMITS,
        }
    }

    /// From octets to claims that may be relied on.
    pub fn verify(&self, presentation: &[u8], expected: &Expectations<'_>) -> usize {
        UnverifiedPresentation::parse_within(presentation, &expected.limits).unwrap().verify(expected).unwrap().claims().len()
    }
}

/// `iss` and `sub` stay, everything else is redacted.
fn plan() -> RedactionPlan {
    RedactionPlan::new(Redaction::All).with_visible(vec![Key::Int(2)])
}

/// A text of 100 characters.
const TEXT: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

/// Names of flat claims, which the claims borrow, as they would from the text that they are read from.
pub fn names(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("claim_{n:03}")).collect()
}

/// Flat claims of 100 characters.
pub fn flat(names: &[String]) -> Map<'_> {
    with_names(names.iter().map(|name| (Key::from(name.as_str()), Value::from(TEXT))).collect())
}

/// `count` disclosures in maps of ten inside maps of ten, so that every third of their levels is itself redacted.
pub fn nested(count: usize) -> Map<'static> {
    let leaves = |from: usize| {
        let leaves = (from..count.min(from + 10)).map(|n| (Key::Text(format!("leaf_{n:05}").into()), Value::from(TEXT)));
        Value::Map(Map::from_entries(leaves.collect()).unwrap())
    };
    let groups = (0..count).step_by(100).map(|hundred| {
        let tens = (hundred..count.min(hundred + 100)).step_by(10);
        let tens = tens.map(|ten| (Key::Text(format!("ten_{ten:05}").into()), leaves(ten)));
        (Key::Text(format!("hundred_{hundred:05}").into()), Value::Map(Map::from_entries(tens.collect()).unwrap()))
    });
    with_names(groups.collect())
}

fn with_names<'a>(claims: Vec<(Key<'a>, Value<'a>)>) -> Map<'a> {
    let named = vec![(Key::Int(1), Value::from(ISSUER)), (Key::Int(2), Value::from(SUBJECT))];
    Map::from_entries(named.into_iter().chain(claims).collect()).unwrap()
}

/// Every other one of the flat claims.
pub fn half(count: usize) -> Selection {
    Selection::Paths((0..count).step_by(2).map(|n| format!("claim_{n:03}").parse().unwrap()).collect())
}
