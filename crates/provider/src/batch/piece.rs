//! Pieces of a batch: some of its keys, and later their credentials, in one row each.

use mimicred_keys::Random;

use crate::{Code, Error};

/// So many keys are in one piece; the last one may have fewer.
pub(super) const KEYS: usize = 256;

/// A number for a piece, below 2^62 and drawn at random, so that it tells nothing of which piece came first.
pub(super) fn number(random: &mut dyn Random) -> Result<i64, Error> {
    let mut octets = [0; 8];
    random.fill(&mut octets)?;
    Ok(i64::from_be_bytes(octets) & (i64::MAX >> 1))
}

/// Where sealed credentials lie: moved elsewhere, they do not open.
pub(super) fn place(batch: &[u8; 32], number: i64) -> Vec<u8> {
    [&batch[..], &number.to_be_bytes()].concat()
}

/// Keys one after the other; DER says how long each is.
pub(super) fn pack<'k>(keys: impl IntoIterator<Item = &'k [u8]>) -> Vec<u8> {
    keys.into_iter().flatten().copied().collect()
}

/// What [`pack`] put together.
///
/// # Errors
/// [`Code::StoreDamaged`].
pub(super) fn unpack(mut octets: &[u8]) -> Result<Vec<&[u8]>, Error> {
    let mut keys = Vec::with_capacity(KEYS);
    while !octets.is_empty() {
        // A key that a LeafNode may have is a SEQUENCE of less than 128 octets.
        let length = octets.get(1).filter(|length| **length < 0x80).map(|length| usize::from(*length) + 2);
        let (key, rest) = length.and_then(|length| octets.split_at_checked(length)).ok_or_else(damaged)?;
        keys.push(key);
        octets = rest;
    }
    Ok(keys)
}

fn damaged() -> Error {
    Error::new(Code::StoreDamaged).note("a batch has no keys where they should be")
}

#[cfg(test)]
mod tests {
    use mimicred_keys::{Algorithm, SecretKey, SystemRandom};

    use super::*;

    #[test]
    fn keys_of_all_kinds_are_packed_and_unpacked() {
        let kinds = [Algorithm::P256, Algorithm::Ed25519, Algorithm::P384, Algorithm::Ed25519];
        let key = |kind: &Algorithm| SecretKey::generate(*kind, &mut SystemRandom).unwrap().public().to_spki_der();
        let octets: Vec<Vec<u8>> = kinds.iter().map(key).collect();
        let packed = pack(octets.iter().map(Vec::as_slice));
        assert_eq!(unpack(&packed).unwrap(), octets);
        assert!(unpack(&[]).unwrap().is_empty());
        for end in 1..packed.len() {
            let is_between = (1..octets.len()).any(|n| octets.iter().take(n).map(Vec::len).sum::<usize>() == end);
            assert_eq!(unpack(&packed[..end]).is_ok(), is_between, "{end}");
        }
    }
}
