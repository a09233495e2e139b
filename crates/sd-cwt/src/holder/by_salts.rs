//! Presenting what is named by its salt.

use std::collections::{BTreeSet, HashMap};

use mimicred_cose::cbor::Reader;

use super::{Held, PreparedPresentation};
use crate::aead::Split;
use crate::disclosure::shape;
use crate::token::Token;
use crate::{Binding, BindingClaims, Code, Error};

impl Held {
    /// As [`Held::prepare`], for who names disclosures by their salts, as the interop contract does (CWT-C-006): exactly these, each
    /// with those it stands in (CWT-P-005). What stands inside a named one is not presented with it, and a decoy is if it is named.
    ///
    /// # Errors
    /// As [`Held::prepare`]; [`Code::SaltUnmatched`] for a salt that no disclosure has.
    ///
    /// ```
    /// use mimicred_claims::{ClaimPath, Value};
    /// use mimicred_sd_cwt::Code;
    /// # use mimicred_claims::{Clock, Key, Map, Redaction, RedactionPlan};
    /// # use mimicred_keys::{Algorithm, LeafKey, IssuerKey, SecretKey, SystemRandom};
    /// # use mimicred_sd_cwt::{Binding, Error, Issuance, Issuer, SaltSource, Salted, UnverifiedSdCwt};
    /// # struct Counted(u8);
    /// # impl SaltSource for Counted {
    /// #     fn salt(&mut self, _: &Salted<'_>) -> Result<[u8; 16], Error> {
    /// #         self.0 += 1;
    /// #         Ok([self.0; 16])
    /// #     }
    /// # }
    /// # let issuer = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
    /// # let leaf = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
    /// # let claims = [(1, Value::from("i.example")), (2, "s".into()), (500, Value::Array(vec!["a".into(), "b".into()]))];
    /// # let claims = Map::from_entries(claims.map(|(key, value)| (Key::Int(key), value)).to_vec())?;
    /// # let paths = ["500", "500[0]", "500[1]"].map(|path| path.parse()).into_iter().collect::<Result<_, _>>()?;
    /// # let plan = RedactionPlan::new(Redaction::Paths(paths));
    /// # let issuance = Issuance::new(claims, leaf.public(), &plan);
    /// # let token = Issuer::new(issuer.public()).prepare_with_salts(issuance, &mut Counted(0))?.sign(&issuer)?;
    /// # let held = UnverifiedSdCwt::parse(token.as_bytes())?.reopen(leaf.public(), Clock { now: 0, leeway: 0 })?;
    /// # let binding = Binding { audience: "v.example", nonce: None, issued_at: 0 };
    ///
    /// // 500, 500[0] and 500[1] are redacted, under the salts 3, 1 and 2: children come before their parent.
    /// let prepared = held.prepare_by_salts(&[&[2; 16]], &binding)?;
    /// assert_eq!(prepared.revealed(), ["500[1]".parse::<ClaimPath>()?, "500".parse()?]);
    /// assert_eq!(held.prepare_by_salts(&[&[4; 16]], &binding).unwrap_err().code(), Code::SaltUnmatched);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn prepare_by_salts(&self, salts: &[&[u8]], binding: &Binding<'_>) -> Result<PreparedPresentation, Error> {
        let token = self.token()?;
        let by_salt = positions(&token)?;
        let mut clear = BTreeSet::new();
        for (n, salt) in salts.iter().enumerate() {
            let named = by_salt.get(salt).ok_or_else(|| {
                // The salt itself stays out of the error.
                Error::new(Code::SaltUnmatched).note(format!("number {} of {}", n + 1, salts.len()))
            })?;
            let mut next = Some(*named);
            // What is there already has its parents there too.
            while let Some(index) = next.filter(|index| clear.insert(*index)) {
                next = self.disclosed.get(index).and_then(|disclosed| disclosed.parent);
            }
        }
        let split = Split { clear: clear.into_iter().collect(), sealed: Vec::new() };
        self.bind(&token, &split, &[], binding, &BindingClaims::new())
    }
}

/// Where the disclosure with each salt is. No two share one (CWT-H-012).
fn positions<'a>(token: &Token<'a>) -> Result<HashMap<&'a [u8], usize>, Error> {
    let limits = token.limits();
    let each = token.disclosures.iter().enumerate();
    each.map(|(n, disclosure)| {
        let mut reader = Reader::new(disclosure.content, &limits)?;
        reader.array().map_err(shape)?;
        Ok((reader.bytes().map_err(shape)?, n))
    })
    .collect()
}
