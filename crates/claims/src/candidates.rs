//! Which of those whom a caller trusts made a token.

/// On how many keys of other issuers a signature is tried that is not that of the issuer named: a forged token costs the same however
/// many issuers are trusted.
const MOST_OTHERS: usize = 16;

/// One whom the caller trusts, as far as one token is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate<W> {
    /// Who it is, and by which key: what the format makes of it.
    pub who: W,
    /// Whether the token names this one as its issuer.
    pub is_named: bool,
    /// Whether the key is one for the algorithm that the token states.
    pub fits: bool,
}

/// Why it was none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoIssuer {
    /// Nobody trusted is the one that the token names.
    NotNamed,
    /// The one that it names has no key for its algorithm.
    NoKeyFits,
    /// Another trusted issuer signed in the name of the one that it names: no broken signature, and reported as what it is.
    AnotherSigned,
    /// No key verifies.
    NoKeyVerifies,
}

/// The one who made a token: of those that it names, the first whose key verifies (CWT-V-002, CWT-V-003, JWT-V-001, JWT-V-002).
/// `verifies` is asked about keys that fit only, and about those of issuers that are not named only to tell why there is none.
///
/// # Errors
/// Why there is none.
///
/// ```
/// use mimicred_claims::{Candidate, NoIssuer, find_issuer};
///
/// let candidates = [("old key of A", true), ("new key of A", true), ("key of B", false)];
/// let candidates = candidates.map(|(who, is_named)| Candidate { who, is_named, fits: true });
/// let signed_with = |key: &'static str| find_issuer(candidates.iter().copied(), move |who| *who == key);
/// assert_eq!(signed_with("new key of A"), Ok("new key of A"));
/// assert_eq!(signed_with("key of B"), Err(NoIssuer::AnotherSigned));
/// assert_eq!(signed_with("key of C"), Err(NoIssuer::NoKeyVerifies));
/// ```
pub fn find_issuer<W>(
    candidates: impl Iterator<Item = Candidate<W>> + Clone,
    mut verifies: impl FnMut(&W) -> bool,
) -> Result<W, NoIssuer> {
    let named = || candidates.clone().filter(|candidate| candidate.is_named);
    if named().next().is_none() {
        return Err(NoIssuer::NotNamed);
    }
    if !named().any(|candidate| candidate.fits) {
        return Err(NoIssuer::NoKeyFits);
    }
    if let Some(found) = named().filter(|candidate| candidate.fits).find(|candidate| verifies(&candidate.who)) {
        return Ok(found.who);
    }
    let mut others = candidates.clone().filter(|candidate| candidate.fits && !candidate.is_named).take(MOST_OTHERS);
    match others.any(|candidate| verifies(&candidate.who)) {
        true => Err(NoIssuer::AnotherSigned),
        false => Err(NoIssuer::NoKeyVerifies),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keys_that_fit_are_tried_and_few_of_others() {
        let of = |who, is_named, fits| Candidate { who, is_named, fits };
        let others = (100..200).map(|who| of(who, false, true));
        let candidates = [of(1, true, false), of(2, true, true), of(3, false, false)].into_iter().chain(others);
        let mut tried = Vec::new();
        let found = find_issuer(candidates.clone(), |who| {
            tried.push(*who);
            false
        });
        assert_eq!(found, Err(NoIssuer::NoKeyVerifies));
        assert_eq!(tried, [vec![2], (100..116).collect()].concat());
        assert_eq!(find_issuer(candidates.clone(), |who| *who == 2), Ok(2));

        let nobody = |candidate: Candidate<i32>| Candidate { is_named: false, ..candidate };
        assert_eq!(find_issuer(candidates.clone().map(nobody), |_| true), Err(NoIssuer::NotNamed));
        let no_fit = |candidate: Candidate<i32>| Candidate { fits: !candidate.is_named, ..candidate };
        assert_eq!(find_issuer(candidates.map(no_fit), |_| true), Err(NoIssuer::NoKeyFits));
    }
}
