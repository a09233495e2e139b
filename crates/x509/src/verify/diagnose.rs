//! Why there is no path: webpki's answer, made precise.
//!
//! webpki looks from the anchors down. Where no anchor has the right name it says "unknown issuer" without having looked at a
//! signature, and where an anchor has the name of another CA it says that the signature is bad. So after a failure we look once
//! more, from the end entity up.

use mimicred_error::At;

use super::Expectations;
use crate::anchor::Anchor;
use crate::certificate::{Certificate, ConstrainedNames};
use crate::error::{Code, Error};

pub(super) fn explain(error: &webpki::Error, certificates: &[Certificate], expectations: &Expectations<'_>) -> Error {
    use webpki::Error as E;
    let place = |wrong: &dyn Fn(&Certificate) -> bool| certificates.iter().position(wrong).map_or(At::Whole, At::Item);
    match error {
        E::CertExpired { .. } => {
            Error::new(Code::Expired).at(place(&|certificate| certificate.contents().not_after < expectations.at))
        }
        E::CertNotValidYet { .. } => {
            Error::new(Code::NotYetValid).at(place(&|certificate| certificate.contents().not_before > expectations.at))
        }
        E::UnknownIssuer => links(certificates, expectations.anchors).unwrap_or_else(|| Code::IssuerUntrusted.into()),
        E::InvalidSignatureForPublicKey => {
            links(certificates, expectations.anchors).unwrap_or_else(|| Code::SignatureInvalid.into())
        }
        E::UnsupportedSignatureAlgorithmForPublicKeyContext(_) | E::UnsupportedSignatureAlgorithmContext(_) => {
            links(certificates, expectations.anchors).unwrap_or_else(|| Code::AlgUnsupported.into())
        }
        E::CertDistrusted => Code::IssuerUntrusted.into(),
        E::UnsupportedCriticalExtension => critical_extension(certificates),
        E::NameConstraintViolation => name_constraints(certificates, expectations.anchors).into(),
        E::CaUsedAsEndEntity => Error::new(Code::BasicConstraints).at(At::Item(0)).note("a CA as end entity"),
        E::EndEntityUsedAsCa => Error::new(Code::BasicConstraints).note("an issuer that is no CA"),
        E::PathLenConstraintViolated => Error::new(Code::BasicConstraints).note("too many CAs below one another"),
        E::RequiredEkuNotFoundContext(_) | E::EmptyEkuExtension => Error::new(Code::KeyUsage).note("extKeyUsage"),
        E::MaximumSignatureChecksExceeded | E::MaximumPathBuildCallsExceeded | E::MaximumNameConstraintComparisonsExceeded => {
            Error::new(Code::Limit).note("too many paths to try")
        }
        _ => Code::Malformed.into(),
    }
}

/// Looks at each link of the chain, then at where it could meet an anchor. Nothing found: nothing.
fn links(certificates: &[Certificate], anchors: &[Anchor]) -> Option<Error> {
    for (index, (certificate, issuer)) in certificates.iter().zip(certificates.iter().skip(1)).enumerate() {
        if let Err(error) = certificate.check_signed_by(issuer) {
            return Some(error.at(At::Item(index)));
        }
    }
    for (index, certificate) in certificates.iter().enumerate() {
        let contents = certificate.contents();
        let named: Vec<&Anchor> =
            anchors.iter().filter(|anchor| anchor.certificate().contents().subject == contents.issuer).collect();
        if named.is_empty() {
            continue;
        }
        let Some(anchor) = named.into_iter().find(|anchor| may_have_signed(anchor, certificate)) else {
            let note = "an anchor has the issuer's name but another key";
            return Some(Error::new(Code::IssuerUntrusted).at(At::Item(index)).note(note));
        };
        return certificate.check_signed_by(anchor.certificate()).err().map(|error| error.at(At::Item(index)));
    }
    let top = certificates.last()?;
    let renamed = anchors.iter().any(|anchor| names_key_of(top, anchor) == Some(true));
    let note =
        if renamed { "an anchor has the issuer's key identifier but another name" } else { "no anchor has the issuer's name" };
    Some(Error::new(Code::IssuerUntrusted).at(At::Item(certificates.len().saturating_sub(1))).note(note))
}

fn may_have_signed(anchor: &Anchor, certificate: &Certificate) -> bool {
    names_key_of(certificate, anchor).unwrap_or(true)
}

/// Whether the certificate's AKI is the anchor's SKI; nothing when one of them is missing.
fn names_key_of(certificate: &Certificate, anchor: &Anchor) -> Option<bool> {
    let wanted = certificate.contents().authority_key.as_ref()?.key_id.as_ref()?;
    Some(wanted == anchor.certificate().contents().subject_key_id.as_ref()?)
}

/// Names the extension.
fn critical_extension(certificates: &[Certificate]) -> Error {
    // What webpki understands: keyUsage, subjectAltName, basicConstraints, nameConstraints, cRLDistributionPoints, extKeyUsage.
    let understood = |oid: &[u8]| matches!(oid, [0x55, 0x1d, 15 | 17 | 19 | 30 | 31 | 37]);
    for (index, certificate) in certificates.iter().enumerate() {
        let mut extensions = certificate.contents().extensions.iter();
        if let Some(unknown) = extensions.find(|extension| extension.critical && !understood(extension.oid.contents())) {
            return Error::new(Code::CriticalExtensionUnknown).at(At::Item(index)).note(unknown.oid.to_string());
        }
    }
    Code::CriticalExtensionUnknown.into()
}

/// webpki compares DNS names and IP addresses; it refuses whatever meets a constraint of another kind.
fn name_constraints(certificates: &[Certificate], anchors: &[Anchor]) -> Code {
    let issues = |anchor: &&Certificate| certificates.iter().any(|below| below.contents().issuer == anchor.contents().subject);
    let mut issuers = certificates.iter().skip(1).chain(anchors.iter().map(Anchor::certificate).filter(issues));
    if issuers.any(|issuer| issuer.contents().name_constraints == Some(ConstrainedNames::Other)) {
        Code::NameConstraintsUnsupported
    } else {
        Code::NameConstraintsViolated
    }
}
