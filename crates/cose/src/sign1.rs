//! COSE_Sign1 (RFC 9052 section 4.2): taken apart without copying, verified over the octets received, made in two steps.

use std::fmt;
use std::ops::Range;

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

/// A message that lacks its signature, and its unprotected header, which no signature covers.
///
/// ```
/// use mimicred_cose::sign1::{CwtTag, PreparedSign1, Sign1};
/// use mimicred_keys::{Algorithm, IssuerKey, SecretKey};
/// # use mimicred_cose::cbor::Limits;
///
/// let key = IssuerKey::new(SecretKey::from_octets(Algorithm::Ed25519, &[7; 32])?);
/// let prepared = PreparedSign1::new(b"\xa1\x01\x32", b"\xa0")?;
/// let signature = key.sign(prepared.to_be_signed())?;
/// let message = prepared.encode(b"\xa0", signature.as_bytes());
/// assert_eq!(Sign1::parse(&message, CwtTag::Refused, &Limits::DEFAULT)?.payload(), prepared.payload());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct PreparedSign1 {
    to_be_signed: ToBeSigned,
    /// Where the parts are in what is to be signed.
    protected: Range<usize>,
    payload: Range<usize>,
}

impl PreparedSign1 {
    /// A message of this protected header, an encoded map, and this payload.
    ///
    /// # Errors
    /// None that can happen: the octets are of the family by construction.
    pub fn new(protected: &[u8], payload: &[u8]) -> Result<Self, mimicred_keys::Error> {
        Self::with_payload(protected, payload.len(), |writer| {
            writer.raw(payload);
            Ok(())
        })
    }

    /// The same with a payload that is written now, of about `expected` octets.
    ///
    /// # Errors
    /// Those of `payload`.
    pub fn with_payload<E: From<mimicred_keys::Error>>(
        protected: &[u8],
        expected: usize,
        payload: impl FnOnce(&mut Writer) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut writer = Writer::with_capacity(protected.len() + expected + 64);
        start_sig_structure(&mut writer, protected.len());
        let start = writer.as_bytes().len();
        writer.raw(protected);
        let protected = start..writer.as_bytes().len();
        writer.bytes(&[]);
        let mut len = 0;
        writer.bytes_of(expected, |writer| {
            let start = writer.as_bytes().len();
            payload(writer)?;
            len = writer.as_bytes().len() - start;
            Ok::<_, E>(())
        })?;
        let end = writer.as_bytes().len();
        let to_be_signed = ToBeSigned::new(Family::Cose, writer.finish())?;
        Ok(Self { to_be_signed, protected, payload: end - len..end })
    }

    /// What is to be signed.
    pub fn to_be_signed(&self) -> &ToBeSigned {
        &self.to_be_signed
    }

    /// The content of the protected header.
    pub fn protected(&self) -> &[u8] {
        self.to_be_signed.as_bytes().get(self.protected.clone()).unwrap_or_default()
    }

    /// The payload.
    pub fn payload(&self) -> &[u8] {
        self.to_be_signed.as_bytes().get(self.payload.clone()).unwrap_or_default()
    }

    /// The message, as [`encode()`] makes it.
    pub fn encode(&self, unprotected: &[u8], signature: &[u8]) -> Vec<u8> {
        encode(self.protected(), unprotected, self.payload(), signature)
    }
}

/// The lengths only: a payload holds claims.
impl fmt::Debug for PreparedSign1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedSign1")
            .field("protected", &self.protected.len())
            .field("payload", &self.payload.len())
            .finish_non_exhaustive()
    }
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
    start_sig_structure(&mut before, protected.len());
    let mut between = Writer::with_capacity(16);
    between.bytes(&[]);
    between.bytes_head(payload.len());
    [before.finish(), between.finish()]
}

/// What stands before the protected header, of so many octets.
fn start_sig_structure(writer: &mut Writer, protected: usize) {
    writer.array(4);
    writer.text("Signature1");
    writer.bytes_head(protected);
}

#[cfg(test)]
mod tests;
