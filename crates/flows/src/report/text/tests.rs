use super::*;
use crate::report::sample;
use crate::report::{MatrixRow, Seen};

fn message(number: u32, note: &str) -> Message {
    let mut message = Message::new(3_725, "Alice's phone", "a.example", "KeyMaterialRequest", vec![0; 802]).room("R1").note(note);
    message.number = number;
    message
}

fn widest(text: &str) -> usize {
    text.lines().map(|line| line.chars().count()).max().unwrap_or_default()
}

/// The sample's matrix with three facts and three parties, one cell of each kind.
fn small() -> FlowReport {
    let mut report = sample::connection(1);
    report.facts = vec!["Alice's name".into(), "p1".into(), "that p1 and p2 are one person".into()];
    let why = || Seen::Inherent { why: "it issued both".into() };
    let saw = || Seen::Saw { how: "in message 3".into() };
    let row = |party: &str, cells: [Seen; 3]| MatrixRow { party: party.into(), cells: cells.map(Into::into).to_vec() };
    report.matrix = vec![row("a.example", [why(), saw(), why()]), row("b.example", [Seen::NotSeen, saw(), Seen::NotSeen])];
    report
}

#[test]
fn a_step_is_one_line_where_it_fits_and_two_elsewhere() {
    let sent = message(12, "Under p1 she asks for KeyPackages of Bob.");
    assert_eq!(
        step_line(&sent, 13, 120),
        " 12  1:02:05  Alice's phone -> a.example      KeyMaterialRequest         802 octets  R1"
    );
    let wide = " 12  1:02:05  Alice's phone -> a.example\n              KeyMaterialRequest, 802 octets, R1";
    assert_eq!(step_line(&sent, 13, 80), wide);
    assert_eq!(step_line(&sent, 13, 40), " 12  1:02:05  Alice's phone -> a.example\n     KeyMaterialRequest, 802 octets, R1");
    assert_eq!(step_note(&sent, 80), "              Under p1 she asks for KeyPackages of Bob.\n");
    assert_eq!(step_note(&sent, 30), "     Under p1 she asks for\n     KeyPackages of Bob.\n");
    assert_eq!(step_note(&message(1, ""), 80), "");
}

#[test]
fn steps_of_a_flow_stand_in_columns() {
    let lines = [step_line(&message(3, ""), 13, 120), {
        let mut other = Message::new(9, "b.example", "c.example", "FanoutMessage", vec![0; 12_000]);
        other.number = 104;
        step_line(&other, 13, 120)
    }];
    assert_eq!(lines[0].find("->"), lines[1].find("->"));
    assert_eq!(lines[0].find(" octets"), lines[1].find(" octets"));
    assert_eq!(lines[1], "104     0:09      b.example -> c.example      FanoutMessage            12000 octets");
}

/// 120 columns: the facts are above their columns, broken into lines that end at the bottom.
#[test]
fn a_wide_matrix_is_a_table() {
    let text = matrix(&small(), 120);
    let lines: Vec<&str> = text.lines().collect();
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines[0].trim(), "that p1 and p2 are");
    assert_eq!(words(lines[1]), ["Alice's", "name", "p1", "one", "person"]);
    assert_eq!(words(lines[2]), ["a.example", "inherent", "saw", "inherent"]);
    assert_eq!(words(lines[3]), ["b.example", "-", "saw", "-"]);
    assert_eq!(lines[1].find("Alice's"), lines[2].find("inherent"));
    assert_eq!(lines[1].find("p1"), lines[2].find("saw"));
    assert_eq!(lines[0].find("that"), lines[2].rfind("inherent"));
    let reason = "  inherent: a.example, Alice's name; a.example, that p1 and p2 are one person: it issued both";
    assert_eq!(lines[4..], [reason]);
}

#[test]
fn no_matrix_is_wider_than_the_terminal() {
    for report in [small(), sample::connection(19), sample::crowd(5)] {
        for width in [40, 80, 120] {
            let text = matrix(&report, width);
            assert!(widest(&text) <= width, "{width}:\n{text}");
        }
    }
}

/// Seven facts do not fit above their columns in 80: they are listed, and their numbers stand there.
#[test]
fn a_matrix_of_many_facts_has_numbers() {
    let mut report = sample::connection(1);
    report.facts.truncate(6);
    report.matrix.iter_mut().for_each(|row| row.cells.truncate(6));
    let text = matrix(&report, 80);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "   1  Alice's real identity");
    assert_eq!(lines[5], "   6  that p1 and p2 are one person");
    assert_eq!(lines[6].split_whitespace().collect::<Vec<_>>(), ["1", "2", "3", "4", "5", "6"]);
    assert_eq!(lines[8], "  a.example      inherent  saw       inherent  saw       -         inherent");
    assert_eq!(lines[8].find("saw"), lines[6].find('2'));
    assert!(widest(&text) <= 80, "{text}");
}

/// 40 columns have no room for a table.
#[test]
fn a_narrow_matrix_is_a_list() {
    let expected = "\
a.example
  inherent  Alice's name
              it issued both
  saw       p1
  inherent  that p1 and p2 are one
            person
              it issued both
b.example
  not seen  Alice's name
  saw       p1
  not seen  that p1 and p2 are one
            person
";
    assert_eq!(matrix(&small(), 36), expected);
    let text = matrix(&sample::connection(1), 40);
    assert!(widest(&text) <= 40 && text.starts_with("Alice's phone\n  saw       Alice's real identity\n"), "{text}");
}

#[test]
fn no_matrix_is_no_text() {
    let mut report = small();
    report.facts.clear();
    assert_eq!(matrix(&report, 80), "");
}

#[test]
fn statements_say_what_holds_and_what_is_learned_nevertheless() {
    let report = sample::connection(19);
    let text = statements(&report, 80);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "  holds   S-1    The hub of R1 never sees ID(Alice).");
    assert_eq!(lines[1], "                 inherent: a.example issued p1 and knows her account, and");
    assert!(widest(&text) <= 80);
    assert!(widest(&statements(&report, 40)) <= 40);
    let conclusion = conclusion(&report);
    assert_eq!(conclusion, "7 of 7 statements hold, 3 of 3 outcomes are as they must be; 19 messages of 52149 octets in 2:06");
}

#[test]
fn a_broken_statement_says_where() {
    let report = sample::with_leak(sample::connection(19));
    let text = statements(&report, 120);
    assert!(text.contains("  BROKEN  S-4    Provider B"));
    let found = "found: Alice's e-mail address (percent-encoded in base64url) by b.example as provider, in the";
    assert!(text.contains(found), "{text}");
    assert!(
        outcomes(&report, 80)
            .contains("  NOT AS IT MUST: Mallory's copy of the reveal is refused in R2\n    [room/audience-mismatch]")
    );
    assert!(conclusion(&report).starts_with("6 of 7 statements hold, 2 of 3 outcomes"));
}

#[test]
fn parties_are_introduced() {
    let text = parties(&sample::connection(1), 80);
    assert!(text.contains("\n  Alice's phone  is p1 in R1 and p2 in R2, client of a.example\n"), "{text}");
    assert!(widest(&text) <= 80 && widest(&parties(&sample::connection(1), 40)) <= 40);
}

/// What somebody else wrote gives the terminal no commands.
#[test]
fn control_characters_are_escaped() {
    let mut report = small();
    report.facts[0] = "a\u{1b}[31mb".into();
    report.matrix[0].party = "evil\r\n\u{202e}".into();
    report.what = "x\u{7}".into();
    report.statements[0].sentence = "s\u{9b}".into();
    let mut step = message(1, "n\u{1b}");
    step.from = "f\u{1b}\n".into();
    for text in [
        matrix(&report, 40),
        matrix(&report, 80),
        matrix(&report, 120),
        parties(&report, 80),
        statements(&report, 80),
        step_line(&step, 13, 120),
        step_note(&step, 80),
    ] {
        assert!(text.chars().all(|c| c == '\n' || (!c.is_control() && c != '\u{202e}')), "{text:?}");
    }
}
