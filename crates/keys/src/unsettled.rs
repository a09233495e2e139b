//! What holds if some signatures do, which are checked later and together with those of others.

use crate::backend::{Equation, all_hold};
use crate::{Algorithm, PublicKey, Signed};

/// A signature of Ed25519 that was read and not checked yet.
#[derive(Clone, Debug)]
pub struct Deferred(Equation);

impl PublicKey {
    /// Puts off checking a signature over the parts, one after the other. Nothing for a key of another algorithm than Ed25519, of which
    /// many cost as much together as alone, and for a signature that is wrong whatever was signed.
    ///
    /// The rule is that of [`PublicKey::verify`].
    pub fn defer(&self, message: &[&[u8]], signature: &[u8]) -> Option<Deferred> {
        (self.algorithm() == Algorithm::Ed25519).then(|| self.equation(message, signature).map(Deferred)).flatten()
    }
}

impl Deferred {
    /// Puts off several, or none of them: nothing if one of them cannot be put off.
    pub fn all(signed: &[Signed<'_>]) -> Option<Vec<Self>> {
        signed.iter().map(|signed| signed.key.defer(signed.message, signed.signature)).collect()
    }
}

/// A value that is true if some signatures are, and which only [`settle`](Unsettled::settle) and [`settle_all`](Unsettled::settle_all)
/// give out.
///
/// ```
/// use mimicred_keys::{Algorithm, Family, LeafKey, SecretKey, SystemRandom, ToBeSigned, Unsettled};
///
/// let key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
/// let message = ToBeSigned::new(Family::Jws, "eyJ0eXAiOiJrYitqd3QifQ.e30")?;
/// let signature = key.sign(&message)?;
///
/// let good = || key.public().defer(&[message.as_bytes()], signature.as_bytes());
/// let wrong = key.public().defer(&[b"eyJ0eXAiOiJrYitqd3QifQ.e31"], signature.as_bytes());
/// let claimed = [("first", good()), ("second", wrong), ("third", good())];
/// let claimed = claimed.into_iter().filter_map(|(name, check)| Some(Unsettled::new(name, [check?]))).collect();
/// assert_eq!(Unsettled::settle_all(claimed), [Some("first"), None, Some("third")]);
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
#[must_use = "nothing of it may be believed before it is settled"]
#[derive(Clone, Debug)]
pub struct Unsettled<T> {
    value: T,
    checks: Vec<Deferred>,
}

impl<T> Unsettled<T> {
    /// A value, and the signatures that it depends on.
    pub fn new(value: T, checks: impl IntoIterator<Item = Deferred>) -> Self {
        Self { value, checks: checks.into_iter().collect() }
    }

    /// Another form of the value, which depends on the same signatures: nothing may be concluded from it before.
    ///
    /// # Errors
    /// What `form` says.
    pub fn try_map<U, E>(self, form: impl FnOnce(T) -> Result<U, E>) -> Result<Unsettled<U>, E> {
        Ok(Unsettled { value: form(self.value)?, checks: self.checks })
    }

    /// The value, if all its signatures hold.
    pub fn settle(self) -> Option<T> {
        all_hold(&equations([&self])).then_some(self.value)
    }

    /// The values, each if all its own signatures hold: all signatures are checked together; if they do not hold together, those of
    /// some values at a time, and only where they do not hold either, one value after the other.
    pub fn settle_all(all: Vec<Self>) -> Vec<Option<T>> {
        if all.len() <= SOME {
            return Self::settle_some(all);
        }
        if all_hold(&equations(&all)) {
            return all.into_iter().map(|one| Some(one.value)).collect();
        }
        let (mut left, mut settled) = (all.into_iter(), Vec::new());
        while left.len() > 0 {
            settled.extend(Self::settle_some(left.by_ref().take(SOME).collect()));
        }
        settled
    }

    fn settle_some(some: Vec<Self>) -> Vec<Option<T>> {
        match all_hold(&equations(&some)) {
            true => some.into_iter().map(|one| Some(one.value)).collect(),
            false => some.into_iter().map(Self::settle).collect(),
        }
    }
}

/// How many values are checked together where more did not hold together: one wrong signature costs the others of these an equation of
/// their own.
const SOME: usize = 32;

fn equations<'u, T: 'u>(all: impl IntoIterator<Item = &'u Unsettled<T>>) -> Vec<&'u Equation> {
    all.into_iter().flat_map(|one| one.checks.iter().map(|check| &check.0)).collect()
}

#[cfg(test)]
mod tests;
