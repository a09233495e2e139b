//! Many signatures by one equation: the sum of theirs, each but the first multiplied by a number that depends on all of them.

use std::collections::HashMap;

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::{IsIdentity, VartimeMultiscalarMul};

use super::{Ed25519Verifier, Opened};
use crate::HashAlgorithm;
use crate::backend::HashContext;

/// A key, a message and a signature, reduced to the equation that they claim; the message is in it as a number only.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Equation {
    key: Ed25519Verifier,
    opened: Opened,
    signature: [u8; 64],
}

impl Equation {
    /// The equation of a signature over the parts, one after the other; none where the signature breaks the rule by itself.
    pub(crate) fn new(key: &Ed25519Verifier, message: &[&[u8]], signature: &[u8]) -> Option<Self> {
        let opened = key.open(message, signature)?;
        Some(Self { key: *key, opened, signature: signature.try_into().ok()? })
    }

    /// Whether it holds.
    pub(crate) fn holds(&self) -> bool {
        self.key.holds(&self.opened)
    }
}

/// Whether all of them hold. It says so if each does, and otherwise but for one chance in 2^128.
pub(crate) fn all_hold(equations: &[&Equation]) -> bool {
    match equations {
        [] => return true,
        [only] => return only.holds(),
        _ => {}
    }
    // What many have signed with one key is added up before it is multiplied by the point: an issuer's signatures cost half.
    let mut keys: HashMap<&[u8; 32], usize> = HashMap::with_capacity(equations.len());
    let (mut base, mut scalars, mut points) = (Scalar::ZERO, Vec::new(), Vec::new());
    for (Equation { key, opened, .. }, z) in equations.iter().zip(coefficients(equations)) {
        base += z * opened.s;
        scalars.push(-z);
        points.push(opened.r);
        let by_key = z * opened.k;
        let place = *keys.entry(&key.octets).or_insert(scalars.len());
        match scalars.get_mut(place) {
            Some(sum) => *sum += by_key,
            None => {
                scalars.push(by_key);
                points.push(key.minus);
            }
        }
    }
    scalars.push(base);
    points.push(ED25519_BASEPOINT_POINT);
    EdwardsPoint::vartime_multiscalar_mul(&scalars, &points).mul_by_cofactor().is_identity()
}

/// What each equation is multiplied by: 1 for the first, for the others numbers of 128 bits that nobody knows before he has chosen
/// every key, signature and message, so that none of them can make up for another.
fn coefficients(equations: &[&Equation]) -> Vec<Scalar> {
    let mut all = HashContext::new(HashAlgorithm::Sha512);
    all.update(b"mimicred Ed25519 batch");
    for Equation { key, opened, signature } in equations {
        // R and s are the signature; k stands for the message.
        [key.octets.as_slice(), signature, opened.k.as_bytes()].into_iter().for_each(|part| all.update(part));
    }
    let all = all.finish();
    let of = |n: u64| {
        let mut hash = HashContext::new(HashAlgorithm::Sha512);
        hash.update(&all);
        hash.update(&n.to_be_bytes());
        hash.finish()
    };
    // One digest of 64 octets has four of the numbers.
    let numbers = (0_u64..).map(of).flat_map(|digest| {
        let halves: Vec<u128> = digest.chunks_exact(16).map(number).collect();
        halves
    });
    std::iter::once(Scalar::ONE).chain(numbers.map(Scalar::from)).take(equations.len()).collect()
}

fn number(octets: &[u8]) -> u128 {
    octets.iter().fold(0, |number, octet| (number << 8) | u128::from(*octet))
}

#[cfg(test)]
mod tests;
