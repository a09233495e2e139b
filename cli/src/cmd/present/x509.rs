//! Certificates: a CredentialPresentation, signed with the leaf key (mimi-mls.md 3.5.1).

use mimicred_claims::Selection;
use mimicred_keys::LeafKey;
use mimicred_mls::{BundleItem, Credential, CredentialPresentation, PresentationContext, Suite};
use mimicred_room::Holding;
use mimicred_uri::UriKind;
use mimicred_x509::UnverifiedChain;

use super::policy::Asked;
use super::{Args, Shown};
use crate::error::{Code, Failure};
use crate::io::output::ArtefactForm;
use crate::io::{Input, Inputs};
use crate::sniff::certificate;

/// Presents a certificate with its chain.
///
/// # Errors
/// The certificate cannot be read or is not for this key; the group is not named.
pub(super) fn present(args: &Args, inputs: &Inputs, input: &Input, key: &LeafKey) -> Result<Shown, Failure> {
    if args.none || !args.disclose.is_empty() {
        let hint = "show another certificate, or a credential of a format with selective disclosure";
        return Err(Failure::note(Code::Usage, "a certificate is shown whole").hint(hint));
    }
    let (Some(group_id), Some(epoch)) = (&args.group_id, args.epoch) else {
        let note = "--group-id and --epoch: a certificate is bound to the group";
        return Err(Failure::note(Code::OptionMissing, note).hint("the MLS client knows them"));
    };
    let chain = certificate::parse(input).and_then(|chain| Ok(UnverifiedChain::new(chain)?));
    let chain = chain.map_err(|failure| failure.reading(&input.name))?;
    if chain.subject_key() != key.public() {
        return Err(Failure::note(Code::KeyMismatch, "the certificate is for another key").reading(&input.name));
    }
    let suite = Suite::for_algorithm(key.public().algorithm()).unwrap_or(Suite::X25519Aes128Ed25519);
    let context = PresentationContext { room_uri: &args.room, group_id: &group_id.0, epoch, hash: suite.hash() };
    let certificates: Vec<Vec<u8>> = chain.certificates().iter().map(|certificate| certificate.as_der().to_vec()).collect();
    let now = args.time.clock()?.now;
    let pseudonym = chain.uris().user().filter(|user| user.kind() == UriKind::Pseudonym).cloned();
    if let Some(asked) = Asked::read(args, inputs, pseudonym.as_ref())? {
        asked.check(Holding::X509 { chain: &certificates, key: key.public() }, &Selection::All, now)?;
    }
    let issued_at = u64::try_from(now).map_err(|_| Failure::note(Code::TimeMalformed, "before 1970"))?;
    let credential = Credential::X509(certificates);
    let presentation =
        CredentialPresentation::prepare(credential, &context, issued_at, &args.nonce.0, key.public())?.sign(key)?;
    Ok(Shown {
        octets: presentation.encode()?,
        form: ArtefactForm::Binary,
        format: "mls_credential",
        item: BundleItem::presentation(&presentation)?,
        pseudonym,
        reveals: revealed(&chain),
        encrypted: Vec::new(),
    })
}

/// A certificate reveals all it says.
fn revealed(chain: &UnverifiedChain) -> Vec<String> {
    let Some(first) = chain.certificates().first() else { return Vec::new() };
    let seen = first.inspect_unverified();
    seen.subject.into_iter().chain(seen.alternative_names).map(|attribute| attribute.value).collect()
}
