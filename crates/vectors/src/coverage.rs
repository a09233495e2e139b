//! What the vectors cover: codes and rules.

mod elsewhere;

use std::collections::{BTreeMap, BTreeSet};

use mimicred_error::{Entry, Kind};

use crate::VectorFile;

pub use elsewhere::{ELSEWHERE, Elsewhere};

/// What a set of files covers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// For each code, the vectors that are refused under it: name of the file without its ending, and of the case.
    pub codes: BTreeMap<String, Vec<String>>,
    /// Rules that a valid case cites.
    pub rules_kept: BTreeSet<String>,
    /// Rules that a case which is not valid cites.
    pub rules_broken: BTreeSet<String>,
    /// Flags, and how many cases have each.
    pub flags: BTreeMap<String, usize>,
}

impl Coverage {
    /// What these files cover, each by its name.
    ///
    /// ```
    /// use mimicred_vectors::{Coverage, VectorFile, generate};
    ///
    /// let files = generate()?;
    /// let files = files.iter().map(|(name, text)| Ok((name.as_str(), VectorFile::parse(text)?)));
    /// let files = files.collect::<Result<Vec<_>, mimicred_vectors::Error>>()?;
    /// let coverage = Coverage::of(files.iter().map(|(name, file)| (*name, file)));
    /// assert!(coverage.codes.contains_key("sd-jwt/nonce"));
    /// assert!(coverage.rules_broken.contains("JWT-V-024"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of<'f>(files: impl IntoIterator<Item = (&'f str, &'f VectorFile)>) -> Self {
        let mut coverage = Self::default();
        for (name, file) in files {
            let name = name.strip_suffix(".json").unwrap_or(name);
            for (_, case) in file.cases() {
                let result = case.expected.result();
                let rules = if result == "valid" { &mut coverage.rules_kept } else { &mut coverage.rules_broken };
                rules.extend(case.rules.iter().cloned());
                for flag in &case.flags {
                    *coverage.flags.entry(flag.clone()).or_default() += 1;
                }
                if result != "valid" {
                    coverage.codes.entry(result.to_owned()).or_default().push(format!("{name}/{}", case.id));
                }
            }
        }
        coverage
    }

    /// Whether a code needs a vector, and where it is if it is none of these.
    pub fn holder_of(&self, entry: &Entry) -> Holder<'_> {
        match entry.kind {
            Kind::Misuse | Kind::Internal => Holder::NotNeeded,
            Kind::Malformed | Kind::Rejected | Kind::Unsupported => match self.codes.get(entry.slug) {
                Some(vectors) => Holder::Vectors(vectors),
                None => elsewhere::find(entry.slug).map_or(Holder::Nobody, Holder::Elsewhere),
            },
        }
    }
}

/// What shows that a code is given when it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder<'c> {
    /// These vectors.
    Vectors(&'c [String]),
    /// A test, because no vector can.
    Elsewhere(&'static Elsewhere),
    /// A unit test: it is about the caller, or about a fault of ours.
    NotNeeded,
    /// Nothing.
    Nobody,
}
