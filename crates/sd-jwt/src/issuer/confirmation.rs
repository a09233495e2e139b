//! How the token names the Holder's key.

use mimicred_claims::{Key, Map, Value};
use mimicred_jose::{base64url, jwk};
use mimicred_keys::PublicKey;

use crate::confirmation::{CNF, JKT, JWK};
use crate::{Code, Error, NamedKey};

/// The Holder's key in `cnf` (JWT-I-018, RFC 7800).
///
/// ```
/// use mimicred_keys::{Algorithm, SecretKey};
/// use mimicred_sd_jwt::Confirmation;
///
/// let holder = SecretKey::from_octets(Algorithm::Ed25519, &[7; 32])?;
/// assert_eq!(Confirmation::from(holder.public()), Confirmation::Key(holder.public()));
/// assert!(matches!(Confirmation::thumbprint_of(holder.public()), Confirmation::Thumbprint(_)));
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation<'k> {
    /// The key itself, as a JWK.
    Key(&'k PublicKey),
    /// Its thumbprint, for Verifiers who get the key elsewhere (JWT-K-003): SHA-256 of RFC 7638, in `jkt`.
    Thumbprint([u8; 32]),
    /// As the claims have it, checked; or none at all, for a token that nobody has to be bound to.
    InClaims,
}

impl Confirmation<'_> {
    /// The thumbprint of a key that is at hand.
    pub fn thumbprint_of(key: &PublicKey) -> Self {
        Self::Thumbprint(jwk::thumbprint_sha256(key))
    }
}

impl<'k> From<&'k PublicKey> for Confirmation<'k> {
    fn from(key: &'k PublicKey) -> Self {
        Self::Key(key)
    }
}

impl<'k> From<Option<&'k PublicKey>> for Confirmation<'k> {
    fn from(key: Option<&'k PublicKey>) -> Self {
        key.map_or(Self::InClaims, Self::Key)
    }
}

/// The `cnf` that is to be added to the claims, if one is; checks the one that is there.
pub(super) fn settled<'a>(claims: &Map<'_>, confirmation: Confirmation<'_>) -> Result<Option<Value<'a>>, Error> {
    let (member, value) = match confirmation {
        Confirmation::Key(key) => (JWK, Value::Map(jwk::public_members(key))),
        Confirmation::Thumbprint(thumbprint) => (JKT, Value::from(base64url::encode(&thumbprint))),
        Confirmation::InClaims => {
            return claims.text(CNF).map_or(Ok(None), |cnf| NamedKey::of(Some(cnf)).map(|_| None));
        }
    };
    if claims.text(CNF).is_some() {
        return Err(Code::ConfirmationTwice.into());
    }
    Ok(Some(Value::Map(Map::from_entries(vec![(Key::from(member), value)])?)))
}
