//! The path, by rustls-webpki, and what it leaves to us.

use std::time::Duration;

use mimicred_error::At;
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage};

use super::remembering::Remembering;
use super::{Expectations, diagnose};
use crate::anchor::Anchor;
use crate::certificate::Certificate;
use crate::error::{Code, Error};
use crate::seen::Seen;

pub(super) struct Found {
    /// End entity, intermediates, anchor, and anchors above it.
    pub(super) path: Vec<Certificate>,
    /// How many of them stand below the anchor.
    pub(super) issued: usize,
    /// The anchor's index in the expectations.
    pub(super) anchor: usize,
}

/// What can be said of a chain without looking at anchors. Algorithms come first, so that trust never hides them.
pub(super) fn check_chain(certificates: &[Certificate]) -> Result<(), Error> {
    for (index, certificate) in certificates.iter().enumerate() {
        if certificate.contents().signer_algorithm().is_none() {
            let note = format!("signed with {}", certificate.contents().signature_algorithm);
            return Err(Error::new(Code::AlgUnsupported).at(At::Item(index)).note(note));
        }
    }
    let next = certificates.iter().enumerate().skip(1);
    for (certificate, (index, issuer)) in certificates.iter().zip(next) {
        if certificate.contents().issuer != issuer.contents().subject {
            return Err(Error::new(Code::ChainOrder).at(At::Item(index)));
        }
    }
    Ok(())
}

/// Lets webpki find the path, and takes its anchors and certificates back to ours.
///
/// The usage given is clientAuth, and only if there is an extKeyUsage at all (the certificates of
/// draft-ietf-mimi-identifiers have one, ours do not).
pub(super) fn find(certificates: &[Certificate], expectations: &Expectations<'_>, seen: &Seen) -> Result<Found, Error> {
    let Some((end_entity, intermediates)) = certificates.split_first() else {
        return Err(Code::Malformed.into());
    };
    // webpki's clock starts in 1970, as does every certificate of ours.
    let at = u64::try_from(expectations.at).map_err(|_| Code::NotYetValid)?;
    let time = UnixTime::since_unix_epoch(Duration::from_secs(at));
    let explain = |error: webpki::Error| diagnose::explain(&error, certificates, expectations).because(error);

    let end_entity_der = CertificateDer::from(end_entity.as_der());
    let webpki_end_entity = EndEntityCert::try_from(&end_entity_der).map_err(explain)?;
    let intermediate_ders: Vec<CertificateDer<'_>> =
        intermediates.iter().map(|certificate| CertificateDer::from(certificate.as_der())).collect();
    let anchors: Vec<TrustAnchor<'_>> = expectations.anchors.iter().map(|anchor| borrow(anchor.trust_anchor())).collect();
    let supported = Remembering::supported(end_entity, seen);
    let supported = supported.each_ref().map(|algorithm| -> &dyn SignatureVerificationAlgorithm { algorithm });
    let path = webpki_end_entity
        .verify_for_usage(&supported, &anchors, &intermediate_ders, time, KeyUsage::client_auth(), None, None)
        .map_err(explain)?;

    let anchor = anchors.iter().position(|anchor| std::ptr::eq(anchor, path.anchor())).ok_or(Code::IssuerUntrusted)?;
    let mut found = vec![end_entity.clone()];
    for used in path.intermediate_certificates() {
        let used = used.der();
        let index = intermediates.iter().position(|certificate| certificate.as_der() == used.as_ref());
        let certificate = index.and_then(|index| intermediates.get(index)).ok_or(Code::IssuerUntrusted)?;
        // webpki leaves keyUsage to its caller (RFC 5280 6.1.4 (n)).
        if !certificate.contents().key_usage.is_some_and(|usage| usage.cert_sign) {
            let place = At::Item(index.map_or(0, |index| index + 1));
            return Err(Error::new(Code::KeyUsage).at(place).note("an issuer without keyCertSign"));
        }
        found.push(certificate.clone());
    }
    let issued = found.len();
    found.extend(above(anchor, expectations.anchors, seen));
    Ok(Found { path: found, issued, anchor })
}

fn borrow<'a>(anchor: &'a TrustAnchor<'static>) -> TrustAnchor<'a> {
    TrustAnchor {
        subject: anchor.subject.as_ref().into(),
        subject_public_key_info: anchor.subject_public_key_info.as_ref().into(),
        name_constraints: anchor.name_constraints.as_ref().map(|constraints| constraints.as_ref().into()),
    }
}

/// An anchor and, as long as there are any, other anchors that certified the one before: a room's entry may name the root
/// where the verifier trusts both the root and the CA below it (mimi-mls.md 3.4.3 step 3).
fn above(anchor: usize, anchors: &[Anchor], seen: &Seen) -> Vec<Certificate> {
    let mut out: Vec<Certificate> = anchors.get(anchor).map(|anchor| anchor.certificate().clone()).into_iter().collect();
    while let Some(top) = out.last() {
        let next = anchors
            .iter()
            .map(Anchor::certificate)
            .find(|candidate| !out.contains(candidate) && is_issued_by(top, candidate, seen));
        match next {
            Some(next) => out.push(next.clone()),
            None => break,
        }
    }
    out
}

/// [`Certificate::check_issuer`], among many chains.
fn is_issued_by(certificate: &Certificate, issuer: &Certificate, seen: &Seen) -> bool {
    if certificate.contents().issuer != issuer.contents().subject {
        return false;
    }
    // Both certificates whole: what is known of the two is known again only of these two.
    let inputs = [certificate.as_der(), issuer.as_der()];
    seen.holds(&inputs, || certificate.check_signed_by(issuer)).is_ok()
}
