//! What differs between two policies: field by field, rule by rule, issuer by issuer, and what that means for members.
//!
//! Rules are the same by their label, issuers by their name and keys; two policies differ exactly when a change is listed, so that a
//! new spelling or another order, which gives the policy another hash, is listed too.

mod compare;
mod meaning;

use std::fmt;

use serde::Serialize;

use super::RoomDisclosurePolicy;
use crate::human::Node;

/// What differs between two policies. Its JSON form (by serde):
///
/// ```json
/// { "version": 1, "equal": false,
///   "changes": [ { "about": "policy", "field": "identity_reveal", "change": "changed", "before": "optional", "after": "required",
///                  "meaning": "whoever reveals nothing ..." },
///                { "about": "rule", "claim_name": "name", "field": null, "change": "removed",
///                  "before": { "claim_name": "name", ... }, "after": null, "meaning": "..." },
///                { "about": "issuer", "issuer": "https://id.a.example", "anchors": [ ... ], "field": "formats",
///                  "change": "added", "before": null, "after": "sd_kbt", "meaning": "..." } ],
///   "notes": [] }
/// ```
///
/// `before` and `after` are written as the JSON form of the policy writes them. Of a list, `added` and `removed` name one element.
///
/// ```
/// use mimicred_room::policy::{Optionality, RoomDisclosurePolicy};
///
/// let text = r#"{"pseudonyms":"optional","identity_reveal":"optional","max_presentation_age":300,"disclosure_deadline":3600}"#;
/// let before = RoomDisclosurePolicy::from_json(text)?;
/// assert!(before.diff(&before).is_empty());
/// let after = RoomDisclosurePolicy { identity_reveal: Optionality::Forbidden, ..before.clone() };
/// let expected = "identity_reveal: \"optional\" -> \"forbidden\"\n    every reveal is refused (reveal_forbidden)\n";
/// assert_eq!(before.diff(&after).to_string(), expected);
/// # Ok::<(), mimicred_room::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PolicyDiff {
    /// The version of this form: [`PolicyDiff::VERSION`].
    pub version: u16,
    /// Whether nothing differs.
    pub equal: bool,
    /// What differs: first the fields of the policy, then its rules, then its issuers.
    pub changes: Vec<PolicyChange>,
    /// What has to be said of one of the two: that no member could satisfy it.
    pub notes: Vec<String>,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PolicyChange {
    /// What it is about.
    #[serde(flatten)]
    pub about: ChangeAbout,
    /// The field; none when a whole rule or issuer came or went.
    pub field: Option<&'static str>,
    /// What happened.
    pub change: ChangeKind,
    /// What stood there: the value, or the element of a list that went.
    pub before: Option<PolicyFragment>,
    /// What stands there now: the value, or the element of a list that came.
    pub after: Option<PolicyFragment>,
    /// What it means for members, where that is clear.
    pub meaning: Option<String>,
}

/// What a difference is about.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum ChangeAbout {
    /// The policy as a whole.
    Policy,
    /// A rule.
    Rule {
        /// Its label.
        claim_name: String,
    },
    /// An issuer.
    Issuer {
        /// Its name; empty for any name.
        issuer: String,
        /// Its keys, by which it is told from others of that name.
        anchors: PolicyFragment,
    },
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It was not there before.
    Added,
    /// It is not there any more.
    Removed,
    /// It has another value.
    Changed,
    /// A list has the same elements in another order.
    Reordered,
}

/// A part of a policy, to be shown: by serde as in JSON, by [`fmt::Display`] as in TOML, on one line and without control characters.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct PolicyFragment(Node);

impl RoomDisclosurePolicy {
    /// What differs in `after`; see [`PolicyDiff`].
    pub fn diff(&self, after: &RoomDisclosurePolicy) -> PolicyDiff {
        let changes = compare::policies(self, after);
        let notes = [("first", self), ("second", after)].into_iter().filter_map(|(which, policy)| unusable(which, policy));
        PolicyDiff { version: PolicyDiff::VERSION, equal: changes.is_empty(), changes, notes: notes.collect() }
    }
}

impl PolicyDiff {
    /// The version of the JSON form.
    pub const VERSION: u16 = 1;

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

/// Why no member could satisfy a policy.
fn unusable(which: &str, policy: &RoomDisclosurePolicy) -> Option<String> {
    let error = policy.check_supported().and_then(|()| policy.check()).err()?;
    Some(format!("no member can satisfy the {which} policy (policy_unsupported): {error}"))
}

impl PolicyFragment {
    fn new(node: &Node) -> Self {
        Self(node.clone())
    }
}

impl fmt::Display for PolicyFragment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_toml_value())
    }
}

/// The heading under which a change stands; none for fields of the policy as a whole.
impl fmt::Display for ChangeAbout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| PolicyFragment(Node::text(text));
        match self {
            ChangeAbout::Policy => Ok(()),
            ChangeAbout::Rule { claim_name } => write!(f, "rule {}", quoted(claim_name)),
            ChangeAbout::Issuer { issuer, anchors } if issuer.is_empty() => write!(f, "any issuer with {anchors}"),
            ChangeAbout::Issuer { issuer, anchors } => write!(f, "issuer {} with {anchors}", quoted(issuer)),
        }
    }
}

/// On one line, without the heading and the meaning.
impl fmt::Display for PolicyChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, sign) = match self.change {
            ChangeKind::Added => ("added", "+ "),
            ChangeKind::Removed => ("removed", "- "),
            ChangeKind::Reordered => ("reordered", "in another order: "),
            ChangeKind::Changed => ("changed", ""),
        };
        match self.field {
            Some(field) => write!(f, "{field}: {sign}")?,
            None => write!(f, "{word}: ")?,
        }
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => write!(f, "{before} -> {after}"),
            (Some(one), None) | (None, Some(one)) => write!(f, "{one}"),
            (None, None) => Ok(()),
        }
    }
}

/// One change per line under the rule or issuer that it is about; what it means, indented, below it.
impl fmt::Display for PolicyDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut heading = &ChangeAbout::Policy;
        for change in &self.changes {
            if change.about != *heading {
                heading = &change.about;
                writeln!(f, "{heading}")?;
            }
            let indent = if *heading == ChangeAbout::Policy { "" } else { "  " };
            writeln!(f, "{indent}{change}")?;
            if let Some(meaning) = &change.meaning {
                writeln!(f, "{indent}    {meaning}")?;
            }
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "note: {note}"))
    }
}

#[cfg(test)]
mod tests;
