//! A presentation whose Issuer nobody looked at.

use std::cell::OnceCell;
use std::fmt;

use mimicred_claims::Map;
use mimicred_keys::PublicKey;

use super::{HolderSignature, UnverifiedPresentation, VerifiedPresentation};
use crate::token::Signer;
use crate::{Error, Expectations, PendingDisclosure, confirmation};

/// Claims for which no Issuer vouches: whoever has the Holder's key may have made up all of them.
///
/// They are good for looking at, for tests and for measuring other implementations, never for a decision. This is no
/// [`VerifiedPresentation`] and cannot become one.
#[derive(Clone)]
pub struct UnvouchedClaims<'a>(VerifiedPresentation<'a>);

impl<'a> UnverifiedPresentation<'a> {
    /// Checks everything but who issued the token: neither `iss` nor the Issuer's signature is looked at, and
    /// `expected.issuers` neither (CWT-C-009).
    ///
    /// # Errors
    /// As [`UnverifiedPresentation::verify`], but for the Issuer's name and signature.
    ///
    /// ```
    /// # use mimicred_claims::{Clock, Key, Limits, Map, Redaction, RedactionPlan, Selection, Value};
    /// # use mimicred_keys::{Algorithm, IssuerKey, LeafKey, SecretKey, SystemRandom};
    /// # use mimicred_sd_cwt::*;
    /// # let anybody = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
    /// # let leaf_key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
    /// # let claims = Map::from_entries(vec![(Key::Int(1), Value::from("i.example")), (Key::Int(2), Value::from("s.example"))])?;
    /// # let plan = RedactionPlan::new(Redaction::None);
    /// # let token = Issuer::new(anybody.public()).prepare(claims, leaf_key.public(), &plan, &mut SystemRandom)?.sign(&anybody)?;
    /// # let clock = Clock { now: 1_790_000_000, leeway: 0 };
    /// # let held = UnverifiedSdCwt::parse(token.as_bytes())?.reopen(leaf_key.public(), clock)?;
    /// # let binding = Binding { audience: "v.example", nonce: None, issued_at: clock.now };
    /// # let presentation = held.prepare(&Selection::None, &binding)?.sign(&leaf_key)?;
    /// let received = UnverifiedPresentation::parse(presentation.as_bytes())?;
    /// let expected = Expectations {
    ///     issuers: &[],
    ///     audience_of_token: None,
    ///     key_binding: KeyBinding::Required { audience: "v.example", nonce: Nonce::Any, max_age: None },
    ///     clock,
    ///     limits: Limits::DEFAULT,
    /// };
    /// assert_eq!(received.verify(&expected).unwrap_err().code(), Code::IssuerUntrusted);
    ///
    /// let claims = received.verify_all_but_issuer(&expected)?;
    /// assert_eq!(claims.as_map().int(1), Some(&Value::from("i.example")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn verify_all_but_issuer(&self, expected: &Expectations<'_>) -> Result<UnvouchedClaims<'a>, Error> {
        // The key stands where that of an Issuer would, and is asked for nothing.
        let holder = OnceCell::new();
        let claimed = self.issuer().unwrap_or_default();
        let judged = self.judge(
            expected,
            |registered| {
                let key = confirmation::resolve(registered.cnf, self.known_keys)?.public;
                Ok(Signer { name: claimed, key: holder.get_or_init(|| key) })
            },
            HolderSignature::Made(&OnceCell::new()),
        );
        judged.map(UnvouchedClaims)
    }
}

impl<'a> UnvouchedClaims<'a> {
    /// The claims, visible and disclosed; nobody vouches for any of them.
    pub fn as_map(&self) -> &Map<'a> {
        self.0.claims()
    }

    /// The claims, given away.
    pub fn into_map(self) -> Map<'a> {
        self.0.into_claims()
    }

    /// The key whose possession was proven: the only thing that is certain.
    pub fn confirmation_key(&self) -> Option<&PublicKey> {
        self.0.confirmation_key()
    }

    /// As [`VerifiedPresentation::pending`].
    pub fn pending(&self) -> &[PendingDisclosure] {
        self.0.pending()
    }
}

/// Claim values stay out of logs.
impl fmt::Debug for UnvouchedClaims<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnvouchedClaims").field("claims", self.as_map()).finish_non_exhaustive()
    }
}
