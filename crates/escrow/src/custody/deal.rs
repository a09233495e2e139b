//! Dealing: the one moment when the key is in one place.

use mimicred_keys::group::{Point, Scalar};
use mimicred_keys::{Algorithm, Random, SecretKey};

use super::{Custodian, CustodianShare, Custody, check_parameters};
use crate::Error;
use crate::sharing::evaluate;

/// Makes a custody in which any `threshold` of `count` custodians open a record together.
///
/// The key is the value at 0 of a random polynomial of degree `threshold - 1` over the scalars of P-256, and custodian i has its value
/// at i (Shamir). Fewer shares than the threshold say nothing at all about the key.
///
/// **The dealer sees the key.** Whoever calls this has, for as long as it runs, what opens every record that will ever be sealed to this
/// custody, and every custodian's countersigning key. That no single party opens a record holds from when the shares are handed out and
/// everything here is forgotten, and nobody can prove that it was. Deal on a machine that is not the provider's and has no network, with
/// the custodians present; protect each share with a passphrase of its custodian's; then erase the machine.
///
/// # Errors
/// [`Code::ParametersInvalid`](crate::Code::ParametersInvalid) unless 2 ≤ threshold ≤ count ≤ 16, or both are 1;
/// [`Code::CryptoFailed`](crate::Code::CryptoFailed) when the random source fails.
///
/// ```
/// use mimicred_escrow::{CustodianShare, Custody, deal};
/// use mimicred_keys::SystemRandom;
///
/// let (custody, shares) = deal(3, 5, &mut SystemRandom)?;
/// assert_eq!((custody.threshold(), custody.count(), shares.len()), (3, 5, 5));
/// assert_eq!(Custody::parse(custody.to_octets())?, custody);
/// assert!(deal(1, 5, &mut SystemRandom).is_err());
/// # Ok::<(), mimicred_escrow::Error>(())
/// ```
pub fn deal(threshold: u8, count: u8, random: &mut dyn Random) -> Result<(Custody, Vec<CustodianShare>), Error> {
    check_parameters(threshold, count)?;
    // All the room at once, here and below: growing would leave copies of secrets behind.
    let mut coefficients = Vec::with_capacity(threshold.into());
    for _ in 0..threshold {
        coefficients.push(Scalar::random(random)?);
    }
    let public = Point::base(&evaluate(&coefficients, &Scalar::from_u64(0)))?;
    let (mut custodians, mut secrets) = (Vec::new(), Vec::with_capacity(count.into()));
    for index in 1..=count {
        let scalar = evaluate(&coefficients, &Scalar::from_u64(index.into()));
        let key = SecretKey::generate(Algorithm::Ed25519, random)?;
        custodians.push(Custodian { share: Point::base(&scalar)?, key: key.public().clone() });
        secrets.push((index, scalar, key));
    }
    let custody = Custody::new(threshold, public, custodians)?;
    let digest = *custody.digest();
    let shares = secrets.into_iter().map(|(index, scalar, key)| CustodianShare::new(index, digest, scalar, key)).collect();
    Ok((custody, shares))
}
