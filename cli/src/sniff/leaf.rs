//! The LeafNode of RFC 9420 7.2, as far as a verifier of reveals needs it: signature key and credential.

use mimicred_keys::{Algorithm, PublicKey};
use mimicred_mls::Credential;
use mimicred_mls::tls::{MAX_VECTOR, Reader};

/// A LeafNode that can be read to its last octet. Its signature is not checked: for a leaf that is in a group it covers the leaf
/// index, which a file does not tell.
#[derive(Clone, Debug)]
pub(crate) struct LeafNode {
    pub(crate) signature_key: PublicKey,
    pub(crate) credential: Credential,
    /// key_package, update or commit.
    pub(crate) source: &'static str,
}

impl LeafNode {
    /// Reads a LeafNode that fills the whole input.
    ///
    /// # Errors
    /// It is none, or its signature key is of no kind that leaves may have.
    pub(crate) fn decode(octets: &[u8]) -> Result<Self, mimicred_mls::Error> {
        let mut reader = Reader::new(octets);
        let leaf = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(leaf)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, mimicred_mls::Error> {
        reader.vector(MAX_VECTOR)?; // encryption_key
        let signature_key = leaf_key(reader.vector(MAX_VECTOR)?)?;
        let credential = Credential::read(reader)?;
        // capabilities: versions, cipher_suites, extensions, proposals, credentials
        for _ in 0..5 {
            reader.list(MAX_VECTOR, MAX_VECTOR, |inner| inner.u16())?;
        }
        let place = reader.clone();
        let source = match reader.u8()? {
            1 => {
                // lifetime: not_before, not_after
                reader.u64()?;
                reader.u64()?;
                "key_package"
            }
            2 => "update",
            3 => {
                reader.vector(MAX_VECTOR)?; // parent_hash
                "commit"
            }
            _ => return Err(place.error(mimicred_mls::Code::MessageMalformed)),
        };
        reader.list(MAX_VECTOR, MAX_VECTOR, |inner| {
            inner.u16()?;
            inner.vector(MAX_VECTOR).map(drop)
        })?; // extensions
        reader.vector(MAX_VECTOR)?; // signature
        Ok(Self { signature_key, credential, source })
    }
}

/// The algorithm follows from the length (mimi-mls.md 1.3).
fn leaf_key(octets: &[u8]) -> Result<PublicKey, mimicred_mls::Error> {
    let algorithm = Algorithm::ALL.into_iter().find(|algorithm| algorithm.public_len() == octets.len());
    let malformed = || mimicred_mls::Error::new(mimicred_mls::Code::LeafKeyForm);
    PublicKey::from_octets(algorithm.ok_or_else(malformed)?, octets).map_err(|e| malformed().because(e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mimicred_keys::SecretKey;
    use mimicred_mls::tls::Writer;

    fn leaf(source: u8) -> Vec<u8> {
        let key = SecretKey::from_octets(Algorithm::Ed25519, &[7; 32]).unwrap();
        let credential = Credential::Basic(b"alice".to_vec()).encode().unwrap();
        let writer = Writer::new().vector(&[1; 32]).vector(key.public().octets()).octets(&credential);
        let writer = (0..5).fold(writer, |writer, _| writer.vector(&[0, 1]));
        let writer = match source {
            1 => writer.u8(1).u64(5).u64(9),
            3 => writer.u8(3).vector(&[4; 32]),
            other => writer.u8(other),
        };
        writer.vector(&[0, 9, 1, 7]).vector(&[2; 64]).finish().unwrap()
    }

    #[test]
    fn every_source_is_read_to_the_end_and_no_further() {
        for (source, name) in [(1, "key_package"), (2, "update"), (3, "commit")] {
            let octets = leaf(source);
            let read = LeafNode::decode(&octets).unwrap();
            assert_eq!((read.source, read.credential), (name, Credential::Basic(b"alice".to_vec())));
            for end in 0..octets.len() {
                assert!(LeafNode::decode(&octets[..end]).is_err(), "cut at {end}");
            }
            assert!(LeafNode::decode(&[octets, vec![0]].concat()).is_err());
        }
        assert!(LeafNode::decode(&leaf(4)).is_err());
    }

    #[test]
    fn the_key_has_its_only_form() {
        assert!(leaf_key(&[1; 31]).is_err());
        assert!(leaf_key(&[4; 65]).is_err());
    }
}
