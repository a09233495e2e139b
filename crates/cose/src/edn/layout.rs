//! From a document to lines of text: what fits stays on one line, what carries comments gets a line each.

/// A part of the text.
pub(super) enum Doc {
    /// What is never broken.
    Atom(String),
    /// Octets in hexadecimal, with an encoding indicator: broken over lines if need be.
    Hex(Vec<u8>, &'static str),
    /// One item between two texts, such as a tag.
    Around(String, Box<Doc>, String),
    /// Entries between brackets.
    List { open: String, entries: Vec<Entry>, close: &'static str },
}

/// One entry of a list.
pub(super) struct Entry {
    /// A comment before it.
    pub(super) label: Option<&'static str>,
    /// The key, in a map.
    pub(super) key: Option<Doc>,
    pub(super) value: Doc,
    /// A comment behind it.
    pub(super) remark: Option<String>,
}

/// Columns of one step to the right.
const STEP: usize = 2;
/// Octets of a broken hexadecimal string stand in groups of so many.
const GROUP: usize = 16;

/// The lines of a document, ended by a line feed.
pub(super) fn lines(doc: &Doc, width: usize) -> String {
    let mut page = Page { text: String::new(), column: 0, width };
    page.doc(doc, 0, 0);
    page.text.push('\n');
    page.text
}

struct Page {
    text: String,
    column: usize,
    width: usize,
}

impl Page {
    fn put(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += text.chars().count();
    }

    fn line(&mut self, indent: usize) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
    }

    /// Writes a document of which the further lines begin at `indent`, with `after` more columns to come on its last line.
    fn doc(&mut self, doc: &Doc, indent: usize, after: usize) {
        let room = self.width.saturating_sub(self.column + after);
        let mut left = room;
        if fits(doc, &mut left) {
            return self.flat(doc);
        }
        match doc {
            Doc::Atom(text) => self.put(text),
            Doc::Hex(octets, indicator) => self.hex(octets, indicator, room),
            Doc::Around(open, inside, close) => {
                self.put(open);
                self.doc(inside, indent, after + close.chars().count());
                self.put(close);
            }
            Doc::List { open, entries, close } => {
                self.put(open);
                let last = entries.len().saturating_sub(1);
                for (n, entry) in entries.iter().enumerate() {
                    self.line(indent + STEP);
                    self.entry(entry, indent + STEP, if n < last { "," } else { "" });
                }
                self.line(indent);
                self.put(close);
            }
        }
    }

    fn entry(&mut self, entry: &Entry, indent: usize, comma: &str) {
        if let Some(label) = entry.label {
            self.put("/ ");
            self.put(label);
            self.put(" / ");
        }
        if let Some(key) = &entry.key {
            self.doc(key, indent, 2);
            self.put(": ");
        }
        self.doc(&entry.value, indent, comma.len());
        self.put(comma);
        if let Some(remark) = &entry.remark {
            self.put(" / ");
            self.put(remark);
            self.put(" /");
        }
    }

    /// Lines of whole groups, one under the other.
    fn hex(&mut self, octets: &[u8], indicator: &str, room: usize) {
        self.put("h'");
        // Behind a long key the next lines do not begin where the first one does: what they are indented by is written for each.
        let indent = self.column.min(self.width / 2);
        let per_line = (room.saturating_sub(3) / 2 / GROUP).max(1) * GROUP;
        for (n, line) in octets.chunks(per_line).enumerate() {
            if n > 0 {
                self.line(indent);
            }
            self.put(&super::literal::hex(line));
        }
        self.put("'");
        self.put(indicator);
    }

    fn flat(&mut self, doc: &Doc) {
        match doc {
            Doc::Atom(text) => self.put(text),
            Doc::Hex(octets, indicator) => {
                let hex = super::literal::hex(octets);
                self.put(&format!("h'{hex}'{indicator}"));
            }
            Doc::Around(open, inside, close) => {
                self.put(open);
                self.flat(inside);
                self.put(close);
            }
            Doc::List { open, entries, close } => {
                self.put(open);
                self.put(gap(open, entries));
                for (n, entry) in entries.iter().enumerate() {
                    if n > 0 {
                        self.put(", ");
                    }
                    if let Some(key) = &entry.key {
                        self.flat(key);
                        self.put(": ");
                    }
                    self.flat(&entry.value);
                }
                self.put(close);
            }
        }
    }
}

/// White space between an encoding indicator and the first entry.
fn gap(open: &str, entries: &[Entry]) -> &'static str {
    if open.len() > 1 && !entries.is_empty() { " " } else { "" }
}

/// Whether the document is without comments and takes no more columns than are left; they are taken off.
fn fits(doc: &Doc, left: &mut usize) -> bool {
    match doc {
        // A long text is not counted again for each list around it: a character has four octets at most.
        Doc::Atom(text) => text.len() / 4 <= *left && take(left, text.chars().count()),
        Doc::Hex(octets, indicator) => take(left, 3 + 2 * octets.len() + indicator.len()),
        Doc::Around(open, inside, close) => take(left, open.chars().count() + close.chars().count()) && fits(inside, left),
        Doc::List { open, entries, close } => {
            take(left, open.len() + gap(open, entries).len() + close.len())
                && entries.iter().enumerate().all(|(n, entry)| (n == 0 || take(left, 2)) && entry_fits(entry, left))
        }
    }
}

fn entry_fits(entry: &Entry, left: &mut usize) -> bool {
    entry.label.is_none()
        && entry.remark.is_none()
        && entry.key.as_ref().is_none_or(|key| take(left, 2) && fits(key, left))
        && fits(&entry.value, left)
}

fn take(left: &mut usize, columns: usize) -> bool {
    let rest = left.checked_sub(columns);
    *left = rest.unwrap_or_default();
    rest.is_some()
}
