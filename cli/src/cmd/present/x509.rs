//! Certificates: a CredentialPresentation, signed with the leaf key (mimi-mls.md 3.5.1).

use mimicred_keys::{HashAlgorithm, LeafKey};
use mimicred_mls::{BundleItem, Credential, CredentialPresentation, PresentationContext, Suite};
use mimicred_uri::{MimiUri, UriKind};
use mimicred_x509::UnverifiedChain;

use super::{Args, Shown};
use crate::error::{Code, Failure};
use crate::io::Input;
use crate::io::output::ArtefactForm;
use crate::sniff::certificate;

/// Presents a certificate with its chain.
///
/// # Errors
/// The certificate cannot be read or is not for this key; the group is not named.
pub(super) fn present(args: &Args, input: &Input, key: &LeafKey) -> Result<Shown, Failure> {
    check(args)?;
    let chain = chain(input, key)?;
    let (group_id, epoch) = group(args)?;
    let context = PresentationContext { room_uri: &args.room, group_id, epoch, hash: hash(key) };
    let now = args.time.clock()?.now;
    let issued_at = u64::try_from(now).map_err(|_| Failure::note(Code::TimeMalformed, "before 1970"))?;
    let credential = Credential::X509(octets(&chain));
    let presentation =
        CredentialPresentation::prepare(credential, &context, issued_at, &args.nonce.0, key.public())?.sign(key)?;
    Ok(Shown {
        octets: presentation.encode()?,
        form: ArtefactForm::Binary,
        format: Some("mls_credential"),
        items: vec![BundleItem::presentation(&presentation)?],
        pseudonym: pseudonym(&chain),
        reveals: revealed(&chain),
        encrypted: Vec::new(),
        plan: None,
    })
}

/// Whether what is asked for can be had of a certificate.
pub(super) fn check(args: &Args) -> Result<(), Failure> {
    if args.none || !args.disclose.is_empty() {
        let hint = "show another certificate, or a credential of a format with selective disclosure";
        return Err(Failure::note(Code::Usage, "a certificate is shown whole").hint(hint));
    }
    group(args).map(|_| ())
}

/// The group, which the proof names.
fn group(args: &Args) -> Result<(&[u8], u64), Failure> {
    let (Some(group_id), Some(epoch)) = (&args.group_id, args.epoch) else {
        let note = "--group-id and --epoch: a certificate is bound to the group";
        return Err(Failure::note(Code::OptionMissing, note).hint("the MLS client knows them"));
    };
    Ok((&group_id.0, epoch))
}

/// The chain, if it is for this key.
pub(super) fn chain(input: &Input, key: &LeafKey) -> Result<UnverifiedChain, Failure> {
    let chain = certificate::parse(input).and_then(|chain| Ok(UnverifiedChain::new(chain)?));
    let chain = chain.map_err(|failure| failure.reading(&input.name))?;
    if chain.subject_key() != key.public() {
        return Err(Failure::note(Code::KeyMismatch, "the certificate is for another key").reading(&input.name));
    }
    Ok(chain)
}

pub(super) fn octets(chain: &UnverifiedChain) -> Vec<Vec<u8>> {
    chain.certificates().iter().map(|certificate| certificate.as_der().to_vec()).collect()
}

/// The hash of the suite that goes with the key.
pub(super) fn hash(key: &LeafKey) -> HashAlgorithm {
    Suite::for_algorithm(key.public().algorithm()).unwrap_or(Suite::X25519Aes128Ed25519).hash()
}

pub(super) fn pseudonym(chain: &UnverifiedChain) -> Option<MimiUri> {
    chain.uris().user().filter(|user| user.kind() == UriKind::Pseudonym).cloned()
}

/// A certificate reveals all it says.
pub(super) fn revealed(chain: &UnverifiedChain) -> Vec<String> {
    let Some(first) = chain.certificates().first() else { return Vec::new() };
    let seen = first.inspect_unverified();
    seen.subject.into_iter().chain(seen.alternative_names).map(|attribute| attribute.value).collect()
}
