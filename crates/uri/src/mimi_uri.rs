//! The URI itself.

use std::fmt;
use std::str::FromStr;

use mimicred_error::At;

use crate::error::{Code, Error};
use crate::host::{self, Host};

#[cfg(test)]
mod tests;

const SCHEME: &str = "mimi://";
const MAX_SEGMENTS: usize = 4;

/// What a MIMI URI names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UriKind {
    /// A provider: no path at all.
    Provider,
    /// A user, `/u/`. By itself this never proves that the name is no pseudonym.
    User,
    /// A pseudonym, `/p/`.
    Pseudonym,
    /// A client or device, `/d/`.
    Client,
    /// A room, `/r/`.
    Room,
    /// An MLS group, `/g/`.
    Group,
    /// A team, `/t/`.
    Team,
}

impl UriKind {
    /// The first path segment; none for a provider.
    pub const fn letter(self) -> Option<char> {
        Some(match self {
            UriKind::Provider => return None,
            UriKind::User => 'u',
            UriKind::Pseudonym => 'p',
            UriKind::Client => 'd',
            UriKind::Room => 'r',
            UriKind::Group => 'g',
            UriKind::Team => 't',
        })
    }

    fn from_segment(segment: &str) -> Option<Self> {
        Some(match segment {
            "u" => UriKind::User,
            "p" => UriKind::Pseudonym,
            "d" => UriKind::Client,
            "r" => UriKind::Room,
            "g" => UriKind::Group,
            "t" => UriKind::Team,
            _ => return None,
        })
    }
}

/// A MIMI URI in its only spelling; equal if and only if the octets are.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MimiUri {
    text: String,
    kind: UriKind,
    host_end: usize,
}

impl MimiUri {
    /// Reads a URI by the grammar of mimi-mls.md 1.1.
    ///
    /// ```
    /// use mimicred_uri::{Code, MimiUri};
    /// assert_eq!(MimiUri::parse("mimi://a.example/d/alice/ClientA1")?.id(), "alice/ClientA1");
    /// assert_eq!(MimiUri::parse("mimi://b.example/b/bob").unwrap_err().code(), Code::Kind);
    /// # Ok::<(), mimicred_uri::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, Error> {
        if !(8..=1024).contains(&text.len()) {
            return Err(Error::new(Code::Length));
        }
        let rest = text.strip_prefix(SCHEME).ok_or(Code::Scheme)?;
        // A query or a fragment after the host would else be reported as a bad host.
        if let Some(offset) = text.find(['?', '#']) {
            return Err(Error::new(Code::Character).at(At::Offset(offset)).note("no query and no fragment"));
        }
        let (host, path) = match rest.split_once('/') {
            None => (rest, None),
            Some((host, path)) => (host, Some(path)),
        };
        host::check(host)?;
        let kind = match path {
            None => UriKind::Provider,
            Some(path) => check_path(path)?,
        };
        Ok(Self { text: text.to_owned(), kind, host_end: SCHEME.len() + host.len() })
    }

    /// The URI of the provider at this host.
    ///
    /// ```
    /// use mimicred_uri::{Host, MimiUri};
    /// assert_eq!(MimiUri::provider(&Host::parse("a.example")?).as_str(), "mimi://a.example");
    /// # Ok::<(), mimicred_uri::Error>(())
    /// ```
    pub fn provider(host: &Host) -> Self {
        let text = format!("{SCHEME}{host}");
        Self { host_end: text.len(), text, kind: UriKind::Provider }
    }

    /// A URI from parts that are known to fit the grammar.
    pub(crate) fn from_parts(host: &Host, kind: UriKind, id: &str) -> Self {
        let mut uri = Self::provider(host);
        if let Some(letter) = kind.letter() {
            uri.kind = kind;
            uri.text.extend(['/', letter, '/']);
            uri.text.push_str(id);
        }
        uri
    }

    /// What the URI names.
    pub fn kind(&self) -> UriKind {
        self.kind
    }

    /// The provider's host.
    pub fn host(&self) -> &str {
        self.text.get(SCHEME.len()..self.host_end).unwrap_or_default()
    }

    /// Everything after the type letter, as written; empty for a provider.
    pub fn id(&self) -> &str {
        // `/`, the letter, `/`
        self.text.get(self.host_end + 3..).unwrap_or_default()
    }

    /// The URI as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the URI names a person: a user or a pseudonym.
    ///
    /// ```
    /// use mimicred_uri::MimiUri;
    /// assert!(MimiUri::parse("mimi://a.example/p/crazykoala75")?.names_user());
    /// assert!(!MimiUri::parse("mimi://a.example/d/ClientA1")?.names_user());
    /// # Ok::<(), mimicred_uri::Error>(())
    /// ```
    pub fn names_user(&self) -> bool {
        matches!(self.kind, UriKind::User | UriKind::Pseudonym)
    }
}

impl fmt::Display for MimiUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for MimiUri {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

impl AsRef<str> for MimiUri {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

/// The path row of mimi-mls.md 1.1, after the first slash.
fn check_path(path: &str) -> Result<UriKind, Error> {
    let mut segments = path.split('/');
    let kind = segments.next().and_then(UriKind::from_segment).ok_or(Code::Kind)?;
    let mut count = 0;
    for segment in segments {
        count += 1;
        if count > MAX_SEGMENTS {
            return Err(Error::new(Code::Path).note("more than 4 segments"));
        }
        check_segment(segment)?;
    }
    if count == 0 {
        return Err(Error::new(Code::Path).note("no identifier after the type letter"));
    }
    Ok(kind)
}

fn check_segment(segment: &str) -> Result<(), Error> {
    if segment.is_empty() || segment.len() > 255 {
        return Err(Error::new(Code::Path).note("a segment is empty or longer than 255 octets"));
    }
    if segment == "." || segment == ".." {
        return Err(Error::new(Code::Path).note("a segment is . or .."));
    }
    let mut octets = segment.bytes();
    while let Some(octet) = octets.next() {
        if octet == b'%' {
            let escaped = octets.next().zip(octets.next()).and_then(|(high, low)| Some(upper_hex(high)? * 16 + upper_hex(low)?));
            if escaped.is_none_or(is_unreserved) {
                return Err(Error::new(Code::Escape));
            }
        } else if !is_unreserved(octet) {
            return Err(Error::new(Code::Character));
        }
    }
    Ok(())
}

/// RFC 3986 2.3.
fn is_unreserved(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_' | b'~')
}

fn upper_hex(octet: u8) -> Option<u8> {
    match octet {
        b'0'..=b'9' => Some(octet - b'0'),
        b'A'..=b'F' => Some(octet - b'A' + 10),
        _ => None,
    }
}
