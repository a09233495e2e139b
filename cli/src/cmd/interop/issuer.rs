//! Whose signature counts: `--issuer` and `--issuer-key` (CWT-C-009).

use std::path::PathBuf;

use clap::ValueEnum;
use mimicred_keys::PublicKey;
use mimicred_sd_cwt::TrustedIssuer;

use crate::error::{Code, Failure};
use crate::io::{Inputs, Source};
use crate::sniff::key::KeyFile;

/// One of the two, since without any no token can be verified, and with both it would not be clear what counts.
#[derive(clap::Args, Debug)]
#[group(required = true, multiple = false)]
pub(super) struct IssuerArgs {
    /// The Issuer's public key, in PEM.
    #[arg(long, value_name = "ISSUER_PUB")]
    issuer: Option<Source>,
    /// How to come by the Issuer's public key otherwise.
    #[arg(long, value_enum, value_name = "HOW")]
    issuer_key: Option<How>,
}

/// How to come by the Issuer's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum How {
    /// Not at all: who issued the token is not checked, and anybody may have made up its claims.
    Ignore,
    /// From the https URL in the kid; refused, since mimicred has no network.
    Fetch,
    /// From the file in the working directory that is called like the last part of the https URL in the kid.
    Cache,
}

/// Who may have issued a token.
pub(super) enum Trust {
    /// Who has this key, and is called as the token says.
    Issuer(TrustedIssuer),
    /// Anybody.
    Anybody,
}

impl IssuerArgs {
    /// Refuses early what cannot be done.
    ///
    /// # Errors
    /// `cli/fetch-unsupported`.
    pub(super) fn check(&self) -> Result<(), Failure> {
        match self.issuer_key {
            Some(How::Fetch) => Err(Failure::new(Code::FetchUnsupported)),
            _ => Ok(()),
        }
    }

    /// Finds the key for a token that claims to be of this issuer and signed with the key of this identifier. The contract knows
    /// issuers by their keys only, so the name is taken as it is claimed.
    ///
    /// # Errors
    /// The key cannot be read, is a private one, or is not named by the token; `cli/fetch-unsupported`.
    pub(super) fn trust(&self, inputs: &Inputs, claimed: Option<&str>, key_id: Option<&[u8]>) -> Result<Trust, Failure> {
        let key = match (&self.issuer, self.issuer_key) {
            (Some(file), _) => public_key(inputs, file),
            (None, Some(How::Cache)) => public_key(inputs, &Source::File(cached(key_id)?)).map_err(|failure| {
                failure.hint("the kid names this file in the working directory; save the Issuer's public key there, or give it with --issuer")
            }),
            (None, Some(How::Ignore)) => return Ok(Trust::Anybody),
            (None, Some(How::Fetch)) => return Err(Failure::new(Code::FetchUnsupported)),
            // The command line was refused without any.
            (None, None) => return Err(Failure::note(Code::OptionMissing, "--issuer or --issuer-key")),
        };
        Ok(Trust::Issuer(TrustedIssuer { issuer: claimed.unwrap_or_default().to_owned(), key: key? }))
    }
}

fn public_key(inputs: &Inputs, file: &Source) -> Result<PublicKey, Failure> {
    KeyFile::read(inputs, file, "Issuer's key")?.into_public()
}

/// The file that a key identifier names: a bare name in the working directory, whatever else the URL says (CWT-C-009, trap 32).
/// Only plain characters pass, and no name of a hidden file, so that there is no way up or elsewhere.
fn cached(key_id: Option<&[u8]>) -> Result<PathBuf, Failure> {
    let unusable = |note: &str| Failure::note(Code::KeyIdUnusable, note);
    let key_id = key_id.ok_or_else(|| unusable("the token has none"))?;
    let url = std::str::from_utf8(key_id).ok().and_then(|url| url.strip_prefix("https://"));
    let path = url.ok_or_else(|| unusable("it is no https URL"))?;
    let (_, name) = path.rsplit_once('/').ok_or_else(|| unusable("it has no path"))?;
    let is_plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.');
    if name.is_empty() || name.starts_with('.') || !name.bytes().all(is_plain) || path.contains(['?', '#']) {
        return Err(unusable("its last part is no plain file name"));
    }
    Ok(name.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CWT-C-009, trap 32.
    #[test]
    fn a_key_identifier_names_a_bare_file() {
        for (url, name) in [
            ("https://issuer.example/cose-key3", "cose-key3"),
            ("https://issuer.example/a/b/issuer_pub.pem", "issuer_pub.pem"),
            ("https://x/../etc/passwd", "passwd"),
            ("https://x//k", "k"),
        ] {
            assert_eq!(cached(Some(url.as_bytes())).unwrap(), PathBuf::from(name));
        }
        for url in [
            "",
            "cose-key3",
            "/cose-key3",
            "http://x/k",
            "HTTPS://x/k",
            "file:///etc/passwd",
            "https://k",
            "https://x/",
            "https://x/.",
            "https://x/..",
            "https://x/.ssh",
            "https://x/..\\k",
            "https://x/c:k",
            "https://x/%2e%2e%2fk",
            "https://x/a b",
            "https://x/a\0",
            "https://x/kéy",
            "https://x/k?v=1",
            "https://x/?/k",
            "https://x/#/k",
        ] {
            assert!(cached(Some(url.as_bytes())).is_err(), "{url}");
        }
        assert!(cached(Some(b"https://x/\xff")).is_err());
        assert!(cached(None).is_err());
    }
}
