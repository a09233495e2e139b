//! What a token holds, for people to look at. Nothing here is verified, and the types say so by being no claims at all.

use mimicred_claims::picture::{self, InspectedDisclosure, Node, Unreadable};
use mimicred_claims::{Date, Map};
use mimicred_cose::key;

use crate::Error;
use crate::disclosure::{digest, open};
use crate::key_binding::{Kbt, confirmation_key};
use crate::times::Times;
use crate::token::{CBOR, Token};

/// The content of a token or presentation, **unverified**.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Inspection {
    /// The protected header of the SD-CWT.
    pub header: Map<'static>,
    /// Its unprotected header, without the disclosures.
    pub unprotected: Map<'static>,
    /// The hash that `sd_alg` names, or the default.
    pub hash: &'static str,
    /// The claims as a tree, with what is redacted in its place.
    pub claims: Vec<Node>,
    /// The disclosures, in the order received.
    pub disclosures: Vec<InspectedDisclosure>,
    /// The KBT.
    pub key_binding: Option<InspectedBinding>,
    /// Thumbprint of the key in `cnf` (RFC 9679) in hexadecimal, if it is one we can read.
    pub confirmation_thumbprint: Option<String>,
    /// `iat`, `nbf` and `exp` where they are readable.
    pub dates: Vec<(&'static str, Date)>,
}

/// The KBT.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InspectedBinding {
    /// Its protected header, without the SD-CWT.
    pub header: Map<'static>,
    /// Its claims.
    pub claims: Map<'static>,
}

impl Inspection {
    pub(crate) fn of(token: &Token<'_>, kbt: Option<&Kbt<'_>>) -> Result<Self, Error> {
        let (hash, payload) = (token.hash()?, token.payload()?);
        let dates = Times::read(&payload).map(|times| [("iat", times.iat), ("nbf", times.nbf), ("exp", times.exp)]);
        let cnf = confirmation_key(&payload).ok();

        let mut limits = CBOR;
        let disclosures = token.disclosures.iter().map(|disclosure| {
            let opened = open(disclosure, hash, &mut limits).map(|(_, opened)| opened);
            opened.map_err(|e| Unreadable { digest: digest(hash, disclosure.encoded), code: e.code().slug() })
        });
        let picture = picture::draw(payload, disclosures, hex)?;
        Ok(Self {
            header: token.protected.entries().clone().into_owned(),
            unprotected: token.unprotected.entries().clone().into_owned(),
            hash: hash.name(),
            claims: picture.claims,
            disclosures: picture.disclosures,
            key_binding: kbt.map(|kbt| InspectedBinding {
                header: kbt.protected.entries().clone().into_owned(),
                claims: kbt.claims.clone().into_owned(),
            }),
            confirmation_thumbprint: cnf.map(|cnf| hex(&key::thumbprint_sha256(&cnf.public))),
            dates: dates.into_iter().flatten().filter_map(|(name, date)| Some((name, date?))).collect(),
        })
    }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
