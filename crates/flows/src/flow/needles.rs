//! What is looked for: the needle sets ID(u) and PS(u, i) of mimi-mls 4.1, addresses of rooms, and what all credentials have in common.

use std::sync::Arc;

use mimicred_claims::{Key, Map, Value};
use mimicred_jose::jwk;
use mimicred_keys::{PublicKey, sha256};
use mimicred_mls::KeyPackageView;
use mimicred_uri::MimiUri;

use crate::demo::Tokens;
use crate::needle::{Constant, NeedleSet, WINDOW};
use crate::network::{Claims, Network, Persona, RoomSetup};
use crate::{Error, record};

/// Users of each provider who are in no flow: what is in all their credentials says nothing about anybody.
const CROWD: usize = 12;
/// What is shorter turns up by chance.
const SHORTEST: usize = 4;

/// The needle sets of a flow.
#[derive(Default)]
pub(super) struct Needles(Vec<NeedleSet>);

impl Needles {
    pub(super) fn sets(&self) -> impl Iterator<Item = &NeedleSet> {
        self.0.iter()
    }

    pub(super) fn add(&mut self, set: NeedleSet) {
        self.0.push(set);
    }
}

/// The same claims with other values: what the rest of the world has.
fn of_others(claims: &Map<'_>, number: usize) -> Result<Map<'static>, Error> {
    let entries = claims.iter().map(|(key, value)| (key.clone().into_owned(), other(value, number))).collect();
    Map::from_entries(entries).map_err(|e| Error::step("a crowd is made", e))
}

fn other(value: &Value<'_>, number: usize) -> Value<'static> {
    match value {
        Value::Text(text) => {
            // Values of a kind have ends in common: a century, a domain.
            let (letters, count) = (text.chars(), text.chars().count());
            let kept = |at: usize| count >= 10 && (at < 2 || at + 8 >= count);
            let letter = |at: usize| char::from(b'a' + u8::try_from((at * 7 + number * 11 + number * at) % 26).unwrap_or(0));
            let changed = letters.enumerate().map(|(at, old)| if kept(at) { old } else { letter(at) });
            Value::from(changed.collect::<String>())
        }
        Value::Map(map) => of_others(map, number).map_or(Value::Null, Value::Map),
        Value::Array(values) => Value::Array(values.iter().map(|value| other(value, number)).collect()),
        rest => rest.clone().into_owned(),
    }
}

/// ID(u): what names a person. Her claims, her account and handle, her real URI, and every disclosure that was issued for her.
pub(super) fn identity(
    name: &str,
    words: &[&str],
    claims: &Map<'_>,
    personas: &[&Persona],
    constant: &Constant,
) -> Result<NeedleSet, Error> {
    let mut set = NeedleSet::new(name);
    for word in words {
        set.whole(format!("her name {word}"), *word)?;
    }
    for (key, value) in claims.iter() {
        texts(&key_text(key), value, &mut set)?;
    }
    for persona in personas {
        for (number, disclosure) in disclosures(&persona.tokens).iter().enumerate() {
            if disclosure.len() >= WINDOW {
                set.windows(format!("disclosure {number} issued for {}", persona.label), disclosure.clone())?;
            }
        }
        // What tells the pseudonym is no secret where the pseudonym is known; all the rest of her identity credentials is.
        let public = persona.key.public();
        let known =
            [persona.user.as_str().as_bytes(), persona.client.as_str().as_bytes(), key_octets(public), other_half(public)];
        let [certificate, ..] = &persona.tokens.chain;
        for (what, octets) in [("SD-CWT", persona.tokens.sd_cwt.as_slice()), ("identity certificate", certificate.as_der())] {
            for piece in without(octets, &known).into_iter().filter(|piece| piece.len() >= WINDOW) {
                set.windows(format!("the {what} issued for {}", persona.label), piece)?;
            }
        }
    }
    Ok(set.without(constant))
}

/// PS(u, i): what a pseudonym is known by. Its URIs, key, certificate, and everything of its KeyPackages.
pub(super) fn pseudonym(name: &str, personas: &[&Persona], constant: &Constant) -> Result<NeedleSet, Error> {
    let mut set = NeedleSet::new(name);
    for persona in personas {
        let label = &persona.label;
        set.whole(format!("the user URI of {label}"), persona.user.as_str())?;
        set.whole(format!("the client URI of {label}"), persona.client.as_str())?;
        key(label, persona.key.public(), &mut set)?;
        let mut certificate = NeedleSet::new(name);
        // From the serial number on: what stands before it has 15 octets in common with all others, and a window of one more would
        // be found in every 64th certificate.
        let own = persona.certificate.get(15..).unwrap_or_default();
        certificate.windows(format!("the certificate of {label}"), own)?;
        for octets in &persona.made {
            let view = KeyPackageView::decode_message(octets).map_err(|e| Error::step("a KeyPackage is looked at", e))?;
            let hash = view.suite().map_err(|e| Error::step("a KeyPackage is looked at", e))?.hash();
            let reference = view.reference(hash).map_err(|e| Error::step("a KeyPackage is looked at", e))?;
            set.whole(format!("a KeyPackageRef of {label}"), reference.to_vec())?;
            set.whole(format!("an init_key of {label}"), view.init_key())?;
            set.whole(format!("an encryption_key of {label}"), view.leaf_node().encryption_key())?;
            certificate.windows(format!("a KeyPackage of {label}"), view.octets())?;
        }
        set.include(&certificate.without(constant));
    }
    Ok(set)
}

/// The pieces of some octets around others.
pub(super) fn without(octets: &[u8], others: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut pieces = vec![octets.to_vec()];
    for other in others.iter().filter(|other| !other.is_empty()) {
        let split = |piece: Vec<u8>| {
            let (mut parts, mut rest) = (Vec::new(), piece.as_slice());
            while let Some(at) = rest.windows(other.len()).position(|window| window == *other) {
                let (before, after) = rest.split_at(at);
                parts.push(before.to_vec());
                rest = after.get(other.len()..).unwrap_or_default();
            }
            parts.push(rest.to_vec());
            parts
        };
        pieces = pieces.into_iter().flat_map(split).collect();
    }
    pieces
}

/// Of an uncompressed point, the first coordinate: it stands in every form.
fn key_octets(key: &PublicKey) -> &[u8] {
    let octets = key.octets();
    if octets.len() == 65 { octets.get(1..33).unwrap_or(octets) } else { octets }
}

/// And the second coordinate; nothing of another key.
fn other_half(key: &PublicKey) -> &[u8] {
    key.octets().get(33..65).unwrap_or_default()
}

fn key(label: &str, key: &PublicKey, set: &mut NeedleSet) -> Result<(), Error> {
    let octets = key.octets();
    set.whole(format!("the leaf key of {label}"), key_octets(key))?;
    set.whole(format!("SHA-256 of the leaf key of {label}"), sha256(octets))?;
    set.whole(format!("SHA-256 of the SPKI of {label}"), sha256(&key.to_spki_der()))?;
    set.whole(format!("the JWK thumbprint of {label}"), jwk::thumbprint_sha256(key))?;
    set.whole(format!("the COSE_Key thumbprint of {label}"), mimicred_cose::key::thumbprint_sha256(key))?;
    Ok(())
}

/// The address of a room.
pub(super) fn room(name: &str, uri: &MimiUri) -> Result<NeedleSet, Error> {
    let mut set = NeedleSet::new(name);
    set.whole("the room's URI", uri.as_str())?;
    set.whole("the room's identifier", uri.id())?;
    Ok(set)
}

/// Octets that must not be there, in whatever piece.
pub(super) fn octets(name: &str, pieces: &[(&str, Vec<u8>)], constant: Option<&Constant>) -> Result<NeedleSet, Error> {
    let mut set = NeedleSet::new(name);
    for (label, octets) in pieces.iter().filter(|(_, octets)| octets.len() >= WINDOW) {
        set.windows(*label, octets.clone())?;
    }
    Ok(constant.map_or(set.clone(), |constant| set.without(constant)))
}

/// What the hub saw of a room's objects: GroupInfo and tree, each time they changed.
pub(super) fn objects(record: &record::Record, label: &str) -> Vec<(&'static str, Vec<u8>)> {
    let objects = record.hub(label).filter_map(|sight| match sight.what.as_str() {
        "the GroupInfo" => Some(("a GroupInfo", sight.octets.clone())),
        "the tree" => Some(("a tree", sight.octets.clone())),
        _ => None,
    });
    objects.collect()
}

/// What the credentials, KeyPackages and rooms of others have in common: of `CROWD` users of each provider.
pub(super) fn constant(network: &mut Network, setups: &[&RoomSetup], claims: &Map<'_>) -> Result<Arc<Constant>, Error> {
    if let Some(known) = network.constant.clone() {
        return Ok(known);
    }
    let mut others: Vec<Vec<Vec<u8>>> = Vec::new();
    for host in ["a.example", "b.example", "c.example"] {
        for number in 0..CROWD {
            let claims = of_others(claims, number)?;
            others.push(network.of_the_crowd((host, number), setups, &Claims { all: &claims, certified: &[], careless: &[] })?);
        }
    }
    let constant = Arc::new(Constant::of(others));
    network.constant = Some(constant.clone());
    Ok(constant)
}

/// The disclosures of an SD-JWT, as they are written.
fn disclosures(tokens: &Tokens) -> Vec<Vec<u8>> {
    let text = tokens.sd_jwt.split('~').skip(1).filter(|part| !part.is_empty());
    text.map(|part| part.as_bytes().to_vec()).collect()
}

fn key_text(key: &Key<'_>) -> String {
    match key {
        Key::Text(name) => name.to_string(),
        Key::Int(number) => number.to_string(),
    }
}

/// Every text in a claim that is long enough to be looked for, and not one that half of all people share.
fn texts(name: &str, value: &Value<'_>, set: &mut NeedleSet) -> Result<(), Error> {
    match value {
        Value::Text(text) if text.len() >= SHORTEST => set.whole(format!("her {name}"), text.as_bytes().to_vec()),
        Value::Map(map) => map.iter().try_for_each(|(key, value)| texts(&format!("{name}.{}", key_text(key)), value, set)),
        Value::Array(values) => values.iter().try_for_each(|value| texts(name, value, set)),
        _ => Ok(()),
    }
}
