//! How the token names the Holder's key.

use mimicred_claims::{Key, Map, Value};
use mimicred_cose::{cwt, key};
use mimicred_keys::PublicKey;

use super::{Issuance, Possession};
use crate::confirmation::{CKT, COSE_KEY};
use crate::error::about;
use crate::{Code, Error, NamedKey};

/// The Holder's key in `cnf` (CWT-I-015, RFC 8747).
///
/// ```
/// use mimicred_keys::{Algorithm, SecretKey};
/// use mimicred_sd_cwt::Confirmation;
///
/// let holder = SecretKey::from_octets(Algorithm::Ed25519, &[7; 32])?;
/// assert_eq!(Confirmation::from(holder.public()), Confirmation::Key(holder.public()));
/// assert!(matches!(Confirmation::thumbprint_of(holder.public()), Confirmation::Thumbprint(_)));
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation<'k> {
    /// The key itself, as a COSE_Key.
    Key(&'k PublicKey),
    /// Its thumbprint, for Verifiers who get the key elsewhere (CWT-K-007): SHA-256 of RFC 9679.
    Thumbprint([u8; 32]),
    /// The claims have `cnf` already, with a public COSE_Key or a thumbprint; it is checked.
    InClaims,
}

impl Confirmation<'_> {
    /// The thumbprint of a key that is at hand.
    pub fn thumbprint_of(key: &PublicKey) -> Self {
        Self::Thumbprint(key::thumbprint_sha256(key))
    }
}

impl<'k> From<&'k PublicKey> for Confirmation<'k> {
    fn from(key: &'k PublicKey) -> Self {
        Self::Key(key)
    }
}

/// Puts `cnf` into the claims, or checks the one that is there, and asks whether the Holder has the key (CWT-I-028).
pub(super) fn settle(issuance: &mut Issuance<'_>, possession: Option<&Possession>) -> Result<(), Error> {
    let claims = &mut issuance.claims;
    match issuance.confirmation {
        Confirmation::Key(key) => {
            add(claims, COSE_KEY, Value::Map(key::public_members(key)))?;
            check_possession(possession, || NamedKey::Key(key.clone()))
        }
        Confirmation::Thumbprint(thumbprint) => {
            add(claims, CKT, Value::Bytes(thumbprint.to_vec().into()))?;
            check_possession(possession, || NamedKey::Thumbprint(thumbprint))
        }
        Confirmation::InClaims => match NamedKey::of(claims.int(cwt::CNF))? {
            // A Verifier may know it, but it is not the Holder's public key, which the draft wants there.
            NamedKey::KeyId(_) => Err(refused("a key identifier alone")),
            named => check_possession(possession, || named),
        },
    }
}

fn add(claims: &mut Map<'_>, member: i128, value: Value<'static>) -> Result<(), Error> {
    let mut cnf = Map::new();
    cnf.insert(Key::Int(member), value)?;
    let added = claims.insert(Key::Int(cwt::CNF), Value::Map(cnf));
    added.map_err(|_| about(Code::Preissue, "cnf").note("it is added for the confirmation key, and the claims have one already"))
}

fn check_possession(possession: Option<&Possession>, named: impl FnOnce() -> NamedKey) -> Result<(), Error> {
    match possession {
        Some(is_proven) if !is_proven(&named()) => Err(refused("the Holder has not proved to have the key")),
        _ => Ok(()),
    }
}

fn refused(note: &'static str) -> Error {
    about(Code::Confirmation, "cnf").note(note)
}
