//! PEM (RFC 7468), strict: lines of 64 characters, no headers, no text around the blocks; blank space at either end is
//! forgiven, because editors add it.

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use mimicred_error::At;

use crate::{Code, Error};

/// One block of a PEM file. Its content is wiped when dropped, as it may be a secret key.
#[derive(Clone, PartialEq, Eq)]
pub struct Block {
    label: String,
    der: Zeroizing<Vec<u8>>,
}

impl Block {
    /// What stands after BEGIN, like `CERTIFICATE`.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The content, without its armour.
    pub fn der(&self) -> &[u8] {
        &self.der
    }
}

impl std::fmt::Debug for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Block").field("label", &self.label).field("len", &self.der.len()).finish_non_exhaustive()
    }
}

/// Reads a file of exactly one block.
///
/// # Errors
/// `keys/pem-malformed`.
///
/// ```
/// let block = mimicred_keys::pem::parse("-----BEGIN GREETING-----\naGVsbG8=\n-----END GREETING-----\n")?;
/// assert_eq!((block.label(), block.der()), ("GREETING", b"hello".as_slice()));
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
pub fn parse(text: &str) -> Result<Block, Error> {
    let mut blocks = parse_all(text)?;
    match (blocks.pop(), blocks.is_empty()) {
        (Some(block), true) => Ok(block),
        _ => Err(Error::new(Code::PemMalformed).note("more than one block")),
    }
}

/// Reads a file of one or more blocks, such as a certificate chain.
///
/// # Errors
/// `keys/pem-malformed`, with the line.
///
/// ```
/// let text = mimicred_keys::pem::write("GREETING", b"hello").repeat(2);
/// assert_eq!(mimicred_keys::pem::parse_all(&text)?.len(), 2);
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
pub fn parse_all(text: &str) -> Result<Vec<Block>, Error> {
    let mut blocks = Vec::new();
    let mut lines = text.trim_ascii_end().lines().enumerate().peekable();
    loop {
        while lines.next_if(|(_, line)| line.is_empty()).is_some() {}
        blocks.push(block(&mut lines)?);
        if lines.peek().is_none() {
            return Ok(blocks);
        }
    }
}

/// Takes the lines of one block, each with its number counted from 0.
fn block<'a>(lines: &mut impl Iterator<Item = (usize, &'a str)>) -> Result<Block, Error> {
    let malformed = |number: usize| Error::new(Code::PemMalformed).at(At::Line(number + 1, 1));
    let (number, begin) = lines.next().ok_or_else(|| malformed(0))?;
    let label = boundary("-----BEGIN ", begin).ok_or_else(|| malformed(number))?;
    // Longer than any key's, so that a secret is not copied about by growing.
    let mut body = Zeroizing::new(String::with_capacity(16 * LINE));
    let mut last = number;
    let mut full = true;
    for (number, line) in lines {
        last = number;
        if line.starts_with('-') {
            if boundary("-----END ", line) != Some(label) {
                break;
            }
            let der = Base64::decode_vec(&body).map_err(|_| malformed(number))?;
            return Ok(Block { label: label.to_owned(), der: Zeroizing::new(der) });
        }
        // Every line but the last has 64 characters (RFC 7468 3, stricttextualmsg).
        if !full || line.is_empty() || line.len() > LINE {
            break;
        }
        full = line.len() == LINE;
        body.push_str(line);
    }
    Err(malformed(last))
}

/// The label of a BEGIN or END line.
fn boundary<'a>(start: &str, line: &'a str) -> Option<&'a str> {
    let label = line.strip_prefix(start)?.strip_suffix("-----")?;
    let plain = |octet: u8| matches!(octet, b' ' | b'!'..=b',' | b'.'..=b'~');
    (!label.is_empty() && label.bytes().all(plain)).then_some(label)
}

/// Writes one block, with line feeds. The label is one that a program fixes; it is written as it is.
///
/// ```
/// let text = mimicred_keys::pem::write("GREETING", b"hello");
/// assert_eq!(*text, "-----BEGIN GREETING-----\naGVsbG8=\n-----END GREETING-----\n");
/// ```
pub fn write(label: &'static str, der: &[u8]) -> Zeroizing<String> {
    let base64 = Zeroizing::new(Base64::encode_string(der));
    // All the room at once: growing would leave copies of a secret behind.
    let mut out = Zeroizing::new(String::with_capacity(base64.len() + base64.len() / LINE + 2 * label.len() + 40));
    out.extend(["-----BEGIN ", label, "-----\n"]);
    let mut rest = base64.as_str();
    while let Some((line, tail)) = rest.split_at_checked(LINE) {
        out.extend([line, "\n"]);
        rest = tail;
    }
    if !rest.is_empty() {
        out.extend([rest, "\n"]);
    }
    out.extend(["-----END ", label, "-----\n"]);
    out
}

/// Characters in a full line.
const LINE: usize = 64;

#[cfg(test)]
mod tests;
