//! SD-JWT and SD-CWT: chosen disclosures and a key binding.

use std::collections::HashSet;

use mimicred_claims::{ClaimPath, Clock, Map, Selection, Value};
use mimicred_keys::{LeafKey, SystemRandom};
use mimicred_mls::{BundleItem, SdJwt, SdJwtForm};
use mimicred_sd_cwt::{DisclosureKey, Encryption};
use mimicred_uri::{MimiUri, UriKind};

use super::{Args, Shown};
use crate::error::Failure;
use crate::io::output::ArtefactForm;
use crate::io::{Input, Inputs};
use crate::names;
use crate::sniff::symmetric;

/// Presents an SD-JWT.
///
/// # Errors
/// The token cannot be read, is not for this key or has expired; a path names no claim.
pub(super) fn present_sd_jwt(args: &Args, input: &Input, key: &LeafKey) -> Result<Shown, Failure> {
    let clock = args.time.clock()?;
    let held = sd_jwt(input, key, clock)?;
    let selection = args.selection(ClaimPath::clone)?;
    let nonce = args.nonce.text();
    let binding = mimicred_sd_jwt::Binding { audience: args.room.as_str(), nonce: &nonce, issued_at: clock.now };
    let presentation = held.prepare(&selection, &binding)?.sign(key)?;
    Ok(Shown {
        octets: args.serialization.unwrap_or_default().of(presentation.as_str())?.into_bytes(),
        form: ArtefactForm::Text,
        format: Some("sd_jwt_kb"),
        items: vec![BundleItem::sd_jwt_kb(&carried(presentation.as_str())?)?],
        pseudonym: pseudonym(held.claims()),
        reveals: innermost(presentation.revealed()).map(ToString::to_string).collect(),
        encrypted: Vec::new(),
        plan: None,
    })
}

/// Presents an SD-CWT.
///
/// # Errors
/// As [`present_sd_jwt`].
pub(super) fn present_sd_cwt(args: &Args, inputs: &Inputs, input: &Input, key: &LeafKey) -> Result<Shown, Failure> {
    let clock = args.time.clock()?;
    let held = sd_cwt(input, key, clock)?;
    let selection = args.selection(names::to_numbers)?;
    let binding = mimicred_sd_cwt::Binding { audience: args.room.as_str(), nonce: Some(&args.nonce.0), issued_at: clock.now };
    let encrypted = Selection::Paths(args.encrypt.iter().map(names::to_numbers).collect());
    let encrypt_key = args.encrypt_key.as_ref().map(|key| symmetric::read(inputs, key)).transpose()?;
    // Whoever has the key knows its thumbprint; to others it says nothing, since keys are random.
    let encrypt_key = encrypt_key.map(DisclosureKey::with_thumbprint);
    let encryptions: Vec<_> = encrypt_key.iter().map(|key| Encryption { selection: &encrypted, key }).collect();
    let prepared = held.prepare_encrypted(&selection, &encryptions, &binding, &mut SystemRandom).map_err(unprepared)?;
    let (encrypted, clear): (Vec<ClaimPath>, Vec<_>) =
        prepared.revealed().iter().cloned().partition(|path| prepared.encrypted().contains(path));
    let named = |paths: &[ClaimPath]| innermost(paths).map(|path| names::to_names(path).to_string()).collect();
    let presentation = prepared.sign(key)?;
    Ok(Shown {
        octets: presentation.as_bytes().to_vec(),
        form: ArtefactForm::Binary,
        format: Some("sd_kbt"),
        items: vec![BundleItem::sd_kbt(presentation.as_bytes())],
        pseudonym: pseudonym(held.claims()),
        reveals: named(&clear),
        encrypted: named(&encrypted),
        plan: None,
    })
}

/// Takes up an SD-JWT out of the holder's store.
pub(super) fn sd_jwt(input: &Input, key: &LeafKey, clock: Clock) -> Result<mimicred_sd_jwt::Held, Failure> {
    let text = input.text().unwrap_or_default();
    let token = mimicred_sd_jwt::UnverifiedSdJwt::parse(text).map_err(|e| Failure::from(e).reading(&input.name))?;
    Ok(token.reopen(key.public(), clock)?)
}

/// The same for an SD-CWT.
pub(super) fn sd_cwt(input: &Input, key: &LeafKey, clock: Clock) -> Result<mimicred_sd_cwt::Held, Failure> {
    let token = mimicred_sd_cwt::UnverifiedSdCwt::parse(&input.octets).map_err(|e| Failure::from(e).reading(&input.name))?;
    Ok(token.reopen(key.public(), clock)?)
}

/// The failure to prepare a presentation.
fn unprepared(error: mimicred_sd_cwt::Error) -> Failure {
    match error.code() {
        mimicred_sd_cwt::Code::AlgUnsupported => Failure::from(error)
            .hint("the token says how disclosures are encrypted (sd_aead); where it says nothing, with a key of --alg aes128"),
        _ => names::in_place(error).into(),
    }
}

/// The structure that carries the text: compacted, unless that would change it.
fn carried(text: &str) -> Result<SdJwt, Failure> {
    Ok(SdJwt::new(text, SdJwtForm::Compacted).or_else(|_| SdJwt::new(text, SdJwtForm::Text))?)
}

/// The pseudonym in `mimi_user`, which has no number in a CWT either.
pub(super) fn pseudonym(claims: &Map<'_>) -> Option<MimiUri> {
    let user = claims.text("mimi_user").and_then(Value::as_text)?;
    MimiUri::parse(user).ok().filter(|user| user.kind() == UriKind::Pseudonym)
}

/// The paths inside which none of the others stands: `address.country` says that `address` is shown.
pub(super) fn innermost(paths: &[ClaimPath]) -> impl Iterator<Item = &ClaimPath> {
    let mut sorted: Vec<&ClaimPath> = paths.iter().collect();
    sorted.sort_unstable();
    // In this order a path is followed at once by what stands inside it, if anything does.
    let pairs = sorted.iter().zip(sorted.iter().skip(1));
    let above: HashSet<&ClaimPath> = pairs.filter(|(path, next)| path.is_prefix_of(next)).map(|(path, _)| *path).collect();
    paths.iter().filter(move |path| !above.contains(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_stand_in_is_not_named() {
        let paths: Vec<ClaimPath> =
            ["b", "a.x", "a", "c[0]", "c[1]", "c", "ab"].iter().map(|path| path.parse().unwrap()).collect();
        let named: Vec<String> = innermost(&paths).map(ToString::to_string).collect();
        assert_eq!(named, ["b", "a.x", "c[0]", "c[1]", "ab"]);
    }
}
