//! Files that are protected by a passphrase while they lie on a disk.
//!
//! The key comes from the passphrase by Argon2id (RFC 9106), and AES-256-GCM-SIV (RFC 8452) encrypts under it. A file is text, a PEM
//! block labelled [`LABEL`], whose content is:
//!
//! | octets | what |
//! | --- | --- |
//! | 8 | `mimicred` |
//! | 1 | the version of the format, 1: Argon2id version 0x13, AES-256-GCM-SIV |
//! | 4, 4, 4 | memory in KiB, passes, lanes; big-endian |
//! | 16 | salt |
//! | 12 | nonce |
//! | rest | ciphertext and tag |
//!
//! Everything before the ciphertext is associated data. A passphrase is taken as its octets; who reads it from people decides on the
//! form of accents before. The length of the content shows.

use zeroize::Zeroizing;

use crate::aead::{Aead, open, seal};
use crate::backend::{Argon2Input, argon2id};
use crate::{Code, Error, Random, pem};

/// The label of the PEM block.
pub const LABEL: &str = "MIMICRED PROTECTED";

/// The most octets that are protected at once.
pub const CONTENT_MAX: usize = 1 << 20;

/// How much work it is to try a passphrase. It stands in the file.
///
/// ```
/// use mimicred_keys::passphrase::Cost;
///
/// assert_eq!(Cost::DEFAULT, Cost::new(64 * 1024, 3, 1)?);
/// assert!(Cost::new(1024 * 1024, 3, 1).is_err());
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// 64 MiB, three passes, one lane: the memory and passes of the second choice of RFC 9106 4, in one lane because nothing here runs
    /// several of them at once.
    pub const DEFAULT: Cost = Cost { memory_kib: 64 * 1024, passes: 3, lanes: 1 };
    /// The least that Argon2 does, for tests: it protects nobody's passphrase.
    pub const LEAST: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };

    const MEMORY_MAX: u32 = 256 * 1024;
    const PASSES_MAX: u32 = 16;
    const LANES_MAX: u32 = 4;

    /// Takes memory in KiB, passes over it, and lanes.
    ///
    /// # Errors
    /// `keys/protected-cost` unless there are 8 KiB for each lane and 256 MiB at most, 1 to 16 passes, and 1 to 4 lanes: a file from
    /// elsewhere must not take the memory or the minutes that its author likes.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, Error> {
        let lanes_fit = (1..=Self::LANES_MAX).contains(&lanes);
        let passes_fit = (1..=Self::PASSES_MAX).contains(&passes);
        if !lanes_fit || !passes_fit || !(8 * lanes..=Self::MEMORY_MAX).contains(&memory_kib) {
            return Err(Code::ProtectedCost.into());
        }
        Ok(Self { memory_kib, passes, lanes })
    }
}

/// Protects octets; gives the text of a file.
///
/// # Errors
/// `keys/passphrase-empty`; `keys/length-invalid` for more than [`CONTENT_MAX`] octets; `keys/backend-failed` when there is no
/// randomness, or not so much memory.
///
/// ```
/// use mimicred_keys::{Code, SystemRandom};
/// use mimicred_keys::passphrase::{Cost, protect, unprotect};
///
/// // For real files, Cost::DEFAULT.
/// let file = protect(b"a secret", b"correct horse", Cost::LEAST, &mut SystemRandom)?;
/// assert!(file.starts_with("-----BEGIN MIMICRED PROTECTED-----\n"));
/// assert_eq!(unprotect(&file, b"correct horse")?[..], *b"a secret");
/// assert_eq!(unprotect(&file, b"battery staple").unwrap_err().code(), Code::ProtectedRefused);
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
pub fn protect(content: &[u8], passphrase: &[u8], cost: Cost, random: &mut dyn Random) -> Result<Zeroizing<String>, Error> {
    if content.len() > CONTENT_MAX {
        return Err(Error::new(Code::LengthInvalid).note("more than is protected at once"));
    }
    let mut random_octets = [0; SALT_LEN + Aead::NONCE_LEN];
    random.fill(&mut random_octets)?;
    let mut file = START.to_vec();
    [cost.memory_kib, cost.passes, cost.lanes].iter().for_each(|number| file.extend_from_slice(&number.to_be_bytes()));
    file.extend_from_slice(&random_octets);
    let (salt, nonce) = random_octets.split_at(SALT_LEN);
    let key = key(passphrase, salt, cost)?;
    let sealed = seal(Aead::Aes256GcmSiv, &*key, nonce, &file, content)?;
    file.extend_from_slice(&sealed);
    Ok(pem::write(LABEL, &file))
}

/// The octets of a protected file.
///
/// # Errors
/// `keys/pem-malformed` and `keys/pem-label`; `keys/protected-malformed` for another content; `keys/protected-cost`, as [`Cost::new`];
/// `keys/passphrase-empty`; `keys/protected-refused` for a wrong passphrase and a damaged file alike; `keys/backend-failed` when there
/// is not so much memory.
pub fn unprotect(file: &str, passphrase: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let malformed = || Error::new(Code::ProtectedMalformed);
    if file.len() > FILE_MAX {
        return Err(malformed().note("too long"));
    }
    let block = pem::parse(file)?;
    if block.label() != LABEL {
        return Err(Code::PemLabel.into());
    }
    let (header, sealed) = block.der().split_at_checked(HEADER_LEN).ok_or_else(malformed)?;
    let rest = header.strip_prefix(&START).ok_or_else(malformed)?;
    if !(Aead::TAG_LEN..=CONTENT_MAX + Aead::TAG_LEN).contains(&sealed.len()) {
        return Err(malformed());
    }
    let (memory_kib, rest) = take_u32(rest).ok_or_else(malformed)?;
    let (passes, rest) = take_u32(rest).ok_or_else(malformed)?;
    let (lanes, rest) = take_u32(rest).ok_or_else(malformed)?;
    let (salt, nonce) = rest.split_at_checked(SALT_LEN).ok_or_else(malformed)?;
    let key = key(passphrase, salt, Cost::new(memory_kib, passes, lanes)?)?;
    let content = open(Aead::Aes256GcmSiv, &*key, nonce, header, sealed);
    content.map(Zeroizing::new).map_err(|_| Code::ProtectedRefused.into())
}

/// What the content of a file begins with: its name, and the version of its format.
const START: [u8; 9] = *b"mimicred\x01";
const SALT_LEN: usize = 16;
const HEADER_LEN: usize = START.len() + 12 + SALT_LEN + Aead::NONCE_LEN;
/// Four characters for three octets, a line feed for each line, and the boundaries.
const FILE_MAX: usize = (HEADER_LEN + CONTENT_MAX + Aead::TAG_LEN) / 3 * 4 * 66 / 64 + 256;

fn key(passphrase: &[u8], salt: &[u8], cost: Cost) -> Result<Zeroizing<[u8; 32]>, Error> {
    if passphrase.is_empty() {
        return Err(Code::PassphraseEmpty.into());
    }
    let input = Argon2Input { password: passphrase, salt, secret: &[], data: &[] };
    argon2id(&input, cost.memory_kib, cost.passes, cost.lanes)
        .ok_or_else(|| Error::new(Code::BackendFailed).note("Argon2 found no memory"))
}

fn take_u32(octets: &[u8]) -> Option<(u32, &[u8])> {
    octets.split_first_chunk().map(|(number, rest)| (u32::from_be_bytes(*number), rest))
}

#[cfg(test)]
mod tests;
