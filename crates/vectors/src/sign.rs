//! Keys whose signatures are always the same: Ed25519, and ECDSA with the nonce of RFC 6979. They sign as an external signer would,
//! through [`ToBeSigned`] and `finish`.

use mimicred_keys::{Algorithm, Family, IssuerKey, LeafKey, PublicKey, SecretKey, ToBeSigned};

/// A key of the vectors.
#[derive(Clone)]
pub(crate) struct FixedKey(SecretKey);

impl FixedKey {
    pub(crate) fn new(secret: SecretKey) -> Self {
        Self(secret)
    }

    pub(crate) fn secret(&self) -> &SecretKey {
        &self.0
    }

    pub(crate) fn public(&self) -> &PublicKey {
        self.0.public()
    }

    /// The signature in the form of the family; nothing for a key that the library does not load, which no key of ours is.
    pub(crate) fn sign(&self, to_be_signed: &ToBeSigned) -> Option<Vec<u8>> {
        let octets = to_be_signed.as_bytes();
        let is_fixed = matches!(to_be_signed.family(), Family::Jws | Family::Cose);
        let secret = self.0.octets();
        macro_rules! ecdsa {
            ($curve:ident) => {{
                use $curve::ecdsa::signature::Signer;
                let key = $curve::ecdsa::SigningKey::from_slice(&secret).ok()?;
                let signature: $curve::ecdsa::Signature = key.try_sign(octets).ok()?;
                Some(if is_fixed { signature.to_bytes().to_vec() } else { signature.to_der().as_bytes().to_vec() })
            }};
        }
        match self.0.algorithm() {
            // Which of our own kinds of key it is decides which families it signs; here all of them are wanted.
            Algorithm::Ed25519 => match to_be_signed.family() {
                Family::Csr => LeafKey::new(self.0.clone()).ok()?.sign(to_be_signed).ok().map(|signature| signature.into_bytes()),
                Family::JoiningCode => {
                    let key = mimicred_keys::LinkKey::from_seed(&secret).ok()?;
                    key.sign(to_be_signed).ok().map(|signature| signature.into_bytes())
                }
                _ => IssuerKey::new(self.0.clone()).sign(to_be_signed).ok().map(|signature| signature.into_bytes()),
            },
            Algorithm::P256 => ecdsa!(p256),
            Algorithm::P384 => ecdsa!(p384),
            Algorithm::P521 => ecdsa!(p521),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6979 A.2.5, A.2.6 and A.2.7, message "sample" under the curve's hash: the library derives the nonce as it should. What is
    /// signed there is of no family of ours, so that the library is asked directly.
    #[test]
    fn the_signatures_of_rfc_6979() {
        macro_rules! signed {
            ($curve:ident, $secret:literal) => {{
                use $curve::ecdsa::signature::Signer;
                let key = $curve::ecdsa::SigningKey::from_slice(&crate::object::unhex($secret).unwrap()).unwrap();
                let signature: $curve::ecdsa::Signature = key.sign(b"sample");
                crate::object::hex(&signature.to_bytes())
            }};
        }
        let p256 = signed!(p256, "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
        assert!(p256.starts_with("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"), "{p256}");
        let p384 =
            signed!(p384, "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5");
        assert!(p384.starts_with("94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c"), "{p384}");
        let p521 = signed!(
            p521,
            "00fad06daa62ba3b25d2fb40133da757205de67f5bb0018fee8c86e1b68c7e75caa896eb32f1f47c70855836a6d16fcc1466f6d8fbec67db89ec0c08b0e996b83538"
        );
        assert!(p521.starts_with("00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f174e25a1ee9017b5d450606add152b534931d7d4e8455cc91f9b15bf05ec36e377fa"), "{p521}");
    }

    #[test]
    fn every_algorithm_signs_the_same_twice_and_verifies() {
        for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384, Algorithm::P521] {
            let key = crate::cast::key(algorithm, "somebody");
            let token = ToBeSigned::new(Family::Jws, "eyJ0eXAiOiJkYytzZC1qd3QifQ.e30").unwrap();
            let certificate = ToBeSigned::new(Family::TbsCertificate, b"\x30\x05\xa0\x03\x02\x01\x02").unwrap();
            for tbs in [token, certificate] {
                let signature = key.sign(&tbs).unwrap();
                assert_eq!(key.sign(&tbs).unwrap(), signature);
                key.public().verify(tbs.family(), tbs.as_bytes(), &signature).unwrap();
            }
        }
    }
}
