//! Whether two pseudonyms can be seen to be of one user.
//!
//! "X cannot link i and j" of mimi-mls 4.1 has two tests, over what X sees of the pseudonyms of many users. [`linked`]: no value of a
//! field is common to two pseudonyms of one user and to nobody else's. [`advantage`]: who learns from half of the users how
//! pseudonyms of one user resemble each other guesses no better about the other half. The second finds what the first cannot: serial
//! numbers that follow each other, times that are close, sizes that are alike.
//!
//! ```
//! use mimicred_flows::linkage::{Fields, linked};
//!
//! let pseudonym = |issuer: &str, serial: &str| -> Fields { vec![("issuer".into(), issuer.into()), ("serial".into(), serial.into())] };
//! let users = [vec![pseudonym("A", "31"), pseudonym("A", "75")], vec![pseudonym("A", "62"), pseudonym("A", "62")]];
//! let links = linked(&users);
//! assert_eq!(links.len(), 1);
//! assert_eq!((links[0].field.as_str(), links[0].user), ("serial", 1));
//! ```

mod guess;
mod resemblance;

use std::collections::BTreeMap;

pub use guess::{Advantage, advantage};

/// What is seen of one pseudonym: names of fields and their octets. A name may be there more than once. Numbers are octets in network
/// order or decimal digits.
pub type Fields = Vec<(String, Vec<u8>)>;

/// A value that only one user has, in several pseudonyms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldLink {
    /// The name of the field.
    pub field: String,
    /// The value.
    pub value: Vec<u8>,
    /// The user, by her place among all.
    pub user: usize,
    /// Her pseudonyms that have it, by their places among hers.
    pub pseudonyms: Vec<usize>,
}

/// The values by which pseudonyms of one user can be told to be hers: they are equal in some of them, and nobody else's.
///
/// Each element of `users` is one user, with her pseudonyms.
pub fn linked(users: &[Vec<Fields>]) -> Vec<FieldLink> {
    let mut values: BTreeMap<(&str, &[u8]), Owners> = BTreeMap::new();
    for (user, pseudonyms) in users.iter().enumerate() {
        for (pseudonym, fields) in pseudonyms.iter().enumerate() {
            for (name, value) in fields {
                let owners = values.entry((name, value)).or_default();
                if owners.last() != Some(&(user, pseudonym)) {
                    owners.push((user, pseudonym));
                }
            }
        }
    }
    let link = |((field, value), owners): (_, Owners)| {
        let user = owners.first()?.0;
        let is_hers = owners.len() > 1 && owners.iter().all(|owner| owner.0 == user);
        let pseudonyms = owners.into_iter().map(|(_, pseudonym)| pseudonym).collect();
        is_hers.then(|| FieldLink { field: str::to_owned(field), value: <[u8]>::to_vec(value), user, pseudonyms })
    };
    values.into_iter().filter_map(link).collect()
}

/// Users and pseudonyms that have a value.
type Owners = Vec<(usize, usize)>;

#[cfg(test)]
mod tests;
