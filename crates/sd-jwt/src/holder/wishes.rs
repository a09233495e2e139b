//! What a Holder may know and want beside [`AcceptExpectations`](super::AcceptExpectations).

use mimicred_claims::HolderPolicy;

use super::UnverifiedSdJwt;
use crate::token::TypeRule;
use crate::vc::VcRules;
use crate::{CertifiedIssuer, KnownKey};

impl<'a> UnverifiedSdJwt<'a> {
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

    /// Knows keys for tokens whose `cnf` has a key identifier only (JWT-K-003). A thumbprint of her own key the Holder knows anyway.
    #[must_use]
    pub fn with_known_keys(mut self, keys: &'a [KnownKey]) -> Self {
        self.known_keys = keys;
        self
    }

    /// Asks a policy whether the claims are acceptable, which can refuse them with [`Code::PolicyRefused`](crate::Code::PolicyRefused) (JWT-H-003).
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
}
