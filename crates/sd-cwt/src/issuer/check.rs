//! What an Issuer refuses to sign: claims that no Holder or Verifier would accept.

use std::collections::HashMap;

use mimicred_claims::{ClaimPath, Key, Limits, Map, Step, Value};
use mimicred_error::At;

use super::Issuance;
use crate::error::about;
use crate::rules::{Registered, VctRule};
use crate::times::{Side, Times};
use crate::{Code, Error};

/// Longest text key in octets (CWT-E-014).
const MAX_TEXT_KEY: usize = 255;
/// Tags that mark redaction, and the simple value that does (CWT-I-026).
const MARKS: [u64; 3] = [58, 60, 62];
const REDACTED_CLAIM_KEYS: u8 = 59;
/// What the head of an item is reckoned to take, in octets.
const HEAD: usize = 3;

/// How much the claims are, found on the way.
#[derive(Clone, Copy, Default)]
pub(super) struct Extent {
    /// How many disclosures there will be, as far as can be told: only decoys and claims that stay visible make it another number.
    pub(super) disclosures: usize,
    /// How many octets the claims will have, more or less; not less where text and byte strings are most of them.
    pub(super) octets: usize,
}

/// Checks the claims, `cnf` among them, as they are before anything is redacted.
pub(super) fn check(issuance: &Issuance<'_>, identified_otherwise: bool) -> Result<Extent, Error> {
    let payload = &issuance.claims;
    let mut walk = Walk::default();
    walk.map(payload, 0)?;
    let mut disclosures = issuance.plan.most_disclosures(std::mem::take(&mut walk.members));
    let mut registered = Registered::of(payload);
    // Claims in the header count like those of the payload (CWT-V-028); cnf alone must be in the payload (CWT-V-029).
    if let Some((in_header, plan)) = &issuance.header_claims {
        walk.map(in_header, 0)?;
        disclosures = disclosures.saturating_add(plan.most_disclosures(walk.members));
        check_equal(payload, in_header)?;
        registered = registered.or(Registered::of(in_header));
    }
    registered.check_types(VctRule::default())?;
    if registered.iss.is_none() && !identified_otherwise {
        return Err(about(Code::ClaimMissing, "iss"));
    }
    if registered.sub.is_none() {
        return Err(about(Code::ClaimMissing, "sub"));
    }
    let times = Times::of(&registered)?;
    times.check_token()?;
    issuance.clock.map_or(Ok(()), |clock| times.check_clock(&clock, Side::Token))?;
    Ok(Extent { disclosures, octets: walk.octets })
}

/// A key in both places has one value (CWT-I-027).
fn check_equal(payload: &Map<'_>, header: &Map<'_>) -> Result<(), Error> {
    let payload: HashMap<_, _> = payload.iter().collect();
    for (key, value) in header.iter() {
        // As who receives them compares them; not-a-number is never the same.
        if payload.get(key).is_some_and(|other| *other != value) {
            let at = At::Path(key.to_string());
            return Err(Error::new(Code::ClaimCollision).at(at).note("one value in the payload, another one in the header"));
        }
    }
    Ok(())
}

/// What is wrong, and the way to where it is, the last step first. Nothing is kept of the way as long as nothing is wrong.
struct Fault {
    error: Error,
    way: Vec<Step>,
}

impl Fault {
    fn below(mut self, step: impl FnOnce() -> Step) -> Self {
        self.way.push(step());
        self
    }
}

impl From<Fault> for Error {
    fn from(Fault { error, mut way }: Fault) -> Self {
        way.reverse();
        if way.is_empty() { error } else { error.at(At::Path(ClaimPath::new(way).to_string())) }
    }
}

#[derive(Default)]
struct Walk {
    members: usize,
    octets: usize,
}

impl Walk {
    fn map(&mut self, map: &Map<'_>, depth: usize) -> Result<(), Fault> {
        if !map.redacted.is_empty() {
            return Err(mark());
        }
        self.members += map.len();
        for (key, value) in map.iter() {
            if let Key::Text(text) = key {
                // The place of a key is the map that it is in: it may be as long as it likes.
                if text.is_empty() || text.len() > MAX_TEXT_KEY {
                    return Err(preissue("a text key has 1 to 255 octets"));
                }
                self.octets += text.len();
            }
            self.octets += HEAD;
            self.value(value, depth + 1).map_err(|fault| fault.below(|| Step::Key(key.clone().into_owned())))?;
        }
        Ok(())
    }

    #[inline]
    fn value(&mut self, value: &Value<'_>, depth: usize) -> Result<(), Fault> {
        self.octets += HEAD;
        match value {
            Value::Text(text) => self.octets += text.len(),
            Value::Bytes(octets) => self.octets += octets.len(),
            _ => return self.other(value, depth),
        }
        check_depth(depth)
    }

    fn other(&mut self, value: &Value<'_>, depth: usize) -> Result<(), Fault> {
        check_depth(depth)?;
        match value {
            Value::Map(map) => self.map(map, depth),
            Value::Array(elements) => {
                self.members += elements.len();
                let mut elements = elements.iter().enumerate();
                elements
                    .try_for_each(|(n, element)| self.value(element, depth + 1).map_err(|fault| fault.below(|| Step::Index(n))))
            }
            Value::Tag(tag, _) if MARKS.contains(tag) => Err(mark()),
            Value::Tag(_, inner) => self.value(inner, depth + 1),
            Value::Redacted(_) | Value::Simple(REDACTED_CLAIM_KEYS) => Err(mark()),
            _ => Ok(()),
        }
    }
}

#[inline]
fn check_depth(depth: usize) -> Result<(), Fault> {
    if depth <= Limits::DEFAULT.depth {
        return Ok(());
    }
    Err(Fault { error: Error::new(Code::Limit).note("the claims are nested too deeply"), way: Vec::new() })
}

fn mark() -> Fault {
    preissue("a mark of redaction, which only a plan makes")
}

fn preissue(note: &'static str) -> Fault {
    Fault { error: Error::new(Code::Preissue).note(note), way: Vec::new() }
}
