//! The component consent_usage (0xD056), in the consent_extensions of a ConsentEntry: what a consent is for (mimi-mls 3.6.1).

use crate::component::UsageKind;
use crate::error::{Code, Error};
use crate::tls::{Reader, Writer};

const MAX_USAGES: usize = 16;

/// `ConsentUsage`.
///
/// ```
/// use mimicred_mls::component::{ConsentUsage, UsageKind};
///
/// // "Anybody at that provider may start a connection room with me."
/// let consent = ConsentUsage { usages: vec![UsageKind::InitialConnection], any_requester_at_domain: true };
/// assert_eq!(consent.encode()?, b"\x01\x01\x01");
/// assert_eq!(ConsentUsage::decode(b"\x01\x01\x01")?, consent);
/// # Ok::<(), mimicred_mls::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentUsage {
    /// The kinds of use consented to, each once.
    pub usages: Vec<UsageKind>,
    /// Whether it is for every user of a provider; requesterUri is then that provider's.
    pub any_requester_at_domain: bool,
}

impl ConsentUsage {
    /// Reads the component.
    ///
    /// # Errors
    /// `mls/value-unknown`, `mls/value-duplicate`, and those of [`Reader`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let mut usages = Vec::new();
        reader.list::<_, Error>(MAX_USAGES, MAX_USAGES, |inner| {
            let place = inner.clone();
            let usage = UsageKind::read(inner)?;
            if usages.contains(&usage) {
                return Err(place.error(Code::ValueDuplicate));
            }
            usages.push(usage);
            Ok(())
        })?;
        let any_requester_at_domain = reader.flag()?;
        reader.finish()?;
        Ok(Self { usages, any_requester_at_domain })
    }

    /// The component.
    ///
    /// # Errors
    /// None that can happen.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        let usages = self.usages.iter().map(|usage| usage.number());
        Writer::new().list(usages, Writer::u8).flag(self.any_requester_at_domain).finish()
    }
}
