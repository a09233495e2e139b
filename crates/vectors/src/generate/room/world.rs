//! A room: a provider, a member with a pseudonym, who she is, and what she reveals.

use std::borrow::Cow;

use mimicred_claims::{Clock, Key, Map, Redaction, RedactionPlan, Selection, Value};
use mimicred_cose::cwt;
use mimicred_keys::{Algorithm, HashAlgorithm, PublicKey};
use mimicred_mls::nonce::disclosure_nonce;
use mimicred_mls::{BundleItem, Credential, DisclosureBundle, Item, Suite};
use mimicred_room::policy::{DisclosureFormat, IssuerAnchor, RoomDisclosurePolicy, TrustedIssuer};
use mimicred_room::{Holding, PreparedBundle, RoomContext};
use mimicred_sd_cwt::Issuance;
use mimicred_uri::MimiUri;
use mimicred_x509::{Ca, CaProfile, Certificate, IdentityProfile, PseudonymProfile, Validity};

use crate::cast::{self, ISSUER, NOW, ROOM, public_jwk, random};
use crate::object::Object;
use crate::sign::FixedKey;

pub(super) const HOST: &str = "a.example";
pub(super) const USER: &str = "mimi://a.example/p/MDEyMzQ1Njc4OWFiY2RlZg";
pub(super) const CLIENT: &str = "mimi://a.example/d/ZmVkY2JhOTg3NjU0MzIxMA";
pub(super) const ALICE: &str = "mimi://a.example/u/alice";
pub(super) const GROUP: [u8; 16] = [0x0c; 16];
pub(super) const EPOCH: u64 = 7;
pub(super) const ROOT: [u8; 32] = [0x07; 32];
pub(super) const DAY: i64 = 86_400;

pub(super) const FORMATS: [DisclosureFormat; 3] =
    [DisclosureFormat::SdJwtKb, DisclosureFormat::SdKbt, DisclosureFormat::MlsCredential];

const POLICY: &str = r#"
pseudonyms = "required"
identity_reveal = "required"
accepted_formats = ["mls_credential", "sd_jwt_kb", "sd_kbt"]
max_presentation_age = 300
max_clock_skew = 5
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
"#;

/// A provider: a key that signs tokens, and is that of its CA.
pub(super) struct Provider {
    pub(super) key: FixedKey,
    pub(super) root: Certificate,
}

/// Whatever cannot fail with inputs that are written here.
pub(super) fn sure<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| unreachable!("{error}"))
}

pub(super) fn uri(text: &str) -> MimiUri {
    sure(MimiUri::parse(text))
}

impl Provider {
    pub(super) fn new(name: &str) -> Self {
        let key = cast::key(Algorithm::P256, name);
        let profile = CaProfile::new(format!("{name} CA"), sure(Validity::new(NOW - 365 * DAY, NOW + 3650 * DAY)));
        let prepared = sure(mimicred_x509::prepare_root(&profile, key.public(), &mut random(name)));
        let root = sure(prepared.finish(&signed(&key, prepared.to_be_signed())));
        Self { key, root }
    }

    fn ca(&self) -> Ca {
        sure(Ca::from_certificate(&self.root))
    }

    /// A pseudonym certificate for a leaf key.
    pub(super) fn pseudonym(&self, key: &PublicKey, user: &str, client: &str) -> Vec<u8> {
        let validity = sure(Validity::new(NOW - DAY, NOW + 90 * DAY));
        let (user, client) = (uri(user), uri(client));
        let profile = PseudonymProfile::new(key, &user, &client, validity);
        let prepared = sure(mimicred_x509::prepare_pseudonym(&self.ca(), &profile, &mut random(&format!("pseudonym {user}"))));
        sure(prepared.finish(&signed(&self.key, prepared.to_be_signed()))).as_der().to_vec()
    }

    /// An identity certificate for a leaf key.
    pub(super) fn identity(&self, key: &PublicKey, validity: Validity) -> Vec<u8> {
        let profile = IdentityProfile::new(key, validity)
            .with_display_name("Alice Adams")
            .with_email("alice@a.example")
            .with_user(&uri(ALICE));
        let prepared = sure(mimicred_x509::prepare_identity(&self.ca(), &profile, &mut random("identity")));
        sure(prepared.finish(&signed(&self.key, prepared.to_be_signed()))).as_der().to_vec()
    }
}

pub(super) fn signed(key: &FixedKey, to_be_signed: &mimicred_keys::ToBeSigned) -> Vec<u8> {
    key.sign(to_be_signed).unwrap_or_default()
}

/// The room's policy, in which the provider is named.
pub(super) fn policy(provider: &Provider) -> RoomDisclosurePolicy {
    let mut policy = sure(RoomDisclosurePolicy::from_toml(POLICY));
    policy.trusted_issuers = vec![TrustedIssuer {
        issuer: ISSUER.to_owned(),
        subject_domains: vec![HOST.to_owned()],
        formats: FORMATS.to_vec(),
        anchors: vec![
            IssuerAnchor::jwk_thumbprint(provider.key.public()),
            IssuerAnchor::cose_key_thumbprint(provider.key.public()),
            IssuerAnchor::certificate(&provider.root),
        ],
        claim_names: Vec::new(),
    }];
    policy
}

/// The credential of a leaf.
pub(super) fn leaf_credential(provider: &Provider, key: &FixedKey, user: &str, client: &str) -> Vec<u8> {
    sure(Credential::X509(vec![provider.pseudonym(key.public(), user, client)]).encode())
}

/// A member of the room, as the input of the operation.
pub(super) fn member(provider: &Provider, leaf: u32, key: &FixedKey, user: &str, client: &str) -> Object {
    Object::new()
        .int("leaf", leaf)
        .with("key", public_jwk(key.public()))
        .hex("credential", &leaf_credential(provider, key, user, client))
        .text("user", user)
}

/// Who is trusted, as the input of the operation.
pub(super) fn trusting(provider: &Provider, hosts: &[&str]) -> Object {
    Object::new()
        .text("issuer", ISSUER)
        .hex("certificate", provider.root.as_der())
        .list("hosts", hosts.iter().map(|&host| host.to_owned()))
}

/// Everything that every message of the room is judged with.
pub(super) fn common(provider: &Provider) -> Object {
    let leaf = cast::key(Algorithm::Ed25519, "holder");
    Object::new()
        .list("trust", [trusting(provider, &[HOST])])
        .text("room", ROOM)
        .hex("group_id", &GROUP)
        .int("suite", 1)
        .hex("policy", &sure(policy(provider).encode()))
        .list("members", [member(provider, 3, &leaf, USER, CLIENT)])
        .int("epoch", i128::from(EPOCH))
        .hex("nonce_root", &ROOT)
        .int("entered_at", NOW - 100)
}

/// A message of the member, received two seconds after it was made.
pub(super) fn arrived(received_at: i64) -> Object {
    Object::new().int("sender", 3).int("epoch", i128::from(EPOCH)).int("received_at", received_at)
}

/// Where she makes her reveals.
pub(super) fn context(leaf: &PublicKey) -> RoomContext {
    RoomContext {
        room_uri: uri(ROOM),
        subject_uri: uri(USER),
        group_id: GROUP.to_vec(),
        epoch: EPOCH,
        nonce: sure(disclosure_nonce(HashAlgorithm::Sha256, &ROOT, leaf.octets())).to_vec(),
        hash: sure(Suite::from_number(1)).hash(),
    }
}

/// What her identity tokens say.
fn claims(exp: i64) -> Map<'static> {
    let text = |text: &'static str| Value::Text(Cow::Borrowed(text));
    let entries = vec![
        (Key::from("iss"), text(ISSUER)),
        (Key::from("sub"), text(ALICE)),
        (Key::from("iat"), Value::Int((NOW - 1000).into())),
        (Key::from("exp"), Value::Int(exp.into())),
        (Key::from("name"), text("Alice Adams")),
        (Key::from("email"), text("alice@a.example")),
    ];
    sure(Map::from_entries(entries))
}

fn paths(paths: &[&str]) -> Vec<mimicred_claims::ClaimPath> {
    paths.iter().map(|path| sure(path.parse())).collect()
}

/// A reveal of a format, made at `now` by the one whose key this is, in this context.
pub(super) struct Reveal<'r> {
    pub(super) provider: &'r Provider,
    pub(super) format: DisclosureFormat,
    /// What is disclosed, by JWT names; a certificate shows everything.
    pub(super) disclose: &'r [&'r str],
    /// When the issuer's token expires.
    pub(super) exp: i64,
    pub(super) now: i64,
    /// The key in the issuer's token.
    pub(super) holder: &'r FixedKey,
}

impl<'r> Reveal<'r> {
    pub(super) fn new(provider: &'r Provider, format: DisclosureFormat, holder: &'r FixedKey) -> Self {
        Self { provider, format, disclose: &["name"], exp: NOW + 30 * DAY, now: NOW, holder }
    }

    /// The bundle.
    pub(super) fn bundle(&self, context: RoomContext) -> DisclosureBundle {
        let mut prepared = PreparedBundle::new(context);
        let clock = Clock { now: self.now.min(self.exp - 1), leeway: 0 };
        let holder = self.holder.public();
        match self.format {
            DisclosureFormat::SdJwtKb => {
                let token = self.issued_sd_jwt();
                let issuers =
                    [mimicred_sd_jwt::TrustedIssuer { issuer: ISSUER.to_owned(), key: self.provider.key.public().clone() }];
                let expected = mimicred_sd_jwt::AcceptExpectations { issuers: &issuers, confirmation_key: holder, clock };
                let held = sure(mimicred_sd_jwt::Held::accept(&token, &expected));
                sure(prepared.add(Holding::SdJwt(&held), &Selection::Paths(paths(self.disclose)), clock.now));
            }
            DisclosureFormat::SdKbt => {
                let by_key = |name: &&str| cwt::key_for_name(name).map_or_else(|| (*name).to_owned(), |key| key.to_string());
                let keys = |names: &[&str]| names.iter().map(|name| sure(by_key(name).parse())).collect::<Vec<_>>();
                let plan = RedactionPlan::new(Redaction::Paths(keys(&["name", "email"])));
                let issuer = mimicred_sd_cwt::Issuer::new(self.provider.key.public());
                let confirmation = mimicred_sd_cwt::Confirmation::Key(holder);
                let issuance = Issuance::new(sure(cwt::from_names(claims(self.exp))), confirmation, &plan);
                let token = sure(issuer.prepare_issuance(issuance, &mut random("sd-cwt")));
                let signature = signed(&self.provider.key, token.to_be_signed());
                let token = sure(token.finish(&signature));
                let issuers =
                    [mimicred_sd_cwt::TrustedIssuer { issuer: ISSUER.to_owned(), key: self.provider.key.public().clone() }];
                let expected = mimicred_sd_cwt::AcceptExpectations { issuers: &issuers, confirmation_key: holder, clock };
                let held = sure(mimicred_sd_cwt::Held::accept(token.as_bytes(), &expected));
                sure(prepared.add(Holding::SdCwt(&held), &Selection::Paths(keys(self.disclose)), clock.now));
            }
            _ => {
                let chain = [self.provider.identity(holder, sure(Validity::new(NOW - 10 * DAY, self.exp)))];
                sure(prepared.add(Holding::X509 { chain: &chain, key: holder }, &Selection::All, clock.now));
            }
        }
        let signatures: Vec<Vec<u8>> = prepared.to_be_signed().map(|tbs| signed(self.holder, tbs)).collect();
        sure(prepared.finish(&signatures))
    }

    /// The SD-JWT as the Issuer made it.
    pub(super) fn issued_sd_jwt(&self) -> String {
        let plan = RedactionPlan::new(Redaction::Paths(paths(&["name", "email"])));
        let issuer = mimicred_sd_jwt::Issuer::new(self.provider.key.public());
        let token = sure(issuer.prepare(claims(self.exp), Some(self.holder.public()), &plan, &mut random("sd-jwt")));
        let signature = signed(&self.provider.key, token.to_be_signed());
        sure(token.finish(&signature)).into_string()
    }

    /// The only item of the bundle.
    pub(super) fn item(&self, context: RoomContext) -> BundleItem {
        self.bundle(context).items.into_iter().next().unwrap_or_else(|| unreachable!("one item"))
    }

    /// The token by itself: text for an SD-JWT, octets for an SD-KBT.
    pub(super) fn token(&self, context: RoomContext) -> (Option<String>, Vec<u8>) {
        match sure(self.item(context).open()) {
            Item::SdJwtKb(token) => (Some(token.as_str().to_owned()), token.as_str().as_bytes().to_vec()),
            Item::SdKbt(octets) => (None, octets),
            Item::MlsCredential(presentation) => (None, presentation.credential_octets().to_vec()),
            _ => (None, Vec::new()),
        }
    }
}

/// The name of a format as the policy spells it.
pub(super) fn name(format: DisclosureFormat) -> &'static str {
    match format {
        DisclosureFormat::SdJwtKb => "sd-jwt-kb",
        DisclosureFormat::SdKbt => "sd-kbt",
        _ => "mls-credential",
    }
}
