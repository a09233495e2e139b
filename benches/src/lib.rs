//! What the measurements share: claims and keys to measure with, the crypto floor, and a clock that is fair. The two formats are
//! twins, [`sd_cwt`] and [`sd_jwt`], and everything is measured of both through [`format::Format`]; [`x509`] has tables of its own. A
//! [`room`] is a real MLS group; what its members have [`revealed`] is judged together.

pub mod cast;
pub mod claims;
pub mod floor;
pub mod format;
pub mod revealed;
pub mod room;
pub mod sd_cwt;
pub mod sd_jwt;
pub mod timing;
pub mod x509;
