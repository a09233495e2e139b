//! The replay store on disk (mimi-mls.md 3.5.2): what was presented, and from where, is still known after a restart.
//!
//! [`SqliteReplayStore`] keeps in one SQLite file what `MemoryReplayStore` of `mimicred_room` keeps in memory, and answers the same.
//!
//! ```
//! use mimicred_keys::{Algorithm, SecretKey, SystemRandom};
//! use mimicred_replay::SqliteReplayStore;
//! use mimicred_room::{Origin, ReplayKey, ReplayStore, Seen, Use};
//!
//! # let directory = tempfile::tempdir()?;
//! # let file = directory.path().join("seen");
//! let leaf = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?;
//! let presented = Use { audience: "mimi://hub.example/r/one", nonce: b"n", token_hash: &[7; 32], leaf_key: leaf.public() };
//! let key = *ReplayKey::generate(&mut SystemRandom)?.octets();
//!
//! let mut store = SqliteReplayStore::open(&file, ReplayKey::from_octets(key))?;
//! assert_eq!(store.record(&presented, Origin { epoch: 7, leaf: 2 }, 3600)?, Seen::Acceptable);
//! drop(store);
//!
//! let mut store = SqliteReplayStore::open(&file, ReplayKey::from_octets(key))?;
//! assert_eq!(store.record(&presented, Origin { epoch: 8, leaf: 2 }, 3600)?, Seen::Replayed);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What a seized file tells
//!
//! How many uses are kept, and until which hour each; when the file was last written. Neither rooms nor nonces, tokens, leaves or
//! epochs: a row has two HMACs, one of the use and one of where it came from, under a key that is never in the file. Whoever guesses
//! right has nothing to confirm it by.
//!
//! That holds as long as the key is not seized too. This crate therefore takes the key and does not keep it: a key beside the file, on
//! the same disk, protects nothing. Keep it where the client keeps its other secrets, and give it to nobody.
//!
//! The order in which uses came is not kept: rows lie by their HMAC, changes go through a rollback journal and not through a
//! write-ahead log, which would keep one page after the other as they were written. What is forgotten is overwritten, and then the
//! file is written anew without gaps. What the file system or the disk keeps of blocks that were given up is out of reach.
//!
//! # What a crash costs
//!
//! Nothing that was answered: an answer is given after the disk has taken the use. A batch is known whole or not at all. A process that
//! was killed leaves a journal behind, by which the next one to open the file takes back what was not finished; nobody needs to repair
//! anything. A disk that says it has taken what it has not is out of reach here, too.
//!
//! Several processes may use one file at once; each waits for the others, and one use gets one consistent answer. The file must be on
//! a local disk. Whoever can write the file can make it forget, though not make up from where a use came.

mod error;
mod store;

pub use error::{Code, Error};
pub use store::SqliteReplayStore;
