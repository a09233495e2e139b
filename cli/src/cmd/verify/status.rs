//! The status lists that a verification is given, with the keys that count for them, and the revocation lists.

use mimicred_claims::Clock;
use mimicred_keys::PublicKey;
use mimicred_room::{HeldCrls, HeldStatus};
use mimicred_status::{Expectations, Limits, UnverifiedStatusList, VerifiedStatusList};

use crate::error::Failure;
use crate::io::{Input, Inputs, Source};
use crate::now::Span;
use crate::out::Out;
use crate::sniff::crl;
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
    /// Do without status lists that were signed longer ago than this, written like 24h: a list is good for as long as it says, and
    /// whoever keeps you from newer ones gains that time.
    #[arg(long, value_name = "SPAN", requires = "status_list")]
    status_max_age: Option<Span>,
    /// A revocation list (CRL, PEM or DER) as you fetched it; may be given several times. A certificate that its issuer's list has is not
    /// accepted. Without a list nothing is known, which is enough unless the trust file says crl = "required".
    #[arg(long, value_name = "FILE")]
    crl: Vec<Source>,
}

impl StatusArgs {
    /// Reads the lists. Status lists are verified; of revocation lists it is seen that they could count now, and whose they are shows in
    /// the path of a certificate.
    ///
    /// # Errors
    /// A file cannot be read, a key is a private one, or a list does not count: nothing is judged by a list that is not verified.
    pub(super) fn held(&self, inputs: &Inputs, now: i64) -> Result<HeldStatus, Failure> {
        let mut crls = HeldCrls::new();
        for source in &self.crl {
            let list = crl::read(inputs, source)?;
            list.check_usable(now).map_err(|error| Failure::from(error).reading(&source.to_string()))?;
            crls.add(list);
        }
        Ok(HeldStatus { lists: self.lists(inputs, now)?, crls })
    }

    /// Says which revocation lists were of nobody on a path.
    pub(super) fn remark_unused(&self, crls: &HeldCrls, out: &mut Out) {
        for source in crls.unused().filter_map(|n| self.crl.get(n)) {
            out.warning(&format!("note: {source} is of no CA that was asked about"));
        }
    }

    fn lists(&self, inputs: &Inputs, now: i64) -> Result<Vec<VerifiedStatusList>, Failure> {
        let key = |source| KeyFile::read(inputs, source, "status key").and_then(KeyFile::into_public);
        let keys = self.status_key.iter().map(key).collect::<Result<Vec<_>, _>>()?;
        let list = |source: &Source| {
            let input = inputs.read(source, "status list")?;
            let list = octets(&input).and_then(|octets| Ok(self.verified(octets, &keys, now)?));
            list.map_err(|failure| failure.reading(&input.name))
        };
        self.status_list.iter().map(list).collect()
    }

    /// The list under whatever name it has: it is looked up by that name, so that it answers for no other.
    fn verified(&self, octets: &[u8], keys: &[PublicKey], now: i64) -> Result<VerifiedStatusList, mimicred_status::Error> {
        let received = UnverifiedStatusList::parse(octets)?;
        let (clock, max_age) = (Clock { now, leeway: 0 }, self.status_max_age.map(|Span(seconds)| seconds.into()));
        received.verify(&Expectations { keys, uri: &received.subject()?, clock, max_age, limits: Limits::DEFAULT })
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
