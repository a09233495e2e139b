//! SD-CWT and its key binding token.

use mimicred_claims::{Key, Map, Value};
use mimicred_cose::AlgorithmId;
use mimicred_cose::cbor::Limits;
use mimicred_cose::header::{self, Header};
use mimicred_cose::key::thumbprint_uri;
use mimicred_cose::sign1::{CwtTag, Sign1};
use mimicred_sd_cwt::{Inspection, KeyContext, NamedKey, PendingDisclosure, UnverifiedPresentation, UnverifiedSdCwt};

use super::certificate;
use super::known::Known;
use super::picture::{Item, Picture, Status};
use super::token::{Binding, Token, entries};
use crate::error::Failure;
use crate::out::hex;

/// Labels of the disclosures, in the clear and encrypted.
const DISCLOSURES: [i128; 2] = [17, 171];

/// Draws an SD-CWT as an issuer makes it.
///
/// # Errors
/// It cannot be read.
pub(super) fn token(octets: &[u8], now: i64) -> Result<Picture, Failure> {
    let inspection = UnverifiedSdCwt::parse(octets)?.inspect()?;
    Ok(Picture::new("SD-CWT", drawn(inspection).sections(now)).note(sizes(octets)))
}

/// Draws an SD-KBT, with the SD-CWT inside.
///
/// # Errors
/// It cannot be read.
pub(super) fn key_binding_token(octets: &[u8], now: i64) -> Result<Picture, Failure> {
    let inspection = UnverifiedPresentation::parse(octets)?.inspect()?;
    Ok(Picture::new("SD-CWT with key binding", drawn(inspection).sections(now)).note(sizes(octets)))
}

/// How many octets there are, and what takes them.
fn sizes(octets: &[u8]) -> String {
    let parse = |octets| Sign1::parse(octets, CwtTag::Tolerated, &Limits::DEFAULT);
    let read = |header, labels| Header::read(header, labels, &Limits::DEFAULT);
    let kcwt =
        parse(octets).and_then(|kbt| read(kbt.protected(), &[header::KCWT])).ok().and_then(|header| header.raw(header::KCWT));
    let token = kcwt.unwrap_or(octets);
    let unprotected = parse(token).and_then(|token| read(token.unprotected(), &DISCLOSURES));
    let disclosures =
        unprotected.map(|header| DISCLOSURES.into_iter().filter_map(|label| header.raw(label)).map(<[u8]>::len).sum());

    let parts = [
        kcwt.map(|token| format!("SD-CWT {}", token.len())),
        disclosures.ok().filter(|len: &usize| *len > 0).map(|len| format!("disclosures {len}")),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    let total = format!("{} octets", octets.len());
    if parts.is_empty() { total } else { format!("{total}: {}", parts.join(", ")) }
}

fn drawn(inspection: Inspection) -> Token {
    let aead = inspection.aead.as_deref();
    Token {
        header: header_items(&inspection.header, None),
        unprotected: header_items(&inspection.unprotected, None),
        hash: inspection.hash,
        confirmation: inspection.confirmation.as_ref().map(confirmation).unwrap_or_default(),
        header_claims: inspection.header_claims,
        claims: inspection.claims,
        disclosures: inspection.disclosures,
        encrypted: inspection.encrypted.iter().map(|pending| encrypted(pending, aead)).collect(),
        key_binding: inspection.key_binding.map(|binding| Binding {
            header: header_items(&binding.header, inspection.confirmation.as_ref()),
            claims: binding.claims,
        }),
    }
}

/// A header; that of a KBT with the key that signed it, if that is known.
fn header_items(map: &Map<'static>, signer: Option<&NamedKey>) -> Vec<Item> {
    let refined = |((key, value), item): ((&Key<'_>, &Value<'static>), Item)| match key {
        Key::Int(header::X5CHAIN) => x5chain(item, value),
        Key::Int(header::ALG) => match misfit(value, signer) {
            Some(note) => item.warning(note),
            None => item,
        },
        _ => item,
    };
    map.iter().zip(entries(map, Known::Header)).map(refined).collect()
}

/// What is said of an algorithm that the key does not have (CWT-K-016).
fn misfit(value: &Value<'_>, signer: Option<&NamedKey>) -> Option<String> {
    let Some(NamedKey::Key(key)) = signer else { return None };
    let algorithm = AlgorithmId::from_id(value.as_int()?).ok()?;
    let fits = algorithm.algorithm() == key.algorithm();
    (!fits).then(|| format!("{}, but the confirmation key is {}", algorithm.name(), key.algorithm().name()))
}

/// The certificates that stand for the Issuer, its own first.
fn x5chain(item: Item, value: &Value<'static>) -> Item {
    match value {
        Value::Bytes(der) => certificate::line(item, der),
        Value::Array(several) => {
            let lines = several.iter().enumerate().filter_map(|(n, one)| match one {
                Value::Bytes(der) => Some(certificate::line(Item::new(format!("[{n}]")), der)),
                _ => None,
            });
            item.without_value().items(lines.collect())
        }
        _ => item,
    }
}

/// What `cnf` names the Holder's key by.
fn confirmation(named: &NamedKey) -> Vec<Item> {
    let mut items = match named {
        NamedKey::Key(key) => vec![Item::new("algorithm").value(key.algorithm().name())],
        NamedKey::Thumbprint(_) => vec![Item::new("key").note("not in the token, which has its thumbprint only")],
        NamedKey::KeyId(key_id) => {
            vec![Item::new("key").note("not in the token"), Item::new("kid").value(Value::Bytes(key_id.clone().into()))]
        }
        _ => Vec::new(),
    };
    if let Some(thumbprint) = named.thumbprint() {
        items.push(Item::new("cose_key_thumbprint_sha256").value(format!("sha256:{}", hex(&thumbprint))));
        // CWT-K-013.
        items.push(Item::new("uri").value(thumbprint_uri(&thumbprint)));
    }
    items
}

/// Nobody has tried to open it (trap 27).
fn encrypted(pending: &PendingDisclosure, aead: Option<&str>) -> Item {
    let aead = aead.unwrap_or("an algorithm that must not be used");
    let item = Item::new(pending.index.to_string()).status(Status::Pending).note(format!("{} octets, {aead}", pending.length));
    match &pending.key_context {
        None => item,
        Some(KeyContext::Number(number)) => item.value(format!("key {number}")),
        Some(KeyContext::Name(name)) => item.value(format!("key {name:?}")),
        Some(KeyContext::Thumbprint(thumbprint)) => item.value(format!("key sha256:{}", hex(thumbprint))),
    }
}
