//! The one form in which everything is drawn.

use std::fmt::Write;

use owo_colors::{OwoColorize, Style};
use serde::Serialize;

use super::known::Note;
use super::value::Shown;
use crate::out::printable;

/// What a file says: the object that `--json` prints.
#[derive(Debug, Serialize)]
pub(crate) struct Picture {
    /// Always false: inspecting checks nothing.
    verified: bool,
    /// What it is.
    kind: String,
    /// What is to be said about all of it, such as its size.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// What it says.
    sections: Vec<Section>,
    /// What is inside: the items of a bundle, the token of a credential.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contains: Vec<Picture>,
}

/// A part with a heading.
#[derive(Debug, Serialize)]
pub(crate) struct Section {
    title: &'static str,
    items: Vec<Item>,
}

/// One thing that is said.
#[derive(Debug, Serialize)]
pub(crate) struct Item {
    /// The name of a claim or field.
    label: String,
    /// For claims and disclosures: how it comes to be there.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Shown>,
    /// What is to be said about it, such as a date for seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// Whether the note should not be overlooked.
    #[serde(skip)]
    is_warning: bool,
    /// The digests behind this item, which fill no line of text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    digests: Vec<String>,
    /// What is inside.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<Item>,
}

/// How a claim comes to be there, and whether a disclosure is of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    /// Always visible.
    Permanent,
    /// There because its disclosure is.
    Disclosed,
    /// Withheld, or a decoy: nobody can tell.
    Redacted,
    /// A disclosure whose digest stands in the token.
    Referenced,
    /// A disclosure that cannot be used.
    Unused,
    /// An encrypted disclosure, of which nothing is known yet.
    Pending,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Status::Permanent => "permanent",
            Status::Disclosed => "disclosed",
            Status::Redacted => "redacted",
            Status::Referenced => "referenced",
            Status::Unused => "UNUSED",
            Status::Pending => "pending",
        }
    }

    fn style(self) -> Style {
        match self {
            Status::Permanent | Status::Referenced => Style::new(),
            Status::Disclosed => Style::new().green(),
            Status::Redacted | Status::Pending => Style::new().dimmed(),
            Status::Unused => Style::new().red(),
        }
    }
}

impl Picture {
    pub(super) fn new(kind: impl Into<String>, sections: Vec<Section>) -> Self {
        Self { verified: false, kind: kind.into(), note: None, sections, contains: Vec::new() }
    }

    /// The same with a note.
    #[must_use]
    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// The same with what is inside.
    #[must_use]
    pub(super) fn containing(mut self, contains: Vec<Picture>) -> Self {
        self.contains = contains;
        self
    }

    /// The picture as text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, "", ", UNVERIFIED");
        text
    }

    fn write(&self, text: &mut String, margin: &str, mark: &str) {
        // Writing to a String cannot fail.
        let note = self.note.as_ref().map(|note| format!("  ({note})")).unwrap_or_default();
        let _ = writeln!(text, "{margin}{}{mark}{note}", self.kind.bold());
        for section in &self.sections {
            let _ = writeln!(text, "{margin}{}", section.title);
            let width = section.items.iter().map(|item| item.width(0)).max().unwrap_or_default();
            for item in &section.items {
                item.write(text, margin, 0, width);
            }
        }
        for inside in &self.contains {
            inside.write(text, &format!("{margin}  "), "");
        }
    }
}

impl Section {
    pub(super) fn new(title: &'static str, items: Vec<Item>) -> Self {
        Self { title, items }
    }
}

impl Item {
    pub(super) fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            status: None,
            value: None,
            note: None,
            is_warning: false,
            digests: Vec::new(),
            items: Vec::new(),
        }
    }

    #[must_use]
    pub(super) fn status(mut self, status: Status) -> Self {
        self.status = Some(status);
        self
    }

    #[must_use]
    pub(super) fn without_value(mut self) -> Self {
        self.value = None;
        self
    }

    /// The item and what is inside as things that are simply there.
    #[must_use]
    pub(super) fn without_status(mut self) -> Self {
        self.status = None;
        self.items = self.items.into_iter().map(Self::without_status).collect();
        self
    }

    #[must_use]
    pub(super) fn value(mut self, value: impl Into<Shown>) -> Self {
        self.value = Some(value.into());
        self
    }

    #[must_use]
    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// A note that should not be overlooked.
    #[must_use]
    pub(super) fn warning(mut self, note: impl Into<String>) -> Self {
        self.is_warning = true;
        self.note(note)
    }

    /// A note of either kind, if there is one.
    #[must_use]
    pub(super) fn remark(self, note: Option<Note>) -> Self {
        match note {
            Some(Note::Plain(note)) => self.note(note),
            Some(Note::Warning(note)) => self.warning(note),
            None => self,
        }
    }

    #[must_use]
    pub(super) fn digests(mut self, digests: Vec<String>) -> Self {
        self.digests = digests;
        self
    }

    #[must_use]
    pub(super) fn items(mut self, items: Vec<Item>) -> Self {
        self.items = items;
        self
    }

    /// Columns that the label takes, with those inside it.
    fn width(&self, depth: usize) -> usize {
        const MOST: usize = 32;
        let own = (2 * depth + printable(&self.label).chars().count()).min(MOST);
        self.items.iter().map(|item| item.width(depth + 1)).fold(own, usize::max)
    }

    fn write(&self, text: &mut String, margin: &str, depth: usize, width: usize) {
        let _ = write!(text, "{margin}  ");
        if let Some(status) = self.status {
            let _ = write!(text, "{:10}  ", status.name().style(status.style()));
        }
        let label = format!("{:indent$}{}", "", printable(&self.label), indent = 2 * depth);
        let style = if self.is_warning { Style::new().yellow() } else { Style::new() };
        let note = self.note.as_ref().map(|note| format!("({})", printable(note).style(style)));
        let rest = match (&self.value, note) {
            (Some(value), Some(note)) => format!("{}  {note}", value.text()),
            (Some(value), None) => value.text(),
            (None, note) => note.unwrap_or_default(),
        };
        let line = if rest.is_empty() { label } else { format!("{label:width$}  {rest}") };
        let _ = writeln!(text, "{line}");
        for item in &self.items {
            item.write(text, margin, depth + 1, width);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_line_up_and_nothing_reaches_the_terminal_raw() {
        let items = vec![
            Item::new("a").status(Status::Disclosed).value(mimicred_claims::Value::from("x\u{1b}[2J")).note("n"),
            Item::new("bcd").status(Status::Permanent).items(vec![Item::new("e").status(Status::Redacted)]),
        ];
        let text = anstream::adapter::strip_str(&Picture::new("k", vec![Section::new("claims", items)]).text()).to_string();
        assert_eq!(
            text,
            "k, UNVERIFIED\nclaims\n  disclosed   a    \"x\\u{1b}[2J\"  (n)\n  permanent   bcd\n  redacted      e\n"
        );
    }
}
