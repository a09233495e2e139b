//! Certification requests (PKCS#10, RFC 2986): a holder asks for a certificate of her key and proves that she has it, to one issuer
//! and for one occasion.
//!
//! A request proves nothing by its signature alone: whoever sees it can send it on, to another issuer or under another account. So it
//! names the issuer that it is for and the nonce that this issuer gave out, to one account and for one batch (mimi-mls.md 3.1, 5.4).
//! What the certificate will say is not in it: names come from the issuer's own records, and a request that had any would tell apart
//! those who ask (mimi-mls.md 4.5 B-10).
//!
//! The form is exact. The subject is empty, and the only attribute is [`ISSUANCE_BINDING`], whose value is
//!
//! ```text
//! IssuanceBinding ::= SEQUENCE { issuer UTF8String, nonce OCTET STRING }
//! ```

mod received;

use mimicred_keys::{Family, LeafKey, PublicKey, ToBeSigned, pem};

use crate::chain::check_subject_algorithm;
use crate::der;
use crate::error::{Code, Error};
use crate::issue::signed;
use crate::oid::Oid;

pub use received::{UnverifiedRequest, VerifiedRequest};

/// The attribute that binds a request to issuer and nonce: `.3` in the arc of [`crate::PSEUDONYM_POLICY`].
pub const ISSUANCE_BINDING: &str = "2.25.335215872666213598606073365840796634028.3";

/// Most octets of a request.
pub const MAX_REQUEST_LEN: usize = 2048;

/// The PEM label (RFC 7468 section 7).
const LABEL: &str = "CERTIFICATE REQUEST";

/// For whom a request is, and for which occasion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IssuanceBinding<'b> {
    /// The issuer, by the name that both sides use: 1 to 255 octets.
    pub issuer: &'b str,
    /// What the issuer gave to one account for one batch, and accepts once: 16 to 64 octets, random.
    pub nonce: &'b [u8],
}

impl IssuanceBinding<'_> {
    fn check(&self) -> Result<(), Error> {
        let unusable = |note: &'static str| Err(Error::new(Code::BindingUnusable).note(note));
        if !(1..=255).contains(&self.issuer.len()) || self.issuer.chars().any(char::is_control) {
            return unusable("the name of the issuer");
        }
        if !(16..=64).contains(&self.nonce.len()) {
            return unusable("the nonce");
        }
        Ok(())
    }

    /// What stands in the set of values: the one value.
    fn values(&self) -> Vec<u8> {
        let issuer = der::element(der::UTF8_STRING, &[self.issuer.as_bytes()]);
        let nonce = der::element(der::OCTET_STRING, &[self.nonce]);
        der::element(der::SEQUENCE, &[&issuer, &nonce])
    }

    fn attribute(&self) -> Vec<u8> {
        let oid = der::element(der::OBJECT_IDENTIFIER, &[Oid::constant(ISSUANCE_BINDING).contents()]);
        der::element(der::SEQUENCE, &[&oid, &der::element(der::SET, &[&self.values()])])
    }
}

/// Prepares a request for this key.
///
/// ```
/// use mimicred_keys::{Algorithm, LeafKey, SecretKey, SystemRandom};
/// use mimicred_x509::{Code, IssuanceBinding, UnverifiedRequest, prepare_request};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let leaf = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
/// let binding = IssuanceBinding { issuer: "a.example", nonce: b"given to Alice today" };
/// let request = prepare_request(leaf.public(), &binding)?.sign(&leaf)?;
///
/// let received = UnverifiedRequest::from_der(request.as_der())?;
/// assert_eq!(received.verify(&binding)?.subject_key(), leaf.public());
///
/// // Whoever has seen it gets nothing for it elsewhere, or under an account of her own.
/// let elsewhere = IssuanceBinding { issuer: "b.example", ..binding };
/// assert_eq!(received.verify(&elsewhere).unwrap_err().code(), Code::RequestUnbound);
/// let another_account = IssuanceBinding { nonce: b"given to Mallory also", ..binding };
/// assert_eq!(received.verify(&another_account).unwrap_err().code(), Code::RequestUnbound);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// `x509/binding-unusable`, `x509/alg-unsupported` for a P-521 key.
pub fn prepare_request(key: &PublicKey, binding: &IssuanceBinding<'_>) -> Result<PreparedRequest, Error> {
    binding.check()?;
    check_subject_algorithm(key)?;
    let to_be_signed = ToBeSigned::new(Family::Csr, info(key, binding))?;
    Ok(PreparedRequest { to_be_signed, key: key.clone() })
}

/// The CertificationRequestInfo.
fn info(key: &PublicKey, binding: &IssuanceBinding<'_>) -> Vec<u8> {
    const VERSION_1: &[u8] = &[0];
    let version = der::element(der::INTEGER, &[VERSION_1]);
    let no_name = der::element(der::SEQUENCE, &[]);
    let attributes = der::element(der::CONTEXT_0, &[&binding.attribute()]);
    der::element(der::SEQUENCE, &[&version, &no_name, &key.to_spki_der(), &attributes])
}

/// A request that lacks its signature.
#[derive(Clone, Debug)]
pub struct PreparedRequest {
    to_be_signed: ToBeSigned,
    key: PublicKey,
}

impl PreparedRequest {
    /// What the key has to sign: the CertificationRequestInfo.
    pub fn to_be_signed(&self) -> &ToBeSigned {
        &self.to_be_signed
    }

    /// Puts the request together, if the signature is that of its key. ECDSA signatures are DER here.
    ///
    /// # Errors
    /// `x509/signature-invalid`.
    pub fn finish(&self, signature: &[u8]) -> Result<Request, Error> {
        let info = self.to_be_signed.as_bytes();
        self.key.verify(Family::Csr, info, signature)?;
        Ok(Request(signed(info, self.key.algorithm(), signature)))
    }

    /// Signs with a key that is here.
    ///
    /// # Errors
    /// `x509/request-key-mismatch` for any key but that of the request.
    pub fn sign(&self, key: &LeafKey) -> Result<Request, Error> {
        if *key.public() != self.key {
            return Err(Code::RequestKeyMismatch.into());
        }
        self.finish(key.sign(&self.to_be_signed)?.as_bytes())
    }
}

/// A request, made here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request(Vec<u8>);

impl Request {
    /// The CertificationRequest in DER.
    pub fn as_der(&self) -> &[u8] {
        &self.0
    }

    /// The same as a PEM block.
    pub fn to_pem(&self) -> String {
        pem::write(LABEL, &self.0).to_string()
    }
}

#[cfg(test)]
mod tests;
