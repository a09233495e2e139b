//! From files and folders to credentials, one by one.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use mimicred_claims::Value;
use mimicred_jose::{base64url, json};
use mimicred_keys::pem;
use mimicred_lint::{Format, MAX_OCTETS};
use zeroize::Zeroizing;

use crate::error::{Code, Failure};
use crate::io::{Input, Source, unreadable};
use crate::octets::decode_hex;
use crate::sniff;

/// Credentials with the names by which the report speaks of them.
pub(in crate::cmd) type Batch = Vec<(String, Vec<u8>)>;

/// A JSON array of as many tokens as a run takes.
const JSON: json::Limits = json::Limits { octets: MAX_OCTETS, values: 1 << 24, ..json::Limits::DEFAULT };
const WANTED: &str = "a credential";
const BEGIN: &str = "-----BEGIN CERTIFICATE-----";

/// The inputs of one run.
#[derive(Default)]
pub(super) struct Reader {
    stdin: Option<&'static str>,
    /// What was skipped in folders, and why.
    pub(super) skipped: Vec<String>,
}

impl Reader {
    /// Everything in these files and folders, in this order; the files of a folder by their names.
    ///
    /// # Errors
    /// A file cannot be read, or holds no credential and was named itself.
    pub(super) fn batch(&mut self, sources: &[Source], role: &'static str) -> Result<Batch, Failure> {
        let mut batch = Batch::new();
        for source in sources {
            match source {
                Source::File(path) if path.is_dir() => self.folder(path, &mut batch)?,
                _ => batch.extend(split(&self.read(source, role)?)?),
            }
        }
        Ok(batch)
    }

    fn folder(&mut self, folder: &Path, batch: &mut Batch) -> Result<(), Failure> {
        let failed = |e: io::Error| unreadable(e).reading(&folder.display().to_string());
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            paths.push(entry.map_err(failed)?.path());
        }
        paths.sort();
        let before = batch.len();
        for path in paths.into_iter().filter(|path| path.is_file()) {
            let name = path.display().to_string();
            // An empty file has no credential either.
            if std::fs::metadata(&path).map_err(|e| unreadable(e).reading(&name))?.len() == 0 {
                self.skipped.push(format!("{name} was skipped: it is empty"));
                continue;
            }
            let input = self.read(&Source::File(path), "")?;
            match holds_credentials(&input) {
                true => batch.extend(split(&input)?),
                false => self.skipped.push(format!("{name} was skipped: it holds no credential")),
            }
        }
        if batch.len() == before {
            return Err(
                Failure::from(mimicred_lint::Error::new(mimicred_lint::Code::Empty)).reading(&folder.display().to_string())
            );
        }
        Ok(())
    }

    fn read(&mut self, source: &Source, role: &'static str) -> Result<Input, Failure> {
        let name = source.to_string();
        let octets = match source {
            Source::Unsupported(_) => Err(Failure::new(Code::SchemeUnsupported)),
            Source::Stdin => match self.stdin.replace(role) {
                Some(first) => return Err(Failure::note(Code::StdinTwice, format!("for the {first} and for the {role}"))),
                None => read_all(io::stdin().lock()),
            },
            Source::File(path) => File::open(path).map_err(unreadable).and_then(read_all),
        };
        let octets = octets.map_err(|failure| failure.reading(&name))?;
        Ok(Input { name, octets: Zeroizing::new(octets) })
    }
}

fn read_all(reader: impl Read) -> Result<Vec<u8>, Failure> {
    let limit = u64::try_from(MAX_OCTETS).unwrap_or(u64::MAX);
    let mut octets = Vec::new();
    reader.take(limit.saturating_add(1)).read_to_end(&mut octets).map_err(unreadable)?;
    match octets.len() {
        0 => Err(Failure::new(Code::FileEmpty)),
        1..=MAX_OCTETS => Ok(octets),
        _ => Err(mimicred_lint::Error::new(mimicred_lint::Code::Limit).into()),
    }
}

/// Whether what a file begins with is a credential: whatever else is wrong with it is an error then.
fn holds_credentials(input: &Input) -> bool {
    match input.text() {
        Some(text) if is_bundle(text) => true,
        Some(text) if text.starts_with('[') => {
            text.trim_start_matches(['[', ' ', '\n', '\r', '\t']).starts_with("\"eyJ") || text.contains("\"payload\"")
        }
        Some(text) if is_answer(text) || Format::of(text.as_bytes()).is_some() => true,
        Some(text) => {
            text.lines().next().is_some_and(|line| of_line(line.trim()).is_some()) || Format::of(&input.octets).is_some()
        }
        None => Format::of(&input.octets).is_some(),
    }
}

/// The credentials in one file.
///
/// # Errors
/// Something in it is none.
pub(in crate::cmd) fn split(input: &Input) -> Result<Batch, Failure> {
    if !holds_credentials(input) {
        return Err(sniff::unexpected(input, WANTED).reading(&input.name));
    }
    let parts = match input.text() {
        Some(text) if is_bundle(text) => certificates(text),
        Some(text) if text.starts_with('[') => array(text),
        Some(text) if is_answer(text) => answer(text),
        Some(text) if is_whole(text) => Ok(vec![text.as_bytes().to_vec()]),
        Some(text) if Format::of(&input.octets).is_none() || text.starts_with("eyJ") || text.starts_with('{') => lines(text),
        _ => Ok(vec![input.octets.to_vec()]),
    };
    let parts = parts.map_err(|failure| failure.reading(&input.name))?;
    let many = parts.len() > 1;
    let name = |n: usize| if many { format!("{}#{}", input.name, n + 1) } else { input.name.clone() };
    Ok(parts.into_iter().enumerate().map(|(n, octets)| (name(n), octets)).collect())
}

/// Certificates in PEM, with or without text before the first one. Inside JSON, ends of lines are escaped.
fn is_bundle(text: &str) -> bool {
    text.starts_with(BEGIN) || text.contains(&format!("\n{BEGIN}"))
}

/// One text that is one credential: an SD-JWT in JSON, on however many lines.
fn is_whole(text: &str) -> bool {
    text.starts_with('{') && json::parse(text, &JSON).is_ok()
}

/// What mimicred provider issue wrote.
fn is_answer(text: &str) -> bool {
    text.trim_start().starts_with('{') && text.contains("\"issuer\"") && text.contains("\"credentials\"")
}

/// The credentials of an answer, those of one pseudonym after the other.
fn answer(text: &str) -> Result<Vec<Vec<u8>>, Failure> {
    let value = json::parse(text, &JSON)?;
    let credentials = value.as_map().and_then(|answer| answer.text("credentials")).and_then(Value::as_array).unwrap_or_default();
    let mut found = Vec::new();
    for (n, credential) in credentials.iter().enumerate() {
        let credential = credential.as_map().ok_or_else(|| none("credential", n))?;
        for (name, value) in credential.iter() {
            let (mimicred_claims::Key::Text(name), Value::Text(text)) = (name, value) else { return Err(none("credential", n)) };
            match name.as_ref() {
                "x509" => found.extend(certificates(text)?),
                "sd-jwt" | "sd-cwt" => found.push(of_line(text).ok_or_else(|| none("credential", n))?),
                _ => {}
            }
        }
    }
    Ok(found)
}

/// The certificates of a bundle; what stands between them is for people (RFC 7468 2), unless it is something else in PEM.
fn certificates(text: &str) -> Result<Vec<Vec<u8>>, Failure> {
    const ANY: &str = "-----BEGIN ";
    const END: &str = "-----END CERTIFICATE-----";
    let mut found = Vec::new();
    // One block after the other: a bundle may have more of them than a PEM file of keys.
    for part in text.split_inclusive(END) {
        if let Some(label) = part.split(ANY).skip(1).filter_map(|rest| rest.split("-----").next()).find(|it| *it != "CERTIFICATE")
        {
            return Err(Failure::note(Code::ContentUnexpected, format!("a PEM block {label}")));
        }
        if let Some(block) = part.find(ANY).and_then(|start| part.get(start..)) {
            found.push(pem::parse(block)?.der().to_vec());
        }
    }
    Ok(found)
}

fn array(text: &str) -> Result<Vec<Vec<u8>>, Failure> {
    let value = json::parse(text, &JSON)?;
    let elements = value.as_array().unwrap_or_default();
    let credential = |(n, element): (usize, &Value<'_>)| match element {
        Value::Text(text) => of_line(text.trim()).ok_or_else(|| none("element", n)),
        object @ Value::Map(_) => Ok(json::write(object)?.into_bytes()),
        _ => Err(none("element", n)),
    };
    elements.iter().enumerate().map(credential).collect()
}

fn lines(text: &str) -> Result<Vec<Vec<u8>>, Failure> {
    let filled = text.lines().enumerate().map(|(n, line)| (n, line.trim())).filter(|(_, line)| !line.is_empty());
    filled.map(|(n, line)| of_line(line).ok_or_else(|| none("line", n))).collect()
}

fn none(what: &str, n: usize) -> Failure {
    Failure::note(Code::ContentUnknown, format!("{what} {} is no credential", n + 1))
}

/// A credential as text: as it is, in base64url or in hex.
fn of_line(line: &str) -> Option<Vec<u8>> {
    let as_is = Some(line.as_bytes().to_vec()).filter(|octets| matches!(Format::of(octets), Some(Format::SdJwt)));
    let encoded = || decode_hex(line).or_else(|| base64url::decode(line).ok());
    as_is.or_else(|| encoded().filter(|octets| Format::of(octets).is_some()))
}
