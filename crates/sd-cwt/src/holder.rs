//! The Holder: checks what the Issuer sent, keeps it, and presents parts of it.

mod by_salts;
mod encrypting;
mod held;
mod missing;
mod prepared;
mod wishes;

use std::collections::HashSet;
use std::fmt;

use mimicred_claims::{Clock, Limits};
use mimicred_cose::sign1::CwtTag;
use mimicred_error::At;
use mimicred_keys::{Algorithm, PublicKey};

use crate::error::{about, refusal};
use crate::rules::Registered;
use crate::token::{Checked, Reading, Signer, Token, Trust};
use crate::{Code, Error, Inspection, KnownKey, NamedKey, TrustedIssuer, confirmation};
use missing::or_digest_unmatched;
use wishes::Wishes;

pub use held::{Held, Recipients};
pub use prepared::PreparedPresentation;
pub use wishes::ClientNonce;

/// An SD-CWT as received from an Issuer. Nothing about it is verified.
///
/// ```
/// use mimicred_claims::{Clock, Key, Map, Redaction, RedactionPlan, Selection, Value};
/// use mimicred_sd_cwt::{AcceptExpectations, ClientNonce, Code, TrustedIssuer, UnverifiedSdCwt};
/// # use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
/// # use mimicred_sd_cwt::{Binding, Issuance, Issuer};
/// # let issuer_key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
/// # let leaf_key = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?;
/// # let claims = [(1, "https://id.a.example"), (2, "mimi://a.example/u/alice"), (179, "alice@a.example")];
/// # let claims = Map::from_entries(claims.map(|(key, value)| (Key::Int(key), Value::from(value))).to_vec())?;
/// # let plan = RedactionPlan::new(Redaction::All);
/// # let issuance = Issuance::new(claims, leaf_key.public(), &plan).with_cnonce(b"sent with the request");
/// # let token = Issuer::new(issuer_key.public()).prepare_issuance(issuance, &mut SystemRandom)?.sign(&issuer_key)?;
///
/// // Alice has asked for a token about herself, and has sent a nonce with her request.
/// let received = UnverifiedSdCwt::parse(token.as_bytes())?;
/// assert_eq!(received.issuer(), Some("https://id.a.example"), "so it says");
/// let sent = [ClientNonce { issuer: "https://id.a.example", nonce: b"sent with the request", fresh_until: 1_790_000_300 }];
/// let wanted = received.with_subject("mimi://a.example/u/alice").with_client_nonces(&sent);
///
/// let issuers = [TrustedIssuer { issuer: "https://id.a.example".into(), key: issuer_key.public().clone() }];
/// let clock = Clock { now: 1_790_000_000, leeway: 60 };
/// let held = wanted.accept(&AcceptExpectations { issuers: &issuers, confirmation_key: leaf_key.public(), clock })?;
/// assert_eq!(held.claims().int(179), Some(&Value::from("alice@a.example")));
///
/// // The nonce was between her and the Issuer: nobody else gets to see it, unless she says so.
/// let binding = Binding { audience: "mimi://hub.example/r/clubhouse", nonce: None, issued_at: clock.now };
/// assert_eq!(held.prepare(&Selection::None, &binding).unwrap_err().code(), Code::Nonce);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct UnverifiedSdCwt<'a> {
    octets: &'a [u8],
    token: Token<'a>,
    reading: Reading,
    limits: Limits,
    wishes: Wishes<'a>,
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
    /// Takes a token apart, within [`Limits::DEFAULT`].
    ///
    /// # Errors
    /// [`Code::Limit`], [`Code::CborMalformed`], [`Code::CborForbidden`], [`Code::Structure`], [`Code::Header`].
    pub fn parse(octets: &'a [u8]) -> Result<Self, Error> {
        Self::parse_within(octets, &Limits::DEFAULT)
    }

    /// Takes a token apart, within these limits, which then hold for all that is made of it.
    ///
    /// # Errors
    /// As [`UnverifiedSdCwt::parse`].
    pub fn parse_within(octets: &'a [u8], limits: &Limits) -> Result<Self, Error> {
        let token = Token::parse(octets, CwtTag::Tolerated, limits)?;
        Ok(Self { octets, token, reading: Reading::default(), limits: *limits, wishes: Wishes::default() })
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

    /// The certificates in the protected header, as claimed, the Issuer's own first; empty where there are none.
    pub fn x5chain(&self) -> &[&'a [u8]] {
        &self.token.x5chain
    }

    /// What `cnf` names the confirmation key by, as claimed.
    ///
    /// # Errors
    /// [`Code::ClaimMissing`], [`Code::Confirmation`], and as far as the claims cannot be read.
    pub fn confirmation(&self) -> Result<NamedKey, Error> {
        NamedKey::of(self.token.claims()?.registered().cnf)
    }

    /// The content, to look at and not to rely on.
    ///
    /// # Errors
    /// As far as the content cannot be read.
    pub fn inspect(&self) -> Result<Inspection, Error> {
        Inspection::of(&self.token, None)
    }

    /// Checks the token as a Verifier would, and what only a Holder can: that it is bound to her key, that every digest has its
    /// disclosure (CWT-H-008), that no two disclosures share a salt (CWT-H-012), and what else she expects.
    ///
    /// # Errors
    /// As [`UnverifiedPresentation::verify`](crate::UnverifiedPresentation::verify); [`Code::Confirmation`] for another key,
    /// [`Code::DigestUnmatched`], [`Code::Structure`] for encrypted disclosures (CWT-H-018), [`Code::Nonce`] for a `cnonce` that she
    /// did not give the Issuer (CWT-H-007), [`Code::Subject`] (CWT-H-002), [`Code::Audience`] (CWT-H-003), [`Code::PolicyRefused`].
    pub fn accept(&self, expected: &AcceptExpectations<'_>) -> Result<Held, Error> {
        let trust = Trust { issuers: expected.issuers, certified: self.wishes.certified };
        let signer = |registered: &Registered<'_, '_>| self.token.signer(registered, &trust, |key| self.token.is_signed_by(key));
        let checked = self.token.check(&self.reading, signer, &expected.clock, &self.limits)?;
        self.check_client_nonce(&checked, &expected.clock)?;
        self.hold(checked, expected.confirmation_key)
    }

    /// Takes up again a token that was accepted before, out of the Holder's own store: everything is checked but who issued it, and
    /// whether its `cnonce` was fresh then.
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
        let checked = self.token.check(&self.reading, |_| Ok(claimed), &clock, &self.limits)?;
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

    fn hold(&self, mut checked: Checked<'_, '_>, own_key: &PublicKey) -> Result<Held, Error> {
        let registered = checked.claims.registered();
        confirmation::check(registered.cnf, own_key, self.wishes.known_keys)?;
        self.check_audience(&registered)?;
        let key_id = match NamedKey::of(registered.cnf)? {
            NamedKey::KeyId(key_id) => Some(key_id),
            _ => None,
        };
        if let Some(policy) = self.wishes.policy {
            for claims in [Some(&checked.claims.payload), checked.claims.header.as_ref()].into_iter().flatten() {
                policy.clear_claims(claims).or(refusal(Code::PolicyRefused))?;
            }
        }
        let mut salts = Vec::with_capacity(self.token.disclosures.len());
        let issuer = checked.signer.name.to_owned();
        let (hash, left) = (checked.hash, &mut checked.limits);
        let restored = checked.claims.restore(self.token.disclosures.len(), self.reading.vct, &self.limits, |restoring| {
            self.token.open(hash, left, |salt, digest, content| {
                salts.push(salt);
                Ok(restoring.add(digest, content)?)
            })
        });
        let restored = restored.map_err(|error| or_digest_unmatched(error, &self.token, checked.hash))?;
        if restored.undisclosed() > 0 {
            return Err(Error::new(Code::DigestUnmatched).note(format!("{} of them", restored.undisclosed())));
        }
        self.check_not_encrypted()?;
        let mut seen = HashSet::with_capacity(salts.len());
        if let Some(n) = salts.iter().position(|salt| !seen.insert(*salt)) {
            return Err(Error::new(Code::DisclosureMalformed).at(At::Disclosure(n)).note("its salt is used twice"));
        }
        // CWT-H-002: only now it is known whether and what it is.
        let subject = Registered::of(restored.claims()).sub;
        if self.wishes.subject.is_some_and(|wanted| subject.and_then(|sub| sub.as_text()) != Some(wanted)) {
            return Err(about(Code::Subject, "sub"));
        }
        if let Some(policy) = self.wishes.policy {
            restored.ask(policy).map_err(|refused| {
                let place = refused.place();
                refusal(Code::PolicyRefused)(refused.note).at(place)
            })?;
        }
        let disclosed = restored.disclosed();
        Ok(Held {
            octets: self.octets.to_owned(),
            issuer,
            key: KnownKey { key_id, key: own_key.clone() },
            claims: restored.into_claims().into_owned(),
            disclosed,
            reading: self.reading.clone(),
            limits: self.limits,
            recipients: Recipients::default(),
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
