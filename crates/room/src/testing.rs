//! A small world for tests: providers, members, a room. Keys are fixed; salts and serial numbers are not.

mod world;

use mimicred_claims::{Clock, Key, Map, Redaction, RedactionPlan, Selection, Value};
use mimicred_cose::cwt;
use mimicred_keys::{Algorithm, IssuerKey, LeafKey, PublicKey, SecretKey, SystemRandom};
use mimicred_mls::{Credential, DisclosureBundle, SdJwt, SdJwtForm};
use mimicred_sd_cwt::{Confirmation, Issuance};
use mimicred_uri::MimiUri;
use mimicred_x509::{Ca, CaProfile, Certificate, IdentityProfile, PseudonymProfile, Validity};

use crate::policy::DisclosureFormat;
use crate::{Holding, PreparedBundle, RoomContext, TrustEntry};

pub(crate) use world::{World, entry, policy, view};

pub(crate) const NOW: i64 = 1_790_000_000;
pub(crate) const ROOM: &str = "mimi://hub.example/r/clubhouse";
pub(crate) const YEAR: i64 = 365 * 86_400;

pub(crate) fn uri(text: &str) -> MimiUri {
    text.parse().unwrap()
}

pub(crate) fn secret(algorithm: Algorithm, seed: u8) -> SecretKey {
    SecretKey::from_octets(algorithm, &vec![seed; algorithm.coordinate_len()]).unwrap()
}

/// A provider: one key, under which it signs tokens and runs a CA.
pub(crate) struct Provider {
    pub(crate) issuer: String,
    pub(crate) host: String,
    pub(crate) key: IssuerKey,
    pub(crate) root: Certificate,
    pub(crate) ca: Ca,
}

impl Provider {
    pub(crate) fn new(host: &str, seed: u8) -> Self {
        Self::of(Algorithm::P256, host, seed)
    }

    pub(crate) fn of(algorithm: Algorithm, host: &str, seed: u8) -> Self {
        let key = IssuerKey::new(secret(algorithm, seed));
        let validity = Validity::new(NOW - YEAR, NOW + 10 * YEAR).unwrap();
        let profile = CaProfile::new(format!("{host} CA"), validity);
        let root = mimicred_x509::prepare_root(&profile, key.public(), &mut SystemRandom).unwrap().sign(&key).unwrap();
        let ca = Ca::from_certificate(&root).unwrap();
        Self { issuer: format!("https://id.{host}"), host: host.to_owned(), key, root, ca }
    }

    pub(crate) fn trusted_for(&self, hosts: &[&str]) -> TrustEntry {
        TrustEntry::of_certificate(&self.issuer, &self.root, hosts).unwrap()
    }

    pub(crate) fn pseudonym(&self, key: &PublicKey, user: &MimiUri, client: &MimiUri) -> Vec<Vec<u8>> {
        let profile = PseudonymProfile::new(key, user, client, Validity::new(NOW - 86_400, NOW + YEAR).unwrap());
        let prepared = mimicred_x509::prepare_pseudonym(&self.ca, &profile, &mut SystemRandom).unwrap();
        vec![prepared.sign(&self.key).unwrap().as_der().to_vec()]
    }

    pub(crate) fn identity(&self, profile: &IdentityProfile) -> Vec<Vec<u8>> {
        let prepared = mimicred_x509::prepare_identity(&self.ca, profile, &mut SystemRandom).unwrap();
        vec![prepared.sign(&self.key).unwrap().as_der().to_vec()]
    }
}

/// A member: a leaf key and a pseudonym.
pub(crate) struct Person {
    pub(crate) key: LeafKey,
    pub(crate) user: MimiUri,
    pub(crate) client: MimiUri,
    pub(crate) credential: Credential,
}

impl Person {
    pub(crate) fn new(provider: &Provider, seed: u8) -> Self {
        let key = LeafKey::new(secret(Algorithm::Ed25519, seed)).unwrap();
        let user = uri(&format!("mimi://{}/p/person{seed}", provider.host));
        let client = uri(&format!("mimi://{}/d/client{seed}", provider.host));
        let credential = Credential::X509(provider.pseudonym(key.public(), &user, &client));
        Self { key, user, client, credential }
    }
}

/// What an identity token says, by JWT names.
pub(crate) type Said = Vec<(&'static str, Value<'static>)>;

pub(crate) fn alice() -> Said {
    vec![
        ("sub", Value::from("mimi://a.example/u/alice")),
        ("name", Value::from("Alice Adams")),
        ("email", Value::from("alice@a.example")),
        ("birthdate", Value::from("1990-05-17")),
    ]
}

fn claims(issuer: &str, said: &Said, exp: i64) -> Map<'static> {
    let fixed = [
        ("iss", Value::from(issuer.to_owned())),
        ("iat", Value::from(i128::from(NOW - 1000))),
        ("exp", Value::from(i128::from(exp))),
    ];
    let all = fixed.into_iter().chain(said.iter().cloned()).map(|(name, value)| (Key::from(name), value));
    Map::from_entries(all.collect()).unwrap()
}

/// Everything of the subject is redacted but `sub`, which a KBT wants and the tests compare.
fn plan(said: &Said, keys: fn(&str) -> String) -> RedactionPlan {
    let visible = ["sub", "status", "vct", "mimi_user", "aud"];
    let redacted = said.iter().filter(|(name, _)| !visible.contains(name)).map(|(name, _)| keys(name).parse().unwrap());
    RedactionPlan::new(Redaction::Paths(redacted.collect()))
}

/// The claims of Alice for a CWT, and everything of her redacted.
pub(crate) fn alice_in_cwt(issuer: &str) -> (Map<'static>, RedactionPlan) {
    let said = alice();
    let plan = plan(&said, |name| cwt::key_for_name(name).map_or_else(|| name.to_owned(), |key| key.to_string()));
    (cwt::from_names(claims(issuer, &said, NOW + YEAR)).unwrap(), plan)
}

pub(crate) fn sd_jwt_text(provider: &Provider, holder: &PublicKey, said: &Said, exp: i64) -> String {
    let plan = plan(said, str::to_owned);
    let issuer = mimicred_sd_jwt::Issuer::new(provider.key.public());
    let prepared = issuer.prepare(claims(&provider.issuer, said, exp), Some(holder), &plan, &mut SystemRandom).unwrap();
    prepared.sign(&provider.key).unwrap().into_string()
}

pub(crate) fn sd_cwt_octets(provider: &Provider, holder: &PublicKey, said: &Said, exp: i64) -> Vec<u8> {
    sd_cwt_octets_for(provider, Confirmation::Key(holder), said, exp)
}

pub(crate) fn sd_cwt_octets_for(provider: &Provider, holder: Confirmation<'_>, said: &Said, exp: i64) -> Vec<u8> {
    let plan = plan(said, |name| cwt::key_for_name(name).map_or_else(|| name.to_owned(), |key| key.to_string()));
    let claims = cwt::from_names(claims(&provider.issuer, said, exp)).unwrap();
    let issuer = mimicred_sd_cwt::Issuer::new(provider.key.public());
    let prepared = issuer.prepare_issuance(Issuance::new(claims, holder, &plan), &mut SystemRandom).unwrap();
    prepared.sign(&provider.key).unwrap().into_bytes()
}

/// A credential of some format, in its holder's hands.
pub(crate) enum Owned {
    Jwt(Box<mimicred_sd_jwt::Held>),
    Cwt(Box<mimicred_sd_cwt::Held>),
    X509(Vec<Vec<u8>>, PublicKey),
}

impl Owned {
    pub(crate) fn holding(&self) -> Holding<'_> {
        match self {
            Owned::Jwt(held) => Holding::SdJwt(held),
            Owned::Cwt(held) => Holding::SdCwt(held),
            Owned::X509(chain, key) => Holding::X509 { chain, key },
        }
    }
}

pub(crate) const FORMATS: [DisclosureFormat; 3] =
    [DisclosureFormat::SdJwtKb, DisclosureFormat::SdKbt, DisclosureFormat::MlsCredential];

/// An identity credential of a format; certificates say name and email only.
pub(crate) fn identity(format: DisclosureFormat, provider: &Provider, holder: &PublicKey, said: &Said, exp: i64) -> Owned {
    let clock = Clock { now: NOW.min(exp - 1), leeway: 0 };
    let key = provider.key.public().clone();
    match format {
        DisclosureFormat::SdJwtKb => {
            let issuers = [mimicred_sd_jwt::TrustedIssuer { issuer: provider.issuer.clone(), key }];
            let expected = mimicred_sd_jwt::AcceptExpectations { issuers: &issuers, confirmation_key: holder, clock };
            Owned::Jwt(Box::new(mimicred_sd_jwt::Held::accept(&sd_jwt_text(provider, holder, said, exp), &expected).unwrap()))
        }
        DisclosureFormat::SdKbt => {
            let issuers = [mimicred_sd_cwt::TrustedIssuer { issuer: provider.issuer.clone(), key }];
            let expected = mimicred_sd_cwt::AcceptExpectations { issuers: &issuers, confirmation_key: holder, clock };
            Owned::Cwt(Box::new(mimicred_sd_cwt::Held::accept(&sd_cwt_octets(provider, holder, said, exp), &expected).unwrap()))
        }
        _ => {
            let text = |wanted: &str| said.iter().find(|(name, _)| *name == wanted).and_then(|(_, value)| value.as_text());
            let validity = Validity::new(NOW - 10 * 86_400, exp).unwrap();
            let mut profile = IdentityProfile::new(holder, validity);
            if let Some(name) = text("name") {
                profile = profile.with_display_name(name);
            }
            if let Some(email) = text("email") {
                profile = profile.with_email(email);
            }
            if let Some(user) = text("sub").and_then(|sub| sub.parse().ok()) {
                profile = profile.with_user(&user);
            }
            Owned::X509(provider.identity(&profile), holder.clone())
        }
    }
}

/// A bundle of one presentation, made now.
pub(crate) fn bundle(context: RoomContext, owned: &Owned, selection: &Selection, key: &LeafKey) -> DisclosureBundle {
    bundle_at(context, owned, selection, key, NOW)
}

pub(crate) fn bundle_at(context: RoomContext, owned: &Owned, selection: &Selection, key: &LeafKey, now: i64) -> DisclosureBundle {
    let mut prepared = PreparedBundle::new(context);
    prepared.add(owned.holding(), selection, now).unwrap();
    prepared.sign(key).unwrap()
}

/// Paths as JWT names; the SD-CWT ones are found by their keys.
pub(crate) fn select(format: DisclosureFormat, names: &[&str]) -> Selection {
    let path = |name: &&str| match format {
        DisclosureFormat::SdKbt => cwt::key_for_name(name).map_or_else(|| (*name).to_owned(), |key| key.to_string()),
        _ => (*name).to_owned(),
    };
    Selection::Paths(names.iter().map(|name| path(name).parse().unwrap()).collect())
}

/// A leaf credential that is an SD-JWT or SD-CWT.
pub(crate) fn token_credential(format: DisclosureFormat, owned: &Owned, audience: &str, key: &LeafKey) -> Credential {
    match (format, owned) {
        (DisclosureFormat::SdJwtKb, Owned::Jwt(held)) => {
            let binding = mimicred_sd_jwt::Binding { audience, nonce: "leaf", issued_at: NOW - 500 };
            let presentation = held.prepare(&Selection::None, &binding).unwrap().sign(key).unwrap();
            Credential::SdJwt(SdJwt::new(presentation.as_str(), SdJwtForm::Compacted).unwrap())
        }
        (_, Owned::Cwt(held)) => {
            let binding = mimicred_sd_cwt::Binding { audience, nonce: None, issued_at: NOW - 500 };
            Credential::SdCwt(held.prepare(&Selection::None, &binding).unwrap().sign(key).unwrap().as_bytes().to_vec())
        }
        _ => panic!("no token"),
    }
}
