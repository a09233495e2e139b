//! SD-CWTs.

use mimicred_cose::cbor::Writer;
use mimicred_cose::{key as cose_key, sign1};
use mimicred_keys::{PublicKey, SeededRandom, sha256};

use super::{DAY, MONDAY, id, key, octets};

/// What a token is made of.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) kid: Vec<u8>,
    pub(crate) sub: String,
    pub(crate) iat: i64,
    pub(crate) cti: Vec<u8>,
    pub(crate) key: PublicKey,
    /// Instead of the key in `cnf`, its encoding.
    pub(crate) cnf: Option<Vec<u8>>,
    pub(crate) salts: Vec<Vec<u8>>,
    pub(crate) sorted: bool,
    /// Writes the header's map in another order.
    pub(crate) swapped: bool,
}

impl Token {
    pub(crate) fn clean(random: &mut SeededRandom) -> Self {
        Self {
            kid: b"issuer-1".to_vec(),
            sub: format!("mimi://a.example/p/{}", id(random)),
            iat: MONDAY,
            cti: octets(random, 16),
            key: key(random),
            cnf: None,
            salts: (0..4).map(|_| octets(random, 16)).collect(),
            sorted: true,
            swapped: false,
        }
    }

    pub(crate) fn batch(seed: u8, count: usize) -> Vec<Self> {
        let mut random = super::random(seed);
        (0..count).map(|_| Self::clean(&mut random)).collect()
    }

    /// `{1: COSE_Key}`.
    pub(crate) fn cnf_of(key: &PublicKey) -> Vec<u8> {
        let mut cnf = Writer::new();
        cnf.map(1);
        cnf.int(1);
        cnf.raw(&cose_key::public_octets(key));
        cnf.finish()
    }

    pub(crate) fn octets(&self) -> Vec<u8> {
        let mut header = Writer::new();
        header.map(2);
        let alg = |header: &mut Writer| {
            header.int(1);
            header.int(-9);
        };
        let kid = |header: &mut Writer| {
            header.int(4);
            header.bytes(&self.kid);
        };
        if self.swapped {
            kid(&mut header);
            alg(&mut header);
        } else {
            alg(&mut header);
            kid(&mut header);
        }
        let disclosures: Vec<Vec<u8>> = self
            .salts
            .iter()
            .enumerate()
            .map(|(n, salt)| {
                let mut inner = Writer::new();
                inner.array(3);
                inner.bytes(salt);
                inner.text("Alice Meier");
                inner.int(500 + n as i64);
                let mut outer = Writer::new();
                outer.bytes(inner.as_bytes());
                outer.finish()
            })
            .collect();
        let mut digests: Vec<[u8; 32]> = disclosures.iter().map(|disclosure| sha256(disclosure)).collect();
        digests.sort_unstable();
        if !self.sorted {
            digests.reverse();
        }
        let mut payload = Writer::new();
        payload.map(7);
        for (key, text) in [(1, "https://id.a.example"), (2, self.sub.as_str())] {
            payload.int(key);
            payload.text(text);
        }
        for (key, seconds) in [(4, MONDAY + 7 * DAY), (6, self.iat)] {
            payload.int(key);
            payload.int(seconds);
        }
        payload.int(7);
        payload.bytes(&self.cti);
        payload.int(8);
        payload.raw(&self.cnf.clone().unwrap_or_else(|| Self::cnf_of(&self.key)));
        // simple(59)
        payload.raw(&[0xf8, 59]);
        payload.array(digests.len());
        digests.iter().for_each(|digest| payload.bytes(digest));
        let mut unprotected = Writer::new();
        unprotected.map(1);
        unprotected.int(17);
        unprotected.array(disclosures.len());
        disclosures.iter().for_each(|disclosure| unprotected.raw(disclosure));
        let signature = sha256(&self.cti);
        sign1::encode(&header.finish(), &unprotected.finish(), &payload.finish(), &[signature, signature].concat())
    }
}

pub(crate) fn all(batch: &[Token]) -> Vec<Vec<u8>> {
    batch.iter().map(Token::octets).collect()
}
