//! The SdJwt structure of draft-mahy-mls-sd-cwt-credential 3.2: an SD-JWT with key binding, as text or compacted.
//!
//! Compacted, the base64url of header, payload, signature and disclosures is undone, which saves a quarter. Expanding must give
//! back the very text, or signature and `sd_hash` fail; so only canonical base64url can be compacted. Two things the draft leaves
//! open are read as in mimi-mls 2.2: a disclosure is one vector with its decoded JSON, and the key binding stays ASCII text.

use std::fmt;

use mimicred_error::At;
use mimicred_jose::base64url;

use crate::credential::MAX_CREDENTIAL;
use crate::error::{Code, Error};
use crate::tls::{Reader, Writer};

/// The most disclosures that one SD-JWT may have.
const MAX_DISCLOSURES: usize = 4096;

/// How an [`SdJwt`] is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SdJwtForm {
    /// `compacted` = 1.
    Compacted,
    /// `compacted` = 0.
    Text,
}

/// An SD-JWT+KB in an MLS structure.
///
/// ```
/// use mimicred_mls::{SdJwt, SdJwtForm};
///
/// let sd_jwt = SdJwt::new("e30.e30.AA~WzFd~e30.e30.AA", SdJwtForm::Compacted)?;
/// assert_eq!(sd_jwt.encode()?, b"\x01\x02{}\x02{}\x01\x00\x04\x03[1]\x0ae30.e30.AA");
/// assert_eq!(SdJwt::decode(&sd_jwt.encode()?)?.as_str(), "e30.e30.AA~WzFd~e30.e30.AA");
/// # Ok::<(), mimicred_mls::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SdJwt {
    text: String,
    form: SdJwtForm,
}

impl SdJwt {
    /// Takes the text of an SD-JWT+KB, to be written in the form given.
    pub fn new(text: &str, form: SdJwtForm) -> Result<Self, Error> {
        if text.len() > MAX_CREDENTIAL {
            return Err(Error::new(Code::Limit).at(At::Field("sd_jwt".into())));
        }
        let parts = Parts::split(text)?;
        if form == SdJwtForm::Compacted {
            parts.compact()?;
        }
        Ok(Self { text: text.to_owned(), form })
    }

    /// The SD-JWT+KB as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How it is written.
    pub fn form(&self) -> SdJwtForm {
        self.form
    }

    /// Reads the structure from the whole input.
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let sd_jwt = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(sd_jwt)
    }

    /// Reads the structure from the front of the input.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        if !reader.flag()? {
            return Self::new(reader.text(MAX_CREDENTIAL)?, SdJwtForm::Text);
        }
        let protected = reader.vector(MAX_CREDENTIAL)?;
        let payload = reader.vector(MAX_CREDENTIAL)?;
        let signature = reader.vector(MAX_CREDENTIAL)?;
        let mut text = [protected, payload, signature].map(base64url::encode).join(".");
        let disclosures = reader.list::<_, Error>(MAX_CREDENTIAL, MAX_DISCLOSURES, |inner| inner.vector(MAX_CREDENTIAL))?;
        for disclosure in disclosures {
            text.push('~');
            text.push_str(&base64url::encode(disclosure));
        }
        let key_binding = reader.text(MAX_CREDENTIAL)?;
        if key_binding.contains('~') {
            // It would be read as a further disclosure: a second encoding of the same text.
            return Err(malformed("KB-JWT"));
        }
        text.push('~');
        text.push_str(key_binding);
        // The shape of the text says the rest: nothing empty, a key binding of three parts.
        Self::new(&text, SdJwtForm::Compacted)
    }

    /// The structure.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        match self.form {
            SdJwtForm::Text => Writer::new().flag(false).vector(self.text.as_bytes()).finish(),
            SdJwtForm::Compacted => Parts::split(&self.text)?.compact(),
        }
    }
}

/// Sizes only: the text holds disclosures.
impl fmt::Debug for SdJwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SdJwt({} octets, {:?})", self.text.len(), self.form)
    }
}

/// The parts of an SD-JWT+KB, known to be of base64url characters and in their places.
struct Parts<'a> {
    token: [&'a str; 3],
    disclosures: Vec<&'a str>,
    key_binding: &'a str,
}

impl<'a> Parts<'a> {
    fn split(text: &'a str) -> Result<Self, Error> {
        let (token, rest) = text.split_once('~').ok_or_else(|| malformed("issuer JWT"))?;
        let (disclosures, key_binding) = match rest.rsplit_once('~') {
            Some((disclosures, key_binding)) => (disclosures.split('~').collect(), key_binding),
            None => (Vec::new(), rest),
        };
        let token = jws(token).ok_or_else(|| malformed("issuer JWT"))?;
        if disclosures.len() > MAX_DISCLOSURES {
            return Err(Error::new(Code::Limit).at(At::Field("disclosures".into())));
        }
        if let Some(bad) = disclosures.iter().position(|disclosure| !is_base64url(disclosure)) {
            return Err(Error::new(Code::SdJwtMalformed).at(At::Disclosure(bad)));
        }
        if key_binding.is_empty() {
            return Err(Error::new(Code::KeyBindingMissing));
        }
        jws(key_binding).ok_or_else(|| malformed("KB-JWT"))?;
        Ok(Self { token, disclosures, key_binding })
    }

    fn compact(&self) -> Result<Vec<u8>, Error> {
        let decode = |text| base64url::decode(text).map_err(|error| Error::new(Code::SdJwtNotCanonical).because(error));
        let mut writer = Writer::new().flag(true);
        for part in self.token {
            writer = writer.vector(&decode(part)?);
        }
        let disclosures = self.disclosures.iter().copied().map(decode).collect::<Result<Vec<_>, _>>()?;
        writer.list(disclosures, |writer, disclosure| writer.vector(&disclosure)).vector(self.key_binding.as_bytes()).finish()
    }
}

/// The three parts of a JWS in compact serialization.
fn jws(text: &str) -> Option<[&str; 3]> {
    let mut parts = text.split('.');
    let found = [parts.next()?, parts.next()?, parts.next()?];
    (parts.next().is_none() && found.iter().all(|part| is_base64url(part))).then_some(found)
}

fn is_base64url(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_'))
}

fn malformed(part: &'static str) -> Error {
    Error::new(Code::SdJwtMalformed).at(At::Field(part.into()))
}
