//! Writing the one artefact of a command: whole or not at all, never over something else, never octets on a terminal.

use std::fs::Permissions;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::error::{Code, Error, Failure};
use crate::out::Out;

/// Where the artefact goes.
#[derive(Args, Clone, Debug)]
pub(crate) struct OutputArgs {
    /// Write the result to FILE, only if the command succeeds; - is standard output.
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    file: Option<PathBuf>,
    /// Overwrite FILE if it exists.
    #[arg(long, requires = "file")]
    force: bool,
}

/// What a command makes.
pub(crate) struct Artefact<'a> {
    pub(crate) octets: &'a [u8],
    pub(crate) form: ArtefactForm,
}

/// How an artefact may be shown and who may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArtefactForm {
    /// Text for everybody.
    Text,
    /// Octets for everybody.
    Binary,
    /// A private key as text; its file is readable by its owner only.
    SecretText,
    /// A private key as octets.
    SecretBinary,
}

impl ArtefactForm {
    pub(crate) fn is_binary(self) -> bool {
        matches!(self, ArtefactForm::Binary | ArtefactForm::SecretBinary)
    }

    fn is_secret(self) -> bool {
        matches!(self, ArtefactForm::SecretText | ArtefactForm::SecretBinary)
    }
}

impl OutputArgs {
    /// An output that no option asked for: a file of this name, in place of one that is there.
    pub(crate) fn replacing(file: impl Into<PathBuf>) -> Self {
        Self { file: Some(file.into()), force: true }
    }

    /// An output that another option asked for.
    pub(crate) fn to(file: impl Into<PathBuf>, force: bool) -> Self {
        Self { file: Some(file.into()), force }
    }

    /// The file to write, unless it is standard output.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.file.as_deref().filter(|file| *file != Path::new("-"))
    }

    /// Refuses early, before anything is made, if the file is in the way.
    ///
    /// # Errors
    /// `cli/output-exists`.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        match self.file() {
            Some(file) if !self.force && file.symlink_metadata().is_ok() => Err(exists(file)),
            _ => Ok(()),
        }
    }

    /// Writes the artefact to its file or to standard output. With `--json` and no file nothing is written here: the result
    /// object carries the artefact.
    ///
    /// # Errors
    /// The file exists or cannot be written; octets would go to a terminal.
    pub(crate) fn write(&self, artefact: &Artefact<'_>, out: &mut Out) -> Result<(), Failure> {
        if let Some(file) = self.file() {
            return self.write_file(file, artefact);
        }
        if out.is_json() {
            return Ok(());
        }
        if artefact.form.is_binary() {
            if self.file.is_none() && io::stdout().is_terminal() {
                return Err(Failure::new(Code::BinaryTerminal));
            }
            return out.octets(artefact.octets);
        }
        out.octets(artefact.octets)?;
        if artefact.octets.ends_with(b"\n") { Ok(()) } else { out.octets(b"\n") }
    }

    /// A file next to the target takes the octets and then its name, so that nobody ever sees half of them.
    fn write_file(&self, file: &Path, artefact: &Artefact<'_>) -> Result<(), Failure> {
        let failed = |e: io::Error| {
            let reason = match e.kind() {
                io::ErrorKind::NotFound => "no such directory",
                io::ErrorKind::PermissionDenied => "permission denied",
                io::ErrorKind::NotADirectory => "not in a directory",
                _ => return Failure::from(Error::new(Code::OutputFailed).note(file.display().to_string()).because(e)),
            };
            Failure::note(Code::OutputFailed, format!("{}: {reason}", file.display()))
        };
        let directory = match file.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".mimicred-");
        if let Some(permissions) = permissions(artefact.form) {
            builder.permissions(permissions);
        }
        let mut temporary = builder.tempfile_in(directory).map_err(failed)?;
        temporary.write_all(artefact.octets).map_err(failed)?;
        if !artefact.form.is_binary() && !artefact.octets.ends_with(b"\n") {
            temporary.write_all(b"\n").map_err(failed)?;
        }
        temporary.as_file().sync_all().map_err(failed)?;
        let named = if self.force { temporary.persist(file) } else { temporary.persist_noclobber(file) };
        match named {
            Ok(_) => Ok(()),
            Err(e) if e.error.kind() == io::ErrorKind::AlreadyExists => Err(exists(file)),
            Err(e) => Err(failed(e.error)),
        }
    }
}

fn exists(file: &Path) -> Failure {
    Failure::note(Code::OutputExists, file.display().to_string())
}

/// Private keys are for their owner; the rest is as the umask says.
#[cfg(unix)]
fn permissions(form: ArtefactForm) -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(Permissions::from_mode(if form.is_secret() { 0o600 } else { 0o666 }))
}

#[cfg(not(unix))]
fn permissions(_: ArtefactForm) -> Option<Permissions> {
    None
}
