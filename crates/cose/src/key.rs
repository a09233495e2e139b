//! COSE_Key (RFC 9052 section 7, RFC 9053 section 7) for the keys we know, and its thumbprint (RFC 9679).

mod symmetric;
mod thumbprint_uri;

use std::borrow::Cow;
use std::fmt;

use mimicred_claims::{Map, Value};
use mimicred_error::At;
use mimicred_keys::{Algorithm, PublicKey, SecretKey, YParity, sha256};
use zeroize::Zeroizing;

use crate::cbor::{Dialect, Limits, Reader, Writer};
use crate::{AlgorithmId, Code, Error};

pub use symmetric::SymmetricKey;
pub use thumbprint_uri::{ThumbprintUris, thumbprint_of_uri, thumbprint_uri};

const KTY: i64 = 1;
const KID: i64 = 2;
const ALG: i64 = 3;
const KEY_OPS: i64 = 4;
const CRV: i64 = -1;
const X: i64 = -2;
const Y: i64 = -3;
/// The private part, of both key types.
const D: i64 = -4;

/// Values of `key_ops`.
const SIGN: i128 = 1;
const VERIFY: i128 = 2;

/// A key read from a COSE_Key, checked: the point is on its curve, the private part fits the public one, `alg` and `key_ops` agree
/// with a signature key.
///
/// ```
/// use mimicred_cose::{CoseKey, key};
/// use mimicred_keys::{Algorithm, SecretKey};
///
/// let secret = SecretKey::from_octets(Algorithm::P256, &[7; 32])?;
/// let read = CoseKey::from_octets(&key::secret_octets(&secret))?;
/// assert_eq!(&read.public, secret.public());
/// assert!(read.secret.is_some());
/// assert!(CoseKey::public_from_octets(&key::secret_octets(&secret)).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct CoseKey {
    /// The public key.
    pub public: PublicKey,
    /// The private key, if the COSE_Key holds one.
    pub secret: Option<SecretKey>,
    /// Key identifier.
    pub kid: Option<Vec<u8>>,
    /// Algorithm, if given; it fits the key, though the header of a message may spell it otherwise (CWT-K-005).
    pub alg: Option<AlgorithmId>,
}

impl CoseKey {
    /// Reads a key that may be private; a private key may leave out its public part.
    ///
    /// # Errors
    /// [`Code::Key`] with the parameter.
    pub fn parse(map: &Map<'_>) -> Result<Self, Error> {
        Self::parse_by(map, public)
    }

    fn parse_by(map: &Map<'_>, public: impl FnOnce(&Map<'_>, Algorithm) -> Result<PublicKey, Error>) -> Result<Self, Error> {
        let algorithm = algorithm(map)?;
        let secret = get(map, D).map(|d| secret(d, algorithm)).transpose()?;
        let public = match (&secret, get(map, X)) {
            (Some(secret), None) => secret.public().clone(),
            _ => public(map, algorithm)?,
        };
        if secret.as_ref().is_some_and(|secret| *secret.public() != public) {
            return Err(unusable("d").note("it does not belong to the public key"));
        }
        let operations: &[i128] = if secret.is_some() { &[SIGN, VERIFY] } else { &[VERIFY] };
        check_operations(map, operations)?;
        Ok(Self { public, secret, kid: kid(map)?, alg: fitting_alg(map, algorithm)? })
    }

    /// Reads a key where only a public one belongs, as in `cnf` (CWT-K-003).
    ///
    /// # Errors
    /// [`Code::Key`] if there is a private part, and those of [`CoseKey::parse`].
    pub fn parse_public(map: &Map<'_>) -> Result<Self, Error> {
        Self::parse_public_among(map, [])
    }

    /// The same, where it is likely to be one of these keys, which were read before: to find its point anew takes longer than to compare
    /// it. Whether it is one of them is not asked.
    ///
    /// # Errors
    /// As [`CoseKey::parse_public`].
    ///
    /// ```
    /// use mimicred_cose::{CoseKey, key};
    /// use mimicred_keys::{Algorithm, SecretKey};
    ///
    /// let [one, other] = [7, 8].map(|n| SecretKey::from_octets(Algorithm::Ed25519, &[n; 32]));
    /// let (one, other) = (one?, other?);
    /// let map = key::public_members(one.public());
    /// assert_eq!(CoseKey::parse_public_among(&map, [other.public(), one.public()])?.public, *one.public());
    /// assert_eq!(CoseKey::parse_public_among(&map, [other.public()])?.public, *one.public());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse_public_among<'k>(map: &Map<'_>, likely: impl IntoIterator<Item = &'k PublicKey>) -> Result<Self, Error> {
        if get(map, D).is_some() {
            return Err(unusable("d").note("a private key where a public one belongs"));
        }
        let octets = |label| get(map, label).and_then(Value::as_bytes);
        let is_here = |key: &PublicKey| octets(X) == Some(key.x()) && octets(Y) == key.y();
        Self::parse_by(map, |map, algorithm| {
            let known = likely.into_iter().find(|key| key.algorithm() == algorithm && is_here(key));
            // An Ed25519 key has no y, whatever stands there.
            known.map_or_else(|| public(map, algorithm), |key| Ok(key.clone()))
        })
    }

    /// Reads an encoded key that may be private.
    ///
    /// # Errors
    /// As [`CoseKey::parse`] and [`cbor::parse`](crate::cbor::parse).
    pub fn from_octets(octets: &[u8]) -> Result<Self, Error> {
        Self::parse(&read_map(octets)?)
    }

    /// Reads an encoded key where only a public one belongs.
    ///
    /// # Errors
    /// As [`CoseKey::parse_public`] and [`cbor::parse`](crate::cbor::parse).
    pub fn public_from_octets(octets: &[u8]) -> Result<Self, Error> {
        Self::parse_public(&read_map(octets)?)
    }
}

/// A key of which nothing but its public part is known.
impl From<PublicKey> for CoseKey {
    fn from(public: PublicKey) -> Self {
        Self { public, secret: None, kid: None, alg: None }
    }
}

/// The private key never shows.
impl fmt::Debug for CoseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secret = self.secret.as_ref().map(|_| "..");
        f.debug_struct("CoseKey").field("public", &self.public).field("secret", &secret).finish_non_exhaustive()
    }
}

/// The required parameters of a public key.
///
/// ```
/// use mimicred_cose::{CoseKey, key};
/// use mimicred_keys::{Algorithm, SecretKey};
///
/// let secret = SecretKey::from_octets(Algorithm::Ed25519, &[7; 32])?;
/// let map = key::public_members(secret.public());
/// assert_eq!(CoseKey::parse_public(&map)?.public, *secret.public());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn public_members(key: &PublicKey) -> Map<'static> {
    let (kty, crv) = numbers(key.algorithm());
    let octets = |octets: &[u8]| Value::Bytes(Cow::Owned(octets.to_vec()));
    let mut entries = vec![
        (i128::from(KTY).into(), Value::Int(kty.into())),
        (i128::from(CRV).into(), Value::Int(crv.into())),
        (i128::from(X).into(), octets(key.x())),
    ];
    entries.extend(key.y().map(|y| (i128::from(Y).into(), octets(y))));
    // The labels differ, so this cannot fail.
    Map::from_entries(entries).unwrap_or_default()
}

/// The required parameters of a public key, encoded; also what its thumbprint is taken over (RFC 9679 section 4).
///
/// ```
/// use mimicred_cose::{CoseKey, key};
/// use mimicred_keys::{Algorithm, SecretKey};
///
/// let secret = SecretKey::from_octets(Algorithm::P384, &[7; 48])?;
/// assert_eq!(CoseKey::from_octets(&key::public_octets(secret.public()))?.public, *secret.public());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn public_octets(key: &PublicKey) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.map(if key.y().is_some() { 4 } else { 3 });
    write_public(&mut writer, key);
    writer.finish()
}

/// A private key, encoded with its public part.
///
/// See [`CoseKey`] for an example.
pub fn secret_octets(key: &SecretKey) -> Zeroizing<Vec<u8>> {
    let (public, d) = (key.public(), key.octets());
    // Room for all of it, so that no copy is left behind by growing.
    let mut writer = Writer::with_capacity(public.octets().len() + d.len() + 32);
    writer.map(if public.y().is_some() { 5 } else { 4 });
    write_public(&mut writer, public);
    writer.int(D);
    writer.bytes(&d);
    Zeroizing::new(writer.finish())
}

/// The SHA-256 thumbprint (RFC 9679): of the required parameters, with the point uncompressed (CWT-K-009 to CWT-K-012).
///
/// ```
/// use mimicred_cose::key;
/// use mimicred_keys::{Algorithm, SecretKey};
///
/// let secret = SecretKey::from_octets(Algorithm::Ed25519, &[7; 32])?;
/// assert_eq!(key::thumbprint_sha256(secret.public()), mimicred_keys::sha256(&key::public_octets(secret.public())));
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
pub fn thumbprint_sha256(key: &PublicKey) -> [u8; 32] {
    sha256(&public_octets(key))
}

/// In the order of RFC 8949 section 4.2.1: 01, 20, 21, 22.
fn write_public(writer: &mut Writer, key: &PublicKey) {
    let (kty, crv) = numbers(key.algorithm());
    writer.int(KTY);
    writer.int(kty);
    writer.int(CRV);
    writer.int(crv);
    writer.int(X);
    writer.bytes(key.x());
    if let Some(y) = key.y() {
        writer.int(Y);
        writer.bytes(y);
    }
}

/// Key type and curve.
fn numbers(algorithm: Algorithm) -> (i64, i64) {
    match algorithm {
        Algorithm::Ed25519 => (1, 6),
        Algorithm::P256 => (2, 1),
        Algorithm::P384 => (2, 2),
        Algorithm::P521 => (2, 3),
    }
}

fn read_map(octets: &[u8]) -> Result<Map<'_>, Error> {
    let mut reader = Reader::new(octets, &Limits::DEFAULT)?;
    let map = reader.map(Dialect::Plain)?;
    reader.finish()?;
    Ok(map)
}

fn algorithm(map: &Map<'_>) -> Result<Algorithm, Error> {
    const KNOWN: [Algorithm; 4] = [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384, Algorithm::P521];
    let int = |label, name| get(map, label).and_then(Value::as_int).ok_or_else(|| unusable(name));
    let given = (int(KTY, "kty")?, int(CRV, "crv")?);
    let known = KNOWN.into_iter().find(|algorithm| {
        let (kty, crv) = numbers(*algorithm);
        given == (kty.into(), crv.into())
    });
    known.ok_or_else(|| unusable("crv").note("no curve for signatures that is supported"))
}

fn public(map: &Map<'_>, algorithm: Algorithm) -> Result<PublicKey, Error> {
    let x = get(map, X).and_then(Value::as_bytes).ok_or_else(|| unusable("x"))?;
    let key = match (algorithm, get(map, Y)) {
        (Algorithm::Ed25519, _) => PublicKey::from_octets(algorithm, x),
        (_, Some(Value::Bytes(y))) => PublicKey::from_coordinates(algorithm, x, y),
        (_, Some(Value::Bool(false))) => PublicKey::from_compressed(algorithm, x, YParity::Even),
        (_, Some(Value::Bool(true))) => PublicKey::from_compressed(algorithm, x, YParity::Odd),
        _ => return Err(unusable("y")),
    };
    key.map_err(|error| unusable("x").because(error))
}

fn secret(d: &Value<'_>, algorithm: Algorithm) -> Result<SecretKey, Error> {
    let d = d.as_bytes().ok_or_else(|| unusable("d"))?;
    SecretKey::from_octets(algorithm, d).map_err(|error| unusable("d").because(error))
}

/// `key_ops`, where present, must allow one of these operations.
fn check_operations(map: &Map<'_>, allowed: &[i128]) -> Result<(), Error> {
    let Some(operations) = get(map, KEY_OPS) else { return Ok(()) };
    let operations = operations.as_array().ok_or_else(|| unusable("key_ops"))?;
    let allows = operations.iter().filter_map(Value::as_int).any(|operation| allowed.contains(&operation));
    if allows { Ok(()) } else { Err(unusable("key_ops").note("the key is not for this")) }
}

fn fitting_alg(map: &Map<'_>, algorithm: Algorithm) -> Result<Option<AlgorithmId>, Error> {
    let Some(alg) = get(map, ALG) else { return Ok(None) };
    let known = alg.as_int().and_then(|id| AlgorithmId::from_id(id).ok());
    match known.filter(|alg| alg.algorithm() == algorithm) {
        Some(alg) => Ok(Some(alg)),
        None => Err(unusable("alg").note("it does not fit the key")),
    }
}

fn kid(map: &Map<'_>) -> Result<Option<Vec<u8>>, Error> {
    get(map, KID).map(|kid| kid.as_bytes().map(<[u8]>::to_vec).ok_or_else(|| unusable("kid"))).transpose()
}

fn get<'m, 'a>(map: &'m Map<'a>, label: i64) -> Option<&'m Value<'a>> {
    map.int(label.into())
}

fn unusable(name: &'static str) -> Error {
    Error::new(Code::Key).at(At::Field(Cow::Borrowed(name)))
}

#[cfg(test)]
mod tests;
