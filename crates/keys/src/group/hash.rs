//! expand_message_xmd over SHA-256 (RFC 9380 5.3.1): as many octets as a message and a domain are to give.

use zeroize::Zeroizing;

use crate::{Code, Error, HashAlgorithm};

/// The block of SHA-256, of which one of zeros comes first.
const BLOCK: [u8; 64] = [0; 64];

/// `N` octets from a message that is the parts, one after the other.
pub(super) fn expand<const N: usize>(domain: &[u8], message: &[&[u8]]) -> Result<Zeroizing<[u8; N]>, Error> {
    let (Ok(length), Ok(domain_len)) = (u16::try_from(N), u8::try_from(domain.len())) else {
        return Err(Code::LengthInvalid.into());
    };
    // More than 255 blocks have no number; a domain of nothing separates nothing.
    if domain_len == 0 || N > 255 * HashAlgorithm::Sha256.len() {
        return Err(Code::LengthInvalid.into());
    }
    let domain = [domain, &[domain_len]].concat();
    let digest = |parts: &[&[u8]]| {
        let mut hasher = HashAlgorithm::Sha256.hasher();
        parts.iter().chain([&domain.as_slice()]).for_each(|part| hasher.update(part));
        let mut digest = Zeroizing::new([0; 32]);
        digest.iter_mut().zip(hasher.finish().iter()).for_each(|(to, from)| *to = *from);
        digest
    };
    let length = length.to_be_bytes();
    let parts: Vec<&[u8]> = [&BLOCK[..]].into_iter().chain(message.iter().copied()).chain([&length[..], &[0]]).collect();
    let first = digest(&parts);

    let mut out = Zeroizing::new([0; N]);
    let mut previous = Zeroizing::new([0; 32]);
    for (chunk, counter) in out.chunks_mut(32).zip(1..=u8::MAX) {
        previous.iter_mut().zip(first.iter()).for_each(|(to, octet)| *to ^= octet);
        previous = digest(&[&*previous, &[counter]]);
        chunk.iter_mut().zip(previous.iter()).for_each(|(to, from)| *to = *from);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::Scalar;
    use crate::testing::hex;

    const DST: &[u8] = b"QUUX-V01-CS02-with-expander-SHA256-128";

    /// RFC 9380 appendix K.1, and the same messages in parts.
    #[test]
    fn expansions_are_those_of_rfc_9380() {
        let q128 = [b"q128_".to_vec(), vec![b'q'; 128]].concat();
        let a512 = [b"a512_".to_vec(), vec![b'a'; 512]].concat();
        let cases: [(&[u8], &str); 5] = [
            (b"", "68a985b87eb6b46952128911f2a4412bbc302a9d759667f87f7a21d803f07235"),
            (b"abc", "d8ccab23b5985ccea865c6c97b6e5b8350e794e603b4b97902f53a8a0d605615"),
            (b"abcdef0123456789", "eff31487c770a893cfb36f912fbfcbff40d5661771ca4b2cb4eafe524333f5c1"),
            (&q128, "b23a1d2b4d97b2ef7785562a7e8bac7eed54ed6e97e29aa51bfe3f12ddad1ff9"),
            (&a512, "4623227bcc01293b8c130bf771da8c298dede7383243dc0993d2d94823958c4c"),
        ];
        for (message, expected) in cases {
            assert_eq!(expand::<32>(DST, &[message]).unwrap().to_vec(), hex(expected));
            let (first, second) = message.split_at(message.len() / 2);
            assert_eq!(expand::<32>(DST, &[first, second]).unwrap().to_vec(), hex(expected));
        }
        let long = "af84c27ccfd45d41914fdff5df25293e221afc53d8ad2ac06d5e3e29485dadbee0d121587713a3e0dd4d5e69e93eb7cd4f5df4\
            cd103e188cf60cb02edc3edf18eda8576c412b18ffb658e3dd6ec849469b979d444cf7b26911a08e63cf31f9dcc541708d3491184472c2c29b\
            b749d4286b004ceb5ee6b9a7fa5b646c993f0ced";
        assert_eq!(expand::<128>(DST, &[b""]).unwrap().to_vec(), hex(long));
    }

    /// RFC 9497 appendix A.3: a key of an OPRF over P-256 is the hash of a message to a scalar.
    #[test]
    fn scalars_are_those_of_rfc_9497() {
        let cases = [
            (0, "159749d750713afe245d2d39ccfaae8381c53ce92d098a9375ee70739c7ac0bf"),
            (1, "ca5d94c8807817669a51b196c34c1b7f8442fde4334a7121ae4736364312fca6"),
            (2, "6ad2173efa689ef2c27772566ad7ff6e2d59b3b196f00219451fb2c89ee4dae2"),
        ];
        for (mode, expected) in cases {
            let domain = [b"DeriveKeyPairOPRFV1-", &[mode][..], b"-P256-SHA256"].concat();
            let wide = expand(&domain, &[&[0xa3; 32], &[0, 8], b"test key", &[0]]).unwrap();
            assert_eq!(Scalar::from_wide(&wide).to_octets().to_vec(), hex(expected));
        }
    }

    #[test]
    fn domains_have_a_length() {
        for (domain, fits) in [(0, false), (1, true), (255, true), (256, false)] {
            let outcome = expand::<48>(&vec![b'x'; domain], &[b"message"]);
            assert_eq!(outcome.err().map(|error| error.code()), (!fits).then_some(Code::LengthInvalid), "{domain}");
        }
    }
}
