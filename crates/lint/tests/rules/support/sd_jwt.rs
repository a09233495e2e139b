//! SD-JWTs.

use mimicred_jose::base64url;
use mimicred_keys::{SeededRandom, sha256};

use super::{DAY, MONDAY, below, id, key, octets};

/// What a token is made of.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) header: String,
    pub(crate) iss: String,
    pub(crate) sub: String,
    pub(crate) iat: String,
    pub(crate) exp: i64,
    pub(crate) cnf: String,
    pub(crate) jti: String,
    pub(crate) status: (String, u64),
    /// More members, with a comma before each.
    pub(crate) more: String,
    pub(crate) salts: Vec<String>,
    pub(crate) claims: Vec<String>,
    pub(crate) decoys: usize,
    pub(crate) sorted: bool,
    pub(crate) seed: Vec<u8>,
}

impl Token {
    pub(crate) fn clean(random: &mut SeededRandom) -> Self {
        let key = key(random);
        Self {
            header: r#"{"alg":"ES256","typ":"mimi-identity+sd-jwt","kid":"issuer-1"}"#.to_owned(),
            iss: "https://id.a.example".to_owned(),
            sub: format!("mimi://a.example/p/{}", id(random)),
            iat: MONDAY.to_string(),
            exp: MONDAY + 7 * DAY,
            cnf: format!(r#"{{"jwk":{}}}"#, mimicred_jose::json::write_map(&mimicred_jose::jwk::public_members(&key)).unwrap()),
            jti: id(random),
            status: ("https://a.example/lists/1".to_owned(), below(random, 1 << 20)),
            more: String::new(),
            salts: (0..3).map(|_| id(random)).collect(),
            claims: [r#""name","Alice Meier""#, r#""email","alice@a.example""#, r#""country","CH""#].map(str::to_owned).to_vec(),
            decoys: 5,
            sorted: true,
            seed: octets(random, 32),
        }
    }

    pub(crate) fn batch(seed: u8, count: usize) -> Vec<Self> {
        let mut random = super::random(seed);
        let mut batch: Vec<Self> = (0..count).map(|_| Self::clean(&mut random)).collect();
        // No place twice, as random places of a large batch would have.
        let mut taken = std::collections::HashSet::new();
        for token in &mut batch {
            while !taken.insert(token.status.1) {
                token.status.1 = below(&mut random, 1 << 20);
            }
        }
        batch
    }

    pub(crate) fn disclosures(&self) -> Vec<String> {
        let json = self.salts.iter().zip(&self.claims).map(|(salt, claim)| format!(r#"["{salt}",{claim}]"#));
        json.map(|json| base64url::encode(json.as_bytes())).collect()
    }

    pub(crate) fn payload(&self) -> String {
        let mut digests: Vec<String> =
            self.disclosures().iter().map(|disclosure| base64url::encode(&sha256(disclosure.as_bytes()))).collect();
        digests.extend((0..self.decoys).map(|n| base64url::encode(&sha256(&[&self.seed[..], &[n as u8]].concat()))));
        digests.sort_unstable();
        if !self.sorted {
            digests.reverse();
        }
        let digests = digests.iter().map(|digest| format!("\"{digest}\"")).collect::<Vec<_>>().join(",");
        let (iss, sub, iat, exp, cnf, jti, more) = (&self.iss, &self.sub, &self.iat, self.exp, &self.cnf, &self.jti, &self.more);
        let (uri, idx) = &self.status;
        format!(
            r#"{{"iss":"{iss}","sub":"{sub}","iat":{iat},"exp":{exp},"jti":"{jti}","cnf":{cnf},"status":{{"status_list":{{"idx":{idx},"uri":"{uri}"}}}}{more},"_sd":[{digests}],"_sd_alg":"sha-256"}}"#
        )
    }

    pub(crate) fn text_of(&self, payload: &str) -> String {
        let signature = [sha256(&self.seed), sha256(payload.as_bytes())].concat();
        let jwt = [self.header.as_bytes(), payload.as_bytes(), &signature].map(base64url::encode).join(".");
        let disclosures: String = self.disclosures().iter().map(|disclosure| format!("{disclosure}~")).collect();
        format!("{jwt}~{disclosures}")
    }

    pub(crate) fn text(&self) -> Vec<u8> {
        self.text_of(&self.payload()).into_bytes()
    }
}

pub(crate) fn texts(batch: &[Token]) -> Vec<Vec<u8>> {
    batch.iter().map(Token::text).collect()
}
