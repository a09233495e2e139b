//! Who is there before any room is: three providers, and what a client of these days knows of them.

use mimicred_keys::{Algorithm, Random};
use mimicred_mls::Suite;
use mimicred_room::policy::{IssuerAnchor, TrustedIssuer};
use mimicred_room::{TrustEntry, TrustStore};

use super::Format;
use crate::{Error, Provider};

/// The providers and the time.
pub(super) struct World {
    pub(super) now: i64,
    pub(super) algorithm: Algorithm,
    pub(super) suite: Suite,
    /// Alice's and Bob's.
    pub(super) home: Provider,
    /// Dora's.
    pub(super) elsewhere: Provider,
    /// Carol's.
    pub(super) third: Provider,
    /// What every member trusts.
    pub(super) trust: TrustStore,
}

impl World {
    pub(super) fn make(algorithm: Algorithm, suite: Suite, now: i64, random: &mut dyn Random) -> Result<Self, Error> {
        let home = Provider::new("a.example", algorithm, now, random)?;
        let elsewhere = Provider::new("b.example", algorithm, now, random)?;
        let third = Provider::new("c.example", algorithm, now, random)?;
        let trust = trust_in(&[&home, &elsewhere, &third])?;
        Ok(Self { now, algorithm, suite, home, elsewhere, third, trust })
    }

    /// The entries of a room's policy for all of them, each for its own host.
    pub(crate) fn entries(&self) -> Vec<TrustedIssuer> {
        [&self.home, &self.elsewhere, &self.third].into_iter().flat_map(|provider| entries(provider, provider.host())).collect()
    }
}

/// The room's entries for one provider: its token key for both token formats, its CA for certificates.
pub(crate) fn entries(provider: &Provider, host: &str) -> [TrustedIssuer; 2] {
    let entry = |issuer: &str, formats: &[Format], anchors: Vec<IssuerAnchor>| TrustedIssuer {
        issuer: issuer.to_owned(),
        subject_domains: vec![host.to_owned()],
        formats: formats.iter().map(|format| format.of_policy()).collect(),
        anchors,
        claim_names: Vec::new(),
    };
    let key = provider.token_key();
    let key_anchors = vec![IssuerAnchor::jwk_thumbprint(key), IssuerAnchor::cose_key_thumbprint(key)];
    [
        entry(provider.issuer(), &[Format::SdJwtKb, Format::SdKbt], key_anchors),
        entry("", &[Format::MlsCredential], vec![IssuerAnchor::certificate(provider.ca_certificate())]),
    ]
}

/// What a client knows of providers, from elsewhere than any room.
pub(crate) fn trust_in(providers: &[&Provider]) -> Result<TrustStore, Error> {
    let step = "a trust store is filled";
    let mut store = TrustStore::new();
    for provider in providers {
        let hosts = [provider.host()];
        let tokens = TrustEntry::of_key(provider.issuer(), provider.token_key().clone(), &hosts);
        store.add(tokens.map_err(|e| Error::step(step, e))?);
        let certificates = TrustEntry::of_certificate("", provider.ca_certificate(), &hosts);
        store.add(certificates.map_err(|e| Error::step(step, e))?);
    }
    Ok(store)
}
