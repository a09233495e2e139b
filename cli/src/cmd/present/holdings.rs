//! The credentials among which a policy chooses.

use mimicred_claims::{ClaimPath, Clock, Selection};
use mimicred_keys::LeafKey;
use mimicred_room::Holding;
use mimicred_uri::MimiUri;
use mimicred_x509::UnverifiedChain;

use super::{Args, token, unpresentable, x509};
use crate::error::Failure;
use crate::io::Input;
use crate::names;
use crate::sniff::Content;

/// A credential of the holder's, and the file that it is from.
pub(super) struct Owned {
    pub(super) file: String,
    credential: Credential,
}

enum Credential {
    SdJwt(mimicred_sd_jwt::Held),
    SdCwt(mimicred_sd_cwt::Held),
    X509 { chain: Box<UnverifiedChain>, octets: Vec<Vec<u8>> },
}

impl Owned {
    /// Takes up a credential out of the holder's store.
    ///
    /// # Errors
    /// It cannot be read, is for another key, or has expired; a certificate, and the group is not named.
    pub(super) fn read(args: &Args, input: &Input, key: &LeafKey, clock: Clock) -> Result<Self, Failure> {
        let credential = match Content::of(input) {
            Some(Content::SdJwt) => Credential::SdJwt(token::sd_jwt(input, key, clock)?),
            Some(Content::SdCwt) => Credential::SdCwt(token::sd_cwt(input, key, clock)?),
            Some(Content::Certificate) => {
                x509::check(args)?;
                let chain = x509::chain(input, key)?;
                Credential::X509 { octets: x509::octets(&chain), chain: Box::new(chain) }
            }
            _ => return Err(unpresentable(input)),
        };
        Ok(Self { file: input.name.clone(), credential })
    }

    pub(super) fn holding<'a>(&'a self, key: &'a LeafKey) -> Holding<'a> {
        match &self.credential {
            Credential::SdJwt(held) => Holding::SdJwt(held),
            Credential::SdCwt(held) => Holding::SdCwt(held),
            Credential::X509 { octets, .. } => Holding::X509 { chain: octets, key: key.public() },
        }
    }

    /// The pseudonym that it names.
    pub(super) fn pseudonym(&self) -> Option<MimiUri> {
        match &self.credential {
            Credential::SdJwt(held) => token::pseudonym(held.claims()),
            Credential::SdCwt(held) => token::pseudonym(held.claims()),
            Credential::X509 { chain, .. } => x509::pseudonym(chain),
        }
    }

    /// What the command line says of it, if it does.
    pub(super) fn said(&self, args: &Args) -> Option<Selection> {
        match &self.credential {
            Credential::SdJwt(_) => args.said(ClaimPath::clone),
            Credential::SdCwt(_) => args.said(names::to_numbers),
            Credential::X509 { .. } => args.said(ClaimPath::clone),
        }
    }

    /// What it reveals, in short: claims by their names, what a certificate says by its values.
    pub(super) fn reveals(&self, revealed: &[ClaimPath]) -> Vec<String> {
        match &self.credential {
            Credential::SdJwt(_) => token::innermost(revealed).map(ToString::to_string).collect(),
            Credential::SdCwt(_) => token::innermost(revealed).map(|path| names::to_names(path).to_string()).collect(),
            Credential::X509 { chain, .. } => x509::revealed(chain),
        }
    }
}
