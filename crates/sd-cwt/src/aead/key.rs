//! Keys for disclosures, and how an entry names the one it needs.

use std::fmt;

use mimicred_cose::SymmetricKey;
use mimicred_keys::aead::Aead;

use crate::{Code, Error};

/// How an encrypted disclosure names its key (CWT-A-004). What a number or a name means, those who share the key have agreed on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum KeyContext {
    /// A number.
    Number(u64),
    /// A text.
    Name(String),
    /// The thumbprint of the key as a COSE_Key (RFC 9679).
    Thumbprint(Vec<u8>),
}

/// A key that Holder and Verifier share, or several Verifiers, and how it is named.
///
/// A key that has a name serves the entries with that name; a key without serves the entries that name none; and every key serves
/// the entries that name it by its thumbprint (CWT-A-020, CWT-A-021).
///
/// ```
/// use mimicred_cose::SymmetricKey;
/// use mimicred_sd_cwt::{DisclosureKey, KeyContext};
///
/// let key = DisclosureKey::new(SymmetricKey::new(&[7; 16])).with_context(KeyContext::Number(7));
/// assert_eq!(key.context(), Some(&KeyContext::Number(7)));
/// assert_eq!(format!("{key:?}"), "DisclosureKey { context: Some(Number(7)), .. }");
/// ```
#[derive(Clone)]
pub struct DisclosureKey {
    key: SymmetricKey,
    thumbprint: [u8; 32],
    context: Option<KeyContext>,
}

impl DisclosureKey {
    /// A key without a name.
    pub fn new(key: SymmetricKey) -> Self {
        Self { thumbprint: key.thumbprint_sha256(), key, context: None }
    }

    /// The same key, named so.
    #[must_use]
    pub fn with_context(mut self, context: KeyContext) -> Self {
        self.context = Some(context);
        self
    }

    /// The same key, named by its SHA-256 thumbprint.
    #[must_use]
    pub fn with_thumbprint(self) -> Self {
        let thumbprint = self.thumbprint.to_vec();
        self.with_context(KeyContext::Thumbprint(thumbprint))
    }

    /// How it is named.
    pub fn context(&self) -> Option<&KeyContext> {
        self.context.as_ref()
    }

    /// Whether it is meant by an entry that names its key so.
    pub(super) fn serves(&self, named: Option<&KeyContext>) -> bool {
        match named {
            Some(KeyContext::Thumbprint(thumbprint)) if *thumbprint == self.thumbprint => true,
            named => named == self.context.as_ref(),
        }
    }

    /// The octets, if the algorithm has keys of this length (CWT-A-020).
    pub(super) fn secret(&self, aead: Aead) -> Result<&[u8], Error> {
        let secret = self.key.secret();
        if secret.len() == aead.key_len() {
            return Ok(secret);
        }
        let note = format!("a key of {} octets where the algorithm has {}", secret.len(), aead.key_len());
        Err(Error::new(Code::AlgUnsupported).note(note))
    }
}

/// The key never shows.
impl fmt::Debug for DisclosureKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DisclosureKey").field("context", &self.context).finish_non_exhaustive()
    }
}
