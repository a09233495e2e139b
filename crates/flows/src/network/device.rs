//! A client: who it can be, and the rooms that it is in.

use std::collections::BTreeMap;

use mimicred_mls::protocol::ConsentEntry;
use mimicred_room::{ReplayKey, TrustStore};

use super::persona::Persona;
use super::place::Place;
use super::source::Stream;
use crate::Error;

pub(crate) struct Device {
    pub(crate) name: String,
    /// Its account: what its provider calls its owner.
    pub(crate) account: String,
    /// Its provider.
    pub(crate) host: String,
    /// Whom it trusts, of its own knowledge.
    pub(crate) trust: TrustStore,
    /// Who it can be in rooms to come.
    pub(crate) personas: Vec<Persona>,
    /// By the room's URI.
    pub(crate) places: BTreeMap<String, Place>,
    /// Consents asked of its owner, or given to her.
    pub(crate) consents: Vec<ConsentEntry>,
    /// Why it did not follow a Welcome.
    pub(crate) turned_down: Vec<String>,
    pub(crate) random: Stream,
}

impl Device {
    pub(crate) fn new(name: &str, account: &str, host: &str, trust: TrustStore, random: Stream) -> Result<Self, Error> {
        Ok(Self {
            name: name.to_owned(),
            account: account.to_owned(),
            host: host.to_owned(),
            trust,
            personas: Vec::new(),
            places: BTreeMap::new(),
            consents: Vec::new(),
            turned_down: Vec::new(),
            random,
        })
    }

    /// Who it can be, by the scenario's name.
    pub(crate) fn persona(&self, label: &str) -> Result<&Persona, Error> {
        let found = self.personas.iter().find(|persona| persona.label == label);
        found.ok_or_else(|| Error::step("a pseudonym is looked up", label.to_owned()))
    }

    pub(crate) fn persona_mut(&mut self, label: &str) -> Result<&mut Persona, Error> {
        let found = self.personas.iter_mut().find(|persona| persona.label == label);
        found.ok_or_else(|| Error::step("a pseudonym is looked up", label.to_owned()))
    }

    pub(crate) fn place(&self, room: &str) -> Result<&Place, Error> {
        self.places.get(room).ok_or_else(|| Error::step("a member is looked up", format!("{} in {room}", self.name)))
    }

    pub(crate) fn place_mut(&mut self, room: &str) -> Result<&mut Place, Error> {
        self.places.get_mut(room).ok_or_else(|| Error::step("a member is looked up", format!("{} in {room}", self.name)))
    }

    pub(crate) fn replay_key(&mut self) -> Result<ReplayKey, Error> {
        ReplayKey::generate(&mut self.random).map_err(|e| Error::step("a replay store is made", e))
    }
}
