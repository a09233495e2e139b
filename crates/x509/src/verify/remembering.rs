//! The signature algorithms as webpki is given them: what held before is not computed again.

use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm};

use super::algorithms::{SUPPORTED, Supported};
use crate::certificate::Certificate;
use crate::seen::Seen;

/// An algorithm that asks what was seen first. webpki finds and judges the path all the same.
#[derive(Debug)]
pub(super) struct Remembering<'s> {
    algorithm: &'static Supported,
    seen: &'s Seen,
    /// The tbsCertificate of the end entity, which comes once and need not be kept.
    once: &'s [u8],
}

impl<'s> Remembering<'s> {
    /// All that are supported, for a chain with this end entity.
    pub(super) fn supported(end_entity: &'s Certificate, seen: &'s Seen) -> [Self; 4] {
        let once = end_entity.contents().tbs.as_slice();
        SUPPORTED.each_ref().map(|algorithm| Self { algorithm, seen, once })
    }
}

impl SignatureVerificationAlgorithm for Remembering<'_> {
    fn verify_signature(&self, public_key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let verify = || self.algorithm.verify_signature(public_key, message, signature);
        if message == self.once {
            return verify();
        }
        let (of_key, of_signature) = (self.algorithm.public_key_alg_id(), self.algorithm.signature_alg_id());
        let inputs = [of_key.as_ref(), of_signature.as_ref(), public_key, message, signature];
        self.seen.holds(&inputs, verify)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.algorithm.public_key_alg_id()
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.algorithm.signature_alg_id()
    }
}
