//! The Verifier's side: entries become disclosures, or stay pending.

use mimicred_claims::{Content, Opened};
use mimicred_cose::cbor::{Limits, Reader};
use mimicred_keys::{HashAlgorithm, aead};

use super::entry::{at_entry, check};
use super::{Cipher, DisclosureKey, Entry, KeyContext};
use crate::disclosure;
use crate::{Code, Error};

/// An encrypted disclosure that was left closed, because there is no key for it (CWT-A-017). Who has the key can still open it, if
/// the presentation is forwarded whole (CWT-A-018).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PendingDisclosure {
    /// Its position in the list of encrypted disclosures, counted from 0.
    pub index: usize,
    /// How it names its key.
    pub key_context: Option<KeyContext>,
    /// Octets of its ciphertext, which are those of the encoded disclosure.
    pub length: usize,
}

/// The entries that no key was tried on, as if there were none.
pub(crate) fn pending(entries: &[Entry<'_>]) -> Vec<PendingDisclosure> {
    entries.iter().enumerate().map(|(index, entry)| PendingDisclosure::new(index, entry)).collect()
}

/// Opens every entry that one of the keys serves, within what `limits` leaves; the others stay pending (CWT-A-015, CWT-A-017,
/// trap 27).
///
/// # Errors
/// [`Code::AeadFormat`]; [`Code::AlgUnsupported`] if there is a key but not the algorithm for it; [`Code::AeadAuth`] if there is a key
/// and it does not open (CWT-A-016); those of a malformed disclosure (CWT-A-012, CWT-A-024).
pub(crate) fn open(
    entries: &[Entry<'_>],
    cipher: Cipher,
    keys: &[DisclosureKey],
    hash: HashAlgorithm,
    limits: &mut Limits,
) -> Result<(Vec<Opened<'static>>, Vec<PendingDisclosure>), Error> {
    check(entries, cipher)?;
    let (mut opened, mut pending) = (Vec::new(), Vec::new());
    for (n, entry) in entries.iter().enumerate() {
        match entry.open(cipher, keys).map_err(|error| at_entry(error, n))? {
            Some(plaintext) => opened.push(read(&plaintext, hash, limits).map_err(|error| at_entry(error, n))?),
            None => pending.push(PendingDisclosure::new(n, entry)),
        }
    }
    Ok((opened, pending))
}

impl PendingDisclosure {
    fn new(index: usize, entry: &Entry<'_>) -> Self {
        Self { index, key_context: entry.key_context.clone(), length: entry.ciphertext.len() }
    }
}

impl Entry<'_> {
    /// The plaintext, or nothing where there is no key.
    fn open(&self, cipher: Cipher, keys: &[DisclosureKey]) -> Result<Option<Vec<u8>>, Error> {
        let mut refused = None;
        for key in keys.iter().filter(|key| key.serves(self.key_context.as_ref())) {
            match self.open_with(cipher, key) {
                Ok(plaintext) => return Ok(Some(plaintext)),
                // A key that could be tried and failed says more than one that could not.
                Err(error) if refused.is_none() || error.code() == Code::AeadAuth => refused = Some(error),
                Err(_) => {}
            }
        }
        refused.map_or(Ok(None), Err)
    }

    fn open_with(&self, cipher: Cipher, key: &DisclosureKey) -> Result<Vec<u8>, Error> {
        let algorithm = cipher.aead()?;
        let secret = key.secret(algorithm)?;
        // CWT-A-011: no associated data. CWT-A-013: the tag stands apart.
        let opened = aead::open(algorithm, secret, self.nonce, &[], &[self.ciphertext, self.tag].concat());
        opened.map_err(|error| Error::new(Code::AeadAuth).because(error))
    }
}

/// Reads a plaintext as what stands in `sd_claims`: one byte string with the shortest head (trap 2), whose digest is over all of it
/// (trap 3).
fn read(plaintext: &[u8], hash: HashAlgorithm, limits: &mut Limits) -> Result<Opened<'static>, Error> {
    let mut reader = Reader::new(plaintext, limits)?;
    let encoded = reader.encoded_bytes().map_err(disclosure::shape)?;
    if !encoded.is_preferred {
        return Err(Error::new(Code::CborForbidden).note("its head is not the shortest"));
    }
    reader.finish()?;
    let (_, content) = disclosure::open(&encoded, hash, limits)?;
    Ok(Opened {
        digest: disclosure::digest(hash, encoded.encoded),
        content: match content {
            Content::Claim(key, value) => Content::Claim(key.into_owned(), value.into_owned()),
            Content::Element(value) => Content::Element(value.into_owned()),
            Content::Decoy => Content::Decoy,
        },
    })
}
