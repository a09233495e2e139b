//! `mimicred vectors list`: what there is, and what it covers.

use std::collections::BTreeMap;
use std::fmt::Write;

use mimicred_error::{Entry, Kind};
use mimicred_vectors::{Coverage, Holder, operations};
use owo_colors::OwoColorize;
use serde::Serialize;

use super::files;
use crate::cmd::explain;
use crate::error::{Done, Failure};
use crate::io::Source;
use crate::out::Out;

#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Files of vectors, or folders with some; without any, those that this program makes.
    #[arg(value_name = "FILE")]
    files: Vec<Source>,
    /// List the operations that vectors are about, with their inputs and outputs.
    #[arg(long, conflicts_with = "files")]
    operations: bool,
}

/// What there is.
#[derive(Serialize)]
struct Listing {
    /// Each file.
    files: Vec<Listed>,
    /// How often each code is the result.
    codes: BTreeMap<String, usize>,
    /// Codes of mimicred that need a vector: malformed, rejected and unsupported.
    codes_needed: usize,
    /// Those that have one.
    codes_covered: usize,
    /// Those that no vector can show, and why.
    codes_elsewhere: BTreeMap<&'static str, &'static str>,
    /// Those that have none, and should.
    codes_missing: Vec<&'static str>,
    /// Rules that a valid case cites.
    rules_kept: Vec<String>,
    /// Rules that another case cites.
    rules_broken: Vec<String>,
    /// How many cases have each flag.
    flags: BTreeMap<String, usize>,
}

#[derive(Serialize)]
struct Listed {
    file: String,
    operation: String,
    valid: usize,
    refused: usize,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    if args.operations {
        let names: Vec<Described> =
            operations().map(|operation| Described { name: operation.name, about: operation.about }).collect();
        let reference = mimicred_vectors::reference();
        out.result(&Operations { operations: names }, |_| reference)?;
        return Ok(Done::Accepted);
    }
    let files = files::read(&args.files)?;
    let coverage = Coverage::of(files.iter().map(|(name, file)| (name.as_str(), file)));
    let listed = files.iter().map(|(name, file)| {
        let valid = file.cases().filter(|(_, case)| case.expected.result() == "valid").count();
        Listed { file: name.clone(), operation: file.operation.clone(), valid, refused: file.cases().count() - valid }
    });
    let mut listing = Listing {
        files: listed.collect(),
        codes: coverage.codes.iter().map(|(code, vectors)| (code.clone(), vectors.len())).collect(),
        codes_needed: 0,
        codes_covered: 0,
        codes_elsewhere: BTreeMap::new(),
        codes_missing: Vec::new(),
        rules_kept: coverage.rules_kept.iter().cloned().collect(),
        rules_broken: coverage.rules_broken.iter().cloned().collect(),
        flags: coverage.flags.clone(),
    };
    for entry in explain::entries() {
        count(&entry, &coverage, &mut listing);
    }
    out.result(&listing, text)?;
    Ok(Done::Accepted)
}

fn count(entry: &Entry, coverage: &Coverage, listing: &mut Listing) {
    let is_needed = matches!(entry.kind, Kind::Malformed | Kind::Rejected | Kind::Unsupported);
    listing.codes_needed += usize::from(is_needed);
    match coverage.holder_of(entry) {
        Holder::Vectors(_) => listing.codes_covered += 1,
        Holder::Elsewhere(elsewhere) => {
            listing.codes_elsewhere.insert(entry.slug, elsewhere.why);
        }
        Holder::Nobody => listing.codes_missing.push(entry.slug),
        Holder::NotNeeded => {}
    }
}

#[derive(Serialize)]
struct Operations {
    operations: Vec<Described>,
}

#[derive(Serialize)]
struct Described {
    name: &'static str,
    about: &'static str,
}

fn text(listing: &Listing) -> String {
    let mut text = String::new();
    let width = listing.files.iter().map(|file| file.file.len()).max().unwrap_or_default().max("all".len());
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{:width$}  {:>6}  {:>7}", "", "valid", "refused");
    for file in &listing.files {
        let _ = writeln!(text, "{:width$}  {:>6}  {:>7}", file.file, file.valid, file.refused);
    }
    let (valid, refused) = listing.files.iter().fold((0, 0), |(v, r), file| (v + file.valid, r + file.refused));
    let _ = writeln!(text, "{:width$}  {valid:>6}  {refused:>7}", "all".bold());
    let _ = writeln!(
        text,
        "codes  {} of {} have a vector, {} cannot",
        listing.codes_covered,
        listing.codes_needed,
        listing.codes_elsewhere.len()
    );
    for code in &listing.codes_missing {
        let _ = writeln!(text, "       {code} has none");
    }
    let rows = |rules: &[String], table: &str| rules.iter().filter(|rule| rule.starts_with(table)).count();
    for table in ["JWT-", "CWT-"] {
        let (kept, broken) = (rows(&listing.rules_kept, table), rows(&listing.rules_broken, table));
        let _ = writeln!(text, "rules  {table}*: {kept} in valid cases, {broken} in others");
    }
    text
}
