//! `mimicred vectors generate DIR`.

use std::fs;
use std::path::PathBuf;

use mimicred_vectors::{VectorFile, contents, generate, reference, schema};
use serde::Serialize;

use crate::error::{Code, Done, Failure};
use crate::io::output::{Artefact, ArtefactForm, OutputArgs, failed};
use crate::out::{Out, counted};

const AFTER_HELP: &str = "\
Keys, salts and nonces are drawn from one seed by name, ECDSA signatures have the nonce of RFC 6979, and time stands still: whoever runs \
this gets the same octets. Each vector is held against this implementation before it is written.

  mimicred vectors generate test-vectors";

#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The folder, which is made if it is not there.
    #[arg(value_name = "DIR")]
    into: PathBuf,
    /// Write into a folder that has files already, over those of the same names.
    #[arg(long)]
    force: bool,
}

/// What was written.
#[derive(Serialize)]
struct Written {
    /// The files, by their names below the folder.
    files: Vec<String>,
    /// How many cases are in them.
    cases: usize,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    let is_empty = fs::read_dir(&args.into).map_or(true, |mut entries| entries.next().is_none());
    if !args.force && !is_empty {
        return Err(Failure::note(Code::DirectoryNotEmpty, args.into.display().to_string())
            .hint("name a new folder, or write over what is there with --force"));
    }
    let mut texts = generate()?;
    let files = texts.iter().map(|(name, text)| Ok((name.as_str(), VectorFile::parse(text)?)));
    let files = files.collect::<Result<Vec<_>, mimicred_vectors::Error>>()?;
    let (cases, page) = (files.iter().map(|(_, file)| file.cases().count()).sum(), contents(&files));
    texts.insert("CONTENTS.md".to_owned(), page);
    texts.insert("schema.json".to_owned(), schema());
    texts.insert("OPERATIONS.md".to_owned(), reference());
    for (name, text) in &texts {
        let path = args.into.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|e| failed(folder, e))?;
        }
        OutputArgs::replacing(path).write(&Artefact { octets: text.as_bytes(), form: ArtefactForm::Text }, out)?;
    }
    let written = Written { files: texts.into_keys().collect(), cases };
    out.result(&written, |written| {
        let cases = u64::try_from(written.cases).unwrap_or(u64::MAX);
        format!("{} in {} files in {}\n", counted(cases, "case"), written.files.len(), args.into.display())
    })?;
    Ok(Done::Accepted)
}
