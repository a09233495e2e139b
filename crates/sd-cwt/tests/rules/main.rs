//! The rule tables of SD-CWT, by topic; each test names the rows it holds.

#[cfg(test)]
mod aead;
#[cfg(test)]
mod confirmation;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod decoys;
#[cfg(test)]
mod encoding;
#[cfg(test)]
mod holding;
#[cfg(test)]
mod inspection;
#[cfg(test)]
mod issuance;
#[cfg(test)]
mod judging;
#[cfg(test)]
mod preissuance;
#[cfg(test)]
mod presentation;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod published;
#[cfg(test)]
mod salts;
#[cfg(test)]
mod times;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod types;
#[cfg(test)]
mod unsettled;
#[cfg(test)]
mod verification;
