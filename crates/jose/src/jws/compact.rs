//! The compact form.

use mimicred_claims::Map;
use mimicred_error::At;
use mimicred_keys::{Family, PublicKey, ToBeSigned, Unsettled};

use super::Header;
use crate::{Code, Error, base64url, json};

/// A JWS as received, decoded but not verified.
///
/// ```
/// use mimicred_jose::{Jwk, json, jws::Compact};
///
/// // RFC 8037 appendix A.4.
/// let text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.\
///     hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
/// let key = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
/// let key = json::parse(key, &json::Limits::DEFAULT)?;
///
/// let jws = Compact::parse(text)?;
/// jws.verify(&Jwk::parse_public(key.as_map().ok_or("an object")?)?.public)?;
/// assert_eq!(jws.payload(), b"Example of Ed25519 signing");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Compact<'a> {
    signing_input: &'a str,
    header: Header,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl<'a> Compact<'a> {
    /// Takes the text apart. The caller has bounded its length.
    ///
    /// # Errors
    /// [`Code::Format`] unless there are three non-empty parts (JWT-E-004), [`Code::B64Malformed`], and those of
    /// [`Header::parse`], which come before an empty signature so that `none` is called by its name.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let format = || Error::new(Code::Format);
        let mut dots = memchr::memchr_iter(b'.', text.as_bytes());
        let (Some(first), Some(second), None) = (dots.next(), dots.next(), dots.next()) else { return Err(format()) };
        let (signing_input, signature) = parted(text, second).ok_or_else(format)?;
        let (header, payload) = parted(signing_input, first).ok_or_else(format)?;
        if header.is_empty() {
            return Err(format());
        }
        let part = |name: &'static str, text: &str| base64url::decode(text).map_err(|e| in_part(e, name));
        let header = Header::parse(&part("header", header)?)?;
        if payload.is_empty() || signature.is_empty() {
            return Err(format());
        }
        Ok(Self { signing_input, header, payload: part("payload", payload)?, signature: part("signature", signature)? })
    }

    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The decoded payload.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The decoded signature.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// What was signed: header and payload as received, with the dot between.
    pub fn signing_input(&self) -> &'a str {
        self.signing_input
    }

    /// Checks the signature. The header's `alg` must be one we know and that of the key (JWT-V-001, JWT-K-005).
    ///
    /// # Errors
    /// [`Code::AlgUnsupported`], [`Code::SignatureInvalid`].
    pub fn verify(&self, key: &PublicKey) -> Result<(), Error> {
        self.check_algorithm(key)?;
        let verified = key.verify(Family::Jws, self.signing_input.as_bytes(), &self.signature);
        verified.map_err(|e| Error::new(Code::SignatureInvalid).because(e))
    }

    /// The same, but for a signature of Ed25519, which is put off and checked together with others.
    ///
    /// # Errors
    /// As [`Compact::verify`], but for the signature.
    pub fn verify_unsettled(&self, key: &PublicKey) -> Result<Unsettled<()>, Error> {
        self.check_algorithm(key)?;
        let put_off = key.defer(&[self.signing_input.as_bytes()], &self.signature);
        if put_off.is_none() {
            self.verify(key)?;
        }
        Ok(Unsettled::new((), put_off))
    }

    fn check_algorithm(&self, key: &PublicKey) -> Result<(), Error> {
        if self.header.algorithm()?.algorithm() != key.algorithm() {
            let note = format!("{} with a key of {}", self.header.alg(), key.algorithm());
            return Err(Error::new(Code::AlgUnsupported).at(At::Header("alg".into())).note(note));
        }
        Ok(())
    }
}

/// What is to be signed for a JWS of this header and payload text.
///
/// # Errors
/// [`Code::Unwritable`] if JSON cannot hold the header.
///
/// ```
/// use mimicred_claims::{Key, Map, Value};
/// use mimicred_jose::jws::{self, Compact};
/// use mimicred_keys::{Algorithm, LeafKey, SecretKey};
///
/// let key = LeafKey::new(SecretKey::from_octets(Algorithm::Ed25519, &[7; 32])?)?;
/// let header = Map::from_entries(vec![(Key::from("alg"), Value::from("EdDSA"))])?;
/// let to_be_signed = jws::prepare(&header, r#"{"iat":1}"#)?;
/// let signature = key.sign(&to_be_signed)?;
/// let text = jws::finish(to_be_signed, signature.as_bytes());
/// Compact::parse(&text)?.verify(key.public())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn prepare(header: &Map<'_>, payload: impl AsRef<[u8]>) -> Result<ToBeSigned, Error> {
    prepare_with_room(header, payload, 0)
}

/// Room for a dot and any signature of ours: 132 octets from a P-521 key.
const SIGNATURE: usize = 1 + base64url::encoded_len(132);

/// The same, for a JWS that so many octets will follow besides its signature: they find room where it ends.
///
/// # Errors
/// As [`prepare`].
pub fn prepare_with_room(header: &Map<'_>, payload: impl AsRef<[u8]>, room: usize) -> Result<ToBeSigned, Error> {
    let (header, payload) = (json::write_map(header)?, payload.as_ref());
    let octets = [base64url::encoded_len(header.len()), 1, base64url::encoded_len(payload.len()), SIGNATURE];
    let mut signing_input = Vec::with_capacity(octets.into_iter().fold(room, usize::saturating_add));
    base64url::encode_into(header.as_bytes(), &mut signing_input);
    signing_input.push(b'.');
    base64url::encode_into(payload, &mut signing_input);
    // A header text begins with `{`, so this is of the family by construction.
    ToBeSigned::new(Family::Jws, signing_input).map_err(|e| Error::new(Code::Format).because(e))
}

/// The JWS in compact form. The signature is taken as it is: who did not make it himself verifies it first.
///
/// See [`prepare`] for an example.
pub fn finish(to_be_signed: ToBeSigned, signature: &[u8]) -> String {
    // A JWS signing input is ASCII, or it would not be of its family.
    String::from_utf8(finish_octets(to_be_signed, signature)).unwrap_or_default()
}

/// The same as the octets of its ASCII, for who goes on writing.
pub fn finish_octets(to_be_signed: ToBeSigned, signature: &[u8]) -> Vec<u8> {
    let mut text = to_be_signed.into_bytes();
    text.push(b'.');
    base64url::encode_into(signature, &mut text);
    text
}

/// What stands before and behind the character of ASCII at this place.
fn parted(text: &str, at: usize) -> Option<(&str, &str)> {
    Some((text.get(..at)?, text.get(at + 1..)?))
}

fn in_part(error: Error, name: &'static str) -> Error {
    match error.code() {
        Code::B64Malformed => Error::new(Code::B64Malformed).at(At::Field(name.into())).because(error),
        _ => error,
    }
}
