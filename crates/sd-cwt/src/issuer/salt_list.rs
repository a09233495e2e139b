//! Salts out of a list, as the interop contract has it (CWT-C-002, CWT-C-003).

use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt::{self, Write};

use mimicred_claims::{Key, Value};
use mimicred_cose::cbor::Writer;
use mimicred_error::At;
use mimicred_keys::{Random, SALT_LEN, sha256};

use super::{SaltSource, Salted};
use crate::{Code, Error};

/// Longest list that is read, in octets.
const MAX_LEN: usize = 16 << 20;

/// Salts by what they are for, and random ones for what is not listed; it remembers every salt that it gave.
///
/// The list is CSV without a header: one line per salt, two columns, nothing quoted.
///
/// 1. What the salt is for: either the SHA-256 of the disclosure without its salt, in 64 hexadecimal digits, or the number of a
///    decoy (tag 62), a decimal integer greater than 0.
/// 2. The salt, in 32 hexadecimal digits.
///
/// Two hashes are understood, whatever the hash of the token is, both over the CBOR array that is left without the salt, in
/// deterministic encoding, with the value as it is disclosed, its inner redactions done (trap 31):
///
/// - as the interop contract says, in the order of the disclosure: `[value, key]` for a claim, `[value]` for an element, and `[]`
///   for a decoy without number;
/// - as the published salt list has it: `[key, value]`, with `null` for the key of an element.
///
/// The former is tried first, and is what [`SaltList::used`] writes. They can only be confused where one claim's key is the other's
/// value; the token is right even then. A line is used once: where a list has several lines for equal disclosures they are used
/// in order, and one disclosure more gets a random salt. No salt stands in a list twice.
///
/// ```
/// use mimicred_claims::{Key, Map, Redaction, RedactionPlan, Value};
/// use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
/// use mimicred_sd_cwt::{Issuance, Issuer, SaltList};
///
/// # let key = IssuerKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?);
/// # let holder = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?;
/// # let claims = Map::from_entries(vec![
/// #     (Key::Int(1), Value::from("i.example")),
/// #     (Key::Int(2), Value::from("s.example")),
/// #     (Key::Int(501), Value::from("ABCD-123456")),
/// # ])?;
/// let plan = RedactionPlan::new(Redaction::Paths(vec!["501".parse()?]));
/// let issuer = Issuer::new(key.public());
///
/// // Random salts, written down.
/// let mut random = SystemRandom;
/// let mut salts = SaltList::new(&mut random);
/// let issuance = Issuance::new(claims, holder.public(), &plan);
/// let first = issuer.prepare_with_salts(issuance.clone(), &mut salts)?.sign(&key)?;
/// let used = salts.used();
///
/// // The same salts give the same token.
/// let mut random = SystemRandom;
/// let second = issuer.prepare_with_salts(issuance, &mut SaltList::parse(&used, &mut random)?)?.sign(&key)?;
/// assert_eq!(first, second);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SaltList<'r> {
    left: HashMap<For, VecDeque<[u8; SALT_LEN]>>,
    random: &'r mut dyn Random,
    used: Vec<(For, [u8; SALT_LEN])>,
}

/// The first column.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum For {
    Hash([u8; 32]),
    Number(u64),
}

impl<'r> SaltList<'r> {
    /// A list without lines: every salt is random, and remembered.
    pub fn new(random: &'r mut dyn Random) -> Self {
        Self { left: HashMap::new(), random, used: Vec::new() }
    }

    /// Reads a list; what is not in it gets a salt from `random`.
    ///
    /// # Errors
    /// [`Code::SaltList`] with the line: a missing or third column, digits that are odd in number or not hexadecimal, a hash that
    /// has not 32 octets or a salt that has not 16, a number that is 0 or stands there twice, a salt that stands there twice, an
    /// empty line. [`Code::Limit`] for more than 16 MiB.
    pub fn parse(csv: &str, random: &'r mut dyn Random) -> Result<Self, Error> {
        if csv.len() > MAX_LEN {
            return Err(Error::new(Code::Limit).note("the list of salts is too long"));
        }
        let mut list = Self::new(random);
        let mut salts = HashSet::new();
        for (n, line) in csv.lines().enumerate() {
            let refused = |note: &str| Error::new(Code::SaltList).at(At::Line(n + 1, 1)).note(note);
            let (name, salt) =
                line.split_once(',').ok_or_else(|| refused("two columns are expected, with a comma between them"))?;
            let name = read_name(name)
                .ok_or_else(|| refused("the first column is a hash of 64 hexadecimal digits, or a number from 1"))?;
            let salt = hex(salt).ok_or_else(|| refused("the second column is a salt of 32 hexadecimal digits"))?;
            if !salts.insert(salt) {
                return Err(refused("this salt stands in a line before"));
            }
            let listed = list.left.entry(name).or_default();
            if matches!(name, For::Number(_)) && !listed.is_empty() {
                return Err(refused("this number stands in a line before"));
            }
            listed.push_back(salt);
        }
        Ok(list)
    }

    /// Every salt given so far, listed or random, as a list that can be read again.
    pub fn used(&self) -> String {
        let mut csv = String::new();
        for (name, salt) in &self.used {
            match name {
                For::Hash(hash) => write_hex(&mut csv, hash),
                For::Number(number) => {
                    // Writing to a string cannot fail.
                    let _ = write!(csv, "{number}");
                }
            }
            csv.push(',');
            write_hex(&mut csv, salt);
            csv.push('\n');
        }
        csv
    }

    fn take(&mut self, name: For) -> Option<[u8; SALT_LEN]> {
        self.left.get_mut(&name).and_then(VecDeque::pop_front)
    }
}

impl SaltSource for SaltList<'_> {
    fn salt(&mut self, salted: &Salted<'_>) -> Result<[u8; SALT_LEN], Error> {
        let (name, other) = match salted {
            Salted::Decoy(Some(number)) => (For::Number(*number), None),
            Salted::Decoy(None) => (without_salt(None, None)?, None),
            Salted::Element(value) => (without_salt(Some(value), None)?, Some(key_first(None, value)?)),
            Salted::Claim(key, value) => (without_salt(Some(value), Some(key))?, Some(key_first(Some(key), value)?)),
        };
        let listed = self.take(name).or_else(|| self.take(other?));
        let salt = match listed {
            Some(salt) => salt,
            None => {
                let mut salt = [0; SALT_LEN];
                self.random.fill(&mut salt)?;
                salt
            }
        };
        self.used.push((name, salt));
        Ok(salt)
    }
}

/// The hash of the interop contract.
fn without_salt(value: Option<&Value<'_>>, key: Option<&Key<'_>>) -> Result<For, Error> {
    let mut writer = Writer::new();
    writer.array(usize::from(value.is_some()) + usize::from(key.is_some()));
    if let Some(value) = value {
        writer.value(value)?;
    }
    if let Some(key) = key {
        writer.key(key)?;
    }
    Ok(For::Hash(sha256(&writer.finish())))
}

/// The hash of the published list.
fn key_first(key: Option<&Key<'_>>, value: &Value<'_>) -> Result<For, Error> {
    let mut writer = Writer::new();
    writer.array(2);
    match key {
        Some(key) => writer.key(key)?,
        None => writer.value(&Value::Null)?,
    }
    writer.value(value)?;
    Ok(For::Hash(sha256(&writer.finish())))
}

fn read_name(column: &str) -> Option<For> {
    if let Some(hash) = hex(column) {
        return Some(For::Hash(hash));
    }
    let is_number = column.bytes().all(|digit| digit.is_ascii_digit()) && !column.starts_with('0');
    column.parse().ok().filter(|_| is_number).map(For::Number)
}

/// Exactly `N` octets in hexadecimal.
fn hex<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let digits = digits.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut octets = [0; N];
    for (octet, pair) in octets.iter_mut().zip(digits.chunks_exact(2)) {
        for digit in pair {
            let digit = char::from(*digit).to_digit(16)?;
            *octet = (*octet << 4) | u8::try_from(digit).ok()?;
        }
    }
    Some(octets)
}

fn write_hex(out: &mut String, octets: &[u8]) {
    for octet in octets {
        // Writing to a string cannot fail.
        let _ = write!(out, "{octet:02x}");
    }
}

/// Salts stay out of logs.
impl fmt::Debug for SaltList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SaltList").field("used", &self.used.len()).finish_non_exhaustive()
    }
}
