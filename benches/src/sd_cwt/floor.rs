//! What is signed and hashed in an SD-CWT and in a KBT.

use mimicred_cose::cbor::{Limits, Reader};
use mimicred_cose::header::{self, Header};
use mimicred_cose::sign1::{CwtTag, Sign1};
use mimicred_keys::{Family, PublicKey, ToBeSigned};

use crate::cast::Cast;
use crate::floor::{Issued, Presented, Signed};

const LIMITS: Limits = Limits { size: 1 << 28, depth: 64, items: 1 << 24, ..Limits::DEFAULT };

pub(super) fn presented(presentation: &[u8], cast: &Cast) -> Presented {
    let (kbt, token) = messages(presentation);
    let disclosures = disclosures(&token);
    Presented {
        issuer: signed(&token, cast.issuer.public()),
        holder: signed(&kbt, cast.holder.public()),
        disclosures,
        bound: None,
    }
}

/// The two signatures, the Issuer's first.
pub fn signatures(presentation: &[u8], issuer: &PublicKey, holder: &PublicKey) -> [Signed; 2] {
    let (kbt, token) = messages(presentation);
    [signed(&token, issuer), signed(&kbt, holder)]
}

/// The KBT, and the SD-CWT in it.
fn messages(presentation: &[u8]) -> (Sign1<'_>, Sign1<'_>) {
    let kbt = Sign1::parse(presentation, CwtTag::Refused, &LIMITS).unwrap();
    let protected = Header::read(kbt.protected(), &[header::KCWT], &LIMITS).unwrap();
    (kbt, Sign1::parse(protected.raw(header::KCWT).unwrap(), CwtTag::Refused, &LIMITS).unwrap())
}

pub(super) fn issued(token: &[u8]) -> Issued {
    let token = Sign1::parse(token, CwtTag::Refused, &LIMITS).unwrap();
    Issued { to_be_signed: ToBeSigned::new(Family::Cose, token.sig_structure()).unwrap(), disclosures: disclosures(&token) }
}

fn signed(message: &Sign1<'_>, key: &PublicKey) -> Signed {
    let signature = message.signature().to_vec();
    Signed { family: Family::Cose, key: key.clone(), message: message.sig_structure(), signature }
}

/// Each with the head of its byte string, which is hashed too.
fn disclosures(token: &Sign1<'_>) -> Vec<Vec<u8>> {
    let unprotected = Header::read(token.unprotected(), &[17], &LIMITS).unwrap();
    let Some(list) = unprotected.raw(17) else { return Vec::new() };
    let mut reader = Reader::new(list, &LIMITS).unwrap();
    (0..reader.array().unwrap()).map(|_| reader.encoded_bytes().unwrap().encoded.to_vec()).collect()
}
