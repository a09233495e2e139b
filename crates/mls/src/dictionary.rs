//! `AppDataDictionary` (draft-ietf-mls-extensions): components with their data, strictly ascending.
//!
//! As an extension of a leaf, a KeyPackage or a group it is read by [`crate::Extensions`]; messages of the MIMI protocol have one of
//! their own, as the place for what no document has thought of yet.

use std::collections::BTreeMap;
use std::fmt;

use crate::component::ComponentId;
use crate::error::{Code, Error};
use crate::tls::{Reader, Writer};

/// The participants of a large room stand in one.
pub(crate) const MAX_DICTIONARY: usize = 16 * 1024 * 1024;
const MAX_COMPONENTS: usize = 2048;

/// Components of a message, each at most once.
///
/// ```
/// use mimicred_mls::AppDataDictionary;
/// use mimicred_mls::component::{CONSENT_USAGE, ConsentUsage, UsageKind};
///
/// let usage = ConsentUsage { usages: vec![UsageKind::InitialConnection], any_requester_at_domain: true };
/// let dictionary = AppDataDictionary::from_iter([(CONSENT_USAGE, usage.encode()?)]);
/// assert_eq!(dictionary.encode()?, b"\x06\xd0\x56\x03\x01\x01\x01");
///
/// let read = AppDataDictionary::decode(b"\x06\xd0\x56\x03\x01\x01\x01")?;
/// assert_eq!(read.get(CONSENT_USAGE).map(ConsentUsage::decode).transpose()?, Some(usage));
/// # Ok::<(), mimicred_mls::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AppDataDictionary(BTreeMap<ComponentId, Vec<u8>>);

impl AppDataDictionary {
    /// Takes a component in, in the place of what was there under its number.
    pub fn insert(&mut self, component: ComponentId, data: Vec<u8>) {
        self.0.insert(component, data);
    }

    /// The data of one component.
    pub fn get(&self, component: ComponentId) -> Option<&[u8]> {
        self.0.get(&component).map(Vec::as_slice)
    }

    /// All of them, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (ComponentId, &[u8])> {
        self.0.iter().map(|(component, data)| (*component, data.as_slice()))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads a dictionary that fills the whole input.
    ///
    /// # Errors
    /// `mls/component-duplicate`, `mls/component-order`, and those of [`Reader`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let dictionary = Self::read(&mut reader, MAX_DICTIONARY)?;
        reader.finish()?;
        Ok(dictionary)
    }

    /// Reads a dictionary of at most `limit` octets that is followed by something else.
    ///
    /// # Errors
    /// As [`AppDataDictionary::decode`].
    pub fn read(reader: &mut Reader<'_>, limit: usize) -> Result<Self, Error> {
        Ok(Self(read_components(reader, limit)?.into_iter().map(|(component, data)| (component, data.to_vec())).collect()))
    }

    /// The encoded dictionary.
    ///
    /// # Errors
    /// `mls/limit` for what is longer than any vector.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        self.write(Writer::new()).finish()
    }

    pub(crate) fn write(&self, writer: Writer) -> Writer {
        writer.list(self.iter(), |writer, (component, data)| writer.u16(component).vector(data))
    }
}

impl FromIterator<(ComponentId, Vec<u8>)> for AppDataDictionary {
    fn from_iter<I: IntoIterator<Item = (ComponentId, Vec<u8>)>>(components: I) -> Self {
        Self(components.into_iter().collect())
    }
}

/// Numbers and sizes only.
impl fmt::Debug for AppDataDictionary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppDataDictionary")?;
        f.debug_map().entries(self.iter().map(|(component, data)| (component, data.len()))).finish()
    }
}

/// `ComponentData component_data<V>`: strictly ascending by component (mimi-mls 2.4).
pub(crate) fn read_components<'a>(reader: &mut Reader<'a>, limit: usize) -> Result<Vec<(ComponentId, &'a [u8])>, Error> {
    let mut last = None;
    reader.list(limit, MAX_COMPONENTS, |inner| {
        let place = inner.clone();
        let id = inner.u16()?;
        match last {
            Some(last) if last == id => return Err(place.error(Code::ComponentDuplicate)),
            Some(last) if last > id => return Err(place.error(Code::ComponentOrder)),
            _ => last = Some(id),
        }
        Ok::<_, Error>((id, inner.vector(limit)?))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn components_ascend() {
        let mut dictionary = AppDataDictionary::from_iter([(0xd056, vec![1]), (0x0a0a, vec![])]);
        assert_eq!(dictionary.encode().unwrap(), b"\x07\x0a\x0a\x00\xd0\x56\x01\x01");
        dictionary.insert(0xd056, vec![2, 3]);
        assert_eq!(dictionary.encode().unwrap(), b"\x08\x0a\x0a\x00\xd0\x56\x02\x02\x03");
        assert_eq!((dictionary.get(0xd056), dictionary.get(0xd057)), (Some(&[2, 3][..]), None));
        assert_eq!(format!("{dictionary:?}"), "AppDataDictionary{2570: 0, 53334: 2}");
        let code = |octets: &[u8]| AppDataDictionary::decode(octets).unwrap_err().code();
        assert_eq!(code(b"\x06\xd0\x56\x00\x0a\x0a\x00"), Code::ComponentOrder);
        assert_eq!(code(b"\x06\x0a\x0a\x00\x0a\x0a\x00"), Code::ComponentDuplicate);
        assert_eq!(code(b"\x03\x0a\x0a\x00\x00"), Code::TrailingOctets);
        let octets = dictionary.encode().unwrap();
        assert!((0..octets.len()).all(|end| code(&octets[..end]) == Code::Truncated));
        assert_eq!(AppDataDictionary::read(&mut Reader::new(&octets), 7).unwrap_err().code(), Code::Limit);
    }

    proptest! {
        #[test]
        fn dictionaries_round_trip(components in prop::collection::btree_map(any::<u16>(), prop::collection::vec(any::<u8>(), 0..80), 0..5)) {
            let dictionary = AppDataDictionary(components);
            prop_assert_eq!(AppDataDictionary::decode(&dictionary.encode().unwrap()).unwrap(), dictionary);
        }

        #[test]
        fn dictionaries_have_one_encoding(octets in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(read) = AppDataDictionary::decode(&octets) {
                prop_assert_eq!(read.encode().unwrap(), octets);
            }
        }
    }
}
