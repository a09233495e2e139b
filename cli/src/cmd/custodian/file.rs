//! What goes from a provider to its custodians: one JSON file for one opening.

use mimicred_escrow::{Binding, Custody, Log, Mode, Request, SealedRecord};
use mimicred_jose::base64url;
use mimicred_provider::Opening;
use serde::{Deserialize, Serialize};

use crate::error::{Code, Error, Failure};
use crate::io::{Inputs, Source};

/// Largest opening that is read, in octets: it has the whole log in it.
const MAX_OPENING: usize = 64 << 20;

/// An opening, read.
pub(crate) struct OpeningFile {
    pub(crate) custody: Custody,
    pub(crate) log: Log,
    pub(crate) entry: u64,
    record: SealedRecord,
    binding: Binding,
}

/// The file: octets in base64url.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// `sealed` or `threshold`.
    mode: String,
    custody: String,
    /// The log, line by line.
    log: Vec<String>,
    entry: u64,
    handle: String,
    record: String,
}

impl OpeningFile {
    pub(crate) fn of(custody: &Custody, opening: Opening) -> Self {
        let Opening { log, entry, record, binding } = opening;
        Self { custody: custody.clone(), log, entry, record, binding }
    }

    pub(crate) fn request(&self) -> Request<'_> {
        Request { custody: &self.custody, log: &self.log, entry: self.entry, record: &self.record, binding: &self.binding }
    }

    pub(crate) fn to_text(&self) -> Result<String, Failure> {
        let written = Written {
            mode: self.binding.mode.name().to_owned(),
            custody: base64url::encode(self.custody.to_octets()),
            log: self.log.to_text().lines().map(str::to_owned).collect(),
            entry: self.entry,
            handle: base64url::encode(&self.binding.handle),
            record: base64url::encode(self.record.as_bytes()),
        };
        let mut text = serde_json::to_string_pretty(&written).map_err(|e| Error::new(Code::OutputFailed).because(e))?;
        text.push('\n');
        Ok(text)
    }

    /// Reads such a file.
    pub(crate) fn read(inputs: &Inputs, source: &Source) -> Result<Self, Failure> {
        let input = inputs.read_within(source, "opening", MAX_OPENING)?;
        let reading = |failure: Failure| failure.reading(&input.name);
        let written: Written = serde_json::from_slice(&input.octets).map_err(|e| {
            let error = Error::new(Code::ContentUnexpected).note("no opening, as mimicred provider open writes them").because(e);
            reading(error.into())
        })?;
        let octets = |text: &str| base64url::decode(text).map_err(|error| reading(error.into()));
        let mode = [Mode::Sealed, Mode::Threshold].into_iter().find(|mode| mode.name() == written.mode);
        let handle = <[u8; 32]>::try_from(octets(&written.handle)?).ok();
        let (Some(mode), Some(handle)) = (mode, handle) else {
            return Err(reading(Failure::note(Code::ContentUnexpected, "an opening of an unknown mode")));
        };
        let log: String = written.log.iter().map(|line| format!("{line}\n")).collect();
        Ok(Self {
            custody: Custody::parse(&octets(&written.custody)?).map_err(|error| reading(error.into()))?,
            log: Log::parse(&log).map_err(|error| reading(error.into()))?,
            entry: written.entry,
            record: SealedRecord::parse(&octets(&written.record)?).map_err(|error| reading(error.into()))?,
            binding: Binding { mode, handle },
        })
    }
}
