//! The component app_components (0x0001): a list of components.

use std::collections::BTreeSet;

use crate::component::ComponentId;
use crate::error::{Code, Error};
use crate::tls::{Reader, Writer};

const MAX_OCTETS: usize = 4096;
const MAX_COMPONENTS: usize = 2048;

/// `ComponentID ids<V>`: in a leaf what its client supports, in the GroupContext what every member must support.
///
/// ```
/// use mimicred_mls::component::{AppComponents, ROOM_DISCLOSURE_POLICY};
///
/// let supported = AppComponents::from_iter([0x0022, ROOM_DISCLOSURE_POLICY]);
/// assert_eq!(supported.encode()?, b"\x04\x00\x22\xd0\x50");
/// assert!(AppComponents::decode(b"\x02\xd0\x50")?.contains(ROOM_DISCLOSURE_POLICY));
/// # Ok::<(), mimicred_mls::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppComponents(BTreeSet<ComponentId>);

impl AppComponents {
    /// Reads the component; the order does not matter, but none may be listed twice.
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let mut components = BTreeSet::new();
        reader.list::<_, Error>(MAX_OCTETS, MAX_COMPONENTS, |inner| {
            let place = inner.clone();
            if components.insert(inner.u16()?) { Ok(()) } else { Err(place.error(Code::ComponentDuplicate)) }
        })?;
        reader.finish()?;
        Ok(Self(components))
    }

    /// The component, in ascending order.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        Writer::new().list(self.iter(), Writer::u16).finish()
    }

    /// Whether the component is listed.
    pub fn contains(&self, component: ComponentId) -> bool {
        self.0.contains(&component)
    }

    /// All of them, ascending.
    pub fn iter(&self) -> impl Iterator<Item = ComponentId> + '_ {
        self.0.iter().copied()
    }

    /// The first component that is listed here and not there.
    pub fn first_missing_in(&self, there: &Self) -> Option<ComponentId> {
        self.0.difference(&there.0).next().copied()
    }
}

impl FromIterator<ComponentId> for AppComponents {
    fn from_iter<I: IntoIterator<Item = ComponentId>>(components: I) -> Self {
        Self(components.into_iter().collect())
    }
}
