//! SD-JWTs, in either serialization, with key binding or without.

use std::borrow::Cow;

use mimicred_claims::{Key, Limits, Value};
use mimicred_jose::json::{self, Elements};
use mimicred_jose::jws::Compact;
use mimicred_jose::{Jwk, base64url};
use mimicred_sd_jwt::JsonSdJwt;
use mimicred_sd_jwt::serialization::Parts;

use super::{Cause, claims, issuers, spelling};
use crate::finding::FindingKind;
use crate::seen::{KeyOf, Seen, hex};

/// Characters of a salt of 128 bits in base64url.
const SALT_TEXT: usize = 22;

pub(super) fn read(text: &str, seen: &mut Seen, at: &str) -> Result<(), Cause> {
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    let compact = match text.starts_with('{') {
        true => Cow::Owned(JsonSdJwt::parse(text)?.into_compact()),
        false => Cow::Borrowed(text),
    };
    let parts = Parts::split(&compact, &Limits::DEFAULT)?;
    let jws = Compact::parse(parts.issuer_jwt)?;
    seen.format = "sd-jwt".to_owned();
    seen.issuer_algorithm = jws.header().alg().to_owned();
    header(parts.issuer_jwt, &jws, seen, at)?;

    let payload_text = std::str::from_utf8(jws.payload())?;
    let payload = json::parse(payload_text, &json::Limits::DEFAULT)?;
    spelling::note(seen, &format!("{at}payload"), payload_text, &payload);
    let members = payload.as_map().ok_or("the payload is no object")?;
    let before = seen.status.is_some();
    for (key, value) in members.iter() {
        match claims::key_text(key).as_str() {
            "cnf" => confirmation(seen, &format!("{at}cnf"), value),
            "_sd" => {}
            name => claims::read(seen, at, name, value),
        }
    }
    seen.digests += digests(&payload, seen, &format!("{at}_sd"));
    seen.size += payload_text.len();
    // Its index is random and in clear: the number of its digits tells nothing new.
    if let Some(status) = seen.status.as_ref().filter(|_| !before) {
        seen.size -= status.index.to_string().len().min(seen.size);
    }

    let mut sizes = Vec::with_capacity(parts.disclosures.len());
    for disclosure in &parts.disclosures {
        let octets = base64url::decode(disclosure)?;
        sizes.push(octets.len());
        let Some(mut elements) = Elements::of(&octets, &json::Limits::DEFAULT)? else {
            return Err("a disclosure is no array".into());
        };
        if let Some(salt) = elements.text()? {
            note_salt(&salt, seen, at);
        }
        while let Some(value) = elements.value()? {
            seen.digests_inside += digests(&value, seen, &format!("{at}disclosures._sd"));
        }
    }
    // What a holder has chosen to show is her affair.
    seen.disclosures = parts.key_binding.is_none().then_some(sizes);
    Ok(())
}

fn header(issuer_jwt: &str, jws: &Compact<'_>, seen: &mut Seen, at: &str) -> Result<(), Cause> {
    let encoded = issuer_jwt.split('.').next().unwrap_or_default();
    let octets = base64url::decode(encoded)?;
    let text = std::str::from_utf8(&octets)?;
    spelling::note(seen, &format!("{at}header"), text, &Value::Map(jws.header().members().clone()));
    seen.size += text.len();
    for (key, value) in jws.header().members().iter() {
        let name = claims::key_text(key);
        let path = format!("{at}header.{name}");
        match name.as_str() {
            "alg" => {}
            "x5c" => {
                let chain = jws.header().x5c()?;
                issuers(seen, &path, chain.iter().map(Vec::as_slice));
            }
            "kid" | "x5u" | "jku" | "x5t" | "x5t#S256" => {
                seen.constant(path, FindingKind::IssuerNameDiffers, &claims::octets(value), claims::shown(value));
            }
            _ => seen.constant(path, FindingKind::HeaderDiffers, &claims::octets(value), claims::shown(value)),
        }
    }
    Ok(())
}

/// `cnf`: how it names the key, and which one.
fn confirmation(seen: &mut Seen, path: &str, value: &Value<'_>) {
    let Some(map) = value.as_map() else {
        return seen.constant_text(path, FindingKind::ConfirmationDiffers, claims::kind(value));
    };
    let mut form: Vec<String> = Vec::new();
    for (key, value) in map.iter() {
        let member = claims::key_text(key);
        match (member.as_str(), value) {
            ("jwk", Value::Map(key)) => {
                let mut names: Vec<String> = key.iter().map(|(key, _)| claims::key_text(key)).collect();
                names.sort_unstable();
                form.push(format!("jwk of {}", names.join(" ")));
                jwk_key(seen, &format!("{path}.jwk"), key);
            }
            ("jkt", Value::Text(text)) => {
                form.push(member.clone());
                let octets = base64url::decode(text).unwrap_or_else(|_| text.as_bytes().to_vec());
                seen.key_named(format!("{path}.jkt"), "jkt", &octets, KeyOf::Holder);
            }
            ("kid", Value::Text(text)) => {
                form.push(member.clone());
                seen.fault(format!("{path}.kid"), FindingKind::ConfirmationKeyId, claims::kind(value));
                seen.key_named(format!("{path}.kid"), "kid", text.as_bytes(), KeyOf::Holder);
            }
            _ => form.push(member),
        }
    }
    seen.constant_text(path, FindingKind::ConfirmationDiffers, form.join(", "));
}

fn jwk_key(seen: &mut Seen, path: &str, map: &mimicred_claims::Map<'_>) {
    claims::holder_key(seen, path, ("jwk", map), map.text("kid"), Jwk::parse_public(map).ok().map(|jwk| jwk.public));
}

/// Counts digests, and looks at the order of those in one array.
fn digests(value: &Value<'_>, seen: &mut Seen, path: &str) -> usize {
    match value {
        Value::Map(map) => map
            .iter()
            .map(|(key, value)| match (key, value) {
                (Key::Text(name), Value::Array(list)) if name == "_sd" => {
                    let texts: Vec<&str> = list.iter().filter_map(Value::as_text).collect();
                    let octets: Vec<Vec<u8>> = texts.iter().filter_map(|text| base64url::decode(text).ok()).collect();
                    // By their text or by their octets: both orders are used.
                    if !texts.is_sorted() && !octets.is_sorted() {
                        seen.fault(path, FindingKind::DigestsUnsorted, format!("{} digests", list.len()));
                    }
                    list.len()
                }
                _ => digests(value, seen, path),
            })
            .sum(),
        Value::Array(elements) => elements
            .iter()
            .map(|element| {
                let is_digest = element.as_map().is_some_and(|map| map.len() == 1 && map.text("...").is_some());
                if is_digest { 1 } else { digests(element, seen, path) }
            })
            .sum(),
        _ => 0,
    }
}

fn note_salt(salt: &str, seen: &mut Seen, at: &str) {
    if salt.len() < SALT_TEXT {
        seen.fault(format!("{at}disclosures.salt"), FindingKind::SaltShort, format!("{} characters", salt.len()));
    }
    seen.salts.push(base64url::decode(salt).unwrap_or_else(|_| hex(salt.as_bytes()).into_bytes()));
}
