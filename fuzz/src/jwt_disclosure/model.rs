//! What must come of a payload and its disclosures, by the words of RFC 9901 section 7.1 and without any speed. JSON is read by our
//! own reader; marks, digests and places are looked at here once more.

use mimicred_claims::{Key, Map, Value};
use mimicred_jose::{base64url, json};
use mimicred_keys::HashAlgorithm;

use crate::cast::{AUDIENCE, ISSUER, NOW, cast};

/// Levels that claims may have.
const DEPTH: usize = 16;
const RESERVED: [&str; 3] = ["_sd", "...", "_sd_alg"];

type Refused<T> = Result<T, &'static str>;

pub(super) struct Expected {
    pub(super) claims: Map<'static>,
    pub(super) undisclosed: usize,
}

/// The claims, or why there are none.
pub(super) fn expected(payload: &[u8], disclosures: &[String]) -> Refused<Expected> {
    let Value::Map(mut payload) = read(payload)? else { return Err("the payload is no object") };
    let hash = match payload.remove(&Key::from("_sd_alg")) {
        None => HashAlgorithm::Sha256,
        Some(Value::Text(name)) => match name.as_ref() {
            "sha-256" => HashAlgorithm::Sha256,
            "sha-384" => HashAlgorithm::Sha384,
            "sha-512" => HashAlgorithm::Sha512,
            _ => return Err("the hash is not known"),
        },
        Some(_) => return Err("the hash has no name"),
    };
    let mut model = Model { disclosures: Vec::new(), met: Vec::new(), used: 0 };
    for text in disclosures {
        let digest = base64url::encode(&hash.digest(text.as_bytes()));
        if model.disclosures.iter().any(|(known, _)| *known == digest) {
            return Err("a disclosure comes twice");
        }
        let octets = base64url::decode(text).map_err(|_| "a disclosure is no base64url")?;
        model.disclosures.push((digest, disclosure(read(&octets)?)?));
    }
    let claims = model.object(&payload, 0)?;
    if model.used < disclosures.len() {
        return Err("a disclosure has no digest");
    }
    check(&claims)?;
    Ok(Expected { claims, undisclosed: model.met.len() - model.used })
}

impl Expected {
    /// Whether our Verifier is among those for whom it was issued.
    pub(super) fn is_for_us(&self) -> bool {
        match self.claims.text("aud") {
            None => true,
            Some(Value::Text(aud)) => aud == AUDIENCE,
            Some(Value::Array(all)) => {
                all.iter().all(|aud| aud.as_text().is_some()) && all.iter().any(|aud| aud.as_text() == Some(AUDIENCE))
            }
            Some(_) => false,
        }
    }
}

/// Names, key and dates, wherever they came from.
fn check(claims: &Map<'_>) -> Refused<()> {
    if claims.text("iss").is_some_and(|iss| iss.as_text() != Some(ISSUER)) {
        return Err("the issuer is another one");
    }
    if claims.text("cnf") != Some(&cast().jwt_confirmation()) {
        return Err("the key is another one");
    }
    let now = f64::from(i32::try_from(NOW).expect("before 2038"));
    if claims.text("exp").map(date).transpose()?.is_some_and(|exp| exp <= now) {
        return Err("it is over");
    }
    for name in ["nbf", "iat"] {
        if claims.text(name).map(date).transpose()?.is_some_and(|begin| begin > now) {
            return Err("it has not begun");
        }
    }
    Ok(())
}

/// Seconds. What a number loses by this makes no difference so near to now.
fn date(value: &Value<'_>) -> Refused<f64> {
    let most = 9_007_199_254_740_992.0;
    match value {
        Value::Int(number) => number.to_string().parse().map_err(|_| "a date is no number"),
        Value::Decimal(text) => match text.parse::<f64>() {
            Ok(number) if number.abs() <= most => Ok(number),
            _ => Err("a date is out of range"),
        },
        _ => Err("a date is no number"),
    }
}

fn read(octets: &[u8]) -> Refused<Value<'static>> {
    json::parse_octets(octets, &json::Limits::DEFAULT).map(Value::into_owned).map_err(|_| "it is no JSON")
}

/// A claim has a name, an element none.
type Disclosure = (Option<String>, Value<'static>);

fn disclosure(value: Value<'static>) -> Refused<Disclosure> {
    let Value::Array(elements) = value else { return Err("a disclosure is no array") };
    match elements.as_slice() {
        [Value::Text(_), value] => Ok((None, value.clone())),
        [Value::Text(_), Value::Text(name), _] if RESERVED.contains(&name.as_ref()) => Err("a claim has a name that is reserved"),
        [Value::Text(_), Value::Text(name), value] => Ok((Some(name.to_string()), value.clone())),
        _ => Err("a disclosure is of no form"),
    }
}

struct Model {
    /// With their digests.
    disclosures: Vec<(String, Disclosure)>,
    /// The digests met so far.
    met: Vec<String>,
    /// How many of them had a disclosure.
    used: usize,
}

impl Model {
    /// What has this digest, met for the first time.
    fn meet(&mut self, digest: &str) -> Refused<Option<Disclosure>> {
        if self.met.iter().any(|met| met == digest) {
            return Err("a digest stands twice");
        }
        self.met.push(digest.to_owned());
        let found = self.disclosures.iter().find(|(known, _)| known == digest);
        self.used += usize::from(found.is_some());
        Ok(found.map(|(_, disclosure)| disclosure.clone()))
    }

    fn value(&mut self, value: &Value<'static>, level: usize) -> Refused<Value<'static>> {
        if level > DEPTH {
            return Err("it is too deep");
        }
        match value {
            Value::Map(map) => Ok(Value::Map(self.object(map, level)?)),
            Value::Array(elements) => self.array(elements, level),
            other => Ok(other.clone()),
        }
    }

    fn object(&mut self, map: &Map<'static>, level: usize) -> Refused<Map<'static>> {
        let mut claims = Vec::new();
        for (key, value) in map.iter() {
            match key {
                Key::Text(name) if name == "_sd" => {}
                Key::Text(name) if RESERVED.contains(&name.as_ref()) => return Err("a name is reserved"),
                _ => claims.push((key.clone(), self.value(value, level + 1)?)),
            }
        }
        let digests = match map.text("_sd") {
            None => &[][..],
            Some(digests) => digests.as_array().ok_or("_sd is no array")?,
        };
        for digest in digests {
            match self.meet(digest.as_text().ok_or("a digest is no text")?)? {
                Some((Some(name), value)) => claims.push((Key::Text(name.into()), self.value(&value, level + 1)?)),
                Some((None, _)) => return Err("an element stands in an object"),
                None => {}
            }
        }
        Map::from_entries(claims).map_err(|_| "a claim stands twice")
    }

    fn array(&mut self, elements: &[Value<'static>], level: usize) -> Refused<Value<'static>> {
        if !elements.is_empty() && level >= DEPTH {
            return Err("it is too deep");
        }
        let mut kept = Vec::new();
        for element in elements {
            let Some(digest) = element.as_map().and_then(|map| map.text("...")) else {
                kept.push(self.value(element, level + 1)?);
                continue;
            };
            if element.as_map().is_some_and(|map| map.len() > 1) {
                return Err("a digest of an element is not alone");
            }
            match self.meet(digest.as_text().ok_or("a digest is no text")?)? {
                Some((None, value)) => kept.push(self.value(&value, level + 1)?),
                Some((Some(_), _)) => return Err("a claim stands in an array"),
                None => {}
            }
        }
        Ok(Value::Array(kept))
    }
}
