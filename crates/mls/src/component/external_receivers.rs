//! The component external_receivers (0x0008), as in draft-mahy-mls-semiprivatemessage-07: to whom outside of the group members seal their
//! handshakes. Here that is the hub (mimi-mls 2.8).

use std::collections::BTreeSet;
use std::fmt;

use mimicred_error::At;

use crate::credential::Credential;
use crate::error::{Code, Error};
use crate::leaf_node::{MAX_KEY, between};
use crate::tls::{Reader, Writer};

const MAX_RECEIVERS: usize = 64;
const MAX_OCTETS: usize = 1024 * 1024;

/// `ExternalReceiver external_receivers<V>`: at least one, each key once.
///
/// ```
/// use mimicred_mls::Credential;
/// use mimicred_mls::component::{ExternalReceiver, ExternalReceivers};
///
/// let credential = Credential::Basic(b"mimi://hub.example".to_vec());
/// let receivers = ExternalReceivers::new(vec![ExternalReceiver::new(vec![9; 32], credential)?])?;
/// let octets = receivers.encode()?;
/// assert!(octets.starts_with(b"\x36\x20\x09\x09"));
/// assert_eq!(ExternalReceivers::decode(&octets)?.only()?.public_key(), [9; 32]);
/// # Ok::<(), mimicred_mls::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalReceivers(Vec<ExternalReceiver>);

/// `ExternalReceiver`.
#[derive(Clone, PartialEq, Eq)]
pub struct ExternalReceiver {
    public_key: Vec<u8>,
    credential: Credential,
    /// As received: an sd_jwt credential has two numbers.
    credential_octets: Vec<u8>,
}

impl ExternalReceivers {
    /// Takes the receivers in their order.
    ///
    /// # Errors
    /// `mls/empty`, `mls/value-duplicate` for a key that is there twice, `mls/limit`.
    pub fn new(receivers: Vec<ExternalReceiver>) -> Result<Self, Error> {
        let at = || At::Field("external_receivers".into());
        if receivers.is_empty() || receivers.len() > MAX_RECEIVERS {
            return Err(Error::new(if receivers.is_empty() { Code::Empty } else { Code::Limit }).at(at()));
        }
        let mut seen = BTreeSet::new();
        match receivers.iter().position(|receiver| !seen.insert(&receiver.public_key)) {
            Some(twice) => Err(Error::new(Code::ValueDuplicate).at(At::Item(twice))),
            None => Ok(Self(receivers)),
        }
    }

    /// The receivers in their order.
    pub fn as_slice(&self) -> &[ExternalReceiver] {
        &self.0
    }

    /// The only receiver: a room has one hub, and a handshake is sealed to nobody else.
    ///
    /// # Errors
    /// `mls/limit` if there are others.
    pub fn only(&self) -> Result<&ExternalReceiver, Error> {
        match self.0.as_slice() {
            [receiver] => Ok(receiver),
            _ => Err(Error::new(Code::Limit).at(At::Field("external_receivers".into())).note("more than the hub")),
        }
    }

    /// Reads the component. Whether a key is one of the group's suite is seen when something is sealed to it.
    ///
    /// # Errors
    /// Those of [`ExternalReceivers::new`], `mls/empty` for an empty key, and those of [`Reader`] and [`Credential::read`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let receivers = reader.list(MAX_OCTETS, MAX_RECEIVERS, ExternalReceiver::read)?;
        reader.finish()?;
        Self::new(receivers)
    }

    /// The component.
    ///
    /// # Errors
    /// `mls/limit` for what is longer than any vector.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        Writer::new().list(&self.0, |writer, it| writer.vector(&it.public_key).octets(&it.credential_octets)).finish()
    }
}

impl ExternalReceiver {
    /// The owner of an HPKE public key of the group's suite.
    ///
    /// # Errors
    /// `mls/empty` for an empty key, and those of [`Credential::encode_for_leaf`].
    pub fn new(public_key: Vec<u8>, credential: Credential) -> Result<Self, Error> {
        if public_key.is_empty() {
            return Err(Error::new(Code::Empty).at(At::Field("external_receiver_public_key".into())));
        }
        let credential_octets = credential.encode_for_leaf()?;
        // A type whose end cannot be told cannot stand here.
        let mut reader = Reader::new(&credential_octets);
        let credential = Credential::read(&mut reader)?;
        reader.finish()?;
        Ok(Self { public_key, credential, credential_octets })
    }

    /// The HPKE public key.
    pub fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    /// Whose it is, as the group says.
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let place = reader.clone();
        let public_key = reader.vector(MAX_KEY)?.to_vec();
        if public_key.is_empty() {
            return Err(place.error(Code::Empty).note("external_receiver_public_key"));
        }
        let start = reader.clone();
        let credential = Credential::read(reader)?;
        Ok(Self { public_key, credential, credential_octets: between(&start, reader).to_vec() })
    }
}

/// Without the key.
impl fmt::Debug for ExternalReceiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExternalReceiver").field("credential", &self.credential).finish_non_exhaustive()
    }
}
