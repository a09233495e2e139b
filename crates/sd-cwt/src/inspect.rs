//! What a token holds, for people to look at. Nothing here is verified, and the types say so by being no claims at all.

use std::fmt;

use mimicred_claims::picture::{self, InspectedDisclosure, Node, Unreadable};
use mimicred_claims::{Date, Key, Map, Opened, Value};

use crate::aead::{self, Cipher};
use crate::confirmation::NamedKey;
use crate::disclosure::{digest, open};
use crate::key_binding::Kbt;
use crate::times::Times;
use crate::token::{ClaimSets, Token};
use crate::{Error, PendingDisclosure};

/// The content of a token or presentation, **unverified**.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Inspection {
    /// The protected header of the SD-CWT, without the CWT Claims.
    pub header: Map<'static>,
    /// Its unprotected header, without the disclosures.
    pub unprotected: Map<'static>,
    /// The hash that `sd_alg` names, or the default.
    pub hash: &'static str,
    /// The claims as a tree, with what is redacted in its place.
    pub claims: Vec<Node>,
    /// The same for the CWT Claims in the protected header; none where there is no such header.
    pub header_claims: Option<Vec<Node>>,
    /// The disclosures, in the order received. The path of one does not tell in which of the two trees it is.
    pub disclosures: Vec<InspectedDisclosure>,
    /// The encrypted disclosures, in the order received.
    pub encrypted: Vec<PendingDisclosure>,
    /// The algorithm that `sd_aead` names for them, or the default; none if it is one that must not be used.
    pub aead: Option<String>,
    /// The KBT.
    pub key_binding: Option<InspectedBinding>,
    /// What `cnf` names the Holder's key by, if it is one we can read.
    pub confirmation: Option<NamedKey>,
    /// Thumbprint of the key in `cnf` (RFC 9679) in hexadecimal, if it is one we can read, or the one that `cnf` has instead.
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

/// The claims of a token that are in clear, **unverified**: enough to see at a glance for which key a token is and whom it names, for
/// many tokens of which none may be relied on yet.
///
/// ```
/// use mimicred_claims::{Key, Value};
/// # use mimicred_claims::{Clock, Map, Redaction, RedactionPlan, Selection};
/// # use mimicred_keys::{Algorithm, IssuerKey, LeafKey, SecretKey, SystemRandom};
/// # use mimicred_sd_cwt::{AcceptExpectations, Binding, Issuer, TrustedIssuer, UnverifiedSdCwt};
/// use mimicred_sd_cwt::{NamedKey, UnverifiedPresentation};
///
/// # let issuer_key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
/// # let leaf_key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
/// # let claims = Map::from_entries(vec![
/// #     (Key::Int(1), Value::from("https://id.a.example")),
/// #     (Key::Int(2), Value::from("mimi://a.example/p/crazykoala75")),
/// # ])?;
/// # let plan = RedactionPlan::new(Redaction::All).with_visible(vec![Key::Int(2)]);
/// # let token = Issuer::new(issuer_key.public()).prepare(claims, leaf_key.public(), &plan, &mut SystemRandom)?.sign(&issuer_key)?;
/// # let issuers = [TrustedIssuer { issuer: "https://id.a.example".into(), key: issuer_key.public().clone() }];
/// # let clock = Clock { now: 1_790_000_000, leeway: 60 };
/// # let expected = AcceptExpectations { issuers: &issuers, confirmation_key: leaf_key.public(), clock };
/// # let held = UnverifiedSdCwt::parse(token.as_bytes())?.accept(&expected)?;
/// # let binding = Binding { audience: "mimi://a.example", nonce: None, issued_at: clock.now };
/// # let presentation = held.prepare(&Selection::None, &binding)?.sign(&leaf_key)?.into_bytes();
/// let inspected = UnverifiedPresentation::parse(&presentation)?.inspect_claims()?;
/// assert_eq!(inspected.confirmation, NamedKey::Key(leaf_key.public().clone()));
/// assert_eq!(inspected.claim(&Key::Int(2)), Some(&Value::from("mimi://a.example/p/crazykoala75")));
/// assert_eq!(inspected.disclosures, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct InspectedClaims<'a> {
    /// What `cnf` names the Holder's key by.
    pub confirmation: NamedKey,
    /// How many disclosures came along, encrypted ones among them.
    pub disclosures: usize,
    sets: ClaimSets<'a>,
}

impl<'a> InspectedClaims<'a> {
    pub(crate) fn of(token: &Token<'a>) -> Result<Self, Error> {
        let sets = token.claims()?;
        let confirmation = NamedKey::of(sets.registered().cnf)?;
        Ok(Self { confirmation, disclosures: token.disclosures.len() + token.encrypted.len(), sets })
    }

    /// A claim in clear: of the payload, or else of the CWT Claims in the header.
    pub fn claim(&self, key: &Key<'_>) -> Option<&Value<'a>> {
        self.sets.payload.get(key).or_else(|| self.sets.header.as_ref()?.get(key))
    }
}

/// The key and numbers only.
impl fmt::Debug for InspectedClaims<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (confirmation, disclosures) = (&self.confirmation, self.disclosures);
        f.debug_struct("InspectedClaims")
            .field("confirmation", confirmation)
            .field("disclosures", &disclosures)
            .finish_non_exhaustive()
    }
}

impl Inspection {
    pub(crate) fn of(token: &Token<'_>, kbt: Option<&Kbt<'_>>) -> Result<Self, Error> {
        let (hash, sets) = (token.hash()?, token.claims()?);
        let registered = sets.registered();
        let dates = Times::of(&registered).map(|times| [("iat", times.iat), ("nbf", times.nbf), ("exp", times.exp)]);
        let confirmation = NamedKey::of(registered.cnf).ok();

        let mut limits = token.limits();
        let disclosures = token.disclosures.iter().map(|disclosure| {
            let digest = digest(hash, disclosure.encoded);
            match open(disclosure, hash, &mut limits) {
                Ok((_, content)) => Ok(Opened { digest, content }),
                Err(e) => Err(Unreadable { digest, code: e.code().slug() }),
            }
        });
        // Both Claims Maps in one walk, for their digests share one space.
        let picture = picture::draw_with(sets.payload, sets.header, disclosures, hex)?;
        Ok(Self {
            header: token.protected.entries().clone().into_owned(),
            unprotected: token.unprotected.entries().clone().into_owned(),
            hash: hash.name(),
            claims: picture.claims,
            header_claims: picture.also,
            disclosures: picture.disclosures,
            encrypted: aead::pending(&token.encrypted),
            aead: token.cipher().ok().map(Cipher::name),
            key_binding: kbt.map(|kbt| InspectedBinding {
                header: kbt.protected.entries().clone().into_owned(),
                claims: kbt.claims.clone().into_owned(),
            }),
            confirmation_thumbprint: confirmation.as_ref().and_then(NamedKey::thumbprint).map(|thumbprint| hex(&thumbprint)),
            confirmation,
            dates: dates.into_iter().flatten().filter_map(|(name, date)| Some((name, date?))).collect(),
        })
    }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
