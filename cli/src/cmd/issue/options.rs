//! Options that not every format has.

use clap::ValueEnum;
use clap::builder::NonEmptyStringValueParser;
use mimicred_keys::{HashAlgorithm, PublicKey};

use super::{Args, Format};
use crate::error::{Code, Failure};
use crate::io::{Inputs, Source};
use crate::names::Serialization;
use crate::octets::Octets;
use crate::sniff::certificate;

/// Options of tokens.
#[derive(clap::Args, Debug)]
pub(super) struct TokenArgs {
    /// Name the issuer's key in the header; what its file says, if not given.
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new(), help_heading = "Tokens")]
    kid: Option<String>,
    /// The hash of the disclosures; the one that matches the issuer's key if not given.
    #[arg(long, value_enum, help_heading = "Tokens")]
    hash: Option<Hash>,
    /// How the token names the holder's key: by the key itself, or by its thumbprint for verifiers who have the key.
    #[arg(long, value_enum, help_heading = "Tokens")]
    cnf: Option<Cnf>,
    /// The certificates of the issuer's key, its own first, to go into the header (x5chain, x5c); with them iss may be left out, though
    /// rooms want it.
    #[arg(long, value_name = "FILE", help_heading = "Tokens")]
    x5chain: Option<Source>,
    /// The nonce that the client sent, to be given back to it; nobody else will be shown such a token (sd-cwt).
    #[arg(long, value_name = "HEX", help_heading = "Tokens")]
    cnonce: Option<Octets>,
    /// The type of the token, which ends in +sd-jwt; dc+sd-jwt makes it a credential of SD-JWT VC, with its rules (sd-jwt).
    #[arg(long = "type", value_name = "TYPE", value_parser = NonEmptyStringValueParser::new(), help_heading = "Tokens")]
    typ: Option<String>,
    /// How the token is written: on one line, or as JSON (sd-jwt).
    #[arg(long, value_enum, help_heading = "Tokens")]
    serialization: Option<Serialization>,
}

/// Hashes of disclosures.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Hash {
    #[value(name = "sha-256")]
    Sha256,
    #[value(name = "sha-384")]
    Sha384,
    #[value(name = "sha-512")]
    Sha512,
}

/// Ways to name the holder's key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Cnf {
    /// As a COSE_Key or JWK.
    #[default]
    Key,
    /// By the SHA-256 thumbprint of the COSE_Key or JWK.
    Thumbprint,
}

impl TokenArgs {
    pub(super) fn kid<'a>(&'a self, of_key: Option<&'a str>) -> Option<&'a str> {
        self.kid.as_deref().or(of_key)
    }

    pub(super) fn hash(&self) -> Option<HashAlgorithm> {
        self.hash.map(|hash| match hash {
            Hash::Sha256 => HashAlgorithm::Sha256,
            Hash::Sha384 => HashAlgorithm::Sha384,
            Hash::Sha512 => HashAlgorithm::Sha512,
        })
    }

    pub(super) fn cnf(&self) -> Cnf {
        self.cnf.unwrap_or_default()
    }

    pub(super) fn typ(&self) -> Option<&str> {
        self.typ.as_deref()
    }

    pub(super) fn serialization(&self) -> Serialization {
        self.serialization.unwrap_or_default()
    }

    pub(super) fn cnonce(&self) -> Option<&[u8]> {
        self.cnonce.as_ref().map(|Octets(octets)| octets.as_slice())
    }

    /// The certificates in DER, of which the first must be of the issuer's key.
    ///
    /// # Errors
    /// The file cannot be read, or begins with the certificate of another key.
    pub(super) fn x5chain(&self, inputs: &Inputs, issuer: &PublicKey) -> Result<Option<Vec<Vec<u8>>>, Failure> {
        let Some(source) = &self.x5chain else { return Ok(None) };
        let chain = certificate::read(inputs, source, "issuer's certificates")?;
        let own = chain.first().map(|first| first.subject_key()).transpose()?;
        if own.as_ref() != Some(issuer) {
            let note = format!("--x5chain {source} does not begin with a certificate of --issuer-key");
            return Err(
                Failure::note(Code::Usage, note).hint("put the certificate of the issuer's key first, and then those of its CAs")
            );
        }
        Ok(Some(chain.iter().map(|certificate| certificate.as_der().to_vec()).collect()))
    }
}

/// Refuses options that the format does not have.
///
/// # Errors
/// `cli/usage`.
pub(super) fn check(args: &Args) -> Result<(), Failure> {
    if args.format != Format::X509 && (args.ca || args.issuer_cert.is_some()) {
        return Err(Failure::note(Code::Usage, "--ca and --issuer-cert belong to --format x509"));
    }
    if args.ca {
        check_ca(args)?;
    }
    if args.format == Format::X509 && (!args.redact.is_empty() || args.min_digests != 0) {
        let hint = "a certificate shows all it says: put into it only what may be seen together, or issue an sd-jwt or sd-cwt";
        return Err(Failure::note(Code::Usage, "--redact and --min-digests belong to the other formats").hint(hint));
    }
    let token = &args.token;
    let of_tokens = [
        ("--kid", token.kid.is_some()),
        ("--hash", token.hash.is_some()),
        ("--cnf", token.cnf.is_some()),
        ("--x5chain", token.x5chain.is_some()),
    ];
    for (option, is_given) in of_tokens {
        if is_given && args.format == Format::X509 {
            return Err(Failure::note(Code::Usage, format!("{option} belongs to the other formats")));
        }
    }
    let of_one = [
        ("--cnonce", token.cnonce.is_some(), Format::SdCwt, "sd-cwt"),
        ("--type", token.typ.is_some(), Format::SdJwt, "sd-jwt"),
        ("--serialization", token.serialization.is_some(), Format::SdJwt, "sd-jwt"),
    ];
    for (option, is_given, format, name) in of_one {
        if is_given && args.format != format {
            return Err(Failure::note(Code::Usage, format!("{option} belongs to --format {name}")));
        }
    }
    Ok(())
}

/// A root is for the issuer's own key; the CA below it is for another.
fn check_ca(args: &Args) -> Result<(), Failure> {
    match (&args.issuer_cert, &args.holder) {
        (None, None) if args.possession.is_given() => {
            let note = "a root is for the issuer's own key, and proves its possession by its signature";
            Err(Failure::note(Code::Usage, note))
        }
        (None, Some(_)) => Err(Failure::note(Code::OptionMissing, "--issuer-cert")
            .hint("--ca with --holder makes an issuing CA: give the certificate of the root above it; without --holder it makes a root")),
        (Some(_), None) => Err(Failure::note(Code::OptionMissing, "--holder").hint(
            "--ca with --issuer-cert makes an issuing CA: give its key, or a request for it; without --issuer-cert it makes a root",
        )),
        _ => Ok(()),
    }
}
