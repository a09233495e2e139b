//! SD-CWTs, bare or inside a key binding token.

use mimicred_claims::{Key, Map, Value};
use mimicred_cose::cbor::{self, Dialect, Reader, check_deterministic};
use mimicred_cose::header::{self, Header};
use mimicred_cose::sign1::{CwtTag, Sign1};
use mimicred_cose::{CoseKey, cwt, names};

use super::{Cause, claims, issuers};
use crate::finding::FindingKind;
use crate::seen::{KeyOf, Seen};

const LIMITS: cbor::Limits = cbor::Limits::DEFAULT;
const SD_CLAIMS: i128 = 17;
const SD_ALG: i128 = 170;
/// Octets of a salt.
const SALT: usize = 16;

pub(super) fn read(octets: &[u8], seen: &mut Seen, at: &str) -> Result<(), Cause> {
    let message = Sign1::parse(octets, CwtTag::Tolerated, &LIMITS)?;
    let protected = Header::read(message.protected(), &[header::KCWT, header::CWT_CLAIMS], &LIMITS)?;
    match protected.raw(header::KCWT) {
        Some(token) => token_of(token, Shown::Chosen, seen, at),
        None => token_of(octets, Shown::All, seen, at),
    }
}

/// Whether a holder has chosen among the disclosures.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    All,
    Chosen,
}

fn token_of(octets: &[u8], shown: Shown, seen: &mut Seen, at: &str) -> Result<(), Cause> {
    let (message, unprotected) = Sign1::parse_with_header(octets, CwtTag::Tolerated, &[SD_CLAIMS], &LIMITS)?;
    let protected = Header::read(message.protected(), &[header::CWT_CLAIMS], &LIMITS)?;
    seen.format = "sd-cwt".to_owned();
    seen.issuer_algorithm = protected.get(header::ALG).map(claims::shown).unwrap_or_default();
    for (part, octets) in [("header", message.protected()), ("payload", message.payload())] {
        if check_deterministic(octets, &LIMITS).is_err() {
            seen.fault(format!("{at}{part}"), FindingKind::EncodingFree, "not deterministic");
        }
        seen.size += octets.len();
    }
    headers(&protected, "header", seen, at)?;
    headers(&unprotected, "unprotected", seen, at)?;

    let digest_len = match protected.get(SD_ALG).and_then(Value::as_int) {
        Some(-43) => 48,
        Some(-44) => 64,
        _ => 32,
    };
    let dialect = Dialect::Claims { digest_len };
    let before = seen.status.is_some();
    read_claims(message.payload(), dialect, seen, at)?;
    if let Some(octets) = protected.raw(header::CWT_CLAIMS) {
        read_claims(octets, dialect, seen, &format!("{at}header.claims."))?;
    }
    // Its index is random and in clear: the octets that it takes tell nothing new.
    if let Some(status) = seen.status.as_ref().filter(|_| !before) {
        let index = cbor::write(&Value::Int(status.index.into())).map_or(0, |octets| octets.len());
        seen.size -= index.min(seen.size);
    }
    let sizes = disclosures(unprotected.raw(SD_CLAIMS), dialect, seen, at)?;
    seen.disclosures = (shown == Shown::All).then_some(sizes);
    Ok(())
}

fn headers(header: &Header<'_>, part: &str, seen: &mut Seen, at: &str) -> Result<(), Cause> {
    for (key, value) in header.entries().iter() {
        let name = match key {
            Key::Int(label) => names::header(*label).map_or_else(|| label.to_string(), str::to_owned),
            Key::Text(text) => text.to_string(),
        };
        let path = format!("{at}{part}.{name}");
        match name.as_str() {
            "alg" => {}
            "x5chain" => {
                let one = std::slice::from_ref(value);
                let chain = value.as_array().unwrap_or(one);
                issuers(seen, &path, chain.iter().filter_map(Value::as_bytes));
            }
            "kid" | "x5u" | "x5t" | "c5t" | "c5u" => {
                seen.constant(path, FindingKind::IssuerNameDiffers, &claims::octets(value), claims::shown(value));
            }
            _ => seen.constant(path, FindingKind::HeaderDiffers, &claims::octets(value), claims::shown(value)),
        }
    }
    Ok(())
}

fn read_claims(octets: &[u8], dialect: Dialect, seen: &mut Seen, at: &str) -> Result<(), Cause> {
    let value = cbor::parse(octets, dialect, &LIMITS)?;
    let map = value.as_map().ok_or("the claims are no map")?;
    for (key, value) in map.iter() {
        match key {
            Key::Int(cwt::CNF) => confirmation(seen, &format!("{at}cnf"), value),
            Key::Int(cwt::CTI) => claims::read(seen, at, "cti", value),
            Key::Int(cwt::STATUS) => claims::read(seen, at, "status", value),
            Key::Int(number) => {
                let name = cwt::name_for_key(*number).map_or_else(|| number.to_string(), str::to_owned);
                claims::read(seen, at, &name, value);
            }
            Key::Text(name) => claims::read(seen, at, name, value),
        }
    }
    seen.digests += digests(&value, seen, &format!("{at}redacted_claim_keys"));
    Ok(())
}

/// `cnf`: how it names the key, and which one (RFC 8747, RFC 9679).
fn confirmation(seen: &mut Seen, path: &str, value: &Value<'_>) {
    let Some(map) = value.as_map() else {
        return seen.constant_text(path, FindingKind::ConfirmationDiffers, claims::kind(value));
    };
    let mut form: Vec<String> = Vec::new();
    for (key, value) in map.iter() {
        let member = match key {
            Key::Int(label) => names::confirmation(*label).map_or_else(|| label.to_string(), str::to_owned),
            Key::Text(text) => text.to_string(),
        };
        match (key, value) {
            (Key::Int(1), Value::Map(key)) => {
                let mut labels: Vec<String> = key.iter().map(|(key, _)| claims::key_text(key)).collect();
                labels.sort_unstable();
                // A compressed point has a boolean for its second coordinate.
                let compressed = if matches!(key.int(-3), Some(Value::Bool(_))) { ", compressed" } else { "" };
                form.push(format!("{member} of {}{compressed}", labels.join(" ")));
                cose_key(seen, &format!("{path}.COSE_Key"), key);
            }
            (Key::Int(5), Value::Bytes(octets)) => {
                form.push(member);
                seen.key_named(format!("{path}.ckt"), "ckt", octets, KeyOf::Holder);
            }
            (Key::Int(3), Value::Bytes(octets)) => {
                form.push(member);
                seen.fault(format!("{path}.kid"), FindingKind::ConfirmationKeyId, claims::kind(value));
                seen.key_named(format!("{path}.kid"), "kid", octets, KeyOf::Holder);
            }
            _ => form.push(member),
        }
    }
    seen.constant_text(path, FindingKind::ConfirmationDiffers, form.join(", "));
}

fn cose_key(seen: &mut Seen, path: &str, map: &Map<'_>) {
    const KID: i128 = 2;
    claims::holder_key(seen, path, ("cose-key", map), map.int(KID), CoseKey::parse_public(map).ok().map(|key| key.public));
}

/// Counts digests, and looks at the order of those of one map.
fn digests(value: &Value<'_>, seen: &mut Seen, path: &str) -> usize {
    match value {
        Value::Map(map) => {
            let list: Vec<&[u8]> = map.redacted.iter().map(AsRef::as_ref).collect();
            if !list.is_sorted() {
                seen.fault(path, FindingKind::DigestsUnsorted, format!("{} digests", list.len()));
            }
            list.len() + map.iter().map(|(_, value)| digests(value, seen, path)).sum::<usize>()
        }
        Value::Array(elements) => elements.iter().map(|element| digests(element, seen, path)).sum(),
        Value::Tag(_, inner) => digests(inner, seen, path),
        Value::Redacted(_) => 1,
        _ => 0,
    }
}

/// The salts and sizes of the disclosures.
fn disclosures(list: Option<&[u8]>, dialect: Dialect, seen: &mut Seen, at: &str) -> Result<Vec<usize>, Cause> {
    let Some(list) = list else { return Ok(Vec::new()) };
    let mut reader = Reader::new(list, &LIMITS)?;
    let mut sizes = Vec::new();
    for _ in 0..reader.array()? {
        let disclosure = reader.encoded_bytes()?;
        sizes.push(disclosure.encoded.len());
        let mut inner = Reader::new(disclosure.content, &LIMITS)?;
        let fields = inner.array()?;
        let salt = inner.bytes()?;
        if salt.len() < SALT {
            seen.fault(format!("{at}disclosures.salt"), FindingKind::SaltShort, format!("{} octets", salt.len()));
        }
        seen.salts.push(salt.to_vec());
        if fields > 1 {
            seen.digests_inside += digests(&inner.claim(dialect)?, seen, &format!("{at}disclosures.redacted_claim_keys"));
        }
        if !disclosure.is_preferred || check_deterministic(disclosure.content, &LIMITS).is_err() {
            seen.fault(format!("{at}disclosures"), FindingKind::EncodingFree, "not deterministic");
        }
    }
    reader.finish()?;
    Ok(sizes)
}
