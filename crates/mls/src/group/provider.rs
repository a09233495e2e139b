//! What OpenMLS needs from outside: cryptography, randomness and storage, all of it ours or given by the caller.
//!
//! Cryptography is that of `mimicred-keys`, for the cipher suites of [`Suite`](crate::Suite). Randomness comes from the one
//! source that the provider was made with: group secrets, KeyPackages and HPKE drawn from a seeded source are the same
//! everywhere. Signing goes through [`LeafSigner`], and so through the check of what may be signed.

mod crypto;
mod signer;

use std::fmt;

use mimicred_keys::Random;
use openmls_memory_storage::MemoryStorage;
use openmls_traits::OpenMlsProvider;

use crypto::Crypto;
pub use signer::LeafSigner;

/// The provider of one client: its cryptography, its randomness, and its state in memory.
///
/// ```
/// use mimicred_keys::SystemRandom;
/// use mimicred_mls::group::Provider;
/// use openmls_traits::{OpenMlsProvider, crypto::OpenMlsCrypto, types::Ciphersuite};
///
/// let provider = Provider::new(SystemRandom);
/// assert!(provider.crypto().supports(Ciphersuite::MLS_128_DHKEMP256_AES128GCM_SHA256_P256).is_ok());
/// ```
pub struct Provider {
    crypto: Crypto,
    storage: MemoryStorage,
}

impl Provider {
    /// A provider with an empty store that draws everything from `random`.
    pub fn new(random: impl Random + Send + 'static) -> Self {
        Self { crypto: Crypto::new(random), storage: MemoryStorage::default() }
    }
}

impl OpenMlsProvider for Provider {
    type CryptoProvider = Crypto;
    type RandProvider = Crypto;
    type StorageProvider = MemoryStorage;

    fn storage(&self) -> &MemoryStorage {
        &self.storage
    }

    fn crypto(&self) -> &Crypto {
        &self.crypto
    }

    fn rand(&self) -> &Crypto {
        &self.crypto
    }
}

/// The store holds secrets and is not shown.
impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
