//! The Holder: checks what the Issuer sent, keeps it, and presents parts of it.

mod held;
mod prepared;
mod wishes;

use std::fmt;

use mimicred_claims::{Clock, HolderPolicy, Limits, Value};
use mimicred_jose::jws::Header;
use mimicred_keys::{Algorithm, PublicKey};

use crate::confirmation::{self, CNF};
use crate::serialization::Parts;
use crate::token::{Checked, Reading, Signer, Token, Trust, TypeRule};
use crate::vc::VcRules;
use crate::{CertifiedIssuer, Code, Error, Inspection, KnownKey, TrustedIssuer};

pub use held::Held;
pub use prepared::PreparedPresentation;

/// An SD-JWT as received from an Issuer. Nothing about it is verified.
///
/// ```
/// use mimicred_sd_jwt::{Code, UnverifiedSdJwt};
///
/// assert_eq!(UnverifiedSdJwt::parse("a.b.c~k.l.m").unwrap_err().code(), Code::KbUnexpected);
/// ```
#[derive(Clone)]
pub struct UnverifiedSdJwt<'a> {
    text: &'a str,
    parts: Parts<'a>,
    token: Token<'a>,
    limits: Limits,
    types: TypeRule,
    vc: Option<VcRules<'a>>,
    certified: &'a [CertifiedIssuer],
    known_keys: &'a [KnownKey],
    policy: Option<&'a (dyn HolderPolicy + Sync)>,
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

impl<'a> UnverifiedSdJwt<'a> {
    /// Takes a token apart, within [`Limits::DEFAULT`].
    ///
    /// # Errors
    /// [`Code::KbUnexpected`] if it has a KB-JWT, which no Issuer can make (JWT-H-001); else as
    /// [`UnverifiedPresentation::parse`](crate::UnverifiedPresentation::parse).
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        Self::parse_within(text, &Limits::DEFAULT)
    }

    /// Takes a token apart, within these limits, which then hold for all that is made of it.
    ///
    /// # Errors
    /// As [`UnverifiedSdJwt::parse`].
    pub fn parse_within(text: &'a str, limits: &Limits) -> Result<Self, Error> {
        let parts = Parts::split(text, limits)?;
        if parts.key_binding.is_some_and(|last| last.contains('.')) {
            return Err(Code::KbUnexpected.into());
        }
        if parts.key_binding.is_some() {
            return Err(Error::new(Code::Format).note("no tilde at the end"));
        }
        let token = Token::parse(parts.clone(), limits)?;
        Ok(Self {
            text,
            parts,
            token,
            limits: *limits,
            types: TypeRule::default(),
            vc: None,
            certified: &[],
            known_keys: &[],
            policy: None,
        })
    }

    fn reading(&self) -> Reading<'_> {
        Reading { types: &self.types, vc: self.vc }
    }

    /// `iss`, as claimed.
    pub fn issuer(&self) -> Option<&str> {
        self.token.issuer()
    }

    /// `kid`, as claimed.
    pub fn key_id(&self) -> Option<&str> {
        self.token.header().kid()
    }

    /// The algorithm of the signature, as claimed, if it is one we know.
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.token.header().algorithm().ok().map(|name| name.algorithm())
    }

    /// The header.
    pub fn header(&self) -> &Header {
        self.token.header()
    }

    /// The content, to look at and not to rely on.
    ///
    /// # Errors
    /// As far as the content cannot be read.
    pub fn inspect(&self) -> Result<Inspection, Error> {
        Inspection::of(&self.token, None)
    }

    /// Checks the token as a Verifier would, with every disclosure (JWT-H-002), and that it is bound to the Holder's key.
    ///
    /// # Errors
    /// As [`UnverifiedPresentation::verify`](crate::UnverifiedPresentation::verify); [`Code::Confirmation`] for another key, [`Code::PolicyRefused`].
    pub fn accept(&self, expected: &AcceptExpectations<'_>) -> Result<Held, Error> {
        let trust = Trust { issuers: expected.issuers, certified: self.certified };
        let checked = self.token.check(
            self.reading(),
            |payload| self.token.signer(payload, &trust, |key| self.token.is_signed_by(key)),
            &expected.clock,
        )?;
        self.hold(checked, expected.confirmation_key, &expected.clock)
    }

    /// Takes up again a token that was accepted before, out of the Holder's own store: everything is checked but who issued it.
    ///
    /// # Errors
    /// As [`UnverifiedSdJwt::accept`], but for the Issuer's name and signature.
    ///
    /// ```
    /// # use mimicred_claims::{Clock, Key, Map, Redaction, RedactionPlan, Value};
    /// # use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
    /// # use mimicred_sd_jwt::{Code, Issuer, UnverifiedSdJwt};
    /// # let issuer = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
    /// # let leaf = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?;
    /// # let claims = Map::from_entries(vec![(Key::from("exp"), Value::Int(1_790_000_000))])?;
    /// # let plan = RedactionPlan::new(Redaction::All);
    /// # let stored = Issuer::new(issuer.public()).prepare(claims, Some(leaf.public()), &plan, &mut SystemRandom)?.sign(&issuer)?;
    /// let stored = UnverifiedSdJwt::parse(stored.as_str())?;
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
        let claimed = Signer { name: self.issuer(), key: confirmation_key };
        let checked = self.token.check(self.reading(), |_| Ok(claimed), &clock)?;
        self.hold(checked, confirmation_key, &clock)
    }

    fn hold(&self, checked: Checked<'_, '_>, confirmation_key: &PublicKey, clock: &Clock) -> Result<Held, Error> {
        let (hash, name) = (checked.hash, checked.signer.name.map(str::to_owned));
        let refused = |note| Error::new(Code::PolicyRefused).note(note);
        if let Some(policy) = self.policy {
            policy.clear_claims(&checked.payload).or(refused)?;
        }
        let restored = self.token.restore(checked, self.reading(), clock, &self.limits)?;
        confirmation::check(restored.claims().text(CNF), confirmation_key, self.known_keys)?;
        if let Some(policy) = self.policy {
            restored.ask(policy).map_err(|refusal| {
                let place = refusal.place();
                refused(refusal.note).at(place)
            })?;
        }

        let mut at = self.parts.issuer_jwt.len() + 1;
        let issuer_jwt = 0..at;
        let mut disclosures = Vec::with_capacity(self.parts.disclosures.len());
        for disclosure in &self.parts.disclosures {
            let end = at + disclosure.len() + 1;
            disclosures.push(at..end);
            at = end;
        }
        // Redacted, it is known only now.
        let disclosed_name = restored.claims().text("iss").and_then(Value::as_text).map(str::to_owned);
        let disclosed = restored.disclosed();
        Ok(Held {
            text: self.text.to_owned(),
            issuer_jwt,
            disclosures,
            hash,
            issuer: name.or(disclosed_name).unwrap_or_default(),
            key: confirmation_key.clone(),
            claims: restored.into_claims().into_owned(),
            disclosed,
        })
    }
}

/// Salts and values stay out of logs.
impl fmt::Debug for UnverifiedSdJwt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedSdJwt").field("header", self.header()).field("parts", &self.parts).finish_non_exhaustive()
    }
}
