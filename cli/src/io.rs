//! Reading inputs: a path, a `file:` URI, or standard input, which has one taker.

pub(crate) mod output;

use std::cell::RefCell;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::error::{Code, Error, Failure};
use crate::octets::decode_hex;
use crate::sniff;

/// Largest input that is read, in octets.
pub(crate) const MAX_INPUT: usize = 1 << 20;
/// Largest revocation list that is read, in octets: what mimicred_x509 admits, in PEM.
const MAX_CRL_INPUT: usize = 24 << 20;

/// Where an input comes from, as written on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// `-`, or no argument.
    Stdin,
    /// A path or a `file:` URI.
    File(PathBuf),
    /// A URI of another scheme; reading it fails with a name.
    Unsupported(String),
}

impl FromStr for Source {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.split_once(':') {
            _ if text == "-" => Source::Stdin,
            Some(("file", rest)) => {
                // file:path, file:/path, file:///path and file://localhost/path.
                let path = match rest.strip_prefix("//") {
                    Some(with_host) => with_host.strip_prefix("localhost").unwrap_or(with_host),
                    None => rest,
                };
                let is_remote = rest.starts_with("//") && !path.starts_with('/');
                match percent_decode(path) {
                    Some(path) if !is_remote && !path.is_empty() => Source::File(path.into()),
                    _ => Source::Unsupported(text.to_owned()),
                }
            }
            // One letter before the colon is a drive, not a scheme.
            Some((scheme, _)) if scheme.len() > 1 && is_scheme(scheme) => Source::Unsupported(text.to_owned()),
            _ => Source::File(text.into()),
        })
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

fn percent_decode(text: &str) -> Option<String> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            octets.push(*first);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2)?;
        rest = after;
        octets.extend(decode_hex(std::str::from_utf8(digits).ok()?)?);
    }
    String::from_utf8(octets).ok()
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Stdin => f.write_str("standard input"),
            Source::File(path) => write!(f, "{}", path.display()),
            Source::Unsupported(uri) => f.write_str(uri),
        }
    }
}

/// What was read, with the name to use in messages. It may be a private key, so it is erased when dropped.
pub(crate) struct Input {
    pub(crate) name: String,
    pub(crate) octets: Zeroizing<Vec<u8>>,
}

impl Input {
    /// The content without white space around it, if it is text. Pasted text and pipes bring line ends along; the tool takes them
    /// off so that the libraries need not be lenient.
    pub(crate) fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.octets).ok().map(|text| text.trim_matches([' ', '\t', '\r', '\n']))
    }
}

/// The inputs of one command.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    /// What claimed standard input.
    stdin: RefCell<Option<String>>,
}

impl Inputs {
    /// Reads one input, named in messages by its file name; `role` names what it is to the command.
    ///
    /// # Errors
    /// Unreadable, too large, empty, of an unsupported scheme, or standard input for the second time.
    pub(crate) fn read(&self, source: &Source, role: &str) -> Result<Input, Failure> {
        self.read_within(source, role, MAX_INPUT)
    }

    /// The same for what may be larger, up to so many octets.
    ///
    /// # Errors
    /// As [`Inputs::read`].
    pub(crate) fn read_within(&self, source: &Source, role: &str, most: usize) -> Result<Input, Failure> {
        let name = source.to_string();
        let failed = |failure: Failure| failure.reading(&name);
        let octets = match source {
            Source::Unsupported(_) => return Err(failed(Failure::new(Code::SchemeUnsupported))),
            Source::Stdin => {
                if let Some(first) = self.stdin.replace(Some(role.to_owned())) {
                    return Err(Failure::note(Code::StdinTwice, format!("for the {first} and for the {role}")));
                }
                read_all(io::stdin().lock(), MAX_INPUT.min(most), most)
            }
            Source::File(path) => File::open(path).map_err(unreadable).and_then(|file| {
                let length = file.metadata().ok().and_then(|known| usize::try_from(known.len()).ok()).unwrap_or(0);
                read_all(file, length.clamp(MAX_INPUT.min(most), most), most)
            }),
        }
        .map_err(failed)?;
        let input = Input { octets, name };
        let compact = input.text().and_then(sniff::compact_of_json).transpose();
        match compact.map_err(|e| Failure::from(e).reading(&input.name))? {
            Some(compact) => Ok(Input { octets: Zeroizing::new(compact.into_bytes()), ..input }),
            None => Ok(input),
        }
    }
}

/// The files of a directory with this extension, by name.
///
/// # Errors
/// The directory cannot be read.
pub(crate) fn files_in(directory: &Path, extension: &str) -> Result<Vec<Source>, Failure> {
    let failed = |e: io::Error| unreadable(e).reading(&directory.display().to_string());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files.into_iter().map(Source::File).collect())
}

/// Reads up to so many octets, of which this many are likely.
fn read_all(mut reader: impl Read, likely: usize, most: usize) -> Result<Zeroizing<Vec<u8>>, Failure> {
    // Room for everything at once: growing would leave copies of a private key behind.
    let mut octets = Zeroizing::new(Vec::with_capacity(likely.saturating_add(1)));
    reader.by_ref().take(over(most)).read_to_end(&mut octets).map_err(unreadable)?;
    if octets.len() > most && most < MAX_CRL_INPUT && sniff::begins_revocation_list(&octets) {
        reader.take(over(MAX_CRL_INPUT - most)).read_to_end(&mut octets).map_err(unreadable)?;
        if octets.len() <= MAX_CRL_INPUT {
            return Ok(octets);
        }
    }
    match octets.len() {
        0 => Err(Failure::new(Code::FileEmpty)),
        length if length <= most => Ok(octets),
        _ => Err(Failure::note(Code::FileTooLarge, format!("more than {} MiB", most >> 20))),
    }
}

/// One more than so many octets.
fn over(limit: usize) -> u64 {
    u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1)
}

/// Why a file or folder cannot be read.
pub(crate) fn unreadable(e: io::Error) -> Failure {
    let reason = match e.kind() {
        io::ErrorKind::NotFound => "no such file",
        io::ErrorKind::PermissionDenied => "permission denied",
        io::ErrorKind::IsADirectory => "it is a directory",
        io::ErrorKind::NotADirectory => "it is not a directory",
        _ => return Error::new(Code::FileUnreadable).because(e).into(),
    };
    Failure::note(Code::FileUnreadable, reason)
}

#[cfg(test)]
mod tests;
