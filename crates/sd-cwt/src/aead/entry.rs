//! One entry of `sd_aead_encrypted_claims`: `[nonce, ciphertext, tag]`, with a fourth field where the key is named.

use std::collections::HashSet;

use mimicred_claims::Value;
use mimicred_cose::cbor::{Dialect, Reader, Writer};
use mimicred_cose::{Code as CoseCode, Error as CoseError};
use mimicred_error::At;

use super::{Cipher, KeyContext};
use crate::{Code, Error};

/// What a received entry holds; nothing opened.
#[derive(Clone)]
pub(crate) struct Entry<'a> {
    pub(super) nonce: &'a [u8],
    pub(super) ciphertext: &'a [u8],
    pub(super) tag: &'a [u8],
    pub(super) key_context: Option<KeyContext>,
}

/// Reads the entries of the list, as many as its head announced (CWT-A-003, CWT-A-004).
///
/// # Errors
/// [`Code::AeadFormat`].
pub(crate) fn read(mut reader: Reader<'_>, count: usize) -> Result<Vec<Entry<'_>>, Error> {
    (0..count).map(|n| entry(&mut reader).map_err(|error| at_entry(error, n))).collect()
}

fn entry<'a>(reader: &mut Reader<'a>) -> Result<Entry<'a>, Error> {
    let malformed = |note: &str| Error::new(Code::AeadFormat).note(note);
    let fields = reader.array().map_err(shape)?;
    if !(3..=4).contains(&fields) {
        return Err(malformed("not of three or four fields"));
    }
    let (nonce, ciphertext) = (reader.bytes().map_err(shape)?, reader.bytes().map_err(shape)?);
    let tag = reader.bytes().map_err(shape)?;
    let key_context = match fields {
        3 => None,
        _ => Some(match reader.item(Dialect::Plain)? {
            Value::Int(number) => KeyContext::Number(number.try_into().map_err(|_| malformed("a negative key context"))?),
            Value::Text(name) => KeyContext::Name(name.into_owned()),
            Value::Bytes(thumbprint) => KeyContext::Thumbprint(thumbprint.into_owned()),
            _ => return Err(malformed("the key context is no number, text or byte string")),
        }),
    };
    Ok(Entry { nonce, ciphertext, tag, key_context })
}

/// Checks what depends on the algorithm, and that no nonce is used twice (CWT-A-010).
///
/// # Errors
/// [`Code::AeadFormat`].
pub(super) fn check(entries: &[Entry<'_>], cipher: Cipher) -> Result<(), Error> {
    let mut nonces = HashSet::with_capacity(entries.len());
    for (n, entry) in entries.iter().enumerate() {
        let malformed = |note: &str| Err(at_entry(Error::new(Code::AeadFormat).note(note), n));
        if !cipher.fits(entry) {
            return malformed("nonce or tag has not the length that the algorithm asks for");
        }
        if !nonces.insert(entry.nonce) {
            return malformed("its nonce is used twice");
        }
    }
    Ok(())
}

/// Writes an entry.
pub(super) fn write(nonce: &[u8], ciphertext: &[u8], tag: &[u8], key_context: Option<&KeyContext>) -> Result<Vec<u8>, Error> {
    let mut writer = Writer::with_capacity(ciphertext.len() + 48);
    writer.array(if key_context.is_some() { 4 } else { 3 });
    writer.bytes(nonce);
    writer.bytes(ciphertext);
    writer.bytes(tag);
    match key_context {
        Some(KeyContext::Number(number)) => writer.value(&Value::Int((*number).into()))?,
        Some(KeyContext::Name(name)) => writer.text(name),
        Some(KeyContext::Thumbprint(thumbprint)) => writer.bytes(thumbprint),
        None => {}
    }
    Ok(writer.finish())
}

/// An item of another type than expected makes the entry malformed; other faults keep their names.
fn shape(error: CoseError) -> Error {
    match error.code() {
        CoseCode::Structure => Error::new(Code::AeadFormat).because(error),
        _ => error.into(),
    }
}

/// Adds to an error which entry it is about.
pub(super) fn at_entry(error: Error, n: usize) -> Error {
    let place = At::Header(format!("sd_aead_encrypted_claims[{n}]").into());
    Error::new(error.code()).at(place).because(error)
}
