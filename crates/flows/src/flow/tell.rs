//! From what a flow did to what there is to tell: the statements searched, the matrix filled in.

use super::facts::{Fact, Row, Scope};
use super::needles::Needles;
use super::statements::{Measured, Rule};
use super::{Flow, Options, Outcome};
use crate::Error;
use crate::needle::{Find, Search};
use crate::network::Network;
use crate::record::Record;
use crate::report::{
    Cell, FlowReport, MatrixRow, OutcomeReport, PartyKind, PartyReport, PhaseReport, Seen, StatementReport, steps,
};

/// What a flow hands over when it is through.
pub(super) struct Told {
    pub(super) flow: Flow,
    pub(super) title: &'static str,
    pub(super) what: &'static str,
    pub(super) parties: Vec<PartyReport>,
    pub(super) phases: Vec<PhaseReport>,
    pub(super) outcomes: Vec<OutcomeReport>,
    pub(super) needles: Needles,
    pub(super) rules: Vec<Rule>,
    pub(super) measured: Vec<Measured>,
    pub(super) facts: Vec<Fact>,
    pub(super) rows: Vec<Row>,
}

impl Told {
    pub(super) fn new(flow: Flow, title: &'static str, what: &'static str) -> Self {
        Self {
            flow,
            title,
            what,
            parties: Vec::new(),
            phases: Vec::new(),
            outcomes: Vec::new(),
            needles: Needles::default(),
            rules: Vec::new(),
            measured: Vec::new(),
            facts: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// A client takes part.
    pub(super) fn client(&mut self, name: &str, of: &str, what: &str) {
        let (name, of, what) = (name.to_owned(), Some(of.to_owned()), what.to_owned());
        self.parties.push(PartyReport { name, kind: PartyKind::Client, of, what });
    }

    /// A provider takes part.
    pub(super) fn provider(&mut self, name: &str, what: &str) {
        let (name, what) = (name.to_owned(), what.to_owned());
        self.parties.push(PartyReport { name, kind: PartyKind::Provider, of: None, what });
    }

    /// A part of the flow begins.
    pub(super) fn phase(&mut self, network: &mut Network, name: &str, what: &str) {
        network.record_mut().phase(name);
        self.phases.push(PhaseReport { name: name.to_owned(), what: what.to_owned() });
    }

    /// Something came about that had to, or did not.
    pub(super) fn must(&mut self, what: &str, held: bool, code: Option<&str>) {
        self.outcomes.push(OutcomeReport { what: what.to_owned(), held, code: code.map(str::to_owned) });
    }

    pub(super) fn tell(self, network: Network, options: &Options<'_>) -> Result<Outcome, Error> {
        let suite = network.suite().to_string();
        let record = network.into_record();
        let sets = self.needles.sets();
        let search = Search::new(sets);
        let finds = search.run(record.sights());
        let mut statements: Vec<StatementReport> = self.rules.iter().map(|rule| judge(rule, &record, &finds, &search)).collect();
        statements.extend(self.measured.iter().map(Measured::report));
        statements.sort_by_cached_key(|statement| in_order(&statement.id));
        let matrix = self.rows.iter().map(|row| fill(row, &self.facts, &finds)).collect();
        let report = FlowReport {
            flow: self.flow.name(),
            title: self.title.to_owned(),
            what: self.what.to_owned(),
            suite,
            seed: options.seed.clone(),
            parties: self.parties,
            phases: self.phases,
            steps: steps(&record),
            outcomes: self.outcomes,
            facts: self.facts.iter().map(|fact| fact.name.to_owned()).collect(),
            matrix,
            statements,
            totals: record.totals(),
        };
        Ok(Outcome { report, record })
    }
}

/// Whether nothing of a rule's needles is in its views; and in the whole of the parties in it, where that is not inherent.
fn judge(rule: &Rule, record: &Record, finds: &[Find], search: &Search) -> StatementReport {
    let scopes: Vec<Scope> =
        rule.scopes.iter().cloned().chain(rule.entities.iter().map(|(host, _)| Scope::Entity(host))).collect();
    let excused = |find: &Find| {
        let named = rule.scopes.iter().any(|scope| scope.covers(find));
        !named && rule.entities.iter().any(|(host, why)| why.is_some() && find.who == *host)
    };
    let of_rule = |find: &&Find| rule.sets.contains(&find.set.as_str()) && scopes.iter().any(|scope| scope.covers(find));
    let broken: Vec<&Find> = finds.iter().filter(of_rule).filter(|find| !excused(find)).collect();
    let sights =
        record.sights().iter().filter(|sight| scopes.iter().any(|scope| scope.holds(&sight.who, &sight.view, sight.message)));
    let exceptions: Vec<String> =
        rule.entities.iter().filter_map(|(host, why)| why.map(|why| format!("ENT({host}): {why}"))).collect();
    let exceptions: Vec<String> = rule.exception.map(str::to_owned).into_iter().chain(exceptions).collect();
    StatementReport {
        id: rule.id.to_owned(),
        sentence: rule.sentence.to_owned(),
        tested_on: scopes.iter().map(ToString::to_string).collect(),
        holds: broken.is_empty(),
        finds: broken.into_iter().map(Into::into).collect(),
        exception: (!exceptions.is_empty()).then(|| exceptions.join("; ")),
        searched: search.extent(sights),
    }
}

fn fill(row: &Row, facts: &[Fact], finds: &[Find]) -> MatrixRow {
    let cell = |fact: &Fact| -> Cell {
        let inherent = row.inherent.iter().find(|(name, _)| *name == fact.name).map(|(_, why)| (*why).to_owned());
        let is_it = |find: &&Find| fact.sets.contains(&find.set.as_str()) && row.scopes.iter().any(|scope| scope.covers(find));
        let seen = match (inherent, finds.iter().find(is_it)) {
            (Some(why), _) => Seen::Inherent { why },
            (None, Some(find)) => {
                let place = find.message.map_or_else(|| find.what.clone(), |number| format!("in message {number}"));
                Seen::Saw { how: format!("{place}, as {}", find.view) }
            }
            (None, None) => Seen::NotSeen,
        };
        seen.into()
    };
    MatrixRow { party: row.party.to_owned(), cells: facts.iter().map(cell).collect() }
}

/// An id as it is sorted: by its letter, its number, and what stands behind it.
fn in_order(id: &str) -> (String, u32, String) {
    let (letter, rest) = id.split_once('-').unwrap_or((id, ""));
    let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
    (letter.to_owned(), number.parse().unwrap_or(0), rest.to_owned())
}
