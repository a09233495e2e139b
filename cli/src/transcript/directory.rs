//! A directory with all messages of a run, whole or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use mimicred_flows::record::Message;
use mimicred_flows::report::FlowReport;
use mimicred_keys::sha256;
use serde::Serialize;

use super::Envelope;
use crate::error::{Code, Error, Failure};
use crate::out::hex;

/// `index.json`.
#[derive(Serialize)]
struct Index<'a> {
    /// The flow.
    flow: &'a str,
    /// The MLS cipher suite.
    suite: &'a str,
    /// The seed, if the run can be repeated.
    seed: Option<&'a str>,
    /// The messages, in their order.
    messages: Vec<Entry<'a>>,
}

/// One of the files.
#[derive(Serialize)]
struct Entry<'a> {
    /// Its name in this directory.
    file: String,
    #[serde(flatten)]
    envelope: Envelope,
    /// The part of the flow that it belongs to.
    phase: &'a str,
    /// What it does, for people; may be empty.
    note: &'a str,
    /// The size of the body.
    octets: usize,
    /// SHA-256 of the body, in hex.
    sha256: String,
}

/// Where a transcript goes.
#[derive(Clone, Debug)]
pub(crate) struct Transcript(PathBuf);

impl Transcript {
    /// Takes a directory that is new, or empty.
    ///
    /// # Errors
    /// `cli/directory-not-empty`, also for the directory that one is in; `cli/output-failed` for what is none.
    pub(crate) fn into(directory: &Path) -> Result<Self, Failure> {
        let named = || directory.display().to_string();
        let failed = |e: io::Error| failed(e, directory);
        match fs::read_dir(directory) {
            Ok(mut entries) => {
                // By its own name, so that a link to it stays one.
                let whole = directory.canonicalize().map_err(failed)?;
                if entries.next().is_some() || std::env::current_dir().is_ok_and(|current| current.starts_with(&whole)) {
                    return Err(Failure::note(Code::DirectoryNotEmpty, named()));
                }
                Ok(Self(whole))
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound && directory.symlink_metadata().is_err() => {
                let parent = parent(directory);
                if parent.is_dir() { Ok(Self(directory.to_owned())) } else { Err(failed(e)) }
            }
            Err(e) => Err(failed(e)),
        }
    }

    /// Writes all messages and the index into a directory beside it, which then takes its name. It can be read by its owner only: the
    /// messages hold secrets, if only of a run.
    ///
    /// # Errors
    /// `cli/output-failed`, `cli/directory-not-empty`.
    pub(crate) fn write(&self, report: &FlowReport, messages: &[Message]) -> Result<(), Failure> {
        let Self(directory) = self;
        let failed = |e: io::Error| failed(e, directory);
        let temporary = tempfile::Builder::new().prefix(".mimicred-").tempdir_in(parent(directory)).map_err(failed)?;
        let mut entries = Vec::with_capacity(messages.len());
        for message in messages {
            let (file, envelope) = (name(message), Envelope::of(message));
            fs::write(temporary.path().join(&file), envelope.around(&message.octets)?).map_err(failed)?;
            entries.push(Entry {
                file,
                envelope,
                phase: &message.phase,
                note: &message.note,
                octets: message.octets.len(),
                sha256: hex(&sha256(&message.octets)),
            });
        }
        let index = Index { flow: report.flow, suite: &report.suite, seed: report.seed.as_deref(), messages: entries };
        let mut index = serde_json::to_string_pretty(&index).map_err(|e| Error::new(Code::OutputFailed).because(e))?;
        index.push('\n');
        fs::write(temporary.path().join("index.json"), index).map_err(failed)?;
        // Not every system lets a directory take the place of an empty one. One that is no longer empty stays.
        match fs::remove_dir(directory) {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) if e.kind() == io::ErrorKind::DirectoryNotEmpty => {
                return Err(Failure::note(Code::DirectoryNotEmpty, directory.display().to_string()));
            }
            Err(e) => return Err(failed(e)),
        }
        fs::rename(temporary.path(), directory).map_err(failed)?;
        // Under its old name there is nothing to be removed.
        let _ = temporary.keep();
        Ok(())
    }
}

/// `007-UpdateRequest.msg`.
fn name(message: &Message) -> String {
    format!("{:03}-{}.msg", message.number, message.kind)
}

fn parent(directory: &Path) -> &Path {
    match directory.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

fn failed(e: io::Error, directory: &Path) -> Failure {
    let named = directory.display();
    match e.kind() {
        io::ErrorKind::NotFound => Failure::note(Code::OutputFailed, format!("{named}: no such directory above it")),
        io::ErrorKind::PermissionDenied => Failure::note(Code::OutputFailed, format!("{named}: permission denied")),
        io::ErrorKind::NotADirectory => Failure::note(Code::OutputFailed, format!("{named}: not a directory")),
        _ => Error::new(Code::OutputFailed).note(named.to_string()).because(e).into(),
    }
}
