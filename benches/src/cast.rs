//! Issuer and Holder, and what they call each other and the room.

use mimicred_keys::{Algorithm, IssuerKey, LeafKey, SecretKey, SystemRandom};

pub const ISSUER: &str = "https://id.a.example";
pub const ROOM: &str = "mimi://hub.example/r/clubhouse";
pub const NOW: i64 = 1_790_000_000;
/// Oldest key binding that is accepted, in seconds.
pub const MAX_AGE: u64 = 60;

/// Issuer and Holder with their keys.
pub struct Cast {
    pub issuer: IssuerKey,
    pub holder: LeafKey,
    /// The same keys, for peers that sign by themselves.
    pub secrets: Secrets,
}

pub struct Secrets {
    pub issuer: SecretKey,
    pub holder: SecretKey,
}

impl Cast {
    pub fn new(algorithm: Algorithm) -> Self {
        let secret = || SecretKey::generate(algorithm, &mut SystemRandom).unwrap();
        let secrets = Secrets { issuer: secret(), holder: secret() };
        let (issuer, holder) = (IssuerKey::new(secrets.issuer.clone()), LeafKey::new(secrets.holder.clone()).unwrap());
        Self { issuer, holder, secrets }
    }
}
