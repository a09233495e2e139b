//! What receivers will say of a bundle, seen from the sender's side.

use mimicred_keys::PublicKey;
use mimicred_x509::{Attribute, Inspection, UnverifiedChain};

use super::impossible;
use crate::evaluate::{Evaluation, Member, PolicyState, Presented, evaluate};
use crate::evidence::Evidence;
use crate::policy::{DisclosureFormat, RoomDisclosurePolicy, TrustedIssuer};
use crate::{Code, Error, VerdictCode};

/// What a certificate shows to everybody.
pub(super) struct Shown {
    pub(super) evidence: Evidence,
    pub(super) token_hash: [u8; 32],
}

/// Reads one's own certificate.
pub(super) fn shown_by(chain: &[Vec<u8>], key: &PublicKey) -> Result<Shown, Error> {
    let chain = UnverifiedChain::parse(chain.to_vec()).map_err(impossible)?;
    if chain.subject_key() != key {
        return Err(Error::new(Code::RevealImpossible).note("the certificate is for another key"));
    }
    let user = chain.uris().user().cloned();
    let end_entity = chain.certificates().first();
    let token_hash = end_entity.map(|certificate| certificate.tbs_sha256()).unwrap_or_default();
    let attributes = end_entity.map(|certificate| attributes(certificate.inspect_unverified())).unwrap_or_default();
    Ok(Shown { evidence: Evidence::of_certificate(attributes, user), token_hash })
}

/// What a verifier will take for statements about the subject; see `VerifiedChain::attributes`.
fn attributes(certificate: Inspection) -> Vec<Attribute> {
    let speaks_of_subject = |name: Option<&str>| matches!(name, None | Some("subjectDirectoryAttributes"));
    let extensions = certificate.extensions.into_iter().filter(|extension| speaks_of_subject(extension.name)).map(|extension| {
        let text = match extension.value.as_slice() {
            // UTF8String, PrintableString, IA5String in the short form
            [0x0c | 0x13 | 0x16, length @ 0..=0x7f, text @ ..] if usize::from(*length) == text.len() => str::from_utf8(text).ok(),
            _ => None,
        };
        let hex = || extension.value.iter().fold(String::from("#"), |text, octet| format!("{text}{octet:02x}"));
        Attribute { oid: extension.oid, general_name: None, value: text.map_or_else(hex, str::to_owned) }
    });
    certificate.subject.into_iter().chain(certificate.alternative_names).chain(extensions).collect()
}

/// A presentation that could be sent.
#[derive(Clone, Copy)]
pub(crate) struct Offered<'o> {
    pub(crate) evidence: &'o Evidence,
    /// `iss` of a token.
    pub(crate) issuer: &'o str,
    pub(crate) token_hash: [u8; 32],
    pub(crate) issued_at: i64,
}

/// What receivers will say of these, as far as the sender can know.
pub(crate) fn forecast(items: &[Offered<'_>], policy: &PolicyState, sender: &Member) -> Evaluation {
    let mut presented = Vec::with_capacity(items.len());
    for item in items {
        let Some(known) = policy.known() else { break };
        let format = item.evidence.format();
        if !known.accepted_formats.contains(&format) {
            return refused(VerdictCode::FormatNotAccepted, format.name());
        }
        let entries = entries(known, sender.user.host(), format, item.issuer);
        if entries.is_empty() {
            return refused(VerdictCode::IssuerUntrusted, Some(item.issuer));
        }
        presented.push(Presented {
            evidence: item.evidence,
            entries,
            code: VerdictCode::Ok,
            issued_at: item.issued_at,
            token_hash: item.token_hash,
            issuer: item.issuer,
        });
    }
    evaluate(policy, Some(sender), &presented, VerdictCode::MissingReveal)
}

fn refused(code: VerdictCode, note: Option<&str>) -> Evaluation {
    Evaluation { code, note: note.filter(|note| !note.is_empty()).map(str::to_owned), rules: Vec::new() }
}

/// The room's entries that may be meant: the sender knows her issuer by name, and the path of her certificate not at all.
pub(crate) fn entries<'p>(
    policy: &'p RoomDisclosurePolicy,
    host: &str,
    format: DisclosureFormat,
    issuer: &str,
) -> Vec<&'p TrustedIssuer> {
    let fits = |entry: &&TrustedIssuer| {
        entry.formats.contains(&format)
            && entry.subject_domains.iter().any(|domain| domain == host)
            && (format == DisclosureFormat::MlsCredential || entry.issuer.is_empty() || entry.issuer == issuer)
    };
    policy.trusted_issuers.iter().filter(fits).collect()
}
