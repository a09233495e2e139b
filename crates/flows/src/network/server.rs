//! A provider with all that it keeps: as an issuer, for its own users, and as the hub of rooms.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mimicred_keys::{LeafKey, Random, SecretKey};
use mimicred_mls::{Credential, Suite};
use mimicred_uri::MimiUri;

use super::hosted::{Followed, Hosted};
use super::pools::Pools;
use crate::{Error, Provider};

pub(crate) struct Server {
    /// It issues pseudonyms and identities.
    pub(crate) issuer: Provider,
    /// It signs with this as a hub.
    pub(crate) signing: LeafKey,
    /// By the room's URI.
    pub(crate) rooms: BTreeMap<String, Hosted>,
    /// By which handles its users can be found.
    pub(crate) handles: BTreeMap<String, MimiUri>,
    /// KeyPackages of its users, and to whom they may be given.
    pub(crate) pools: Pools,
    /// Which client a Welcome is for, by KeyPackageRef (mimi-mls 3.6.4).
    pub(crate) references: BTreeMap<Vec<u8>, String>,
    /// What other providers have published of their pseudonyms.
    pub(crate) followed: Arc<Followed>,
    /// Which of its clients are in which room, by the room's URI.
    pub(crate) present: BTreeMap<String, BTreeSet<String>>,
}

impl Server {
    pub(crate) fn new(issuer: Provider, suite: Suite, random: &mut dyn Random) -> Result<Self, Error> {
        let step = "a provider is set up";
        let secret = SecretKey::generate(suite.signature_algorithm(), random).map_err(|e| Error::step(step, e))?;
        Ok(Self {
            issuer,
            signing: LeafKey::new(secret).map_err(|e| Error::step(step, e))?,
            rooms: BTreeMap::new(),
            handles: BTreeMap::new(),
            pools: Pools::default(),
            references: BTreeMap::new(),
            followed: Arc::default(),
            present: BTreeMap::new(),
        })
    }

    /// How it is named as a hub.
    pub(crate) fn credential(&self) -> Credential {
        Credential::Basic(format!("mimi://{}", self.issuer.host()).into_bytes())
    }

    pub(crate) fn room(&mut self, room: &str) -> Result<&mut Hosted, Error> {
        self.rooms.get_mut(room).ok_or_else(|| Error::step("a room is looked up", room.to_owned()))
    }
}
