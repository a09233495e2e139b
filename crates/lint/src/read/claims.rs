//! What tokens of both formats have in common: claims, by their names in JSON.

use mimicred_claims::{Key, Map, Value};
use mimicred_keys::PublicKey;

use super::name;
use crate::finding::FindingKind;
use crate::seen::{KeyOf, Seen, Status, Time, TimeOf, short};

/// The value of a claim in clear. `cnf`, digests and what belongs to them are read by each format itself.
pub(super) fn read(seen: &mut Seen, at: &str, claim: &str, value: &Value<'_>) {
    let path = format!("{at}{claim}");
    match claim {
        "iat" | "nbf" | "exp" => time(seen, path, value),
        "jti" | "cti" => id(seen, path, value),
        "sub" | "mimi_user" => match value {
            Value::Text(text) => name(seen, &path, text),
            other => id(seen, path, other),
        },
        "iss" => seen.constant(path, FindingKind::IssuerNameDiffers, &octets(value), shown(value)),
        "vct" | "_sd_alg" => seen.constant(path, FindingKind::HeaderDiffers, &octets(value), shown(value)),
        "status" => status(seen, path, value),
        _ => {
            seen.fault(path.clone(), FindingKind::ClaimVisible, kind(value));
            seen.constant(path, FindingKind::ClaimDiffers, &octets(value), kind(value));
        }
    }
}

/// The Confirmation Key in full, and what names it besides.
pub(super) fn holder_key(
    seen: &mut Seen,
    path: &str,
    (kind_of_key, map): (&'static str, &Map<'_>),
    kid: Option<&Value<'_>>,
    key: Option<PublicKey>,
) {
    if let Some(kid) = kid {
        seen.fault(format!("{path}.kid"), FindingKind::ConfirmationKeyId, kind(kid));
    }
    match key {
        Some(key) => {
            seen.holder_algorithm = Some(key.algorithm().name().to_owned());
            seen.key(path, &key);
        }
        // A key of another kind still is what it is.
        None => seen.key_named(path, kind_of_key, &octets(&Value::Map(map.clone())), KeyOf::Holder),
    }
}

fn time(seen: &mut Seen, path: String, value: &Value<'_>) {
    let moment = match value {
        Value::Int(seconds) => Some((*seconds, false)),
        Value::Float(seconds) => {
            seconds.to_string().split('.').next().and_then(|whole| whole.parse().ok()).map(|s| (s, seconds.fract() != 0.0))
        }
        Value::Decimal(text) => {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
            whole.parse().ok().map(|seconds| (seconds, fraction.bytes().any(|digit| digit != b'0')))
        }
        _ => None,
    };
    // How a time is written is told under B-12; that it is there, here.
    seen.constant_text(format!("{path} (type)"), FindingKind::ClaimDiffers, kind(value));
    if let Some((seconds, fraction)) = moment {
        seen.times.push(Time { path, seconds, fraction, of: TimeOf::Credential });
    }
}

fn id(seen: &mut Seen, path: String, value: &Value<'_>) {
    match value {
        Value::Text(text) => seen.id_text(path, text),
        Value::Bytes(octets) => seen.id_octets(path, octets),
        other => seen.constant(path, FindingKind::ClaimDiffers, &octets(other), kind(other)),
    }
}

/// `status_list` of the Token Status List, by text or by number; any other mechanism is a claim like others.
fn status(seen: &mut Seen, path: String, value: &Value<'_>) {
    const STATUS_LIST: i128 = 65533;
    let member =
        |map: &Map<'_>, text: &str, number: i128| map.text(text).or_else(|| map.int(number)).cloned().map(Value::into_owned);
    let list = value.as_map().and_then(|map| member(map, "status_list", STATUS_LIST));
    let list = list.as_ref().and_then(Value::as_map);
    let parts = list.and_then(|list| {
        let index = u64::try_from(list.text("idx").or_else(|| list.int(1))?.as_int()?).ok()?;
        let uri = list.text("uri").or_else(|| list.int(2))?.as_text()?.to_owned();
        Some((uri, index))
    });
    match parts {
        Some((uri, index)) => {
            seen.constant_text(format!("{path} (form)"), FindingKind::StatusDiffers, "status_list");
            seen.constant_text(format!("{path}.uri (length)"), FindingKind::SizeDiffers, format!("{} octets", uri.len()));
            seen.status = Some(Status { path, uri, index });
        }
        None => seen.constant(path, FindingKind::StatusDiffers, &octets(value), kind(value)),
    }
}

/// Octets that are the same if and only if the values are. CBOR holds everything but JSON's numbers with a fraction.
pub(super) fn octets(value: &Value<'_>) -> Vec<u8> {
    let json = || mimicred_jose::json::write(value).map(String::into_bytes);
    mimicred_cose::cbor::write(value).ok().or_else(|| json().ok()).unwrap_or_default()
}

/// A value that a report may show: those of the issuer.
pub(super) fn shown(value: &Value<'_>) -> String {
    match value {
        Value::Text(text) => short(text),
        Value::Int(number) => number.to_string(),
        Value::Bytes(octets) => crate::seen::hex(octets),
        other => kind(other),
    }
}

/// What kind of value it is, and no more: it may be that of a person.
pub(super) fn kind(value: &Value<'_>) -> String {
    match value {
        Value::Text(text) => format!("text of {} octets", text.len()),
        Value::Bytes(octets) => format!("{} octets", octets.len()),
        Value::Int(_) => "integer".to_owned(),
        Value::Float(_) | Value::Decimal(_) => "number".to_owned(),
        Value::Bool(_) => "boolean".to_owned(),
        Value::Array(elements) => format!("array of {}", elements.len()),
        Value::Map(map) => format!("object of {}", map.len()),
        Value::Tag(tag, _) => format!("tag {tag}"),
        _ => "other".to_owned(),
    }
}

/// The key of a claim, as text.
pub(super) fn key_text(key: &Key<'_>) -> String {
    match key {
        Key::Text(text) => text.to_string(),
        Key::Int(number) => number.to_string(),
    }
}
