//! Frank: the hub's mark on a message that it took in (draft-ietf-mimi-protocol, "Message Franking"). Carried, not made and not judged here.

use std::fmt;

use crate::error::Error;
use crate::leaf_node::MAX_SIGNATURE;
use crate::tls::{Reader, Writer};

const FRANK_LEN: usize = 32;

/// `Frank`.
#[derive(Clone, PartialEq, Eq)]
pub struct Frank {
    /// What the hub alone can check.
    pub server_frank: [u8; FRANK_LEN],
    /// The number of the suite whose signature algorithm the next field has.
    pub cipher_suite: u16,
    /// What every receiver can check.
    pub integrity_signature: Vec<u8>,
}

impl Frank {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let mut server_frank = [0; FRANK_LEN];
        server_frank.copy_from_slice(reader.octets(FRANK_LEN)?);
        Ok(Self { server_frank, cipher_suite: reader.u16()?, integrity_signature: reader.vector(MAX_SIGNATURE)?.to_vec() })
    }

    pub(super) fn write(&self, writer: Writer) -> Writer {
        writer.octets(&self.server_frank).u16(self.cipher_suite).vector(&self.integrity_signature)
    }
}

impl fmt::Debug for Frank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frank(suite 0x{:04x})", self.cipher_suite)
    }
}
