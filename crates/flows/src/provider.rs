//! A provider as the scenarios model it: one CA and one Assertion Key, and what it issues for a LeafNode key.
//!
//! The layout is the preferred one of mimi-mls 3.5.3: tokens show only issuer, times, confirmation key and pseudonym; every claim
//! about the person is redacted, each member of it on its own. The identity certificate has the same key and the same issuer as the
//! pseudonym certificate.

use mimicred_claims::{Key, Map, Redaction, RedactionPlan, Value, is_about_token};
use mimicred_cose::cwt;
use mimicred_keys::{Algorithm, IssuerKey, PublicKey, Random, SecretKey};
use mimicred_sd_cwt::SdCwt;
use mimicred_sd_jwt::SdJwt;
use mimicred_uri::{Host, MimiUri, mint_client, mint_pseudonym};
use mimicred_x509::{
    Ca, CaProfile, Certificate, IdentityProfile, PseudonymProfile, Validity, prepare_identity, prepare_pseudonym, prepare_root,
};

use crate::{Code, Error};

/// Days for which a credential is valid.
const CREDENTIAL_DAYS: u32 = 30;
/// Days for which a CA is valid.
const CA_DAYS: u32 = 3650;
/// Seconds since a CA was made.
const CA_AGE: i64 = 400 * 86_400;
/// Every map of a token with redactions has at least this many digests, so that their number says little.
const MIN_DIGESTS: usize = 12;

/// A provider: a host, a CA and an issuer of tokens.
pub struct Provider {
    host: Host,
    issuer: String,
    ca_key: IssuerKey,
    ca: Ca,
    token_key: IssuerKey,
    counted: u128,
}

/// What a serial number is drawn from that is none.
struct Counting<'r> {
    count: u128,
    next: &'r mut dyn Random,
}

impl Random for Counting<'_> {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), mimicred_keys::Error> {
        match <&mut [u8; 16]>::try_from(&mut *out) {
            Ok(serial) => *serial = self.count.to_be_bytes(),
            Err(_) => self.next.fill(out)?,
        }
        Ok(())
    }
}

/// A pseudonym: two URIs, and a certificate for one key that has nothing else in it.
#[derive(Clone, Debug)]
pub struct Pseudonym {
    /// The user-level URI, `/p/`.
    pub user: MimiUri,
    /// The client's URI, `/d/`.
    pub client: MimiUri,
    /// The certificate.
    pub certificate: Certificate,
}

/// When a credential is valid, in seconds since 1970.
#[derive(Clone, Copy, Debug)]
pub struct Issued {
    /// `iat`.
    pub at: i64,
    /// `exp`.
    pub until: i64,
}

impl Issued {
    /// From the beginning of a day on, as for everybody of that day (mimi-mls B-2).
    pub fn on(now: i64) -> Self {
        Self::at(now - now.rem_euclid(86_400))
    }

    /// For the usual number of days from now.
    pub fn at(now: i64) -> Self {
        Self { at: now, until: now + i64::from(CREDENTIAL_DAYS) * 86_400 }
    }
}

impl Provider {
    /// A provider for this host with fresh keys; tokens are issued as `https://id.HOST`.
    ///
    /// # Errors
    /// [`Code::StepFailed`].
    pub fn new(host: &str, algorithm: Algorithm, now: i64, random: &mut dyn Random) -> Result<Self, Error> {
        let step = "a provider is set up";
        let host = Host::parse(host).map_err(|e| Error::step(step, e))?;
        let key = |random: &mut dyn Random| SecretKey::generate(algorithm, random).map(IssuerKey::new);
        let ca_key = key(random).map_err(|e| Error::step(step, e))?;
        let token_key = key(random).map_err(|e| Error::step(step, e))?;
        let certify = |random: &mut dyn Random| {
            let profile = CaProfile::new(format!("{host} MIMI CA"), Validity::days(now - CA_AGE, CA_DAYS)?);
            Ca::from_certificate(&prepare_root(&profile, ca_key.public(), random)?.sign(&ca_key)?)
        };
        let ca = certify(random).map_err(|e| Error::step(step, e))?;
        Ok(Self { issuer: format!("https://id.{host}"), host, ca_key, ca, token_key, counted: 0 })
    }

    /// A provider that has these keys already, and a certificate of its CA.
    pub(crate) fn with_keys(host: &str, ca: &Certificate, ca_key: IssuerKey, token_key: IssuerKey) -> Result<Self, Error> {
        let step = "a provider is set up";
        let host = Host::parse(host).map_err(|e| Error::step(step, e))?;
        let ca = Ca::from_certificate(ca).map_err(|e| Error::step(step, e))?;
        Ok(Self { issuer: format!("https://id.{host}"), host, ca_key, ca, token_key, counted: 0 })
    }

    /// The host that this provider speaks for.
    pub fn host(&self) -> &str {
        self.host.as_str()
    }

    /// `iss` of its tokens.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The Assertion Key of its tokens.
    pub fn token_key(&self) -> &PublicKey {
        self.token_key.public()
    }

    /// The certificate of its CA.
    pub fn ca_certificate(&self) -> &Certificate {
        self.ca.certificate()
    }

    /// A pseudonym certificate for a key, with random URIs.
    ///
    /// # Errors
    /// [`Code::StepFailed`].
    pub fn pseudonym(&self, key: &PublicKey, issued: Issued, random: &mut dyn Random) -> Result<Pseudonym, Error> {
        let (user, client) = self.mint(random)?;
        let certificate = self.pseudonym_for(key, &user, &client, issued, random)?;
        Ok(Pseudonym { user, client, certificate })
    }

    /// The URIs of a pseudonym and of one client of it, at random.
    ///
    /// # Errors
    /// [`Code::StepFailed`].
    pub fn mint(&self, random: &mut dyn Random) -> Result<(MimiUri, MimiUri), Error> {
        let mut ids = [[0; 16]; 2];
        for id in &mut ids {
            random.fill(id).map_err(|e| Error::step("a pseudonym is minted", e))?;
        }
        let [user, client] = ids;
        Ok((mint_pseudonym(&self.host, user), mint_client(&self.host, client)))
    }

    /// A pseudonym certificate for a key with these URIs: a further client of a pseudonym.
    ///
    /// # Errors
    /// [`Code::StepFailed`].
    pub fn pseudonym_for(
        &self,
        key: &PublicKey,
        user: &MimiUri,
        client: &MimiUri,
        issued: Issued,
        random: &mut dyn Random,
    ) -> Result<Certificate, Error> {
        let certify = |random: &mut dyn Random| {
            let profile = PseudonymProfile::new(key, user, client, Validity::new(issued.at, issued.until)?);
            prepare_pseudonym(&self.ca, &profile, random)?.sign(&self.ca_key)
        };
        certify(random).map_err(|e| Error::step("a pseudonym is issued", e))
    }

    /// A certificate for the leaf of somebody under this name, with no more in it than URIs and, if it is said, what people call her.
    ///
    /// # Errors
    /// [`Code::StepFailed`].
    pub fn leaf_certificate(
        &self,
        key: &PublicKey,
        user: &MimiUri,
        client: &MimiUri,
        display_name: Option<&str>,
        issued: Issued,
        random: &mut dyn Random,
    ) -> Result<Certificate, Error> {
        let certify = |random: &mut dyn Random| {
            let mut profile =
                IdentityProfile::new(key, Validity::new(issued.at, issued.until)?).with_user(user).with_client(client);
            if let Some(name) = display_name {
                profile = profile.with_display_name(name);
            }
            prepare_identity(&self.ca, &profile, random)?.sign(&self.ca_key)
        };
        certify(random).map_err(|e| Error::step("a leaf certificate is issued", e))
    }

    /// A pseudonym certificate as a careless provider makes it: with the next serial number (mimi-mls B-1).
    ///
    /// # Errors
    /// [`Code::StepFailed`].
    pub(crate) fn counted_certificate(
        &mut self,
        key: &PublicKey,
        user: &MimiUri,
        client: &MimiUri,
        issued: Issued,
        random: &mut dyn Random,
    ) -> Result<Certificate, Error> {
        self.counted = self.counted.saturating_add(1);
        let mut counting = Counting { count: self.counted, next: random };
        self.pseudonym_for(key, user, client, issued, &mut counting)
    }

    /// An identity certificate for the pseudonym's key and with its URIs. Of the claims it says `name`, `given_name`, `family_name` and
    /// `email`; others have no place in it.
    ///
    /// # Errors
    /// [`Code::ClaimsUnusable`] for claims that no certificate can hold.
    pub fn identity_certificate(
        &self,
        key: &PublicKey,
        pseudonym: &Pseudonym,
        claims: &Map<'_>,
        issued: Issued,
        random: &mut dyn Random,
    ) -> Result<Certificate, Error> {
        let certify = |random: &mut dyn Random| {
            let validity = Validity::new(issued.at, issued.until)?;
            let profile = identity_profile(key, claims, validity).with_user(&pseudonym.user).with_client(&pseudonym.client);
            prepare_identity(&self.ca, &profile, random)?.sign(&self.ca_key)
        };
        certify(random).map_err(|e: mimicred_x509::Error| Error::new(Code::ClaimsUnusable).note("x509").because(e))
    }

    /// An SD-JWT about the pseudonym's owner, all claims redacted.
    ///
    /// # Errors
    /// [`Code::ClaimsUnusable`].
    pub fn sd_jwt(
        &self,
        key: &PublicKey,
        pseudonym: &Pseudonym,
        claims: &Map<'_>,
        issued: Issued,
        random: &mut dyn Random,
    ) -> Result<SdJwt, Error> {
        let issue = |random: &mut dyn Random| {
            let claims = self.token_claims(pseudonym, claims, issued)?;
            let plan = plan(vec![Key::from("sub"), Key::from("iat"), Key::from("mimi_user")]);
            let issuer = mimicred_sd_jwt::Issuer::new(self.token_key());
            issuer.prepare(claims, Some(key), &plan, random)?.sign(&self.token_key)
        };
        issue(random).map_err(|e: mimicred_sd_jwt::Error| Error::new(Code::ClaimsUnusable).note("sd-jwt").because(e))
    }

    /// An SD-CWT about the pseudonym's owner, all claims redacted; claims with a CWT key use it.
    ///
    /// # Errors
    /// [`Code::ClaimsUnusable`].
    pub fn sd_cwt(
        &self,
        key: &PublicKey,
        pseudonym: &Pseudonym,
        claims: &Map<'_>,
        issued: Issued,
        random: &mut dyn Random,
    ) -> Result<SdCwt, Error> {
        let issue = |random: &mut dyn Random| {
            let claims = cwt::from_names(self.token_claims(pseudonym, claims, issued)?)?;
            let plan = plan(vec![Key::Int(cwt::SUB), Key::from("mimi_user")]);
            let issuer = mimicred_sd_cwt::Issuer::new(self.token_key());
            issuer.prepare(claims, key, &plan, random)?.sign(&self.token_key)
        };
        issue(random).map_err(|e: mimicred_sd_cwt::Error| Error::new(Code::ClaimsUnusable).note("sd-cwt").because(e))
    }

    /// The claims about the person, with what names token and pseudonym in front; the provider says those itself.
    fn token_claims<'a>(
        &'a self,
        pseudonym: &'a Pseudonym,
        claims: &Map<'a>,
        issued: Issued,
    ) -> Result<Map<'a>, mimicred_claims::Error> {
        let mut entries = vec![
            (Key::from("iss"), Value::from(self.issuer())),
            (Key::from("sub"), Value::from(pseudonym.client.as_str())),
            (Key::from("mimi_user"), Value::from(pseudonym.user.as_str())),
            (Key::from("iat"), Value::Int(issued.at.into())),
            (Key::from("exp"), Value::Int(issued.until.into())),
        ];
        let about_her = claims.iter().filter(|(key, _)| !matches!(key, Key::Text(name) if is_about_token(name)));
        entries.extend(about_her.map(|(key, value)| (key.clone(), value.clone())));
        Map::from_entries(entries)
    }
}

fn plan(visible: Vec<Key<'static>>) -> RedactionPlan {
    RedactionPlan::new(Redaction::All).with_visible(visible).with_min_digests(MIN_DIGESTS)
}

/// What an identity certificate can say of these claims: `name` as common name, `given_name`, `family_name`, `email` as rfc822Name.
/// Other claims have no place in a certificate and are left out.
fn identity_profile(key: &PublicKey, claims: &Map<'_>, validity: Validity) -> IdentityProfile {
    let text = |name: &str| claims.text(name).and_then(Value::as_text);
    let mut profile = IdentityProfile::new(key, validity);
    if let Some(name) = text("name") {
        profile = profile.with_display_name(name);
    }
    if let Some(name) = text("given_name") {
        profile = profile.with_given_name(name);
    }
    if let Some(name) = text("family_name") {
        profile = profile.with_family_name(name);
    }
    if let Some(email) = text("email") {
        profile = profile.with_email(email);
    }
    profile
}
