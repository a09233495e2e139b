//! Putting disclosures back where their digests are.

mod restoring;
mod trail;

use crate::{ClaimPath, Digest, Error, Key, Map, Value};
use trail::{Place, Trail};

pub use restoring::Restoring;

/// What is accepted at most, checked before and while the claims are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Levels below the claims set: a top-level value is level 1, entering an array, a map or a tag adds one (CWT-E-026).
    /// Values above 128 count as 128.
    pub depth: usize,
    /// Disclosures of one token.
    pub disclosures: usize,
    /// Digests of one token, those inside disclosures included.
    pub digests: usize,
}

impl Limits {
    /// 16 levels, 16384 disclosures, 32768 digests.
    pub const DEFAULT: Limits = Limits { depth: 16, disclosures: 16_384, digests: 32_768 };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A disclosure, opened by its format: its digest, and what it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened<'a> {
    /// The digest as it would stand in the token.
    pub digest: Digest<'a>,
    /// What it discloses; values inside carry their own redaction marks.
    pub content: Content<'a>,
}

/// What a disclosure holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content<'a> {
    /// A claim of a map.
    Claim(Key<'a>, Value<'a>),
    /// An element of an array.
    Element(Value<'a>),
    /// Nothing (SD-CWT only).
    Decoy,
}

/// Where a disclosure landed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosed {
    /// Its position in the list of disclosures.
    pub index: usize,
    /// The claim it restored. A decoy has the path of the map or array that holds its digest.
    pub path: ClaimPath,
    /// The disclosure inside which its digest stands, if it is not in the token itself.
    pub parent: Option<usize>,
    /// Whether it discloses nothing.
    pub decoy: bool,
}

/// The claims with every disclosure in its place, and without any redaction mark.
#[derive(Clone, Debug, PartialEq)]
pub struct Restored<'a> {
    claims: Map<'a>,
    /// Where there are digests that nothing discloses, and how many in each place.
    unknown: Vec<(Place, usize)>,
    /// One for each disclosure.
    landed: Vec<Landed>,
    trail: Trail<'a>,
}

#[derive(Clone, Debug, PartialEq)]
struct Landed {
    place: Place,
    parent: Option<usize>,
    decoy: bool,
}

impl<'a> Restored<'a> {
    /// The claims.
    pub fn claims(&self) -> &Map<'a> {
        &self.claims
    }

    /// The claims, given away.
    pub fn into_claims(self) -> Map<'a> {
        self.claims
    }

    /// Digests for which there was no disclosure: redacted claims or decoys, nobody can tell.
    pub fn undisclosed(&self) -> usize {
        self.unknown.iter().map(|(_, count)| count).sum()
    }

    /// In which maps and arrays they are, and how many in each; the claims themselves may come twice, where they are of two sets.
    pub(crate) fn undisclosed_in(&self) -> impl Iterator<Item = (ClaimPath, usize)> {
        self.unknown.iter().map(|(place, count)| (self.trail.path(*place, &self.claims), *count))
    }

    /// One entry for each disclosure, in the order given. The paths are written now: who does not ask does not pay.
    pub fn disclosed(&self) -> Vec<Disclosed> {
        let each = self.landed.iter().enumerate();
        each.map(|(index, landed)| Disclosed {
            index,
            path: self.trail.path(landed.place, &self.claims),
            parent: landed.parent,
            decoy: landed.decoy,
        })
        .collect()
    }

    /// How many disclosures there are.
    pub fn disclosures(&self) -> usize {
        self.landed.len()
    }
}

/// Puts each disclosure where its digest is, to any depth and in whatever order they come, and removes the digests left over
/// (JWT-V-004 to V-016, CWT-V-014 to V-027). Linear in the size of the input.
///
/// # Errors
/// [`Code::DigestDuplicate`](crate::Code::DigestDuplicate), [`Code::DisclosureMisplaced`](crate::Code::DisclosureMisplaced), [`Code::ClaimCollision`](crate::Code::ClaimCollision), [`Code::DisclosureUnmatched`](crate::Code::DisclosureUnmatched),
/// [`Code::Limit`](crate::Code::Limit); the place is the disclosure where there is one.
///
/// ```
/// use mimicred_claims::{Content, Digest, Key, Limits, Map, Opened, Value, restore};
///
/// let mut token = Map::new();
/// token.redacted.push(Digest::from(b"digest"));
/// let email = Opened { digest: Digest::from(b"digest"), content: Content::Claim(Key::from("email"), Value::from("a@b.example")) };
/// let restored = restore(token, vec![email], &Limits::DEFAULT)?;
/// assert_eq!(restored.claims().text("email"), Some(&Value::from("a@b.example")));
/// assert_eq!(restored.disclosed()[0].path.to_string(), "email");
/// # Ok::<(), mimicred_claims::Error>(())
/// ```
pub fn restore<'a>(root: Map<'a>, opened: Vec<Opened<'a>>, limits: &Limits) -> Result<Restored<'a>, Error> {
    restoring(root, opened, limits)?.finish()
}

/// As [`restore`](fn@restore), for a token with two claims sets that share its disclosures, such as the payload and the CWT Claims
/// header of an SD-CWT. The result is one claims set; a claim that stands in both is there once, and must be the same in both
/// (CWT-V-028).
///
/// # Errors
/// As [`restore`](fn@restore); [`Code::ClaimCollision`](crate::Code::ClaimCollision) for a claim that differs.
///
/// ```
/// use mimicred_claims::{Key, Limits, Map, Value, restore_with};
///
/// let payload = Map::from_entries(vec![(Key::Int(2), Value::from("alice"))])?;
/// let header = Map::from_entries(vec![(Key::Int(2), Value::from("alice")), (Key::Int(6), Value::Int(1_790_000_000))])?;
/// let restored = restore_with(payload, header, vec![], &Limits::DEFAULT)?;
/// assert_eq!(restored.claims().len(), 2);
/// # Ok::<(), mimicred_claims::Error>(())
/// ```
pub fn restore_with<'a>(root: Map<'a>, also: Map<'a>, opened: Vec<Opened<'a>>, limits: &Limits) -> Result<Restored<'a>, Error> {
    restoring(root, opened, limits)?.finish_with(also)
}

fn restoring<'a, 'l>(root: Map<'a>, opened: Vec<Opened<'a>>, limits: &'l Limits) -> Result<Restoring<'a, 'l>, Error> {
    let mut restoring = Restoring::new(root, opened.len(), limits)?;
    opened.into_iter().try_for_each(|opened| restoring.add(&opened.digest, opened.content))?;
    Ok(restoring)
}

fn is_container(value: &Value<'_>) -> bool {
    matches!(value, Value::Map(_) | Value::Array(_) | Value::Tag(..) | Value::Redacted(_))
}

#[cfg(test)]
mod tests;
