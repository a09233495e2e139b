//! The parts of a CertificateList (RFC 5280 5.1), strict.

use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

use super::{MAX_CRL_ENTRIES, MAX_EXTENSIONS, Revocation};
use crate::der::{self, take, take_time};
use crate::error::{Code, Error};
use crate::oid::Oid;
use crate::serial::SerialNumber;
use mimicred_error::At;

const ISSUER_ALT_NAME: &str = "2.5.29.18";
const CRL_NUMBER: &str = "2.5.29.20";
const REASON_CODE: &str = "2.5.29.21";
const INVALIDITY_DATE: &str = "2.5.29.24";
const DELTA_CRL_INDICATOR: &str = "2.5.29.27";
const ISSUING_DISTRIBUTION_POINT: &str = "2.5.29.28";
const CERTIFICATE_ISSUER: &str = "2.5.29.29";
const AUTHORITY_KEY_IDENTIFIER: &str = "2.5.29.35";
/// keyIdentifier, `[0]` primitive.
const KEY_IDENTIFIER: u8 = 0x80;

/// The whole, as received.
pub(super) struct Parts<'a> {
    /// The tbsCertList, as it was signed.
    pub(super) tbs: &'a [u8],
    /// The contents of the algorithm's identifier.
    pub(super) algorithm: &'a [u8],
    pub(super) signature: &'a [u8],
}

/// What was signed.
pub(super) struct Tbs<'a> {
    /// The AlgorithmIdentifier.
    pub(super) algorithm: &'a [u8],
    /// The DER of the issuer's Name.
    pub(super) issuer: &'a [u8],
    pub(super) this_update: i64,
    pub(super) next_update: i64,
    pub(super) entries: Vec<Revocation>,
    /// The contents of the INTEGER.
    pub(super) number: &'a [u8],
    pub(super) authority_key: &'a [u8],
    /// What keeps the list from being read for what it is.
    pub(super) obstacle: Option<Obstacle>,
}

/// What makes a list one that we cannot use.
#[derive(Clone, Debug)]
pub(super) enum Obstacle {
    /// It is not for all certificates of its issuer.
    Scope(&'static str),
    /// A critical extension that is not understood, of an entry or of the list.
    Critical(Option<usize>, String),
}

impl<'a> Parts<'a> {
    pub(super) fn read(der: &'a [u8]) -> Result<Self, Error> {
        let read = || {
            let mut outside = der;
            let mut list = take(&mut outside, der::SEQUENCE)?.contents;
            let tbs = take(&mut list, der::SEQUENCE)?.whole;
            let algorithm = take(&mut list, der::SEQUENCE)?.whole;
            // No bits to spare.
            let signature = take(&mut list, der::BIT_STRING)?.contents.strip_prefix(&[0])?;
            (outside.is_empty() && list.is_empty()).then_some(Self { tbs, algorithm, signature })
        };
        read().ok_or_else(|| Code::CrlMalformed.into())
    }
}

impl<'a> Tbs<'a> {
    /// Reads a tbsCertList of version 2 with nextUpdate, cRLNumber and authorityKeyIdentifier, which RFC 5280 demands of issuers.
    pub(super) fn read(tbs: &'a [u8]) -> Result<Self, Error> {
        let malformed = |note: &'static str| move || Error::new(Code::CrlMalformed).note(note);
        let mut outside = tbs;
        let mut inside = take(&mut outside, der::SEQUENCE).ok_or(Code::CrlMalformed)?.contents;
        take(&mut inside, der::INTEGER).filter(|version| version.contents == [1]).ok_or_else(malformed("not version 2"))?;
        let algorithm = take(&mut inside, der::SEQUENCE).ok_or(Code::CrlMalformed)?.whole;
        let issuer = take(&mut inside, der::SEQUENCE).ok_or(Code::CrlMalformed)?.whole;
        match X509Name::from_der(issuer) {
            Ok(([], name)) if name.iter_attributes().next().is_some() => {}
            _ => return Err(malformed("the issuer's name")()),
        }
        let this_update = take_time(&mut inside).ok_or_else(malformed("thisUpdate"))?;
        let next_update = take_time(&mut inside).ok_or_else(malformed("nextUpdate"))?;
        if next_update < this_update {
            return Err(malformed("nextUpdate is before thisUpdate")());
        }
        let mut obstacle = None;
        let entries = match inside.first() {
            Some(&der::SEQUENCE) => {
                let list = take(&mut inside, der::SEQUENCE).ok_or(Code::CrlMalformed)?.contents;
                entries(list, &mut obstacle)?
            }
            _ => Vec::new(),
        };
        let explicit = take(&mut inside, der::CONTEXT_0).ok_or_else(malformed("no extensions"))?.contents;
        if !inside.is_empty() {
            return Err(Code::CrlMalformed.into());
        }
        let (mut number, mut authority_key) = (None, None);
        for extension in extensions(explicit)? {
            match extension.oid.as_str() {
                CRL_NUMBER => number = Some(crl_number(extension.value).ok_or_else(malformed("cRLNumber"))?),
                AUTHORITY_KEY_IDENTIFIER => {
                    authority_key = Some(key_identifier(extension.value).ok_or_else(malformed("authorityKeyIdentifier"))?);
                }
                DELTA_CRL_INDICATOR => obstacle = Some(Obstacle::Scope("it is a delta list")),
                ISSUING_DISTRIBUTION_POINT => {
                    obstacle.get_or_insert(Obstacle::Scope("it has an issuingDistributionPoint"));
                }
                ISSUER_ALT_NAME => {}
                _ if extension.is_critical => {
                    obstacle.get_or_insert(Obstacle::Critical(None, extension.oid));
                }
                _ => {}
            }
        }
        Ok(Self {
            algorithm,
            issuer,
            this_update,
            next_update,
            entries,
            number: number.ok_or_else(malformed("no cRLNumber"))?,
            authority_key: authority_key.ok_or_else(malformed("no authorityKeyIdentifier"))?,
            obstacle,
        })
    }
}

/// Reads the entries, each with a higher serial number than the one before.
fn entries(mut list: &[u8], obstacle: &mut Option<Obstacle>) -> Result<Vec<Revocation>, Error> {
    let mut entries: Vec<Revocation> = Vec::new();
    // RFC 5280 5.1.2.6: without any, the list is absent.
    while !list.is_empty() || entries.is_empty() {
        let n = entries.len();
        if n == MAX_CRL_ENTRIES {
            return Err(Error::new(Code::CrlLimit).note("too many entries"));
        }
        let malformed = || Error::new(Code::CrlMalformed).at(At::Item(n));
        let mut entry = take(&mut list, der::SEQUENCE).ok_or_else(malformed)?.contents;
        let serial = take(&mut entry, der::INTEGER).ok_or_else(malformed)?.contents;
        let serial = SerialNumber::from_contents(serial).map_err(|error| malformed().because(error))?;
        let at = take_time(&mut entry).ok_or_else(malformed)?;
        if !entry.is_empty() {
            *obstacle = obstacle.take().map_or_else(|| of_entry(entry, n), |found| Ok(Some(found)))?;
        }
        match entries.last() {
            Some(last) if last.serial == serial => return Err(Error::new(Code::CrlDuplicate).at(At::Item(n))),
            Some(last) if last.serial > serial => return Err(Error::new(Code::CrlOrder).at(At::Item(n))),
            _ => entries.push(Revocation { serial, at }),
        }
    }
    Ok(entries)
}

/// What stands in the way in the extensions of entry `n`. A reason changes nothing, but for one that only delta lists have.
fn of_entry(octets: &[u8], n: usize) -> Result<Option<Obstacle>, Error> {
    const REMOVE_FROM_CRL: [u8; 3] = [0x0a, 1, 8];
    let mut obstacle = None;
    for extension in extensions(octets).map_err(|error| error.at(At::Item(n)))? {
        match extension.oid.as_str() {
            REASON_CODE if extension.value == REMOVE_FROM_CRL => obstacle = Some(Obstacle::Scope("an entry takes one back")),
            REASON_CODE | INVALIDITY_DATE => {}
            CERTIFICATE_ISSUER => obstacle = Some(Obstacle::Scope("it has certificates of other issuers")),
            _ if extension.is_critical => {
                obstacle.get_or_insert(Obstacle::Critical(Some(n), extension.oid));
            }
            _ => {}
        }
    }
    Ok(obstacle)
}

struct Extension<'a> {
    oid: String,
    is_critical: bool,
    value: &'a [u8],
}

/// Extensions: at least one, none twice, and no more than can be compared with each other.
fn extensions(mut octets: &[u8]) -> Result<Vec<Extension<'_>>, Error> {
    let malformed = || Error::new(Code::CrlMalformed).note("extensions");
    let mut list = take(&mut octets, der::SEQUENCE).ok_or_else(malformed)?.contents;
    if !octets.is_empty() || list.is_empty() {
        return Err(malformed());
    }
    let mut extensions: Vec<Extension<'_>> = Vec::new();
    while !list.is_empty() {
        if extensions.len() == MAX_EXTENSIONS {
            return Err(Error::new(Code::CrlLimit).note("too many extensions"));
        }
        let extension = take_extension(&mut list).ok_or_else(malformed)?;
        if extensions.iter().any(|other| other.oid == extension.oid) {
            return Err(malformed().note(format!("extension {} twice", extension.oid)));
        }
        extensions.push(extension);
    }
    Ok(extensions)
}

fn take_extension<'a>(list: &mut &'a [u8]) -> Option<Extension<'a>> {
    let mut extension = take(list, der::SEQUENCE)?.contents;
    let oid = Oid::from_contents(take(&mut extension, der::OBJECT_IDENTIFIER)?.contents).ok()?.to_string();
    let is_critical = extension.first() == Some(&der::BOOLEAN);
    if is_critical {
        // FALSE is the default, which DER leaves out.
        take(&mut extension, der::BOOLEAN).filter(|critical| critical.contents == [0xff])?;
    }
    let value = take(&mut extension, der::OCTET_STRING)?.contents;
    extension.is_empty().then_some(Extension { oid, is_critical, value })
}

/// A number that is not negative, of at most 20 octets (RFC 5280 5.2.3).
fn crl_number(mut value: &[u8]) -> Option<&[u8]> {
    let number = take(&mut value, der::INTEGER)?.contents;
    let is_minimal = match number {
        [] => false,
        [0, second, ..] => *second >= 0x80,
        [first, ..] => *first < 0x80,
    };
    (is_minimal && number.len() <= 20 && value.is_empty()).then_some(number)
}

/// The key identifier, which may have issuer and serial number beside it.
fn key_identifier(mut value: &[u8]) -> Option<&[u8]> {
    let mut contents = take(&mut value, der::SEQUENCE)?.contents;
    let key_id = take(&mut contents, KEY_IDENTIFIER)?.contents;
    (value.is_empty() && !key_id.is_empty()).then_some(key_id)
}
