//! What the demo has to tell, as data.

use serde::Serialize;

use super::{Carriage, Format};
use crate::Heard;

/// Everything that happened.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The MLS cipher suite.
    pub suite: String,
    /// The rooms of the reveals: one whose reveals are for everybody, and one for those that are sealed to some roles.
    pub rooms: Vec<RoomReport>,
    /// What Alice's provider issued for her leaf key in the first of them.
    pub credentials: Vec<CredentialReport>,
    /// Alice's reveals.
    pub reveals: Vec<RevealReport>,
    /// Mallory's attempts.
    pub attacks: Vec<AttackReport>,
    /// Attempts that there are not, and why.
    pub not_applicable: Vec<NotApplicable>,
}

/// A room.
#[derive(Clone, Debug, Serialize)]
pub struct RoomReport {
    /// Its URI: the audience of every reveal in it.
    pub uri: String,
    /// The carriages of the reveals in it.
    pub carriages: Vec<Carriage>,
    /// Its policy in the JSON form, issuers included.
    pub policy: String,
    /// Octets of the policy in the GroupContext.
    pub policy_octets: usize,
    /// The roles that may see its reveals; none if everybody may.
    pub visible_to_roles: Vec<u32>,
    /// Who is there.
    pub members: Vec<MemberReport>,
}

/// A member.
#[derive(Clone, Debug, Serialize)]
pub struct MemberReport {
    /// What the demo calls her; nobody in the room knows it.
    pub name: &'static str,
    /// Her provider's host.
    pub provider: String,
    /// Her user-level URI in the room.
    pub pseudonym: String,
    /// Her role in the room.
    pub role: u32,
}

/// A credential.
#[derive(Clone, Debug, Serialize)]
pub struct CredentialReport {
    /// What it is.
    pub kind: &'static str,
    /// Its size as issued.
    pub octets: usize,
    /// Claims that everybody who has it can read.
    pub visible: Vec<String>,
    /// How many disclosures come with it, those of decoys included.
    pub disclosures: usize,
}

/// A reveal of Alice.
#[derive(Clone, Debug, Serialize)]
pub struct RevealReport {
    /// The format.
    pub format: Format,
    /// The carriage.
    pub carriage: Carriage,
    /// The claims that Alice chose to disclose.
    pub disclosed: Vec<String>,
    /// Octets of the presentation, or of a certificate that goes without one.
    pub presentation_octets: usize,
    /// Octets of the MLS message, padded and encrypted: all that the servers see.
    pub message_octets: usize,
    /// What it must come to: `ok`, or `binding_implicit` for a certificate without a proof of possession, which is never
    /// accepted.
    pub expected: &'static str,
    /// Whether it comes to that for everybody.
    pub as_expected: bool,
    /// Whether everybody accepts it.
    pub accepted: bool,
    /// What those made of it who can read it.
    pub heard: Vec<Heard>,
    /// Members to whom it is not sealed.
    pub kept_out: Vec<&'static str>,
}

/// An attempt of Mallory.
#[derive(Clone, Debug, Serialize)]
pub struct AttackReport {
    /// Its name.
    pub attack: &'static str,
    /// What Mallory does, in a sentence.
    pub sentence: &'static str,
    /// The format of the reveal.
    pub format: Format,
    /// Its carriage.
    pub carriage: Carriage,
    /// The code with which it must be refused, under the demo's own policy.
    pub expected: &'static str,
    /// The code with which it was: of the first honest member, or of what stopped Dora.
    pub code: &'static str,
    /// Whether nobody accepted it, and nothing of it was shown.
    pub refused: bool,
    /// What those made of it who can read it.
    pub heard: Vec<Heard>,
    /// Members to whom it is not sealed.
    pub kept_out: Vec<&'static str>,
}

/// An attack that there is not in one format by one carriage.
#[derive(Clone, Debug, Serialize)]
pub struct NotApplicable {
    /// The attack's name.
    pub attack: &'static str,
    /// The format of the reveal.
    pub format: Format,
    /// Its carriage.
    pub carriage: Carriage,
    /// Why there is none.
    pub reason: &'static str,
}
