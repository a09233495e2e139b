//! The Holder: checks what the Issuer sent, keeps it, and presents parts of it.

mod encrypting;

use std::collections::HashSet;
use std::fmt;

use mimicred_claims::{ClaimPath, Clock, Date, Disclosed, Limits, Map, Selection};
use mimicred_cose::sign1::CwtTag;
use mimicred_error::At;
use mimicred_keys::{Algorithm, Family, LeafKey, PublicKey, ToBeSigned};

use crate::aead::Split;
use crate::confirmation;
use crate::error::about;
use crate::key_binding::{self, Binding, PreparedKbt};
use crate::serialization::with_disclosures;
use crate::times::Times;
use crate::token::{Checked, Reading, Signer, Token, Trust, TypeRule};
use crate::{Code, Error, Inspection, Presentation, TrustedIssuer};

/// An SD-CWT as received from an Issuer. Nothing about it is verified.
///
/// ```
/// use mimicred_sd_cwt::{Code, UnverifiedSdCwt};
///
/// assert_eq!(UnverifiedSdCwt::parse(b"\x84").unwrap_err().code(), Code::Structure);
/// ```
#[derive(Clone)]
pub struct UnverifiedSdCwt<'a> {
    octets: &'a [u8],
    token: Token<'a>,
    reading: Reading,
}

/// What a Holder expects of a token made for her.
#[derive(Clone, Copy, Debug)]
pub struct AcceptExpectations<'e> {
    /// Who may have issued it.
    pub issuers: &'e [TrustedIssuer],
    /// Her key, which `cnf` must name.
    pub confirmation_key: &'e PublicKey,
    /// Now, and the tolerance.
    pub clock: Clock,
}

impl<'a> UnverifiedSdCwt<'a> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// [`Code::Limit`], [`Code::CborMalformed`], [`Code::CborForbidden`], [`Code::Structure`], [`Code::Header`].
    pub fn parse(octets: &'a [u8]) -> Result<Self, Error> {
        let token = Token::parse(octets, CwtTag::Tolerated, &Limits::DEFAULT)?;
        Ok(Self { octets, token, reading: Reading::default() })
    }

    /// The same token, judged by another rule for `typ`.
    #[must_use]
    pub fn with_type_rule(mut self, types: TypeRule) -> Self {
        self.reading.types = types;
        self
    }

    /// `iss`, as claimed.
    pub fn issuer(&self) -> Option<&str> {
        self.token.issuer()
    }

    /// `kid`, as claimed.
    pub fn key_id(&self) -> Option<&[u8]> {
        self.token.key_id()
    }

    /// The algorithm of the signature, as claimed, if it is one we know.
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.token.algorithm().map(|id| id.algorithm())
    }

    /// The content, to look at and not to rely on.
    ///
    /// # Errors
    /// As far as the content cannot be read.
    pub fn inspect(&self) -> Result<Inspection, Error> {
        Inspection::of(&self.token, None)
    }

    /// Checks the token as a Verifier would, and what only a Holder can: that it is bound to her key, that every digest has its
    /// disclosure (CWT-H-008), and that no two disclosures share a salt (CWT-H-012).
    ///
    /// # Errors
    /// As [`UnverifiedPresentation::verify`](crate::UnverifiedPresentation::verify); [`Code::Confirmation`] for another key,
    /// [`Code::DigestUnmatched`], [`Code::Structure`] for encrypted disclosures (CWT-H-018), [`Code::Nonce`] for a `cnonce`, since
    /// none was asked for (CWT-H-007).
    pub fn accept(&self, expected: &AcceptExpectations<'_>) -> Result<Held, Error> {
        let trust = Trust { issuers: expected.issuers, certified: &[] };
        let checked = self.token.check(&self.reading, &trust, &expected.clock, &Limits::DEFAULT)?;
        self.hold(checked, expected.confirmation_key)
    }

    /// Takes up again a token that was accepted before, out of the Holder's own store: everything is checked but who issued it.
    ///
    /// # Errors
    /// As [`UnverifiedSdCwt::accept`], but for the Issuer's name and signature.
    ///
    /// ```
    /// # use mimicred_claims::{Clock, Key, Map, Redaction, RedactionPlan, Value};
    /// # use mimicred_cose::cwt;
    /// # use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
    /// # use mimicred_sd_cwt::{Code, Issuer, UnverifiedSdCwt};
    /// # let issuer = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
    /// # let leaf = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?;
    /// # let claims = Map::from_entries(vec![
    /// #     (Key::Int(cwt::ISS), Value::from("https://id.a.example")),
    /// #     (Key::Int(cwt::SUB), Value::from("mimi://a.example/u/alice")),
    /// #     (Key::Int(cwt::EXP), Value::Int(1_790_000_000)),
    /// # ])?;
    /// # let plan = RedactionPlan::new(Redaction::All);
    /// # let stored = Issuer::new(issuer.public()).prepare(claims, leaf.public(), &plan, &mut SystemRandom)?.sign(&issuer)?;
    /// let stored = UnverifiedSdCwt::parse(stored.as_bytes())?;
    /// assert!(stored.reopen(leaf.public(), Clock { now: 1_789_999_999, leeway: 0 }).is_ok());
    ///
    /// let expired = stored.reopen(leaf.public(), Clock { now: 1_790_000_000, leeway: 0 });
    /// assert_eq!(expired.unwrap_err().code(), Code::Time);
    /// let of_another = stored.reopen(issuer.public(), Clock { now: 1_789_999_999, leeway: 0 });
    /// assert_eq!(of_another.unwrap_err().code(), Code::Confirmation);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reopen(&self, confirmation_key: &PublicKey, clock: Clock) -> Result<Held, Error> {
        // Whoever issued it was trusted then; the key is not looked at.
        let claimed = Signer { name: self.issuer().unwrap_or_default(), key: confirmation_key };
        let checked = self.token.check_as(&self.reading, |_| Ok(claimed), &clock, &Limits::DEFAULT)?;
        self.hold(checked, confirmation_key)
    }

    /// CWT-H-018; of a disclosure that the Issuer encrypted instead of sending it in the clear, the digest is missed before
    /// (CWT-I-030).
    fn check_not_encrypted(&self) -> Result<(), Error> {
        if !self.token.encrypted.is_empty() {
            let place = At::Header("sd_aead_encrypted_claims".into());
            return Err(Error::new(Code::Structure).at(place).note("in a token for the Holder"));
        }
        Ok(())
    }

    fn hold(&self, mut checked: Checked<'_, '_>, confirmation_key: &PublicKey) -> Result<Held, Error> {
        let registered = checked.claims.registered();
        confirmation::check(registered.cnf, confirmation_key, &[])?;
        if registered.cnonce.is_some() {
            return Err(about(Code::Nonce, "cnonce").note("none was asked for"));
        }
        let (salts, opened): (Vec<_>, Vec<_>) = self.token.open(checked.hash, &mut checked.limits)?.into_iter().unzip();
        let (times, issuer) = (checked.times, checked.signer.name.to_owned());
        let restored = checked.claims.restore(opened, self.reading.vct, &Limits::DEFAULT)?;
        if restored.undisclosed > 0 {
            return Err(Error::new(Code::DigestUnmatched).note(format!("{} of them", restored.undisclosed)));
        }
        self.check_not_encrypted()?;
        let mut seen = HashSet::with_capacity(salts.len());
        if let Some(n) = salts.iter().position(|salt| !seen.insert(*salt)) {
            return Err(Error::new(Code::DisclosureMalformed).at(At::Disclosure(n)).note("its salt is used twice"));
        }
        let disclosed = restored.disclosed();
        Ok(Held {
            octets: self.octets.to_owned(),
            issuer,
            key: confirmation_key.clone(),
            times,
            claims: restored.claims.into_owned(),
            disclosed,
        })
    }
}

/// Salts and values stay out of logs.
impl fmt::Debug for UnverifiedSdCwt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedSdCwt")
            .field("header", self.token.protected.entries())
            .field("disclosures", &self.token.disclosures.len())
            .finish_non_exhaustive()
    }
}

/// A token that the Holder has checked and keeps.
#[derive(Clone)]
pub struct Held {
    octets: Vec<u8>,
    issuer: String,
    key: PublicKey,
    times: Times,
    claims: Map<'static>,
    disclosed: Vec<Disclosed>,
}

impl Held {
    /// Checks a token from an Issuer and keeps it; see [`UnverifiedSdCwt::accept`].
    ///
    /// # Errors
    /// As [`UnverifiedSdCwt::parse`] and [`UnverifiedSdCwt::accept`].
    pub fn accept(token: &[u8], expected: &AcceptExpectations<'_>) -> Result<Self, Error> {
        UnverifiedSdCwt::parse(token)?.accept(expected)
    }

    /// Every claim, the redacted ones included.
    pub fn claims(&self) -> &Map<'static> {
        &self.claims
    }

    /// The claims that may be disclosed or withheld, and the decoys.
    pub fn disclosed(&self) -> &[Disclosed] {
        &self.disclosed
    }

    /// The issuer: by its name in the list of the trusted if the token was accepted in this run; what `iss` claims, checked by
    /// nobody and empty where there is none, if it was taken up again by [`UnverifiedSdCwt::reopen`].
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The Holder's key.
    pub fn confirmation_key(&self) -> &PublicKey {
        &self.key
    }

    /// The token as received.
    pub fn as_bytes(&self) -> &[u8] {
        &self.octets
    }

    /// Chooses disclosures, each with those it stands in (CWT-P-005), and makes the KBT to be signed.
    ///
    /// # Errors
    /// [`Code::PathUnmatched`]; [`Code::Time`] if the token is not valid at the time of binding (CWT-P-015); [`Code::Limit`] for an
    /// audience or nonce of absurd length.
    pub fn prepare(&self, selection: &Selection, binding: &Binding<'_>) -> Result<PreparedPresentation, Error> {
        let clear = selection.choose(&self.disclosed, &self.claims)?;
        self.bind(&self.token()?, &Split { clear, sealed: Vec::new() }, &[], binding)
    }

    fn token(&self) -> Result<Token<'_>, Error> {
        Token::parse(&self.octets, CwtTag::Tolerated, &Limits::DEFAULT)
    }

    /// Puts the token, with what is clear and the encrypted entries, into a KBT.
    fn bind(
        &self,
        token: &Token<'_>,
        split: &Split,
        entries: &[Vec<u8>],
        binding: &Binding<'_>,
    ) -> Result<PreparedPresentation, Error> {
        Times { nbf: None, iat: Some(Date::from(binding.issued_at)), exp: None }.check_kbt(&self.times)?;
        let clear: Vec<_> = split.clear.iter().filter_map(|n| token.disclosures.get(*n).copied()).collect();
        let kbt = key_binding::prepare(&with_disclosures(token, &clear, entries)?, &self.key, binding)?;
        let path = |n: usize| self.disclosed.get(n).map(|disclosed| disclosed.path.clone());
        let revealed = split.all().into_iter().filter_map(path).collect();
        let encrypted = split.sealed.iter().filter_map(|(n, _)| path(*n)).collect();
        Ok(PreparedPresentation { kbt, revealed, encrypted, key: self.key.clone() })
    }
}

/// Salts and values stay out of logs.
impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held").field("issuer", &self.issuer).field("claims", &self.claims).finish_non_exhaustive()
    }
}

/// A presentation that lacks the Holder's signature.
pub struct PreparedPresentation {
    kbt: PreparedKbt,
    revealed: Vec<ClaimPath>,
    encrypted: Vec<ClaimPath>,
    key: PublicKey,
}

impl PreparedPresentation {
    /// What is to be signed.
    pub fn to_be_signed(&self) -> &ToBeSigned {
        &self.kbt.to_be_signed
    }

    /// The claims that it will disclose, in the clear or to those who have a key: what to show before signing.
    pub fn revealed(&self) -> &[ClaimPath] {
        &self.revealed
    }

    /// Those among them that are encrypted.
    pub fn encrypted(&self) -> &[ClaimPath] {
        &self.encrypted
    }

    /// Completes the presentation with a signature made elsewhere, which is verified.
    ///
    /// # Errors
    /// [`Code::SignatureHolder`].
    pub fn finish(self, signature: &[u8]) -> Result<Presentation, Error> {
        let verified = self.key.verify(Family::Cose, self.kbt.to_be_signed.as_bytes(), signature);
        verified.map_err(|error| Error::new(Code::SignatureHolder).because(error))?;
        Ok(self.assemble(signature))
    }

    /// Signs with a local key and completes the presentation.
    ///
    /// # Errors
    /// [`Code::KeyMismatch`] for another key than that of `cnf`.
    pub fn sign(self, key: &LeafKey) -> Result<Presentation, Error> {
        if *key.public() != self.key {
            return Err(Code::KeyMismatch.into());
        }
        let signature = key.sign(&self.kbt.to_be_signed)?;
        Ok(self.assemble(signature.as_bytes()))
    }

    fn assemble(self, signature: &[u8]) -> Presentation {
        Presentation::new(self.kbt.assemble(signature), self.revealed)
    }
}

/// Disclosed values stay out of logs.
impl fmt::Debug for PreparedPresentation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedPresentation")
            .field("revealed", &self.revealed)
            .field("encrypted", &self.encrypted)
            .finish_non_exhaustive()
    }
}
