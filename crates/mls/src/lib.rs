//! MLS for mimicred: credentials, reveal bundles and components on the wire, and real MLS rooms.
//!
//! - [`Credential`] and [`SdJwt`]: what a leaf or an `application/mls-credential` holds.
//! - [`DisclosureBundle`] and [`CredentialPresentation`]: what a member reveals, and its proof of possession.
//! - [`SealedDisclosure`]: the same for some members only; [`DisclosureRequest`]: what asks for it.
//! - [`KeyPackageOffer`]: what ties KeyPackages in a bundle to the member who hands them over.
//! - [`LeafNode`], [`KeyPackageView`] and [`GroupInfoView`]: what stands in the tree, or will, and the group around it, read and verified without an MLS library.
//! - [`handshake`]: how handshakes travel past providers that must not read them.
//! - [`JoinLink`]: an invitation to a room, as text.
//! - [`nonce`]: nonces that tie a reveal to a room, an epoch and a leaf.
//! - [`rules`]: what an application judges of a change in a room before it takes effect.
//! - [`carriage`]: how a reveal travels, by media type; [`content`]: the MIMI content format, one of the ways.
//! - [`protocol`]: the messages of the MIMI protocol; [`MessageView`] and [`Welcome`]: MLS messages in them, seen from outside.
//! - [`component`], [`media_type`], [`framing`], [`signing`], [`tls`]: the parts these are made of.
//! - [`group`] (feature `openmls`, on by default): a room that is an MLS group, on OpenMLS. Nothing outside that module names an
//!   OpenMLS type; what the rest of the workspace sees of an epoch is an [`EpochView`].
//!
//! Everything read here is untrusted: reading is strict, bounded, and says nothing about who made it.

mod bundle;
pub mod carriage;
pub mod component;
pub mod content;
pub mod credential;
mod dictionary;
mod error;
pub mod framing;
#[cfg(feature = "openmls")]
pub mod group;
mod group_info;
pub mod handshake;
mod join_link;
mod key_package;
mod leaf_node;
pub mod media_type;
mod message;
pub mod nonce;
mod offer;
mod presentation;
pub mod protocol;
mod registry;
mod request;
pub mod rules;
pub mod sealed;
pub mod signing;
mod suite;
pub mod tls;
mod view;
mod welcome;

pub use bundle::{BundleItem, DisclosureBundle, Item, ItemType, MAX_BUNDLE, MAX_ITEMS};
pub use credential::{Credential, CredentialBinding, PseudonymousCredential, SdJwt, SdJwtForm};
pub use dictionary::AppDataDictionary;
pub use error::{Code, Error};
pub use group_info::{GroupContextView, GroupInfoView, MAX_GROUP_INFO, PreparedGroupInfo, leaves_of_tree};
pub use join_link::{JoinLink, verify_joining_code};
pub use key_package::KeyPackageView;
pub use leaf_node::{APP_DATA_DICTIONARY, Capabilities, Extension, Extensions, LeafNode, LeafNodeSource};
pub use media_type::MediaType;
pub use message::{ContentType, MAX_MESSAGE, MessageView};
pub use offer::{KeyPackageOffer, MAX_OFFERED, OfferContext, PreparedOffer};
pub use presentation::{CredentialPresentation, PreparedPresentation, PresentationContext};
pub use request::{DisclosureFormat, DisclosureRequest};
pub use sealed::SealedDisclosure;
pub use suite::Suite;
pub use view::{EpochView, LeafView, UnreadableLeaf};
pub use welcome::Welcome;
