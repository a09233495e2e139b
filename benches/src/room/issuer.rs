//! The provider: a root, an issuing CA below it, and tokens, all by keys of one algorithm.

use mimicred_claims::{Clock, Key, Map, Redaction, RedactionPlan, Selection, Value};
use mimicred_cose::cwt;
use mimicred_keys::{Algorithm, IssuerKey, LeafKey, PublicKey, Random, SecretKey, SystemRandom};
use mimicred_mls::{Credential, SdJwt, SdJwtForm};
use mimicred_uri::{Host, MimiUri, mint_client, mint_pseudonym};
use mimicred_x509::{
    Ca, CaProfile, Certificate, PseudonymProfile, Validity, prepare_issuing_ca, prepare_pseudonym, prepare_root,
};

use super::HOST;
use crate::cast::ISSUER;
use crate::claims::Entries;

const DAY: i64 = 86_400;
/// The audience of tokens that are bound before anybody knows the room.
const PROVIDER: &str = "mimi://a.example";
const PSEUDONYM: &str = "urn:mimi:pseudonym";

/// What stands in a leaf.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum CredentialFormat {
    /// The pseudonym's certificate and that of the issuing CA.
    X509,
    /// An SD-CWT in its KBT, disclosing nothing of three claims.
    SdCwt,
    /// An SD-JWT with its KB-JWT, disclosing nothing of three claims, compacted.
    SdJwt,
}

/// A provider.
pub struct Issuer {
    /// Of tokens, and of the issuing CA.
    pub key: IssuerKey,
    pub root: Certificate,
    ca: Ca,
    now: i64,
}

/// A fresh pseudonym and its client.
pub fn names() -> (MimiUri, MimiUri) {
    let host = Host::parse(HOST).unwrap();
    let mut random = [[0; 16]; 2];
    random.iter_mut().for_each(|random| SystemRandom.fill(random).unwrap());
    (mint_pseudonym(&host, random[0]), mint_client(&host, random[1]))
}

impl Issuer {
    pub fn new(algorithm: Algorithm, now: i64) -> Self {
        let fresh = || IssuerKey::new(SecretKey::generate(algorithm, &mut SystemRandom).unwrap());
        let (root_key, key) = (fresh(), fresh());
        let profile = CaProfile::new("A Root", Validity::days(now, 3650).unwrap());
        let root = prepare_root(&profile, root_key.public(), &mut SystemRandom).unwrap().sign(&root_key).unwrap();
        let profile = CaProfile::new("A Issuing CA", Validity::days(now, 365).unwrap());
        let above = Ca::from_certificate(&root).unwrap();
        let ca = prepare_issuing_ca(&above, &profile, key.public(), &mut SystemRandom).unwrap().sign(&root_key).unwrap();
        Self { key, root, ca: Ca::from_certificate(&ca).unwrap(), now }
    }

    /// The credential for a leaf.
    pub fn credential(&self, format: CredentialFormat, key: &LeafKey, user: &MimiUri, client: &MimiUri) -> Credential {
        match format {
            CredentialFormat::X509 => self.certificate(key.public(), user, client),
            CredentialFormat::SdCwt => self.sd_cwt(key, user, client),
            CredentialFormat::SdJwt => self.sd_jwt(key, user, client),
        }
    }

    fn certificate(&self, key: &PublicKey, user: &MimiUri, client: &MimiUri) -> Credential {
        let profile = PseudonymProfile::new(key, user, client, Validity::days(self.now, 30).unwrap());
        let leaf = prepare_pseudonym(&self.ca, &profile, &mut SystemRandom).unwrap().sign(&self.key).unwrap();
        Credential::X509(vec![leaf.as_der().to_vec(), self.ca.certificate().as_der().to_vec()])
    }

    /// The claims by the names of JWT: what is always visible, and an identity that the leaf does not disclose.
    fn claims(&self, user: &MimiUri, client: &MimiUri) -> Map<'static> {
        let text = |uri: &MimiUri| Value::from(uri.as_str().to_owned());
        let date = |at: i64| Value::from(i128::from(at - at.rem_euclid(DAY)));
        let entries: Entries<'static> = vec![
            (Key::from("iss"), Value::from(ISSUER)),
            (Key::from("sub"), text(client)),
            (Key::from("mimi_user"), text(user)),
            (Key::from("vct"), Value::from(PSEUDONYM)),
            (Key::from("iat"), date(self.now)),
            (Key::from("exp"), date(self.now + 30 * DAY)),
            (Key::from("name"), Value::from("Alice Adams")),
            (Key::from("email"), Value::from("alice@a.example")),
            (Key::from("birthdate"), Value::from("1990-05-17")),
        ];
        Map::from_entries(entries).unwrap()
    }

    fn clock(&self) -> Clock {
        Clock { now: self.now, leeway: 0 }
    }

    fn sd_cwt(&self, key: &LeafKey, user: &MimiUri, client: &MimiUri) -> Credential {
        use mimicred_sd_cwt::{AcceptExpectations, Binding, Issuer, TrustedIssuer, UnverifiedSdCwt};
        let redacted = ["name", "email", "birthdate"].map(|name| match cwt::key_for_name(name) {
            Some(key) => key.to_string().parse().unwrap(),
            None => name.parse().unwrap(),
        });
        let plan = RedactionPlan::new(Redaction::Paths(redacted.to_vec()));
        let claims = cwt::from_names(self.claims(user, client)).unwrap();
        let token = Issuer::new(self.key.public()).prepare(claims, key.public(), &plan, &mut SystemRandom).unwrap();
        let token = token.sign(&self.key).unwrap();
        let issuers = [TrustedIssuer { issuer: ISSUER.to_owned(), key: self.key.public().clone() }];
        let expected = AcceptExpectations { issuers: &issuers, confirmation_key: key.public(), clock: self.clock() };
        let held = UnverifiedSdCwt::parse(token.as_bytes()).unwrap().accept(&expected).unwrap();
        let binding = Binding { audience: PROVIDER, nonce: None, issued_at: self.now };
        Credential::SdCwt(held.prepare(&Selection::None, &binding).unwrap().sign(key).unwrap().into_bytes())
    }

    fn sd_jwt(&self, key: &LeafKey, user: &MimiUri, client: &MimiUri) -> Credential {
        use mimicred_sd_jwt::{AcceptExpectations, Binding, Held, Issuer, TrustedIssuer};
        let redacted = ["name", "email", "birthdate"].map(|name| name.parse().unwrap());
        let plan = RedactionPlan::new(Redaction::Paths(redacted.to_vec()));
        let claims = self.claims(user, client);
        let token = Issuer::new(self.key.public()).prepare(claims, Some(key.public()), &plan, &mut SystemRandom).unwrap();
        let token = token.sign(&self.key).unwrap();
        let issuers = [TrustedIssuer { issuer: ISSUER.to_owned(), key: self.key.public().clone() }];
        let expected = AcceptExpectations { issuers: &issuers, confirmation_key: key.public(), clock: self.clock() };
        let held = Held::accept(token.as_str(), &expected).unwrap();
        let binding = Binding { audience: PROVIDER, nonce: "leaf", issued_at: self.now };
        let presentation = held.prepare(&Selection::None, &binding).unwrap().sign(key).unwrap();
        Credential::SdJwt(SdJwt::new(presentation.as_str(), SdJwtForm::Compacted).unwrap())
    }
}
