//! Status List Tokens of any shape, correctly signed: what is odd about one is what the test puts there.

use mimicred_claims::Clock;
use mimicred_jose::{base64url, jws};
use mimicred_keys::{Family, IssuerKey, PublicKey, ToBeSigned};
use mimicred_status::{Bits, Code, Error, Expectations, Limits, StatusList, UnverifiedStatusListJwt, VerifiedStatusList};

pub(crate) use crate::drafts::{NOW, URI, hex, key, reference};

/// The draft's first example: 16 entries of 1 bit, the octets b9 a3.
pub(crate) const EXAMPLE: &str = r#"{"bits":1,"lst":"eNrbuRgAAhcBXQ"}"#;

/// A token before it is signed: the members of its header and payload, each value as JSON text, so that it can be any.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) header: Vec<(String, String)>,
    pub(crate) claims: Vec<(String, String)>,
}

fn members(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn object(members: &[(String, String)]) -> String {
    let members: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

impl Draft {
    /// Issued a minute before [`NOW`], good for an hour from then on.
    pub(crate) fn good() -> Self {
        let sub = format!("\"{URI}\"");
        Self {
            header: members(&[("alg", "\"EdDSA\""), ("typ", "\"statuslist+jwt\"")]),
            claims: members(&[
                ("sub", &sub),
                ("iat", "1789999940"),
                ("exp", "1790003600"),
                ("ttl", "43200"),
                ("status_list", EXAMPLE),
            ]),
        }
    }

    pub(crate) fn without(mut self, claim: &str) -> Self {
        self.claims.retain(|(name, _)| name != claim);
        self
    }

    /// The same with this value for the claim, whether it had one or not.
    pub(crate) fn with(self, claim: &str, json: &str) -> Self {
        self.without(claim).and(claim, json)
    }

    /// The same with one member more, even if that makes two of a name.
    pub(crate) fn and(mut self, claim: &str, json: &str) -> Self {
        self.claims.push((claim.to_owned(), json.to_owned()));
        self
    }

    pub(crate) fn with_header(mut self, name: &str, json: Option<&str>) -> Self {
        self.header.retain(|(other, _)| other != name);
        self.header.extend(json.map(|json| (name.to_owned(), json.to_owned())));
        self
    }

    pub(crate) fn sign(&self, key: &IssuerKey) -> String {
        sign(&object(&self.header), &object(&self.claims), key)
    }

    pub(crate) fn verify(&self) -> Result<VerifiedStatusList, Error> {
        verify(&self.sign(&key(1)))
    }

    pub(crate) fn code(&self) -> Result<(), Code> {
        self.verify().map(drop).map_err(|error| error.code())
    }
}

/// A JWS of these texts.
pub(crate) fn sign(header: &str, payload: &str, key: &IssuerKey) -> String {
    let input = format!("{}.{}", base64url::encode(header.as_bytes()), base64url::encode(payload.as_bytes()));
    let to_be_signed = ToBeSigned::new(Family::Jws, input).unwrap();
    let signature = key.sign(&to_be_signed).unwrap();
    jws::finish(to_be_signed, signature.as_bytes())
}

pub(crate) fn verify(token: &str) -> Result<VerifiedStatusList, Error> {
    verify_under(token, &[key(1).public().clone()])
}

pub(crate) fn verify_under(token: &str, keys: &[PublicKey]) -> Result<VerifiedStatusList, Error> {
    let clock = Clock { now: NOW, leeway: 0 };
    let expected = Expectations { keys, uri: URI, clock, max_age: None, limits: Limits::DEFAULT };
    UnverifiedStatusListJwt::parse(token)?.verify(&expected)
}

/// A `status_list` of these octets as they stand, compressed or not.
pub(crate) fn status_list(bits: Bits, compressed: &[u8]) -> String {
    format!(r#"{{"bits":{},"lst":"{}"}}"#, bits.number(), base64url::encode(compressed))
}

/// A verified list of these octets.
pub(crate) fn verified(bits: Bits, octets: &[u8]) -> VerifiedStatusList {
    let compressed = StatusList::from_octets(bits, octets).compress();
    Draft::good().with("status_list", &status_list(bits, &compressed)).verify().unwrap()
}
