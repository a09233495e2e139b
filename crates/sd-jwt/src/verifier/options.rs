//! What a Verifier may know and want beside [`Expectations`](crate::Expectations).

use mimicred_claims::{ClaimPath, ClaimsCheck, StatusCheck, StatusRule};

use super::{CertifiedIssuer, ReplayCheck, UnverifiedPresentation};
use crate::vc::VcRules;
use crate::{KnownKey, TypeRule};

impl<'a> UnverifiedPresentation<'a> {
    /// The same presentation, judged by another rule for `typ`.
    #[must_use]
    pub fn with_type_rule(mut self, types: TypeRule) -> Self {
        self.types = types;
        self
    }

    /// The same presentation, held to the rules of SD-JWT VC besides, its `typ` among them.
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

    /// Knows keys for tokens whose `cnf` does not hold the key but a thumbprint or a key identifier (JWT-K-003).
    #[must_use]
    pub fn with_known_keys(mut self, keys: &'a [KnownKey]) -> Self {
        self.known_keys = keys;
        self
    }

    /// Wants these claims, visible or disclosed (JWT-V-017): an `exp` that the Holder must not withhold, for instance. Each path names
    /// one claim; one with `[]` in it names none, and is missing always.
    #[must_use]
    pub fn with_required_claims(mut self, paths: &'a [ClaimPath]) -> Self {
        self.checks.required = paths;
        self
    }

    /// Applies a rule of the application to the claims, which can refuse them with
    /// [`Code::PolicyRefused`](crate::Code::PolicyRefused).
    #[must_use]
    pub fn with_claims_check(mut self, check: &'a ClaimsCheck<'a>) -> Self {
        self.checks.claims = Some(check);
        self
    }

    /// Asks whether this key binding is new, after everything but the status; one that is not is refused with
    /// [`Code::Nonce`](crate::Code::Nonce). Where none is verified nobody is asked.
    #[must_use]
    pub fn with_replay_check(mut self, check: &'a ReplayCheck<'a>) -> Self {
        self.checks.replay = Some(check);
        self
    }

    /// Asks about the status of the token, last of all: for one that fails otherwise nobody is asked (JWT-S-001). What the check
    /// refuses is [`Code::Status`](crate::Code::Status).
    #[must_use]
    pub fn with_status_check(mut self, rule: StatusRule, check: &'a StatusCheck<'a>) -> Self {
        self.checks.status = Some((rule, check));
        self
    }
}
