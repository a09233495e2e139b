//! Keys for encrypted disclosures: symmetric COSE_Keys.

use mimicred_cose::SymmetricKey;
use mimicred_sd_cwt::DisclosureKey;

use crate::error::Failure;
use crate::io::{Input, Inputs, Source};
use crate::sniff;
use crate::sniff::key::KeyForm;

/// Reads a key, which serves the disclosures that name it by its thumbprint, and those that name none.
///
/// # Errors
/// The file cannot be read, or holds something else.
pub(crate) fn read(inputs: &Inputs, source: &Source) -> Result<DisclosureKey, Failure> {
    let input = inputs.read(source, "key for disclosures")?;
    parse(&input)
        .map(DisclosureKey::new)
        .map_err(|failure| failure.hint("mimicred key generate --alg aes128 makes one").reading(&input.name))
}

fn parse(input: &Input) -> Result<SymmetricKey, Failure> {
    match KeyForm::seen_in(input) {
        Some(KeyForm::Cose) => Ok(SymmetricKey::from_octets(&input.octets)?),
        _ => Err(sniff::unexpected(input, "a symmetric COSE_Key")),
    }
}
