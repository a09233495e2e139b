//! Symmetric keys as COSE_Key (RFC 9053 section 7.3) and their thumbprint (RFC 9679 section 4).

use std::fmt;

use mimicred_claims::{Map, Value};
use mimicred_keys::sha256;
use zeroize::Zeroizing;

use super::{KTY, check_operations, get, read_map, unusable};
use crate::Error;
use crate::cbor::Writer;

/// `kty` of a symmetric key.
const SYMMETRIC: i64 = 4;
/// Its octets.
const K: i64 = -1;

/// Values of `key_ops`.
const ENCRYPT: i128 = 3;
const DECRYPT: i128 = 4;

/// A key that encrypts and decrypts.
///
/// ```
/// use mimicred_cose::SymmetricKey;
///
/// let key = SymmetricKey::new(&[7; 16]);
/// assert_eq!(SymmetricKey::from_octets(&key.to_octets())?.secret(), [7; 16]);
/// assert_eq!(key.thumbprint_sha256(), mimicred_keys::sha256(&key.to_octets()));
/// # Ok::<(), mimicred_cose::Error>(())
/// ```
#[derive(Clone)]
pub struct SymmetricKey {
    secret: Zeroizing<Vec<u8>>,
}

impl SymmetricKey {
    /// A key of these octets.
    pub fn new(secret: &[u8]) -> Self {
        Self { secret: Zeroizing::new(secret.to_vec()) }
    }

    /// Reads a key. `key_ops`, where present, must allow to encrypt or to decrypt; `alg` is not looked at, since it numbers the
    /// algorithms of COSE, and what is encrypted may name its own by another registry.
    ///
    /// # Errors
    /// [`Code::Key`](crate::Code::Key) with the parameter.
    pub fn parse(map: &Map<'_>) -> Result<Self, Error> {
        if get(map, KTY).and_then(Value::as_int) != Some(SYMMETRIC.into()) {
            return Err(unusable("kty").note("not a symmetric key"));
        }
        check_operations(map, &[ENCRYPT, DECRYPT])?;
        let secret = get(map, K).and_then(Value::as_bytes).filter(|secret| !secret.is_empty());
        Ok(Self::new(secret.ok_or_else(|| unusable("k"))?))
    }

    /// Reads an encoded key.
    ///
    /// # Errors
    /// As [`SymmetricKey::parse`] and [`cbor::parse`](crate::cbor::parse).
    pub fn from_octets(octets: &[u8]) -> Result<Self, Error> {
        Self::parse(&read_map(octets)?)
    }

    /// The octets of the key.
    pub fn secret(&self) -> &[u8] {
        &self.secret
    }

    /// The key with its required parameters, encoded; also what its thumbprint is taken over (CWT-K-009, CWT-K-010).
    pub fn to_octets(&self) -> Zeroizing<Vec<u8>> {
        // Room for all of it, so that no copy is left behind by growing.
        let mut writer = Writer::with_capacity(self.secret.len() + 16);
        writer.map(2);
        writer.int(KTY);
        writer.int(SYMMETRIC);
        writer.int(K);
        writer.bytes(&self.secret);
        Zeroizing::new(writer.finish())
    }

    /// The SHA-256 thumbprint (RFC 9679). Whoever sees it can test guesses, so it is only for keys that cannot be guessed
    /// (RFC 9679 section 7).
    pub fn thumbprint_sha256(&self) -> [u8; 32] {
        sha256(&self.to_octets())
    }
}

/// The key never shows.
impl fmt::Debug for SymmetricKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SymmetricKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use mimicred_error::{At, Report};
    use mimicred_keys::HashAlgorithm;

    use super::*;
    use crate::Code;

    /// {1: 4, -1: h'00 01 .. 0f'}, written by hand.
    const KEY: &[u8] = b"\xa2\x01\x04\x20\x50\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f";

    fn refused(octets: &[u8]) -> (Code, String) {
        let error = SymmetricKey::from_octets(octets).unwrap_err();
        let At::Field(name) = error.place() else { return (error.code(), String::new()) };
        (error.code(), name.to_string())
    }

    /// CWT-K-009, CWT-K-010: `kty` and `k` and nothing else. The expected value is that of another tool:
    /// `printf 'a20104205000..0f' | xxd -r -p | sha256sum`.
    #[test]
    fn the_thumbprint_is_over_the_required_parameters() {
        let key = SymmetricKey::from_octets(KEY).unwrap();
        assert_eq!(key.to_octets().as_slice(), KEY);
        let hex: String = key.thumbprint_sha256().iter().map(|octet| format!("{octet:02x}")).collect();
        assert_eq!(hex, "6c04a3e12a6a63f99b39da97e6c1d367005125555839627b16339bf3497fd947");
        // {1: 4, 2: 'kid', 3: 1, 4: [3], -1: ..}: more parameters change nothing.
        let more = [b"\xa5\x01\x04\x02\x43kid\x03\x01\x04\x81\x03\x20", &KEY[4..]].concat();
        assert_eq!(SymmetricKey::from_octets(&more).unwrap().thumbprint_sha256(), key.thumbprint_sha256());
        assert_ne!(HashAlgorithm::Sha256.digest(&more)[..], key.thumbprint_sha256());
    }

    #[test]
    fn other_keys_are_refused() {
        let key = |text: &str| (Code::Key, text.to_owned());
        assert_eq!(refused(b"\xa2\x01\x02\x20\x41\x00"), key("kty"));
        assert_eq!(refused(b"\xa1\x20\x41\x00"), key("kty"));
        assert_eq!(refused(b"\xa1\x01\x04"), key("k"));
        assert_eq!(refused(b"\xa2\x01\x04\x20\x40"), key("k"));
        assert_eq!(refused(b"\xa2\x01\x04\x20\x61x"), key("k"));
        assert_eq!(refused(b"\xa3\x01\x04\x04\x81\x01\x20\x41\x00"), key("key_ops"));
        assert!(SymmetricKey::from_octets(b"\xa3\x01\x04\x04\x81\x04\x20\x41\x00").is_ok());
        assert_eq!(refused(b"\x80").0, Code::Structure);
    }

    #[test]
    fn the_key_is_not_printed() {
        assert_eq!(format!("{:?}", SymmetricKey::new(b"secret")), "SymmetricKey(..)");
    }
}
