//! Room disclosure policies in TOML, JSON or TLS octets.

use mimicred_room::policy::RoomDisclosurePolicy;

use crate::error::Failure;
use crate::io::{Input, Inputs, Source};
use crate::sniff::{self, Content, PolicyForm};

/// Reads a policy in any form, and says in which.
///
/// # Errors
/// Those of [`Inputs::read`], of the form that the file seems to have, or `cli/content-unexpected`.
pub(crate) fn read(inputs: &Inputs, source: &Source) -> Result<(RoomDisclosurePolicy, PolicyForm), Failure> {
    let input = inputs.read(source, "policy")?;
    let read = match Content::of(&input) {
        Some(Content::Policy(form)) => parse(&input, form).map(|policy| (policy, form)),
        // Octets that start with a version: what is wrong with them, another version for one, their reader says.
        None if input.octets.first() == Some(&0) => parse(&input, PolicyForm::Tls).map(|policy| (policy, PolicyForm::Tls)),
        // A policy without the keys by which it is known is still most likely to be one that lacks them: let its reader say so.
        None if input.text().is_some_and(|text| !text.is_empty()) => {
            parse(&input, PolicyForm::Toml).map(|policy| (policy, PolicyForm::Toml))
        }
        _ => Err(sniff::unexpected(&input, "a room disclosure policy")),
    };
    read.map_err(|failure| failure.reading(&input.name))
}

/// Reads a policy in a known form; its rules may still contradict each other.
///
/// # Errors
/// It cannot be read.
pub(crate) fn parse(input: &Input, form: PolicyForm) -> Result<RoomDisclosurePolicy, Failure> {
    let text = input.text().unwrap_or_default();
    Ok(match form {
        PolicyForm::Toml => RoomDisclosurePolicy::from_toml(text)?,
        PolicyForm::Json => RoomDisclosurePolicy::from_json(text)?,
        PolicyForm::Tls => RoomDisclosurePolicy::decode(&input.octets)?,
    })
}
