//! Issuer metadata (draft-ietf-oauth-sd-jwt-vc section 5): where an Issuer's keys are, and what its answer says. Nothing is fetched
//! here: the caller does that, or has the answer already (JWT-Y-011).

use std::borrow::Cow;

use mimicred_claims::{Map, Value};
use mimicred_error::At;
use mimicred_jose::{Code as JoseCode, Jwk, json};
use mimicred_keys::PublicKey;

use crate::{Code, Error, TrustedIssuer};

const WELL_KNOWN: &str = "/.well-known/jwt-vc-issuer";
/// Longest answer and longest `iss` that are read, in octets, and most keys.
const LIMITS: json::Limits = json::Limits { octets: 256 * 1024, depth: 8, values: 8192 };
const MAX_ISSUER: usize = 2048;
const MAX_KEYS: usize = 64;

/// Where the metadata of this Issuer is: the well-known part stands between host and path, without the slash at the end of the path.
///
/// # Errors
/// [`Code::IssuerUntrusted`] for a name that is no `https` URL, or has a query or a fragment.
///
/// ```
/// use mimicred_sd_jwt::metadata_url;
///
/// assert_eq!(
///     metadata_url("https://example.com/tenant/1234")?,
///     "https://example.com/.well-known/jwt-vc-issuer/tenant/1234"
/// );
/// assert!(metadata_url("http://example.com").is_err());
/// # Ok::<(), mimicred_sd_jwt::Error>(())
/// ```
pub fn metadata_url(issuer: &str) -> Result<String, Error> {
    let rest = issuer.strip_prefix("https://").filter(|_| issuer.len() <= MAX_ISSUER);
    let rest = rest.ok_or_else(|| refused("iss is no https URL"))?;
    if rest.bytes().any(|octet| matches!(octet, b'?' | b'#')) {
        return Err(refused("iss has a query or a fragment"));
    }
    let (host, path) = rest.find('/').and_then(|slash| rest.split_at_checked(slash)).unwrap_or((rest, ""));
    let graphic = |text: &str| text.bytes().all(|octet| octet.is_ascii_graphic() && !matches!(octet, b'"' | b'<' | b'>' | b'\\'));
    if host.is_empty() || host.contains('@') || !graphic(rest) {
        return Err(refused("iss is no https URL"));
    }
    Ok(format!("https://{host}{WELL_KNOWN}{}", path.strip_suffix('/').unwrap_or(path)))
}

/// What an Issuer says of its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerMetadata {
    /// The Issuer, as it calls itself: the `iss` that was asked for.
    pub issuer: String,
    /// Its keys, or where they are.
    pub keys: IssuerKeys,
}

/// The keys of an Issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IssuerKeys {
    /// Those that can be used here; keys of other kinds are left out.
    Here(Vec<PublicKey>),
    /// The URL of a JWK Set; read it with [`IssuerMetadata::read_key_set`].
    At(String),
}

impl IssuerMetadata {
    /// Reads the answer that [`metadata_url`] gave for this `iss`. It is worth as much as the way it came.
    ///
    /// # Errors
    /// [`Code::IssuerUntrusted`] if it is of another Issuer, or has both or neither of `jwks` and `jwks_uri`;
    /// [`Code::JsonMalformed`], [`Code::Limit`].
    ///
    /// ```
    /// use mimicred_sd_jwt::{IssuerKeys, IssuerMetadata};
    ///
    /// let answer = r#"{"issuer":"https://a.example","jwks_uri":"https://a.example/keys"}"#;
    /// let metadata = IssuerMetadata::parse(answer, "https://a.example")?;
    /// assert_eq!(metadata.keys, IssuerKeys::At("https://a.example/keys".to_owned()));
    /// assert!(IssuerMetadata::parse(answer, "https://b.example").is_err());
    /// # Ok::<(), mimicred_sd_jwt::Error>(())
    /// ```
    pub fn parse(text: &str, iss: &str) -> Result<Self, Error> {
        let read = json::parse(text, &LIMITS)?;
        let object = read.as_map().ok_or_else(|| refused("the metadata is not an object"))?;
        if object.text("issuer").and_then(Value::as_text) != Some(iss) {
            return Err(refused("the metadata is of another issuer"));
        }
        let keys = match (object.text("jwks"), object.text("jwks_uri")) {
            (Some(set), None) => IssuerKeys::Here(keys_of(set)?),
            (None, Some(url)) => {
                let url = url.as_text().filter(|url| url.starts_with("https://") && url.len() <= MAX_ISSUER);
                IssuerKeys::At(url.ok_or_else(|| refused("jwks_uri is no https URL"))?.to_owned())
            }
            (Some(_), Some(_)) => return Err(refused("both jwks and jwks_uri")),
            (None, None) => return Err(refused("neither jwks nor jwks_uri")),
        };
        Ok(Self { issuer: iss.to_owned(), keys })
    }

    /// Reads the JWK Set that [`IssuerKeys::At`] pointed to.
    ///
    /// # Errors
    /// As [`IssuerMetadata::parse`].
    pub fn read_key_set(self, text: &str) -> Result<Self, Error> {
        let keys = keys_of(&json::parse(text, &LIMITS)?)?;
        Ok(Self { keys: IssuerKeys::Here(keys), ..self })
    }

    /// The Issuer with each of its keys, for who trusts it: none as long as the keys are elsewhere.
    pub fn trusted(&self) -> Vec<TrustedIssuer> {
        match &self.keys {
            IssuerKeys::Here(keys) => {
                keys.iter().map(|key| TrustedIssuer { issuer: self.issuer.clone(), key: key.clone() }).collect()
            }
            IssuerKeys::At(_) => Vec::new(),
        }
    }
}

/// The keys of a JWK Set (RFC 7517 section 5), which may hold keys of kinds that nobody here knows: those are passed over.
fn keys_of(set: &Value<'_>) -> Result<Vec<PublicKey>, Error> {
    let keys = set.as_map().and_then(|set| set.text("keys")).and_then(Value::as_array);
    let keys = keys.ok_or_else(|| refused("not a JWK Set"))?;
    if keys.len() > MAX_KEYS {
        return Err(Error::new(Code::Limit).note("too many keys"));
    }
    let mut found = Vec::new();
    for key in keys {
        match Jwk::parse_public(key.as_map().unwrap_or(&Map::new())) {
            Ok(jwk) => found.push(jwk.public),
            Err(e) if e.code() == JoseCode::JwkPrivate => return Err(refused("a private key in the JWK Set").because(e)),
            Err(_) => {}
        }
    }
    Ok(found)
}

fn refused(note: &'static str) -> Error {
    Error::new(Code::IssuerUntrusted).at(At::Field(Cow::Borrowed("iss"))).note(note)
}
