//! The confirmation key: what `cnf` names it by (RFC 7800, RFC 9449 section 6.1), and how it is found when `cnf` does not hold it.

use std::borrow::Cow;

use mimicred_claims::{Map, Value};
use mimicred_error::{At, Report};
use mimicred_jose::{Jwk, jwk};
use mimicred_keys::PublicKey;

use crate::{Code, Error};

pub(crate) const CNF: &str = "cnf";
/// Members of `cnf`.
pub(crate) const JWK: &str = "jwk";
pub(crate) const JKT: &str = "jkt";
const KID: &str = "kid";
/// The methods that name a key by means that nothing here follows (RFC 7800 section 3, RFC 8705).
const OTHER_METHODS: [&str; 3] = ["jwe", "jku", "x5t#S256"];

/// A key that is known out of band, for tokens whose `cnf` does not hold the key but its thumbprint or a key identifier (JWT-K-003).
///
/// ```
/// use mimicred_keys::{Algorithm, SecretKey};
/// use mimicred_sd_jwt::KnownKey;
///
/// let key = SecretKey::from_octets(Algorithm::Ed25519, &[7; 32])?.public().clone();
/// let by_thumbprint = KnownKey { key_id: None, key: key.clone() };
/// let by_either = KnownKey { key_id: Some("alice-2026".to_owned()), key };
/// assert_ne!(by_thumbprint, by_either);
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownKey {
    /// What `kid` in `cnf` must be, character for character; none for a key that is found by its thumbprint only.
    pub key_id: Option<String>,
    /// The key.
    pub key: PublicKey,
}

/// What `cnf` of a token names the confirmation key by. Unverified as long as the token is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NamedKey {
    /// The key itself.
    Key(PublicKey),
    /// A key identifier.
    KeyId(String),
    /// The SHA-256 thumbprint of the key (RFC 7638), as base64url.
    Thumbprint(String),
}

impl NamedKey {
    /// `cnf` names one key (JWT-K-001, JWT-K-002). A thumbprint beside the key must be the key's own; a key identifier beside either
    /// only adds to it, as RFC 7800 section 3.4 has it.
    pub(crate) fn of(cnf: Option<&Value<'_>>) -> Result<Self, Error> {
        let cnf = cnf.ok_or_else(|| refused("missing"))?.as_map().ok_or_else(|| refused("not an object"))?;
        if OTHER_METHODS.iter().any(|name| cnf.text(name).is_some()) {
            return Err(refused("a key by a method that is not followed, or more than one key"));
        }
        let (jkt, kid) = (text(cnf, JKT)?, text(cnf, KID)?);
        match (cnf.text(JWK), jkt, kid) {
            (Some(jwk), jkt, _) => {
                let jwk = jwk.as_map().ok_or_else(|| refused("jwk is not an object"))?;
                let key = Jwk::parse_public(jwk).map_err(|e| Error::new(Code::Confirmation).at(e.place().clone()).because(e))?;
                match jkt {
                    Some(jkt) if jkt != jwk::thumbprint(&key.public) => Err(refused("jkt is of another key")),
                    _ => Ok(Self::Key(key.public)),
                }
            }
            (None, Some(jkt), _) => Ok(Self::Thumbprint(jkt.to_owned())),
            (None, None, Some(kid)) => Ok(Self::KeyId(kid.to_owned())),
            (None, None, None) => Err(refused("it names no key")),
        }
    }

    /// The SHA-256 thumbprint, given or computed, as base64url; none of a key identifier.
    pub fn thumbprint(&self) -> Option<String> {
        match self {
            Self::Key(key) => Some(jwk::thumbprint(key)),
            Self::Thumbprint(thumbprint) => Some(thumbprint.clone()),
            Self::KeyId(_) => None,
        }
    }
}

/// The key that `cnf` names: the one that it holds, or one of those known out of band (JWT-K-001, JWT-K-003).
pub(crate) fn resolve(cnf: Option<&Value<'_>>, known: &[KnownKey]) -> Result<PublicKey, Error> {
    let found = match NamedKey::of(cnf)? {
        NamedKey::Key(key) => return Ok(key),
        NamedKey::KeyId(key_id) => {
            let mut found = known.iter().filter(|known| known.key_id.as_ref() == Some(&key_id)).map(|known| &known.key);
            let first = found.next();
            if found.any(|other| Some(other) != first) {
                return Err(refused("several known keys have this key identifier"));
            }
            first
        }
        NamedKey::Thumbprint(thumbprint) => known.iter().map(|known| &known.key).find(|key| jwk::thumbprint(key) == thumbprint),
    };
    found.cloned().ok_or_else(|| refused("it names no key that is known"))
}

/// Whether `cnf` names this key, the Holder's own; a key identifier does if the Holder knows it as hers.
pub(crate) fn check(cnf: Option<&Value<'_>>, own: &PublicKey, known: &[KnownKey]) -> Result<(), Error> {
    let is_own = match NamedKey::of(cnf)? {
        NamedKey::Key(key) => key == *own,
        NamedKey::Thumbprint(thumbprint) => jwk::thumbprint(own) == thumbprint,
        NamedKey::KeyId(_) => resolve(cnf, known)? == *own,
    };
    if is_own { Ok(()) } else { Err(refused("another key")) }
}

fn text<'m>(cnf: &'m Map<'_>, name: &'static str) -> Result<Option<&'m str>, Error> {
    match cnf.text(name) {
        None => Ok(None),
        Some(value) => value.as_text().map(Some).ok_or_else(|| refused("a thumbprint or key identifier that is not text")),
    }
}

fn refused(note: &'static str) -> Error {
    Error::new(Code::Confirmation).at(At::Field(Cow::Borrowed(CNF))).note(note)
}
