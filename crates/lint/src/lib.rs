//! Whether a batch of credentials can be linked: what can be seen in its octets, whoever issued it.
//!
//! A provider hands out credentials for many pseudonyms at once. Each of them may be sound and the batch a disaster: serial numbers that
//! were counted, one odd second in all of them, a list of digests that is longer than everybody else's. [`lint`] reads such a batch
//! and tells what it finds by the traps of mimi-mls.md 4.5, with the fields and items concerned. Nothing is verified: a credential
//! that is forged or expired links just as well.
//!
//! ```
//! use mimicred_lint::{FindingKind, Item, Options, lint};
//!
//! # use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SeededRandom};
//! # use mimicred_x509::{Ca, CaProfile, PseudonymProfile, Validity, prepare_pseudonym, prepare_root};
//! # use mimicred_uri::{Host, MimiUri, mint_pseudonym};
//! # let mut random = SeededRandom::new([1; 32], "lint");
//! # let key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut random)?);
//! # let profile = CaProfile::new("a.example MIMI CA", Validity::days(1_790_000_000, 3650)?);
//! # let ca = Ca::from_certificate(&prepare_root(&profile, key.public(), &mut random)?.sign(&key)?)?;
//! # let mut certificates = Vec::new();
//! # for n in 0..3 {
//! #     let leaf = SecretKey::generate(Algorithm::Ed25519, &mut random)?;
//! #     let user: MimiUri = format!("mimi://a.example/p/crazykoala7{n}").parse()?;
//! #     let client = "mimi://a.example/d/1".parse()?;
//! #     let profile = PseudonymProfile::new(leaf.public(), &user, &client, Validity::days(1_790_000_000, 7)?);
//! #     certificates.push(prepare_pseudonym(&ca, &profile, &mut random)?.sign(&key)?.as_der().to_vec());
//! # }
//! // Three certificates, for crazykoala70, crazykoala71 and crazykoala72.
//! let items: Vec<Item<'_>> = certificates.iter().map(|octets| Item { name: "a certificate", octets }).collect();
//! let report = lint(&items, &Options::default())?;
//! assert!(!report.is_clean());
//! assert!(report.has(FindingKind::PseudonymAlike));
//! assert!(!report.has(FindingKind::SerialSequential));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A value that is the same in the whole batch is taken for a template of the provider. Whether it is one, or the mark of one user,
//! only credentials of other users tell: [`Options::known`].

mod chance;
mod check;
mod error;
mod finding;
mod item;
mod read;
mod report;
mod seen;
mod trap;

use std::collections::HashMap;

use mimicred_error::At;

pub use error::{Code, Error};
pub use finding::FindingKind;
pub use item::{Format, Item, MAX_ITEM, MAX_ITEMS, MAX_OCTETS};
pub use report::{Checked, Finding, Looked, NotVisible, Report, Severity};
pub use trap::Trap;

use report::Findings;
use seen::{Role, Seen};

/// How to look.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The least number of items that must share a value so that it hides them among each other.
    pub k: usize,
    /// Credentials of other users of the same provider: what they have too marks nobody, and what they do not have marks the batch.
    pub known: &'a [Item<'a>],
}

impl Default for Options<'_> {
    /// Ten, and nothing to compare with.
    fn default() -> Self {
        Self { k: 10, known: &[] }
    }
}

/// Looks at a batch.
///
/// # Errors
/// `lint/empty`, `lint/group-size`, `lint/limit`; `lint/unrecognised` and `lint/unreadable` with the number of the item, counted on
/// from the batch for known ones.
pub fn lint(items: &[Item<'_>], options: &Options<'_>) -> Result<Report, Error> {
    if items.is_empty() {
        return Err(Code::Empty.into());
    }
    if options.k < 2 {
        return Err(Code::GroupSize.into());
    }
    let all = || items.iter().chain(options.known);
    let octets = all().fold(0_usize, |sum, item| sum.saturating_add(item.octets.len()));
    if all().count() > MAX_ITEMS || octets > MAX_OCTETS {
        return Err(Error::new(Code::Limit).note(format!("{} items of {octets} octets", all().count())));
    }
    let mut seen = Vec::with_capacity(all().count());
    for (number, item) in all().enumerate() {
        seen.push(read::read(number, item).map_err(|error| named(error, item.name))?);
    }
    let known = seen.split_off(items.len());
    let looked: Vec<Looked> = items
        .iter()
        .zip(&seen)
        .map(|(item, seen)| {
            let format = if seen.role == Role::Authority { "x509-ca".to_owned() } else { seen.format.clone() };
            Looked { name: item.name.to_owned(), format }
        })
        .collect();

    let mut out = Findings::default();
    let (seen, known) = (distinct(items, seen, &mut out), known);
    let batch = check::Batch::new(&seen, &known, options.k);
    remark(&batch, &seen, &mut out);
    check::all(&batch, &mut out);
    Ok(out.into_report(options.k, looked, batch.known.len()))
}

/// The place is a number; people know the name.
fn named(error: Error, name: &str) -> Error {
    use mimicred_error::Report as _;
    match error.place() {
        At::Item(_) if error.remark().is_none() => error.note(name.to_owned()),
        _ => error,
    }
}

/// The items without copies of others: a file that was named twice is no reuse of a key.
fn distinct(items: &[Item<'_>], seen: Vec<Seen>, out: &mut Findings) -> Vec<Seen> {
    let total = seen.len();
    let mut first: HashMap<&[u8], ()> = HashMap::new();
    let kept: Vec<Seen> =
        items.iter().zip(seen).filter(|(item, _)| first.insert(item.octets, ()).is_none()).map(|(_, seen)| seen).collect();
    if kept.len() < total {
        out.remarks
            .push(format!("{} of {total} items are copies of others, octet for octet, and were left out", total - kept.len()));
    }
    kept
}

/// What limits the result.
fn remark(batch: &check::Batch<'_>, seen: &[Seen], out: &mut Findings) {
    let authorities = seen.len() - batch.items.len();
    if authorities > 0 {
        out.remarks.push(match authorities {
            1 => "the certificate of an issuer was left out: it belongs to no user".to_owned(),
            many => format!("{many} certificates of issuers were left out: they belong to no user"),
        });
    }
    if let few @ 0..=1 = batch.items.len() {
        let how = if few == 0 { "there is no item" } else { "there is one item only" };
        out.remarks.push(format!("{how}: nothing could be compared, and only faults of single items are seen"));
    } else if batch.items.len() < batch.k {
        let n = batch.items.len();
        out.remarks.push(format!(
            "{n} items are fewer than k = {}: whether enough share a value cannot be told; that values differ can",
            batch.k
        ));
    }
    let few = match batch.known.len() {
        1 => "1 known credential is".to_owned(),
        many => format!("{many} known credentials are"),
    };
    if !batch.known.is_empty() && batch.known.len() < batch.k {
        out.remarks.push(format!("{few} fewer than k = {}: one that shares a value is enough here", batch.k));
    }
    let groups = batch.groups();
    for group in groups.iter().filter(|group| group.known.is_empty() && !batch.known.is_empty()) {
        out.remarks.push(format!(
            "no known credential is of the format {} and its algorithms: nothing of it was compared with others",
            group.format
        ));
    }
}
