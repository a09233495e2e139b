//! The octets of issued tokens and presentations.

use std::fmt;

use mimicred_claims::ClaimPath;
use mimicred_claims::Key;
use mimicred_cose::cbor::{EncodedBytes, Reader, Writer};
use mimicred_cose::sign1;

use crate::Error;
use crate::disclosure::Written;
use crate::token::{SD_CLAIMS, Token};

/// An issued SD-CWT with all its disclosures: what the Holder gets and keeps to herself.
#[derive(Clone, PartialEq, Eq)]
pub struct SdCwt(Vec<u8>);

impl SdCwt {
    /// From what was signed and the encoded disclosures; without disclosures there is no list of them (CWT-I-014).
    pub(crate) fn new(protected: &[u8], disclosures: Written, payload: &[u8], signature: &[u8]) -> Self {
        let before = before_disclosures(protected, disclosures.len());
        // The token is put together around its disclosures, which are most of it.
        let mut writer = disclosures.behind(&before);
        sign1::write_after(&mut writer, payload, signature);
        Self(writer.finish())
    }

    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The octets.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// What stands in a token before its disclosures, of which there are so many.
pub(crate) fn before_disclosures(protected: &[u8], count: usize) -> Vec<u8> {
    let mut before = Writer::with_capacity(protected.len() + 32);
    sign1::write_before(&mut before, protected);
    before.map(usize::from(count > 0));
    if count > 0 {
        before.int(17);
        before.array(count);
    }
    before.finish()
}

impl AsRef<[u8]> for SdCwt {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Salts and values stay out of logs.
impl fmt::Debug for SdCwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SdCwt({} octets)", self.0.len())
    }
}

/// A KBT: the token with the chosen disclosures, inside the Holder's key binding.
#[derive(Clone, PartialEq, Eq)]
pub struct Presentation {
    octets: Vec<u8>,
    revealed: Vec<ClaimPath>,
}

impl Presentation {
    pub(crate) fn new(octets: Vec<u8>, revealed: Vec<ClaimPath>) -> Self {
        Self { octets, revealed }
    }

    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        &self.octets
    }

    /// The octets.
    pub fn into_bytes(self) -> Vec<u8> {
        self.octets
    }

    /// The claims that are disclosed by it, beside those that are always visible.
    pub fn revealed(&self) -> &[ClaimPath] {
        &self.revealed
    }
}

impl AsRef<[u8]> for Presentation {
    fn as_ref(&self) -> &[u8] {
        &self.octets
    }
}

/// Values stay out of logs.
impl fmt::Debug for Presentation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presentation").field("octets", &self.octets.len()).field("revealed", &self.revealed).finish()
    }
}

/// The token with these disclosures, clear and encrypted, and nothing else changed: the same protected header, payload and signature, and the other
/// unprotected labels as they were (CWT-P-002, CWT-P-003).
pub(crate) fn with_disclosures(token: &Token<'_>, clear: &[EncodedBytes<'_>], encrypted: &[Vec<u8>]) -> Result<Vec<u8>, Error> {
    let mut reader = Reader::new(token.sign1.unprotected(), &token.limits())?;
    let mut kept = Vec::new();
    for _ in 0..reader.map_head()? {
        let (key, value) = (reader.key()?, reader.skip()?);
        if key != Key::Int(SD_CLAIMS) {
            kept.push((key, value));
        }
    }
    let mut unprotected = Writer::with_capacity(token.sign1.unprotected().len());
    unprotected.map(kept.len() + usize::from(!clear.is_empty()) + usize::from(!encrypted.is_empty()));
    if !clear.is_empty() {
        unprotected.int(17);
        unprotected.array(clear.len());
        for disclosure in clear {
            unprotected.raw(disclosure.encoded);
        }
    }
    if !encrypted.is_empty() {
        unprotected.int(171);
        unprotected.array(encrypted.len());
        encrypted.iter().for_each(|entry| unprotected.raw(entry));
    }
    for (key, value) in kept {
        unprotected.key(&key)?;
        unprotected.raw(value);
    }
    let sign1 = &token.sign1;
    Ok(sign1::encode(sign1.protected(), &unprotected.finish(), sign1.payload(), sign1.signature()))
}
