//! Certificates, one or a chain, in PEM or DER.

use mimicred_x509::Certificate;

use crate::error::Failure;
use crate::io::{Input, Inputs, Source};
use crate::sniff::{self, Content};

/// Reads certificates, the end entity's first; `role` names what they are to the command.
///
/// # Errors
/// Those of [`Inputs::read`], `x509/malformed` and its like, or `cli/content-unexpected`.
pub(crate) fn read(inputs: &Inputs, source: &Source, role: &str) -> Result<Vec<Certificate>, Failure> {
    let input = inputs.read(source, role)?;
    parse(&input).map_err(|failure| failure.reading(&input.name))
}

/// As [`read`], of what was read already.
///
/// # Errors
/// `x509/malformed` and its like, or `cli/content-unexpected`.
pub(crate) fn parse(input: &Input) -> Result<Vec<Certificate>, Failure> {
    match Content::of(input) {
        Some(Content::Certificate) => {}
        _ => return Err(sniff::unexpected(input, "a certificate")),
    }
    match input.text() {
        Some(text) if text.starts_with("-----BEGIN ") => Ok(Certificate::from_pem(text)?),
        _ => Ok(vec![Certificate::from_der(&input.octets)?]),
    }
}
