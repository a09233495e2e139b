//! Providers, their users' clients, and what goes between them: the MIMI protocol over an in-process transport, each message in its
//! TLS encoding, and every octet in the [`Record`].
//!
//! A client talks to its own provider only (its login channel, which knows the account). A provider passes on what is for the hub of a
//! room, and the hub sends what it accepts to the providers of the members. Each provider is many things at once, and what it sees is
//! recorded for each: as the hub of a room, as a provider on the way, as the keeper of KeyPackages, as an issuer, and as the one whom its
//! users log in to (mimi-mls 4.1).

mod call;
mod client;
mod deliver;
mod device;
mod fake;
mod hosted;
mod issue;
mod join;
mod key_material;
mod knocking;
mod many;
mod moderation;
mod persona;
mod place;
mod pools;
mod room_setup;
mod server;
mod source;

use std::collections::BTreeMap;
use std::sync::Arc;

use mimicred_keys::{Algorithm, Random};
use mimicred_mls::Suite;
use mimicred_mls::group::Lifetime;
use mimicred_room::TrustStore;

pub(crate) use call::{Call, Channel};
pub(crate) use client::{Revealing, Sent};
pub(crate) use device::Device;
pub(crate) use hosted::{LIMIT, Signalled};
pub(crate) use issue::{Claims, Named, proofs_of};
pub(crate) use join::{Entered, Joining};
pub(crate) use key_material::{Offered, key_packages};
pub(crate) use many::ANOTHER;
pub(crate) use persona::{MESSAGE, Persona};
pub(crate) use place::Heard;
pub(crate) use room_setup::{ADMIN, Access, MEMBER, MODERATOR, MUTED, RoomSetup};
pub(crate) use server::Server;
pub use source::Source;

use crate::faults::Faults;
use crate::needle::Constant;
use crate::record::{Record, View};
use crate::{Error, Provider};

/// Everybody, and what has happened between them.
pub(crate) struct Network {
    /// Seconds since 1970, by the scenario's own clock.
    now: u64,
    /// When it began. Leaves and KeyPackages are dated from then: OpenMLS compares them with the system's clock, which does not know
    /// how much time the scenario lets pass.
    began: u64,
    suite: Suite,
    pub(crate) source: Source,
    pub(crate) faults: Faults,
    record: Record,
    servers: BTreeMap<String, Server>,
    devices: BTreeMap<String, Device>,
    /// The labels of rooms, by their URIs.
    labels: BTreeMap<String, String>,
    trust: TrustStore,
    /// What the credentials of everybody else have in common, once it was looked at.
    pub(crate) constant: Option<Arc<Constant>>,
}

impl Network {
    /// Providers for these hosts, which all clients know and trust, each for itself.
    ///
    /// # Errors
    /// [`crate::Code::StepFailed`].
    pub(crate) fn new(
        hosts: &[&str],
        algorithm: Algorithm,
        now: u64,
        source: Source,
        faults: Faults,
        record: Record,
    ) -> Result<Self, Error> {
        let step = "the providers are set up";
        let suite =
            Suite::for_algorithm(algorithm).ok_or_else(|| Error::step(step, format!("no cipher suite for {algorithm}")))?;
        let mut network = Self {
            now,
            began: now,
            suite,
            source,
            faults,
            record,
            servers: BTreeMap::new(),
            devices: BTreeMap::new(),
            labels: BTreeMap::new(),
            trust: TrustStore::new(),
            constant: None,
        };
        for host in hosts {
            let mut random = network.source.of(host);
            let provider = Provider::new(host, algorithm, network.time(), &mut random)?;
            let server = Server::new(provider, suite, &mut random)?;
            network.servers.insert((*host).to_owned(), server);
        }
        let providers: Vec<&Provider> = network.servers.values().map(|server| &server.issuer).collect();
        network.trust = crate::demo::trust_in(&providers)?;
        Ok(network)
    }

    /// A provider has other keys than it was set up with. Before there are clients, which know all keys from their beginning.
    pub(crate) fn replace(&mut self, issuer: Provider) -> Result<(), Error> {
        let host = issuer.host().to_owned();
        self.server_mut(&host)?.issuer = issuer;
        let providers: Vec<&Provider> = self.servers.values().map(|server| &server.issuer).collect();
        self.trust = crate::demo::trust_in(&providers)?;
        Ok(())
    }

    /// The time, as most of the workspace wants it.
    pub(crate) fn time(&self) -> i64 {
        i64::try_from(self.now).unwrap_or(i64::MAX)
    }

    pub(crate) fn began(&self) -> i64 {
        i64::try_from(self.began).unwrap_or(i64::MAX)
    }

    /// For how long KeyPackages and leaves are good.
    pub(crate) fn lifetime(&self) -> Result<Lifetime, Error> {
        Persona::lifetime(self.began)
    }

    pub(crate) fn seconds(&self) -> u64 {
        self.now
    }

    /// Time passes.
    pub(crate) fn wait(&mut self, seconds: u64) {
        self.now = self.now.saturating_add(seconds);
    }

    /// A number of seconds in a range, from the scenario's randomness.
    pub(crate) fn wait_at_random(&mut self, least: u64, most: u64) -> Result<u64, Error> {
        let mut octets = [0; 8];
        self.source.of("delay").fill(&mut octets).map_err(|e| Error::step("a delay is drawn", e))?;
        let delay = least + u64::from_be_bytes(octets) % (most - least).max(1);
        self.wait(delay);
        Ok(delay)
    }

    pub(crate) fn suite(&self) -> Suite {
        self.suite
    }

    pub(crate) fn record(&self) -> &Record {
        &self.record
    }

    pub(crate) fn record_mut(&mut self) -> &mut Record {
        &mut self.record
    }

    pub(crate) fn into_record(self) -> Record {
        self.record
    }

    pub(crate) fn server(&self, host: &str) -> Result<&Server, Error> {
        self.servers.get(host).ok_or_else(|| Error::step("a provider is looked up", host.to_owned()))
    }

    pub(crate) fn server_mut(&mut self, host: &str) -> Result<&mut Server, Error> {
        self.servers.get_mut(host).ok_or_else(|| Error::step("a provider is looked up", host.to_owned()))
    }

    pub(crate) fn providers(&self) -> impl Iterator<Item = &Provider> {
        self.servers.values().map(|server| &server.issuer)
    }

    pub(crate) fn device(&self, name: &str) -> Result<&Device, Error> {
        self.devices.get(name).ok_or_else(|| Error::step("a client is looked up", name.to_owned()))
    }

    pub(crate) fn device_mut(&mut self, name: &str) -> Result<&mut Device, Error> {
        self.devices.get_mut(name).ok_or_else(|| Error::step("a client is looked up", name.to_owned()))
    }

    /// A client of an account at a provider.
    pub(crate) fn add_device(&mut self, name: &str, account: &str, host: &str) -> Result<(), Error> {
        let random = self.source.of(name);
        let device = Device::new(name, account, host, self.trust.clone(), random)?;
        self.servers.get_mut(host).ok_or_else(|| Error::step("a client is set up", host.to_owned()))?;
        self.devices.insert(name.to_owned(), device);
        Ok(())
    }

    /// The label of a room.
    pub(crate) fn label(&self, room: &str) -> String {
        self.labels.get(room).cloned().unwrap_or_else(|| room.to_owned())
    }

    /// Somebody sees something.
    pub(crate) fn sees(&mut self, who: &str, view: View, what: &str, message: Option<u32>, octets: &[u8]) {
        self.record.saw(who, view, what, message, octets.to_vec());
    }
}
