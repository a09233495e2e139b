//! CWT-E: the octets, in every layer of a presentation.

mod dates;
mod disclosures;
mod envelope;
mod headers;
mod keys;
mod layers;
mod limits;
mod marks;
mod signatures;
mod writing;
