//! The statements of mimi-mls 4.2, as they are tested on a run.

use super::facts::Scope;
use crate::report::{Searched, StatementReport};

/// "X never sees S": a search.
pub(super) struct Rule {
    /// Its row in mimi-mls 4.2.
    pub(super) id: &'static str,
    pub(super) sentence: &'static str,
    /// The views that it names.
    pub(super) scopes: Vec<Scope>,
    /// The needle sets.
    pub(super) sets: Vec<&'static str>,
    /// The parties in it as a whole; with a reason where they learn it all the same.
    pub(super) entities: Vec<(&'static str, Option<&'static str>)>,
    /// What it does not say.
    pub(super) exception: Option<&'static str>,
}

impl Rule {
    pub(super) fn new(id: &'static str, sentence: &'static str, scopes: &[Scope], sets: &[&'static str]) -> Self {
        Self { id, sentence, scopes: scopes.to_vec(), sets: sets.to_vec(), entities: Vec::new(), exception: None }
    }

    /// A party as a whole does not learn it either.
    pub(super) fn nor(mut self, host: &'static str) -> Self {
        self.entities.push((host, None));
        self
    }

    /// A party as a whole learns it, for this reason.
    pub(super) fn but(mut self, host: &'static str, why: &'static str) -> Self {
        self.entities.push((host, Some(why)));
        self
    }

    /// What it does not say.
    pub(super) fn except(mut self, what: &'static str) -> Self {
        self.exception = Some(what);
        self
    }
}

/// A statement that is no search: sizes, times, refusals.
pub(super) struct Measured {
    pub(super) id: &'static str,
    pub(super) sentence: String,
    pub(super) tested_on: &'static str,
    pub(super) holds: bool,
    pub(super) exception: Option<&'static str>,
}

impl Measured {
    pub(super) fn new(id: &'static str, sentence: impl Into<String>, tested_on: &'static str, holds: bool) -> Self {
        Self { id, sentence: sentence.into(), tested_on, holds, exception: None }
    }

    pub(super) fn except(mut self, what: &'static str) -> Self {
        self.exception = Some(what);
        self
    }

    pub(super) fn report(&self) -> StatementReport {
        StatementReport {
            id: self.id.to_owned(),
            sentence: self.sentence.clone(),
            tested_on: vec![self.tested_on.to_owned()],
            holds: self.holds,
            finds: Vec::new(),
            exception: self.exception.map(str::to_owned),
            searched: Searched::default(),
        }
    }
}
