//! The Verdict: a report that a person can read and a program can act on.
//!
//! Its JSON form (by serde) is stable within [`Verdict::VERSION`]:
//!
//! ```json
//! { "version": 1, "code": "ok", "slug": "room/ok", "acceptable": "yes",
//!   "room": "mimi://hub.example/r/clubhouse", "epoch": 7,
//!   "sender": { "leaf": 3, "user": "mimi://a.example/p/x", "kind": "pseudonym", "role": 2 },
//!   "waived": [],
//!   "checks": [ { "step": 0, "name": "leaf credential", "outcome": "passed", "code": null, "note": null, "rule": "...",
//!                 "hint": null } ],
//!   "presentations": [ { "item": 0, "format": "sd_kbt", "code": "ok", "issuer": "https://id.a.example", "issued_at": 1790000000,
//!                        "pending": 0, "checks": [ ... ] } ],
//!   "rules": [ { "claim_name": "age", "presence": "required", "outcome": "kept", "code": null, "presentation": 0 } ],
//!   "claims": [ { "presentation": 0, "format": "sd_kbt", "issuer": "https://id.a.example", "path": "179", "name": "email",
//!                 "claim_name": "email", "value": "alice@a.example", "code": "ok" } ],
//!   "key_packages": [ { "item": 1, "user": "mimi://a.example/p/y", "reference": "1c7e…" } ] }
//! ```
//!
//! A check stands where it was made: that of one item under `presentations`, beside the item's number; `note` says where inside it.
//! After a violation `claims` is empty: what was shown against the rules is not passed on.

mod code;
mod shown;
mod text;

pub use code::{Acceptable, VerdictCode};
pub use shown::ShownValue;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::evaluate::{MemberKind, RuleReport};

/// What a reveal came to; see the [module](self) for its JSON form.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    /// The version of this form: [`Verdict::VERSION`].
    pub version: u16,
    /// The overall code.
    pub code: VerdictCode,
    /// The overall code among all codes of mimicred.
    pub slug: &'static str,
    /// Whether what was revealed may be relied on.
    pub acceptable: Acceptable,
    /// What is particular about the overall code.
    pub note: Option<String>,
    /// The room, if known.
    pub room: Option<String>,
    /// The epoch of the message, if known.
    pub epoch: Option<u64>,
    /// Who sent it, if known.
    pub sender: Option<Sender>,
    /// The inputs that the caller waived.
    pub waived: Vec<&'static str>,
    /// The checks of the sender and of the message as a whole.
    pub checks: Vec<Check>,
    /// The items, each with its own checks.
    pub presentations: Vec<PresentationReport>,
    /// The room's rules.
    pub rules: Vec<RuleReport>,
    /// What was revealed; empty unless the code lets it be shown.
    pub claims: Vec<RevealedClaim>,
    /// The KeyPackages that the sender's other pseudonym offers here, and nobody else's; whatever the code of the whole says.
    pub key_packages: Vec<OfferedKeyPackage>,
}

/// Who sent a reveal.
#[derive(Clone, Debug, Serialize)]
pub struct Sender {
    /// The leaf.
    pub leaf: u32,
    /// The user, by the leaf's verified credential.
    pub user: Option<String>,
    /// What the member is.
    pub kind: Option<MemberKind>,
    /// The role in the room.
    pub role: Option<u32>,
}

/// One check. In JSON it also has the hint of its code, `hint`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The step of mimi-mls.md 3.5.3.
    pub step: u8,
    /// What is checked.
    pub name: &'static str,
    /// What came of it.
    pub outcome: Outcome,
    /// The code of a failure, or the mark that the check left.
    pub code: Option<VerdictCode>,
    /// What exactly was found, and where.
    pub note: Option<String>,
    /// The rule.
    pub rule: &'static str,
}

impl Check {
    /// What to do about it, if it has a code.
    pub fn hint(&self) -> Option<&'static str> {
        self.code.map(VerdictCode::hint)
    }
}

impl Serialize for Check {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Check", 7)?;
        object.serialize_field("step", &self.step)?;
        object.serialize_field("name", self.name)?;
        object.serialize_field("outcome", &self.outcome)?;
        object.serialize_field("code", &self.code)?;
        object.serialize_field("note", &self.note)?;
        object.serialize_field("rule", self.rule)?;
        object.serialize_field("hint", &self.hint())?;
        object.end()
    }
}

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not.
    Failed,
    /// It does not hold fully; the reveal is shown with this mark and never accepted.
    Marked,
    /// An earlier one failed.
    NotReached,
    /// The caller waived it.
    Waived,
    /// There is nothing of the kind to check here.
    NotApplicable,
}

/// One item of a bundle, or part of a MIMI content.
#[derive(Clone, Debug, Serialize)]
pub struct PresentationReport {
    /// Its place in the bundle, or the part's index.
    pub item: usize,
    /// Its place in a bundle that is itself a part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bundle_item: Option<usize>,
    /// Its format: a name of the policy's formats, or what else it is.
    pub format: String,
    /// What it came to on its own.
    pub code: VerdictCode,
    /// Who vouches for it, once that is verified.
    pub issuer: Option<String>,
    /// When the holder made it.
    pub issued_at: Option<i64>,
    /// How many encrypted disclosures it has that stayed closed: what is in them was neither shown nor judged.
    pub pending: usize,
    /// Its checks, in their order.
    pub checks: Vec<Check>,
}

/// One claim that was revealed.
#[derive(Clone, Debug, Serialize)]
pub struct RevealedClaim {
    /// The item that shows it.
    pub presentation: usize,
    /// Its format.
    pub format: &'static str,
    /// Who vouches for it.
    pub issuer: String,
    /// Where it stands: a claim path, or an object identifier.
    pub path: String,
    /// What the place is usually called.
    pub name: Option<&'static str>,
    /// Its label in the room's policy, if a rule names it.
    pub claim_name: Option<String>,
    /// The value.
    pub value: ShownValue,
    /// What the presentation came to.
    pub code: VerdictCode,
}

impl PresentationReport {
    /// Where it stands, in words: `item 2`, or `item 2.0` for the first item of a bundle that is part 2.
    pub fn place(&self) -> String {
        let inside = self.bundle_item.map(|inside| format!(".{inside}")).unwrap_or_default();
        format!("item {}{inside}", self.item)
    }
}

/// A KeyPackage that was handed over under an offer that holds, to be added to a group by whoever got it (mimi-mls.md 3.5.1).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct OfferedKeyPackage {
    /// The item that it is.
    pub item: usize,
    /// Whose it is, by its own verified credential.
    pub user: String,
    /// Its KeyPackageRef.
    #[serde(serialize_with = "as_hex")]
    pub reference: Vec<u8>,
    /// The MLSMessage.
    #[serde(skip)]
    pub octets: Vec<u8>,
    /// Until when the offer holds, in seconds since 1970. After that consent is to be asked for anew (mimi-mls.md 3.6.4).
    #[serde(skip)]
    pub not_after: u64,
    /// The salt of the offer, with which the adder proves to have it (mimi-mls.md 3.2). A secret between the two.
    #[serde(skip)]
    pub salt: [u8; 16],
}

fn as_hex<S: Serializer>(octets: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&octets.iter().map(|octet| format!("{octet:02x}")).collect::<String>())
}

/// Without the salt.
impl std::fmt::Debug for OfferedKeyPackage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OfferedKeyPackage").field("item", &self.item).field("user", &self.user).finish_non_exhaustive()
    }
}

impl Verdict {
    /// The version of the JSON form.
    pub const VERSION: u16 = 1;

    /// Whether the reveal may be relied on.
    pub fn is_accepted(&self) -> bool {
        matches!(self.acceptable, Acceptable::Yes | Acceptable::Marked)
    }
}
