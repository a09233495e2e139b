//! The squares of a QR code, and how they are drawn as text and as SVG. Writing to a String cannot fail.

use std::fmt::Write;

use mimicred_error::At;
use qrcode::{Color, EcLevel, QrCode};

use crate::error::{Code, Error, Failure};

/// Squares of margin on each side, as ISO/IEC 18004 wants them.
const MARGIN: usize = 4;
/// Black on white in the fixed part of a terminal's 256 colours, which no theme changes.
const BLACK_ON_WHITE: &str = "\u{1b}[38;5;16;48;5;231m";
const PLAIN: &str = "\u{1b}[0m";

/// Which squares are drawn as blocks; the others are blanks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Drawn {
    Dark,
    Light,
}

/// A QR code.
pub(super) struct Squares {
    side: usize,
    dark: Vec<bool>,
}

impl Squares {
    /// The code of a text, of level M: it can be read though 15 % of it are lost.
    ///
    /// # Errors
    /// `cli/output-failed` for a text that no code can hold; every join link fits.
    pub(super) fn of(text: &str) -> Result<Self, Failure> {
        let too_long = |e| Error::new(Code::OutputFailed).at(At::Field("QR code".into())).because(e);
        let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(too_long)?;
        Ok(Self { side: code.width(), dark: code.to_colors().iter().map(|colour| *colour == Color::Dark).collect() })
    }

    /// Squares of a side, without the margin.
    pub(super) fn side(&self) -> usize {
        self.side
    }

    /// Squares of a side, with the margin.
    pub(super) fn columns(&self) -> usize {
        self.side + 2 * MARGIN
    }

    /// Whether a square is dark; those of the margin, and all beyond, are light.
    pub(super) fn is_dark(&self, column: usize, row: usize) -> bool {
        let inside = |at: usize| at.checked_sub(MARGIN).filter(|at| *at < self.side);
        let (Some(column), Some(row)) = (inside(column), inside(row)) else { return false };
        self.dark.get(row * self.side + column).copied().unwrap_or(false)
    }

    /// Two squares, one above the other, in each character.
    pub(super) fn blocks(&self, drawn: Drawn) -> String {
        self.lines(drawn, "", "")
    }

    /// The same in colours; where they are stripped, blocks are the dark squares.
    pub(super) fn black_on_white(&self) -> String {
        self.lines(Drawn::Dark, BLACK_ON_WHITE, PLAIN)
    }

    fn lines(&self, drawn: Drawn, before: &str, after: &str) -> String {
        let mut text = String::new();
        let is_drawn = |column, row| self.is_dark(column, row) == (drawn == Drawn::Dark);
        for row in (0..self.columns()).step_by(2) {
            text.push_str(before);
            for column in 0..self.columns() {
                text.push(match (is_drawn(column, row), is_drawn(column, row + 1)) {
                    (false, false) => ' ',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (true, true) => '█',
                });
            }
            text.push_str(after);
            text.push('\n');
        }
        text
    }

    /// A picture of one path, white under it.
    pub(super) fn svg(&self, title: &str) -> String {
        let side = self.columns();
        let title = title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" role=\"img\" shape-rendering=\"crispEdges\">\n\
             <title>{title}</title>\n<rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>\n<path d=\""
        );
        for row in 0..side {
            let mut column = 0;
            while column < side {
                let run = (column..side).take_while(|at| self.is_dark(*at, row)).count();
                if run > 0 {
                    let _ = write!(svg, "M{column} {row}h{run}v1h-{run}z");
                }
                column += run.max(1);
            }
        }
        svg.push_str("\"/>\n</svg>\n");
        svg
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What another implementation reads in squares that are drawn somewhere.
    pub(in super::super) fn read(side: usize, is_dark: impl Fn(usize, usize) -> bool) -> String {
        let grid = rqrr::SimpleGrid::from_func(side, |column, row| is_dark(column + MARGIN, row + MARGIN));
        rqrr::Grid::new(grid).decode().unwrap().1
    }

    /// As long as a link of the usual size.
    pub(in super::super) fn text() -> String {
        format!("mimi://hub.example/r/clubhouse#jl1.{}", "aZ9_-".repeat(33))
    }

    #[test]
    fn what_was_drawn_is_read_by_another_implementation() {
        let squares = Squares::of(&text()).unwrap();
        assert_eq!((squares.side(), squares.columns()), (57, 65));
        assert_eq!(read(squares.side(), |column, row| squares.is_dark(column, row)), text());
    }

    /// The text is taken apart into squares again.
    #[test]
    fn blocks_are_the_squares_or_the_rest() {
        let squares = Squares::of(&text()).unwrap();
        let of = |blocks: &str, column: usize, row: usize| {
            let c = blocks.lines().nth(row / 2).unwrap().chars().nth(column).unwrap();
            c == '█' || c == if row.is_multiple_of(2) { '▀' } else { '▄' }
        };
        let (plain, inverted) = (squares.blocks(Drawn::Dark), squares.blocks(Drawn::Light));
        assert!(plain.lines().all(|line| line.chars().count() == 65) && plain.lines().count() == 33);
        assert_eq!(read(57, |column, row| of(&plain, column, row)), text());
        assert_eq!(read(57, |column, row| !of(&inverted, column, row)), text());
        let coloured = squares.black_on_white();
        assert!(coloured.lines().all(|line| line.starts_with(BLACK_ON_WHITE) && line.ends_with(PLAIN)));
        assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
    }

    /// The rectangles of the path are painted again.
    #[test]
    fn the_path_of_an_svg_has_the_squares() {
        let svg = Squares::of(&text()).unwrap().svg("a <room> & more");
        assert!(svg.contains("viewBox=\"0 0 65 65\"") && svg.contains("<title>a &lt;room&gt; &amp; more</title>"));
        let path = svg.split_once("<path d=\"M").unwrap().1.split_once("z\"").unwrap().0;
        let mut dark = std::collections::BTreeSet::new();
        for rectangle in path.split("zM") {
            let (start, run) = rectangle.split_once('h').unwrap();
            let (column, row) = start.split_once(' ').unwrap();
            let (run, back) = run.split_once("v1h-").unwrap();
            assert_eq!(run, back);
            let [column, row, run] = [column, row, run].map(|number| number.parse::<usize>().unwrap());
            dark.extend((column..column + run).map(|column| (column, row)));
        }
        assert_eq!(read(57, |column, row| dark.contains(&(column, row))), text());
    }

    #[test]
    fn every_link_fits_and_more_does_not() {
        Squares::of(&"x".repeat(2048)).unwrap();
        assert_eq!(Squares::of(&"x".repeat(3000)).err().unwrap().shown().code, "cli/output-failed");
    }
}
