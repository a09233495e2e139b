//! The Issuer: claims and a redaction plan become an SD-CWT, signed in two steps.

mod check;

use std::fmt;

use mimicred_claims::{Digest, Key, Map, RedactionPlan, Redactor, Value, redact};
use mimicred_cose::cbor::Writer;
use mimicred_cose::{AlgorithmId, cwt, key, sign1};
use mimicred_keys::{Family, HashAlgorithm, IssuerKey, PublicKey, Random, Salts, ToBeSigned};

use crate::key_binding::COSE_KEY;
use crate::rules::is_never_redacted;
use crate::token::{TYPE, hash_id, is_sd_cwt_type};
use crate::{Code, Error, SdCwt, disclosure};

/// Makes SD-CWTs under one Assertion Key.
///
/// ```
/// use mimicred_claims::{Key, Map, Redaction, RedactionPlan, Value};
/// use mimicred_cose::cwt;
/// use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
/// use mimicred_sd_cwt::Issuer;
///
/// let key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
/// let holder = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?;
/// let claims = Map::from_entries(vec![
///     (Key::Int(cwt::ISS), Value::from("https://id.a.example")),
///     (Key::Int(cwt::SUB), Value::from("mimi://a.example/u/alice")),
///     (Key::Int(179), Value::from("alice@a.example")),
/// ])?;
///
/// let plan = RedactionPlan::new(Redaction::All).with_min_digests(8);
/// let prepared = Issuer::new(key.public()).prepare(claims, holder.public(), &plan, &mut SystemRandom)?;
/// let token = prepared.sign(&key)?;
/// assert!(token.as_bytes().starts_with(&[0xd2, 0x84]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Issuer {
    key: PublicKey,
    hash: HashAlgorithm,
    typ: Option<String>,
    kid: Option<Vec<u8>>,
}

impl Issuer {
    /// An Issuer with this Assertion Key, and the fully specified algorithm of that key (CWT-I-003). The hash is the one that
    /// matches the key: SHA-256, SHA-384 for P-384, SHA-512 for P-521.
    pub fn new(key: &PublicKey) -> Self {
        Self { key: key.clone(), hash: key.algorithm().matching_hash(), typ: None, kid: None }
    }

    /// Names the key in the header.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<Vec<u8>>) -> Self {
        self.kid = Some(kid.into());
        self
    }

    /// Sets `typ` to a media type: `application/sd-cwt`, or a more specific one that ends in `+sd-cwt` and that Verifiers must know
    /// ([`TypeRule::Exactly`](crate::TypeRule::Exactly)). Otherwise it is the number 293 (CWT-I-002).
    #[must_use]
    pub fn with_type(mut self, typ: impl Into<String>) -> Self {
        self.typ = Some(typ.into());
        self
    }

    /// Sets the hash of the disclosures.
    #[must_use]
    pub fn with_hash(mut self, hash: HashAlgorithm) -> Self {
        self.hash = hash;
        self
    }

    /// Redacts the claims by the plan and makes what is to be signed. `cnf` is added for the confirmation key; everything else,
    /// `iss`, `sub`, `iat`, `exp`, is as given. All salts are drawn from `random` at once; only decoys beyond may draw again.
    ///
    /// # Errors
    /// [`Code::ClaimMissing`] without `iss` or `sub` (CWT-I-016, CWT-I-017), [`Code::ClaimType`], [`Code::Time`] (CWT-I-029),
    /// [`Code::RedactionForbidden`] (CWT-I-018, CWT-I-020), [`Code::PathUnmatched`], [`Code::Preissue`] for what no token can hold,
    /// [`Code::TypeMismatch`], [`Code::Limit`], [`Code::SaltRepeated`], [`Code::Keys`].
    pub fn prepare(
        &self,
        claims: Map<'_>,
        confirmation: &PublicKey,
        plan: &RedactionPlan,
        random: &mut dyn Random,
    ) -> Result<PreparedSdCwt, Error> {
        if self.typ.as_deref().is_some_and(|typ| !is_sd_cwt_type(typ)) {
            return Err(Error::new(Code::TypeMismatch).note("typ is application/sd-cwt or ends in +sd-cwt"));
        }
        check::check(&claims)?;
        let mut claims = claims;
        let mut cnf = Map::new();
        cnf.insert(Key::Int(COSE_KEY), Value::Map(key::public_members(confirmation)))?;
        claims.insert(Key::Int(cwt::CNF), Value::Map(cnf))?;

        let salts = Salts::draw(plan.most_disclosures(&claims), random)?;
        let mut disclosing = Disclosing { hash: self.hash, salts, disclosures: Vec::new() };
        let payload = redact(claims, plan, &keeps, &mut disclosing)?;
        let mut writer = Writer::new();
        writer.entries(&payload)?;
        let (protected, payload) = (self.protected(), writer.finish());
        let to_be_signed = sign1::to_be_signed(&protected, &payload)?;
        Ok(PreparedSdCwt { to_be_signed, protected, payload, disclosures: disclosing.disclosures, key: self.key.clone() })
    }

    fn protected(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.map(if self.kid.is_some() { 4 } else { 3 });
        writer.int(1);
        writer.int(AlgorithmId::for_key(self.key.algorithm()).id());
        if let Some(kid) = &self.kid {
            writer.int(4);
            writer.bytes(kid);
        }
        writer.int(16);
        match &self.typ {
            Some(typ) => writer.text(typ),
            None => writer.int(TYPE),
        }
        // Always written, although SHA-256 is the default: peers of earlier drafts miss it otherwise.
        writer.int(170);
        writer.int(hash_id(self.hash));
        writer.finish()
    }
}

/// An SD-CWT that lacks its signature.
pub struct PreparedSdCwt {
    to_be_signed: ToBeSigned,
    protected: Vec<u8>,
    payload: Vec<u8>,
    disclosures: Vec<Vec<u8>>,
    key: PublicKey,
}

impl PreparedSdCwt {
    /// What is to be signed.
    pub fn to_be_signed(&self) -> &ToBeSigned {
        &self.to_be_signed
    }

    /// Completes the token with a signature made elsewhere, which is verified.
    ///
    /// # Errors
    /// [`Code::SignatureIssuer`].
    ///
    /// ```
    /// use mimicred_claims::{Key, Map, Redaction, RedactionPlan, Value};
    /// use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
    /// use mimicred_sd_cwt::{Code, Issuer};
    ///
    /// let key = IssuerKey::new(SecretKey::generate(Algorithm::P384, &mut SystemRandom)?);
    /// let holder = SecretKey::generate(Algorithm::P256, &mut SystemRandom)?;
    /// let claims = Map::from_entries(vec![(Key::Int(1), Value::from("i.example")), (Key::Int(2), Value::from("s.example"))])?;
    /// let plan = RedactionPlan::new(Redaction::None);
    /// let prepared = Issuer::new(key.public()).prepare(claims.clone(), holder.public(), &plan, &mut SystemRandom)?;
    ///
    /// // An HSM would be given prepared.to_be_signed().as_bytes().
    /// let signature = key.sign(prepared.to_be_signed())?;
    /// let token = prepared.finish(signature.as_bytes())?;
    /// # let prepared = Issuer::new(key.public()).prepare(claims, holder.public(), &plan, &mut SystemRandom)?;
    /// assert_eq!(prepared.finish(&[0; 96]).unwrap_err().code(), Code::SignatureIssuer);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn finish(self, signature: &[u8]) -> Result<SdCwt, Error> {
        let verified = self.key.verify(Family::Cose, self.to_be_signed.as_bytes(), signature);
        verified.map_err(|error| Error::new(Code::SignatureIssuer).because(error))?;
        Ok(self.assemble(signature))
    }

    /// Signs with a local key and completes the token.
    ///
    /// # Errors
    /// [`Code::KeyMismatch`] for another key than the one it was prepared for.
    pub fn sign(self, key: &IssuerKey) -> Result<SdCwt, Error> {
        if *key.public() != self.key {
            return Err(Code::KeyMismatch.into());
        }
        let signature = key.sign(&self.to_be_signed)?;
        Ok(self.assemble(signature.as_bytes()))
    }

    fn assemble(&self, signature: &[u8]) -> SdCwt {
        SdCwt::new(&self.protected, &self.disclosures, &self.payload, signature)
    }
}

/// Salts and values stay out of logs.
impl fmt::Debug for PreparedSdCwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedSdCwt")
            .field("key", &self.key)
            .field("disclosures", &self.disclosures.len())
            .finish_non_exhaustive()
    }
}

/// What is never redacted; `status` could be by the letter of the draft, but a Holder would withhold it (trap 10).
fn keeps(key: &Key<'_>) -> bool {
    is_never_redacted(key) || *key == Key::Int(cwt::STATUS)
}

/// Writes the disclosures while the claims are redacted, inside out (CWT-I-012).
struct Disclosing<'r> {
    hash: HashAlgorithm,
    salts: Salts<'r>,
    disclosures: Vec<Vec<u8>>,
}

impl Disclosing<'_> {
    fn disclose(&mut self, value: Option<&Value<'_>>, key: Option<&Key<'_>>) -> Result<Digest<'static>, Error> {
        let encoded = disclosure::write(&self.salts.take()?, value, key)?;
        let digest = disclosure::digest(self.hash, &encoded);
        self.disclosures.push(encoded);
        Ok(digest)
    }
}

impl Redactor for Disclosing<'_> {
    type Error = Error;

    fn claim(&mut self, key: &Key<'_>, value: Value<'_>) -> Result<Digest<'static>, Error> {
        self.disclose(Some(&value), Some(key))
    }

    fn element(&mut self, value: Value<'_>) -> Result<Digest<'static>, Error> {
        self.disclose(Some(&value), None)
    }

    /// A disclosure of nothing, which the Holder gets like any other (CWT-D-002 to CWT-D-004).
    fn decoy(&mut self) -> Result<Digest<'static>, Error> {
        self.disclose(None, None)
    }
}
