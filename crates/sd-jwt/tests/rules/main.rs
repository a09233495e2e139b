//! The rules of SD-JWT, one file for each topic; each test names the rows it holds. Tokens that no Issuer of ours would make are put
//! together by hand in `support`.

#[cfg(test)]
mod encoding;
#[cfg(test)]
mod field;
#[cfg(test)]
mod holder;
#[cfg(test)]
mod inspect;
#[cfg(test)]
mod issuance;
#[cfg(test)]
mod issuers;
#[cfg(test)]
mod json;
#[cfg(test)]
mod key_binding;
#[cfg(test)]
mod pitfalls;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod support;
#[cfg(test)]
mod time;
#[cfg(test)]
mod traps;
#[cfg(test)]
mod unsettled;
#[cfg(test)]
mod vc;
#[cfg(test)]
mod vectors;
#[cfg(test)]
mod verification;
