//! The two headers of an SD-CWT: what stands where, and the lists in them.

use std::borrow::Cow;

use mimicred_claims::Value;
use mimicred_cose::cbor::{EncodedBytes, Limits, Reader};
use mimicred_cose::header::{self, Header};
use mimicred_error::At;

use super::{SD_AEAD, SD_AEAD_ENCRYPTED_CLAIMS, SD_ALG, SD_CLAIMS};
use crate::aead::{self, Entry};
use crate::disclosure::at_disclosure;
use crate::{Code, Error};

/// Labels that we understand, so that they may be critical (CWT-E-029).
const UNDERSTOOD: [i128; 7] = [header::ALG, header::KID, header::TYP, header::CWT_CLAIMS, header::X5CHAIN, SD_ALG, SD_AEAD];

/// What is protected where it need not be is harmless, what is unprotected where it must not be is not.
pub(super) fn check(protected: &Header<'_>, unprotected: &Header<'_>) -> Result<(), Error> {
    header::check(protected, unprotected, &UNDERSTOOD)?;
    for (label, name) in [(SD_CLAIMS, "sd_claims"), (SD_AEAD_ENCRYPTED_CLAIMS, "sd_aead_encrypted_claims")] {
        if protected.contains(label) {
            return Err(refused(name));
        }
    }
    for (label, name) in [(SD_ALG, "sd_alg"), (SD_AEAD, "sd_aead"), (header::CWT_CLAIMS, "CWT Claims")] {
        if unprotected.contains(label) {
            return Err(refused(name));
        }
    }
    // CWT-A-006: a number of two octets.
    if !matches!(protected.get(SD_AEAD), Some(Value::Int(0..=0xffff)) | None) {
        return Err(refused("sd_aead"));
    }
    Ok(())
}

/// COSE_X509 (RFC 9360): one certificate, or an array of at least two, the end entity's first. What they are is not looked at.
pub(super) fn x5chain<'a>(protected: &Header<'a>) -> Result<Vec<&'a [u8]>, Error> {
    let certificate = |value: &Value<'a>| match value {
        Value::Bytes(Cow::Borrowed(octets)) if !octets.is_empty() => Some(*octets),
        _ => None,
    };
    let chain = match protected.get(header::X5CHAIN) {
        None => Some(Vec::new()),
        Some(Value::Array(several)) if several.len() >= 2 => several.iter().map(certificate).collect(),
        Some(one) => certificate(one).map(|one| vec![one]),
    };
    chain.ok_or_else(|| refused("x5chain"))
}

/// Disclosures in the clear and encrypted ones, both together limited in number. An empty list is none at all (CWT-V-004).
pub(super) fn read_lists<'a>(
    unprotected: &Header<'a>,
    max_disclosures: usize,
    limits: &Limits,
) -> Result<(Vec<EncodedBytes<'a>>, Vec<Entry<'a>>), Error> {
    let begin = |label, name, max| match unprotected.raw(label) {
        None => Ok(None),
        Some(list) => {
            let mut reader = Reader::new(list, limits)?;
            let count = reader.array()?;
            if count == 0 {
                return Err(Error::new(Code::Structure).at(At::Header(Cow::Borrowed(name))).note("an empty list"));
            }
            // CWT-V-035.
            if count > max {
                return Err(Error::new(Code::Limit).note("too many disclosures"));
            }
            Ok(Some((reader, count)))
        }
    };
    let disclosures = match begin(SD_CLAIMS, "sd_claims", max_disclosures)? {
        Some((reader, count)) => read_disclosures(reader, count)?,
        None => Vec::new(),
    };
    let left = max_disclosures.saturating_sub(disclosures.len());
    let encrypted = match begin(SD_AEAD_ENCRYPTED_CLAIMS, "sd_aead_encrypted_claims", left)? {
        Some((reader, count)) => aead::read(reader, count)?,
        None => Vec::new(),
    };
    Ok((disclosures, encrypted))
}

/// CWT-V-005, and the shortest head for each (trap 2).
fn read_disclosures(mut reader: Reader<'_>, count: usize) -> Result<Vec<EncodedBytes<'_>>, Error> {
    let mut disclosures = Vec::with_capacity(count);
    for n in 0..count {
        let disclosure = reader.encoded_bytes().map_err(|error| at_disclosure(error.into(), n))?;
        if !disclosure.is_preferred {
            return Err(Error::new(Code::CborForbidden).at(At::Disclosure(n)).note("its head is not the shortest"));
        }
        disclosures.push(disclosure);
    }
    Ok(disclosures)
}

fn refused(name: &'static str) -> Error {
    Error::new(Code::Header).at(At::Header(Cow::Borrowed(name)))
}
