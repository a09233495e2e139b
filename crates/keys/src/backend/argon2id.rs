//! Argon2id, version 0x13 (RFC 9106), pure Rust on every target: the RustCrypto crate `argon2`.

use argon2::{Algorithm, Argon2, Block, ParamsBuilder, Version};
use zeroize::{Zeroize, Zeroizing};

/// What goes into the hash beside the costs; secret and data are empty but in the test vector.
pub(crate) struct Argon2Input<'a> {
    pub(crate) password: &'a [u8],
    pub(crate) salt: &'a [u8],
    pub(crate) secret: &'a [u8],
    pub(crate) data: &'a [u8],
}

/// 32 octets from a password; nothing for costs that Argon2 does not have, and when there is not so much memory.
pub(crate) fn argon2id(input: &Argon2Input<'_>, memory_kib: u32, passes: u32, lanes: u32) -> Option<Zeroizing<[u8; 32]>> {
    let mut params = ParamsBuilder::new();
    params.m_cost(memory_kib).t_cost(passes).p_cost(lanes).output_len(32);
    if !input.data.is_empty() {
        params.data(argon2::AssociatedData::new(input.data).ok()?);
    }
    let params = params.build().ok()?;
    // Our own memory, because the library's is not wiped; a lack of it is no reason to abort.
    let mut memory = Vec::new();
    memory.try_reserve_exact(params.block_count()).ok()?;
    memory.resize(params.block_count(), Block::default());
    let hash = Argon2::new_with_secret(input.secret, Algorithm::Argon2id, Version::V0x13, params).ok()?;
    let mut out = Zeroizing::new([0; 32]);
    let done = hash.hash_password_into_with_memory(input.password, input.salt, &mut *out, &mut memory);
    memory.zeroize();
    done.ok().map(|()| out)
}
