//! The room disclosure policy (mimi-mls.md 3.4): what a room wants to know about those who are in it, and from whom.
//!
//! One value, three forms: TLS (component 0xD050 of the GroupContext), TOML for people, JSON for programs. Enumerated values that
//! this version does not know survive in all three and make the policy unsatisfiable; what cannot be read at all is no policy.
//!
//! ```
//! use mimicred_room::policy::RoomDisclosurePolicy;
//!
//! let policy = RoomDisclosurePolicy::from_toml(r#"
//!     pseudonyms = "optional"
//!     identity_reveal = "required"
//!     accepted_formats = ["sd_kbt"]
//!     max_presentation_age = 300
//!     disclosure_deadline = 3600
//!     [[claim_rules]]
//!     claim_name = "email"
//!     paths = [{ cwt = [179] }]
//!     presence = "required"
//!     predicates = [{ op = "host_equal", value = "a.example" }]
//! "#)?;
//! policy.check()?;
//! let octets = policy.encode()?;
//! assert_eq!(RoomDisclosurePolicy::decode(&octets)?, policy);
//! assert_eq!(RoomDisclosurePolicy::from_json(&policy.to_json())?, policy);
//! # Ok::<(), mimicred_room::Error>(())
//! ```

mod check;
mod diff;
mod enums;
mod from_human;
mod path;
mod rule;
mod tls;
mod to_human;

pub use check::PseudonymsAllowed;
pub use diff::{ChangeAbout, ChangeKind, PolicyChange, PolicyDiff, PolicyFragment};
pub use enums::{AnchorType, DisclosureFormat, NonceMode, Optionality};
pub(crate) use path::SUBJECT_ALT_NAME;
pub use path::{CwtPath, JwtPath, PolicyPath, X509Path};
pub use rule::{ClaimPredicate, ClaimRule, PolicyScalar};

use crate::Error;
use crate::human::{Cursor, Node};

/// The version that this crate knows.
pub const VERSION: u16 = 1;
/// The label that stands for leaf credentials in [`TrustedIssuer::claim_names`].
pub const LEAF: &str = "leaf";

/// A room's disclosure policy; see the [module](self).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomDisclosurePolicy {
    /// Whether members may, must or must not be pseudonyms.
    pub pseudonyms: Optionality,
    /// Whether members may, must or must not reveal an identity.
    pub identity_reveal: Optionality,
    /// The forms of presentation that count.
    pub accepted_formats: Vec<DisclosureFormat>,
    /// What is said of single claims.
    pub claim_rules: Vec<ClaimRule>,
    /// Whether claims that no rule names may be shown: optional or forbidden.
    pub unlisted_claims: Optionality,
    /// The issuers that count in this room; each verifier's own trust store must agree.
    pub trusted_issuers: Vec<TrustedIssuer>,
    /// Whether a reveal by an issuer that only the verifier trusts is shown (as `issuer_local_only`) or refused.
    pub allow_local_trust: bool,
    /// Seconds after which a presentation is stale; 0 for "in its epoch only".
    pub max_presentation_age: u32,
    /// Seconds by which clocks may differ.
    pub max_clock_skew: u32,
    /// Seconds within which a required reveal must have come; 0 for no deadline.
    pub disclosure_deadline: u32,
    /// Where nonces come from.
    pub nonce_mode: NonceMode,
    /// The roles that may see reveals; none for all members.
    pub visible_to_roles: Vec<u32>,
    /// Whether reveals may be franked.
    pub franking_allowed: bool,
}

/// An issuer that counts in the room, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedIssuer {
    /// The `iss` value; empty for any name under the anchors.
    pub issuer: String,
    /// The provider hosts for which it may speak.
    pub subject_domains: Vec<String>,
    /// The forms of presentation that it may vouch for.
    pub formats: Vec<DisclosureFormat>,
    /// Its keys.
    pub anchors: Vec<IssuerAnchor>,
    /// The labels of the claims for which it may vouch, [`LEAF`] for leaf credentials; none for everything.
    pub claim_names: Vec<String>,
}

/// An issuer's key, by hash or by certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerAnchor {
    /// What the value is.
    pub anchor_type: AnchorType,
    /// The hash or the certificate.
    pub anchor_value: Vec<u8>,
}

impl TrustedIssuer {
    /// Whether it may vouch for the claim with this label ([`LEAF`] for leaf credentials).
    pub fn vouches_for(&self, claim_name: &str) -> bool {
        self.claim_names.is_empty() || self.claim_names.iter().any(|name| name == claim_name)
    }
}

impl RoomDisclosurePolicy {
    /// Reads the TLS form; strict, nothing may be left over.
    ///
    /// # Errors
    /// `room/policy-malformed`, `room/policy-version`.
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        tls::decode(octets)
    }

    /// Writes the TLS form.
    ///
    /// # Errors
    /// `room/policy-malformed` if the policy is larger than what [`RoomDisclosurePolicy::decode`] takes.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        tls::encode(self)
    }

    /// SHA-256 of the TLS form: by this a sender's confirmation names the policy (mimi-mls.md 3.5.6).
    ///
    /// # Errors
    /// As [`RoomDisclosurePolicy::encode`].
    pub fn sha256(&self) -> Result<[u8; 32], Error> {
        Ok(mimicred_keys::sha256(&self.encode()?))
    }

    /// Reads the TOML form: the fields at top level (mimi-mls.md 3.4.4).
    ///
    /// # Errors
    /// `room/file-malformed`, `room/key-unknown`, `room/key-missing`, `room/value-invalid`, each with its line;
    /// `room/policy-version`.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        from_human::policy(&Cursor::root(&Node::from_toml(text)?))
    }

    /// Writes the TOML form.
    pub fn to_toml(&self) -> String {
        to_human::policy(self).to_toml()
    }

    /// Reads the JSON form: the same keys and values as in TOML.
    ///
    /// # Errors
    /// As [`RoomDisclosurePolicy::from_toml`], with a path instead of a line.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        from_human::policy(&Cursor::root(&Node::from_json(text)?))
    }

    /// Writes the JSON form.
    pub fn to_json(&self) -> String {
        to_human::policy(self).to_json()
    }
}

#[cfg(test)]
mod tests;
