//! JWK (RFC 7517, 7518, 8037) for the keys we know, and its thumbprint (RFC 7638).

use std::borrow::Cow;

use mimicred_claims::{Key, Map, Value};
use mimicred_error::At;
use mimicred_keys::{Algorithm, PublicKey, SecretKey, sha256};
use zeroize::Zeroizing;

use crate::{Code, Error, base64url, jws};

/// Members that only a private or symmetric key has (RFC 7518 section 6).
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// A key read from a JWK, checked: the point is on its curve, the private part fits the public one, and `alg`, `use` and `key_ops`
/// agree with a signature key.
///
/// ```
/// use mimicred_jose::{Jwk, json, jwk};
///
/// let text = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
/// let value = json::parse(text, &json::Limits::DEFAULT)?;
/// let jwk = Jwk::parse_public(value.as_map().ok_or("an object")?)?;
/// assert_eq!(jwk::thumbprint(&jwk.public), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Jwk {
    /// The public key.
    pub public: PublicKey,
    /// The private key, if the JWK holds one.
    pub secret: Option<SecretKey>,
    /// `kid`.
    pub kid: Option<String>,
    /// `alg`, if given; it fits the key.
    pub alg: Option<jws::AlgorithmName>,
}

impl Jwk {
    /// Reads a key that may be private.
    ///
    /// # Errors
    /// [`Code::JwkMalformed`] with the member, [`Code::KeyUnsupported`].
    ///
    /// ```
    /// use mimicred_jose::{Jwk, json};
    ///
    /// let text = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    ///     "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"leaf"}"#;
    /// let value = json::parse(text, &json::Limits::DEFAULT)?;
    /// let jwk = Jwk::parse(value.as_map().ok_or("an object")?)?;
    /// assert!(jwk.secret.is_some());
    /// assert_eq!(jwk.kid.as_deref(), Some("leaf"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(map: &Map<'_>) -> Result<Self, Error> {
        let algorithm = algorithm(map)?;
        let x = octets(map, "x", algorithm)?;
        let public = match algorithm {
            Algorithm::Ed25519 => PublicKey::from_octets(algorithm, &x),
            _ => PublicKey::from_coordinates(algorithm, &x, &octets(map, "y", algorithm)?),
        };
        let public = public.map_err(|e| malformed("x").because(e))?;
        let secret = if map.text("d").is_some() { Some(secret(map, &public)?) } else { None };
        check_use(map)?;
        let kid = optional_text(map, "kid")?.map(str::to_owned);
        let alg = optional_text(map, "alg")?.map(|name| fitting_alg(name, algorithm)).transpose()?;
        Ok(Self { public, secret, kid, alg })
    }

    /// Reads a key where only a public one belongs, as in `cnf` or a trust store (JWT-K-002).
    ///
    /// # Errors
    /// [`Code::JwkPrivate`] if there is any private member, and those of [`Jwk::parse`].
    ///
    /// ```
    /// use mimicred_jose::{Code, Jwk, json};
    ///
    /// let value = json::parse(r#"{"kty":"OKP","crv":"Ed25519","x":"","d":""}"#, &json::Limits::DEFAULT)?;
    /// let error = Jwk::parse_public(value.as_map().ok_or("an object")?).unwrap_err();
    /// assert_eq!(error.code(), Code::JwkPrivate);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse_public(map: &Map<'_>) -> Result<Self, Error> {
        match PRIVATE_MEMBERS.iter().find(|name| map.text(name).is_some()) {
            Some(name) => Err(Error::new(Code::JwkPrivate).at(At::Field(Cow::Borrowed(name)))),
            None => Self::parse(map),
        }
    }
}

/// The private key never shows.
impl std::fmt::Debug for Jwk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let secret = self.secret.as_ref().map(|_| "..");
        f.debug_struct("Jwk")
            .field("public", &self.public)
            .field("secret", &secret)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

/// The required members of a public JWK, in the order of its thumbprint (RFC 7638 section 3.2).
///
/// ```
/// use mimicred_jose::{json, jwk};
/// use mimicred_keys::{Algorithm, SecretKey};
///
/// let key = SecretKey::from_octets(Algorithm::P256, &[7; 32])?;
/// let text = json::write_map(&jwk::public_members(key.public()))?;
/// assert!(text.starts_with(r#"{"crv":"P-256","kty":"EC","x":""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn public_members(key: &PublicKey) -> Map<'static> {
    let (kty, crv) = names(key.algorithm());
    let coordinate = |octets: &[u8]| Value::Text(Cow::Owned(base64url::encode(octets)));
    let mut entries =
        vec![(Key::from("crv"), Value::from(crv)), (Key::from("kty"), Value::from(kty)), (Key::from("x"), coordinate(key.x()))];
    entries.extend(key.y().map(|y| (Key::from("y"), coordinate(y))));
    // The names differ, so this cannot fail.
    Map::from_entries(entries).unwrap_or_default()
}

/// The text of a private JWK.
///
/// ```
/// use mimicred_jose::jwk;
/// use mimicred_keys::{Algorithm, SecretKey};
///
/// let key = SecretKey::from_octets(Algorithm::Ed25519, &[7; 32])?;
/// assert!(jwk::secret_text(&key).contains(r#""d":"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc""#));
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
pub fn secret_text(key: &SecretKey) -> Zeroizing<String> {
    let public = public_text(key.public());
    let d = Zeroizing::new(base64url::encode(&key.octets()));
    // Room for all of it, so that no copy is left behind by growing.
    let mut text = Zeroizing::new(String::with_capacity(public.len() + d.len() + 8));
    text.push_str(public.strip_suffix('}').unwrap_or(&public));
    text.push_str(",\"d\":\"");
    text.push_str(&d);
    text.push_str("\"}");
    text
}

/// The SHA-256 thumbprint (RFC 7638, RFC 8037): what `jkt` and key identifiers hold.
///
/// ```
/// use mimicred_jose::{base64url, jwk};
/// use mimicred_keys::{Algorithm, SecretKey};
///
/// let key = SecretKey::from_octets(Algorithm::P384, &[7; 48])?;
/// assert_eq!(base64url::encode(&jwk::thumbprint_sha256(key.public())), jwk::thumbprint(key.public()));
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
pub fn thumbprint_sha256(key: &PublicKey) -> [u8; 32] {
    sha256(public_text(key).as_bytes())
}

/// The SHA-256 thumbprint as base64url.
///
/// ```
/// use mimicred_keys::{Algorithm, SecretKey};
///
/// let key = SecretKey::from_octets(Algorithm::P256, &[7; 32])?;
/// assert_eq!(mimicred_jose::jwk::thumbprint(key.public()).len(), 43);
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
pub fn thumbprint(key: &PublicKey) -> String {
    base64url::encode(&thumbprint_sha256(key))
}

fn public_text(key: &PublicKey) -> String {
    // Text members only, so this cannot fail.
    crate::json::write_map(&public_members(key)).unwrap_or_default()
}

fn names(algorithm: Algorithm) -> (&'static str, &'static str) {
    match algorithm {
        Algorithm::Ed25519 => ("OKP", "Ed25519"),
        Algorithm::P256 => ("EC", "P-256"),
        Algorithm::P384 => ("EC", "P-384"),
        Algorithm::P521 => ("EC", "P-521"),
    }
}

fn algorithm(map: &Map<'_>) -> Result<Algorithm, Error> {
    const KNOWN: [Algorithm; 4] = [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384, Algorithm::P521];
    let kty = text(map, "kty")?;
    if kty != "EC" && kty != "OKP" {
        return Err(Error::new(Code::KeyUnsupported).at(At::Field(Cow::Borrowed("kty"))));
    }
    let crv = text(map, "crv")?;
    let known = KNOWN.into_iter().find(|algorithm| names(*algorithm) == (kty, crv));
    known.ok_or_else(|| Error::new(Code::KeyUnsupported).at(At::Field(Cow::Borrowed("crv"))))
}

/// A coordinate or private key, which has its full length (RFC 7518 sections 6.2.1.2 and 6.2.2.1, RFC 8037 section 2).
fn octets(map: &Map<'_>, name: &'static str, algorithm: Algorithm) -> Result<Zeroizing<Vec<u8>>, Error> {
    let octets = base64url::decode(text(map, name)?).map(Zeroizing::new).map_err(|e| malformed(name).because(e))?;
    if octets.len() == algorithm.coordinate_len() { Ok(octets) } else { Err(malformed(name).note("not of full length")) }
}

fn secret(map: &Map<'_>, public: &PublicKey) -> Result<SecretKey, Error> {
    let octets = octets(map, "d", public.algorithm())?;
    let secret = SecretKey::from_octets(public.algorithm(), &octets).map_err(|e| malformed("d").because(e))?;
    if secret.public() == public { Ok(secret) } else { Err(malformed("d").note("it does not belong to the public key")) }
}

/// `use` and `key_ops`, where present, must allow signatures and must not contradict each other (RFC 7517 section 4.3).
fn check_use(map: &Map<'_>) -> Result<(), Error> {
    if optional_text(map, "use")?.is_some_and(|purpose| purpose != "sig") {
        return Err(malformed("use").note("the key is not for signatures"));
    }
    let Some(operations) = map.text("key_ops") else { return Ok(()) };
    let operations = operations.as_array().ok_or_else(|| malformed("key_ops"))?;
    let mut names =
        operations.iter().map(|name| name.as_text().ok_or_else(|| malformed("key_ops"))).collect::<Result<Vec<_>, _>>()?;
    names.sort_unstable();
    if names.windows(2).any(|pair| pair.first() == pair.last()) {
        return Err(malformed("key_ops").note("one operation twice"));
    }
    let is_signature = |name: &&str| matches!(*name, "sign" | "verify");
    let allows = names.iter().any(is_signature) && (map.text("use").is_none() || names.iter().all(is_signature));
    if allows { Ok(()) } else { Err(malformed("key_ops").note("the key is not for signatures")) }
}

fn fitting_alg(name: &str, algorithm: Algorithm) -> Result<jws::AlgorithmName, Error> {
    let fitting = name.parse().ok().filter(|alg: &jws::AlgorithmName| alg.algorithm() == algorithm);
    fitting.ok_or_else(|| malformed("alg").note("it does not fit the key"))
}

fn text<'m>(map: &'m Map<'_>, name: &'static str) -> Result<&'m str, Error> {
    map.text(name).and_then(Value::as_text).ok_or_else(|| malformed(name))
}

fn optional_text<'m>(map: &'m Map<'_>, name: &'static str) -> Result<Option<&'m str>, Error> {
    map.text(name).map(|value| value.as_text().ok_or_else(|| malformed(name))).transpose()
}

fn malformed(name: &'static str) -> Error {
    Error::new(Code::JwkMalformed).at(At::Field(Cow::Borrowed(name)))
}

#[cfg(test)]
mod tests;
