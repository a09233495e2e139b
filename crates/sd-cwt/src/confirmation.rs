//! The confirmation key: what `cnf` names it by (RFC 8747, RFC 9679), and how it is found when `cnf` does not hold it.

use mimicred_claims::Value;
use mimicred_cose::CoseKey;
use mimicred_cose::key::{self, ThumbprintUris};
use mimicred_keys::PublicKey;

use crate::error::about;
use crate::{Code, Error};

/// Members of `cnf`.
pub(crate) const COSE_KEY: i128 = 1;
const ENCRYPTED_COSE_KEY: i128 = 2;
const KID: i128 = 3;
pub(crate) const CKT: i128 = 5;

/// Octets of a thumbprint, which is always of SHA-256 (CWT-K-007, CWT-K-010).
const THUMBPRINT_LEN: usize = 32;

/// A key that is known out of band, for tokens whose `cnf` does not hold the key but its thumbprint or a key identifier.
///
/// ```
/// use mimicred_keys::{Algorithm, SecretKey};
/// use mimicred_sd_cwt::KnownKey;
///
/// let key = SecretKey::from_octets(Algorithm::Ed25519, &[7; 32])?.public().clone();
/// let by_thumbprint = KnownKey { key_id: None, key: key.clone() };
/// let by_either = KnownKey { key_id: Some(b"alice-2026".to_vec()), key };
/// assert_ne!(by_thumbprint, by_either);
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownKey {
    /// What `kid` in `cnf` must be, octet for octet; none for a key that is found by its thumbprint only.
    pub key_id: Option<Vec<u8>>,
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
    KeyId(Vec<u8>),
    /// The SHA-256 thumbprint of the key (RFC 9679).
    Thumbprint([u8; 32]),
}

/// The same, borrowed, and with what a COSE_Key says of its use.
enum Named<'m> {
    Key(CoseKey),
    KeyId(&'m [u8]),
    Thumbprint(&'m [u8; THUMBPRINT_LEN]),
}

impl NamedKey {
    pub(crate) fn of(cnf: Option<&Value<'_>>) -> Result<Self, Error> {
        Ok(match named(cnf)? {
            Named::Key(key) => Self::Key(key.public),
            Named::KeyId(key_id) => Self::KeyId(key_id.to_vec()),
            Named::Thumbprint(thumbprint) => Self::Thumbprint(*thumbprint),
        })
    }

    /// The key whose thumbprint this URI has (CWT-K-013).
    ///
    /// # Errors
    /// [`Code::Confirmation`] for another hash, padding, or any other spelling that `uris` does not admit.
    ///
    /// ```
    /// use mimicred_sd_cwt::{NamedKey, ThumbprintUris};
    ///
    /// let uri = "urn:ietf:params:oauth:ckt:sha-256:SWvYr63zB-WwjGSwQhv53AFSijRKQ72oj63RZp2iU-w";
    /// let named = NamedKey::from_thumbprint_uri(uri, ThumbprintUris::Rfc9679)?;
    /// assert_eq!(named.thumbprint_uri().as_deref(), Some(uri));
    /// # Ok::<(), mimicred_sd_cwt::Error>(())
    /// ```
    pub fn from_thumbprint_uri(uri: &str, uris: ThumbprintUris) -> Result<Self, Error> {
        let thumbprint = key::thumbprint_of_uri(uri, uris);
        thumbprint.map(Self::Thumbprint).map_err(|error| Error::new(Code::Confirmation).because(error))
    }

    /// The thumbprint URI of the key, with the name of the hash; none of a key identifier.
    pub fn thumbprint_uri(&self) -> Option<String> {
        self.thumbprint().map(|thumbprint| key::thumbprint_uri(&thumbprint))
    }

    /// The SHA-256 thumbprint, given or computed (RFC 9679); none of a key identifier.
    pub fn thumbprint(&self) -> Option<[u8; 32]> {
        match self {
            Self::Key(key) => Some(key::thumbprint_sha256(key)),
            Self::Thumbprint(thumbprint) => Some(*thumbprint),
            Self::KeyId(_) => None,
        }
    }
}

/// The key that `cnf` names: the one that it holds, or one of those known out of band (CWT-K-008, CWT-K-014).
pub(crate) fn resolve(cnf: Option<&Value<'_>>, known: &[KnownKey]) -> Result<CoseKey, Error> {
    let found = match named_among(cnf, known)? {
        Named::Key(key) => return Ok(key),
        Named::KeyId(key_id) => {
            let mut found = known.iter().filter(|known| known.key_id.as_deref() == Some(key_id)).map(|known| &known.key);
            let first = found.next();
            if found.any(|other| Some(other) != first) {
                return Err(refused("several known keys have this key identifier"));
            }
            first
        }
        Named::Thumbprint(thumbprint) => {
            known.iter().map(|known| &known.key).find(|key| key::thumbprint_sha256(key) == *thumbprint)
        }
    };
    found.cloned().map(CoseKey::from).ok_or_else(|| refused("it names no key that is known"))
}

/// Whether `cnf` names this key, the Holder's own (CWT-H-005, CWT-K-007); a key identifier does if the Holder knows it as hers.
pub(crate) fn check(cnf: Option<&Value<'_>>, own: &PublicKey, known: &[KnownKey]) -> Result<(), Error> {
    let is_own = match named(cnf)? {
        Named::Key(key) => key.public == *own,
        Named::Thumbprint(thumbprint) => key::thumbprint_sha256(own) == *thumbprint,
        Named::KeyId(_) => resolve(cnf, known)?.public == *own,
    };
    if is_own { Ok(()) } else { Err(refused("not the Holder's key")) }
}

/// `cnf` names exactly one key (CWT-K-001); members that we do not know are no key.
fn named<'m>(cnf: Option<&'m Value<'_>>) -> Result<Named<'m>, Error> {
    named_among(cnf, &[])
}

/// The same, where the key itself may be one that is known.
fn named_among<'m>(cnf: Option<&'m Value<'_>>, known: &[KnownKey]) -> Result<Named<'m>, Error> {
    let cnf = cnf.ok_or_else(|| about(Code::ClaimMissing, "cnf"))?;
    let cnf = cnf.as_map().ok_or_else(|| refused("not a map"))?;
    let mut members = [COSE_KEY, ENCRYPTED_COSE_KEY, KID, CKT].into_iter().filter_map(|key| Some((key, cnf.int(key)?)));
    let (method, value) = members.next().ok_or_else(|| refused("it names no key"))?;
    if members.next().is_some() {
        return Err(refused("more than one key"));
    }
    match method {
        COSE_KEY => {
            let key = value.as_map().ok_or_else(|| refused("the COSE_Key is no map"))?;
            // CWT-K-003 to CWT-K-006.
            let key = CoseKey::parse_public_among(key, known.iter().map(|known| &known.key));
            key.map(Named::Key).map_err(|error| {
                let place = mimicred_error::Report::place(&error).clone();
                Error::new(Code::Confirmation).at(place).because(error)
            })
        }
        KID => value.as_bytes().map(Named::KeyId).ok_or_else(|| refused("the key identifier is no byte string")),
        CKT => {
            let thumbprint = value.as_bytes().and_then(|octets| octets.try_into().ok());
            thumbprint.map(Named::Thumbprint).ok_or_else(|| refused("a thumbprint is a byte string of 32 octets"))
        }
        _ => Err(refused("an encrypted key")),
    }
}

fn refused(note: &str) -> Error {
    about(Code::Confirmation, "cnf").note(note)
}
