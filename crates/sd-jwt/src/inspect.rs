//! What a token holds, for people to look at. Nothing here is verified, and the types say so by being no claims at all.

use std::fmt;

use mimicred_claims::picture::{self, InspectedDisclosure, Node, Unreadable};
use mimicred_claims::{Date, Map, Opened};

use crate::Error;
use crate::confirmation::{CNF, NamedKey};
use crate::digest::{digest, take_hash};
use crate::disclosure::open;
use crate::key_binding::KbJwt;
use crate::marks::mark_map;
use crate::token::{Token, date};

/// The content of a token or presentation, **unverified**.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Inspection {
    /// The header of the Issuer's JWT.
    pub header: Map<'static>,
    /// The hash that `_sd_alg` names, or the default.
    pub hash: &'static str,
    /// The claims as a tree, with what is redacted in its place.
    pub claims: Vec<Node>,
    /// The disclosures, in the order received.
    pub disclosures: Vec<InspectedDisclosure>,
    /// The KB-JWT.
    pub key_binding: Option<InspectedBinding>,
    /// Thumbprint of the key in `cnf` (RFC 7638), given or computed, if it is one we can read and is not redacted away.
    pub confirmation_thumbprint: Option<String>,
    /// `exp`, `nbf` and `iat` where they are in clear and readable.
    pub dates: Vec<(&'static str, Date)>,
}

/// The KB-JWT.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InspectedBinding {
    /// Its header.
    pub header: Map<'static>,
    /// Its claims.
    pub claims: Map<'static>,
}

/// The claims of a token that are in clear, **unverified**: enough to see at a glance for which key a token is and whom it names, for
/// many tokens of which none may be relied on yet.
///
/// ```
/// use mimicred_claims::Value;
/// # use mimicred_claims::{Key, Map, Redaction, RedactionPlan};
/// # use mimicred_keys::{Algorithm, IssuerKey, LeafKey, SecretKey, SystemRandom};
/// use mimicred_sd_jwt::{NamedKey, UnverifiedPresentation};
///
/// # let issuer_key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
/// # let leaf_key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
/// # let claims = Map::from_entries(vec![
/// #     (Key::from("iss"), Value::from("https://id.a.example")),
/// #     (Key::from("sub"), Value::from("mimi://a.example/p/crazykoala75")),
/// # ])?;
/// # let plan = RedactionPlan::new(Redaction::All).with_visible(vec![Key::from("sub")]);
/// # let issuer = mimicred_sd_jwt::Issuer::new(issuer_key.public());
/// # let token = issuer.prepare(claims, Some(leaf_key.public()), &plan, &mut SystemRandom)?.sign(&issuer_key)?;
/// let presentation = UnverifiedPresentation::parse(token.as_str())?;
/// let inspected = presentation.inspect_claims()?;
/// assert_eq!(inspected.confirmation, NamedKey::Key(leaf_key.public().clone()));
/// assert_eq!(inspected.claims.text("sub"), Some(&Value::from("mimi://a.example/p/crazykoala75")));
/// assert_eq!(inspected.disclosures, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct InspectedClaims<'a> {
    /// What `cnf` names the Holder's key by.
    pub confirmation: NamedKey,
    /// How many disclosures came along.
    pub disclosures: usize,
    /// The payload as it stands; digests are claims like others.
    pub claims: Map<'a>,
}

impl<'a> InspectedClaims<'a> {
    pub(crate) fn of(token: &'a Token<'_>) -> Result<Self, Error> {
        let claims = token.payload()?;
        Ok(Self { confirmation: NamedKey::of(claims.text(CNF))?, disclosures: token.disclosures.len(), claims })
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
    pub(crate) fn of(token: &Token<'_>, key_binding: Option<&KbJwt<'_>>) -> Result<Self, Error> {
        let mut payload = token.payload()?;
        let hash = take_hash(&mut payload)?;
        mark_map(&mut payload)?;
        let dates = ["iat", "nbf", "exp"].into_iter().filter_map(|name| Some((name, date(&payload, name).ok()??))).collect();
        let cnf = NamedKey::of(payload.text(CNF)).ok();

        let disclosures = token.disclosures().map(|(text, octets)| {
            let digest = digest(hash, text.as_bytes());
            match open(octets) {
                Ok(content) => Ok(Opened { digest, content }),
                Err(e) => Err(Unreadable { digest, code: e.code().slug() }),
            }
        });
        let picture = picture::draw(payload, disclosures, text)?;
        Ok(Self {
            header: token.header().members().clone(),
            hash: hash.name(),
            claims: picture.claims,
            disclosures: picture.disclosures,
            key_binding: key_binding
                .map(|kb| InspectedBinding { header: kb.jws.header().members().clone(), claims: kb.claims.clone() }),
            confirmation_thumbprint: cnf.and_then(|key| key.thumbprint()),
            dates,
        })
    }
}

/// A digest as the token spells it.
fn text(digest: &[u8]) -> String {
    String::from_utf8_lossy(digest).into_owned()
}
