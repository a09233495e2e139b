//! COSE_Sign1 (RFC 9052 section 4.2): taken apart without copying, verified over the octets received, made in two steps.

use mimicred_error::At;
use mimicred_keys::{Family, PublicKey, ToBeSigned};

use crate::cbor::{Limits, Reader, Writer};
use crate::header::Header;
use crate::{AlgorithmId, Code, Error};

/// Tag of a COSE_Sign1 message.
const COSE_SIGN1: u64 = 18;
/// Tag that may precede it (RFC 8392 section 6).
const CWT: u64 = 61;

/// Whether tag 61 may stand before the message (CWT-E-005): on the outermost item it may, inside a header it may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CwtTag {
    /// It may be there.
    Tolerated,
    /// It may not.
    Refused,
}

/// A received message, its parts as they are in the input.
///
/// ```
/// use mimicred_cose::cbor::Limits;
/// use mimicred_cose::sign1::{CwtTag, Sign1};
///
/// let message = Sign1::parse(b"\xd2\x84\x43\xa1\x01\x32\xa0\x41\xa0\x40", CwtTag::Refused, &Limits::DEFAULT)?;
/// assert_eq!(message.protected(), b"\xa1\x01\x32");
/// assert_eq!(message.payload(), b"\xa0");
/// # Ok::<(), mimicred_cose::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sign1<'a> {
    protected: &'a [u8],
    unprotected: &'a [u8],
    payload: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Sign1<'a> {
    /// Takes the message apart: tag 18 over protected bstr, unprotected map, attached payload, signature (CWT-E-003 to CWT-E-006).
    ///
    /// # Errors
    /// [`Code::Structure`], and those of [`cbor::parse`](crate::cbor::parse).
    pub fn parse(input: &'a [u8], cwt_tag: CwtTag, limits: &Limits) -> Result<Self, Error> {
        Self::parse_by(input, cwt_tag, limits, |reader| reader.skip().map(drop)).map(|(message, ())| message)
    }

    /// The same, reading the unprotected header on the way, as [`Header::read`] would: where a large one need not be gone through
    /// twice.
    ///
    /// # Errors
    /// As [`Sign1::parse`] and [`Header::read`].
    ///
    /// ```
    /// use mimicred_cose::cbor::Limits;
    /// use mimicred_cose::sign1::{CwtTag, Sign1};
    ///
    /// // 18([<< {1: -19} >>, {17: ["kept"]}, h'a0', h''])
    /// let octets = b"\xd2\x84\x43\xa1\x01\x32\xa1\x11\x81\x64kept\x41\xa0\x40";
    /// let (message, unprotected) = Sign1::parse_with_header(octets, CwtTag::Refused, &[17], &Limits::DEFAULT)?;
    /// assert_eq!(unprotected.raw(17), Some(&b"\x81\x64kept"[..]));
    /// assert_eq!(message.payload(), b"\xa0");
    /// # Ok::<(), mimicred_cose::Error>(())
    /// ```
    pub fn parse_with_header(
        input: &'a [u8],
        cwt_tag: CwtTag,
        raw_labels: &[i128],
        limits: &Limits,
    ) -> Result<(Self, Header<'a>), Error> {
        Self::parse_by(input, cwt_tag, limits, |reader| Header::read_next(reader, raw_labels))
    }

    fn parse_by<H>(
        input: &'a [u8],
        cwt_tag: CwtTag,
        limits: &Limits,
        unprotected: impl FnOnce(&mut Reader<'a>) -> Result<H, Error>,
    ) -> Result<(Self, H), Error> {
        let mut reader = Reader::new(input, limits)?;
        let mut tag = reader.tag()?;
        if tag == CWT && cwt_tag == CwtTag::Tolerated {
            tag = reader.tag()?;
        }
        if tag != COSE_SIGN1 {
            return Err(Error::new(Code::Structure).note(format!("tag {tag} instead of 18, COSE_Sign1")));
        }
        if reader.array()? != 4 {
            return Err(Error::new(Code::Structure).note("COSE_Sign1 has four parts"));
        }
        let protected = reader.bytes()?;
        if !reader.is_map_next() && !reader.is_at_end() {
            return Err(Error::new(Code::Structure).at(At::Offset(reader.position())).note("the unprotected header is no map"));
        }
        let start = reader.position();
        let header = unprotected(&mut reader)?;
        let unprotected = input.get(start..reader.position()).unwrap_or_default();
        let payload = reader.bytes()?;
        if payload.is_empty() {
            return Err(Error::new(Code::Structure).note("an empty payload"));
        }
        let signature = reader.bytes()?;
        reader.finish()?;
        Ok((Self { protected, unprotected, payload, signature }, header))
    }

    /// The content of the protected header: an encoded map.
    pub fn protected(&self) -> &'a [u8] {
        self.protected
    }

    /// The unprotected header: an encoded map.
    pub fn unprotected(&self) -> &'a [u8] {
        self.unprotected
    }

    /// The payload.
    pub fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// The signature.
    pub fn signature(&self) -> &'a [u8] {
        self.signature
    }

    /// What was signed (RFC 9052 section 4.4), over the octets received and no external data (CWT-E-008).
    pub fn sig_structure(&self) -> Vec<u8> {
        sig_structure(self.protected, self.payload)
    }

    /// What was signed, as parts that need not be put together: a KBT is signed over all of its SD-CWT.
    pub fn signed(&self) -> SignedParts<'a> {
        let [before, between] = sig_structure_heads(self.protected, self.payload);
        SignedParts { before, protected: self.protected, between, payload: self.payload }
    }

    /// Checks the signature. The header's algorithm must be that of the key (CWT-K-016).
    ///
    /// # Errors
    /// [`Code::AlgUnsupported`], [`Code::SignatureInvalid`].
    pub fn verify(&self, algorithm: AlgorithmId, key: &PublicKey) -> Result<(), Error> {
        if algorithm.algorithm() != key.algorithm() {
            return Err(Error::new(Code::AlgUnsupported)
                .at(At::Header("alg".into()))
                .note(format!("{algorithm} with a key of {}", key.algorithm())));
        }
        let verified = key.verify_parts(Family::Cose, &self.signed().parts(), self.signature);
        verified.map_err(|error| Error::new(Code::SignatureInvalid).because(error))
    }
}

/// The parts of what was signed.
///
/// ```
/// use mimicred_cose::cbor::Limits;
/// use mimicred_cose::sign1::{CwtTag, Sign1};
///
/// let message = Sign1::parse(b"\xd2\x84\x43\xa1\x01\x32\xa0\x41\xa0\x40", CwtTag::Refused, &Limits::DEFAULT)?;
/// assert_eq!(message.signed().parts().concat(), message.sig_structure());
/// # Ok::<(), mimicred_cose::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct SignedParts<'a> {
    before: Vec<u8>,
    protected: &'a [u8],
    between: Vec<u8>,
    payload: &'a [u8],
}

impl SignedParts<'_> {
    /// The parts; what was signed is one after the other.
    pub fn parts(&self) -> [&[u8]; 4] {
        [&self.before, self.protected, &self.between, self.payload]
    }
}

/// What is to be signed for a message of this protected header and payload.
///
/// # Errors
/// None that can happen: the octets are of the family by construction.
///
/// The crate's front page has an example.
pub fn to_be_signed(protected: &[u8], payload: &[u8]) -> Result<ToBeSigned, mimicred_keys::Error> {
    ToBeSigned::new(Family::Cose, sig_structure(protected, payload))
}

/// The message. `unprotected` is an encoded map. The signature is taken as it is: who did not make it himself verifies it first.
///
/// The crate's front page has an example.
pub fn encode(protected: &[u8], unprotected: &[u8], payload: &[u8], signature: &[u8]) -> Vec<u8> {
    let mut writer = Writer::with_capacity(protected.len() + unprotected.len() + payload.len() + signature.len() + 32);
    write_before(&mut writer, protected);
    writer.raw(unprotected);
    write_after(&mut writer, payload, signature);
    writer.finish()
}

/// Writes what [`encode`] puts before the unprotected header: for who has a large one and puts the message together around it.
///
/// ```
/// use mimicred_cose::cbor::Writer;
/// use mimicred_cose::sign1::{encode, write_after, write_before};
///
/// let mut writer = Writer::new();
/// write_before(&mut writer, b"\xa0");
/// writer.raw(b"\xa1\x04\x41k");
/// write_after(&mut writer, b"\xa0", b"signature");
/// assert_eq!(writer.finish(), encode(b"\xa0", b"\xa1\x04\x41k", b"\xa0", b"signature"));
/// ```
pub fn write_before(writer: &mut Writer, protected: &[u8]) {
    writer.tag(COSE_SIGN1);
    writer.array(4);
    writer.bytes(protected);
}

/// Writes what [`encode`] puts behind the unprotected header; see [`write_before`].
pub fn write_after(writer: &mut Writer, payload: &[u8], signature: &[u8]) {
    writer.bytes(payload);
    writer.bytes(signature);
}

fn sig_structure(protected: &[u8], payload: &[u8]) -> Vec<u8> {
    let [before, between] = sig_structure_heads(protected, payload);
    [&before, protected, &between, payload].concat()
}

/// What stands before the protected header, and between it and the payload.
fn sig_structure_heads(protected: &[u8], payload: &[u8]) -> [Vec<u8>; 2] {
    let mut before = Writer::with_capacity(24);
    before.array(4);
    before.text("Signature1");
    before.bytes_head(protected.len());
    let mut between = Writer::with_capacity(16);
    between.bytes(&[]);
    between.bytes_head(payload.len());
    [before.finish(), between.finish()]
}

#[cfg(test)]
mod tests;
