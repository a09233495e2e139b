//! The component disclosure_recipients (0xD054), in the dictionary of a leaf: the key to which disclosures for its owner alone are
//! sealed (mimi-mls 3.5.5).

use crate::error::{Code, Error};
use crate::leaf_node::MAX_KEY;
use crate::tls::{Reader, Writer};

/// `DisclosureRecipient`: an HPKE public key of the suite's KEM, made for this leaf and for nothing else. Every leaf of a pseudonymous
/// room has one, so that having it says nothing.
///
/// ```
/// use mimicred_mls::component::DisclosureRecipient;
///
/// let recipient = DisclosureRecipient { recipient_key: vec![9; 32] };
/// assert!(recipient.encode()?.starts_with(b"\x20\x09"));
/// # Ok::<(), mimicred_mls::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DisclosureRecipient {
    /// The public key.
    pub recipient_key: Vec<u8>,
}

impl DisclosureRecipient {
    /// Reads the component. Whether the key is one of the suite is seen when something is sealed to it.
    ///
    /// # Errors
    /// `mls/empty`, and those of [`Reader`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let place = reader.clone();
        let recipient_key = reader.vector(MAX_KEY)?.to_vec();
        if recipient_key.is_empty() {
            return Err(place.error(Code::Empty).note("recipient_key"));
        }
        reader.finish()?;
        Ok(Self { recipient_key })
    }

    /// The component.
    ///
    /// # Errors
    /// `mls/limit` for a key longer than any vector.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        Writer::new().vector(&self.recipient_key).finish()
    }
}
