//! The keys of a provider, and what is derived from them.
//!
//! [`IssuingKeys`] are those of the process that issues: the CA's key, the Assertion Key of the tokens, and one secret from which every
//! other key is derived by its purpose. The desk that handles reports has [`DeskKeys`] only: by them it finds the row of a pseudonym,
//! and can neither issue nor open anything.

use mimicred_keys::aead::{self, Aead};
use mimicred_keys::{Algorithm, HashAlgorithm, IssuerKey, PublicKey, Random, SecretKey, hkdf_expand, hmac};
use zeroize::Zeroizing;

use crate::{Code, Error};

const MAGIC: &[u8] = b"mimicred provider keys v1";
const DESK_MAGIC: &[u8] = b"mimicred provider desk v1";

/// A 32-octet secret.
pub(crate) type Secret = Zeroizing<[u8; 32]>;

/// The keys of the process that issues.
pub struct IssuingKeys {
    ca: SecretKey,
    token: SecretKey,
    root: Secret,
}

impl IssuingKeys {
    /// Fresh keys of this kind.
    ///
    /// # Errors
    /// [`Code::CryptoFailed`].
    pub fn generate(algorithm: Algorithm, random: &mut dyn Random) -> Result<Self, Error> {
        let mut root = Secret::default();
        random.fill(&mut *root)?;
        Ok(Self { ca: SecretKey::generate(algorithm, random)?, token: SecretKey::generate(algorithm, random)?, root })
    }

    /// The keys as octets, to be protected by whoever keeps them.
    pub fn to_octets(&self) -> Zeroizing<Vec<u8>> {
        let (ca, token) = (self.ca.to_pkcs8_der(), self.token.to_pkcs8_der());
        let mut octets = Zeroizing::new(Vec::with_capacity(MAGIC.len() + ca.len() + token.len() + 40));
        octets.extend_from_slice(MAGIC);
        octets.extend_from_slice(&*self.root);
        for key in [&ca, &token] {
            // No PKCS#8 of ours has more than 255 octets; a longer one would not be read back.
            octets.extend_from_slice(&u16::try_from(key.len()).unwrap_or(u16::MAX).to_be_bytes());
            octets.extend_from_slice(key);
        }
        octets
    }

    /// Reads what [`IssuingKeys::to_octets`] wrote.
    ///
    /// # Errors
    /// [`Code::KeysMalformed`].
    pub fn from_octets(octets: &[u8]) -> Result<Self, Error> {
        let mut rest = octets.strip_prefix(MAGIC).ok_or(Code::KeysMalformed)?;
        let root = Zeroizing::new(*take(&mut rest)?);
        let mut key = || {
            let length = usize::from(u16::from_be_bytes(*take(&mut rest)?));
            let (key, after) = rest.split_at_checked(length).ok_or(Code::KeysMalformed)?;
            rest = after;
            SecretKey::from_pkcs8_der(key).map_err(|cause| Error::new(Code::KeysMalformed).because(cause))
        };
        let (ca, token) = (key()?, key()?);
        if rest.is_empty() { Ok(Self { ca, token, root }) } else { Err(Code::KeysMalformed.into()) }
    }

    /// The key of the CA.
    pub fn ca(&self) -> IssuerKey {
        IssuerKey::new(self.ca.clone())
    }

    /// The Assertion Key of the tokens.
    pub fn token(&self) -> IssuerKey {
        IssuerKey::new(self.token.clone())
    }

    /// The public key of the CA.
    pub fn ca_public(&self) -> &PublicKey {
        self.ca.public()
    }

    /// The public Assertion Key.
    pub fn token_public(&self) -> &PublicKey {
        self.token.public()
    }

    /// The keys of the desk.
    ///
    /// # Errors
    /// [`Code::CryptoFailed`].
    pub fn desk(&self) -> Result<DeskKeys, Error> {
        Ok(DeskKeys { handle: derive(&self.root, "handle")?, store: derive(&self.root, "store")? })
    }

    /// What keeps seen keys from being recognised in the store.
    pub(crate) fn seen(&self) -> Result<Secret, Error> {
        derive(&self.root, "seen keys")
    }

    /// The same for nonces.
    pub(crate) fn nonces(&self) -> Result<Secret, Error> {
        derive(&self.root, "nonces")
    }

    /// The same for what accounts have in common.
    pub(crate) fn related(&self) -> Result<Secret, Error> {
        derive(&self.root, "related accounts")
    }

    /// What claims of accounts are sealed under.
    pub(crate) fn claims(&self) -> Result<Secret, Error> {
        derive(&self.root, "claims of accounts")
    }

    /// What credentials are sealed under that nobody has yet.
    pub(crate) fn outbox(&self) -> Result<Secret, Error> {
        derive(&self.root, "outbox")
    }

    /// What the points of accounts are made of in the mode `threshold`.
    pub(crate) fn points(&self) -> Result<Secret, Error> {
        derive(&self.root, "points")
    }

    /// What rooms and reporters are hidden under in reports to others.
    pub(crate) fn reports(&self) -> Result<Secret, Error> {
        derive(&self.root, "reports")
    }

    /// What accounts are sealed under in the mode `blind`.
    pub(crate) fn blind(&self) -> Result<Secret, Error> {
        derive(&self.root, "blind escrow")
    }
}

/// Prints public keys only.
impl std::fmt::Debug for IssuingKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuingKeys").field("ca", self.ca_public()).field("token", self.token_public()).finish_non_exhaustive()
    }
}

/// The keys of the desk that handles reports.
#[derive(Clone)]
pub struct DeskKeys {
    handle: Secret,
    store: Secret,
}

impl DeskKeys {
    /// The keys as octets, to be protected by whoever keeps them.
    pub fn to_octets(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([DESK_MAGIC, &*self.handle, &*self.store].concat())
    }

    /// Reads what [`DeskKeys::to_octets`] wrote.
    ///
    /// # Errors
    /// [`Code::KeysMalformed`].
    pub fn from_octets(octets: &[u8]) -> Result<Self, Error> {
        let mut rest = octets.strip_prefix(DESK_MAGIC).ok_or(Code::KeysMalformed)?;
        let (handle, store) = (Zeroizing::new(*take(&mut rest)?), Zeroizing::new(*take(&mut rest)?));
        if rest.is_empty() { Ok(Self { handle, store }) } else { Err(Code::KeysMalformed.into()) }
    }

    /// By what the store knows that it is opened with its keys.
    pub fn key_check(&self) -> [u8; 32] {
        tag(&self.store, b"mimicred provider store v1")
    }

    /// How the store calls a pseudonym.
    pub(crate) fn handle(&self, uri: &str) -> [u8; 32] {
        tag(&self.handle, uri.as_bytes())
    }
}

impl std::fmt::Debug for DeskKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeskKeys").finish_non_exhaustive()
    }
}

/// HMAC-SHA256.
pub(crate) fn tag(key: &Secret, data: &[u8]) -> [u8; 32] {
    let mut tag = [0; 32];
    tag.copy_from_slice(&hmac(HashAlgorithm::Sha256, &**key, data));
    tag
}

/// Nonce and ciphertext under AES-256-GCM-SIV.
pub(crate) fn seal(key: &Secret, plaintext: &[u8], aad: &[u8], random: &mut dyn Random) -> Result<Vec<u8>, Error> {
    let mut nonce = [0; Aead::NONCE_LEN];
    random.fill(&mut nonce)?;
    Ok([&nonce[..], &aead::seal(Aead::Aes256GcmSiv, &**key, &nonce, aad, plaintext)?].concat())
}

/// Opens what [`seal`] made.
pub(crate) fn open(key: &Secret, sealed: &[u8], aad: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (nonce, sealed) = sealed.split_at_checked(Aead::NONCE_LEN).ok_or(Code::StoreDamaged)?;
    let opened = aead::open(Aead::Aes256GcmSiv, &**key, nonce, aad, sealed);
    opened.map(Zeroizing::new).map_err(|cause| Error::new(Code::StoreDamaged).because(cause))
}

fn derive(root: &Secret, purpose: &str) -> Result<Secret, Error> {
    let octets = hkdf_expand(HashAlgorithm::Sha256, &**root, format!("mimicred provider v1 {purpose}").as_bytes(), 32)?;
    let mut secret = Secret::default();
    secret.copy_from_slice(&octets);
    Ok(secret)
}

fn take<'o, const N: usize>(octets: &mut &'o [u8]) -> Result<&'o [u8; N], Error> {
    let (taken, rest) = octets.split_first_chunk().ok_or(Code::KeysMalformed)?;
    *octets = rest;
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use mimicred_keys::SeededRandom;

    use super::*;

    #[test]
    fn keys_go_to_octets_and_back() {
        for algorithm in Algorithm::ALL {
            let keys = IssuingKeys::generate(algorithm, &mut SeededRandom::new([1; 32], "keys")).unwrap();
            let octets = keys.to_octets();
            let read = IssuingKeys::from_octets(&octets).unwrap();
            assert_eq!((read.ca_public(), read.token_public()), (keys.ca_public(), keys.token_public()));
            assert_eq!(read.to_octets(), octets);
            let desk = keys.desk().unwrap();
            assert_eq!(DeskKeys::from_octets(&desk.to_octets()).unwrap().key_check(), read.desk().unwrap().key_check());
            for short in 0..octets.len() {
                assert_eq!(IssuingKeys::from_octets(&octets[..short]).unwrap_err().code(), Code::KeysMalformed);
            }
            assert!(IssuingKeys::from_octets(&[&octets[..], &[0]].concat()).is_err());
        }
    }

    #[test]
    fn each_purpose_has_a_key_of_its_own() {
        let keys = IssuingKeys::generate(Algorithm::Ed25519, &mut SeededRandom::new([1; 32], "keys")).unwrap();
        let desk = keys.desk().unwrap();
        let mut all = vec![
            *keys.seen().unwrap(),
            *keys.nonces().unwrap(),
            *keys.related().unwrap(),
            *keys.claims().unwrap(),
            *keys.outbox().unwrap(),
            *keys.blind().unwrap(),
            *keys.points().unwrap(),
            *keys.reports().unwrap(),
            *desk.handle,
            *desk.store,
            *keys.root,
        ];
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn nothing_secret_is_printed() {
        let keys = IssuingKeys::generate(Algorithm::Ed25519, &mut SeededRandom::new([1; 32], "keys")).unwrap();
        let shown = format!("{keys:?} {:?}", keys.desk().unwrap());
        assert!(!shown.contains(&format!("{:?}", &keys.root[..4]).trim_matches(['[', ']']).to_owned()), "{shown}");
    }
}
