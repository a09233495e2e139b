//! Where the randomness of a scenario comes from: the system, or a seed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use mimicred_keys::{Random, SeededRandom, SystemRandom};

/// A source of sources: one for each party, so that what one of them draws does not change what another gets.
#[derive(Clone, Debug, Default)]
pub struct Source {
    seed: Option<[u8; 32]>,
    /// How often each name has been given out.
    given: Arc<Mutex<BTreeMap<String, u32>>>,
}

impl Source {
    /// From the system.
    pub fn system() -> Self {
        Self::default()
    }

    /// From a seed: a run can be repeated, and whoever has the seed has all its keys.
    pub fn seeded(seed: [u8; 32]) -> Self {
        Self { seed: Some(seed), ..Self::default() }
    }

    /// Whether a run can be repeated.
    pub(crate) fn is_seeded(&self) -> bool {
        self.seed.is_some()
    }

    /// A source for one purpose; another one each time.
    pub(crate) fn of(&self, name: &str) -> Stream {
        let Some(seed) = self.seed else { return Stream::System(SystemRandom) };
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let count = given.entry(name.to_owned()).or_default();
        *count = count.saturating_add(1);
        Stream::Seeded(SeededRandom::new(seed, format!("{name} {count}")))
    }
}

/// One of the sources.
pub(crate) enum Stream {
    System(SystemRandom),
    Seeded(SeededRandom),
}

impl Random for Stream {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), mimicred_keys::Error> {
        match self {
            Stream::System(random) => random.fill(out),
            Stream::Seeded(random) => random.fill(out),
        }
    }
}
