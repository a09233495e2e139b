//! The consistency rules of mimi-mls.md 3.4.1, and what makes a policy unsatisfiable.

use std::collections::HashSet;

use mimicred_error::At;

use super::path::SUBJECT_ALT_NAME;
use super::{ClaimPredicate, LEAF, Optionality, PolicyPath, RoomDisclosurePolicy};
use crate::{Code, Error};

/// What a room's base policy says of pseudonyms (`pseudonyms_allowed`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PseudonymsAllowed {
    /// They may be used.
    Yes,
    /// They may not.
    No,
}

impl RoomDisclosurePolicy {
    /// Whether the policy keeps to the consistency rules that concern it alone.
    ///
    /// # Errors
    /// `room/policy-inconsistent` with the place of the first breach.
    pub fn check(&self) -> Result<(), Error> {
        let breach = |place: String, note: &str| Err(Error::new(Code::PolicyInconsistent).at(At::Path(place)).note(note));
        if self.unlisted_claims == Optionality::Required {
            return breach("unlisted_claims".into(), "optional or forbidden, required is no answer");
        }
        let mut names = HashSet::new();
        for (n, rule) in self.claim_rules.iter().enumerate() {
            let place = |field: &str| format!("claim_rules[{n}].{field}");
            if rule.claim_name == LEAF {
                return breach(place("claim_name"), "leaf stands for leaf credentials");
            }
            if !names.insert(&rule.claim_name) {
                return breach(place("claim_name"), "another rule has the same label");
            }
            if rule.paths.is_empty() {
                return breach(place("paths"), "there is none");
            }
            for path in &rule.paths {
                let PolicyPath::X509(path) = path else { continue };
                if path.general_name_tag.is_some() && path.oid.to_string() != SUBJECT_ALT_NAME {
                    return breach(place("paths"), "only 2.5.29.17 has a general_name_tag");
                }
            }
            if rule.presence == Optionality::Required && self.identity_reveal == Optionality::Forbidden {
                return breach(place("presence"), "required, while identity_reveal is forbidden");
            }
            if rule.presence == Optionality::Forbidden && !rule.predicates.is_empty() {
                return breach(place("predicates"), "a forbidden claim has no value to compare");
            }
        }
        Ok(())
    }

    /// Whether the policy agrees with the room's base policy: `pseudonyms` is forbidden exactly where they are not allowed.
    ///
    /// # Errors
    /// `room/policy-inconsistent`.
    pub fn check_against(&self, allowed: PseudonymsAllowed) -> Result<(), Error> {
        if (self.pseudonyms == Optionality::Forbidden) == (allowed == PseudonymsAllowed::No) {
            return Ok(());
        }
        let note = "base_room_policy.pseudonyms_allowed says the opposite";
        Err(Error::new(Code::PolicyInconsistent).at(At::Path("pseudonyms".into())).note(note))
    }

    /// Whether this version knows every value: what `policy_unsupported` would be said of is an error where a policy is made.
    ///
    /// ```
    /// use mimicred_error::Report;
    /// use mimicred_room::{Code, policy::RoomDisclosurePolicy};
    ///
    /// let text = r#"{"pseudonyms":"optional","identity_reveal":7,"max_presentation_age":0,"disclosure_deadline":0}"#;
    /// let error = RoomDisclosurePolicy::from_json(text)?.check_supported().unwrap_err();
    /// assert_eq!(error.code(), Code::PolicyValueUnknown);
    /// assert_eq!(error.place().to_string(), "at identity_reveal");
    /// # Ok::<(), mimicred_room::Error>(())
    /// ```
    ///
    /// # Errors
    /// `room/policy-value-unknown` with the place of the first such value.
    pub fn check_supported(&self) -> Result<(), Error> {
        match self.unsupported() {
            None => Ok(()),
            Some(place) => Err(Error::new(Code::PolicyValueUnknown).at(At::Path(place))),
        }
    }

    /// The place of the first value that this version does not know. A policy that has one cannot be satisfied: senders refuse,
    /// receivers report `policy_unsupported`.
    ///
    /// ```
    /// use mimicred_room::policy::{NonceMode, RoomDisclosurePolicy};
    ///
    /// let minimal = r#"{"pseudonyms":"optional","identity_reveal":"optional","max_presentation_age":0,"disclosure_deadline":0}"#;
    /// let mut policy = RoomDisclosurePolicy::from_json(minimal)?;
    /// assert_eq!(policy.unsupported(), None);
    /// policy.nonce_mode = NonceMode::Other(3);
    /// assert_eq!(policy.unsupported().as_deref(), Some("nonce_mode"));
    /// # Ok::<(), mimicred_room::Error>(())
    /// ```
    pub fn unsupported(&self) -> Option<String> {
        let top = [
            ("pseudonyms", self.pseudonyms.is_known()),
            ("identity_reveal", self.identity_reveal.is_known()),
            ("accepted_formats", self.accepted_formats.iter().all(|format| format.is_known())),
            ("unlisted_claims", self.unlisted_claims.is_known()),
            ("nonce_mode", self.nonce_mode.is_known()),
        ];
        if let Some((name, _)) = top.iter().find(|(_, known)| !known) {
            return Some((*name).to_owned());
        }
        for (n, rule) in self.claim_rules.iter().enumerate() {
            let parts = [
                ("paths", !rule.paths.iter().any(|path| matches!(path, PolicyPath::Other { .. }))),
                ("presence", rule.presence.is_known()),
                ("predicates", !rule.predicates.iter().any(|predicate| matches!(predicate, ClaimPredicate::Other { .. }))),
            ];
            if let Some((name, _)) = parts.iter().find(|(_, known)| !known) {
                return Some(format!("claim_rules[{n}].{name}"));
            }
        }
        for (n, issuer) in self.trusted_issuers.iter().enumerate() {
            if issuer.formats.iter().any(|format| !format.is_known()) {
                return Some(format!("trusted_issuers[{n}].formats"));
            }
            if issuer.anchors.iter().any(|anchor| !anchor.anchor_type.is_known()) {
                return Some(format!("trusted_issuers[{n}].anchors"));
            }
        }
        None
    }
}
