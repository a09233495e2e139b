//! The component key_package_offer (0xD057) in the GroupInfo of a Welcome: that whoever adds an offered KeyPackage held its offer
//! (mimi-mls 3.2).

use std::collections::BTreeSet;

use mimicred_keys::{HashAlgorithm, PublicKey, hmac};

use crate::error::{Code, Error};
use crate::tls::{Reader, Writer};

const PROOF_LEN: usize = 32;
const MAX_PROOFS: usize = 4096;
const MAX_OCTETS: usize = MAX_PROOFS * (PROOF_LEN + 1);

/// `KeyPackageProofs`: one proof for each offered KeyPackage that was added, ascending.
///
/// A proof is HMAC-SHA256(salt, V("mimi kp proof v1") ‖ V(KeyPackageRef) ‖ V(group_id) ‖ V(adder_key)). The owner of the KeyPackage, who
/// chose the salt, computes hers and looks for it in the list; to anybody else it is noise.
///
/// ```
/// use mimicred_keys::{Algorithm, SecretKey, SystemRandom};
/// use mimicred_mls::component::KeyPackageProofs;
///
/// let adder = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?;
/// let mut proofs = KeyPackageProofs::default();
/// proofs.add(&[1; 16], b"a KeyPackageRef", b"a group id", adder.public())?;
///
/// let received = KeyPackageProofs::decode(&proofs.encode()?)?;
/// assert!(received.holds(&[1; 16], b"a KeyPackageRef", b"a group id", adder.public())?);
/// assert!(!received.holds(&[1; 16], b"a KeyPackageRef", b"another group", adder.public())?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyPackageProofs(BTreeSet<[u8; PROOF_LEN]>);

impl KeyPackageProofs {
    /// Adds the proof for one KeyPackage.
    ///
    /// # Errors
    /// Those of [`Writer::finish`].
    pub fn add(&mut self, salt: &[u8], reference: &[u8], group_id: &[u8], adder_key: &PublicKey) -> Result<(), Error> {
        self.0.insert(proof(salt, reference, group_id, adder_key.octets())?);
        Ok(())
    }

    /// Whether the proof for a KeyPackage is among them.
    ///
    /// # Errors
    /// Those of [`Writer::finish`].
    pub fn holds(&self, salt: &[u8], reference: &[u8], group_id: &[u8], adder_key: &PublicKey) -> Result<bool, Error> {
        Ok(self.0.contains(&proof(salt, reference, group_id, adder_key.octets())?))
    }

    /// The proofs, ascending.
    pub fn iter(&self) -> impl Iterator<Item = &[u8; PROOF_LEN]> {
        self.0.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads the component.
    ///
    /// # Errors
    /// `mls/value-duplicate`, `mls/value-order`, `mls/key-package-proof-malformed` for a proof that has not 32 octets, and those of
    /// [`Reader`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let mut proofs = BTreeSet::new();
        reader.list::<_, Error>(MAX_OCTETS, MAX_PROOFS, |inner| {
            let place = inner.clone();
            let proof = inner.vector(PROOF_LEN)?.try_into().map_err(|_| place.error(Code::KeyPackageProofMalformed))?;
            match proofs.last() {
                Some(last) if *last == proof => return Err(place.error(Code::ValueDuplicate)),
                Some(last) if *last > proof => return Err(place.error(Code::ValueOrder)),
                _ => proofs.insert(proof),
            };
            Ok(())
        })?;
        reader.finish()?;
        Ok(Self(proofs))
    }

    /// The component.
    ///
    /// # Errors
    /// Those of [`Writer::finish`].
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        Writer::new().list(&self.0, |writer, proof| writer.vector(proof)).finish()
    }
}

fn proof(salt: &[u8], reference: &[u8], group_id: &[u8], adder_key: &[u8]) -> Result<[u8; PROOF_LEN], Error> {
    let input = Writer::new().vector(b"mimi kp proof v1").vector(reference).vector(group_id).vector(adder_key).finish()?;
    let proof = hmac(HashAlgorithm::Sha256, salt, &input);
    proof.as_slice().try_into().map_err(|_| Error::new(Code::Limit))
}
