//! Token Status List (draft-ietf-oauth-status-list-20): whether a token that was valid when it was issued still is.
//!
//! - A Status Issuer keeps a [`StatusList`], one entry for each token, and signs it, as a CWT or a JWT: [`StatusIssuer`].
//! - A token points into a list with its `status` claim: [`StatusReference`].
//! - A Verifier verifies the list under a key that it trusts for status ([`UnverifiedStatusList`], or of one form
//!   [`UnverifiedStatusListCwt`] and [`UnverifiedStatusListJwt`]), and asks it ([`VerifiedStatusList`], [`checker`]). It fetches by
//!   its own means and at its own time: this crate knows no network.
//!
//! Everything fails closed: a list that is missing, expired or too short, and every value but 0, mean that the token is not accepted.
//!
//! ```
//! use mimicred_claims::Clock;
//! use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
//! use mimicred_status::{
//!     Bits, Code, Expectations, Limits, StatusIssuer, StatusList, StatusListToken, StatusReference, StatusValue,
//!     UnverifiedStatusList,
//! };
//!
//! // The Status Issuer revokes the token at place 5 and publishes its list.
//! let key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
//! let mut list = StatusList::new(Bits::One, 1 << 20);
//! list.set(5, StatusValue::INVALID)?;
//! let token = StatusListToken::new("https://a.example/status/1", list, 1_790_000_000).with_expiry(1_790_086_400).with_ttl(43_200);
//! let published = StatusIssuer::new(key.public()).prepare_cwt(&token)?.sign(&key)?;
//!
//! // The Verifier knows that key, and has two tokens in hand.
//! let clock = Clock { now: 1_790_000_100, leeway: 60 };
//! let keys = [key.public().clone()];
//! let uri = "https://a.example/status/1";
//! let expected = Expectations { keys: &keys, uri, clock, max_age: None, limits: Limits::DEFAULT };
//! let list = UnverifiedStatusList::parse(published.as_bytes())?.verify(&expected)?;
//! assert!(list.check(&StatusReference::new(uri, 4)?, &clock).is_ok());
//! let revoked = list.check(&StatusReference::new(uri, 5)?, &clock);
//! assert_eq!(revoked.unwrap_err().code(), Code::Invalid);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The token comes as a CWT or as a JWT; nothing but its reading and writing depends on that. A list under a MAC (COSE_Mac0, or HS256
//! and its like) is refused by name ([`Code::MacUnsupported`]): who can check one can make one.

mod cwt;
mod error;
mod issuer;
mod jwt;
mod list;
mod received;
mod reference;
mod token;
mod value;
mod verified;

pub use cwt::{StatusListCwt, UnverifiedStatusListCwt};
pub use error::{Code, Error};
pub use issuer::{PreparedStatusListCwt, PreparedStatusListJwt, StatusIssuer};
pub use jwt::{StatusListJwt, UnverifiedStatusListJwt};
pub use list::{Bits, StatusList};
pub use received::UnverifiedStatusList;
pub use reference::StatusReference;
pub use token::{Limits, StatusListToken};
pub use value::{Meaning, StatusValue};
pub use verified::{CacheBounds, Expectations, VerifiedStatusList, checker, newest};
