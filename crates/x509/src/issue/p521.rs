//! P-521 in what rcgen writes. It has a name for this curve only together with aws-lc-rs, which is not on every target and does nothing
//! for us there: rcgen never sees a key. So it is told P-384, and what names the algorithm of the issuer and the subject's key is
//! exchanged here.

use mimicred_keys::{Algorithm, PublicKey};

use crate::der;
use crate::error::{Code, Error};

/// Where the algorithm of the signature stands, among the elements that are sequences: first in a TBSCertificate and in a TBSCertList.
const SIGNATURE: usize = 0;
/// Where the subject's key stands in a TBSCertificate: behind algorithm, issuer, validity and subject.
const SUBJECT_KEY: usize = 4;

/// A TBSCertificate for this subject's key, or a TBSCertList, with the right names for both keys.
pub(super) fn named(to_be_signed: Vec<u8>, issuer: &PublicKey, subject: Option<&PublicKey>) -> Result<Vec<u8>, Error> {
    let is_p521 = |key: &&PublicKey| key.algorithm() == Algorithm::P521;
    let (issuer, subject) = (Some(issuer).filter(is_p521), subject.filter(is_p521));
    if issuer.is_none() && subject.is_none() {
        return Ok(to_be_signed);
    }
    exchange(&to_be_signed, issuer.is_some(), subject).ok_or_else(|| Code::Malformed.into())
}

fn exchange(to_be_signed: &[u8], signature: bool, subject: Option<&PublicKey>) -> Option<Vec<u8>> {
    let mut rest = der::take(&mut { to_be_signed }, der::SEQUENCE)?.contents;
    let (mut out, mut sequences) = (Vec::new(), 0);
    while let Some(tag) = rest.first().copied() {
        let whole = der::take(&mut rest, tag)?.whole.to_vec();
        let place = (tag == der::SEQUENCE).then_some(sequences);
        sequences += usize::from(place.is_some());
        out.push(match (place, subject) {
            (Some(SIGNATURE), _) if signature => super::signature_algorithm(Algorithm::P521),
            (Some(SUBJECT_KEY), Some(key)) => key.to_spki_der(),
            _ => whole,
        });
    }
    Some(der::element(der::SEQUENCE, &out.iter().map(Vec::as_slice).collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use mimicred_keys::SecretKey;
    use rcgen::{CertificateParams, DnType, Issuer, PublicKeyData, SignatureAlgorithm, SigningKey};

    use super::super::{KeyData, Recorder};
    use super::*;

    /// A key of P-521 as rcgen takes it when it knows the curve, which with aws-lc-rs it does.
    struct Known<'a>(&'a PublicKey, RefCell<Vec<u8>>);

    impl PublicKeyData for Known<'_> {
        fn der_bytes(&self) -> &[u8] {
            self.0.octets()
        }

        fn algorithm(&self) -> &'static SignatureAlgorithm {
            &rcgen::PKCS_ECDSA_P521_SHA512
        }
    }

    impl SigningKey for Known<'_> {
        fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
            *self.1.borrow_mut() = message.to_vec();
            Ok(Vec::new())
        }
    }

    fn params() -> CertificateParams {
        let mut params = CertificateParams::default();
        params.serial_number = Some(rcgen::SerialNumber::from_slice(&[0x40; 16]));
        params.key_identifier_method = rcgen::KeyIdMethod::PreSpecified(vec![1]);
        // The octets of an AlgorithmIdentifier, where they are none.
        params.distinguished_name.push(DnType::CommonName, "0\n\u{6}\u{8}*HN=\u{4}\u{3}\u{3}");
        params
    }

    #[test]
    fn it_is_what_rcgen_writes_that_knows_the_curve() {
        let p521 = SecretKey::from_octets(Algorithm::P521, &[&[0][..], &[3; 65]].concat()).unwrap().public().clone();
        let p384 = SecretKey::from_octets(Algorithm::P384, &[3; 48]).unwrap().public().clone();
        let params = params();
        let known = |key| Known(key, RefCell::default());

        // Below a CA with such a key.
        let (ours, theirs) = (Recorder::new(&p521), known(&p521));
        params.signed_by(&KeyData(&p384), &Issuer::from_params(&params, &ours)).unwrap();
        params.signed_by(&KeyData(&p384), &Issuer::from_params(&params, &theirs)).unwrap();
        assert_eq!(ours.into_octets(Some(&p384)).unwrap(), theirs.1.into_inner());

        // A subject with such a key, below another CA.
        let (ours, theirs) = (Recorder::new(&p384), Recorder::new(&p384));
        params.signed_by(&KeyData(&p521), &Issuer::from_params(&params, &ours)).unwrap();
        params.signed_by(&known(&p521), &Issuer::from_params(&params, &theirs)).unwrap();
        assert_eq!(ours.into_octets(Some(&p521)).unwrap(), theirs.into_octets(None).unwrap());

        // Both.
        let (ours, theirs) = (Recorder::new(&p521), known(&p521));
        params.signed_by(&KeyData(&p521), &Issuer::from_params(&params, &ours)).unwrap();
        params.signed_by(&known(&p521), &Issuer::from_params(&params, &theirs)).unwrap();
        assert_eq!(ours.into_octets(Some(&p521)).unwrap(), theirs.1.into_inner());
    }
}
