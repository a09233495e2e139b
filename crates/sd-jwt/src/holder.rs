//! The Holder: checks what the Issuer sent, keeps it, and presents parts of it.

use std::fmt;
use std::ops::Range;

use mimicred_claims::{ClaimPath, Clock, Disclosed, HolderPolicy, Limits, Map, Selection, Value};
use mimicred_error::At;
use mimicred_jose::jws::{self, Header};
use mimicred_keys::{Algorithm, Family, HashAlgorithm, LeafKey, PublicKey, ToBeSigned};

use crate::confirmation::{self, CNF};
use crate::key_binding::{self, Binding};
use crate::serialization::Parts;
use crate::token::{Checked, Reading, Signer, Token, Trust, TypeRule};
use crate::vc::VcRules;
use crate::{CertifiedIssuer, Code, Error, Inspection, KnownKey, Presentation, TrustedIssuer};

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
        let token = Token::parse(&parts, limits)?;
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

    /// The same token, judged by another rule for `typ`.
    #[must_use]
    pub fn with_type_rule(mut self, types: TypeRule) -> Self {
        self.types = types;
        self
    }

    /// The same token, held to the rules of SD-JWT VC besides, its `typ` among them.
    #[must_use]
    pub fn with_vc_rules(mut self, rules: VcRules<'a>) -> Self {
        self.vc = Some(rules);
        self
    }

    /// Trusts issuers by their certificates too, for tokens whose header has one (JWT-Y-010).
    #[must_use]
    pub fn with_certified_issuers(mut self, issuers: &'a [CertifiedIssuer]) -> Self {
        self.certified = issuers;
        self
    }

    fn reading(&self) -> Reading<'_> {
        Reading { types: &self.types, vc: self.vc }
    }

    /// Knows keys for tokens whose `cnf` has a key identifier only (JWT-K-003). A thumbprint of her own key the Holder knows anyway.
    #[must_use]
    pub fn with_known_keys(mut self, keys: &'a [KnownKey]) -> Self {
        self.known_keys = keys;
        self
    }

    /// Asks a policy whether the claims are acceptable, which can refuse them with [`Code::PolicyRefused`] (JWT-H-003).
    ///
    /// ```
    /// use mimicred_claims::{Clock, Key, Map, Redaction, RedactionPlan, Value};
    /// use mimicred_sd_jwt::{Code, Container, Decision, HolderPolicy, Issuer, UnverifiedSdJwt};
    /// # use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
    ///
    /// struct WellHidden;
    /// impl HolderPolicy for WellHidden {
    ///     fn container(&self, container: &Container) -> Decision {
    ///         let shows_how_many = container.digests > container.decoys && container.digests < 8;
    ///         if shows_how_many { Decision::Refuse("everybody sees how many claims are redacted") } else { Decision::Accept }
    ///     }
    /// }
    ///
    /// # let key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
    /// # let leaf = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?;
    /// # let clock = Clock { now: 1_790_000_000, leeway: 0 };
    /// let claims = Map::from_entries(vec![(Key::from("email"), Value::from("alice@a.example"))])?;
    /// let issue = |plan| Issuer::new(key.public()).prepare(claims.clone(), leaf.public(), &plan, &mut SystemRandom)?.sign(&key);
    /// let bare = issue(RedactionPlan::new(Redaction::All))?;
    /// let refused = UnverifiedSdJwt::parse(bare.as_str())?.with_policy(&WellHidden).reopen(leaf.public(), clock);
    /// assert_eq!(refused.unwrap_err().code(), Code::PolicyRefused);
    ///
    /// let hidden = issue(RedactionPlan::new(Redaction::All).with_min_digests(8))?;
    /// assert!(UnverifiedSdJwt::parse(hidden.as_str())?.with_policy(&WellHidden).reopen(leaf.public(), clock).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_policy(mut self, policy: &'a (dyn HolderPolicy + Sync)) -> Self {
        self.policy = Some(policy);
        self
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
                let place = refusal.container.map_or(At::Whole, |path| At::Path(path.to_string()));
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

/// A token that the Holder has checked and keeps.
#[derive(Clone)]
pub struct Held {
    text: String,
    /// The Issuer's JWT and each disclosure, with the tilde that follows.
    issuer_jwt: Range<usize>,
    disclosures: Vec<Range<usize>>,
    hash: HashAlgorithm,
    issuer: String,
    key: PublicKey,
    claims: Map<'static>,
    disclosed: Vec<Disclosed>,
}

impl Held {
    /// Checks a token from an Issuer and keeps it; see [`UnverifiedSdJwt::accept`].
    ///
    /// # Errors
    /// As [`UnverifiedSdJwt::parse`] and [`UnverifiedSdJwt::accept`].
    pub fn accept(token: &str, expected: &AcceptExpectations<'_>) -> Result<Self, Error> {
        UnverifiedSdJwt::parse(token)?.accept(expected)
    }

    /// Every claim, the redacted ones included.
    pub fn claims(&self) -> &Map<'static> {
        &self.claims
    }

    /// The claims that may be disclosed or withheld.
    pub fn disclosed(&self) -> &[Disclosed] {
        &self.disclosed
    }

    /// The issuer: by its name in the list of the trusted if the token was accepted in this run; what `iss` claims, checked by
    /// nobody and empty where there is none, if it was taken up again by [`UnverifiedSdJwt::reopen`].
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The Holder's key.
    pub fn confirmation_key(&self) -> &PublicKey {
        &self.key
    }

    /// The token as received.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Chooses disclosures, each with those it stands in (JWT-P-001), and makes the key binding to be signed.
    ///
    /// # Errors
    /// [`Code::PathUnmatched`]; [`Code::Limit`] for an audience or nonce of absurd length.
    pub fn prepare(&self, selection: &Selection, binding: &Binding<'_>) -> Result<PreparedPresentation, Error> {
        let chosen = selection.choose(&self.disclosed, &self.claims)?;
        let ranges = std::iter::once(&self.issuer_jwt).chain(chosen.iter().filter_map(|n| self.disclosures.get(*n)));
        let text: String = ranges.filter_map(|range| self.text.get(range.clone())).collect();
        let revealed = chosen.iter().filter_map(|n| self.disclosed.get(*n)).map(|disclosed| disclosed.path.clone()).collect();
        let to_be_signed = key_binding::prepare(&text, self.hash, &self.key, binding)?;
        Ok(PreparedPresentation { text, revealed, to_be_signed, key: self.key.clone() })
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
    /// Everything up to the last tilde.
    text: String,
    revealed: Vec<ClaimPath>,
    to_be_signed: ToBeSigned,
    key: PublicKey,
}

impl PreparedPresentation {
    /// What is to be signed.
    pub fn to_be_signed(&self) -> &ToBeSigned {
        &self.to_be_signed
    }

    /// The claims that it will disclose: what to show before signing.
    pub fn revealed(&self) -> &[ClaimPath] {
        &self.revealed
    }

    /// Completes the presentation with a signature made elsewhere, which is verified.
    ///
    /// # Errors
    /// [`Code::SignatureHolder`].
    pub fn finish(self, signature: &[u8]) -> Result<Presentation, Error> {
        let verified = self.key.verify(Family::Jws, self.to_be_signed.as_bytes(), signature);
        verified.map_err(|e| Error::new(Code::SignatureHolder).because(e))?;
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
        let signature = key.sign(&self.to_be_signed)?;
        Ok(self.assemble(signature.as_bytes()))
    }

    fn assemble(mut self, signature: &[u8]) -> Presentation {
        self.text.push_str(&jws::finish(self.to_be_signed, signature));
        Presentation::new(self.text, self.revealed)
    }
}

/// Disclosed values stay out of logs.
impl fmt::Debug for PreparedPresentation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedPresentation").field("revealed", &self.revealed).finish_non_exhaustive()
    }
}
