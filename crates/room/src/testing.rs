//! A small world for tests: providers, members, a room. Keys are fixed; salts and serial numbers are not.

use mimicred_claims::{Clock, Key, Map, Redaction, RedactionPlan, Selection, Value};
use mimicred_cose::cwt;
use mimicred_keys::{Algorithm, IssuerKey, LeafKey, PublicKey, SecretKey, SystemRandom};
use mimicred_mls::component::Participant;
use mimicred_mls::{Credential, DisclosureBundle, EpochView, LeafView, SdJwt, SdJwtForm, Suite};
use mimicred_uri::MimiUri;
use mimicred_x509::{Ca, CaProfile, Certificate, IdentityProfile, PseudonymProfile, Validity};

use crate::policy::{DisclosureFormat, RoomDisclosurePolicy};
use crate::{
    Arrival, Challenge, Holding, MemoryReplayStore, NoStatusLists, PreparedBundle, ReplayKey, Reveal, RoomContext, Settings,
    Snapshots, StatusLists, TrustEntry, TrustStore, Verdict, Verifier, verify,
};

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
        let key = IssuerKey::new(secret(Algorithm::P256, seed));
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

pub(crate) fn sd_jwt_text(provider: &Provider, holder: &PublicKey, said: &Said, exp: i64) -> String {
    let plan = plan(said, str::to_owned);
    let issuer = mimicred_sd_jwt::Issuer::new(provider.key.public());
    let prepared = issuer.prepare(claims(&provider.issuer, said, exp), Some(holder), &plan, &mut SystemRandom).unwrap();
    prepared.sign(&provider.key).unwrap().into_string()
}

pub(crate) fn sd_cwt_octets(provider: &Provider, holder: &PublicKey, said: &Said, exp: i64) -> Vec<u8> {
    let plan = plan(said, |name| cwt::key_for_name(name).map_or_else(|| name.to_owned(), |key| key.to_string()));
    let claims = cwt::from_names(claims(&provider.issuer, said, exp)).unwrap();
    let issuer = mimicred_sd_cwt::Issuer::new(provider.key.public());
    issuer.prepare(claims, holder, &plan, &mut SystemRandom).unwrap().sign(&provider.key).unwrap().into_bytes()
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

/// The room's policy: name required, everything else as it comes.
pub(crate) fn policy(providers: &[(&Provider, &str)]) -> RoomDisclosurePolicy {
    let mut policy = RoomDisclosurePolicy::from_toml(
        r#"
        pseudonyms = "required"
        identity_reveal = "required"
        accepted_formats = ["mls_credential", "sd_jwt_kb", "sd_kbt"]
        max_presentation_age = 300
        disclosure_deadline = 3600
        [[claim_rules]]
        claim_name = "name"
        paths = [{ jwt = ["name"] }, { cwt = [170] }, { x509 = { oid = "2.5.4.3" } }]
        presence = "required"
        [[claim_rules]]
        claim_name = "email"
        paths = [{ jwt = ["email"] }, { cwt = [179] }, { x509 = { oid = "2.5.29.17", general_name_tag = 1 } }]
        presence = "optional"
        predicates = [{ op = "host_equal", value = "a.example" }]
        "#,
    )
    .unwrap();
    policy.trusted_issuers = providers.iter().map(|(provider, host)| entry(provider, host)).collect();
    policy
}

/// A room's entry for a provider, in all formats.
pub(crate) fn entry(provider: &Provider, host: &str) -> crate::policy::TrustedIssuer {
    crate::policy::TrustedIssuer {
        issuer: provider.issuer.clone(),
        subject_domains: vec![host.to_owned()],
        formats: FORMATS.to_vec(),
        anchors: vec![
            crate::policy::IssuerAnchor::jwk_thumbprint(provider.key.public()),
            crate::policy::IssuerAnchor::cose_key_thumbprint(provider.key.public()),
            crate::policy::IssuerAnchor::certificate(&provider.root),
        ],
        claim_names: Vec::new(),
    }
}

/// A room with members, seen by one who trusts some providers.
pub(crate) struct World {
    pub(crate) view: EpochView,
    pub(crate) trust: TrustStore,
    pub(crate) snapshots: Snapshots,
    pub(crate) replay: MemoryReplayStore,
    pub(crate) received_at: i64,
    pub(crate) accepted_at: Option<i64>,
    pub(crate) settings: Settings,
}

impl World {
    pub(crate) fn new(policy: &RoomDisclosurePolicy, trust: Vec<TrustEntry>, people: &[&Person]) -> Self {
        Self::of_view(view(&policy.encode().unwrap(), people), trust)
    }

    pub(crate) fn of_view(view: EpochView, entries: Vec<TrustEntry>) -> Self {
        let mut trust = TrustStore::new();
        trust.extend(entries);
        let mut snapshots = Snapshots::new(5);
        snapshots.enter(&view, &trust, NOW - 100).unwrap();
        let replay = MemoryReplayStore::new(ReplayKey::from_octets([9; 32]));
        Self { view, trust, snapshots, replay, received_at: NOW + 5, accepted_at: None, settings: Settings::default() }
    }

    /// The next epoch, with what `change` makes of the view.
    pub(crate) fn next_epoch(&mut self, change: impl FnOnce(&mut EpochView)) {
        self.view.epoch += 1;
        self.view.nonce_root = [u8::try_from(self.view.epoch % 256).unwrap(); 32].into();
        change(&mut self.view);
        self.snapshots.enter(&self.view, &self.trust, NOW - 50).unwrap();
    }

    pub(crate) fn context(&self, leaf: u32) -> RoomContext {
        self.snapshots.current().unwrap().room_context(leaf, None).unwrap().unwrap()
    }

    pub(crate) fn receive(&mut self, sender: u32, bundle: &DisclosureBundle) -> Verdict {
        self.receive_octets(sender, &bundle.encode().unwrap())
    }

    pub(crate) fn receive_octets(&mut self, sender: u32, bundle: &[u8]) -> Verdict {
        let epoch = self.view.epoch;
        self.judge(sender, epoch, Reveal::Bundle(bundle), None, &NoStatusLists)
    }

    pub(crate) fn judge(
        &mut self,
        sender: u32,
        epoch: u64,
        reveal: Reveal<'_>,
        challenge: Option<Challenge<'_>>,
        status: &dyn StatusLists,
    ) -> Verdict {
        let arrival = Arrival { sender, epoch, received_at: self.received_at, accepted_at: self.accepted_at, challenge };
        let mut verifier = Verifier { trust: &self.trust, replay: &mut self.replay, status, settings: self.settings };
        verify(&self.snapshots, &arrival, reveal, &mut verifier).unwrap()
    }
}

pub(crate) fn view(policy: &[u8], people: &[&Person]) -> EpochView {
    let leaves = people.iter().zip(0..).map(|(person, index)| LeafView {
        index,
        signature_key: person.key.public().clone(),
        credential: person.credential.clone(),
    });
    EpochView {
        group_id: vec![1; 16],
        epoch: 7,
        suite: Suite::X25519Aes128Ed25519,
        leaves: leaves.collect(),
        unreadable: Vec::new(),
        room_uri: uri(ROOM),
        participants: people.iter().map(|person| Participant { user: person.user.clone(), role_index: 2 }).collect(),
        policy: Some(policy.to_vec()),
        media_types: Vec::new(),
        nonce_root: [7; 32].into(),
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
