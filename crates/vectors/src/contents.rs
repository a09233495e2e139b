//! A page about what is published: the files, the mistakes that they show, and the codes.

use std::fmt::Write;

use crate::pitfalls::PITFALLS;
use crate::{Coverage, ELSEWHERE, VectorFile};

/// The page, in Markdown, for files by their names.
///
/// ```
/// use mimicred_vectors::{VectorFile, contents, generate};
///
/// let files = generate()?;
/// let files = files.iter().map(|(name, text)| Ok((name.as_str(), VectorFile::parse(text)?)));
/// let page = contents(&files.collect::<Result<Vec<_>, mimicred_vectors::Error>>()?);
/// assert!(page.contains("sd-jwt/verify.json"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn contents(files: &[(&str, VectorFile)]) -> String {
    let coverage = Coverage::of(files.iter().map(|(name, file)| (*name, file)));
    let mut page = String::from("# The contents\n\nWritten by `mimicred vectors generate`.\n");
    // Writing to a String cannot fail.
    let _ = write!(page, "\n## The files\n\n| file | operation | valid | refused | about |\n| --- | --- | --: | --: | --- |\n");
    let (mut all_valid, mut all_refused) = (0, 0);
    for (name, file) in files {
        let valid = file.cases().filter(|(_, case)| case.expected.result() == "valid").count();
        let refused = file.cases().count() - valid;
        (all_valid, all_refused) = (all_valid + valid, all_refused + refused);
        let _ = writeln!(page, "| [`{name}`]({name}) | `{}` | {valid} | {refused} | {} |", file.operation, file.about);
    }
    let _ = writeln!(page, "| all | | {all_valid} | {all_refused} | |");

    let _ = write!(page, "\n## Mistakes that shipped elsewhere\n\n| flag | what goes wrong | cases |\n| --- | --- | --: |\n");
    for pitfall in PITFALLS {
        let count = coverage.flags.get(pitfall.flag).copied().unwrap_or_default();
        let _ = writeln!(page, "| `{}` | {} | {count} |", pitfall.flag, pitfall.about);
    }

    let _ = write!(page, "\n## The codes\n\n| result | cases | the first |\n| --- | --: | --- |\n");
    for (code, vectors) in &coverage.codes {
        let first = vectors.first().map(String::as_str).unwrap_or_default();
        let _ = writeln!(page, "| `{code}` | {} | `{first}` |", vectors.len());
    }
    let _ = write!(page, "\n## Codes that no vector can show\n\n| code | why |\n| --- | --- |\n");
    for elsewhere in ELSEWHERE {
        let code = if elsewhere.code.ends_with('/') { format!("{}*", elsewhere.code) } else { elsewhere.code.to_owned() };
        let _ = writeln!(page, "| `{code}` | {} |", elsewhere.why);
    }
    page
}
