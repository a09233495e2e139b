//! SealedDisclosure: a reveal for some members only, `application/mimi-disclosure-sealed` (mimi-mls 3.5.5, carriage W4).
//!
//! Every member of a group can read every message of it. What only the holders of some roles may see is encrypted once more, under a
//! fresh key that is sealed to each of their leaves. The hash of the plaintext is in what each seal is made for: all recipients open
//! the same text or none.
//!
//! ```
//! use mimicred_keys::SystemRandom;
//! use mimicred_mls::sealed::{Recipient, RecipientKey, SealingContext};
//! use mimicred_mls::{BundleItem, DisclosureBundle, SealedDisclosure, Suite};
//!
//! let suite = Suite::X25519Aes128Ed25519;
//! let moderator = RecipientKey::generate(suite, &mut SystemRandom)?;
//! let bundle = DisclosureBundle {
//!     room_uri: "mimi://hub.example/r/knock".parse()?,
//!     subject_uri: "mimi://a.example/p/crazykoala75".parse()?,
//!     items: vec![BundleItem::sd_kbt(b"an SD-KBT")],
//! };
//!
//! let context = SealingContext { suite, group_id: &[1; 16], epoch: 7, sender_leaf: 3 };
//! let recipients = [Recipient { leaf: 5, recipient_key: moderator.public() }];
//! let sealed = SealedDisclosure::seal(&bundle, &context, &recipients, &mut SystemRandom)?;
//!
//! let received = SealedDisclosure::decode(&sealed.encode()?)?;
//! assert_eq!(received.open(&context, 5, &moderator)?, bundle);
//! assert!(received.open(&context, 6, &moderator).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(test)]
mod tests;

use std::fmt;

use mimicred_keys::aead::{self, Aead};
use mimicred_keys::hpke::{KeyPair, Sealed};
use mimicred_keys::{Random, sha256};
use zeroize::Zeroizing;

use crate::bundle::{DisclosureBundle, MAX_BUNDLE};
use crate::component::{DISCLOSURE_RECIPIENTS, DisclosureRecipient};
use crate::error::{Code, Error};
use crate::signing::{component_label, sign_content};
use crate::suite::Suite;
use crate::tls::{Reader, Writer};

const LABEL: &str = "DisclosureRecipient";
const VERSION: u16 = 1;
const HASH_LEN: usize = 32;
const SALT_LEN: usize = 16;
/// What a salt with its length and an AEAD's tag add to a bundle.
const MAX_CIPHERTEXT: usize = MAX_BUNDLE + 1 + SALT_LEN + Aead::TAG_LEN;
/// kem_output and ciphertext of a sealed key are far shorter.
const MAX_SEALED_KEY: usize = 512;
const MAX_ENTRY: usize = 4 + 2 * (MAX_SEALED_KEY + 2);
/// The most recipients, dummies among them.
pub const MAX_RECIPIENTS: usize = 4096;
/// The leaf index of a dummy: no tree is that large.
const DUMMY: u32 = u32::MAX;
/// The content key is used once.
const NONCE: [u8; Aead::NONCE_LEN] = [0; Aead::NONCE_LEN];

/// Where a disclosure is sealed: what the receiver knows from the snapshot of the message's epoch.
#[derive(Clone, Copy, Debug)]
pub struct SealingContext<'a> {
    /// The group's suite.
    pub suite: Suite,
    /// The group.
    pub group_id: &'a [u8],
    /// The epoch of the message.
    pub epoch: u64,
    /// The leaf index of the sender.
    pub sender_leaf: u32,
}

/// A leaf to seal to.
#[derive(Clone, Copy, Debug)]
pub struct Recipient<'a> {
    /// Its index.
    pub leaf: u32,
    /// Its [`DisclosureRecipient::recipient_key`].
    pub recipient_key: &'a [u8],
}

/// The key pair behind a leaf's disclosure_recipients, made for that leaf and for nothing else. The secret is wiped when dropped.
#[derive(Clone, Debug)]
pub struct RecipientKey(KeyPair);

impl RecipientKey {
    /// A fresh one.
    ///
    /// # Errors
    /// `mls/crypto` when the source of randomness fails.
    pub fn generate(suite: Suite, random: &mut dyn Random) -> Result<Self, Error> {
        Ok(Self(suite.hpke().kem.generate_key_pair(random)?))
    }

    /// The one of a secret key that was kept.
    ///
    /// # Errors
    /// `mls/crypto` for what is no secret key of the suite.
    ///
    /// ```
    /// use mimicred_mls::Suite;
    /// use mimicred_mls::sealed::RecipientKey;
    ///
    /// // mimi-mls 3.5.5
    /// let key = RecipientKey::from_secret(Suite::X25519Aes128Ed25519, &[0x0b; 32])?;
    /// assert_eq!(key.public()[..4], [0x73, 0xb2, 0xd8, 0xb7]);
    /// # Ok::<(), mimicred_mls::Error>(())
    /// ```
    pub fn from_secret(suite: Suite, secret: &[u8]) -> Result<Self, Error> {
        Ok(Self(suite.hpke().kem.key_pair_of(secret)?))
    }

    /// The public key.
    pub fn public(&self) -> &[u8] {
        self.0.public()
    }

    pub(crate) fn pair(&self) -> &KeyPair {
        &self.0
    }

    /// The component for the leaf.
    pub fn component(&self) -> DisclosureRecipient {
        DisclosureRecipient { recipient_key: self.public().to_vec() }
    }
}

/// A sealed bundle.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedDisclosure {
    plaintext_hash: [u8; HASH_LEN],
    /// Ascending by leaf; dummies at the end.
    entries: Vec<Entry>,
    ciphertext: Vec<u8>,
}

/// `SealedKeyEntry`.
#[derive(Clone, PartialEq, Eq)]
struct Entry {
    recipient_leaf: u32,
    sealed_key: Sealed,
}

impl SealedDisclosure {
    /// Seals a bundle to these leaves. How many they are is hidden up to the next power of two.
    ///
    /// # Errors
    /// `mls/sealed-nobody`, `mls/limit`, `mls/value-duplicate` for a leaf that is there twice, `mls/crypto` for a recipient key that is
    /// none of the suite, and those of [`DisclosureBundle::encode`].
    pub fn seal(
        bundle: &DisclosureBundle,
        context: &SealingContext<'_>,
        recipients: &[Recipient<'_>],
        random: &mut dyn Random,
    ) -> Result<Self, Error> {
        if recipients.is_empty() {
            return Err(Code::SealedNobody.into());
        }
        if recipients.len() > MAX_RECIPIENTS {
            return Err(Code::Limit.into());
        }
        let mut salt = [0; SALT_LEN];
        random.fill(&mut salt)?;
        let plaintext = Zeroizing::new(sealed_content(&salt, bundle)?);
        let plaintext_hash = sha256(&plaintext);
        let suite = context.suite.hpke();
        let mut content_key = Zeroizing::new(vec![0; suite.aead.key_len()]);
        random.fill(&mut content_key)?;

        let mut entries = Vec::with_capacity(recipients.len().next_power_of_two());
        for Recipient { leaf, recipient_key } in recipients {
            let info = info(context, *leaf, &plaintext_hash)?;
            let sealed_key = suite.seal(recipient_key, &info, b"", &content_key, random)?;
            entries.push(Entry { recipient_leaf: *leaf, sealed_key });
        }
        entries.sort_by_key(|entry| entry.recipient_leaf);
        let mut pairs = entries.iter().zip(entries.iter().skip(1));
        if pairs.any(|(one, next)| one.recipient_leaf == next.recipient_leaf) || entries.last().is_some_and(Entry::is_dummy) {
            return Err(Error::new(Code::ValueDuplicate).note("recipient_leaf"));
        }
        let info = info(context, DUMMY, &plaintext_hash)?;
        for _ in entries.len()..entries.len().next_power_of_two() {
            let nobody = RecipientKey::generate(context.suite, random)?;
            let mut nothing = Zeroizing::new(vec![0; content_key.len()]);
            random.fill(&mut nothing)?;
            entries.push(Entry { recipient_leaf: DUMMY, sealed_key: suite.seal(nobody.public(), &info, b"", &nothing, random)? });
        }
        let ciphertext = aead::seal(suite.aead, &content_key, &NONCE, b"", &plaintext)?;
        Ok(Self { plaintext_hash, entries, ciphertext })
    }

    /// Reads a sealed disclosure that fills the whole input.
    ///
    /// # Errors
    /// `mls/version-unsupported`, `mls/sealed-entry-count`, `mls/value-order`, `mls/value-duplicate`, and those of [`Reader`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let place = reader.clone();
        if reader.u16()? != VERSION {
            return Err(place.error(Code::VersionUnsupported));
        }
        let place = reader.clone();
        let plaintext_hash =
            reader.vector(HASH_LEN)?.try_into().map_err(|_| place.error(Code::SealedContentInvalid).note("plaintext_hash"))?;
        let place = reader.clone();
        let mut last = None;
        let entries = reader.list::<_, Error>(MAX_RECIPIENTS * MAX_ENTRY, MAX_RECIPIENTS, |inner| {
            let place = inner.clone();
            let entry = Entry::read(inner)?;
            match last.replace(entry.recipient_leaf) {
                Some(last) if last > entry.recipient_leaf => Err(place.error(Code::ValueOrder)),
                Some(last) if last == entry.recipient_leaf && last != DUMMY => Err(place.error(Code::ValueDuplicate)),
                _ => Ok(entry),
            }
        })?;
        if !entries.len().is_power_of_two() || entries.first().is_none_or(Entry::is_dummy) {
            return Err(place.error(Code::SealedEntryCount));
        }
        let ciphertext = reader.vector(MAX_CIPHERTEXT)?.to_vec();
        reader.finish()?;
        Ok(Self { plaintext_hash, entries, ciphertext })
    }

    /// The encoded form.
    ///
    /// # Errors
    /// `mls/limit` for what is longer than any vector.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        Writer::new()
            .u16(VERSION)
            .vector(&self.plaintext_hash)
            .list(&self.entries, |writer, entry| entry.write(writer))
            .vector(&self.ciphertext)
            .finish()
    }

    /// The leaves that can open it, as it says.
    pub fn recipients(&self) -> impl Iterator<Item = u32> {
        self.entries.iter().filter(|entry| !entry.is_dummy()).map(|entry| entry.recipient_leaf)
    }

    /// Opens it as the owner of one leaf.
    ///
    /// # Errors
    /// `mls/sealed-for-others`, `mls/sealed-key-invalid`, `mls/sealed-content-invalid`, and those of [`DisclosureBundle::decode`].
    pub fn open(&self, context: &SealingContext<'_>, leaf: u32, key: &RecipientKey) -> Result<DisclosureBundle, Error> {
        let suite = context.suite.hpke();
        let entry = self.entries.binary_search_by_key(&leaf, |entry| entry.recipient_leaf).ok();
        let entry = entry.and_then(|found| self.entries.get(found)).filter(|entry| !entry.is_dummy());
        let entry = entry.ok_or(Code::SealedForOthers)?;
        let info = info(context, leaf, &self.plaintext_hash)?;
        let content_key = suite.open(key.0.secret(), &info, b"", &entry.sealed_key);
        let content_key = Zeroizing::new(content_key.map_err(|error| Error::new(Code::SealedKeyInvalid).because(error))?);

        let invalid = || Error::new(Code::SealedContentInvalid);
        let plaintext = aead::open(suite.aead, &content_key, &NONCE, b"", &self.ciphertext);
        let plaintext = Zeroizing::new(plaintext.map_err(|error| invalid().because(error))?);
        // AES-GCM and ChaCha20-Poly1305 commit to no key: one ciphertext can be made that opens to two texts under two keys.
        if sha256(&plaintext) != self.plaintext_hash {
            return Err(invalid());
        }
        let mut reader = Reader::new(&plaintext);
        let place = reader.clone();
        if reader.vector(SALT_LEN)?.len() != SALT_LEN {
            return Err(place.error(Code::SealedContentInvalid).note("salt"));
        }
        DisclosureBundle::decode(reader.take_rest())
    }
}

impl Entry {
    fn is_dummy(&self) -> bool {
        self.recipient_leaf == DUMMY
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let recipient_leaf = reader.u32()?;
        let encapsulated = reader.vector(MAX_SEALED_KEY)?.to_vec();
        let ciphertext = reader.vector(MAX_SEALED_KEY)?.to_vec();
        Ok(Self { recipient_leaf, sealed_key: Sealed { encapsulated, ciphertext } })
    }

    fn write(&self, writer: Writer) -> Writer {
        writer.u32(self.recipient_leaf).vector(&self.sealed_key.encapsulated).vector(&self.sealed_key.ciphertext)
    }
}

/// `SealedContent`.
fn sealed_content(salt: &[u8; SALT_LEN], bundle: &DisclosureBundle) -> Result<Vec<u8>, Error> {
    Writer::new().vector(salt).octets(&bundle.encode()?).finish()
}

/// The EncryptContext of `SafeEncryptWithLabel(recipient_key, 0xD054, "DisclosureRecipient", context, content_key)`, which has the
/// shape of a SignContent (RFC 9420 5.1.3).
fn info(context: &SealingContext<'_>, recipient_leaf: u32, plaintext_hash: &[u8; HASH_LEN]) -> Result<Vec<u8>, Error> {
    let content = Writer::new()
        .vector(context.group_id)
        .u64(context.epoch)
        .u32(context.sender_leaf)
        .u32(recipient_leaf)
        .octets(plaintext_hash)
        .finish()?;
    sign_content(&component_label(DISCLOSURE_RECIPIENTS, LABEL)?, &content)
}

/// Sizes only.
impl fmt::Debug for SealedDisclosure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedDisclosure({} entries, {} octets)", self.entries.len(), self.ciphertext.len())
    }
}
