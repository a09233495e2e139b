//! MIMI URIs and pseudonym identifiers.
//!
//! A MIMI URI names a provider (`mimi://a.example`) or something a provider keeps: a user, a pseudonym, a client, a room, an MLS
//! group, a team. The grammar is strict (mimi-mls.md 1.1): whatever has two spellings is refused on input, so that two URIs are
//! the same exactly if their octets are. A join link is no MIMI URI: split it at `#` first.
//!
//! ```
//! use mimicred_uri::{Host, MimiUri, UriKind};
//!
//! let alice: MimiUri = "mimi://a.example/u/alice".parse()?;
//! assert_eq!((alice.kind(), alice.host(), alice.id()), (UriKind::User, "a.example", "alice"));
//! assert!(MimiUri::parse("mimi://A.example/u/alice").is_err());
//!
//! // A pseudonym is 16 octets from the caller's random source, and so is its client: neither says anything of the other.
//! let host = Host::parse("a.example")?;
//! let pseudonym = mimicred_uri::mint_pseudonym(&host, [0; 16]);
//! assert_eq!(pseudonym.as_str(), "mimi://a.example/p/AAAAAAAAAAAAAAAAAAAAAA");
//! # Ok::<(), mimicred_uri::Error>(())
//! ```

mod error;
mod host;
mod mimi_uri;
mod mint;

pub use error::{Code, Error};
pub use host::Host;
pub use mimi_uri::{MimiUri, UriKind};
pub use mint::{mint_client, mint_pseudonym};
