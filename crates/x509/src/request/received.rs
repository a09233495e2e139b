//! A request as it comes in.

use mimicred_keys::{Family, PublicKey, Unsettled, pem};

use super::{ISSUANCE_BINDING, IssuanceBinding, LABEL, MAX_REQUEST_LEN, info};
use crate::chain::check_subject_algorithm;
use crate::der::{self, take};
use crate::error::{Code, Error};
use crate::issue::signature_algorithm;
use crate::oid::Oid;

/// A request, read but not verified.
#[derive(Clone, Debug)]
pub struct UnverifiedRequest {
    info: Vec<u8>,
    subject_key: PublicKey,
    /// Type and values of each attribute.
    attributes: Vec<(Vec<u8>, Vec<u8>)>,
    algorithm: Vec<u8>,
    signature: Vec<u8>,
}

/// A request whose sender has the key, and made it for this issuer and this occasion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedRequest {
    subject_key: PublicKey,
}

impl VerifiedRequest {
    /// The key to be certified.
    pub fn subject_key(&self) -> &PublicKey {
        &self.subject_key
    }
}

impl UnverifiedRequest {
    /// Reads a CertificationRequest of version 1, whatever subject and attributes it has.
    ///
    /// # Errors
    /// `x509/limit` above 2048 octets, `x509/request-malformed`, `x509/alg-unsupported` for a key of a kind that no LeafNode has.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        if der.len() > MAX_REQUEST_LEN {
            return Err(Error::new(Code::Limit).note("the request is too large"));
        }
        let parts = Parts::read(der).ok_or(Code::RequestMalformed)?;
        let subject_key = PublicKey::from_spki_der(parts.spki).map_err(|error| match Error::from(error) {
            unsupported if unsupported.code() == Code::AlgUnsupported => unsupported,
            error => Error::new(Code::RequestMalformed).because(error),
        })?;
        check_subject_algorithm(&subject_key)?;
        Ok(Self {
            info: parts.info.to_vec(),
            subject_key,
            attributes: parts.attributes.iter().map(|(oid, values)| (oid.to_vec(), values.to_vec())).collect(),
            algorithm: parts.algorithm.to_vec(),
            signature: parts.signature.to_vec(),
        })
    }

    /// Reads the one request of a PEM file.
    ///
    /// # Errors
    /// As [`UnverifiedRequest::from_der`]; any other kind of block is `x509/request-malformed`.
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        let block = pem::parse(text).map_err(|error| Error::new(Code::RequestMalformed).because(error))?;
        match block.label() {
            // The second label is that of old software (RFC 7468 section 7).
            LABEL | "NEW CERTIFICATE REQUEST" => Self::from_der(block.der()),
            label => Err(Error::new(Code::RequestMalformed).note(format!("a PEM block {label}"))),
        }
    }

    /// For whom it was made, as it claims; nothing if it does not say.
    pub fn binding(&self) -> Option<IssuanceBinding<'_>> {
        let oid = Oid::constant(ISSUANCE_BINDING);
        let (_, values) = self.attributes.iter().find(|(other, _)| other == oid.contents())?;
        let mut outside = values.as_slice();
        let mut value = take(&mut outside, der::SEQUENCE)?.contents;
        let issuer = std::str::from_utf8(take(&mut value, der::UTF8_STRING)?.contents).ok()?;
        let nonce = take(&mut value, der::OCTET_STRING)?.contents;
        (outside.is_empty() && value.is_empty()).then_some(IssuanceBinding { issuer, nonce })
    }

    /// The key, of which nobody has proven anything yet.
    pub fn subject_key(&self) -> &PublicKey {
        &self.subject_key
    }

    /// Checks that the sender has the key and meant this issuer and this nonce, and that the request says nothing else. That the nonce
    /// was given to this account, and is used for the first time, is for the caller to know.
    ///
    /// # Errors
    /// `x509/signature-invalid`; `x509/request-unbound` for a request that names another issuer or nonce, or none; `x509/binding-unusable`
    /// for a binding that no request could have; `x509/profile` for a subject or a further attribute.
    pub fn verify(&self, binding: &IssuanceBinding<'_>) -> Result<VerifiedRequest, Error> {
        self.check_for(binding)?;
        self.subject_key.verify(Family::Csr, &self.info, &self.signature)?;
        self.is_for(binding)
    }

    /// The same, but for a signature of Ed25519, which is put off and checked together with those of other requests: by
    /// [`Unsettled::settle_all`], at less than half the cost.
    ///
    /// ```
    /// use mimicred_keys::{Algorithm, LeafKey, SecretKey, SystemRandom, Unsettled};
    /// use mimicred_x509::{IssuanceBinding, UnverifiedRequest, prepare_request};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let binding = IssuanceBinding { issuer: "https://id.a.example", nonce: b"given to Alice today" };
    /// let mut unsettled = Vec::new();
    /// for _ in 0..2 {
    ///     let leaf = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
    ///     let request = prepare_request(leaf.public(), &binding)?.sign(&leaf)?;
    ///     unsettled.push(UnverifiedRequest::from_der(request.as_der())?.verify_unsettled(&binding)?);
    /// }
    /// assert!(Unsettled::settle_all(unsettled).iter().all(Option::is_some));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`UnverifiedRequest::verify`], but for the signature.
    pub fn verify_unsettled(&self, binding: &IssuanceBinding<'_>) -> Result<Unsettled<VerifiedRequest>, Error> {
        self.check_for(binding)?;
        let put_off = self.subject_key.defer(&[&self.info], &self.signature);
        if put_off.is_none() {
            self.subject_key.verify(Family::Csr, &self.info, &self.signature)?;
        }
        Ok(Unsettled::new(self.is_for(binding)?, put_off))
    }

    fn check_for(&self, binding: &IssuanceBinding<'_>) -> Result<(), Error> {
        binding.check()?;
        if self.algorithm != signature_algorithm(self.subject_key.algorithm()) {
            return Err(Error::new(Code::AlgUnsupported).note("the signature algorithm does not fit the key"));
        }
        Ok(())
    }

    /// What is left to check when the signature holds.
    fn is_for(&self, binding: &IssuanceBinding<'_>) -> Result<VerifiedRequest, Error> {
        // There is one way to write what is expected.
        if self.info == info(&self.subject_key, binding) {
            return Ok(VerifiedRequest { subject_key: self.subject_key.clone() });
        }
        let oid = Oid::constant(ISSUANCE_BINDING);
        let mut bindings = self.attributes.iter().filter(|(other, _)| other == oid.contents()).map(|(_, values)| values);
        match bindings.next() {
            None => Err(Error::new(Code::RequestUnbound).note("it names no issuer and no nonce")),
            Some(values) if *values != binding.values() => {
                Err(Error::new(Code::RequestUnbound).note("it was made for another issuer or with another nonce"))
            }
            Some(_) => Err(Error::new(Code::Profile).note("a request has no subject and no other attribute")),
        }
    }
}

/// The parts of a CertificationRequest.
struct Parts<'a> {
    /// The whole element, as it was signed.
    info: &'a [u8],
    spki: &'a [u8],
    /// Contents of type and set of values.
    attributes: Vec<(&'a [u8], &'a [u8])>,
    algorithm: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Parts<'a> {
    fn read(der: &'a [u8]) -> Option<Self> {
        let mut outside = der;
        let mut request = take(&mut outside, der::SEQUENCE)?.contents;
        let info = take(&mut request, der::SEQUENCE)?;
        let algorithm = take(&mut request, der::SEQUENCE)?.whole;
        // No bits to spare.
        let signature = take(&mut request, der::BIT_STRING)?.contents.strip_prefix(&[0])?;

        let mut inside = info.contents;
        let version = take(&mut inside, der::INTEGER)?.contents;
        take(&mut inside, der::SEQUENCE)?;
        let spki = take(&mut inside, der::SEQUENCE)?.whole;
        let mut list = take(&mut inside, der::CONTEXT_0)?.contents;
        let mut attributes = Vec::new();
        while !list.is_empty() {
            let mut attribute = take(&mut list, der::SEQUENCE)?.contents;
            let oid = take(&mut attribute, der::OBJECT_IDENTIFIER)?.contents;
            let values = take(&mut attribute, der::SET)?.contents;
            if !attribute.is_empty() {
                return None;
            }
            attributes.push((oid, values));
        }
        let is_whole = outside.is_empty() && request.is_empty() && inside.is_empty();
        (is_whole && version == [0]).then_some(Self { info: info.whole, spki, attributes, algorithm, signature })
    }
}
