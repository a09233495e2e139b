//! What is signed and hashed in an SD-JWT and in a KB-JWT: texts, as they are sent.

use mimicred_jose::jws::Compact;
use mimicred_keys::{Family, PublicKey, ToBeSigned};
use mimicred_sd_jwt::serialization::Parts;

use super::tokens::LIMITS;
use crate::cast::Cast;
use crate::floor::{Issued, Presented, Signed};

pub(super) fn presented(presentation: &str, cast: &Cast) -> Presented {
    let parts = Parts::split(presentation, &LIMITS).unwrap();
    Presented {
        issuer: signed(parts.issuer_jwt, cast.issuer.public()),
        holder: signed(parts.key_binding.unwrap(), cast.holder.public()),
        disclosures: disclosures(&parts),
        bound: Some(parts.bound.as_bytes().to_vec()),
    }
}

pub(super) fn issued(token: &str) -> Issued {
    let parts = Parts::split(token, &LIMITS).unwrap();
    let signing_input = Compact::parse(parts.issuer_jwt).unwrap().signing_input();
    Issued { to_be_signed: ToBeSigned::new(Family::Jws, signing_input).unwrap(), disclosures: disclosures(&parts) }
}

fn signed(jwt: &str, key: &PublicKey) -> Signed {
    let jws = Compact::parse(jwt).unwrap();
    let (message, signature) = (jws.signing_input().as_bytes().to_vec(), jws.signature().to_vec());
    Signed { family: Family::Jws, key: key.clone(), message, signature }
}

fn disclosures(parts: &Parts<'_>) -> Vec<Vec<u8>> {
    parts.disclosures.iter().map(|disclosure| disclosure.as_bytes().to_vec()).collect()
}
