//! The README's five-minute tour, taken as a reader would: every `sh` block of its section runs in one shell, in an empty directory,
//! and what it prints is what the `text` block after it says. `[..]` stands for anything within a line, `...` alone for any lines.
#![cfg(test)]
#![cfg(unix)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// One `sh` block and the output that is shown for it.
struct Step {
    script: String,
    shown: String,
}

#[test]
fn the_tour_is_as_it_is_told() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let (_, tour) = readme.split_once("\n## Five minutes with files\n").unwrap();
    let (tour, _) = tour.split_once("\n## ").unwrap();
    take(&steps(tour));
}

#[test]
fn a_provider_runs_as_it_is_told() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let (_, section) = readme.split_once("\n## Running a provider\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    take(&steps(section));
}

fn take(steps: &[Step]) {
    let directory = tempfile::tempdir().unwrap();
    let bin = Path::new(env!("CARGO_BIN_EXE_mimicred")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let mut script = String::from("exec 2>&1\nset -eu\n");
    for (n, step) in steps.iter().enumerate() {
        write!(script, "{}\nprintf '\\036%s\\n' {n}\n", step.script).unwrap();
    }
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).current_dir(directory.path()).env("PATH", path).env_remove("COLUMNS");
    let output = shell.output().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let mut rest = output.as_str();
    for (n, step) in steps.iter().enumerate() {
        let Some((printed, after)) = rest.split_once(&format!("\u{1e}{n}\n")) else {
            panic!("the tour ends here:\n{}\n{rest}", step.script);
        };
        rest = after;
        let (printed, shown): (Vec<&str>, Vec<&str>) = (printed.lines().collect(), step.shown.lines().collect());
        assert!(matches(&shown, &printed), "{}\nprints\n{}\nand not\n{}", step.script, printed.join("\n"), step.shown);
    }
}

fn steps(markdown: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut block: Option<(&str, String)> = None;
    for line in markdown.lines() {
        match (&mut block, line.strip_prefix("```")) {
            (None, Some(language)) => block = Some((language, String::new())),
            (None, None) => {}
            (Some((language, content)), Some(_)) => {
                match *language {
                    "sh" => steps.push(Step { script: std::mem::take(content), shown: String::new() }),
                    "text" => steps.last_mut().unwrap().shown = std::mem::take(content),
                    _ => {}
                }
                block = None;
            }
            (Some((_, content)), None) => {
                content.push_str(line);
                content.push('\n');
            }
        }
    }
    assert!(!steps.is_empty());
    steps
}

fn matches(shown: &[&str], printed: &[&str]) -> bool {
    match (shown.split_first(), printed.split_first()) {
        (None, None) => true,
        (Some((&"...", later)), _) => (0..=printed.len()).any(|skipped| matches(later, &printed[skipped..])),
        (Some((line, later)), Some((found, after))) => line_matches(line, found) && matches(later, after),
        _ => false,
    }
}

fn line_matches(shown: &str, printed: &str) -> bool {
    let mut parts = shown.split("[..]");
    let Some(mut rest) = printed.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    true
}

#[test]
fn elisions_match_what_they_should() {
    assert!(line_matches("a[..]c", "abc") && line_matches("[..]", "") && line_matches("a [..] b [..]", "a x b y"));
    assert!(!line_matches("a[..]c", "abd") && !line_matches("abc", "abcd") && !line_matches("a[..]b[..]c", "axc"));
    assert!(matches(&["a", "...", "b"], &["a", "x", "y", "b"]) && matches(&["..."], &[]));
    assert!(!matches(&["a"], &["a", "b"]) && !matches(&["...", "b"], &["a"]));
}
