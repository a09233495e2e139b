//! What a scenario has to tell: as data for `--json`, as text for a terminal, as a page for a browser.
//!
//! [`FlowReport`] is the data; [`text`] and [`page`] write it down, and decide nothing.

pub mod page;
#[cfg(test)]
mod sample;
mod shown;
pub mod text;

use serde::Serialize;

use crate::record::{Message, Record, Totals};

/// Everything that happened in a flow, and who learned what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FlowReport {
    /// The flow: `connection`, `join-link`, `knock`, `abuse`.
    pub flow: &'static str,
    /// Its name for people.
    pub title: String,
    /// What happens, in a paragraph.
    pub what: String,
    /// The MLS cipher suite.
    pub suite: String,
    /// The seed, if the run can be repeated.
    pub seed: Option<String>,
    /// Who takes part, in the order of the diagram.
    pub parties: Vec<PartyReport>,
    /// The parts of the flow, in their order; a step whose phase is not here stands alone.
    pub phases: Vec<PhaseReport>,
    /// The messages, in their order.
    pub steps: Vec<StepReport>,
    /// Verdicts and refusals that happened, beside what had to.
    pub outcomes: Vec<OutcomeReport>,
    /// What there is to learn: the columns of the matrix.
    pub facts: Vec<String>,
    /// Who learned it: a row for each party.
    pub matrix: Vec<MatrixRow>,
    /// The statements of mimi-mls 4.2 and 4.3 that were tested on this run.
    pub statements: Vec<StatementReport>,
    /// How much went over the wire.
    pub totals: Totals,
}

impl FlowReport {
    /// Whether every statement and every outcome holds.
    pub fn holds(&self) -> bool {
        self.statements.iter().all(|statement| statement.holds) && self.outcomes.iter().all(|outcome| outcome.held)
    }
}

/// Whether a party is a person's device or a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyKind {
    /// A client of a user.
    Client,
    /// A provider, which is the hub of some rooms.
    Provider,
}

/// Somebody who takes part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartyReport {
    /// The name that steps and matrix use.
    pub name: String,
    /// What it is.
    pub kind: PartyKind,
    /// The provider whose client this is.
    pub of: Option<String>,
    /// What it does in the flow, for people.
    pub what: String,
}

/// A part of a flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PhaseReport {
    /// Its name, as steps have it.
    pub name: String,
    /// What happens in it, for people; may be empty.
    pub what: String,
}

/// A message: who, what, how many octets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepReport {
    /// Its place in the flow, counted from 1.
    pub number: u32,
    /// When it was sent, in seconds of the scenario's own clock.
    pub at: u64,
    /// Who sent it.
    pub from: String,
    /// Who received it.
    pub to: String,
    /// What it is.
    pub kind: &'static str,
    /// How it travels.
    pub path: String,
    /// The label of its room.
    pub room: Option<String>,
    /// What it does, for people.
    pub note: String,
    /// The size of its body.
    pub octets: usize,
    /// The phase that it belongs to.
    pub phase: String,
}

impl From<&Message> for StepReport {
    fn from(message: &Message) -> Self {
        Self {
            number: message.number,
            at: message.at,
            from: message.from.clone(),
            to: message.to.clone(),
            kind: message.kind,
            path: message.path.clone(),
            room: message.room.clone(),
            note: message.note.clone(),
            octets: message.octets.len(),
            phase: message.phase.clone(),
        }
    }
}

/// Something that had to come about, or to be refused, and whether it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutcomeReport {
    /// What, in a sentence.
    pub what: String,
    /// Whether it came out as it must.
    pub held: bool,
    /// The code of the verdict or refusal, if there was one.
    pub code: Option<String>,
}

/// What one party learned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MatrixRow {
    /// The party, by the name it has in `parties`.
    pub party: String,
    /// One for each of the report's facts, in their order.
    pub cells: Vec<Cell>,
}

/// Whether a party learned a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// Whether it did.
    #[serde(flatten)]
    pub seen: Seen,
}

impl From<Seen> for Cell {
    fn from(seen: Seen) -> Self {
        Self { seen }
    }
}

/// What the search in a party's views came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "seen", rename_all = "snake_case")]
pub enum Seen {
    /// It is in what the party saw.
    Saw {
        /// Where: `in message 12`.
        how: String,
    },
    /// It is nowhere in what the party saw.
    NotSeen,
    /// The party learns it from outside the messages of the flow, and nothing can be done about that.
    Inherent {
        /// Why.
        why: String,
    },
}

/// A statement about what a party must not learn, and what came of its test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatementReport {
    /// Its row: `C-1`.
    pub id: String,
    /// The statement.
    pub sentence: String,
    /// The views that were searched: `HUB(R1)`.
    pub tested_on: Vec<String>,
    /// Whether nothing was found there.
    pub holds: bool,
    /// What was found.
    pub finds: Vec<FindReport>,
    /// What the party learns nevertheless, because it cannot be otherwise.
    pub exception: Option<String>,
    /// How much was searched.
    pub searched: Searched,
}

/// How much was searched, so that "not found" says something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Searched {
    /// Octet strings.
    pub sights: usize,
    /// Octets in them.
    pub octets: usize,
    /// Needles, each in every encoding.
    pub needles: usize,
}

/// A needle that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FindReport {
    /// What was found: `Alice's e-mail address`.
    pub needle: String,
    /// In which encoding: `raw`, `hex in base64url`.
    pub encoding: String,
    /// Who saw it.
    pub who: String,
    /// In which role.
    pub view: String,
    /// In what.
    pub what: String,
    /// The message that it came with.
    pub message: Option<u32>,
    /// Where in it, in octets.
    pub offset: usize,
}

/// The steps of a record.
pub fn steps(record: &Record) -> Vec<StepReport> {
    record.messages().iter().map(StepReport::from).collect()
}
