//! Revocation lists, in PEM or DER.

use mimicred_x509::UnverifiedCrl;

use crate::error::Failure;
use crate::io::{Input, Inputs, Source};
use crate::sniff::{self, Content};

/// Reads the one list of an input.
///
/// # Errors
/// Those of [`Inputs::read`], `x509/crl-malformed` and its like, or `cli/content-unexpected`.
pub(crate) fn read(inputs: &Inputs, source: &Source) -> Result<UnverifiedCrl, Failure> {
    let input = inputs.read(source, "revocation list")?;
    parse(&input).map_err(|failure| failure.reading(&input.name))
}

/// As [`read`], of what was read already.
///
/// # Errors
/// `x509/crl-malformed` and its like, or `cli/content-unexpected`.
pub(crate) fn parse(input: &Input) -> Result<UnverifiedCrl, Failure> {
    match Content::of(input) {
        Some(Content::RevocationList) => {}
        _ => return Err(sniff::unexpected(input, "a revocation list")),
    }
    match input.text() {
        Some(text) if text.starts_with("-----BEGIN ") => Ok(UnverifiedCrl::from_pem(text)?),
        _ => Ok(UnverifiedCrl::from_der(&input.octets)?),
    }
}
