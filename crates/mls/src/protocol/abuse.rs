//! AbuseReport (draft-ietf-mimi-protocol, "Report abuse"): messages of somebody, shown to the hub that marked them. The hub reads them whole,
//! and with a reveal in them it reads the reveal (mimi-mls 4.4 T-12).
//!
//! ```
//! use mimicred_mls::protocol::AbuseReport;
//!
//! let report = AbuseReport {
//!     reporting_user: None,
//!     alleged_abuser: "mimi://a.example/p/alice1".parse()?,
//!     reason: 1,
//!     note: "see for yourself".to_owned(),
//!     messages: Vec::new(),
//!     extensions: Default::default(),
//! };
//! let octets = report.encode()?;
//! assert_eq!(octets, b"\x00\x19mimi://a.example/p/alice1\x01\x10see for yourself\x00\x00");
//! assert_eq!(AbuseReport::decode(&octets)?, report);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(test)]
mod tests;

use std::fmt;

use mimicred_error::At;
use mimicred_uri::MimiUri;

use super::{Frank, MAX_TEXT, read_text, read_user, write_uri};
use crate::component::read_optional_uri;
use crate::dictionary::AppDataDictionary;
use crate::error::{Code, Error};
use crate::tls::{Reader, Writer};

const MAX_MESSAGES: usize = 256;
const MAX_CONTENT: usize = 16 * 1024 * 1024;
const MAX_EXTENSIONS: usize = 1024 * 1024;

/// `AbuseReport`.
#[derive(Clone, PartialEq, Eq)]
pub struct AbuseReport {
    /// Who reports, if she says so.
    pub reporting_user: Option<MimiUri>,
    /// Of whom.
    pub alleged_abuser: MimiUri,
    /// Of what kind it is; the draft has no numbers yet.
    pub reason: u8,
    /// For people; may be empty.
    pub note: String,
    /// The messages, or none.
    pub messages: Vec<AbusiveMessage>,
    /// What else belongs to it.
    pub extensions: AppDataDictionary,
}

/// `AbusiveMessage`.
#[derive(Clone, PartialEq, Eq)]
pub struct AbusiveMessage {
    /// The content as it was decrypted, with the salt that opens its franking tag.
    pub content: Vec<u8>,
    /// The hub's mark.
    pub frank: Frank,
    /// When the hub accepted it, in milliseconds since 1970.
    pub accepted_timestamp: u64,
}

impl AbuseReport {
    /// Reads a report that fills the whole input.
    ///
    /// # Errors
    /// `mls/uri-invalid`, `mls/text-invalid`, and those of [`Reader`] and [`AppDataDictionary::decode`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let report = Self {
            reporting_user: read_optional_uri(&mut reader)?,
            alleged_abuser: read_user(&mut reader)?,
            reason: reader.u8()?,
            note: read_text(&mut reader, MAX_TEXT)?,
            messages: reader.list::<_, Error>(MAX_CONTENT, MAX_MESSAGES, |inner| {
                Ok(AbusiveMessage {
                    content: inner.vector(MAX_CONTENT)?.to_vec(),
                    frank: Frank::read(inner)?,
                    accepted_timestamp: inner.u64()?,
                })
            })?,
            extensions: AppDataDictionary::read(&mut reader, MAX_EXTENSIONS)?,
        };
        reader.finish()?;
        report.check()?;
        Ok(report)
    }

    /// The encoded report.
    ///
    /// # Errors
    /// As [`AbuseReport::decode`], for a report that could not be read.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        self.check()?;
        let reporting_user = self.reporting_user.as_ref().map(MimiUri::as_str).unwrap_or_default();
        let writer = write_uri(Writer::new().vector(reporting_user.as_bytes()), &self.alleged_abuser)
            .u8(self.reason)
            .vector(self.note.as_bytes())
            .list(&self.messages, |writer, message| {
                message.frank.write(writer.vector(&message.content)).u64(message.accepted_timestamp)
            });
        self.extensions.write(writer).finish()
    }

    fn check(&self) -> Result<(), Error> {
        let reporting_user = self.reporting_user.as_ref();
        if reporting_user.is_some_and(|user| !user.names_user()) {
            return Err(Error::new(Code::UriInvalid).at(At::Field("reportingUser".into())));
        }
        if !self.alleged_abuser.names_user() {
            return Err(Error::new(Code::UriInvalid).at(At::Field("allegedAbuserUri".into())));
        }
        if self.note.contains('\0') {
            return Err(Error::new(Code::TextInvalid).at(At::Field("note".into())));
        }
        Ok(())
    }
}

/// Without note and contents.
impl fmt::Debug for AbuseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbuseReport")
            .field("reporting_user", &self.reporting_user)
            .field("alleged_abuser", &self.alleged_abuser)
            .field("reason", &self.reason)
            .field("messages", &self.messages)
            .field("extensions", &self.extensions)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AbusiveMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AbusiveMessage({} octets)", self.content.len())
    }
}
