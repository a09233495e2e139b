//! Sealed disclosures that ours would not make (mimi-mls.md 3.5.5).

use mimicred_keys::hpke::Sealed;
use mimicred_keys::{Random, aead, sha256};
use mimicred_mls::component::DISCLOSURE_RECIPIENTS;
use mimicred_mls::signing::safe_sign_content;
use mimicred_mls::tls::{Reader, Writer};
use mimicred_mls::{DisclosureBundle, EpochView};

type AnyError = Box<dyn std::error::Error + Send + Sync>;

const VERSION: u16 = 1;
/// More than any part of a sealed disclosure of the demo.
const LIMIT: usize = 64 * 1024;
/// The leaf index of an entry for nobody.
const DUMMY: u32 = u32::MAX;

/// `SealedKeyEntry`.
struct Entry {
    leaf: u32,
    sealed_key: Sealed,
}

/// Where a seal is made.
pub(in crate::demo) struct Place<'a> {
    pub(in crate::demo) view: &'a EpochView,
    pub(in crate::demo) sender: u32,
    /// Ascending, and as many as a power of two.
    pub(in crate::demo) recipients: &'a [u32],
}

/// The last of the seals, said to be for another leaf, which must be a later one.
pub(in crate::demo) fn renamed(sealed: &[u8], leaf: u32) -> Result<Vec<u8>, AnyError> {
    let mut reader = Reader::new(sealed);
    let version = reader.u16()?;
    let hash = reader.vector(LIMIT)?;
    let mut entries = reader.list::<_, mimicred_mls::Error>(LIMIT, LIMIT, |inner| {
        let leaf = inner.u32()?;
        let encapsulated = inner.vector(LIMIT)?.to_vec();
        Ok(Entry { leaf, sealed_key: Sealed { encapsulated, ciphertext: inner.vector(LIMIT)?.to_vec() } })
    })?;
    let ciphertext = reader.vector(LIMIT)?;
    let last = entries.iter_mut().rev().find(|entry| entry.leaf != DUMMY).ok_or("it is sealed to nobody")?;
    last.leaf = leaf;
    Ok(write(version, hash, &entries, ciphertext)?)
}

/// A bundle that all recipients can open, under the hash of another.
pub(in crate::demo) fn with_another_hash(
    shown: &DisclosureBundle,
    hashed: &DisclosureBundle,
    place: &Place<'_>,
    random: &mut dyn Random,
) -> Result<Vec<u8>, AnyError> {
    let (mut salt, suite) = ([0; 16], place.view.suite.hpke());
    random.fill(&mut salt)?;
    let mut key = vec![0; suite.aead.key_len()];
    random.fill(&mut key)?;
    let text = |bundle: &DisclosureBundle| Writer::new().vector(&salt).octets(&bundle.encode()?).finish();
    let hash = sha256(&text(hashed)?);
    let mut entries = Vec::new();
    for leaf in place.recipients {
        let recipient = place.view.leaf(*leaf).and_then(|leaf| leaf.recipient_key.as_deref()).ok_or("no recipient key")?;
        let context = Writer::new().vector(&place.view.group_id).u64(place.view.epoch).u32(place.sender).u32(*leaf);
        let info = safe_sign_content(DISCLOSURE_RECIPIENTS, "DisclosureRecipient", &context.octets(&hash).finish()?)?;
        entries.push(Entry { leaf: *leaf, sealed_key: suite.seal(recipient, &info, b"", &key, random)? });
    }
    let ciphertext = aead::seal(suite.aead, &key, &[0; 12], b"", &text(shown)?)?;
    Ok(write(VERSION, &hash, &entries, &ciphertext)?)
}

fn write(version: u16, hash: &[u8], entries: &[Entry], ciphertext: &[u8]) -> Result<Vec<u8>, mimicred_mls::Error> {
    let entry = |writer: Writer, Entry { leaf, sealed_key }: &Entry| {
        writer.u32(*leaf).vector(&sealed_key.encapsulated).vector(&sealed_key.ciphertext)
    };
    Writer::new().u16(version).vector(hash).list(entries, entry).vector(ciphertext).finish()
}
