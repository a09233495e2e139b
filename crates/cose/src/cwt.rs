//! CWT claims: their keys, and the names they have in OpenID Connect and JWT.
//!
//! The names follow the assignments suggested for identity claims in the range 170 to 188, with the members of `address`.

use mimicred_claims::{Key, Map, Value};

use crate::Error;

/// Issuer.
pub const ISS: i128 = 1;
/// Subject.
pub const SUB: i128 = 2;
/// Audience.
pub const AUD: i128 = 3;
/// Expiration time.
pub const EXP: i128 = 4;
/// Not before.
pub const NBF: i128 = 5;
/// Issued at.
pub const IAT: i128 = 6;
/// CWT ID.
pub const CTI: i128 = 7;
/// Confirmation.
pub const CNF: i128 = 8;
/// Verifiable credential type.
pub const VCT: i128 = 11;
/// Client nonce.
pub const CNONCE: i128 = 39;
/// Postal address, a map of its own.
pub const ADDRESS: i128 = 187;
/// Status.
pub const STATUS: i128 = 65535;
/// Time to live, of a Status List Token.
pub const TTL: i128 = 65534;
/// Status list, of a Status List Token.
pub const STATUS_LIST: i128 = 65533;

const NAMES: &[(&str, i128)] = &[
    ("iss", ISS),
    ("sub", SUB),
    ("aud", AUD),
    ("exp", EXP),
    ("nbf", NBF),
    ("iat", IAT),
    ("cti", CTI),
    ("cnf", CNF),
    ("vct", VCT),
    ("cnonce", CNONCE),
    ("name", 170),
    ("given_name", 171),
    ("family_name", 172),
    ("middle_name", 173),
    ("nickname", 174),
    ("preferred_username", 175),
    ("profile", 176),
    ("picture", 177),
    ("website", 178),
    ("email", 179),
    ("email_verified", 180),
    ("gender", 181),
    ("birthdate", 182),
    ("zoneinfo", 183),
    ("locale", 184),
    ("phone_number", 185),
    ("phone_number_verified", 186),
    ("address", ADDRESS),
    ("updated_at", 188),
    ("status", STATUS),
    ("ttl", TTL),
    ("status_list", STATUS_LIST),
];

const ADDRESS_NAMES: &[(&str, i128)] =
    &[("formatted", 1), ("street_address", 2), ("locality", 3), ("region", 4), ("postal_code", 5), ("country", 6)];

/// The key of a claim that has this name in JSON.
///
/// ```
/// assert_eq!(mimicred_cose::cwt::key_for_name("email"), Some(179));
/// assert_eq!(mimicred_cose::cwt::key_for_name("shoe_size"), None);
/// ```
pub fn key_for_name(name: &str) -> Option<i128> {
    number(NAMES, name)
}

/// The name that the claim with this key has in JSON.
///
/// ```
/// assert_eq!(mimicred_cose::cwt::name_for_key(179), Some("email"));
/// ```
pub fn name_for_key(key: i128) -> Option<&'static str> {
    NAMES.iter().find(|(_, number)| *number == key).map(|(name, _)| *name)
}

/// The key that a member of `address` has inside claim 187.
///
/// ```
/// assert_eq!(mimicred_cose::cwt::address_key_for_name("country"), Some(6));
/// ```
pub fn address_key_for_name(name: &str) -> Option<i128> {
    number(ADDRESS_NAMES, name)
}

/// The name of a member of `address`.
///
/// ```
/// assert_eq!(mimicred_cose::cwt::address_name_for_key(6), Some("country"));
/// ```
pub fn address_name_for_key(key: i128) -> Option<&'static str> {
    ADDRESS_NAMES.iter().find(|(_, number)| *number == key).map(|(name, _)| *name)
}

/// Claims written with JSON names, with keys instead of the names that have one; other names stay text keys, values stay as they are.
///
/// # Errors
/// [`Code::CborMalformed`](crate::Code::CborMalformed) if a claim is there both by name and by key.
///
/// ```
/// use mimicred_claims::{Key, Map, Value};
///
/// let named = Map::from_entries(vec![(Key::from("email"), Value::from("a@b.example")), (Key::from("shoe_size"), Value::Int(41))])?;
/// let claims = mimicred_cose::cwt::from_names(named)?;
/// assert!(claims.int(179).is_some() && claims.text("shoe_size").is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn from_names(claims: Map<'_>) -> Result<Map<'_>, Error> {
    let mut entries = Vec::with_capacity(claims.len());
    for (key, value) in renamed(NAMES, claims)?.into_entries() {
        let value = match value {
            Value::Map(address) if key == Key::Int(ADDRESS) => Value::Map(renamed(ADDRESS_NAMES, address)?),
            other => other,
        };
        entries.push((key, value));
    }
    Ok(Map::from_entries(entries)?)
}

fn renamed<'a>(names: &[(&str, i128)], map: Map<'a>) -> Result<Map<'a>, Error> {
    let rename = |key: Key<'a>| match &key {
        Key::Text(name) => number(names, name).map_or(key, Key::Int),
        Key::Int(_) => key,
    };
    Ok(Map::from_entries(map.into_entries().into_iter().map(|(key, value)| (rename(key), value)).collect())?)
}

fn number(names: &[(&str, i128)], name: &str) -> Option<i128> {
    names.iter().find(|(known, _)| *known == name).map(|(_, number)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    #[test]
    fn names_and_keys_are_one_to_one() {
        for (name, key) in NAMES {
            assert_eq!(name_for_key(*key), Some(*name));
            assert_eq!(key_for_name(name), Some(*key));
        }
        for (name, key) in ADDRESS_NAMES {
            assert_eq!(address_name_for_key(*key), Some(*name));
            assert_eq!(address_key_for_name(name), Some(*key));
        }
    }

    #[test]
    fn names_inside_an_address_get_their_own_keys() {
        let address = Map::from_entries(vec![(Key::from("country"), Value::from("DE"))]).unwrap();
        let other = Map::from_entries(vec![(Key::from("country"), Value::from("DE"))]).unwrap();
        let claims =
            Map::from_entries(vec![(Key::from("address"), Value::Map(address)), (Key::from("home"), Value::Map(other))]).unwrap();
        let claims = from_names(claims).unwrap();
        assert_eq!(claims.at(&"187.6".parse().unwrap()), Some(&Value::from("DE")));
        assert_eq!(claims.at(&"home.country".parse().unwrap()), Some(&Value::from("DE")));
    }

    #[test]
    fn a_claim_by_name_and_by_key_is_refused() {
        let claims = Map::from_entries(vec![(Key::Int(179), Value::Null), (Key::from("email"), Value::Null)]).unwrap();
        assert_eq!(from_names(claims).unwrap_err().code(), Code::CborMalformed);
    }
}
