//! Text whose lines fit the terminal.

use std::env;
use std::io::{self, IsTerminal};

use unicode_width::UnicodeWidthChar;

/// Below this there is no room for columns: what continues a line stands near the left edge.
const NARROW: usize = 60;
/// What continues a line on a narrow page.
const NARROW_INDENT: usize = 4;

/// Lines for standard output. A line that is longer than the terminal goes on below, indented; words stay whole.
#[derive(Debug)]
pub(crate) struct Page {
    /// Columns; none where lines may have any length.
    width: Option<usize>,
    text: String,
}

impl Page {
    /// As wide as COLUMNS says, else as the terminal; without limit where standard output is none.
    pub(crate) fn for_stdout() -> Self {
        Self::of_width(stdout_columns())
    }

    fn of_width(width: Option<usize>) -> Self {
        Self { width, text: String::new() }
    }

    /// The indent to use for what belongs under a line whose text starts at this column.
    pub(crate) fn indent(&self, column: usize) -> usize {
        match self.width {
            Some(width) if width < NARROW => column.min(NARROW_INDENT),
            _ => column,
        }
    }

    /// Adds a line; what of it does not fit stands below, from this column on. The line's own spaces stay where it is not broken.
    pub(crate) fn line(&mut self, line: &str, continued: usize) {
        let Some(width) = self.width else {
            self.text.push_str(line);
            self.text.push('\n');
            return;
        };
        let continued = self.indent(continued);
        let (mut column, mut spaces, mut has_word) = (0, 0, false);
        for (n, word) in line.split(' ').enumerate() {
            spaces += usize::from(n > 0);
            if word.is_empty() {
                continue;
            }
            if has_word && column + spaces + columns(word) > width {
                self.text.push('\n');
                (column, spaces) = (0, continued);
            }
            self.text.extend(std::iter::repeat_n(' ', spaces));
            self.text.push_str(word);
            column += spaces + columns(word);
            (spaces, has_word) = (0, true);
        }
        self.text.push('\n');
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }
}

/// As wide as COLUMNS says, else as the terminal; nothing where standard output is none.
pub(crate) fn stdout_columns() -> Option<usize> {
    let told = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
    told.or_else(|| {
        let stdout = io::stdout();
        let (width, _) = stdout.is_terminal().then(|| terminal_size::terminal_size_of(&stdout)).flatten()?;
        Some(usize::from(width.0)).filter(|columns| *columns > 0)
    })
}

/// The columns that a text takes, colours not counted.
fn columns(text: &str) -> usize {
    let mut count = 0;
    let mut is_colour = false;
    for c in text.chars() {
        match c {
            '\u{1b}' => is_colour = true,
            'm' if is_colour => is_colour = false,
            _ if is_colour => {}
            c => count += c.width().unwrap_or_default(),
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(width: usize, line: &str, continued: usize) -> String {
        let mut page = Page::of_width(Some(width));
        page.line(line, continued);
        page.into_text()
    }

    /// Broken by hand.
    #[test]
    fn lines_break_between_words() {
        assert_eq!(page(80, "  a  b c", 4), "  a  b c\n");
        assert_eq!(page(60, &format!("{0} {0} {0}", "x".repeat(25)), 6), format!("{0} {0}\n      {0}\n", "x".repeat(25)));
        // Narrow pages have narrow indents, and a word that is too long has a line of its own.
        assert_eq!(page(10, "aaa bbb ccc ddd", 21), "aaa bbb\n    ccc\n    ddd\n");
        assert_eq!(page(10, "a mimi://hub.example/r/x b", 2), "a\n  mimi://hub.example/r/x\n  b\n");
        assert_eq!(page(10, "", 2), "\n");
        let mut unlimited = Page::of_width(None);
        unlimited.line(&"x ".repeat(500), 2);
        assert_eq!(unlimited.into_text().lines().count(), 1);
    }

    /// Colours take no room, and some characters take two columns or none.
    #[test]
    fn what_is_seen_is_counted() {
        assert_eq!(columns("\u{1b}[1;31mab\u{1b}[0m"), 2);
        assert_eq!(columns("日本"), 4);
        assert_eq!(columns("e\u{301}"), 1);
        assert_eq!(page(60, &format!("{} {}", "日".repeat(29), "ab"), 0), format!("{}\nab\n", "日".repeat(29)));
    }
}
