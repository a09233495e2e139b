//! The status lists that a verification is given: files, and the keys that count for them.

use mimicred_claims::Clock;
use mimicred_keys::PublicKey;
use mimicred_status::{Expectations, Limits, UnverifiedStatusList, VerifiedStatusList};

use crate::error::Failure;
use crate::io::{Input, Inputs, Source};
use crate::sniff::key::KeyFile;
use crate::sniff::notation::is_notation;
use crate::sniff::{self, Content};

/// Where lists are, and who is trusted for them.
#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Status")]
pub(crate) struct StatusArgs {
    /// A Status List Token (CWT or JWT) as you fetched it; may be given several times. Without the list that it points to, a token with a
    /// status is not accepted; and the trust file must name the list's URI, in status_lists of its issuer.
    #[arg(long, value_name = "FILE", requires = "status_key")]
    status_list: Vec<Source>,
    /// A public key that you trust for status; may be given several times. The issuer's own key counts only if it is given here too.
    #[arg(long, value_name = "KEY", requires = "status_list")]
    status_key: Vec<Source>,
}

impl StatusArgs {
    /// Reads and verifies the lists.
    ///
    /// # Errors
    /// A file cannot be read, a key is a private one, or a list does not count: nothing is judged by a list that is not verified.
    pub(super) fn verified(&self, inputs: &Inputs, now: i64) -> Result<Vec<VerifiedStatusList>, Failure> {
        let key = |source| KeyFile::read(inputs, source, "status key").and_then(KeyFile::into_public);
        let keys = self.status_key.iter().map(key).collect::<Result<Vec<_>, _>>()?;
        let list = |source: &Source| {
            let input = inputs.read(source, "status list")?;
            let list = octets(&input).and_then(|octets| Ok(verified(octets, &keys, now)?));
            list.map_err(|failure| failure.reading(&input.name))
        };
        self.status_list.iter().map(list).collect()
    }
}

/// The octets of what could be a list: what is wrong with one, its reader says best.
fn octets(input: &Input) -> Result<&[u8], Failure> {
    let text = input.text().unwrap_or_default();
    match Content::of(input) {
        Some(Content::StatusListCwt | Content::SdCwt) => Ok(&input.octets),
        Some(Content::StatusListJwt) => Ok(text.as_bytes()),
        // A JWT, and no SD-JWT.
        Some(Content::SdJwt) if !text.contains('~') => Ok(text.as_bytes()),
        None if !is_notation(input) => Ok(&input.octets),
        _ => Err(sniff::unexpected(input, "a Status List Token")),
    }
}

/// The list under whatever name it has: it is looked up by that name, so that it answers for no other.
fn verified(octets: &[u8], keys: &[PublicKey], now: i64) -> Result<VerifiedStatusList, mimicred_status::Error> {
    let received = UnverifiedStatusList::parse(octets)?;
    let clock = Clock { now, leeway: 0 };
    received.verify(&Expectations { keys, uri: &received.subject()?, clock, max_age: None, limits: Limits::DEFAULT })
}
