//! What the demo has to tell, as data.

use serde::Serialize;

use super::Format;
use crate::Heard;

/// Everything that happened.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The MLS cipher suite.
    pub suite: String,
    /// The room's URI: the audience of every reveal.
    pub room: String,
    /// The room's policy in its JSON form, issuers included.
    pub policy: String,
    /// Octets of the policy in the GroupContext.
    pub policy_octets: usize,
    /// Who is in the room.
    pub members: Vec<MemberReport>,
    /// What Alice's provider issued for her leaf key.
    pub credentials: Vec<CredentialReport>,
    /// Alice's reveals.
    pub reveals: Vec<RevealReport>,
    /// Mallory's attempts.
    pub attacks: Vec<AttackReport>,
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
    /// The claims that Alice chose to disclose.
    pub disclosed: Vec<String>,
    /// Octets of the presentation.
    pub presentation_octets: usize,
    /// Octets of the MLS message, padded and encrypted: all that the servers see.
    pub message_octets: usize,
    /// Whether everybody accepts it.
    pub accepted: bool,
    /// What the others made of it.
    pub heard: Vec<Heard>,
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
    /// The code with which it must be refused.
    pub expected: &'static str,
    /// The code of each honest member.
    pub code: &'static str,
    /// Whether everybody refused it with that code.
    pub refused: bool,
    /// What the others made of it.
    pub heard: Vec<Heard>,
}
