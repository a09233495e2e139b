//! What a provider answers to a batch, read and not believed: one JSON object with `issuer`, `credentials` and `padding`.
//!
//! Every member that is not known is refused: it could be a mark of one user (mimi-mls.md 4.5 B-12).

use mimicred_claims::{Key, Map, Value};
use mimicred_jose::base64url;
use mimicred_uri::{MimiUri, UriKind};

use crate::error::{Code, Error, Failure};

/// An answer as received.
pub(super) struct Answer<'a> {
    pub(super) issuer: &'a str,
    pub(super) entries: Vec<Entry<'a>>,
}

/// What is said to belong to one pseudonym.
pub(super) struct Entry<'a> {
    pub(super) user: MimiUri,
    pub(super) client: MimiUri,
    /// A certificate, or a chain, in PEM.
    pub(super) x509: Option<&'a str>,
    pub(super) sd_jwt: Option<&'a str>,
    pub(super) sd_cwt: Option<Vec<u8>>,
}

impl<'a> Answer<'a> {
    /// Reads an answer.
    ///
    /// # Errors
    /// `cli/answer-malformed`, with the number of the credential.
    pub(super) fn read(value: &'a Value<'a>) -> Result<Self, Failure> {
        let map = value.as_map().ok_or_else(|| malformed("not an object"))?;
        let (mut issuer, mut entries) = (None, None);
        for (key, value) in map.iter() {
            match (text_of(key), value) {
                ("issuer", Value::Text(name)) => issuer = Some(name.as_ref()),
                ("credentials", Value::Array(credentials)) => entries = Some(credentials),
                ("padding", Value::Text(zeros)) if zeros.bytes().all(|c| c == b'0') => {}
                (name, _) => return Err(malformed(&format!("member {name}"))),
            }
        }
        let (Some(issuer), Some(entries)) = (issuer, entries) else { return Err(malformed("issuer or credentials are missing")) };
        if entries.is_empty() {
            return Err(malformed("it has no credentials"));
        }
        let entries = entries.iter().enumerate().map(|(n, entry)| {
            let map = entry.as_map().ok_or_else(|| malformed("not an object"))?;
            Entry::read(map).map_err(|what| malformed(&format!("credential {}: {what}", n + 1)))
        });
        Ok(Self { issuer, entries: entries.collect::<Result<_, Failure>>()? })
    }
}

impl<'a> Entry<'a> {
    fn read(map: &'a Map<'a>) -> Result<Self, String> {
        let (mut user, mut client) = (None, None);
        let (mut x509, mut sd_jwt, mut sd_cwt) = (None, None, None);
        for (key, value) in map.iter() {
            let (name, text) = (text_of(key), value.as_text());
            match (name, text) {
                ("user", Some(text)) => user = uri(text, UriKind::Pseudonym),
                ("client", Some(text)) => client = uri(text, UriKind::Client),
                ("x509", Some(text)) => x509 = Some(text),
                ("sd-jwt", Some(text)) => sd_jwt = Some(text),
                ("sd-cwt", Some(text)) => sd_cwt = Some(base64url::decode(text).map_err(|_| "sd-cwt is not base64url")?),
                _ => return Err(format!("member {name}")),
            }
        }
        let (Some(user), Some(client)) = (user, client) else { return Err("no pseudonym, or no client of it".to_owned()) };
        if x509.is_none() && sd_jwt.is_none() && sd_cwt.is_none() {
            return Err("nothing is issued for it".to_owned());
        }
        Ok(Self { user, client, x509, sd_jwt, sd_cwt })
    }

    /// Which formats it has.
    pub(super) fn formats(&self) -> [bool; 3] {
        [self.x509.is_some(), self.sd_jwt.is_some(), self.sd_cwt.is_some()]
    }
}

fn uri(text: &str, kind: UriKind) -> Option<MimiUri> {
    MimiUri::parse(text).ok().filter(|uri| uri.kind() == kind)
}

fn text_of<'k>(key: &'k Key<'_>) -> &'k str {
    match key {
        Key::Text(text) => text,
        Key::Int(_) => "",
    }
}

fn malformed(note: &str) -> Failure {
    Error::new(Code::AnswerMalformed).note(note).into()
}
