//! Where the ratchet tree is.
//!
//! ```
//! use mimicred_mls::protocol::RatchetTreeOption;
//! use mimicred_mls::tls::{Reader, Writer};
//!
//! // The content of a ratchet_tree extension: `optional<Node> ratchet_tree<V>`.
//! let tree = RatchetTreeOption::full(b"\x03abc")?;
//! let octets = tree.write(Writer::new())?.finish()?;
//! assert_eq!(octets, b"\x01\x03abc");
//! assert_eq!(RatchetTreeOption::read(&mut Reader::new(&octets))?.tree()?.as_deref(), Some(&b"\x03abc"[..]));
//! assert_eq!(RatchetTreeOption::read(&mut Reader::new(b"\x04"))?, RatchetTreeOption::DistributionService);
//! # Ok::<(), mimicred_mls::Error>(())
//! ```

use std::fmt;

use super::super::unknown;
use crate::error::{Code, Error};
use crate::group_info::MAX_GROUP_INFO;
use crate::leaf_node::MAX_SIGNATURE;
use crate::tls::{Reader, Writer};

const MAX_URL: usize = 4096;

/// `RatchetTreeOption`: where the tree is.
#[derive(Clone, PartialEq, Eq)]
pub enum RatchetTreeOption {
    /// 1: here: the nodes, without the length before them. See [`RatchetTreeOption::full`].
    Full(Vec<u8>),
    /// 2: there, and signed.
    HttpsUri {
        /// An https URL.
        url: String,
        /// The signature over the tree.
        tree_signature: Vec<u8>,
    },
    /// 3: it comes by another way.
    OutOfBand {
        /// The signature over the tree.
        tree_signature: Vec<u8>,
    },
    /// 4: the hub has it, because it follows the group.
    DistributionService,
}

impl RatchetTreeOption {
    /// From the content of a ratchet_tree extension (RFC 9420 12.4.3.3). Whether the nodes make a tree is not looked at.
    ///
    /// # Errors
    /// Those of [`Reader`] if it is not one vector, `mls/empty` for no nodes.
    pub fn full(extension: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(extension);
        let nodes = Self::read_nodes(&mut reader)?;
        reader.finish()?;
        Ok(nodes)
    }

    /// The content of the ratchet_tree extension, if the tree is here.
    ///
    /// # Errors
    /// `mls/limit` for what is longer than any vector.
    pub fn tree(&self) -> Result<Option<Vec<u8>>, Error> {
        match self {
            Self::Full(nodes) => Writer::new().vector(nodes).finish().map(Some),
            _ => Ok(None),
        }
    }

    /// Reads an option that is followed by something else.
    ///
    /// # Errors
    /// `mls/value-unknown`, `mls/empty`, `mls/uri-invalid` for a URL that is not https, and those of [`Reader`].
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let place = reader.clone();
        match reader.u8()? {
            1 => Self::read_nodes(reader),
            2 => {
                let place = reader.clone();
                let url = reader.text(MAX_URL)?.to_owned();
                if !is_https(&url) {
                    return Err(place.error(Code::UriInvalid).note("not https"));
                }
                Ok(Self::HttpsUri { url, tree_signature: reader.vector(MAX_SIGNATURE)?.to_vec() })
            }
            3 => Ok(Self::OutOfBand { tree_signature: reader.vector(MAX_SIGNATURE)?.to_vec() }),
            4 => Ok(Self::DistributionService),
            other => Err(unknown(&place, "RatchetTreeRepresentation", other)),
        }
    }

    /// The option.
    ///
    /// # Errors
    /// `mls/empty` and `mls/uri-invalid` for what could not be read.
    pub fn write(&self, writer: Writer) -> Result<Writer, Error> {
        Ok(match self {
            Self::Full(nodes) if nodes.is_empty() => return Err(Error::new(Code::Empty).note("ratchet_tree")),
            Self::Full(nodes) => writer.u8(1).vector(nodes),
            Self::HttpsUri { url, .. } if !is_https(url) => return Err(Error::new(Code::UriInvalid).note("not https")),
            Self::HttpsUri { url, tree_signature } => writer.u8(2).vector(url.as_bytes()).vector(tree_signature),
            Self::OutOfBand { tree_signature } => writer.u8(3).vector(tree_signature),
            Self::DistributionService => writer.u8(4),
        })
    }

    fn read_nodes(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let place = reader.clone();
        match reader.vector(MAX_GROUP_INFO)? {
            [] => Err(place.error(Code::Empty).note("ratchet_tree")),
            nodes => Ok(Self::Full(nodes.to_vec())),
        }
    }
}

/// Its scheme, and characters that a URL can have.
fn is_https(url: &str) -> bool {
    url.starts_with("https://") && url.bytes().all(|octet| octet.is_ascii_graphic())
}

/// Sizes only.
impl fmt::Debug for RatchetTreeOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(nodes) => write!(f, "Full({} octets)", nodes.len()),
            Self::HttpsUri { .. } => f.write_str("HttpsUri"),
            Self::OutOfBand { .. } => f.write_str("OutOfBand"),
            Self::DistributionService => f.write_str("DistributionService"),
        }
    }
}
