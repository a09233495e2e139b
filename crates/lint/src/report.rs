//! What was found.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::finding::FindingKind;
use crate::trap::Trap;

/// How much a finding tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing, and no fault by itself.
    Note,
    /// Splits those who could be meant into smaller groups.
    Narrows,
    /// Tells items of one user or one batch apart from all others, or from which item another one comes.
    Links,
}

impl Severity {
    /// The name, as in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Narrows => "narrows",
            Severity::Links => "links",
        }
    }
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind of thing it is; its slug is stable.
    pub kind: FindingKind,
    /// The trap it belongs to.
    pub trap: Trap,
    /// How much it tells.
    pub severity: Severity,
    /// The field, by its path in the credential.
    pub field: String,
    /// What it is, in one sentence.
    pub what: String,
    /// The items concerned, by their numbers, ascending.
    pub items: Vec<usize>,
    /// The values, summarised: nothing that is not in clear in the credentials, and no secret.
    pub values: Vec<String>,
}

/// An item that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Looked {
    /// The name it was given with.
    pub name: String,
    /// What it is: `x509`, `sd-jwt`, `key-package x509`.
    pub format: String,
}

/// A trap for which something was there to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// The trap.
    pub trap: Trap,
    /// What it is about.
    pub title: &'static str,
    /// How many items had something to look at.
    pub items: usize,
}

/// A trap that cannot be seen, here or at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NotVisible {
    /// The trap.
    pub trap: Trap,
    /// What it is about.
    pub title: &'static str,
    /// Why not.
    pub why: &'static str,
}

/// What looking at a batch came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The version of this object.
    pub version: u32,
    /// The least number of items that must share a value.
    pub k: usize,
    /// What was looked at, in the order given.
    pub items: Vec<Looked>,
    /// How many credentials of other users it was compared with.
    pub known: usize,
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
    /// The traps for which something was there to look at.
    pub checked: Vec<Checked>,
    /// The traps that cannot be seen.
    pub not_visible: Vec<NotVisible>,
    /// What limits the result.
    pub remarks: Vec<String>,
}

impl Report {
    /// The version of the object.
    pub const VERSION: u32 = 1;

    /// Whether nothing was found that links or narrows.
    pub fn is_clean(&self) -> bool {
        self.worst().is_none_or(|worst| worst == Severity::Note)
    }

    /// The worst severity found.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// Whether something of this kind was found.
    pub fn has(&self, kind: FindingKind) -> bool {
        self.findings.iter().any(|finding| finding.kind == kind)
    }
}

/// What the checks write into.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) findings: Vec<Finding>,
    looked: BTreeMap<Trap, usize>,
    pub(crate) remarks: Vec<String>,
}

/// The most values that a finding shows.
const MAX_VALUES: usize = 8;

impl Findings {
    pub(crate) fn push(
        &mut self,
        kind: FindingKind,
        field: impl Into<String>,
        what: String,
        items: Vec<usize>,
        values: Vec<String>,
    ) {
        self.push_as(kind, kind.trap(), field, what, items, values);
    }

    /// The same under another trap than that of its kind.
    pub(crate) fn push_as(
        &mut self,
        kind: FindingKind,
        trap: Trap,
        field: impl Into<String>,
        what: String,
        mut items: Vec<usize>,
        mut values: Vec<String>,
    ) {
        items.sort_unstable();
        items.dedup();
        if values.len() > MAX_VALUES {
            let more = values.len() - MAX_VALUES;
            values.truncate(MAX_VALUES);
            values.push(format!("and {more} more"));
        }
        self.findings.push(Finding { kind, trap, severity: kind.severity(), field: field.into(), what, items, values });
    }

    /// So many items had something to look at for this trap.
    pub(crate) fn look(&mut self, trap: Trap, items: usize) {
        if items > 0 {
            let looked = self.looked.entry(trap).or_default();
            *looked = (*looked).saturating_add(items);
        }
    }

    pub(crate) fn into_report(mut self, k: usize, items: Vec<Looked>, known: usize) -> Report {
        self.findings.sort_by(|a, b| {
            let key = |finding: &Finding| (std::cmp::Reverse(finding.severity), finding.trap, finding.kind);
            key(a).cmp(&key(b)).then_with(|| a.field.cmp(&b.field)).then_with(|| a.items.cmp(&b.items))
        });
        let checked = self.looked.iter().map(|(trap, count)| Checked {
            trap: *trap,
            title: trap.title(),
            items: (*count).min(items.len()),
        });
        let not_visible =
            Trap::ALL.iter().filter_map(|trap| Some(NotVisible { trap: *trap, title: trap.title(), why: trap.hidden()? }));
        Report {
            version: Report::VERSION,
            k,
            known,
            checked: checked.collect(),
            not_visible: not_visible.collect(),
            findings: self.findings,
            remarks: self.remarks,
            items,
        }
    }
}
