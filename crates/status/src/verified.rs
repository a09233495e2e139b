//! A list that may be believed: what it says of a token, and how long to keep it.

use std::cmp::Ordering;
use std::fmt::Display;

use mimicred_claims::{Clock, Date, Value};
use mimicred_keys::{Algorithm, PublicKey};

use crate::error::{about, about_header};
use crate::token::Claims;
use crate::{Code, Error, Limits, StatusListToken, StatusReference, StatusValue};

/// What a Verifier expects of a Status List Token.
#[derive(Clone, Copy, Debug)]
pub struct Expectations<'e> {
    /// Whose word counts about status (CWT-S-010, JWT-S-003). To issue tokens and to tell their status are two things: that a key is
    /// trusted for the one says nothing about the other, and who trusts it for both names it twice.
    pub keys: &'e [PublicKey],
    /// The list that is wanted: the `uri` of the reference.
    pub uri: &'e str,
    /// Now, and the tolerance.
    pub clock: Clock,
    /// Seconds since `iat` after which the list is too old, whatever it says itself. A list without `exp` is good for ever otherwise.
    pub max_age: Option<u64>,
    /// What is accepted at most.
    pub limits: Limits,
}

impl<'e> Expectations<'e> {
    /// The key that signed a token, out of those trusted for status (CWT-S-010, JWT-S-003). Only keys of the algorithm that the header
    /// names are tried: the algorithm is the key's, and the header's key identifier is no licence for anything.
    pub(crate) fn signer(
        &self,
        algorithm: Algorithm,
        name: impl Display,
        verifies: impl Fn(&PublicKey) -> bool,
    ) -> Result<&'e PublicKey, Error> {
        let mut fitting = self.keys.iter().filter(|key| key.algorithm() == algorithm).peekable();
        if fitting.peek().is_none() {
            return Err(about_header(Code::AlgUnsupported, "alg").note(format!("{name} fits no key trusted for status")));
        }
        fitting.find(|key| verifies(key)).ok_or_else(|| Code::Signature.into())
    }
}

/// Between what bounds a list's own words on caching are followed (CWT-S-012, JWT-S-009).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheBounds {
    /// Seconds before which nobody asks again, so that no Issuer can make us ask all the time.
    pub shortest: u64,
    /// Seconds after which we ask again, so that no Issuer can make us believe an old list.
    pub longest: u64,
}

impl CacheBounds {
    /// From a minute to a day.
    pub const DEFAULT: CacheBounds = CacheBounds { shortest: 60, longest: 86_400 };
}

impl Default for CacheBounds {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A Status List Token that passed everything. Only `verify` makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifiedStatusList {
    token: StatusListToken,
    key: PublicKey,
}

impl VerifiedStatusList {
    /// What follows when type and signature hold, in any form: name and dates, and then the list, which is decompressed only when
    /// the rest is believed.
    pub(crate) fn conclude(claims: Claims<'_>, key: &PublicKey, expected: &Expectations<'_>) -> Result<Self, Error> {
        claims.check(expected)?;
        Ok(Self { token: claims.decompress(&expected.limits)?, key: key.clone() })
    }

    /// What it says.
    pub fn token(&self) -> &StatusListToken {
        &self.token
    }

    /// The key that signed it, one of those that were trusted.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The status of a token, for who knows what application specific values mean. The list may have been kept for a while, and so
    /// it is looked at again whether it counts at this moment.
    ///
    /// # Errors
    /// [`Code::Subject`] if the reference is to another list, [`Code::Expired`], [`Code::Premature`], and [`Code::Index`] if the list
    /// is too short (CWT-S-008, JWT-S-006).
    ///
    /// The crate's front page has an example.
    pub fn value(&self, reference: &StatusReference, clock: &Clock) -> Result<StatusValue, Error> {
        if reference.uri() != self.token.uri() {
            return Err(about(Code::Subject, "uri"));
        }
        self.token.check_clock(clock)?;
        let value = self.token.list().get(reference.index());
        value.ok_or_else(|| about(Code::Index, "idx").note(format!("the list has {} entries", self.token.list().len())))
    }

    /// Whether the token is valid as far as its status goes. That the token itself is valid is checked before (CWT-S-001,
    /// JWT-S-001): of an expired token nobody asks for the status, and status 0 would not help it (CWT-S-010).
    ///
    /// # Errors
    /// As [`VerifiedStatusList::value`] and [`StatusValue::check`].
    ///
    /// The crate's front page has an example.
    pub fn check(&self, reference: &StatusReference, clock: &Clock) -> Result<(), Error> {
        self.value(reference, clock)?.check()
    }

    /// The moment from which on to ask for a newer list, which was fetched at `fetched_at`. What the list says, `ttl` and `exp`, comes
    /// before what its server said (`http_max_age`, in seconds), and the bounds before both (CWT-S-012, JWT-S-009). That a list is
    /// still fresh by this is not that it still counts: [`VerifiedStatusList::check`] refuses it from `exp` on.
    ///
    /// ```
    /// # use mimicred_claims::Clock;
    /// # use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
    /// # use mimicred_status::*;
    /// # let key = IssuerKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?);
    /// # let keys = [key.public().clone()];
    /// # let token = StatusListToken::new("https://a.example/1", StatusList::new(Bits::One, 8), 1_790_000_000).with_ttl(3600);
    /// # let issued = StatusIssuer::new(key.public()).prepare_cwt(&token)?.sign(&key)?;
    /// # let clock = Clock { now: 1_790_000_000, leeway: 0 };
    /// # let expected = Expectations { keys: &keys, uri: "https://a.example/1", clock, max_age: None, limits: Limits::DEFAULT };
    /// # let list = UnverifiedStatusListCwt::parse(issued.as_bytes())?.verify(&expected)?;
    /// assert_eq!(list.token().ttl(), Some(3600));
    /// assert_eq!(list.fresh_until(1_790_000_000, Some(5), &CacheBounds::DEFAULT), 1_790_003_600);
    /// assert_eq!(list.fresh_until(1_790_000_000, Some(5), &CacheBounds { shortest: 1, longest: 600 }), 1_790_000_600);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fresh_until(&self, fetched_at: i64, http_max_age: Option<u64>, bounds: &CacheBounds) -> i64 {
        let until_exp = self.token.expires().map(|exp| seconds_until(exp, fetched_at));
        let own = match (self.token.ttl(), until_exp) {
            (Some(ttl), Some(until_exp)) => Some(ttl.min(until_exp)),
            (ttl, until_exp) => ttl.or(until_exp),
        };
        let seconds = own.or(http_max_age).unwrap_or(bounds.shortest).max(bounds.shortest).min(bounds.longest);
        fetched_at.saturating_add(i64::try_from(seconds).unwrap_or(i64::MAX))
    }
}

/// Whole seconds from `start` to `end`, none if it is over, rounded down.
fn seconds_until(end: Date, start: i64) -> u64 {
    let end = match end {
        Date::Int(seconds) => seconds,
        // Within ±2^53, so the text of the whole number is exact.
        Date::Float(seconds) => format!("{:.0}", seconds.floor()).parse().unwrap_or(i128::MIN),
    };
    u64::try_from(end.saturating_sub(i128::from(start)).max(0)).unwrap_or(u64::MAX)
}

/// Of the lists with this name the one that was issued last: an older one may count still, and not know yet what was revoked since.
///
/// ```
/// assert!(mimicred_status::newest(&[], "https://a.example/status/1").is_none());
/// ```
pub fn newest<'l>(lists: &'l [VerifiedStatusList], uri: &str) -> Option<&'l VerifiedStatusList> {
    let named = lists.iter().filter(|list| list.token.uri() == uri);
    named.max_by(|a, b| a.token.issued_at().partial_cmp(&b.token.issued_at()).unwrap_or(Ordering::Equal))
}

/// A check of `status` claims against these lists, in the form in which token formats take one, with whatever error they want: it is
/// given the value of the claim of a token that is valid otherwise (CWT-S-001, JWT-S-001), and fails unless the list of that
/// token is here and says VALID, whatever form it came in.
///
/// ```
/// use mimicred_claims::Clock;
/// use mimicred_status::{Code, Error, StatusReference, checker};
///
/// let claim = StatusReference::new("https://a.example/status/1", 5)?.to_claim();
/// let check = checker::<Error>(&[], Clock { now: 1_790_000_000, leeway: 0 });
/// assert_eq!(check(&claim).unwrap_err().code(), Code::ListMissing);
/// # Ok::<(), Error>(())
/// ```
pub fn checker<E: From<Error>>(lists: &[VerifiedStatusList], clock: Clock) -> impl Fn(&Value<'_>) -> Result<(), E> {
    move |claim| {
        let reference = StatusReference::from_claim(claim)?;
        Ok(newest(lists, reference.uri()).ok_or_else(|| about(Code::ListMissing, "uri"))?.check(&reference, &clock)?)
    }
}
