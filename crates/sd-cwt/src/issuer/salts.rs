//! Salts that do not come out of a random source alone.

use mimicred_claims::{Key, Value};
use mimicred_keys::SALT_LEN;

use crate::Error;

/// What a salt is for.
///
/// It has no `Debug`: what it refers to is about to be hidden.
#[derive(Clone, Copy)]
pub enum Salted<'s> {
    /// A claim of a map; what is redacted inside its value is redacted already.
    Claim(&'s Key<'s>, &'s Value<'s>),
    /// An element of an array; likewise.
    Element(&'s Value<'s>),
    /// A decoy, with its number if the claims asked for it by tag 62 (CWT-D-008).
    Decoy(Option<u64>),
}

/// Gives a salt for each disclosure: fixed ones for tests and for issuing the same token again, or those of a hardware source.
///
/// Who knows the salts can guess what is redacted. A salt that was given before stops issuance (CWT-I-008).
pub trait SaltSource {
    /// The salt for one disclosure; children are asked for before the parent they stand in.
    ///
    /// # Errors
    /// As the source says.
    fn salt(&mut self, salted: &Salted<'_>) -> Result<[u8; SALT_LEN], Error>;
}
