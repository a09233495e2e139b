//! What an MLS signature covers: SignContent (RFC 9420 section 5.1.2) and the labels of components
//! (draft-ietf-mls-extensions, "SafeSignWithLabel").
//!
//! ```
//! use mimicred_mls::signing::{component_label, sign_content};
//!
//! // The first octets of a LeafNode's signature input.
//! let content = sign_content(b"LeafNodeTBS", b"...")?;
//! assert!(content.starts_with(b"\x13MLS 1.0 LeafNodeTBS\x03..."));
//!
//! let label = component_label(0xd053, "CredentialPresentationTBS")?;
//! assert!(label.starts_with(b"\x0dMLS Component\xd0\x53\x19Cred"));
//! # Ok::<(), mimicred_mls::Error>(())
//! ```

use mimicred_keys::{Family, ToBeSigned};

use crate::error::Error;
use crate::tls::Writer;

/// What every label of RFC 9420 begins with.
pub(crate) const PREFIX: &[u8] = b"MLS 1.0 ";

/// The encoded `SignContent { opaque label<V> = "MLS 1.0 " + Label; opaque content<V>; }`.
pub fn sign_content(label: &[u8], content: &[u8]) -> Result<Vec<u8>, Error> {
    Writer::new().vector(&[PREFIX, label].concat()).vector(content).finish()
}

/// The encoded `ComponentOperationLabel { base_label<V> = "MLS Component"; component_id; label<V>; }`, used as the label of
/// [`sign_content`] for everything that a component signs.
pub fn component_label(component: u16, label: &str) -> Result<Vec<u8>, Error> {
    Writer::new().vector(b"MLS Component").u16(component).vector(label.as_bytes()).finish()
}

/// The octets to sign for `SafeSignWithLabel(key, component, label, content)`.
pub fn safe_sign_content(component: u16, label: &str, content: &[u8]) -> Result<Vec<u8>, Error> {
    sign_content(&component_label(component, label)?, content)
}

/// [`safe_sign_content`], ready for a leaf key.
pub fn safe_to_be_signed(component: u16, label: &str, content: &[u8]) -> Result<ToBeSigned, Error> {
    Ok(ToBeSigned::new(Family::Mls, safe_sign_content(component, label, content)?)?)
}
