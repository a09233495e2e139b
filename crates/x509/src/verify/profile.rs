//! What an end entity's certificate must look like.

use mimicred_error::At;
use mimicred_uri::UriKind;

use super::Profile;
use crate::certificate::{Certificate, Contents, extension_name};
use crate::error::{Code, Error};
use crate::names::SubjectUris;
use crate::oid::Oid;

// Identifiers of extensions, 2.5.29.x, as their contents octets.
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 17];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];
const CERTIFICATE_POLICIES: &[u8] = &[0x55, 0x1d, 32];
const AUTHORITY_KEY_IDENTIFIER: &[u8] = &[0x55, 0x1d, 35];

/// basicConstraints that leave cA at its default, the only way DER has to say FALSE.
const NO_CA: [u8; 2] = [0x30, 0x00];
/// keyUsage with digitalSignature alone: 7 unused bits, 80.
const DIGITAL_SIGNATURE_ONLY: [u8; 4] = [0x03, 0x02, 0x07, 0x80];

pub(super) fn check(certificates: &[Certificate], uris: &SubjectUris, profile: Profile) -> Result<(), Error> {
    let Some(contents) = certificates.first().map(Certificate::contents) else {
        return Err(Code::Malformed.into());
    };
    check_key_usage(contents, profile)?;
    match profile {
        Profile::Any => Ok(()),
        Profile::Identity => check_identity(contents),
        Profile::Pseudonym => check_pseudonym(contents, uris),
    }
}

/// The key signs, and issues nothing. Without the extension RFC 5280 allows any use, our profiles none.
fn check_key_usage(contents: &Contents, profile: Profile) -> Result<(), Error> {
    let fits = match contents.key_usage {
        None => profile == Profile::Any,
        Some(usage) => usage.digital_signature && !usage.cert_sign && !usage.crl_sign,
    };
    if fits { Ok(()) } else { Err(Error::new(Code::KeyUsage).at(At::Item(0))) }
}

fn check_identity(contents: &Contents) -> Result<(), Error> {
    check_critical(contents, KEY_USAGE)?;
    check_critical(contents, BASIC_CONSTRAINTS)?;
    if contents.subject_attributes.is_empty() {
        if contents.alternative_names.is_empty() {
            return Err(breach("subject"));
        }
        // RFC 5280 4.1.2.6
        check_critical(contents, SUBJECT_ALT_NAME)?;
    }
    Ok(())
}

/// mimi-mls.md 1.2 and 4.5 B-9, B-10, B-17.
fn check_pseudonym(contents: &Contents, uris: &SubjectUris) -> Result<(), Error> {
    if !contents.subject_attributes.is_empty() {
        return Err(breach("subject"));
    }
    check_critical(contents, SUBJECT_ALT_NAME)?;
    let kinds = (uris.user().map(|uri| uri.kind()), uris.client().is_some());
    if contents.alternative_names.len() != 2 || kinds != (Some(UriKind::Pseudonym), true) {
        return Err(breach("subjectAltName"));
    }
    check_critical(contents, KEY_USAGE)?;
    check_critical(contents, BASIC_CONSTRAINTS)?;
    // Octet for octet, so that no other spelling of the same tells certificates apart (B-12).
    let differs = |oid, octets: &[u8]| contents.extension(oid).is_some_and(|extension| extension.value != octets);
    if differs(KEY_USAGE, &DIGITAL_SIGNATURE_ONLY) {
        return Err(breach("keyUsage"));
    }
    if differs(BASIC_CONSTRAINTS, &NO_CA) {
        return Err(breach("basicConstraints"));
    }
    if !contents.authority_key.as_ref().is_some_and(|key| key.key_id.is_some() && !key.has_issuer_or_serial) {
        return Err(breach("authorityKeyIdentifier"));
    }
    let [policy] = contents.policies.as_slice() else {
        return Err(breach("certificatePolicies"));
    };
    if policy.has_qualifiers {
        return Err(breach("certificatePolicies"));
    }
    let allowed = [SUBJECT_ALT_NAME, KEY_USAGE, BASIC_CONSTRAINTS, CERTIFICATE_POLICIES, AUTHORITY_KEY_IDENTIFIER];
    match contents.extensions.iter().find(|extension| !allowed.contains(&extension.oid.contents())) {
        None => Ok(()),
        Some(extension) => Err(breach(extension_name(&extension.oid).unwrap_or("extensions")).note(extension.oid.to_string())),
    }
}

fn check_critical(contents: &Contents, oid: &[u8]) -> Result<(), Error> {
    if contents.extension(oid).is_some_and(|extension| extension.critical) {
        return Ok(());
    }
    let name = Oid::from_contents(oid).ok().and_then(|oid| extension_name(&oid));
    Err(breach(name.unwrap_or("extensions")).note("missing or not critical"))
}

fn breach(field: &'static str) -> Error {
    Error::new(Code::Profile).at(At::Field(field.into()))
}
