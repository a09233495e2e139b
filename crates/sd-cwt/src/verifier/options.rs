//! What a Verifier may know and want beside [`Expectations`](crate::Expectations).

use mimicred_claims::{ClaimPath, ClaimsCheck, StatusCheck, StatusRule};

use super::{CertifiedIssuer, ReplayCheck, UnverifiedPresentation, Vct};
use crate::key_binding::AudienceRule;
use crate::rules::VctRule;
use crate::token::{Reading, TypeRule};
use crate::{DisclosureKey, KnownKey};

impl<'a> UnverifiedPresentation<'a> {
    /// The same presentation, read in this way.
    pub(crate) fn reading(mut self, reading: Reading) -> Self {
        self.reading = reading;
        self
    }

    /// The same presentation, judged by another rule for `typ` of the SD-CWT.
    #[must_use]
    pub fn with_type_rule(mut self, types: TypeRule) -> Self {
        self.reading.types = types;
        self
    }

    /// The same presentation, judged by another rule for `vct`.
    #[must_use]
    pub fn with_vct_rule(mut self, vct: VctRule) -> Self {
        self.reading.vct = vct;
        self
    }

    /// Trusts issuers by their certificates too, for tokens whose protected header has one (CWT-V-030).
    #[must_use]
    pub fn with_certified_issuers(mut self, issuers: &'a [CertifiedIssuer]) -> Self {
        self.certified = issuers;
        self
    }

    /// Knows keys for tokens whose `cnf` does not hold the key but a thumbprint or a key identifier (CWT-K-008, CWT-K-014).
    #[must_use]
    pub fn with_known_keys(mut self, keys: &'a [KnownKey]) -> Self {
        self.known_keys = keys;
        self
    }

    /// The same presentation, judged by another rule for whom else it may be for.
    #[must_use]
    pub fn with_audience_rule(mut self, others: AudienceRule) -> Self {
        self.others = others;
        self
    }

    /// Opens encrypted disclosures with these keys; those that none of them serves stay closed, which is no fault (CWT-A-015,
    /// CWT-A-017): see [`VerifiedPresentation::pending`](crate::VerifiedPresentation::pending).
    #[must_use]
    pub fn with_disclosure_keys(mut self, keys: &'a [DisclosureKey]) -> Self {
        self.disclosure_keys = keys;
        self
    }

    /// Wants a credential of this type: the claim `vct` must be there and be this (CWT-Y-009).
    #[must_use]
    pub fn with_vct(mut self, vct: Vct<'a>) -> Self {
        self.checks.vct = Some(vct);
        self
    }

    /// Wants these claims, visible or disclosed (CWT-V-034). Each path names one claim; one with `[]` in it names none, and is missing
    /// always. What is encrypted for others is missing too.
    #[must_use]
    pub fn with_required_claims(mut self, paths: &'a [ClaimPath]) -> Self {
        self.checks.required = paths;
        self
    }

    /// Applies a rule of the application to the claims (CWT-V-034), which can refuse them with
    /// [`Code::PolicyRefused`](crate::Code::PolicyRefused).
    #[must_use]
    pub fn with_claims_check(mut self, check: &'a ClaimsCheck<'a>) -> Self {
        self.checks.claims = Some(check);
        self
    }

    /// Asks whether this KBT is new, after everything but the status; one that is not is refused with
    /// [`Code::Nonce`](crate::Code::Nonce) (CWT-V-010). One whose status is refused after that has been seen all the same.
    #[must_use]
    pub fn with_replay_check(mut self, check: &'a ReplayCheck<'a>) -> Self {
        self.checks.replay = Some(check);
        self
    }

    /// Asks about the status of the token, last of all: for one that fails otherwise nobody is asked (CWT-S-001). What the check
    /// refuses is [`Code::Status`](crate::Code::Status). A `status` in the KBT means nothing (CWT-S-002).
    ///
    /// ```
    /// # use mimicred_claims::{Clock, Key, Limits, Map, Redaction, RedactionPlan, Selection, Value};
    /// # use mimicred_keys::{Algorithm, IssuerKey, LeafKey, SecretKey, SystemRandom};
    /// # use mimicred_sd_cwt::*;
    /// # let issuer_key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
    /// # let leaf_key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
    /// # let claims = Map::from_entries(vec![(Key::Int(1), Value::from("i.example")), (Key::Int(2), Value::from("s.example"))])?;
    /// # let plan = RedactionPlan::new(Redaction::None);
    /// # let token = Issuer::new(issuer_key.public()).prepare(claims, leaf_key.public(), &plan, &mut SystemRandom)?.sign(&issuer_key)?;
    /// # let issuers = [TrustedIssuer { issuer: "i.example".into(), key: issuer_key.public().clone() }];
    /// # let clock = Clock { now: 1_790_000_000, leeway: 0 };
    /// # let held = UnverifiedSdCwt::parse(token.as_bytes())?.reopen(leaf_key.public(), clock)?;
    /// # let binding = Binding { audience: "v.example", nonce: None, issued_at: clock.now };
    /// # let presentation = held.prepare(&Selection::None, &binding)?.sign(&leaf_key)?;
    /// # let expected = Expectations {
    /// #     issuers: &issuers,
    /// #     audience_of_token: None,
    /// #     key_binding: KeyBinding::Required { audience: "v.example", nonce: Nonce::Any, max_age: None },
    /// #     clock,
    /// #     limits: Limits::DEFAULT,
    /// # };
    /// let look_up = |_status: &Value<'_>| Err("revoked".into());
    /// let received = UnverifiedPresentation::parse(presentation.as_bytes())?;
    /// assert!(received.clone().with_status_check(StatusRule::IfPresent, &look_up).verify(&expected).is_ok(), "it has none");
    /// let refused = received.with_status_check(StatusRule::Required, &look_up).verify(&expected);
    /// assert_eq!(refused.unwrap_err().code(), Code::Status);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_status_check(mut self, rule: StatusRule, check: &'a StatusCheck<'a>) -> Self {
        self.checks.status = Some((rule, check));
        self
    }
}
