//! Requests for pseudonyms: each is for one key, and proves that whoever asks has it (mimi-mls.md 3.1, 5.4).
//!
//! A request is a certification request (PKCS#10, [`mimicred_x509::prepare_request`]) or a key proof of OpenID4VCI: a JWT of type
//! `openid4vci-proof+jwt` with the key in its header and issuer and nonce in its payload. Either names the issuer that it is for and the
//! nonce that this issuer gave to one account for one batch, so that it serves no other issuer, account or batch. A bare key is no request.
//!
//! A file has one PEM block after the other, or one JWT in each line, or both mixed. It is read piece by piece, whatever its length.

mod proof;
mod reader;

use mimicred_keys::{PublicKey, Unsettled};
use mimicred_x509::{IssuanceBinding, UnverifiedRequest};

use crate::{Code, Error};

pub use proof::{PROOF_TYPE, PreparedProof, prepare_proof};
pub use reader::Requests;

/// Most octets of one request, as it stands in a file.
pub const MAX_REQUEST_LEN: usize = 4096;

/// One request, read and not verified.
#[derive(Clone, Debug)]
pub enum UnverifiedProof {
    /// A certification request.
    Csr(Box<UnverifiedRequest>),
    /// A key proof, as text.
    Jwt(String),
}

impl UnverifiedProof {
    /// Reads one request: a PEM block or a JWT.
    ///
    /// # Errors
    /// [`Code::ProofMalformed`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_REQUEST_LEN {
            return Err(Error::new(Code::ProofMalformed).note("longer than 4096 octets"));
        }
        if text.starts_with("-----BEGIN ") {
            let request = UnverifiedRequest::from_pem(text).map_err(|cause| Error::new(Code::ProofMalformed).because(cause))?;
            return Ok(Self::Csr(Box::new(request)));
        }
        if text.bytes().filter(|octet| *octet == b'.').count() == 2 {
            return Ok(Self::Jwt(text.to_owned()));
        }
        Err(Error::new(Code::ProofMalformed).note("neither a PEM block nor a JWT"))
    }

    /// The key, if whoever asks has it and asked this issuer, with this nonce.
    ///
    /// ```
    /// use mimicred_keys::{Algorithm, LeafKey, SecretKey, SystemRandom};
    /// use mimicred_provider::{Code, UnverifiedProof, prepare_proof};
    /// use mimicred_x509::IssuanceBinding;
    ///
    /// let leaf = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
    /// let binding = IssuanceBinding { issuer: "https://id.a.example", nonce: b"given to Alice today" };
    /// let proof = prepare_proof(leaf.public(), &binding, 1_790_000_000)?.sign(&leaf)?;
    ///
    /// let received = UnverifiedProof::parse(&proof)?;
    /// assert_eq!(&received.verify(&binding)?, leaf.public());
    /// let elsewhere = IssuanceBinding { issuer: "https://id.b.example", ..binding };
    /// assert_eq!(received.verify(&elsewhere).unwrap_err().code(), Code::ProofInvalid);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Code::ProofInvalid`], [`Code::ProofMalformed`].
    pub fn verify(&self, binding: &IssuanceBinding<'_>) -> Result<PublicKey, Error> {
        let unsettled = self.verify_unsettled(binding)?;
        unsettled.settle().ok_or_else(|| Error::new(Code::ProofInvalid).note("its signature is not by this key"))
    }

    /// The same, but for a signature of Ed25519, which is put off and checked together with those of other requests.
    ///
    /// # Errors
    /// As [`UnverifiedProof::verify`], but for the signature.
    pub fn verify_unsettled(&self, binding: &IssuanceBinding<'_>) -> Result<Unsettled<PublicKey>, Error> {
        match self {
            Self::Csr(request) => {
                let unsettled = request.verify_unsettled(binding);
                let unsettled = unsettled.map_err(|cause| Error::new(Code::ProofInvalid).because(cause))?;
                unsettled.try_map(|verified| Ok(verified.subject_key().clone()))
            }
            Self::Jwt(text) => proof::verify(text, binding),
        }
    }
}

#[cfg(test)]
mod tests;
