//! Requests for pseudonyms: a file of them as it comes; a key proof whose header and payload are the input, signed by the key.

use mimicred_error::Report;
use mimicred_keys::Unsettled;
use mimicred_provider::{PROOF_TYPE, Requests, UnverifiedProof, prepare_proof};
use mimicred_x509::{IssuanceBinding, prepare_request};

use crate::cast::NOW;
use crate::cast::jwt::signing_input;
use crate::cast::x509::{BINDING, provider};
use crate::cast::{Cast, ed25519};

/// Another issuer, for which nothing of ours is.
const ELSEWHERE: IssuanceBinding<'static> = IssuanceBinding { issuer: "j.example", nonce: BINDING.nonce };

pub fn run(data: &[u8]) -> &'static str {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    match first {
        0 => {
            let mut told = "none";
            for request in Requests::new(rest) {
                told = match request {
                    Ok(request) => judged(&request, None),
                    Err(error) => error.slug(),
                };
            }
            told
        }
        _ => {
            // Header and payload stand one after the other, with a line feed between.
            let end = rest.iter().position(|octet| *octet == b'\n').unwrap_or(rest.len());
            let (header, payload) = rest.split_at(end);
            let payload = payload.get(1..).unwrap_or_default();
            let text = cast().holder_jwt(&signing_input(header, payload));
            match UnverifiedProof::parse(&text) {
                Ok(request) => judged(&request, Some((header, payload))),
                Err(error) => error.slug(),
            }
        }
    }
}

fn cast() -> &'static Cast {
    ed25519()
}

/// `signed` is what the Holder's key has signed just now.
fn judged(request: &UnverifiedProof, signed: Option<(&[u8], &[u8])>) -> &'static str {
    assert!(request.verify(&ELSEWHERE).is_err() || request.verify(&BINDING).is_err(), "for two issuers");
    let verified = request.verify(&BINDING);
    // Together with one that holds, in either order, it comes to what it comes to alone.
    if let Ok(unsettled) = request.verify_unsettled(&BINDING) {
        let other = good().verify_unsettled(&BINDING).expect("a proof of our own");
        let both = Unsettled::settle_all(vec![other, unsettled]);
        assert!(both[0].is_some());
        assert_eq!(both[1].as_ref(), verified.as_ref().ok());
    } else {
        assert!(verified.is_err());
    }
    match verified {
        Ok(key) => {
            // Two keys of ours sign at all, and a key proof says of itself what it is.
            assert!([provider().leaf.public(), cast().holder.public()].contains(&&key), "nobody has signed this");
            if let Some((header, payload)) = signed {
                assert!(contains(header, PROOF_TYPE) || header.contains(&b'\\'));
                assert!(contains(payload, BINDING.issuer) || payload.contains(&b'\\'));
            }
            "verified"
        }
        Err(error) => error.slug(),
    }
}

fn contains(octets: &[u8], text: &str) -> bool {
    octets.windows(text.len()).any(|window| window == text.as_bytes())
}

/// A key proof of the Holder.
fn text() -> String {
    let prepared = prepare_proof(cast().holder.public(), &BINDING, NOW).expect("a proof");
    prepared.sign(&cast().holder).expect("a signature")
}

fn good() -> UnverifiedProof {
    UnverifiedProof::parse(&text()).expect("a proof of our own")
}

pub fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let request = prepare_request(provider().leaf.public(), &BINDING).and_then(|made| made.sign(&provider().leaf));
    let file = format!("\n{}\n{}", text(), request.expect("a request").to_pem());
    let parts: Vec<Vec<u8>> =
        text().split('.').take(2).map(|part| mimicred_jose::base64url::decode(part).expect("base64url")).collect();
    vec![
        ("file", [&[0], file.as_bytes()].concat()),
        ("signed", [&[1], &parts.join(&b'\n')[..]].concat()),
        ("no-text", vec![0, 0xff]),
    ]
}
