//! The Holder's side: which disclosures are encrypted for whom, and the encryption.

use std::collections::HashSet;

use mimicred_claims::{Disclosed, Map, Selection};
use mimicred_cose::cbor::EncodedBytes;
use mimicred_error::At;
use mimicred_keys::Random;
use mimicred_keys::aead::{self, Aead};

use super::entry::write;
use super::{Cipher, DisclosureKey};
use crate::{Code, Error};

/// What a Holder encrypts under one key.
#[derive(Clone, Copy, Debug)]
pub struct Encryption<'e> {
    /// The claims, each with all that is inside it. What is needed to reach them is encrypted with them, unless it is disclosed in
    /// clear anyway.
    pub selection: &'e Selection,
    /// The key, of a length that the algorithm of the token has. Its name goes with each entry.
    pub key: &'e DisclosureKey,
}

/// What becomes of the chosen disclosures, by their positions in the issued token: every one is in one list only (CWT-A-002).
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Split {
    pub(crate) clear: Vec<usize>,
    /// With the position of the encryption.
    pub(crate) sealed: Vec<(usize, usize)>,
}

impl Split {
    /// All of them, ascending.
    pub(crate) fn all(&self) -> Vec<usize> {
        let mut all: Vec<_> = self.clear.iter().copied().chain(self.sealed.iter().map(|(index, _)| *index)).collect();
        all.sort_unstable();
        all
    }
}

/// Decides what is clear and what is sealed. To be encrypted outweighs to be clear. What stands in an encrypted disclosure is
/// encrypted too: who cannot open the parent could not place the child, and would have to refuse everything (CWT-A-022, trap 26).
///
/// # Errors
/// [`Code::PathUnmatched`], for the encryption of what is always visible too; [`Code::EncryptionConflict`] if two keys would be needed
/// for one disclosure.
pub(crate) fn split(
    clear: &Selection,
    encryptions: &[Encryption<'_>],
    disclosed: &[Disclosed],
    claims: &Map<'_>,
) -> Result<Split, Error> {
    let mut split = Assignment { disclosed, owners: vec![None; disclosed.len()] };
    let clear = clear.choose(disclosed, claims)?;
    let is_chosen = |index: usize| clear.binary_search(&index).is_ok();
    let mut on_the_way = Vec::new();
    for (n, encryption) in encryptions.iter().enumerate() {
        let all = encryption.selection.choose(disclosed, claims)?;
        // There are such claims, but no disclosure has them.
        let visible = |error| Error::from(error).note("what is always visible cannot be encrypted");
        for index in encryption.selection.carriers(disclosed, claims).map_err(visible)? {
            split.assign(index, n)?;
        }
        on_the_way.extend(all.into_iter().filter(|index| split.owner(*index) != Some(n)).map(|index| (index, n)));
    }
    for (index, n) in on_the_way {
        let is_clear = is_chosen(index) && split.owner(index).is_none();
        if !is_clear {
            split.assign(index, n)?;
        }
    }
    for index in &clear {
        if let Some(n) = split.owner_above(*index) {
            split.assign(*index, n)?;
        }
    }
    let sealed = split.owners.iter().enumerate().filter_map(|(index, owner)| Some((index, (*owner)?)));
    let sealed = sealed.collect();
    Ok(Split { clear: clear.into_iter().filter(|index| split.owner(*index).is_none()).collect(), sealed })
}

struct Assignment<'d> {
    disclosed: &'d [Disclosed],
    /// The encryption of each disclosure.
    owners: Vec<Option<usize>>,
}

impl Assignment<'_> {
    fn owner(&self, index: usize) -> Option<usize> {
        self.owners.get(index).copied().flatten()
    }

    /// The encryption of the nearest encrypted disclosure that this one stands in; there are no more of them than claims are deep.
    fn owner_above(&self, index: usize) -> Option<usize> {
        let mut above = self.disclosed.get(index)?.parent;
        while let Some(parent) = above {
            if let Some(owner) = self.owner(parent) {
                return Some(owner);
            }
            above = self.disclosed.get(parent)?.parent;
        }
        None
    }

    fn assign(&mut self, index: usize, n: usize) -> Result<(), Error> {
        if self.owner(index).is_some_and(|owner| owner != n) {
            return Err(self.conflict(index));
        }
        if let Some(owner) = self.owners.get_mut(index) {
            *owner = Some(n);
        }
        Ok(())
    }

    fn conflict(&self, index: usize) -> Error {
        let path = self.disclosed.get(index).map(|disclosed| disclosed.path.to_string());
        Error::new(Code::EncryptionConflict).at(At::Path(path.unwrap_or_default()))
    }
}

/// Encrypts the disclosures, each with its key: the encoded entries. All nonces are drawn at once (CWT-A-010).
///
/// # Errors
/// [`Code::AlgUnsupported`] for an algorithm that we do not know or a key that does not fit it; [`Code::SaltRepeated`] from a random
/// source that repeats itself.
pub(crate) fn seal(
    disclosures: &[(EncodedBytes<'_>, &DisclosureKey)],
    cipher: Cipher,
    random: &mut dyn Random,
) -> Result<Vec<Vec<u8>>, Error> {
    let algorithm = cipher.aead()?;
    let mut nonces = vec![[0; Aead::NONCE_LEN]; disclosures.len()];
    random.fill(nonces.as_flattened_mut())?;
    let mut seen = HashSet::with_capacity(nonces.len());
    if !nonces.iter().all(|nonce| seen.insert(nonce)) {
        return Err(Error::new(Code::SaltRepeated).note("a nonce"));
    }
    let each = disclosures.iter().zip(&nonces);
    each.map(|((disclosure, key), nonce)| {
        // CWT-A-011, CWT-A-012: no associated data, and the head is encrypted too.
        let sealed = aead::seal(algorithm, key.secret(algorithm)?, nonce, &[], disclosure.encoded)?;
        let (ciphertext, tag) = sealed.split_at_checked(disclosure.encoded.len()).ok_or(Code::Keys)?;
        write(nonce, ciphertext, tag, key.context())
    })
    .collect()
}
