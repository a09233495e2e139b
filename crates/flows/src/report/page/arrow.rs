//! One message of the diagram: an arrow between two lifelines, with its kind above and its size below.

use std::fmt::Write;

use crate::report::StepReport;
use crate::report::shown::{Escaped, counted};

/// Height of the drawing of a step.
pub(super) const HEIGHT: usize = 52;
/// Widths of a printed page, and of the words beside the drawing.
const PAPER: usize = 940;
const WORDS: usize = 306;
/// Where the arrow is in it.
const LINE: usize = 27;
/// The length of an arrow's head, and half of its width.
const HEAD: (usize, usize) = (9, 4);
/// How far a message to oneself goes out.
const LOOP: usize = 34;
/// Columns of a character of the labels, nearly; they are centred, and must not leave the drawing.
const CHARACTER: usize = 7;

/// Columns of the diagram, one for each party.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    pub(super) count: usize,
    pub(super) width: usize,
}

impl Columns {
    /// Room for the labels of neighbours; a little less where there are many.
    pub(super) fn new(count: usize) -> Self {
        Self { count: count.max(1), width: if count > 6 { 132 } else { 148 } }
    }

    pub(super) fn total(self) -> usize {
        self.count * self.width
    }

    /// How large the sequence is on paper, in percent: so that it fits on a page that lies on its side, words and all.
    pub(super) fn share_of_paper(self) -> usize {
        (PAPER * 100 / (WORDS + self.total())).min(100)
    }

    /// Where the lifeline of a column is.
    fn middle(self, column: usize) -> usize {
        column * self.width + self.width / 2
    }

    /// The nearest place to this one at which a centred text of so many characters is inside the drawing.
    fn fitting(self, middle: usize, characters: usize) -> usize {
        let half = (characters * CHARACTER).div_ceil(2) + 4;
        middle.min(self.total().saturating_sub(half)).max(half)
    }
}

/// The drawing. It says nothing to those who do not see it; the row says it in words.
pub(super) fn draw(html: &mut String, step: &StepReport, from: usize, to: usize, columns: Columns) {
    let total = columns.total();
    let _ = write!(
        html,
        "<svg class=\"arrow\" width=\"{total}\" height=\"{HEIGHT}\" viewBox=\"0 0 {total} {HEIGHT}\" aria-hidden=\"true\">"
    );
    let (start, end) = (columns.middle(from), columns.middle(to));
    let (length, half) = HEAD;
    let _ = write!(html, "<circle cx=\"{start}\" cy=\"{LINE}\" r=\"3\"/>");
    let label = if from == to {
        let (out, below) = (start + LOOP, LINE + 14);
        let _ = write!(html, "<path d=\"M{start} {LINE}H{out}V{below}H{}\"/>", end + length);
        head(html, end + 3, below, end + 3 + length, half);
        start + LOOP / 2
    } else {
        // The tip stops short of the lifeline.
        let (tip, back) = if end > start { (end - 3, end - 3 - length) } else { (end + 3, end + 3 + length) };
        let _ = write!(html, "<path d=\"M{start} {LINE}H{back}\"/>");
        head(html, tip, LINE, back, half);
        start.midpoint(end)
    };
    let octets = counted(step.octets, "octet", "octets");
    let size = match &step.room {
        Some(room) => format!("{room} · {octets}"),
        None => octets,
    };
    text(html, "kind", columns.fitting(label, step.kind.chars().count()), LINE - 8, step.kind);
    if from == to {
        // Beside the loop; or on its other side, where there is no room.
        let length = size.chars().count() * CHARACTER;
        let beside = start + LOOP + 8;
        let x = if beside + length > total { start.saturating_sub(length + 8) } else { beside };
        text(html, "size aside", x, LINE + 11, &size);
    } else {
        text(html, "size", columns.fitting(label, size.chars().count()), LINE + 16, &size);
    }
    html.push_str("</svg>");
}

fn text(html: &mut String, class: &str, x: usize, y: usize, text: &str) {
    let _ = write!(html, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>", Escaped(text));
}

fn head(html: &mut String, tip: usize, y: usize, back: usize, half: usize) {
    let _ = write!(html, "<path class=\"head\" d=\"M{tip} {y}L{back} {}V{}Z\"/>", y - half, y + half);
}
