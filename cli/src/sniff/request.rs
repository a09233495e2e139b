//! Certification requests, in PEM or DER; and the holder's key, by itself or in a request that proves its possession.

use mimicred_keys::PublicKey;
use mimicred_x509::{IssuanceBinding, UnverifiedRequest};

use crate::error::{Code, Failure};
use crate::io::{Input, Inputs, Source};
use crate::octets::Octets;
use crate::sniff::key::KeyFile;
use crate::sniff::{self, Content};

/// How it is known that the holder has her key.
#[derive(clap::Args, Debug)]
pub(crate) struct PossessionArgs {
    /// The issuer's name, as the request has it (if --holder is a certification request).
    #[arg(long, value_name = "NAME", requires = "request_nonce")]
    request_issuer: Option<String>,
    /// The nonce that the issuer gave out for this request, in hex or base64url.
    #[arg(long, value_name = "NONCE", requires = "request_issuer")]
    request_nonce: Option<Octets>,
    /// Issue for a key although nobody has proven to have it: who asks could have any key certified, another person's too.
    #[arg(long, conflicts_with_all = ["request_issuer", "request_nonce"])]
    no_possession_proof: bool,
}

impl PossessionArgs {
    /// Whether one of its options was given.
    pub(crate) fn is_given(&self) -> bool {
        self.no_possession_proof || self.request_issuer.is_some()
    }

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

/// The key that a credential is for. Of a request, possession and binding are verified; of a bare key the caller must have said that
/// nothing is (mimi-mls.md 3.1).
///
/// # Errors
/// Those of [`KeyFile::read`]; `x509/request-unbound` and its like; `cli/option-missing` for a request without a binding to hold it
/// against; `cli/possession-unproven` for a bare key; `cli/usage` for a request whose proof is declined.
pub(crate) fn holder(inputs: &Inputs, source: &Source, args: &PossessionArgs) -> Result<PublicKey, Failure> {
    let input = inputs.read(source, "holder's key")?;
    let is_request = Content::of(&input) == Some(Content::Request);
    if is_request && args.no_possession_proof {
        let note = "--no-possession-proof is given, and --holder is a certification request, which has the proof";
        return Err(Failure::note(Code::Usage, note).hint("give --request-issuer and --request-nonce instead"));
    }
    match args.binding() {
        None if is_request => Err(Failure::note(Code::OptionMissing, "--request-issuer and --request-nonce")
            .hint("a certification request proves something to one issuer, with the nonce that it gave out")),
        Some(binding) => {
            let request = parse(&input).map_err(|failure| failure.reading(&input.name))?;
            Ok(request.verify(&binding)?.subject_key().clone())
        }
        None => {
            let key = KeyFile::parse(&input).map_err(|failure| failure.reading(&input.name))?.public;
            if args.no_possession_proof { Ok(key) } else { Err(Failure::new(Code::PossessionUnproven)) }
        }
    }
}
