//! The issuing side of a messaging provider: accounts get batches of pseudonyms that nobody can link, and abuse can be answered without a
//! table that turns every pseudonym into a name.
//!
//! A [`Provider`] is a [`Config`], [`IssuingKeys`] and a [`database::Database`]: one SQLite file ([`database::sqlite::Sqlite`]) or a
//! PostgreSQL server. An account gets a nonce, makes a request for each fresh key ([`UnverifiedProof`]), and gets a credential of each
//! format back for each of them; see [`Batch`] for what a crash costs: nothing.
//!
//! ```
//! use mimicred_keys::{Algorithm, IssuerKey, LeafKey, Random, SecretKey, SystemRandom};
//! use mimicred_provider::database::sqlite::Sqlite;
//! use mimicred_provider::{Config, Escrow, Format, IssuingKeys, Provider, UnverifiedProof, prepare_proof};
//! use mimicred_x509::{CaProfile, IssuanceBinding, Validity, prepare_root};
//!
//! # let directory = tempfile::tempdir()?;
//! # let file = directory.path().join("store");
//! # let now = 1_790_000_000;
//! let config = Config::new("a.example", vec![Format::X509, Format::SdJwt], Escrow::None)?;
//! let keys = IssuingKeys::generate(Algorithm::P256, &mut SystemRandom)?;
//! let profile = CaProfile::new("a.example MIMI CA", Validity::days(now, 3650)?);
//! let ca = prepare_root(&profile, keys.ca_public(), &mut SystemRandom)?.sign(&keys.ca())?;
//! let store = Sqlite::open(&file, &keys.desk()?.key_check())?;
//! let mut provider = Provider::new(config, keys, &ca, None, Box::new(store))?;
//!
//! // Alice has an account, gets a nonce, and asks for two pseudonyms.
//! provider.add_account("alice", r#"{"name": "Alice Meier", "email": "alice@a.example"}"#, now, &mut SystemRandom)?;
//! let nonce = provider.nonce("alice", now, &mut SystemRandom)?;
//! let binding = IssuanceBinding { issuer: "https://id.a.example", nonce: &nonce };
//! let mut requests = Vec::new();
//! for _ in 0..2 {
//!     let key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
//!     requests.push(UnverifiedProof::parse(&prepare_proof(key.public(), &binding, now)?.sign(&key)?));
//! }
//! let batch = provider.begin(&nonce, requests, now, &mut SystemRandom)?;
//! provider.make(&batch, &|| Box::new(SystemRandom), &mut |_, _| {})?;
//! let mut answer = Vec::new();
//! provider.hand_over(&batch, &mut |credential| Ok(answer.push(credential.to_owned())))?;
//! provider.acknowledge(&batch)?;
//!
//! assert_eq!(answer.len(), 2);
//! assert!(answer.iter().all(|credential| credential.starts_with(r#"{"user":"mimi://a.example/p/"#)));
//! assert_eq!(provider.account("alice", now)?.live, 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! No clock and no randomness of its own: time and sources of randomness are arguments. The stores are what this crate reads and writes.

mod abuse_report;
mod account;
mod apply;
mod batch;
mod config;
mod credential;
pub mod database;
mod desk;
mod error;
mod escrow;
mod health;
mod keys;
mod limits;
mod possession;
mod provider;
mod schema;
mod status;
mod time;

pub use abuse_report::{Complaint, REPORT_TYPE, TrustedHub, make_report, verify_report};
pub use account::{Account, AccountState};
pub use apply::Applied;
pub use batch::{Batch, Progress};
pub use config::{Abuse, Config, Escrow, Format, Status};
pub use desk::{Case, Desk, Opened, Opening, Pseudonym, PseudonymState, Reach, Remedy, Report, ReportId, Signal, Verdict};
pub use error::{Code, Error};
pub use health::Health;
pub use keys::{DeskKeys, IssuingKeys};
pub use limits::{Bucket, Limits, Standing};
pub use possession::{MAX_REQUEST_LEN, PROOF_TYPE, PreparedProof, Requests, UnverifiedProof, prepare_proof};
pub use provider::{Provider, RandomSource};
pub use status::{Publication, PublishedList, Urgency};
