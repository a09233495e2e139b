//! What a verification knows of reveals that came before: the replay store in a file, or nothing.

use std::path::PathBuf;

use mimicred_keys::SystemRandom;
use mimicred_replay::SqliteReplayStore;
use mimicred_room::{MemoryReplayStore, ReplayKey, ReplayStore};

use crate::error::Failure;
use crate::io::{Inputs, Source};
use crate::now::NowArgs;
use crate::sniff::symmetric;

/// The options that do without an input: what such a run has seen is not remembered, since it would count later as seen in full.
const WAIVERS: [&str; 7] =
    ["waive_policy", "waive_trust", "waive_room", "waive_leaf", "waive_group_id", "waive_epoch", "waive_nonce"];

/// Where the store is, and its key.
#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Replays")]
pub(crate) struct ReplayArgs {
    /// Remember the reveal in this file, and refuse it if it came before under another epoch. The file is made if there is none.
    #[arg(long, value_name = "FILE", requires = "replay_key", conflicts_with_all = WAIVERS)]
    replay_store: Option<PathBuf>,
    /// The store's key, as mimicred key generate --alg hmac256 makes it: always the same for one store, kept elsewhere, shared with nobody.
    #[arg(long, value_name = "KEY", requires = "replay_store")]
    replay_key: Option<Source>,
}

impl ReplayArgs {
    /// Opens the store, without what need not be kept by now. Without the options, one that knows nothing.
    ///
    /// # Errors
    /// The key cannot be read, or the store not be opened.
    pub(super) fn store(&self, inputs: &Inputs, now: &NowArgs) -> Result<Box<dyn ReplayStore>, Failure> {
        let (Some(file), Some(key)) = (&self.replay_store, &self.replay_key) else {
            return Ok(Box::new(MemoryReplayStore::new(ReplayKey::generate(&mut SystemRandom)?)));
        };
        let key = ReplayKey::from_octets(*symmetric::read_mac(inputs, key)?);
        let name = file.display().to_string();
        let mut store = SqliteReplayStore::open(file, key).map_err(|error| Failure::from(error).reading(&name))?;
        // A moment that was only supposed must not make it forget what counts in truth.
        if now.is_by_the_clock() {
            store.forget(now.seconds()?).map_err(|error| Failure::from(error).reading(&name))?;
        }
        Ok(Box::new(store))
    }
}
