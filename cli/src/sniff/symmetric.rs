//! Symmetric COSE_Keys: for encrypted disclosures, and for replay stores.

use mimicred_cose::SymmetricKey;
use mimicred_sd_cwt::DisclosureKey;
use zeroize::Zeroizing;

use crate::error::{Code, Failure};
use crate::io::{Input, Inputs, Source};
use crate::sniff;
use crate::sniff::key::KeyForm;

/// Reads a key, which serves the disclosures that name it by its thumbprint, and those that name none.
///
/// # Errors
/// The file cannot be read, or holds something else.
pub(crate) fn read(inputs: &Inputs, source: &Source) -> Result<DisclosureKey, Failure> {
    let input = inputs.read(source, "key for disclosures")?;
    parse(&input)
        .map(DisclosureKey::new)
        .map_err(|failure| failure.hint("mimicred key generate --alg aes128 makes one").reading(&input.name))
}

/// Reads the key of a replay store.
///
/// # Errors
/// As [`read`]; and the key is not of 32 octets.
pub(crate) fn read_mac(inputs: &Inputs, source: &Source) -> Result<Zeroizing<[u8; 32]>, Failure> {
    let input = inputs.read(source, "key of the replay store")?;
    let octets = parse(&input).and_then(|key| {
        let octets = <[u8; 32]>::try_from(key.secret());
        let wrong = |_| Failure::note(Code::ContentUnexpected, format!("a key of {} octets, not of 32", key.secret().len()));
        octets.map(Zeroizing::new).map_err(wrong)
    });
    octets.map_err(|failure| failure.hint("mimicred key generate --alg hmac256 makes one").reading(&input.name))
}

fn parse(input: &Input) -> Result<SymmetricKey, Failure> {
    match KeyForm::seen_in(input) {
        Some(KeyForm::Cose) => Ok(SymmetricKey::from_octets(&input.octets)?),
        _ => Err(sniff::unexpected(input, "a symmetric COSE_Key")),
    }
}
