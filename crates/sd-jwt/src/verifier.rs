//! The Verifier: a presentation and what is expected of it become verified claims.

mod checks;
mod options;
mod verified;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt;

use mimicred_claims::{Clock, Limits, Map, Value};
use mimicred_error::At;
use mimicred_jose::jws::Header;
use mimicred_keys::{Algorithm, Deferred, Family, PublicKey, Signed, Unsettled, verify_all};

use crate::confirmation::{CNF, KnownKey, resolve};
use crate::key_binding::{KbJwt, KeyBinding};
use crate::marks::has_marks;
use crate::serialization::Parts;
use crate::token::{Checked, Reading, Token, Trust, TypeRule, date};
use crate::vc::VcRules;
use crate::{Code, Error, InspectedClaims, Inspection};

use checks::Checks;

pub use checks::{Occurrence, ReplayCheck};
pub use verified::VerifiedPresentation;

/// An issuer that the caller trusts, by name and key. One that has several keys is listed once for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedIssuer {
    /// What `iss` must be, octet for octet.
    pub issuer: String,
    /// The Assertion Key.
    pub key: PublicKey,
}

/// An issuer that the caller trusts by its certificate, which the caller has verified: whoever checks chains of certificates says
/// so by making this entry (JWT-Y-010).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertifiedIssuer {
    /// The issuer's own certificate in DER, octet for octet as it stands first in `x5c`.
    pub certificate: Vec<u8>,
    /// What the issuer is called; where the token has `iss` too, that must be the same.
    pub issuer: String,
    /// The key in the certificate.
    pub key: PublicKey,
}

/// What a Verifier expects.
#[derive(Clone, Copy, Debug)]
pub struct Expectations<'e> {
    /// Who may have issued the token.
    pub issuers: &'e [TrustedIssuer],
    /// Who we are to the Issuer: a token that has `aud` must name this. A token without `aud` is for everybody; one with `aud` is
    /// refused by a Verifier who is nobody to the Issuer (RFC 7519 section 4.1.3).
    pub audience_of_token: Option<&'e str>,
    /// What the key binding must be.
    pub key_binding: KeyBinding<'e>,
    /// Now, and the tolerance.
    pub clock: Clock,
    /// What is accepted at most.
    pub limits: Limits,
}

/// A received SD-JWT or SD-JWT+KB. Nothing about it is verified.
///
/// ```
/// use mimicred_claims::{Clock, Key, Limits, Map, Redaction, RedactionPlan, Selection, Value};
/// use mimicred_keys::{Algorithm, IssuerKey, LeafKey, SecretKey, SystemRandom};
/// use mimicred_sd_jwt::{
///     AcceptExpectations, Binding, Expectations, Held, Issuer, KeyBinding, TrustedIssuer, UnverifiedPresentation,
/// };
///
/// # let issuer_key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
/// # let leaf_key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
/// # let claims = Map::from_entries(vec![
/// #     (Key::from("iss"), Value::from("https://id.a.example")),
/// #     (Key::from("email"), Value::from("alice@a.example")),
/// #     (Key::from("name"), Value::from("Alice")),
/// # ])?;
/// # let token = Issuer::new(issuer_key.public())
/// #     .prepare(claims, Some(leaf_key.public()), &RedactionPlan::new(Redaction::All), &mut SystemRandom)?
/// #     .sign(&issuer_key)?;
/// let issuers = [TrustedIssuer { issuer: "https://id.a.example".into(), key: issuer_key.public().clone() }];
/// let clock = Clock { now: 1_790_000_000, leeway: 60 };
///
/// // The Holder discloses the e-mail address, and nothing else, to one room.
/// let expected = AcceptExpectations { issuers: &issuers, confirmation_key: leaf_key.public(), clock };
/// let held = Held::accept(token.as_str(), &expected)?;
/// let room = "mimi://hub.example/r/clubhouse";
/// let binding = Binding { audience: room, nonce: "n-0S6_WzA2Mj", issued_at: clock.now };
/// let presentation = held.prepare(&Selection::Paths(vec!["email".parse()?]), &binding)?.sign(&leaf_key)?;
///
/// // The Verifier learns just that.
/// let received = UnverifiedPresentation::parse(presentation.as_str())?;
/// let verified = received.verify(&Expectations {
///     issuers: &issuers,
///     audience_of_token: None,
///     key_binding: KeyBinding::Required { audience: room, nonce: "n-0S6_WzA2Mj", max_age: Some(300) },
///     clock,
///     limits: Limits::DEFAULT,
/// })?;
/// assert_eq!(verified.claims().text("email"), Some(&Value::from("alice@a.example")));
/// assert_eq!(verified.claims().text("name"), None);
/// assert_eq!(verified.confirmation_key(), Some(leaf_key.public()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct UnverifiedPresentation<'a> {
    token: Token<'a>,
    key_binding: Option<KbJwt<'a>>,
    types: TypeRule,
    vc: Option<VcRules<'a>>,
    certified: &'a [CertifiedIssuer],
    known_keys: &'a [KnownKey],
    checks: Checks<'a>,
}

impl<'a> UnverifiedPresentation<'a> {
    /// Takes a presentation apart, within [`Limits::DEFAULT`].
    ///
    /// # Errors
    /// [`Code::Limit`], [`Code::Format`], [`Code::B64Malformed`], [`Code::JsonMalformed`], [`Code::Header`],
    /// [`Code::AlgUnsupported`] for `none`, [`Code::Structure`].
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        Self::parse_within(text, &Limits::DEFAULT)
    }

    /// Takes a presentation apart, within these limits; those of [`Expectations`] are for its claims.
    ///
    /// # Errors
    /// As [`UnverifiedPresentation::parse`].
    pub fn parse_within(text: &'a str, limits: &Limits) -> Result<Self, Error> {
        let parts = Parts::split(text, limits)?;
        let key_binding = parts.key_binding;
        let token = Token::parse(parts, limits)?;
        let key_binding = key_binding.map(KbJwt::parse).transpose()?;
        Ok(Self {
            token,
            key_binding,
            types: TypeRule::default(),
            vc: None,
            certified: &[],
            known_keys: &[],
            checks: Checks::default(),
        })
    }

    /// `iss`, as claimed.
    pub fn issuer(&self) -> Option<&str> {
        self.token.issuer()
    }

    /// `kid` of the Issuer's JWT, as claimed.
    pub fn key_id(&self) -> Option<&str> {
        self.token.header().kid()
    }

    /// The algorithm of the Issuer's signature, as claimed, if it is one we know.
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.token.header().algorithm().ok().map(|name| name.algorithm())
    }

    /// The header of the Issuer's JWT.
    pub fn header(&self) -> &Header {
        self.token.header()
    }

    /// The header of the KB-JWT.
    pub fn key_binding_header(&self) -> Option<&Header> {
        self.key_binding.as_ref().map(|kb| kb.jws.header())
    }

    /// `iat` of the KB-JWT, as claimed, in whole seconds.
    pub fn bound_at(&self) -> Option<i64> {
        self.key_binding.as_ref()?.issued_at()
    }

    /// The content, to look at and not to rely on.
    ///
    /// # Errors
    /// As far as the content cannot be read.
    pub fn inspect(&self) -> Result<Inspection, Error> {
        Inspection::of(&self.token, self.key_binding.as_ref())
    }

    /// The claims that are in clear and what `cnf` names, to look at and not to rely on; far less work than
    /// [`UnverifiedPresentation::inspect`].
    ///
    /// # Errors
    /// [`Code::Confirmation`], also where `cnf` is redacted, and as far as the payload cannot be read.
    pub fn inspect_claims(&self) -> Result<InspectedClaims<'_>, Error> {
        InspectedClaims::of(&self.token)
    }

    /// Checks everything; the first failure is the error, and without one the claims can be read (JWT-V-018).
    ///
    /// The order: whether there is a key binding, types, issuer and signature, hash name, dates in clear, confirmation key,
    /// Holder's signature, audience, nonce, age, `sd_hash`, disclosures, and what the disclosures brought. Only if `cnf` itself is
    /// a disclosure (JWT-K-006), disclosures come before it.
    ///
    /// # Errors
    /// Every code of kind Malformed, Rejected and Unsupported.
    pub fn verify<'p>(&'p self, expected: &Expectations<'_>) -> Result<VerifiedPresentation<'p>, Error> {
        self.verify_by(expected, |signed| verify_all(Family::Jws, signed))
    }

    /// Checks everything but two signatures of Ed25519, which many presentations may have checked together by
    /// [`Unsettled::settle_all`]. Signatures by other keys are checked at once, and so is everything where functions of the caller's are
    /// asked: they see only what is signed.
    ///
    /// What does not settle may hold nevertheless, where an issuer has several keys: the first that fits is put off, and only
    /// [`UnverifiedPresentation::verify`] tries the others.
    ///
    /// # Errors
    /// As [`UnverifiedPresentation::verify`]; which one it would be, only that method tells, because signatures come early there.
    ///
    /// ```
    /// # use mimicred_claims::{Clock, Key, Limits, Map, Redaction, RedactionPlan, Selection, Value};
    /// # use mimicred_keys::{Algorithm, IssuerKey, LeafKey, SecretKey, SystemRandom, Unsettled};
    /// # use mimicred_sd_jwt::*;
    /// # let issuer_key = IssuerKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?);
    /// # let leaf_key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
    /// # let claims = Map::from_entries(vec![(Key::from("iss"), Value::from("https://id.a.example"))])?;
    /// # let plan = RedactionPlan::new(Redaction::None);
    /// # let issuer = Issuer::new(issuer_key.public());
    /// # let token = issuer.prepare(claims, Some(leaf_key.public()), &plan, &mut SystemRandom)?.sign(&issuer_key)?;
    /// # let issuers = [TrustedIssuer { issuer: "https://id.a.example".into(), key: issuer_key.public().clone() }];
    /// # let clock = Clock { now: 1_790_000_000, leeway: 60 };
    /// # let accept = AcceptExpectations { issuers: &issuers, confirmation_key: leaf_key.public(), clock };
    /// # let held = Held::accept(token.as_str(), &accept)?;
    /// # let room = "mimi://hub.example/r/clubhouse";
    /// # let binding = Binding { audience: room, nonce: "n", issued_at: clock.now };
    /// # let presentation = held.prepare(&Selection::All, &binding)?.sign(&leaf_key)?;
    /// # let (first, second) = (presentation.as_str(), presentation.as_str());
    /// # let key_binding = KeyBinding::Required { audience: room, nonce: "n", max_age: None };
    /// # let expected = Expectations { issuers: &issuers, audience_of_token: None, key_binding, clock, limits: Limits::DEFAULT };
    /// let received = [first, second].into_iter().map(UnverifiedPresentation::parse).collect::<Result<Vec<_>, _>>()?;
    /// let unsettled = received.iter().map(|received| received.verify_unsettled(&expected)).collect::<Result<Vec<_>, _>>()?;
    /// let verified = Unsettled::settle_all(unsettled);
    /// assert!(verified.iter().all(|presentation| presentation.as_ref().is_some_and(|p| p.issuer() == "https://id.a.example")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn verify_unsettled<'p>(&'p self, expected: &Expectations<'_>) -> Result<Unsettled<VerifiedPresentation<'p>>, Error> {
        if self.checks.ask_the_caller() {
            return Ok(Unsettled::new(self.verify(expected)?, []));
        }
        let mut put_off = Vec::new();
        let verified = self.verify_by(expected, |signed| {
            put_off = Deferred::all(signed).unwrap_or_default();
            !put_off.is_empty()
        })?;
        Ok(Unsettled::new(verified, put_off))
    }

    /// Checks everything; `hold_together` is asked about the two signatures, if both are of Ed25519, before they are verified one by
    /// one.
    fn verify_by<'p>(
        &'p self,
        expected: &Expectations<'_>,
        mut hold_together: impl FnMut(&[Signed<'_>]) -> bool,
    ) -> Result<VerifiedPresentation<'p>, Error> {
        let demanded = match (&expected.key_binding, &self.key_binding) {
            (KeyBinding::Required { .. }, None) => return Err(Code::KbMissing.into()),
            (KeyBinding::NotExpected, Some(_)) => return Err(Code::KbUnexpected.into()),
            (KeyBinding::NotExpected, None) | (KeyBinding::Ignored, _) => None,
            (KeyBinding::Required { audience, nonce, max_age }, Some(kb)) => Some((kb, (*audience, *nonce, *max_age))),
        };
        let reading = Reading { types: &self.types, vc: self.vc };
        self.token.check_type(reading)?;
        if let Some((kb, _)) = demanded {
            kb.check_header()?;
        }
        let trust = Trust { issuers: expected.issuers, certified: self.certified };
        let (mut tried, together) = (false, OnceCell::new());
        let signer = |payload: &Map<'_>| {
            self.token.signer(payload, &trust, |key| {
                let first = !std::mem::replace(&mut tried, true);
                let binding = demanded.filter(|_| first).map(|(kb, _)| kb);
                binding.is_some_and(|kb| self.hold_together(key, kb, payload.text(CNF), &mut hold_together, &together))
                    || self.token.is_signed_by(key)
            })
        };
        let checked = self.token.check(reading, signer, &expected.clock)?;
        let (signer, hash) = (checked.signer, checked.hash);
        let verify_binding = |key: PublicKey| match demanded {
            Some((kb, wanted)) => {
                // The same key, or the signature is looked at again.
                if together.get() != Some(&key) {
                    kb.verify_signature(&key)?;
                }
                kb.verify_claims(wanted, &expected.clock, (hash, self.token.bound)).map(|bound| (Some(bound), Some(key)))
            }
            None => Ok((None, Some(key))),
        };

        let in_clear = if demanded.is_some() { cnf_in_clear(&checked, self.known_keys, together.get())? } else { None };
        let early = in_clear.map(verify_binding).transpose()?;
        let restored = self.token.restore(checked, reading, &expected.clock, &expected.limits)?;
        let (bound, confirmation_key) = match (early, demanded) {
            (Some(early), _) => early,
            (None, Some(_)) => verify_binding(resolve(restored.claims().text(CNF), self.known_keys)?)?,
            (None, None) => (None, resolve(restored.claims().text(CNF), self.known_keys).ok()),
        };
        check_audience(restored.claims(), expected.audience_of_token)?;
        let expires = date(restored.claims(), "exp")?;
        self.checks.apply(&restored, || {
            bound.as_ref().zip(confirmation_key.as_ref()).map(|(bound, confirmation_key)| Occurrence {
                confirmation_key,
                audience: &bound.audience,
                nonce: &bound.nonce,
                token_hash: self.token.hash(),
                expires,
            })
        })?;
        let issuer = TrustedIssuer { issuer: signer.name.unwrap_or_default().to_owned(), key: signer.key.clone() };
        Ok(VerifiedPresentation { restored, issuer, confirmation_key, bound, expires, token: &self.token })
    }
}

impl UnverifiedPresentation<'_> {
    /// Whether both signatures verify, this being the Issuer's key. Two of Ed25519 verified together cost less than one after the
    /// other; if they do not hold together nothing is said, and each is verified in its turn, so that errors are the same.
    fn hold_together(
        &self,
        issuer: &PublicKey,
        kb: &KbJwt<'_>,
        cnf: Option<&Value<'_>>,
        hold_together: &mut impl FnMut(&[Signed<'_>]) -> bool,
        together: &OnceCell<PublicKey>,
    ) -> bool {
        // The Holder's key last: to read it is more than all the rest. The header of the Issuer's JWT is known to name the algorithm of
        // the Issuer's key.
        if issuer.algorithm() != Algorithm::Ed25519
            || !kb.jws.header().algorithm().is_ok_and(|name| name.algorithm() == Algorithm::Ed25519)
        {
            return false;
        }
        let Ok(holder) = resolve(cnf, self.known_keys) else { return false };
        if holder.algorithm() != Algorithm::Ed25519 {
            return false;
        }
        let messages = [[self.token.jws.signing_input().as_bytes()], [kb.jws.signing_input().as_bytes()]];
        let [by_issuer, by_holder] = &messages;
        let hold = hold_together(&[
            Signed { key: issuer, message: by_issuer, signature: self.token.jws.signature() },
            Signed { key: &holder, message: by_holder, signature: kb.jws.signature() },
        ]);
        hold && together.set(holder).is_ok()
    }
}

/// The shape only: a presentation holds disclosed values.
impl fmt::Debug for UnverifiedPresentation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedPresentation")
            .field("header", self.header())
            .field("disclosures", &self.token.disclosures.len())
            .field("key_binding", &self.key_binding_header())
            .finish_non_exhaustive()
    }
}

/// The key in `cnf`, unless some of it is redacted and has to wait for the disclosures; `resolved` is the key that it names as it stands,
/// if that has been found out already.
fn cnf_in_clear(checked: &Checked<'_, '_>, known: &[KnownKey], resolved: Option<&PublicKey>) -> Result<Option<PublicKey>, Error> {
    match (checked.payload.text(CNF), resolved) {
        (Some(cnf), Some(key)) if !has_marks(cnf) => Ok(Some(key.clone())),
        (Some(cnf), None) if !has_marks(cnf) => resolve(Some(cnf), known).map(Some),
        (Some(_), _) => Ok(None),
        (None, _) if checked.payload.redacted.is_empty() => resolve(None, known).map(Some),
        (None, _) => Ok(None),
    }
}

/// `aud` of the token: text, or an array of texts that has ours (RFC 7519 section 4.1.3).
fn check_audience(claims: &Map<'_>, ours: Option<&str>) -> Result<(), Error> {
    let place = || At::Field(Cow::Borrowed("aud"));
    let audiences = match claims.text("aud") {
        None => return Ok(()),
        Some(Value::Array(audiences)) => audiences.as_slice(),
        Some(one) => std::slice::from_ref(one),
    };
    if audiences.iter().any(|audience| audience.as_text().is_none()) {
        return Err(Error::new(Code::ClaimType).at(place()));
    }
    match ours {
        Some(ours) if audiences.iter().any(|audience| audience.as_text() == Some(ours)) => Ok(()),
        _ => Err(Error::new(Code::Audience).at(place()).note("of the token")),
    }
}
