//! The crate sd-cwt on cose2, OpenSSL behind its traits. It has no Verifier of a KBT: what draft-ietf-spice-sd-cwt asks of one beyond
//! the token is done here, as its caller would. Two names: `sd-cwt` as it is published, and `sd-cwt-head`, whose Redacted Claim Hash
//! is over the encoded byte string, as the working group's examples have it.

use cbor2::Value as Cbor;
use cose2::{Error, Label, Sign1Message};
use mimicred_keys::{Algorithm, PublicKey};
use sd_cwt_peer::{
    ProcessingLimits, RedactionHasher, RestoreMode, SdCwtValidationOptions, Sha256RedactionHasher, disclosures_from_unprotected,
    restore_payload_with_disclosures, verify_and_decode_sd_cwt, verify_validate_and_restore_sd_cwt,
};
use serde_json::{Value, json};

use super::{Answer, Result, octets, public_key, text};
use crate::verify_fixed;

/// Members that the peer has no argument for.
const UNKNOWN: [&str; 13] = [
    "certified_issuers",
    "audience_rule",
    "nonce_rule",
    "leeway",
    "audience_of_token",
    "type",
    "vct",
    "known_keys",
    "disclosure_keys",
    "required_claims",
    "claims_answer",
    "replay_answer",
    "status",
];

pub(super) fn ask(operation: &str, input: &Value) -> Result<Answer> {
    answer(operation, input, None)
}

pub(super) fn ask_with_head(operation: &str, input: &Value) -> Result<Answer> {
    answer(operation, input, Some(&HeadIncluded))
}

fn answer(operation: &str, input: &Value, hasher: Option<&dyn RedactionHasher>) -> Result<Answer> {
    if operation != "sd-cwt/verify" || UNKNOWN.iter().any(|name| input.get(name).is_some()) {
        return Ok(Answer::Unsupported);
    }
    let (presentation, issuer) = (octets(&input["presentation"])?, public_key(&input["issuers"][0]["key"])?);
    let (audience, nonce) = (text(input, "audience")?, input.get("nonce").map(octets).transpose()?);
    let name = text(&input["issuers"][0], "issuer")?;
    Ok(match verify(&presentation, issuer, name, (audience, nonce.as_deref()), hasher) {
        Ok(()) => Answer::Valid(json!({})),
        Err(error) => Answer::Invalid(error.to_string()),
    })
}

fn verify(
    presentation: &[u8],
    issuer: PublicKey,
    name: &str,
    (audience, nonce): (&str, Option<&[u8]>),
    hasher: Option<&dyn RedactionHasher>,
) -> std::result::Result<(), Error> {
    let kbt = Sign1Message::from_slice(presentation)?;
    let token = kbt.protected.get(sd_cwt_peer::HEADER_KCWT).ok_or_else(|| Error::custom("no kcwt"))?;
    // cose2 has read it to a value, so it is written again.
    let token = cbor2::to_vec(token).map_err(|e| Error::custom(e.to_string()))?;
    let issuer = Verifier { key: issuer };
    let claims = match hasher {
        None => {
            let options = SdCwtValidationOptions::default();
            verify_validate_and_restore_sd_cwt(&issuer, &token, None, RestoreMode::Verifier, options)?.1.value
        }
        Some(hasher) => {
            let message = verify_and_decode_sd_cwt(&issuer, &token, None, ProcessingLimits::default())?;
            let disclosures = disclosures_from_unprotected(&message.unprotected)?;
            restore_payload_with_disclosures(&message, disclosures, hasher, RestoreMode::Verifier)?.value
        }
    };
    if get(&claims, 1).is_some_and(|iss| *iss != Cbor::Text(name.to_owned())) {
        return Err(Error::custom("another issuer"));
    }
    let holder = get(&claims, 8).and_then(|cnf| get(cnf, 1)).and_then(cose_key).ok_or_else(|| Error::custom("no key in cnf"))?;
    if kbt.protected.get_i64(sd_cwt_peer::HEADER_TYP)? != Some(sd_cwt_peer::CONTENT_FORMAT_KB_CWT) {
        return Err(Error::custom("typ of the KBT"));
    }
    kbt.verify(&Verifier { key: holder }, None)?;
    let bound: Cbor = cbor2::from_slice(kbt.payload.as_deref().unwrap_or_default()).map_err(|e| Error::custom(e.to_string()))?;
    let is_ours = get(&bound, 3) == Some(&Cbor::Text(audience.to_owned()));
    let is_fresh = nonce.is_none_or(|nonce| get(&bound, 39) == Some(&Cbor::Bytes(nonce.to_vec())));
    if is_ours && is_fresh { Ok(()) } else { Err(Error::custom("for somebody else, or of another transaction")) }
}

fn get(map: &Cbor, key: i64) -> Option<&Cbor> {
    let Cbor::Map(entries) = map else { return None };
    entries.iter().find(|(found, _)| *found == Cbor::from(key)).map(|(_, value)| value)
}

fn cose_key(key: &Cbor) -> Option<PublicKey> {
    let octets = |label: i64| match get(key, label) {
        Some(Cbor::Bytes(octets)) => Some(octets.as_slice()),
        _ => None,
    };
    let curves = [(6, Algorithm::Ed25519), (1, Algorithm::P256), (2, Algorithm::P384), (3, Algorithm::P521)];
    let (_, algorithm) = curves.into_iter().find(|(curve, _)| get(key, -1) == Some(&Cbor::from(*curve)))?;
    match algorithm {
        Algorithm::Ed25519 => PublicKey::from_octets(algorithm, octets(-2)?).ok(),
        _ => PublicKey::from_coordinates(algorithm, octets(-2)?, octets(-3)?).ok(),
    }
}

struct Verifier {
    key: PublicKey,
}

impl cose2::Verifier for Verifier {
    fn alg(&self) -> Option<Label> {
        let id: i64 = match self.key.algorithm() {
            Algorithm::Ed25519 => -19,
            Algorithm::P256 => -9,
            Algorithm::P384 => -51,
            Algorithm::P521 => -52,
        };
        Some(id.into())
    }

    fn verify(&self, data: &[u8], signature: &[u8]) -> std::result::Result<(), Error> {
        match verify_fixed(&self.key, data, signature) {
            Ok(true) => Ok(()),
            _ => Err(Error::verify("OpenSSL refuses the signature")),
        }
    }
}

/// The Redacted Claim Hash over the encoded byte string.
struct HeadIncluded;

impl RedactionHasher for HeadIncluded {
    fn algorithm(&self) -> i64 {
        Sha256RedactionHasher.algorithm()
    }

    fn digest(&self, content: &[u8]) -> Vec<u8> {
        Sha256RedactionHasher.digest(&cbor2::to_vec(&Cbor::Bytes(content.to_vec())).unwrap_or_default())
    }
}
