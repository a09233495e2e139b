//! What a member holds for one leaf key, and how she reveals from it.

use std::sync::Arc;

use mimicred_claims::{ClaimPath, Clock, Map, Selection};
use mimicred_keys::{LeafKey, PublicKey, Random, SecretKey};
use mimicred_mls::{BundleItem, Credential};
use mimicred_room::{Holding, PreparedBundle, RoomContext};
use mimicred_x509::Certificate;

use super::world::World;
use super::{Format, choose, forge};
use crate::{Error, Issued, Provider, Pseudonym};

type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// A leaf key with its pseudonym.
pub(crate) struct Leaf {
    pub(crate) key: Arc<LeafKey>,
    pub(crate) pseudonym: Pseudonym,
}

/// A leaf with the identity credentials issued for its key.
pub(super) struct Wallet {
    pub(super) leaf: Leaf,
    pub(super) tokens: Tokens,
}

/// Identity credentials for one key by one issuer.
pub(crate) struct Tokens {
    issuer: String,
    issuer_key: PublicKey,
    issued: Issued,
    pub(crate) sd_jwt: String,
    pub(crate) sd_cwt: Vec<u8>,
    /// The end entity's certificate, and the CA's.
    pub(crate) chain: [Certificate; 2],
}

impl Leaf {
    /// A fresh key, and a pseudonym for it by this provider.
    pub(super) fn make(provider: &Provider, world: &World, random: &mut dyn Random) -> Result<Self, Error> {
        let step = "a leaf key is made";
        let secret = SecretKey::generate(world.algorithm, random).map_err(|e| Error::step(step, e))?;
        let key = Arc::new(LeafKey::new(secret).map_err(|e| Error::step(step, e))?);
        let pseudonym = provider.pseudonym(key.public(), Issued::at(world.now), random)?;
        Ok(Self { key, pseudonym })
    }

    /// The leaf credential: the pseudonym certificate alone, which discloses nothing.
    pub(super) fn credential(&self) -> Credential {
        Credential::X509(vec![self.pseudonym.certificate.as_der().to_vec()])
    }
}

impl Wallet {
    /// A fresh leaf key of Alice, a pseudonym for it, and identity credentials for the claims, all by her provider; the
    /// certificate holds only the claims at `certified`, because nothing can be left out of it later.
    pub(super) fn issue(
        world: &World,
        claims: &Map<'_>,
        certified: &[ClaimPath],
        random: &mut dyn Random,
    ) -> Result<Self, Error> {
        let leaf = Leaf::make(&world.home, world, random)?;
        let tokens = Tokens::issue(&world.home, &leaf, claims, certified, Issued::at(world.now), random)?;
        Ok(Self { leaf, tokens })
    }
}

impl Tokens {
    pub(crate) fn issue(
        provider: &Provider,
        leaf: &Leaf,
        claims: &Map<'_>,
        certified: &[ClaimPath],
        issued: Issued,
        random: &mut dyn Random,
    ) -> Result<Self, Error> {
        let (key, pseudonym) = (leaf.key.public(), &leaf.pseudonym);
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

    /// A presentation of one of these credentials with the key's proof of possession. The paths are ignored for X.509, which
    /// shows all it has.
    ///
    /// The holder looks at the token as of its own day of issue: an honest client would refuse one that has expired, an attacker
    /// does not.
    pub(super) fn present(
        &self,
        format: Format,
        key: &LeafKey,
        paths: &[ClaimPath],
        (context, now): &(RoomContext, i64),
    ) -> Result<BundleItem, Error> {
        let made = || -> Result<BundleItem, AnyError> {
            let selection = Selection::Paths(paths.to_vec());
            let clock = Clock { now: self.issued.at, leeway: 0 };
            let issuer = || (self.issuer.clone(), self.issuer_key.clone());
            match format {
                Format::SdJwtKb => {
                    use mimicred_sd_jwt::{AcceptExpectations, Held, TrustedIssuer};
                    let (issuer, issuer_key) = issuer();
                    let issuers = [TrustedIssuer { issuer, key: issuer_key }];
                    let expected = AcceptExpectations { issuers: &issuers, confirmation_key: key.public(), clock };
                    let held = Held::accept(&self.sd_jwt, &expected)?;
                    sign(Holding::SdJwt(&held), &selection, context, key, *now)
                }
                Format::SdKbt => {
                    let held = self.held_sd_cwt(key)?;
                    if *now < self.issued.until {
                        return sign(Holding::SdCwt(&held), &selection, context, key, *now);
                    }
                    // Our Holder does not bind a token that has expired by then (CWT-T-012).
                    let honest = sign(Holding::SdCwt(&held), &selection, context, key, self.issued.at)?;
                    Ok(BundleItem::sd_kbt(forge::rebind(&honest.data, key, context, *now)?))
                }
                Format::MlsCredential => {
                    let chain: Vec<Vec<u8>> = self.chain.iter().map(|certificate| certificate.as_der().to_vec()).collect();
                    sign(Holding::X509 { chain: &chain, key: key.public() }, &selection, context, key, *now)
                }
            }
        };
        made().map_err(|e| Error::step("a presentation is made", e))
    }

    /// A bundle with a presentation of one of these credentials, that lacks only the key's signature.
    pub(crate) fn prepare(
        &self,
        format: Format,
        paths: &[ClaimPath],
        (context, now): (RoomContext, i64),
        key: &LeafKey,
    ) -> Result<PreparedBundle, Error> {
        let prepared = || -> Result<PreparedBundle, AnyError> {
            let selection = Selection::Paths(paths.to_vec());
            let clock = Clock { now: self.issued.at, leeway: 0 };
            let mut prepared = PreparedBundle::new(context);
            match format {
                Format::SdJwtKb => {
                    use mimicred_sd_jwt::{AcceptExpectations, Held, TrustedIssuer};
                    let issuers = [TrustedIssuer { issuer: self.issuer.clone(), key: self.issuer_key.clone() }];
                    let expected = AcceptExpectations { issuers: &issuers, confirmation_key: key.public(), clock };
                    prepared.add(Holding::SdJwt(&Held::accept(&self.sd_jwt, &expected)?), &selection, now)?;
                }
                Format::SdKbt => {
                    let held = self.held_sd_cwt(key)?;
                    prepared.add(Holding::SdCwt(&held), &selection, now)?;
                }
                Format::MlsCredential => {
                    let chain: Vec<Vec<u8>> = self.chain.iter().map(|certificate| certificate.as_der().to_vec()).collect();
                    prepared.add(Holding::X509 { chain: &chain, key: key.public() }, &selection, now)?;
                }
            }
            Ok(prepared)
        };
        prepared().map_err(|e| Error::step("a presentation is made", e))
    }

    /// An SD-KBT that discloses claims, for a leaf: what no leaf should hold (mimi-mls T-3).
    pub(crate) fn open_leaf(&self, key: &LeafKey, paths: &[ClaimPath], host: &str, now: i64) -> Result<Vec<u8>, Error> {
        let made = || -> Result<Vec<u8>, AnyError> {
            let binding = mimicred_sd_cwt::Binding { audience: &format!("mimi://{host}"), nonce: None, issued_at: now };
            let held = self.held_sd_cwt(key)?;
            Ok(held.prepare(&Selection::Paths(paths.to_vec()), &binding)?.sign(key)?.as_bytes().to_vec())
        };
        made().map_err(|e| Error::step("a leaf credential is made", e))
    }

    fn held_sd_cwt(&self, key: &LeafKey) -> Result<mimicred_sd_cwt::Held, mimicred_sd_cwt::Error> {
        use mimicred_sd_cwt::{AcceptExpectations, Held, TrustedIssuer};
        let issuers = [TrustedIssuer { issuer: self.issuer.clone(), key: self.issuer_key.clone() }];
        let clock = Clock { now: self.issued.at, leeway: 0 };
        Held::accept(&self.sd_cwt, &AcceptExpectations { issuers: &issuers, confirmation_key: key.public(), clock })
    }

    /// How many disclosures came with the SD-CWT.
    pub(super) fn disclosures_of_sd_cwt(&self) -> usize {
        let token = mimicred_sd_cwt::UnverifiedSdCwt::parse(&self.sd_cwt);
        token.and_then(|token| token.inspect()).map_or(0, |inspection| inspection.disclosures.len())
    }
}

fn sign(
    holding: Holding<'_>,
    selection: &Selection,
    context: &RoomContext,
    key: &LeafKey,
    now: i64,
) -> Result<BundleItem, AnyError> {
    let mut prepared = PreparedBundle::new(context.clone());
    prepared.add(holding, selection, now)?;
    prepared.sign(key)?.items.pop().ok_or_else(|| "no item".into())
}
