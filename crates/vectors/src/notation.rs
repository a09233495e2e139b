//! CBOR as text: how the vectors show it, and how those that are made by hand are written.

use mimicred_claims::{Map, Value};
use mimicred_cose::cbor::{self, Dialect};
use mimicred_cose::edn::{self, Comments, Printer};

/// Octets as one line of diagnostic notation; nothing for what has none, which is no well-formed CBOR.
pub(crate) fn line(octets: &[u8]) -> Option<String> {
    let text = Printer::new().with_comments(Comments::None).with_width(usize::MAX).print(octets).ok()?;
    Some(text.trim_end().to_owned())
}

/// The same for people: several lines, and what numbers mean in comments.
pub(crate) fn annotated(octets: &[u8]) -> Vec<String> {
    edn::print(octets).unwrap_or_default().lines().map(str::to_owned).collect()
}

/// A claims set in deterministic encoding.
pub(crate) fn deterministic(claims: &Map<'_>) -> Vec<u8> {
    // It was read from CBOR, so that it can be written.
    cbor::write(&Value::Map(claims.clone())).unwrap_or_default()
}

/// Octets written down in the source.
pub(crate) fn octets(text: &str) -> Vec<u8> {
    edn::parse(text, &edn::Limits::DEFAULT).unwrap_or_else(|error| unreachable!("{error}: {text}"))
}

/// A claims set written down in the source, without its braces, in deterministic encoding.
pub(crate) fn claims(entries: &str) -> Vec<u8> {
    let octets = octets(&format!("{{{entries}}}"));
    match cbor::parse(&octets, Dialect::Plain, &cbor::Limits::DEFAULT) {
        Ok(Value::Map(map)) => deterministic(&map),
        _ => unreachable!("not claims: {entries}"),
    }
}
