//! The component external_receivers (0x0008), in the GroupContext: who is not a member and is sent handshakes all the same
//! (draft-mahy-mls-semiprivatemessage). Here that is the hub (mimi-mls 2.8).

use crate::error::Error;
use crate::leaf_node::MAX_KEY;
use crate::suite::Suite;
use crate::tls::{Reader, Writer};

const MAX_RECEIVERS: usize = 16;
const MAX_RECEIVER: usize = MAX_KEY + 8;

/// The list of receivers: each a cipher suite and an HPKE key of its KEM.
///
/// ```
/// use mimicred_mls::Suite;
/// use mimicred_mls::component::ExternalReceivers;
///
/// let receivers = ExternalReceivers::one(Suite::X25519Aes128Ed25519, &[4; 32]);
/// assert_eq!(receivers.encode()?[..4], *b"\x23\x00\x01\x20");
/// assert_eq!(ExternalReceivers::decode(&receivers.encode()?)?.the_only(), Some((Suite::X25519Aes128Ed25519, &[4; 32][..])));
/// # Ok::<(), mimicred_mls::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalReceivers(Vec<(Suite, Vec<u8>)>);

impl ExternalReceivers {
    /// A list of one.
    pub fn one(suite: Suite, key: &[u8]) -> Self {
        Self(vec![(suite, key.to_vec())])
    }

    /// The receiver, if there is just one.
    pub fn the_only(&self) -> Option<(Suite, &[u8])> {
        match self.0.as_slice() {
            [(suite, key)] => Some((*suite, key)),
            _ => None,
        }
    }

    /// Reads the component.
    ///
    /// # Errors
    /// `mls/suite-unsupported`, and those of [`Reader`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let receivers = reader.list::<_, Error>(MAX_RECEIVERS * MAX_RECEIVER, MAX_RECEIVERS, |inner| {
            Ok((Suite::from_number(inner.u16()?)?, inner.vector(MAX_KEY)?.to_vec()))
        })?;
        reader.finish()?;
        Ok(Self(receivers))
    }

    /// The component.
    ///
    /// # Errors
    /// `mls/limit` for what is longer than any vector.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        Writer::new().list(&self.0, |writer, (suite, key)| writer.u16(suite.number()).vector(key)).finish()
    }
}
