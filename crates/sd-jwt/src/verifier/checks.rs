//! What a Verifier checks by rules of its own, once everything else holds.

use std::borrow::Cow;

use mimicred_claims::{ClaimPath, ClaimsCheck, Date, Decision, Restored, StatusCheck, StatusRule};
use mimicred_error::At;
use mimicred_keys::PublicKey;

use crate::{Code, Error};

/// Who remembers which key bindings were seen: asked once per KB-JWT that is valid, it accepts the first use and refuses others.
pub type ReplayCheck<'c> = dyn Fn(&Occurrence<'_>) -> Decision + Sync + 'c;

/// One use of a KB-JWT, by what tells it from others.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Occurrence<'k> {
    /// The Holder's key: nonces of different Holders have nothing to do with each other.
    pub confirmation_key: &'k PublicKey,
    /// `aud` of the KB-JWT.
    pub audience: &'k str,
    /// `nonce` of the KB-JWT.
    pub nonce: &'k str,
    /// SHA-256 over what the Issuer signed.
    pub token_hash: [u8; 32],
    /// `exp` of the token. Whoever limits the age of a key binding can forget it earlier.
    pub expires: Option<Date>,
}

/// All of them.
#[derive(Clone, Copy, Default)]
pub(super) struct Checks<'c> {
    pub(super) required: &'c [ClaimPath],
    pub(super) claims: Option<&'c ClaimsCheck<'c>>,
    pub(super) replay: Option<&'c ReplayCheck<'c>>,
    pub(super) status: Option<(StatusRule, &'c StatusCheck<'c>)>,
}

impl Checks<'_> {
    /// Whether functions of the caller's are among them, which may keep what they are shown.
    pub(super) fn ask_the_caller(&self) -> bool {
        self.claims.is_some() || self.replay.is_some() || self.status.is_some()
    }

    /// First what the claims are, then whether the key binding is new; and only for a token that is valid the status is looked up
    /// (JWT-S-001).
    pub(super) fn apply<'o>(
        &self,
        restored: &Restored<'_>,
        occurrence: impl FnOnce() -> Option<Occurrence<'o>>,
    ) -> Result<(), Error> {
        let claims = restored.claims();
        let refusal = |code: Code| move |note| Error::new(code).note(note);
        if let Some(missing) = claims.missing(self.required) {
            return Err(Error::new(Code::ClaimMissing).at(At::Path(missing.to_string())).note("it is required here"));
        }
        if let Some(check) = self.claims {
            check(claims).or(refusal(Code::PolicyRefused))?;
        }
        if let Some(check) = self.replay
            && let Some(occurrence) = occurrence()
        {
            check(&occurrence).or(refusal(Code::Nonce))?;
        }
        let Some((rule, check)) = self.status else { return Ok(()) };
        let refused = || Error::new(Code::Status).at(At::Field(Cow::Borrowed("status")));
        match (claims.text("status"), rule) {
            (Some(status), _) => check(status).map_err(|error| refused().because(error)),
            (None, StatusRule::Required) => Err(refused().note("it is required, and missing or not disclosed")),
            (None, StatusRule::IfPresent) => Ok(()),
        }
    }
}
