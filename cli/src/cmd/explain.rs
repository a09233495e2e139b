//! `mimicred explain [CODE]`: one line of the register of codes, or all of them.

use std::fmt::Write;

use mimicred_error::Entry;
use owo_colors::OwoColorize;
use serde::Serialize;

use crate::error::{Code, Done, Failure};
use crate::out::Out;

#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The code, as printed in square brackets: crate/category, or the category alone; without it, all codes are listed.
    code: Option<String>,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    let Some(wanted) = &args.code else {
        let all = Codes { codes: register().into_iter().map(Explained::from).collect() };
        out.result(&all, list)?;
        return Ok(Done::Accepted);
    };
    let wanted = wanted.trim_matches(['[', ']']);
    let mut found: Vec<Entry> = register().into_iter().filter(|entry| is_named(entry, wanted)).collect();
    match (found.pop(), found.is_empty()) {
        (Some(entry), true) => out.result(&Explained::from(entry), page)?,
        (Some(last), false) => {
            found.push(last);
            let names: Vec<&str> = found.iter().map(|entry| entry.slug).collect();
            return Err(
                Failure::note(Code::CodeUnknown, format!("{wanted} alone")).hint(format!("it is one of {}", names.join(", ")))
            );
        }
        (None, _) => return Err(Failure::note(Code::CodeUnknown, wanted)),
    }
    Ok(Done::Accepted)
}

/// Every code of every crate.
fn register() -> Vec<Entry> {
    macro_rules! entries {
        ($($krate:ident),+ $(,)?) => {
            [$($krate::Code::ALL.iter().map(|code| code.entry()).collect::<Vec<_>>()),+].concat()
        };
    }
    let mut entries: Vec<Entry> = Code::ALL.iter().map(|code| code.entry()).collect();
    entries.extend(entries![
        mimicred_keys,
        mimicred_claims,
        mimicred_uri,
        mimicred_jose,
        mimicred_cose,
        mimicred_sd_jwt,
        mimicred_sd_cwt,
        mimicred_x509,
        mimicred_mls,
        mimicred_room,
    ]);
    entries
}

fn is_named(entry: &Entry, wanted: &str) -> bool {
    entry.slug == wanted || entry.slug.split_once('/').is_some_and(|(_, category)| category == wanted)
}

/// One code: the object that `--json` prints.
#[derive(Debug, Serialize)]
struct Explained {
    /// `crate/category`.
    code: &'static str,
    /// Malformed, rejected, unsupported, misuse or internal.
    kind: &'static str,
    /// What happened.
    sentence: &'static str,
    /// What to do about it.
    hint: &'static str,
    /// The rule behind it.
    rule: &'static str,
}

#[derive(Serialize)]
struct Codes {
    codes: Vec<Explained>,
}

impl From<Entry> for Explained {
    fn from(Entry { slug, kind, rule, sentence, hint }: Entry) -> Self {
        Explained { code: slug, kind: kind.name(), sentence, hint, rule }
    }
}

fn page(explained: &Explained) -> String {
    let Explained { code, kind, sentence, hint, rule } = explained;
    let kind = match *kind {
        "malformed" => "malformed: the bytes are not what they claim to be",
        "rejected" => "rejected: well formed, checked, and not acceptable",
        "unsupported" => "unsupported: this version cannot do it",
        "misuse" => "misuse: what was asked for makes no sense",
        _ => "internal: a fault of mimicred itself; please report it",
    };
    format!("{}\n  {sentence}\n\n  hint  {hint}\n  kind  {kind}\n  rule  {rule}\n", code.bold())
}

fn list(all: &Codes) -> String {
    let width = all.codes.iter().map(|explained| explained.code.len()).max().unwrap_or_default();
    let mut text = String::new();
    for Explained { code, sentence, .. } in &all.codes {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{code:width$}  {sentence}");
    }
    text
}
