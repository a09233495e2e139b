//! What JOSE needs below tokens: strict base64url, a strict JSON reader and writer for [`mimicred_claims::Value`], JWK with
//! thumbprints, and JWS in compact form.
//!
//! Everything here reads hostile input: it is bounded before it works, never panics, and keeps the received text, because what was
//! signed is what must be checked.
//!
//! ```
//! use mimicred_jose::{base64url, json};
//!
//! let octets = base64url::decode("eyJhIjpbMSwxLjBdfQ")?;
//! let value = json::parse_octets(&octets, &json::Limits::DEFAULT)?;
//! assert_eq!(json::write(&value)?, r#"{"a":[1,1.0]}"#);
//! # Ok::<(), mimicred_jose::Error>(())
//! ```

pub mod base64url;
mod error;
pub mod json;
pub mod jwk;
pub mod jws;

pub use error::{Code, Error};
pub use jwk::Jwk;
