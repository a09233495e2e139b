//! Public keys.

pub(crate) mod spki;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::backend::{self, Curve, EcVerifier, Ed25519Fault, Ed25519Verifier, Equation, all_hold};
use crate::{Algorithm, Code, Error, Family, YParity};

/// A public key: a point on its curve, checked, and ready to verify.
///
/// Two keys are equal when their points are. The octets are the MLS form (RFC 9420 5.1.1): 32 raw for Ed25519, `04 X Y` for the
/// others.
///
/// ```
/// use mimicred_keys::{Algorithm, PublicKey, SecretKey, SystemRandom};
///
/// let key = SecretKey::generate(Algorithm::P256, &mut SystemRandom)?.public().clone();
/// assert_eq!(PublicKey::from_octets(Algorithm::P256, key.octets())?, key);
/// assert_eq!(PublicKey::from_spki_der(&key.to_spki_der())?, key);
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
#[derive(Clone)]
pub struct PublicKey(Arc<Inner>);

struct Inner {
    algorithm: Algorithm,
    octets: Box<[u8]>,
    verifier: Verifier,
}

enum Verifier {
    Ed25519(Ed25519Verifier),
    Ec(EcVerifier),
}

impl PublicKey {
    /// Reads the MLS form.
    ///
    /// # Errors
    /// `keys/public-key-malformed` for any other length or form (compressed and hybrid points included), for a point that is
    /// not on the curve, and for an Ed25519 encoding that is not canonical; `keys/public-key-weak` for an Ed25519 point of small
    /// order.
    pub fn from_octets(algorithm: Algorithm, octets: &[u8]) -> Result<Self, Error> {
        if octets.len() != algorithm.public_len() {
            return Err(malformed().note(format!("{} octets where {algorithm} needs {}", octets.len(), algorithm.public_len())));
        }
        let verifier = match algorithm.curve() {
            None => {
                let octets = <[u8; 32]>::try_from(octets).map_err(|_| malformed())?;
                Verifier::Ed25519(Ed25519Verifier::new(octets).map_err(|fault| match fault {
                    Ed25519Fault::Encoding => malformed().note("not the canonical encoding of a point"),
                    Ed25519Fault::SmallOrder => Code::PublicKeyWeak.into(),
                })?)
            }
            Some(curve) => {
                // The hybrid form (06, 07) has the same length.
                if octets.first() != Some(&4) {
                    return Err(malformed().note("not an uncompressed point"));
                }
                let verifier = EcVerifier::new(curve, octets);
                Verifier::Ec(verifier.ok_or_else(|| malformed().note(format!("not a point on {algorithm}")))?)
            }
        };
        Ok(Self(Arc::new(Inner { algorithm, octets: octets.into(), verifier })))
    }

    /// Puts an EC key together from its coordinates, both of full length.
    ///
    /// # Errors
    /// As [`PublicKey::from_octets`]; Ed25519 has one coordinate only and is refused.
    pub fn from_coordinates(algorithm: Algorithm, x: &[u8], y: &[u8]) -> Result<Self, Error> {
        let length = algorithm.coordinate_len();
        if algorithm.curve().is_none() || x.len() != length || y.len() != length {
            return Err(malformed().note(format!("{algorithm} has two coordinates of {length} octets")));
        }
        Self::from_octets(algorithm, &[&[4], x, y].concat())
    }

    /// Finds the EC key with this x coordinate, of full length, and a y coordinate that is even or odd.
    ///
    /// Only for formats that allow compressed points; where MLS, JWK or COSE keys are read they are refused.
    ///
    /// # Errors
    /// As [`PublicKey::from_octets`].
    pub fn from_compressed(algorithm: Algorithm, x: &[u8], y: YParity) -> Result<Self, Error> {
        let (Some(curve), true) = (algorithm.curve(), x.len() == algorithm.coordinate_len()) else {
            return Err(malformed().note("not the x coordinate of a point"));
        };
        let sign = match y {
            YParity::Even => 2,
            YParity::Odd => 3,
        };
        let point = backend::decompress(curve, &[&[sign], x].concat(), algorithm.public_len());
        Self::from_octets(algorithm, &point.ok_or_else(|| malformed().note(format!("not a point on {algorithm}")))?)
    }

    /// The key's algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.0.algorithm
    }

    /// The MLS form.
    pub fn octets(&self) -> &[u8] {
        &self.0.octets
    }

    /// The x coordinate; for Ed25519, the key itself, as JWK and COSE call it.
    pub fn x(&self) -> &[u8] {
        match self.algorithm().curve() {
            None => self.octets(),
            Some(_) => self.octets().get(1..=self.algorithm().coordinate_len()).unwrap_or_default(),
        }
    }

    /// The y coordinate; nothing for Ed25519.
    pub fn y(&self) -> Option<&[u8]> {
        self.algorithm().curve()?;
        self.octets().get(1 + self.algorithm().coordinate_len()..)
    }

    /// Verifies a signature over the octets received, in the form that the family's protocol writes it: ECDSA as DER for MLS
    /// and X.509, as r ‖ s for JWS and COSE.
    ///
    /// The message is not classified: what was signed is for the signer to decide, and a JWS of another maker may well have a
    /// header that ours would not.
    ///
    /// # Errors
    /// `keys/signature-invalid`, whatever is wrong with the signature.
    pub fn verify(&self, family: Family, message: &[u8], signature: &[u8]) -> Result<(), Error> {
        self.verify_parts(family, &[message], signature)
    }

    /// As [`PublicKey::verify`], for a message that is the parts, one after the other: a large one need not be put together first.
    ///
    /// # Errors
    /// `keys/signature-invalid`, whatever is wrong with the signature.
    ///
    /// ```
    /// use mimicred_keys::{Algorithm, Family, LeafKey, SecretKey, SystemRandom, ToBeSigned};
    ///
    /// let key = LeafKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?)?;
    /// let signature = key.sign(&ToBeSigned::new(Family::Jws, "eyJ0eXAiOiJrYitqd3QifQ.e30")?)?;
    /// key.public().verify_parts(Family::Jws, &[b"eyJ0eXAiOiJrYitqd3QifQ", b".", b"e30"], signature.as_bytes())?;
    /// # Ok::<(), mimicred_keys::Error>(())
    /// ```
    pub fn verify_parts(&self, family: Family, message: &[&[u8]], signature: &[u8]) -> Result<(), Error> {
        let valid = match &self.0.verifier {
            Verifier::Ed25519(verifier) => verifier.verify(message, signature),
            Verifier::Ec(verifier) => verifier.verify(self.octets(), family.encoding(), message, signature),
        };
        valid.then_some(()).ok_or_else(|| Code::SignatureInvalid.into())
    }
}

/// A signature by a key over a message, as somebody claims.
#[derive(Clone, Copy)]
pub struct Signed<'s> {
    /// The key.
    pub key: &'s PublicKey,
    /// The message: these parts, one after the other.
    pub message: &'s [&'s [u8]],
    /// The signature.
    pub signature: &'s [u8],
}

/// Whether all of these signatures verify. Several of Ed25519 are verified by one equation, which is cheaper than one each; which of
/// them does not hold is then not known. The rule is that of [`PublicKey::verify`], and so is the answer, but for one chance in
/// 2^128 of accepting what it refuses.
///
/// ```
/// use mimicred_keys::{Algorithm, Family, LeafKey, SecretKey, Signed, SystemRandom, ToBeSigned, verify_all};
///
/// let message = ToBeSigned::new(Family::Jws, "eyJ0eXAiOiJrYitqd3QifQ.e30")?;
/// let keys: Result<Vec<_>, _> =
///     (0..2).map(|_| LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)).collect();
/// let keys = keys?;
/// let (first, second) = (keys[0].sign(&message)?, keys[1].sign(&message)?);
/// let message = [message.as_bytes()];
/// let signed = |key, signature| Signed { key, message: &message, signature };
///
/// let (a, b) = (keys[0].public(), keys[1].public());
/// assert!(verify_all(Family::Jws, &[signed(a, first.as_bytes()), signed(b, second.as_bytes())]));
/// assert!(!verify_all(Family::Jws, &[signed(a, second.as_bytes()), signed(b, first.as_bytes())]));
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
pub fn verify_all(family: Family, signed: &[Signed<'_>]) -> bool {
    let is_of_ed25519 = |signed: &Signed<'_>| matches!(signed.key.0.verifier, Verifier::Ed25519(_));
    if signed.len() < 2 || !signed.iter().all(is_of_ed25519) {
        return signed.iter().all(|signed| signed.key.verify_parts(family, signed.message, signed.signature).is_ok());
    }
    let equations: Option<Vec<Equation>> =
        signed.iter().map(|signed| signed.key.equation(signed.message, signed.signature)).collect();
    equations.is_some_and(|equations| all_hold(&equations.iter().collect::<Vec<_>>()))
}

impl PublicKey {
    /// What a signature of Ed25519 claims; nothing for other keys, and for a signature that is wrong whatever the message is.
    pub(crate) fn equation(&self, message: &[&[u8]], signature: &[u8]) -> Option<Equation> {
        match &self.0.verifier {
            Verifier::Ed25519(verifier) => Equation::new(verifier, message, signature),
            Verifier::Ec(_) => None,
        }
    }
}

impl Algorithm {
    pub(crate) fn curve(self) -> Option<Curve> {
        match self {
            Algorithm::Ed25519 => None,
            Algorithm::P256 => Some(Curve::P256),
            Algorithm::P384 => Some(Curve::P384),
            Algorithm::P521 => Some(Curve::P521),
        }
    }
}

fn malformed() -> Error {
    Error::new(Code::PublicKeyMalformed)
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        (self.0.algorithm, &self.0.octets) == (other.0.algorithm, &other.0.octets)
    }
}

impl Eq for PublicKey {}

impl Hash for PublicKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.algorithm.hash(state);
        self.0.octets.hash(state);
    }
}

impl Ord for PublicKey {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.0.algorithm, &self.0.octets).cmp(&(other.0.algorithm, &other.0.octets))
    }
}

impl PartialOrd for PublicKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} ", self.algorithm())?;
        self.octets().iter().try_for_each(|octet| write!(f, "{octet:02x}"))?;
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests;
