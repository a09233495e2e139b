//! Randomness as an argument.

use crate::{Code, Error, backend};

/// A source of random octets.
///
/// ```
/// use mimicred_keys::{Random, SystemRandom};
///
/// let mut salts = [0; 48];
/// SystemRandom.fill(&mut salts)?;
/// assert_ne!(salts[..16], salts[16..32]);
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
pub trait Random {
    /// Fills the whole of `out`.
    ///
    /// # Errors
    /// `keys/backend-failed` when the source cannot give any; `out` is then not to be used.
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error>;
}

/// The operating system's source, through the backend's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        backend::fill(out).ok_or_else(|| Code::BackendFailed.into())
    }
}
