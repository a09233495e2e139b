//! `mimicred explain [CODE]`: one line of the register of codes, or all of them.

use std::fmt::Write;

use mimicred_error::Entry;
use mimicred_room::VerdictCode;
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
        out.result(&Codes { codes: register() }, list)?;
        return Ok(Done::Accepted);
    };
    // A Verdict writes the codes of the specification, without a crate: missing_reveal for room/missing-reveal.
    if let Some(code) = VerdictCode::ALL.iter().find(|code| code.name() == wanted.trim_matches(['[', ']'])) {
        out.result(&Explained::from(*code), page)?;
        return Ok(Done::Accepted);
    }
    let wanted = &wanted.trim_matches(['[', ']']).replace('_', "-").to_ascii_lowercase();
    let mut found: Vec<Explained> = register().into_iter().filter(|explained| explained.is_named(wanted)).collect();
    match (found.pop(), found.is_empty()) {
        (Some(explained), true) => out.result(&explained, page)?,
        (Some(last), false) => {
            found.push(last);
            let names: Vec<&str> = found.iter().map(|explained| explained.code).collect();
            return Err(
                Failure::note(Code::CodeUnknown, format!("{wanted} alone")).hint(format!("it is one of {}", names.join(", ")))
            );
        }
        (None, _) => return Err(Failure::note(Code::CodeUnknown, wanted.as_str())),
    }
    Ok(Done::Accepted)
}

/// Every code of every crate.
pub(super) fn entries() -> Vec<Entry> {
    macro_rules! entries {
        ($($krate:ident),+ $(,)?) => {
            [$($krate::Code::ALL.iter().map(|code| code.entry()).collect::<Vec<Entry>>()),+].concat()
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
        mimicred_status,
        mimicred_x509,
        mimicred_mls,
        mimicred_room,
        mimicred_replay,
        mimicred_escrow,
        mimicred_provider,
        mimicred_flows,
        mimicred_lint,
        mimicred_vectors,
    ]);
    entries
}

/// Every code of every crate, and what a Verdict may say.
fn register() -> Vec<Explained> {
    let entries = entries().into_iter().map(Explained::from);
    entries.chain(VerdictCode::ALL.iter().map(|code| Explained::from(*code))).collect()
}

/// One code: the object that `--json` prints.
#[derive(Clone, Debug, Serialize)]
struct Explained {
    /// `crate/category`.
    code: &'static str,
    /// Malformed, rejected, unsupported, misuse, internal, or verdict.
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

impl From<VerdictCode> for Explained {
    fn from(code: VerdictCode) -> Self {
        Explained { code: code.slug(), kind: "verdict", sentence: code.sentence(), hint: code.hint(), rule: code.rule() }
    }
}

impl Explained {
    fn is_named(&self, wanted: &str) -> bool {
        self.code == wanted || self.code.split_once('/').is_some_and(|(_, category)| category == wanted)
    }
}

fn page(explained: &Explained) -> String {
    let Explained { code, kind, sentence, hint, rule } = explained;
    let kind = match *kind {
        "malformed" => "malformed: the bytes are not what they claim to be",
        "rejected" => "rejected: well formed, checked, and not acceptable",
        "unsupported" => "unsupported: this version cannot do it",
        "verdict" => "verdict: what a reveal is judged to be",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_means_one_thing() {
        let mut slugs: Vec<&str> = register().iter().map(|explained| explained.code).collect();
        let count = slugs.len();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), count);
    }
}
