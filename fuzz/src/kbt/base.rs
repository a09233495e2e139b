//! The valid tokens that everything starts from, taken apart.

use std::sync::LazyLock;

use mimicred_claims::{Key, Map, Redaction, RedactionPlan, Value};
use mimicred_cose::cbor::{Limits, Reader};
use mimicred_cose::sign1::{CwtTag, Sign1};
use mimicred_keys::HashAlgorithm;
use mimicred_keys::aead::Aead;
use mimicred_sd_cwt::{Issuance, Issuer};

use crate::cast::{Cast, Counter, ISSUER, NOW, SUBJECT, cast, ed25519};

/// A valid token in its parts.
pub(super) struct Base {
    /// Who made it and is to judge it.
    pub(super) cast: &'static Cast,
    pub(super) protected: Vec<u8>,
    pub(super) payload: Vec<u8>,
    /// What the disclosures hold, children before the disclosures that they stand in.
    pub(super) disclosures: Vec<Vec<u8>>,
    pub(super) hash: HashAlgorithm,
    pub(super) aead: Aead,
}

pub(super) fn bases() -> &'static [Base; 3] {
    static BASES: LazyLock<[Base; 3]> = LazyLock::new(|| {
        let issuer = Issuer::new(cast().issuer.public());
        let with_header = issuer.clone().with_hash(HashAlgorithm::Sha384).with_aead(30);
        let by_ed25519 = Issuer::new(ed25519().issuer.public()).with_hash(HashAlgorithm::Sha512);
        [
            Base::new(cast(), &issuer, HashAlgorithm::Sha256, Aead::Aes128Gcm, None),
            Base::new(cast(), &with_header, HashAlgorithm::Sha384, Aead::Aes128GcmSiv, Some(&in_header())),
            Base::new(ed25519(), &by_ed25519, HashAlgorithm::Sha512, Aead::Aes128Gcm, None),
        ]
    });
    &BASES
}

impl Base {
    fn new(cast: &'static Cast, issuer: &Issuer, hash: HashAlgorithm, aead: Aead, header: Option<&Map<'static>>) -> Self {
        let plan = RedactionPlan::new(Redaction::All).with_min_digests(2);
        let mut issuance = Issuance::new(in_payload(), cast.holder.public(), &plan);
        if let Some(header) = header {
            issuance = issuance.with_header_claims(header.clone(), &plan);
        }
        let prepared = issuer.prepare_issuance(issuance, &mut Counter(0)).expect("fit to be issued");
        let token = prepared.sign(&cast.issuer).expect("the key it was prepared for");
        let parts = Sign1::parse(token.as_bytes(), CwtTag::Refused, &Limits::DEFAULT).expect("our own");
        Self {
            cast,
            protected: parts.protected().to_vec(),
            payload: parts.payload().to_vec(),
            disclosures: disclosures(parts.unprotected()),
            hash,
            aead,
        }
    }
}

/// The contents of `sd_claims`, which is all that our own tokens have unprotected.
fn disclosures(unprotected: &[u8]) -> Vec<Vec<u8>> {
    let mut reader = Reader::new(unprotected, &Limits::DEFAULT).expect("our own");
    assert_eq!(reader.map_head().expect("a header"), 1);
    reader.key().expect("its label");
    (0..reader.array().expect("a list")).map(|_| reader.bytes().expect("a disclosure").to_vec()).collect()
}

fn in_payload() -> Map<'static> {
    let address =
        map(vec![(Key::Int(1), Value::from("D")), (Key::from("a"), Value::Array(vec![Value::Null, Value::Bool(true)]))]);
    let tagged = Value::Tag(4, Box::new(Value::Array(vec![Value::Int(-2), Value::Int(27315)])));
    map(vec![
        (Key::Int(1), Value::from(ISSUER)),
        (Key::Int(2), Value::from(SUBJECT)),
        (Key::Int(4), Value::Int(i128::from(NOW) + 1000)),
        (Key::Int(500), Value::from("text")),
        (Key::Int(501), Value::Array(vec![Value::Int(7), Value::Array(vec![Value::Float(0.5)])])),
        (Key::from("b"), Value::Map(address)),
        (Key::Int(505), tagged),
    ])
}

fn in_header() -> Map<'static> {
    map(vec![
        (Key::Int(1), Value::from(ISSUER)),
        (Key::Int(500), Value::from("text")),
        (Key::Int(-1), Value::Bytes(b"x"[..].into())),
    ])
}

fn map(entries: Vec<(Key<'static>, Value<'static>)>) -> Map<'static> {
    Map::from_entries(entries).expect("keys that differ")
}
