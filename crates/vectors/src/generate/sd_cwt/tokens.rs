//! Tokens by hand: each entry of each map is written in diagnostic notation, or as octets where there is none for it.

mod disclosure;

use mimicred_claims::Value;
use mimicred_cose::cbor::Writer;
use mimicred_cose::{AlgorithmId, key};
use mimicred_keys::{Algorithm, PublicKey};

use super::super::by_hand::{Entries, message, to_be_signed};
use crate::cast::{self, ISSUER, NOW, ROOM, public_jwk};
use crate::notation::{self, octets};
use crate::object::{Object, hex, unhex};
use crate::sign::FixedKey;

pub(super) use super::super::by_hand::{bytes, flipped, replaced_at, text};
pub(super) use disclosure::{Disclosure, decoy, list, redacted, salt, salted, salted_element};

/// The nonce of every presentation, as the notation of a byte string.
pub(super) const NONCE: &str = "h'5d9394728d6efe010f927c52efcb165a'";
/// Whom every token is about.
pub(super) const ALICE: &str = "mimi://a.example/u/alice";
/// When every token was issued.
pub(super) const ISSUED: i64 = NOW - 600;
/// When every token ends: 2100, because some implementations look at their own clock.
pub(super) const EXPIRES: i64 = 4_102_444_800;

pub(super) fn issuer() -> FixedKey {
    cast::key(Algorithm::P256, "issuer")
}

pub(super) fn holder() -> FixedKey {
    cast::key(Algorithm::Ed25519, "holder")
}

pub(super) fn mallory(algorithm: Algorithm) -> FixedKey {
    cast::key(algorithm, "mallory")
}

/// Who is trusted, as the input of an operation.
pub(super) fn issuers() -> Value<'static> {
    trusting(issuer().public())
}

pub(super) fn trusting(key: &PublicKey) -> Value<'static> {
    Value::Array(vec![Object::new().text("issuer", ISSUER).with("key", public_jwk(key)).into()])
}

/// What every presentation is verified with.
pub(super) fn bound() -> Object {
    Object::new().with("issuers", issuers()).int("now", NOW).text("audience", ROOM).hex("nonce", &nonce()).int("max_age", 300)
}

pub(super) fn nonce() -> Vec<u8> {
    unhex(NONCE.trim_matches(['h', '\''])).unwrap_or_default()
}

/// A map of a presentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layer {
    Protected,
    Unprotected,
    Payload,
    KbtProtected,
    KbtUnprotected,
    KbtPayload,
}

/// An SD-CWT in a KBT, each with three maps; what is wrong with one is put there.
#[derive(Clone)]
pub(super) struct Token {
    maps: [Entries; 6],
    /// Octets that stand in the place of a map.
    instead: Vec<(Layer, Vec<u8>)>,
    pub(super) issuer: FixedKey,
    pub(super) holder: FixedKey,
    /// Octets that stand in the place of the SD-CWT in the KBT.
    kcwt: Option<Vec<u8>>,
    /// Digests at the top level of the payload, and encoded disclosures.
    digests: Vec<Vec<u8>>,
    disclosures: Vec<Vec<u8>>,
}

impl Token {
    /// One that holds, with no claims but the usual ones.
    pub(super) fn new() -> Self {
        let (issuer, holder) = (issuer(), holder());
        let payload = [("1", text(ISSUER)), ("2", text(ALICE)), ("4", EXPIRES.to_string()), ("6", ISSUED.to_string())];
        let kbt = [("3", text(ROOM)), ("6", NOW.to_string()), ("39", NONCE.to_owned())];
        let mut payload = Entries::of(&payload);
        payload.set("8", octets(&cnf(holder.public())));
        let header = |typ: &str| Entries::of(&[("1", String::from("0")), ("16", typ.to_owned())]);
        let mut token = Self {
            maps: [header("293"), Entries::default(), payload, header("294"), Entries::default(), Entries::of(&kbt)],
            instead: Vec::new(),
            issuer: issuer.clone(),
            holder: holder.clone(),
            kcwt: None,
            digests: Vec::new(),
            disclosures: Vec::new(),
        };
        token.set(Layer::Protected, "170", octets("-16"));
        token.by_issuer(issuer).by_holder(holder)
    }

    fn map(&mut self, layer: Layer) -> &mut Entries {
        let [protected, unprotected, payload, kbt_protected, kbt_unprotected, kbt_payload] = &mut self.maps;
        match layer {
            Layer::Protected => protected,
            Layer::Unprotected => unprotected,
            Layer::Payload => payload,
            Layer::KbtProtected => kbt_protected,
            Layer::KbtUnprotected => kbt_unprotected,
            Layer::KbtPayload => kbt_payload,
        }
    }

    fn set(&mut self, layer: Layer, key: &str, value: Vec<u8>) {
        self.map(layer).set(key, value);
    }

    /// With this entry.
    pub(super) fn with(mut self, layer: Layer, key: &str, value: &str) -> Self {
        self.set(layer, key, octets(value));
        self
    }

    /// With one entry more, of these octets.
    pub(super) fn with_octets(mut self, layer: Layer, key: &[u8], value: &[u8]) -> Self {
        self.map(layer).add(key.to_vec(), value.to_vec());
        self
    }

    pub(super) fn without(mut self, layer: Layer, key: &str) -> Self {
        self.map(layer).remove(key);
        self
    }

    /// With these octets in the place of a map.
    pub(super) fn instead(mut self, layer: Layer, octets: Vec<u8>) -> Self {
        self.instead.push((layer, octets));
        self
    }

    /// With this claim.
    pub(super) fn claim(self, key: &str, value: &str) -> Self {
        self.with(Layer::Payload, key, value)
    }

    /// With these octets instead of an SD-CWT in the KBT.
    pub(super) fn kcwt(mut self, octets: Vec<u8>) -> Self {
        self.kcwt = Some(octets);
        self
    }

    /// Signed by this Issuer, under its algorithm.
    pub(super) fn by_issuer(mut self, key: FixedKey) -> Self {
        self.set(Layer::Protected, "1", octets(&algorithm(&key)));
        self.issuer = key;
        self
    }

    /// Bound by this Holder, under its algorithm; `cnf` is not touched.
    pub(super) fn by_holder(mut self, key: FixedKey) -> Self {
        self.set(Layer::KbtProtected, "1", octets(&algorithm(&key)));
        self.holder = key;
        self
    }

    /// For and by this Holder.
    pub(super) fn of_holder(self, key: FixedKey) -> Self {
        let cnf = cnf(key.public());
        self.claim("8", &cnf).by_holder(key)
    }

    /// With a disclosure in `sd_claims`.
    pub(super) fn disclosing(mut self, disclosure: &Disclosure) -> Self {
        self.disclosures.push(disclosure.encoded().to_vec());
        self
    }

    /// With a digest at the top level of the payload.
    pub(super) fn digest(mut self, digest: &[u8]) -> Self {
        self.digests.push(digest.to_vec());
        self
    }

    /// With a disclosure and its digest at the top level of the payload.
    pub(super) fn redacting(self, disclosure: &Disclosure) -> Self {
        self.digest(&disclosure.digest()).disclosing(disclosure)
    }

    /// The encoded map, or what stands in its place.
    pub(super) fn encoded(&self, layer: Layer) -> Vec<u8> {
        if let Some((_, octets)) = self.instead.iter().find(|(other, _)| *other == layer) {
            return octets.clone();
        }
        let mut copy = self.clone();
        match layer {
            Layer::Payload if !self.digests.is_empty() => copy.set(layer, "simple(59)", octets(&list(&self.digests))),
            Layer::Unprotected if !self.disclosures.is_empty() => {
                let mut writer = Writer::new();
                writer.array(self.disclosures.len());
                self.disclosures.iter().for_each(|disclosure| writer.raw(disclosure));
                copy.set(layer, "17", writer.finish());
            }
            Layer::KbtProtected => copy.set(layer, "13", self.kcwt.clone().unwrap_or_else(|| self.sd_cwt())),
            _ => {}
        }
        copy.map(layer).encode()
    }

    /// The SD-CWT.
    pub(super) fn sd_cwt(&self) -> Vec<u8> {
        message(&self.issuer, [Layer::Protected, Layer::Unprotected, Layer::Payload].map(|layer| self.encoded(layer)))
    }

    /// The KBT.
    pub(super) fn octets(&self) -> Vec<u8> {
        message(&self.holder, [Layer::KbtProtected, Layer::KbtUnprotected, Layer::KbtPayload].map(|layer| self.encoded(layer)))
    }

    /// Of what the presentation is made, for whoever looks for the step that went wrong.
    pub(super) fn anatomy(&self) -> Object {
        let signed = |protected, payload| to_be_signed(&self.encoded(protected), &self.encoded(payload));
        self.token_anatomy()
            .hex("key_binding_to_be_signed", &signed(Layer::KbtProtected, Layer::KbtPayload))
            .list("annotated", notation::annotated(&self.octets()))
    }

    /// The same of the SD-CWT alone.
    pub(super) fn token_anatomy(&self) -> Object {
        let inside = |encoded: &[u8]| notation::line(Disclosure::raw(encoded.to_vec()).content()).unwrap_or_default();
        let digests = self.disclosures.iter().map(|encoded| hex(&Disclosure::raw(encoded.clone()).digest()));
        Object::new()
            .text("payload", notation::line(&self.encoded(Layer::Payload)).unwrap_or_default())
            .hex("to_be_signed", &to_be_signed(&self.encoded(Layer::Protected), &self.encoded(Layer::Payload)))
            .list("disclosures", self.disclosures.iter().map(|encoded| inside(encoded)))
            .list("digests", digests)
    }
}

fn algorithm(key: &FixedKey) -> String {
    AlgorithmId::for_key(key.public().algorithm()).id().to_string()
}

/// `cnf` with this key.
pub(super) fn cnf(key: &PublicKey) -> String {
    format!("{{1: {}}}", notation::line(&key::public_octets(key)).unwrap_or_default())
}

/// The claims of a valid token: the usual ones, and these.
pub(super) fn claims(entries: &str) -> Object {
    let usual = format!("1: \"{ISSUER}\", 2: \"{ALICE}\", 4: {EXPIRES}, 6: {ISSUED}, 8: {}", cnf(holder().public()));
    let comma = if entries.is_empty() { "" } else { ", " };
    all_claims(&format!("{usual}{comma}{entries}"))
}

/// The claims of a valid token, these and no others.
pub(super) fn all_claims(entries: &str) -> Object {
    let octets = notation::claims(entries);
    Object::new().text("claims", notation::line(&octets).unwrap_or_default()).hex("claims_cbor", &octets)
}
