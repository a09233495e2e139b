//! Extensions of leaves and KeyPackages (RFC 9420 13.4), and the one among them that holds components.

use std::fmt;

use mimicred_error::At;

use crate::component::ComponentId;
use crate::dictionary::{MAX_DICTIONARY, read_components};
use crate::error::{Code, Error};
use crate::tls::{Reader, Writer};

/// The extension that holds components (draft-ietf-mls-extensions).
pub const APP_DATA_DICTIONARY: u16 = 0x0006;

const MAX_OCTETS: usize = 256 * 1024;
const MAX_EXTENSIONS: usize = 64;

/// One extension, not interpreted.
#[derive(Clone, PartialEq, Eq)]
pub struct Extension {
    /// The number in the registry.
    pub extension_type: u16,
    /// Its content.
    pub data: Vec<u8>,
}

/// A list of extensions, each type at most once.
///
/// ```
/// use mimicred_mls::Extensions;
/// use mimicred_mls::tls::Reader;
///
/// // app_data_dictionary with one component, 0xD052, of one octet.
/// let extensions = Extensions::read(&mut Reader::new(b"\x08\x00\x06\x05\x04\xd0\x52\x01\x02"))?;
/// assert_eq!(extensions.get(0x0006), Some(&b"\x04\xd0\x52\x01\x02"[..]));
/// assert_eq!(extensions.component(0xd052)?, Some(&b"\x02"[..]));
/// assert_eq!(extensions.component(0xd051)?, None);
/// # Ok::<(), mimicred_mls::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extensions(Vec<Extension>);

impl Extensions {
    /// Reads the list.
    ///
    /// # Errors
    /// `mls/extension-duplicate`, and those of [`Reader::list`]; there are at most 64 extensions in 256 KiB.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        Self::read_within(reader, MAX_OCTETS)
    }

    /// The same with another bound on the octets: a GroupInfo holds the whole tree in an extension.
    pub(crate) fn read_within(reader: &mut Reader<'_>, limit: usize) -> Result<Self, Error> {
        let mut types = Vec::new();
        reader
            .list(limit, MAX_EXTENSIONS, |inner| {
                let place = inner.clone();
                let extension_type = inner.u16()?;
                if types.contains(&extension_type) {
                    return Err(place.error(Code::ExtensionDuplicate).note(format!("type 0x{extension_type:04x}")));
                }
                types.push(extension_type);
                Ok(Extension { extension_type, data: inner.vector(limit)?.to_vec() })
            })
            .map(Self)
    }

    /// The list without one extension.
    pub(crate) fn without(&self, extension_type: u16) -> Self {
        Self(self.iter().filter(|extension| extension.extension_type != extension_type).cloned().collect())
    }

    /// The list as it was read.
    pub(crate) fn write(&self, writer: Writer) -> Writer {
        writer.list(self.iter(), |writer, extension| writer.u16(extension.extension_type).vector(&extension.data))
    }

    /// The content of one extension.
    pub fn get(&self, extension_type: u16) -> Option<&[u8]> {
        self.iter().find(|extension| extension.extension_type == extension_type).map(|extension| extension.data.as_slice())
    }

    /// All of them, as listed.
    pub fn iter(&self) -> impl Iterator<Item = &Extension> {
        self.0.iter()
    }

    /// The content of one component of the app_data_dictionary, if both are there.
    ///
    /// # Errors
    /// `mls/component-duplicate`, `mls/component-order` and those of [`Reader`] if the dictionary is malformed.
    pub fn component(&self, component: ComponentId) -> Result<Option<&[u8]>, Error> {
        Ok(self.components()?.into_iter().find(|(id, _)| *id == component).map(|(_, data)| data))
    }

    /// Everything in the app_data_dictionary, ascending; nothing if there is none.
    ///
    /// # Errors
    /// As [`Extensions::component`].
    pub fn components(&self) -> Result<Vec<(ComponentId, &[u8])>, Error> {
        match self.get(APP_DATA_DICTIONARY) {
            // An offset in the dictionary would be taken for one in the whole input.
            Some(octets) => {
                let mut reader = Reader::new(octets);
                let components = read_components(&mut reader, MAX_DICTIONARY);
                let components = components.and_then(|components| reader.finish().map(|()| components));
                components.map_err(|error| error.at(At::Field("app_data_dictionary".into())))
            }
            None => Ok(Vec::new()),
        }
    }
}

/// Without the content.
impl fmt::Debug for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Extension(0x{:04x}, {} octets)", self.extension_type, self.data.len())
    }
}
