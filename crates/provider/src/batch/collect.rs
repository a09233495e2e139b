//! From requests to the keys that are asked for.

use std::sync::{Mutex, PoisonError};

use mimicred_error::At;
use mimicred_keys::{PublicKey, Unsettled};
use mimicred_x509::IssuanceBinding;

use crate::keys::{Secret, tag};
use crate::{Code, Error, UnverifiedProof};

/// So many requests are verified by one thread while others verify the next ones and one reads on.
const SOME: usize = 64;
/// So many times that are in memory at once.
const TIMES: usize = 64;

/// A key that somebody asks for and has.
pub(super) struct Asked {
    /// What the store will know it by: a keyed hash.
    pub(super) tag: [u8; 32],
    /// Its SubjectPublicKeyInfo.
    pub(super) key: Vec<u8>,
}

impl Asked {
    fn new(key: &PublicKey, seen: &Secret) -> Self {
        let key = key.to_spki_der();
        Self { tag: tag(seen, &key), key }
    }
}

/// Verifies all requests; in the order in which they came.
///
/// # Errors
/// Those of the first request that is not good, with its number; [`Code::BatchSize`] for none, or for more than `most`.
pub(super) fn collect(
    requests: impl IntoIterator<Item = Result<UnverifiedProof, Error>>,
    binding: &IssuanceBinding<'_>,
    seen: &Secret,
    most: u64,
) -> Result<Vec<Asked>, Error> {
    let mut requests = requests.into_iter();
    let mut read = || requests.by_ref().take(SOME).collect::<Result<Vec<_>, Error>>();
    let mut asked = Vec::new();
    loop {
        let done = Mutex::new(Vec::with_capacity(TIMES));
        let mut end = None;
        rayon::in_place_scope(|scope| {
            for n in 0..TIMES {
                match read() {
                    Ok(some) if !some.is_empty() => {
                        let done = &done;
                        scope.spawn(move |_| {
                            let verified = verify(&some, binding, seen);
                            done.lock().unwrap_or_else(PoisonError::into_inner).push((n, verified));
                        });
                    }
                    over => {
                        end = Some(over);
                        break;
                    }
                }
            }
        });
        let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        done.sort_unstable_by_key(|(n, _)| *n);
        for result in done.into_iter().flat_map(|(_, verified)| verified) {
            let number = asked.len();
            asked.push(result.map_err(|error| error.at(At::Item(number)))?);
        }
        if u64::try_from(asked.len()).unwrap_or(u64::MAX) > most {
            return Err(Error::new(Code::BatchSize).note(format!("more than {most}")));
        }
        match end {
            None => {}
            Some(Err(error)) => return Err(error),
            Some(Ok(_)) if asked.is_empty() => return Err(Error::new(Code::BatchSize).note("no request")),
            Some(Ok(_)) => return Ok(asked),
        }
    }
}

/// Verifies some requests, their signatures together as far as that is cheaper.
fn verify(some: &[UnverifiedProof], binding: &IssuanceBinding<'_>, seen: &Secret) -> Vec<Result<Asked, Error>> {
    let (mut put_off, mut faults) = (Vec::with_capacity(some.len()), Vec::new());
    for (n, request) in some.iter().enumerate() {
        match request.verify_unsettled(binding) {
            Ok(unsettled) => put_off.push(unsettled),
            Err(error) => faults.push((n, error)),
        }
    }
    let (mut settled, mut faults) = (Unsettled::settle_all(put_off).into_iter(), faults.into_iter().peekable());
    let result = |(n, request): (usize, &UnverifiedProof)| match faults.next_if(|(fault, _)| *fault == n) {
        Some((_, error)) => Err(error),
        // Alone, it says what is wrong with it.
        None => settled.next().flatten().map_or_else(|| request.verify(binding), Ok).map(|key| Asked::new(&key, seen)),
    };
    some.iter().enumerate().map(result).collect()
}
