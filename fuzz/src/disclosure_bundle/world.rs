//! A room with two members, issuers of whom one counts, and what each of them has signed. Nothing in it is ever different.

use std::sync::LazyLock;

use mimicred_claims::{Clock, Key, Map, Redaction, RedactionPlan, Value};
use mimicred_cose::cwt;
use mimicred_keys::{Algorithm, IssuerKey, LeafKey, PublicKey, SecretKey};
use mimicred_mls::component::Participant;
use mimicred_mls::{Credential, EpochView, LeafView, MediaType, Suite};
use mimicred_room::policy::{DisclosureFormat, IssuerAnchor, RoomDisclosurePolicy, TrustedIssuer};
use mimicred_room::{Holding, Snapshots, TrustEntry, TrustStore};
use mimicred_sd_cwt::{Confirmation, Issuance};
use mimicred_uri::MimiUri;
use mimicred_x509::{Ca, CaProfile, Certificate, IdentityProfile, PseudonymProfile, Validity};

use super::made::{By, Form, Who};
use crate::cast::{Counter, NOW};

pub(super) const HERE: &str = "mimi://hub.example/r/clubhouse";
pub(super) const ELSEWHERE: &str = "mimi://hub.example/r/elsewhere";
pub(super) const GROUP: &[u8] = &[1; 16];
/// Those of which snapshots are kept.
pub(super) const EPOCHS: [u64; 2] = [7, 8];
const YEAR: i64 = 365 * 86_400;

/// Alice and Bob reveal something to whoever judges by these snapshots.
pub(super) struct World {
    pub(super) issuers: [Issuer; 3],
    pub(super) people: [Person; 2],
    /// Alice as another pseudonym, whose KeyPackages she hands over.
    pub(super) other: Person,
    pub(super) trust: TrustStore,
    pub(super) snapshots: Snapshots,
}

pub(super) struct Issuer {
    name: &'static str,
    key: IssuerKey,
    root: Certificate,
    ca: Ca,
    /// For each person what it has signed for her, in each form.
    credentials: Vec<[Owned; 3]>,
}

pub(super) struct Person {
    pub(super) key: LeafKey,
    pub(super) user: MimiUri,
    pub(super) credential: Credential,
}

/// A credential in its holder's hands.
pub(super) enum Owned {
    Jwt(Box<mimicred_sd_jwt::Held>),
    Cwt(Box<mimicred_sd_cwt::Held>),
    X509(Vec<Vec<u8>>, PublicKey),
}

impl Owned {
    pub(super) fn holding(&self) -> Holding<'_> {
        match self {
            Owned::Jwt(held) => Holding::SdJwt(held),
            Owned::Cwt(held) => Holding::SdCwt(held),
            Owned::X509(chain, key) => Holding::X509 { chain, key },
        }
    }
}

pub(super) fn world() -> &'static World {
    static WORLD: LazyLock<World> = LazyLock::new(World::new);
    &WORLD
}

const LIE: [&str; 4] = ["mimi://a.example/u/mallory", "Mallory", "mallory@a.example", "1970-01-01"];

/// What the trusted issuer says of a person, and nobody else.
pub(super) fn truth(who: Who) -> [&'static str; 4] {
    match who {
        Who::Alice => ["mimi://a.example/u/alice", "Alice Adams", "alice@a.example", "1990-05-17"],
        Who::Bob => ["mimi://a.example/u/bob", "Bob Brown", "bob@a.example", "1980-02-29"],
    }
}

impl World {
    fn new() -> Self {
        let mut issuers = [
            Issuer::new("https://id.a.example", "A", 11),
            Issuer::new("https://id.m.example", "M", 12),
            // Says that it is the first one.
            Issuer::new("https://id.a.example", "A", 13),
        ];
        let people = [21, 22].map(|seed| Person::new(&issuers[0], seed));
        let other = Person::new(&issuers[0], 23);
        for (n, issuer) in issuers.iter_mut().enumerate() {
            let of = |who: Who| {
                let (holder, said) = (people[who as usize].key.public(), if n == 0 { truth(who) } else { LIE });
                [issuer.x509(holder, said), issuer.sd_jwt(holder, said), issuer.sd_cwt(holder, said)]
            };
            issuer.credentials = vec![of(Who::Alice), of(Who::Bob)];
        }
        let mut trust = TrustStore::new();
        trust.add(issuers[0].trusted());
        trust.add(issuers[1].trusted());
        let mut snapshots = Snapshots::new(1);
        for epoch in EPOCHS {
            snapshots.enter(&view(epoch, &issuers[0], &people), &trust, NOW - 100).expect("a later epoch of the same room");
        }
        Self { issuers, people, other, trust, snapshots }
    }

    pub(super) fn credential(&self, by: By, who: Who, form: Form) -> &Owned {
        &self.issuers[by as usize].credentials[who as usize][form as usize]
    }
}

impl Issuer {
    fn new(name: &'static str, ca: &str, seed: u8) -> Self {
        // Ed25519, so that no signature is ever different.
        let key = IssuerKey::new(SecretKey::from_octets(Algorithm::Ed25519, &[seed; 32]).expect("a seed"));
        let validity = Validity::new(NOW - YEAR, NOW + 10 * YEAR).expect("a period");
        let prepared = mimicred_x509::prepare_root(&CaProfile::new(ca, validity), key.public(), &mut counter(seed));
        let root = prepared.and_then(|prepared| prepared.sign(&key)).expect("a root");
        let ca = Ca::from_certificate(&root).expect("a CA");
        Self { name, key, root, ca, credentials: Vec::new() }
    }

    fn trusted(&self) -> TrustEntry {
        TrustEntry::of_certificate(self.name, &self.root, &["a.example"]).expect("a host")
    }

    fn entry(&self) -> TrustedIssuer {
        TrustedIssuer {
            issuer: self.name.to_owned(),
            subject_domains: vec!["a.example".to_owned()],
            formats: vec![DisclosureFormat::MlsCredential, DisclosureFormat::SdJwtKb, DisclosureFormat::SdKbt],
            anchors: vec![
                IssuerAnchor::jwk_thumbprint(self.key.public()),
                IssuerAnchor::cose_key_thumbprint(self.key.public()),
                IssuerAnchor::certificate(&self.root),
            ],
            claim_names: Vec::new(),
        }
    }

    fn x509(&self, holder: &PublicKey, [subject, name, email, _]: [&str; 4]) -> Owned {
        let validity = Validity::new(NOW - 10 * 86_400, NOW + YEAR).expect("a period");
        let profile = IdentityProfile::new(holder, validity).with_display_name(name).with_email(email);
        let profile = profile.with_user(&subject.parse().expect("a URI"));
        let prepared = mimicred_x509::prepare_identity(&self.ca, &profile, &mut counter(0)).expect("a profile");
        Owned::X509(vec![prepared.sign(&self.key).expect("its key").as_der().to_vec()], holder.clone())
    }

    fn claims(&self, [subject, name, email, birthdate]: [&'static str; 4]) -> Map<'static> {
        let texts = [("iss", self.name), ("sub", subject), ("name", name), ("email", email), ("birthdate", birthdate)];
        let texts = texts.map(|(name, text)| (Key::from(name), Value::from(text)));
        let times = [("iat", NOW - 1000), ("exp", NOW + YEAR)].map(|(name, at)| (Key::from(name), Value::Int(at.into())));
        Map::from_entries(texts.into_iter().chain(times).collect()).expect("names that differ")
    }

    fn sd_jwt(&self, holder: &PublicKey, said: [&'static str; 4]) -> Owned {
        let issuer = mimicred_sd_jwt::Issuer::new(self.key.public());
        let plan = plan(&["name", "email", "birthdate"]);
        let prepared = issuer.prepare(self.claims(said), Some(holder), &plan, &mut counter(1)).expect("fit to be issued");
        let token = prepared.sign(&self.key).expect("its key");
        let issuers = [mimicred_sd_jwt::TrustedIssuer { issuer: self.name.to_owned(), key: self.key.public().clone() }];
        let expected = mimicred_sd_jwt::AcceptExpectations { issuers: &issuers, confirmation_key: holder, clock: CLOCK };
        Owned::Jwt(Box::new(mimicred_sd_jwt::Held::accept(token.as_str(), &expected).expect("it was just issued")))
    }

    fn sd_cwt(&self, holder: &PublicKey, said: [&'static str; 4]) -> Owned {
        let issuer = mimicred_sd_cwt::Issuer::new(self.key.public());
        let numbers = ["name", "email", "birthdate"].map(|name| cwt::key_for_name(name).expect("it has a number").to_string());
        let plan = plan(&numbers.each_ref().map(String::as_str));
        let claims = cwt::from_names(self.claims(said)).expect("names");
        let issuance = Issuance::new(claims, Confirmation::Key(holder), &plan);
        let token = issuer.prepare_issuance(issuance, &mut counter(2)).expect("fit to be issued").sign(&self.key);
        let issuers = [mimicred_sd_cwt::TrustedIssuer { issuer: self.name.to_owned(), key: self.key.public().clone() }];
        let expected = mimicred_sd_cwt::AcceptExpectations { issuers: &issuers, confirmation_key: holder, clock: CLOCK };
        let token = token.expect("its key").into_bytes();
        Owned::Cwt(Box::new(mimicred_sd_cwt::Held::accept(&token, &expected).expect("it was just issued")))
    }
}

impl Person {
    fn new(issuer: &Issuer, seed: u8) -> Self {
        let key = LeafKey::new(SecretKey::from_octets(Algorithm::Ed25519, &[seed; 32]).expect("a seed")).expect("a leaf's");
        let uri = |kind: &str| -> MimiUri { format!("mimi://a.example/{kind}/person{seed}").parse().expect("a URI") };
        let (user, client) = (uri("p"), uri("d"));
        let validity = Validity::new(NOW - 86_400, NOW + YEAR).expect("a period");
        let profile = PseudonymProfile::new(key.public(), &user, &client, validity);
        let prepared = mimicred_x509::prepare_pseudonym(&issuer.ca, &profile, &mut counter(seed)).expect("a profile");
        let credential = Credential::X509(vec![prepared.sign(&issuer.key).expect("its key").as_der().to_vec()]);
        Self { key, user, credential }
    }
}

/// When everything is issued and accepted.
const CLOCK: Clock = Clock { now: NOW, leeway: 0 };

fn counter(seed: u8) -> Counter {
    Counter(u64::from(seed) << 48)
}

fn plan(redacted: &[&str]) -> RedactionPlan {
    RedactionPlan::new(Redaction::Paths(redacted.iter().map(|path| path.parse().expect("a path")).collect()))
}

/// A room whose members have to say their names; by the second issuer they may, as far as it goes.
fn view(epoch: u64, issuer: &Issuer, people: &[Person]) -> EpochView {
    let policy = RoomDisclosurePolicy::from_toml(
        r#"
        pseudonyms = "required"
        identity_reveal = "required"
        accepted_formats = ["mls_credential", "sd_jwt_kb", "sd_kbt"]
        allow_local_trust = true
        max_presentation_age = 300
        disclosure_deadline = 3600
        [[claim_rules]]
        claim_name = "name"
        paths = [{ jwt = ["name"] }, { cwt = [170] }, { x509 = { oid = "2.5.4.3" } }]
        presence = "required"
        "#,
    );
    let mut policy = policy.expect("our own");
    policy.trusted_issuers = vec![issuer.entry()];
    let leaves = (0..).zip(people).map(|(n, person)| LeafView::new(n, person.key.public().clone(), person.credential.clone()));
    EpochView {
        group_id: GROUP.to_vec(),
        epoch,
        suite: Suite::X25519Aes128Ed25519,
        leaves: leaves.collect(),
        unreadable: Vec::new(),
        room_uri: HERE.parse().expect("a URI"),
        participants: people.iter().map(|person| Participant { user: person.user.clone(), role_index: 2 }).collect(),
        roles: None,
        policy: Some(policy.encode().expect("small")),
        media_types: vec![MediaType::MimiContent, MediaType::DisclosureBundle, MediaType::SdJwt, MediaType::KbCwt],
        nonce_root: [u8::try_from(epoch).expect("small"); 32].into(),
    }
}
