//! DisclosureRequest: what asks a room's members for a reveal (mimi-mls 3.5.1, `application/mimi-disclosure-request`).

use crate::error::{Code, Error};
use crate::tls::{Reader, Writer};

crate::registry! {
    /// The form of a presentation.
    DisclosureFormat {
        /// An X.509 certificate with a CredentialPresentation.
        MlsCredential = 1 "mls_credential",
        /// An SD-JWT with a Key Binding JWT.
        SdJwtKb = 2 "sd_jwt_kb",
        /// An SD-CWT inside a Key Binding Token.
        SdKbt = 3 "sd_kbt",
    }
}

const VERSION: u16 = 1;
const NONCE_LEN: usize = 32;
const MAX_NAMES: usize = 256;
const MAX_NAME: usize = 256;
const MAX_OCTETS: usize = 64 * 1024;
const MAX_FORMATS: usize = 16;

/// A request for a reveal.
///
/// ```
/// use mimicred_mls::{DisclosureFormat, DisclosureRequest};
///
/// let request = DisclosureRequest {
///     challenge: None,
///     claim_names: vec!["age".to_owned()],
///     formats: vec![DisclosureFormat::SdKbt],
///     not_after: 1_790_000_000,
/// };
/// let octets = request.encode()?;
/// assert_eq!(octets, b"\x00\x01\x00\x04\x03age\x01\x03\x00\x00\x00\x00\x6a\xb1\x3b\x80");
/// assert_eq!(DisclosureRequest::decode(&octets)?, request);
/// # Ok::<(), mimicred_mls::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisclosureRequest {
    /// In a room of nonce_mode challenge, 32 random octets that are never used again; otherwise nothing.
    pub challenge: Option<[u8; NONCE_LEN]>,
    /// Labels of the room's policy; none means all that it requires.
    pub claim_names: Vec<String>,
    /// In which forms; none means any that the room accepts.
    pub formats: Vec<DisclosureFormat>,
    /// Until when an answer counts, in seconds since 1970.
    pub not_after: u64,
}

impl DisclosureRequest {
    /// Reads a request that fills the whole input.
    ///
    /// # Errors
    /// `mls/version-unsupported`, `mls/request-nonce-length`, and those of [`Reader`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let place = reader.clone();
        if reader.u16()? != VERSION {
            return Err(place.error(Code::VersionUnsupported));
        }
        let place = reader.clone();
        let challenge = match reader.vector(MAX_NAME)? {
            [] => None,
            nonce => Some(nonce.try_into().map_err(|_| place.error(Code::RequestNonceLength))?),
        };
        let request = Self {
            challenge,
            claim_names: reader.list(MAX_OCTETS, MAX_NAMES, |inner| inner.text(MAX_NAME).map(str::to_owned))?,
            formats: reader.list(MAX_FORMATS, MAX_FORMATS, |inner| inner.u8().map(DisclosureFormat::from_code))?,
            not_after: reader.u64()?,
        };
        reader.finish()?;
        Ok(request)
    }

    /// The encoded request.
    ///
    /// # Errors
    /// `mls/limit` for what is longer than any vector.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        Writer::new()
            .u16(VERSION)
            .vector(self.challenge.as_ref().map_or(&[][..], |nonce| nonce))
            .list(&self.claim_names, |writer, name| writer.vector(name.as_bytes()))
            .list(self.formats.iter().map(|format| format.code()), Writer::u8)
            .u64(self.not_after)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(octets: &[u8]) -> Code {
        DisclosureRequest::decode(octets).unwrap_err().code()
    }

    #[test]
    fn a_challenge_has_32_octets() {
        let request = DisclosureRequest { challenge: Some([7; 32]), claim_names: vec![], formats: vec![], not_after: 9 };
        let octets = request.encode().unwrap();
        assert_eq!(octets, [&b"\x00\x01\x20"[..], &[7; 32], b"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x09"].concat());
        assert_eq!(DisclosureRequest::decode(&octets).unwrap(), request);
        for length in [1, 31, 33] {
            let writer = Writer::new().u16(1).vector(&vec![7; length]).vector(b"").vector(b"").u64(9);
            assert_eq!(code(&writer.finish().unwrap()), Code::RequestNonceLength);
        }
    }

    #[test]
    fn malformed_requests() {
        let good = b"\x00\x01\x00\x04\x03age\x01\x03\x00\x00\x00\x00\x6a\xb1\x3b\x80";
        assert!(DisclosureRequest::decode(good).is_ok());
        assert_eq!(code(&[&good[..], &[0]].concat()), Code::TrailingOctets);
        for length in 0..good.len() {
            assert!(DisclosureRequest::decode(&good[..length]).is_err());
        }
        assert_eq!(code(b"\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"), Code::VersionUnsupported);
        assert_eq!(code(b"\x00\x01\x00\x02\x01\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00"), Code::TextInvalid);
        // A format of later times is kept: whoever does not know it answers in another.
        let later = DisclosureRequest::decode(b"\x00\x01\x00\x00\x01\x09\x00\x00\x00\x00\x00\x00\x00\x00").unwrap();
        assert_eq!(later.formats, [DisclosureFormat::Other(9)]);
    }

    proptest! {
        #[test]
        fn never_panics_and_has_one_encoding(
            challenge in any::<bool>(),
            at in any::<prop::sample::Index>(),
            taken in 0usize..3,
            put in prop::collection::vec(any::<u8>(), 0..3),
        ) {
            let (claim_names, formats) = (vec!["age".to_owned(), String::new()], vec![DisclosureFormat::SdKbt]);
            let request = DisclosureRequest { challenge: challenge.then_some([7; 32]), claim_names, formats, not_after: 9 };
            let mut octets = request.encode().unwrap();
            let at = at.index(octets.len());
            let end = (at + taken).min(octets.len());
            octets.splice(at..end, put);
            if let Ok(read) = DisclosureRequest::decode(&octets) {
                prop_assert_eq!(read.encode().unwrap(), octets);
            }
        }
    }
}
