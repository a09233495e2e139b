//! Certification requests, in PEM or DER; and the holder's key, by itself or in a request that proves its possession.

use mimicred_keys::PublicKey;
use mimicred_x509::{IssuanceBinding, UnverifiedRequest};

use crate::error::{Code, Failure};
use crate::io::{Input, Inputs, Source};
use crate::octets::Octets;
use crate::sniff::key::KeyFile;
use crate::sniff::{self, Content};

/// For whom a request must have been made.
#[derive(clap::Args, Debug)]
pub(crate) struct BindingArgs {
    /// The issuer's name, as the request has it (if --holder is a certification request).
    #[arg(long, value_name = "NAME", requires = "request_nonce", conflicts_with = "ca")]
    request_issuer: Option<String>,
    /// The nonce that the issuer gave out for this request, in hex or base64url.
    #[arg(long, value_name = "NONCE", requires = "request_issuer", conflicts_with = "ca")]
    request_nonce: Option<Octets>,
}

impl BindingArgs {
    fn binding(&self) -> Option<IssuanceBinding<'_>> {
        let (issuer, nonce) = self.request_issuer.as_deref().zip(self.request_nonce.as_ref())?;
        Some(IssuanceBinding { issuer, nonce: &nonce.0 })
    }
}

/// Reads the one request of an input.
///
/// # Errors
/// `x509/request-malformed` and its like, or `cli/content-unexpected`.
pub(crate) fn parse(input: &Input) -> Result<UnverifiedRequest, Failure> {
    match Content::of(input) {
        Some(Content::Request) => {}
        _ => return Err(sniff::unexpected(input, "a certification request")),
    }
    match input.text() {
        Some(text) if text.starts_with("-----BEGIN ") => Ok(UnverifiedRequest::from_pem(text)?),
        _ => Ok(UnverifiedRequest::from_der(&input.octets)?),
    }
}

/// The key that a credential is for. Of a request, possession and binding are verified.
///
/// # Errors
/// Those of [`KeyFile::read`]; `x509/request-unbound` and its like; `cli/option-missing` for a request without a binding to hold it
/// against.
pub(crate) fn holder(inputs: &Inputs, source: &Source, args: &BindingArgs) -> Result<PublicKey, Failure> {
    let input = inputs.read(source, "holder's key")?;
    match (Content::of(&input), args.binding()) {
        (Some(Content::Request), None) => Err(Failure::note(Code::OptionMissing, "--request-issuer and --request-nonce")
            .hint("a certification request proves something to one issuer, with the nonce that it gave out")),
        (_, Some(binding)) => {
            let request = parse(&input).map_err(|failure| failure.reading(&input.name))?;
            Ok(request.verify(&binding)?.subject_key().clone())
        }
        (_, None) => KeyFile::parse(&input).map(|key| key.public).map_err(|failure| failure.reading(&input.name)),
    }
}
