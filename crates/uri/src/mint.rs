//! Fresh names.
//!
//! The random octets are the caller's (no library of ours has a random source of its own). A client's name is drawn apart from
//! its pseudonym's and never derived from it (mimi-mls.md 1.1, B-8 and B-21 of 4.5: constant length, no human choice).

use crate::host::Host;
use crate::mimi_uri::{MimiUri, UriKind};

/// The pseudonym `mimi://HOST/p/` with 22 characters for these 16 random octets.
///
/// ```
/// use mimicred_uri::{Host, UriKind, mint_pseudonym};
/// let uri = mint_pseudonym(&Host::parse("a.example")?, *b"0123456789abcdef");
/// assert_eq!(uri.as_str(), "mimi://a.example/p/MDEyMzQ1Njc4OWFiY2RlZg");
/// assert_eq!(uri.kind(), UriKind::Pseudonym);
/// # Ok::<(), mimicred_uri::Error>(())
/// ```
pub fn mint_pseudonym(host: &Host, random: [u8; 16]) -> MimiUri {
    MimiUri::from_parts(host, UriKind::Pseudonym, &base64url(random))
}

/// The client `mimi://HOST/d/` with 22 characters for these 16 random octets, other ones than the pseudonym's.
///
/// ```
/// use mimicred_uri::{Host, mint_client};
/// let uri = mint_client(&Host::parse("a.example")?, [255; 16]);
/// assert_eq!(uri.as_str(), "mimi://a.example/d/_____________________w");
/// # Ok::<(), mimicred_uri::Error>(())
/// ```
pub fn mint_client(host: &Host, random: [u8; 16]) -> MimiUri {
    MimiUri::from_parts(host, UriKind::Client, &base64url(random))
}

/// RFC 4648 section 5 without padding, for exactly 16 octets: 21 characters of 6 bits and one of 2.
fn base64url(octets: [u8; 16]) -> String {
    let bits = u128::from_be_bytes(octets);
    let whole = (0..21).map(|index| (bits >> (122 - 6 * index)) & 0x3f);
    whole.chain([(bits & 0x03) << 4]).map(digit).collect()
}

fn digit(value: u128) -> char {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    usize::try_from(value).ok().and_then(|value| ALPHABET.get(value)).copied().map_or('A', char::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_agrees_with_others() {
        // printf ... | basenc --base64url
        assert_eq!(base64url(*b"0123456789abcdef"), "MDEyMzQ1Njc4OWFiY2RlZg");
        assert_eq!(base64url([0; 16]), "AAAAAAAAAAAAAAAAAAAAAA");
        assert_eq!(base64url([0xff; 16]), "_____________________w");
        let dashes = [0xfb, 0xef, 0xbe, 0xfb, 0xef, 0xbe, 0xfb, 0xef, 0xbe, 0xfb, 0xef, 0xbe, 0xfb, 0xef, 0xbe, 0xfb];
        assert_eq!(base64url(dashes), "---------------------w");
    }

    #[test]
    fn minted_names_fit_the_grammar_and_have_one_length() {
        let host = Host::parse("a.example").unwrap();
        for seed in 0..=255_u8 {
            let random = std::array::from_fn(|index| seed.wrapping_mul(31).wrapping_add(u8::try_from(index).unwrap() * 17));
            let uri = mint_pseudonym(&host, random);
            assert_eq!(MimiUri::parse(uri.as_str()).unwrap(), uri);
            assert_eq!(uri.id().len(), 22);
            let client = mint_client(&host, random);
            assert_eq!(MimiUri::parse(client.as_str()).unwrap(), client);
            assert_eq!(client.kind(), UriKind::Client);
        }
    }
}
