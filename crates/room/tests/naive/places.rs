//! What is shown, and where: paths into claims and certificates, in the slowest way.
//!
//! Where the text is open, the reading:
//! - Steps are exact: the name "18" is no integer key and no position, and the other way round. A step looks through tags.
//! - "Above the path with that member present" is: the path leads somewhere. An array above is not looked through without a
//!   position.
//! - What is there is there, whatever it is: `null`, an empty map and an empty array are values.
//! - A path of a certificate without a tag names every attribute and extension of that identifier, for 2.5.29.17 every name in
//!   the SAN.
//! - The claims that never count (point 9) are claims: they stand at the top. A member of the same name further down is another
//!   one. In a CWT they have integer keys, those of the registry, and the text keys of the same names are claims of somebody's
//!   own; `mimi_user` alone is a text key in both.
//! - "`mimi:` URIs in the SAN" are those that are MIMI URIs; any other text behind `mimi:` could say anything, and counts.
//! - An empty map or array that no rule names is an unlisted claim itself.

use crate::data::{Family, Key, Name, Path, Shown, Value};

/// The values at a path; of a certificate there may be several.
pub(crate) fn at(shown: &Shown, path: &Path) -> Vec<Value> {
    match (shown, path) {
        (Shown::Jwt(claims), Path::Jwt(steps)) | (Shown::Cwt(claims), Path::Cwt(steps)) => {
            follow(&Value::Map(claims.clone()), steps).into_iter().collect()
        }
        (Shown::X509 { names, .. }, Path::X509(oid, tag)) => {
            names.iter().filter(|name| is_at(name, oid, *tag)).map(|name| Value::Text(name.value.clone())).collect()
        }
        _ => Vec::new(),
    }
}

fn is_at(name: &Name, oid: &str, tag: Option<u8>) -> bool {
    name.oid == oid && (tag.is_none() || name.tag == tag)
}

fn follow(value: &Value, steps: &[Key]) -> Option<Value> {
    let Some((first, rest)) = steps.split_first() else { return Some(value.clone()) };
    let inside = match (untagged(value), first) {
        (Value::Map(members), key) => members.iter().find(|(name, _)| name == key).map(|(_, value)| value)?,
        (Value::List(elements), Key::Number(position)) => elements.get(usize::try_from(*position).ok()?)?,
        _ => return None,
    };
    follow(inside, rest)
}

fn untagged(value: &Value) -> &Value {
    match value {
        Value::Tag(_, inner) => untagged(inner),
        other => other,
    }
}

/// Whether something is shown about the subject that none of these paths names.
pub(crate) fn shows_other_than(shown: &Shown, paths: &[Path]) -> bool {
    match shown {
        Shown::Jwt(claims) | Shown::Cwt(claims) => claims.iter().any(|(key, value)| {
            let place = vec![key.clone()];
            !never_counts(shown.family(), key) && ends(value, &place).iter().any(|end| !is_below(shown.family(), end, paths))
        }),
        Shown::X509 { names, .. } => names.iter().any(|name| {
            let is_mimi = name.oid == "2.5.29.17" && name.tag == Some(6) && is_mimi_uri(&name.value);
            !is_mimi && !paths.iter().any(|path| matches!(path, Path::X509(oid, tag) if is_at(name, oid, *tag)))
        }),
    }
}

/// As far as the generator's URIs go.
fn is_mimi_uri(text: &str) -> bool {
    ["mimi://a.example/u/", "mimi://a.example/p/", "mimi://a.example/d/"].iter().any(|start| text.starts_with(start))
}

fn never_counts(family: Family, key: &Key) -> bool {
    let names = ["iss", "iat", "nbf", "exp", "aud", "jti", "cnf", "nonce", "vct", "typ", "status", "sub"];
    match (family, key) {
        (_, Key::Name("mimi_user")) => true,
        (Family::Jwt, Key::Name(name)) => names.contains(name) || name.starts_with("_sd"),
        // iss 1, sub 2, aud 3, exp 4, nbf 5, iat 6, cti 7, cnf 8, vct 11, cnonce 39, status 65535.
        (Family::Cwt, Key::Number(number)) => [1, 2, 3, 4, 5, 6, 7, 8, 11, 39, 65_535].contains(number),
        _ => false,
    }
}

/// The places of everything that has nothing below it.
fn ends(value: &Value, place: &[Key]) -> Vec<Vec<Key>> {
    let below: Vec<(Key, Value)> = match untagged(value) {
        Value::Map(members) => members.clone(),
        Value::List(elements) => elements
            .iter()
            .enumerate()
            .map(|(n, element)| (Key::Number(i64::try_from(n).expect("short")), element.clone()))
            .collect(),
        _ => Vec::new(),
    };
    if below.is_empty() {
        return vec![place.to_vec()];
    }
    below.iter().flat_map(|(key, value)| ends(value, &[place, std::slice::from_ref(key)].concat())).collect()
}

/// Whether one of the paths names this place or one above it.
fn is_below(family: Family, place: &[Key], paths: &[Path]) -> bool {
    paths.iter().any(|path| match (family, path) {
        (Family::Jwt, Path::Jwt(steps)) | (Family::Cwt, Path::Cwt(steps)) => place.starts_with(steps),
        _ => false,
    })
}

/// Whom the credential is about, in the issuer's words.
pub(crate) fn subject(shown: &Shown) -> Option<String> {
    let text = |value: Option<&Value>| match value {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    match shown {
        Shown::Jwt(claims) => text(claims.iter().find(|(key, _)| *key == Key::Name("sub")).map(|(_, value)| value)),
        Shown::Cwt(claims) => text(claims.iter().find(|(key, _)| *key == Key::Number(2)).map(|(_, value)| value)),
        Shown::X509 { user, .. } => user.clone(),
    }
}
