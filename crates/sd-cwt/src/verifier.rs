//! The Verifier: a presentation and what is expected of it become verified claims.

mod checks;
mod claimed;
mod options;
mod unvouched;
mod verified;

use std::cell::OnceCell;
use std::fmt;

use mimicred_claims::{Clock, Limits, Value};
use mimicred_cose::CoseKey;
use mimicred_cose::sign1::CwtTag;
use mimicred_keys::{Algorithm, Deferred, Family, PublicKey, Signed, Unsettled, verify_all};

use crate::aead;
use crate::confirmation;
use crate::error::about;
use crate::key_binding::{AudienceRule, Demands, Kbt, KeyBinding};
use crate::rules::{Registered, audiences};
use crate::token::{Reading, Signer, Token, Trust, cbor_limits};
use crate::{Code, DisclosureKey, Error, KnownKey};

use checks::Checks;

pub use checks::{Occurrence, ReplayCheck, Vct};
pub use unvouched::UnvouchedClaims;
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
/// so by making this entry (CWT-I-016).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertifiedIssuer {
    /// The issuer's own certificate, octet for octet as it stands first in `x5chain`.
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
    /// Who we are to the Issuer: a token that has `aud` must name this (CWT-V-012). A token without `aud` is for everybody; one with
    /// `aud` is refused by a Verifier who is nobody to the Issuer.
    pub audience_of_token: Option<&'e str>,
    /// What the key binding must be.
    pub key_binding: KeyBinding<'e>,
    /// Now, and the tolerance.
    pub clock: Clock,
    /// What is accepted at most. To accept more than usual, parse within the same limits
    /// ([`UnverifiedPresentation::parse_within`]): what was refused there does not come here.
    pub limits: Limits,
}

/// A received KBT with its SD-CWT. Nothing about it is verified.
///
/// ```
/// use mimicred_claims::{Clock, Key, Limits, Map, Redaction, RedactionPlan, Selection, Value};
/// use mimicred_cose::cwt;
/// use mimicred_keys::{Algorithm, IssuerKey, LeafKey, SecretKey, SystemRandom};
/// use mimicred_sd_cwt::{
///     AcceptExpectations, Binding, Expectations, Held, Issuer, KeyBinding, Nonce, TrustedIssuer, UnverifiedPresentation,
/// };
///
/// # let issuer_key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
/// # let leaf_key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
/// # let claims = cwt::from_names(Map::from_entries(vec![
/// #     (Key::from("iss"), Value::from("https://id.a.example")),
/// #     (Key::from("sub"), Value::from("mimi://a.example/u/alice")),
/// #     (Key::from("email"), Value::from("alice@a.example")),
/// #     (Key::from("name"), Value::from("Alice")),
/// # ])?)?;
/// # let token = Issuer::new(issuer_key.public())
/// #     .prepare(claims, leaf_key.public(), &RedactionPlan::new(Redaction::All), &mut SystemRandom)?
/// #     .sign(&issuer_key)?;
/// let issuers = [TrustedIssuer { issuer: "https://id.a.example".into(), key: issuer_key.public().clone() }];
/// let clock = Clock { now: 1_790_000_000, leeway: 60 };
///
/// // The Holder discloses the e-mail address, claim 179, and nothing else, to one room.
/// let expected = AcceptExpectations { issuers: &issuers, confirmation_key: leaf_key.public(), clock };
/// let held = Held::accept(token.as_bytes(), &expected)?;
/// let room = "mimi://hub.example/r/clubhouse";
/// let binding = Binding { audience: room, nonce: Some(&[7; 32]), issued_at: clock.now };
/// let presentation = held.prepare(&Selection::Paths(vec!["179".parse()?]), &binding)?.sign(&leaf_key)?;
///
/// // The Verifier learns just that.
/// let received = UnverifiedPresentation::parse(presentation.as_bytes())?;
/// let verified = received.verify(&Expectations {
///     issuers: &issuers,
///     audience_of_token: None,
///     key_binding: KeyBinding::Required { audience: room, nonce: Nonce::Exactly(&[7; 32]), max_age: Some(300) },
///     clock,
///     limits: Limits::DEFAULT,
/// })?;
/// assert_eq!(verified.claims().int(179), Some(&Value::from("alice@a.example")));
/// assert_eq!(verified.claims().int(170), None);
/// assert_eq!(verified.confirmation_key(), Some(leaf_key.public()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct UnverifiedPresentation<'a> {
    octets: &'a [u8],
    kbt: Kbt<'a>,
    token: Token<'a>,
    reading: Reading,
    certified: &'a [CertifiedIssuer],
    known_keys: &'a [KnownKey],
    others: AudienceRule,
    disclosure_keys: &'a [DisclosureKey],
    checks: Checks<'a>,
}

/// Whether the Holder's signature is there already.
#[derive(Clone, Copy)]
pub(crate) enum HolderSignature<'h> {
    /// It is, and is to be verified, unless it was together with the Issuer's: then here is its key.
    Made(&'h OnceCell<CoseKey>),
    /// The Holder looks at her own presentation before she signs it (CWT-P-023).
    ToCome,
}

impl<'a> UnverifiedPresentation<'a> {
    /// Takes a presentation apart, within [`Limits::DEFAULT`].
    ///
    /// # Errors
    /// [`Code::Limit`], [`Code::CborMalformed`], [`Code::CborForbidden`], [`Code::Structure`], [`Code::Header`];
    /// [`Code::TypeMismatch`] for an SD-CWT that is in no KBT (CWT-P-001).
    pub fn parse(octets: &'a [u8]) -> Result<Self, Error> {
        Self::parse_within(octets, &Limits::DEFAULT)
    }

    /// Takes a presentation apart, within these limits.
    ///
    /// # Errors
    /// As [`UnverifiedPresentation::parse`].
    pub fn parse_within(octets: &'a [u8], limits: &Limits) -> Result<Self, Error> {
        let kbt = Kbt::parse(octets, &cbor_limits(limits), limits.depth)?;
        // CWT-E-005: inside the header there is no tag 61.
        let token = Token::parse(kbt.kcwt, CwtTag::Refused, limits)?;
        Ok(Self {
            octets,
            kbt,
            token,
            reading: Reading::default(),
            certified: &[],
            known_keys: &[],
            others: AudienceRule::default(),
            disclosure_keys: &[],
            checks: Checks::default(),
        })
    }

    /// Checks everything; the first failure is the error, and without one the claims can be read (CWT-V-033).
    ///
    /// The order: types, issuer and signature, dates of the SD-CWT, confirmation key, Holder's signature, audiences, nonce, dates and
    /// age of the KBT, disclosures, what the disclosures brought, the caller's own rules, replay, status.
    ///
    /// # Errors
    /// Every code of kind Malformed, Rejected and Unsupported but those that only a Holder meets.
    pub fn verify(&self, expected: &Expectations<'_>) -> Result<VerifiedPresentation<'a>, Error> {
        let verify = |signed: &[Signed<'_>]| verify_all(Family::Cose, signed);
        self.verify_by(expected, verify)
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
    /// # use mimicred_sd_cwt::*;
    /// # let issuer_key = IssuerKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?);
    /// # let leaf_key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
    /// # let claims = mimicred_cose::cwt::from_names(Map::from_entries(vec![
    /// #     (Key::from("iss"), Value::from("https://id.a.example")),
    /// #     (Key::from("sub"), Value::from("mimi://a.example/u/alice")),
    /// # ])?)?;
    /// # let plan = RedactionPlan::new(Redaction::None);
    /// # let token = Issuer::new(issuer_key.public()).prepare(claims, leaf_key.public(), &plan, &mut SystemRandom)?.sign(&issuer_key)?;
    /// # let issuers = [TrustedIssuer { issuer: "https://id.a.example".into(), key: issuer_key.public().clone() }];
    /// # let clock = Clock { now: 1_790_000_000, leeway: 60 };
    /// # let accept = AcceptExpectations { issuers: &issuers, confirmation_key: leaf_key.public(), clock };
    /// # let held = Held::accept(token.as_bytes(), &accept)?;
    /// # let room = "mimi://hub.example/r/clubhouse";
    /// # let binding = Binding { audience: room, nonce: None, issued_at: clock.now };
    /// # let presentation = held.prepare(&Selection::All, &binding)?.sign(&leaf_key)?;
    /// # let (first, second) = (presentation.as_bytes(), presentation.as_bytes());
    /// # let key_binding = KeyBinding::Required { audience: room, nonce: Nonce::Any, max_age: None };
    /// # let expected = Expectations { issuers: &issuers, audience_of_token: None, key_binding, clock, limits: Limits::DEFAULT };
    /// let received = [first, second].map(UnverifiedPresentation::parse);
    /// let unsettled = received.into_iter().map(|received| received?.verify_unsettled(&expected)).collect::<Result<Vec<_>, _>>()?;
    /// let verified = Unsettled::settle_all(unsettled);
    /// assert!(verified.iter().all(|presentation| presentation.as_ref().is_some_and(|p| p.issuer() == "https://id.a.example")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn verify_unsettled(&self, expected: &Expectations<'_>) -> Result<Unsettled<VerifiedPresentation<'a>>, Error> {
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

    /// Checks everything; `together` is asked about the two signatures, if both are of Ed25519, before they are verified one by one.
    fn verify_by(
        &self,
        expected: &Expectations<'_>,
        mut together: impl FnMut(&[Signed<'_>]) -> bool,
    ) -> Result<VerifiedPresentation<'a>, Error> {
        let trust = Trust { issuers: expected.issuers, certified: self.certified };
        let (mut tried, holder) = (false, OnceCell::new());
        let signer = |registered: &Registered<'_, '_>| {
            self.token.signer(registered, &trust, |key| {
                let first = !std::mem::replace(&mut tried, true);
                (first && self.hold_together(key, registered, &mut together, &holder)) || self.token.is_signed_by(key)
            })
        };
        self.judge(expected, signer, HolderSignature::Made(&holder))
    }

    /// Whether both signatures verify, this being the Issuer's key. Two of Ed25519 verified together cost less than one after the
    /// other; if they do not hold together nothing is said, and each is verified in its turn, so that errors are the same.
    fn hold_together(
        &self,
        issuer: &PublicKey,
        registered: &Registered<'_, '_>,
        mut together: impl FnMut(&[Signed<'_>]) -> bool,
        found: &OnceCell<CoseKey>,
    ) -> bool {
        // The Holder's key last: to read it is more than all the rest. The header of the SD-CWT is known to name the algorithm of the
        // Issuer's key.
        if issuer.algorithm() != Algorithm::Ed25519 {
            return false;
        }
        let Ok(holder) = confirmation::resolve(registered.cnf, self.known_keys) else { return false };
        if holder.public.algorithm() != Algorithm::Ed25519
            || !self.kbt.check_algorithm(&holder).is_ok_and(|id| id.algorithm() == Algorithm::Ed25519)
        {
            return false;
        }
        let (by_issuer, by_holder) = (self.token.sign1.signed(), self.kbt.sign1.signed());
        let hold = together(&[
            Signed { key: issuer, message: &by_issuer.parts(), signature: self.token.sign1.signature() },
            Signed { key: &holder.public, message: &by_holder.parts(), signature: self.kbt.sign1.signature() },
        ]);
        hold && found.set(holder).is_ok()
    }

    pub(crate) fn judge<'i>(
        &self,
        expected: &Expectations<'_>,
        signer: impl FnOnce(&Registered<'_, '_>) -> Result<Signer<'i>, Error>,
        holder: HolderSignature<'_>,
    ) -> Result<VerifiedPresentation<'a>, Error> {
        let KeyBinding::Required { audience, nonce, max_age } = expected.key_binding;
        // CWT-V-035: what was parsed within wider limits.
        if self.token.disclosures.len() + self.token.encrypted.len() > expected.limits.disclosures {
            return Err(Error::new(Code::Limit).note("too many disclosures"));
        }
        self.kbt.check_type()?;
        let mut checked = self.token.check(&self.reading, signer, &expected.clock, &expected.limits)?;
        let registered = checked.claims.registered();
        let confirmation_key = match holder {
            HolderSignature::ToCome => confirmation::resolve(registered.cnf, self.known_keys)?,
            HolderSignature::Made(together) => match together.get() {
                Some(key) => key.clone(),
                None => {
                    let key = confirmation::resolve(registered.cnf, self.known_keys)?;
                    self.kbt.check_signature(&key)?;
                    key
                }
            },
        };
        check_audience(registered.aud, expected.audience_of_token, self.others)?;
        let demands = Demands { audience, others: self.others, nonce, max_age };
        let bound = self.kbt.check_claims(&demands, &checked.times, &expected.clock)?;

        let (hash, left) = (checked.hash, &mut checked.limits);
        let mut pending = Vec::new();
        let count = self.token.disclosures.len() + self.token.encrypted.len();
        let restored = checked.claims.restore(count, self.reading.vct, &expected.limits, |restoring| {
            self.token.open(hash, left, |_, digest, content| Ok(restoring.add(digest, content)?))?;
            if !self.token.encrypted.is_empty() {
                let (encrypted, cipher) = (&self.token.encrypted, self.token.cipher()?);
                let found = aead::open(encrypted, cipher, self.disclosure_keys, hash, left)?;
                found.0.into_iter().try_for_each(|opened| restoring.add(&opened.digest, opened.content))?;
                pending = found.1;
            }
            Ok(())
        })?;
        self.checks.apply(&restored, || Occurrence {
            confirmation_key: &confirmation_key.public,
            audience: &bound.audience,
            nonce: bound.nonce.as_deref(),
            cti: bound.cti.as_deref(),
            token_hash: self.token.hash_of_signed(),
            expires: bound.times.exp.or(checked.times.exp),
        })?;
        Ok(VerifiedPresentation {
            restored,
            issuer: TrustedIssuer { issuer: checked.signer.name.to_owned(), key: checked.signer.key.clone() },
            confirmation_key: confirmation_key.public,
            bound,
            expires: checked.times.exp,
            sign1: self.token.sign1,
            octets: self.octets,
            pending,
        })
    }
}

/// The shape only: a presentation holds disclosed values.
impl fmt::Debug for UnverifiedPresentation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedPresentation")
            .field("header", self.token.protected.entries())
            .field("disclosures", &self.token.disclosures.len())
            .field("key_binding", self.kbt.protected.entries())
            .finish_non_exhaustive()
    }
}

/// `aud` of the SD-CWT: one text or several, ours among them (CWT-V-012, trap 14).
fn check_audience(aud: Option<&Value<'_>>, ours: Option<&str>, others: AudienceRule) -> Result<(), Error> {
    let Some(aud) = aud else { return Ok(()) };
    let audiences = audiences(aud).ok_or_else(|| about(Code::ClaimType, "aud"))?;
    match ours {
        Some(ours) if audiences.contains(&ours) => Ok(()),
        _ if others == AudienceRule::Unmatched => Ok(()),
        _ => Err(about(Code::Audience, "aud").note("of the SD-CWT")),
    }
}
