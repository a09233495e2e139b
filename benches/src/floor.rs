//! The floor: the cryptography over the real octets of one token or presentation, by the same backend, and nothing else.

use mimicred_cose::cbor::{Limits, Reader};
use mimicred_cose::header::{self, Header};
use mimicred_cose::sign1::{CwtTag, Sign1};
use mimicred_keys::{Family, HashAlgorithm, IssuerKey, PublicKey, Random, SALT_LEN, SystemRandom, ToBeSigned};

const LIMITS: Limits = Limits { size: 1 << 28, depth: 64, items: 1 << 24, ..Limits::DEFAULT };

/// What is signed and hashed in a presentation.
pub struct Presented {
    issuer: Signed,
    holder: Signed,
    disclosures: Vec<Vec<u8>>,
}

struct Signed {
    key: PublicKey,
    message: Vec<u8>,
    signature: Vec<u8>,
}

impl Signed {
    fn of(message: &Sign1<'_>, key: &PublicKey) -> Self {
        Self { key: key.clone(), message: message.sig_structure(), signature: message.signature().to_vec() }
    }

    fn verify(&self) {
        self.key.verify(Family::Cose, &self.message, &self.signature).unwrap();
    }
}

impl Presented {
    pub fn new(presentation: &[u8], issuer: &PublicKey, holder: &PublicKey) -> Self {
        let kbt = Sign1::parse(presentation, CwtTag::Refused, &LIMITS).unwrap();
        let protected = Header::read(kbt.protected(), &[header::KCWT], &LIMITS).unwrap();
        let token = Sign1::parse(protected.raw(header::KCWT).unwrap(), CwtTag::Refused, &LIMITS).unwrap();
        let disclosures = disclosures(&token);
        Self { issuer: Signed::of(&token, issuer), holder: Signed::of(&kbt, holder), disclosures }
    }

    /// Two verifications, and a hash for each disclosure.
    pub fn verify(&self) -> usize {
        self.issuer.verify();
        self.holder.verify();
        hash(&self.disclosures)
    }

    pub fn disclosures(&self) -> usize {
        self.disclosures.len()
    }
}

/// What is signed and hashed when a token is issued.
pub struct Issued {
    to_be_signed: ToBeSigned,
    disclosures: Vec<Vec<u8>>,
}

/// Whether drawing the salts, all at once, counts.
#[derive(Clone, Copy)]
pub enum Drawing {
    Counted,
    LeftOut,
}

impl Issued {
    pub fn new(token: &[u8]) -> Self {
        let token = Sign1::parse(token, CwtTag::Refused, &LIMITS).unwrap();
        Self { to_be_signed: ToBeSigned::new(Family::Cose, token.sig_structure()).unwrap(), disclosures: disclosures(&token) }
    }

    /// One signature, and a hash for each disclosure.
    pub fn issue(&self, key: &IssuerKey, salts: Drawing) -> usize {
        let drawn = match salts {
            Drawing::Counted => {
                let mut drawn = vec![[0; SALT_LEN]; self.disclosures.len()];
                SystemRandom.fill(drawn.as_flattened_mut()).unwrap();
                drawn
            }
            Drawing::LeftOut => Vec::new(),
        };
        key.sign(&self.to_be_signed).unwrap();
        hash(&self.disclosures) + drawn.len()
    }
}

fn disclosures(token: &Sign1<'_>) -> Vec<Vec<u8>> {
    let unprotected = Header::read(token.unprotected(), &[17], &LIMITS).unwrap();
    let Some(list) = unprotected.raw(17) else { return Vec::new() };
    let mut reader = Reader::new(list, &LIMITS).unwrap();
    (0..reader.array().unwrap()).map(|_| reader.encoded_bytes().unwrap().encoded.to_vec()).collect()
}

fn hash(disclosures: &[Vec<u8>]) -> usize {
    disclosures.iter().map(|disclosure| usize::from(HashAlgorithm::Sha256.digest(disclosure)[0])).sum()
}
