//! What says nothing about one user, because many have it: CONST of mimi-mls 4.1.

use std::collections::HashMap;

use super::search::count_users;
use super::{Needle, NeedleSet, Shape, WINDOW};

/// In the credentials of this many other users octets are constant.
const USERS: usize = 10;
/// Octets in a run that many have: shorter than a window, because between what is random there may be less than a window in common.
const RUN: usize = 8;
/// Octets of its own that a window has; with fewer it equals another user's by chance.
const OWN: usize = 4;

/// Octets that are in the credentials of many users: an issuer's name, the shape of a certificate.
///
/// A window is taken out of a set if it is in the credentials of at least 10 other users. So is one with fewer than 4 octets that
/// are outside all runs of 8 that are in as many credentials: with one octet of its own between constant neighbours it would turn up
/// in the credential of every 256th user. What must occur whole is taken out if 10 other users have it as it is.
///
/// ```
/// use mimicred_flows::needle::{Constant, NeedleSet};
///
/// # fn main() -> Result<(), mimicred_flows::Error> {
/// let credential = |serial: &str| format!("issued by Provider A Certification, {serial}, for good behaviour").into_bytes();
/// let others = (0..10).map(|n| vec![credential(&format!("{n}{n}{n}{n}{n}{n}"))]);
/// let mut set = NeedleSet::new("PS(Alice,1)");
/// set.windows("her credential", credential("5e3a41"))?;
/// let own = set.without(&Constant::of(others));
/// assert!(own.len() < set.len() && !own.is_empty());
/// # Ok(())
/// # }
/// ```
pub struct Constant {
    users: Vec<Vec<Vec<u8>>>,
    least: usize,
    own: usize,
    windows: HashMap<[u8; WINDOW], Count>,
    runs: HashMap<[u8; RUN], Count>,
}

/// In how many users' credentials something is; the last of them counts once.
struct Count {
    last: usize,
    users: usize,
}

impl Constant {
    /// From the credentials of other users, each with all of hers.
    pub fn of<C: Into<Vec<u8>>>(others: impl IntoIterator<Item = impl IntoIterator<Item = C>>) -> Self {
        let users: Vec<Vec<Vec<u8>>> = others.into_iter().map(|user| user.into_iter().map(Into::into).collect()).collect();
        let (windows, runs) = (counted(&users), counted(&users));
        Self { users, least: USERS, own: OWN, windows, runs }
    }

    /// The same with another number of octets of its own that a window must have; 0 takes out constant windows and no others.
    #[must_use]
    pub fn with_own(mut self, octets: usize) -> Self {
        self.own = octets;
        self
    }

    /// Whether a window is in the credentials of enough users.
    pub fn has(&self, window: &[u8; WINDOW]) -> bool {
        self.in_many(self.windows.get(window))
    }

    fn in_many(&self, count: Option<&Count>) -> bool {
        count.is_some_and(|count| count.users >= self.least)
    }

    pub(super) fn taken_from(&self, set: &NeedleSet) -> NeedleSet {
        let whole: Vec<&Needle> = set.needles().iter().filter(|needle| needle.shape() == Shape::Whole).collect();
        let mut counts = count_users(&whole, &self.users).into_iter();
        let mut rest = NeedleSet::new(set.name());
        for needle in set.needles() {
            match needle.shape() {
                Shape::Whole if counts.next().unwrap_or_default() >= self.least => {}
                Shape::Whole => rest.needles.push(needle.clone()),
                Shape::Windows => rest.needles.push(self.taken_from_needle(needle)),
            }
        }
        rest
    }

    fn taken_from_needle(&self, needle: &Needle) -> Needle {
        let is_constant: Vec<bool> =
            needle.octets.windows(WINDOW).map(|window| window.try_into().is_ok_and(|window| self.has(window))).collect();
        let mut own = vec![true; needle.octets.len()];
        let is_run = |run: &[u8]| run.try_into().is_ok_and(|run: [u8; RUN]| self.in_many(self.runs.get(&run)));
        for (at, _) in needle.octets.windows(RUN).enumerate().filter(|(_, run)| is_run(run)) {
            own.iter_mut().skip(at).take(RUN).for_each(|own| *own = false);
        }
        let says_nothing = |(at, is_constant): (usize, &bool)| {
            let own = own.iter().skip(at).take(WINDOW).filter(|own| **own).count();
            (*is_constant || own < self.own || needle.constant.binary_search(&at).is_ok()).then_some(at)
        };
        Needle { constant: is_constant.iter().enumerate().filter_map(says_nothing).collect(), ..needle.clone() }
    }
}

/// In how many users' credentials each piece of this length is.
fn counted<const N: usize>(users: &[Vec<Vec<u8>>]) -> HashMap<[u8; N], Count> {
    let mut pieces: HashMap<[u8; N], Count> = HashMap::new();
    for (number, user) in users.iter().enumerate() {
        let all = user.iter().flat_map(|credential| credential.windows(N));
        for piece in all.filter_map(|piece| piece.try_into().ok()) {
            let count = pieces.entry(piece).or_insert(Count { last: usize::MAX, users: 0 });
            if count.last != number {
                *count = Count { last: number, users: count.users + 1 };
            }
        }
    }
    pieces
}

impl std::fmt::Debug for Constant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (users, windows) = (self.users.len(), self.windows.len());
        f.debug_struct("Constant").field("users", &users).field("windows", &windows).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
