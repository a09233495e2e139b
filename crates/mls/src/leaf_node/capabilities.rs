//! What a client says it understands (RFC 9420 7.2).

use crate::error::Error;
use crate::tls::{Reader, Writer};

const MAX_OCTETS: usize = 4096;
const MAX_NUMBERS: usize = 2048;

/// Numbers of the MLS registries, in the order in which the client lists them; GREASE is among them (RFC 9420 13.5).
///
/// ```
/// use mimicred_mls::Capabilities;
/// use mimicred_mls::tls::Reader;
///
/// let capabilities = Capabilities::read(&mut Reader::new(b"\x02\x00\x01\x04\x00\x01\x00\x02\x00\x00\x02\x00\x05"))?;
/// assert_eq!((&capabilities.cipher_suites[..], &capabilities.credentials[..]), (&[1, 2][..], &[5][..]));
/// # Ok::<(), mimicred_mls::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Versions of the protocol.
    pub versions: Vec<u16>,
    /// Cipher suites.
    pub cipher_suites: Vec<u16>,
    /// Extension types beyond those of RFC 9420.
    pub extensions: Vec<u16>,
    /// Proposal types beyond those of RFC 9420.
    pub proposals: Vec<u16>,
    /// Credential types.
    pub credentials: Vec<u16>,
}

impl Capabilities {
    /// Reads the five lists.
    ///
    /// # Errors
    /// Those of [`Reader::list`]; a list has at most 2048 numbers.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self {
            versions: numbers(reader)?,
            cipher_suites: numbers(reader)?,
            extensions: numbers(reader)?,
            proposals: numbers(reader)?,
            credentials: numbers(reader)?,
        })
    }

    /// The five lists.
    pub(crate) fn write(&self, writer: Writer) -> Writer {
        let lists = [&self.versions, &self.cipher_suites, &self.extensions, &self.proposals, &self.credentials];
        lists.into_iter().fold(writer, |writer, numbers| writer.list(numbers.iter().copied(), Writer::u16))
    }
}

fn numbers(reader: &mut Reader<'_>) -> Result<Vec<u16>, Error> {
    reader.list(MAX_OCTETS, MAX_NUMBERS, Reader::u16)
}
