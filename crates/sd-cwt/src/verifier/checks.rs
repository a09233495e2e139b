//! What a Verifier checks by rules of its own, once everything else holds.

use mimicred_claims::{ClaimPath, ClaimsCheck, Date, Decision, Map, Restored, StatusCheck, StatusRule, Value};
use mimicred_cose::cwt;
use mimicred_error::At;
use mimicred_keys::PublicKey;

use crate::error::{about, refusal};
use crate::{Code, Error};

/// Who remembers which KBTs were seen (CWT-V-010): asked once per KBT that is valid, it accepts the first use and refuses others.
pub type ReplayCheck<'c> = dyn Fn(&Occurrence<'_>) -> Decision + Sync + 'c;

/// A credential type, `vct`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vct<'v> {
    /// A registered number.
    Number(u16),
    /// A text, compared octet for octet (CWT-Y-009).
    Text(&'v str),
}

/// One use of a KBT, by what tells it from others.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Occurrence<'k> {
    /// The Holder's key: nonces and identifiers of different Holders have nothing to do with each other.
    pub confirmation_key: &'k PublicKey,
    /// `aud` of the KBT.
    pub audience: &'k str,
    /// `cnonce` of the KBT.
    pub nonce: Option<&'k [u8]>,
    /// `cti` of the KBT.
    pub cti: Option<&'k [u8]>,
    /// SHA-256 over what the Issuer signed.
    pub token_hash: [u8; 32],
    /// When the KBT ends by itself, so that it can be forgotten: its `exp`, or that of the SD-CWT. Whoever limits the age of a KBT
    /// can forget it earlier.
    pub expires: Option<Date>,
}

/// All of them.
#[derive(Clone, Copy, Default)]
pub(super) struct Checks<'c> {
    pub(super) vct: Option<Vct<'c>>,
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

    /// First what the claims are, then whether the KBT is new; and only for one that is valid the status is looked up (CWT-S-001).
    pub(super) fn apply<'k>(&self, restored: &Restored<'_>, occurrence: impl FnOnce() -> Occurrence<'k>) -> Result<(), Error> {
        let claims = restored.claims();
        if let Some(vct) = self.vct {
            check_vct(claims, vct)?;
        }
        if let Some(missing) = claims.missing(self.required) {
            return Err(Error::new(Code::ClaimMissing).at(At::Path(missing.to_string())).note("it is required here"));
        }
        if let Some(check) = self.claims {
            check(claims).or(refusal(Code::PolicyRefused))?;
        }
        if let Some(check) = self.replay {
            check(&occurrence()).or(refusal(Code::Nonce))?;
        }
        let Some((rule, check)) = self.status else { return Ok(()) };
        match (claims.int(cwt::STATUS), rule) {
            (Some(status), _) => check(status).map_err(|error| about(Code::Status, "status").because(error)),
            (None, StatusRule::Required) => {
                Err(about(Code::Status, "status").note("it is required, and missing or not disclosed"))
            }
            (None, StatusRule::IfPresent) => Ok(()),
        }
    }
}

fn check_vct(claims: &Map<'_>, wanted: Vct<'_>) -> Result<(), Error> {
    let is_wanted = match (claims.int(cwt::VCT), wanted) {
        (None, _) => return Err(about(Code::ClaimMissing, "vct")),
        (Some(Value::Int(number)), Vct::Number(wanted)) => *number == i128::from(wanted),
        (Some(Value::Text(text)), Vct::Text(wanted)) => text == wanted,
        _ => false,
    };
    if is_wanted { Ok(()) } else { Err(about(Code::PolicyRefused, "vct").note("a credential of another type")) }
}
