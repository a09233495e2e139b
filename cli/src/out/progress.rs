//! How far long work has come: one line on standard error that goes away, and nothing where that is no terminal.

use std::io::{self, IsTerminal, Write};

/// The line. It is erased when this is dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    label: &'static str,
    is_shown: bool,
    line: String,
}

impl Progress {
    pub(crate) fn new(label: &'static str) -> Self {
        Self { label, is_shown: io::stderr().is_terminal(), line: String::new() }
    }

    /// Shows that `done` of `total` is done, if that changes what is seen.
    pub(crate) fn show(&mut self, done: u64, total: u64) {
        if !self.is_shown {
            return;
        }
        let line = line(self.label, done, total);
        if line != self.line {
            // If standard error is gone there is nobody to tell.
            let _ = write!(io::stderr(), "\r{line}");
            self.line = line;
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if !self.line.is_empty() {
            let blank = " ".repeat(self.line.chars().count());
            let _ = write!(io::stderr(), "\r{blank}\r");
        }
    }
}

/// Its length is always the same, so that each covers the one before.
fn line(label: &str, done: u64, total: u64) -> String {
    const WIDTH: u64 = 30;
    let part = |of: u64| done.min(total).saturating_mul(of) / total.max(1);
    let full = usize::try_from(part(WIDTH)).unwrap_or_default();
    let empty = usize::try_from(WIDTH).unwrap_or_default().saturating_sub(full);
    format!("{label} [{}{}] {:3} %", "#".repeat(full), " ".repeat(empty), part(100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_it_has_come() {
        assert_eq!(line("working", 0, 100), format!("working [{}]   0 %", " ".repeat(30)));
        assert_eq!(line("working", 50, 100), format!("working [{}{}]  50 %", "#".repeat(15), " ".repeat(15)));
        assert_eq!(line("working", 7, 7), format!("working [{}] 100 %", "#".repeat(30)));
        assert_eq!(line("working", 9, 7), line("working", 7, 7));
        assert_eq!(line("working", 0, 0), line("working", 0, 1));
    }
}
