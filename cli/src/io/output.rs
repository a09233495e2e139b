//! Writing the one artefact of a command: whole or not at all, never over something else, never octets on a terminal.

use std::fs::{File, Permissions};
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

    /// Refuses early, before anything is made, if the file is in the way or has no place.
    ///
    /// # Errors
    /// `cli/output-exists`; `cli/output-failed` if there is no such directory.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        match self.file() {
            Some(file) if !self.force && file.symlink_metadata().is_ok() && !is_special(file) => Err(exists(file)),
            Some(file) => beside(file).metadata().map(|_| ()).map_err(|e| failed(file, e)),
            None => Ok(()),
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
        let failed = |e| failed(file, e);
        let needs_end = !artefact.form.is_binary() && !artefact.octets.ends_with(b"\n");
        let end: &[u8] = if needs_end { b"\n" } else { b"" };
        if is_special(file) {
            let mut special = File::options().write(true).open(file).map_err(failed)?;
            return special.write_all(&[artefact.octets, end].concat()).map_err(failed);
        }
        let directory = beside(file);
        let mut builder = tempfile::Builder::new();
        builder.prefix(".mimicred-");
        if let Some(permissions) = permissions(artefact.form) {
            builder.permissions(permissions);
        }
        let mut temporary = builder.tempfile_in(directory).map_err(failed)?;
        temporary.write_all(artefact.octets).and_then(|()| temporary.write_all(end)).map_err(failed)?;
        temporary.as_file().sync_all().map_err(failed)?;
        let named = if self.force { temporary.persist(file) } else { temporary.persist_noclobber(file) };
        match named {
            Ok(_) => Ok(()),
            Err(e) if e.error.kind() == io::ErrorKind::AlreadyExists => Err(exists(file)),
            Err(e) => Err(failed(e.error)),
        }
    }
}

impl OutputArgs {
    /// Opens the output for an artefact that is written piece by piece; a file gets its name when it is finished.
    ///
    /// # Errors
    /// As [`OutputArgs::write`].
    pub(crate) fn open(&self) -> Result<Written, Failure> {
        self.check()?;
        let Some(file) = self.file() else { return Ok(Written(Target::Stdout(io::stdout()))) };
        if is_special(file) {
            let special = File::options().write(true).open(file);
            return special.map(|special| Written(Target::Special(special))).map_err(|e| failed(file, e));
        }
        let temporary = tempfile::Builder::new().prefix(".mimicred-").tempfile_in(beside(file)).map_err(|e| failed(file, e))?;
        Ok(Written(Target::File { temporary: io::BufWriter::new(temporary), file: file.to_owned(), force: self.force }))
    }
}

/// An output that is being written. What is not finished leaves no file.
pub(crate) struct Written(Target);

enum Target {
    Stdout(io::Stdout),
    /// A device or a pipe.
    Special(File),
    File {
        temporary: io::BufWriter<tempfile::NamedTempFile>,
        file: PathBuf,
        force: bool,
    },
}

impl Written {
    /// Sees to it that everything is where it belongs, on the disk and under its name.
    ///
    /// # Errors
    /// `cli/output-failed`, `cli/output-exists`.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let failed = |e: io::Error| Failure::from(Error::new(Code::OutputFailed).because(e));
        match self.0 {
            Target::Stdout(mut stdout) => stdout.flush().map_err(failed),
            Target::Special(mut special) => special.flush().map_err(failed),
            Target::File { temporary, file, force } => {
                let temporary = temporary.into_inner().map_err(|e| failed(e.into_error()))?;
                temporary.as_file().sync_all().map_err(failed)?;
                let named = if force { temporary.persist(&file) } else { temporary.persist_noclobber(&file) };
                match named {
                    Ok(_) => {}
                    Err(e) if e.error.kind() == io::ErrorKind::AlreadyExists => return Err(exists(&file)),
                    Err(e) => return Err(failed(e.error)),
                }
                // The name is on the disk when the directory is.
                File::open(beside(&file)).and_then(|directory| directory.sync_all()).map_err(failed)
            }
        }
    }
}

impl Write for Written {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Target::Stdout(stdout) => stdout.write(octets),
            Target::Special(special) => special.write(octets),
            Target::File { temporary, .. } => temporary.write(octets),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Target::Stdout(stdout) => stdout.flush(),
            Target::Special(special) => special.flush(),
            Target::File { temporary, .. } => temporary.flush(),
        }
    }
}

/// The directory in which a file or another directory is.
pub(crate) fn beside(path: &Path) -> &Path {
    path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."))
}

/// Why something was not written, in our words where they are better than the system's.
pub(crate) fn failed(path: &Path, e: io::Error) -> Failure {
    let reason = match e.kind() {
        io::ErrorKind::NotFound => "no such directory",
        io::ErrorKind::PermissionDenied => "permission denied",
        io::ErrorKind::NotADirectory => "not in a directory",
        _ => return Error::new(Code::OutputFailed).note(path.display().to_string()).because(e).into(),
    };
    Failure::note(Code::OutputFailed, format!("{}: {reason}", path.display()))
}

/// Whether it is a device, a pipe or the like: it is written to, and never replaced.
fn is_special(file: &Path) -> bool {
    file.metadata().is_ok_and(|found| !found.is_file() && !found.is_dir())
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
