//! The floor: the cryptography over the real octets of one token or presentation, by the same backend, and nothing else. What these
//! octets are, each format finds out for itself.

use mimicred_keys::{Family, HashAlgorithm, IssuerKey, PublicKey, Random, SALT_LEN, SystemRandom, ToBeSigned};

/// What is signed and hashed in a presentation.
pub struct Presented {
    pub issuer: Signed,
    pub holder: Signed,
    pub disclosures: Vec<Vec<u8>>,
    /// What else is hashed: in SD-JWT, the text that `sd_hash` covers.
    pub bound: Option<Vec<u8>>,
}

/// A message that is signed, and by whom.
pub struct Signed {
    pub family: Family,
    pub key: PublicKey,
    pub message: Vec<u8>,
    pub signature: Vec<u8>,
}

impl Signed {
    pub fn verify(&self) {
        self.key.verify(self.family, &self.message, &self.signature).unwrap();
    }
}

impl Presented {
    /// Two verifications, a hash for each disclosure, and one for what is hashed besides.
    pub fn verify(&self) -> usize {
        self.issuer.verify();
        self.holder.verify();
        hash(&self.disclosures) + hash(self.bound.as_slice())
    }
}

/// What is signed and hashed when a token is issued.
pub struct Issued {
    pub to_be_signed: ToBeSigned,
    pub disclosures: Vec<Vec<u8>>,
}

/// Whether drawing the salts, all at once, counts.
#[derive(Clone, Copy)]
pub enum Drawing {
    Counted,
    LeftOut,
}

impl Issued {
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

fn hash(texts: &[Vec<u8>]) -> usize {
    texts.iter().map(|text| usize::from(HashAlgorithm::Sha256.digest(text)[0])).sum()
}
