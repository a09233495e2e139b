//! The rows as a picture.
//!
//! Plain SVG without scripts. Lines differ in colour and dashes, so that they can be told apart in print; their colours are readable on
//! white and on black, and paper, text and axes are as the reader's theme asks.

use std::fmt::Write;

use super::{Report, Row};

const WIDTH: f64 = 860.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 610.0;
const PANEL: f64 = 330.0;
/// Of the names of the delays beside a panel.
const NAME: f64 = 20.0;
const TOP: f64 = 56.0;
const HEIGHT: f64 = 230.0;
/// Colour and dashes of each line, from the start again after the last.
const LINES: [(&str, &str); 8] = [
    ("#d1495b", "none"),
    ("#2a82c9", "7 3"),
    ("#2f9e5f", "2 3"),
    ("#b8860b", "9 3 2 3"),
    ("#8e6bbf", "none"),
    ("#d2691e", "4 4"),
    ("#178f9c", "12 4"),
    ("#888888", "1 4"),
];

const STYLE: &str = "\
text { font: 13px sans-serif; fill: #222 } .small { font-size: 11px } .title { font-size: 15px; font-weight: bold } \
.axis { stroke: #222; fill: none } .grid { stroke: #8884; fill: none } .tenth { stroke: #888; stroke-dasharray: 2 4; fill: none } \
.paper { fill: #fff } @media (prefers-color-scheme: dark) { .paper { fill: #17191c } text { fill: #ddd } .axis { stroke: #ddd } }";

pub(super) fn svg(report: &Report) -> String {
    let mut shares: Vec<f64> = Vec::new();
    let mut delays: Vec<&str> = Vec::new();
    for row in &report.rows {
        if !shares.contains(&row.share) {
            shares.push(row.share);
        }
        if !delays.contains(&row.delay.as_str()) {
            delays.push(&row.delay);
        }
    }
    let axis = Axis::of(&report.rows);
    let panel = PANEL.max(NAME * (super::stream::size(delays.len()) + 5.0));
    let height = 24.0 + panel * super::stream::size(shares.len());
    let mut picture = Picture(String::new());
    picture.line(format_args!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\">"
    ));
    picture.line(format_args!("<title>Linking a bootstrap room to the room that follows it, by time</title>"));
    picture.line(format_args!(
        "<desc>Probability that the best single guess of an observer is right, over connection flows a day, for each delay.</desc>"
    ));
    picture.line(format_args!("<style>{STYLE}</style>"));
    picture.line(format_args!("<path class=\"paper\" d=\"M0 0H{WIDTH}V{height}H0Z\"/>"));
    let mut top = TOP;
    for share in &shares {
        picture.frame(&axis, *share, top);
        for ((number, delay), (colour, dashes)) in delays.iter().enumerate().zip(LINES.iter().cycle()) {
            let mut rows: Vec<&Row> = report.rows.iter().filter(|row| row.share == *share && row.delay == *delay).collect();
            rows.sort_by(|one, other| one.flows_per_day.total_cmp(&other.flows_per_day));
            let points: Vec<(f64, f64)> = rows.iter().map(|row| (axis.x(row.flows_per_day), y(top, row.success.value))).collect();
            picture.curve(&points, colour, dashes);
            let at = top + 10.0 + NAME * super::stream::size(number);
            picture.curve(&[(RIGHT + 20.0, at), (RIGHT + 52.0, at)], colour, dashes);
            picture.text(RIGHT + 60.0, at + 4.0, "", "start", delay);
        }
        top += panel;
    }
    picture.line(format_args!("</svg>"));
    picture.0
}

/// The volumes, by their logarithm.
struct Axis {
    /// Powers of ten at both ends.
    from: i32,
    to: i32,
}

impl Axis {
    fn of(rows: &[Row]) -> Self {
        // Powers are few: the smallest that is not above all, the greatest that is not below all.
        let power = |volume: f64| (-4..=8).rev().find(|power| 10.0_f64.powi(*power) <= volume * 1.000_001).unwrap_or(-4);
        let from = rows.iter().map(|row| power(row.flows_per_day)).min().unwrap_or(0);
        let reaches = |power: &i32| rows.iter().all(|row| row.flows_per_day <= 10.0_f64.powi(*power) * 1.000_001);
        let to = (from + 1..=8).find(reaches).unwrap_or(8);
        Self { from, to }
    }

    fn x(&self, volume: f64) -> f64 {
        let (from, to) = (f64::from(self.from), f64::from(self.to));
        LEFT + (RIGHT - LEFT) * (volume.log10() - from) / (to - from)
    }
}

fn y(top: f64, success: f64) -> f64 {
    top + HEIGHT * (1.0 - success)
}

struct Picture(String);

impl Picture {
    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "{line}");
    }

    fn text(&mut self, x: f64, y: f64, class: &str, anchor: &str, text: &str) {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        self.line(format_args!("<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"{class}\" text-anchor=\"{anchor}\">{text}</text>"));
    }

    /// Title, axes and grid of one panel.
    fn frame(&mut self, axis: &Axis, share: f64, top: f64) {
        let title = match share < 1.0 {
            true => format!("{} % of the new rooms come from a bootstrap room", super::csv::digits(share * 100.0)),
            false => "all new rooms come from a bootstrap room".to_owned(),
        };
        self.text(LEFT, top - 18.0, "title", "start", &title);
        for percent in [0.0, 25.0, 50.0, 75.0, 100.0_f64] {
            let at = y(top, percent / 100.0);
            self.line(format_args!("<path class=\"grid\" d=\"M{LEFT} {at:.1}H{RIGHT}\"/>"));
            self.text(LEFT - 8.0, at + 4.0, "small", "end", &format!("{percent} %"));
        }
        let tenth = y(top, 0.1);
        self.line(format_args!("<path class=\"tenth\" d=\"M{LEFT} {tenth:.1}H{RIGHT}\"/>"));
        self.text(RIGHT - 4.0, tenth - 3.0, "small", "end", "10 %");
        for power in axis.from..=axis.to {
            let volume = 10.0_f64.powi(power);
            let (at, bottom) = (axis.x(volume), top + HEIGHT);
            self.line(format_args!("<path class=\"grid\" d=\"M{at:.1} {top}V{bottom}\"/>"));
            self.text(at, bottom + 18.0, "small", "middle", &volume.to_string());
        }
        self.line(format_args!("<path class=\"axis\" d=\"M{LEFT} {top}V{0}H{RIGHT}\"/>", top + HEIGHT));
        self.text((LEFT + RIGHT) / 2.0, top + HEIGHT + 38.0, "", "middle", "connection flows a day");
        self.text(RIGHT + 20.0, top - 18.0, "small", "start", "the best single guess is right; delay:");
    }

    fn curve(&mut self, points: &[(f64, f64)], colour: &str, dashes: &str) {
        let path: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
        self.line(format_args!(
            "<path d=\"M{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.5\" stroke-dasharray=\"{dashes}\"/>",
            path.join("L")
        ));
        for (x, y) in points {
            self.line(format_args!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>"));
        }
    }
}
