//! The sd-cwt and cose2 crates, with our backend behind their traits. A KBT is what an application would write from their parts.

use cbor2::Value as Cbor;
use cose2::{Error, Label, Sign1Message};
use mimicred_keys::{Algorithm, Family, IssuerKey, LeafKey, PublicKey, Random, Signature, SystemRandom, ToBeSigned};
use sd_cwt_peer::{
    ProcessingLimits, RedactionHasher, RestoreMode, Sha256RedactionHasher, TO_BE_REDACTED_TAG, disclosures_from_unprotected,
    issue_from_preissuance, restore_payload_with_disclosures, set_disclosures, set_kb_cwt_typ, set_sd_alg, set_sd_cwt_typ,
    verify_and_decode_sd_cwt,
};

use super::tokens::{NONCE, SUBJECT};
use crate::cast::{Cast, ISSUER, NOW, ROOM};
use crate::claims::{TEXT, name};

struct Signer<'k>(Algorithm, &'k dyn Fn(&ToBeSigned) -> Signature);

impl cose2::Signer for Signer<'_> {
    fn alg(&self) -> Option<Label> {
        Some(id(self.0).into())
    }

    fn sign(&self, data: &[u8]) -> Result<Vec<u8>, Error> {
        let message = ToBeSigned::new(Family::Cose, data).map_err(|e| Error::custom(e.to_string()))?;
        Ok((self.1)(&message).as_bytes().to_vec())
    }
}

struct Verifier<'k>(&'k PublicKey);

impl cose2::Verifier for Verifier<'_> {
    fn alg(&self) -> Option<Label> {
        Some(id(self.0.algorithm()).into())
    }

    fn verify(&self, data: &[u8], signature: &[u8]) -> Result<(), Error> {
        self.0.verify(Family::Cose, data, signature).map_err(|_| Error::verify("refused"))
    }
}

fn id(algorithm: Algorithm) -> i64 {
    match algorithm {
        Algorithm::Ed25519 => -19,
        _ => -9,
    }
}

fn map<const N: usize>(entries: [(i64, Cbor); N]) -> Cbor {
    Cbor::Map(entries.into_iter().map(|(key, value)| (Cbor::from(key), value)).collect())
}

/// The flat claims, marked for redaction.
pub(super) fn claims(count: usize, cast: &Cast) -> Cbor {
    let holder = cast.holder.public();
    let octets = |octets: &[u8]| Cbor::Bytes(octets.to_vec());
    let key = match holder.y() {
        None => map([(1, 1.into()), (-1, 6.into()), (-2, octets(holder.x()))]),
        Some(y) => map([(1, 2.into()), (-1, 1.into()), (-2, octets(holder.x())), (-3, octets(y))]),
    };
    let named = [(Cbor::from(1), Cbor::from(ISSUER)), (Cbor::from(2), Cbor::from(SUBJECT)), (Cbor::from(8), map([(1, key)]))];
    let marked = (0..count).map(|n| {
        let key = Cbor::Tag(TO_BE_REDACTED_TAG, Box::new(Cbor::from(name(n))));
        (key, Cbor::from(TEXT))
    });
    Cbor::Map(named.into_iter().chain(marked).collect())
}

pub(super) fn issue(claims: Cbor, count: usize, key: &IssuerKey) -> Vec<u8> {
    // Drawn in bulk, as ours are.
    let mut drawn = vec![[0; 16]; count];
    SystemRandom.fill(drawn.as_flattened_mut()).unwrap();
    let mut drawn = drawn.into_iter();
    let issued = issue_from_preissuance(claims, &mut || drawn.next().unwrap(), &Sha256RedactionHasher).unwrap();
    let mut message = Sign1Message::new(Some(cbor2::to_vec(&issued.value).unwrap()));
    set_sd_cwt_typ(&mut message.protected);
    set_sd_alg(&mut message.protected, Sha256RedactionHasher.algorithm());
    set_disclosures(&mut message.unprotected, issued.disclosures.as_slice());
    message.sign_and_encode(&Signer(key.public().algorithm(), &|message| key.sign(message).unwrap()), None).unwrap()
}

pub(super) fn present(token: &[u8], key: &LeafKey) -> Vec<u8> {
    let kcwt: Cbor = cbor2::from_slice(token).unwrap();
    let payload = map([(3, ROOM.into()), (6, NOW.into()), (39, Cbor::Bytes(NONCE.to_vec()))]);
    let mut kbt = Sign1Message::new(Some(cbor2::to_vec(&payload).unwrap()));
    set_kb_cwt_typ(&mut kbt.protected);
    kbt.protected.insert(sd_cwt_peer::HEADER_KCWT, kcwt);
    kbt.sign_and_encode(&Signer(key.public().algorithm(), &|message| key.sign(message).unwrap()), None).unwrap()
}

/// Both signatures, `aud`, `cnonce` and the claims; cose2 has read `kcwt` to a value, so it is written again.
pub(super) fn verify(presentation: &[u8], cast: &Cast) -> usize {
    let kbt = Sign1Message::from_slice(presentation).unwrap();
    assert_eq!(kbt.protected.get_i64(sd_cwt_peer::HEADER_TYP).unwrap(), Some(sd_cwt_peer::CONTENT_FORMAT_KB_CWT));
    let token = cbor2::to_vec(kbt.protected.get(sd_cwt_peer::HEADER_KCWT).unwrap()).unwrap();
    let limits = ProcessingLimits::default();
    let message = verify_and_decode_sd_cwt(&Verifier(cast.issuer.public()), &token, None, limits).unwrap();
    // The key in cnf is read here too.
    let holder = PublicKey::from_octets(cast.holder.public().algorithm(), cast.holder.public().octets()).unwrap();
    kbt.verify(&Verifier(&holder), None).unwrap();
    let payload: Cbor = cbor2::from_slice(kbt.payload.as_deref().unwrap()).unwrap();
    let Cbor::Map(claims) = payload else { panic!("no claims") };
    assert!(claims.iter().any(|(key, value)| *key == Cbor::from(3) && *value == Cbor::from(ROOM)));
    assert!(claims.iter().any(|(key, value)| *key == Cbor::from(39) && *value == Cbor::Bytes(NONCE.to_vec())));
    let disclosures = disclosures_from_unprotected(&message.unprotected).unwrap();
    let report = restore_payload_with_disclosures(&message, disclosures, &Sha256RedactionHasher, RestoreMode::Verifier).unwrap();
    report.disclosed
}
