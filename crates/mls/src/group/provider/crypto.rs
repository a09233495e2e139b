//! The cryptography that OpenMLS asks for, by `mimicred-keys`.

use std::fmt;
use std::sync::Mutex;

use mimicred_keys::aead::{self, Aead};
use mimicred_keys::hpke::{self, Kem, Sealed};
use mimicred_keys::{
    Algorithm, Code, Error, Family, HashAlgorithm, LeafKey, PublicKey, Random, SecretKey, hkdf_expand, hkdf_extract, hmac,
};
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::random::OpenMlsRand;
use openmls_traits::signatures::Signer as _;
use openmls_traits::types::{
    AeadType, Ciphersuite, CryptoError, ExporterSecret, HashType, HpkeAeadType, HpkeCiphertext, HpkeConfig, HpkeKdfType,
    HpkeKemType, HpkeKeyPair, KemOutput, SignatureScheme,
};
use tls_codec::SecretVLBytes;

use super::signer::{LeafSigner, scheme};
use crate::Suite;

/// Cryptography and randomness for the suites 0x0001, 0x0002 and 0x0003.
///
/// Public keys are read in the exact form of RFC 9420 5.1.1 alone: a leaf whose key is compressed, off its curve, of small
/// order or not canonical never verifies.
pub struct Crypto(Mutex<Box<dyn Random + Send>>);

impl Crypto {
    pub(super) fn new(random: impl Random + Send + 'static) -> Self {
        Self(Mutex::new(Box::new(random)))
    }

    /// Lends the source of randomness. One that panicked while it was lent is not used again.
    fn draw<T>(&self, from: impl FnOnce(&mut dyn Random) -> Result<T, Error>) -> Result<T, Error> {
        let mut random = self.0.lock().map_err(|_| Error::new(Code::BackendFailed).note("the random source panicked"))?;
        from(&mut **random)
    }
}

/// The source of a provider, lent for one draw after the other.
impl Random for &Crypto {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        self.draw(|random| random.fill(out))
    }
}

impl fmt::Debug for Crypto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crypto").finish_non_exhaustive()
    }
}

impl OpenMlsRand for Crypto {
    type Error = Error;

    fn random_array<const N: usize>(&self) -> Result<[u8; N], Error> {
        let mut out = [0; N];
        self.draw(|random| random.fill(&mut out))?;
        Ok(out)
    }

    fn random_vec(&self, len: usize) -> Result<Vec<u8>, Error> {
        let mut out = vec![0; len];
        self.draw(|random| random.fill(&mut out))?;
        Ok(out)
    }
}

impl OpenMlsCrypto for Crypto {
    fn supports(&self, ciphersuite: Ciphersuite) -> Result<(), CryptoError> {
        Suite::from_number(ciphersuite.into()).map(|_| ()).map_err(|_| CryptoError::UnsupportedCiphersuite)
    }

    fn supported_ciphersuites(&self) -> Vec<Ciphersuite> {
        Suite::ALL.iter().filter_map(|suite| Ciphersuite::try_from(suite.number()).ok()).collect()
    }

    fn hkdf_extract(&self, hash_type: HashType, salt: &[u8], ikm: &[u8]) -> Result<SecretVLBytes, CryptoError> {
        Ok(hkdf_extract(hash(hash_type), salt, ikm).as_slice().into())
    }

    fn hmac(&self, hash_type: HashType, key: &[u8], message: &[u8]) -> Result<SecretVLBytes, CryptoError> {
        Ok(hmac(hash(hash_type), key, message).as_slice().into())
    }

    fn hkdf_expand(&self, hash_type: HashType, prk: &[u8], info: &[u8], okm_len: usize) -> Result<SecretVLBytes, CryptoError> {
        let okm = hkdf_expand(hash(hash_type), prk, info, okm_len).map_err(|_| CryptoError::HkdfOutputLengthInvalid)?;
        Ok(okm.as_slice().into())
    }

    fn hash(&self, hash_type: HashType, data: &[u8]) -> Result<Vec<u8>, CryptoError> {
        Ok(hash(hash_type).digest(data).to_vec())
    }

    fn aead_encrypt(&self, alg: AeadType, key: &[u8], data: &[u8], nonce: &[u8], aad: &[u8]) -> Result<Vec<u8>, CryptoError> {
        aead::seal(aead(alg), key, nonce, aad, data).map_err(|error| plain(&error))
    }

    fn aead_decrypt(&self, alg: AeadType, key: &[u8], ct_tag: &[u8], nonce: &[u8], aad: &[u8]) -> Result<Vec<u8>, CryptoError> {
        aead::open(aead(alg), key, nonce, aad, ct_tag).map_err(|error| match error.code() {
            Code::AeadInvalid => CryptoError::AeadDecryptionError,
            _ => plain(&error),
        })
    }

    fn signature_key_gen(&self, alg: SignatureScheme) -> Result<(Vec<u8>, Vec<u8>), CryptoError> {
        let algorithm = algorithm(alg)?;
        let key = self.draw(|random| SecretKey::generate(algorithm, random)).map_err(|error| plain(&error))?;
        Ok((key.octets().to_vec(), key.public().octets().to_vec()))
    }

    fn verify_signature(&self, alg: SignatureScheme, data: &[u8], pk: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        let key = PublicKey::from_octets(algorithm(alg)?, pk).map_err(|error| plain(&error))?;
        key.verify(Family::Mls, data, signature).map_err(|error| plain(&error))
    }

    /// OpenMLS itself signs through [`LeafSigner`]; who calls this meets the same check.
    fn sign(&self, alg: SignatureScheme, data: &[u8], key: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let secret = SecretKey::from_octets(algorithm(alg)?, key).map_err(|error| plain(&error))?;
        let key = LeafKey::new(secret).map_err(|_| CryptoError::UnsupportedSignatureScheme)?;
        LeafSigner(&key).sign(data).map_err(|_| CryptoError::SigningError)
    }

    fn hpke_seal(
        &self,
        config: HpkeConfig,
        pk_r: &[u8],
        info: &[u8],
        aad: &[u8],
        ptxt: &[u8],
    ) -> Result<HpkeCiphertext, CryptoError> {
        let suite = hpke(&config)?;
        let sealed = self.draw(|random| suite.seal(pk_r, info, aad, ptxt, random)).map_err(|error| plain(&error))?;
        Ok(HpkeCiphertext { kem_output: sealed.encapsulated.into(), ciphertext: sealed.ciphertext.into() })
    }

    fn hpke_open(
        &self,
        config: HpkeConfig,
        input: &HpkeCiphertext,
        sk_r: &[u8],
        info: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        let sealed =
            Sealed { encapsulated: input.kem_output.as_slice().to_vec(), ciphertext: input.ciphertext.as_slice().to_vec() };
        hpke(&config)?.open(sk_r, info, aad, &sealed).map_err(|_| CryptoError::HpkeDecryptionError)
    }

    fn hpke_setup_sender_and_export(
        &self,
        config: HpkeConfig,
        pk_r: &[u8],
        info: &[u8],
        exporter_context: &[u8],
        exporter_length: usize,
    ) -> Result<(KemOutput, ExporterSecret), CryptoError> {
        let suite = hpke(&config)?;
        let sent = self.draw(|random| suite.send_export(pk_r, info, exporter_context, exporter_length, random));
        let (encapsulated, exported) = sent.map_err(|error| match error.code() {
            Code::LengthInvalid => CryptoError::ExporterError,
            _ => CryptoError::SenderSetupError,
        })?;
        Ok((encapsulated, exported.to_vec().into()))
    }

    fn hpke_setup_receiver_and_export(
        &self,
        config: HpkeConfig,
        enc: &[u8],
        sk_r: &[u8],
        info: &[u8],
        exporter_context: &[u8],
        exporter_length: usize,
    ) -> Result<ExporterSecret, CryptoError> {
        let received = hpke(&config)?.receive_export(sk_r, enc, info, exporter_context, exporter_length);
        let exported = received.map_err(|error| match error.code() {
            Code::LengthInvalid => CryptoError::ExporterError,
            _ => CryptoError::ReceiverSetupError,
        })?;
        Ok(exported.to_vec().into())
    }

    fn derive_hpke_keypair(&self, config: HpkeConfig, ikm: &[u8]) -> Result<HpkeKeyPair, CryptoError> {
        let pair = hpke(&config)?.kem.derive_key_pair(ikm).map_err(|error| plain(&error))?;
        Ok(HpkeKeyPair { private: pair.secret().into(), public: pair.public().to_vec() })
    }
}

fn hash(hash: HashType) -> HashAlgorithm {
    match hash {
        HashType::Sha2_256 => HashAlgorithm::Sha256,
        HashType::Sha2_384 => HashAlgorithm::Sha384,
        HashType::Sha2_512 => HashAlgorithm::Sha512,
    }
}

fn aead(aead: AeadType) -> Aead {
    match aead {
        AeadType::Aes128Gcm => Aead::Aes128Gcm,
        AeadType::Aes256Gcm => Aead::Aes256Gcm,
        AeadType::ChaCha20Poly1305 => Aead::ChaCha20Poly1305,
    }
}

fn hpke(config: &HpkeConfig) -> Result<hpke::Suite, CryptoError> {
    let kem = match config.0 {
        HpkeKemType::DhKem25519 => Kem::X25519,
        HpkeKemType::DhKemP256 => Kem::P256,
        _ => return Err(CryptoError::UnsupportedCiphersuite),
    };
    if config.1 != HpkeKdfType::HkdfSha256 {
        return Err(CryptoError::UnsupportedKdf);
    }
    let aead = match config.2 {
        HpkeAeadType::AesGcm128 => Aead::Aes128Gcm,
        HpkeAeadType::AesGcm256 => Aead::Aes256Gcm,
        HpkeAeadType::ChaCha20Poly1305 => Aead::ChaCha20Poly1305,
        HpkeAeadType::Export => return Err(CryptoError::UnsupportedAeadAlgorithm),
    };
    Ok(hpke::Suite { kem, aead })
}

fn algorithm(wanted: SignatureScheme) -> Result<Algorithm, CryptoError> {
    let found = Algorithm::ALL.into_iter().find(|algorithm| scheme(*algorithm) == wanted);
    found.ok_or(CryptoError::UnsupportedSignatureScheme)
}

/// What OpenMLS is told of an error of `mimicred-keys`.
fn plain(error: &Error) -> CryptoError {
    match error.code() {
        Code::PublicKeyMalformed | Code::PublicKeyWeak => CryptoError::InvalidPublicKey,
        Code::SignatureInvalid => CryptoError::InvalidSignature,
        Code::LengthInvalid => CryptoError::InvalidLength,
        Code::BackendFailed => CryptoError::InsufficientRandomness,
        _ => CryptoError::CryptoLibraryError,
    }
}
