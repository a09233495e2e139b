//! Who a client is in one room: a leaf key, the URIs that go with it, and what its provider says of its owner.

use std::sync::Arc;

use mimicred_claims::ClaimPath;
use mimicred_keys::{LeafKey, Random, SecretKey};
use mimicred_mls::group::{Handshakes, Lifetime, Member};
use mimicred_mls::{Credential, Suite};
use mimicred_room::RoomRules;
use mimicred_uri::MimiUri;

use crate::Error;
use crate::demo::Tokens;

/// Days for which a KeyPackage is good.
const LIFETIME_DAYS: u16 = 28;
/// Every application message in a room of pseudonyms is as long as a reveal with KeyPackages in it (mimi-mls T-4, C-11).
pub(crate) const MESSAGE: usize = 8000;

/// A leaf to be, with its credential and, if its provider has issued any, identity credentials for the same key.
pub(crate) struct Persona {
    /// What the scenario calls it: `p1`.
    pub(crate) label: String,
    /// The user-level URI.
    pub(crate) user: MimiUri,
    /// The client's URI.
    pub(crate) client: MimiUri,
    pub(crate) key: Arc<LeafKey>,
    pub(crate) member: Member,
    /// What stands in the leaf.
    pub(crate) credential: Credential,
    /// The certificate, DER.
    pub(crate) certificate: Vec<u8>,
    pub(crate) tokens: Tokens,
    /// What of the claims a careless client discloses to everybody.
    pub(crate) careless: Vec<ClaimPath>,
    /// The KeyPackages that were made for it.
    pub(crate) made: Vec<Vec<u8>>,
}

impl Persona {
    /// A fresh key.
    pub(crate) fn key(suite: Suite, random: &mut dyn Random) -> Result<Arc<LeafKey>, Error> {
        let step = "a leaf key is made";
        let secret = SecretKey::generate(suite.signature_algorithm(), random).map_err(|e| Error::step(step, e))?;
        Ok(Arc::new(LeafKey::new(secret).map_err(|e| Error::step(step, e))?))
    }

    /// Its member: handshakes are public, and wrapped on their way (mimi-mls 2.8).
    pub(crate) fn member(
        suite: Suite,
        key: &Arc<LeafKey>,
        credential: &Credential,
        padding: usize,
        random: impl Random + Send + 'static,
    ) -> Result<Member, Error> {
        let member = Member::new(suite, key.clone(), credential.clone(), RoomRules, random);
        Ok(member.map_err(|e| Error::step("a leaf is made", e))?.with_handshakes(Handshakes::Public).with_messages_of(padding))
    }

    /// For how long its KeyPackages and leaves are good.
    pub(crate) fn lifetime(now: u64) -> Result<Lifetime, Error> {
        Lifetime::days(now, LIFETIME_DAYS).map_err(|e| Error::step("a lifetime is chosen", e))
    }
}
