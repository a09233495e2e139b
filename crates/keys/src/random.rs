//! Randomness as an argument.

use std::fmt;

use zeroize::Zeroizing;

#[cfg(not(target_arch = "wasm32"))]
use crate::backend;
use crate::{Code, Error, sha256};

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
///
/// Not on wasm32, where there is no such system: whoever embeds a module there has a source of her own and implements [`Random`].
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

#[cfg(not(target_arch = "wasm32"))]
impl Random for SystemRandom {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        backend::fill(out).ok_or_else(|| Code::BackendFailed.into())
    }
}

/// Octets that depend on a seed and a name, and on nothing else: for test vectors and for scenarios that can be run again. Whoever has
/// the seed has every key that was drawn from it.
///
/// Block n is SHA-256("mimicred seeded random" ‖ seed ‖ u64 length of name ‖ name ‖ u64 n), big-endian.
///
/// ```
/// use mimicred_keys::{Random, SeededRandom};
///
/// let (mut one, mut two) = ([0; 40], [0; 40]);
/// SeededRandom::new([7; 32], "Alice").fill(&mut one)?;
/// SeededRandom::new([7; 32], "Alice").fill(&mut two)?;
/// assert_eq!(one, two);
/// SeededRandom::new([7; 32], "Bob").fill(&mut two)?;
/// assert_ne!(one, two);
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
pub struct SeededRandom {
    seed: Zeroizing<[u8; 32]>,
    name: String,
    blocks: u64,
    rest: Zeroizing<Vec<u8>>,
}

impl SeededRandom {
    /// The source of this name.
    pub fn new(seed: [u8; 32], name: impl Into<String>) -> Self {
        Self { seed: Zeroizing::new(seed), name: name.into(), blocks: 0, rest: Zeroizing::default() }
    }

    fn block(&mut self) -> [u8; 32] {
        let length = u64::try_from(self.name.len()).unwrap_or(u64::MAX);
        let input = [
            &b"mimicred seeded random"[..],
            &*self.seed,
            &length.to_be_bytes(),
            self.name.as_bytes(),
            &self.blocks.to_be_bytes(),
        ];
        self.blocks = self.blocks.wrapping_add(1);
        sha256(&Zeroizing::new(input.concat()))
    }
}

impl Random for SeededRandom {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        for octet in out {
            if self.rest.is_empty() {
                let block = self.block();
                self.rest.extend(block.into_iter().rev());
            }
            *octet = self.rest.pop().ok_or(Code::BackendFailed)?;
        }
        Ok(())
    }
}

impl fmt::Debug for SeededRandom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeededRandom").field("name", &self.name).finish_non_exhaustive()
    }
}
