//! Thumbprints as URIs (RFC 9679 section 5.6).

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::{Code, Error};

const PREFIX: &str = "urn:ietf:params:oauth:ckt:";
const SHA_256: &str = "sha-256:";
/// Characters of 32 octets in base64url.
const TEXT_LEN: usize = 43;

/// Which spellings of a thumbprint URI are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThumbprintUris {
    /// That of RFC 9679, which names the hash.
    #[default]
    Rfc9679,
    /// Also the one without the name of the hash, as appendix C of draft-ietf-spice-sd-cwt-08 prints it (trap 28).
    WithoutHashToo,
}

/// The SHA-256 thumbprint as a URI (CWT-K-013).
///
/// ```
/// use mimicred_cose::key::{ThumbprintUris, thumbprint_of_uri, thumbprint_sha256, thumbprint_uri};
/// use mimicred_keys::{Algorithm, SecretKey};
///
/// let key = SecretKey::from_octets(Algorithm::Ed25519, &[7; 32])?;
/// let uri = thumbprint_uri(&thumbprint_sha256(key.public()));
/// assert!(uri.starts_with("urn:ietf:params:oauth:ckt:sha-256:"));
/// assert_eq!(thumbprint_of_uri(&uri, ThumbprintUris::Rfc9679)?, thumbprint_sha256(key.public()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn thumbprint_uri(thumbprint: &[u8; 32]) -> String {
    format!("{PREFIX}{SHA_256}{}", Base64UrlUnpadded::encode_string(thumbprint))
}

/// The thumbprint in a URI: SHA-256, base64url without padding and without bits left over.
///
/// # Errors
/// [`Code::Key`].
///
/// See [`thumbprint_uri`] for an example.
pub fn thumbprint_of_uri(uri: &str, uris: ThumbprintUris) -> Result<[u8; 32], Error> {
    let refused = |note: &str| Error::new(Code::Key).note(note);
    let rest = uri.strip_prefix(PREFIX).ok_or_else(|| refused("not the URI of a key's thumbprint"))?;
    let text = match rest.strip_prefix(SHA_256) {
        Some(text) => text,
        None if uris == ThumbprintUris::WithoutHashToo => rest,
        None => return Err(refused("the URI does not name SHA-256")),
    };
    let mut thumbprint = [0; 32];
    match Base64UrlUnpadded::decode(text, &mut thumbprint) {
        Ok(decoded) if decoded.len() == 32 && text.len() == TEXT_LEN => Ok(thumbprint),
        _ => Err(refused("the thumbprint is not 32 octets in base64url without padding")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The thumbprint of the example key of RFC 9679, written by another implementation of base64url.
    const URI: &str = "urn:ietf:params:oauth:ckt:sha-256:SWvYr63zB-WwjGSwQhv53AFSijRKQ72oj63RZp2iU-w";

    fn read(uri: &str) -> Result<[u8; 32], Code> {
        thumbprint_of_uri(uri, ThumbprintUris::Rfc9679).map_err(|error| error.code())
    }

    /// CWT-K-013.
    #[test]
    fn a_uri_has_one_spelling() {
        let thumbprint = read(URI).unwrap();
        assert_eq!(thumbprint[..4], [0x49, 0x6b, 0xd8, 0xaf]);
        assert_eq!(thumbprint_uri(&thumbprint), URI);
        let text = URI.strip_prefix("urn:ietf:params:oauth:ckt:sha-256:").unwrap();
        for bad in [
            format!("{URI}="),
            format!("{URI}A"),
            URI[..URI.len() - 1].to_owned(),
            // The two bits left over are not zero.
            format!("{}x", &URI[..URI.len() - 1]),
            URI.replace('-', "+"),
            format!("urn:ietf:params:oauth:ckt:sha-384:{text}"),
            format!("urn:ietf:params:oauth:ckt:SHA-256:{text}"),
            format!("urn:ietf:params:oauth:jwk-thumbprint:sha-256:{text}"),
            format!("urn:ietf:params:oauth:ckt:{text}"),
            format!("URN:ietf:params:oauth:ckt:sha-256:{text}"),
            format!(" {URI}"),
            String::new(),
        ] {
            assert_eq!(read(&bad), Err(Code::Key), "{bad}");
        }
    }

    /// Trap 28: the short form of the draft, only for who asks for it.
    #[test]
    fn the_form_without_a_hash_name_is_read_on_request() {
        let short = URI.replace("sha-256:", "");
        assert_eq!(read(&short), Err(Code::Key));
        let tolerant = |uri: &str| thumbprint_of_uri(uri, ThumbprintUris::WithoutHashToo).map_err(|error| error.code());
        assert_eq!(tolerant(&short), read(URI));
        assert_eq!(tolerant(URI), read(URI));
        assert_eq!(tolerant(&URI.replace("sha-256", "sha-384")), Err(Code::Key));
    }
}
