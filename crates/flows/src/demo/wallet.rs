//! What a member holds for one leaf key, and how she reveals from it.

use std::sync::Arc;

use mimicred_claims::{ClaimPath, Clock, Map, Selection};
use mimicred_keys::{Algorithm, LeafKey, PublicKey, Random, SecretKey};
use mimicred_mls::{BundleItem, Credential, CredentialPresentation, DisclosureBundle, PresentationContext, SdJwt, SdJwtForm};
use mimicred_uri::MimiUri;
use mimicred_x509::Certificate;

use super::{Format, choose, forge};
use crate::{Error, Issued, Provider, Pseudonym};

/// A leaf key with its pseudonym and the identity credentials issued for it.
pub(super) struct Wallet {
    pub(super) key: Arc<LeafKey>,
    pub(super) pseudonym: Pseudonym,
    pub(super) tokens: Tokens,
}

/// Identity credentials for one key by one issuer.
pub(super) struct Tokens {
    issuer: String,
    issuer_key: PublicKey,
    issued: Issued,
    pub(super) sd_jwt: String,
    pub(super) sd_cwt: Vec<u8>,
    /// The end entity's certificate, and the CA's.
    pub(super) chain: [Certificate; 2],
}

/// The moment of a reveal: what the sender's own epoch snapshot says.
#[derive(Clone)]
pub(super) struct Moment {
    pub(super) room_uri: MimiUri,
    pub(super) group_id: Vec<u8>,
    pub(super) epoch: u64,
    pub(super) nonce: [u8; 32],
    pub(super) now: i64,
}

impl Wallet {
    /// A fresh leaf key, a pseudonym for it, and identity credentials for the claims; the certificate holds only the claims at
    /// `certified`, because nothing can be left out of it later.
    pub(super) fn issue(
        provider: &Provider,
        algorithm: Algorithm,
        claims: &Map<'_>,
        certified: &[ClaimPath],
        now: i64,
        random: &mut dyn Random,
    ) -> Result<Self, Error> {
        let step = "a leaf key is made";
        let secret = SecretKey::generate(algorithm, random).map_err(|e| Error::step(step, e))?;
        let key = Arc::new(LeafKey::new(secret).map_err(|e| Error::step(step, e))?);
        let issued = Issued::at(now);
        let pseudonym = provider.pseudonym(key.public(), issued, random)?;
        let tokens = Tokens::issue(provider, key.public(), &pseudonym, claims, certified, issued, random)?;
        Ok(Self { key, pseudonym, tokens })
    }

    /// Her leaf credential: the pseudonym certificate alone, which discloses nothing.
    pub(super) fn leaf_credential(&self) -> Credential {
        Credential::X509(vec![self.pseudonym.certificate.as_der().to_vec()])
    }
}

impl Tokens {
    pub(super) fn issue(
        provider: &Provider,
        key: &PublicKey,
        pseudonym: &Pseudonym,
        claims: &Map<'_>,
        certified: &[ClaimPath],
        issued: Issued,
        random: &mut dyn Random,
    ) -> Result<Self, Error> {
        let certificate = provider.identity_certificate(key, pseudonym, &choose::only(claims, certified), issued, random)?;
        Ok(Self {
            issuer: provider.issuer().to_owned(),
            issuer_key: provider.token_key().clone(),
            issued,
            sd_jwt: provider.sd_jwt(key, pseudonym, claims, issued, random)?.as_str().to_owned(),
            sd_cwt: provider.sd_cwt(key, pseudonym, claims, issued, random)?.as_bytes().to_vec(),
            chain: [certificate, provider.ca_certificate().clone()],
        })
    }

    /// A presentation of these tokens with the key's proof of possession. The paths are ignored for X.509, which shows all it has.
    ///
    /// The holder accepts the token as of its own day of issue: an honest client would refuse to hold an expired one, an attacker
    /// does not.
    pub(super) fn present(
        &self,
        format: Format,
        key: &LeafKey,
        paths: &[ClaimPath],
        moment: &Moment,
    ) -> Result<BundleItem, Error> {
        let step = "a presentation is made";
        let selection = Selection::Paths(paths.to_vec());
        let clock = Clock { now: self.issued.at, leeway: 0 };
        match format {
            Format::SdJwtKb => self.present_sd_jwt(key, &selection, clock, moment).map_err(|e| Error::step(step, e)),
            Format::SdKbt => self.present_sd_cwt(key, &selection, clock, moment).map_err(|e| Error::step(step, e)),
            Format::MlsCredential => self.present_certificate(key, moment).map_err(|e| Error::step(step, e)),
        }
    }

    fn present_sd_jwt(
        &self,
        key: &LeafKey,
        selection: &Selection,
        clock: Clock,
        moment: &Moment,
    ) -> Result<BundleItem, Box<dyn std::error::Error + Send + Sync>> {
        use mimicred_sd_jwt::{AcceptExpectations, Binding, Held, TrustedIssuer};
        let issuers = [TrustedIssuer { issuer: self.issuer.clone(), key: self.issuer_key.clone() }];
        let expected = AcceptExpectations { issuers: &issuers, confirmation_key: key.public(), clock };
        let held = Held::accept(&self.sd_jwt, &expected)?;
        let nonce = mimicred_jose::base64url::encode(&moment.nonce);
        let binding = Binding { audience: moment.room_uri.as_str(), nonce: &nonce, issued_at: moment.now };
        let presentation = held.prepare(selection, &binding)?.sign(key)?;
        Ok(BundleItem::sd_jwt_kb(&SdJwt::new(presentation.as_str(), SdJwtForm::Compacted)?)?)
    }

    fn present_sd_cwt(
        &self,
        key: &LeafKey,
        selection: &Selection,
        clock: Clock,
        moment: &Moment,
    ) -> Result<BundleItem, Box<dyn std::error::Error + Send + Sync>> {
        use mimicred_sd_cwt::{AcceptExpectations, Binding, Held, TrustedIssuer};
        let issuers = [TrustedIssuer { issuer: self.issuer.clone(), key: self.issuer_key.clone() }];
        let expected = AcceptExpectations { issuers: &issuers, confirmation_key: key.public(), clock };
        let held = Held::accept(&self.sd_cwt, &expected)?;
        // Our Holder refuses to bind a token that has expired by then (CWT-T-012).
        let is_over = moment.now >= self.issued.until;
        let issued_at = if is_over { self.issued.at } else { moment.now };
        let binding = Binding { audience: moment.room_uri.as_str(), nonce: Some(&moment.nonce), issued_at };
        let kbt = held.prepare(selection, &binding)?.sign(key)?;
        Ok(BundleItem::sd_kbt(if is_over { forge::rebind(kbt.as_bytes(), key, moment)? } else { kbt.as_bytes().to_vec() }))
    }

    fn present_certificate(
        &self,
        key: &LeafKey,
        moment: &Moment,
    ) -> Result<BundleItem, Box<dyn std::error::Error + Send + Sync>> {
        let credential = Credential::X509(self.chain.iter().map(|certificate| certificate.as_der().to_vec()).collect());
        let context = PresentationContext {
            room_uri: &moment.room_uri,
            group_id: &moment.group_id,
            epoch: moment.epoch,
            hash: mimicred_keys::HashAlgorithm::Sha256,
        };
        let issued_at = u64::try_from(moment.now)?;
        let prepared = CredentialPresentation::prepare(credential, &context, issued_at, &moment.nonce, key.public())?;
        Ok(BundleItem::presentation(&prepared.sign(key)?)?)
    }
}

impl Tokens {
    /// How many disclosures came with the SD-CWT.
    pub(super) fn disclosures_of_sd_cwt(&self) -> usize {
        let token = mimicred_sd_cwt::UnverifiedSdCwt::parse(&self.sd_cwt);
        token.and_then(|token| token.inspect()).map_or(0, |inspection| inspection.disclosures.len())
    }
}

/// A bundle of one item.
pub(super) fn bundle(room_uri: &MimiUri, subject_uri: &MimiUri, item: BundleItem) -> DisclosureBundle {
    DisclosureBundle { room_uri: room_uri.clone(), subject_uri: subject_uri.clone(), items: vec![item] }
}
