//! What a key signs, and the kinds of key that sign.

use std::fmt;

use crate::backend::{EcSigner, Ed25519Signer};
use crate::{Algorithm, Code, Error, Family, PublicKey, SecretKey, classify};

/// Octets that may be signed, and in which family: the only thing that a key of ours, or a signer elsewhere, is given.
///
/// There is no raw signing (spec/mimi-mls.md 5.5): one key serves several protocols safely only while nobody can have it sign
/// octets that mean something in another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToBeSigned {
    family: Family,
    octets: Vec<u8>,
}

impl ToBeSigned {
    /// Takes the octets if they belong to the family.
    ///
    /// # Errors
    /// `keys/family-mismatch`.
    pub fn new(family: Family, octets: impl Into<Vec<u8>>) -> Result<Self, Error> {
        let octets = octets.into();
        match classify(&octets) {
            Some(found) if found == family => Ok(Self { family, octets }),
            Some(found) => Err(Error::new(Code::FamilyMismatch).note(format!("{found} instead of {family}"))),
            None => Err(Error::new(Code::FamilyMismatch).note(format!("not {family}"))),
        }
    }

    /// The family.
    pub fn family(&self) -> Family {
        self.family
    }

    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        &self.octets
    }

    /// The octets, for what is made of them and their signature.
    pub fn into_bytes(self) -> Vec<u8> {
        self.octets
    }
}

/// A signature in the form that its family's protocol writes it.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature(Vec<u8>);

impl Signature {
    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The octets.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl AsRef<[u8]> for Signature {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(")?;
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))?;
        f.write_str(")")
    }
}

/// The key of an MLS LeafNode, which is also its owner's Confirmation Key: signs MLS content, key bindings and certificate
/// requests.
///
/// ```
/// use mimicred_keys::{Algorithm, Code, Family, LeafKey, SecretKey, SystemRandom, ToBeSigned};
///
/// let key = LeafKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?)?;
/// let content = ToBeSigned::new(Family::Mls, b"\x13MLS 1.0 LeafNodeTBS\x03abc")?;
/// let signature = key.sign(&content)?;
/// key.public().verify(Family::Mls, content.as_bytes(), signature.as_bytes())?;
///
/// let certificate = ToBeSigned::new(Family::TbsCertificate, b"\x30\x05\xa0\x03\x02\x01\x02")?;
/// assert_eq!(key.sign(&certificate).unwrap_err().code(), Code::FamilyNotAllowed);
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
pub struct LeafKey(SigningKey);

impl LeafKey {
    /// Makes a leaf key.
    ///
    /// # Errors
    /// `keys/leaf-algorithm` for P-521.
    pub fn new(secret: SecretKey) -> Result<Self, Error> {
        match secret.algorithm() {
            Algorithm::Ed25519 | Algorithm::P256 | Algorithm::P384 => Ok(Self(SigningKey::new(&secret))),
            Algorithm::P521 => Err(Code::LeafAlgorithm.into()),
        }
    }

    /// The public key: the LeafNode's `signature_key`.
    pub fn public(&self) -> &PublicKey {
        &self.0.public
    }

    /// Signs. The nonce of an ECDSA signature is the backend's own.
    ///
    /// # Errors
    /// `keys/family-not-allowed` for certificates, CRLs and joining codes.
    pub fn sign(&self, to_be_signed: &ToBeSigned) -> Result<Signature, Error> {
        match to_be_signed.family {
            Family::Mls | Family::Jws | Family::Cose | Family::Csr => self.0.sign(to_be_signed),
            family @ (Family::TbsCertificate | Family::TbsCrl | Family::JoiningCode) => {
                Err(Error::new(Code::FamilyNotAllowed).note(family.name()))
            }
        }
    }
}

impl fmt::Debug for LeafKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LeafKey").field("public", self.public()).finish_non_exhaustive()
    }
}

/// The key of an Issuer (Assertion Key, CA key): signs tokens, MLS content, certificates and CRLs.
///
/// ```
/// use mimicred_keys::{Algorithm, Family, IssuerKey, SecretKey, SystemRandom, ToBeSigned};
///
/// let key = IssuerKey::new(SecretKey::generate(Algorithm::P521, &mut SystemRandom)?);
/// let token = ToBeSigned::new(Family::Jws, "eyJ0eXAiOiJkYytzZC1qd3QifQ.e30")?;
/// assert_eq!(key.sign(&token)?.as_bytes().len(), Algorithm::P521.signature_len());
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
pub struct IssuerKey(SigningKey);

impl IssuerKey {
    /// Makes an issuer key.
    pub fn new(secret: SecretKey) -> Self {
        Self(SigningKey::new(&secret))
    }

    /// The public key.
    pub fn public(&self) -> &PublicKey {
        &self.0.public
    }

    /// Signs. The nonce of an ECDSA signature is the backend's own.
    ///
    /// # Errors
    /// `keys/family-not-allowed` for certificate requests and joining codes.
    pub fn sign(&self, to_be_signed: &ToBeSigned) -> Result<Signature, Error> {
        match to_be_signed.family {
            Family::Mls | Family::Jws | Family::Cose | Family::TbsCertificate | Family::TbsCrl => self.0.sign(to_be_signed),
            family @ (Family::Csr | Family::JoiningCode) => Err(Error::new(Code::FamilyNotAllowed).note(family.name())),
        }
    }
}

impl fmt::Debug for IssuerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuerKey").field("public", self.public()).finish_non_exhaustive()
    }
}

/// The key of a join link: whoever has the link has it. Signs joining codes, and nothing else.
///
/// ```
/// use mimicred_keys::{Family, LinkKey, ToBeSigned};
///
/// let key = LinkKey::from_seed(&[9; 32])?;
/// let content = ToBeSigned::new(Family::JoiningCode, b"\x14mimi://a.example/r/x\x01k\x01p")?;
/// let code = key.sign(&content)?;
/// key.public().verify(Family::JoiningCode, content.as_bytes(), code.as_bytes())?;
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
pub struct LinkKey(SigningKey);

impl LinkKey {
    /// The Ed25519 key of a seed of 32 octets.
    ///
    /// # Errors
    /// `keys/secret-key-malformed` for another length.
    pub fn from_seed(seed: &[u8]) -> Result<Self, Error> {
        Ok(Self(SigningKey::new(&SecretKey::from_octets(Algorithm::Ed25519, seed)?)))
    }

    /// The public key, which the room lists.
    pub fn public(&self) -> &PublicKey {
        &self.0.public
    }

    /// Signs.
    ///
    /// # Errors
    /// `keys/family-not-allowed` for everything but joining codes.
    pub fn sign(&self, to_be_signed: &ToBeSigned) -> Result<Signature, Error> {
        match to_be_signed.family {
            Family::JoiningCode => self.0.sign(to_be_signed),
            family => Err(Error::new(Code::FamilyNotAllowed).note(family.name())),
        }
    }
}

impl fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkKey").field("public", self.public()).finish_non_exhaustive()
    }
}

/// A key loaded into the backend, which wipes its own memory.
struct SigningKey {
    /// Nothing only if the library refuses a key that it has checked before; then signing fails.
    signer: Option<Signer>,
    public: PublicKey,
}

enum Signer {
    Ed25519(Ed25519Signer),
    Ec(EcSigner),
}

impl SigningKey {
    fn new(secret: &SecretKey) -> Self {
        let octets = secret.octets();
        let public = secret.public().clone();
        let signer = match public.algorithm().curve() {
            None => Ed25519Signer::new(&octets).map(Signer::Ed25519),
            Some(curve) => EcSigner::new(curve, &octets, public.octets()).map(Signer::Ec),
        };
        Self { signer, public }
    }

    fn sign(&self, to_be_signed: &ToBeSigned) -> Result<Signature, Error> {
        let signature = match self.signer.as_ref().ok_or(Code::BackendFailed)? {
            Signer::Ed25519(signer) => signer.sign(&to_be_signed.octets),
            Signer::Ec(signer) => signer.sign(to_be_signed.family.encoding(), &to_be_signed.octets),
        };
        signature.map(Signature).ok_or_else(|| Code::BackendFailed.into())
    }
}

#[cfg(test)]
mod tests;
