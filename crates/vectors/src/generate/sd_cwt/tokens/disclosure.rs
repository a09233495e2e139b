//! Disclosures by hand, and the places in which their digests stand.

use mimicred_cose::cbor::Writer;
use mimicred_keys::HashAlgorithm;

use super::bytes;
use crate::notation::octets;

/// A disclosure: an encoded byte string.
#[derive(Clone)]
pub(in crate::generate::sd_cwt) struct Disclosure(Vec<u8>);

impl Disclosure {
    /// Of these octets.
    pub(in crate::generate::sd_cwt) fn of(content: &[u8]) -> Self {
        let mut writer = Writer::new();
        writer.bytes(content);
        Self(writer.finish())
    }

    /// Of octets that stand where an encoded byte string should.
    pub(in crate::generate::sd_cwt) fn raw(encoded: Vec<u8>) -> Self {
        Self(encoded)
    }

    /// Of the text of its content.
    pub(in crate::generate::sd_cwt) fn written(content: &str) -> Self {
        Self::of(&octets(content))
    }

    /// The encoded byte string.
    pub(in crate::generate::sd_cwt) fn encoded(&self) -> &[u8] {
        &self.0
    }

    /// The octets in the byte string; its head has one octet, or two.
    pub(in crate::generate::sd_cwt) fn content(&self) -> &[u8] {
        match self.0.split_first() {
            Some((0x58, rest)) => rest.get(1..).unwrap_or_default(),
            Some((_, rest)) => rest,
            None => &[],
        }
    }

    /// The digest, over the whole encoded byte string.
    pub(in crate::generate::sd_cwt) fn digest(&self) -> Vec<u8> {
        self.digest_by(HashAlgorithm::Sha256)
    }

    pub(in crate::generate::sd_cwt) fn digest_by(&self, hash: HashAlgorithm) -> Vec<u8> {
        hash.digest(&self.0).to_vec()
    }

    /// The element in whose place it is redacted.
    pub(in crate::generate::sd_cwt) fn element(&self) -> String {
        format!("60({})", bytes(&self.digest()))
    }
}

/// A salt of sixteen times the same octet.
pub(in crate::generate::sd_cwt) fn salt(octet: u8) -> String {
    bytes(&[octet; 16])
}

/// The disclosure of an entry: its value and key, as they stand there.
pub(in crate::generate::sd_cwt) fn salted(octet: u8, value: &str, key: &str) -> Disclosure {
    Disclosure::written(&format!("[{}, {value}, {key}]", salt(octet)))
}

/// The disclosure of an element.
pub(in crate::generate::sd_cwt) fn salted_element(octet: u8, value: &str) -> Disclosure {
    Disclosure::written(&format!("[{}, {value}]", salt(octet)))
}

/// The disclosure of a decoy.
pub(in crate::generate::sd_cwt) fn decoy(octet: u8) -> Disclosure {
    Disclosure::written(&format!("[{}]", salt(octet)))
}

/// Digests as they stand under simple(59).
pub(in crate::generate::sd_cwt) fn list(digests: &[Vec<u8>]) -> String {
    format!("[{}]", digests.iter().map(|digest| bytes(digest)).collect::<Vec<_>>().join(", "))
}

/// The entry for the digests of these disclosures.
pub(in crate::generate::sd_cwt) fn redacted(disclosures: &[&Disclosure]) -> String {
    format!("simple(59): {}", list(&disclosures.iter().map(|disclosure| disclosure.digest()).collect::<Vec<_>>()))
}
