//! Claim names of JSON for the integer keys of CWT: people write `email`, an SD-CWT holds 179.

use mimicred_claims::{ClaimPath, Key, Step};
use mimicred_cose::cwt;
use mimicred_error::{At, Report};

/// The path in an SD-CWT of the claim that has this path by name.
pub(crate) fn to_numbers(path: &ClaimPath) -> ClaimPath {
    rename(path, &|key| text_of(key).and_then(cwt::key_for_name).map(Key::Int), &|key| {
        text_of(key).and_then(cwt::address_key_for_name).map(Key::Int)
    })
}

/// The path by name of a claim of an SD-CWT.
pub(crate) fn to_names(path: &ClaimPath) -> ClaimPath {
    rename(path, &|key| int_of(key).and_then(cwt::name_for_key).map(Key::from), &|key| {
        int_of(key).and_then(cwt::address_name_for_key).map(Key::from)
    })
}

/// The error of an SD-CWT with the names of claims in its place, as people wrote them or would.
pub(crate) fn in_place(error: mimicred_sd_cwt::Error) -> mimicred_sd_cwt::Error {
    let At::Path(path) = error.place() else { return error };
    let Ok(path) = path.parse() else { return error };
    // What caused it says the same of the same place, by number.
    let named = mimicred_sd_cwt::Error::new(error.code()).at(At::Path(to_names(&path).to_string()));
    match error.remark() {
        Some(note) => named.note(note),
        None => named,
    }
}

/// Renames the first step, and the second inside an address.
fn rename(
    path: &ClaimPath,
    top: &dyn Fn(&Key<'static>) -> Option<Key<'static>>,
    address: &dyn Fn(&Key<'static>) -> Option<Key<'static>>,
) -> ClaimPath {
    let is_address = |step: &Step| matches!(step, Step::Key(Key::Int(cwt::ADDRESS))) || *step == Step::Key(Key::from("address"));
    let in_address = path.steps().first().is_some_and(is_address);
    let renamed = |(n, step): (usize, &Step)| match (n, step) {
        (0, Step::Key(key)) => Step::Key(top(key).unwrap_or_else(|| key.clone())),
        (1, Step::Key(key)) if in_address => Step::Key(address(key).unwrap_or_else(|| key.clone())),
        (_, other) => other.clone(),
    };
    ClaimPath::new(path.steps().iter().enumerate().map(renamed).collect())
}

fn text_of<'k>(key: &'k Key<'static>) -> Option<&'k str> {
    match key {
        Key::Text(text) => Some(text),
        Key::Int(_) => None,
    }
}

fn int_of(key: &Key<'static>) -> Option<i128> {
    match key {
        Key::Int(number) => Some(*number),
        Key::Text(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_numbers_and_back() {
        for (named, numbered) in
            [("email", "179"), ("address.country", "187.6"), ("shoe_size.left", "shoe_size.left"), ("cars[].name", "cars[].name")]
        {
            let (named, numbered): (ClaimPath, ClaimPath) = (named.parse().unwrap(), numbered.parse().unwrap());
            assert_eq!(to_numbers(&named), numbered);
            assert_eq!(to_numbers(&numbered), numbered);
            assert_eq!(to_names(&numbered), named);
        }
    }
}

/// How an SD-JWT is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Serialization {
    /// On one line, its parts separated by tildes.
    #[default]
    Compact,
    /// As JSON with one signature at the top.
    Flattened,
    /// As JSON with an array of signatures.
    General,
}

impl Serialization {
    /// The compact text in this form.
    pub(crate) fn of(self, compact: &str) -> Result<String, mimicred_sd_jwt::Error> {
        use mimicred_sd_jwt::serialization::{JsonForm, to_json};
        match self {
            Self::Compact => Ok(compact.to_owned()),
            Self::Flattened => to_json(compact, JsonForm::Flattened),
            Self::General => to_json(compact, JsonForm::General),
        }
    }
}
