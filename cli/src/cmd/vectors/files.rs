//! Files of vectors, one by one or by folders.

use std::path::{Path, PathBuf};

use mimicred_vectors::{VectorFile, generate};

use crate::error::{Code, Failure};
use crate::io::{Inputs, Source, unreadable};

/// Largest file that is read, in octets.
const MAX_FILE: usize = 16 << 20;
/// Folders inside one another.
const MAX_DEPTH: usize = 8;

/// A file and the name by which it is spoken of.
pub(super) type Named = (String, VectorFile);

/// The vectors in these files and folders; without any, those that this program makes.
///
/// # Errors
/// A file cannot be read, or holds no vectors; a folder has no file of vectors.
pub(super) fn read(sources: &[Source]) -> Result<Vec<Named>, Failure> {
    if sources.is_empty() {
        return made();
    }
    let inputs = Inputs::default();
    let mut files = Vec::new();
    for source in sources {
        match source {
            Source::File(path) if path.is_dir() => folder(path, &inputs, &mut files)?,
            _ => files.push(file(source, source.to_string(), &inputs)?),
        }
    }
    Ok(files)
}

fn made() -> Result<Vec<Named>, Failure> {
    let files = generate()?.into_iter();
    files.map(|(name, text)| Ok((name, VectorFile::parse(&text)?))).collect()
}

fn folder(folder: &Path, inputs: &Inputs, files: &mut Vec<Named>) -> Result<(), Failure> {
    let mut paths = Vec::new();
    walk(folder, MAX_DEPTH, &mut paths)?;
    paths.sort();
    if paths.is_empty() {
        return Err(Failure::note(Code::FileUnreadable, "no file of vectors is in it").reading(&folder.display().to_string()));
    }
    for path in paths {
        let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
        files.push(file(&Source::File(path), name, inputs)?);
    }
    Ok(())
}

/// The JSON files below a folder, but for the schema.
fn walk(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |e: std::io::Error| unreadable(e).reading(&folder.display().to_string());
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let is_schema = path.file_name().is_some_and(|name| name == "schema.json");
        if path.is_dir() && depth > 0 {
            walk(&path, depth - 1, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "json") && !is_schema {
            paths.push(path);
        }
    }
    Ok(())
}

fn file(source: &Source, name: String, inputs: &Inputs) -> Result<Named, Failure> {
    let input = inputs.read_within(source, "vectors", MAX_FILE)?;
    let malformed = || Failure::from(mimicred_vectors::Error::new(mimicred_vectors::Code::FileMalformed).note("not text"));
    let text = input.text().ok_or_else(malformed).map_err(|failure| failure.reading(&input.name))?;
    let file = VectorFile::parse(text).map_err(|error| Failure::from(error).reading(&input.name))?;
    Ok((name, file))
}
